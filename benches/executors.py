"""A plan of twelve indicators over 15 years in many paths, streamed: one process, and the workers of executors.

All give the same fans, moments and probabilities, to the bit, which is checked before a figure is told. A worker has
one thread: two of them beside one say how well work is shared out, and beside two threads of one process what
sending costs. What a range sends back is told in bytes.

Run: python benches/executors.py [PATHS] [ROUNDS]
"""

import statistics
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from workloads.plan_case import NAMES, K, annual, model

from tinbergen.questions.workers import Crew

ASKED = {"store": "streamed", "keep": NAMES, "scenarios": "baseline"}


def said(runs):
    """Return everything that is compared."""
    return runs.fan(), runs.moments(), runs.attainment()


def main():
    """Run all in turn."""
    paths, rounds = (int(text) for text in (sys.argv[1:] + ["10000000", "3"][len(sys.argv) - 1 :]))
    plan, sent = model(annual()), []
    spawn = get_context("spawn")
    pools = {count: ProcessPoolExecutor(count, mp_context=spawn) for count in (1, 2)}
    ways = {
        "one process, one thread": {"threads": 1},
        "one process, two threads": {"threads": 2},
        "one worker": {"executor": pools[1]},
        "two workers": {"executor": pools[2]},
    }
    read = Crew.spread

    def spread(self, *args, **more):
        for unit, answer in read(self, *args, **more):
            sent.append(len(answer))
            yield unit, answer

    Crew.spread = spread
    for pool in pools.values():  # they import, and compile, before the clock runs
        plan.simulate(100_000, seed=0, executor=pool, **ASKED)
    times, whole = {way: [] for way in ways}, None
    for _ in range(rounds):
        for way, settings in ways.items():
            begin = time.perf_counter()
            found = said(plan.simulate(paths, seed=1, **settings, **ASKED))
            times[way].append(time.perf_counter() - begin)
            if not all(a == b for a, b in zip(found, whole or found, strict=True)):
                raise SystemExit(f"{way}: other numbers")
            whole = found
    for way, took in times.items():
        middle = statistics.median(took)
        print(
            f"{way:26} {middle:7.2f} s ({min(took):.2f}..{max(took):.2f}), {1e9 * middle / paths / K / 15:.1f} ns a number"
        )
    ratio = statistics.median(times["one worker"]) / statistics.median(times["two workers"])
    print(
        f"two workers are {ratio:.2f} times one; a range sends {statistics.median(sent) / 1e6:.2f} MB"
    )
    for pool in pools.values():
        pool.shutdown()


if __name__ == "__main__":
    main()
