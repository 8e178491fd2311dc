"""Scenarios beside each other: the median of each with the middle half of its paths."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from tinbergen.basics.periods import Period
from tinbergen.basics.theme import Size, ThemeLike
from tinbergen.basics.words import say, semicolons
from tinbergen.plots._edge import EdgeLabel, label_edge, room_beside
from tinbergen.plots._frame import chart, frame, frame_periods
from tinbergen.plots._history import (
    Known,
    actual_values,
    draw_actual,
    draw_history,
    drawn_periods,
    joined,
    known_values,
)
from tinbergen.plots._marks import draw_marks
from tinbergen.plots._periods import time_of
from tinbergen.plots._room import settle
from tinbergen.plots._style import DASHES, figure_of, look
from tinbergen.plots._targets import target_marks
from tinbergen.plots._text import (
    indicator_label,
    label_of,
    percent,
    scenario_label,
    wrap,
)
from tinbergen.plots._types import RunsLike

__all__ = ["compare", "draw_small_compare", "key_of"]

_LOW, _MIDDLE, _HIGH = 0.25, 0.5, 0.75
_NAME = 22  # columns of text of a label


def compare(
    runs: RunsLike,
    indicator: str,
    scenarios: Sequence[str] | None = None,
    *,
    language: str = "en",
    ax: Axes | None = None,
    figsize: Size | None = None,
    theme: ThemeLike = "light",
    history: bool | int = True,
    targets: bool = True,
) -> Axes:
    """Draw the median of an indicator in several scenarios, each with a light band.

    The band holds the middle half of the paths, from the 25 % to the 75 % quantile.

    Parameters
    ----------
    runs
        The ensembles of all scenarios.
    indicator
        Name of the indicator.
    scenarios
        The scenarios to show; all but the mixture unless given.
    language
        Language of labels and words: ``"en"`` or ``"zh"``.
    ax
        Axes to draw on; a new figure unless given.
    figsize
        Width and height of a new figure in inches; or ``"slide"``, ``"page"``, ``"half page"``.
    theme
        The colours: ``"light"``, ``"dark"``, ``"grey"``, or a `tinbergen.plots.Theme`.
    history
        Whether to show what is known before; a number shows so many last periods.
    targets
        Whether to mark the targets of the indicator.

    Returns
    -------
    matplotlib.axes.Axes
        The axes. Years are numbers on the horizontal axis; a quarter is a fourth of a year.

    Examples
    --------
    >>> import tinbergen as tb
    >>> runs = tb.plans.yuecheng().simulate(paths=100, seed=1)
    >>> ax = runs.plot.compare("gdp", ["baseline", "trade_friction"])
    >>> [label.get_text() for label in ax.texts][-2:]
    ['Trade friction', 'Baseline']
    """
    names = [n for n in runs if n != "mixture"] if scenarios is None else list(scenarios)
    if not names:
        raise ValueError("there is no scenario to draw")
    first = runs[names[0]]
    exact, actual = actual_values(first, indicator)
    known = {**known_values(first, indicator, history), **exact}
    model = runs.model
    unit = model.indicators[indicator].unit
    with chart(ax, 7.6, 4.6, figsize=figsize, theme=theme) as ax:
        ends = [
            _draw(ax, runs, name, indicator, k, len(names), known, language)
            for k, name in enumerate(names)
        ]
        drawn = drawn_periods(model, indicator)
        draw_history(ax, known, drawn, language)
        draw_actual(ax, actual, language)
        note = [label_of(model, model.name, language)]
        note.append(say("paths", language, n=f"{first.paths:,}"))
        bands = f"25–{percent(_HIGH, language)}"
        middle = say("median", language)
        note.append(say("half band", language, path=middle, bands=bands))
        if any(str(period) in drawn for period in known):
            note.append(say("hollow", language))
        if exact or actual:
            note.append(say("actual", language))
        periods = list(dict.fromkeys([*known, *(Period(str(p)) for p in first.periods)]))
        title = indicator_label(model, indicator, language)
        told = semicolons(note, language)
        room_beside(ax, ends)
        frame_periods(ax, periods, title, unit, language, note=told)
        height = settle(ax)
        if targets:
            draw_marks(ax, target_marks(first, indicator, None, language)[0], height)
        label_edge(ax, time_of(first.periods[-1]), ends, height)
    return ax


def draw_small_compare(
    ax: Axes, runs: RunsLike, indicator: str, scenarios: Sequence[str], language: str
) -> None:
    """Draw scenarios for a sheet of small charts: no labels at the edge, no note."""
    first = runs[scenarios[0]]
    exact, actual = actual_values(first, indicator)
    known = {**known_values(first, indicator, history=True), **exact}
    frame(ax)
    for k, name in enumerate(scenarios):
        _draw(ax, runs, name, indicator, k, len(scenarios), known, language)
    draw_history(ax, known, drawn_periods(runs.model, indicator), language)
    draw_actual(ax, actual, language)
    periods = list(dict.fromkeys([*known, *(Period(str(p)) for p in first.periods)]))
    title = indicator_label(runs.model, indicator, language)
    unit = runs.model.indicators[indicator].unit
    frame_periods(ax, periods, title, unit, language, size=look.pt(10))


def key_of(ax: Axes, runs: RunsLike, scenarios: Sequence[str], language: str) -> None:
    """Write which line is which scenario, once for a whole sheet."""
    figure = figure_of(ax)
    labels = [wrap(scenario_label(runs.model, name, language), 32) for name in scenarios]
    lines = [
        Line2D(
            [], [], color=look.scenarios[k % len(look.scenarios)], linewidth=look.pt(1.7),
            linestyle=cast("Any", DASHES[k % len(DASHES)]),
        )
        for k in range(len(labels))
    ]  # fmt: skip
    figure.legend(
        lines, labels, loc="outside right upper", frameon=False, fontsize=look.small,
        labelcolor=look.ink, handlelength=2.6,
    )  # fmt: skip


def _draw(
    ax: Axes,
    runs: RunsLike,
    name: str,
    indicator: str,
    k: int,
    among: int,
    known: Known,
    language: str,
) -> EdgeLabel:
    """Draw one scenario among so many, and give the label of its end."""
    ensemble = runs[name]
    table = ensemble.fan(indicator, quantiles=(_LOW, _MIDDLE, _HIGH))
    columns = [key for key in table.columns if key not in {"indicator", "period", "mean"}]
    low, middle, high = (np.asarray(table[key], float) for key in columns)
    color = look.scenarios[k % len(look.scenarios)]
    label = scenario_label(runs.model, name, language)
    x, low, middle, high = joined(ensemble, known, low, middle, high)
    # Where all bands lie over each other they stay light enough for the lines.
    alpha = min(0.10, 1 - (1 - 0.35) ** (1 / among))
    ax.fill_between(x, low, high, color=color, alpha=alpha, linewidth=0)
    dash = cast("str", DASHES[k % len(DASHES)])
    ax.plot(x, middle, color=color, linewidth=look.pt(1.7), linestyle=dash, label=label, zorder=3)
    return EdgeLabel(float(middle[-1]), wrap(label, _NAME), color)
