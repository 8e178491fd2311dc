"""Early warnings: rules on leading indicators and on probabilities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Literal

from tinbergen.basics.periods import Span, SpanLike
from tinbergen.written.parts import Labelled
from tinbergen.written.target import Counted, Of, Over, counted
from tinbergen.written.values import Label, label, number

__all__ = ["EarlyWarning", "Severity"]

Severity = Literal["watch", "warning", "alarm"]


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
