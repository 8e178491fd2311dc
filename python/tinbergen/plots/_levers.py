"""Charts of levers: cost against probability, and settings of two levers with the same one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from tinbergen.basics.theme import Size, ThemeLike
from tinbergen.basics.words import say
from tinbergen.plots._frame import chart, footnote, headline, under
from tinbergen.plots._room import columns_of, settle
from tinbergen.plots._style import look
from tinbergen.plots._text import Numbers, label_of, percent, wrap
from tinbergen.plots._types import LeversLike, TableLike

__all__ = ["frontier", "isoquant"]


def _about(model: LeversLike, of: str, language: str) -> str:
    """Return the words for a goal: the label of a target, or its text."""
    for target in model.targets:
        if target.id == of:
            return label_of(target, of, language)
    return say("all", language) if of == "all" else of


def _lever(model: LeversLike, name: str, language: str) -> str:
    return label_of(model.levers[name], name, language) if name in model.levers else name


def frontier(
    table: TableLike,
    *,
    model: LeversLike,
    of: str,
    language: str = "en",
    ax: Axes | None = None,
    figsize: Size | None = None,
    theme: ThemeLike = "light",
) -> Axes:
    """Draw the probability of a goal over what the levers cost.

    Parameters
    ----------
    table
        What `Model.frontier` gives: cost, probability, low, high.
    model
        Where labels are looked up.
    of
        The goal.
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
    >>> table = tb.plans.yuecheng().frontier("rd-share-2025", "rd_subsidy", paths=200, seed=1)
    >>> table.plot().get_title(loc="left")
    'R&D at 3.5 % of product'
    """
    cost, p, low, high = (
        np.asarray(table[name], float) for name in ("cost", "probability", "low", "high")
    )
    with chart(ax, 6.6, 4.2, figsize=figsize, theme=theme) as ax:
        ax.fill_between(cost, low, high, step="post", color=look.fan[1], linewidth=0, zorder=2)
        ax.step(cost, p, where="post", color=look.centre, linewidth=look.pt(1.5), zorder=3)
        ax.plot(cost, p, "o", color=look.centre, markersize=look.pt(3.5), zorder=4)
        ax.set_ylim(0, 1)
        ax.yaxis.set_major_formatter(Numbers(share=True, language=language))
        ax.xaxis.set_major_formatter(Numbers(language=language))
        under(ax, say("cost", language), color=look.grey, size=look.small)
        headline(ax, _about(model, of, language), "")
        footnote(ax, say("frontier", language), lines=2)
    return ax


def isoquant(
    table: TableLike,
    *,
    model: LeversLike,
    of: str,
    language: str = "en",
    ax: Axes | None = None,
    figsize: Size | None = None,
    theme: ThemeLike = "light",
) -> Axes:
    """Draw the settings of two levers with which a goal is equally likely.

    Solid lines join settings of the same probability, dashed ones settings of the same cost.

    Parameters
    ----------
    table
        What `Model.isoquant` gives: its two first columns are the levers.
    model
        Where labels are looked up.
    of
        The goal.
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
    >>> found = tb.plans.yuecheng().isoquant(
    ...     ["firms", "talent"], "high-tech-firms-2025", paths=200, seed=1
    ... )
    >>> found.plot().get_xlabel()
    'Support for high-tech enterprises'
    """
    first, second = table.columns[:2]
    a, b = np.unique(table[first]), np.unique(table[second])
    shape = (len(a), len(b))
    p = np.asarray(table["probability"], float).reshape(shape).T
    cost = np.asarray(table["cost"], float).reshape(shape).T
    with chart(ax, 6.2, 4.8, rules=False, figsize=figsize, theme=theme) as ax:
        levels = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95]
        inside = [level for level in levels if p.min() < level < p.max()]
        ax.contourf(a, b, p, levels=np.linspace(0, 1, 11), colors=_shades(), zorder=1)
        ax.tick_params(axis="y", left=True)
        ax.xaxis.set_major_formatter(Numbers(language=language))
        ax.yaxis.set_major_formatter(Numbers(language=language))
        headline(ax, _about(model, of, language), _lever(model, second, language))
        _under(ax, _lever(model, first, language), say("isoquant", language))
        settle(ax)
        named: list[Text] = []
        if inside:
            lines = ax.contour(
                a, b, p, levels=inside, colors=look.ink, linewidths=look.pt(1.3), zorder=3
            )
            named += ax.clabel(lines, fontsize=look.small, fmt=lambda x: percent(x, language))
        if cost.max() > cost.min():
            prices = ax.contour(
                a, b, cost, levels=5, colors=look.target, linewidths=look.pt(0.8), linestyles="dashed",
                zorder=2,
            )  # fmt: skip
            named += ax.clabel(prices, fontsize=look.small - 1, fmt=Numbers(language=language))
        _thin_out(named, ax)
    return ax


def _under(ax: Axes, lever: str, note: str) -> None:
    """Write what the horizontal axis shows, and a note under it."""
    label = wrap(lever, columns_of(ax, look.small), longest=columns_of(ax, look.small))
    under(ax, label, color=look.ink, size=look.small + 1)
    footnote(ax, note, lines=2 + label.count("\n"))


def _thin_out(named: Sequence[Text], ax: Axes) -> None:
    """Remove the names of lines that would lie over those before them, or leave the axes."""
    taken: list[Bbox] = []
    for text in named:
        box = Text.get_window_extent(text).padded(look.pt(4))
        if any(box.overlaps(other) for other in taken) or not _within(box, ax):
            text.remove()
        else:
            taken.append(box)


def _within(box: Bbox, ax: Axes) -> bool:
    return bool(ax.bbox.contains(box.x0, box.y0) and ax.bbox.contains(box.x1, box.y1))


def _shades() -> list[str]:
    from matplotlib.colors import LinearSegmentedColormap, to_hex

    ramp = LinearSegmentedColormap.from_list("p", [look.ground, *look.fan])
    return [to_hex(ramp(k / 9)) for k in range(10)]
