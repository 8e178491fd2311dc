"""How long an explanation of the Yuecheng plan takes: seven groups, 128 coalitions."""

from __future__ import annotations

import argparse
import time

import tinbergen as tb
from tinbergen import Table

# All targets together have next to no probability on either side; these have one that moves.
GOAL = "economy or innovation"

GROUPS = {
    "growth": "parameters.trend_growth",
    "slowdown": "parameters.slowdown",
    "firms": "parameters.firm_arrivals",
    "luck": "shocks.*",
    "risks": "events.*",
    "exports": "indicators.exports.*",
    "targets": "targets.*",
}


def revised(model: tb.Model) -> tb.Model:
    """Change the plan in seven ways."""
    target = next(t for t in model.targets if t.id == "high-tech-firms-2025")
    written = model.to_dict()
    written["parameters"]["trend_growth"] = {"normal": {"mean": 0.06, "sd": 0.01}}
    written["parameters"]["slowdown"] = {"normal": {"mean": 0.0025, "sd": 0.0005}}
    written["parameters"]["firm_arrivals"] = {"normal": {"mean": 95.0, "sd": 8.0}}
    written["shocks"]["demand"] = {"normal": {"mean": 0.0, "sd": 0.025}}
    del written["events"]["property_slump"]
    written["indicators"]["exports"]["history"]["2020"] = 550.0
    for entry in written["targets"]:
        if entry["id"] == target.id:
            entry["at_least"] = 750
    return tb.Model.from_dict(written)


def main() -> None:
    """Time it, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--paths", type=int, default=10_000)
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    before = tb.plans.yuecheng()
    after = revised(before)
    seconds = []
    for _ in range(options.repeat):
        begun = time.perf_counter()
        found = tb.explain(before, after, GOAL, groups=GROUPS, paths=options.paths, seed=1)
        seconds.append(time.perf_counter() - begun)
    print(found)
    print(
        Table(
            {
                "paths": [options.paths],
                "coalitions": [found.coalitions],
                "simulations": [found.simulations],
                "seconds": [min(seconds)],
            }
        )
    )


if __name__ == "__main__":
    main()
