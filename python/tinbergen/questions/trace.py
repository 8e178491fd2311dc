"""How an indicator got its value in one path."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING

from tinbergen import _core
from tinbergen.basics.periods import Period, PeriodLike
from tinbergen.basics.table import Table

if TYPE_CHECKING:
    from tinbergen.results.runs import Runs

__all__ = ["Trace", "trace"]


@dataclass(frozen=True, repr=False)
class Trace:
    """How an indicator got its value in one path; made by `Runs.trace`.

    Parameters
    ----------
    scenario
        The scenario.
    path
        The path.
    steps
        A row for each equation, the one that was asked for first. Columns depth, indicator, period,
        value, kind (equation, given, known, set, solved), left and right (the values of the two sides),
        shock and shock_value, add_factor, gap (left minus all others), equation, numbers (the
        equation with numbers in the place of names).
    reads
        What each equation reads. Columns indicator, period, term (as written), name, of_period, value.
    text
        All of it, as a person reads it; also what is printed.
    """

    scenario: str
    path: int
    steps: Table
    reads: Table
    text: str = field(compare=False)

    @property
    def table(self) -> Table:
        """The steps, a row for each equation."""
        return self.steps

    def __repr__(self) -> str:
        """Write it as a person reads it."""
        return self.text

    def _repr_html_(self) -> str:
        return f"<pre>{escape(self.text)}</pre>"


def trace(
    runs: Runs,
    indicator: str,
    period: PeriodLike,
    *,
    path: int,
    scenario: str = "baseline",
    depth: int = 1,
) -> Trace:
    """Show how an indicator got its value in one path: its equation with its numbers.

    Parameters
    ----------
    indicator
        The indicator.
    period
        The period, also one before the span.
    path
        The path, counted from 0; ``ensemble.broken()`` lists those that broke.
    scenario
        The scenario.
    depth
        1 shows the equation and what it reads; 2 also the equations of what it reads, and so on.

    Returns
    -------
    Trace
        The equation, its numbers, residual and add factor, what it reads; printed as text.

    Notes
    -----
    The path is drawn and computed once more, by the same numbers, also where the run is conditioned
    on actual values. Both sides are worked out from the text of the equation and not by what the engine
    computed: what is left of their difference is the gap.

    Examples
    --------
    >>> import tinbergen as tb
    >>> runs = tb.plans.yuecheng().simulate(paths=20, seed=1, scenarios=["baseline"])
    >>> found = runs.trace("gdp", 2025, path=17)
    >>> str(found.steps["equation"][0])
    'gdp = gdp_real * deflator'
    >>> real, deflator = found.reads["value"]
    >>> bool(real * deflator == found.steps["right"][0] == runs["baseline"]["gdp"][4, 17])
    True
    """
    tracked = None if runs._given is None else runs.model.observe(runs._given[0])._core
    steps, reads, text = _core.trace(
        runs._core, scenario, indicator, str(Period(period)), int(path), int(depth), tracked
    )
    return Trace(scenario, int(path), Table(steps), Table(reads), text)
