"""The plan on a page: how likely it is as a whole, what limits it, and the fans of its headline targets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.ticker import MaxNLocator

from tinbergen.basics.theme import Size, ThemeLike, theme_of
from tinbergen.basics.words import say, semicolons
from tinbergen.plots._fan import draw_small_fan
from tinbergen.plots._fonts import shown
from tinbergen.plots._frame import frame, new_figure
from tinbergen.plots._frame import headline as title_of_axes
from tinbergen.plots._marks import draw_marks
from tinbergen.plots._room import settle
from tinbergen.plots._size import scale_in, size_of
from tinbergen.plots._style import dressed, look, style
from tinbergen.plots._targets import probability_of, target_marks
from tinbergen.plots._text import Numbers, label_of, probability, scenario_label, short, wrap

__all__ = ["page"]

_SIZE = (11.0, 8.2)
_FANS, _BARS, _SETS = 6, 5, 8


def page(
    runs: Any,
    *,
    scenario: str = "baseline",
    headline: str | Sequence[str] | None = None,
    language: str = "en",
    figsize: Size | None = None,
    theme: ThemeLike = "light",
) -> Figure:
    """Draw the plan on a page: its probability in words, what stands in the way, six fans.

    Parameters
    ----------
    runs
        The runs of the plan.
    scenario
        The scenario that is shown.
    headline
        The targets whose fans are shown: a set, or ids of targets; the set ``headline`` of the plan
        unless given, or the least likely targets where it has none.
    language
        Language of labels and words: ``"en"``, ``"zh"``, ``"de"``.
    figsize
        Width and height in inches; or ``"slide"``, ``"page"``.
    theme
        The colours: ``"light"``, ``"dark"``, ``"grey"``, or a `tinbergen.plots.Theme`.

    Returns
    -------
    matplotlib.figure.Figure
        The figure; ``figure.savefig("plan.pdf")`` writes it.

    Examples
    --------
    >>> import tinbergen as tb
    >>> runs = tb.plans.yuecheng().simulate(paths=100, seed=1, scenarios=["baseline"])
    >>> len(runs.plot.page().axes) > 5
    True
    """
    model, ensemble = runs.model, runs[scenario]
    if not model.targets:
        raise ValueError("page: the model has no targets, and a page tells how likely they are")
    size = size_of(figsize, _SIZE)
    tall = size[1] > size[0]
    needed = (8.0, 11.5) if tall else _SIZE
    names = _indicators(runs, scenario, headline)
    scale = scale_in(figsize, size, needed, tight=True)
    with dressed(theme_of(theme), scale), mpl.rc_context(style()):
        figure = new_figure(size)[0]
        _lay_out(figure, runs, scenario, names, language, tall=tall)
        _draw_fans(figure, ensemble, runs.attainment(), names, language)
        settle(figure.axes[0])
        _write(figure.axes[0], runs, scenario, language)
    return figure


def _indicators(runs: Any, scenario: str, headline: str | Sequence[str] | None) -> list[str]:
    """Return the indicators whose fans are shown."""
    model = runs.model
    targets = {target.id: target for target in model.targets}
    if headline is None and "headline" in model.target_sets:
        headline = "headline"
    if isinstance(headline, str):
        wanted = (
            list(map(str, model.target_sets[headline]))
            if headline in model.target_sets
            else [headline]
        )
    elif headline is not None:
        wanted = list(headline)
    else:
        table = runs.attainment().filter(scenario=scenario)
        chances = {row["target"]: row["probability"] for row in table.rows()}
        wanted = sorted(targets, key=lambda name: chances[name])
    for name in wanted:
        if name not in targets:
            raise ValueError(f"headline: {name} is no target of the plan, and no set of them")
    found = (targets[name].indicator for name in wanted)
    ensemble = runs[scenario]
    kept = dict.fromkeys(name for name in found if name is not None and name in ensemble)
    return list(kept)[:_FANS]


def _lay_out(
    figure: Figure, runs: Any, scenario: str, names: Sequence[str], language: str, *, tall: bool
) -> None:
    """Place the words, the bars and the axes of the fans."""
    model = runs.model
    across = 2 if tall else 3
    down = max(1, -(-len(names) // across))
    first = 2 if tall else 1
    heights = [*([1.2, 1.7] if tall else [1.5]), *[1.0] * down]
    grid = figure.add_gridspec(first + down, across, height_ratios=heights)
    figure.add_subplot(grid[0, :] if tall else grid[0, : across - 1])
    bars = figure.add_subplot(grid[1, :] if tall else grid[0, across - 1])
    for k in range(len(names)):
        figure.add_subplot(grid[first + k // across, k % across])
    title = f"{label_of(model, model.name, language)} · {scenario_label(model, scenario, language)}"
    points = 72 * figure.get_size_inches()[0]
    figure.suptitle(
        wrap(title, points / (0.6 * look.pt(15)), longest=40), x=0.012, ha="left",
        fontsize=look.pt(15), color=look.ink,
    )  # fmt: skip
    note = [say("paths", language, n=f"{runs[scenario].paths:,}"), say("sheet bands", language)]
    columns = points / (0.58 * look.small)
    at: dict[str, Any] = {"ha": "left", "fontsize": look.small, "color": look.grey}
    figure.supxlabel(wrap(semicolons(note, language), columns), x=0.012, **at)
    _draw_bars(bars, runs, scenario, language, columns=40 if tall else 26)


def _write(ax: Axes, runs: Any, scenario: str, language: str) -> None:
    """Write the headline and what stands in the way, as large as there is room."""
    ax.set_axis_off()
    words = runs.in_words(language, scenario=scenario)
    told = [words.joint(), words.limiting()]
    told += [
        words.joint(name) for name in sorted(runs.model.target_sets, key="headline".__ne__)[:_SETS]
    ]
    sizes = [look.pt(17), look.pt(11), *[look.pt(9)] * (len(told) - 2)]
    while True:
        texts, top = [], 1.0
        for sentence, size in zip(told, sizes, strict=True):
            columns = 0.97 * ax.bbox.width * 72 / ax.figure.dpi / (0.58 * size)
            text = ax.text(
                0.0, top, wrap(shown(sentence), columns, longest=columns), va="top", ha="left",
                transform=ax.transAxes, fontsize=size, color=look.ink, linespacing=1.25,
            )  # fmt: skip
            text.set_in_layout(False)
            texts.append(text)
            top -= (Text.get_window_extent(text).height) / ax.bbox.height + 0.05
        if top >= 0 or sizes[0] < look.pt(8):
            return
        for text in texts:
            text.remove()
        if len(told) > 2:
            told, sizes = told[:-1], sizes[:-1]
        else:
            sizes = [0.93 * size for size in sizes]


def _draw_bars(ax: Axes, runs: Any, scenario: str, language: str, columns: int) -> None:
    """Draw what the probability of all would be without each of the targets that limit it most.

    Where none of them alone makes a difference, how likely each is by itself.
    """
    rows = list(runs.limiting().filter(scenario=scenario).rows())
    gains = any(row["gain"] > 2 * row["gain_error"] for row in rows)
    rows.sort(key=lambda row: -row["gain"] if gains else row["own"])
    rows = rows[:_BARS]
    labels = {target.id: label_of(target, target.id, language) for target in runs.model.targets}
    frame(ax)
    ax.grid(visible=False)
    ax.grid(visible=True, axis="x", color=look.faint, linewidth=look.pt(0.5))
    y = np.arange(len(rows))
    values = np.array([row["without" if gains else "own"] for row in rows])
    ax.barh(y, values, 0.55, color=look.fan[1], zorder=2)
    if gains:
        both = np.array([row["without"] - row["gain"] for row in rows])
        ax.barh(y, both, 0.55, color=look.centre, zorder=3)
    texts = [
        wrap(short(shown(labels[row["target"]]), 66), columns, longest=columns) for row in rows
    ]
    ax.set_yticks(y, texts, fontsize=look.small)
    ax.tick_params(axis="y", length=0, labelcolor=look.ink)
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.set_xlim(0, max(float(values.max(initial=0)) * 1.3, 1e-3))
    ax.xaxis.set_major_locator(MaxNLocator(nbins=3))
    ax.xaxis.set_major_formatter(Numbers(share=True, language=language))
    stem = "without" if gains else "own"
    for k, row in enumerate(rows):
        ends = (row[f"{stem}_low"], row[f"{stem}_high"])
        text = ax.annotate(
            probability(row[stem], language, ends), (row[stem], k), xytext=(look.pt(3), 0),
            textcoords="offset points", va="center", fontsize=look.small, color=look.ink,
        )  # fmt: skip
        text.set_in_layout(False)
    title = say("limits" if gains else "least likely targets", language)
    title_of_axes(ax, title, "", size=look.pt(10))
    note = wrap(say("limits axes" if gains else "own axes", language), 44)
    ax.set_xlabel(note, fontsize=look.small, color=look.grey)


def _draw_fans(
    figure: Figure, ensemble: Any, table: Any, names: Sequence[str], language: str
) -> None:
    panels = figure.axes[2:]
    for ax, name in zip(panels, names, strict=True):
        draw_small_fan(ax, ensemble, name, language)
    if not panels:
        return
    height = settle(panels[0])
    chance = probability_of(ensemble, table)
    for ax, name in zip(panels, names, strict=True):
        draw_marks(ax, target_marks(ensemble, name, chance, language)[0], height)
