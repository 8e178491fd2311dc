"""W3, a vector autoregression of seven variables and four lags over 40 quarters.

Everyone gives seven quantiles and the mean of each variable and quarter. All are also checked against the closed form
of mean and variance.
"""

import numpy as np

import tinbergen as tb
from workloads.common import (
    LEVELS,
    OURS,
    Competitor,
    DisagreementError,
    Workload,
    drawn,
    fan_of,
    same_fans,
    summarised,
)

N, LAGS, T, PATHS, BLOCK = 7, 4, 40, 100_000, 2_000
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
NAMES = [f"y{i}" for i in range(N)]


def spread():
    """Return the standard deviation of each variable after each quarter, in closed form."""
    moving, total, found = [np.eye(N)], np.zeros((N, N)), []
    for t in range(T):
        total = total + moving[t] @ COVARIANCE @ moving[t].T
        found.append(np.sqrt(np.diag(total)))
        moving.append(sum(A[lag] @ moving[t - lag] for lag in range(min(LAGS, t + 1))))
    return np.array(found)


def trajectories(seed):
    """Compute values by quarter, variable and path, in whole arrays."""
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
    return values


def plain(seed):
    """NumPy with its own quantiles."""
    values = trajectories(seed)
    return np.moveaxis(np.quantile(values, LEVELS, axis=-1), 0, -1), values.mean(axis=-1)


def statsmodels(paths):
    """The simulation of a VAR as statsmodels has it."""
    from statsmodels.tsa.vector_ar.util import varsim

    def run(seed):
        before = np.tile(MEAN, (LAGS, 1))
        values = varsim(
            A, C, COVARIANCE, T + LAGS, initial_values=before, seed=seed, nsimulations=paths
        )
        return summarised(np.ascontiguousarray(np.moveaxis(values[:, LAGS:], 0, -1)))

    return run


def with_numba():
    """The loop over paths, compiled by Numba; normal numbers and sorting by NumPy, on two threads."""
    import numba

    @numba.njit(parallel=True, fastmath=False)
    def paths(z, values):
        for b in numba.prange(z.shape[2] // BLOCK):
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

    numba.set_num_threads(min(2, numba.config.NUMBA_NUM_THREADS))

    def run(seed):
        z, values = drawn((T, N, PATHS), seed), np.empty((T, N, PATHS))
        paths(z, values)
        return summarised(values)

    return run


def with_jax():
    """One compiled function, random numbers included; sorting by NumPy."""
    import jax

    jax.config.update("jax_enable_x64", True)
    jnp = jax.numpy

    @jax.jit
    def simulate(key):
        def step(before, key):
            now = FACTOR @ jax.random.normal(key, (N, PATHS)) + C[:, None]
            for lag in range(LAGS):
                now = now + A[lag] @ before[lag]
            return jnp.concatenate([now[None], before[:-1]]), now

        first = jnp.broadcast_to(MEAN[:, None], (LAGS, N, PATHS))
        return jax.lax.scan(step, first, jax.random.split(key, T))[1]

    return lambda seed: summarised(np.asarray(simulate(jax.random.key(seed))))


def model():
    """Return the same as a model: an equation a variable, shocks that hang together."""
    first = tb.Period("2020-Q4")
    indicators = {}
    for i in range(N):
        terms = " + ".join(
            f"{float(A[lag, i, j])!r} * y{j}[-{lag + 1}]" for lag in range(LAGS) for j in range(N)
        )
        history = {first - lag: float(MEAN[i]) for lag in range(LAGS)}
        equation = f"y{i} ~ {float(C[i])} + {terms}"
        indicators[f"y{i}"] = tb.Indicator(history=history, equation=equation)
    return tb.Model(
        "vector autoregression",
        "2021-Q1..2030-Q4",
        indicators=indicators,
        shocks={f"y{i}": tb.normal(0, float(SD[i])) for i in range(N)},
        correlations={f"y{i}, y{j}": float(CORRELATION[i, j]) for i in range(N) for j in range(i)},
    )


def with_tinbergen():
    """A model, simulated on two threads, and its fans."""
    plan = model()

    def run(seed):
        runs = plan.simulate(PATHS, seed=seed, threads=2)
        return fan_of(runs["baseline"].fan(NAMES, quantiles=LEVELS), NAMES)

    return run


def agree(who, found, wanted, share):
    """Refuse other fans, and what is more than five standard errors away from the closed form."""
    same_fans(who, found, wanted, share)
    (bands, means), sd = found, spread()
    for what, gap, error in (
        ("mean", means - MEAN, 1.0),
        ("median", bands[..., 3] - MEAN, 1.2533),
        ("5 % quantile", bands[..., 0] - (MEAN - 1.6448536 * sd), 2.114),
        ("95 % quantile", bands[..., 6] - (MEAN + 1.6448536 * sd), 2.114),
    ):
        away = float(np.max(np.abs(gap) / (error * sd / np.sqrt(share * PATHS))))
        if away > 5:
            raise DisagreementError(f"{who}: the {what} is {away:.1f} standard errors away")


def reference(runs):
    """Return the mean of what the library gives for several seeds."""
    found = [runs[OURS](seed) for seed in range(101, 106)]
    return tuple(np.mean(parts, axis=0) for parts in zip(*found, strict=True))


def w3() -> Workload:
    """Return the workload."""
    few = 20_000
    competitors = [
        Competitor(OURS, with_tinbergen),
        Competitor("NumPy, np.quantile", lambda: plain),
        Competitor(
            "NumPy, rows sorted on two threads", lambda: lambda seed: summarised(trajectories(seed))
        ),
        Competitor("Numba, two threads", with_numba, ("numba",)),
        Competitor("JAX on the CPU", with_jax, ("jax",)),
        Competitor("statsmodels, varsim", lambda: statsmodels(few), ("statsmodels",), few / PATHS),
    ]
    title = "W3, a VAR(4) of 7 variables over 40 quarters, 100,000 paths"
    return Workload("W3", title, competitors, agree, reference, numbers=N * T * PATHS)
