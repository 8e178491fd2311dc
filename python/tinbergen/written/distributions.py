"""Distributions by their parameters; in lower case they read like a formula: ``tb.normal(0, 0.02)``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tinbergen.written.distribution import Distribution

__all__ = [
    "Bernoulli",
    "Beta",
    "Gamma",
    "Lognormal",
    "Normal",
    "Pert",
    "Poisson",
    "StudentT",
    "Triangular",
    "TwoPieceNormal",
    "Uniform",
    "Weibull",
    "bernoulli",
    "beta",
    "gamma",
    "lognormal",
    "normal",
    "pert",
    "poisson",
    "student_t",
    "triangular",
    "two_piece_normal",
    "uniform",
    "weibull",
]


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
