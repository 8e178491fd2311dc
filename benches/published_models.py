"""Published models: stochastic simulation of FRB/US, and a World Bank country model, through Python.

FRB/US: 1,000 paths of 24 quarters, 284 equations, residuals of whole quarters from 1975 to 2018 drawn
with replacement. Pakistan: 1,000 paths of 15 years, 378 equations, the same in each path: the work is that of a random one.
The files are not part of the project; their folder is given by TINBERGEN_SHARED or lies beside the
project.

Run: python benches/published_models.py
"""

import os
import statistics
import sys
import time
from pathlib import Path

import tinbergen as tb

SHARED = Path(os.environ.get("TINBERGEN_SHARED", Path(__file__).parents[1] / ".." / "shared"))
PATHS = 1000


def frbus():
    """Give FRB/US, tracked, with residuals drawn by whole quarters."""
    folder, span = SHARED / "models" / "frbus", "2040-Q1..2045-Q4"
    model = tb.read_frbus(folder / "model.xml", folder / "longbase.csv", periods=span)
    return model.track(span).with_residuals("1975-Q1..2018-Q4")


def pakistan():
    """Give Pakistan."""
    file = SHARED / "models" / "worldbank" / "pak.pcim"
    return tb.read_modelflow(file, periods="2016..2030").over("2016..2030")


def timed(model, what, equations):
    """Time runs of a model after a warm-up."""
    periods = len(model.simulate(PATHS, seed=0)["baseline"].periods)
    seconds = []
    for seed in range(1, 8):
        begin = time.perf_counter()
        model.simulate(PATHS, seed=seed)
        seconds.append(time.perf_counter() - begin)
    middle = statistics.median(seconds)
    per = 1e9 * middle / (PATHS * periods * equations)
    print(f"{what}: {1000 * middle:.0f} ms ({1000 * min(seconds):.0f}..{1000 * max(seconds):.0f})")
    print(f"  {per:.1f} ns per equation, period and path, all threads together")


if __name__ == "__main__":
    if not (SHARED / "models").exists():
        sys.exit("the models are not here; say where they are by TINBERGEN_SHARED")
    timed(frbus(), "FRB/US, 1,000 paths x 24 quarters", 284)
    timed(pakistan(), "Pakistan, 1,000 paths x 15 years", 378)
