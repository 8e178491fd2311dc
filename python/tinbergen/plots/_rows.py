"""Rows of a chart that is also a table: labels at the left, numbers at the right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.transforms import offset_copy

from tinbergen.plots._fonts import shown
from tinbergen.plots._style import BODY, GREY, INK, RULE, SMALL, TITLE, figure_of, text_width
from tinbergen.plots._text import label_of, set_label, wrap
from tinbergen.plots._types import ModelLike
from tinbergen.plots._words import word
from tinbergen.text import width

__all__ = ["COLUMN", "Row", "label_rows", "place_rows", "row_size", "rows_of", "title_rows"]

COLUMN = 54.0  # points: a column of numbers
_SPACE, _MIDDLE = 10.0, 230.0  # points: between columns of text, the axes
_LABEL, _SECTION = 44, 13  # columns of text
_GAP = 0.16  # inches between groups
_LAST = ("binding", "expected", "all")


@dataclass(frozen=True)
class Row:
    """A line of the chart: one target, or several together."""

    target: str
    label: str
    section: str
    height: float
    """In inches."""
    group: int
    """0 a target, 1 several together, 2 all of them."""


def rows_of(
    present: Sequence[str], model: ModelLike | None, language: str, *, least: float
) -> list[Row]:
    """Lay out rows: targets in the order of the plan, then what is met together, all of it last.

    Parameters
    ----------
    present
        Ids of targets and names of sets.
    model
        Where labels and sections are looked up; names are shown without one.
    language
        Language of the labels.
    least
        The least height of a row in inches.
    """
    targets = {t.id: t for t in (model.targets if model else ()) if t.id in present}
    others = [name for name in present if name not in targets and name not in _LAST]
    rows = []
    for name in [*targets, *others, *(last for last in _LAST if last in present)]:
        section = ""
        if name in targets:
            target = targets[name]
            label = label_of(target, name, language)
            section = wrap(shown((target.source or "").split(";")[0]), _SECTION)
            if target.nature == "binding":
                section = f"{section}\n{word('binding', language)}".strip()
        elif name in _LAST:
            label = word(name if name == "all" else f"all {name}", language)
        else:
            label = set_label(model, name, language)
        label = wrap(label, _LABEL)
        lines = max(label.count("\n"), section.count("\n")) + 1
        group = 0 if name in targets or (model is None and name not in _LAST) else 1
        height = max(least, 0.08 + 0.145 * lines, 0.26)
        rows.append(Row(name, label, section, height, 2 if name == "all" else group))
    return rows


def row_size(rows: Sequence[Row], numbers: int) -> tuple[float, float, float]:
    """Estimate the width and height of the figure, and give the height of all rows, in inches."""
    label = max((_longest(row.label) for row in rows), default=0) * 0.58 * BODY
    section = max((_longest(row.section) for row in rows), default=0) * 0.58 * SMALL
    wide = label + section + 2 * _SPACE + _MIDDLE + numbers * COLUMN
    high = sum(row.height for row in rows) + _GAP * (len({row.group for row in rows}) - 1)
    return wide / 72 + 0.3, high + 1.6, high


def _longest(text: str) -> int:
    return max(map(width, text.split("\n")))


def place_rows(rows: Sequence[Row]) -> dict[str, float]:
    """Give the middle of each row."""
    places: dict[str, float] = {}
    top, group = 0.0, rows[0].group if rows else 0
    for row in rows:
        top += _GAP if row.group != group else 0.0
        group = row.group
        places[row.target] = top + row.height / 2
        top += row.height
    return places


def label_rows(ax: Axes, rows: Sequence[Row], places: Mapping[str, float], numbers: int) -> float:
    """Write labels and sections left of the axes, with rules between rows; give their width."""
    labels, sections = [], []
    for row in rows:
        at: dict[str, Any] = {"xy": (0, places[row.target]), "xycoords": ax.get_yaxis_transform()}
        at |= {"textcoords": "offset points", "va": "center", "annotation_clip": False}
        at |= {"xytext": (0, 0), "ha": "left"}
        labels.append(ax.annotate(row.label, color=INK, fontsize=BODY, **at))
        sections.append(ax.annotate(row.section, color=GREY, fontsize=SMALL, **at))
    narrow = max(map(text_width, sections)) + _SPACE
    wide = narrow + max(map(text_width, labels)) + _SPACE
    for label, section in zip(labels, sections, strict=True):
        label.xyann, section.xyann = (-wide, 0), (-narrow, 0)
    for row, after in zip(rows, rows[1:], strict=False):
        new = after.group != row.group
        level = places[row.target] + row.height / 2 + (_GAP / 2 if new else 0.0)
        _rule(ax, level, wide, COLUMN * numbers, strong=new)
    return wide


def _rule(ax: Axes, level: float, left: float, right: float, *, strong: bool) -> None:
    """Draw a thin line across the whole chart, so many points beyond the axes on both sides."""
    figure = figure_of(ax)
    transform = ax.get_yaxis_transform()
    ax.annotate(
        "",
        (1, level),
        (0, level),
        xycoords=offset_copy(transform, figure, right, 0, units="points"),
        textcoords=offset_copy(transform, figure, -left, 0, units="points"),
        annotation_clip=False,
        arrowprops={
            "arrowstyle": "-",
            "color": INK if strong else RULE,
            "linewidth": 0.8 if strong else 0.5,
            "shrinkA": 0,
            "shrinkB": 0,
        },
        zorder=0,
    )


def title_rows(
    ax: Axes, title: str, under: str, *, left: float, numbers: int, above: float
) -> None:
    """Write title and subtitle at the left edge, so many points above the axes."""
    room = left + _MIDDLE + COLUMN * numbers
    title = wrap(title, room / (0.56 * TITLE))
    under = wrap(under, room / (0.56 * BODY))
    at: dict[str, Any] = {
        "xycoords": "axes fraction",
        "textcoords": "offset points",
        "va": "bottom",
    }
    at["annotation_clip"] = False
    up = above + 14 * (1 + under.count("\n"))
    ax.annotate(title, (0, 1), xytext=(-left, up), fontsize=TITLE, color=INK, **at)
    ax.annotate(under, (0, 1), xytext=(-left, above), fontsize=BODY, color=GREY, **at)
