"""The frame of a chart: its canvas, axes, title, unit, periods, note."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.ticker import MaxNLocator, NullLocator
from matplotlib.transforms import offset_copy

from tinbergen.basics.theme import Size, ThemeLike, theme_of
from tinbergen.basics.words import unit_text
from tinbergen.plots._card import lay_card
from tinbergen.plots._fonts import families, shown
from tinbergen.plots._periods import set_periods
from tinbergen.plots._room import columns_of, inches_of, scale_of, settle, take_whole, wraps
from tinbergen.plots._size import scale_in, size_of
from tinbergen.plots._style import dressed, figure_of, look, style
from tinbergen.plots._text import Numbers, is_percent, is_share, wrap

__all__ = [
    "apart",
    "canvas",
    "chart",
    "footnote",
    "frame",
    "frame_periods",
    "frame_rows",
    "headline",
    "new_figure",
    "under",
]


_NARROWEST = 1e-6  # of the size of the levels: what is closer together is shown as a line
_APART: ContextVar[bool] = ContextVar("_APART", default=False)


@contextmanager
def apart() -> Iterator[None]:
    """Make figures that no window and no backend of the user knows about."""
    token = _APART.set(True)
    try:
        yield
    finally:
        _APART.reset(token)


def new_figure(size: tuple[float, float]) -> tuple[Figure, Callable[[], None]]:
    """Return a figure that lays itself out, and what closes it."""
    if _APART.get():
        figure = Figure(figsize=size, layout="constrained", facecolor=look.ground)
        FigureCanvasAgg(figure)
        return figure, lambda: None
    from matplotlib import pyplot as plt

    figure = plt.figure(figsize=size, layout="constrained", facecolor=look.ground)
    return figure, lambda: plt.close(figure)


@contextmanager
def canvas(
    ax: Axes | None,
    width: float,
    height: float,
    *,
    figsize: Size | None = None,
    theme: ThemeLike = "light",
    tight: bool = False,
    least: tuple[float, float] | None = None,
) -> Iterator[Axes]:
    """Return axes to draw on, in our style: those of the user, or new ones of a size in inches.

    Parameters
    ----------
    ax
        Those of the user, if any.
    width, height
        What a chart with texts of the usual size needs; with less room they are smaller.
    figsize
        The size of a new figure where it is not that.
    theme
        The colours.
    tight
        Whether the chart needs all of its width and height.
    least
        The width and height that texts of the usual size need, where it is not that.
    """
    if ax is not None and figsize is not None:
        raise ValueError("figsize: axes were given, and their figure has a size; leave one out")
    needed, colours = (width, height), theme_of(theme)
    if ax is not None:
        scale = scale_of(inches_of(ax), least or needed, tight=tight)
        if tight:
            take_whole(ax)
        with dressed(colours, scale), mpl.rc_context(style()):
            lay_card(ax)
            yield ax
            settle(ax)
        return
    size = size_of(figsize, needed)
    with (
        dressed(colours, scale_in(figsize, size, least or needed, tight=tight)),
        mpl.rc_context(style()),
    ):
        figure, close = new_figure(size)
        try:
            axes = figure.add_subplot()
            lay_card(axes, whole=True)
            yield axes
            settle(axes)
        except BaseException:
            close()
            raise


@contextmanager
def chart(
    ax: Axes | None,
    width: float,
    height: float,
    *,
    keep: str = "bottom",
    rules: bool = True,
    figsize: Size | None = None,
    theme: ThemeLike = "light",
    tight: bool = False,
    least: tuple[float, float] | None = None,
) -> Iterator[Axes]:
    """Return axes with a frame: a line at one side, and rules for the levels unless told."""
    with canvas(ax, width, height, figsize=figsize, theme=theme, tight=tight, least=least) as axes:
        frame(axes, keep=keep)
        if not rules:
            axes.grid(visible=False)
        yield axes


def frame(ax: Axes, *, keep: str = "bottom") -> None:
    """Remove what carries no information; set all that matplotlib would look up later."""
    ax.set_facecolor(look.ground)
    for side, spine in ax.spines.items():
        spine.set_visible(side == keep)
        spine.set_color(look.grey)
        spine.set_linewidth(0.8)
    for axis in ("x", "y"):
        ax.tick_params(
            axis=axis,
            which="both",
            color=look.grey,
            labelcolor=look.ink,
            labelsize=look.body,
            labelfontfamily=families(),
            direction="out",
            top=False,
            right=False,
            left=False,
            width=0.8,
            pad=look.pt(3.5),
        )
    ax.tick_params(axis="x", which="major", length=look.pt(4), bottom=True)
    ax.tick_params(axis="x", which="minor", length=look.pt(2), bottom=True)
    ax.set_axisbelow(True)
    ax.grid(visible=False, which="both")
    ax.grid(
        visible=True,
        axis="y",
        which="major",
        color=look.rule,
        linewidth=look.pt(0.5),
        linestyle="-",
    )


def frame_rows(ax: Axes, labels: Sequence[str]) -> None:
    """Frame a chart of named rows: a name at each whole number, rules for the values only."""
    frame(ax)
    ax.grid(visible=False)
    ax.grid(visible=True, axis="x", color=look.faint, linewidth=look.pt(0.5))
    ax.set_yticks(range(len(labels)), labels)
    ax.tick_params(axis="y", length=0, labelsize=look.body, labelcolor=look.ink)
    ax.yaxis.set_minor_locator(NullLocator())


def frame_periods(
    ax: Axes,
    periods: Sequence[Any],
    title: str,
    unit: str | None,
    language: str,
    *,
    note: str = "",
    signed: bool = False,
    size: float | None = None,
) -> None:
    """Frame a chart over periods: its title, the unit of the levels, the periods, a note below.

    Parameters
    ----------
    ax
        The axes, with what is drawn on them.
    periods
        The first and the last period, and any between.
    title
        What is shown.
    unit
        Of the levels; that of a share is the percent sign of its numbers.
    language
        Language of units and numbers.
    note
        A small grey text below.
    signed
        Whether levels are differences, which have a sign.
    size
        Points of the title, unless they are those of all titles.
    """
    lines = set_periods(ax, periods[0], periods[-1])
    if signed:
        ax.yaxis.set_major_formatter(Numbers(share=is_share(unit), signed=True, language=language))
    else:
        set_levels(ax, unit, language)
    headline(ax, title, "" if is_share(unit) else unit_text(unit, language), size=size)
    if note:
        footnote(ax, note, lines=lines)


def set_levels(ax: Axes, unit: str | None, language: str) -> None:
    """Set how the vertical axis shows numbers of a unit, without ticks where none can be."""
    low, high = ax.dataLim.intervaly
    if high - low < (
        least := _NARROWEST * max(abs(low), abs(high))
    ):  # ticks could not be told apart
        x, middle = ax.dataLim.x0, (low + high) / 2
        ax.update_datalim([(x, middle - least / 2), (x, middle + least / 2)])
        ax.autoscale_view(scalex=False)
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
        """Return the positions of ticks between two ends of the axis."""
        ticks = np.asarray(super().tick_values(vmin, vmax), float)
        kept: list[float] = ticks[
            (ticks >= self._least - 1e-12) & (ticks <= self._most + 1e-12)
        ].tolist()
        return kept


def _plain() -> dict[str, Any]:
    """Return how texts look that axes of the user had before our settings."""
    font = {"fontfamily": families(), "fontweight": "normal", "fontstyle": "normal"}
    return {**font, "parse_math": False, "usetex": False}


def under(ax: Axes, text: str, *, color: str, size: float) -> None:
    """Write what the horizontal axis shows."""
    ax.set_xlabel(text, color=color, fontsize=size, linespacing=1.15, **_plain())


def headline(ax: Axes, title: str, unit: str, size: float | None = None) -> None:
    """Write the title above the axes and the unit of the vertical axis under it."""
    unit = shown(unit)
    plain = _plain()
    size = size or look.title
    unit = wrap(unit, columns_of(ax, look.body), longest=columns_of(ax, look.body))
    lines = 1 + unit.count("\n") if unit else 0
    told = ax.set_title(
        wrap(title, columns_of(ax, size)),
        loc="left",
        pad=look.pt(8 + 14 * lines),
        color=look.ink,
        fontsize=size,
        linespacing=1.15,
        **plain,
    )
    wraps(told, ax, title)
    plain |= {"color": look.grey, "fontsize": look.body, "linespacing": 1.15}
    ax.set_ylabel(unit, rotation=0, ha="left", va="bottom", **plain)
    above = offset_copy(ax.transAxes, figure_of(ax), 0.0, look.pt(4), units="points")
    ax.yaxis.set_label_coords(0.0, 1.0, transform=above)


def footnote(ax: Axes, text: str, *, left: float = 0.0, lines: int = 1) -> Text:
    """Write a small grey note under tick labels of so many lines, from so many points left."""
    note = ax.annotate(
        wrap(text, columns_of(ax, look.small)),
        (0, 0),
        xycoords="axes fraction",
        xytext=(-left, look.pt(-11.0 - 11.0 * lines)),
        textcoords="offset points",
        va="top",
        ha="left",
        fontsize=look.small,
        color=look.grey,
        linespacing=1.25,
        annotation_clip=False,
    )
    wraps(note, ax, text)
    return note
