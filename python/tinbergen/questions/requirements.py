"""What would have to be true: how paths that meet a goal differ from the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tinbergen import _core
from tinbergen.basics.table import Table
from tinbergen.written.goal import GoalLike, goal_text

if TYPE_CHECKING:
    from tinbergen.results.runs import Runs

__all__ = ["requirements"]


def requirements(
    runs: Runs, of: GoalLike = "all", *, scenario: str = "baseline", by_period: bool = False
) -> Table:
    """Compute how paths that meet a goal differ from the others: what would have to be true.

    Parameters
    ----------
    of
        A target, a set or a combination of them; some paths must meet it, and some not.
    scenario
        The scenario.
    by_period
        Shocks period by period, in place of their mean up to the last period of the goal.

    Returns
    -------
    Table
        Columns kind (parameter, start, shock, event, growth), name, periods, of_goal (the goal is
        about this indicator), met and missed (the means of the two), difference (standardised)
        with its Monte Carlo error, distance (of Kolmogorov and Smirnov), noise (a distance that
        chance alone gives any row in 5 % of cases), clear. The furthest apart first; what may be
        noise comes last.

    Raises
    ------
    ModelError
        When every path meets the goal, or none does.

    See Also
    --------
    Runs.most_likely : One path that meets the goal.

    Notes
    -----
    Monte Carlo filtering: paths are split by whether they meet the goal, and what was drawn for
    the two is compared [1]_. The noise of a distance is corrected for the number of rows (Bonferroni).

    References
    ----------
    .. [1] R. C. Spear and G. M. Hornberger (1980), Eutrophication in Peel Inlet, II: identification
       of critical uncertainties via generalized sensitivity analysis. Water Research 14, 43-49.

    Examples
    --------
    >>> import tinbergen as tb
    >>> runs = tb.plans.yuecheng().simulate(paths=1000, seed=1, scenarios=["baseline"])
    >>> table = runs.requirements("rd-share-2025").filter(kind="parameter", clear=True)
    >>> str(table["name"][0])
    'rd_drift'
    """
    program, goal = runs.model._program(), goal_text(of)
    tracked = None if runs._given is None else runs.model.observe(runs._given[0])._core
    columns = _core.requirements(program, runs._core, scenario, goal, by_period, tracked)
    kept = ("kind", "name", "periods", "met", "missed", "difference", "error", "clear")
    return Table(columns, shown=kept)
