"""How good the paths of a run were, once the actual values are known."""

from __future__ import annotations

from datetime import date
from typing import Any, TypeAlias, cast

from tinbergen import _core
from tinbergen.basics.table import Table
from tinbergen.errors import ModelError
from tinbergen.results.ensemble import Ensemble
from tinbergen.results.runs import Runs
from tinbergen.written.outturns import Outturns

__all__ = ["scores"]

Figure: TypeAlias = "tuple[str, str, float]"
"""Indicator, period and value."""


def scores(runs: Runs, actual: Outturns | Any, *, as_of: str | date | None = None) -> Table:
    """Compute scores of the paths of each scenario on actual values that they were not conditioned on.

    Parameters
    ----------
    actual
        The actual values: an `Outturns`, or what it is made of. Of each figure the newest vintage counts.
    as_of
        Only what was known at the end of this day.

    Returns
    -------
    Table
        Columns scenario, indicator, period, actual, median, crps (continuous ranked probability
        score) and wis (weighted interval score of the median and the bands of 50, 80 and 90 %), both in the
        unit of the indicator and less the better; pit (which part of the paths is below) and
        within_50, within_80, within_90 (whether the central band of the fan holds the actual value).
        Left out are figures that the run is conditioned on, figures on another basis than the run
        (that of the histories, or the one that `Tracked.simulate` was given), and what was not kept.

    Raises
    ------
    ModelError
        When none is left.

    See Also
    --------
    surprises : where the run is conditioned on the actual values.

    References
    ----------
    .. [1] J. Bracher, E. L. Ray, T. Gneiting and N. G. Reich (2021), Evaluating epidemic forecasts in an
       interval format. PLOS Computational Biology 17, e1008618.

    Examples
    --------
    >>> import tinbergen as tb
    >>> known = tb.plans.outturns()
    >>> before = tb.plans.yuecheng().observe(known, as_of="2021-12-31")
    >>> runs = before.simulate(1000, seed=1, scenarios="baseline", basis="new boundary")
    >>> table = runs.scores(known).filter(indicator="gdp_real_growth")
    >>> bool(table["pit"][0] < 0.5)
    True
    """
    known = Outturns(actual)
    newest = known.as_of(as_of if as_of is not None else max(known.vintages, default="1900-01-01"))
    given, basis = runs._given or (None, None)
    seen = (
        set()
        if given is None
        else {(row["indicator"], row["period"]) for row in given.table.rows()}
    )
    figures = [
        (row["indicator"], row["period"], row["value"])
        for row in newest.table.rows()
        if row["basis"] == (basis or "") and (row["indicator"], row["period"]) not in seen
    ]
    tables = [
        _of_scenario(name, ensemble, here)
        for name, ensemble in runs.items()
        if (here := [figure for figure in figures if _is_of(ensemble, figure)])
    ]
    if not tables:
        named = f"the basis {basis}" if basis else "the basis of its histories"
        raise ModelError(
            "actual: no figure that the run does not know is of one of its indicators and periods, on "
            + named
        )
    return Table({name: [x for table in tables for x in table[name]] for name in tables[0]})


def _is_of(ensemble: Ensemble, figure: Figure) -> bool:
    indicator, period, _ = figure
    return indicator in ensemble.indicators and period in map(str, ensemble.periods)


def _of_scenario(name: str, ensemble: Ensemble, figures: list[Figure]) -> dict[str, list[Any]]:
    found = cast("dict[str, Any]", _core.figure_scores(ensemble._core, figures))
    indicators, periods, actual = (list(column) for column in zip(*figures, strict=True))
    named = {"scenario": [name] * len(figures), "indicator": indicators, "period": periods}
    return {**named, "actual": actual, **{key: list(column) for key, column in found.items()}}
