"""Whether the texts of a figure can be read: none over another, none out of the figure.

What is drawn is asked of matplotlib itself: every text that a renderer draws is noted, with the box
it takes. Ticks that are out of view are not among them, and neither are texts that are empty.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

__all__ = ["problems_of", "texts_of"]

_TOUCH = 0.12  # of the height of the smaller text: boxes are taller than what is inked


@contextmanager
def _noting() -> Iterator[list[Text]]:
    """Note the texts that are drawn."""
    drawn: list[Text] = []
    usual = Text.draw

    def draw(self: Text, renderer: RendererBase) -> None:
        if self.get_visible() and self.get_text().strip():
            drawn.append(self)
        usual(self, renderer)

    Text.draw = draw  # type: ignore[method-assign]
    try:
        yield drawn
    finally:
        Text.draw = usual  # type: ignore[method-assign]


def texts_of(figure: Figure) -> list[tuple[str, Bbox]]:
    """Return the texts of a figure and the boxes they take, in pixels."""
    with _noting() as drawn:
        figure.canvas.draw()
    unique = {id(text): text for text in drawn}.values()
    return [(text.get_text(), Text.get_window_extent(text)) for text in unique]


def problems_of(figure: Figure) -> list[str]:
    """Say which texts lie over another, and which leave the figure; empty when all is well."""
    found = []
    texts = texts_of(figure)
    page = figure.bbox
    edge = figure.dpi / 72
    for text, box in texts:
        if not (
            box.x0 >= page.x0 - edge
            and box.y0 >= page.y0 - edge
            and box.x1 <= page.x1 + edge
            and box.y1 <= page.y1 + edge
        ):
            beyond = (page.x0 - box.x0, page.y0 - box.y0, box.x1 - page.x1, box.y1 - page.y1)
            by = max(beyond) / edge
            found.append(f"{_short(text)} leaves the figure by {by:.0f} points")
    found += [f"{_short(texts[i][0])} lies over {_short(texts[j][0])}" for i, j in _overlaps(texts)]
    found += _collapsed(figure)
    return found


def _overlaps(texts: list[tuple[str, Bbox]]) -> list[tuple[int, int]]:
    """Return the pairs of texts whose boxes have more than a touch in common."""
    if not texts:
        return []
    boxes = np.array([box.extents for _, box in texts])
    lines = np.array([_line(text, box) for text, box in texts])
    low = np.maximum(boxes[:, None, :2], boxes[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], boxes[None, :, 2:])
    both = (high - low).min(axis=2)
    over = np.triu(both > _TOUCH * np.minimum(lines[:, None], lines[None, :]), k=1)
    return [(int(i), int(j)) for i, j in np.argwhere(over)]


def _line(text: str, box: Bbox) -> float:
    """Return the height of a line of a text."""
    return min(box.height, box.width) / (1 + text.count("\n"))


def _collapsed(figure: Figure) -> list[str]:
    """Name axes that are left with next to no room."""

    def is_small(ax: Axes) -> bool:
        return bool(np.min([ax.bbox.width, ax.bbox.height]) < 14 * figure.dpi / 72)

    return [
        f"axes {k} have no room: {ax.bbox.width:.0f} x {ax.bbox.height:.0f}"
        for k, ax in enumerate(figure.axes)
        if ax.get_visible() and is_small(ax)
    ]


def _short(text: str) -> str:
    text = text.replace("\n", " ")
    return f'"{text[:40]}"' if len(text) <= 40 else f'"{text[:37]}..."'
