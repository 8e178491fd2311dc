"""The contrast of two scenarios under common random numbers: differences with their Monte Carlo error."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import NullLocator
from numpy.typing import NDArray

from tinbergen.basics.theme import Size, ThemeLike
from tinbergen.basics.words import number_text, say, semicolons
from tinbergen.plots._edge import EdgeLabel, label_edge
from tinbergen.plots._frame import chart, footnote, frame_periods
from tinbergen.plots._periods import times_of
from tinbergen.plots._room import settle
from tinbergen.plots._rows import (
    COLUMN,
    SHORT,
    Row,
    beside_row,
    label_rows,
    least_size,
    row_positions,
    row_size,
    rows_of,
    title_rows,
)
from tinbergen.plots._size import room_for
from tinbergen.plots._style import look
from tinbergen.plots._text import Numbers, indicator_label, percent, scenario_label, wrap
from tinbergen.plots._types import ModelLike, TableLike

__all__ = ["contrast"]

_ERRORS = 1.96  # Monte Carlo errors on both sides hold the true difference 95 times of 100


def contrast(
    table: TableLike,
    name: str | None = None,
    *,
    model: ModelLike | None = None,
    scenarios: tuple[str, str] | None = None,
    language: str = "en",
    ax: Axes | None = None,
    figsize: Size | None = None,
    theme: ThemeLike = "light",
) -> Axes:
    """Draw the difference that one scenario makes against another, with its Monte Carlo error.

    For an indicator: the mean difference over the periods, a dark band for its 95 % Monte Carlo
    error (often thinner than the line: the scenarios see the same random numbers), and a light one for the
    differences of 90 % of the paths. For targets: the difference in probability of each.

    Parameters
    ----------
    table
        The table ``runs.contrast(a, b)``.
    name
        The indicator to draw; the targets unless given, or the only indicator of a table without
        targets.
    model
        Where labels and units are looked up; names are shown without one.
    scenarios
        The two scenarios, as given to ``runs.contrast``, for the title.
    language
        Language of labels and words: ``"en"`` or ``"zh"``.
    ax
        Axes to draw on; a new figure unless given.
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
    >>> runs = tb.plans.yuecheng().simulate(paths=100, seed=1)
    >>> ax = runs.plot.contrast("baseline", "trade_friction", "exports")
    >>> ax.get_title(loc="left")
    'Goods exports · Trade friction minus Baseline'
    """
    kinds, names = np.asarray(table["kind"], str), np.asarray(table["name"], str)
    indicators = list(dict.fromkeys(names[kinds == "indicator"]))
    pair = _pair(model, scenarios, language)
    if name is None and (kinds == "target").any():
        return _targets(table, kinds == "target", model, pair, language, ax, figsize, theme)
    if name is None and len(indicators) == 1:
        name = indicators[0]
    if name is None or name not in indicators:
        raise ValueError(f"name one of the indicators ({', '.join(indicators)}), not {name}")
    return _periods(
        table,
        (kinds == "indicator") & (names == name),
        name,
        model,
        pair,
        language,
        ax,
        figsize,
        theme,
    )


def _pair(model: ModelLike | None, scenarios: tuple[str, str] | None, language: str) -> str:
    """Name which scenario minus which."""
    if scenarios is None:
        return say("difference", language)
    a, b = (scenario_label(model, s, language) if model else s for s in scenarios)
    return say("contrast", language, a=a, b=b)


def _column(table: TableLike, name: str, rows: NDArray[np.bool_]) -> NDArray[np.float64]:
    return np.asarray(table[name], float)[rows]


def _periods(
    table: TableLike,
    rows: NDArray[np.bool_],
    name: str,
    model: ModelLike | None,
    pair: str,
    language: str,
    ax: Axes | None,
    figsize: Size | None,
    theme: ThemeLike,
) -> Axes:
    """Draw the difference in an indicator over time."""
    periods = np.asarray(table["period"])[rows]
    x, mean = times_of(periods), _column(table, "difference", rows)
    error = _ERRORS * _column(table, "error", rows)
    unit = model.indicators[name].unit if model else None
    with chart(ax, 7.2, 4.2, figsize=figsize, theme=theme) as ax:
        low, high = _column(table, "q05", rows), _column(table, "q95", rows)
        ax.fill_between(x, low, high, color=look.fan[0], linewidth=0, label="5–95")
        ends = [EdgeLabel(float(high[-1]), percent(0.95, language), look.grey, look.small, 0.95)]
        ends.append(EdgeLabel(float(low[-1]), percent(0.05, language), look.grey, look.small, 0.05))
        ends.append(EdgeLabel(float(mean[-1]), say("mean", language), look.centre, rank=0.5))
        ax.fill_between(
            x, mean - error, mean + error, color=look.fan[3], linewidth=0, label="error"
        )
        ax.plot(
            x,
            mean,
            color=look.centre,
            linewidth=look.pt(1.5),
            label=say("difference", language),
            zorder=3,
        )
        ax.axhline(0, color=look.ink, linewidth=look.pt(0.8), zorder=2)
        label = indicator_label(model, name, language) if model else name
        note = say("error band", language)
        frame_periods(
            ax, periods.tolist(), f"{label} · {pair}", unit, language, note=note, signed=True
        )
        label_edge(ax, float(x[-1]), ends, settle(ax))
    return ax


def _targets(
    table: TableLike,
    rows: NDArray[np.bool_],
    model: ModelLike | None,
    pair: str,
    language: str,
    ax: Axes | None,
    figsize: Size | None,
    theme: ThemeLike,
) -> Axes:
    """Draw the difference in the probability of each target that the scenario changes."""
    names = [str(name) for name in np.asarray(table["name"])[rows]]
    numbers = zip(_column(table, "difference", rows), _column(table, "error", rows), strict=True)
    found = {
        name: (100 * float(d), 100 * _ERRORS * float(e))
        for name, (d, e) in zip(names, numbers, strict=True)
    }
    moved = [name for name, (d, e) in found.items() if d != 0 or e > 0]
    shown = sorted(moved or names, key=lambda name: -found[name][0])
    rows_shown = rows_of(shown, model, language, least=0.26)
    wide, high = room_for(ax, figsize, _size(rows_shown, pair, language)[:2])
    if least_size(_size(rows_shown, pair, language))[0] > wide:
        rows_shown = rows_of(shown, model, language, least=0.26, columns=SHORT)
    lines = sorted(rows_shown, key=lambda row: (row.group, -found[row.target][0]))
    count = len(lines)
    while _size(lines, pair, language)[1] > high and len(lines) > 1:
        least = min(lines, key=lambda row: abs(found[row.target][0]))
        lines = [row for row in lines if row is not least]
    size = _size(lines, pair, language)
    with chart(
        ax, *size[:2], least=least_size(size), rules=False, tight=True, figsize=figsize, theme=theme
    ) as ax:
        left = _draw_targets(ax, lines, found, language)
        under = say("error bar", language)
        title_rows(ax, pair, under, left=left, right=look.pt(COLUMN), above=look.pt(26))
        same = len(names) - len(moved)
        note = say("same", language, n=str(same)) if moved and same else say("equal", language)
        notes = [note] if same else []
        if len(lines) < count:
            notes.append(say("most changed", language, n=str(len(lines)), all=str(count)))
        footnote(ax, semicolons(notes, language), left=left)
    return ax


def _size(lines: Sequence[Row], title: str, language: str) -> tuple[float, float, float]:
    """Return the width and height that rows under a title need, and the height of the rows."""
    plain = row_size(lines, 1)
    columns = 72 * plain[0] / 6.6
    under = say("error bar", language)
    more = sum(wrap(text, columns).count("\n") for text in (title, under))
    return row_size(lines, 1, above=40.0 + 15.0 * more)


def _draw_targets(
    ax: Axes, lines: Sequence[Row], found: dict[str, tuple[float, float]], language: str
) -> float:
    """Draw dots, errors and numbers; give the width of the labels."""
    ends = [d + side * e for d, e in (found[row.target] for row in lines) for side in (-1, 1)]
    low, high = min([*ends, 0.0]), max([*ends, 0.0])
    room = 0.06 * max(high - low, 0.1)
    ax.set_xlim(low - room, high + room)
    ax.set_ylim(row_size(lines, 1)[2], 0.0)
    ax.xaxis.set_major_formatter(Numbers(signed=True, language=language))
    ax.yaxis.set_major_locator(NullLocator())
    ax.tick_params(axis="x", top=True, labeltop=True)
    ax.spines["top"].set_visible(True)
    ax.axvline(0, color=look.ink, linewidth=look.pt(0.8), zorder=1)
    at = row_positions(lines)
    left = label_rows(ax, lines, at, 1)
    for row in lines:
        difference, error = found[row.target]
        y = at[row.target]
        ax.hlines(
            y,
            difference - error,
            difference + error,
            color=look.centre,
            linewidth=look.pt(1.3),
            zorder=3,
        )
        text = number_text(f"{difference:+.1f}".replace("-", "\N{MINUS SIGN}"), language)
        beside_row(ax, y, text, COLUMN - 4, look.ink if difference else look.grey)
    x = [found[row.target][0] for row in lines]
    ax.plot(
        x,
        [at[row.target] for row in lines],
        "o",
        color=look.centre,
        markersize=look.pt(5),
        zorder=4,
        gid="dots",
    )
    return left
