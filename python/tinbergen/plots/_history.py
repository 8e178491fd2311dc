"""What is known before the first simulated period, and how a simulation joins it."""

from __future__ import annotations

from itertools import pairwise
from typing import TypeAlias

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from tinbergen.periods import Period
from tinbergen.plots._periods import place, places
from tinbergen.plots._style import INK
from tinbergen.plots._types import EnsembleLike, ModelLike
from tinbergen.plots._words import word

__all__ = ["Known", "draw_history", "drawn_periods", "joined", "known_values"]

Known: TypeAlias = dict[Period, float]
_FEW = 12  # so many known values get a dot each


def known_values(ensemble: EnsembleLike, indicator: str, history: bool | int) -> Known:
    """Give the known values to show, in order, up to the jump-off."""
    if history is False:
        return {}
    start = Period(str(ensemble.periods[0]))
    series = {Period(str(p)): float(v) for p, v in ensemble.history(indicator).items()}
    before = sorted(p for p, v in series.items() if p < start and np.isfinite(v))
    if history is not True:
        before = before[max(len(before) - int(history), 0) :]
    return {period: series[period] for period in before}


def joined(
    ensemble: EnsembleLike, known: Known, *curves: NDArray[np.float64]
) -> list[NDArray[np.float64]]:
    """Give the places of the periods and each curve, all starting at the jump-off if there is one."""
    x = places(ensemble.periods)
    if not known:
        return [x, *curves]
    last = next(reversed(known))
    return [
        np.concatenate([[place(last)], x]),
        *(np.concatenate([[known[last]], curve]) for curve in curves),
    ]


def drawn_periods(model: ModelLike, indicator: str) -> set[str]:
    """Name the periods whose value is a distribution: history has its mean."""
    history = model.indicators[indicator].history
    values = {str(period): getattr(value, "value", value) for period, value in history.items()}
    return {period for period, value in values.items() if not isinstance(value, (int, float))}


def draw_history(ax: Axes, known: Known, drawn: set[str], language: str) -> None:
    """Draw what is known: hollow dots where it is drawn, dotted lines over gaps.

    Parameters
    ----------
    ax
        The axes.
    known
        Values by period.
    drawn
        Periods whose value is the mean of a distribution.
    language
        Language of the label.
    """
    periods = list(known)
    x, y = places(periods), np.array(list(known.values()), float)
    gaps = [k for k, (a, b) in enumerate(pairwise(periods), start=1) if b - a > 1]
    ax.plot(
        np.insert(x, gaps, np.nan),
        np.insert(y, gaps, np.nan),
        color=INK,
        linewidth=1.8,
        marker="o" if len(periods) <= _FEW else "",
        markersize=3.5,
        label=word("history", language),
        zorder=4,
    )
    hollow = [k for k, period in enumerate(periods) if str(period) in drawn]
    ax.plot(x[hollow], y[hollow], "o", color=INK, markerfacecolor="white", markersize=4.5, zorder=5)
    for k in gaps:
        ends = slice(k - 1, k + 1)
        ax.plot(x[ends], y[ends], color=INK, linewidth=1.0, linestyle=":", zorder=3)
