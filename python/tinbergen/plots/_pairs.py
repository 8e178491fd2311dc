"""The matrix of pairs: how targets go together, as a table of shades that can be printed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.ticker import FixedLocator

from tinbergen.plots._fonts import families
from tinbergen.plots._style import BODY, CENTRE, GREY, INK, SMALL, TARGET, TITLE, canvas
from tinbergen.plots._text import label_of, number, probability, set_label, wrap
from tinbergen.plots._types import ModelLike, TableLike
from tinbergen.plots._words import word
from tinbergen.text import width

__all__ = ["pairs"]

_CELL = 0.36  # inches
_SHADES = LinearSegmentedColormap.from_list("shades", ["#ffffff", "#b3cde5", CENTRE])
_SIGNED = LinearSegmentedColormap.from_list("signed", [TARGET, "#ffffff", CENTRE])
_VALUES = ("given", "both", "correlation", "lift")


def pairs(
    table: TableLike,
    *,
    values: str = "given",
    model: ModelLike | None = None,
    language: str = "en",
    ax: Axes | None = None,
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
    labels = [wrap(_label(name, model, language), 40) for name in names]
    longest = max(width(line) for label in labels for line in label.split("\n"))
    left = 0.62 * BODY * longest / 72 + 0.9
    title = 0.55 * TITLE * width(word(f"pairs {values}", language)) / 72 + 0.4
    with canvas(ax, max(left + _CELL * count + 0.4, title), _CELL * count + 1.5) as ax:
        _shade(ax, grid, values)
        _numbers(ax, grid, values, language)
        _axes(ax, labels, count)
        _title(ax, values, language)
    return ax


def _label(name: str, model: ModelLike | None, language: str) -> str:
    for target in model.targets if model else ():
        if target.id == name:
            return label_of(target, name, language)
    if name in {"all", "binding", "expected"}:
        return word(name if name == "all" else f"all {name}", language)
    return set_label(model, name, language)


def _shade(ax: Axes, grid: np.ndarray[Any, Any], values: str) -> None:
    shown_grid, shades, low, high = grid, _SHADES, 0.0, 1.0
    if values == "correlation":
        shades, low, high = _SIGNED, -1.0, 1.0
    elif values == "lift":
        with np.errstate(divide="ignore", invalid="ignore"):
            shown_grid = np.clip(np.log2(np.maximum(grid, 0.0)), -2, 2)
        shades, low, high = _SIGNED, -2.0, 2.0
    ax.set_facecolor("#ececec")  # nothing is known
    masked = np.ma.masked_invalid(shown_grid)
    ax.imshow(masked, cmap=shades, vmin=low, vmax=high, aspect="equal", interpolation="nearest")
    ax.set_xticks(np.arange(len(grid) + 1) - 0.5, minor=True)
    ax.set_yticks(np.arange(len(grid) + 1) - 0.5, minor=True)
    ax.grid(visible=False, which="major")
    ax.grid(visible=True, which="minor", color="white", linewidth=0.8, linestyle="-")


def _numbers(ax: Axes, grid: np.ndarray[Any, Any], values: str, language: str) -> None:
    """Write each number into its cell, white on dark."""
    for (row, column), value in np.ndenumerate(grid):
        if not np.isfinite(value):
            text, dark = "–", False
        elif values in {"given", "both"}:
            text = probability(float(value), language).replace(" %", "").replace("%", "")
            dark = value > 0.62
        elif values == "correlation":
            text, dark = number(round(float(value), 2), 2), abs(value) > 0.62
        else:
            text, dark = number(round(float(value), 2), 2), value > 2.4 or value < 0.42
        ax.text(
            column, row, text, ha="center", va="center", fontsize=SMALL - 1.5,
            color="white" if dark else INK, fontfamily=families(),
        )  # fmt: skip


def _axes(ax: Axes, labels: Sequence[str], count: int) -> None:
    """Number the targets: names at the rows, their numbers at rows and columns."""
    numbered = [f"{label}  {k + 1}" for k, label in enumerate(labels)]
    ax.yaxis.set_major_locator(FixedLocator(list(range(count))))
    ax.xaxis.set_major_locator(FixedLocator(list(range(count))))
    ax.set_yticklabels(numbered, fontsize=BODY, fontfamily=families(), linespacing=1.1)
    ax.set_xticklabels([str(k + 1) for k in range(count)], fontsize=BODY)
    ax.tick_params(which="both", length=0, labelcolor=INK)
    ax.tick_params(axis="x", labeltop=True, labelbottom=False)
    for spine in ax.spines.values():
        spine.set_visible(False)


def _title(ax: Axes, values: str, language: str) -> None:
    plain: dict[str, Any] = {"fontfamily": families(), "parse_math": False, "usetex": False}
    title = word(f"pairs {values}", language)
    ax.annotate(
        title, (0, 1), xycoords=("figure fraction", "axes fraction"), xytext=(8, 38),
        textcoords="offset points", fontsize=TITLE, color=INK, annotation_clip=False, **plain,
    )  # fmt: skip
    under = word("pairs under", language)
    ax.annotate(
        under, (0, 1), xycoords=("figure fraction", "axes fraction"), xytext=(8, 22),
        textcoords="offset points", fontsize=SMALL, color=GREY, annotation_clip=False, **plain,
    )  # fmt: skip
