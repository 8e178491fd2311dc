"""Distributions made of data, of judgement, and of other distributions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from tinbergen.written.distribution import Distribution
from tinbergen.written.of_scipy import drawn
from tinbergen.written.values import Written, floats, number, numbers

__all__ = [
    "Component",
    "Discrete",
    "Elicited",
    "Empirical",
    "Mixture",
    "Truncated",
    "discrete",
    "elicited",
    "empirical",
    "mixture",
    "truncated",
]


@dataclass(frozen=True, slots=True)
class Empirical(Distribution):
    """Drawn from data, each value equally likely, or from a smoothed version of it.

    Parameters
    ----------
    values
        The data, in any order: a list, an array, a pandas or polars Series.
    smooth
        Draw from the piecewise linear quantile function through the sorted data (type 7) instead
        of the data themselves.

    Examples
    --------
    >>> empirical([0.02, 0.07, 0.065])
    Empirical(values=(0.02, 0.07, 0.065), smooth=False)
    """

    kind: ClassVar[str] = "empirical"
    values: Iterable[float]
    smooth: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", numbers(self.values))


@dataclass(frozen=True, slots=True)
class Discrete(Distribution):
    """A few values, each with its probability.

    Parameters
    ----------
    values
        The values, in any order.
    probabilities
        The probability of each; together 1.

    Examples
    --------
    >>> discrete([0.02, 0.05], [0.7, 0.3])
    Discrete(values=(0.02, 0.05), probabilities=(0.7, 0.3))
    """

    kind: ClassVar[str] = "discrete"
    values: Iterable[float]
    probabilities: Iterable[float]

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", numbers(self.values))
        object.__setattr__(self, "probabilities", numbers(self.probabilities))


@dataclass(frozen=True, slots=True)
class Elicited(Distribution):
    """From the quantiles that a person states: the median and one pair around it.

    It is the metalog distribution of three terms through them (Keelin 2016), between limits where
    such are given.

    Parameters
    ----------
    q50
        The median: even odds of less and of more.
    q10, q90
        One chance in ten of less, one in ten of more.
    q05, q95
        Instead: one chance in twenty.
    q25, q75
        Instead: one chance in four.
    min, max
        Nothing is below, nothing above; no limit unless given.

    Examples
    --------
    >>> elicited(q10=2.2, q50=2.6, q90=3.4).written()
    {'elicited': {'q50': 2.6, 'q10': 2.2, 'q90': 3.4}}
    """

    kind: ClassVar[str] = "elicited"
    q50: float
    q10: float | None = None
    q90: float | None = None
    q05: float | None = None
    q95: float | None = None
    q25: float | None = None
    q75: float | None = None
    min: float | None = None
    max: float | None = None


@dataclass(frozen=True, slots=True)
class Truncated(Distribution):
    """Another distribution, given that what it draws lies between limits.

    Parameters
    ----------
    distribution
        What is cut; it has a density.
    min, max
        Nothing below and nothing above is drawn; one of them or both.

    Examples
    --------
    >>> import tinbergen as tb
    >>> truncated(tb.normal(0.02, 0.05), min=0).written()
    {'truncated': {'normal': {'mean': 0.02, 'sd': 0.05}, 'min': 0.0}}
    """

    kind: ClassVar[str] = "truncated"
    distribution: Distribution
    min: float | None = None
    max: float | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "distribution", drawn(self.distribution))
        floats(self)

    def _parameters(self) -> Written:
        limits = {"min": self.min, "max": self.max}
        given = {key: limit for key, limit in limits.items() if limit is not None}
        return {**self.distribution.written(), **given}

    @classmethod
    def _of(cls, parameters: Written) -> Distribution:
        distribution = Distribution.take(parameters)
        return cls(**parameters) if distribution is None else cls(distribution, **parameters)


@dataclass(frozen=True, slots=True)
class Component:
    """A distribution with its weight in a mixture."""

    weight: float
    distribution: Distribution

    def __post_init__(self) -> None:
        object.__setattr__(self, "weight", number(self.weight))
        object.__setattr__(self, "distribution", drawn(self.distribution))


@dataclass(frozen=True, slots=True)
class Mixture(Distribution):
    """One of several distributions, each with its weight.

    Parameters
    ----------
    components
        Pairs of a weight and a distribution; the share of a weight in their sum is the probability
        of drawing from its distribution.

    Examples
    --------
    >>> import tinbergen as tb
    >>> growth = mixture([(0.9, tb.normal(0.02, 0.01)), (0.1, tb.normal(-0.06, 0.03))])
    >>> growth.components[1]
    Component(weight=0.1, distribution=Normal(mean=-0.06, sd=0.03))
    """

    kind: ClassVar[str] = "mixture"
    components: Sequence[Component | tuple[float, Distribution]]

    def __post_init__(self) -> None:
        made = (
            part if isinstance(part, Component) else Component(*part) for part in self.components
        )
        object.__setattr__(self, "components", tuple(made))

    def _parameters(self) -> Written:
        parts = (part for part in self.components if isinstance(part, Component))
        return {
            "components": [{"weight": part.weight, **part.distribution.written()} for part in parts]
        }

    @classmethod
    def _of(cls, parameters: Written) -> Distribution:
        components = []
        for table in map(dict, parameters["components"]):
            distribution = Distribution.take(table)
            given = table if distribution is None else {"distribution": distribution, **table}
            components.append(Component(**given))
        return cls(components)


empirical = Empirical
discrete = Discrete
elicited = Elicited
truncated = Truncated
mixture = Mixture
