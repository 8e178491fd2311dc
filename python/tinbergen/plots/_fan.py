"""The fan chart: history, bands of quantiles, the central path and the targets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_hex
from numpy.typing import NDArray

from tinbergen.plots._edge import EdgeLabel, label_edge
from tinbergen.plots._history import Known, draw_history, drawn_periods, joined, known_values
from tinbergen.plots._marks import draw_marks
from tinbergen.plots._periods import place, set_periods
from tinbergen.plots._style import (
    BODY,
    CENTRE,
    FAN,
    GREY,
    SMALL,
    canvas,
    footnote,
    frame,
    headline,
    set_levels,
    settle,
)
from tinbergen.plots._targets import probability_of, target_marks
from tinbergen.plots._text import (
    indicator_label,
    is_share,
    label_of,
    number,
    percent,
    scenario_label,
)
from tinbergen.plots._types import EnsembleLike, TableLike
from tinbergen.plots._words import chinese, semicolons, unit_text, word

__all__ = ["FAN_SIZE", "draw_small_fan", "fan"]

FAN_SIZE = (7.2, 4.4)
QUANTILES = (0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95)


def fan(
    ensemble: EnsembleLike,
    indicator: str,
    *,
    quantiles: Sequence[float] = QUANTILES,
    language: str = "en",
    ax: Axes | None = None,
    history: bool | int = True,
    targets: bool = True,
    attainment: TableLike | None = None,
) -> Axes:
    """Draw how an indicator may run: its history, then bands of quantiles around a central path.

    The central path is the median when 0.5 is among the quantiles, else the mean; its label at the
    right edge and the note below the chart say which.

    Parameters
    ----------
    ensemble
        The paths of one scenario.
    indicator
        Name of the indicator.
    quantiles
        Probabilities: as many below 0.5 as above.
    language
        Language of labels and words: ``"en"`` or ``"zh"``.
    ax
        Axes to draw on; a new figure unless given.
    history
        Whether to show what is known before the fan; a number shows so many last periods.
    targets
        Whether to mark the targets of the indicator, with the probability that they are met.
    attainment
        The table ``runs.attainment()``, where probabilities are looked up; without it they are
        counted in the paths, for targets that look at nothing else.

    Returns
    -------
    matplotlib.axes.Axes
        The axes. Years are numbers on the horizontal axis; a quarter is a fourth of a year.

    Examples
    --------
    >>> import tinbergen as tb
    >>> runs = tb.plans.yuecheng().simulate(paths=100, seed=1, scenarios=["baseline"])
    >>> ax = runs["baseline"].plot.fan("gdp", language="zh")
    >>> ax.get_title(loc="left"), ax.get_ylabel()
    ('地区生产总值 · 基准情景', '亿元')
    """
    plan = _plan(ensemble, indicator, quantiles, history, language)
    with canvas(ax, *FAN_SIZE) as ax:
        ends, lines = _draw(ax, plan)
        title = indicator_label(ensemble.model, indicator, language)
        scenario = scenario_label(ensemble.model, ensemble.scenario, language)
        headline(ax, f"{title} · {scenario}", plan.unit)
        chance = probability_of(ensemble, attainment)
        marks, others = target_marks(ensemble, indicator if targets else "", chance, language)
        footnote(ax, _note(plan, others), lines=lines)
        height = settle(ax)
        draw_marks(ax, marks, height)
        label_edge(ax, place(ensemble.periods[-1]), ends, height)
    return ax


def draw_small_fan(ax: Axes, ensemble: EnsembleLike, indicator: str, language: str) -> None:
    """Draw a fan for a sheet of small ones: no targets, no labels at the edge, no note."""
    plan = _plan(ensemble, indicator, QUANTILES, history=True, language=language)
    _draw(ax, plan)
    headline(ax, indicator_label(ensemble.model, indicator, language), plan.unit, size=BODY + 1)


@dataclass(frozen=True)
class _Plan:
    """What a fan shows."""

    ensemble: EnsembleLike
    indicator: str
    pairs: list[tuple[float, float]]  # lower and upper quantile, the outermost first
    central: str  # "median" or "mean"
    known: Known
    drawn: set[str]  # periods of the history whose value is a distribution
    language: str

    @property
    def unit(self) -> str:
        """Give the unit as it is printed; that of a share is the percent sign of its numbers."""
        unit = self.ensemble.model.indicators[self.indicator].unit
        return "" if is_share(unit) else unit_text(unit, self.language)


def _plan(
    ensemble: EnsembleLike,
    indicator: str,
    quantiles: Sequence[float],
    history: bool | int,
    language: str,
) -> _Plan:
    """Look up what a fan shows, and check what the caller asked for."""
    asked = sorted({float(q) for q in quantiles})
    if not all(0 <= q <= 1 for q in asked):
        raise ValueError(f"quantiles are probabilities between 0 and 1, not {quantiles}")
    lower, upper = [q for q in asked if q < 0.5], [q for q in asked if q > 0.5]
    if len(lower) != len(upper):
        raise ValueError(
            f"a fan needs as many quantiles below 0.5 as above, not {len(lower)} and {len(upper)}"
        )
    pairs = list(zip(lower, reversed(upper), strict=True))
    central = "median" if 0.5 in asked else "mean"
    known = known_values(ensemble, indicator, history)
    drawn = drawn_periods(ensemble.model, indicator)
    return _Plan(ensemble, indicator, pairs, central, known, drawn, language)


def _band_colors(count: int) -> list[str]:
    """Give the colours of so many bands, outer to inner: one hue, ever darker."""
    if count == 1:
        return [FAN[1]]
    if count <= len(FAN):
        return list(FAN[:count])
    shades = LinearSegmentedColormap.from_list("fan", FAN)(np.linspace(0, 1, count))
    return [to_hex(shade) for shade in shades]


def _draw(ax: Axes, plan: _Plan) -> tuple[list[EdgeLabel], int]:
    """Draw all but targets and texts; give the labels of the edge and the lines of tick labels."""
    frame(ax)
    ensemble, language = plan.ensemble, plan.language
    curves, centre = _curves(plan)
    labels = []
    for color, (a, b) in zip(_band_colors(len(plan.pairs)), plan.pairs, strict=True):
        x, low, high = joined(ensemble, plan.known, curves[a], curves[b])
        ax.fill_between(x, low, high, color=color, linewidth=0, label=_band(a, b, language))
        for q, ends in ((a, low), (b, high)):
            labels.append(EdgeLabel(float(ends[-1]), percent(q, language), GREY, SMALL, q))
    x, centre = joined(ensemble, plan.known, centre)
    told = word(plan.central, language)
    ax.plot(x, centre, color=CENTRE, linewidth=1.8, label=told, zorder=3)
    labels.append(EdgeLabel(float(centre[-1]), told, CENTRE, rank=0.5))
    draw_history(ax, plan.known, plan.drawn, language)
    first = next(iter(plan.known), ensemble.periods[0])
    lines = set_periods(ax, first, ensemble.periods[-1])
    set_levels(ax, ensemble.model.indicators[plan.indicator].unit, language)
    return labels, lines


def _curves(plan: _Plan) -> tuple[dict[float, NDArray[np.float64]], NDArray[np.float64]]:
    """Give the quantiles of each period, and the central path."""
    asked = {q for pair in plan.pairs for q in pair} | {0.5}
    levels = sorted(asked)
    table = plan.ensemble.fan(plan.indicator, quantiles=levels)
    names = [name for name in table.columns if name not in {"indicator", "period", "mean"}]
    curves = {q: np.asarray(table[name], float) for q, name in zip(levels, names, strict=True)}
    return curves, curves[0.5] if plan.central == "median" else np.asarray(table["mean"], float)


def _band(low: float, high: float, language: str) -> str:
    return f"{number(100 * low)}–{percent(high, language)}"


def _note(plan: _Plan, others: Sequence[str]) -> str:
    """Say where a fan comes from: model, paths, central path, bands; targets without a place."""
    model, language = plan.ensemble.model, plan.language
    stop, comma = ("\u3002", "\u3001") if chinese(language) else (". ", ", ")
    parts = [label_of(model, model.name, language)]
    parts.append(word("paths", language, n=f"{plan.ensemble.paths:,}"))
    parts.append(word("central", language, path=word(plan.central, language)))
    if plan.pairs:
        bands = comma.join(_band(a, b, language) for a, b in plan.pairs)
        parts.append(word("bands", language, bands=bands))
    if any(str(period) in plan.drawn for period in plan.known):
        parts.append(word("hollow", language))
    note = semicolons(parts, language)
    if others:
        note += stop + word("other targets", language, targets=semicolons(others, language))
    return note
