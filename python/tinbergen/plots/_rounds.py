"""Probability by round: how likely targets were, one round or vintage after the other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from tinbergen.plots._edge import EdgeLabel, label_edge
from tinbergen.plots._fonts import shown
from tinbergen.plots._style import (
    MARKERS,
    SCENARIOS,
    SMALL,
    canvas,
    footnote,
    frame,
    headline,
    settle,
)
from tinbergen.plots._text import Numbers, label_of, set_label
from tinbergen.plots._types import ModelLike, TableLike
from tinbergen.plots._words import word

__all__ = ["by_round"]


def by_round(
    table: TableLike,
    targets: Sequence[str],
    *,
    model: ModelLike | None = None,
    column: str = "round",
    language: str = "en",
    ax: Axes | None = None,
) -> Axes:
    """Draw the probability of targets by round, each with the band of its 95 % intervals.

    Parameters
    ----------
    table
        Columns round (or another, see `column`), target, probability, low, high, of one scenario.
    targets
        Ids of targets or names of sets.
    model
        Where labels are looked up; names are shown without one.
    column
        The column that tells rounds apart, in their order; an empty one is before all others.
    language
        Language of labels and words: ``"en"`` or ``"zh"``.
    ax
        Axes to draw on; a new figure unless given.
    """
    rounds = list(dict.fromkeys(map(str, table[column])))
    labels = {t.id: label_of(t, t.id, language) for t in (model.targets if model else ())}
    labels |= {name: word(f"all {name}", language) for name in ("binding", "expected")}
    labels["all"] = word("all", language)
    with canvas(ax, 7.2, 4.0) as ax:
        frame(ax)
        ends = []
        for k, target in enumerate(targets):
            color = SCENARIOS[k % len(SCENARIOS)]
            rows = np.asarray(table["target"]) == target
            names = [str(name) for name in np.asarray(table[column])[rows]]
            x = np.array([rounds.index(name) for name in names], float)
            p, low, high = (
                np.asarray(table[c], float)[rows] for c in ("probability", "low", "high")
            )
            ax.fill_between(x, low, high, color=color, alpha=0.13, linewidth=0, zorder=2)
            ax.vlines(x, low, high, color=color, linewidth=1.0, zorder=3)
            ax.plot(x, p, color=color, marker=MARKERS[k % len(MARKERS)], markersize=5, zorder=4)
            ends.append(
                EdgeLabel(
                    float(p[-1]),
                    shown(labels.get(target) or set_label(model, target, language)),
                    color,
                    SMALL,
                    k,
                )
            )
        ax.set_xlim(-0.3, len(rounds) - 0.97)
        ax.set_ylim(bottom=max(0.0, ax.get_ylim()[0]), top=min(1.0, ax.get_ylim()[1]))
        words = [shown(name or word("before", language)) for name in rounds]
        ax.set_xticks(range(len(rounds)), words)
        ax.yaxis.set_major_formatter(Numbers(share=True, language=language))
        headline(ax, word("by round", language), "")
        footnote(ax, word("interval", language))
        label_edge(ax, len(rounds) - 1.0, ends, settle(ax))
    return ax
