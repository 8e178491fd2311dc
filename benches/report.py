"""Size, speed and memory of a report that moves, in Chromium, and of a move in a notebook.

Needs the engine (`make engine`), Chromium, `pip install playwright` and, for memory, `psutil`.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import tinbergen as tb
from tinbergen import Table
from tinbergen.report.live import read_engine

sys.path.insert(0, str(Path(__file__).parents[1] / "tests/python"))
TOOK = "document.documentElement.dataset.took"


def main() -> None:
    """Write a report for each design, move a lever in it, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--paths", type=int, default=10_000)
    parser.add_argument("--repeat", type=int, default=7)
    parser.add_argument("--designs", default="random,sobol")
    options = parser.parse_args()
    if read_engine() is None:
        sys.exit("needs the engine: make engine")
    rows = [moved(design, options) for design in options.designs.split(",")]
    print(Table({name: [row[name] for row in rows] for name in rows[0]}).to_text())
    print(in_notebook(options))


def moved(design: str, options: argparse.Namespace) -> dict[str, Any]:
    """Open a report, let a lever move, and measure: milliseconds on the clock, medians."""
    from browsers import opened

    runs = tb.plans.yuecheng().simulate(options.paths, seed=1, design=design)
    with tempfile.TemporaryDirectory() as folder:
        file = runs.report(Path(folder) / "report.html", live="yes")
        still = runs.report(Path(folder) / "still.html", live="no").stat().st_size
        with opened(file, "chromium", folder) as page:
            page.wait("document.documentElement.dataset.verified")
            ready = page.evaluate("Math.round(performance.now())")
            begun = processor()
            few = [move(page, "input", 0.02 + k / 1000) for k in range(options.repeat)]
            between = processor()
            all_of = [move(page, "change", 0.04 + k / 1000) for k in range(options.repeat)]
            done = processor()
            written, alone = megabytes()
        return {
            "design": design,
            "MB": file.stat().st_size / 1e6,
            "MB without what moves": still / 1e6,
            "ms until checked": float(ready),
            "ms for 1,000 paths": statistics.median(few),
            f"ms for {options.paths:,} paths": statistics.median(all_of),
            "processor ms for 1,000": (between - begun) / options.repeat,
            f"processor ms for {options.paths:,}": (done - between) / options.repeat,
            "MB written": written,
            "MB alone": alone,
        }


def move(page: Any, event: str, value: float) -> float:
    """Move the first lever, and return how long the page took."""
    page.evaluate(f"delete {TOOK}")
    script = f"(e => {{ e.value = '{value}'; e.dispatchEvent(new Event('{event}')); }})"
    page.evaluate(f"{script}(document.querySelector('#lever-1'))")
    return float(page.wait(TOOK).partition(" ")[0])


def renderers() -> Iterator[Any]:
    """Yield the processes in which Chromium has pages."""
    try:
        import psutil
    except ImportError:
        return
    for process in psutil.Process().children(recursive=True):
        try:
            if "--type=renderer" in process.cmdline():
                yield process
        except psutil.Error:
            continue


def processor() -> float:
    """Return the milliseconds that pages have worked on all processors, for machines that are busy otherwise."""
    return 1000 * sum(sum(process.cpu_times()[:2]) for process in renderers())


def megabytes() -> tuple[float, float]:
    """Return what the process of the page has written, and all that it has for itself alone: the browser's code is in the second."""
    found = [(float("nan"), float("nan"))]
    for process in renderers():
        maps = process.memory_maps(grouped=False)
        written = sum(getattr(one, "private_dirty", 0) for one in maps)
        found.append((written / 1e6, process.memory_full_info().uss / 1e6))
    return found[-1]


def in_notebook(options: argparse.Namespace) -> str:
    """Time what a kernel does for a move: on the clock, and of all processors together."""
    explorer = tb.plans.yuecheng().explore(options.paths, seed=1, live="no")
    clocks, works = [], []
    for k in range(options.repeat + 1):
        clock, work = time.perf_counter(), time.process_time()
        explorer.answer({"levers": {"rd_subsidy": 0.02 + k / 1000}}, options.paths)
        clocks.append(time.perf_counter() - clock)
        works.append(time.process_time() - work)
    told = [f"{1000 * statistics.median(times[1:]):.0f} ms" for times in (clocks, works)]
    return f"in a notebook, the kernel answers a move of {options.paths:,} paths in {told[0]} ({told[1]} of processors)"


if __name__ == "__main__":
    main()
