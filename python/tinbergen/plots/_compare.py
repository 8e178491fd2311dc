"""Scenarios beside each other: the median of each with the middle half of its paths."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np
from matplotlib.axes import Axes

from tinbergen.plots._edge import EdgeLabel, label_edge
from tinbergen.plots._history import Known, draw_history, drawn_periods, joined, known_values
from tinbergen.plots._periods import place, set_periods
from tinbergen.plots._style import (
    DASHES,
    SCENARIOS,
    canvas,
    footnote,
    frame,
    headline,
    set_levels,
    settle,
)
from tinbergen.plots._text import (
    indicator_label,
    is_share,
    label_of,
    percent,
    scenario_label,
    wrap,
)
from tinbergen.plots._types import RunsLike
from tinbergen.plots._words import semicolons, unit_text, word

__all__ = ["compare"]

_LOW, _MIDDLE, _HIGH = 0.25, 0.5, 0.75
_NAME = 22  # columns of text of a label


def compare(
    runs: RunsLike,
    indicator: str,
    scenarios: Sequence[str] | None = None,
    *,
    language: str = "en",
    ax: Axes | None = None,
    history: bool | int = True,
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
    history
        Whether to show what is known before; a number shows so many last periods.

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
    known = known_values(first, indicator, history)
    model = runs.model
    unit = model.indicators[indicator].unit
    with canvas(ax, 7.6, 4.6) as ax:
        frame(ax)
        ends = [
            _draw(ax, runs, name, indicator, k, known, language) for k, name in enumerate(names)
        ]
        drawn = drawn_periods(model, indicator)
        draw_history(ax, known, drawn, language)
        lines = set_periods(ax, next(iter(known), first.periods[0]), first.periods[-1])
        set_levels(ax, unit, language)
        title = indicator_label(model, indicator, language)
        headline(ax, title, "" if is_share(unit) else unit_text(unit, language))
        note = [label_of(model, model.name, language)]
        note.append(word("paths", language, n=f"{first.paths:,}"))
        bands = f"25–{percent(_HIGH, language)}"
        middle = word("median", language)
        note.append(word("half band", language, path=middle, bands=bands))
        if any(str(period) in drawn for period in known):
            note.append(word("hollow", language))
        footnote(ax, semicolons(note, language), lines=lines)
        label_edge(ax, place(first.periods[-1]), ends, settle(ax))
    return ax


def _draw(
    ax: Axes, runs: RunsLike, name: str, indicator: str, k: int, known: Known, language: str
) -> EdgeLabel:
    """Draw one scenario, and give the label of its end."""
    ensemble = runs[name]
    table = ensemble.fan(indicator, quantiles=(_LOW, _MIDDLE, _HIGH))
    columns = [key for key in table.columns if key not in {"indicator", "period", "mean"}]
    low, middle, high = (np.asarray(table[key], float) for key in columns)
    color = SCENARIOS[k % len(SCENARIOS)]
    label = scenario_label(runs.model, name, language)
    x, low, middle, high = joined(ensemble, known, low, middle, high)
    ax.fill_between(x, low, high, color=color, alpha=0.10, linewidth=0)
    dash = cast("str", DASHES[k % len(DASHES)])
    ax.plot(x, middle, color=color, linewidth=1.7, linestyle=dash, label=label, zorder=3)
    return EdgeLabel(float(middle[-1]), wrap(label, _NAME), color)
