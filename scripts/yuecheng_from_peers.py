"""The Yuecheng plan, by hand and fitted from the panel of provinces as it was known in 2020, scored on what came.

``TINBERGEN_SHARED=../shared python scripts/yuecheng_from_peers.py`` prints the tables of docs/fitting.md. The panel,
``data/china_provinces_2000_2019.csv`` there, has figures of the National Bureau of Statistics of China; it has no open
licence and does not ship.
"""

import os
from pathlib import Path

import pandas as pd

import tinbergen as tb

FITTED = [
    *("trend_growth", "growth_persistence", "demand", "inflation_trend", "prices"),
    *("population_growth", "population", "urbanisation_drift", "urbanisation"),
    *("rd_drift", "rd_share"),
]
"""What the panel says something of; all other numbers stay as they were made by hand."""


def provinces(folder: Path) -> dict[str, pd.DataFrame]:
    """Read what fifteen provinces lived through until 2019, under the names of the plan."""
    files = ("china_provinces_2000_2019.csv", "china_provinces_rd_2017_2019.csv")
    rows = pd.concat([pd.read_csv(folder / file) for file in files])
    found = {}
    for place, own in rows.groupby("entity"):
        table = own.pivot(index="period", columns="indicator", values="value").sort_index()
        # Of the first year only its level is needed: growth stands in the later of two years.
        real = (1 + table["gdp_growth"].where(table.index > table.index[0], 0) / 100).cumprod()
        columns = {
            "gdp_real": real,
            "deflator": table["gdp_nominal"] / real,
            "population": table["population"],
            "urbanisation": 100 * table["urban_population"] / table["population"],
            "rd_share": 100 * table["rd_total"] / table["gdp_nominal"],
        }
        found[str(place)] = pd.DataFrame(columns).rename_axis("year").reset_index()
    return found


def main() -> None:
    """Fit, score, and print both."""
    plan = tb.plans.yuecheng()
    peers = provinces(Path(os.environ["TINBERGEN_SHARED"]) / "data")
    fitted = plan.fit(peers=peers, of=FITTED, rows=2000, seed=1)
    report = fitted.fit_report
    print(report.beside.to_text())
    print("", *report.sentences, sep="\n")
    plans = {"by hand": plan, "fitted": fitted}
    scored = tb.score_plans(plans, tb.plans.outturns(), paths=20_000, seed=1)
    print("", scored.figures.to_text(), scored.scores().to_text(), *scored.sentences, sep="\n")
    goals = ("gdp-2025", "gdp-per-capita-2025", "rd-share-2025", "urbanisation-2025-at-least")
    for name, model in plans.items():
        stated = model.simulate(20_000, seed=1, scenarios="baseline").attainment()
        chances = {row["target"]: row["probability"] for row in stated.rows()}
        print(name, {goal: round(float(chances[goal]), 3) for goal in goals})


if __name__ == "__main__":
    main()
