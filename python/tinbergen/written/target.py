"""Targets of a plan."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any, Literal, TypeAlias

import numpy as np

from tinbergen import _core
from tinbergen.basics.periods import Period, PeriodLike, Span, SpanLike
from tinbergen.errors import wrong_type
from tinbergen.written.parts import Labelled
from tinbergen.written.values import Label, label, number

__all__ = [
    "Counted",
    "Limit",
    "Nature",
    "Of",
    "Over",
    "Relative",
    "Target",
    "TargetSet",
    "TargetSetLike",
    "counted",
    "named_in",
    "target_text",
    "target_words",
]

Of: TypeAlias = Literal["level", "change", "growth"]
Over: TypeAlias = Literal["last", "sum", "mean", "median", "min", "max", "every"]
Nature: TypeAlias = Literal["binding", "expected"]

_BOUNDS = ("at_least", "at_most", "above", "below")


@dataclass(frozen=True, slots=True)
class Counted:
    """In how many periods of the span the bound has to hold; ``{"at_least": 3}`` is read as one.

    Parameters
    ----------
    at_least
        In at least so many.

    Examples
    --------
    >>> Target("a", indicator="x", period="2021..2025", over={"at_least": 3}, above=0).over
    Counted(at_least=3)
    """

    at_least: int

    def __post_init__(self) -> None:
        # What is no whole number is left for the core, which says where it stands.
        count: Any = self.at_least
        if isinstance(count, np.integer):
            object.__setattr__(self, "at_least", int(count))


def counted(over: Any) -> Any:
    """Read a way to put periods together: a word, or in how many the bound has to hold.

    Examples
    --------
    >>> counted("every"), counted({"at_least": 2})
    ('every', Counted(at_least=2))
    """
    is_counted = isinstance(over, Mapping) and over.keys() == {"at_least"}
    return Counted(over["at_least"]) if is_counted else over


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
    over: Over | Counted | Mapping[str, int] | None = None
    times: float = 1.0
    plus: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "over", counted(self.over))
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
    equation
        In place of an indicator: a formula, an expression in indicators without a left side.
    unit
        The unit of the formula, in words.
    period
        The period, or the span of periods.
    of
        ``"level"``, ``"change"`` on the period before, or ``"growth"`` on it as a fraction.
    base
        The period that change and growth are counted from, in place of the one before each: with
        growth, a bound of 1 doubles its level.
    over
        How the periods of a span are put together: ``"last"``, ``"sum"``, ``"mean"`` (for growth
        the compound rate), ``"median"``, ``"min"``, ``"max"``, or ``"every"``: the bound holds in
        every period; ``{"at_least": 3}``: it holds in at least three of them.
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
    >>> print(
    ...     Target("rd", equation="rd / gdp", period="2021..2025", over="median", at_least=0.03)
    ... )
    median rd / gdp over 2021..2025 at least 0.03
    """

    id: str
    _: KW_ONLY
    indicator: str | None = None
    equation: str | None = None
    unit: str | None = None
    period: SpanLike
    of: Of = "level"
    base: PeriodLike | None = None
    over: Over | Counted | Mapping[str, int] = "last"
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
        object.__setattr__(self, "over", counted(self.over))
        object.__setattr__(self, "label", label(self.label))
        if self.base is not None:
            object.__setattr__(self, "base", Period(self.base))
        for name in _BOUNDS:
            limit = getattr(self, name)
            plain = Relative(**limit) if isinstance(limit, Mapping) else number(limit)
            object.__setattr__(self, name, plain)
        if self.between is not None:
            object.__setattr__(self, "between", tuple(number(end) for end in self.between))

    @property
    def subject(self) -> str:
        """What it is about: its indicator, or its formula."""
        return self.indicator or self.equation or ""

    def __str__(self) -> str:
        """Return in a line what it wants."""
        return target_words(self)

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
        if isinstance(self.targets, str):
            raise wrong_type("targets", "a list of ids", self.targets, f"[{self.targets!r}]")
        object.__setattr__(self, "targets", tuple(self.targets))
        object.__setattr__(self, "label", label(self.label))

    @classmethod
    def of(cls, targets: TargetSetLike) -> TargetSet:
        """Read a set, the ids of its members, or its written form.

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


def named_in(target: Target, names: Sequence[str]) -> list[str]:
    """Name the indicators, of those given, that a target looks at.

    Examples
    --------
    >>> named_in(
    ...     Target("a", equation="rd / gdp", period=2025, at_least=1), ["gdp", "jobs", "rd"]
    ... )
    ['gdp', 'rd']
    """
    found = set(re.findall(r"\w+", target.indicator or target.equation or ""))
    limit = target.bound[1]
    if hasattr(limit, "indicator"):
        found.add(limit.indicator)
    return [name for name in names if name in found]


def target_text(target: Any) -> str:
    """Write a model of one target as JSON, for what the core says of it alone.

    Examples
    --------
    >>> target_text(Target("a", indicator="gdp", period=2025, at_least=1))[:45]
    '{"schema": 1, "name": "target", "periods": "2'
    """
    direction, limit = target.bound
    if not isinstance(limit, (float, int, tuple, list)):
        fields = ("indicator", "of", "over", "times", "plus")
        found = {key: getattr(limit, key, None) for key in fields}
        limit = {key: value for key, value in found.items() if value is not None}
    keys = ("indicator", "equation", "of", "base", "over")
    given = {key: getattr(target, key, None) for key in keys}
    about = {key: value for key, value in given.items() if value is not None}
    if "base" in about:
        about["base"] = str(about["base"])
    if isinstance(about["over"], Counted):
        about["over"] = {"at_least": about["over"].at_least}
    period = str(target.period)
    bound = {direction: limit} if direction else {}
    written = {"id": "target", "period": period, **bound, **about}
    model = {"schema": 1, "name": "target", "periods": period, "targets": [written]}
    return json.dumps(model)


def target_words(target: Any) -> str:
    """Return in a line what a target wants.

    Examples
    --------
    >>> target_words(
    ...     Target(
    ...         "a",
    ...         indicator="gdp",
    ...         of="growth",
    ...         over="every",
    ...         period="2021..2025",
    ...         at_least=0.07,
    ...     )
    ... )
    'growth of gdp in every period of 2021..2025 at least 7 %'
    """
    return _core.target_words(target_text(target))
