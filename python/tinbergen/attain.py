"""Attainment in depth: what `Runs` and `Ensemble` delegate to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tinbergen import _core
from tinbergen.frames import Table
from tinbergen.goal import GoalLike, goal_list, goal_text
from tinbergen.settings import name_list

if TYPE_CHECKING:
    from tinbergen.ensemble import Ensemble
    from tinbergen.model import Model
    from tinbergen.runs import Runs

__all__ = [
    "MostLikely",
    "each_scenario",
    "first_met",
    "limiting",
    "most_likely",
    "pairs",
    "probability",
    "progress",
    "required_paths",
    "requirements",
    "shortfall",
    "simulate_until",
]

_PERCENT = ("probability", "low", "high")


def _parts(ensemble: Ensemble) -> tuple[_core.Program, _core.Ensemble]:
    return ensemble.model._program(), ensemble._core


def each_scenario(runs: Runs, measure: Callable[[Ensemble], Table]) -> Table:
    """Take a table of every scenario, and put them under each other.

    Examples
    --------
    >>> import tinbergen as tb
    >>> runs = tb.plans.yuecheng().simulate(paths=100, seed=1, scenarios=["baseline"])
    >>> each_scenario(runs, lambda ensemble: tb.Table({"paths": [ensemble.paths]}))
    scenario  paths
    baseline    100
    """
    tables = [(name, measure(runs[name])) for name in runs]
    return Table.stack(
        [
            Table(
                {"scenario": [name] * len(table), **{c: table[c] for c in table.columns}},
                percent=table.percent,
            )
            for name, table in tables
        ]
    )


def probability(ensemble: Ensemble, goals: Sequence[GoalLike], given: GoalLike | None) -> Table:
    """Say how likely goals are; see `Runs.probability`."""
    if not goals:
        raise ValueError("name a target, a set or a combination of them")
    condition = None if given is None else goal_text(given)
    columns = _core.probabilities(*_parts(ensemble), goal_list(goals), condition)
    if condition is not None:
        about = [_core.goal_text(condition)] * len(columns["goal"])
        columns = {"goal": columns.pop("goal"), "given": about, **columns}
    return Table(columns, percent=_PERCENT)


def pairs(ensemble: Ensemble, names: str | Sequence[str] | None) -> Table:
    """Hold targets against each other; see `Ensemble.pairs`."""
    columns = _core.pairs(*_parts(ensemble), name_list(names))
    percent = ("both", "both_low", "both_high", "given", "given_low", "given_high")
    return Table(columns, percent=percent)


def limiting(ensemble: Ensemble, of: GoalLike) -> Table:
    """Say which targets limit a set; see `Runs.limiting`."""
    columns = _core.limiting(*_parts(ensemble), goal_text(of))
    percent = [name for name in columns if name != "target" and not name.endswith("paths")]
    return Table(columns, percent=percent)


def first_met(ensemble: Ensemble, *, distribution: bool) -> Table:
    """Say when targets are first met; see `Runs.first_met`."""
    periods, targets = _core.first_met(*_parts(ensemble))
    columns = periods if distribution else targets
    if not distribution:
        columns["at_start"] = ["" if v is None else str(v).lower() for v in columns["at_start"]]
    hidden = ("_paths", "_error")
    kept = {name: v for name, v in columns.items() if not name.endswith(hidden)}
    if not distribution:
        kept["stays_paths"] = columns["stays_paths"]
    stems = ("first", "by", "never", "stays")
    percent = [f"{stem}{end}" for stem in stems for end in ("", "_low", "_high")]
    return Table(kept, percent=[name for name in percent if name in kept])


def shortfall(ensemble: Ensemble, quantiles: Iterable[float], tail: float) -> Table:
    """Say how far paths are from targets; see `Runs.shortfall`."""
    from tinbergen.ensemble import quantile_name

    levels = [float(level) for level in quantiles]
    columns = _core.shortfall(*_parts(ensemble), levels, float(tail))
    bands = columns.pop("bands")
    failed = columns.pop("failed")
    named = {quantile_name(q).replace("q", "h", 1): bands[:, k] for k, q in enumerate(levels)}
    drop = ("error", "paths")
    kept = {name: v for name, v in columns.items() if name not in drop}
    return Table({**kept, **named, "failed": failed}, percent=_PERCENT)


def progress(
    ensemble: Ensemble,
    *,
    on_track: float,
    off_track: float,
    interval: bool,
    base: object | None,
) -> Table:
    """Say where targets stand; see `Runs.progress`."""
    from tinbergen.periods import Period

    period = None if base is None else str(Period(base))
    columns = _core.progress(*_parts(ensemble), on_track, off_track, interval, period)
    kept = {name: v for name, v in columns.items() if name not in ("error", "paths")}
    return Table(kept, percent=_PERCENT)


def required_paths(ensemble: Ensemble) -> Table:
    """Say which way indicators have to go; see `Runs.required_paths`."""
    return Table(_core.required_paths(*_parts(ensemble)))


def requirements(runs: Runs, of: GoalLike, *, scenario: str, by_period: bool) -> Table:
    """Say what would have to be true; see `Runs.requirements`."""
    program, goal = runs.model._program(), goal_text(of)
    tracked = None if runs._held is None else runs.model.observe(runs._held[0])._core
    return Table(_core.requirements(program, runs._core, scenario, goal, by_period, tracked))


@dataclass(frozen=True)
class MostLikely:
    """The most likely path that meets a goal; made by `Runs.most_likely`.

    Parameters
    ----------
    of
        The goal.
    distance
        Its distance from the median of all luck, in standard deviations.
    table
        Columns kind (indicator, parameter, start, shock, event), name, period, value, usual.
    prices
        Columns target, price: by how much half the square of the distance would fall per unit of the
        bound; only targets that bind.
    """

    of: str
    distance: float
    table: Table = field(repr=False)
    prices: Table = field(repr=False)


def most_likely(runs: Runs, of: GoalLike, *, scenario: str) -> MostLikely:
    """Find the most likely path that meets a goal; see `Runs.most_likely`."""
    program, goal = runs.model._program(), goal_text(of)
    if runs._held is not None:
        from tinbergen.likely import most_likely_given

        return most_likely_given(runs, goal, scenario=scenario)
    distance, table, prices = _core.most_likely(program, runs._core, scenario, goal)
    targets = {"target": [name for name, _ in prices], "price": [price for _, price in prices]}
    return MostLikely(_core.goal_text(goal), distance, Table(table), Table(targets))


def simulate_until(
    model: Model,
    half_width: float,
    of: GoalLike | Iterable[GoalLike] | None,
    most: int,
    settings: dict[str, Any],
) -> tuple[_core.Ensembles, dict[str, Any]]:
    """Simulate until probabilities are known well enough; see `Model.simulate`."""
    goals = [] if of is None else goal_list(of)
    return _core.simulate_until(
        model._program(), half_width=float(half_width), of=goals, most=most, **settings
    )
