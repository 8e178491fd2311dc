"""What lies under a chart in a figure of another ground: dark texts on a dark one are unseen."""

from __future__ import annotations

from typing import Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.transforms import IdentityTransform

from tinbergen.plots._style import figure_of, look

__all__ = ["lay_card"]

_DARK = 0.6
"""Backgrounds of less brightness are dark."""
_MARGIN = 6.0
"""Points between what is drawn and the edge of the card."""


class _Card(Artist):
    """A ground for axes, drawn only where the figure is dark and the chart light, or the reverse.

    That is known no earlier: a style may have another colour for files than for the screen.
    """

    def __init__(self, ax: Axes, ground: str, *, whole: bool) -> None:
        super().__init__()
        self._ax, self._whole, self.ground = ax, whole, ground
        self.set_zorder(-100)
        self.set_in_layout(False)

    def _is_needed(self, figure: Figure) -> bool:
        under = figure.get_facecolor()
        dark = _is_dark(self.ground)
        if to_rgba(under)[3] == 0:
            return dark  # texts of a dark chart are light: they need something under them
        return _is_dark(under) != dark

    def draw(self, renderer: RendererBase, *args: Any, **kwargs: Any) -> None:
        """Draw it, or nothing on a light ground."""
        figure = figure_of(self._ax)
        if not self._is_needed(figure):
            return
        box = figure.bbox if self._whole else self._ax.get_tightbbox(renderer)
        if box is None:
            return
        pad = 0.0 if self._whole else _MARGIN * figure.dpi / 72
        card = Rectangle(
            (box.x0 - pad, box.y0 - pad),
            box.width + 2 * pad,
            box.height + 2 * pad,
            facecolor=self.ground,
            edgecolor="none",
            transform=IdentityTransform(),
        )
        card.set_figure(figure)
        card.draw(renderer)


def _is_dark(colour: Any) -> bool:
    red, green, blue, _ = to_rgba(colour)
    return 0.299 * red + 0.587 * green + 0.114 * blue < _DARK


def lay_card(ax: Axes, *, whole: bool = False) -> None:
    """Lay a ground under axes, or under their whole figure, for where it is of the other sort."""
    figure = figure_of(ax)
    if not any(isinstance(one, _Card) and one._ax is ax for one in figure.artists):
        figure.add_artist(_Card(ax, look.ground, whole=whole))
