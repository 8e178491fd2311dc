"""How good early warnings are: how often the target is missed where one fires, and where it is quiet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, NullLocator

from tinbergen.basics.theme import Size, ThemeLike
from tinbergen.basics.words import say, semicolons
from tinbergen.plots._frame import chart, footnote
from tinbergen.plots._rows import (
    Row,
    beside_row,
    column_width,
    label_rows,
    least_size,
    row_positions,
    row_size,
    title_rows,
)
from tinbergen.plots._size import room_for
from tinbergen.plots._style import look
from tinbergen.plots._text import Numbers, label_of, probability, wrap
from tinbergen.plots._types import TableLike

__all__ = ["warning_record"]

_COLUMNS = ("fires", "hits", "false alarms")


def warning_record(
    table: TableLike,
    *,
    model: Any = None,
    language: str = "en",
    ax: Axes | None = None,
    figsize: Size | None = None,
    theme: ThemeLike = "light",
) -> Axes:
    """Draw how good early warnings are, a row for each warning and period.

    A good warning sets its two dots far apart: the target is missed more often where it fires
    (filled) than where it is quiet (hollow). At the right: how often it fires, its hit rate (it fires
    where the target is missed) and its false alarms (it fires where the target is met).

    Parameters
    ----------
    table
        What ``runs["baseline"].warning_record()`` gives.
    model
        Where labels are looked up; names are shown without one.
    language
        Language of labels and words: ``"en"``, ``"zh"``, ``"de"``.
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
    >>> slow = tb.EarlyWarning(indicator="gdp", below=1100, target="gdp-2025")
    >>> model = tb.plans.yuecheng().add(warnings={"slow": slow})
    >>> ax = model.simulate(500, seed=1)["baseline"].plot.warning_record()
    >>> len([line for line in ax.lines if line.get_gid() == "fires"])
    3
    """
    found = [{name: table[name][k].item() for name in table.columns} for k in _indices(table)]
    rows = [_row(k, one, model, language) for k, one in enumerate(found)]
    headings = [wrap(say(name, language), 11, longest=16) for name in _COLUMNS]
    column = column_width(headings)
    high = room_for(ax, figsize, row_size(rows, 3, column=column)[:2])[1]
    count = len(rows)
    while len(rows) > 1 and row_size(rows, 3, column=column)[1] > high:
        rows = rows[:-1]
    size = row_size(rows, 3, column=column)
    with chart(
        ax, *size[:2], least=least_size(size), rules=False, tight=True, figsize=figsize, theme=theme
    ) as ax:
        column = column_width(headings)
        positions = row_positions(rows)
        _prepare(ax, size[2], language)
        left = label_rows(ax, rows, positions, 3, column)
        for k, heading in enumerate(headings):
            ax.annotate(
                heading, (1, 1), xycoords="axes fraction", textcoords="offset points",
                xytext=(column * (k + 1) - look.pt(4), look.pt(8)), ha="right", va="bottom",
                fontsize=look.small, color=look.ink, annotation_clip=False,
            )  # fmt: skip
        for row in rows:
            _draw(ax, positions[row.target], found[int(row.target)], column, language)
        title, under = say("warning record", language), say("warning record axes", language)
        lines = 1 + max(heading.count("\n") for heading in headings)
        title_rows(ax, title, under, left=left, right=3 * column, above=look.pt(14 + 10 * lines))
        notes = [say("warning record note", language)]
        if len(rows) < count:
            notes.append(say("rows left out", language, n=len(rows), all=count))
        footnote(ax, semicolons(notes, language), left=left)
    return ax


def _indices(table: TableLike) -> Sequence[int]:
    """Return the rows of which something is known, warning by warning."""
    known = np.isfinite(np.asarray(table["fires"], float))
    indices: list[int] = np.flatnonzero(known).tolist()
    return indices


def _row(k: int, one: dict[str, Any], model: Any, language: str) -> Row:
    name = str(one["warning"])
    known = model.warnings.get(name) if model is not None else None
    label = wrap(label_of(known, name, language) if known is not None else name, 30, longest=30)
    return Row(str(k), label, str(one["period"]), 0.12 + 0.145 * (1 + label.count("\n")), 0)


def _prepare(ax: Axes, height: float, language: str) -> None:
    ax.set_xlim(-0.015, 1.015)
    ax.set_ylim(height, 0.0)
    ax.xaxis.set_major_locator(FixedLocator([0.0, 0.5, 1.0]))
    ax.xaxis.set_major_formatter(Numbers(share=True, language=language))
    ax.yaxis.set_major_locator(NullLocator())


def _draw(ax: Axes, y: float, one: dict[str, Any], column: float, language: str) -> None:
    """Draw the two probabilities of a row, and write its numbers."""
    for side, shift, face in (("fires", -0.045, look.target), ("quiet", 0.045, look.ground)):
        stem = f"missed_given_{side}"
        if np.isfinite(one[stem]):
            low, high = one[f"{stem}_low"], one[f"{stem}_high"]
            ax.hlines(y + shift, low, high, color=look.target, linewidth=look.pt(1.2), zorder=3)
            ax.plot(
                [one[stem]], [y + shift], "o", color=look.target, markerfacecolor=face,
                markersize=look.pt(5), zorder=4, gid=side,
            )  # fmt: skip
    scale = look.pt(1.0)
    for k, name in enumerate(("fires", "hit_rate", "false_alarms")):
        text = probability(one[name], language, (one[f"{name}_low"], one[f"{name}_high"]))
        beside_row(ax, y, text, column * (k + 1) / scale - 4, look.ink)
