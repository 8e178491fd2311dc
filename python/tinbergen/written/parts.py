"""The parts of a model: indicators, parameters, shocks, events, levers, links."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from typing import Any, Literal

from tinbergen.basics.mapping import Names, Series
from tinbergen.basics.periods import Period, PeriodLike
from tinbergen.errors import wrong_type
from tinbergen.written.data import Data
from tinbergen.written.distribution import Distribution
from tinbergen.written.of_scipy import drawn
from tinbergen.written.process import Process
from tinbergen.written.quantity import Quantity, QuantityLike, quantity
from tinbergen.written.values import Label, Term, label, label_text, number

__all__ = [
    "Event",
    "Indicator",
    "Labelled",
    "Lever",
    "Link",
    "Parameter",
    "Shock",
    "Stream",
]


class Labelled:
    """A part with a label, in one language or in several."""

    __slots__ = ()
    label: Label | None

    def text(self, language: str = "en") -> str | None:
        """Return the label in a language, else in the first there is; None without a label.

        Examples
        --------
        >>> Indicator(label={"en": "GDP", "zh": "地区生产总值"}).text("zh")
        '地区生产总值'
        """
        return label_text(self.label, language)


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator(Labelled):
    """A named series with a unit.

    It has a process, or an equation, or neither: then it is known from its history alone, or set
    by every scenario.

    Parameters
    ----------
    label
        What a reader sees: a text, or one for each language.
    unit
        Its unit, in words: ``"CNY 100 million"``.
    prices
        For money: ``"current"`` or ``"constant 2020"``.
    equation
        ``"y = ..."`` (identity: exact in every path) or ``"y ~ ..."`` (behavioural: with a shock, in
        the space of the left side; ``"dlog(y) ~ ... in levels"``: added to ``y`` itself). One that
        cannot be solved for its indicator, as ``"y + log(y) = x"``, is implicit: its indicator is
        found by Newton's method.
    process
        A short form for an equation, such as ``tb.process.growth("trend_growth")``.
    source
        The page or section it is from.
    assumption
        Why it is modelled so, when no source says it.
    history
        Known values by period: a mapping or a pandas Series; the last one is the jump-off. A value
        may be a distribution.
    add_factors
        What is added to the right side of its equation in single periods, in every scenario, in
        the space of the left side.

    Examples
    --------
    >>> gdp = Indicator(
    ...     unit="CNY 100 million", history={2020: 1008.5}, equation="gdp ~ gdp[-1]"
    ... )
    >>> gdp.history["2020"]
    1008.5
    """

    label: Label | None = None
    unit: str | None = None
    prices: str | None = None
    equation: str | None = None
    process: Process | None = None
    source: str | None = None
    assumption: str | None = None
    history: Mapping[Any, QuantityLike] = field(default_factory=Series[QuantityLike])
    add_factors: Mapping[Any, float] = field(default_factory=Series[float])

    def __post_init__(self) -> None:
        object.__setattr__(self, "label", label(self.label))
        series = Series[QuantityLike](_known(self.history), "history")
        plain = {
            period: value if type(value) is float else _of_period(period, value)
            for period, value in series._items.items()
        }
        object.__setattr__(self, "history", Series(plain))
        factors = Series[float](self.add_factors, "add_factors")
        plain_factors = {period: number(value) for period, value in factors._items.items()}
        object.__setattr__(self, "add_factors", Series(plain_factors))


def _of_period(period: Period, value: QuantityLike) -> QuantityLike:
    try:
        return quantity(value)
    except TypeError as error:
        raise TypeError(f"history[{period}]: {error}") from None


@dataclass(frozen=True, slots=True)
class Parameter(Labelled):
    """A number that equations use: fixed, or drawn once per path.

    Parameters
    ----------
    value
        The number or the distribution, also one of SciPy (`scipy.stats.norm(0, 1)`).
    label, unit
        What a reader sees.
    source
        The page or section it stands on.
    assumption
        Why it was assumed, when no source has it.

    Examples
    --------
    >>> Parameter(0.05, source="judgement").value
    0.05
    """

    value: float | Distribution
    _: KW_ONLY
    label: Label | None = None
    unit: str | None = None
    source: str | None = None
    assumption: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", drawn(self.value))
        object.__setattr__(self, "label", label(self.label))

    @staticmethod
    def of(value: Parameter | QuantityLike) -> Parameter:
        """Make a parameter of a number, a distribution or a quantity."""
        if isinstance(value, Parameter):
            return value
        if isinstance(value, Quantity):
            return Parameter(value.value, source=value.source, assumption=value.assumption)
        return Parameter(value)


@dataclass(frozen=True, slots=True)
class Shock(Labelled):
    """A random term, drawn per path and period.

    Parameters
    ----------
    distribution
        What it is drawn from, also one of SciPy (`scipy.stats.norm(0, 1)`).
    label
        What a reader sees.
    stream
        Name of the stream of its random numbers; its own unless given. Shocks of one stream are
        drawn from the same random numbers: with empirical distributions of as many values each,
        the same place in all of them.
    source
        The page or section it is from.
    assumption
        Why it was assumed, when no source has it.

    Examples
    --------
    >>> from tinbergen import normal
    >>> Shock(normal(0, 0.02)).distribution.sd
    0.02
    """

    distribution: Distribution
    _: KW_ONLY
    label: Label | None = None
    stream: str | None = None
    source: str | None = None
    assumption: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "distribution", drawn(self.distribution))
        if not isinstance(self.distribution, Distribution):
            raise wrong_type("distribution", "one such as tb.normal(0, 0.02)", self.distribution)
        object.__setattr__(self, "label", label(self.label))

    @staticmethod
    def of(value: Shock | Distribution) -> Shock:
        """Make a shock of a distribution."""
        return value if isinstance(value, Shock) else Shock(value)


@dataclass(frozen=True, slots=True)
class Stream:
    """Blocks of periods that the shocks of one stream draw together.

    Parameters
    ----------
    blocks
        ``"moving"``: all of one length, beginning anywhere where a whole one fits (Kuensch 1989);
        ``"stationary"``: of random length, beginning anywhere, the first value after the last
        (Politis and Romano 1994).
    length
        Periods of a block: exactly, or on average.
    source
        The page or section it is from.
    assumption
        Why it was assumed, when no source has it.

    Examples
    --------
    >>> Stream("stationary", 8).length
    8.0
    """

    blocks: Literal["moving", "stationary"]
    length: float
    _: KW_ONLY
    source: str | None = None
    assumption: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "length", float(self.length))


@dataclass(frozen=True, slots=True)
class Event(Labelled):
    """An event risk: it may begin in any period, and while it lasts it adds to shocks.

    Parameters
    ----------
    probability
        Probability that it begins in a period in which it may: a number from 0 to 1, or an
        expression in parameters. A path in which that is not from 0 to 1 fails.
    size
        What it adds to each named shock while it lasts; drawn when it begins.
    duration
        How many periods it lasts: a whole number of at least 1, or a distribution, of which what is
        drawn when it begins is rounded. A path in which that is less than 1 fails.
    overlap
        May it begin again while it lasts? Sizes then add up.
    label
        What a reader sees.
    source
        The page or section it is from.
    assumption
        Why it was assumed, when no source has it.

    Examples
    --------
    >>> from tinbergen import normal
    >>> Event(0.03, size={"demand": normal(-0.04, 0.01)}).duration
    1.0
    """

    probability: Term
    _: KW_ONLY
    size: Mapping[str, QuantityLike]
    duration: QuantityLike = 1.0
    overlap: bool = False
    label: Label | None = None
    source: str | None = None
    assumption: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "probability", number(self.probability))
        object.__setattr__(self, "label", label(self.label))
        object.__setattr__(self, "duration", quantity(self.duration))
        sizes = {shock: quantity(size) for shock, size in self.size.items()}
        object.__setattr__(self, "size", Names("shock", sizes))


@dataclass(frozen=True, slots=True)
class Lever(Labelled):
    """A parameter that a decision-maker can move, with a range and a cost.

    Parameters
    ----------
    parameter
        The parameter it moves; of an uncertain one the mean, and the spread stays as it is.
    range
        The lowest and the highest setting.
    step
        The smallest step, when settings are not continuous.
    cost
        Cost of one unit of the parameter, or an expression in the setting ``x``; counted from where
        the parameter stands.
    label
        What a reader sees.
    source
        The page or section it is from.
    assumption
        Why it was assumed, when no source has it.

    Examples
    --------
    >>> Lever("rd_drift", range=(0, 0.1), cost=120).range
    (0.0, 0.1)
    """

    parameter: str
    _: KW_ONLY
    range: Sequence[float]
    step: float | None = None
    cost: Term | None = None
    label: Label | None = None
    source: str | None = None
    assumption: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "range", tuple(number(limit) for limit in self.range))
        object.__setattr__(self, "step", number(self.step))
        object.__setattr__(self, "cost", number(self.cost))
        object.__setattr__(self, "label", label(self.label))


@dataclass(frozen=True, slots=True)
class Link(Labelled):
    """A series break: from a period on, indicators are published on a new basis.

    The model stays on the basis of its histories; a figure on the new basis is that of the model
    times a factor.

    Parameters
    ----------
    since
        The first period that is published on the new basis.
    factors
        For each indicator that is published on the new basis its factor, new figure / old figure: a
        number, a distribution where the overlap is not known, or an expression in parameters.
    basis
        What actual values call the new basis; the name of the link unless given.
    label
        What a reader sees.
    source
        The page or section it is from.
    assumption
        Why it was assumed, when no source has it.

    Examples
    --------
    >>> from tinbergen import normal
    >>> link = Link(2021, factors={"gdp": normal(1.06, 0.02)}, basis="new boundary")
    >>> link.factors["gdp"].mean
    1.06
    """

    since: PeriodLike
    _: KW_ONLY
    factors: Mapping[str, QuantityLike | str]
    basis: str | None = None
    label: Label | None = None
    source: str | None = None
    assumption: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "since", Period(self.since))
        object.__setattr__(self, "label", label(self.label))
        read = {
            name: factor if isinstance(factor, str) else quantity(factor)
            for name, factor in self.factors.items()
        }
        object.__setattr__(self, "factors", Names("indicator", read))


def _known(history: Any) -> Any:
    """Read numbers of a pandas Series as a table: dates become periods, what is missing is left out."""
    dtype = getattr(history, "dtype", None)
    dated = hasattr(history, "to_frame") and hasattr(history, "index")  # that of polars is not
    if dated and getattr(dtype, "kind", "") in "fiu":
        if all(isinstance(place, int) and 0 <= place < 1000 for place in history.index):
            return history  # numbered, and not dated: its own error says so
        return Data(history.to_frame("history"))["history"]
    return history
