"""The hedgehog: forecasts of each origin over the actual values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from tinbergen.basics.periods import Period
from tinbergen.basics.theme import Size, ThemeLike
from tinbergen.basics.words import say, semicolons
from tinbergen.plots._frame import chart, frame_periods
from tinbergen.plots._periods import time_of, times_of
from tinbergen.plots._style import look
from tinbergen.plots._types import TableLike

__all__ = ["BacktestLike", "hedgehog", "method_name"]

_BEFORE = 8
"""Periods before the first origin whose actual values are shown."""
_FEW = 50
"""So many actual values get a dot each."""


class BacktestLike(Protocol):
    """A backtest, or anything that looks like it."""

    @property
    def info(self) -> Any:
        """Origins, the last period known at each, and how many periods ahead."""
        ...

    @property
    def history(self) -> Mapping[str, Mapping[Any, float]]:
        """The actual values by indicator and period."""
        ...

    def bands(self, indicator: str, method: str = ...) -> TableLike:
        """Columns origin, period, low_90, low_50, median, high_50, high_90, actual."""
        ...

    def pit(
        self,
        method: str = ...,
        *,
        classes: int = ...,
        horizon: int | None = ...,
        indicator: str | None = ...,
    ) -> TableLike:
        """Columns from, to, count, share, low, high."""
        ...

    def reliability(
        self, target: str | None = ..., *, method: str = ..., classes: int = ...
    ) -> TableLike:
        """Columns from, to, count, stated, happened, low, high."""
        ...


def method_name(method: str, language: str) -> str:
    """Return the name of a method in a language."""
    known = {
        "forecast": "method forecast",
        "recalibrated": "method recalibrated",
        "clipped AR(1)": "method ar1",
        "random walk with drift": "method walk",
    }
    return say(known[method], language) if method in known else method


def hedgehog(
    found: BacktestLike,
    indicator: str,
    *,
    method: str = "forecast",
    every: int | None = None,
    label: str | None = None,
    unit: str | None = None,
    language: str = "en",
    ax: Axes | None = None,
    figsize: Size | None = None,
    theme: ThemeLike = "light",
) -> Axes:
    """Draw the medians that each origin forecast as thin lines over the actual values, with the bands of some.

    Parameters
    ----------
    found
        A backtest.
    indicator
        Name of the indicator.
    method
        Whose forecasts.
    every
        Bands of every so many origins are drawn; as many as there are periods ahead unless given, so that they
        lie beside each other.
    label, unit
        What a reader sees in place of the name, and the unit of the vertical axis.
    language
        Language of words: ``"en"`` or ``"zh"``.
    ax
        Axes to draw on; a new figure unless given.
    figsize
        Width and height of a new figure in inches; or ``"slide"``, ``"page"``, ``"half page"``.
    theme
        The colours: ``"light"``, ``"dark"``, ``"grey"``, or a `tinbergen.plots.Theme`.

    Examples
    --------
    >>> import tinbergen as tb
    >>> model = tb.Model(
    ...     "rate",
    ...     "2021..2025",
    ...     indicators={
    ...         "rate": tb.Indicator(
    ...             history={2000 + k: 5 + k % 3 for k in range(21)},
    ...             equation="rate ~ 6 + 0.3 * (rate[-1] - 6)",
    ...         )
    ...     },
    ...     shocks={"rate": tb.normal(0, 1)},
    ... )
    >>> ax = tb.backtest(model, horizons=2).plot.hedgehog("rate")
    >>> ax.get_title(loc="left")
    'rate: forecasts of each origin'
    """
    table = found.bands(indicator, method)
    begin = Period(str(found.info.periods[0])) - _BEFORE
    known = {Period(str(period)): value for period, value in found.history[indicator].items()}
    actual = {period: value for period, value in known.items() if period >= begin}
    origins = [str(origin) for origin in found.info.origins]
    starts = dict(zip(origins, found.info.periods, strict=True))
    step = max(1, every if every is not None else int(found.info.horizons))
    with chart(ax, 7.2, 4.4, figsize=figsize, theme=theme) as ax:
        periods: list[Period] = list(actual)
        labelled: set[str] = set()
        for place, origin in enumerate(origins):
            rows = np.asarray(table["origin"], str) == origin
            if not rows.any():
                continue
            start = Period(str(starts[origin]))
            made = [Period(str(period)) for period in np.asarray(table["period"])[rows]]
            periods += made
            before = actual.get(start, np.nan)
            x = np.concatenate([[time_of(start)], times_of(made)])
            curves = {
                name: np.concatenate([[before], np.asarray(table[name], float)[rows]])
                for name in ("low_90", "low_50", "median", "high_50", "high_90")
            }
            if place % step == 0:
                _bands(ax, x, curves, labelled, language)
            ax.plot(
                x,
                curves["median"],
                color=look.scenarios[1],
                linewidth=look.pt(1.0),
                zorder=3,
                gid="forecast",
                label=_once(say("medians", language), labelled),
            )
        ax.plot(
            times_of(list(actual)),
            np.array(list(actual.values()), float),
            color=look.ink,
            linewidth=look.pt(1.6),
            marker="o" if len(actual) <= _FEW else "",
            markersize=look.pt(3.2),
            markeredgecolor=look.ground,
            markeredgewidth=look.pt(0.5),
            zorder=5,
            gid="actual",
            label=say("actual line", language),
        )
        title = say("hedgehog", language, name=label or indicator)
        if method != "forecast":
            title += f" · {method_name(method, language)}"
        note = semicolons(
            [
                say("actual line", language),
                say("medians", language),
                say("hedgehog bands", language),
            ],
            language,
        )
        ends = sorted(periods)
        frame_periods(ax, [ends[0], ends[-1]], title, unit, language, note=note)
    return ax


def _bands(
    ax: Axes,
    x: NDArray[np.float64],
    curves: Mapping[str, NDArray[np.float64]],
    labelled: set[str],
    language: str,
) -> None:
    for percent, color in ((90, look.fan[0]), (50, look.fan[2])):
        low, high = curves[f"low_{percent}"], curves[f"high_{percent}"]
        name = f"{percent}%" if language.startswith("zh") else f"{percent} %"
        told = _once(name, labelled)
        ax.fill_between(x, low, high, color=color, linewidth=0, zorder=2, label=told)


def _once(name: str, labelled: set[str]) -> str:
    """Return a label the first time, and one that no legend shows after that."""
    if name in labelled:
        return "_"
    labelled.add(name)
    return name
