"""The most likely path that meets a goal, beside the usual one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes

from tinbergen.basics.theme import Size, ThemeLike
from tinbergen.basics.words import say
from tinbergen.plots._edge import EdgeLabel, label_edge
from tinbergen.plots._frame import chart, frame_periods
from tinbergen.plots._history import draw_history, drawn_periods, known_values
from tinbergen.plots._marks import draw_marks
from tinbergen.plots._periods import time_of, times_of
from tinbergen.plots._room import settle
from tinbergen.plots._style import look
from tinbergen.plots._targets import target_marks
from tinbergen.plots._text import indicator_label, number
from tinbergen.plots._types import EnsembleLike

if TYPE_CHECKING:
    from tinbergen.questions.most_likely import MostLikely

__all__ = ["most_likely"]


def most_likely(
    found: MostLikely,
    ensemble: EnsembleLike,
    indicator: str,
    *,
    language: str = "en",
    ax: Axes | None = None,
    figsize: Size | None = None,
    theme: ThemeLike = "light",
) -> Axes:
    """Draw an indicator in the most likely path that meets a goal, and in the usual one.

    Parameters
    ----------
    found
        What ``runs.most_likely(of)`` gives.
    ensemble
        The ensemble it was found for: its history and the targets of its model are drawn.
    indicator
        The indicator.
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
    >>> runs = tb.plans.yuecheng().simulate(paths=100, seed=1, scenarios=["baseline"])
    >>> ax = runs.plot.most_likely("rd-share-2025")
    >>> ax.get_title(loc="left")
    'R&D expenditure as a share of product'
    """
    model = ensemble.model
    table = found.table.filter(kind="indicator", name=indicator)
    unit = model.indicators[indicator].unit
    periods = table["period"].tolist()
    known = known_values(ensemble, indicator, history=True)
    before = [p for p in known if str(p) not in periods]
    lead = np.array([known[p] for p in before[-1:]], float)
    x = np.concatenate([[time_of(p) for p in before[-1:]], times_of(periods)])
    with chart(ax, 7.2, 4.0, figsize=figsize, theme=theme) as ax:
        usual, value = (np.concatenate([lead, table[name]]) for name in ("usual", "value"))
        ax.plot(x, usual, color=look.grey, linewidth=look.pt(1.2), linestyle=(0, (6, 2)), zorder=2)
        ax.plot(x, value, color=look.centre, linewidth=look.pt(1.8), zorder=3, gid="most likely")
        if before:
            draw_history(ax, known, drawn_periods(model, indicator), language)
        title = indicator_label(model, indicator, language)
        note = say("most likely note", language, distance=number(found.distance, 3, language))
        frame_periods(ax, [*before, *periods], title, unit, language, note=note)
        height = settle(ax)
        marks = target_marks(ensemble, indicator, lambda _: None, language)[0]
        end = time_of(periods[-1])
        marks = [mark for mark in marks if time_of(mark.span.last) <= end]
        draw_marks(ax, marks, height)
        ends = [
            EdgeLabel(float(value[-1]), say("most likely", language), look.centre, look.body, 1),
            EdgeLabel(float(usual[-1]), say("usual", language), look.grey, look.body, 0),
        ]
        label_edge(ax, float(x[-1]), ends, height)
    return ax
