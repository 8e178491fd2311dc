"""How charts look: for print, in colour and in grey, without touching the user's settings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patheffects import AbstractPathEffect, withStroke
from matplotlib.text import Text

from tinbergen.basics.theme import LIGHT, Theme
from tinbergen.plots._fonts import families

__all__ = ["DASHES", "MARKERS", "dressed", "figure_of", "look", "style", "text_width", "width_of"]

DASHES = ("-", (0, (6, 2)), (0, (2, 1.5)), (0, (7, 2, 1.5, 2)), (0, (4, 1.5, 1, 1.5, 1, 1.5)))
MARKERS = "osD^vPX<"
_HATCHES = ("", "////", "....", "\\\\\\\\", "xxxx", "----", "||||", "oooo")
_TITLE, _BODY, _SMALL = 11.5, 9.0, 8.0


@dataclass(frozen=True, slots=True)
class _Dress:
    """The colours of a chart, and by how much its texts are smaller or larger than usual."""

    theme: Theme
    scale: float


_NOW: ContextVar[_Dress] = ContextVar("_NOW")
_USUAL = _Dress(LIGHT, 1.0)


class _Look:
    """The colours and the sizes of the chart that is being drawn."""

    __slots__ = ()

    @property
    def theme(self) -> Theme:
        """Its colours."""
        return _NOW.get(_USUAL).theme

    @property
    def ground(self) -> str:
        """What it stands on."""
        return self.theme.ground

    @property
    def ink(self) -> str:
        """Texts and history."""
        return self.theme.ink

    @property
    def grey(self) -> str:
        """What is beside the point."""
        return self.theme.grey

    @property
    def rule(self) -> str:
        """Lines between rows."""
        return self.theme.rule

    @property
    def faint(self) -> str:
        """Lines behind values."""
        return self.theme.faint

    @property
    def fan(self) -> Sequence[str]:
        """Bands, outer to inner."""
        return self.theme.fan

    @property
    def hatches(self) -> Sequence[str]:
        """What tells filled areas apart where their colours are all grey."""
        grey = all(len(set(to_rgb(colour))) == 1 for colour in self.theme.scenarios)
        return _HATCHES if grey else ("",)

    @property
    def centre(self) -> str:
        """What it is about."""
        return self.theme.centre

    @property
    def target(self) -> str:
        """Targets."""
        return self.theme.target

    @property
    def scenarios(self) -> Sequence[str]:
        """Scenarios in their order."""
        return self.theme.scenarios

    @property
    def title(self) -> float:
        """Points of a title."""
        return self.pt(_TITLE)

    @property
    def body(self) -> float:
        """Points of labels."""
        return self.pt(_BODY)

    @property
    def small(self) -> float:
        """Points of notes."""
        return self.pt(_SMALL)

    @property
    def halo(self) -> list[AbstractPathEffect]:
        """Ground around a text that stands on something."""
        return [withStroke(linewidth=self.pt(2.5), foreground=self.ground)]

    def pt(self, points: float) -> float:
        """Return points of a chart of the usual size, as many as they are here."""
        return points * _NOW.get(_USUAL).scale


look = _Look()


@contextmanager
def dressed(theme: Theme, scale: float = 1.0) -> Iterator[None]:
    """Draw with colours, and with texts so many times as large as usual."""
    token = _NOW.set(_Dress(theme, scale))
    try:
        yield
    finally:
        _NOW.reset(token)


def style() -> dict[Any, Any]:
    """Return the settings in which a chart is drawn."""
    return {
        "font.family": families(),
        "font.size": look.body,
        "font.weight": "normal",
        "font.style": "normal",
        "text.color": look.ink,
        "text.usetex": False,
        "text.parse_math": False,  # a "$" in a label is a dollar
        "axes.titlesize": look.title,
        "axes.titleweight": "normal",
        "axes.labelweight": "normal",
        "path.sketch": None,
        "path.effects": [],
    }


def figure_of(artist: Artist) -> Figure:
    """Return the whole figure that an artist is in, also when it is in a part of one."""
    figure = artist.get_figure()
    root = getattr(figure, "figure", figure)  # a part of a figure knows the whole
    if not isinstance(root, Figure):
        raise TypeError("charts are drawn on axes that are in a figure")
    return root


def text_width(text: Text) -> float:
    """Measure a text in points."""
    return text.get_window_extent().width * 72 / figure_of(text).dpi


def width_of(ax: Axes) -> float:
    """Return the width of axes in points."""
    return float(ax.bbox.width * 72 / figure_of(ax).dpi)
