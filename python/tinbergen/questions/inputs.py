"""What was drawn in each path of a run, and what came of it there: inputs beside outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tinbergen import _core
from tinbergen.basics.table import Table

if TYPE_CHECKING:
    from tinbergen.basics.sensitivity_columns import InputColumns
    from tinbergen.results.ensemble import Ensemble

__all__ = ["drawn", "headroom", "inputs", "met"]


def inputs(ensemble: Ensemble, *, by_period: bool = True) -> Table:
    """Return what was drawn in each path: a row for each path, a column for each thing.

    Nothing of it is stored when a run is made. It is worked out again from the seed, by the code that
    drew it, so these are the numbers that the paths used; of a run that is conditioned on actual
    values as these moved them.

    Parameters
    ----------
    by_period
        A column for each period of a shock or an event. Else the mean of a shock over the span, and how
        often an event begins in it.

    Returns
    -------
    Table
        Columns are named by address: ``parameters.trend_growth`` (as the scenario has it),
        ``indicators.gdp.history.2020`` (a start that is drawn), ``shocks.demand.2021`` (before
        scenarios and events change it), ``events.drought.2023`` (1 in paths in which it begins, else
        0). What is the same number in all paths has no column. A mixture has the paths of its scenarios one after
        the other, as everywhere. Uniforms of random counts have no columns.

    See Also
    --------
    Ensemble.met : Which targets are met in each path.
    Ensemble.headroom : How far each path is from each target.

    Examples
    --------
    >>> import numpy as np
    >>> import tinbergen as tb
    >>> baseline = tb.plans.yuecheng().simulate(paths=500, seed=1)["baseline"]
    >>> drawn = baseline.inputs()
    >>> growth = drawn["parameters.trend_growth"]
    >>> growth.shape
    (500,)
    >>> bool(np.corrcoef(growth, baseline["gdp"][-1])[0, 1] > 0.5)
    True
    """
    columns = drawn(ensemble, by_period=by_period)
    return Table(dict(zip(columns["address"], columns["values"], strict=True)))


def met(ensemble: Ensemble) -> Table:
    """Return which targets are met in each path: a row for each path, a column of booleans for each target.

    Growth that is not defined, its base not being positive, is not met; nor is anything in a path that failed.

    See Also
    --------
    Runs.attainment : The shares of paths, with intervals.

    Examples
    --------
    >>> import tinbergen as tb
    >>> runs = tb.plans.yuecheng().simulate(paths=500, seed=1)
    >>> met = runs["baseline"].met()
    >>> share = runs.attainment().filter(scenario="baseline", target="gdp-2025")["probability"][
    ...     0
    ... ]
    >>> bool(met["gdp-2025"].mean() == share)
    True
    """
    ids, are_met, _ = _core.target_paths(ensemble.model._program(), ensemble._core)
    return Table(dict(zip(ids, are_met == 1.0, strict=True)))


def headroom(ensemble: Ensemble) -> Table:
    """Return how far each path is from each target: a row for each path, a column for each target.

    In the unit of what the target counts, positive when it is met with room to spare; minus infinity where growth
    that it counts is not defined, NaN in a path that failed.

    See Also
    --------
    Runs.shortfall : Quantiles and means of it.

    Examples
    --------
    >>> import tinbergen as tb
    >>> baseline = tb.plans.yuecheng().simulate(paths=500, seed=1)["baseline"]
    >>> room, met = baseline.headroom(), baseline.met()
    >>> bool(((room["gdp-2025"] >= 0) == met["gdp-2025"]).all())
    True
    """
    ids, _, rooms = _core.target_paths(ensemble.model._program(), ensemble._core)
    return Table(dict(zip(ids, rooms, strict=True)))


def drawn(ensemble: Ensemble, *, by_period: bool) -> InputColumns:
    """Return what was drawn in the paths of an ensemble, with the kind and the name of each.

    Raises
    ------
    TypeError
        When the paths were made by no run.
    """
    recipe, run = ensemble._recipe, ensemble._run
    if recipe is None or run is None:
        raise TypeError("these paths were made for a chart, not by a run: nothing was drawn")
    tracked: Any = None if recipe.outturns is None else recipe.observe()._core
    return _core.inputs(ensemble.model._program(), run, ensemble.scenario, by_period, tracked)
