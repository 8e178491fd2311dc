"""A plan of twelve indicators: eight grow in logs, three are shares on the logit scale, one is a stock.

Shocks are correlated and means uncertain. Out come seven quantiles and the mean of every indicator and period, the
probability of a target on each indicator, and that of all of them. W1 is over 15 years, W2 over 60 quarters.
"""

import os

import numpy as np

from workloads import tuned
from workloads.common import (
    BY_HAND,
    LEVELS,
    OURS,
    Competitor,
    Workload,
    drawn,
    on_two_threads,
    same_fans,
    summarised,
    within,
)
from workloads.plan_case import (
    FACTOR,
    GROWING,
    LOGITS,
    PHI,
    START,
    Case,
    K,
    annual,
    bounds,
    quarterly,
    trajectories,
    with_tinbergen,
)

BLOCK = 2_000
"""Paths that stay in the cache."""


def attained(last, wanted):
    """Return the probabilities of the targets, and of all of them."""
    met = np.where(np.arange(K)[:, None] % 2 == 0, last >= wanted[:, None], last <= wanted[:, None])
    return np.append(met.mean(axis=1), met.all(axis=0).mean())


def textbook(case: Case):
    """(path, period, indicator), as one writes it down."""
    wanted = bounds(case)

    def run(seed):
        rng = np.random.default_rng(seed)
        luck = rng.standard_normal((case.paths, K))
        shocks = rng.standard_normal((case.paths, case.years, K)) @ FACTOR.T * case.sigma
        mean = case.mu + case.tau * luck
        growth = np.empty_like(shocks)
        before = np.broadcast_to(case.mu, mean.shape)
        for t in range(case.years):
            before = growth[:, t] = mean + PHI * (before - mean) + shocks[:, t]
        path = np.cumsum(growth[:, :, :11], axis=1)
        values = np.empty_like(growth)
        values[:, :, :GROWING] = START[:GROWING] * np.exp(path[:, :, :GROWING])
        values[:, :, GROWING:11] = 1 / (1 + np.exp(-(LOGITS + path[:, :, GROWING:])))
        stock = np.full(case.paths, START[11])
        for t in range(case.years):
            inflow = (case.saving + growth[:, t, 11]) * values[:, t, 0]
            stock = values[:, t, 11] = (1 - case.depreciation) * stock + inflow
        bands = np.moveaxis(np.quantile(values, LEVELS, axis=0), 0, -1)
        return bands, values.mean(axis=0), attained(values[:, -1].T, wanted)

    return run


def best_layout(case: Case):
    """(period, indicator, path), so that paths are contiguous."""
    wanted = bounds(case)

    def run(seed):
        rng = np.random.default_rng(seed)
        draw = lambda: rng.standard_normal((K, case.paths))
        values = trajectories(case, draw(), draw, np.empty((case.years, K, case.paths)))
        bands = np.moveaxis(np.quantile(values, LEVELS, axis=-1), 0, -1)
        return bands, values.mean(axis=-1), attained(values[-1], wanted)

    return run


def simulate_block(case: Case, rng, out):
    """Simulate one block of paths into `out`, without temporaries."""
    n = out.shape[-1]
    z, shocks, growth, mean = (np.empty((K, n)) for _ in range(4))
    phi, scaled = PHI[:, None], case.sigma[:, None] * FACTOR
    rng.standard_normal(out=mean)
    mean *= case.tau[:, None]
    mean += case.mu[:, None]
    held = (1 - phi) * mean
    growth[:] = case.mu[:, None]
    state = np.concatenate([np.log(START[:GROWING]), -LOGITS])
    state = np.repeat(state[:, None], n, axis=1)
    stock = np.full(n, START[11])
    for t in range(case.years):
        rng.standard_normal(out=z)
        np.matmul(scaled, z, out=shocks)
        growth *= phi
        growth += held
        growth += shocks
        state[:GROWING] += growth[:GROWING]
        state[GROWING:] -= growth[GROWING:11]
        np.exp(state, out=out[t, :11])
        shares = out[t, GROWING:11]
        shares += 1
        np.reciprocal(shares, out=shares)
        inflow = growth[11] + case.saving
        inflow *= out[t, 0]
        stock *= 1 - case.depreciation
        stock += inflow
        out[t, 11] = stock


def expert(case: Case):
    """Blocks of paths that stay in the cache, on two threads; rows are sorted on two threads."""
    wanted = bounds(case)
    firsts = range(0, case.paths, BLOCK)

    def run(seed):
        values = np.empty((case.years, K, case.paths))
        seeds = np.random.SeedSequence(seed).spawn(len(firsts))

        def block(b):
            rng = np.random.Generator(np.random.SFC64(seeds[b]))
            simulate_block(case, rng, values[:, :, firsts[b] : firsts[b] + BLOCK])

        on_two_threads(block, len(firsts))
        return *summarised(values), attained(values[-1], wanted)

    return run


def with_numba(case: Case):
    """The loop over paths compiled by Numba; normal numbers and sorting by NumPy, on two threads."""
    import numba

    wanted, start = bounds(case), np.concatenate([np.log(START[:GROWING]), LOGITS])
    mu, tau, years, blocks = case.mu, case.tau, case.years, max(1, case.paths // BLOCK)
    scaled = case.sigma[:, None] * FACTOR
    left, saving, first_stock = 1 - case.depreciation, case.saving, START[11]

    @numba.njit(parallel=True, fastmath=False)
    def paths(z, values):
        total = z.shape[2]
        for b in numba.prange(blocks):
            mean, growth, state = np.empty(K), np.empty(K), np.empty(11)
            for n in range(b * total // blocks, (b + 1) * total // blocks):
                for k in range(K):
                    mean[k] = mu[k] + tau[k] * z[years, k, n]
                    growth[k] = mu[k]
                state[:] = start
                stock = first_stock
                for t in range(years):
                    for k in range(K):
                        shock = 0.0
                        for j in range(k + 1):
                            shock += scaled[k, j] * z[t, j, n]
                        growth[k] = mean[k] + PHI[k] * (growth[k] - mean[k]) + shock
                    for k in range(11):
                        state[k] += growth[k]
                        if k < GROWING:
                            values[t, k, n] = np.exp(state[k])
                        else:
                            values[t, k, n] = 1 / (1 + np.exp(-state[k]))
                    stock = left * stock + (saving + growth[11]) * values[t, 0, n]
                    values[t, 11, n] = stock

    numba.set_num_threads(min(2, numba.config.NUMBA_NUM_THREADS))

    def run(seed):
        z = drawn((years + 1, K, case.paths), seed)
        values = np.empty((years, K, case.paths))
        paths(z, values)
        return *summarised(values), attained(values[-1], wanted)

    return run


def with_jax(case: Case):
    """One compiled function, random numbers included; sorting by NumPy, which is faster than JAX's own here."""
    import jax

    jax.config.update("jax_enable_x64", True)
    jnp, wanted = jax.numpy, bounds(case)
    phi, mu, scaled = PHI[:, None], case.mu[:, None], case.sigma[:, None] * FACTOR

    @jax.jit
    def simulate(key):
        own, others = jax.random.split(key)
        mean = mu + case.tau[:, None] * jax.random.normal(own, (K, case.paths))
        state = np.concatenate([np.log(START[:GROWING]), LOGITS])[:, None]

        def step(before, key):
            growth, state, stock = before
            shocks = scaled @ jax.random.normal(key, (K, case.paths))
            growth = mean + phi * (growth - mean) + shocks
            state = state + growth[:11]
            levels = jnp.exp(state[:GROWING])
            shares = 1 / (1 + jnp.exp(-state[GROWING:]))
            stock = (1 - case.depreciation) * stock + (case.saving + growth[11]) * levels[0]
            return (growth, state, stock), jnp.concatenate([levels, shares, stock[None]])

        whole = lambda column: jnp.broadcast_to(column, (len(column), case.paths))
        first = (whole(mu), whole(state), jnp.full(case.paths, START[11]))
        return jax.lax.scan(step, first, jax.random.split(others, case.years))[1]

    def run(seed):
        values = np.asarray(simulate(jax.random.key(seed)))
        return *summarised(values), attained(values[-1], wanted)

    return run


def with_workbench(case: Case, paths: int):
    """A function of a path, called by the EMA Workbench for each; its uncertainties are the twelve means."""
    import logging

    os.environ["TQDM_DISABLE"] = "1"
    from ema_workbench import ArrayOutcome, Model, RealParameter, SequentialEvaluator, ema_logging
    from scipy.special import ndtri

    ema_logging.log_to_stderr(logging.ERROR)
    wanted, rng = bounds(case), np.random.default_rng()

    def path(**scores):
        luck = ndtri(np.array([scores[f"u{k}"] for k in range(K)]))
        draw = lambda: rng.standard_normal((K, 1))
        values = trajectories(case, luck[:, None], draw, np.empty((case.years, K, 1)))
        return {"values": values[:, :, 0].ravel()}

    model = Model("plan", function=path)
    model.uncertainties = [RealParameter(f"u{k}", 1e-12, 1 - 1e-12) for k in range(K)]
    model.outcomes = [ArrayOutcome("values")]

    def run(seed):
        nonlocal rng
        rng = np.random.default_rng(seed)
        np.random.seed(seed)  # noqa: NPY002 - the workbench samples by it
        with SequentialEvaluator(model) as evaluator:
            _, outcomes = evaluator.perform_experiments(scenarios=paths)
        values = outcomes["values"].reshape(paths, case.years, K)
        values = np.ascontiguousarray(np.moveaxis(values, 0, -1))
        return *summarised(values), attained(values[-1], wanted)

    return run


def reference(runs):
    """Return the mean of what the library gives for several seeds."""
    found = [runs[OURS](seed) for seed in range(101, 106)]
    return tuple(np.mean(parts, axis=0) for parts in zip(*found, strict=True))


def agree(who, found, wanted, share):
    """Refuse other quantiles, means or probabilities."""
    same_fans(who, found, wanted, share)
    gap = found[2] - wanted[2]
    within(who, "probability of a target", gap[:-1], 0.006 / share**0.5)
    within(who, "probability of all targets", gap[-1], 0.002 / share**0.5)


def competitors(case: Case):
    """Return those who can do it in the time of a benchmark, whatever its size."""
    return [
        Competitor(OURS, lambda: with_tinbergen(case)),
        Competitor("NumPy, (path, period, indicator)", lambda: textbook(case)),
        Competitor("NumPy, (period, indicator, path)", lambda: best_layout(case)),
        Competitor("NumPy, expert, two threads", lambda: expert(case)),
        Competitor("Numba, two threads", lambda: with_numba(case), ("numba",)),
        Competitor("JAX on the CPU", lambda: with_jax(case), ("jax",)),
    ]


def w1() -> Workload:
    """Return the plan over 15 years."""
    case, few = annual(), 1_000
    workbench = Competitor(
        "EMA Workbench", lambda: with_workbench(case, few), ("ema_workbench",), few / case.paths
    )
    by_hand = Competitor(BY_HAND, lambda: tuned.build(case), (tuned.CRATE,))
    all_of_them = competitors(case)
    all_of_them[1:1] = [by_hand]

    def alike(who, found, wanted, share):
        agree(who, found, wanted, share)
        if who == BY_HAND:
            tuned.same_bits(case, found)

    title = "W1, a plan: 12 indicators, 15 years, 100,000 paths"
    numbers = K * case.years * case.paths
    return Workload("W1", title, [*all_of_them, workbench], alike, reference, numbers=numbers)


def w2(full: bool) -> Workload:
    """Return the plan over 60 quarters."""
    case = quarterly(1_000_000 if full else 100_000)
    room = {"memory_limit": "12 GB"} if full else {}
    ours, _, best, fast, compiled, _ = competitors(case)
    ours = Competitor(OURS, lambda: with_tinbergen(case, **room))
    streamed = Competitor(
        f"{OURS}, streamed", lambda: with_tinbergen(case, store="streamed"), note="keeps no path"
    )
    tiled = Competitor(
        f"{OURS}, tiled",
        lambda: with_tinbergen(case, store="tiled"),
        note="a few quarters at a time; the same numbers to the bit",
    )
    title = f"W2, the same over 60 quarters, {case.paths:,} paths"
    numbers = K * case.years * case.paths
    several = [ours, tiled, streamed, fast, *([] if full else [best, compiled])]

    def once(runs):
        return runs[OURS](101) if full else reference(runs)

    return Workload("W2", title, several, agree, once, rounds=3, numbers=numbers, memory=True)
