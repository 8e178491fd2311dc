"""What a number costs, as a run grows: in paths, periods, indicators and equations.

The first three have indicators that grow around a mean, each with a shock; the last has one of them, and equations
that follow from each other. What is told is the time of the processors, two threads together, from a model to its stored paths, divided by the
numbers that are stored; points take turns. The picture goes to docs/pictures/growth.png, the figures beside it are printed.

Run: python benches/growth.py [ROUNDS]; make bench does it too.
"""

import statistics
import sys
import time
from pathlib import Path

import tinbergen as tb

PICTURE = Path(__file__).parents[1] / "docs/pictures/growth.png"
PATHS, PERIODS, INDICATORS = 10_000, 15, 12


def growing(periods: int, indicators: int) -> tb.Model:
    """Return a model of indicators that grow, each by itself."""
    process = tb.process.growth(mean=0.02, persistence=0.5, start=0.02)
    names = [f"x{k}" for k in range(indicators)]
    return tb.Model(
        "growing",
        f"2021..{2020 + periods}",
        indicators={name: tb.Indicator(history={2020: 100.0}, process=process) for name in names},
        shocks={name: tb.normal(0, 0.02) for name in names},
    )


def following(equations: int) -> tb.Model:
    """Return a model of equations of which each follows from the one before."""
    names = [f"y{k}" for k in range(equations)]
    indicators = {
        names[0]: tb.Indicator(history={2020: 1.0}, equation="y0 ~ 1 + 0.5 * (y0[-1] - 1)")
    }
    for before, name in zip(names, names[1:], strict=False):
        equation = f"{name} = 0.9 * {before} + 0.1 * {name}[-1]"
        indicators[name] = tb.Indicator(history={2020: 1.0}, equation=equation)
    return tb.Model(
        "following", "2021..2035", indicators=indicators, shocks={names[0]: tb.normal(0, 0.1)}
    )


def points() -> dict[str, dict[int, tuple[tb.Model, int, int]]]:
    """Return for each way of growing the sizes, with a model, its paths and how many numbers it stores."""
    base = growing(PERIODS, INDICATORS)
    found: dict[str, dict[int, tuple[tb.Model, int, int]]] = {}
    found["paths"] = {
        n: (base, n, n * PERIODS * INDICATORS)
        for n in (10_000, 30_000, 100_000, 300_000, 1_000_000)
    }
    found["periods"] = {
        n: (growing(n, INDICATORS), PATHS, n * PATHS * INDICATORS) for n in (5, 15, 50, 150)
    }
    found["indicators"] = {
        n: (growing(PERIODS, n), PATHS, n * PATHS * PERIODS) for n in (3, 12, 50, 200)
    }
    found["equations"] = {n: (following(n), PATHS, n * PATHS * PERIODS) for n in (10, 30, 100, 300)}
    return found


def measured(rounds: int) -> dict[str, dict[int, float]]:
    """Return the nanoseconds that a number takes."""
    all_of_them = points()
    taken = {way: {n: [] for n in sizes} for way, sizes in all_of_them.items()}
    for turn in range(rounds + 1):
        for way, sizes in all_of_them.items():
            for n, (model, paths, numbers) in sizes.items():
                begin = time.process_time()
                model.simulate(paths, seed=turn, threads=2)
                if turn:
                    taken[way][n].append(1e9 * (time.process_time() - begin) / numbers)
    return {way: {n: statistics.median(t) for n, t in of.items()} for way, of in taken.items()}


def drawn(found: dict[str, dict[int, float]], place: Path) -> None:
    """Draw it."""
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, 4, figsize=(11, 2.8), sharey=True, layout="constrained")
    for ax, (way, sizes) in zip(axes, found.items(), strict=True):
        ax.plot(list(sizes), list(sizes.values()), "o-", color="#1f4e79", markersize=4)
        ax.set_xscale("log")
        ax.set_xlabel(way)
        ax.spines[["top", "right"]].set_visible(False)
        ax.grid(axis="y", color="#dddddd", linewidth=0.6)
    axes[0].set_ylim(0, 1.05 * max(cost for sizes in found.values() for cost in sizes.values()))
    axes[0].set_ylabel("ns a number (processors)")
    figure.savefig(place, dpi=150)
    plt.close(figure)


def main() -> None:
    """Measure, print and draw."""
    found = measured(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
    for way, sizes in found.items():
        print(way + ": " + ", ".join(f"{n:,} {cost:.1f}" for n, cost in sizes.items()) + " ns")
    drawn(found, PICTURE)


if __name__ == "__main__":
    main()
