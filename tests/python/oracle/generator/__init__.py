"""Random plans that cover the plan file: `random_plan(seed)` gives the text of one.

A kind (distribution, term, equation, process, change, ...) is one function in one list of a module here. Plan
`seed` has entry `seed mod length` of every list for certain and others by chance, so that as many seeds in a row as
the longest list is long cover everything. Bounds of targets are put where the paths of the independent simulator
are, and a draft whose paths break is thrown away, so plans compile and run.
"""

import numpy as np

from oracle import measures
from oracle.generator.draft import Draft, written
from oracle.generator.equations import EQUATIONS, exogenous
from oracle.generator.processes import PROCESSES
from oracle.generator.scenarios import add_correlations, add_event, add_scenarios
from oracle.generator.targets import add_targets
from oracle.simulator import simulate


def draft(seed, attempt):
    d = Draft(seed, attempt)
    exogenous(d)
    PROCESSES[0](d)
    for add in [*d.due(EQUATIONS, 4), *d.due(PROCESSES, 2), *d.rng.choices(EQUATIONS, k=2)]:
        add(d)
    for _ in range(d.rng.randrange(3)):
        add_event(d)
    add_correlations(d)
    add_scenarios(d)
    return d


def random_plan(seed, paths=40):
    """Write a plan; the same text for the same seed."""
    for attempt in range(20):
        d = draft(seed, attempt)
        plan, runs = simulate(written(d), paths, seed)
        span = range(plan.first, plan.last + 1)
        sizes = [
            np.abs(measures.level(run, n, t)).max()
            for run in runs.values()
            for n in plan.indicators
            for t in span
        ]
        if np.isfinite(sizes).all() and max(sizes) < 1e7:
            add_targets(d, plan, runs)
            return written(d)
    raise AssertionError(f"no draft of plan {seed} runs")
