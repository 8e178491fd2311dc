"""Published models: FRB/US and a World Bank country model of Pakistan, through Python.

FRB/US: 1,000 paths of 24 quarters, 284 equations, residuals of whole quarters from 1975 to 2018 drawn
with replacement. Pakistan: 1,000 paths of 15 years, 378 equations, the add factors that its equations
carry drawn by whole years from 1990 to 2015, minus their means, for consumption, exports, imports and the
exchange rate (with all of them some paths leave the domain of its logarithms); and nothing drawn.
The files are not part of the project; their folder is given by TINBERGEN_SHARED or lies beside the
project.

==============================================  =====================================
what                                            mark, 2 threads unless said
==============================================  =====================================
FRB/US, 1,000 paths x 24 quarters               80 ms
the same on one thread                          10 ns per equation, period and path
Pakistan, 1,000 paths x 15 years                150 ms
parse and compile, either model                 50 ms (files in memory to a program)
==============================================  =====================================

Other engines on such a machine, one thread: the Fed's own 230 to 300 s for the first line, the fastest
open peer 18 s at equal tolerance; the World Bank's about 0.25 s for one path of Pakistan.

Run: python benches/published_models.py
"""

import os
import statistics
import sys
import time
from pathlib import Path

import tinbergen as tb
from tinbergen import _core

SHARED = Path(os.environ.get("TINBERGEN_SHARED", Path(__file__).parents[1] / ".." / "shared"))
PATHS = 1000
QUARTERS, YEARS = "2040-Q1..2045-Q4", "2016..2030"
RUNS = 7
DRAWN = ["pakneconprvtkn", "pakneexpgnfskn", "pakneimpgnfskn", "pakpanusatls"]


def frbus():
    """Give FRB/US, tracked, with residuals drawn by whole quarters."""
    folder = SHARED / "models" / "frbus"
    model = tb.read_frbus(folder / "model.xml", folder / "longbase.csv", periods=QUARTERS)
    return model.track(QUARTERS).with_residuals("1975-Q1..2018-Q4")


def pakistan():
    """Give Pakistan without random numbers."""
    file = SHARED / "models" / "worldbank" / "pak.pcim"
    return tb.read_modelflow(file, periods=YEARS).over(YEARS)


def times(work):
    """Give wall and CPU seconds of some runs, after a warm-up."""
    work(0)
    wall, cpu = [], []
    for k in range(1, RUNS + 1):
        begin, used = time.perf_counter(), time.process_time()
        work(k)
        wall.append(time.perf_counter() - begin)
        cpu.append(time.process_time() - used)
    return wall, cpu


def line(what, wall, cpu, mark):
    """Print a line: median, range, CPU time, mark."""
    middle, used = (1000 * statistics.median(values) for values in (wall, cpu))
    spread = f"{1000 * min(wall):.0f}..{1000 * max(wall):.0f}"
    print(f"{what:44} {middle:6.0f} ms ({spread}), CPU {used:.0f} ms; mark {mark}")


def simulated(what, model, equations, mark, threads):
    """Time a stochastic simulation, with ns per equation, period and path."""
    program = model.simulate(PATHS, seed=0, threads=threads)
    cells = PATHS * equations * len(program["baseline"].periods)
    failed = len(program["baseline"].broken()["path"])
    wall, cpu = times(lambda seed: model.simulate(PATHS, seed=seed, threads=threads))
    line(what, wall, cpu, mark)
    per = 1e9 * statistics.median(wall) / cells
    print(f"{'':44} {per:6.1f} ns per equation, period and path; {failed} broken paths")


def compiled():
    """Time parse and compile: bytes of the files to a program that can run."""
    folder = SHARED / "models" / "frbus"
    xml, data = (folder / "model.xml").read_bytes(), (folder / "longbase.csv").read_bytes()
    pcim = (SHARED / "models" / "worldbank" / "pak.pcim").read_bytes()

    def both(_):
        _core.Model.read_frbus(xml, data, "longbase.csv", QUARTERS).over(QUARTERS).compile()

    line("FRB/US, parse and compile", *times(both), "50 ms")

    def country(_):
        _core.Model.read_modelflow(pcim, YEARS).over(YEARS).compile()

    line("Pakistan, parse and compile", *times(country), "50 ms")


if __name__ == "__main__":
    if not (SHARED / "models").exists():
        sys.exit("the models are not here; say where they are by TINBERGEN_SHARED")
    compiled()
    fed, bank = frbus(), pakistan()
    drawn = bank.with_residuals("1990..2015", of=DRAWN)
    simulated("FRB/US, 1,000 paths x 24 quarters", fed, 284, "80 ms", 2)
    simulated("FRB/US, one thread", fed, 284, "10 ns", 1)
    simulated("Pakistan, 1,000 paths x 15 years, drawn", drawn, 378, "150 ms", 2)
    simulated("Pakistan, drawn, one thread", drawn, 378, "10 ns", 1)
    simulated("Pakistan, nothing drawn", bank, 378, "150 ms", 2)
