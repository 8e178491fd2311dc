"""Fan charts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import matplotlib.pyplot as plt
import numpy as np

from tinbergen.ensemble import QUANTILES, quantile_name
from tinbergen.plots.labels import right_labels
from tinbergen.plots.style import (
    COLOURS,
    HUE,
    displayable,
    figure_text,
    house_style,
    number,
    wrap,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from tinbergen.ensemble import Ensemble
    from tinbergen.runs import Runs

__all__ = ["compare", "fan"]

_SIGNS = {"at_least": "≥", "at_most": "≤", "above": ">", "below": "<"}


def fan(
    ensemble: Ensemble,
    indicator: str,
    *,
    quantiles: Sequence[float] = QUANTILES,
    language: str = "en",
    ax: Axes | None = None,
    history: bool = True,
    targets: bool = True,
) -> Axes:
    """Draw the fan of an indicator: history, quantile bands, median, and the marks of its targets.

    Parameters
    ----------
    ensemble
        The paths.
    indicator
        Its name.
    quantiles
        Levels of the bands, in pairs around the median.
    language
        Of labels.
    ax
        Axes to draw into; new ones unless given.
    history
        Draw known values before the fan.
    targets
        Mark targets for the level of the indicator.

    Returns
    -------
    matplotlib.axes.Axes
        What was drawn into.

    Examples
    --------
    >>> import tinbergen as tb
    >>> runs = tb.plans.yuecheng().simulate(paths=100, seed=1, scenarios=["baseline"])
    >>> axes = runs["baseline"].plot.fan("gdp")
    >>> axes.get_ylabel()
    'CNY 100 million'
    """
    with house_style():
        axes = ax or plt.subplots(figsize=(7, 4.2), layout="constrained")[1]
        levels = sorted({*quantiles, 0.5})
        table = ensemble.fan(indicator, quantiles=levels)
        x = np.array([_place(period) for period in ensemble.periods])
        bands = {level: np.asarray(table[quantile_name(level)]) for level in levels}
        x, bands = _with_jump_off(axes, ensemble, indicator, x, bands, history=history)
        lower = [level for level in levels if level < 0.5]  # noqa: PLR2004
        for k, level in enumerate(lower):
            shade = 0.14 + 0.5 * (k + 1) / (len(lower) + 1)
            upper = min(levels, key=lambda other: abs(other - (1 - level)))
            axes.fill_between(x, bands[level], bands[upper], color=HUE, alpha=shade, linewidth=0)
        axes.plot(x, bands[0.5], color=HUE, linewidth=1.8, label="median")
        if targets:
            _mark_targets(axes, ensemble, indicator)
        _decorate(axes, ensemble, indicator, language)
        shown = [level for level in levels if level in (min(levels), 0.25, 0.5, 0.75, max(levels))]
        texts = ["median" if level == 0.5 else f"{100 * level:g} %" for level in shown]  # noqa: PLR2004
        ends = [float(bands[level][-1]) for level in shown]
        right_labels(axes, float(x[-1]), ends, texts, ["#444444"] * len(shown), size=7.5)
        figure_text(axes, f"{ensemble.paths:,} paths; central path: median")
    return axes


def compare(
    runs: Runs,
    indicator: str,
    scenarios: Sequence[str] | None = None,
    *,
    language: str = "en",
    ax: Axes | None = None,
) -> Axes:
    """Draw the medians of scenarios, each with its middle half.

    Parameters
    ----------
    runs
        What a simulation gave.
    indicator
        Its name.
    scenarios
        Names of scenarios; all but the mixture unless given.
    language
        Of labels.
    ax
        Axes to draw into; new ones unless given.

    Returns
    -------
    matplotlib.axes.Axes
        What was drawn into.
    """
    names = list(scenarios or [name for name in runs if name != "mixture"])
    with house_style():
        axes = ax or plt.subplots(figsize=(7.5, 4.4), layout="constrained")[1]
        ends, texts = [], []
        for name, colour in zip(names, COLOURS * len(names), strict=False):
            ensemble = runs[name]
            table = ensemble.fan(indicator, quantiles=(0.25, 0.5, 0.75))
            x = [_place(period) for period in ensemble.periods]
            axes.fill_between(x, table["q25"], table["q75"], color=colour, alpha=0.08, linewidth=0)
            axes.plot(x, table["q50"], color=colour, linewidth=1.6, label=name)
            ends.append(float(table["q50"][-1]))
            texts.append(_scenario_label(runs.model, name, language))
        _decorate(axes, runs[names[0]], indicator, language, scenario=False)
        right_labels(axes, float(x[-1]), ends, texts, [*COLOURS * len(names)][: len(names)])
        figure_text(axes, f"medians and middle halves of {runs[names[0]].paths:,} paths each")
    return axes


def _place(period: Any) -> float:
    """Place a period on an axis of years."""
    return float(period.ordinal) / {"annual": 1, "quarterly": 4, "monthly": 12}[str(period.frequency)]


def _with_jump_off(
    axes: Axes,
    ensemble: Ensemble,
    indicator: str,
    x: np.ndarray[Any, Any],
    bands: dict[float, np.ndarray[Any, Any]],
    *,
    history: bool,
) -> tuple[np.ndarray[Any, Any], dict[float, np.ndarray[Any, Any]]]:
    """Draw the history, and let the fan begin at its last value."""
    known = ensemble.history(indicator)
    if not history or not known:
        return x, bands
    places = [_place(period) for period in known]
    values = list(known.values())
    near = [k for k, place in enumerate(places) if place >= x[0] - 8]
    axes.plot(
        [places[k] for k in near], [values[k] for k in near], color="#222222", linewidth=1.6, marker="o", markersize=3
    )
    if places[-1] >= x[0]:
        return x, bands
    x = np.concatenate([[places[-1]], x])
    return x, {level: np.concatenate([[values[-1]], band]) for level, band in bands.items()}


def _mark_targets(axes: Axes, ensemble: Ensemble, indicator: str) -> None:
    for target in ensemble.model.targets:
        if target.indicator != indicator or str(target.of) not in ("level", "None"):
            continue
        if str(target.over) not in ("last", "None", "every", "min", "max"):
            continue
        for key, sign in _SIGNS.items():
            bound = getattr(target, key, None)
            if isinstance(bound, (int, float)):
                _mark(axes, ensemble, target, float(bound), f"{sign} {number(float(bound))}")


def _mark(axes: Axes, ensemble: Ensemble, target: Any, bound: float, text: str) -> None:
    inside = [period for period in ensemble.periods if period in target.period]
    if not inside:
        return
    first, last = _place(inside[0]), _place(inside[-1])
    if first < last:
        axes.plot([first, last], [bound, bound], color="#d1495b", linewidth=1.4, linestyle="--")
    axes.plot([last], [bound], color="#d1495b", marker="D", markersize=5, zorder=5)
    axes.annotate(
        text,
        (last, bound),
        (5, -10),
        textcoords="offset points",
        fontsize=8,
        color="#a3213a",
        zorder=6,
        bbox={"facecolor": "white", "alpha": 0.7, "edgecolor": "none", "pad": 0.6},
    )


def _text(part: Any, language: str, name: str) -> str:
    return displayable([part.text(language) or name, part.text("en") or name, name])


def _scenario_label(model: Any, name: str, language: str) -> str:
    part = model.scenarios.get(name)
    return wrap(_text(part, language, name) if part is not None else name, 26)


def _decorate(axes: Axes, ensemble: Ensemble, indicator: str, language: str, *, scenario: bool = True) -> None:
    part = ensemble.model.indicators[indicator]
    title = wrap(_text(part, language, indicator), 60)
    axes.set_title(title + (f"\n{ensemble.scenario}" if scenario else ""))
    if part.unit:
        axes.set_ylabel(displayable([part.unit, ""]))
    axes.yaxis.set_major_formatter(lambda value, _: number(value))
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:.0f}" if value == round(value) else "")
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.margins(x=0.01)
