"""The engine held against the independent simulator: every path, every target, the mixture."""

import re

import numpy as np
import pytest

import tinbergen as tb
from oracle import language, measures
from oracle.generator import random_plan
from oracle.reading import period_text
from oracle.simulator import simulate

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
    largest = [np.max(np.abs(room[np.isfinite(room)]), initial=1.0) for room in rooms]
    near = [np.abs(room) <= TOLERANCE * top for room, top in zip(rooms, largest, strict=True)]
    return int(np.any(near, axis=0).sum())


def hold_targets(plan, run, rows, bands):
    """Hold probabilities of targets and sets, and the headroom of every path, against the oracle."""
    rooms = {target["id"]: measures.headroom(run, target) for target in plan.targets}
    hits = {target["id"]: measures.met(run, target) for target in plan.targets}
    for name, room in rooms.items():
        found = np.array([value for key, value in bands[name].items() if re.match(r"h\d", key)])
        defined = np.isfinite(room)
        expected = np.sort(room)
        assert (np.isneginf(found) == np.isneginf(expected)).all(), name
        largest = np.max(np.abs(room[defined]), initial=1.0)
        known = np.isfinite(expected)
        same = np.abs(found[known] - expected[known])
        assert np.max(same, initial=0.0) <= TOLERANCE * largest, name
    sets = {name: [name] for name in rooms} | {"all": list(rooms)}
    natures = {target.get("nature", "expected") for target in plan.targets}
    for nature in natures if len(natures) > 1 else ():
        sets[nature] = [
            target["id"] for target in plan.targets if target.get("nature", "expected") == nature
        ]
    for name, members in plan.written.get("target_sets", {}).items():
        sets[name] = members["targets"] if isinstance(members, dict) else members
    assert rows.keys() == sets.keys()
    for name, row in rows.items():
        expected = np.all([hits[member] for member in sets[name]], axis=0).mean()
        slack = close_calls([rooms[member] for member in sets[name]]) / PATHS
        assert abs(row["probability"] - expected) <= slack + 1e-12, name
        undefined = np.any([np.isneginf(rooms[member]) for member in sets[name]], axis=0).mean()
        assert row["undefined"] == pytest.approx(undefined, abs=1e-12), name


def hold(seed):
    """Hold the engine against the oracle on one random plan."""
    hold_plan(random_plan(seed), seed)


def hold_plan(text, seed):
    """Hold the engine against the oracle on a plan."""
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
