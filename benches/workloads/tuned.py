"""The plan of W1 written by hand in Rust: `benches/tuned`, whose numbers are those of the library to the bit."""

import ctypes
import subprocess
from pathlib import Path

import numpy as np

from workloads import plan_case as plan
from workloads.common import LEVELS, DisagreementError

CRATE = "cargo"
FOLDER = Path(__file__).parents[1] / "tuned"


def library() -> Path | None:
    """Return what the crate was built into, built now unless it is there."""
    built = subprocess.run(
        ["cargo", "build", "-q", "--release", "--locked"],
        cwd=FOLDER,
        check=False,
        capture_output=True,
    )
    found = [*(FOLDER / "target/release").glob("*tinbergen_tuned.*")]
    shared = [file for file in found if file.suffix in (".so", ".dylib", ".dll")]
    return shared[0] if built.returncode == 0 and shared else None


def build(case, widest: int = 8):
    """Return the plan as a function of a seed."""
    place = library()
    if place is None:
        raise ImportError("benches/tuned could not be built")
    run_plan = ctypes.CDLL(str(place)).tuned_plan
    run_plan.restype = ctypes.c_void_p
    pointer, size = ctypes.c_void_p, ctypes.c_size_t
    run_plan.argtypes = [pointer, ctypes.c_uint64, size, size, size, pointer, pointer, pointer]
    columns = [plan.PHI, case.mu, case.sigma, case.tau, plan.START, plan.bounds(case)]
    rates = [case.depreciation, case.saving]
    given = np.concatenate([*columns, plan.CORRELATION.ravel(), rates])

    def run(seed):
        bands = np.empty((plan.K, case.years, len(LEVELS)))
        means = np.empty((plan.K, case.years))
        met = np.zeros(plan.K + 1, dtype=np.uint64)
        outs = [array.ctypes.data for array in (bands, means, met)]
        paths = run_plan(given.ctypes.data, seed, case.paths, 2, widest, *outs)
        if not paths:
            raise ImportError("it needs the vectors of AVX2")
        run.paths = paths
        return np.moveaxis(bands, 0, 1), means.T, met / case.paths

    return run


def same_bits(case, found) -> None:
    """Refuse what is not the answer of the library for seed 0, and its paths, to the bit."""
    runs = plan.model(case).simulate(case.paths, seed=0, threads=2, keep=plan.NAMES)
    answer = plan.with_tinbergen(case)(0)
    if not all(np.array_equal(a, b) for a, b in zip(found, answer, strict=True)):
        raise DisagreementError("the plan by hand and the library: other bits of the summary")
    for widest in (4, 8):
        by_hand = build(case, widest)
        again = by_hand(0)
        address = ctypes.cast(by_hand.paths, ctypes.POINTER(ctypes.c_double))
        paths = np.ctypeslib.as_array(address, shape=(plan.K, case.years, case.paths))
        ours = [np.asarray(runs["baseline"][name]) for name in plan.NAMES]
        same = all(np.array_equal(a, b) for a, b in zip(again, answer, strict=True))
        if not same or not all(np.array_equal(a, b) for a, b in zip(paths, ours, strict=True)):
            raise DisagreementError(
                f"the plan by hand, {widest} numbers at once, and the library: other bits"
            )
