"""The workloads of docs/benchmarks.md: the library beside its peers, in one run, in one table.

All answers are compared before anything is measured. Then competitors take turns, round after round, and what is told
are medians and ranges, by the clock and of the processors, and ratios of those of the library. Who is not installed, or
cannot be built, is named as absent. The table is written into docs/benchmarks.md, the same as JSON into target/bench.json.

Run: make bench, or python benches/bench.py [W1 ...] [--rounds 9] [--full] [--dry]
"""

import argparse
import gc
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import time
import warnings
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from workloads import panel, plan, posterior, sobol, var
from workloads.common import OURS, Competitor, DisagreementError, Workload
from workloads.table import into_page, markdown

ROOT = Path(__file__).parents[1]
PACKAGES = ["numpy", "scipy", "numba", "jax", "statsmodels", "SALib", "ema_workbench"]
ROUNDS, NAN = 9, float("nan")


def workloads(full: bool) -> list[Workload]:
    """Return all of them."""
    return [plan.w1(), plan.w2(full), var.w3(), sobol.w4(), panel.w5(), posterior.w5()]


def missing(competitor: Competitor) -> str | None:
    """Return what a competitor needs and is not there."""
    there = lambda name: find_spec(name) is not None or shutil.which(name) is not None
    return next((name for name in competitor.needs if not there(name)), None)


def timed(run, seed: int) -> tuple[float, float]:
    """Return how long a run takes: by the clock and of the processors."""
    gc.collect()
    begin = time.perf_counter(), time.process_time()
    run(seed)
    return time.perf_counter() - begin[0], time.process_time() - begin[1]


def built(work: Workload, absent: dict[str, str]) -> dict[str, object]:
    """Return everybody who can run, ready, and say who cannot."""
    runs = {}
    for competitor in work.competitors:
        if name := missing(competitor):
            absent[competitor.name] = f"{name} is not installed"
            continue
        try:
            runs[competitor.name] = competitor.build()
        except ImportError as error:
            absent[competitor.name] = str(error)
    return runs


def measured(work: Workload, rounds: int, full: bool) -> dict:
    """Compare answers, then measure."""
    absent: dict[str, str] = {}
    runs = built(work, absent)
    shares = {competitor.name: competitor.share for competitor in work.competitors}
    notes = {competitor.name: competitor.note for competitor in work.competitors}
    wanted = work.reference(runs)
    for name, run in list(runs.items()):
        try:
            found = run(0)  # who compiles does it now
        except ImportError as error:
            absent[name] = str(error)
            del runs[name]
            continue
        work.agree(name, found, wanted, shares[name])
    del wanted, found
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in runs}
    rounds = min(rounds, work.rounds or rounds)
    for seed in range(1, rounds + 1):
        for name, run in runs.items():
            clock, processors = timed(run, seed)
            times[name].append((clock / shares[name], processors / shares[name]))
    rows = [row(name, times[name], times[OURS], shares[name], notes[name]) for name in runs]
    return {
        "id": work.id,
        "title": work.title,
        "numbers": work.numbers,
        "rounds": rounds,
        "rows": rows,
        "peaks": peaks(work, list(runs), full) if work.memory else {},
        "absent": absent,
    }


def resident() -> float:
    """Return the most memory that the process has had so far, in MB; not-a-number where the system does not say."""
    status = Path("/proc/self/status")
    lines = status.read_text(encoding="utf-8").splitlines() if status.exists() else []
    return next((float(line.split()[1]) / 1e3 for line in lines if line.startswith("VmHWM")), NAN)


def peak(work: Workload, name: str) -> None:
    """Print how much more memory a run takes than what is there before it: of a process of its own."""
    run = next(c.build() for c in work.competitors if c.name == name)
    gc.collect()
    if (forget := Path("/proc/self/clear_refs")).exists():
        forget.write_text("5", encoding="ascii")  # the peak so far
    before = resident()
    run(1)
    print(resident() - before)


def peaks(work: Workload, names: list[str], full: bool) -> dict[str, float]:
    """Return the peak of the memory of each, by a process each."""
    found = {}
    for name in names:
        command = [sys.executable, __file__, "--peak", work.id, name, *["--full"] * full]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        found[name] = float(done.stdout.split()[-1])
    return found


def row(name, times, ours, share, note) -> dict:
    """Return a row of the table: a ratio is of medians, its range of the rounds, each with its own."""
    clock, processors = zip(*times, strict=True)
    ratios = [a[0] / b[0] for a, b in zip(times, ours, strict=True)]
    own = [statistics.median(column) for column in zip(*ours, strict=True)]
    return {
        "name": name,
        "share": share,
        "note": note,
        "seconds": statistics.median(clock),
        "range": [min(clock), max(clock)],
        "processor_seconds": statistics.median(processors),
        "ratio": statistics.median(clock) / own[0],
        "ratio_range": [min(ratios), max(ratios)],
        "processor_ratio": statistics.median(processors) / own[1],
        "times": [list(pair) for pair in times],
    }


def machine() -> dict:
    """Return what all this ran on."""
    versions = {}
    for name in ["tinbergen", *PACKAGES]:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            continue
    import tinbergen

    versions["tinbergen"] = tinbergen.__version__
    name = platform.processor()
    if (cpus := Path("/proc/cpuinfo")).exists():
        lines = cpus.read_text(encoding="utf-8").splitlines()
        flags = {flag for line in lines if line.startswith("flags") for flag in line.split()}
        found = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines)}  # fmt: skip
        wide = next((flag for flag in ("avx512f", "avx2") if flag in flags), "no vectors of four")
        name = f"{found.get('model name', name)}, family {found.get('cpu family')}, model {found.get('model')}, {wide}"  # fmt: skip
    return {
        "processor": name,
        "processors": os.cpu_count(),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "versions": versions,
        "date": datetime.now(UTC).date().isoformat(),
    }


def main() -> None:
    """Do all of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("only", nargs="*", metavar="W", help="the workloads; all unless said")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--full", action="store_true", help="W2 with a million paths (12 GB)")
    parser.add_argument("--dry", action="store_true", help="print the table, and write nothing")
    parser.add_argument("--peak", nargs=2, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    warnings.simplefilter("ignore")  # of peers, about themselves
    if asked.peak:
        which = next(work for work in workloads(asked.full) if work.id == asked.peak[0])
        peak(which, asked.peak[1])
        return
    began, load = time.perf_counter(), os.getloadavg()[0]
    found = {"machine": machine(), "workloads": []}
    for work in workloads(asked.full):
        if asked.only and work.id not in asked.only:
            continue
        print(f"{work.title} ...", file=sys.stderr, flush=True)
        try:
            found["workloads"].append(measured(work, asked.rounds, asked.full))
        except DisagreementError as error:
            raise SystemExit(f"{work.id}: {error}") from None
    found["machine"] |= {"load": [load, os.getloadavg()[0]], "seconds": time.perf_counter() - began}
    text = markdown(found)
    print(text)
    if asked.dry:
        return
    target = ROOT / "target"
    target.mkdir(exist_ok=True)
    (target / "bench.json").write_text(json.dumps(found, indent=1), encoding="utf-8")
    if not asked.only:
        into_page(ROOT / "docs/benchmarks.md", text)


if __name__ == "__main__":
    main()
