"""Distributions by their kind: quantile function and mean, with SciPy."""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from scipy import integrate, stats
from scipy.special import expit


@dataclass
class Drawn:
    """A distribution: its quantile function of u in (0, 1), its mean and distribution function.

    `values` are the data in the order given, of one that is drawn from data.
    """

    quantile: Any
    mean: float
    cdf: Any = None
    values: Any = None


def of_scipy(frozen):
    """Take a distribution of SciPy."""
    return Drawn(frozen.ppf, float(frozen.mean()), frozen.cdf)


def student_t(sd, df, mean=0.0):
    return of_scipy(stats.t(df, mean, sd * np.sqrt((df - 2) / df)))


def lognormal(mean, sd):
    variance = np.log1p((sd / mean) ** 2)
    return of_scipy(stats.lognorm(np.sqrt(variance), scale=np.exp(np.log(mean) - variance / 2)))


def two_piece_normal(mode, uncertainty, skew=0.0):
    """Half-normals of sd below and above the mode with a common height there.

    With `below = uncertainty / sqrt(1 + g)` and `above = uncertainty / sqrt(1 - g)`, and
    `skew = mean - mode = sqrt(2 / pi) (above - below)`.
    """
    w = (1 + np.sqrt(1 + np.pi * (skew / uncertainty) ** 2)) / 2
    g = np.sign(skew) * np.sqrt(max(0.0, 1 - 1 / w**2))
    below, above = uncertainty / np.sqrt(1 + g), uncertainty / np.sqrt(1 - g)
    share = below / (below + above)

    def quantile(u):
        low = below * stats.norm.ppf(np.minimum(u / (2 * share), 0.5))
        high = -above * stats.norm.ppf(np.minimum((1 - u) / (2 * (1 - share)), 0.5))
        return mode + np.where(u < share, low, high)

    def cdf(x):
        low = 2 * share * stats.norm.cdf((x - mode) / below)
        high = 1 - 2 * (1 - share) * stats.norm.cdf((mode - x) / above)
        return np.where(x < mode, low, high)

    return Drawn(quantile, mode + skew, cdf)


def triangular(min, mode, max):
    return of_scipy(stats.triang((mode - min) / (max - min), min, max - min))


def beta(alpha, beta, min=0.0, max=1.0):
    return of_scipy(stats.beta(alpha, beta, min, max - min))


def pert(min, mode, max, weight=4.0):
    width = max - min
    return beta(1 + weight * (mode - min) / width, 1 + weight * (max - mode) / width, min, max)


def empirical(values, smooth=False):
    values = np.array(values, float)
    n, ordered = len(values), np.sort(values)
    if smooth:
        mean = float(np.mean((ordered[1:] + ordered[:-1]) / 2))
        cdf = lambda x: np.interp(x, ordered, np.linspace(0, 1, n))
        return Drawn(lambda u: np.quantile(values, u), mean, cdf)
    place = lambda u: np.minimum(np.floor(u * n).astype(int), n - 1)
    cdf = lambda x: np.searchsorted(ordered, x, side="right") / n
    return Drawn(lambda u: ordered[place(u)], float(values.mean()), cdf, values)


def discrete(values, probabilities):
    order = np.argsort(values)
    ordered, up_to = np.array(values)[order], np.cumsum(np.array(probabilities)[order])
    mean = float(np.dot(values, probabilities))
    place = lambda u: np.minimum(np.searchsorted(up_to, u), len(values) - 1)
    cdf = lambda x: np.append(0.0, up_to)[np.searchsorted(ordered, x, side="right")]
    return Drawn(lambda u: ordered[place(u)], mean, cdf)


def elicited(q50, min=None, max=None, **pair):
    """Give the metalog of three terms through the quantiles, between limits (Keelin 2016)."""
    levels = np.array([0.5, *(int(name[1:]) / 100 for name in pair)])
    stated = np.array([q50, *pair.values()])
    if min is not None and max is not None:
        bend, back = (
            (lambda x: np.log((x - min) / (max - x))),
            (lambda z: min + (max - min) * expit(z)),
        )
    elif min is not None:
        bend, back = (lambda x: np.log(x - min)), (lambda z: min + np.exp(z))
    elif max is not None:
        bend, back = (lambda x: -np.log(max - x)), (lambda z: max - np.exp(-z))
    else:
        bend = back = lambda x: x
    odds = lambda u: np.log(u) - np.log1p(-u)
    terms = lambda u: np.array([np.ones_like(u), odds(u), (u - 0.5) * odds(u)])
    weights = np.linalg.solve(terms(levels).T, bend(stated))
    return numeric(lambda u: back(np.tensordot(weights, terms(u), 1)))


def numeric(quantile, cdf=None):
    """Take a quantile function; the mean is its integral."""
    mean, _ = integrate.quad(lambda u: float(quantile(np.array(u))), 0, 1, epsabs=1e-13, limit=500)
    return Drawn(quantile, mean, cdf)


def truncated(min=None, max=None, **written):
    inner = read(written)
    low = 0.0 if min is None else inner.cdf(min)
    high = 1.0 if max is None else inner.cdf(max)
    return numeric(lambda u: inner.quantile(low + u * (high - low)))


def mixture(components):
    """Give the distribution whose distribution function is the weighted mean of others."""
    parts = [dict(part) for part in components]
    weights = np.array([part.pop("weight") for part in parts], float)
    weights /= weights.sum()
    drawn = [read(part) for part in parts]
    cdf = lambda x: sum(w * part.cdf(x) for w, part in zip(weights, drawn, strict=True))

    def quantile(u):
        """Find it between the quantiles of the parts."""
        ends = np.array([part.quantile(u) for part in drawn])
        low, high = ends.min(axis=0), ends.max(axis=0)
        for _ in range(200):
            middle = (low + high) / 2
            below = cdf(middle) < u
            low, high = np.where(below, middle, low), np.where(below, high, middle)
        return high

    mean = sum(w * part.mean for w, part in zip(weights, drawn, strict=True))
    return Drawn(quantile, float(mean), cdf)


DISTRIBUTIONS = {
    "normal": lambda sd, mean=0.0: of_scipy(stats.norm(mean, sd)),
    "student_t": student_t,
    "two_piece_normal": two_piece_normal,
    "lognormal": lognormal,
    "uniform": lambda min, max: of_scipy(stats.uniform(min, max - min)),
    "triangular": triangular,
    "pert": pert,
    "beta": beta,
    "gamma": lambda shape, scale: of_scipy(stats.gamma(shape, scale=scale)),
    "weibull": lambda shape, scale: of_scipy(stats.weibull_min(shape, scale=scale)),
    "elicited": elicited,
    "truncated": truncated,
    "mixture": mixture,
    "discrete": discrete,
    "poisson": lambda mean: of_scipy(stats.poisson(mean)),
    "bernoulli": lambda probability: of_scipy(stats.bernoulli(probability)),
    "empirical": empirical,
}
WORDS = {"label", "unit", "source", "assumption", "stream"}


def read(written):
    """Read a number or a distribution, as a plan writes it; a number is a distribution of one value."""
    return _read(json.dumps(written))


@cache
def _read(text):
    written = json.loads(text)
    if isinstance(written, (int, float)):
        return Drawn(lambda u: np.full(np.shape(u), float(written)), float(written))
    (kind,) = written.keys() - WORDS
    if kind == "value":
        return read(written["value"])
    return DISTRIBUTIONS[kind](**written[kind])


COUNTS = {
    "poisson": lambda u, m: stats.poisson.ppf(u, m),
    "negative_binomial": lambda u, m, d: stats.nbinom.ppf(u, 1 / d, 1 / (1 + d * np.asarray(m))),
    "binomial": lambda u, n, p: stats.binom.ppf(u, n, p),
}
