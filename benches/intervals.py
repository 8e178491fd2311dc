"""How often 95 % intervals cover the truth, where few paths meet a target: the table of docs/intervals.md.

A random walk of four steps ends above a bound that `count` of the paths are expected to reach in the
baseline. Scenarios shift one step; in the weighted rows the first step is measured with an error and its
shock is Student's t (3 degrees of freedom), so that paths weigh differently. The truth is a formula or a
quadrature.
"""

from __future__ import annotations

import argparse
from typing import Any

import numpy as np
from scipy import integrate, optimize, stats

import tinbergen as tb

COUNTS = (0.5, 1, 2, 3, 5, 8, 12, 20)
DESIGNS = ("random", "antithetic", "lhs", "sobol")
# Probability and shift of each scenario, and is the first step measured?
ROWS: dict[str, tuple[list[tuple[float, float]], bool]] = {
    "one scenario": ([], False),
    "0.98 and 0.02": ([(0.02, 4.0)], False),
    "0.9 and 0.1": ([(0.1, 4.0)], False),
    "0.9 and 0.1, alike": ([(0.1, 0.0)], False),
    "0.5 and 0.5": ([(0.5, 1.0)], False),
    "0.6, 0.3 and 0.1": ([(0.3, 1.0), (0.1, 3.0)], False),
    "weighted": ([], True),
    "weighted, 0.9 and 0.1": ([(0.1, 2.0)], True),
}
MEASURED, ERROR = 1.5, 0.7
T3 = stats.t(3, scale=1 / np.sqrt(3))


def tail(bound: float, *, measured: bool) -> float:
    """Give the probability that the walk ends above a bound, in the baseline."""
    if not measured:
        return float(stats.norm.sf(bound / 2))

    def density(x: float) -> float:
        return float(T3.pdf(x) * stats.norm.pdf(MEASURED - x, scale=ERROR))

    def above(x: float) -> float:
        return density(x) * float(stats.norm.sf((bound - x) / np.sqrt(3)))

    ends = (MEASURED - 12 * ERROR, MEASURED + 12 * ERROR)
    total = integrate.quad(density, *ends, points=[0.0], epsabs=1e-13)[0]
    return float(integrate.quad(above, *ends, points=[0.0], epsabs=1e-13)[0] / total)


def coverage(name: str, design: str, paths: int, seeds: int) -> list[float]:
    """Give the share of runs, in percent, whose interval has the truth in it: one for each count."""
    scenarios, measured = ROWS[name]
    bounds = [
        optimize.brentq(
            lambda b, p=count / paths: tail(b, measured=measured) - p, -20, 60, xtol=1e-11
        )
        for count in COUNTS
    ]
    rest = 1 - sum(probability for probability, _ in scenarios)
    weights = [(rest, 0.0), *scenarios]
    truth = np.array(
        [sum(w * tail(b - shift, measured=measured) for w, shift in weights) for b in bounds]
    )
    law: dict[str, Any] = {"student_t": {"sd": 1, "df": 3}} if measured else {"normal": {"sd": 1}}
    model: Any = tb.Model.from_dict(
        {
            "schema": 1,
            "name": "walk",
            "periods": "2021..2024",
            "indicators": {
                "first": {"equation": "first ~ 0"},
                "step": {"equation": "step ~ 0"},
                "x": {
                    "history": {"2020": 0.0},
                    "equation": 'x = x[-1] + if(period == "2021", first, step)',
                },
            },
            "shocks": {"first": law, "step": {"normal": {"sd": 1}}},
            "scenarios": {
                f"s{k}": {
                    "probability": probability,
                    "changes": [{"shock": "step", "periods": "2023", "add": shift}],
                }
                for k, (probability, shift) in enumerate(scenarios)
            },
            "targets": [
                {"id": f"t{k}", "indicator": "x", "period": "2024", "at_least": bound}
                for k, bound in enumerate(bounds)
            ],
        }
    )
    if measured:
        figure = {"indicator": ["first"], "period": [2021], "value": [MEASURED], "sd": [ERROR]}
        model = model.observe(figure | {"vintage": ["2022-03-01"]})
    covered = np.zeros(len(COUNTS))
    for seed in range(seeds):
        runs = model.simulate(paths, seed=seed, design=design)
        rows = runs.attainment().filter(scenario="mixture" if scenarios else "baseline")
        low, high = (np.array(rows[end][: len(COUNTS)], dtype=float) for end in ("low", "high"))
        covered += (low <= truth) & (truth <= high)
    return [float(value) for value in 100 * covered / seeds]


def main() -> None:
    """Work it out, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--paths", type=int, default=256)
    parser.add_argument("--seeds", type=int, default=2000)
    parser.add_argument("--design", choices=DESIGNS, action="append")
    options = parser.parse_args()
    print(f"| {options.paths} paths | design |", " | ".join(map(str, COUNTS)), "| mean |")
    print("|---|---|" + "---:|" * (len(COUNTS) + 1))
    for name in ROWS:
        for design in options.design or DESIGNS:
            cells = coverage(name, design, options.paths, options.seeds)
            numbers = " | ".join(f"{cell:.1f}" for cell in [*cells, float(np.mean(cells))])
            print(f"| {name} | {design} | {numbers} |", flush=True)


if __name__ == "__main__":
    main()
