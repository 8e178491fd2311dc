"""How fast a model is that another tool drives: an evaluation at a time, a design at once, and Sobol' indices.

The overhead of an evaluation is what one of a single path takes. Sobol' indices: 20 inputs, 4,096 rows, first order
and total (90,112 evaluations), beside SALib and SciPy with the same model in vectorised NumPy. Needs SALib.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable
from functools import partial

import numpy as np
from SALib.analyze import sobol as analyze
from SALib.sample import sobol as sample
from scipy.stats import sobol_indices, uniform

import tinbergen as tb

ROWS, YEARS, NUMBERS = 4096, 15, 4
BOUNDS = [("mu", 0.0, 0.04), ("phi", 0.0, 0.8), ("start", -0.02, 0.06), ("level", 80.0, 120.0), ("beta", -0.2, 0.4)]  # fmt: skip
NAMES = [f"{name}{k}" for k in range(NUMBERS) for name, _, _ in BOUNDS]
LOW = np.array([low for _ in range(NUMBERS) for _, low, _ in BOUNDS])
HIGH = np.array([high for _ in range(NUMBERS) for _, _, high in BOUNDS])


CLOCK = time.perf_counter
"""With `--cpu` the time of the processor, all threads together, which a busy machine does not lengthen as much."""


def seconds(work: Callable[[], object], repeats: int) -> list[float]:
    """Return how long a piece of work takes, each time it is done."""
    work()
    found = []
    for _ in range(repeats):
        start = CLOCK()
        work()
        found.append(CLOCK() - start)
    return found


def told(name: str, times: list[float], scale: float = 1e3, unit: str = "ms") -> float:
    """Print the median of times with the fastest and the slowest, and return it."""
    median = statistics.median(times)
    print(f"{name:58} {median * scale:9.2f} {unit} ({min(times) * scale:.2f}..{max(times) * scale:.2f})")  # fmt: skip
    return median


def in_numpy(x: np.ndarray) -> np.ndarray:
    """Compute the sum of four levels after 15 years, for each row of parameters."""
    mu, phi, start, level, beta = np.moveaxis(x.reshape(len(x), NUMBERS, 5), 2, 0)
    growth, log = start, np.log(level)
    others = [(k + 3) % NUMBERS for k in range(NUMBERS)]
    for _ in range(YEARS):
        growth = mu + phi * (growth - mu) + beta * (growth[:, others] - mu[:, others])
        log = log + growth
    return np.exp(log).sum(axis=1)


def as_model() -> tb.Model:
    """Write the same as a model whose parameters are the inputs."""
    indicators = {}
    total = " + ".join(f"level{k} * x{k}" for k in range(NUMBERS))
    for k in range(NUMBERS):
        # The growth of 2020 is a parameter too: it stands in for the history in the first year.
        j = (k + 3) % NUMBERS
        indicators[f"x{k}"] = tb.Indicator(history={2020: 1.0}, equation=f"dlog(x{k}) = g{k}")
        indicators[f"g{k}"] = tb.Indicator(
            history={2020: 0.0},
            equation=(
                f"g{k} = mu{k} + phi{k} * (g{k}[-1] + first * start{k} - mu{k})"
                f" + beta{k} * (g{j}[-1] + first * start{j} - mu{j})"
            ),
        )
    indicators["first"] = tb.Indicator(
        history={2020: 0.0, 2021: 1.0, **{2021 + k: 0.0 for k in range(1, YEARS)}}
    )
    indicators["y"] = tb.Indicator(equation=f"y = {total}")
    parameters = {
        name: tb.uniform(float(low), float(high))
        for name, low, high in zip(NAMES, LOW, HIGH, strict=True)
    }
    return tb.Model("Sobol'", f"2021..{2020 + YEARS}", indicators=indicators, parameters=parameters)


def evaluations(repeats: int) -> None:
    """Measure evaluations of the shipped plan: baseline, one target."""
    plan, of, name = tb.plans.yuecheng(), "gdp-2025", "trend_growth"
    places = iter(np.linspace(0.05, 0.09, 1_000_000).tolist())

    def swept(paths: int) -> object:
        return plan.sweep({name: [next(places)]}, of=of, paths=paths, seed=1).probability(of)

    def simulated(paths: int) -> object:
        return plan.simulate(
            paths, seed=1, scenarios="baseline", keep=[], parameters={name: next(places)}
        ).probability(of)

    for what, work in {
        "sweep of one setting": swept,
        "simulate and probability": simulated,
    }.items():
        one, many = (statistics.median(seconds(partial(work, n), repeats)) for n in (1, 1_000))
        print(f"{what}: {many * 1e3:.2f} ms at 1,000 paths, of which overhead {one * 1e3:.2f} ms")
    problem = {"num_vars": 2, "names": [name, "inflation_trend"], "bounds": [[0.05, 0.09], [0.01, 0.02]]}  # fmt: skip
    design = sample.sample(problem, 64, seed=1)
    columns = dict(zip(problem["names"], design.T, strict=True))

    def driven() -> object:
        found = plan.sweep(settings=columns, of=of, paths=1_000, seed=1).probability(of)
        return analyze.analyze(problem, found, seed=1)

    each = statistics.median(seconds(driven, 3)) / len(design)
    print(f"SALib, {len(design)} settings in one sweep: {each * 1e3:.2f} ms each at 1,000 paths")


def indices(repeats: int) -> None:
    """Measure Sobol' indices."""
    problem = {"num_vars": len(NAMES), "names": NAMES, "bounds": list(zip(LOW, HIGH, strict=True))}
    model = as_model()
    model.simulate(2, seed=1)

    def ours() -> tb.Table:
        design = tb.sensitivity.sobol_design(NAMES, ROWS, seed=1)
        matrix = LOW + (HIGH - LOW) * design
        runs = model.simulate(
            seed=1,
            scenarios="baseline",
            keep=["y"],
            parameters=dict(zip(NAMES, matrix.T, strict=True)),
        )
        return tb.sensitivity.sobol(runs["baseline"]["y"][-1], NAMES)

    def salib(resamples: int) -> dict[str, np.ndarray]:
        design = sample.sample(problem, ROWS, calc_second_order=False, seed=1)
        return analyze.analyze(problem, in_numpy(design), calc_second_order=False, num_resamples=resamples, seed=1)  # fmt: skip

    def in_scipy() -> object:
        dists = [uniform(low, high - low) for low, high in zip(LOW, HIGH, strict=True)]
        return sobol_indices(func=lambda x: in_numpy(x.T), n=ROWS, dists=dists, rng=1)

    found = ours()
    gap = np.abs(np.array(found["total"]) - salib(2)["ST"]).max()
    print(f"largest difference to SALib in a total index: {gap:.4f}")
    own = told("tinbergen, with intervals", seconds(ours, repeats))
    for name, work in {
        "SALib, NumPy model, 100 resamples": lambda: salib(100),
        "scipy.stats.sobol_indices, NumPy model": in_scipy,
    }.items():
        times = seconds(work, max(3, repeats // 3))
        print(f"  {told(name, times) / own:.1f} times as long")
    design = tb.sensitivity.sobol_design(NAMES, ROWS, seed=1)
    told("  of ours: the design", seconds(lambda: tb.sensitivity.sobol_design(NAMES, ROWS, seed=1), repeats))  # fmt: skip
    matrix = LOW + (HIGH - LOW) * design
    columns = dict(zip(NAMES, matrix.T, strict=True))
    run = {"seed": 1, "scenarios": "baseline", "keep": ["y"], "parameters": columns}
    told("  of ours: the run", seconds(lambda: model.simulate(**run), repeats))
    output = np.array(model.simulate(**run)["baseline"]["y"][-1])
    told("  of ours: the indices", seconds(lambda: tb.sensitivity.sobol(output, NAMES), repeats))


def main() -> None:
    """Measure both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=21)
    parser.add_argument("--cpu", action="store_true")
    asked = parser.parse_args()
    repeats = asked.repeats
    if asked.cpu:
        globals()["CLOCK"] = time.process_time
    print(f"load before: {os.getloadavg()[0]:.1f}")
    evaluations(repeats)
    indices(repeats)
    print(f"load after: {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
