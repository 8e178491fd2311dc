"""How fast a model is that another tool drives: an evaluation at a time, a design at once.

The overhead of an evaluation is what one of a single path takes. Sobol' indices are W4 of `make bench`. Needs SALib.
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

import tinbergen as tb

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


def main() -> None:
    """Measure them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=21)
    parser.add_argument("--cpu", action="store_true")
    asked = parser.parse_args()
    repeats = asked.repeats
    if asked.cpu:
        globals()["CLOCK"] = time.process_time
    print(f"load before: {os.getloadavg()[0]:.1f}")
    evaluations(repeats)
    print(f"load after: {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
