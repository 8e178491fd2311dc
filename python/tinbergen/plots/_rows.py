"""Rows of a chart that is also a table: labels at the left, numbers at the right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.transforms import offset_copy

from tinbergen.basics.text import width
from tinbergen.basics.words import say
from tinbergen.plots._fonts import shown
from tinbergen.plots._room import wraps
from tinbergen.plots._style import figure_of, look, text_width
from tinbergen.plots._text import label_of, set_label, wrap
from tinbergen.plots._types import ModelLike

__all__ = [
    "COLUMN",
    "LABEL",
    "SHORT",
    "Row",
    "beside_row",
    "column_width",
    "label_rows",
    "least_size",
    "row_positions",
    "row_size",
    "rows_of",
    "title_rows",
]

COLUMN = 54.0  # points: a column of numbers
_SPACE, _MIDDLE, _NARROW = 10.0, 230.0, 120.0  # points: between columns of text, the axes
LABEL, SHORT, _SECTION = 44, 28, 13  # columns of text: labels, where there is little room
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
    present: Sequence[str],
    model: ModelLike | None,
    language: str,
    *,
    least: float,
    columns: int = LABEL,
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
    columns
        Columns of text of a label.
    """
    targets = {t.id: t for t in (model.targets if model else ()) if t.id in present}
    others = [name for name in present if name not in targets and name not in _LAST]
    rows = []
    for name in [*targets, *others, *(last for last in _LAST if last in present)]:
        section = ""
        if name in targets:
            target = targets[name]
            label = label_of(target, name, language)
            section = wrap(shown((target.source or "").split(";")[0]), _SECTION, longest=16)
            if target.nature == "binding":
                section = f"{section}\n{say('binding', language)}".strip()
        elif name in _LAST:
            label = say(name if name == "all" else f"all {name}", language)
        else:
            label = set_label(model, name, language)
        label = wrap(label, columns, longest=columns)
        lines = max(label.count("\n"), section.count("\n")) + 1
        group = 0 if name in targets or (model is None and name not in _LAST) else 1
        height = max(least, 0.08 + 0.145 * lines, 0.26)
        rows.append(Row(name, label, section, height, 2 if name == "all" else group))
    return rows


def column_width(labels: Sequence[str]) -> float:
    """Return the points that a column of numbers needs under headings, none of which is broken."""
    longest = max((_longest(label) for label in labels), default=0)
    return max(look.pt(COLUMN), 0.62 * look.small * longest + look.pt(8))


def row_size(
    rows: Sequence[Row], numbers: int, *, column: float = COLUMN, above: float = 40.0
) -> tuple[float, float, float]:
    """Estimate the width and height of the figure, and give the height of all rows, in inches.

    Parameters
    ----------
    rows
        The rows.
    numbers
        Columns of numbers.
    column
        Points of one of them.
    above
        Points of what stands over the columns.
    """
    label = max((_longest(row.label) for row in rows), default=0) * 0.58 * look.body
    section = max((_longest(row.section) for row in rows), default=0) * 0.58 * look.small
    wide = label + section + 2 * _SPACE + _MIDDLE + numbers * column
    high = sum(row.height for row in rows) + _GAP * (len({row.group for row in rows}) - 1)
    return wide / 72 + 0.3, high + 1.05 + above / 72, high


def least_size(size: tuple[float, float, float]) -> tuple[float, float]:
    """Return the width and height that a chart of rows can do with: its axes may be narrower."""
    return size[0] - (_MIDDLE - _NARROW) / 72, size[1]


def _longest(text: str) -> int:
    return max(map(width, text.split("\n")))


def row_positions(rows: Sequence[Row]) -> dict[str, float]:
    """Return the middle of each row."""
    positions: dict[str, float] = {}
    top, group = 0.0, rows[0].group if rows else 0
    for row in rows:
        top += _GAP if row.group != group else 0.0
        group = row.group
        positions[row.target] = top + row.height / 2
        top += row.height
    return positions


def label_rows(
    ax: Axes,
    rows: Sequence[Row],
    positions: Mapping[str, float],
    numbers: int,
    column: float | None = None,
) -> float:
    """Write labels and sections left of the axes, with rules between rows; give their width."""
    column = look.pt(COLUMN) if column is None else column
    labels, sections = [], []
    for row in rows:
        at: dict[str, Any] = {
            "xy": (0, positions[row.target]),
            "xycoords": ax.get_yaxis_transform(),
        }
        at |= {"textcoords": "offset points", "va": "center", "annotation_clip": False}
        at |= {"xytext": (0, 0), "ha": "left"}
        labels.append(ax.annotate(row.label, color=look.ink, fontsize=look.body, **at))
        sections.append(ax.annotate(row.section, color=look.grey, fontsize=look.small, **at))
    # At other resolutions small letters are up to a twentieth wider.
    narrow = 1.05 * max(map(text_width, sections)) + look.pt(_SPACE)
    wide = narrow + 1.05 * max(map(text_width, labels)) + look.pt(_SPACE)
    for label, section in zip(labels, sections, strict=True):
        label.xyann, section.xyann = (-wide, 0), (-narrow, 0)
    for row, after in zip(rows, rows[1:], strict=False):
        new = after.group != row.group
        level = positions[row.target] + row.height / 2 + (_GAP / 2 if new else 0.0)
        _rule(ax, level, wide, column * numbers, strong=new)
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
            "color": look.ink if strong else look.rule,
            "linewidth": 0.8 if strong else 0.5,
            "shrinkA": 0,
            "shrinkB": 0,
        },
        zorder=0,
    )


def beside_row(ax: Axes, y: float, text: str, shift: float, color: str) -> None:
    """Write a number beside a row, ending so many points right of the axes."""
    ax.annotate(
        text,
        (1, y),
        xycoords=ax.get_yaxis_transform(),
        xytext=(look.pt(shift), 0),
        textcoords="offset points",
        ha="right",
        va="center",
        color=color,
        fontsize=look.small,
        annotation_clip=False,
    )


def title_rows(
    ax: Axes, title: str, under: str, *, left: float, right: float, above: float
) -> None:
    """Write title and subtitle at the left edge, so many points above the axes."""
    room = left + look.pt(_MIDDLE) + right
    at: dict[str, Any] = {
        "xycoords": "axes fraction",
        "textcoords": "offset points",
        "va": "bottom",
    }
    at["annotation_clip"] = False
    lines = wrap(under, room / (0.56 * look.body))
    low = ax.annotate(
        lines, (0, 1), xytext=(-left, above), fontsize=look.body, color=look.grey, **at
    )
    up = above + look.pt(14) * (1 + lines.count("\n"))
    lines = wrap(title, room / (0.56 * look.title))
    high = ax.annotate(lines, (0, 1), xytext=(-left, up), fontsize=look.title, color=look.ink, **at)
    wraps(low, ax, under)
    wraps(high, ax, title, above=low)
