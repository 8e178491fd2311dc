"""A run that keeps no path beside one that stores them: twelve indicators over 60 quarters.

Both give seven quantiles and the mean of every indicator and quarter, the probability of a target on each
indicator, and that of all of them. Probabilities have to be the same bits, and quantiles within the bounds
that the streamed run says. The streamed run comes first, so that the peak of memory over what importing
takes is its own.

Run: python benches/streamed.py [PATHS] [ROUNDS]
"""

import resource
import sys
import time

import numpy as np
from plan_against_numpy import CORRELATION, LEVELS, LOGITS, MU, PHI, QUANTILES, SIGMA, STOCK, TAU

import tinbergen as tb

K, DEPRECIATION, SAVING = 12, 0.015, 0.05


def model():
    """Return twelve indicators over 60 quarters: the plan of `plan_against_numpy.py`, quarter by quarter."""
    process, indicators, targets = tb.process, {}, []
    mean, before = MU / 4, "2020-Q4"
    for k in range(11):
        build, word, start = (
            (process.growth, "mean", LEVELS[k])
            if k < 8
            else (process.share, "drift", 1 / (1 + np.exp(-LOGITS[k - 8])))
        )
        written = build(**{word: f"mu{k}"}, persistence=PHI[k], start=mean[k], shock=f"e{k}")
        indicators[f"x{k}"] = tb.Indicator(history={before: float(start)}, process=written)
    saving = process.level(mean="mu11", persistence=PHI[11], shock="e11")
    indicators["saving"] = tb.Indicator(history={before: mean[11]}, process=saving)
    stock = process.stock(depreciation=DEPRECIATION, inflow=f"({SAVING} + saving) * x0")
    indicators["x11"] = tb.Indicator(history={before: STOCK}, process=stock)
    parts = {
        "indicators": indicators,
        "parameters": {f"mu{k}": tb.normal(mean[k], TAU[k] / 4) for k in range(K)},
        "shocks": {f"e{k}": tb.normal(0, SIGMA[k] / 2) for k in range(K)},
        "correlations": {
            f"e{i}, e{j}": float(CORRELATION[i, j]) for i in range(K) for j in range(i)
        },
    }
    plain = tb.Model("without luck", "2021-Q1..2035-Q4", **parts).simulate(2000, seed=1)
    for k in range(K):
        bound = float(np.median(plain["baseline"][f"x{k}"][-1]))
        side = "at_least" if k % 2 == 0 else "at_most"
        targets.append(tb.Target(f"t{k}", indicator=f"x{k}", period="2035-Q4", **{side: bound}))
    return tb.Model("twelve indicators", "2021-Q1..2035-Q4", targets=targets, **parts)


def peak():
    """Return the peak of the memory of the process so far, in MB."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def timed(run):
    """Return what a run gives, and how long it takes: by the clock and of the processors."""
    begin = np.array([time.perf_counter(), time.process_time()])
    found = run()
    return found, np.array([time.perf_counter(), time.process_time()]) - begin


def main():
    """Run both in turn."""
    paths, rounds = (int(text) for text in (sys.argv[1:] + ["1000000", "3"][len(sys.argv) - 1 :]))
    kept = {"keep": [f"x{k}" for k in range(K)], "threads": 2, "memory_limit": "12 GB"}
    plan, imported = model(), peak()

    def run(store, seed):
        runs = plan.simulate(paths, seed=seed, store=store, **kept)
        return runs["baseline"].fan(quantiles=QUANTILES), runs.attainment()

    times = {"streamed": [], "stored": []}
    for seed in range(rounds):
        found = {}
        for store, past in times.items():
            found[store], took = timed(lambda store=store, seed=seed: run(store, seed))
            past.append(took)
            if seed == 0:
                print(f"{store}: peak of memory over import {peak() - imported:,.0f} MB")
        (near, met), (exact, known) = found["streamed"], found["stored"]
        names = [name for name in exact.columns if name.startswith("q")]
        off = max(float((np.abs(near[name] - exact[name]) / near["error"]).max()) for name in names)
        spread = exact["q95"] - exact["q05"]
        worst = max(float((np.abs(near[n] - exact[n]) / spread).max()) for n in names)
        columns = ("target", "probability", "low", "high", "undefined")
        if off > 1 or met.select(*columns) != known.select(*columns):
            raise SystemExit("the two do not agree")
    numbers = paths * K * 60
    for store, past in times.items():
        clock, processor = np.median(past, axis=0)
        low, high = np.min(past, axis=0)[0], np.max(past, axis=0)[0]
        print(
            f"{store:9} {clock:6.2f} s ({low:.2f}..{high:.2f}), {1e9 * clock / numbers:.1f} ns a number; "
            f"processors {processor:.2f} s"
        )
    print(
        f"quantiles are off by {100 * off:.0f} % of their bounds at most, {100 * worst:.3f} % of the spread from "
        f"5 to 95 %; the largest bound is {100 * float((near['error'] / spread).max()):.2f} % of it"
    )


if __name__ == "__main__":
    main()
