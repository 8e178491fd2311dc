"""What scenarios and settings share is computed once, and gives the numbers of each alone, to the bit."""

import numpy as np
import pytest
from oracle.generator import random_plan

import tinbergen as tb

PATHS = 200  # more than a block


def plan_of(seed):
    """Make a random plan that runs whatever fails in it."""
    written = tb.Model.from_toml(random_plan(seed)).to_dict()
    return tb.Model.from_dict({**written, "failed_paths": 1})


def hold(model, design, seed):
    """Hold every scenario of a run against a run of it alone."""
    together = model.simulate(PATHS, seed=seed, design=design)
    attained = together.attainment()
    for scenario in ["baseline", *model.scenarios]:
        alone = model.simulate(PATHS, seed=seed, design=design, scenarios=scenario)
        ours, theirs = together[scenario], alone[scenario]
        for name in model.indicators:
            same = np.array_equal(ours[name], theirs[name], equal_nan=True)
            assert same, (scenario, name)
        assert ours.fan() == theirs.fan()
        assert attained.filter(scenario=scenario) == alone.attainment()
        assert ours.failures() == theirs.failures()
        assert ours.broken() == theirs.broken()
        assert ours.failed_paths == theirs.failed_paths if hasattr(ours, "failed_paths") else True


@pytest.mark.parametrize("design", ["random", "antithetic", "lhs", "sobol"])
@pytest.mark.parametrize("seed", range(12))
def test_scenarios_together_are_scenarios_alone(seed, design):
    hold(plan_of(seed), design, seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12, 150))
def test_many_scenarios_together_are_scenarios_alone(seed):
    hold(plan_of(seed), ["random", "antithetic", "lhs", "sobol"][seed % 4], seed)


@pytest.mark.parametrize("name", ["macro", "minimal", "portugal", "yuecheng"])
def test_scenarios_of_shipped_plans_together_are_scenarios_alone(name):
    hold(tb.plans.read(name), "random", 1)
