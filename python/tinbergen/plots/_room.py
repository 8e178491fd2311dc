"""The room that a chart has in its figure, and how what is written around it is kept within."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from weakref import WeakKeyDictionary, WeakSet

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import PlaceHolderLayoutEngine
from matplotlib.text import Annotation, Text
from matplotlib.transforms import Bbox

from tinbergen.basics.text import width
from tinbergen.plots._style import figure_of, look
from tinbergen.plots._text import wrap

__all__ = [
    "SMALLEST",
    "columns_of",
    "fit",
    "inches_of",
    "lays_out",
    "place_of",
    "rewrap",
    "scale_of",
    "settle",
    "take_whole",
    "wraps",
]

_EDGE = 3.0  # points between what is written and the edge of its place
SMALLEST = 0.55  # of the usual size: texts of 4.4 points
_LEAST = 0.16  # of its place that a chart keeps for itself


@dataclass(frozen=True, slots=True)
class _Wrapped:
    """A text that is broken into lines to the width of its place."""

    axes: Axes
    text: str
    above: Annotation | None


_TEXTS: WeakKeyDictionary[Text, _Wrapped] = WeakKeyDictionary()

_GIVEN: WeakKeyDictionary[Axes, Bbox] = WeakKeyDictionary()

_WHOLE: WeakSet[Axes] = WeakSet()


def place_of(ax: Axes) -> Bbox:
    """Return the part of the figure that axes have for themselves, in pixels.

    It reaches half way to each neighbour, and to the edges of the figure where there is none.
    """
    figure = figure_of(ax)
    own = _given(ax)
    left, bottom, right, top = 0.0, 0.0, 1.0, 1.0
    for other in figure.axes:
        if other is ax or not other.get_visible():
            continue
        box = _given(other)
        if np.allclose(box.extents, own.extents):
            continue  # twins
        beside = min(own.y1, box.y1) > max(own.y0, box.y0)
        over = min(own.x1, box.x1) > max(own.x0, box.x0)
        if beside and box.x0 >= own.x1 - 1e-9:
            right = min(right, (own.x1 + box.x0) / 2)
        elif beside and box.x1 <= own.x0 + 1e-9:
            left = max(left, (own.x0 + box.x1) / 2)
        if over and box.y0 >= own.y1 - 1e-9:
            top = min(top, (own.y1 + box.y0) / 2)
        elif over and box.y1 <= own.y0 + 1e-9:
            bottom = max(bottom, (own.y0 + box.y1) / 2)
    return Bbox([[left, bottom], [right, top]]).transformed(figure.transFigure)


def _given(ax: Axes) -> Bbox:
    """Return where the user, or the grid, put axes: what `fit` does to them does not count."""
    spec = ax.get_subplotspec()
    if spec is not None:
        return spec.get_position(figure_of(ax))
    return _GIVEN.setdefault(ax, ax.get_position(original=True).frozen())


def take_whole(ax: Axes) -> None:
    """Let axes of the user grow to the whole of their place, whose size is that of their texts."""
    _WHOLE.add(ax)


def lays_out(figure: Figure) -> bool:
    """Tell whether a figure places its axes itself."""
    engine = figure.get_layout_engine()
    return engine is not None and not isinstance(engine, PlaceHolderLayoutEngine)


def columns_of(ax: Axes, size: float, less: float = 0.0) -> float:
    """Count the columns of text of a size that fit the width of axes (DejaVu Sans is wide)."""
    points = ax.bbox.width * 72 / figure_of(ax).dpi
    return max(12.0, (points - less) / (0.56 * size))


def wraps(text: Text, ax: Axes, words: str, *, above: Annotation | None = None) -> None:
    """Remember a text, to break it into lines once it is known how much room it has.

    Parameters
    ----------
    text
        The text, with its left end where it stays.
    ax
        The axes it belongs to.
    words
        What it says, in one line.
    above
        The text that it stands on, which may grow.
    """
    _TEXTS[text] = _Wrapped(ax, words, above)


def rewrap(ax: Axes) -> bool:
    """Break titles and notes to the room between their left end and the edge; tell of changes."""
    figure = figure_of(ax)
    place, pixels = place_of(ax), figure.dpi / 72
    changed = False
    for text, known in list(_TEXTS.items()):
        if known.axes is not ax or text.figure is None:
            continue
        before = text.get_text()
        room = place.x1 - _EDGE * pixels - text.get_window_extent().x0
        columns = max(8.0, room / pixels / (0.5 * float(text.get_fontsize())))
        for _ in range(6):
            text.set_text(wrap(known.text, columns, longest=columns))
            wide = text.get_window_extent().width
            longest = max(map(width, text.get_text().split("\n")), default=0)
            if wide <= room or longest <= 8:
                break
            columns = max(8.0, min(columns - 1, math.floor(longest * room / wide)))
        if known.above is not None and isinstance(text, Annotation):
            high = known.above.get_window_extent().height / pixels
            level = known.above.xyann[1] + high + look.pt(3)
            changed |= abs(level - text.xyann[1]) > 0.5
            text.xyann = (text.xyann[0], level)
        changed |= text.get_text() != before
    return changed


def fit(ax: Axes) -> None:
    """Shrink axes of the user so that what is written around them stays in their place, or fills it.

    A figure with a layout engine does so itself when it is drawn.
    """
    figure = figure_of(ax)
    if lays_out(figure):
        return
    for _ in range(5):
        place, box = place_of(ax), ax.get_tightbbox()
        if box is None:
            return
        edge = _EDGE * figure.dpi / 72
        x0, y0, x1, y1 = ax.bbox.extents
        least = -np.inf if ax in _WHOLE else 0.0
        x0 += max(least, place.x0 + edge - box.x0)
        y0 += max(least, place.y0 + edge - box.y0)
        x1 -= max(least, box.x1 - place.x1 + edge)
        y1 -= max(least, box.y1 - place.y1 + edge)
        if x1 - x0 < _LEAST * place.width:
            x0, x1 = _about(x0, x1, _LEAST * place.width, place.x0, place.x1)
        if y1 - y0 < _LEAST * place.height:
            y0, y1 = _about(y0, y1, _LEAST * place.height, place.y0, place.y1)
        if np.allclose([x0, y0, x1, y1], ax.bbox.extents, atol=0.1):
            return
        moved = Bbox([[x0, y0], [x1, y1]]).transformed(figure.transFigure.inverted())
        ax.set_position(moved)


def _about(low: float, high: float, least: float, first: float, last: float) -> tuple[float, float]:
    """Widen a stretch about its middle, within two ends."""
    low = min(max((low + high - least) / 2, first), last - least)
    return low, low + least


def _lay_out(ax: Axes, figure: Figure) -> None:
    """Let the engine of a figure place its axes; do it here where there is none, or where it gives up."""
    engine = figure.get_layout_engine()
    if engine is not None and lays_out(figure):
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            engine.execute(figure)
        if not told or len(figure.axes) > 1:
            return
        figure.set_layout_engine("none")  # what is written takes more room than there is
    fit(ax)


def settle(ax: Axes) -> float:
    """Lay the figure out and give the height of the axes in points."""
    figure = figure_of(ax)
    for _ in range(5):
        _lay_out(ax, figure)
        if not rewrap(ax):
            break
    return float(ax.bbox.height * 72 / figure.dpi)


def inches_of(ax: Axes) -> tuple[float, float]:
    """Return the width and height of the place of axes in inches."""
    place, dpi = place_of(ax), figure_of(ax).dpi
    return place.width / dpi, place.height / dpi


def scale_of(size: tuple[float, float], needed: tuple[float, float], *, tight: bool) -> float:
    """Return by how much texts are smaller where a chart has less room than it needs.

    Parameters
    ----------
    size, needed
        Widths and heights in inches: what there is, and of a chart of the usual size.
    tight
        Whether it needs all of it; others can do with a fifth less.
    """
    there = min(size[0] / needed[0], size[1] / needed[1])
    return min(max(there * (1.0 if tight else 1.25), SMALLEST), 1.0)
