"""A plan of twelve indicators beside the best vectorised NumPy: 15 years, 100,000 paths.

Eight indicators grow in logs, three are shares on the logit scale, one is a stock fed by the first;
shocks are correlated and means uncertain. Out come seven quantiles and the mean of every
indicator and period, the probability of a target on each indicator, and that of all of them.

NumPy is written twice: as arrays of (period, indicator, path) in one thread, and as an expert would
have it: blocks of paths that stay in the cache, two threads, SFC64, sorting for quantiles, no
temporaries. All are run in turn after a warm-up; ratios are those of medians. Where others use the
machine, the ratio of processor time says more than that of time.

Run: make bench
"""

import os
import time
from concurrent.futures import ThreadPoolExecutor

# Threads of the linear algebra would compete with those of the expert's version.
os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy as np

import tinbergen as tb

K, T, PATHS, ROUNDS, BLOCK = 12, 15, 100_000, 5, 2_000
PHI = np.array([0.8 * k / 11 for k in range(K)])
MU = np.array([0.010 + 0.004 * k for k in range(8)] + [0.03, 0.0, -0.03, 0.0])
SIGMA = np.array([0.020 + 0.002 * k for k in range(11)] + [0.010])
TAU = 0.3 * SIGMA
LEVELS = np.array([100.0 + 10 * k for k in range(8)])
LOGITS = np.array([-0.5, 0.0, 0.5])
STOCK, DEPRECIATION, SAVING = 250.0, 0.06, 0.20
CORRELATION = np.array(
    [[1.0 if i == j else 0.5 * 0.6 ** abs(i - j) + 0.1 for j in range(K)] for i in range(K)]
)
FACTOR = np.linalg.cholesky(CORRELATION)
QUANTILES = np.array([0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95])


def bounds():
    """The values of the last year without luck: the bounds of the targets."""
    return trajectories(np.zeros((K, 1)), lambda: np.zeros((K, 1)))[-1, :, 0]


def trajectories(luck, draw):
    """Values by period, indicator and path, with the luck of the means and draws of each period."""
    paths = luck.shape[1]
    values = np.empty((T, K, paths))
    mean = MU[:, None] + TAU[:, None] * luck
    growth = np.repeat(MU[:, None], paths, axis=1)
    state = np.repeat(np.concatenate([np.log(LEVELS), LOGITS])[:, None], paths, axis=1)
    stock = np.full(paths, STOCK)
    for t in range(T):
        shocks = FACTOR @ draw()
        growth = mean + PHI[:, None] * (growth - mean) + SIGMA[:, None] * shocks
        state += growth[:11]
        np.exp(state[:8], out=values[t, :8])
        values[t, 8:11] = 1 / (1 + np.exp(-state[8:]))
        stock = (1 - DEPRECIATION) * stock + (SAVING + growth[11]) * values[t, 0]
        values[t, 11] = stock
    return values


def bands_of(ordered):
    """Quantiles of sorted rows, interpolated linearly."""
    h = (ordered.shape[-1] - 1) * QUANTILES
    low = h.astype(int)
    below, above = ordered[..., low], ordered[..., low + 1]
    return below + (h - low) * (above - below)


def attained(last, wanted):
    """Probabilities of the targets, and of all of them."""
    met = np.where(np.arange(K)[:, None] % 2 == 0, last >= wanted[:, None], last <= wanted[:, None])
    return np.append(met.mean(axis=1), met.all(axis=0).mean())


def plain_numpy(seed, wanted):
    """Whole arrays, path contiguous, in one thread."""
    rng = np.random.Generator(np.random.SFC64(seed))
    draw = lambda: rng.standard_normal((K, PATHS))
    values = trajectories(draw(), draw)
    return bands_of(np.sort(values, axis=-1)), values.mean(axis=-1), attained(values[-1], wanted)


def simulate_block(rng, out):
    """One block of paths into `out`, without temporaries."""
    n = out.shape[-1]
    z, shocks, growth, mean = (np.empty((K, n)) for _ in range(4))
    phi, scaled = PHI[:, None], SIGMA[:, None] * FACTOR
    rng.standard_normal(out=mean)
    mean *= TAU[:, None]
    mean += MU[:, None]
    held = (1 - phi) * mean
    growth[:] = MU[:, None]
    state = np.repeat(np.concatenate([np.log(LEVELS), -LOGITS])[:, None], n, axis=1)
    stock = np.full(n, STOCK)
    for t in range(T):
        rng.standard_normal(out=z)
        np.matmul(scaled, z, out=shocks)
        growth *= phi
        growth += held
        growth += shocks
        state[:8] += growth[:8]
        state[8:] -= growth[8:11]
        np.exp(state, out=out[t, :11])
        shares = out[t, 8:11]
        shares += 1
        np.reciprocal(shares, out=shares)
        inflow = growth[11] + SAVING
        inflow *= out[t, 0]
        stock *= 1 - DEPRECIATION
        stock += inflow
        out[t, 11] = stock


def expert_numpy(seed, wanted):
    """Blocks of paths in two threads; rows are sorted and averaged in two threads."""
    values = np.empty((T, K, PATHS))
    bands, means = np.empty((T, K, len(QUANTILES))), np.empty((T, K))
    seeds = np.random.SeedSequence(seed).spawn(PATHS // BLOCK)

    def block(b):
        rng = np.random.Generator(np.random.SFC64(seeds[b]))
        simulate_block(rng, values[:, :, b * BLOCK : (b + 1) * BLOCK])

    def summary(t):
        values[t].mean(axis=-1, out=means[t])
        for k in range(K):
            bands[t, k] = bands_of(np.sort(values[t, k]))

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(block, range(PATHS // BLOCK)))
        list(pool.map(summary, range(T)))
    return bands, means, attained(values[-1], wanted)


def model(wanted):
    """The same as a model."""
    process, indicators = tb.process, {}
    for k in range(11):
        build, word, start = (
            (process.growth, "mean", LEVELS[k])
            if k < 8
            else (process.share, "drift", 1 / (1 + np.exp(-LOGITS[k - 8])))
        )
        written = build(**{word: f"mu{k}"}, persistence=PHI[k], start=MU[k], shock=f"e{k}")
        indicators[f"x{k}"] = tb.Indicator(history={2020: float(start)}, process=written)
    saving = process.level(mean="mu11", persistence=PHI[11], shock="e11")
    indicators["saving"] = tb.Indicator(history={2020: MU[11]}, process=saving)
    stock = process.stock(depreciation=DEPRECIATION, inflow=f"({SAVING} + saving) * x0")
    indicators["x11"] = tb.Indicator(history={2020: STOCK}, process=stock)
    return tb.Model(
        "twelve indicators",
        "2021..2035",
        indicators=indicators,
        parameters={f"mu{k}": tb.normal(MU[k], TAU[k]) for k in range(K)},
        shocks={f"e{k}": tb.normal(0, SIGMA[k]) for k in range(K)},
        correlations={f"e{i}, e{j}": float(CORRELATION[i, j]) for i in range(K) for j in range(i)},
        targets=[
            tb.Target(
                f"t{k}",
                indicator=f"x{k}",
                period=2035,
                **{"at_least" if k % 2 == 0 else "at_most": float(wanted[k])},
            )
            for k in range(K)
        ],
    )


def with_tinbergen(plan, seed):
    """The same with tinbergen."""
    runs = plan.simulate(paths=PATHS, seed=seed, threads=2, keep=[f"x{k}" for k in range(K)])
    return runs["baseline"].fan(quantiles=QUANTILES), runs.attainment()


def agree(fan, attainment, bands, means, probabilities):
    """Do the two give the same, within five standard errors?"""
    for k in range(K):
        rows = fan.filter(indicator=f"x{k}")
        for t in (0, T - 1):
            spread = bands[t, k, -1] - bands[t, k, 0]
            near = abs(rows["mean"][t] - means[t, k]) < 0.01 * spread
            median = abs(rows["q50"][t] - bands[t, k, 3]) < 0.01 * spread
            edge = abs(rows["q95"][t] - bands[t, k, 6]) < 0.02 * spread
            if not (near and median and edge):
                raise SystemExit(f"the two do not agree on x{k} in period {t}")
    found = [attainment.filter(target=f"t{k}")["probability"][0] for k in range(K)]
    found.append(attainment.filter(target="all")["probability"][0])
    if np.abs(np.array(found) - probabilities).max() > 0.012:
        raise SystemExit(f"the two do not agree on targets: {found} and {probabilities}")


def main():
    """Time all in turn."""
    wanted = bounds()
    plan = model(wanted)
    ways = {
        "tinbergen": lambda seed: with_tinbergen(plan, seed),
        "NumPy, expert, two threads": lambda seed: expert_numpy(seed, wanted),
        "NumPy, whole arrays": lambda seed: plain_numpy(seed, wanted),
    }
    times = {name: [] for name in ways}
    for seed in range(ROUNDS + 1):
        results = []
        for name, run in ways.items():
            begin = np.array([time.perf_counter(), time.process_time()])
            results.append(run(seed))
            end = np.array([time.perf_counter(), time.process_time()])
            times[name].append(1000 * (end - begin))
        for other in results[1:]:
            agree(*results[0], *other)
    print(f"{'':28}{'time, ms':>9}{'range':>13}{'ratio':>7}{'CPU, ms':>9}{'ratio':>7}")
    ours = np.median(times["tinbergen"][1:], axis=0)
    for name, rounds in times.items():
        median = np.median(rounds[1:], axis=0)
        low, high = np.min(rounds[1:], axis=0)[0], np.max(rounds[1:], axis=0)[0]
        span, ratio = f"{low:.0f}..{high:.0f}", median / ours
        print(f"{name:28}{median[0]:9.0f}{span:>13}{ratio[0]:7.1f}{median[1]:9.0f}{ratio[1]:7.1f}")


if __name__ == "__main__":
    main()
