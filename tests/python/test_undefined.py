"""Growth that is not defined and events that cannot be, against the independent simulator (tests/python/oracle)."""

import random

import numpy as np
import pytest
from oracle import measures
from oracle.holding import TOLERANCE, hold_targets
from oracle.simulator import simulate

import tinbergen as tb

PATHS = 64


def growth_plan(seed):
    """Write a plan whose indicators may fall below 0, with targets on their growth."""
    rng = random.Random(seed)
    start = {name: rng.choice([-2.0, 0.0, 0.5, 1.0, 3.0]) for name in "bc"}
    lines = ["schema = 1", 'name = "growth"', 'periods = "2021..2025"', "failed_paths = 1"]
    for name in "bc":
        known = ", ".join(f"{year} = {start[name]}" for year in range(2016, 2021))
        lines += [
            f"[indicators.{name}]",
            f"history = {{ {known} }}",
        ]
        lines += [f'process = {{ kind = "change", mean = {rng.uniform(-0.5, 0.5):.3f} }}']
        lines += [f"[shocks.{name}]", "normal = { sd = 1 }"]
    overs = ["last", "sum", "mean", "median", "min", "max", "every", {"at_least": 2}]
    formulas = ["b", "b / c", "growth(b)", "dlog(c)", "diff(growth(b))", "movavg(growth(c), 2)"]
    formulas += ["if(b[-1] > 0, growth(b), 1)", "lag(growth(b), 1) - c", "abs(b) + growth(c)"]
    for k in range(12):
        first = rng.randint(2021, 2024)
        last = rng.randint(first + 1, 2025)
        over = rng.choice(overs)
        what = rng.choice(
            [f'indicator = "{rng.choice("bc")}"', f'equation = "{rng.choice(formulas)}"']
        )
        bound = rng.choice(["at_least", "at_most", "above", "below", "between"])
        limit = f"{rng.uniform(-1, 1):.3f}"
        if bound == "between":
            limit = f"[{rng.uniform(-2, 0):.3f}, {rng.uniform(0.1, 2):.3f}]"
        elif rng.random() < 0.3:
            limit = '{ indicator = "c", of = "growth" }'
        of = rng.choice(["growth", "growth", "growth", "change", "level"])
        base = rng.random() < 0.3 and of != "level"
        lines += [
            "[[targets]]",
            f'id = "t{k}"',
            what,
            f'period = "{first}..{last}"',
            f'of = "{of}"',
            'nature = "expected"',
        ]
        lines += ["over = { at_least = 2 }" if isinstance(over, dict) else f'over = "{over}"']
        lines += [f"{bound} = {limit}"] + (['base = "2020"'] if base else [])
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("seed", range(25))
def test_growth_from_what_is_not_positive_is_as_the_documents_say(seed):
    text = growth_plan(seed)
    runs = tb.Model.from_toml(text).simulate(PATHS, seed=seed)
    plan, oracle = simulate(text, PATHS, seed)
    every = tuple(np.arange(PATHS) / (PATHS - 1))
    rows = [
        {row["target"]: row for row in table.filter(scenario="baseline").rows()}
        for table in (runs.attainment(), runs.shortfall(quantiles=every))
    ]
    hold_targets(plan, oracle["baseline"], *rows)
    for target in plan.targets:
        room = measures.headroom(oracle["baseline"], target)
        assert rows[0][target["id"]]["undefined"] == np.isneginf(room).mean()


def test_enough_of_these_targets_are_undefined_somewhere():
    shares = np.concatenate(
        [
            tb.Model.from_toml(growth_plan(seed))
            .simulate(PATHS, seed=seed)
            .attainment()["undefined"]
            for seed in range(5)
        ]
    )
    assert ((shares > 0) & (shares < 1)).sum() > 10
    assert (shares == 0).any()
    assert (shares == 1).any()


def event_plan(seed):
    """Write a plan with events whose numbers may be out of range."""
    rng = random.Random(seed)
    lines = ["schema = 1", 'name = "events"', 'periods = "2021..2025"', "failed_paths = 1"]
    lines += [
        "[parameters]",
        f"p = {{ normal = {{ mean = {rng.uniform(0, 0.6):.3f}, sd = 0.3 }} }}",
    ]
    for name in "xy":
        lines += [f"[indicators.{name}]", f'equation = "{name} ~ 0.5 * {name}[-1]"']
        lines += ["history = { 2020 = 1 }", f"[shocks.{name}]", "normal = { sd = 1 }"]
    durations = ["1", "2", "{ empirical = { values = [0, 1, 2] } }", "{ poisson = { mean = 1.5 } }"]
    durations += ["{ uniform = { min = -1, max = 3 } }", "{ normal = { mean = 1.5, sd = 1 } }"]
    for k in range(2):
        chance = rng.choice(["0.3", '"p"', '"2 * p"'])
        lines += [f"[events.e{k}]", f"probability = {chance}"]
        lines += [
            f"duration = {rng.choice(durations)}",
            f"overlap = {rng.choice(['true', 'false'])}",
        ]
        touched = rng.choice(["x", "y", "xy"])
        lines += ["size = { " + ", ".join(f"{name} = {-1 - k}" for name in touched) + " }"]
    lines += ["[[targets]]", 'id = "t"', 'indicator = "x"', "period = 2025", "at_least = 0"]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("seed", range(25))
def test_paths_whose_events_cannot_be_fail_and_the_others_are_as_they_were(seed):
    text = event_plan(seed)
    runs = tb.Model.from_toml(text).simulate(PATHS, seed=seed)
    _, oracle = simulate(text, PATHS, seed)
    broken = np.zeros(PATHS, bool)
    for name in "xy":
        ours = np.array([measures.level(oracle["baseline"], name, t) for t in range(2021, 2026)])
        theirs = runs["baseline"][name]
        np.testing.assert_allclose(theirs, ours, rtol=TOLERANCE, atol=TOLERANCE)
        broken |= np.isnan(ours).any(axis=0)
    assert {row["path"] for row in runs["baseline"].broken().rows()} == set(
        np.flatnonzero(broken)[:100]
    )
    assert sum(note.kind == "failed_paths" for note in runs.notes) <= 1
    row = next(runs.attainment().filter(target="t").rows())
    assert row["probability"] == np.mean(runs["baseline"]["x"][-1] >= 0)
