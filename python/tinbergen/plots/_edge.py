"""Labels at the right edge of a chart, pushed apart so that none covers another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from matplotlib.axes import Axes
from matplotlib.transforms import Bbox
from numpy.typing import NDArray

from tinbergen.basics.text import width
from tinbergen.plots._room import lays_out, place_of
from tinbergen.plots._style import figure_of, look
from tinbergen.plots._text import short

__all__ = ["EdgeLabel", "label_edge", "room_beside", "spread"]


_SHORT = 22  # columns of a name where there is no room for a whole one


@dataclass(frozen=True)
class EdgeLabel:
    """A text for a value at the right edge."""

    value: float
    text: str
    color: str
    size: float = field(default_factory=lambda: look.body)
    rank: float = 0.0
    """What orders labels of the same value, such as the probability of a quantile."""


def spread(wanted: Sequence[float], gaps: Sequence[float]) -> NDArray[np.float64]:
    """Move values as little as possible (least squares) so that neighbours keep their gaps.

    Parameters
    ----------
    wanted
        Values in rising order.
    gaps
        The least distance of each value from the one before; the first is not used.

    Examples
    --------
    >>> spread([0.0, 1.0, 10.0], [0, 4, 4]).tolist()
    [-1.5, 2.5, 10.0]
    """
    shift = np.concatenate([[0.0], np.cumsum(np.asarray(gaps, dtype=float)[1:])])[: len(wanted)]
    pools: list[tuple[float, int]] = []  # mean and size: pool adjacent violators
    for value in np.asarray(wanted, dtype=float) - shift:
        pools.append((float(value), 1))
        while len(pools) > 1 and pools[-2][0] >= pools[-1][0]:
            (a, m), (b, n) = pools[-2:]
            pools[-2:] = [((a * m + b * n) / (m + n), m + n)]
    means = [mean for mean, n in pools for _ in range(n)]
    moved: NDArray[np.float64] = np.array(means, dtype=float) + shift
    return moved


def room_beside(ax: Axes, labels: Sequence[EdgeLabel]) -> None:
    """Make room beside axes of the user's figure for the labels of an edge, before it is laid out."""
    figure = figure_of(ax)
    if lays_out(figure):
        return
    texts = [(max(map(width, one.text.split("\n"))), one.size) for one in labels]
    right = max((0.62 * size * columns for columns, size in texts), default=0.0) + look.pt(18)
    x0, y0, x1, y1 = ax.bbox.extents
    end = max(min(x1, place_of(ax).x1 - right * figure.dpi / 72), x0 + (x1 - x0) / 3)
    ax.set_position(Bbox([[x0, y0], [end, y1]]).transformed(figure.transFigure.inverted()))


def label_edge(ax: Axes, x: float, labels: Sequence[EdgeLabel], height: float) -> None:
    """Write labels to the right of a place, each near its value, none over another.

    Parameters
    ----------
    ax
        The axes; their limits are final.
    x
        Where the data end, in data coordinates.
    labels
        In any order; values that are not finite are left out.
    height
        Height of the axes in points.
    """
    shown = (one for one in labels if np.isfinite(one.value))
    labels = sorted(shown, key=lambda one: (one.value, one.rank))
    if not labels:
        return
    bottom, top = ax.get_ylim()
    scale = height / (top - bottom)
    heights = [_high(one) for one in labels]
    if sum(heights) > height:  # there is no room for whole names
        labels = [replace(one, text=short(one.text, _SHORT)) for one in labels]
        heights = [_high(one) for one in labels]
    gaps = [0.0, *((a + b) / 2 for a, b in zip(heights, heights[1:], strict=False))]
    points = np.array([(one.value - bottom) * scale for one in labels])
    moved = _inside(spread(points.tolist(), gaps), heights, height)
    far = bool(np.abs(moved - points).max() > 2.0)
    for one, wanted, position in zip(labels, points, moved, strict=True):
        ax.annotate(
            one.text,
            (x, one.value),
            xytext=(look.pt(14 if far else 6), position - wanted),
            textcoords="offset points",
            va="center",
            ha="left",
            color=one.color,
            fontsize=one.size,
            linespacing=1.05,
            annotation_clip=False,
            arrowprops={
                "arrowstyle": "-",
                "color": look.grey,
                "linewidth": 0.5,
                "shrinkA": 0,
                "shrinkB": 1,
                "relpos": (0, 0.5),
            }
            if far
            else None,
        )


def _high(label: EdgeLabel) -> float:
    """Return the points that a label takes."""
    return 1.22 * label.size * (1 + label.text.count("\n"))


def _inside(
    positions: NDArray[np.float64], heights: Sequence[float], height: float
) -> NDArray[np.float64]:
    """Shift a column of labels as a whole so that it stays beside the axes where it can."""
    low = positions[0] - heights[0] / 2
    high = positions[-1] + heights[-1] / 2
    if high - low > height:
        move = (height - low - high) / 2
    else:
        move = max(0.0, -low) - max(0.0, high - height)
    moved: NDArray[np.float64] = positions + move
    return moved
