"""Levers: the cheapest setting for a wanted probability, the frontier, isoquants."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tinbergen import _core
from tinbergen.frames import Table
from tinbergen.goal import GoalLike, goal_text
from tinbergen.optional import load
from tinbergen.progress import reporting
from tinbergen.scenario import Change, Scenario
from tinbergen.settings import name_list, path_count, seed_number, threads_setting
from tinbergen.text import format_chance, format_percent, format_value

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from tinbergen.model import Model

__all__ = ["Frontier", "Isoquant", "Seek", "frontier", "isoquant", "seek"]

_PERCENT = ("probability", "low", "high")

Interval = tuple[float, float, float]
"""A probability and the ends of its 95 % interval."""


@dataclass(frozen=True)
class Seek:
    """The cheapest setting of levers with a wanted probability; made by `Model.seek`.

    Parameters
    ----------
    of
        The goal.
    wanted
        The probability that was wanted.
    reached
        Whether there is a setting with the probability and the margin.
    settings
        Columns lever, now, value, cost; the setting that comes nearest when it cannot be reached.
    cost
        What the setting costs.
    found
        Its probability in the search, with its interval.
    confirmed
        Its probability under other luck, with its interval.
    before
        The probability when no lever is moved.
    margin
        How far above the wanted probability the estimate had to be.
    exact
        Whether no cheaper setting with whole steps is possible.
    tried
        All that was tried: a column for each lever, cost, probability, low, high.
    """

    of: str
    wanted: float
    reached: bool
    settings: Table
    cost: float
    found: Interval
    confirmed: Interval
    before: Interval
    margin: float
    exact: bool
    tried: Table = field(repr=False)
    _parameters: Mapping[str, str] = field(repr=False, default_factory=dict)

    def scenario(self, label: str | None = None) -> Scenario:
        """Give the setting as a scenario, to be added to the model.

        Examples
        --------
        >>> import tinbergen as tb
        >>> model = tb.plans.yuecheng()
        >>> found = model.seek(0.4, of="rd-share-2025", levers="rd_subsidy", paths=500, seed=1)
        >>> with_it = model.add(scenarios={"subsidy": found.scenario("R&D subsidy")})
        >>> "subsidy" in with_it.scenarios
        True
        """
        changes = [
            Change(parameter=self._parameters[row["lever"]], set=float(row["value"]))
            for row in self.settings.rows()
        ]
        return Scenario(changes, label=label)

    @property
    def sentence(self) -> str:
        """What was found, in words."""
        moved = [
            f"{row['lever']} at {format_value(row['value'])}"
            for row in self.settings.rows()
            if row["value"] != row["now"]
        ]
        setting = ", ".join(moved) or "no lever moved"
        chance, under = format_chance(*self.found), format_chance(*self.confirmed)
        wanted = format_percent(self.wanted)
        if not self.reached:
            return (
                f"{self.of}: {wanted} cannot be reached; {setting} comes nearest with {chance} "
                f"[under other luck {under}] at a cost of {format_value(self.cost)}"
            )
        rest = "" if self.exact else "; a cheaper setting cannot be ruled out"
        return (
            f"{self.of}: {setting} at a cost of {format_value(self.cost)} gives {chance} "
            f"[under other luck {under}], {format_chance(*self.before)} before{rest}"
        )

    def __str__(self) -> str:
        return self.sentence

    def _repr_html_(self) -> str:
        return f"<p>{self.sentence}</p>{self.settings._repr_html_()}"


class Frontier(Table):
    """Cost against probability; made by `Model.frontier`.

    A column for each lever, cost, probability, low, high.
    """

    __slots__ = ("_model", "of")

    def __init__(self, columns: Mapping[str, Any], *, model: Model, of: str) -> None:
        super().__init__(columns, percent=_PERCENT)
        self._model = model
        self.of = of

    def __reduce__(self) -> tuple[Any, ...]:
        return _frontier_again, ({c: self[c] for c in self.columns}, self._model, self.of)

    def _like(self, columns: Mapping[str, Any]) -> Table:
        return Table(columns, percent=self.percent)

    def plot(self, *, language: str = "en", ax: Axes | None = None) -> Axes:
        """Draw probability over cost, with intervals (needs matplotlib)."""
        load("matplotlib")
        axes: Axes = load("tinbergen.plots").frontier(
            self, model=self._model, of=self.of, language=language, ax=ax
        )
        return axes


def _frontier_again(columns: Mapping[str, Any], model: Model, of: str) -> Frontier:
    return Frontier(columns, model=model, of=of)


class Isoquant(Table):
    """The probability of a goal over settings of two levers; made by `Model.isoquant`.

    Columns: the two levers, cost, probability, low, high. `curves` has the settings with the same
    probability.
    """

    __slots__ = ("_model", "curves", "levers", "of")

    def __init__(self, columns: Mapping[str, Any], *, model: Model, of: str, curves: Table) -> None:
        super().__init__(columns, percent=_PERCENT)
        self._model = model
        self.of = of
        self.curves = curves
        self.levers = self.columns[:2]

    def __reduce__(self) -> tuple[Any, ...]:
        columns = {name: self[name] for name in self.columns}
        return _isoquant_again, (columns, self._model, self.of, self.curves)

    def _like(self, columns: Mapping[str, Any]) -> Table:
        return Table(columns, percent=self.percent)

    def plot(self, *, language: str = "en", ax: Axes | None = None) -> Axes:
        """Draw the curves of equal probability, with lines of equal cost (needs matplotlib)."""
        load("matplotlib")
        axes: Axes = load("tinbergen.plots").isoquant(
            self, model=self._model, of=self.of, language=language, ax=ax
        )
        return axes


def _isoquant_again(columns: Mapping[str, Any], model: Model, of: str, curves: Table) -> Isoquant:
    return Isoquant(columns, model=model, of=of, curves=curves)


Progress = bool | Callable[[int, int], object] | None


def seek(
    model: Model,
    probability: float,
    *,
    of: GoalLike,
    levers: str | Sequence[str] | None,
    scenario: str,
    paths: int,
    seed: int | None,
    margin: float | None,
    most: int,
    threads: int | None,
    progress: Progress,
) -> Seek:
    """Seek the cheapest setting of levers; see `Model.seek`."""
    names = name_list(levers) or []
    with reporting(progress) as watch:
        answer, settings, tried = _core.seek(
            model._program(),
            probability=float(probability),
            of=goal_text(of),
            levers=names,
            scenario=scenario,
            paths=path_count(paths),
            seed=seed_number(seed),
            margin=margin,
            most=most,
            threads=threads_setting(threads),
            watch=watch,
        )
    del answer["confirmed_seed"]
    return Seek(
        of=_core.goal_text(goal_text(of)),
        wanted=float(probability),
        settings=Table(settings),
        tried=Table(_named(tried, settings["lever"]), percent=_PERCENT),
        _parameters={name: lever.parameter for name, lever in model.levers.items()},
        **answer,
    )


def frontier(
    model: Model,
    *,
    of: GoalLike,
    levers: str | Sequence[str] | None,
    scenario: str,
    paths: int,
    seed: int | None,
    threads: int | None,
    progress: Progress,
) -> Frontier:
    """Work out the frontier of cost against probability; see `Model.frontier`."""
    with reporting(progress) as watch:
        names, columns = _core.frontier(
            model._program(),
            of=goal_text(of),
            levers=name_list(levers) or [],
            scenario=scenario,
            paths=path_count(paths),
            seed=seed_number(seed),
            threads=threads_setting(threads),
            watch=watch,
        )
    return Frontier(_named(columns, names), model=model, of=goal_text(of))


def isoquant(
    model: Model,
    levers: Sequence[str],
    *,
    of: GoalLike,
    levels: Sequence[float],
    scenario: str,
    paths: int,
    seed: int | None,
    threads: int | None,
    progress: Progress,
) -> Isoquant:
    """Work out settings of two levers with the same probability; see `Model.isoquant`."""
    if isinstance(levers, str) or len(levers) != 2:
        raise ValueError(f"name two levers, not {levers!r}")
    first, second = levers
    with reporting(progress) as watch:
        grid, curves = _core.isoquant(
            model._program(),
            of=goal_text(of),
            levers=(first, second),
            levels=[float(level) for level in levels],
            scenario=scenario,
            paths=path_count(paths),
            seed=seed_number(seed),
            threads=threads_setting(threads),
            watch=watch,
        )
    lines = Table(
        {"probability": curves["level"], first: curves["a"], second: curves["b"]},
        percent=["probability"],
    )
    kept = {key: grid[key] for key in ("cost", *_PERCENT)}
    table = {first: grid["a"], second: grid["b"], **kept}
    return Isoquant(table, model=model, of=goal_text(of), curves=lines)


def _named(columns: Mapping[str, Any], levers: Sequence[str]) -> dict[str, Any]:
    """Give each lever a column of its settings."""
    settings = columns["settings"]
    each = {lever: settings[:, k] for k, lever in enumerate(levers)}
    return {**each, **{key: columns[key] for key in ("cost", *_PERCENT)}}
