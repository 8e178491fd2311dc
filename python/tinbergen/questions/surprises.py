"""How surprising actual values were, given those of earlier periods."""

from __future__ import annotations

from tinbergen import _core
from tinbergen.basics.settings import RunSettings, path_count
from tinbergen.basics.table import Table
from tinbergen.errors import ModelError
from tinbergen.results.runs import Runs

__all__ = ["surprises"]


def surprises(runs: Runs, *, paths: int = 2000) -> Table:
    """Compute how far each actual value is from what was expected before its period.

    What is expected is the distribution, in a scenario, of the figure that would be published: on
    its basis, with its measurement error, given the actual values of all earlier periods. `notes`
    points out what is more than four standard deviations off.

    Parameters
    ----------
    paths
        How many paths to simulate up to each observed period; the seed is that of the run.

    Returns
    -------
    Table
        Columns scenario, indicator, period, basis, value, expected (mean), sd, deviations (standard
        deviations above the mean), probability (of a lower figure, and half that of the same one: the
        probability integral transform, uniform if the model is right) and effective_paths. Where
        fewer than 20 are left, nothing is said: NaN.

    Raises
    ------
    ModelError
        When the run is conditioned on nothing.

    References
    ----------
    .. [1] A. P. Dawid (1984), Statistical theory: the prequential approach. Journal of the Royal
       Statistical Society A 147, 278-292.

    Examples
    --------
    >>> import tinbergen as tb
    >>> tracked = tb.plans.yuecheng().observe(tb.plans.outturns())
    >>> runs = tracked.simulate(1000, seed=1, scenarios="baseline")
    >>> table = runs.surprises().filter(indicator="gdp_real_growth")
    >>> bool(table["probability"][0] < 0.5)
    True
    """
    if runs._given is None:
        raise ModelError(
            "surprises: the run is conditioned on no actual values; "
            "model.observe(outturns).simulate(...) gives one that is"
        )
    count = path_count(paths)
    if count not in runs._surprises:
        tracked = runs.model.observe(
            runs._given[0], as_of=runs.recipe.as_of, least_effective=0
        )._core
        settings: RunSettings = {
            "paths": count,
            "seed": runs.info["seed"],
            "scenarios": [name for name in runs if name != "mixture"],
            "parameters": list(runs.info.get("parameters", {}).items()),
        }
        columns = _core.surprises(tracked, settings)
        kept = ("scenario", "indicator", "period", "value", "expected", "sd", "deviations")
        runs._surprises[count] = Table(columns, shown=(*kept, "probability"))
    return runs._surprises[count]
