"""Periods on the horizontal axis."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter
from numpy.typing import NDArray

from tinbergen.basics.periods import Period

__all__ = ["set_periods", "time_of", "times_of"]

_PER_YEAR = {"annual": 1, "quarterly": 4, "monthly": 12}
_FEW = {"annual": 9, "quarterly": 9, "monthly": 14}  # so many are labelled one by one


def time_of(period: Any) -> float:
    """Return where a period stands on the axis: its year, plus the part of the year before it."""
    known = Period(str(period))
    return known.ordinal / _PER_YEAR[known.frequency]


def times_of(periods: Iterable[Any]) -> NDArray[np.float64]:
    """Return where periods stand on the axis."""
    return np.array([time_of(period) for period in periods], dtype=float)


def set_periods(ax: Axes, first: Any, last: Any) -> int:
    """Set limits and ticks to the periods from first to last; give the lines of a tick label."""
    start, end = Period(str(first)), Period(str(last))
    per_year = _PER_YEAR[start.frequency]
    count = end.ordinal - start.ordinal + 1
    ordinals = np.arange(start.ordinal, end.ordinal + 1)
    if count <= _FEW[start.frequency]:
        major, minor = ordinals, ordinals[:0]
    else:
        major, minor = _yearly(ordinals, per_year)
    ax.xaxis.set_major_locator(FixedLocator((major / per_year).tolist()))
    ax.xaxis.set_minor_locator(FixedLocator((minor / per_year).tolist()))
    each = count <= _FEW[start.frequency]
    ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: _name(x, start, each=each)))
    room = 0.02 * max(count, 4) / per_year
    ax.set_xlim(time_of(start) - room, time_of(end) + room / 2)
    return 2 if each and per_year > 1 else 1


def _yearly(
    ordinals: NDArray[np.int64], per_year: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    years = (ordinals[-1] - ordinals[0]) / per_year
    step = next((s for s in (1, 2, 5, 10, 20, 50) if years / s <= 10), 100)
    if per_year == 1 and step == 2:
        step = 5 if years >= 12 else 2
    major = ordinals[ordinals % (step * per_year) == 0]
    fine = 1 if step == 1 else per_year * (1 if step <= 10 else step // 10)
    minor = ordinals[ordinals % fine == 0] if len(ordinals) <= 240 else ordinals[:0]
    return major, np.setdiff1d(minor, major)


def _name(x: float, first: Period, *, each: bool) -> str:
    per_year = _PER_YEAR[first.frequency]
    ordinal = round(x * per_year)
    year, part = divmod(ordinal, per_year)
    if per_year == 1 or not each:
        return str(year) if part == 0 else ""
    name = f"Q{part + 1}" if per_year == 4 else str(part + 1)
    return f"{name}\n{year}" if part == 0 or ordinal == first.ordinal else name
