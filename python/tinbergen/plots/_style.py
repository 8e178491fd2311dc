"""How charts look: for print, in colour and in grey, without touching the user's settings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from matplotlib.text import Text
from matplotlib.ticker import MaxNLocator, NullLocator

from tinbergen.plots._fonts import families, shown
from tinbergen.plots._text import Numbers, is_percent, is_share, wrap

__all__ = ["canvas", "footnote", "frame", "frame_rows", "headline", "settle", "style"]

INK, GREY, RULE = "#1a1a1a", "#6b6b6b", "#c9c9c9"
FAN = ("#dbe7f3", "#b3cde5", "#85afd6", "#5a93c6")  # outer to inner: one hue, apart in grey
CENTRE = "#0b3a6b"
TARGET = "#b8420a"
SCENARIOS = ("#1a1a1a", "#0072b2", "#d55e00", "#009e73", "#b0578d", "#a67c00", "#3f9bd0", "#7a7a7a")
DASHES = ("-", (0, (6, 2)), (0, (2, 1.5)), (0, (7, 2, 1.5, 2)), (0, (4, 1.5, 1, 1.5, 1, 1.5)))
MARKERS = "osD^vPX<"
TITLE, BODY, SMALL = 11.5, 9.0, 8.0
HALO = [withStroke(linewidth=2.5, foreground="white")]


def style() -> dict[Any, Any]:
    """Give the settings in which a chart is drawn."""
    return {
        "font.family": families(),
        "font.size": BODY,
        "font.weight": "normal",
        "font.style": "normal",
        "text.color": INK,
        "text.usetex": False,
        "text.parse_math": False,  # a "$" in a label is a dollar
        "axes.titlesize": TITLE,
        "axes.titleweight": "normal",
        "axes.labelweight": "normal",
        "path.sketch": None,
        "path.effects": [],
    }


@contextmanager
def canvas(ax: Axes | None, width: float, height: float) -> Iterator[Axes]:
    """Give axes to draw on, in our style: those of the user, or new ones of a size in inches."""
    with mpl.rc_context(style()):
        if ax is not None:
            yield ax
            return
        from matplotlib import pyplot as plt

        figure = plt.figure(figsize=(width, height), layout="constrained", facecolor="white")
        try:
            yield figure.add_subplot()
        except BaseException:
            plt.close(figure)
            raise


def frame(ax: Axes, *, keep: str = "bottom") -> None:
    """Take away what carries no information; set all that matplotlib would look up later."""
    ax.set_facecolor("white")
    for side, spine in ax.spines.items():
        spine.set_visible(side == keep)
        spine.set_color(GREY)
        spine.set_linewidth(0.8)
    for axis in ("x", "y"):
        ax.tick_params(
            axis=axis,
            which="both",
            color=GREY,
            labelcolor=INK,
            labelsize=BODY,
            labelfontfamily=families(),
            direction="out",
            top=False,
            right=False,
            left=False,
            width=0.8,
        )
    ax.tick_params(axis="x", which="major", length=4, bottom=True)
    ax.tick_params(axis="x", which="minor", length=2, bottom=True)
    ax.set_axisbelow(True)
    ax.grid(visible=False, which="both")
    ax.grid(visible=True, axis="y", which="major", color=RULE, linewidth=0.5, linestyle="-")


def frame_rows(ax: Axes, labels: Sequence[str]) -> None:
    """Frame a chart of named rows: a name at each whole number, rules for the values only."""
    frame(ax)
    ax.grid(visible=False)
    ax.grid(visible=True, axis="x", color="#e2e2e2", linewidth=0.5)
    ax.set_yticks(range(len(labels)), labels)
    ax.tick_params(axis="y", length=0, labelsize=BODY, labelcolor=INK)
    ax.yaxis.set_minor_locator(NullLocator())


def columns(ax: Axes, size: float) -> float:
    """Count the columns of text of a size that fit the width of axes (DejaVu Sans is wide)."""
    return max(12.0, width_of(ax) / (0.56 * size))


def figure_of(artist: Artist) -> Figure:
    """Give the whole figure that an artist is in, also when it is in a part of one."""
    figure = artist.get_figure()
    root = getattr(figure, "figure", figure)  # a part of a figure knows the whole
    if not isinstance(root, Figure):
        raise TypeError("charts are drawn on axes that are in a figure")
    return root


def text_width(text: Text) -> float:
    """Measure a text in points."""
    return text.get_window_extent().width * 72 / figure_of(text).dpi


def width_of(ax: Axes) -> float:
    """Give the width of axes in points."""
    return float(ax.bbox.width * 72 / figure_of(ax).dpi)


def set_levels(ax: Axes, unit: str | None, language: str) -> None:
    """Set how the vertical axis shows numbers of a unit, without ticks where none can be."""
    low, high = ax.dataLim.intervaly
    full = 1.0 if is_share(unit) else 100.0 if is_percent(unit) else np.inf
    least, most = 0.0 if low >= 0 else -np.inf, full if high <= full else np.inf
    ax.yaxis.set_major_locator(_Between(least, most))
    ax.yaxis.set_major_formatter(Numbers(share=is_share(unit), language=language))


class _Between(MaxNLocator):
    """Ticks where matplotlib would set them, but for those beyond two limits."""

    def __init__(self, least: float, most: float) -> None:
        super().__init__(nbins="auto", steps=[1, 2, 2.5, 5, 10])
        self._least, self._most = least, most

    def tick_values(self, vmin: float, vmax: float) -> Sequence[float]:
        """Give the places of ticks between two ends of the axis."""
        ticks = np.asarray(super().tick_values(vmin, vmax), float)
        kept: list[float] = ticks[
            (ticks >= self._least - 1e-12) & (ticks <= self._most + 1e-12)
        ].tolist()
        return kept


def headline(ax: Axes, title: str, unit: str, size: float = TITLE) -> None:
    """Write the title above the axes and the unit of the vertical axis under it."""
    unit = shown(unit)
    plain: dict[str, Any] = {
        "fontfamily": families(),
        "fontweight": "normal",
        "fontstyle": "normal",
    }
    plain |= {"parse_math": False, "usetex": False}  # these texts are older than our settings
    title = wrap(title, columns(ax, size))
    pad = 22 if unit else 8
    ax.set_title(title, loc="left", pad=pad, color=INK, fontsize=size, linespacing=1.15, **plain)
    ax.set_ylabel(unit, rotation=0, ha="left", va="bottom", color=GREY, fontsize=BODY, **plain)
    ax.yaxis.set_label_coords(0.0, 1.015)


def footnote(ax: Axes, text: str, *, left: float = 0.0, lines: int = 1) -> Text:
    """Write a small grey note under tick labels of so many lines, from so many points left."""
    return ax.annotate(
        wrap(text, columns(ax, SMALL)),
        (0, 0),
        xycoords="axes fraction",
        xytext=(-left, -11.0 - 11.0 * lines),
        textcoords="offset points",
        va="top",
        ha="left",
        fontsize=SMALL,
        color=GREY,
        linespacing=1.25,
        annotation_clip=False,
    )


def settle(ax: Axes) -> float:
    """Lay the figure out and give the height of the axes in points."""
    figure = figure_of(ax)
    engine = figure.get_layout_engine()
    if engine is not None:
        engine.execute(figure)
    return float(ax.bbox.height * 72 / figure.dpi)
