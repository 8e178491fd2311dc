"""Simulation plans: tracking, swaps, targets and instruments, equations held against paths."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from tinbergen import _core
from tinbergen.frames import Table
from tinbergen.imports import DataLike, table_bytes
from tinbergen.model import Model
from tinbergen.periods import Period, Span, SpanLike
from tinbergen.scenario import Change, Scenario

if TYPE_CHECKING:
    from tinbergen.runs import Runs

__all__ = ["Inversion", "identity_check", "invert", "swap", "track"]

TargetLike: TypeAlias = "Mapping[Any, float] | Sequence[float] | float"


class Inversion(Table):
    """The instruments that give what is wanted: columns instrument, kind, period, before, after.

    ``kind`` is ``"add factor"`` (of a behavioural equation, in the space of its left side) or
    ``"exogenous"``. `targets` is a table of what was wanted and what a run with the instruments
    gives; `scenario` moves the instruments and can be added to the model.

    Examples
    --------
    >>> import tinbergen as tb
    >>> model = tb.read_text("periods 2021..2022\\ndata g 2021 = 20, 2022 = 20\\ny ~ 2 * g")
    >>> found = model.invert({"y": {2022: 50}}, ["g"])
    >>> found.scenario.changes[0].set[2022]
    25.0
    >>> model.add(scenarios={"wanted": found.scenario}).simulate(1, seed=1)["wanted"][
    ...     "y"
    ... ].ravel()
    array([40., 50.])
    """

    __slots__ = ("scenario", "targets")
    targets: Table
    scenario: Scenario

    def __init__(self, columns: Mapping[str, Any], targets: Table, scenario: Scenario) -> None:
        super().__init__(columns)
        self.targets, self.scenario = targets, scenario

    def __reduce__(self) -> tuple[Any, ...]:
        columns = {name: self[name] for name in self.columns}
        return Inversion, (columns, self.targets, self.scenario)


def track(
    model: Model, periods: SpanLike, *, data: DataLike | None = None, identities: bool = True
) -> Model:
    """Give the model with a baseline that reproduces data; see `Model.track`."""
    table = None if data is None else table_bytes(data)
    core = _core.track(model._to_core(), str(Span(periods)), table, identities)
    return Model._from_core(core)


def swap(model: Model, indicator: str, residual: str, periods: SpanLike | None = None) -> Change:
    """Give a change that holds an indicator by solving for another; see `Model.swap`."""
    span = model.periods if periods is None else Span(periods)
    held, values, by = _core.swap(model._to_core(), indicator, residual, str(span))
    return Change(indicator=indicator, set=dict(zip(held, values, strict=True)), by=by)


def invert(
    model: Model,
    targets: Mapping[str, TargetLike],
    instruments: str | Iterable[str],
    *,
    scenario: str | None = None,
) -> Inversion:
    """Give the instruments with which targets are met; see `Model.invert`."""
    names = [instruments] if isinstance(instruments, str) else list(instruments)
    wanted = [(name, _values(model, name, values)) for name, values in targets.items()]
    base = None if scenario == "baseline" else scenario
    moved, reached = _core.invert(model._to_core(), wanted, names, base)
    amounts: dict[tuple[str, str], dict[str, float]] = {}
    for name, kind, period, before, after in zip(
        *(moved[column] for column in ("instrument", "kind", "period", "before", "after")),
        strict=True,
    ):
        value = after if kind == "exogenous" else after - before
        amounts.setdefault((name, kind), {})[period] = float(value)
    changes = [
        Change(indicator=name, set=values)
        if kind == "exogenous"
        else Change(indicator=name, add=values)
        for (name, kind), values in amounts.items()
    ]
    return Inversion(moved, Table(reached), Scenario(changes, extends=base))


def _values(model: Model, name: str, values: TargetLike) -> list[tuple[str, float]]:
    """Read the wanted path of an indicator: by period, one for each period, or one for all."""
    if hasattr(values, "items"):
        return [(str(Period(period)), float(value)) for period, value in values.items()]
    periods = [str(period) for period in model.periods]
    if isinstance(values, (int, float)):
        return [(period, float(values)) for period in periods]
    listed = [float(value) for value in values]
    if len(listed) != len(periods):
        raise ValueError(
            f"{name}: {len(listed)} values for the {len(periods)} periods {model.periods}; "
            "give one for each, or a mapping from periods to values"
        )
    return list(zip(periods, listed, strict=True))


def identity_check(
    runs: Runs, further: Sequence[str], scenario: str | None, *, behavioural: bool
) -> Table:
    """Hold equations against every path; see `Runs.identity_check`."""
    if runs._held is not None:
        raise ValueError(
            "what was drawn for a run that is held to outturns cannot be worked out again; "
            "check a run of the model itself"
        )
    names = [name for name in runs if name != "mixture"] if scenario is None else [scenario]
    tables = []
    for name in names:
        runs[name]  # an unknown name offers the nearest one
        columns = _core.identity_check(
            runs.model._program(), runs._core, name, list(further), behavioural
        )
        count = len(columns["equation"])
        tables.append(Table({"scenario": [name] * count, **columns}))
    return Table.stack(tables)
