"""Settings of a run, read from what a person gives."""

from __future__ import annotations

import operator
import os
import re
from collections.abc import Iterable
from typing import SupportsIndex

__all__ = ["memory_bytes", "name_list", "path_count", "seed_number", "threads_setting"]

_SIZE = re.compile(r"\s*(?P<number>[0-9]+(?:\.[0-9]+)?)\s*(?P<unit>[kKmMgGtT]?)i?[bB]?\s*")
_UNITS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12}


def _whole(name: str, value: SupportsIndex, low: int, high: int) -> int:
    try:
        whole = operator.index(value)
    except TypeError:
        raise TypeError(f"{name} must be a whole number, not {value!r}") from None
    if isinstance(value, bool) or not low <= whole <= high:
        raise ValueError(f"{name} must be a whole number from {low} to {high}, not {value!r}")
    return whole


def path_count(paths: SupportsIndex) -> int:
    """Check a number of paths.

    Examples
    --------
    >>> path_count(10_000)
    10000
    """
    return _whole("paths", paths, 1, 2**40)


def seed_number(seed: SupportsIndex | None) -> int | None:
    """Check a seed; 0 is a seed.

    Examples
    --------
    >>> seed_number(0)
    0
    """
    return None if seed is None else _whole("seed", seed, 0, 2**64 - 1)


def threads_setting(threads: SupportsIndex | None) -> int | None:
    """Take the number of threads given, else that of ``TINBERGEN_THREADS``, else None.

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
        raise ValueError(f"TINBERGEN_THREADS must be a whole number from 1 to 4096, not {text!r}")
    return int(text)


def memory_bytes(limit: int | str | None) -> int | None:
    """Read a memory limit: bytes, or text such as ``"4 GB"`` (powers of 1000).

    Examples
    --------
    >>> memory_bytes("1.5 GB")
    1500000000
    """
    if limit is None or not isinstance(limit, str):
        return None if limit is None else _whole("memory_limit", limit, 1, 2**63 - 1)
    match = _SIZE.fullmatch(limit)
    if match is None:
        raise ValueError(f'memory_limit must be bytes or text such as "4 GB", not {limit!r}')
    return int(float(match["number"]) * _UNITS[match["unit"].lower()])


def name_list(names: str | Iterable[str] | None) -> list[str] | None:
    """Make a list of one name or several.

    Examples
    --------
    >>> name_list("gdp"), name_list(("gdp", "jobs"))
    (['gdp'], ['gdp', 'jobs'])
    """
    if names is None:
        return None
    return [names] if isinstance(names, str) else list(names)
