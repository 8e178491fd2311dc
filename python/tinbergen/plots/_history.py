"""What is known before the first simulated period, and how a simulation joins it."""

from __future__ import annotations

from itertools import pairwise
from typing import TypeAlias

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from tinbergen.basics.periods import Period
from tinbergen.basics.words import say
from tinbergen.plots._periods import time_of, times_of
from tinbergen.plots._style import look
from tinbergen.plots._types import EnsembleLike, ModelLike

__all__ = [
    "Known",
    "actual_values",
    "draw_actual",
    "draw_history",
    "drawn_periods",
    "joined",
    "known_values",
]

Known: TypeAlias = dict[Period, float]
_FEW = 12  # so many known values get a dot each


def known_values(ensemble: EnsembleLike, indicator: str, history: bool | int) -> Known:
    """Return the known values to show, in order, up to the jump-off."""
    if history is False:
        return {}
    start = Period(str(ensemble.periods[0]))
    series = {Period(str(p)): float(v) for p, v in ensemble.history(indicator).items()}
    before = sorted(p for p, v in series.items() if p < start and np.isfinite(v))
    if history is not True:
        before = before[max(len(before) - int(history), 0) :]
    return {period: series[period] for period in before}


def actual_values(ensemble: EnsembleLike, indicator: str) -> tuple[Known, Known]:
    """Return actual values of the span: those that continue the history, and those over the fan.

    All paths go through the former, from the first period on.
    """
    periods = [Period(str(period)) for period in ensemble.periods]
    of = getattr(ensemble, "actual", None)  # paths from elsewhere need not have it
    known = {} if of is None else {Period(str(p)): float(v) for p, v in of(indicator).items()}
    exact: Known = {}
    for k, period in enumerate(periods):
        paths = np.asarray(ensemble[indicator][k], float) if period in known else np.empty(0)
        if not len(paths) or np.ptp(paths) > 1e-9 * abs(known[period]):
            break
        exact[period] = float(paths[0])
    others = {p: known[p] for p in periods if p in known and p not in exact}
    return exact, others


def joined(
    ensemble: EnsembleLike, known: Known, *curves: NDArray[np.float64]
) -> list[NDArray[np.float64]]:
    """Return where the periods stand and each curve, all starting at the last known value if any."""
    x = times_of(ensemble.periods)
    if not known:
        return [x, *curves]
    last = next(reversed(known))
    ahead = x > time_of(last)
    x, curves = x[ahead], tuple(curve[ahead] for curve in curves)
    return [
        np.concatenate([[time_of(last)], x]),
        *(np.concatenate([[known[last]], curve]) for curve in curves),
    ]


def drawn_periods(model: ModelLike, indicator: str) -> set[str]:
    """Name the periods whose value is a distribution: history has its mean."""
    history = model.indicators[indicator].history
    values = {str(period): getattr(value, "value", value) for period, value in history.items()}
    return {period for period, value in values.items() if not isinstance(value, (int, float))}


def draw_actual(ax: Axes, actual: Known, language: str) -> None:
    """Draw actual values that paths do not all go through, over the fan."""
    if actual:
        ax.plot(
            times_of(list(actual)),
            np.array(list(actual.values()), float),
            "o",
            color=look.ink,
            markersize=look.pt(4.5),
            markeredgecolor=look.ground,
            markeredgewidth=look.pt(0.6),
            label=say("actual", language),
            gid="actual",
            zorder=5,
        )


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
    x, y = times_of(periods), np.array(list(known.values()), float)
    gaps = [k for k, (a, b) in enumerate(pairwise(periods), start=1) if b - a > 1]
    ax.plot(
        np.insert(x, gaps, np.nan),
        np.insert(y, gaps, np.nan),
        color=look.ink,
        linewidth=look.pt(1.8),
        marker="o" if len(periods) <= _FEW else "",
        markersize=look.pt(3.5),
        label=say("history", language),
        zorder=4,
    )
    hollow = [k for k, period in enumerate(periods) if str(period) in drawn]
    ax.plot(
        x[hollow],
        y[hollow],
        "o",
        color=look.ink,
        markerfacecolor=look.ground,
        markersize=look.pt(4.5),
        zorder=5,
    )
    for k in gaps:
        ends = slice(k - 1, k + 1)
        ax.plot(x[ends], y[ends], color=look.ink, linewidth=look.pt(1.0), linestyle=":", zorder=3)
