"""The calls that the walk of interrupts makes, each at a size that runs for more than two seconds."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

import tinbergen as tb
from tinbergen.shell.cli import main as shell

Call = Callable[[], object]


@cache
def plan() -> tb.Model:
    """Return the shipped plan."""
    return tb.plans.yuecheng()


@cache
def tracked() -> tb.Tracked:
    """Return the shipped plan given its outturns."""
    return plan().observe(tb.plans.outturns())


@cache
def runs() -> tb.Runs:
    """Return paths of three scenarios and the mixture."""
    return plan().simulate(60_000, seed=1, scenarios=[*list(plan().scenarios)[:2], "baseline"])


@cache
def given() -> tb.Runs:
    """Return paths that are conditioned on outturns."""
    return tracked().simulate(60_000, seed=1, scenarios="baseline")


def wide(indicators: int) -> str:
    """Write a plan of many indicators, each with an equation, a shock and a target."""
    lines = ['schema = 1\nname = "wide"\nperiods = "2021..2040"\n']
    for k in range(indicators):
        lines.append(f"[indicators.x{k}]\nhistory = {{ 2020 = {100 + k} }}")
        lines.append('process = { kind = "growth", mean = 0.03 }')
        lines.append(f"[shocks.x{k}]\nnormal = {{ sd = 0.02 }}")
        lines.append(f"[indicators.y{k}]\nhistory = {{ 2020 = 1 }}")
        lines.append(f'equation = "y{k} = 0.5 * y{(k * 7 + 1) % indicators}[-1] + x{k}"')
        lines.append(f'[[targets]]\nid = "t{k}"\nindicator = "y{k}"\nperiod = 2040\nat_least = {k}')
    return "\n".join(lines)


@cache
def large() -> tb.Model:
    """Return a model that takes long to be asked anything."""
    return tb.Model.from_toml(wide(600))


@cache
def large_file() -> Path:
    """Return the file of a model that takes long to be read."""
    folder = Path(tempfile.mkdtemp())
    (folder / "plan.toml").write_text(wide(2000))
    return folder / "plan.toml"


@cache
def text() -> str:
    """Write a model as plain text."""
    lines = ["periods 2021..2040"]
    lines += [f"x{k} = 0.5 * x{k}[-1] + log(1 + x{(k + 1) % 60_000}[-1])" for k in range(60_000)]
    lines += [f"data x{k} 2020 = 1" for k in range(60_000)]
    return "\n".join(lines)


@cache
def macro() -> tb.Model:
    """Return a model whose equations are solved together in each period."""
    lines = ["periods 2021..2060", "parameter a = 0.6", "data g 2020 = 20"]
    lines += [f"data g {year} = {20 + year - 2020}" for year in range(2021, 2061)]
    for k in range(60):
        lines += [
            f"y{k} = c{k} + 0.1 * y{(k + 1) % 60} + g",
            f"c{k} = a * (1 - 0.2) * y{k} + 0.1 * log(1 + y{k}) + 0.05 * c{k}[-1]",
            f"data c{k} 2020 = 10",
            f"data y{k} 2020 = 50",
        ]
    return tb.read_text("\n".join(lines))


@cache
def observed() -> tb.Model:
    """Return a model with equations of behaviour and data of many periods."""
    lines = ["periods 2021..2060"]
    for k in range(300):
        values = ", ".join(f"{year} = {100 + (year * (k + 3)) % 17}" for year in range(2019, 2061))
        lines += [f"x{k} ~ 0.5 * x{k}[-1] + 0.1 * x{(k + 1) % 300}[-1]", f"data x{k} {values}"]
    return tb.read_text("\n".join(lines))


def swapped() -> tb.Model:
    """Return the shipped plan with one parameter changed."""
    return plan().add(parameters={"trend_growth": tb.normal(0.06, 0.012)}, replace=True)


def folder() -> Path:
    """Make an empty folder."""
    return Path(tempfile.mkdtemp())


def by_threads() -> dict[str, Any]:
    """Return the settings of a question that threads of an executor answer."""
    return {"seed": 1, "executor": lambda: ThreadPoolExecutor(2)}


def over_and_over(call: Call) -> Call:
    """Repeat a call for much longer than the walk waits before it sends its signal."""

    def run() -> None:
        end = time.monotonic() + 20
        while time.monotonic() < end:
            call()

    return run


def command(*arguments: str) -> Call:
    """Run a command of the shell; one that was interrupted says so by its exit code."""

    def run() -> None:
        if shell([*arguments]) == 130:
            raise KeyboardInterrupt

    return run


MANY = 3_000_000
ONE = {"seed": 1, "scenarios": "baseline"}


@cache
def rate() -> tb.Model:
    """Return a model of a rate that was seen for a hundred years."""
    history = {1921 + k: 5.0 + (7 * k) % 5 for k in range(100)}
    seen = tb.Indicator(history=history, equation="rate ~ 7 + 0.3 * (rate[-1] - 7)")
    return tb.Model(
        "rate", "2021..2025", indicators={"rate": seen}, shocks={"rate": tb.normal(0, 1)}
    )


@cache
def a_round() -> tb.Round:
    """Archive a run."""
    runs = plan().simulate(40_000, seed=1, scenarios="baseline", keep="gdp")
    return runs.archive(folder() / "round")


def cases() -> dict[str, Callable[[], Call]]:
    """Return the calls by name; each is made ready when it is its turn."""
    tables = ("fan", "attainment", "shortfall", "progress", "first_met", "pairs", "alerts")
    on_runs = {
        **{f"Runs.{name}": getattr(tb.Runs, name) for name in tables},
        "Runs.limiting": lambda r: r.limiting(),
        "Runs.probability": lambda r: r.probability("gdp-2025 and economy", given="rd-share-2025"),
        "Runs.contrast": lambda r: r.contrast("baseline", next(iter(r))),
        "Runs.required_paths": lambda r: r.required_paths(),
        "Runs.requirements": lambda r: r.requirements("gdp-2025"),
        "Runs.most_likely": lambda r: r.most_likely("gdp-2025"),
        "Runs.revise": lambda r: r.revise(0.8, of="economy"),
        "Runs.rare": lambda r: r.rare("all", missed=False),
        "Runs.tornado": lambda r: r.tornado("gdp-2025"),
        "Runs.sensitivity": lambda r: r.sensitivity("gdp-2025"),
        "Runs.discover": lambda r: r.discover("gdp-2025"),
        "Runs.report": lambda r: r.report(folder() / "report.html", live="no"),
        "Runs.identity_check": lambda r: r.identity_check(),
        "Runs.trace": lambda r: r.trace("gdp", 2030, path=1),
        "Runs.to_xarray": lambda r: r.to_xarray(),
        "Runs.to_arrow": lambda r: r.to_arrow("gdp"),
        "Runs.to_csv": lambda r: r.to_csv(folder() / "paths.csv", "gdp"),
        "Runs.to_pandas": lambda r: r.to_pandas("gdp"),
        "Runs.to_parquet": lambda r: r.to_parquet(folder() / "paths.parquet", "gdp"),
        "Runs.to_polars": lambda r: r.to_polars("gdp"),
        "Runs.notes": lambda r: (
            tb.Runs.notes.func(r) if hasattr(tb.Runs.notes, "func") else r.notes
        ),
        "Runs.info": lambda r: r.info,
        "Runs.archive": lambda r: r.archive(folder() / "round"),
        "RunsPlots.write": lambda r: r.plot.write(folder()),
    }
    on_ensemble: dict[str, Callable[[tb.Ensemble], object]] = {
        "Ensemble.broken": lambda e: e.broken(),
        "Ensemble.failures": lambda e: e.failures(),
        "Ensemble.fan": lambda e: e.fan(),
        "Ensemble.headroom": lambda e: e.headroom(),
        "Ensemble.inputs": lambda e: e.inputs(),
        "Ensemble.met": lambda e: e.met(),
        "Ensemble.notes": lambda e: e.notes,
        "Ensemble.tail_shape": lambda e: e.tail_shape,
        "Ensemble.to_arrow": lambda e: e.to_arrow("gdp"),
        "Ensemble.to_csv": lambda e: e.to_csv(folder() / "paths.csv", "gdp"),
        "Ensemble.to_pandas": lambda e: e.to_pandas("gdp"),
        "Ensemble.to_parquet": lambda e: e.to_parquet(folder() / "paths.parquet", "gdp"),
        "Ensemble.to_polars": lambda e: e.to_polars("gdp"),
        "Ensemble.to_xarray": lambda e: e.to_xarray(),
        "Ensemble.warning_record": lambda e: e.warning_record(),
    }
    found: dict[str, Callable[[], Call]] = {
        name: (lambda ask=ask: over_and_over(lambda: ask(runs()))) for name, ask in on_runs.items()
    }
    found["Runs.surprises"] = lambda: over_and_over(given().surprises)
    found["Runs.scores"] = lambda: over_and_over(lambda: runs().scores(tb.plans.outturns()))
    draws = np.random.default_rng(1).normal(size=(40, 400_000))
    rows, actual = draws[:, :20_000].T.copy(), np.zeros(40)
    found["scores.crps"] = lambda: over_and_over(lambda: tb.scores.crps(draws, actual))
    found["scores.log_score"] = lambda: over_and_over(lambda: tb.scores.log_score(draws, actual))
    found["scores.pit"] = lambda: over_and_over(lambda: tb.scores.pit(draws, actual))
    points, seen = draws[:8].T.copy(), draws[:8].sum(axis=0)
    found |= {
        f"sensitivity.{name}": (lambda ask=ask: over_and_over(lambda: ask(points, seen)))
        for name, ask in (
            ("first_order", tb.sensitivity.first_order),
            ("pawn", tb.sensitivity.pawn),
            ("shapley", tb.sensitivity.shapley),
        )
    }
    found["Model.sweep"] = lambda: (
        lambda: plan().sweep({"trend_growth": np.linspace(0.05, 0.07, 1000)}, paths=10_000, seed=1)
    )
    found["Model.robustness"] = lambda: (
        lambda: plan().robustness(
            of="rd-share-2025",
            levers={"rd_subsidy": np.linspace(0, 0.1, 100)},
            paths=10_000,
            seed=1,
        )
    )
    found["score_plans"] = lambda: over_and_over(
        lambda: tb.score_plans({"plan": plan()}, tb.plans.outturns(), paths=20_000)
    )
    found["scores.energy"] = lambda: lambda: tb.scores.energy(rows, actual)
    found |= {
        f"{name}, conditioned": (lambda ask=ask: over_and_over(lambda: ask(given())))
        for name, ask in on_runs.items()
        if name in ("Runs.fan", "Runs.attainment", "Runs.requirements", "Runs.most_likely")
    }
    found |= {
        name: (lambda ask=ask: over_and_over(lambda: ask(given()["baseline"])))
        for name, ask in on_ensemble.items()
    }
    found["backtest"] = lambda: over_and_over(lambda: tb.backtest(rate(), paths=20_000))
    outturns = tb.plans.outturns
    found |= {
        "Model.explore": lambda: over_and_over(lambda: plan().explore(40_000, seed=1, live="no")),
        "Model.simulate": lambda: over_and_over(lambda: plan().simulate(150_000, seed=1)),
        "Model.simulate, streamed": lambda: over_and_over(
            lambda: plan().simulate(400_000, seed=1, store="streamed")
        ),
        "Model.simulate, tiled": lambda: over_and_over(
            lambda: plan().simulate(150_000, seed=1, store="tiled", memory_limit="600 MB")
        ),
        "Model.simulate, executor": lambda: over_and_over(
            lambda: plan().simulate(
                400_000,
                seed=1,
                store="streamed",
                range_paths=4096,
                executor=lambda: ThreadPoolExecutor(2),
            )
        ),
        "Model.simulate, parquet": lambda: over_and_over(
            lambda: plan().simulate(40_000, seed=1, store="parquet", folder=tempfile.mkdtemp())
        ),
        "Model.simulate, zarr": lambda: over_and_over(
            lambda: plan().simulate(40_000, seed=1, store="zarr", folder=tempfile.mkdtemp())
        ),
        "Model.sweep, executor": lambda: over_and_over(
            lambda: plan().sweep(
                {"trend_growth": np.linspace(0.05, 0.07, 1000)}, paths=10_000, **by_threads()
            )
        ),
        "Model.seek, executor": lambda: over_and_over(
            lambda: plan().seek(0.9, of="all", paths=100_000, **by_threads())
        ),
        "explain, executor": lambda: over_and_over(
            lambda: tb.explain(plan(), swapped(), "economy", paths=60_000, **by_threads())
        ),
        "Runs.sensitivity, executor": lambda: over_and_over(
            lambda: runs().sensitivity(
                "all", method="redrawn", executor=lambda: ThreadPoolExecutor(2)
            )
        ),
        "Model.simulate, equations together": lambda: (
            lambda: macro().simulate(1_000_000, seed=1, keep="y1")
        ),
        "Model.simulate, sobol": lambda: over_and_over(
            lambda: plan().simulate(500_000, design="sobol", **ONE)
        ),
        "Model.simulate, lhs": lambda: over_and_over(
            lambda: plan().simulate(500_000, design="lhs", **ONE)
        ),
        "Model.simulate, until": lambda: over_and_over(
            lambda: plan().simulate(1000, until=0.0004, most_paths=500_000, **ONE)
        ),
        "Model.variance_split": lambda: over_and_over(
            lambda: plan().variance_split(100_000, seed=1)
        ),
        "Model.check": lambda: over_and_over(large().check),
        "Model.equations": lambda: over_and_over(lambda: tb.Model.from_toml(wide(600)).equations()),
        "Model.explain": lambda: over_and_over(lambda: tb.Model.from_toml(wide(600)).explain()),
        "Model.from_toml": lambda: over_and_over(lambda: tb.Model.from_toml(wide(4000))),
        "Model.from_dict": lambda: over_and_over(lambda: tb.Model.from_dict(large().to_dict())),
        "Model.to_toml": lambda: over_and_over(large().to_toml),
        "Model.to_text": lambda: over_and_over(macro().to_text),
        "Model.diff": lambda: over_and_over(lambda: large().diff(tb.Model.from_toml(wide(601)))),
        "Model.contributions": lambda: over_and_over(
            lambda: plan().contributions(next(iter(plan().scenarios)))
        ),
        "Model.drivers": lambda: over_and_over(lambda: large().drivers("y1", radius=30)),
        "Model.multipliers": lambda: over_and_over(lambda: macro().multipliers("g")),
        "Model.response": lambda: over_and_over(
            lambda: plan().response(
                tb.Change(parameter="trend_growth", add=0.01), of="gdp", paths=200_000, seed=1
            )
        ),
        "Model.stability": lambda: over_and_over(lambda: macro().stability()),
        "Model.observe": lambda: over_and_over(lambda: plan().observe(outturns())),
        "Model.rounds": lambda: lambda: plan().rounds(outturns(), paths=400_000, seed=1),
        "Model.seek": lambda: over_and_over(
            lambda: plan().seek(0.9, of="all", paths=100_000, seed=1)
        ),
        "Model.revise": lambda: over_and_over(
            lambda: plan().revise(0.8, of="economy", paths=200_000, seed=1)
        ),
        "Model.frontier": lambda: lambda: plan().frontier("all", paths=100_000, seed=1),
        "Model.isoquant": lambda: (
            lambda: plan().isoquant(
                ["firms", "talent"], "high-tech-firms-2025", paths=200_000, seed=1
            )
        ),
        "Model.invert": lambda: over_and_over(
            lambda: macro().invert({"y1": {2030: 150.0, 2031: 150.0}}, "g")
        ),
        "Model.swap": lambda: over_and_over(lambda: macro().swap("y1", "c1", "2021..2030")),
        "Model.track": lambda: over_and_over(lambda: observed().track("2021..2060")),
        "Model.residuals": lambda: over_and_over(lambda: observed().residuals("2021..2060")),
        "Model.import_check": lambda: over_and_over(lambda: observed().import_check("2021..2060")),
        "Model.with_residuals": lambda: over_and_over(
            lambda: observed().with_residuals("2021..2060")
        ),
        "Model.with_coefficients": lambda: over_and_over(
            lambda: macro().with_coefficients(["a"], [[0.01]])
        ),
        "Tracked.explore": lambda: lambda: tracked().explore(40_000, seed=1, live="no"),
        "Tracked.simulate": lambda: over_and_over(lambda: tracked().simulate(500_000, **ONE)),
        "Tracked.attainment": lambda: lambda: tracked().attainment(MANY, seed=1),
        "Round.simulate": lambda: over_and_over(a_round().simulate),
        "Round.verify": lambda: over_and_over(a_round().verify),
        "Round.compare": lambda: over_and_over(lambda: a_round().compare(a_round())),
        "compare_rounds": lambda: over_and_over(lambda: tb.compare_rounds(a_round(), a_round())),
        "explain": lambda: over_and_over(
            lambda: tb.explain(plan(), swapped(), "economy", paths=500_000, seed=1)
        ),
        "fit": lambda: over_and_over(lambda: tb.fit(figures(), rows=20_000)),
        "Model.fit": lambda: over_and_over(lambda: growing().fit(figures(), rows=20_000)),
        "diff": lambda: over_and_over(lambda: tb.diff(large(), tb.Model.from_toml(wide(601)))),
        "read_plan": lambda: over_and_over(lambda: tb.read_plan(large_file())),
        "read_text": lambda: over_and_over(lambda: tb.read_text(text())),
        "read_eviews": lambda: over_and_over(
            lambda: tb.read_eviews(text().replace("[-1]", "(-1)"), periods="2021..2040")
        ),
    }
    plan_file, known = str(tb.plans.path()), str(tb.plans.path().with_name("yuecheng_outturns.csv"))
    out = ("--seed", "1", "--out")
    many = ("--paths", "100000")
    found |= {
        "tinbergen run": lambda: over_and_over(
            command("run", plan_file, *many, "--no-charts", *out, str(folder()))
        ),
        "tinbergen check": lambda: over_and_over(command("check", str(large_file()))),
        "tinbergen track": lambda: over_and_over(
            command("track", plan_file, known, *many, *out, str(folder()))
        ),
        "tinbergen seek": lambda: over_and_over(
            command("seek", plan_file, "--probability", "0.9", "--of", "all", *many, "--seed", "1")
        ),
        "tinbergen revise": lambda: over_and_over(
            command("revise", plan_file, "--of", "economy", *many, "--seed", "1")
        ),
        "tinbergen explain": lambda: over_and_over(
            command(
                "explain", plan_file, str(swapped().save(folder() / "b.toml")), *many, "--seed", "1"
            )
        ),
        "tinbergen round archive": lambda: over_and_over(
            command(
                "round", "archive", plan_file, *many, "--replace", *out, str(folder() / "round")
            )
        ),
        "tinbergen round verify": lambda: over_and_over(
            command("round", "verify", str(a_round().folder))
        ),
    }
    return found


@cache
def figures() -> tb.Data:
    """Give a table of eight growing series."""
    random = np.random.default_rng(1)
    steps = random.normal(0.03, 0.02, (8, 40))
    table = {f"y_{k}": 100 * np.exp(np.cumsum(row)) for k, row in enumerate(steps)}
    return tb.Data({"year": range(1981, 2021), **table})


@cache
def growing() -> tb.Model:
    """Give a plan whose growth can be fitted."""
    gdp = tb.Indicator(history={2020: 100}, process=tb.process.growth("trend"))
    trend, shock = tb.normal(0.03, 0.01), tb.normal(0, 0.02)
    return tb.Model(
        "growing",
        "2021..2025",
        indicators={"y_0": gdp},
        parameters={"trend": trend},
        shocks={"y_0": shock},
    )
