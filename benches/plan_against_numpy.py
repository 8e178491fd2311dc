"""The plan workload beside the best vectorised NumPy: 12 indicators, 15 years, 100,000 paths, quantiles.

Both are run in turn, five times after a warm-up; the ratio is that of the medians. Eight indicators
grow in logs, four are logit shares, with correlated shocks and uncertain means. The NumPy version has the best
layout found (period, indicator, path), draws normals with SFC64 and sorts for its quantiles.

Run: make bench
"""

import statistics
import time

import numpy as np

import tinbergen as tb

K, T, PATHS = 12, 15, 100_000
PHI = [0.8 * k / 11 for k in range(K)]
MU = [0.010 + 0.004 * k if k < 8 else 0.03 * (9 - k) for k in range(K)]
SIGMA = [0.020 + 0.002 * k for k in range(K)]
CORRELATION = np.array(
    [[1.0 if i == j else 0.5 * 0.6 ** abs(i - j) + 0.1 for j in range(K)] for i in range(K)]
)
START = [100.0 + 10 * k if k < 8 else 0.4 for k in range(K)]
LEVELS = [0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95]


def model():
    """The workload as a model."""
    indicators, parameters, shocks = {}, {}, {}
    for k in range(K):
        mean = f"mu{k}"
        parameters[mean] = tb.normal(MU[k], 0.3 * SIGMA[k])
        shocks[f"x{k}"] = tb.normal(0, SIGMA[k])
        process = (
            tb.process.growth(mean=mean, persistence=PHI[k], start=MU[k])
            if k < 8
            else tb.process.share(drift=mean, persistence=PHI[k], start=MU[k])
        )
        indicators[f"x{k}"] = tb.Indicator(history={2020: START[k]}, process=process)
    pairs = {(f"x{i}", f"x{j}"): CORRELATION[i, j] for i in range(K) for j in range(i)}
    return tb.Model(
        "w1",
        "2021..2035",
        indicators=indicators,
        parameters=parameters,
        shocks=shocks,
        correlations={f"{a}, {b}": float(value) for (a, b), value in pairs.items()},
    )


def with_numpy(seed):
    """The same in NumPy."""
    rng = np.random.Generator(np.random.SFC64(seed))
    factor = np.linalg.cholesky(CORRELATION)
    sigma, phi = np.array(SIGMA)[:, None], np.array(PHI)[:, None]
    mean = np.array(MU)[:, None] + 0.3 * sigma * rng.standard_normal((K, PATHS))
    growth = np.array(MU)[:, None] * np.ones((1, PATHS))
    start = np.array([np.log(x) if k < 8 else np.log(x / (1 - x)) for k, x in enumerate(START)])
    state = start[:, None] * np.ones((1, PATHS))
    values = np.empty((T, K, PATHS))
    for t in range(T):
        growth = mean + phi * (growth - mean) + sigma * (factor @ rng.standard_normal((K, PATHS)))
        state += growth
        np.exp(state[:8], out=values[t, :8])
        values[t, 8:] = 1 / (1 + np.exp(-state[8:]))
    ordered = np.sort(values, axis=-1)
    h = (PATHS - 1) * np.array(LEVELS)
    low = h.astype(int)
    bands = ordered[..., low] + (h - low) * (ordered[..., low + 1] - ordered[..., low])
    return bands, values.mean(axis=-1)


def with_tinbergen(plan, seed):
    """The same with tinbergen."""
    return plan.simulate(paths=PATHS, seed=seed)["baseline"].fan(quantiles=LEVELS)


def main():
    """Time both in turn."""
    plan = model()
    ours, numpys = [], []
    for seed in range(6):
        begin = time.perf_counter()
        fan = with_tinbergen(plan, seed)
        middle = time.perf_counter()
        bands, _ = with_numpy(seed)
        end = time.perf_counter()
        if seed:
            ours.append(middle - begin)
            numpys.append(end - middle)
    spread = bands[-1, 0, 6] - bands[-1, 0, 0]
    median = fan.filter(indicator="x0", period="2035")["q50"][0]
    if abs(median - bands[-1, 0, 3]) > 0.01 * spread:
        raise SystemExit("the two do not agree")
    a, b = statistics.median(ours), statistics.median(numpys)
    print(f"tinbergen {1000 * a:.0f} ms ({1000 * min(ours):.0f}..{1000 * max(ours):.0f})")
    print(f"NumPy     {1000 * b:.0f} ms ({1000 * min(numpys):.0f}..{1000 * max(numpys):.0f})")
    print(f"ratio of medians {b / a:.1f}")


if __name__ == "__main__":
    main()
