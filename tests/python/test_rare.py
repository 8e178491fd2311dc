"""Rare events against SciPy."""

import pickle

import numpy as np
import pytest
from scipy import stats

import tinbergen as tb


def plan(size, correlation, bounds):
    names = [f"x{k}" for k in range(size)]
    pairs = {(a, b): correlation for i, a in enumerate(names) for b in names[i + 1 :]}
    return tb.Model(
        "rare",
        "2021..2021",
        indicators={name: tb.Indicator(equation=f"{name} ~ 0") for name in names},
        shocks={name: tb.normal(0, 1) for name in names},
        correlations=pairs,
        targets=[
            tb.Target(name, indicator=name, period=2021, at_most=bound)
            for name, bound in zip(names, bounds, strict=True)
        ],
    )


@pytest.mark.parametrize("seed", range(3))
def test_targets_that_are_missed_together_agree_with_scipy(seed):
    model = plan(3, 0.5, [3.0, 3.2, 2.8])
    runs = model.simulate(10, seed=seed)
    found = runs.rare("not x0 and not x1 and not x2", missed=False, paths=20_000)
    matrix = np.full((3, 3), 0.5) + 0.5 * np.eye(3)
    truth = stats.multivariate_normal(np.zeros(3), matrix, seed=1, abseps=1e-12, releps=1e-6)
    truth = float(truth.cdf([-3.0, -3.2, -2.8]))
    assert found.probability == pytest.approx(truth, rel=0.15)
    assert abs(found.probability - truth) < 5 * found.error
    assert found.reliable


def test_any_of_several_is_the_sum_of_its_ways():
    bounds = [4.7, 4.9, 5.0, 5.1]
    found = plan(4, 0.0, bounds).simulate(10, seed=3).rare("all")
    truth = 1 - np.prod(stats.norm.cdf(bounds))
    assert found.probability == pytest.approx(truth, rel=0.1)
    assert len(found.ways) == 4
    assert found.ways["distance"] == pytest.approx(sorted(bounds), abs=1e-3)
    assert found.ways["share"] == pytest.approx(stats.norm.sf(bounds) / truth, abs=0.05)


def with_events(relevant, idle, years):
    """Return a plan in which events that matter push x, and others something else; and how likely it is missed."""
    chance, size, bound = 0.01, 2.0, 5.5
    events = {f"push{k}": tb.Event(chance, size={"x": size}) for k in range(relevant)}
    events |= {f"idle{k}": tb.Event(0.1, size={"z": 1.0}) for k in range(idle)}
    model = tb.Model(
        "rare",
        f"2021..{2020 + years}",
        indicators={
            "x": tb.Indicator(equation="x ~ 0"),
            "z": tb.Indicator(history={2020: 0.0}, equation="z ~ 0.5 * z[-1]"),
        },
        shocks={"x": tb.normal(0, 1), "z": tb.normal(0, 1)},
        events=events,
        targets=[tb.Target("x", indicator="x", period=2020 + years, at_most=bound)],
    )
    begin = np.arange(relevant + 1)
    pushed = stats.binom.pmf(begin, relevant, chance)
    return model, float((pushed * stats.norm.sf(bound - size * begin)).sum())


@pytest.mark.parametrize("years", [1, 3])
@pytest.mark.parametrize("seed", range(2))
def test_events_that_do_not_bear_on_it_cost_nothing(seed, years):
    for idle in (0, 10):
        model, truth = with_events(3, idle, years)
        found = model.simulate(10, seed=seed).rare("x", paths=20_000)
        assert abs(found.probability - truth) < 4.5 * found.error
        assert found.error < 0.1 * found.probability
        assert found.effective_paths > 100


def test_the_shipped_plan_agrees_with_counting_or_says_that_it_does_not_know(runs):
    low = tb.Target("low", indicator="gdp", period=2025, at_least=1150)
    tight = runs.model.add(low).simulate(100, seed=1, scenarios=["baseline"])
    found = tight.rare("low")
    assert 0 < found.probability < 0.02
    assert found.reliable == (not found.notes)
    assert not found.reliable or found.error / found.probability < 0.1
    counted = tight.model.simulate(10_000, seed=2, scenarios=["baseline"], keep=[])
    row = counted.attainment().filter(scenario="baseline", target="low")
    share = 1 - row["probability"][0]
    deviation = (found.error**2 + share * (1 - share) / 10_000) ** 0.5
    assert abs(found.probability - share) < 5 * deviation


def test_sentences_notes_and_errors(runs):
    found = plan(1, 0.0, [4.75]).simulate(10, seed=1).rare("x0")
    assert found.in_words().startswith("x0 is missed with a probability of 1.0 × 10⁻⁶ (between ")
    assert "未实现的概率为1.0 × 10⁻⁶" in found.in_words("zh")
    assert "Wahrscheinlichkeit von 1,0 × 10⁻⁶ verfehlt" in found.in_words("de")
    assert pickle.loads(pickle.dumps(found)) == found
    few = plan(1, 0.0, [4.75]).simulate(10, seed=1).rare("x0", paths=100)
    assert not few.reliable
    assert few.notes[0].kind == "not_reliable"
    assert few.in_words().endswith("The estimate is not reliable.")
    with pytest.raises(tb.ModelError, match="unknown target or set"):
        runs.rare("nobody")
    tracked = runs.model.observe(tb.plans.outturns(), as_of="2023-04-14")
    conditioned = tracked.simulate(1000, seed=1, scenarios=["baseline"])
    with pytest.raises(ValueError, match="conditioned on actual values"):
        conditioned.rare("gdp-2025")
