"""Processes: short forms that stand for an equation.

Each says below which equation it stands for, with ``e`` for the shock. A process takes the shock
of the indicator's own name unless `shock` names another. A *term* is a number, or an expression
such as the name of a parameter.

The lower-case names read like a formula in a model: ``tb.process.growth("trend")``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, TypeAlias

from tinbergen.basics.mapping import Series
from tinbergen.basics.periods import Period, PeriodLike
from tinbergen.written.quantity import QuantityLike, quantity
from tinbergen.written.values import Term, floats, number

__all__ = [
    "Change",
    "Count",
    "Growth",
    "Level",
    "Path",
    "Process",
    "Share",
    "Sinusoid",
    "Stock",
    "TrendTo",
    "change",
    "count",
    "growth",
    "level",
    "path",
    "share",
    "sinusoid",
    "stock",
    "trend_to",
]


@dataclass(frozen=True, slots=True)
class Growth:
    """Growth around a mean: ``dlog(x) ~ mean + persistence * (dlog(x[-1]) - mean)``.

    Parameters
    ----------
    mean
        Mean log growth per period.
    persistence
        How much of a deviation of growth from its mean is still there a period later.
    start
        Log growth in the jump-off period, when the history is too short to give it; the mean
        unless given.
    spread
        What the shock is multiplied by: uncertainty of its size, drawn once per path; 1 unless given.
    loading, factor
        The name of a further shock that several indicators share, and what it is multiplied by.
    shock
        Name of the shock; that of the indicator unless given.

    Examples
    --------
    >>> growth("trend_growth", persistence=0.5, shock="demand").persistence
    0.5
    """

    kind: ClassVar[str] = "growth"
    mean: Term
    persistence: Term = 0.0
    start: QuantityLike | None = None
    spread: Term | None = None
    loading: Term | None = None
    factor: str | None = None
    shock: str | None = None

    def __post_init__(self) -> None:
        floats(self)
        object.__setattr__(self, "start", quantity(self.start))


@dataclass(frozen=True, slots=True)
class Change:
    """The same in differences: ``diff(x) ~ mean + persistence * (diff(x[-1]) - mean)``.

    Parameters
    ----------
    mean
        Mean change per period, in the unit of the indicator.
    persistence
        How much of a deviation of the change from its mean is still there a period later.
    start
        Change in the jump-off period, when the history is too short to give it; the mean unless
        given.
    spread
        What the shock is multiplied by: uncertainty of its size, drawn once per path; 1 unless given.
    loading, factor
        The name of a further shock that several indicators share, and what it is multiplied by.
    shock
        Name of the shock; that of the indicator unless given.

    Examples
    --------
    >>> change(0.8).mean
    0.8
    """

    kind: ClassVar[str] = "change"
    mean: Term
    persistence: Term = 0.0
    start: QuantityLike | None = None
    spread: Term | None = None
    loading: Term | None = None
    factor: str | None = None
    shock: str | None = None

    def __post_init__(self) -> None:
        floats(self)
        object.__setattr__(self, "start", quantity(self.start))


@dataclass(frozen=True, slots=True)
class Level:
    """A level that returns to its mean: ``x ~ mean + persistence * (x[-1] - mean)``.

    Parameters
    ----------
    mean
        The level it returns to, in the unit of the indicator.
    persistence
        How much of a deviation is still there a period later.
    momentum
        How much of the change in the period before comes again: plus ``momentum * diff(x[-1])``.
    spread
        What the shock is multiplied by: uncertainty of its size, drawn once per path; 1 unless given.
    loading, factor
        The name of a further shock that several indicators share, and what it is multiplied by.
    shock
        Name of the shock; that of the indicator unless given.

    Examples
    --------
    >>> level(95, persistence=0.7).mean
    95.0
    """

    kind: ClassVar[str] = "level"
    mean: Term
    persistence: Term = 0.0
    momentum: Term = 0.0
    spread: Term | None = None
    loading: Term | None = None
    factor: str | None = None
    shock: str | None = None

    def __post_init__(self) -> None:
        floats(self)


@dataclass(frozen=True, slots=True)
class Share:
    """A share that stays between two limits.

    With ``s = logit((x - lower) / (upper - lower))``:
    ``diff(s) ~ drift + persistence * (diff(s[-1]) - drift)``.

    Parameters
    ----------
    drift
        Mean change per period on the logit scale.
    persistence
        How much of a deviation of the change from the drift is still there a period later.
    mean, pull
        The share it returns to, between the limits, and how much of the distance to it on the logit
        scale is made up in a period: plus ``pull * (logit of the mean - s[-1])``.
    lower, upper
        The limits, never reached; `upper` is 100 for a share in percent.
    start
        Change on the logit scale in the jump-off period, when the history is too short to give
        it; the drift unless given.
    spread
        What the shock is multiplied by: uncertainty of its size, drawn once per path; 1 unless given.
    loading, factor
        The name of a further shock that several indicators share, and what it is multiplied by.
    shock
        Name of the shock; that of the indicator unless given.

    Examples
    --------
    >>> share("rd_drift", upper=100).upper
    100.0
    """

    kind: ClassVar[str] = "share"
    drift: Term = 0.0
    persistence: Term = 0.0
    mean: Term | None = None
    pull: Term = 0.0
    lower: float = 0.0
    upper: float = 1.0
    start: QuantityLike | None = None
    spread: Term | None = None
    loading: Term | None = None
    factor: str | None = None
    shock: str | None = None

    def __post_init__(self) -> None:
        floats(self)
        object.__setattr__(self, "start", quantity(self.start))


@dataclass(frozen=True, slots=True)
class Stock:
    """A stock: ``x = (1 - depreciation) * x[-1] + inflow``, with ``~`` when it has a shock.

    Parameters
    ----------
    depreciation
        Share of the stock that goes each period.
    inflow
        What comes in each period, in the unit of the indicator.
    shock
        Name of the shock; none unless given or declared under the indicator's name.

    Examples
    --------
    >>> stock(0.05, "investment").inflow
    'investment'
    """

    kind: ClassVar[str] = "stock"
    depreciation: Term
    inflow: Term
    shock: str | None = None

    def __post_init__(self) -> None:
        floats(self)


@dataclass(frozen=True, slots=True)
class Count:
    """A number of units that come and go at random.

    ``x ~ x[-1] + poisson(arrivals) - binomial(x[-1], departures)``, or with
    ``negative_binomial(arrivals, dispersion)`` when a dispersion is given.

    Parameters
    ----------
    arrivals
        Mean number of arrivals per period.
    departures
        Probability that a unit leaves within a period.
    dispersion
        Variance of arrivals = mean + dispersion * mean^2; Poisson unless given.

    Examples
    --------
    >>> count(70, departures=0.03).departures
    0.03
    """

    kind: ClassVar[str] = "count"
    arrivals: Term
    departures: Term = 0.0
    dispersion: Term | None = None

    def __post_init__(self) -> None:
        floats(self)


@dataclass(frozen=True, slots=True)
class TrendTo:
    """A glide in equal steps to a value reached in a given period and constant from then on.

    ``x ~ x[-1] + (value - x[-1]) / max("by" - period + 1, 1)``

    Parameters
    ----------
    value
        The value to reach, in the unit of the indicator.
    by
        The period in which it is reached.
    shock
        Name of the shock; none unless given or declared under the indicator's name.

    Examples
    --------
    >>> trend_to(100, by=2030).by
    Period('2030')
    """

    kind: ClassVar[str] = "trend_to"
    value: Term
    by: PeriodLike
    shock: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", number(self.value))
        object.__setattr__(self, "by", Period(self.by))


@dataclass(frozen=True, slots=True)
class Path:
    """Given values: ``x = path``, with ``~`` when it has a shock.

    Parameters
    ----------
    values
        The value of each period of the span: a mapping or a pandas Series.
    shock
        Name of the shock; none unless given or declared under the indicator's name.

    Examples
    --------
    >>> path({2021: 1.0, 2022: 1.1}).values[2022]
    1.1
    """

    kind: ClassVar[str] = "path"
    values: Mapping[Any, QuantityLike]
    shock: str | None = None

    def __post_init__(self) -> None:
        series = Series[QuantityLike](self.values, "values")
        plain = {period: quantity(value) for period, value in series.items()}
        object.__setattr__(self, "values", Series(plain))


@dataclass(frozen=True, slots=True)
class Sinusoid:
    """A cycle around a mean, such as a business or a seasonal cycle.

    With ``c = mean + amplitude * cos(2 pi * (period - "peak") / length)``:
    ``x = c + persistence * (x[-1] - lag(c, 1))``, with ``~`` when it has a shock.

    Parameters
    ----------
    mean
        The level it swings around, in the unit of the indicator.
    amplitude
        How far it swings to either side, in the unit of the indicator.
    length
        How many periods a full cycle takes, from one peak to the next.
    peak
        A period in which it is at its peak.
    persistence
        How much of a deviation from the cycle is still there a period later.
    shock
        Name of the shock; none unless given or declared under the indicator's name.

    Examples
    --------
    >>> sinusoid("potential", 2.5, length=8, peak=2021).peak
    Period('2021')
    """

    kind: ClassVar[str] = "sinusoid"
    mean: Term
    amplitude: Term
    length: Term
    peak: PeriodLike
    persistence: Term = 0.0
    shock: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "peak", Period(self.peak))
        floats(self)


Process: TypeAlias = Growth | Change | Level | Share | Stock | Count | TrendTo | Path | Sinusoid

growth = Growth
change = Change
level = Level
share = Share
stock = Stock
count = Count
trend_to = TrendTo
path = Path
sinusoid = Sinusoid
