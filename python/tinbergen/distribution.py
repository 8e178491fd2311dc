"""Distributions of what is uncertain.

A distribution is a small frozen value. Its parameters are checked by the compiler of the model,
which reports all mistakes at once; ``sd`` is always the standard deviation of what is drawn.

The lower-case names read like a formula in a model: ``tb.normal(0, 0.02)``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any, ClassVar

from tinbergen.values import floats, number, numbers

__all__ = [
    "Bernoulli",
    "Beta",
    "Component",
    "Discrete",
    "Distribution",
    "Elicited",
    "Empirical",
    "Gamma",
    "Lognormal",
    "Mixture",
    "Normal",
    "Pert",
    "Poisson",
    "StudentT",
    "Triangular",
    "Truncated",
    "TwoPieceNormal",
    "Uniform",
    "Weibull",
    "bernoulli",
    "beta",
    "discrete",
    "elicited",
    "empirical",
    "gamma",
    "lognormal",
    "mixture",
    "normal",
    "pert",
    "poisson",
    "student_t",
    "triangular",
    "truncated",
    "two_piece_normal",
    "uniform",
    "weibull",
]


@dataclass(frozen=True, slots=True)
class Distribution:
    """What all distributions have in common: a kind, the key under which a plan file has it."""

    kind: ClassVar[str]

    def __post_init__(self) -> None:
        floats(self)

    def written(self) -> dict[str, Any]:
        """Write it as a plan file has it, without what is not given.

        Examples
        --------
        >>> elicited(q50=2.6, q10=2.2, q90=3.4).written()
        {'elicited': {'q50': 2.6, 'q10': 2.2, 'q90': 3.4}}
        """
        return {self.kind: self._parameters()}

    def _parameters(self) -> dict[str, Any]:
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        plain = {k: list(v) if isinstance(v, tuple) else v for k, v in values.items()}
        return {key: value for key, value in plain.items() if value is not None}

    @classmethod
    def _of(cls, parameters: dict[str, Any]) -> Distribution:
        return cls(**parameters)

    @staticmethod
    def take(table: dict[str, Any]) -> Distribution | None:
        """Take the distribution, if there is one, out of its written form.

        Examples
        --------
        >>> table = {"normal": {"mean": 0, "sd": 1}, "source": "plan 1.1"}
        >>> Distribution.take(table), table
        (Normal(mean=0.0, sd=1.0), {'source': 'plan 1.1'})
        """
        for key in table.keys() & _KINDS.keys():
            return _KINDS[key]._of(dict(table.pop(key)))
        return None


@dataclass(frozen=True, slots=True)
class Normal(Distribution):
    """Normal with a mean and a standard deviation.

    Examples
    --------
    >>> normal(0.075, 0.012)
    Normal(mean=0.075, sd=0.012)
    """

    kind: ClassVar[str] = "normal"
    mean: float
    sd: float


@dataclass(frozen=True, slots=True)
class StudentT(Distribution):
    """Student's t, shifted and scaled so that `sd` is its standard deviation.

    Parameters
    ----------
    mean
        Its mean.
    sd
        Standard deviation of what is drawn.
    df
        Degrees of freedom, more than 2.

    Examples
    --------
    >>> student_t(0, 0.01, df=5)
    StudentT(mean=0.0, sd=0.01, df=5.0)
    """

    kind: ClassVar[str] = "student_t"
    mean: float
    sd: float
    df: float


@dataclass(frozen=True, slots=True)
class TwoPieceNormal(Distribution):
    """Two-piece normal as the Bank of England states it.

    Parameters
    ----------
    mode
        The most likely value.
    uncertainty
        The Bank's uncertainty parameter: the standard deviation when `skew` is 0.
    skew
        Mean minus mode.

    Examples
    --------
    >>> two_piece_normal(0, 0.02, skew=-0.005)
    TwoPieceNormal(mode=0.0, uncertainty=0.02, skew=-0.005)
    """

    kind: ClassVar[str] = "two_piece_normal"
    mode: float
    uncertainty: float
    skew: float = 0.0


@dataclass(frozen=True, slots=True)
class Lognormal(Distribution):
    """Log-normal, by the mean and standard deviation of what is drawn (not of its logarithm).

    Examples
    --------
    >>> lognormal(100, 15)
    Lognormal(mean=100.0, sd=15.0)
    """

    kind: ClassVar[str] = "lognormal"
    mean: float
    sd: float


@dataclass(frozen=True, slots=True)
class Uniform(Distribution):
    """Uniform between two limits.

    Examples
    --------
    >>> uniform(2.2, 2.88)
    Uniform(min=2.2, max=2.88)
    """

    kind: ClassVar[str] = "uniform"
    min: float
    max: float


@dataclass(frozen=True, slots=True)
class Triangular(Distribution):
    """Triangular between two limits, with its mode.

    Examples
    --------
    >>> triangular(1, 2, 4)
    Triangular(min=1.0, mode=2.0, max=4.0)
    """

    kind: ClassVar[str] = "triangular"
    min: float
    mode: float
    max: float


@dataclass(frozen=True, slots=True)
class Pert(Distribution):
    """PERT: a beta distribution stated by its limits and its mode.

    Parameters
    ----------
    min, mode, max
        The limits and the most likely value.
    weight
        How much the mode weighs: mean = (min + weight * mode + max) / (weight + 2).

    Examples
    --------
    >>> pert(1, 2, 4)
    Pert(min=1.0, mode=2.0, max=4.0, weight=4.0)
    """

    kind: ClassVar[str] = "pert"
    min: float
    mode: float
    max: float
    weight: float = 4.0


@dataclass(frozen=True, slots=True)
class Beta(Distribution):
    """Beta between two limits.

    Parameters
    ----------
    alpha, beta
        The two shapes, more than 0.
    min, max
        The limits.

    Examples
    --------
    >>> beta(2, 5)
    Beta(alpha=2.0, beta=5.0, min=0.0, max=1.0)
    """

    kind: ClassVar[str] = "beta"
    alpha: float
    beta: float
    min: float = 0.0
    max: float = 1.0


@dataclass(frozen=True, slots=True)
class Gamma(Distribution):
    """Gamma by shape and scale; its mean is shape x scale.

    Examples
    --------
    >>> gamma(2, 1.5)
    Gamma(shape=2.0, scale=1.5)
    """

    kind: ClassVar[str] = "gamma"
    shape: float
    scale: float


@dataclass(frozen=True, slots=True)
class Weibull(Distribution):
    """Weibull by shape and scale, for durations: P(X > x) = exp(-(x / scale) ** shape).

    Parameters
    ----------
    shape
        Below 1 the risk of an end falls with time, at 1 it is constant, above 1 it grows.
    scale
        63.2 % of what is drawn lies below it.

    Examples
    --------
    >>> weibull(1.5, 10)
    Weibull(shape=1.5, scale=10.0)
    """

    kind: ClassVar[str] = "weibull"
    shape: float
    scale: float


@dataclass(frozen=True, slots=True)
class Poisson(Distribution):
    """Poisson with a mean.

    Examples
    --------
    >>> poisson(70)
    Poisson(mean=70.0)
    """

    kind: ClassVar[str] = "poisson"
    mean: float


@dataclass(frozen=True, slots=True)
class Bernoulli(Distribution):
    """1 with a probability, else 0.

    Examples
    --------
    >>> bernoulli(0.2)
    Bernoulli(probability=0.2)
    """

    kind: ClassVar[str] = "bernoulli"
    probability: float


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
    >>> truncated(normal(0.02, 0.05), min=0).written()
    {'truncated': {'normal': {'mean': 0.02, 'sd': 0.05}, 'min': 0.0}}
    """

    kind: ClassVar[str] = "truncated"
    distribution: Distribution
    min: float | None = None
    max: float | None = None

    def _parameters(self) -> dict[str, Any]:
        limits = {"min": self.min, "max": self.max}
        given = {key: limit for key, limit in limits.items() if limit is not None}
        return {**self.distribution.written(), **given}

    @classmethod
    def _of(cls, parameters: dict[str, Any]) -> Distribution:
        distribution = Distribution.take(parameters)
        return cls(**parameters) if distribution is None else cls(distribution, **parameters)


@dataclass(frozen=True, slots=True)
class Component:
    """A distribution with its weight in a mixture."""

    weight: float
    distribution: Distribution

    def __post_init__(self) -> None:
        object.__setattr__(self, "weight", number(self.weight))


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
    >>> growth = mixture([(0.9, normal(0.02, 0.01)), (0.1, normal(-0.06, 0.03))])
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

    def _parameters(self) -> dict[str, Any]:
        parts = (part for part in self.components if isinstance(part, Component))
        return {
            "components": [{"weight": part.weight, **part.distribution.written()} for part in parts]
        }

    @classmethod
    def _of(cls, parameters: dict[str, Any]) -> Distribution:
        components = []
        for table in map(dict, parameters["components"]):
            distribution = Distribution.take(table)
            given = table if distribution is None else {"distribution": distribution, **table}
            components.append(Component(**given))
        return cls(components)


# Of a class with slots and the one that it was made from, the latter comes first.
_KINDS: dict[str, type[Distribution]] = {kind.kind: kind for kind in Distribution.__subclasses__()}

normal = Normal
student_t = StudentT
two_piece_normal = TwoPieceNormal
lognormal = Lognormal
uniform = Uniform
triangular = Triangular
pert = Pert
beta = Beta
gamma = Gamma
weibull = Weibull
poisson = Poisson
bernoulli = Bernoulli
empirical = Empirical
discrete = Discrete
elicited = Elicited
truncated = Truncated
mixture = Mixture
