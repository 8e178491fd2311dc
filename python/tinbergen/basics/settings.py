"""Settings of a run, read from what a person gives."""

from __future__ import annotations

import operator
import os
import re
import reprlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, Required, SupportsIndex, TypeAlias, TypedDict

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "FILES",
    "Design",
    "LeverRun",
    "RunSettings",
    "Store",
    "first_number",
    "memory_bytes",
    "name_list",
    "number_items",
    "path_count",
    "refuse_repeats",
    "seed_number",
    "threads_setting",
]

Design: TypeAlias = Literal["random", "antithetic", "lhs", "sobol"]
"""How the random numbers of a run are spread: docs/streams.md."""

Store: TypeAlias = Literal["stored", "tiled", "streamed", "parquet", "zarr"]
"""What a run keeps of its paths: all of them, exact summaries, what they add up to, or that and files."""

FILES: tuple[Store, ...] = ("parquet", "zarr")
"""What writes files."""


class RunSettings(TypedDict, total=False):
    """How a run is sampled, as the core takes it; of what is not said, or None, it knows the default."""

    paths: Required[int]
    seed: int | None
    scenarios: Sequence[str] | None
    keep: Sequence[str] | None
    design: str
    threads: int | None
    memory_limit: int | None
    parameters: Sequence[tuple[str, float | NDArray[np.float64]]] | None
    basis: str | None


class LeverRun(TypedDict, total=False):
    """What is asked of levers, and how they run, as the core takes it."""

    of: Required[str]
    levers: Required[Sequence[str]]
    scenario: Required[str]
    replace: Required[bool]
    paths: Required[int]
    seed: int | None
    threads: int | None


_SIZE = re.compile(
    r"\s*(?P<number>[0-9]+(?:\.[0-9]+)?)\s*(?:(?P<unit>[kKmMgGtT])(?P<binary>i?))?[bB]?\s*"
)
_POWERS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4}


def _whole(name: str, value: SupportsIndex, low: int, high: int) -> int:
    try:
        whole = operator.index(value)
    except TypeError:
        raise TypeError(f"{name} must be a whole number, not {reprlib.repr(value)}") from None
    if isinstance(value, bool) or not low <= whole <= high:
        raise ValueError(
            f"{name} must be a whole number from {low} to {high}, not {reprlib.repr(value)}"
        )
    return whole


def path_count(paths: SupportsIndex, name: str = "paths") -> int:
    """Check a number of paths.

    Examples
    --------
    >>> path_count(10_000)
    10000
    """
    return _whole(name, paths, 1, 2**40)


def refuse_repeats(design: str, paths: int) -> None:
    """Refuse more paths than a design has points.

    Examples
    --------
    >>> refuse_repeats("sobol", 10**10)
    """
    if design == "sobol" and paths > _POINTS:
        raise ValueError(
            f"paths: the points of design sobol come again after 2**36 = {_POINTS} paths, so that more of them say "
            'nothing new; take fewer, or design="random"'
        )


_POINTS = 2**36
"""Sixteen randomisations of a sequence whose points are told apart by 32 bits."""


def first_number(first_path: SupportsIndex) -> int:
    """Check the number of the first path.

    Examples
    --------
    >>> first_number(0)
    0
    """
    return _whole("first_path", first_path, 0, 2**40)


def seed_number(seed: SupportsIndex | None) -> int | None:
    """Check a seed; 0 is a seed.

    Examples
    --------
    >>> seed_number(0)
    0
    """
    return None if seed is None else _whole("seed", seed, 0, 2**64 - 1)


def threads_setting(threads: SupportsIndex | None) -> int | None:
    """Return the number of threads given, else that of ``TINBERGEN_THREADS``, else None.

    Examples
    --------
    >>> threads_setting(2)
    2
    """
    if threads is not None:
        return _whole("threads", threads, 1, 4096)
    text = os.environ.get("TINBERGEN_THREADS", "").strip()
    if not text:
        return None
    if not text.isdecimal() or not 1 <= int(text) <= 4096:
        raise ValueError(
            f"TINBERGEN_THREADS must be a whole number from 1 to 4096, not {reprlib.repr(text)}"
        )
    return int(text)


def memory_bytes(limit: int | str | None) -> int | None:
    """Read a memory limit: bytes, or text such as ``"4 GB"`` (powers of 1000) or ``"4 GiB"`` (of 1024).

    Examples
    --------
    >>> memory_bytes("1.5 GB"), memory_bytes("1 GiB")
    (1500000000, 1073741824)
    """
    if limit is None or not isinstance(limit, str):
        return None if limit is None else _whole("memory_limit", limit, 1, 2**63 - 1)
    match = _SIZE.fullmatch(limit)
    if match is None:
        raise ValueError(
            f'memory_limit must be bytes or text such as "4 GB", not {reprlib.repr(limit)}'
        )
    base = 1024 if match["binary"] else 1000
    return int(float(match["number"]) * base ** _POWERS[(match["unit"] or "").lower()])


def number_items(numbers: Mapping[str, float] | None) -> list[tuple[str, float]] | None:
    """Return names of parameters with their numbers.

    Examples
    --------
    >>> number_items({"rate": 1})
    [('rate', 1.0)]
    """
    if numbers is None:
        return None
    if not isinstance(numbers, Mapping):
        raise TypeError(f"parameters: expected names with numbers, found {reprlib.repr(numbers)}")
    return [(_name(name), _number(name, number)) for name, number in numbers.items()]


def _name(name: object) -> str:
    if not isinstance(name, str):
        raise TypeError(f"parameters: expected the name of a parameter, found {reprlib.repr(name)}")
    return str(name)


def _number(name: str, number: object) -> float:
    # What Python and NumPy make a number of is none that a person gave: a truth, a text.
    is_one = not isinstance(number, (bool, np.bool_, str, bytes)) and not getattr(number, "ndim", 0)
    if is_one:
        try:
            return float(number)  # type: ignore[arg-type]
        except OverflowError:
            found = reprlib.repr(number)
            raise ValueError(f"parameters.{name}: {found} is too large for a number") from None
        except (TypeError, ValueError):
            pass
    raise TypeError(f"parameters.{name}: expected a number, found {reprlib.repr(number)}")


def name_list(names: str | Iterable[str] | None) -> list[str] | None:
    """Return a list of one name or several.

    Examples
    --------
    >>> name_list("gdp"), name_list(("gdp", "jobs"))
    (['gdp'], ['gdp', 'jobs'])
    """
    if names is None:
        return None
    return [names] if isinstance(names, str) else list(names)
