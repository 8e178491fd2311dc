"""The plan of W1 and W2 in numbers, and as the library runs it."""

from dataclasses import dataclass, replace

import numpy as np

import tinbergen as tb
from workloads.common import LEVELS, fan_of

K, GROWING = 12, 8
PHI = np.array([0.8 * k / 11 for k in range(K)])
LOGITS = np.array([-0.5, 0.0, 0.5])
START = np.concatenate([100.0 + 10 * np.arange(GROWING), 1 / (1 + np.exp(-LOGITS)), [250.0]])
CORRELATION = np.array(
    [[1.0 if i == j else 0.5 * 0.6 ** abs(i - j) + 0.1 for j in range(K)] for i in range(K)]
)
FACTOR = np.linalg.cholesky(CORRELATION)
NAMES = [f"x{k}" for k in range(K)]


@dataclass(frozen=True)
class Case:
    """Numbers of the plan."""

    periods: str
    before: str
    years: int
    paths: int
    mu: np.ndarray
    tau: np.ndarray
    sigma: np.ndarray
    depreciation: float
    saving: float


def annual(paths: int = 100_000) -> Case:
    """Return the plan of W1."""
    mu = np.array([0.010 + 0.004 * k for k in range(GROWING)] + [0.03, 0.0, -0.03, 0.0])
    sigma = np.array([0.020 + 0.002 * k for k in range(11)] + [0.010])
    return Case("2021..2035", "2020", 15, paths, mu, 0.3 * sigma, sigma, 0.06, 0.20)


def quarterly(paths: int) -> Case:
    """Return the plan of W2."""
    year = annual(paths)
    of_quarters = {"periods": "2021-Q1..2035-Q4", "before": "2020-Q4", "years": 60}
    rates = {"mu": year.mu / 4, "tau": year.tau / 4, "sigma": year.sigma / 2}
    return replace(year, **of_quarters, **rates, depreciation=0.015, saving=0.05)


def trajectories(case: Case, luck, draw, out):
    """Compute values by period, indicator and path, with whole arrays."""
    mean = case.mu[:, None] + case.tau[:, None] * luck
    growth = np.repeat(case.mu[:, None], luck.shape[1], axis=1)
    state = np.concatenate([np.log(START[:GROWING]), LOGITS])
    state = np.repeat(state[:, None], luck.shape[1], axis=1)
    stock = np.full(luck.shape[1], START[11])
    for t in range(case.years):
        shocks = FACTOR @ draw()
        growth = mean + PHI[:, None] * (growth - mean) + case.sigma[:, None] * shocks
        state += growth[:11]
        np.exp(state[:GROWING], out=out[t, :GROWING])
        out[t, GROWING:11] = 1 / (1 + np.exp(-state[GROWING:]))
        stock = (1 - case.depreciation) * stock + (case.saving + growth[11]) * out[t, 0]
        out[t, 11] = stock
    return out


def bounds(case: Case):
    """Return the values of the last period without luck: the bounds of the targets."""
    none = np.zeros((K, 1))
    return trajectories(case, none, lambda: none, np.empty((case.years, K, 1)))[-1, :, 0]


def model(case: Case):
    """Return the same as a model of tinbergen."""
    process, indicators, wanted = tb.process, {}, bounds(case)
    for k in range(11):
        build, word = (process.growth, "mean") if k < GROWING else (process.share, "drift")
        written = build(**{word: f"mu{k}"}, persistence=PHI[k], start=case.mu[k], shock=f"e{k}")
        indicators[f"x{k}"] = tb.Indicator(history={case.before: float(START[k])}, process=written)
    saving = process.level(mean="mu11", persistence=PHI[11], shock="e11")
    indicators["saving"] = tb.Indicator(history={case.before: case.mu[11]}, process=saving)
    stock = process.stock(depreciation=case.depreciation, inflow=f"({case.saving} + saving) * x0")
    indicators["x11"] = tb.Indicator(history={case.before: START[11]}, process=stock)
    last = case.periods.split("..")[1]
    sides = ("at_least", "at_most")
    return tb.Model(
        "twelve indicators",
        case.periods,
        indicators=indicators,
        parameters={f"mu{k}": tb.normal(case.mu[k], case.tau[k]) for k in range(K)},
        shocks={f"e{k}": tb.normal(0, case.sigma[k]) for k in range(K)},
        correlations={f"e{i}, e{j}": float(CORRELATION[i, j]) for i in range(K) for j in range(i)},
        targets=[
            tb.Target(f"t{k}", indicator=f"x{k}", period=last, **{sides[k % 2]: float(wanted[k])})
            for k in range(K)
        ],
    )


def with_tinbergen(case: Case, **settings):
    """A model, simulated on two threads; its fans and its attainment."""
    plan = model(case)
    names = [f"t{k}" for k in range(K)] + ["all"]

    def run(seed):
        runs = plan.simulate(case.paths, seed=seed, threads=2, keep=NAMES, **settings)
        fan, attainment = runs["baseline"].fan(NAMES, quantiles=LEVELS), runs.attainment()
        known = dict(zip(attainment["target"], attainment["probability"], strict=True))
        return *fan_of(fan, NAMES), np.array([known[name] for name in names])

    return run
