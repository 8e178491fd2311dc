"""The fan chart: history, bands of quantiles, the central path and the targets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_hex
from numpy.typing import NDArray

from tinbergen.basics.periods import Period
from tinbergen.basics.theme import Size, ThemeLike
from tinbergen.basics.words import commas, of_language, say, semicolons
from tinbergen.plots._edge import EdgeLabel, label_edge, room_beside
from tinbergen.plots._frame import chart, frame, frame_periods
from tinbergen.plots._history import (
    Known,
    actual_values,
    draw_actual,
    draw_history,
    drawn_periods,
    joined,
    known_values,
)
from tinbergen.plots._marks import draw_marks
from tinbergen.plots._periods import time_of
from tinbergen.plots._room import settle
from tinbergen.plots._style import look
from tinbergen.plots._targets import probability_of, target_marks
from tinbergen.plots._text import (
    indicator_label,
    label_of,
    number,
    percent,
    scenario_label,
)
from tinbergen.plots._types import EnsembleLike, TableLike

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
    figsize: Size | None = None,
    theme: ThemeLike = "light",
    history: bool | int = True,
    targets: bool = True,
    attainment: TableLike | None = None,
) -> Axes:
    """Draw how an indicator might develop: its history, then bands of quantiles around a central path.

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
    figsize
        Width and height of a new figure in inches; or ``"slide"``, ``"page"``, ``"half page"``.
    theme
        The colours: ``"light"``, ``"dark"``, ``"grey"``, or a `tinbergen.plots.Theme`.
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
    chance = probability_of(ensemble, attainment)
    marks, others = target_marks(ensemble, indicator if targets else "", chance, language)
    title = indicator_label(ensemble.model, indicator, language)
    scenario = scenario_label(ensemble.model, ensemble.scenario, language)
    with chart(ax, *FAN_SIZE, figsize=figsize, theme=theme) as ax:
        ends = _draw(ax, plan)
        note = _note(plan, others)
        room_beside(ax, ends)
        frame_periods(ax, plan.periods, f"{title} · {scenario}", plan.unit, language, note=note)
        height = settle(ax)
        draw_marks(ax, marks, height)
        label_edge(ax, time_of(ensemble.periods[-1]), ends, height)
    return ax


def draw_small_fan(ax: Axes, ensemble: EnsembleLike, indicator: str, language: str) -> None:
    """Draw a fan for a sheet of small ones: no targets, no labels at the edge, no note."""
    plan = _plan(ensemble, indicator, QUANTILES, history=True, language=language)
    frame(ax)
    _draw(ax, plan)
    title = indicator_label(ensemble.model, indicator, language)
    frame_periods(ax, plan.periods, title, plan.unit, language, size=look.body + 1)


def _period(period: Any) -> Period:
    return Period(str(period))


@dataclass(frozen=True)
class _Plan:
    """What a fan shows."""

    ensemble: EnsembleLike
    indicator: str
    pairs: list[tuple[float, float]]  # lower and upper quantile, the outermost first
    central: str  # "median" or "mean"
    known: Known
    actual: Known  # within the fan
    drawn: set[str]  # periods of the history whose value is a distribution
    language: str

    @property
    def unit(self) -> str | None:
        """The unit of the indicator."""
        return self.ensemble.model.indicators[self.indicator].unit

    @property
    def periods(self) -> list[Any]:
        """The periods that are shown, those of the history first."""
        return list(dict.fromkeys([*self.known, *map(_period, self.ensemble.periods)]))


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
    exact, actual = actual_values(ensemble, indicator)
    known = {**known_values(ensemble, indicator, history), **exact}
    drawn = drawn_periods(ensemble.model, indicator)
    return _Plan(ensemble, indicator, pairs, central, known, actual, drawn, language)


def _band_colors(count: int) -> list[str]:
    """Return the colours of so many bands, outer to inner: one hue, ever darker."""
    if count == 1:
        return [look.fan[1]]
    if count <= len(look.fan):
        return list(look.fan[:count])
    shades = LinearSegmentedColormap.from_list("fan", look.fan)(np.linspace(0, 1, count))
    return [to_hex(shade) for shade in shades]


def _draw(ax: Axes, plan: _Plan) -> list[EdgeLabel]:
    """Draw all but targets and texts; give the labels of the edge."""
    ensemble, language = plan.ensemble, plan.language
    curves, centre = _curves(plan)
    labels = []
    for color, (a, b) in zip(_band_colors(len(plan.pairs)), plan.pairs, strict=True):
        x, low, high = joined(ensemble, plan.known, curves[a], curves[b])
        ax.fill_between(x, low, high, color=color, linewidth=0, label=_band(a, b, language))
        for q, ends in ((a, low), (b, high)):
            labels.append(
                EdgeLabel(float(ends[-1]), percent(q, language), look.grey, look.small, q)
            )
    x, centre = joined(ensemble, plan.known, centre)
    told = say(plan.central, language)
    ax.plot(x, centre, color=look.centre, linewidth=look.pt(1.8), label=told, zorder=3)
    labels.append(EdgeLabel(float(centre[-1]), told, look.centre, rank=0.5))
    draw_history(ax, plan.known, plan.drawn, language)
    draw_actual(ax, plan.actual, language)
    return labels


def _curves(plan: _Plan) -> tuple[dict[float, NDArray[np.float64]], NDArray[np.float64]]:
    """Return the quantiles of each period, and the central path."""
    asked = {q for pair in plan.pairs for q in pair} | {0.5}
    levels = sorted(asked)
    table = plan.ensemble.fan(plan.indicator, quantiles=levels)
    names = [name for name in table.columns if name not in {"indicator", "period", "mean"}]
    # A streamed run says after them how far off they can be.
    pairs = zip(levels, names[: len(levels)], strict=True)
    curves = {q: np.asarray(table[name], float) for q, name in pairs}
    return curves, curves[0.5] if plan.central == "median" else np.asarray(table["mean"], float)


def _band(low: float, high: float, language: str) -> str:
    return f"{number(100 * low, language=language)}–{percent(high, language)}"


def _note(plan: _Plan, others: Sequence[str]) -> str:
    """Tell where a fan comes from: model, paths, central path, bands; targets without a place."""
    model, language = plan.ensemble.model, plan.language
    words = of_language(language)
    parts = [label_of(model, model.name, language)]
    parts.append(say("paths", language, n=f"{plan.ensemble.paths:,}"))
    parts.append(say("central", language, path=say(plan.central, language)))
    if plan.pairs:
        bands = commas([_band(a, b, language) for a, b in plan.pairs], language)
        parts.append(say("bands", language, bands=bands))
    if any(str(period) in plan.drawn for period in plan.known):
        parts.append(say("hollow", language))
    if plan.actual or any(period in plan.known for period in map(_period, plan.ensemble.periods)):
        parts.append(say("actual", language))
    note = semicolons(parts, language)
    if others:
        note += words.STOP + say("other targets", language, targets=semicolons(others, language))
    return note
