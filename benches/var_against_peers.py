"""A vector autoregression of seven variables and four lags beside its peers: 40 quarters, 100,000 paths.

Everyone gives seven quantiles and the mean of each variable and quarter. NumPy is written with paths
contiguous, in whole arrays; statsmodels simulates as its own documentation shows; Numba compiles the loop over
paths, on two threads, with normal numbers drawn by NumPy. What is not installed is left out, and said. All
are checked against the closed form of mean and variance, then run in turn after a warm-up; ratios are those of
medians. Where others use the machine, the ratio of processor time says more than that of time.

Run: python benches/var_against_peers.py
"""

import os
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec

# Threads of the linear algebra would compete with those of the simulation.
os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy as np

import tinbergen as tb

N, LAGS, T, PATHS, ROUNDS, BLOCK = 7, 4, 40, 100_000, 5, 2_000
A = np.array(
    [
        [
            [0.5 / lag**2 if i == j else 0.02 * (-1) ** (i + j + lag) / lag for j in range(N)]
            for i in range(N)
        ]
        for lag in range(1, LAGS + 1)
    ]
)
C = 0.1 * np.arange(1, N + 1)
SD = 0.5 + 0.1 * np.arange(N)
CORRELATION = np.array(
    [[1.0 if i == j else 0.5 * 0.6 ** abs(i - j) + 0.1 for j in range(N)] for i in range(N)]
)
COVARIANCE = SD[:, None] * CORRELATION * SD
FACTOR = np.linalg.cholesky(COVARIANCE)
MEAN = np.linalg.solve(np.eye(N) - A.sum(axis=0), C)
QUANTILES = np.array([0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95])


def spread():
    """The standard deviation of each variable after each quarter, in closed form."""
    moving, total, found = [np.eye(N)], np.zeros((N, N)), []
    for t in range(T):
        total = total + moving[t] @ COVARIANCE @ moving[t].T
        found.append(np.sqrt(np.diag(total)))
        moving.append(sum(A[lag] @ moving[t - lag] for lag in range(min(LAGS, t + 1))))
    return np.array(found)


def bands_of(ordered):
    """Quantiles of sorted rows, interpolated linearly."""
    h = (ordered.shape[-1] - 1) * QUANTILES
    low = h.astype(int)
    below, above = ordered[..., low], ordered[..., low + 1]
    return below + (h - low) * (above - below)


def summarised(values):
    """Quantiles and means of values by quarter, variable and path, on two threads."""
    bands = np.empty((T, N, len(QUANTILES)))

    def one(t):
        bands[t] = bands_of(np.sort(values[t], axis=-1))

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(one, range(T)))
    return bands, values.mean(axis=-1)


def with_numpy(seed):
    """Whole arrays, path contiguous."""
    rng = np.random.Generator(np.random.SFC64(seed))
    values = np.empty((T, N, PATHS))
    before = [np.repeat(MEAN[:, None], PATHS, axis=1)] * LAGS
    for t in range(T):
        now = FACTOR @ rng.standard_normal((N, PATHS))
        now += C[:, None]
        for lag in range(LAGS):
            now += A[lag] @ before[lag]
        values[t] = now
        before = [values[t], *before[:-1]]
    return summarised(values)


def with_statsmodels(seed):
    """The simulation of a VAR as statsmodels has it."""
    from statsmodels.tsa.vector_ar.util import varsim

    values = varsim(
        A, C, COVARIANCE, steps=T + LAGS, initial_values=np.tile(MEAN, (LAGS, 1)), seed=seed, nsimulations=PATHS
    )  # fmt: skip
    return summarised(np.ascontiguousarray(np.moveaxis(values[:, LAGS:], 0, -1)))


def compiled():
    """The loop over paths, compiled by Numba."""
    import numba

    @numba.njit(parallel=True, fastmath=False)
    def paths(z, values):
        blocks = z.shape[2] // BLOCK
        for b in numba.prange(blocks):
            for n in range(b * BLOCK, (b + 1) * BLOCK):
                before = np.empty((LAGS, N))
                before[:] = MEAN
                for t in range(T):
                    for i in range(N):
                        y = C[i]
                        for j in range(i + 1):
                            y += FACTOR[i, j] * z[t, j, n]
                        for lag in range(LAGS):
                            for j in range(N):
                                y += A[lag, i, j] * before[(t - 1 - lag) % LAGS, j]
                        values[t, i, n] = y
                    for i in range(N):
                        before[t % LAGS, i] = values[t, i, n]

    numba.set_num_threads(2)

    def with_numba(seed):
        z, values = np.empty((T, N, PATHS)), np.empty((T, N, PATHS))
        seeds = np.random.SeedSequence(seed).spawn(T)

        def draw(t):
            np.random.Generator(np.random.SFC64(seeds[t])).standard_normal(out=z[t])

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(draw, range(T)))
        paths(z, values)
        return summarised(values)

    return with_numba


def model():
    """The same as a model: an equation a variable, shocks that hang together."""
    first = tb.Period("2020-Q4")
    indicators = {}
    for i in range(N):
        terms = " + ".join(
            f"{float(A[lag, i, j])!r} * y{j}[-{lag + 1}]" for lag in range(LAGS) for j in range(N)
        )
        history = {first - lag: float(MEAN[i]) for lag in range(LAGS)}
        indicators[f"y{i}"] = tb.Indicator(
            history=history, equation=f"y{i} ~ {float(C[i])} + {terms}"
        )
    return tb.Model(
        "vector autoregression",
        "2021-Q1..2030-Q4",
        indicators=indicators,
        shocks={f"y{i}": tb.normal(0, float(SD[i])) for i in range(N)},
        correlations={f"y{i}, y{j}": float(CORRELATION[i, j]) for i in range(N) for j in range(i)},
    )


def with_tinbergen(plan, seed):
    """The same with tinbergen."""
    fan = plan.simulate(PATHS, seed=seed, threads=2)["baseline"].fan(quantiles=QUANTILES)
    columns = [np.asarray(fan[f"q{100 * q:02.0f}"]) for q in QUANTILES]
    by_variable = lambda column: np.asarray(column).reshape(N, T).T
    return np.stack([by_variable(c) for c in columns], axis=-1), by_variable(fan["mean"])


def agree(way, bands, means):
    """Refuse what is not the mean and spread in closed form, within five standard errors."""
    sd = spread()
    for name, found, wanted, error in (
        ("mean", means, np.broadcast_to(MEAN, (T, N)), 1.0),
        ("median", bands[..., 3], np.broadcast_to(MEAN, (T, N)), 1.2533),
        ("5 % quantile", bands[..., 0], MEAN - 1.6448536 * sd, 2.114),
        ("95 % quantile", bands[..., 6], MEAN + 1.6448536 * sd, 2.114),
    ):
        away = np.abs(found - wanted) / (error * sd / np.sqrt(PATHS))
        if away.max() > 5:
            raise SystemExit(f"{way}: the {name} is {away.max():.1f} standard errors away")


def main():
    """Time all in turn."""
    plan = model()
    ways = {"tinbergen": lambda seed: with_tinbergen(plan, seed), "NumPy": with_numpy}
    if find_spec("statsmodels"):
        ways["statsmodels"] = with_statsmodels
    if find_spec("numba"):
        ways["Numba"] = compiled()
    for way, run in ways.items():
        agree(way, *run(0))
    wall, cpu = {way: [] for way in ways}, {way: [] for way in ways}
    for seed in range(1, ROUNDS + 1):
        for way, run in ways.items():
            began, used = time.perf_counter(), time.process_time()
            run(seed)
            wall[way].append(time.perf_counter() - began)
            cpu[way].append(time.process_time() - used)
    print(
        f"VAR({LAGS}) of {N} variables, {T} quarters, {PATHS:,} paths; {ROUNDS} rounds, load {os.getloadavg()[0]:.1f}"
    )
    best = statistics.median(wall["tinbergen"]), statistics.median(cpu["tinbergen"])
    for way in ways:
        middle, used = statistics.median(wall[way]), statistics.median(cpu[way])
        print(
            f"{way:12} {1e3 * middle:7.0f} ms ({1e3 * min(wall[way]):.0f} to {1e3 * max(wall[way]):.0f}), "
            f"{middle / best[0]:5.1f} x; processor {1e3 * used:7.0f} ms, {used / best[1]:5.1f} x"
        )
    missing = [name for name in ("statsmodels", "numba") if not find_spec(name)]
    if missing:
        print(f"not installed, so left out: {', '.join(missing)}")


if __name__ == "__main__":
    main()
