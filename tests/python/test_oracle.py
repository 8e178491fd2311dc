"""The engine held against an independent simulator of plan files, path by path (tests/python/oracle)."""

import re

import pytest
from oracle import distributions, language, measures, processes
from oracle.generator import draft, random_plan
from oracle.generator.distributions import CENTRED, DISCRETE
from oracle.generator.draft import written
from oracle.generator.equations import EQUATIONS
from oracle.generator.terms import TERMS
from oracle.holding import PATHS, first_difference, hold
from oracle.holding_others import OTHERS
from oracle.simulator import simulate

import tinbergen as tb


@pytest.mark.parametrize("seed", range(12))
def test_random_plans_run_as_the_documents_say(seed):
    hold(seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12, 200))
def test_many_random_plans_run_as_the_documents_say(seed):
    hold(seed)


@pytest.mark.parametrize("kind", OTHERS)
@pytest.mark.parametrize("seed", range(1000, 1002))
def test_random_plans_run_as_they_should_in_other_ways(kind, seed):
    OTHERS[kind](seed)


@pytest.mark.slow
@pytest.mark.parametrize("kind", OTHERS)
def test_many_random_plans_run_as_they_should_in_other_ways(kind):
    for seed in range(1002, 1020):
        OTHERS[kind](seed)


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
