"""The tornado: what each assumption does when it moves from its 10th to its 90th percentile."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tinbergen import _core
from tinbergen.basics.table import Table
from tinbergen.basics.theme import Size, ThemeLike
from tinbergen.lazy import charts
from tinbergen.questions.matter_words import input_text, tornado_sentence
from tinbergen.written.goal import GoalLike, goal_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from tinbergen.results.runs import Runs
    from tinbergen.written.model import Model

__all__ = ["Tornado", "tornado"]

_SURE = 1.96
"""Standard errors from which a change is told from none."""


def tornado(
    runs: Runs, of: GoalLike = "all", *, scenario: str = "baseline", by_period: bool = False
) -> Tornado:
    """Compute what each assumption does to a target when it moves from its 10th to its 90th percentile.

    Everything else stays as it was drawn. Nothing is run again: the paths themselves tell it.

    Parameters
    ----------
    of
        A target, a set or a combination of them.
    scenario
        The scenario; also ``"mixture"``.
    by_period
        Shocks and events period by period. Else a shock counts by its mean over the periods up to the last one of
        the target, an event by how often it begins in them.

    Returns
    -------
    Tornado
        It prints itself as a sentence and a table, and draws itself: ``tornado.plot()``.

    See Also
    --------
    Runs.sensitivity : Shares of the variance.
    Runs.requirements : How the paths that meet a goal differ from the others.

    Notes
    -----
    At each end there is a local linear regression of what is met on the assumption, over the paths whose rank is
    within a tenth of that percentile, less weight the further away [1]_. With independent assumptions that
    estimates what a run gives in which this one is a number and all others are drawn; those that are
    correlated with it move along. Where the two percentiles are the same number, as of a rare event, paths
    with that number are compared with all others. Errors fit the design and the weights of the paths.

    References
    ----------
    .. [1] J. Fan and I. Gijbels (1996), Local polynomial modelling and its applications.

    Examples
    --------
    >>> import tinbergen as tb
    >>> runs = tb.plans.yuecheng().simulate(paths=2000, seed=1, scenarios="baseline")
    >>> found = runs.tornado("gdp-2025")
    >>> growth = next(found.table.filter(name="trend_growth").rows())
    >>> growth["probability_high"] > growth["probability_low"] + 0.3
    True
    """
    goal = goal_text(of)
    tracked = None if runs._given is None else runs.recipe.observe()._core
    program = runs.model._program()
    columns = _core.tornado(program, runs._core, scenario, ("met", goal, None), by_period, tracked)
    found = _core.probabilities(program, runs[scenario]._core, [goal], None)
    value, low, high = (float(found[name][0]) for name in ("probability", "low", "high"))
    return Tornado(runs.model, goal, scenario, (value, low, high), _table(runs.model, columns))


def _table(model: Model, columns: Mapping[str, Any]) -> Table:
    """Name the columns, and add labels and what is more than noise."""
    rows = range(len(columns["name"]))
    inputs = [{name: columns[name][k] for name in ("kind", "name", "periods")} for k in rows]
    change, error = columns["main_change"], columns["main_change_error"]
    named = {
        key.replace("main_", "probability_"): values
        for key, values in columns.items()
        if key != "address"
    }
    labels = [input_text(row, model, "en") for row in inputs]
    clear = np.abs(change) > _SURE * error
    percent = [name for name in named if name.startswith("probability_")]
    shown = ("label", "low", "high", "probability_low", "probability_high", "probability_change")
    ordered = {"kind": named.pop("kind"), "name": named.pop("name"), "label": labels}
    return Table(
        {**ordered, **named, "address": columns["address"], "clear": clear},
        percent=percent,
        shown=(*shown, "clear"),
    )


@dataclass(frozen=True, eq=False)
class Tornado:
    """What each assumption does to a target; made by `Runs.tornado`.

    Parameters
    ----------
    model
        The model that was simulated.
    of
        The goal.
    scenario
        The scenario.
    probability
        The probability of the goal as the plan stands, and the ends of its 95 % interval.
    table
        A row for each assumption, the largest change first: kind, name, label, low and high (its 10th and
        90th percentile in natural units), split (whether one value is compared with all others),
        periods, and for probability, median (of the headroom) and shortfall (what is missing on
        average) what they are at both ends (``_low``, ``_high``), what lies between (``_change``) and the
        Monte Carlo errors; address; clear (whether the change of the probability is more than noise).
        Median and shortfall are NaN where the goal is no single target.

    Examples
    --------
    >>> import tinbergen as tb
    >>> runs = tb.plans.yuecheng().simulate(paths=2000, seed=1, scenarios="baseline")
    >>> print(runs.tornado("gdp-2025").in_words("en")[:22])
    Gross regional product
    """

    model: Model
    of: str
    scenario: str
    probability: tuple[float, float, float]
    table: Table

    def in_words(self, language: str = "en") -> str:
        """Tell in a sentence or two which assumptions move the probability most."""
        return tornado_sentence(self, language)

    def plot(
        self,
        *,
        rows: int = 12,
        language: str = "en",
        ax: Axes | None = None,
        figsize: Size | None = None,
        theme: ThemeLike = "light",
    ) -> Axes:
        """Draw it; see `tinbergen.plots.tornado`.

        Parameters
        ----------
        rows
            How many assumptions at most.
        language, ax, figsize, theme
            As of every chart.
        """
        return charts.tornado(
            self, rows=rows, language=language, ax=ax, figsize=figsize, theme=theme
        )

    def __str__(self) -> str:
        return f"{self.in_words()}\n\n{self.table}"

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return f"<p>{html.escape(self.in_words())}</p>{self.table._repr_html_()}"
