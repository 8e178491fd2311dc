"""The attainment chart: how likely each target is, and all of them together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, NullLocator
from matplotlib.transforms import offset_copy

from tinbergen.plots._rows import (
    COLUMN,
    Row,
    label_rows,
    place_rows,
    row_size,
    rows_of,
    title_rows,
)
from tinbergen.plots._style import (
    GREY,
    INK,
    MARKERS,
    SCENARIOS,
    SMALL,
    canvas,
    figure_of,
    footnote,
    frame,
)
from tinbergen.plots._text import Numbers, label_of, probability, scenario_label, wrap
from tinbergen.plots._types import ModelLike, RunsLike, TableLike
from tinbergen.plots._words import semicolons, word

__all__ = ["attainment", "attainment_size"]

_APART = 0.047  # inches between the scenarios of a row
_GUIDES = (0.5, 0.8)


Values = Mapping[tuple[str, str], tuple[float, float, float]]
"""Probability, low and high by scenario and target."""


def attainment(
    runs: RunsLike,
    *,
    language: str = "en",
    ax: Axes | None = None,
    scenarios: Sequence[str] | None = None,
) -> Axes:
    """Draw how likely each target is, with its 95 % interval, and how likely all are together.

    One row for each target in the order of the plan; below them the rows of those that are met
    together. Dashed guides stand at 50 % and 80 %.

    Parameters
    ----------
    runs
        The ensembles of all scenarios, with their table of attainment.
    language
        Language of labels and words: ``"en"`` or ``"zh"``.
    ax
        Axes to draw on; a new figure, as tall as it needs to be, unless given.
    scenarios
        The scenarios to show; all of them unless given.

    Returns
    -------
    matplotlib.axes.Axes
        The axes: probability on the horizontal axis, inches from the top on the vertical one.

    Examples
    --------
    >>> import tinbergen as tb
    >>> runs = tb.plans.yuecheng().simulate(paths=100, seed=1)
    >>> ax = runs.plot.attainment(scenarios=["baseline", "innovation_push"])
    >>> "All targets together" in [text.get_text() for text in ax.texts]
    True
    """
    names = list(runs) if scenarios is None else list(scenarios)
    ensembles = [runs[name] for name in names]  # an unknown name is an error here
    if not ensembles:
        raise ValueError("there is no scenario to draw")
    table = runs.attainment()
    rows = _rows(table, runs.model, len(names), language)
    values = _values(table)
    with canvas(ax, *row_size(rows, len(names))[:2]) as ax:
        _prepare(ax, rows, language)
        places = place_rows(rows)
        left = label_rows(ax, rows, places, len(names))
        _header(ax, runs.model, names, language, left)
        for k, name in enumerate(names):
            found = {row.target: values.get((name, row.target)) for row in rows}
            _scenario(ax, k, len(names), places, found, language)
        note = [label_of(runs.model, runs.model.name, language)]
        note.append(word("paths", language, n=f"{ensembles[0].paths:,}"))
        footnote(ax, semicolons(note, language), left=left)
    return ax


def attainment_size(runs: RunsLike, language: str) -> tuple[float, float]:
    """Give the width and height in inches that the chart of all scenarios needs."""
    count = len(list(runs))
    return row_size(_rows(runs.attainment(), runs.model, count, language), count)[:2]


def _rows(table: TableLike, model: ModelLike, scenarios: int, language: str) -> list[Row]:
    present = list(dict.fromkeys(map(str, table["target"])))
    return rows_of(present, model, language, least=0.12 + _APART * scenarios)


def _values(table: TableLike) -> Values:
    names = zip(map(str, table["scenario"]), map(str, table["target"]), strict=True)
    numbers = zip(*(map(float, table[key]) for key in ("probability", "low", "high")), strict=True)
    return dict(zip(names, numbers, strict=True))


def _prepare(ax: Axes, rows: Sequence[Row], language: str) -> None:
    """Set axes, guides and title."""
    frame(ax)
    ax.grid(visible=False)
    ax.set_xlim(-0.015, 1.015)
    ax.set_ylim(row_size(rows, 0)[2], 0.0)
    ax.xaxis.set_major_locator(FixedLocator([0, 0.2, 0.5, 0.8, 1]))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_major_formatter(Numbers(share=True, language=language))
    ax.yaxis.set_major_locator(NullLocator())
    ax.tick_params(axis="x", top=True, labeltop=True)
    ax.spines["top"].set_visible(True)
    for guide in _GUIDES:
        ax.axvline(guide, color=GREY, linewidth=0.8, linestyle=(0, (4, 3)), zorder=1, gid="guide")


def _header(ax: Axes, model: ModelLike, names: Sequence[str], language: str, left: float) -> None:
    """Write the title, and over its column of numbers each scenario with its marker."""
    figure = figure_of(ax)
    labels = [wrap(scenario_label(model, name, language), 11) for name in names]
    at: dict[str, Any] = {"textcoords": "offset points", "va": "bottom", "annotation_clip": False}
    for k, label in enumerate(labels):
        size: dict[str, Any] = {"fontsize": SMALL, "linespacing": 1.1, "ha": "right", "color": INK}
        ax.annotate(label, (1, 1), xycoords="axes fraction", xytext=(_across(k), 17), **at, **size)
        place = offset_copy(ax.transAxes, figure, _across(k) - 4, 9, units="points")
        ax.plot([1], [1], transform=place, clip_on=False, gid="key", **_marker(k))
    above = 24 + 1.15 * SMALL * (1 + max(label.count("\n") for label in labels))
    title, under = word("attainment", language), word("interval", language)
    title_rows(ax, title, under, left=left, numbers=len(names), above=above)


def _across(column: int) -> float:
    """Give the right end of a column of numbers, in points right of the axes."""
    return COLUMN * (column + 1) - 4


def _color(k: int) -> str:
    return SCENARIOS[k % len(SCENARIOS)]


def _marker(k: int) -> dict[str, Any]:
    return {
        "color": _color(k),
        "marker": MARKERS[k % len(MARKERS)],
        "markersize": 4.5 if MARKERS[k % len(MARKERS)] in "osD" else 5.5,
        "markeredgecolor": "white",
        "markeredgewidth": 0.3,
        "linestyle": "none",
    }


def _scenario(
    ax: Axes,
    k: int,
    count: int,
    places: Mapping[str, float],
    found: Mapping[str, tuple[float, float, float] | None],
    language: str,
) -> None:
    """Draw the dots, intervals and numbers of one scenario."""
    shift = _APART * (k - (count - 1) / 2)
    known = [(places[name], value) for name, value in found.items() if value is not None]
    if not known:
        return
    y = np.array([place + shift for place, _ in known])
    p, low, high = np.array([value for _, value in known]).T
    ax.hlines(y, low, high, color=_color(k), linewidth=1.3, zorder=3)
    ax.plot(p, y, zorder=4, gid="dots", clip_on=False, **_marker(k))
    for place, value in known:
        ax.annotate(
            probability(value[0], language, value[1], value[2]),
            (1, place),
            xycoords=ax.get_yaxis_transform(),
            xytext=(_across(k), 0),
            textcoords="offset points",
            ha="right",
            va="center",
            color=INK,
            fontsize=SMALL,
            annotation_clip=False,
        )
