"""Levers: cost against probability, and settings of two with the same probability."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tinbergen import _core
from tinbergen.basics.model_columns import GridColumns, SettingColumns
from tinbergen.basics.progress_bar import reporting
from tinbergen.basics.run_columns import Numbers
from tinbergen.basics.settings import name_list
from tinbergen.basics.table import Table
from tinbergen.basics.theme import Size, ThemeLike
from tinbergen.lazy import charts
from tinbergen.questions.idle_levers import idle_levers, lever_run
from tinbergen.results.notes import Notes
from tinbergen.written.goal import GoalLike, goal_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from tinbergen.written.model import Model

__all__ = ["PERCENT", "Frontier", "Isoquant", "frontier", "isoquant", "of_settings"]

PERCENT = ("probability", "low", "high")
"""The columns of settings that are shares."""


class Frontier(Table):
    """Cost against probability; made by `Model.frontier`.

    A column for each lever, cost, probability, low, high. `notes` names levers that change nothing.
    """

    __slots__ = ("_model", "notes", "of")

    def __init__(
        self, columns: Mapping[str, Any], *, model: Model, of: str, notes: Notes | None = None
    ) -> None:
        super().__init__(columns, percent=PERCENT)
        self._model = model
        self.of = of
        self.notes = Notes() if notes is None else notes

    def __reduce__(self) -> tuple[Any, ...]:
        columns = {name: self[name] for name in self.columns}
        return _frontier_again, (columns, self._model, self.of, self.notes)

    def plot(
        self,
        *,
        language: str = "en",
        ax: Axes | None = None,
        figsize: Size | None = None,
        theme: ThemeLike = "light",
    ) -> Axes:
        """Draw probability over cost, with intervals (needs matplotlib)."""
        return charts.frontier(
            self,
            model=self._model,
            of=self.of,
            language=language,
            ax=ax,
            figsize=figsize,
            theme=theme,
        )


def _frontier_again(
    columns: Mapping[str, Any], model: Model, of: str, notes: Notes | None = None
) -> Frontier:
    return Frontier(columns, model=model, of=of, notes=notes)


class Isoquant(Table):
    """The probability of a goal over settings of two levers; made by `Model.isoquant`.

    Columns: the two levers, cost, probability, low, high. `curves` has the settings with the same
    probability, `notes` names levers that change nothing.
    """

    __slots__ = ("_model", "curves", "levers", "notes", "of")

    def __init__(
        self,
        columns: Mapping[str, Any],
        *,
        model: Model,
        of: str,
        curves: Table,
        notes: Notes | None = None,
    ) -> None:
        super().__init__(columns, percent=PERCENT)
        self.notes = Notes() if notes is None else notes
        self._model = model
        self.of = of
        self.curves = curves
        self.levers = self.columns[:2]

    def __reduce__(self) -> tuple[Any, ...]:
        columns = {name: self[name] for name in self.columns}
        return _isoquant_again, (columns, self._model, self.of, self.curves, self.notes)

    def plot(
        self,
        *,
        language: str = "en",
        ax: Axes | None = None,
        figsize: Size | None = None,
        theme: ThemeLike = "light",
    ) -> Axes:
        """Draw the curves of equal probability, with lines of equal cost (needs matplotlib)."""
        return charts.isoquant(
            self,
            model=self._model,
            of=self.of,
            language=language,
            ax=ax,
            figsize=figsize,
            theme=theme,
        )


def _isoquant_again(
    columns: Mapping[str, Any], model: Model, of: str, curves: Table, notes: Notes | None = None
) -> Isoquant:
    return Isoquant(columns, model=model, of=of, curves=curves, notes=notes)


def frontier(
    model: Model,
    of: GoalLike = "all",
    levers: str | Sequence[str] | None = None,
    *,
    scenario: str = "baseline",
    replace: bool = False,
    paths: int = 10_000,
    seed: int | None = None,
    threads: int | None = None,
    progress: bool | Callable[[int, int], object] | None = None,
) -> Frontier:
    """Compute what each probability of a goal costs: the frontier of cost against probability.

    Parameters
    ----------
    of, levers, scenario, replace, paths, seed, threads, progress
        As in `seek`.

    Returns
    -------
    Frontier
        A table with a column for each lever, cost, probability, low, high, from the plan as it is
        written on; ``.plot()`` draws it. Nothing cheaper or as dear is more likely, among all settings up
        to 4096; of more, every other setting of a lever is left out until they are not.

    Examples
    --------
    >>> import tinbergen as tb
    >>> plan = tb.plans.yuecheng()
    >>> table = plan.frontier("rd-share-2025", "rd_subsidy", paths=500, seed=1)
    >>> table.columns
    ('rd_subsidy', 'cost', 'probability', 'low', 'high')
    """
    goal, asked = goal_text(of), name_list(levers) or []
    run = lever_run(goal, asked, scenario, replace, paths, seed, threads)
    with reporting(progress) as watch:
        names, columns = _core.frontier(model._program(), run, watch)
        notes = idle_levers(model, {**run, "levers": names}, watch)
    return Frontier(of_settings(columns, names), model=model, of=goal, notes=notes)


def isoquant(
    model: Model,
    levers: Sequence[str],
    of: GoalLike = "all",
    *,
    levels: Sequence[float] = (0.2, 0.4, 0.5, 0.6, 0.8, 0.9),
    scenario: str = "baseline",
    replace: bool = False,
    paths: int = 10_000,
    seed: int | None = None,
    threads: int | None = None,
    progress: bool | Callable[[int, int], object] | None = None,
) -> Isoquant:
    """Compute the settings of two levers with which a goal is equally likely.

    Parameters
    ----------
    levers
        The names of the two.
    levels
        The probabilities whose curves are wanted.
    of, scenario, replace, paths, seed, threads, progress
        As in `seek`.

    Returns
    -------
    Isoquant
        A table of all settings with cost and probability; ``.curves`` has the curves, and
        ``.plot()`` draws them.

    Examples
    --------
    >>> import tinbergen as tb
    >>> plan = tb.plans.yuecheng()
    >>> found = plan.isoquant(["firms", "talent"], "high-tech-firms-2025", paths=200, seed=1)
    >>> found.curves.columns
    ('probability', 'firms', 'talent')
    """
    if isinstance(levers, str) or len(levers) != 2:
        raise ValueError(f"name two levers, not {levers!r}")
    first, second = levers
    goal = goal_text(of)
    run = lever_run(goal, [first, second], scenario, replace, paths, seed, threads)
    with reporting(progress) as watch:
        wanted = [float(level) for level in levels]
        grid, curves = _core.isoquant(model._program(), run, levels=wanted, watch=watch)
        notes = idle_levers(model, run, watch)
    lines = Table(
        {"probability": curves["level"], first: curves["a"], second: curves["b"]},
        percent=["probability"],
    )
    table = {first: grid["a"], second: grid["b"], **_chances(grid)}
    return Isoquant(table, model=model, of=goal, curves=lines, notes=notes)


def of_settings(columns: SettingColumns, levers: Sequence[str]) -> dict[str, Numbers]:
    """Return each lever a column of its settings."""
    settings = columns["settings"]
    each = {lever: settings[:, k] for k, lever in enumerate(levers)}
    return {**each, **_chances(columns)}


def _chances(columns: SettingColumns | GridColumns) -> dict[str, Numbers]:
    """Return what settings cost and how likely the goal is with them."""
    return {
        "cost": columns["cost"],
        "probability": columns["probability"],
        "low": columns["low"],
        "high": columns["high"],
    }
