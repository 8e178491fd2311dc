"""What was known at each origin of a backtest, and what became of it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from tinbergen.basics.periods import Frequency, Period, Span
from tinbergen.written.data import Data
from tinbergen.written.outturns import Outturns

__all__ = ["ActualValues", "Origin"]

_LEAST = 10
"""Periods known at the first origin, unless a window or origins are given."""


@dataclass(frozen=True)
class Origin:
    """When a forecast is made, and what is known then.

    Parameters
    ----------
    label
        The last period known, or the day of the vintage.
    period
        The last period of which anything is known.
    known
        What is known: values by ordinal of the period, by indicator.
    """

    label: str
    period: Period
    known: dict[str, dict[int, float]]

    def data(self) -> Data:
        """Return what is known as a table of series."""
        ordinals = sorted({ordinal for values in self.known.values() for ordinal in values})
        frequency = self.period.frequency
        columns: dict[str, list[Any]] = {
            "period": [str(Period.from_ordinal(frequency, ordinal)) for ordinal in ordinals]
        }
        for name, values in self.known.items():
            columns[name] = [values.get(ordinal) for ordinal in ordinals]
        return Data(columns)


class ActualValues:
    """Actual values by indicator and period, with their vintages if they have any.

    Parameters
    ----------
    table
        An `Outturns`, or what `Data` reads. A frame with a column ``vintage`` is read as outturns.
    """

    def __init__(self, table: Any) -> None:
        if not isinstance(table, (Outturns, Data)):
            columns = getattr(table, "columns", table if isinstance(table, dict) else ())
            is_dated = "vintage" in [str(name) for name in columns]
            table = Outturns(table) if is_dated else Data(table)
        self._values: dict[str, dict[int, list[tuple[str, float]]]] = {}
        frequencies: set[Frequency] = set()
        for name, text, value, day in _rows(table):
            period = Period(text)
            frequencies.add(period.frequency)
            dated = self._values.setdefault(name, {}).setdefault(period.ordinal, [])
            dated.append((day, float(value)))
        if len(frequencies) > 1:
            raise ValueError(
                f"actual: periods are {', '.join(sorted(frequencies))}: a backtest takes one frequency"
            )
        if not frequencies:
            raise ValueError("actual: no value is known; expected a table of series by period")
        self.frequency: Frequency = frequencies.pop()
        for name, values in self._values.items():
            self._values[name] = {k: sorted(values[k]) for k in sorted(values)}
        self.days = sorted(
            {d for v in self._values.values() for c in v.values() for d, _ in c if d}
        )

    @property
    def names(self) -> list[str]:
        """The names of the indicators, in the order of the table."""
        return list(self._values)

    @property
    def first(self) -> Period:
        """The first period of which anything is known."""
        return Period.from_ordinal(self.frequency, min(min(v) for v in self._values.values()))

    @property
    def last(self) -> Period:
        """The last period of which anything is known."""
        return Period.from_ordinal(self.frequency, max(max(v) for v in self._values.values()))

    def ordinals(self, name: str) -> list[int]:
        """Return the ordinals of the periods in which an indicator is known."""
        return list(self._values[name])

    def final(self, name: str, ordinal: int) -> float:
        """Return the newest vintage of a figure; not-a-number where there is none."""
        dated = self._values[name].get(ordinal)
        return dated[-1][1] if dated else np.nan

    def as_of(self, origin: Origin, name: str, ordinal: int) -> float | None:
        """Return what was known of a figure at an origin, whatever its window."""
        dated = self._values[name].get(ordinal)
        if not dated:
            return None
        if not self.days:
            return dated[-1][1] if ordinal <= origin.period.ordinal else None
        place = bisect_right([day for day, _ in dated], origin.label)
        return dated[place - 1][1] if place else None

    def scale(self, name: str, *, relative: bool) -> float:
        """Return the mean absolute change from a period to the next, or that of the logarithm."""
        of = np.log if relative else np.asarray
        changes = [
            abs(of(self.final(name, k)) - of(self.final(name, k - 1)))
            for k in self._values[name]
            if k - 1 in self._values[name]
        ]
        return float(np.mean(changes)) if changes else np.nan

    def origins(self, asked: Any, window: int | None, names: Sequence[str]) -> list[Origin]:
        """Return the origins asked for, in order of time, each with what was known then."""
        found = [self._origin(one, window, names) for one in self._asked(asked, window)]
        found = [origin for origin in found if any(origin.known.values())]
        if not found:
            raise ValueError(
                f"origins: nothing is known at any of them; actual values are of {self.first} to {self.last}"
            )
        return found

    def _asked(self, asked: Any, window: int | None) -> Iterable[Any]:
        if asked is None and self.days:
            return self.days[:-1]
        if asked is None:
            first = self.first.ordinal + (window or _LEAST) - 1
            if first >= self.last.ordinal:
                count = self.last.ordinal - self.first.ordinal + 1
                raise ValueError(
                    f"actual: {count} periods are too few: {window or _LEAST} are known at the first origin, "
                    "and one more has to be forecast; ask for a smaller window, or give origins"
                )
            return [Period.from_ordinal(self.frequency, k) for k in range(first, self.last.ordinal)]
        if self.days:
            return sorted({str(day) for day in ([asked] if isinstance(asked, str) else asked)})
        if isinstance(asked, (list, tuple, set)):
            return sorted({Period(one) for one in asked})
        return list(Span(asked))

    def _origin(self, one: Any, window: int | None, names: Sequence[str]) -> Origin:
        if isinstance(one, Period):
            one._same(self.first)
            known = {
                name: {k: c[-1][1] for k, c in self._values[name].items() if k <= one.ordinal}
                for name in names
            }
            return Origin(str(one), one, _cut(known, one.ordinal, window))
        day = _day(one)
        known = {}
        for name in names:
            known[name] = {}
            for k, dated in self._values[name].items():
                place = bisect_right([d for d, _ in dated], day)
                if place:
                    known[name][k] = dated[place - 1][1]
        last = max((k for values in known.values() for k in values), default=self.first.ordinal)
        period = Period.from_ordinal(self.frequency, last)
        return Origin(day, period, _cut(known, last, window))


def _rows(table: Outturns | Data) -> Iterable[tuple[str, str, float, str]]:
    columns = table.table
    if isinstance(table, Data):
        names, days = columns["series"], [""] * len(columns)
    else:
        columns = columns.filter(basis="")
        names, days = columns["indicator"], columns["vintage"].tolist()
    periods, values = columns["period"], columns["value"]
    return zip(names.tolist(), periods.tolist(), values.tolist(), days, strict=True)


def _cut(
    known: dict[str, dict[int, float]], last: int, window: int | None
) -> dict[str, dict[int, float]]:
    if window is None:
        return known
    return {
        n: {k: v for k, v in values.items() if k > last - window} for n, values in known.items()
    }


def _day(text: Any) -> str:
    try:
        return str(date.fromisoformat(str(text)[:10]))
    except ValueError:
        raise ValueError(
            f"origins: {text!r} is no day; actual values have vintages, so origins are days such as "
            '"2016-03-01"'
        ) from None
