"""Immutable mappings: what a frozen model keeps its parts in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple, TypeVar

from tinbergen.basics.periods import Period
from tinbergen.errors import UnknownNameError, wrong_type

__all__ = ["Names", "Pair", "Pairs", "Series"]

_BY_PERIOD = "values by period, such as {2020: 100.0} or a pandas Series over periods"

K = TypeVar("K")
V = TypeVar("V")


class _Frozen(Mapping[K, V]):
    """A mapping that keeps its order and never changes."""

    __slots__ = ("_items",)
    _items: dict[K, V]

    def __getitem__(self, key: Any) -> V:
        return self._items[key]

    def __iter__(self) -> Iterator[K]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __hash__(self) -> int:
        return hash(frozenset(self._items.items()))

    def __repr__(self) -> str:
        return "{" + ", ".join(f"{key!r}: {value!r}" for key, value in self._items.items()) + "}"


class Names(_Frozen[str, V]):
    """Parts by name; an unknown name offers the nearest one.

    Parameters
    ----------
    kind
        What the parts are, for messages: ``"indicator"``.
    items
        The parts by name.

    Examples
    --------
    >>> Names("indicator", {"gdp": 1})["gdp"]
    1
    """

    __slots__ = ("_kind",)

    def __init__(self, kind: str, items: Mapping[str, V] | None = None) -> None:
        self._kind = kind
        self._items = dict(items or {})

    def __getitem__(self, key: Any) -> V:
        try:
            return self._items[key]
        except KeyError:
            raise UnknownNameError(self._kind, key, self._items) from None


class Pair(NamedTuple):
    """Two names; as text, with a comma between them, as plan files have it.

    Examples
    --------
    >>> pair = Pair("demand", "employment")
    >>> pair == ("demand", "employment"), str(pair)
    (True, 'demand, employment')
    """

    a: str
    b: str

    def __str__(self) -> str:
        return f"{self.a}, {self.b}"

    @classmethod
    def of(cls, key: Any) -> Any:
        """Read a pair or its text; what is neither is left as it is, for the core to complain about."""
        names = [name.strip() for name in key.split(",")] if isinstance(key, str) else key
        return cls(*names) if isinstance(names, (tuple, list)) and len(names) == 2 else key


class Pairs(Names[V]):
    """What belongs to two names, in the order in which they were given.

    Examples
    --------
    >>> pairs = Pairs("correlation", {"demand, employment": 0.5})
    >>> pairs["demand", "employment"], pairs["demand,employment"], list(pairs)
    (0.5, 0.5, [Pair(a='demand', b='employment')])
    """

    __slots__ = ()

    def __init__(self, kind: str, items: Mapping[Any, V] | None = None) -> None:
        pairs: dict[Any, V] = {}
        for key, value in (items or {}).items():
            pair = Pair.of(key)
            if pair in pairs:
                raise ValueError(f"{kind} {pair} is given twice")
            pairs[pair] = value
        super().__init__(kind, pairs)

    def __getitem__(self, key: Any) -> V:
        try:
            return self._items[Pair.of(key)]
        except (KeyError, TypeError):
            raise UnknownNameError(self._kind, Pair.of(key), self._items) from None

    def __contains__(self, key: object) -> bool:
        return Pair.of(key) in self._items


class Series(_Frozen[Period, V]):
    """Values by period; a key may be anything that `Period` reads.

    Parameters
    ----------
    items
        Pairs of a period and a value: a mapping, or a pandas Series over periods or dates.
    argument
        What they are for, in messages.

    Examples
    --------
    >>> history = Series({2019: 960.0, "2020": 1008.5})
    >>> history[2020], list(history)
    (1008.5, [Period('2019'), Period('2020')])
    """

    __slots__ = ()

    def __init__(self, items: Any = (), argument: str = "values") -> None:
        if isinstance(items, Series):
            self._items = items._items  # neither ever changes
            return
        if hasattr(items, "columns"):
            instead = f"one of its columns, such as data[{str(next(iter(items.columns), 'gdp'))!r}]"
            raise wrong_type(argument, _BY_PERIOD, items, instead)
        index = getattr(items, "index", None)
        if hasattr(index, "to_period"):  # a pandas Series over dates
            items = items.to_period()
        pairs = items.items() if hasattr(items, "items") else items
        if isinstance(pairs, (str, bytes)) or not isinstance(pairs, Iterable):
            raise wrong_type(argument, _BY_PERIOD, items)
        self._items = {}
        for pair in pairs:
            if isinstance(pair, (str, bytes)) or not hasattr(pair, "__len__") or len(pair) != 2:
                raise wrong_type(argument, _BY_PERIOD, items)
            key, value = pair
            try:
                period = key if isinstance(key, Period) else Period(key)
            except (TypeError, ValueError) as error:
                raise type(error)(f"{argument}: {error}") from None
            if period in self._items:
                raise ValueError(f"{argument}: period {period} is given twice")
            self._items[period] = value
        if len({period.frequency for period in self._items}) > 1:
            first, other = self._mixed()
            raise ValueError(
                f"{argument}: {first} is {first.frequency} but {other} is {other.frequency}: "
                "frequencies cannot be mixed"
            )

    def _mixed(self) -> tuple[Period, Period]:
        first = next(iter(self._items))
        return first, next(p for p in self._items if p.frequency != first.frequency)

    def __getitem__(self, key: Any) -> V:
        try:
            return self._items[Period(key)]
        except (KeyError, ValueError, TypeError):
            raise UnknownNameError("period", key, self._items) from None

    def __contains__(self, key: object) -> bool:
        try:
            return Period(key) in self._items
        except (ValueError, TypeError):
            return False
