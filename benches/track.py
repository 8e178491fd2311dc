"""How long it takes to hold the Yuecheng plan to its outturns and ask for all probabilities again."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import tinbergen as tb
from tinbergen import Table


def best(work: Callable[[], object], repeat: int) -> tuple[float, float]:
    """Time some work: least seconds on the clock, and of all processors together."""
    work()
    least, least_cpu = float("inf"), float("inf")
    for _ in range(repeat):
        cpu, begun = time.process_time(), time.perf_counter()
        work()
        least = min(least, time.perf_counter() - begun)
        least_cpu = min(least_cpu, time.process_time() - cpu)
    return 1000 * least, 1000 * least_cpu


def main() -> None:
    """Time it, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--paths", type=int, default=20_000)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeat", type=int, default=10)
    options = parser.parse_args()
    model, outturns = tb.plans.yuecheng(), tb.plans.outturns()
    settings = {"seed": 1, "threads": options.threads}
    one = {**settings, "scenarios": "baseline"}
    tracked = model.observe(outturns)
    effective = tracked.attainment(options.paths, **one)["effective_paths"][0]
    works: dict[str, Callable[[], object]] = {
        "re-anchor": lambda: model.observe(outturns),
        "re-anchor, all probabilities (baseline)": lambda: model.observe(outturns).attainment(
            options.paths, **one
        ),
        "all probabilities (baseline)": lambda: tracked.attainment(options.paths, **one),
        "all probabilities (six scenarios and baseline)": lambda: tracked.attainment(
            options.paths, **settings
        ),
        "simulate everything (baseline)": lambda: tracked.simulate(options.paths, **one),
        "simulate everything without outturns (baseline)": lambda: model.simulate(
            options.paths, **one
        ),
    }
    times = {name: best(work, options.repeat) for name, work in works.items()}
    print(f"{options.paths:,} paths, {effective:,.0f} effective after the outturns of 2022")
    print(
        Table(
            {
                "work": list(times),
                "milliseconds": [clock for clock, _ in times.values()],
                "processor milliseconds": [cpu for _, cpu in times.values()],
            }
        )
    )


if __name__ == "__main__":
    main()
