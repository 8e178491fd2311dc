"""Single paths: what a fan is made of, with one of them marked."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from tinbergen.basics.periods import Period
from tinbergen.basics.theme import Size, ThemeLike
from tinbergen.basics.words import say, semicolons
from tinbergen.plots._edge import EdgeLabel, label_edge, room_beside
from tinbergen.plots._frame import chart, frame_periods
from tinbergen.plots._history import (
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
from tinbergen.plots._style import look
from tinbergen.plots._targets import probability_of, target_marks
from tinbergen.plots._text import indicator_label, label_of, scenario_label
from tinbergen.plots._types import EnsembleLike, TableLike

__all__ = ["spaghetti"]


def spaghetti(
    ensemble: EnsembleLike,
    indicator: str,
    *,
    paths: int = 60,
    marked: int | None = None,
    history: bool | int = True,
    targets: bool = True,
    attainment: TableLike | None = None,
    language: str = "en",
    ax: Axes | None = None,
    figsize: Size | None = None,
    theme: ThemeLike = "light",
) -> Axes:
    """Draw single paths of an indicator, one of them marked.

    A fan hides that no path runs along one of its bands; this shows how they really run.

    Parameters
    ----------
    ensemble
        The paths of one scenario.
    indicator
        Name of the indicator.
    paths
        How many are drawn, evenly from all (by weight, where they weigh differently).
    marked
        The number of the path that stands out, from 0 on; the one nearest to the median of all
        periods unless given.
    history
        Whether to show what is known before; a number shows so many last periods.
    targets
        Whether to mark the targets of the indicator, with the probability that they are met.
    attainment
        The table ``runs.attainment()``, where probabilities are looked up.
    language
        Language of labels and words: ``"en"``, ``"zh"``, ``"de"``.
    ax
        Axes to draw on; a new figure unless given.
    figsize
        Width and height of a new figure in inches; or ``"slide"``, ``"page"``, ``"half page"``.
    theme
        The colours: ``"light"``, ``"dark"``, ``"grey"``, or a `tinbergen.plots.Theme`.

    Returns
    -------
    matplotlib.axes.Axes
        The axes. Years are numbers on the horizontal axis; a quarter is a fourth of a year.

    Examples
    --------
    >>> import tinbergen as tb
    >>> runs = tb.plans.yuecheng().simulate(paths=100, seed=1, scenarios=["baseline"])
    >>> ax = runs["baseline"].plot.spaghetti("gdp", paths=20, marked=7)
    >>> any(text.get_text() == "path 7" for text in ax.texts)
    True
    """
    values = np.asarray(ensemble[indicator], float)
    count = values.shape[1]
    if marked is not None and not 0 <= marked < count:
        raise ValueError(f"marked: there are paths 0 to {count - 1}, not {marked}")
    chosen = _spread(count, paths, ensemble.weights)
    number = _middle(values) if marked is None else int(marked)
    exact, actual = actual_values(ensemble, indicator)
    known = {**known_values(ensemble, indicator, history), **exact}
    model, unit = ensemble.model, ensemble.model.indicators[indicator].unit
    marks, _ = target_marks(
        ensemble, indicator if targets else "", probability_of(ensemble, attainment), language
    )
    with chart(ax, 7.2, 4.4, figsize=figsize, theme=theme) as ax:
        for k in chosen:
            x, y = joined(ensemble, known, values[:, k])
            ax.plot(
                x, y, color=look.fan[2], linewidth=look.pt(0.6), alpha=0.55, zorder=2, gid="path"
            )
        x, y = joined(ensemble, known, values[:, number])
        ax.plot(x, y, color=look.centre, linewidth=look.pt(2.0), zorder=3, gid="marked")
        draw_history(ax, known, drawn_periods(model, indicator), language)
        draw_actual(ax, actual, language)
        ends = [EdgeLabel(float(y[-1]), say("marked path", language, k=number), look.centre)]
        room_beside(ax, ends)
        note = [label_of(model, model.name, language)]
        counts = {"n": f"{len(chosen):,}", "all": f"{count:,}"}
        note.append(say("some paths", language, **counts))
        if marked is None:
            text = f"{say('marked path', language, k=number)}: {say('middle path', language)}"
            note.append(text)
        if exact or actual:
            note.append(say("actual", language))
        title = indicator_label(model, indicator, language)
        title += f" · {scenario_label(model, ensemble.scenario, language)}"
        periods = list(dict.fromkeys([*known, *(Period(str(p)) for p in ensemble.periods)]))
        frame_periods(ax, periods, title, unit, language, note=semicolons(note, language))
        height = settle(ax)
        draw_marks(ax, marks, height)
        label_edge(ax, time_of(ensemble.periods[-1]), ends, height)
    return ax


def _spread(count: int, wanted: int, weights: NDArray[np.float64] | None) -> list[int]:
    """Choose paths evenly, by weight where they weigh differently."""
    if wanted < 1:
        raise ValueError(f"paths: a number from 1 on, not {wanted}")
    if weights is None:
        places = np.linspace(0, count - 1, min(wanted, count)).round().astype(int)
    else:
        sums = np.cumsum(np.asarray(weights, float))
        places = np.searchsorted(sums, (np.arange(wanted) + 0.5) / wanted * sums[-1])
    chosen: list[int] = np.unique(places).tolist()
    return chosen


def _middle(values: NDArray[np.float64]) -> int:
    """Return the path that is nearest to the medians of all periods, each in its own spread."""
    finite = np.isfinite(values).all(axis=0)
    if not finite.any():
        return 0
    kept = values[:, finite]
    spread = kept.std(axis=1)
    far = (kept - np.median(kept, axis=1)[:, None]) / np.where(spread > 0, spread, 1.0)[:, None]
    return int(np.flatnonzero(finite)[np.argmin((far**2).sum(axis=0))])
