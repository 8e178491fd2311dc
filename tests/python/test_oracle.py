"""The engine held against an independent simulator of plan files, path by path (tests/python/oracle)."""

import re

import numpy as np
import pytest
from oracle import distributions, language, measures, processes
from oracle.generator import draft, random_plan
from oracle.generator.distributions import CENTRED, DISCRETE
from oracle.generator.draft import written
from oracle.generator.equations import EQUATIONS
from oracle.generator.terms import TERMS
from oracle.reading import period_text
from oracle.simulator import simulate

import tinbergen as tb

PATHS = 48
# Relative to the largest value that an equation looks at, since a difference of large numbers keeps the rounding of
# both. SciPy's inverse distribution functions are good to about 1e-12, the solver of simultaneous blocks stops near 1e-11,
# and a dozen periods may multiply either.
TOLERANCE = 1e-9


def sizes(plan, run, name, t):
    """Give the largest value that the equation of an indicator looks at, by path."""
    looked_at = {(name, 0)}
    if name in plan.rules:
        equation = plan.rules[name].equation
        looked_at |= language.names(equation.left) | language.names(equation.right)
    rows = [run.values[n][t - lag] for n, lag in looked_at if t - lag in run.values.get(n, {})]
    return np.max([np.broadcast_to(np.abs(row), (PATHS,)) for row in rows], axis=0)


def first_difference(plan, run, ensemble):
    """Say where the paths of a scenario first differ, or None."""
    for t in range(plan.first, plan.last + 1):
        place = t - plan.first
        for name in ensemble.indicators:
            ours, theirs = measures.level(run, name, t), ensemble[name][place]
            differs = ~(np.abs(ours - theirs) <= TOLERANCE * sizes(plan, run, name, t))
            if differs.any():
                path, period = int(np.argmax(differs)), period_text(t, plan.frequency)
                return (
                    f"{name} {period} path {path}: {theirs[path]!r}, the oracle says {ours[path]!r}"
                )
    return None


def close_calls(rooms):
    """Count the paths in which rounding may decide whether some target is met."""
    near = [np.abs(room) <= TOLERANCE * max(1.0, np.max(np.abs(room))) for room in rooms]
    return int(np.any(near, axis=0).sum())


def hold_targets(plan, run, rows, bands):
    """Hold probabilities of targets and sets, and the headroom of every path, against the oracle."""
    rooms = {target["id"]: measures.headroom(run, target) for target in plan.targets}
    hits = {target["id"]: measures.met(run, target) for target in plan.targets}
    for name, room in rooms.items():
        found = np.array([value for key, value in bands[name].items() if re.match(r"h\d", key)])
        assert np.max(np.abs(found - np.sort(room))) <= TOLERANCE * max(
            1.0, np.max(np.abs(room))
        ), name
    sets = {name: [name] for name in rooms} | {"all": list(rooms)}
    natures = {target["nature"] for target in plan.targets}
    for nature in natures if len(natures) > 1 else ():
        sets[nature] = [target["id"] for target in plan.targets if target["nature"] == nature]
    for name, members in plan.written.get("target_sets", {}).items():
        sets[name] = members["targets"] if isinstance(members, dict) else members
    assert rows.keys() == sets.keys()
    for name, row in rows.items():
        expected = np.all([hits[member] for member in sets[name]], axis=0).mean()
        slack = close_calls([rooms[member] for member in sets[name]]) / PATHS
        assert abs(row["probability"] - expected) <= slack + 1e-12, name


def hold(seed):
    """Hold the engine against the oracle on one random plan."""
    text = random_plan(seed)
    design = "antithetic" if seed % 4 == 1 else "random"
    runs = tb.Model.from_toml(text).simulate(PATHS, seed=seed, design=design)
    plan, oracle = simulate(text, PATHS, seed, design)
    assert plan.targets
    every = tuple(np.arange(PATHS) / (PATHS - 1))  # quantiles that are all headrooms in order
    attainment, bands = runs.attainment(), runs.shortfall(quantiles=every)
    for scenario, run in oracle.items():
        assert first_difference(plan, run, runs[scenario]) is None, scenario
        by_target = [
            {row["target"]: row for row in table.filter(scenario=scenario).rows()}
            for table in (attainment, bands)
        ]
        hold_targets(plan, run, *by_target)
    hold_mixture(plan, attainment)


def hold_mixture(plan, attainment):
    """Hold the mixture against the probabilities of its scenarios."""
    weights = {name: part.get("probability", 0.0) for name, part in plan.scenarios.items()}
    weights["baseline"] = 1 - sum(weights.values())
    for target in plan.targets:
        rows = attainment.filter(target=target["id"]).rows()
        found = {row["scenario"]: row["probability"] for row in rows}
        mixture = sum(weight * found[name] for name, weight in weights.items())
        assert found["mixture"] == pytest.approx(mixture, abs=1e-12), target["id"]


@pytest.mark.parametrize("seed", range(12))
def test_random_plans_run_as_the_documents_say(seed):
    hold(seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12, 200))
def test_many_random_plans_run_as_the_documents_say(seed):
    hold(seed)


def test_the_plan_that_ships_runs_as_the_documents_say(plan):
    text = plan.to_toml()
    read, oracle = simulate(text, PATHS, 1)
    runs = plan.simulate(PATHS, seed=1)
    for scenario, run in oracle.items():
        assert first_difference(read, run, runs[scenario]) is None, scenario


def test_a_plan_is_a_function_of_its_seed():
    assert random_plan(3) == random_plan(3)
    assert random_plan(3) != random_plan(4)


def test_as_many_plans_as_there_are_kinds_of_equations_cover_the_language():
    texts = "\n".join(written(draft(seed, 0)) for seed in range(max(len(EQUATIONS), len(TERMS))))
    functions = [*language.PLAIN, *language.SHIFTING, *language.RANDOM_COUNTS, "shock"]
    assert not [name for name in functions if not re.search(rf"\b{name}\(", texts)]
    signs = [*language.OPERATIONS, "and", "or", "not", "**", "period", "(-1)", "in levels"]
    assert not [sign for sign in signs if sign not in texts]
    assert not [kind for kind in processes.PROCESSES if f'kind = "{kind}"' not in texts]
    assert not [kind for kind in distributions.DISTRIBUTIONS if f"{kind} = {{" not in texts]
    parts = ("extends", "by =", "add_factors", "blocks", "probability", "duration", "overlap")
    assert not [part for part in parts if part not in texts]


def kinds(schema, name, inside):
    """Give the names of kinds that the schema of plan files has in a place."""
    found = [part["properties"] for part in schema["$defs"][name][inside] if "properties" in part]
    return {part["kind"]["const"] if "kind" in part else next(iter(part)) for part in found}


def test_the_oracle_knows_every_kind_that_a_plan_may_have():
    """A kind that is missing here is one function in a list of tests/python/oracle, and one in its generator."""
    schema = tb.schema()
    assert kinds(schema, "Process", "oneOf") == processes.PROCESSES.keys()
    drawn = kinds(
        {"$defs": {"Drawn": schema["$defs"]["WrittenTable"]["anyOf"][0]}}, "Drawn", "oneOf"
    )
    assert drawn == distributions.DISTRIBUTIONS.keys()
    generated = {*CENTRED, *DISCRETE} - {"smooth"}
    assert generated == distributions.DISTRIBUTIONS.keys()
    counted = ["every", "at_least"]
    for name, known in (("Of", measures.OF), ("Over", [*measures.OVER, *counted])):
        words = {
            word
            for part in schema["$defs"][name]["oneOf"]
            for word in part.get("enum", [part["const"]] if "const" in part else part["required"])
        }
        assert words == set(known), name


def test_scale_multiplies_the_deviation_from_the_mean_of_smoothed_data():
    text = """
        schema = 1
        name = "smooth"
        periods = "2021"
        [indicators.x]
        equation = "x ~ 0"
        [shocks.x]
        empirical = { values = [1, 2, 3, 4, 9], smooth = true }
        [scenarios.none]
        changes = [{ shock = "x", scale = 0 }]
    """
    runs = tb.Model.from_toml(text).simulate(2, seed=1)
    # The piecewise linear quantile function has the mean of the midpoints: (1.5 + 2.5 + 3.5 + 6.5) / 4.
    assert runs["none"]["x"][0, 0] == pytest.approx(3.5)
