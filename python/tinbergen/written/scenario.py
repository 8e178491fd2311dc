"""Scenarios: named lists of changes to the baseline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, InitVar, dataclass
from typing import Any, TypeAlias

from tinbergen.basics.mapping import Series
from tinbergen.basics.periods import Span, SpanLike
from tinbergen.errors import wrong_type
from tinbergen.written.parts import Labelled
from tinbergen.written.quantity import QuantityLike, quantity
from tinbergen.written.values import Label, label, number

__all__ = ["Amount", "Change", "Scenario"]

Amount: TypeAlias = "QuantityLike | Mapping[Any, float]"
"""One amount for all periods of a change, or one for each: ``{2022: 500, 2023: 480}``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change: what it acts on, when, and how.

    Name one of `parameter`, `shock` and `indicator`, and give one of `set`, `add` and `scale`.

    Parameters
    ----------
    parameter
        `set` replaces it (distribution included), `add` and `scale` act on what is drawn.
    shock
        `add` shifts the draw, `scale` multiplies its deviation from its mean.
    indicator
        `set` exogenises it, `add` is an add factor in the space of its left side.
    periods
        When; the whole span unless given. A parameter has no periods.
    set, add, scale
        The amount: one for all periods, or one for each period named.
    by
        Where an indicator is `set`: the indicator whose value is solved for instead, in every path,
        so that the equation of the indicator gives what is set. It is behavioural (what is missing
        in its equation is its add factor) or exogenous.
    source
        The page or section it is from.
    assumption
        Why it was assumed, when no source has it.
    anticipated
        Whether it is known in advance: it cannot be, since no equation has a lead, and True is an
        error.

    Examples
    --------
    >>> change = Change(shock="demand", periods="2022..2023", add=-0.03)
    >>> change.periods
    Span('2022..2023')
    """

    parameter: str | None = None
    shock: str | None = None
    indicator: str | None = None
    periods: SpanLike | None = None
    set: Amount | None = None
    add: Amount | None = None
    scale: Amount | None = None
    by: str | None = None
    source: str | None = None
    assumption: str | None = None
    anticipated: InitVar[bool] = False

    def __post_init__(self, anticipated: bool) -> None:
        if anticipated:
            raise ValueError(
                "anticipated: no equation has a lead, so nothing can be anticipated: a change is a "
                "surprise in each of its periods; leave it out"
            )
        if self.periods is not None:
            object.__setattr__(self, "periods", Span(self.periods))
        for action in ("set", "add", "scale"):
            object.__setattr__(self, action, _amount(getattr(self, action)))


def _amount(value: Any) -> Any:
    if hasattr(value, "items"):
        series = Series[Any](value)
        return Series({period: number(item) for period, item in series.items()})
    return quantity(value)


@dataclass(frozen=True, slots=True)
class Scenario(Labelled):
    """A named list of changes to the baseline.

    Parameters
    ----------
    changes
        The changes, in the order in which they apply.
    probability
        Probability, for the mixture over scenarios; the baseline has what the others leave of 1.
    extends
        Another scenario, whose changes come first.
    label
        What a reader sees.
    source
        The page or section it is from.
    assumption
        Why it was assumed, when no source has it.

    Examples
    --------
    >>> slump = Scenario([Change(shock="demand", add=-0.03)], probability=0.2)
    >>> len(slump.changes)
    1
    """

    changes: Sequence[Change] = ()
    _: KW_ONLY
    probability: float | None = None
    extends: str | None = None
    label: Label | None = None
    source: str | None = None
    assumption: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "changes", tuple(self.changes))
        for k, change in enumerate(self.changes):
            if not isinstance(change, Change):
                raise wrong_type(f"changes[{k}]", "a Change", change)
        object.__setattr__(self, "probability", number(self.probability))
        object.__setattr__(self, "label", label(self.label))
