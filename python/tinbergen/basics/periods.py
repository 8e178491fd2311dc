"""Periods of the calendar: a year, a quarter or a month, and spans of them.

Text follows ISO 8601 and SDMX: ``2025``, ``2025-Q4``, ``2025-12`` (``2025Q4`` and ``2025-M12`` are
read too). Periods of different frequencies do not compare, subtract or form a span.
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args, overload

import numpy as np

from tinbergen.basics.optional import load

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Frequency", "Period", "PeriodLike", "Span", "SpanLike"]

Frequency: TypeAlias = Literal["annual", "quarterly", "monthly"]
PeriodLike: TypeAlias = Any
"""A `Period`, text, a year as an integer, a pandas Period, a NumPy datetime64 (years or months)."""
SpanLike: TypeAlias = Any
"""A `Span`, text (``"2021..2035"``), one period, a range of years, or a pandas PeriodIndex."""

_PER_YEAR: dict[Frequency, int] = {"annual": 1, "quarterly": 4, "monthly": 12}
_TEXT = re.compile(
    r"(?P<year>[0-9]{4})(?:-?[Qq](?P<quarter>[1-4])|-?[Mm](?P<m>[0-9]{1,2})|-(?P<month>[0-9]{2}))?"
)
_PANDAS: dict[str, Frequency] = {
    "Y-DEC": "annual",
    "A-DEC": "annual",
    "Q-DEC": "quarterly",
    "M": "monthly",
}
_NUMPY: dict[str, Frequency] = {"Y": "annual", "M": "monthly"}


@dataclass(frozen=True, slots=True, init=False, repr=False)
class Period:
    """A year, a quarter or a month.

    Parameters
    ----------
    value
        Text (``"2025"``, ``"2025-Q4"``, ``"2025-12"``), a year as an integer, a pandas Period, a
        date or a NumPy datetime64; another `Period` gives itself.
    frequency
        ``"annual"``, ``"quarterly"`` or ``"monthly"``: needed for a date, which lies in a period of
        each; checked for anything else.

    Raises
    ------
    ValueError
        For text that is no period, a date without a frequency, or another frequency than asked.

    Examples
    --------
    >>> quarter = Period("2025-Q4")
    >>> quarter + 1, quarter.year, quarter.part
    (Period('2026-Q1'), 2025, 4)
    >>> Period("2026-Q1") - quarter
    1
    """

    frequency: Frequency
    ordinal: int

    def __init__(self, value: PeriodLike, frequency: Frequency | None = None) -> None:
        if frequency is not None and frequency not in _PER_YEAR:
            raise ValueError(f'"{frequency}" is not a frequency; use {_list(get_args(Frequency))}')
        own, ordinal = _read(value, frequency)
        if frequency not in (None, own):
            raise ValueError(f"{_print(own, ordinal)} is {own}, not {frequency}")
        object.__setattr__(self, "frequency", own)
        object.__setattr__(self, "ordinal", ordinal)

    @classmethod
    def from_ordinal(cls, frequency: Frequency, ordinal: int) -> Period:
        """Make the period at a place on the time line: year x periods per year + part - 1.

        Examples
        --------
        >>> Period.from_ordinal("quarterly", 4 * 2025 + 3)
        Period('2025-Q4')
        """
        per_year = _PER_YEAR[frequency]
        if not per_year <= ordinal < 10_000 * per_year:
            raise ValueError(f"year {ordinal // per_year} is outside 1 to 9999")
        period = object.__new__(cls)
        object.__setattr__(period, "frequency", frequency)
        object.__setattr__(period, "ordinal", ordinal)
        return period

    @property
    def year(self) -> int:
        """The calendar year it lies in."""
        return self.ordinal // _PER_YEAR[self.frequency]

    @property
    def part(self) -> int:
        """Which quarter or month of the year, counted from 1; 1 for a year."""
        return self.ordinal % _PER_YEAR[self.frequency] + 1

    @property
    def start(self) -> dt.date:
        """Its first day."""
        months = 12 // _PER_YEAR[self.frequency]
        return dt.date(self.year, (self.part - 1) * months + 1, 1)

    @property
    def end(self) -> dt.date:
        """Its last day."""
        months = self.part * (12 // _PER_YEAR[self.frequency])
        if months == 12:
            return dt.date(self.year, 12, 31)
        return dt.date(self.year, months + 1, 1) - dt.timedelta(days=1)

    def to_pandas(self) -> pd.Period:
        """Convert to a pandas Period.

        Examples
        --------
        >>> Period("2025-Q4").to_pandas()
        Period('2025Q4', 'Q-DEC')
        """
        freq = {"annual": "Y", "quarterly": "Q", "monthly": "M"}[self.frequency]
        period: pd.Period = load("pandas").Period(str(self), freq=freq)
        return period

    def to_datetime64(self) -> np.datetime64:
        """Convert to its first day as a NumPy datetime64.

        Examples
        --------
        >>> str(Period("2025-Q4").to_datetime64())
        '2025-10-01'
        """
        return np.datetime64(self.start, "D")

    def __str__(self) -> str:
        return _print(self.frequency, self.ordinal)

    def __repr__(self) -> str:
        return f"Period('{self}')"

    def __add__(self, periods: int) -> Period:
        if not isinstance(periods, (int, np.integer)):
            return NotImplemented
        return Period.from_ordinal(self.frequency, self.ordinal + int(periods))

    @overload
    def __sub__(self, other: Period) -> int: ...
    @overload
    def __sub__(self, other: int) -> Period: ...
    def __sub__(self, other: Period | int) -> Period | int:
        if isinstance(other, Period):
            return self.ordinal - self._same(other).ordinal
        if not isinstance(other, (int, np.integer)):
            return NotImplemented
        return self + -int(other)

    def __lt__(self, other: Period) -> bool:
        return self.ordinal < self._same(other).ordinal

    def __le__(self, other: Period) -> bool:
        return self.ordinal <= self._same(other).ordinal

    def __gt__(self, other: Period) -> bool:
        return self.ordinal > self._same(other).ordinal

    def __ge__(self, other: Period) -> bool:
        return self.ordinal >= self._same(other).ordinal

    def _same(self, other: object) -> Period:
        if not isinstance(other, Period):
            raise TypeError(f"{self} is a period; {other!r} is not: write Period({other!r})")
        if other.frequency != self.frequency:
            raise ValueError(
                f"{self} is {self.frequency} but {other} is {other.frequency}: "
                "frequencies cannot be mixed"
            )
        return other


@dataclass(frozen=True, slots=True, init=False, repr=False)
class Span:
    """A run of consecutive periods, both ends included.

    Parameters
    ----------
    first
        The first period; or a whole span: text with two dots, a pandas PeriodIndex, a range of
        years.
    last
        The last period; the first one unless given.

    Raises
    ------
    ValueError
        When the frequencies differ, the span ends before it begins or has gaps.

    Examples
    --------
    >>> span = Span("2021..2025")
    >>> len(span), span.last, "2023" in span
    (5, Period('2025'), True)
    >>> Span("2025-Q1", "2025-Q3")
    Span('2025-Q1..2025-Q3')
    """

    first: Period
    last: Period

    def __init__(self, first: SpanLike, last: PeriodLike | None = None) -> None:
        ends = _ends(first) if last is None else (Period(first), Period(last))
        if ends[1] < ends[0]:
            raise ValueError(f"the span {ends[0]}..{ends[1]} ends before it begins")
        object.__setattr__(self, "first", ends[0])
        object.__setattr__(self, "last", ends[1])

    @property
    def frequency(self) -> Frequency:
        """How often: annual, quarterly or monthly."""
        return self.first.frequency

    def to_pandas(self) -> pd.PeriodIndex:
        """Convert to a pandas PeriodIndex.

        Examples
        --------
        >>> len(Span("2021..2025").to_pandas())
        5
        """
        index: pd.PeriodIndex = load("pandas").period_range(
            self.first.to_pandas(), self.last.to_pandas()
        )
        return index

    def __iter__(self) -> Iterator[Period]:
        return (self.first + k for k in range(len(self)))

    def __len__(self) -> int:
        return self.last - self.first + 1

    def __contains__(self, period: object) -> bool:
        try:
            value = Period(period)
        except (ValueError, TypeError):
            return False
        return value.frequency == self.frequency and self.first <= value <= self.last

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}..{self.last}"

    def __repr__(self) -> str:
        return f"Span('{self}')"


def _print(frequency: Frequency, ordinal: int) -> str:
    year, part = divmod(ordinal, _PER_YEAR[frequency])
    tail = {"annual": "", "quarterly": f"-Q{part + 1}", "monthly": f"-{part + 1:02}"}[frequency]
    return f"{year:04}{tail}"


def _list(words: Iterable[str]) -> str:
    return ", ".join(f'"{word}"' for word in words)


def _read(value: Any, frequency: Frequency | None) -> tuple[Frequency, int]:
    if isinstance(value, Period):
        return value.frequency, value.ordinal
    if isinstance(value, str):
        return _read_text(value)
    if isinstance(value, np.datetime64):
        return _read_datetime64(value, frequency)
    if isinstance(value, (int, np.integer)) and not isinstance(value, bool):
        return _read_text(f"{value:04}" if 0 < value < 10_000 else str(value))
    if isinstance(value, dt.date):
        return _read_date(value.year, value.month, frequency, value)
    if hasattr(value, "freqstr") and hasattr(value, "month"):
        return _read_pandas(value)
    raise TypeError(
        f'{value!r} is not a period; write a year 2025, a quarter "2025-Q4" or a month "2025-12"'
    )


def _read_text(text: str) -> tuple[Frequency, int]:
    match = _TEXT.fullmatch(text.strip())
    year = int(match["year"]) if match else 0
    if match and year:
        if match["quarter"]:
            return "quarterly", 4 * year + int(match["quarter"]) - 1
        month = match["m"] or match["month"]
        if month is None:
            return "annual", year
        if 1 <= int(month) <= 12:
            return "monthly", 12 * year + int(month) - 1
    raise ValueError(
        f'"{text[:40]}" is not a period; write a year "2025", a quarter "2025-Q4" '
        'or a month "2025-12"'
    )


def _read_date(
    year: int, month: int, frequency: Frequency | None, value: object
) -> tuple[Frequency, int]:
    if frequency is None:
        raise ValueError(
            f"{value} is a date: say which period it stands for, Period(date, "
            'frequency="annual"), "quarterly" or "monthly"'
        )
    per_year = _PER_YEAR[frequency]
    return frequency, year * per_year + (month - 1) * per_year // 12


def _read_datetime64(value: np.datetime64, frequency: Frequency | None) -> tuple[Frequency, int]:
    if np.isnat(value):
        raise ValueError("NaT is not a period")
    unit = np.datetime_data(value.dtype)[0]
    months = int(value.astype("datetime64[M]").astype(np.int64)) + 12 * 1970
    year, month = divmod(months, 12)
    return _read_date(year, month + 1, _NUMPY.get(unit, frequency), value)


def _read_pandas(value: Any) -> tuple[Frequency, int]:
    frequency = _PANDAS.get(value.freqstr)
    if frequency is None:
        known = _list(("Y-DEC", "Q-DEC", "M"))
        raise ValueError(f'pandas frequency "{value.freqstr}" is not supported; use {known}')
    return _read_date(value.year, value.month, frequency, value)


def _ends(value: Any) -> tuple[Period, Period]:
    if isinstance(value, Span):
        return value.first, value.last
    if isinstance(value, str) and ".." in value:
        first, _, last = value.partition("..")
        return Period(first), Period(last)
    if isinstance(value, range) or type(value).__name__ == "PeriodIndex":
        periods = [Period(item) for item in value]
        if not periods:
            raise ValueError("a span has at least one period")
        if any(b - a != 1 for a, b in itertools.pairwise(periods)):
            raise ValueError("a span is a run of consecutive periods, without gaps")
        return periods[0], periods[-1]
    period = Period(value)
    return period, period
