"""The most likely path that meets a goal, beside the usual one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes

from tinbergen.plots._edge import EdgeLabel, label_edge
from tinbergen.plots._history import draw_history, drawn_periods, known_values
from tinbergen.plots._marks import draw_marks
from tinbergen.plots._periods import place, places, set_periods
from tinbergen.plots._style import (
    BODY,
    CENTRE,
    GREY,
    canvas,
    footnote,
    frame,
    headline,
    set_levels,
    settle,
)
from tinbergen.plots._targets import target_marks
from tinbergen.plots._text import indicator_label, is_share, number
from tinbergen.plots._types import EnsembleLike
from tinbergen.plots._words import unit_text, word

if TYPE_CHECKING:
    from tinbergen.attain import MostLikely

__all__ = ["most_likely"]


def most_likely(
    found: MostLikely,
    ensemble: EnsembleLike,
    indicator: str,
    *,
    language: str = "en",
    ax: Axes | None = None,
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
    x = np.concatenate([[place(p) for p in before[-1:]], places(periods)])
    with canvas(ax, 7.2, 4.0) as ax:
        frame(ax)
        usual, value = (np.concatenate([lead, table[name]]) for name in ("usual", "value"))
        ax.plot(x, usual, color=GREY, linewidth=1.2, linestyle=(0, (6, 2)), zorder=2)
        ax.plot(x, value, color=CENTRE, linewidth=1.8, zorder=3, gid="most likely")
        if before:
            draw_history(ax, known, drawn_periods(model, indicator), language)
        first = before[0] if before else periods[0]
        lines = set_periods(ax, first, periods[-1])
        set_levels(ax, unit, language)
        headline(
            ax,
            indicator_label(model, indicator, language),
            "" if is_share(unit) else unit_text(unit, language),
        )
        footnote(
            ax,
            word("most likely note", language, distance=number(found.distance, 3)),
            lines=lines,
        )
        height = settle(ax)
        marks = target_marks(ensemble, indicator, lambda _: None, language)[0]
        end = place(periods[-1])
        marks = [mark for mark in marks if place(mark.span.last) <= end]
        draw_marks(ax, marks, height)
        ends = [
            EdgeLabel(float(value[-1]), word("most likely", language), CENTRE, BODY, 1),
            EdgeLabel(float(usual[-1]), word("usual", language), GREY, BODY, 0),
        ]
        label_edge(ax, float(x[-1]), ends, height)
    return ax
