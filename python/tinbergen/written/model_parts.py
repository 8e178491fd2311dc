"""The parts of a model as a person gives them, checked to be what they are called."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from tinbergen.basics.mapping import Names, Pairs
from tinbergen.errors import wrong_type
from tinbergen.written.target import Target
from tinbergen.written.values import number

__all__ = ["correlations_of", "each_part", "parts_of", "refuse_taken", "target_list"]


def refuse_taken(parts: str, taken: set[str], *, replace: bool) -> None:
    """Refuse names that are taken, unless their parts may be replaced."""
    if taken and not replace:
        names = ", ".join(sorted(taken))
        raise ValueError(
            f"{parts}: {names} is there already; choose another name, or pass replace=True"
        )


def each_part(kind: str, make: Callable[[Any], Any], items: Mapping[str, Any] | None) -> Names[Any]:
    """Name the parts of a model, each made of what a person gave; an error says which."""
    made = {}
    for name, item in _by_name(kind, items).items():
        try:
            made[name] = make(item)
        except TypeError as error:
            raise TypeError(f"{kind.replace(' ', '_')}s[{name!r}]: {error}") from None
    return Names(kind, made)


def parts_of(part: type, items: Mapping[str, Any] | None) -> Names[Any]:
    """Name the parts of a model, of which each is of one class."""
    kind = part.__name__.removeprefix("Early").lower()
    for name, item in _by_name(kind, items).items():
        if not isinstance(item, part):
            article = "an" if part.__name__[0] in "AEIOU" else "a"
            raise wrong_type(f"{kind}s[{name!r}]", f"{article} {part.__name__}", item)
    return Names(kind, items)


def _by_name(kind: str, items: Mapping[str, Any] | None) -> Mapping[str, Any]:
    if items is None or isinstance(items, Mapping):
        return items or {}
    raise wrong_type(f"{kind.replace(' ', '_')}s", "a dictionary by name", items)


def target_list(targets: Iterable[Any]) -> tuple[Target, ...]:
    """Return the targets of a model, and refuse what is none."""
    if isinstance(targets, (str, Mapping)) or not isinstance(targets, Iterable):
        raise wrong_type("targets", "a list of Target", targets)
    found = tuple(targets)
    for k, target in enumerate(found):
        if not isinstance(target, Target):
            raise wrong_type(f"targets[{k}]", "a Target", target)
    return found


def correlations_of(pairs: Mapping[Any, float]) -> Pairs[float]:
    """Return correlations by pair of names."""
    return Pairs("correlation", {pair: number(value) for pair, value in pairs.items()})
