"""W4, Sobol' indices of 20 inputs: 4,096 rows, first order and total, 90,112 evaluations of a small model."""

import numpy as np

import tinbergen as tb
from workloads.common import OURS, Competitor, Workload, within

ROWS, YEARS, NUMBERS = 4096, 15, 4
BOUNDS = [("mu", 0.0, 0.04), ("phi", 0.0, 0.8), ("start", -0.02, 0.06), ("level", 80.0, 120.0), ("beta", -0.2, 0.4)]  # fmt: skip
NAMES = [f"{name}{k}" for k in range(NUMBERS) for name, _, _ in BOUNDS]
LOW = np.array([low for _ in range(NUMBERS) for _, low, _ in BOUNDS])
HIGH = np.array([high for _ in range(NUMBERS) for _, _, high in BOUNDS])
OTHERS = [(k + 3) % NUMBERS for k in range(NUMBERS)]


def in_numpy(x):
    """Compute the sum of four levels after 15 years, for each row of inputs."""
    mu, phi, start, level, beta = np.moveaxis(x.reshape(len(x), NUMBERS, 5), 2, 0)
    growth, log = start, np.log(level)
    for _ in range(YEARS):
        growth = mu + phi * (growth - mu) + beta * (growth[:, OTHERS] - mu[:, OTHERS])
        log = log + growth
    return np.exp(log).sum(axis=1)


def compiled():
    """Return the same, compiled by Numba."""
    import numba

    @numba.njit(parallel=True)
    def total(x, out):
        for n in numba.prange(len(x)):
            growth, log, before = np.empty(NUMBERS), np.empty(NUMBERS), np.empty(NUMBERS)
            for k in range(NUMBERS):
                growth[k], log[k] = x[n, 5 * k + 2], np.log(x[n, 5 * k + 3])
            for _ in range(YEARS):
                before[:] = growth
                for k in range(NUMBERS):
                    j = (k + 3) % NUMBERS
                    own = x[n, 5 * k + 1] * (before[k] - x[n, 5 * k])
                    other = x[n, 5 * k + 4] * (before[j] - x[n, 5 * j])
                    growth[k] = x[n, 5 * k] + own + other
                    log[k] += growth[k]
            out[n] = np.exp(log).sum()

    def evaluate(x):
        out = np.empty(len(x))
        total(x, out)
        return out

    numba.set_num_threads(min(2, numba.config.NUMBA_NUM_THREADS))
    return evaluate


def as_model() -> tb.Model:
    """Write the same as a model whose parameters are the inputs."""
    indicators = {}
    total = " + ".join(f"level{k} * x{k}" for k in range(NUMBERS))
    for k in range(NUMBERS):
        # The growth of 2020 is a parameter too: it stands in for the history in the first year.
        j = OTHERS[k]
        indicators[f"x{k}"] = tb.Indicator(history={2020: 1.0}, equation=f"dlog(x{k}) = g{k}")
        indicators[f"g{k}"] = tb.Indicator(
            history={2020: 0.0},
            equation=(
                f"g{k} = mu{k} + phi{k} * (g{k}[-1] + first * start{k} - mu{k})"
                f" + beta{k} * (g{j}[-1] + first * start{j} - mu{j})"
            ),
        )
    only_first = {2020: 0.0, 2021: 1.0, **{2021 + k: 0.0 for k in range(1, YEARS)}}
    indicators["first"] = tb.Indicator(history=only_first)
    indicators["y"] = tb.Indicator(equation=f"y = {total}")
    parameters = {
        name: tb.uniform(float(low), float(high))
        for name, low, high in zip(NAMES, LOW, HIGH, strict=True)
    }
    return tb.Model("Sobol'", f"2021..{2020 + YEARS}", indicators=indicators, parameters=parameters)


def with_tinbergen():
    """The design, the model on two threads, the indices with intervals."""
    model = as_model()

    def run(seed):
        design = tb.sensitivity.sobol_design(NAMES, ROWS, seed=seed)
        matrix = LOW + (HIGH - LOW) * design
        columns = dict(zip(NAMES, matrix.T, strict=True))
        runs = model.simulate(
            seed=1, scenarios="baseline", keep=["y"], parameters=columns, threads=2
        )
        found = tb.sensitivity.sobol(runs["baseline"]["y"][-1], NAMES)
        return np.array(found["first"]), np.array(found["total"])

    return run


def with_salib(resamples):
    """The whole of SALib's road, with intervals by so many resamples."""
    from SALib.analyze import sobol as analyze
    from SALib.sample import sobol as sample

    problem = {"num_vars": len(NAMES), "names": NAMES, "bounds": list(zip(LOW, HIGH, strict=True))}

    def run(seed):
        design = sample.sample(problem, ROWS, calc_second_order=False, seed=seed)
        found = analyze.analyze(problem, in_numpy(design), calc_second_order=False, num_resamples=resamples, seed=seed)  # fmt: skip
        return found["S1"], found["ST"]

    return run


def in_scipy():
    """SciPy, without intervals."""
    from scipy.stats import sobol_indices, uniform

    dists = [uniform(low, high - low) for low, high in zip(LOW, HIGH, strict=True)]

    def run(seed):
        found = sobol_indices(func=lambda x: in_numpy(x.T), n=ROWS, dists=dists, rng=seed)
        return found.first_order, found.total_order

    return run


def by_hand(evaluate):
    """Saltelli's and Jansen's estimators, without intervals."""
    from scipy.stats import qmc

    def run(seed):
        points = qmc.Sobol(2 * len(NAMES), rng=seed).random(ROWS)
        a, b = LOW + (HIGH - LOW) * points[:, : len(NAMES)], LOW + (HIGH - LOW) * points[:, len(NAMES) :]  # fmt: skip
        mixed = np.repeat(a[None], len(NAMES), axis=0)
        for k in range(len(NAMES)):
            mixed[k, :, k] = b[:, k]
        f = evaluate(np.concatenate([a, b, mixed.reshape(-1, len(NAMES))]))
        fa, fb, fm = f[:ROWS], f[ROWS : 2 * ROWS], f[2 * ROWS :].reshape(len(NAMES), ROWS)
        variance = np.var(f[: 2 * ROWS])
        first = np.mean(fb * (fm - fa), axis=1) / variance
        return first, np.mean((fa - fm) ** 2, axis=1) / (2 * variance)

    return run


def agree(who, found, wanted, _share):
    """Refuse indices that are off by more than 0.03: two to four standard errors of the design."""
    within(who, "first-order index", found[0] - wanted[0], 0.03)
    within(who, "total index", found[1] - wanted[1], 0.03)


def reference(runs):
    """Return the mean of what the library gives for several seeds."""
    found = [runs[OURS](seed) for seed in range(101, 117)]
    return tuple(np.mean(parts, axis=0) for parts in zip(*found, strict=True))


def w4() -> Workload:
    """Return the workload."""
    competitors = [
        Competitor(OURS, with_tinbergen, note="with intervals"),
        Competitor(
            "SALib, 100 resamples",
            lambda: with_salib(100),
            ("SALib",),
            note="its default: with intervals",
        ),
        Competitor("SALib, 2 resamples", lambda: with_salib(2), ("SALib",)),
        Competitor("scipy.stats.sobol_indices", in_scipy, ("scipy",)),
        Competitor("NumPy by hand, points of SciPy", lambda: by_hand(in_numpy), ("scipy",)),
        Competitor(
            "Numba by hand, points of SciPy", lambda: by_hand(compiled()), ("scipy", "numba")
        ),
    ]
    title = "W4, Sobol' indices of 20 inputs, 90,112 evaluations"
    return Workload("W4", title, competitors, agree, reference, numbers=ROWS * 22 * YEARS * 4)
