"""Target marks: a triangle or a line at the level, and its text where there is room."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import numpy as np
from matplotlib.axes import Axes
from matplotlib.transforms import Bbox
from numpy.typing import NDArray

from tinbergen.basics.text import width
from tinbergen.plots._periods import time_of
from tinbergen.plots._style import look, width_of
from tinbergen.plots._targets import Mark
from tinbergen.plots._text import wrap

__all__ = ["draw_marks"]

_LINE = 1.4  # of the size of a text


def draw_marks(ax: Axes, marks: Sequence[Mark], height: float) -> None:
    """Draw marks on axes so many points high, and write their texts above or below the data."""
    if not marks:
        return
    top = ax.get_ylim()
    for mark in marks:
        _symbol(ax, mark)
    ax.autoscale_view(scalex=False)
    _rest(ax, top)
    taken: list[Bbox] = []
    for x, group in groupby(sorted(marks, key=_middle), key=_middle):
        taken.append(_write(ax, x, sorted(group, key=lambda mark: -mark.high), height, taken))


def _middle(mark: Mark) -> float:
    first, last = time_of(mark.span.first), time_of(mark.span.last)
    return (first + last) / 2


def _rest(ax: Axes, before: tuple[float, float]) -> None:
    low, high = ax.get_ylim()
    ax.set_ylim(min(low, before[0]), max(high, before[1]))


def _symbol(ax: Axes, mark: Mark) -> None:
    """Draw a mark: triangles point to where the target is met."""
    x0, x1 = time_of(mark.span.first), time_of(mark.span.last)
    if not mark.is_point:
        for level in sorted({mark.low, mark.high}):
            ax.plot(
                [x0, x1], [level, level], color=look.target, linewidth=look.pt(1.8), marker="|", markersize=look.pt(6),
                zorder=5, gid="target", solid_capstyle="butt",
            )  # fmt: skip
    elif mark.direction == "between":
        ax.plot(
            [x0, x0], [mark.low, mark.high], color=look.target, linewidth=look.pt(1.8), marker="_", markersize=look.pt(8),
            zorder=5, gid="target", clip_on=False,
        )  # fmt: skip
    else:
        ax.plot(
            [x0], [mark.low], linestyle="none", color=look.target,
            marker="^" if mark.direction == "up" else "v", markersize=look.pt(8), markeredgecolor=look.ground,
            markeredgewidth=look.pt(0.8), zorder=6, gid="target", clip_on=False,
        )  # fmt: skip


def _write(ax: Axes, x: float, marks: Sequence[Mark], height: float, taken: Sequence[Bbox]) -> Bbox:
    """Write the texts of marks in one place, with a thin line to the nearest; give their room."""
    columns = max(16.0, 0.62 * width_of(ax) / (0.58 * look.small))
    text = "\n".join(wrap(line, columns) for line in _text(marks).split("\n"))
    first, last = ax.get_xlim()
    align, (left, right) = _aligned(ax, x, text)
    share = min((1 + text.count("\n")) * _LINE * look.small + 4, height / 2) / height
    edge, level, up = _place(ax, left, right, marks, share, 8 / height, taken)
    corner = {"left": 0.0, "center": 0.5, "right": 1.0}[align]
    told = ax.annotate(
        text,
        (x, edge),
        xytext=(x, level),
        textcoords="data",
        ha=align,
        va="bottom" if up else "top",
        color=look.target,
        fontsize=look.small,
        linespacing=1.15,
        path_effects=look.halo,
        zorder=7,
        annotation_clip=False,
        arrowprops={
            "arrowstyle": "-",
            "color": look.target,
            "linewidth": 0.6,
            "shrinkA": 0,
            "shrinkB": 4,
            "relpos": (corner, 0.0 if up else 1.0),
        },
    )
    told.set_in_layout(False)  # it stands within the axes
    bottom, top = ax.get_ylim()
    end = level + (1 if up else -1) * share * (top - bottom)
    # Two texts side by side read as one unless there is a gap between them.
    gap = 1.5 * look.small / width_of(ax) * (last - first)
    return Bbox([[left - gap, min(level, end)], [right + gap, max(level, end)]])


def _text(marks: Sequence[Mark]) -> str:
    """Put the texts of marks together: two lines for one, one line for each of several."""
    texts = [mark.text for mark in marks]
    if len(texts) > 1:
        comma = "\uff0c" if width(texts[0]) > len(texts[0]) else ", "
        texts = [text.replace("\n", comma) for text in texts]
    return "\n".join(texts)


def _place(
    ax: Axes,
    left: float,
    right: float,
    marks: Sequence[Mark],
    share: float,
    clear: float,
    taken: Sequence[Bbox],
) -> tuple[float, float, bool]:
    """Find the side where a text needs the shorter line and the less new room, and make that room.

    Parameters
    ----------
    ax
        The axes.
    left, right
        The ends of the text.
    marks
        The marks it is about.
    share, clear
        Its height, and its distance from the data, as shares of the height of the axes.
    taken
        Where texts stand already.

    Returns
    -------
    tuple
        The mark that the line goes to, where the text starts, and whether it stands above.
    """
    bottom, top = ax.get_ylim()
    low, high = _envelope(ax, left, right, taken)
    highest, lowest = max(mark.high for mark in marks), min(mark.low for mark in marks)
    over = max(high, highest) + clear * (top - bottom)
    under = min(low, lowest) - clear * (top - bottom)
    higher = max(top, (over - share * bottom) / (1 - share))
    lower = min(bottom, (under - share * top) / (1 - share))
    up = over - highest + higher - top <= lowest - under + bottom - lower
    ax.set_ylim(bottom if up else lower, higher if up else top)
    return (highest, over, True) if up else (lowest, under, False)


def _aligned(ax: Axes, x: float, text: str) -> tuple[str, tuple[float, float]]:
    """Choose the side of a place on which a text stays inside the axes, and give its ends."""
    first, last = ax.get_xlim()
    along = (x - first) / (last - first)
    liked = "left" if along < 0.2 else "right" if along > 0.6 else "center"
    for align in (liked, "left", "center", "right"):
        left, right = _reach(ax, x, text, align)
        if first <= left and right <= last:
            return align, (left, right)
    return liked, _reach(ax, x, text, liked)


def _reach(ax: Axes, x: float, text: str, align: str) -> tuple[float, float]:
    """Return the ends of a text on the horizontal axis."""
    first, last = ax.get_xlim()
    longest = max(width(line) for line in text.split("\n"))
    wide = longest * 0.6 * look.small / width_of(ax) * (last - first)
    left = {"left": 0.0, "center": 0.5, "right": 1.0}[align]
    return x - left * wide, x + (1 - left) * wide


def _envelope(ax: Axes, left: float, right: float, taken: Sequence[Bbox]) -> tuple[float, float]:
    """Return the lowest and the highest value drawn or taken between two places."""
    heights = [
        _line_heights(np.asarray(line.get_xydata(), float), left, right) for line in ax.lines
    ]
    heights += [np.array([b.y0, b.y1]) for b in taken if b.x0 < right and b.x1 > left]
    strip = Bbox([[left, -1e300], [right, 1e300]])
    areas = [path for band in ax.collections for path in band.get_paths()]
    heights += [np.asarray(area.clip_to_bbox(strip).vertices, float)[:, 1] for area in areas]
    found = np.concatenate(
        [np.empty(0), *(h[np.isfinite(h) & (np.abs(h) < 1e299)] for h in heights)]
    )
    return (float(found.min()), float(found.max())) if len(found) else ax.get_ylim()


def _line_heights(points: NDArray[np.float64], left: float, right: float) -> NDArray[np.float64]:
    """Return the heights of a line between two places, both ends included."""
    points = points[np.isfinite(points).all(axis=1)]
    if not len(points) or points[-1, 0] < left or points[0, 0] > right:
        return np.empty(0)
    x, y = points.T
    inside = y[(x >= left) & (x <= right)]
    return np.concatenate([inside, np.interp([max(left, x[0]), min(right, x[-1])], x, y)])
