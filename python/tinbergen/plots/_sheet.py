"""Sheets of small charts with one title and one note."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import ceil

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from tinbergen.basics.theme import Size, ThemeLike, theme_of
from tinbergen.basics.words import say, semicolons
from tinbergen.plots._compare import draw_small_compare, key_of
from tinbergen.plots._fan import draw_small_fan
from tinbergen.plots._marks import draw_marks
from tinbergen.plots._room import settle
from tinbergen.plots._size import scale_in, size_of
from tinbergen.plots._style import dressed, look, style
from tinbergen.plots._targets import probability_of, target_marks
from tinbergen.plots._text import label_of, scenario_label, wrap
from tinbergen.plots._types import EnsembleLike, RunsLike, TableLike

__all__ = ["MOST", "sheet_of_fans", "sheet_of_scenarios"]

MOST = 12
"""So many small charts are on a sheet."""
_WIDE, _HIGH, _REST = 3.9, 2.8, 0.9  # inches of a small chart, and of title and note


def sheet_of_fans(
    ensemble: EnsembleLike,
    indicators: Sequence[str],
    table: TableLike | None,
    language: str,
    *,
    figsize: Size | None = None,
    theme: ThemeLike = "light",
) -> Figure:
    """Draw small fans of the first indicators on one sheet, with their targets."""
    names = indicators[:MOST]
    model = ensemble.model
    title = f"{label_of(model, model.name, language)} · "
    title += scenario_label(model, ensemble.scenario, language)
    note = [say("paths", language, n=f"{ensemble.paths:,}"), say("sheet bands", language)]
    note.append(say("hollow", language))
    if len(indicators) > len(names):
        counts = {"n": str(len(names)), "all": str(len(indicators))}
        note.insert(0, say("sheet part", language, **counts))

    def draw(panels: Sequence[Axes]) -> None:
        for ax, name in zip(panels, names, strict=True):
            draw_small_fan(ax, ensemble, name, language)
        height = settle(panels[0])
        chance = probability_of(ensemble, table)
        for ax, name in zip(panels, names, strict=True):
            draw_marks(ax, target_marks(ensemble, name, chance, language)[0], height)

    return _sheet(len(names), title, semicolons(note, language), draw, figsize, theme)


def sheet_of_scenarios(
    runs: RunsLike,
    indicators: Sequence[str],
    language: str,
    *,
    figsize: Size | None = None,
    theme: ThemeLike = "light",
) -> Figure:
    """Draw the scenarios over each other in small charts of the first indicators, with targets."""
    names = indicators[:MOST]
    scenarios = [name for name in runs if name != "mixture"]
    first, model = runs[scenarios[0]], runs.model
    title = f"{label_of(model, model.name, language)} · {say('compared', language)}"
    note = [say("paths", language, n=f"{first.paths:,}"), say("lines", language)]
    if len(indicators) > len(names):
        counts = {"n": str(len(names)), "all": str(len(indicators))}
        note.insert(0, say("sheet some", language, **counts))

    def draw(panels: Sequence[Axes]) -> None:
        for ax, name in zip(panels, names, strict=True):
            draw_small_compare(ax, runs, name, scenarios, language)
        key_of(panels[0], runs, scenarios, language)
        height = settle(panels[0])
        for ax, name in zip(panels, names, strict=True):
            draw_marks(ax, target_marks(first, name, None, language)[0], height)

    return _sheet(len(names), title, semicolons(note, language), draw, figsize, theme)


def _sheet(
    count: int,
    title: str,
    note: str,
    draw: Callable[[Sequence[Axes]], None],
    figsize: Size | None,
    theme: ThemeLike,
) -> Figure:
    """Make a sheet, and draw on its axes."""
    across = min(4 if figsize == "slide" else 3, count)
    down = ceil(count / across)
    needed = (_WIDE * across, _HIGH * down + _REST)
    size = size_of(figsize, needed)
    scale = scale_in(figsize, size, needed, tight=True)
    with dressed(theme_of(theme), scale), mpl.rc_context(style()):
        pad = 0.12 * scale
        figure = Figure(
            figsize=size,
            layout=ConstrainedLayoutEngine(w_pad=pad, h_pad=pad),
            facecolor=look.ground,
        )
        FigureCanvasAgg(figure)
        columns = size[0] * 72 / (0.58 * look.title)
        figure.suptitle(wrap(title, columns), x=0.01, ha="left", fontsize=look.title)
        panels = [figure.add_subplot(down, across, k + 1) for k in range(count)]
        columns = size[0] * 72 / (0.58 * look.small)
        at = {"ha": "left", "fontsize": look.small, "color": look.grey}
        figure.supxlabel(wrap(note, columns), x=0.01, **at)
        draw(panels)
    return figure
