"""A revision: old and new bounds beside what is expected."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from tinbergen.basics.theme import Size, ThemeLike
from tinbergen.basics.words import say, semicolons
from tinbergen.plots._frame import canvas, footnote, frame_rows, headline, under
from tinbergen.plots._room import settle
from tinbergen.plots._rows import beside_row
from tinbergen.plots._size import room_for
from tinbergen.plots._style import look
from tinbergen.plots._text import Numbers, label_of, number, percent, wrap
from tinbergen.plots._types import ModelLike, TableLike

__all__ = ["revision"]

_BANDS = (("h05", "h95", 1), ("h25", "h75", 3))
_WIDE, _ABOVE, _ROW = 7.6, 1.9, 0.36  # inches
_FURTHEST = 12.0
"""So many standard deviations from a bound at most are drawn."""


def revision(
    table: TableLike,
    *,
    model: ModelLike,
    wanted: float,
    rows: int = 12,
    language: str = "en",
    ax: Axes | None = None,
    figsize: Size | None = None,
    theme: ThemeLike = "light",
) -> Axes:
    """Draw old and new bounds beside what is expected, a row for each bound that moved.

    A row is measured in standard deviations of what counts, from the bound as it is written: bands hold 50 and 90 %
    of the paths, the line is the written bound, the dot the revised one with its 95 % interval. What lies to
    the right of a bound meets it, for ceilings too. At the right both bounds in their own unit.

    Parameters
    ----------
    table
        The table of a revision.
    model
        Where labels are looked up.
    wanted
        The probability that was wanted.
    rows
        How many rows at most, those that give most.
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
    >>> runs = tb.plans.yuecheng().simulate(paths=500, seed=1, scenarios=["baseline"])
    >>> ax = runs.revise(0.8, of="economy").plot()
    >>> len(ax.get_yticklabels())
    3
    """
    moved = _moved(table)
    high = room_for(ax, figsize, (_WIDE, _ABOVE + _ROW * len(moved)))[1]
    lines = _furthest(moved, max(min(rows, int((high - _ABOVE) / _ROW)), 2))
    targets = {target.id: target for target in model.targets}
    labels = [label_of(targets[line["target"]], line["target"], language) for line in lines]
    with canvas(
        ax, _WIDE, _ABOVE + _ROW * max(len(lines), 2), figsize=figsize, theme=theme, tight=True
    ) as ax:
        frame_rows(ax, [wrap(label, 38) for label in labels])
        ax.set_ylim(max(len(lines), 1) - 0.4, -0.9)
        ax.axvline(0, color=look.target, linewidth=look.pt(1.2), zorder=2)
        for y, line in enumerate(lines):
            _line(ax, y, line)
            growth = targets[line["target"]].of == "growth"
            _beside(ax, y, [_bound(line, name, growth, language) for name in ("written", "revised")], look.ink)  # fmt: skip
        _beside(
            ax,
            -0.75,
            [say(f"revision {name}", language) for name in ("written", "revised")],
            look.grey,
        )
        ax.use_sticky_edges = False  # a band that ends at the edge of the axes would look cut off
        ax.margins(x=0.06)
        ax.xaxis.set_major_formatter(Numbers(signed=True, language=language))
        under(ax, say("revision axis", language), color=look.grey, size=look.small)
        headline(ax, say("revision", language, p=percent(wanted, language)), "")
        settle(ax)
        notes = [say("revision note", language)]
        if len(lines) < len(moved):
            notes.append(say("revision some", language, n=str(len(lines)), all=str(len(moved))))
        if not lines:
            notes = [say("revision none", language)]
        footnote(ax, semicolons(notes, language), lines=3)
    return ax


def _line(ax: Axes, y: float, line: Mapping[str, Any]) -> None:
    """Draw what is expected, and the revised bound, in standard deviations from the written one."""
    sd = line["sd"] if line["sd"] > 0 else 1.0

    def place(number: float) -> float:
        return float(np.clip(number / sd, -_FURTHEST, _FURTHEST))

    for low, high, shade in _BANDS:
        if np.isfinite(line[high]):
            left, right = place(line[low]), place(line[high])
            ax.barh(
                y, right - left, left=left, height=0.5, color=look.fan[shade], linewidth=0, zorder=1
            )
    at = -line["give"]
    # The ends of the interval lie as far from the bound as they do in the unit of what counts.
    below, above = line["low"] - line["revised"], line["high"] - line["revised"]
    if line["side"] in ("at_most", "below"):
        below, above = -above, -below
    ax.hlines(
        y, place(at + below), place(at + above), color=look.ink, linewidth=look.pt(1.3), zorder=3
    )
    ax.plot(place(at), y, "o", color=look.centre, markersize=look.pt(5), zorder=4)


def _moved(table: TableLike) -> list[list[dict[str, Any]]]:
    """The rows of bounds that moved, those of one target together."""
    found: dict[str, list[dict[str, Any]]] = {}
    for k in range(len(table["target"])):
        row = {name: table[name][k].item() for name in table.columns}
        if row["revised"] != row["written"]:
            found.setdefault(row["target"], []).append(row)
    return list(found.values())


def _furthest(moved: list[list[dict[str, Any]]], most: int) -> list[dict[str, Any]]:
    """A line for each target, of those that give most in standard deviations, in the order of the plan."""

    def far(rows: list[dict[str, Any]]) -> float:
        sd = rows[0]["sd"]
        return float(abs(rows[0]["give"]) / sd) if sd > 0 else float("inf")

    kept = sorted(moved, key=far, reverse=True)[:most]
    lines = []
    for rows in moved:
        if rows in kept:
            ends = {name: [row[name] for row in rows] for name in ("written", "revised")}
            lines.append({**rows[0], "ends": ends})
    return lines


def _bound(line: Mapping[str, Any], name: str, growth: bool, language: str) -> str:
    """Write the numbers of a bound."""

    def text(value: float) -> str:
        return percent(value, language) if growth else number(value, 4, language)

    return "–".join(text(value) for value in line["ends"][name])


def _beside(ax: Axes, y: float, texts: list[str], color: str) -> None:
    """Write the two bounds beside a row."""
    for text, shift in zip(texts, (66.0, 132.0), strict=True):
        beside_row(ax, y, text, shift, color)
