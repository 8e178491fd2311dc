"""The figures of a backtest: what every method forecast and what became of it, put together by origin."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tinbergen import _core
from tinbergen.basics.periods import Period
from tinbergen.errors import ModelError, UnknownNameError

__all__ = ["BacktestFigures", "BacktestInfo", "By", "FigureColumns", "TargetCase", "compared"]

By: TypeAlias = Literal["horizon", "indicator"] | None
FigureColumns: TypeAlias = dict[str, NDArray[Any]]
"""Columns of all figures of all methods: method, origin and indicator by their number, ordinal, horizon, actual, base, scores."""

_SMALL = 1e-300


@dataclass(frozen=True)
class TargetCase:
    """A target at one origin: its probabilities, and whether it was met.

    Parameters
    ----------
    origin
        Number of the origin.
    target
        Id of the target; ``all`` for all together.
    period
        Its period there.
    happened
        Whether it was met.
    probability
        Probability by method.
    """

    origin: int
    target: str
    period: str
    happened: bool
    probability: dict[str, float]


@dataclass(frozen=True)
class BacktestInfo:
    """How a backtest was made.

    Parameters
    ----------
    about
        What was asked for forecasts, in words.
    methods
        The forecast, the recalibrated one if asked for, and the two that stand beside.
    indicators
        Those that were scored.
    origins
        The last periods known, or days.
    periods
        The last period known at each origin.
    horizons
        How many periods ahead.
    window
        How many periods were handed over; None for all.
    paths, seed
        Of models and of the two that stand beside.
    kinds
        How each series moves, for the two that stand beside.
    scales
        Mean absolute change of each indicator from a period to the next; of the logarithm of what grows.
    vintages
        Whether the actual values have vintages.
    messages
        What could not stand beside, and why.
    """

    about: str
    methods: tuple[str, ...]
    indicators: tuple[str, ...]
    origins: tuple[str, ...]
    periods: tuple[Period, ...]
    horizons: int
    window: int | None
    paths: int
    seed: int
    kinds: dict[str, str]
    scales: dict[str, float]
    vintages: bool
    messages: tuple[str, ...]


class BacktestFigures:
    """The figures of a backtest.

    Parameters
    ----------
    info
        How it was made.
    figures
        The figures of all methods.
    """

    def __init__(self, info: BacktestInfo, figures: FigureColumns) -> None:
        self.info, self._figures = info, figures

    @cached_property
    def common(self) -> NDArray[np.bool_]:
        """Which rows are of figures that every method has and that became known."""
        figures = self._figures
        finite = np.isfinite(figures["actual"]) & np.isfinite(figures["median"])
        keys = np.stack([figures[name] for name in ("origin", "indicator", "ordinal")])
        _, number = np.unique(keys, axis=1, return_inverse=True)
        number = np.ravel(number)
        methods_of = np.bincount(number, weights=finite)
        return np.asarray((methods_of == len(self.info.methods))[number])

    def of(self, method: str) -> FigureColumns:
        """Return the columns of a method, of the figures that all methods have."""
        self._known(method)
        rows = self.common & (self._figures["method"] == self.info.methods.index(method))
        return {name: values[rows] for name, values in self._figures.items()}

    def groups(self, by: By) -> list[tuple[Any, dict[str, FigureColumns]]]:
        """Return the columns of each method, for each horizon or indicator, or all together."""
        if by not in {None, "horizon", "indicator"}:
            raise ValueError(f'by: expected "horizon" or "indicator", found {by!r}')
        whole = {method: self.of(method) for method in self.info.methods}
        if by is None:
            return [(None, whole)]
        found = []
        for number in np.unique(whole["forecast"][by]).tolist():
            parts = {
                method: {name: values[columns[by] == number] for name, values in columns.items()}
                for method, columns in whole.items()
            }
            found.append((number if by == "horizon" else self.info.indicators[number], parts))
        return found

    def scaled(self, name: str, part: FigureColumns, by: By) -> NDArray[np.float64]:
        """Return scores as shares of the level known last of what grows, of several indicators in mean changes."""
        values: NDArray[np.float64] = part[name]
        scales = part["base"]
        if by != "indicator" and len(self.info.indicators) > 1:
            changes = np.array([self.info.scales[one] for one in self.info.indicators])
            scales = scales * changes[part["indicator"]]
        if name == "log_score":
            return np.asarray(values - np.log(np.maximum(scales, _SMALL)))
        return np.asarray(values / scales)

    def by_origin(
        self, values: NDArray[np.float64], part: FigureColumns, kept: Any = None
    ) -> tuple[list[float], list[float]]:
        """Return the sums and the counts of each origin."""
        origins = part["origin"] if kept is None else part["origin"][kept]
        size = len(self.info.origins)
        sums = np.bincount(origins, weights=values, minlength=size)
        return sums.tolist(), np.bincount(origins, minlength=size).astype(float).tolist()

    def _known(self, method: str) -> None:
        if method not in self.info.methods:
            raise UnknownNameError("method", method, self.info.methods)

    def block(self, horizon: int) -> int:
        """Return how many neighbouring origins look at the same periods: the length of blocks."""
        ordinals = [period.ordinal for period in self.info.periods]
        return max(sum(1 for k in ordinals if first <= k < first + horizon) for first in ordinals)


def compared(
    own: tuple[list[float], list[float]], other: tuple[list[float], list[float]], block: int
) -> tuple[float, float]:
    """Compute the statistic and p-value of Diebold and Mariano, of sums and counts of losses by origin."""
    counts = np.array(own[1])
    kept = counts > 0
    first, second = (np.array(sums[0])[kept] / counts[kept] for sums in (own, other))
    try:
        _, _, statistic, p_value = _core.diebold_mariano(first, second, block)
    except ModelError:  # too few origins
        return np.nan, np.nan
    return statistic, p_value
