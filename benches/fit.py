"""How fast a table becomes a fan: a hundred series of twenty figures, fitted together, 1,000 draws, 1,000 paths.

With `--cpu` the time of the processor, all threads together, which a busy machine does not lengthen as much.
"""

from __future__ import annotations

import argparse
import statistics
import time

import numpy as np

import tinbergen as tb

SERIES, YEARS, ROWS, HORIZON = 100, 20, 1000, 5


def table() -> dict[str, list[float]]:
    """Levels whose growth returns to means around 3 %, with a shock that is common to all."""
    draws = np.random.default_rng(1)
    mean, growth = draws.normal(0.03, 0.01, SERIES), np.full(SERIES, 0.03)
    levels = [np.full(SERIES, 100.0)]
    for _ in range(YEARS):
        own, common = draws.standard_t(5, SERIES), draws.standard_t(5)
        growth = mean + 0.4 * (growth - mean) + 0.015 * own + 0.01 * common
        levels.append(levels[-1] * np.exp(growth))
    columns = {f"region_{k}": [float(row[k]) for row in levels] for k in range(SERIES)}
    return {"year": list(range(2000, 2001 + YEARS)), **columns}


def main() -> None:
    """Measure, and print the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cpu", action="store_true")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    clock = time.process_time if options.cpu else time.perf_counter
    figures, fitted, simulated = table(), [], []
    kinds = dict.fromkeys(list(figures)[1:], "growth")
    for _ in range(options.rounds + 1):
        start = clock()
        model = tb.fit(figures, kinds=kinds, identities=[], periods=HORIZON, rows=ROWS)
        middle = clock()
        model.simulate(ROWS, seed=1).fan()
        fitted.append(middle - start)
        simulated.append(clock() - middle)
    # The first one loads what is used.
    print(
        f"{SERIES} series of {YEARS} changes fitted together, {ROWS} draws: {statistics.median(fitted[1:]):.3f} s"
    )
    print(
        f"{ROWS} paths of {HORIZON} periods and their fans: {statistics.median(simulated[1:]):.3f} s"
    )


if __name__ == "__main__":
    main()
