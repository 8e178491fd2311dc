"""Charts of levers: cost against probability, and settings of two levers with the same one."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from tinbergen.plots._style import CENTRE, FAN, GREY, INK, SMALL, TARGET, canvas, frame, headline
from tinbergen.plots._text import Numbers, label_of, percent
from tinbergen.plots._types import LeversLike, TableLike
from tinbergen.plots._words import word

__all__ = ["frontier", "isoquant"]


def _about(model: LeversLike, of: str, language: str) -> str:
    """Give the words for a goal: the label of a target, or its text."""
    for target in model.targets:
        if target.id == of:
            return label_of(target, of, language)
    return word("all", language) if of == "all" else of


def _lever(model: LeversLike, name: str, language: str) -> str:
    return label_of(model.levers[name], name, language) if name in model.levers else name


def frontier(
    table: TableLike,
    *,
    model: LeversLike,
    of: str,
    language: str = "en",
    ax: Axes | None = None,
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
    with canvas(ax, 6.6, 4.2) as ax:
        frame(ax)
        ax.fill_between(cost, low, high, step="post", color=FAN[1], linewidth=0, zorder=2)
        ax.step(cost, p, where="post", color=CENTRE, linewidth=1.5, zorder=3)
        ax.plot(cost, p, "o", color=CENTRE, markersize=3.5, zorder=4)
        ax.set_ylim(0, 1)
        ax.yaxis.set_major_formatter(Numbers(share=True, language=language))
        ax.xaxis.set_major_formatter(Numbers(language=language))
        ax.set_xlabel(word("cost", language), color=GREY, fontsize=SMALL)
        headline(ax, _about(model, of, language), word("frontier", language))
    return ax


def isoquant(
    table: TableLike,
    *,
    model: LeversLike,
    of: str,
    language: str = "en",
    ax: Axes | None = None,
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
    with canvas(ax, 6.2, 4.8) as ax:
        frame(ax)
        ax.grid(visible=False)
        levels = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95]
        inside = [level for level in levels if p.min() < level < p.max()]
        ax.contourf(a, b, p, levels=np.linspace(0, 1, 11), colors=_shades(), zorder=1)
        if cost.max() > cost.min():
            prices = ax.contour(
                a, b, cost, levels=5, colors=TARGET, linewidths=0.8, linestyles="dashed", zorder=2
            )
            ax.clabel(prices, fontsize=SMALL - 1, fmt=lambda x: Numbers()(x))
        if inside:
            lines = ax.contour(a, b, p, levels=inside, colors=INK, linewidths=1.3, zorder=3)
            ax.clabel(lines, fontsize=SMALL, fmt=lambda x: percent(x, language))
        ax.tick_params(axis="y", left=True)
        ax.xaxis.set_major_formatter(Numbers(language=language))
        ax.yaxis.set_major_formatter(Numbers(language=language))
        ax.set_xlabel(_lever(model, first, language), color=INK, fontsize=SMALL + 1)
        headline(ax, _about(model, of, language), _lever(model, second, language))
        ax.annotate(
            word("isoquant", language), (0, 0), xycoords="axes fraction", xytext=(0, -38),
            textcoords="offset points", fontsize=SMALL, color=GREY, annotation_clip=False,
        )  # fmt: skip
    return ax


def _shades() -> list[str]:
    from matplotlib.colors import LinearSegmentedColormap, to_hex

    ramp = LinearSegmentedColormap.from_list("p", ["#ffffff", "#dbe7f3", "#b3cde5", "#5a93c6"])
    return [to_hex(ramp(k / 9)) for k in range(10)]
