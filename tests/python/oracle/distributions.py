"""Distributions by their kind: quantile function and mean, with SciPy."""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from scipy import stats


@dataclass
class Drawn:
    """A distribution: its quantile function of u in (0, 1), and its mean."""

    quantile: Any
    mean: float
    values: Any = None


def of_scipy(frozen):
    """Take a distribution of SciPy."""
    return Drawn(frozen.ppf, float(frozen.mean()))


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

    return Drawn(quantile, mode + skew)


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
        return Drawn(
            lambda u: np.quantile(values, u), float(np.mean((ordered[1:] + ordered[:-1]) / 2))
        )
    place = lambda u: np.minimum(np.floor(u * n).astype(int), n - 1)
    return Drawn(lambda u: ordered[place(u)], float(values.mean()), values)


DISTRIBUTIONS = {
    "normal": lambda sd, mean=0.0: Drawn(lambda u: mean + sd * stats.norm.ppf(u), mean),
    "student_t": student_t,
    "two_piece_normal": two_piece_normal,
    "lognormal": lognormal,
    "uniform": lambda min, max: of_scipy(stats.uniform(min, max - min)),
    "triangular": triangular,
    "pert": pert,
    "beta": beta,
    "gamma": lambda shape, scale: of_scipy(stats.gamma(shape, scale=scale)),
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
