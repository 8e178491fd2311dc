"""Make every chart as people will have it: long labels, few and many targets and scenarios, all sizes.

    python scripts/gallery.py out/gallery              # every chart in every language, as it comes
    python scripts/gallery.py out/gallery --all        # three sizes, grey, dark, slides, own axes
    python scripts/gallery.py out/gallery fan compare  # charts whose name has one of these words

It says which texts lie over another or leave the figure; `tests/python/test_gallery.py` asserts that none does.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import matplotlib as mpl
from layout import problems_of
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

import tinbergen as tb
from tinbergen.plots._sheet import sheet_of_fans, sheet_of_scenarios

LANGUAGES = ("en", "zh", "de")
TINY, HUGE = (3.2, 2.4), (16.0, 10.0)
LONG = {
    "en": "Haushaltskonsolidierung",
    "zh": "财政整顿与地方政府债务风险化解",
    "de": "Haushaltskonsolidierung",
}
LONGER = {
    "en": "Gross fixed capital formation of general government and of public enterprises in all districts",
    "zh": "各级政府与国有企业在全部辖区内的固定资本形成总额及其占地区生产总值的比重",
    "de": "Bruttoanlageinvestitionen des Staates und der öffentlichen Unternehmen in allen Bezirken",
}


def label(k: int) -> dict[str, str]:
    """Return a label: long, longer, or with its number."""
    if k % 5 == 0:
        return {language: f"{text} {k + 1}" for language, text in LONG.items()}
    if k % 5 == 1:
        return {language: f"{text} {k + 1}" for language, text in LONGER.items()}
    return {"en": f"Target figure {k + 1}", "zh": f"目标指标{k + 1}", "de": f"Zielgröße {k + 1}"}


@cache
def model(targets: int, scenarios: int) -> tb.Model:
    """Return a plan with so many targets and scenarios (the baseline is one of them)."""
    indicators, shocks, wanted = {}, {}, []
    units = ("CNY 100 million", "share", "persons", "index")
    for k in range(max(targets, 2)):
        unit = units[k % 4]
        start = 0.4 if unit == "share" else 1000.0 * 10.0 ** (k % 3)
        indicators[f"x{k}"] = tb.Indicator(
            label=label(k),
            unit=unit,
            history={2015 + n: start * 0.97 ** (5 - n) for n in range(6)},
            process=tb.process.growth("trend" if k % 2 else 0.03, shock=f"e{k}"),
        )
        shocks[f"e{k}"] = tb.normal(0, 0.02)
    for k in range(targets):
        start = 0.4 if units[k % 4] == "share" else 1000.0 * 10.0 ** (k % 3)
        bound = start * (1.0 + 0.012 * (k % 25))
        wanted.append(
            tb.Target(
                f"target-{k}",
                label=label(k),
                indicator=f"x{k}",
                period=2025 if k % 3 else "2023..2025",
                over="last" if k % 3 else "every",
                at_least=bound,
                nature="binding" if k % 4 == 0 else "expected",
                source=f"Mittelfristplan {k // 7 + 1}.{k % 7 + 1}; page {k + 10}",
            )
        )
    if targets == 1:
        first = indicators["x0"]
        wanted += [
            tb.Target("early", indicator="x0", period=2022, at_least=1050.0, label=LONG),
            tb.Target("range", indicator="x0", period=2023, between=(1000.0, 1200.0)),
            tb.Target(
                "growth",
                indicator="x0",
                of="growth",
                over="every",
                period="2022..2025",
                above=0.0,
                label=LONGER,
            ),
        ]
        del first
    return tb.Model(
        "gallery",
        "2021..2026",
        label={
            "en": "Mid-term plan for the consolidation of public budgets",
            "zh": "财政整顿中期规划",
            "de": "Mittelfristplan zur Haushaltskonsolidierung",
        },
        indicators=indicators,
        parameters={
            "trend": tb.Parameter(tb.normal(0.03, 0.01), label=LONGER, assumption="made up"),
            "push": tb.Parameter(0.0, label=LONG, assumption="a lever"),
            "pull": tb.Parameter(0.0, label=LONGER, assumption="a lever"),
        },
        shocks=shocks,
        targets=wanted,
        target_sets={"core": tb.TargetSet([t.id for t in wanted[:3]], label=LONGER)},
        scenarios={
            f"s{k}": tb.Scenario(
                [tb.Change(shock="e0", add=0.004 * (k - 5)), tb.Change(shock="e1", add=0.002 * k)],
                label=label(k),
                probability=0.05,
            )
            for k in range(1, scenarios)
        },
        warnings={
            "early": tb.EarlyWarning(
                indicator="x0", of="growth", below=0.02, target="target-0", label=LONGER
            )
        },
    )


@cache
def runs(targets: int, scenarios: int) -> tb.Runs:
    """Return the runs of such a plan."""
    return model(targets, scenarios).simulate(300, seed=1)


@cache
def levers() -> tb.Model:
    """Return a plan with two levers."""
    plan = model(1, 1)
    equation = {"x0": tb.Indicator(
        label=LONGER, unit="CNY 100 million", history={2020: 1000.0},
        equation="dlog(x0) ~ 0.02 + push + pull",
    )}  # fmt: skip
    return tb.Model(
        "levers",
        "2021..2025",
        indicators=equation,
        shocks={"x0": tb.normal(0, 0.03)},
        parameters=plan.parameters,
        levers={
            "push": tb.Lever("push", range=(0, 0.02), step=0.002, cost=1000, label=LONG),
            "pull": tb.Lever("pull", range=(0, 0.02), step=0.004, cost="900 * x", label=LONGER),
        },
        targets=[tb.Target("target-0", indicator="x0", period=2025, at_least=1150, label=LONGER)],
    )


@cache
def observed() -> tb.Ensemble:
    """Return paths after two actual values, one of them with an error."""
    table = {
        "indicator": ["x0", "x0"],
        "period": [2021, 2022],
        "value": [1030.0, 1080.0],
        "vintage": ["2022-03-01", "2023-03-01"],
        "sd": ["", "10"],
    }
    return model(1, 1).observe(table).simulate(300, seed=1)["baseline"]


@cache
def effects() -> tb.Model:
    """Return a small model with links and lags, whose names are long."""
    return tb.read_text(
        "periods 2021..2028\n"
        "exogenous government_consumption_expenditure\n"
        "data government_consumption_expenditure 2020..2028 = " + ", ".join(["20"] * 9) + "\n"
        "data gross_domestic_product_at_market_prices 2020 = 100\n"
        "data household_final_consumption 2020 = 60\n"
        "household_final_consumption = 10 + 0.4 * gross_domestic_product_at_market_prices[-1]"
        " + 0.1 * household_final_consumption[-1]\n"
        "gross_domestic_product_at_market_prices = household_final_consumption"
        " + government_consumption_expenditure + 20\n"
    )


@cache
def rounds(count: int) -> tb.Table:
    """Return probabilities of so many rounds."""
    rows = [
        (f"{2021 + k // 4}-{3 * (k % 4) + 1:02}-15" if k else "", f"target-{t}", 0.3 + 0.05 * k * (1 - t % 2) + 0.002 * t)
        for k in range(count)
        for t in range(6)
    ]  # fmt: skip
    return tb.Table(
        {
            "as_of": [row[0] for row in rows],
            "target": [row[1] for row in rows],
            "probability": [min(row[2], 0.95) for row in rows],
            "low": [max(min(row[2], 0.95) - 0.04, 0) for row in rows],
            "high": [min(row[2] + 0.04, 1) for row in rows],
        }
    )


@cache
def explained() -> tb.Explanation:
    """Return what explains the difference of two plans."""
    before = model(1, 1)
    after = model(1, 3).add(
        parameters={"trend": tb.Parameter(tb.normal(0.02, 0.02), assumption="lower")},
        shocks={"e0": tb.normal(-0.01, 0.04)},
        replace=True,
    )
    return tb.explain(before, after, of="target-0", paths=300, seed=1)


def _by_round(count: int) -> Callable[..., Axes]:
    names = [f"target-{k}" for k in range(6)]
    return lambda **o: tb.plots.by_round(
        rounds(count), names, model=model(40, 1), column="as_of", **o
    )


@cache
def found(kind: str) -> Any:
    """Return the answer that a chart is of."""
    if kind == "frontier":
        return levers().frontier("target-0", paths=200, seed=1)
    if kind == "isoquant":
        return levers().isoquant(["push", "pull"], "target-0", paths=200, seed=1)
    change = tb.Change(indicator="government_consumption_expenditure", add=1)
    if kind == "response":
        return effects().response(change)
    if kind == "contributions":
        plan = model(40, 12)
        bare = tb.Model(
            plan.name,
            plan.periods,
            indicators=plan.indicators,
            parameters=plan.parameters,
            shocks=plan.shocks,
            scenarios=plan.scenarios,
        )
        return bare.contributions("s3", of="x0")
    if kind == "multipliers":
        return effects().multipliers("government_consumption_expenditure")
    if kind == "stability":
        return effects().stability()
    return effects().drivers("gross_domestic_product_at_market_prices", radius=2)


@cache
def backtested() -> tb.Backtest:
    """Return a backtest of a rate, with a target."""
    values = [5.0 + (7 * k) % 5 + 0.1 * k for k in range(40)]
    rate = tb.Indicator(
        history={1981 + k: value for k, value in enumerate(values)},
        equation="rate ~ 8 + 0.3 * (rate[-1] - 8)",
    )
    plan = tb.Model(
        "rate", "2021..2025", indicators={"rate": rate}, shocks={"rate": tb.normal(0, 1)}
    )
    wanted = [
        tb.Target("mean", indicator="rate", period="2021..2023", over="mean", at_least=8.5),
        tb.Target("last", indicator="rate", period=2023, at_most=9, label=LONGER),
    ]
    return tb.backtest(plan, targets=wanted, horizons=3, paths=300)


CHARTS: dict[str, Callable[..., Axes]] = {
    "fan": lambda **o: runs(1, 1)["baseline"].plot.fan("x0", **o),
    "fan_share": lambda **o: runs(40, 1)["baseline"].plot.fan("x1", **o),
    "fan_actual": lambda **o: observed().plot.fan("x0", **o),
    "attainment_1_1": lambda **o: runs(1, 1).plot.attainment(**o),
    "attainment_1_12": lambda **o: runs(1, 12).plot.attainment(**o),
    "attainment_40_1": lambda **o: runs(40, 1).plot.attainment(**o),
    "attainment_40_12": lambda **o: runs(40, 12).plot.attainment(**o),
    "attainment_least": lambda **o: runs(40, 3).plot.attainment(least_likely=10, **o),
    "compare_1": lambda **o: runs(1, 1).plot.compare("x0", **o),
    "compare_12": lambda **o: runs(1, 12).plot.compare("x0", **o),
    "contrast": lambda **o: runs(40, 12).plot.contrast("baseline", "s1", "x0", **o),
    "contrast_targets": lambda **o: runs(40, 12).plot.contrast("baseline", "s1", **o),
    "pairs_2": lambda **o: runs(40, 1).plot.pairs(["target-0", "target-1"], **o),
    "pairs_40": lambda **o: runs(40, 1).plot.pairs(**o),
    "requirements": lambda **o: runs(40, 3).plot.requirements("target-12", **o),
    "revision": lambda **o: runs(40, 3).revise(0.8).plot(**o),
    "revision_1": lambda **o: runs(1, 1).revise(0.9, of="target-0").plot(**o),
    "most_likely": lambda **o: runs(1, 1).plot.most_likely("target-0", **o),
    "tornado": lambda **o: runs(40, 3).tornado("target-12").plot(**o),
    "waterfall": lambda **o: explained().plot.waterfall(**o),
    "by_round_3": _by_round(3),
    "by_round_12": _by_round(12),
    "frontier": lambda **o: found("frontier").plot(**o),
    "isoquant": lambda **o: found("isoquant").plot(**o),
    "response": lambda **o: found("response").plot("gross_domestic_product_at_market_prices", **o),
    "multipliers": lambda **o: found("multipliers").plot("household_final_consumption", **o),
    "contributions": lambda **o: found("contributions").plot(**o),
    "stability": lambda **o: found("stability").plot(**o),
    "drivers": lambda **o: found("drivers").plot(**o),
    "hedgehog": lambda **o: backtested().plot.hedgehog("rate", label=LONGER["en"], **o),
    "pit": lambda **o: backtested().plot.pit(method="clipped AR(1)", **o),
    "reliability": lambda **o: backtested().plot.reliability("last", label=LONGER["en"], **o),
    "spaghetti": lambda **o: runs(1, 1)["baseline"].plot.spaghetti("x0", **o),
    "warning_record": lambda **o: runs(1, 1)["baseline"].plot.warning_record(**o),
    "distribution": lambda **o: tb.two_piece_normal(0.02, 0.02, -0.005).plot(**o),
    "distribution_values": lambda **o: tb.poisson(700).plot(**o),
    "incidence": lambda **o: effects().explain().plot(**o),
}
"""Every chart by its name in the gallery."""

VARIANTS: dict[str, dict[str, Any]] = {
    "usual": {},
    "tiny": {"figsize": TINY},
    "huge": {"figsize": HUGE},
    "slide": {"figsize": "slide"},
    "page": {"figsize": "half page"},
    "grey": {"theme": "grey"},
    "dark": {"theme": "dark"},
}
"""What a chart is asked for, by the name of it; own axes come on top."""


SHEETS: dict[str, Callable[..., Figure]] = {
    "page": lambda **o: runs(40, 3).plot.page(**o),
    "fans": lambda **o: sheet("fans", **o),
    "scenarios": lambda **o: sheet("scenarios", **o),
}
"""What has a figure of its own."""


def sheet(kind: str, *, language: str, **options: Any) -> Figure:
    """Draw a sheet of small charts."""
    found = runs(40, 12)
    names = [f"x{k}" for k in range(40)]
    if kind == "fans":
        return sheet_of_fans(found["baseline"], names, found.attainment(), language, **options)
    return sheet_of_scenarios(found, names, language, **options)


def draw(chart: str, variant: str, language: str) -> Figure:
    """Draw a chart of the gallery."""
    if variant == "own":
        figure, axes = plt.subplots(2, 2, figsize=(13, 9))
        for ax in axes.flat:
            CHARTS[chart](language=language, ax=ax)
        return figure
    if chart in SHEETS:
        return SHEETS[chart](language=language, **VARIANTS[variant])
    drawn = CHARTS[chart](language=language, **VARIANTS[variant]).figure
    assert isinstance(drawn, Figure)
    return drawn


def is_drawn(chart: str, variant: str) -> bool:
    """Tell whether a chart has a variant: sheets have no axes of the user, and need some room."""
    return chart not in SHEETS or variant not in {"own", "tiny", "page"}


def gallery(words: list[str], *, whole: bool) -> Iterator[tuple[str, str, str]]:
    """Name the charts, variants and languages that are asked for."""
    variants = [*VARIANTS, "own"] if whole else ["usual"]
    for chart in [*CHARTS, *SHEETS]:
        if not words or any(word in chart for word in words):
            yield from (
                (chart, variant, language)
                for variant in variants
                for language in LANGUAGES
                if is_drawn(chart, variant)
            )


def main() -> int:
    """Write the pictures, and say what is wrong with them."""
    parser = argparse.ArgumentParser(description="make every chart, and check its layout")
    parser.add_argument("folder", type=Path)
    parser.add_argument("words", nargs="*", help="only charts whose name has one of these words")
    parser.add_argument("--all", action="store_true", help="all sizes, themes, own axes")
    parser.add_argument("--variant", action="append", help="only these variants")
    options = parser.parse_args()
    mpl.use("agg")
    options.folder.mkdir(parents=True, exist_ok=True)
    wrong = 0
    whole = options.all or bool(options.variant)
    for chart, variant, language in gallery(options.words, whole=whole):
        if options.variant and variant not in options.variant:
            continue
        figure = draw(chart, variant, language)
        problems = problems_of(figure)
        wrong += bool(problems)
        for problem in problems[:6]:
            print(f"{chart} {variant} {language}: {problem}")
        figure.savefig(options.folder / f"{chart}-{variant}-{language}.png", dpi=100)
        plt.close(figure)
    print(f"{wrong} charts with problems")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
