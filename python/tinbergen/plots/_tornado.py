"""The tornado: what each assumption does to a probability, from its 10th to its 90th percentile."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes

from tinbergen.basics.theme import Size, ThemeLike
from tinbergen.basics.words import say, semicolons
from tinbergen.plots._fonts import shown
from tinbergen.plots._frame import canvas, footnote, frame_rows, headline
from tinbergen.plots._room import settle
from tinbergen.plots._rows import beside_row
from tinbergen.plots._style import look
from tinbergen.plots._text import Numbers, number, wrap
from tinbergen.questions.goal_words import goal_label
from tinbergen.questions.matter_words import input_text

if TYPE_CHECKING:
    from tinbergen.questions.tornado import Tornado

__all__ = ["tornado"]

_ERRORS = 1.96


def tornado(
    found: Tornado,
    *,
    rows: int = 12,
    language: str = "en",
    ax: Axes | None = None,
    figsize: Size | None = None,
    theme: ThemeLike = "light",
) -> Axes:
    """Draw the probability of a goal where each assumption is low and where it is high.

    Of the assumptions whose change is more than noise those with the largest; a hollow dot is the low end, a full
    one the high end, the upright line the probability as the plan stands; at the right the two values.

    Parameters
    ----------
    found
        What ``runs.tornado(of)`` gives.
    rows
        How many rows at most.
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
    >>> runs = tb.plans.yuecheng().simulate(paths=2000, seed=1, scenarios="baseline")
    >>> ax = runs.tornado("gdp-2025").plot(rows=3)
    >>> len(ax.get_yticklabels())
    3
    """
    table = found.table
    lines = list(table.filter(np.asarray(table["clear"], bool)).rows())[:rows]
    labels = [wrap(shown(input_text(line, found.model, language)), 38) for line in lines]
    with canvas(ax, 7.6, 1.7 + 0.36 * max(len(lines), 2), figsize=figsize, theme=theme) as ax:
        frame_rows(ax, labels)
        ax.set_ylim(max(len(lines), 1) - 0.4, -0.9)
        ax.axvline(100 * found.probability[0], color=look.ink, linewidth=look.pt(0.8), zorder=1)
        for y, line in enumerate(lines):
            ends = [100 * line[f"probability_{end}"] for end in ("low", "high")]
            errors = [100 * _ERRORS * line[f"probability_{end}_error"] for end in ("low", "high")]
            ax.hlines(y, min(ends), max(ends), color=look.centre, linewidth=look.pt(5), zorder=2)
            for x, error in zip(ends, errors, strict=True):
                ax.hlines(
                    y,
                    max(x - error, 0.0),
                    min(x + error, 100.0),
                    color=look.ink,
                    linewidth=look.pt(1.0),
                    zorder=3,
                )
            for text, shift in zip(("low", "high"), (62.0, 124.0), strict=True):
                beside_row(ax, y, number(line[text], 3, language), shift, look.ink)
        for end, fill in (("low", look.ground), ("high", look.centre)):
            ax.plot(
                [100 * line[f"probability_{end}"] for line in lines],
                range(len(lines)),
                "o",
                markerfacecolor=fill,
                markeredgecolor=look.centre,
                markersize=look.pt(6),
                zorder=4,
                gid=f"{end} ends",
            )
        for key, shift in (("low end", 62.0), ("high end", 124.0)):
            beside_row(ax, -0.75, say(key, language), shift, look.grey)
        ax.margins(x=0.08)
        ax.xaxis.set_major_formatter(Numbers(language=language))
        goal = goal_label(found.of, found.model, language)
        headline(ax, say("tornado", language, goal=goal), "%")
        settle(ax)
        notes = [say("tornado note" if lines else "tornado none", language)]
        footnote(ax, semicolons(notes, language))
    return ax
