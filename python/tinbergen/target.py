"""Targets of a plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any, Literal, TypeAlias

from tinbergen.parts import Labelled
from tinbergen.periods import Span, SpanLike
from tinbergen.values import Label, label, number

__all__ = ["Limit", "Nature", "Of", "Over", "Relative", "Target", "TargetSet", "TargetSetLike"]

Of: TypeAlias = Literal["level", "change", "growth"]
Over: TypeAlias = Literal["last", "sum", "mean", "min", "max", "every"]
Nature: TypeAlias = Literal["binding", "expected"]

_BOUNDS = ("at_least", "at_most", "above", "below")


@dataclass(frozen=True, slots=True)
class Relative:
    """A limit that moves with another indicator: ``times`` x what counts of it, plus a number.

    Parameters
    ----------
    indicator
        The other indicator.
    of, over
        What of it counts, and how its periods are put together; as in the target unless given.
    times
        Factor.
    plus
        Addend, in the unit of what counts.

    Examples
    --------
    >>> Relative("gdp", of="growth").times
    1.0
    """

    indicator: str
    _: KW_ONLY
    of: Of | None = None
    over: Over | None = None
    times: float = 1.0
    plus: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "times", number(self.times))
        object.__setattr__(self, "plus", number(self.plus))


Limit: TypeAlias = "float | Relative | Mapping[str, Any]"
"""A number in the unit of what counts, or a `Relative` (or its fields)."""


@dataclass(frozen=True, slots=True)
class Target(Labelled):
    """What a plan wants of an indicator, and when.

    Parameters
    ----------
    id
        Its name; unique, and not ``all``, ``binding`` or ``expected``.
    indicator
        The indicator it is about.
    period
        The period, or the span of periods.
    of
        ``"level"``, ``"change"`` on the period before, or ``"growth"`` on it as a fraction.
    over
        How the periods of a span are put together: ``"last"``, ``"sum"``, ``"mean"`` (for growth
        the compound rate), ``"min"``, ``"max"``, or ``"every"``: the bound holds in every period.
    at_least, at_most, above, below, between
        The bound; give one. `between` is a pair, both ends included.
    nature
        ``"binding"`` or ``"expected"``, as planners say.
    label
        What a reader sees.
    source
        The page or section it is from.
    assumption
        Why it is read so, when the text leaves it open.

    Examples
    --------
    >>> target = Target("gdp-2025", indicator="gdp", period=2025, at_least=1500)
    >>> target.bound
    ('at_least', 1500.0)
    """

    id: str
    _: KW_ONLY
    indicator: str
    period: SpanLike
    of: Of = "level"
    over: Over = "last"
    at_least: Limit | None = None
    at_most: Limit | None = None
    above: Limit | None = None
    below: Limit | None = None
    between: Sequence[float] | None = None
    nature: Nature = "expected"
    label: Label | None = None
    source: str | None = None
    assumption: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "period", Span(self.period))
        object.__setattr__(self, "label", label(self.label))
        for name in _BOUNDS:
            limit = getattr(self, name)
            plain = Relative(**limit) if isinstance(limit, Mapping) else number(limit)
            object.__setattr__(self, name, plain)
        if self.between is not None:
            object.__setattr__(self, "between", tuple(number(end) for end in self.between))

    @property
    def bound(self) -> tuple[str, Any]:
        """The direction and the limit: ``("at_least", 1500.0)``; empty when none is given."""
        for name in (*_BOUNDS, "between"):
            if (limit := getattr(self, name)) is not None:
                return name, limit
        return "", None


@dataclass(frozen=True, slots=True)
class TargetSet(Labelled):
    """Targets whose joint probability is wanted; a sequence of their ids.

    Parameters
    ----------
    targets
        Ids of its members.
    label
        What a reader sees.

    Examples
    --------
    >>> economy = TargetSet(["gdp-2025", "jobs-2025"], label={"en": "Economy", "zh": "经济"})
    >>> "jobs-2025" in economy, len(economy), economy.text("zh")
    (True, 2, '经济')
    """

    targets: Sequence[str]
    _: KW_ONLY
    label: Label | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "targets", tuple(self.targets))
        object.__setattr__(self, "label", label(self.label))

    @classmethod
    def of(cls, targets: TargetSetLike) -> TargetSet:
        """Take a set, the ids of its members, or its written form.

        Examples
        --------
        >>> TargetSet.of(["gdp-2025"])
        TargetSet(targets=('gdp-2025',), label=None)
        """
        if isinstance(targets, TargetSet):
            return targets
        if isinstance(targets, Mapping):
            return cls(**targets)
        return cls(targets)

    def __iter__(self) -> Iterator[str]:
        return iter(self.targets)

    def __len__(self) -> int:
        return len(self.targets)

    def __contains__(self, target: object) -> bool:
        return target in self.targets


TargetSetLike: TypeAlias = "TargetSet | Sequence[str] | Mapping[str, Any]"
"""A `TargetSet`, the ids of its members, or its fields."""
