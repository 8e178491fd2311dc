"""What crosses from the compiled module is what its stub says: keys, and what is under them."""

import ast
from pathlib import Path
from typing import Literal, NotRequired, get_args, get_origin, get_type_hints, is_typeddict

import numpy as np
import pytest

import tinbergen as tb
from tinbergen import _core
from tinbergen.basics import (
    model_columns,
    run_columns,
    score_columns,
    sensitivity_columns,
    streamed_columns,
)

STUB = ast.parse(Path(tb.__file__).with_name("_core.pyi").read_text(encoding="utf-8"))
TYPES = {
    name: getattr(module, name)
    for module in (
        run_columns,
        model_columns,
        score_columns,
        sensitivity_columns,
        streamed_columns,
    )
    for name in module.__all__
    if is_typeddict(getattr(module, name))
}


def problems(value, kind, place="it"):
    """Say where a value is not what a type says."""
    if is_typeddict(kind):
        if type(value) is not dict:
            return [f"{place} is {type(value).__name__}, not a table"]
        hints = get_type_hints(kind, include_extras=True)
        needed = {key for key, hint in hints.items() if get_origin(hint) is not NotRequired}
        found = [f"{place} has no {key}" for key in sorted(needed - value.keys())]
        found += [
            f"{place} has {key}, which the stub does not know" for key in value.keys() - hints
        ]
        plain = get_type_hints(kind)
        for key in value.keys() & hints.keys():
            found += problems(value[key], plain[key], f"{place}[{key!r}]")
        return found
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is np.ndarray:
        (dtype,) = get_args(arguments[1])
        good = isinstance(value, np.ndarray) and value.dtype == np.dtype(dtype)
        return [] if good else [f"{place} is no array of {dtype.__name__}"]
    if origin is list:
        if type(value) is not list:
            return [f"{place} is {type(value).__name__}, not a list"]
        return [p for item in value for p in problems(item, arguments[0], place)]
    if origin is tuple:
        if type(value) is not tuple or len(value) != len(arguments):
            return [f"{place} is no tuple of {len(arguments)}"]
        pairs = zip(value, arguments, strict=True)
        return [
            p for k, (item, of) in enumerate(pairs) for p in problems(item, of, f"{place}[{k}]")
        ]
    if origin is Literal:
        return [] if value in arguments else [f"{place} is {value!r}, not one of {arguments}"]
    kinds = arguments or (kind,)  # a union, or a class
    good = type(value) in kinds or (value is None and type(None) in kinds)
    return [] if good else [f"{place} is {type(value).__name__}, not {kind}"]


def returned():
    """Name what each function and method of the stub gives, where that has a typed table in it."""
    found = {}
    scopes = [(None, STUB), *((c.name, c) for c in STUB.body if isinstance(c, ast.ClassDef))]
    for owner, scope in scopes:
        for node in scope.body:
            if isinstance(node, ast.FunctionDef) and node.returns is not None:
                names = {n.id for n in ast.walk(node.returns) if isinstance(n, ast.Name)}
                if names & TYPES.keys():
                    name = node.name if owner is None else f"{owner}.{node.name}"
                    found[name] = ast.unparse(node.returns)
    return found


RETURNED = returned()
SINGLE = (
    run_columns.RunInfo,
    run_columns.Until,
    model_columns.RareAnswer,
    model_columns.RevisionAnswer,
    model_columns.SeekAnswer,
)
"""What has no rows."""


def tables_of(answer, kind):
    """Take the tables out of an answer, beside what the stub says of each."""
    node = ast.parse(kind, mode="eval").body
    if isinstance(node, ast.Name):
        return [(answer, TYPES[node.id])] if node.id in TYPES else []
    if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "tuple":
        parts = node.slice.elts
        assert len(parts) == len(answer)
        pairs = zip(answer, parts, strict=True)
        return [found for part, of in pairs for found in tables_of(part, ast.unparse(of))]
    return []


@pytest.fixture(scope="module")
def answers(plan):
    """An answer of everything that gives tables."""
    program = plan._program()
    runs = plan.add(warnings={"slow": tb.EarlyWarning(indicator="gdp", below=1100, target="all")})
    runs = runs.simulate(200, seed=1, scenarios=["baseline", "global_downturn"])
    warned, core = runs.model, runs._core
    streamed = plan.simulate(200, seed=1, scenarios="baseline", store="streamed")._core
    tiled = plan.simulate(200, seed=1, scenarios="baseline", store="tiled")._core
    paths = core.ensemble("baseline")
    other = core.ensemble("global_downturn")
    outturns = tb.Outturns(tb.plans.outturns())
    tracked = plan.observe(outturns)._core
    small = tb.read_text(
        "periods 2021..2022\ndata g 2021 = 20, 2022 = 20\ndata y 2020 = 30\ny ~ 0.5 * y[-1] + g"
    )
    written = small._to_core()
    later = plan.add(parameters={"rd_drift": tb.normal(0.05, 0.01)}, replace=True)
    lever = {
        "of": "rd-share-2025",
        "levers": ["rd_subsidy"],
        "scenario": "baseline",
        "replace": False,
        "paths": 100,
        "seed": 1,
    }
    explaining = _core.explaining(
        plan._to_core(), later._to_core(), {"paths": 100, "seed": 1}, goal="rd-share-2025"
    )
    redrawing = _core.redrawing(
        program,
        paths=100,
        seed=1,
        parameters=[],
        scenario="baseline",
        of=[("met", "all", None)],
        groups=[],
    )
    search = _core.search(program, lever, probability=0.3)
    while (needed := search.needed()) is not None:
        seed, points = needed
        shares = _core.lever_shares(program, points, {**lever, "seed": seed})
        search.take(seed, points, shares)
    rare = tb.Model(
        "r",
        "2021..2021",
        indicators={"y": tb.Indicator(equation="y ~ 0")},
        shocks={"y": tb.normal(0, 1)},
        targets=[tb.Target("high", indicator="y", period=2021, at_least=4)],
    )
    fails = tb.Model(
        "m",
        "2021..2021",
        indicators={"y": tb.Indicator(equation="y ~ log(0 - 1)")},
        shocks={"y": tb.normal(0, 1)},
        failed_paths=1,
    ).simulate(10, seed=1)
    until = {"half_width": 0.2, "of": ["gdp-2025"], "most": 400}
    rising = warned.add(warnings={"low": tb.EarlyWarning(probability_below=0.5)})
    likely = [(row["target"], row["probability"]) for row in runs.attainment().rows()]
    cube = np.random.default_rng(1).random((60, 2))
    line, split = cube[:, 0] + cube[:, 1], (cube[:, 0] < 0.4).astype(float)
    met = ("met", "gdp-2025", None)
    return {
        "Ensemble.failures": fails["baseline"]._core.failures(),
        "Ensemble.fan": paths.fan(["gdp"], [0.1, 0.9]),
        "Ensembles.attainment": core.attainment(),
        "Ensembles.contrast": core.contrast("baseline", "global_downturn", ["gdp"]),
        "Ensembles.info": core.info,
        "Streamed.attainment": streamed.attainment(),
        "Streamed.fan": streamed.fan("baseline", ["gdp"], [0.1, 0.9]),
        "Streamed.info": streamed.info,
        "Streamed.moments": streamed.moments("baseline", ["gdp"]),
        "Tiled.attainment": tiled.attainment(),
        "Tiled.fan": tiled.fan("baseline", ["gdp"], [0.1, 0.9]),
        "Tiled.info": tiled.info,
        "Tiled.moments": tiled.moments("baseline", ["gdp"]),
        "Data.rows": tb.Data({"year": [2020], "x": [1.5]})._core.rows(),
        "Outturns.rows": outturns._core.rows(),
        "Program.variance_split": program.variance_split(paths=50, seed=1, indicators=["gdp"]),
        "attainment_by_round": _core.attainment_by_round(
            program, outturns._core, {"paths": 1000, "seed": 1, "scenarios": ["baseline"]}
        ),
        "attainment_given": _core.attainment_given(
            tracked, {"paths": 1000, "seed": 1, "scenarios": ["baseline"]}
        ),
        "broken": _core.broken(fails["baseline"]._core),
        "contributions": _core.contributions(
            plan._to_core(), "global_downturn", "subject", ["gdp"]
        ),
        "diff": _core.diff(plan._to_core(), later._to_core()),
        "Explaining.explain": _core.explaining(
            plan._to_core(), later._to_core(), {"paths": 100, "seed": 1}, goal="rd-share-2025"
        ).explain(),
        "Explaining.finish": explaining.finish([explaining.run(0, explaining.simulations)]),
        "Redrawing.indices": redrawing.indices(0, *map(redrawing.run, range(3))),
        "Search.found": search.found(),
        "fan_scores": _core.fan_scores(np.ones((2, 3)), None, np.ones(2)),
        "first_met": _core.first_met(program, paths),
        "frontier": _core.frontier(program, lever),
        "identity_check": _core.identity_check(
            warned._program(), core, "baseline", [], behavioural=False
        ),
        "import_check": _core.import_check(written, "2021..2022"),
        "invert": _core.invert(written, [("y", [("2022", 50.0)])], ["g"], None),
        "isoquant": _core.isoquant(
            program, {**lever, "levers": ["rd_subsidy", "investment"]}, levels=[0.5]
        ),
        "limiting": _core.limiting(program, paths, "innovation"),
        "most_likely": _core.most_likely(warned._program(), core, "baseline", "rd-share-2025"),
        "multipliers": _core.multipliers(written, "indicator", "y", 1.0, ["y"]),
        "pairs": _core.pairs(program, paths, ["gdp-2025", "people"]),
        "pit_histogram": _core.pit_histogram([0.3, 0.6], [0, 1], 2, 1),
        "probabilities": _core.probabilities(program, paths, ["gdp-2025"]),
        "progress": _core.progress(program, paths, 0.66, 0.33, interval=True),
        "rare": _core.rare(
            rare._program(),
            rare.simulate(10, seed=1)._core,
            scenario="baseline",
            of="high",
            met=True,
            paths=100,
        ),
        "required_paths": _core.required_paths(program, paths),
        "reliability": _core.reliability(np.array([0.2]), np.array([True]), 2),
        "requirements": _core.requirements(warned._program(), core, "baseline", "rd-share-2025"),
        "response": _core.response(paths, other, ["gdp"]),
        "revise": _core.revise(
            warned._program(),
            core,
            probability=0.8,
            of="economy",
            scenario="baseline",
            hold=[],
            weights=None,
            tighten=False,
        ),
        "figure_scores": _core.figure_scores(paths, [("gdp", "2022", 1200.0)]),
        "path_scores": _core.path_scores(np.ones((2, 3)), None, np.ones(2)),
        "seek": _core.seek(program, lever, probability=0.6),
        "sweep": _core.sweep(
            program,
            {"paths": 50, "seed": 1},
            scenarios=["baseline"] * 2,
            parameters=(["trend_growth"], [[0.05], [0.06]]),
            levers=([], [[], []]),
            replace=False,
            of=[],
            indicators=["gdp"],
            levels=[0.5],
        ),
        "trace": _core.trace(core, "baseline", "gdp", "2023", 3, 2),
        "shortfall": _core.shortfall(program, paths, [0.5], 0.05),
        "stated_scores": _core.stated_scores([0.1, 0.5, 0.9], np.array([[0.0, 1, 2]]), np.ones(1)),
        "simulate_until": _core.simulate_until(
            program, {"paths": 100, "seed": 1, "scenarios": ["baseline"]}, **until
        ),
        "stability": _core.stability(written, "2021"),
        "cart": _core.cart(cube, split, None, 3, 0.05, 1),
        "first_order": _core.first_order(cube, line),
        "given_indices": _core.given_indices(program, core, "baseline", met),
        "inputs": _core.inputs(program, core, "baseline"),
        "morris": _core.morris(_core.morris_design(2, 3, 4, 1), np.arange(9.0)),
        "pawn": _core.pawn(cube, line, None, 5, 1),
        "pick_freeze": _core.pick_freeze(np.arange(12.0).reshape(3, 4) ** 2),
        "prim": _core.prim(cube, split, None, 0.05, 0.05, 1),
        "redrawn_indices": _core.redrawn_indices(program, core, "baseline", [met], []),
        "shapley_effects": _core.shapley_effects(cube, [[0], [1]], line),
        "shapley_indices": _core.shapley_indices(program, core, "baseline", met, False, []),
        "tornado": _core.tornado(program, core, "baseline", met),
        "warning_alerts": _core.warning_alerts(rising._to_core(), likely),
        "warning_readings": _core.warning_readings(warned._to_core(), []),
        "warning_record": _core.warning_record(warned._program(), paths),
    }


def test_every_answer_with_a_table_is_held_against_the_stub(answers):
    assert answers.keys() == RETURNED.keys()


@pytest.mark.parametrize("name", sorted(RETURNED))
def test_an_answer_has_the_keys_and_types_of_the_stub(answers, name):
    tables = tables_of(answers[name], RETURNED[name])
    assert tables
    for table, kind in tables:
        assert problems(table, kind, name) == []
        assert any(
            len(part) for part in table.values() if isinstance(part, (list, np.ndarray))
        ) or (kind in SINGLE), f"{name} gave no row, so its types are not seen"


def test_every_type_is_given_by_something():
    given = {name for kind in RETURNED.values() for name in TYPES if name in kind}
    inside = {"ChanceColumns"}  # what several have in common
    assert given | inside == TYPES.keys()


def test_nothing_that_is_given_is_an_open_dictionary():
    returns = [n.returns for n in ast.walk(STUB) if isinstance(n, ast.FunctionDef) and n.returns]
    assert not [text for text in map(ast.unparse, returns) if "Any" in text]


def test_a_table_that_is_not_what_the_stub_says_is_seen():
    good = {"level": np.zeros(1), "a": np.zeros(1), "b": np.zeros(1)}
    kind = model_columns.CurveColumns
    assert problems(good, kind) == []
    assert problems(good | {"c": 1}, kind) == ["it has c, which the stub does not know"]
    assert problems({"level": np.zeros(1), "a": np.zeros(1)}, kind) == ["it has no b"]
    assert problems(good | {"b": [0.0]}, kind) == ["it['b'] is no array of float64"]
    assert problems(good | {"b": np.zeros(1, int)}, kind) == ["it['b'] is no array of float64"]
    alerts = {"warning": ["a", 1], "value": np.zeros(2), "limit": np.zeros(2), "fires": [True]}
    assert problems(alerts, run_columns.AlertColumns) == ["it['warning'] is int, not <class 'str'>"]
    info = {"seed": 1, "paths": 2, "design": "best", "streams": 1, "threads": 1, "version": "0"}
    assert problems(info, run_columns.RunInfo)[0].startswith("it['design'] is 'best', not one of")
