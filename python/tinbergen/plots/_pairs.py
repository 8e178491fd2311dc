"""The matrix of pairs: how targets go together, as a table of shades that can be printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.ticker import FixedLocator

from tinbergen.basics.text import width
from tinbergen.basics.theme import Size, ThemeLike
from tinbergen.basics.words import say
from tinbergen.plots._fonts import families
from tinbergen.plots._frame import canvas, footnote
from tinbergen.plots._rows import title_rows
from tinbergen.plots._size import room_for
from tinbergen.plots._style import look, text_width
from tinbergen.plots._text import label_of, number, probability, set_label, wrap
from tinbergen.plots._types import ModelLike, TableLike

__all__ = ["pairs"]

_CELL = 0.36  # inches
_VALUES = ("given", "both", "correlation", "lift")


def pairs(
    table: TableLike,
    *,
    values: str = "given",
    model: ModelLike | None = None,
    language: str = "en",
    ax: Axes | None = None,
    figsize: Size | None = None,
    theme: ThemeLike = "light",
) -> Axes:
    """Draw how targets go together, two by two.

    Parameters
    ----------
    table
        The table ``runs.pairs()``.
    values
        ``"given"``: the probability of the row, given that the column is met; ``"both"``: that of
        both; ``"correlation"`` or ``"lift"``.
    model
        Where labels are looked up; names are shown without one.
    language
        Language of labels and words: ``"en"`` or ``"zh"``.
    ax
        Axes to draw on; a new figure, as large as it needs to be, unless given.
    figsize
        Width and height of a new figure in inches; or ``"slide"``, ``"page"``, ``"half page"``.
    theme
        The colours: ``"light"``, ``"dark"``, ``"grey"``, or a `tinbergen.plots.Theme`.

    Returns
    -------
    matplotlib.axes.Axes
        The axes: one unit for each target, from the top left.

    Examples
    --------
    >>> import tinbergen as tb
    >>> runs = tb.plans.yuecheng().simulate(paths=100, seed=1, scenarios=["baseline"])
    >>> ax = runs.plot.pairs(["gdp-2025", "rd-share-2025"])
    >>> len(ax.get_yticks())
    2
    """
    if values not in _VALUES:
        raise ValueError(f"values is one of {', '.join(_VALUES)}, not {values!r}")
    names = list(dict.fromkeys(map(str, table["a"])))
    count = len(names)
    grid = np.asarray(table[values], float).reshape(count, count)
    texts = [_label(name, model, language) for name in names]
    shown = _Fitting.of(texts, ax, figsize)
    count = len(shown.labels)
    with canvas(ax, *shown.size, figsize=figsize, theme=theme, tight=True) as ax:
        _shade(ax, grid[:count, :count], values)
        _numbers(ax, grid[:count, :count], values, language)
        left = _axes(ax, shown.labels)
        under = say("pairs under", language)
        title = say(f"pairs {values}", language)
        title_rows(ax, title, under, left=left, right=0.0, above=look.pt(22))
        if count < len(names):
            part = say("some targets", language, n=str(count), all=str(len(names)))
            footnote(ax, part, left=left, lines=0)
    return ax


@dataclass(frozen=True)
class _Fitting:
    """The labels that have room, and the width and height that a chart of them needs."""

    labels: Sequence[str]
    size: tuple[float, float]

    @classmethod
    def of(cls, texts: Sequence[str], ax: Axes | None, figsize: Size | None) -> _Fitting:
        """Break labels, and leave out the last ones where a figure of a given size is too small."""
        found = cls.broken(texts, 40)
        width_there, height_there = room_for(ax, figsize, found.size)
        if found.size[0] > width_there:
            found = cls.broken(texts, 24)
        while (found.size[0] > width_there or found.size[1] > height_there) and len(
            found.labels
        ) > 1:
            found = cls.broken(texts[: len(found.labels) - 1], 24)
        return found

    @classmethod
    def broken(cls, texts: Sequence[str], columns: int) -> _Fitting:
        """Break labels into lines of so many columns."""
        labels = [wrap(text, columns, longest=columns) for text in texts]
        lines = [line for label in labels for line in label.split("\n")]
        left = 0.62 * 9.0 * max(map(width, lines), default=0) / 72 + 0.9
        cell = max(_CELL, *(0.16 * (1 + label.count("\n")) for label in labels))
        return cls(labels, (max(left + cell * len(labels) + 0.4, 4.6), cell * len(labels) + 1.6))


def _label(name: str, model: ModelLike | None, language: str) -> str:
    for target in model.targets if model else ():
        if target.id == name:
            return label_of(target, name, language)
    if name in {"all", "binding", "expected"}:
        return say(name if name == "all" else f"all {name}", language)
    return set_label(model, name, language)


def _ramp(*colours: str) -> LinearSegmentedColormap:
    return LinearSegmentedColormap.from_list("ramp", colours)


def _shade(ax: Axes, grid: np.ndarray[Any, Any], values: str) -> None:
    shown_grid, low, high = grid, 0.0, 1.0
    shades = _ramp(look.ground, look.fan[1], look.centre)
    signed = _ramp(look.target, look.ground, look.centre)
    if values == "correlation":
        shades, low, high = signed, -1.0, 1.0
    elif values == "lift":
        with np.errstate(divide="ignore", invalid="ignore"):
            shown_grid = np.clip(np.log2(np.maximum(grid, 0.0)), -2, 2)
        shades, low, high = signed, -2.0, 2.0
    ax.set_facecolor(look.faint)  # nothing is known
    masked = np.ma.masked_invalid(shown_grid)
    ax.imshow(masked, cmap=shades, vmin=low, vmax=high, aspect="equal", interpolation="nearest")
    ax.set_xticks(np.arange(len(grid) + 1) - 0.5, minor=True)
    ax.set_yticks(np.arange(len(grid) + 1) - 0.5, minor=True)
    ax.grid(visible=False, which="major")
    ax.grid(visible=True, which="minor", color=look.ground, linewidth=look.pt(0.8), linestyle="-")


def _numbers(ax: Axes, grid: np.ndarray[Any, Any], values: str, language: str) -> None:
    """Write each number into its cell, white on dark."""
    for (row, column), value in np.ndenumerate(grid):
        if not np.isfinite(value):
            text, dark = "–", False
        elif values in {"given", "both"}:
            text = probability(float(value), language).replace(" %", "").replace("%", "")
            dark = value > 0.62
        elif values == "correlation":
            text, dark = number(round(float(value), 2), 2, language), abs(value) > 0.62
        else:
            text, dark = number(round(float(value), 2), 2, language), value > 2.4 or value < 0.42
        cell = ax.text(
            column, row, text, ha="center", va="center", fontsize=look.small - 1.5,
            color=look.ground if dark else look.ink, fontfamily=families(),
        )  # fmt: skip
        cell.set_in_layout(False)


def _axes(ax: Axes, labels: Sequence[str]) -> float:
    """Number the targets, with names at the rows; give the points that these take."""
    count = len(labels)
    numbered = [f"{label}  {k + 1}" for k, label in enumerate(labels)]
    ax.yaxis.set_major_locator(FixedLocator(list(range(count))))
    ax.xaxis.set_major_locator(FixedLocator(list(range(count))))
    ax.set_yticklabels(numbered, fontsize=look.body, fontfamily=families(), linespacing=1.1)
    ax.set_xticklabels([str(k + 1) for k in range(count)], fontsize=look.body)
    ax.tick_params(which="both", length=0, labelcolor=look.ink)
    ax.tick_params(axis="x", labeltop=True, labelbottom=False)
    for spine in ax.spines.values():
        spine.set_visible(False)
    return max(map(text_width, ax.get_yticklabels())) + look.pt(8)
