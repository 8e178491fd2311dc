"""How tests/golden/prim.csv was made: the peeling of EMA Workbench's PRIM on the samples below.

`python scripts/prim_reference.py tests/golden` writes the coverage, the density and the mass of every box on its way, with
its own settings (the objective `lenient1`, peels of 5 %, boxes of 5 % at least). Needs `pip install ema_workbench`.
"""

import csv
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

import tinbergen as tb

ROWS = 3000


def spread(columns: int) -> np.ndarray:
    """Return numbers between 0 and 1 that no library has to draw: multiples of square roots of primes."""
    primes = [2, 3, 5, 7, 11, 13, 17, 19][:columns]
    return np.arange(1, ROWS + 1)[:, None] * np.sqrt(primes) % 1.0


def samples() -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """Give each sample: a name, inputs by column, and where it is so that boxes are found of."""
    x = spread(6)
    noise, x = x[:, 5], x[:, :5]
    yield "corner", x, ((x[:, 0] < 0.4) & (x[:, 1] > 0.5)) | (noise < 0.05)
    yield "slope", x, noise < x[:, 0] ** 2 * (1 - x[:, 1] / 2)
    waves = np.pi * (2 * x - 1)
    yield "waves", x, np.sin(waves[:, 0]) + 7 * np.sin(waves[:, 1]) ** 2 > 6
    few = np.column_stack([x[:, 0], np.floor(4 * x[:, 1]), x[:, 2]])
    yield "counts", few, ((few[:, 1] >= 2) & (few[:, 0] > 0.3)) | (noise < 0.1)
    runs = tb.plans.yuecheng().simulate(ROWS, seed=1, scenarios="baseline")
    drawn = runs["baseline"].inputs(by_period=False)
    columns = np.column_stack([drawn[name] for name in drawn.columns])
    yield "plan", columns[:, np.ptp(columns, axis=0) > 0], ~runs["baseline"].met()["gdp-2025"]


def main(folder: Path) -> None:
    """Write the boxes of each sample."""
    import ema_workbench
    import pandas as pd
    from ema_workbench.analysis.prim import Prim

    with (folder / "prim.csv").open("w", newline="") as file:
        file.write(
            f"# ema_workbench {ema_workbench.__version__}; made by scripts/prim_reference.py\n"
        )
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["sample", "box", "coverage", "density", "mass"])
        for name, inputs, hits in samples():
            frame = pd.DataFrame(inputs, columns=[f"x{k}" for k in range(inputs.shape[1])])
            box = Prim(frame, hits, threshold=0.1, peel_alpha=0.05, mass_min=0.05).find_box()
            way = box.peeling_trajectory
            for k, row in enumerate(way[["coverage", "density", "mass"]].itertuples(index=False)):
                rows.writerow([name, k, *(f"{number:.10f}" for number in row)])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
