"""The attainment chart: how likely each target is, and all of them together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import matplotlib.pyplot as plt
from matplotlib.ticker import PercentFormatter

from tinbergen.plots.style import COLOURS, MARKERS, displayable, figure_text, house_style, wrap

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from tinbergen.runs import Runs

__all__ = ["attainment"]


def attainment(
    runs: Runs,
    *,
    language: str = "en",
    ax: Axes | None = None,
    scenarios: Sequence[str] | None = None,
) -> Axes:
    """Draw the probability of each target with its 95 % interval, and of all together.

    Parameters
    ----------
    runs
        What a simulation gave.
    language
        Of labels.
    ax
        Axes to draw into; new ones unless given.
    scenarios
        Names of scenarios; all unless given.

    Returns
    -------
    matplotlib.axes.Axes
        What was drawn into.

    Examples
    --------
    >>> import tinbergen as tb
    >>> runs = tb.plans.yuecheng().simulate(paths=100, seed=1, scenarios=["baseline"])
    >>> axes = runs.plot.attainment(language="zh")
    >>> axes.get_xlim()
    (-0.02, 1.02)
    """
    names = list(scenarios or runs)
    table = runs.attainment()
    rows = [dict(zip(table.columns, row, strict=True)) for row in zip(*(table[c] for c in table.columns), strict=True)]
    targets = [row["target"] for row in rows if row["scenario"] == names[0]]
    singles = [target.id for target in runs.model.targets]
    sets = [target for target in targets if target not in singles]
    order = [*singles, None, *sets]
    places = {target: len(order) - 1 - k for k, target in enumerate(order) if target is not None}
    with house_style():
        height = 1.6 + 0.3 * len(order)
        axes = ax or plt.subplots(figsize=(8.5, height), layout="constrained")[1]
        for guide in (0.5, 0.8):
            axes.axvline(guide, color="#999999", linewidth=0.8, linestyle=":")
        step = 0.7 / max(len(names), 1)
        for k, name in enumerate(names):
            mine = [row for row in rows if row["scenario"] == name]
            y = [places[row["target"]] + ((len(names) - 1) / 2 - k) * step for row in mine]
            p = [row["probability"] for row in mine]
            reach = [
                [row["probability"] - row["low"] for row in mine],
                [row["high"] - row["probability"] for row in mine],
            ]
            colour, marker = COLOURS[k % len(COLOURS)], MARKERS[k % len(MARKERS)]
            axes.errorbar(
                p, y, xerr=reach, fmt=marker, color=colour, markersize=3.6, linewidth=1, label=_scenario(runs, name, language)
            )
        labels = {target.id: _label(target, language) for target in runs.model.targets}
        axes.set_yticks(list(places.values()), [labels.get(target, target) for target in places])
        axes.axhline(places[sets[0]] + 1 if sets else 0, color="#555555", linewidth=0.8)
        axes.set_xlim(-0.02, 1.02)
        axes.set_ylim(-0.7, len(order) - 0.3)
        axes.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
        axes.grid(visible=False, axis="y")
        axes.set_title("Probability that each target is met, and sets of them together", pad=10)
        if len(names) > 1:
            axes.figure.legend(loc="outside upper left", ncols=4, frameon=False, fontsize=8)
        paths = runs[names[0]].paths
        figure_text(axes, f"{paths:,} paths; bars: 95 % Monte Carlo intervals")
    return axes


def _label(target: Any, language: str) -> str:
    text = displayable([target.text(language) or target.id, target.text("en") or target.id, target.id])
    return wrap(text, 46)


def _scenario(runs: Runs, name: str, language: str) -> str:
    part = runs.model.scenarios.get(name)
    if part is None:
        return name
    return displayable([part.text(language) or name, part.text("en") or name, name])
