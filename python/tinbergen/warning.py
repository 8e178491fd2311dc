"""Early warnings: rules on leading indicators and on probabilities, and how good they are."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from tinbergen import _core
from tinbergen.frames import Table
from tinbergen.parts import Labelled
from tinbergen.periods import Span, SpanLike
from tinbergen.target import Counted, Of, Over, counted
from tinbergen.values import Label, label, number

if TYPE_CHECKING:
    from tinbergen.ensemble import Ensemble
    from tinbergen.model import Model

__all__ = ["EarlyWarning", "Severity", "alerts", "readings", "record"]

Severity = Literal["watch", "warning", "alarm"]

_SHARES = (
    "fires",
    "missed",
    "missed_given_fires",
    "missed_given_quiet",
    "hit_rate",
    "false_alarms",
)


@dataclass(frozen=True, slots=True)
class EarlyWarning(Labelled):
    """A rule that warns before a target fails.

    Give an indicator or a formula with a bound (it *fires* where the bound holds),
    `probability_below` or `falls_by`.

    Parameters
    ----------
    indicator
        The leading indicator.
    equation
        In place of an indicator: a formula, an expression in indicators.
    of, over, window
        What of it counts, and how the last `window` periods are put together; its level in the
        last one unless given.
    periods
        The periods that are looked at; all unless given.
    at_least, at_most, above, below, between
        The bound.
    probability_below
        It fires where the probability of the target is below this.
    falls_by
        It fires where the probability of the target has fallen by more than this since the round
        before: 0.1 is ten percentage points.
    target
        The target or set whose failure it warns of; ``"all"`` unless given.
    severity
        ``"watch"``, ``"warning"`` or ``"alarm"``.
    message
        What to say when it fires.
    label, source, assumption
        As of every part.

    Examples
    --------
    >>> EarlyWarning(indicator="gdp", of="growth", below=0.05, target="gdp-2025").below
    0.05
    """

    _: KW_ONLY
    indicator: str | None = None
    equation: str | None = None
    of: Of | None = None
    over: Over | Counted | Mapping[str, int] | None = None
    window: int | None = None
    periods: SpanLike | None = None
    at_least: float | None = None
    at_most: float | None = None
    above: float | None = None
    below: float | None = None
    between: Sequence[float] | None = None
    probability_below: float | None = None
    falls_by: float | None = None
    target: str | None = None
    severity: Severity = "warning"
    message: str | None = None
    label: Label | None = None
    source: str | None = None
    assumption: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "label", label(self.label))
        object.__setattr__(self, "over", counted(self.over))
        if self.periods is not None:
            object.__setattr__(self, "periods", Span(self.periods))
        for name in ("at_least", "at_most", "above", "below", "probability_below", "falls_by"):
            object.__setattr__(self, name, number(getattr(self, name)))
        if self.between is not None:
            object.__setattr__(self, "between", tuple(number(end) for end in self.between))


def record(ensemble: Ensemble) -> Table:
    """Say how good rules on indicators are in simulated paths; see `Ensemble.warning_record`."""
    columns = _core.warning_record(ensemble.model._program(), ensemble._core)
    percent = [name + end for name in _SHARES for end in ("", "_low", "_high")]
    return Table(columns, percent=percent)


def readings(model: Model, outturns: Any = None) -> Table:
    """Say what rules on indicators say of known periods; see `Model.warning_readings`."""
    rows = []
    if outturns is not None:
        outturns = _newest(outturns)
        names = ("indicator", "period", "value")
        given: list[list[Any]] = [np.asarray(outturns[name]).tolist() for name in names]
        rows = [(str(n), str(p), float(v)) for n, p, v in zip(*given, strict=True)]
    columns = _core.warning_readings(model._to_core(), rows)
    missed = {None: "not known", True: "missed", False: "met"}
    return Table(
        {
            **_about(model, columns["warning"]),
            "period": columns["period"],
            "excess": columns["excess"],
            "fires": columns["fires"],
            "afterwards": [missed[value] for value in columns["missed"]],
        }
    )


def _newest(outturns: Any) -> Any:
    """Give of a file or a table with vintages the newest of each value, on the model's own basis."""
    from tinbergen.outturns import Outturns

    is_file = isinstance(outturns, (str, os.PathLike, Outturns))
    if not is_file and "vintage" not in getattr(outturns, "columns", outturns):
        return outturns
    known = Outturns(outturns)
    table = known.as_of(known.vintages[-1]).table if known.vintages else known.table
    return table.filter(lambda row: not row["basis"])


def alerts(model: Model, now: Table, before: Table | None, scenario: str) -> Table:
    """Say what rules on probabilities say, given tables of attainment of two rounds."""

    def pairs(table: Table) -> list[tuple[str, float]]:
        rows = table.filter(scenario=scenario).rows()
        return [(row["target"], row["probability"]) for row in rows]

    columns = _core.warning_alerts(
        model._to_core(), pairs(now), None if before is None else pairs(before)
    )
    rest = {name: columns[name] for name in ("value", "limit", "fires")}
    messages = [model.warnings[name].message or "" for name in columns["warning"]]
    table = {**_about(model, columns["warning"]), **rest, "message": messages}
    return Table(table, percent=["value", "limit"])


def _about(model: Model, names: Sequence[str]) -> dict[str, list[str]]:
    return {
        "warning": list(names),
        "severity": [model.warnings[name].severity for name in names],
        "target": [model.warnings[name].target or "all" for name in names],
    }
