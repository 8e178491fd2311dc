"""Probability by round: how likely targets were, one round or vintage after the other."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

import numpy as np
from matplotlib.axes import Axes

from tinbergen.basics.text import width
from tinbergen.basics.theme import Size, ThemeLike
from tinbergen.basics.words import say, semicolons
from tinbergen.plots._edge import EdgeLabel, label_edge, room_beside
from tinbergen.plots._fonts import shown
from tinbergen.plots._frame import chart, footnote, headline
from tinbergen.plots._room import settle
from tinbergen.plots._style import MARKERS, look, width_of
from tinbergen.plots._text import Numbers, label_of, set_label, wrap
from tinbergen.plots._types import ModelLike, TableLike

__all__ = ["by_round"]


def by_round(
    table: TableLike,
    targets: Sequence[str],
    *,
    model: ModelLike | None = None,
    column: str = "round",
    touched: Sequence[str] = (),
    language: str = "en",
    ax: Axes | None = None,
    figsize: Size | None = None,
    theme: ThemeLike = "light",
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
    touched
        Files of the rounds that are not as they were archived, told under the chart.
    language
        Language of labels and words: ``"en"`` or ``"zh"``.
    ax
        Axes to draw on; a new figure unless given.
    figsize
        Width and height of a new figure in inches; or ``"slide"``, ``"page"``, ``"half page"``.
    theme
        The colours: ``"light"``, ``"dark"``, ``"grey"``, or a `tinbergen.plots.Theme`.
    """
    rounds = list(dict.fromkeys(map(str, table[column])))
    labels = {t.id: label_of(t, t.id, language) for t in (model.targets if model else ())}
    labels |= {name: say(f"all {name}", language) for name in ("binding", "expected")}
    labels["all"] = say("all", language)
    with chart(ax, 7.2, 4.0, figsize=figsize, theme=theme) as ax:
        ends = []
        for k, target in enumerate(targets):
            color = look.scenarios[k % len(look.scenarios)]
            rows = np.asarray(table["target"]) == target
            names = [str(name) for name in np.asarray(table[column])[rows]]
            x = np.array([rounds.index(name) for name in names], float)
            p, low, high = (
                np.asarray(table[c], float)[rows] for c in ("probability", "low", "high")
            )
            ax.fill_between(x, low, high, color=color, alpha=0.13, linewidth=0, zorder=2)
            ax.vlines(x, low, high, color=color, linewidth=look.pt(1.0), zorder=3)
            ax.plot(
                x, p, color=color, marker=MARKERS[k % len(MARKERS)], markersize=look.pt(5), zorder=4
            )
            ends.append(
                EdgeLabel(
                    float(p[-1]),
                    wrap(shown(labels.get(target) or set_label(model, target, language)), 28),
                    color,
                    look.small,
                    k,
                )
            )
        ax.set_xlim(-0.3, len(rounds) - 0.97)
        ax.set_ylim(bottom=max(0.0, ax.get_ylim()[0]), top=min(1.0, ax.get_ylim()[1]))
        ax.yaxis.set_major_formatter(Numbers(share=True, language=language))
        headline(ax, say("by round", language), "")
        about = [say("interval", language)]
        if touched:
            about.append(say("touched", language, files=shown(", ".join(touched))))
        footnote(ax, semicolons(about, language))
        room_beside(ax, ends)
        label_edge(ax, len(rounds) - 1.0, ends, settle(ax))
        settle(ax)
        _name_rounds(ax, [shown(name or say("before", language)) for name in rounds])
    return ax


def _name_rounds(ax: Axes, names: Sequence[str]) -> None:
    """Name the rounds under the axis, from the last one back as many as have room."""
    longest = max(map(width, names)) * 0.62 * look.body + look.pt(6)
    apart = width_of(ax) / max(len(names) - 0.67, 1)
    step = ceil(longest / apart)
    places = list(range(len(names) - 1, -1, -step))[::-1]
    ax.set_xticks(places, [names[k] for k in places])
    ax.set_xticks(range(len(names)), minor=True)
