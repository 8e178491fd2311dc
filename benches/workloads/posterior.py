"""W5, forecasts of a fitted VAR(4): 200 quarters of seven variables, 10,000 draws of a posterior, each with a path of 12 quarters.

The data are a path of W3. The posterior is conjugate (Minnesota by dummy observations, normal-inverse-Wishart), drawn
in NumPy; the library draws no posterior of a VAR, so it takes the draws as inputs of its paths, as it would those of
any sampler, and forecasts. Everyone is timed from the draws to the quantiles of the forecasts. statsmodels
forecasts with fixed parameters, since it has no other.
"""

from functools import cache

import numpy as np

import tinbergen as tb
from workloads.common import LEVELS, OURS, Competitor, Workload, bands_of, fan_of, within
from workloads.var import FACTOR, LAGS, NAMES, A, C, N

OBSERVED, BURNT, DRAWS, T = 200, 200, 10_000, 12
WIDTH = N * LAGS + 1


@cache
def data():
    """Simulate the data: NumPy's default generator, seed 12345."""
    rng = np.random.default_rng(12345)
    y = np.zeros((BURNT + OBSERVED + LAGS, N))
    for t in range(LAGS, len(y)):
        past = sum(A[lag] @ y[t - 1 - lag] for lag in range(LAGS))
        y[t] = C + past + FACTOR @ rng.standard_normal(N)
    return y[-OBSERVED:]


def regressors(y):
    """Return what is explained, and what explains it: lags and a constant."""
    lags = [y[LAGS - 1 - lag : len(y) - 1 - lag] for lag in range(LAGS)]
    return y[LAGS:], np.hstack([*lags, np.ones((len(y) - LAGS, 1))])


def with_dummies(y):
    """Add the dummy observations of the prior: tightness 0.2, decay 1, own first lag 0.5, a wide constant."""
    left, right = regressors(y)
    sizes = []
    for i in range(N):
        own, past = regressors(y[:, [i]])
        sizes.append(np.std(own - past @ np.linalg.lstsq(past, own, rcond=None)[0], ddof=LAGS + 1))
    tight, sizes = 0.2, np.array(sizes)
    above = np.zeros((N * LAGS + 1 + N, WIDTH))
    aims = np.zeros((len(above), N))
    for lag in range(LAGS):
        for i in range(N):
            above[lag * N + i, lag * N + i] = (lag + 1) * sizes[i] / tight
    aims[range(N), range(N)] = 0.5 * sizes / tight
    above[N * LAGS, -1] = 1e-3
    aims[N * LAGS + 1 :] = np.diag(sizes)
    return np.vstack([left, aims]), np.vstack([right, above])


@cache
def posterior():
    """Return the centre, the factor of the scale, the factor of the regressors, and the degrees of freedom."""
    left, right = with_dummies(data())
    precision = right.T @ right
    centre = np.linalg.solve(precision, right.T @ left)
    rest = left - right @ centre
    # Dummies of the scale are N rows; with n + 2 degrees before the data.
    return (
        centre,
        rest.T @ rest,
        np.linalg.cholesky(np.linalg.inv(precision)),
        N + 2 + OBSERVED - LAGS,
    )


@cache
def drawn(seed):
    """Draw coefficients and factors of covariances."""
    centre, scale, spread, df = posterior()
    rng = np.random.default_rng(seed)
    # The inverse Wishart by Bartlett's factor of the Wishart.
    factor = np.linalg.cholesky(np.linalg.inv(scale))
    lower = np.tril(rng.standard_normal((DRAWS, N, N)), -1)
    lower[:, range(N), range(N)] = np.sqrt(rng.chisquare(df - np.arange(N), (DRAWS, N)))
    root = np.linalg.inv(factor @ lower)
    shocks = np.linalg.cholesky(np.swapaxes(root, 1, 2) @ root)
    z = rng.standard_normal((DRAWS, WIDTH, N))
    return centre + spread @ z @ np.swapaxes(shocks, 1, 2), shocks


def in_numpy(draws, seed):
    """Forecast batch by batch: a matrix product for all draws at once."""
    coefficients, shocks = draws
    rng = np.random.default_rng(seed + 1000)
    past = np.broadcast_to(data()[::-1][:LAGS].ravel(), (DRAWS, N * LAGS)).copy()
    values = np.empty((T, N, DRAWS))
    for t in range(T):
        now = np.einsum("dw,dwn->dn", past, coefficients[:, :-1]) + coefficients[:, -1]
        now += np.einsum("dij,dj->di", shocks, rng.standard_normal((DRAWS, N)))
        values[t] = now.T
        past = np.hstack([now, past[:, :-N]])
    return bands_of(np.sort(values, axis=-1)), values.mean(axis=-1)


def model():
    """Write the VAR with coefficients that are inputs, and shocks mixed by factors that are."""
    first, y, indicators = tb.Period("2020-Q4"), data(), {}
    for i in range(N):
        lags = [f"b{i}_{lag * N + j} * y{j}[-{lag + 1}]" for lag in range(LAGS) for j in range(N)]
        mixed = [f"p{i}_{j} * shock(z{j})" for j in range(i + 1)]
        equation = f"y{i} = " + " + ".join([f"b{i}_{WIDTH - 1}", *lags, *mixed])
        history = {first - lag: float(y[-1 - lag, i]) for lag in range(LAGS)}
        indicators[f"y{i}"] = tb.Indicator(history=history, equation=equation)
    names = [f"b{i}_{k}" for i in range(N) for k in range(WIDTH)]
    names += [f"p{i}_{j}" for i in range(N) for j in range(i + 1)]
    return tb.Model(
        "a VAR with the draws of a posterior",
        "2021-Q1..2023-Q4",
        indicators=indicators,
        parameters=dict.fromkeys(names, 0.0),
        shocks={f"z{j}": tb.normal(0, 1) for j in range(N)},
    )


def with_tinbergen(draws):
    """A path for each draw, on two threads, and the fans."""
    plan, (coefficients, shocks) = model(), draws
    inputs = {f"b{i}_{k}": coefficients[:, k, i] for i in range(N) for k in range(WIDTH)}
    inputs |= {f"p{i}_{j}": shocks[:, i, j] for i in range(N) for j in range(i + 1)}

    def run(seed):
        runs = plan.simulate(seed=seed, threads=2, parameters=inputs)
        return fan_of(runs["baseline"].fan(NAMES, quantiles=LEVELS), NAMES)

    return run


def statsmodels():
    """Forecasts with the parameters fixed at the centre of the posterior."""
    from statsmodels.tsa.vector_ar.util import varsim

    centre, scale, _, df = posterior()
    lags, first = centre[:-1].reshape(LAGS, N, N).swapaxes(1, 2), data()[-LAGS:]
    covariance = scale / (df - N - 1)

    def run(seed):
        values = varsim(
            lags, centre[-1], covariance, T + LAGS, initial_values=first, seed=seed, nsimulations=DRAWS
        )  # fmt: skip
        values = np.ascontiguousarray(np.moveaxis(values[:, LAGS:], 0, -1))
        return bands_of(np.sort(values, axis=-1)), values.mean(axis=-1)

    return run


def agree(who, found, wanted, _share):
    """Refuse means and quantiles that are far off: 10,000 draws, and of one who fixes parameters wider."""
    (bands, means), (known, centre) = found, wanted
    spread = known[..., -1] - known[..., 0]
    most = 0.10 if who.startswith("statsmodels") else 0.025
    within(who, "mean, in spreads,", (means - centre) / spread, most)
    within(who, "quantile, in spreads,", (bands - known) / spread[..., None], 2 * most)


def w5() -> Workload:
    """Return the workload."""

    def reference(runs):
        found = [runs[OURS](seed) for seed in range(101, 111)]
        return tuple(np.mean(parts, axis=0) for parts in zip(*found, strict=True))

    competitors = [
        Competitor(OURS, lambda: with_tinbergen(drawn(1))),
        Competitor("NumPy, all draws at once", lambda: lambda seed: in_numpy(drawn(1), seed)),
        Competitor(
            "statsmodels, varsim", statsmodels, ("statsmodels",), note="parameters fixed: less work"
        ),
    ]
    title = "W5, forecasts of a fitted VAR(4): 10,000 draws, 12 quarters"
    return Workload("W5", title, competitors, agree, reference, numbers=N * T * DRAWS)
