"""The picture of a fan, as numbers on a sheet of 640 by 270: the template draws it as SVG.

Shapes are few and named, so that a page that computes can move them without drawing a picture anew.
What is shown, and where a target lies, is what the charts of the library show.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from tinbergen.basics.periods import Period
from tinbergen.basics.words import unit_text
from tinbergen.plots._history import actual_values, drawn_periods, joined, known_values
from tinbergen.plots._periods import time_of
from tinbergen.plots._targets import Mark, target_marks
from tinbergen.plots._text import Numbers, is_share

if TYPE_CHECKING:
    from tinbergen.results.ensemble import Ensemble

__all__ = ["BANDS", "HEIGHT", "WIDTH", "FanPicture", "fan_picture"]

WIDTH, HEIGHT = 640, 270
_LEFT, _RIGHT, _TOP, _BOTTOM = 70, 14, 34, 28
BANDS = (("q05", "q95"), ("q10", "q90"), ("q25", "q75"))
_ROOM = 0.05  # of the height, above and below what is shown
_LABELS = 9  # periods that are named, at most


@dataclass(frozen=True, slots=True)
class FanPicture:
    """A fan in the coordinates of the sheet.

    Parameters
    ----------
    indicator, title, unit
        Whose it is, what it is called, the unit of its axis.
    low, high
        Values at the lower and the upper edge of the field.
    bands
        Outlines, the widest first.
    centre, history
        Lines of the median and of what is known.
    gaps
        Lines over periods that nobody knows.
    dots, hollow, actual
        Known values, those that are means of a distribution, actual values within the fan.
    rows, columns
        Where lines of the grid lie, and what they are called.
    marks
        Targets: direction, ends on both axes.
    start
        Where the fan begins: the last known value, if any.
    times
        Where its periods stand.
    """

    indicator: str
    title: str
    unit: str
    low: float
    high: float
    bands: list[str]
    centre: str
    history: list[str]
    gaps: list[str]
    dots: list[tuple[str, str]]
    hollow: list[tuple[str, str]]
    actual: list[tuple[str, str]]
    rows: list[tuple[str, str]]
    columns: list[tuple[str, str]]
    marks: list[dict[str, str]]
    start: tuple[str, float] | None
    times: list[str]


@dataclass(frozen=True, slots=True)
class _Scale:
    """From periods and values to the sheet."""

    first: float
    last: float
    low: float
    high: float

    def x(self, time: float) -> str:
        width = WIDTH - _LEFT - _RIGHT
        return _short(_LEFT + width * (time - self.first) / max(self.last - self.first, 1e-9))

    def y(self, value: float) -> str:
        height = HEIGHT - _TOP - _BOTTOM
        return _short(_TOP + height * (self.high - value) / (self.high - self.low))

    def line(self, times: Iterable[float], values: Iterable[float]) -> str:
        pairs = zip(times, values, strict=True)
        return " ".join(f"{self.x(time)},{self.y(value)}" for time, value in pairs)


def _short(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")


def fan_picture(ensemble: Ensemble, indicator: str, title: str, language: str) -> FanPicture | None:
    """Lay out the fan of an indicator; None where a number of it is not finite.

    Examples
    --------
    >>> import tinbergen as tb
    >>> runs = tb.plans.yuecheng().simulate(paths=100, seed=1, scenarios=["baseline"])
    >>> picture = fan_picture(runs["baseline"], "gdp", "Product", "en")
    >>> picture.unit, len(picture.bands), picture.marks[0]["direction"]
    ('CNY 100 million', 3, 'up')
    """
    table = ensemble.fan(indicator)
    names = [name for pair in BANDS for name in pair]
    curves = {name: np.asarray(table[name], float) for name in [*names, "q50"]}
    exact, actual = actual_values(ensemble, indicator)
    known = {**known_values(ensemble, indicator, history=True), **exact}
    marks, _ = target_marks(ensemble, indicator, None, language)
    scale = _scale_of(ensemble, known, actual, curves, marks)
    if scale is None:
        return None
    times, *lines = joined(ensemble, known, *curves.values())
    by = dict(zip(curves, lines, strict=True))
    both = np.concatenate([times, times[::-1]])
    bands = [scale.line(both, np.concatenate([by[a], by[b][::-1]])) for a, b in BANDS]
    drawn = drawn_periods(ensemble.model, indicator)
    pieces, gaps = _pieces(known)
    unit = ensemble.model.indicators[indicator].unit
    share = is_share(unit)
    ticks = [t for t in _ticks(scale.low, scale.high) if scale.low <= t <= scale.high]
    texts = Numbers(share=share, language=language).format_ticks(ticks)
    last = next(reversed(known), None)

    def at(periods: Iterable[Period], values: dict[Period, float]) -> list[tuple[str, str]]:
        return [(scale.x(time_of(p)), scale.y(values[p])) for p in periods]

    return FanPicture(
        indicator=indicator,
        title=title,
        unit="" if share else unit_text(unit, language),
        low=scale.low,
        high=scale.high,
        bands=bands,
        centre=scale.line(times, by["q50"]),
        history=[scale.line(map(time_of, p), [known[k] for k in p]) for p in pieces],
        gaps=[scale.line(map(time_of, p), [known[k] for k in p]) for p in gaps],
        dots=at([p for p in known if str(p) not in drawn], known),
        hollow=at([p for p in known if str(p) in drawn], known),
        actual=at(actual, actual),
        rows=[(scale.y(t), text) for t, text in zip(ticks, texts, strict=True)],
        columns=[(scale.x(time_of(p)), str(p)) for p in _named(_periods(ensemble, known))],
        marks=[_placed(mark, scale) for mark in marks],
        start=None if last is None else (scale.x(time_of(last)), known[last]),
        times=[scale.x(time) for time in (times if last is None else times[1:])],
    )


def _scale_of(
    ensemble: Ensemble,
    known: dict[Period, float],
    actual: dict[Period, float],
    curves: dict[str, NDArray[np.float64]],
    marks: Sequence[Mark],
) -> _Scale | None:
    """Find a scale that holds everything; None where something is not finite."""
    values = [*known.values(), *actual.values(), *curves["q05"], *curves["q95"], *curves["q50"]]
    values += [end for mark in marks for end in (mark.low, mark.high)]
    if not np.all(np.isfinite(values)):
        return None
    low, high = float(min(values)), float(max(values))
    room = _ROOM * (high - low) or 0.05 * abs(high) or 1.0
    times = [time_of(period) for period in _periods(ensemble, known)]
    beside = 0.02 * max(times[-1] - times[0], 1.0)
    return _Scale(times[0] - beside, times[-1] + beside, low - room, high + room)


def _periods(ensemble: Ensemble, known: dict[Period, float]) -> list[Period]:
    ahead = [Period(str(period)) for period in ensemble.periods]
    first = min([*known, *ahead])
    return list(dict.fromkeys([*sorted(p for p in known if p >= first), *ahead]))


def _named(periods: Sequence[Period]) -> Sequence[Period]:
    """Choose the periods that are named: every second, fifth, ... so that none overlap."""
    step = next(s for s in (1, 2, 5, 10, 20, 50, 100, 1000) if len(periods) / s <= _LABELS)
    return [period for period in periods if period.ordinal % step == 0]


def _ticks(low: float, high: float) -> list[float]:
    found: Any = MaxNLocator(nbins=5, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
    return [float(tick) for tick in found]


def _pieces(known: dict[Period, float]) -> tuple[list[list[Period]], list[list[Period]]]:
    """Return runs of known periods without a gap, and the ends of each gap."""
    pieces: list[list[Period]] = []
    for period in known:
        if pieces and period - pieces[-1][-1] == 1:
            pieces[-1].append(period)
        else:
            pieces.append([period])
    gaps = [[a[-1], b[0]] for a, b in zip(pieces, pieces[1:], strict=False)]
    return pieces, gaps


def _placed(mark: Mark, scale: _Scale) -> dict[str, str]:
    first, last = time_of(mark.span.first), time_of(mark.span.last)
    if mark.is_point:  # a line short enough to show which period is meant
        reach = 0.035 * (scale.last - scale.first)
        first, last = first - reach, min(last + reach, scale.last)
    ends = {"x1": scale.x(max(first, scale.first)), "x2": scale.x(last)}
    middle = _short((float(ends["x1"]) + float(ends["x2"])) / 2)
    return {
        "direction": mark.direction,
        **ends,
        "x": middle,
        "y1": scale.y(mark.low),
        "y2": scale.y(mark.high),
    }
