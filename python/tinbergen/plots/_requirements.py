"""What would have to be true: how paths that meet a goal differ from the others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from tinbergen.basics.theme import Size, ThemeLike
from tinbergen.basics.words import say, semicolons
from tinbergen.plots._fonts import shown
from tinbergen.plots._frame import canvas, footnote, frame_rows, headline
from tinbergen.plots._room import settle
from tinbergen.plots._rows import beside_row
from tinbergen.plots._style import look
from tinbergen.plots._text import Numbers, label_of, number, wrap
from tinbergen.plots._types import TableLike

__all__ = ["requirements"]

_ERRORS = 1.96
_PLACES = {
    "parameter": ("parameters",),
    "start": ("parameters", "indicators"),
    "shock": ("shocks", "indicators"),
    "event": ("events",),
    "growth": ("indicators",),
}


def requirements(
    table: TableLike,
    *,
    model: Any = None,
    goal: str = "",
    rows: int = 12,
    language: str = "en",
    ax: Axes | None = None,
    figsize: Size | None = None,
    theme: ThemeLike = "light",
) -> Axes:
    """Draw by how much drivers differ between paths that meet a goal and the others.

    Of the rows that are more than noise the furthest apart; the growth of what the goal itself is
    about is left out. Dots are differences of means in standard deviations with their 95 % Monte
    Carlo errors; at the right the two means.

    Parameters
    ----------
    table
        The table ``runs.requirements(of)``.
    model
        Where labels are looked up; names are shown without one.
    goal
        What to call the goal in the title.
    rows
        How many rows at most.
    language
        Language of labels and words: ``"en"`` or ``"zh"``.
    ax
        Axes to draw on; a new figure, as tall as it needs to be, unless given.
    figsize
        Width and height of a new figure in inches; or ``"slide"``, ``"page"``, ``"half page"``.
    theme
        The colours: ``"light"``, ``"dark"``, ``"grey"``, or a `tinbergen.plots.Theme`.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.

    Examples
    --------
    >>> import tinbergen as tb
    >>> runs = tb.plans.yuecheng().simulate(paths=1000, seed=1, scenarios=["baseline"])
    >>> ax = runs.plot.requirements("rd-share-2025", rows=3)
    >>> len(ax.get_yticklabels())
    3
    """
    lines = _chosen(table, rows)
    columns = (say("when met", language), say("when missed", language))
    with canvas(ax, 7.6, 1.7 + 0.36 * max(len(lines), 2), figsize=figsize, theme=theme) as ax:
        frame_rows(ax, [wrap(_label(line, model, language), 38) for line in lines])
        ax.set_ylim(max(len(lines), 1) - 0.4, -0.9)
        ax.axvline(0, color=look.ink, linewidth=look.pt(0.8), zorder=1)
        for y, line in enumerate(lines):
            x, error = line["difference"], _ERRORS * line["error"]
            ax.hlines(y, x - error, x + error, color=look.centre, linewidth=look.pt(1.3), zorder=3)
            _beside(
                ax,
                y,
                (number(line["met"], 3, language), number(line["missed"], 3, language)),
                look.ink,
            )
        x = [line["difference"] for line in lines]
        ax.plot(
            x,
            range(len(lines)),
            "o",
            color=look.centre,
            markersize=look.pt(5),
            zorder=4,
            gid="dots",
        )
        _beside(ax, -0.75, columns, look.grey)
        ax.margins(x=0.08)
        ax.xaxis.set_major_formatter(Numbers(signed=True, language=language))
        title = say("requirements", language, goal=goal or say("the goal", language))
        headline(ax, title, "")
        settle(ax)
        notes = [say("requirements note", language)]
        if not lines:
            notes = [say("requirements none", language)]
        footnote(ax, semicolons(notes, language))
    return ax


def _chosen(table: TableLike, most: int) -> list[Mapping[str, Any]]:
    """The rows to show, in their order."""
    keep = np.asarray(table["clear"], bool) & ~np.asarray(table["of_goal"], bool)
    indices = np.flatnonzero(keep)[:most]
    return [{name: table[name][k].item() for name in table.columns} for k in indices]


def _label(line: Mapping[str, Any], model: Any, language: str) -> str:
    name, _, period = str(line["name"]).partition("/")
    label = shown(name)
    for where in _PLACES[line["kind"]]:
        parts = getattr(model, where, {}) if model is not None else {}
        if name in parts:
            label = label_of(parts[name], name, language)
            break
    if line["kind"] == "shock" and "-" not in line["periods"] and ".." not in line["periods"]:
        period = line["periods"]  # period by period
    about = [say(f"kind {line['kind']}", language), period]
    return f"{label} ({', '.join(filter(None, about))})"


def _beside(ax: Axes, y: float, texts: tuple[str, str], color: str) -> None:
    """Write the two means beside a row."""
    for text, shift in zip(texts, (62.0, 124.0), strict=True):
        beside_row(ax, y, text, shift, color)
