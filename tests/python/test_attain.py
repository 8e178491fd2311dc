"""Attainment in depth against SciPy: a linear Gaussian plan has probabilities in closed form."""

import pickle

import numpy as np
import pytest
from scipy.stats import multivariate_normal, norm

import tinbergen as tb

YEARS = range(2021, 2026)
GROWTH, SD, RHO = 0.05, 0.02, 0.5


@pytest.fixture(scope="module")
def plan():
    """Two random walks in logs with correlated shocks, targets in several years."""
    targets = [
        tb.Target(f"{name}-{year}", indicator=name, period=year, at_least=limit)
        for name, year, limit in [
            ("a", 2022, 1.11), ("a", 2025, 1.30), ("b", 2023, 1.15), ("b", 2025, 1.27),
        ]
    ]  # fmt: skip
    parts = {
        name: tb.Indicator(history={2020: 1.0}, equation=f"dlog({name}) ~ {GROWTH}")
        for name in "ab"
    }
    return tb.Model(
        "gaussian",
        "2021..2025",
        indicators=parts,
        shocks={"a": tb.normal(0, SD), "b": tb.normal(0, SD)},
        correlations={("a", "b"): RHO},
        targets=targets,
    )


def moments(plan):
    """Mean and covariance of the log headrooms of the targets."""
    names = [t.indicator for t in plan.targets]
    n = np.array([int(str(t.period)) - 2020 for t in plan.targets])
    limits = np.log([t.at_least for t in plan.targets])
    shared = np.minimum.outer(n, n) * SD**2
    same = np.equal.outer(names, names)
    return GROWTH * n - limits, np.where(same, shared, RHO * shared)


def orthant(mean, cov, signs):
    """Give the probability that signs x headroom is positive throughout."""
    signs = np.asarray(signs, float)
    cov = np.outer(signs, signs) * cov
    return float(multivariate_normal(np.zeros(len(signs)), cov, seed=1).cdf(signs * mean))


def check(row, truth):
    """Within 5 standard errors and the integration error of SciPy; false alarm below 6e-7."""
    assert abs(row["probability"] - truth) < 5 * row["error"] + 2e-4, (row, truth)


@pytest.mark.parametrize("design", ["random", "antithetic", "lhs", "sobol"])
def test_joint_and_conditional_probabilities_of_a_gaussian_plan(plan, design):
    runs = plan.simulate(40_000, seed=11, design=design)
    mean, cov = moments(plan)
    everything = orthant(mean, cov, [1, 1, 1, 1])
    check(next(runs.probability("all").rows()), everything)
    mixed = orthant(mean, cov, [1, -1, 1, -1])
    goal = "\"a-2022\" and not a-2025 and b-2023 & !'b-2025'"
    check(next(runs.probability(goal).rows()), mixed)
    both = orthant(mean[[1, 3]], cov[np.ix_([1, 3], [1, 3])], [1, 1])
    condition = norm.cdf(mean[1] / np.sqrt(cov[1, 1]))
    check(next(runs.probability("b-2025", given="a-2025").rows()), both / condition)
    either = tb.goal("a-2025") | "b-2025"
    alone = norm.cdf(mean[3] / np.sqrt(cov[3, 3]))
    check(next(runs.probability(either).rows()), condition + alone - both)


def test_a_condition_that_is_rare_or_never_met_says_so(plan):
    rare = plan.add(tb.Target("never", indicator="a", period=2025, at_least=9))
    runs = rare.simulate(1000, seed=1)
    row = next(runs.probability("a-2025", given="never").rows())
    assert np.isnan(row["probability"])
    assert row["paths"] == 0
    assert (row["low"], row["high"]) == (0, 1)
    few = next(runs.probability("b-2025", given="a-2025 and not a-2022 and not b-2023").rows())
    assert few["paths"] < 100
    assert few["high"] - few["low"] > 0.1


def test_the_first_passage_against_exact_convolution():
    """A random walk in discrete time, by convolution of its density on a fine grid."""
    model = tb.Model(
        "walk",
        "2021..2030",
        indicators={"x": tb.Indicator(history={2020: 0}, equation="diff(x) ~ 0.1")},
        shocks={"x": tb.normal(0, 1)},
        targets=[tb.Target("two", indicator="x", period=2028, at_least=2)],
    )
    table = model.simulate(40_000, seed=3).first_met(distribution=True)
    step, grid = 0.01, np.arange(-14, 2, 0.01) + 0.005  # midpoints below the bound
    kernel = norm.pdf(grid[:, None] - grid[None, :] - 0.1) * step
    density = norm.pdf(grid - 0.1)
    alive = [density.sum() * step]
    for _ in range(9):
        density = kernel @ density
        alive.append(density.sum() * step)
    for row, survival in zip(table.rows(), alive, strict=True):
        half = (row["by_high"] - row["by_low"]) / 2
        assert abs(row["by"] - (1 - survival)) < 2.6 * half  # 5 standard errors
    np.testing.assert_allclose(np.cumsum(table["first"]), table["by"])


def test_the_expected_shortfall_of_a_lognormal(plan):
    row = next(plan.simulate(40_000, seed=5).shortfall(tail=0.1).filter(target="a-2025").rows())
    m, s = 5 * GROWTH, SD * np.sqrt(5)
    truth = np.exp(m + s**2 / 2) * norm.cdf(norm.ppf(0.1) - s) / 0.1 - 1.30
    assert abs(row["worst"] - truth) < 5 * row["worst_error"]
    assert row["failed"] == 0


def test_progress_has_the_growth_from_the_last_actual(plan):
    table = plan.simulate(2000, seed=1).progress(on_track=0.5, off_track=0.2, interval=False)
    row = next(table.filter(target="a-2025").rows())
    assert row["required_growth"] == pytest.approx(1.3 ** (1 / 5) - 1)
    assert row["required_change"] == pytest.approx(0.06)
    assert row["predicted_growth"] == pytest.approx(np.exp(0.05) - 1, abs=2e-3)
    assert row["anticipated"] == pytest.approx(100 * (1.3 - row["predicted"]) / 0.3)
    assert row["outlook"] == "maintain"  # exp(0.25) is 1.284: a twentieth of the way is missing
    assert row["status"] == ("at risk" if 0.2 <= row["probability"] < 0.5 else "off track")
    with pytest.raises(tb.ModelError, match="off_track <= on_track"):
        plan.simulate(100, seed=1).progress(on_track=0.1, off_track=0.2)


def test_until_stops_at_a_doubling_and_is_the_run_of_its_size(plan):
    runs = plan.simulate(500, seed=2, until=0.01)
    info = runs.info
    assert info["until"]["reached"]
    assert info["until"]["half_width"] <= 0.01
    assert info["paths"] == 16_000
    same = plan.simulate(16_000, seed=2)
    np.testing.assert_array_equal(runs["baseline"]["a"], same["baseline"]["a"])
    short = plan.simulate(500, seed=2, until=0.001, most_paths=3000).info
    assert not short["until"]["reached"]
    assert short["paths"] == 2000
    one = plan.simulate(500, seed=2, until=0.03, until_of="a-2025 and b-2025").info
    assert one["until"]["of"] == "a-2025 and b-2025"
    for odd in (0, -0.1, float("nan")):
        with pytest.raises(tb.ModelError, match="above 0"):
            plan.simulate(500, until=odd)


def test_goals_are_text_or_operators():
    a, b = tb.goal("a b"), tb.goal("c")
    assert str(a & ~b | "d and e") == '"a b" and not c or d and e'
    assert tb.at_least(2, a, "b or c", b) == tb.Goal('at_least(2, "a b", b or c, c)')
    with pytest.raises(TypeError, match="joined by"):
        bool(a)
    with pytest.raises(tb.ModelError, match="at character 5"):
        tb.Goal("a or")


def test_what_would_have_to_be_true(plan):
    """Given x + y >= 0, each of two equal normals has a mean of phi(0) / Phi(0) / sqrt(2)."""
    model = tb.Model(
        "sum",
        "2021..2021",
        indicators={
            "z": tb.Indicator(equation="z ~ p + shock(y)"),
            "unrelated": tb.Indicator(equation="unrelated ~ 0"),
        },
        parameters={"p": tb.normal(0, 1)},
        shocks={"y": tb.normal(0, 1), "z": tb.normal(0, 1e-6), "unrelated": tb.normal(0, 1)},
        targets=[tb.Target("z", indicator="z", period=2021, at_least=0)],
    )
    runs = model.simulate(20_000, seed=4)
    table = runs.requirements("z")
    by = {(row["kind"], row["name"]): row for row in table.rows()}
    for key in (("parameter", "p"), ("shock", "y")):
        row = by[key]
        assert row["met"] == pytest.approx(norm.pdf(0) / 0.5 / np.sqrt(2), abs=0.03)
        assert row["clear"]
        assert row["error"] < 0.03
    assert not by["shock", "unrelated"]["clear"]
    clear = table["clear"].tolist()
    assert clear == sorted(clear, reverse=True)
    with pytest.raises(tb.ModelError, match="none of 20000 paths meets the goal"):
        runs.requirements("z and not z")


def test_what_is_the_same_in_all_paths_of_a_run_is_no_requirement():
    """0.1 in every path has a mean and a variance that differ from 0.1 and 0 by rounding alone."""
    model = tb.Model(
        "fixed",
        "2021..2022",
        indicators={
            "z": tb.Indicator(equation="z ~ p + 0 * q"),
            "level": tb.Indicator(history={2020: 0.1}, equation="level = level[-1] * 1.1"),
            "dust": tb.Indicator(
                history={2020: 0.1}, equation="dust = 0.1 * (z * 3 + 7) / (z * 3 + 7)"
            ),
        },
        parameters={"p": tb.normal(0.1, 1), "q": tb.normal(0.1, 1)},
        shocks={"z": tb.normal(0, 1)},
        scenarios={
            "set": tb.Scenario([tb.Change(parameter="p", set=0.1)]),
            "flat": tb.Scenario(
                [tb.Change(parameter="p", scale=0), tb.Change(parameter="p", add=0.1)]
            ),
        },
        targets=[tb.Target("z", indicator="z", period=2022, at_least=0.3)],
    )

    def listed(table):
        return {(row["kind"], row["name"]) for row in table.rows()}

    both = {("parameter", "p"), ("parameter", "q"), ("shock", "z"), ("growth", "z")}
    runs = model.simulate(997, seed=4)
    assert listed(runs.requirements("z")) == both
    for scenario in ("set", "flat"):
        assert listed(runs.requirements("z", scenario=scenario)) == both - {("parameter", "p")}
    run = model.simulate(997, seed=4, parameters={"p": 0.1, "q": 0.1})
    assert listed(run.requirements("z")) == {("shock", "z"), ("growth", "z")}
    known = tb.Outturns(
        {"indicator": ["z"], "period": ["2021"], "value": [0.2], "vintage": ["2022-03-01"]}
    )
    run = model.observe(known).simulate(997, seed=4, parameters={"p": 0.1})
    assert ("parameter", "p") not in listed(run.requirements("z"))
    drawn = {row["name"] for row in run.most_likely("z").table.filter(kind="parameter").rows()}
    assert drawn == {"q"}


def test_seek_has_the_closed_form_and_makes_a_scenario():
    model = tb.Model(
        "lever",
        "2021..2021",
        indicators={"x": tb.Indicator(equation="x ~ push")},
        parameters={"push": 0.0},
        shocks={"x": tb.normal(0, 1)},
        levers={"push": tb.Lever(parameter="push", range=(0, 5), cost="x^2")},
        targets=[tb.Target("x", indicator="x", period=2021, at_least=1)],
    )
    found = model.seek(0.8, of="x", paths=40_000, seed=1, margin=0.0)
    value = found.settings["value"][0]
    # The error of the quantile: sqrt(p q / n) / phi(z) = 0.0071.
    assert found.reached
    assert abs(value - 1 - norm.ppf(0.8)) < 5 * 0.0071
    assert found.cost == pytest.approx(value**2)
    with_it = model.add(scenarios={"pushed": found.scenario()})
    row = next(with_it.simulate(40_000, seed=1).probability("x").filter(scenario="pushed").rows())
    assert row["probability"] == found.found[0]
    frontier = model.frontier("x", paths=4000, seed=1)
    assert np.all(np.diff(frontier["cost"]) > 0)
    assert np.all(np.diff(frontier["probability"]) > 0)
    with pytest.raises(tb.ModelError, match="unknown lever"):
        model.seek(0.8, of="x", levers="pull")
    assert not found.notes
    assert not frontier.notes


def test_levers_that_change_nothing_are_noted():
    model = tb.Model(
        "idle",
        "2021..2021",
        indicators={"x": tb.Indicator(equation="x ~ push + 0 * rest")},
        parameters={"push": 0.0, "rest": 0.0},
        shocks={"x": tb.normal(0, 1)},
        levers={
            "push": tb.Lever(parameter="push", range=(0, 5), step=1),
            "rest": tb.Lever(parameter="rest", range=(-0.5, 2), step=0.5),
        },
        targets=[tb.Target("x", indicator="x", period=2021, at_least=1)],
    )
    run = {"paths": 200, "seed": 1}
    found = model.seek(0.8, of="x", **run)
    frontier = model.frontier("x", **run)
    isoquant = model.isoquant(["push", "rest"], "x", **run)
    for notes in (found.notes, frontier.notes, isoquant.notes):
        (note,) = notes
        assert (note.kind, note.address) == ("changes_nothing", "levers.rest")
        assert note.message == (
            "rest changes nothing about x: no path meets or misses it otherwise at -0.5 or at 2"
        )
        assert note.values == {"low": -0.5, "high": 2.0}
    assert not model.frontier("x", "push", **run).notes
    assert "rest changes nothing" in found._repr_html_()
    again = pickle.loads(pickle.dumps(frontier))
    assert list(again.notes) == list(frontier.notes)


@pytest.mark.parametrize(("bound", "expected"), [(0.45, "true"), (0.55, "false")])
def test_a_target_on_what_has_no_history_may_be_met_at_the_start(bound, expected):
    """Of an identity, and of a formula of it, by its value in 2020, 1 / 2; of what is known in the run, by that before it."""
    a = tb.Indicator(history={2020: 1}, equation="diff(a) ~ 0")
    model = tb.Model(
        "shares",
        "2021..2022",
        indicators={
            "a": a,
            "b": tb.Indicator(history={2020: 2}, equation="diff(b) ~ 0"),
            "share": tb.Indicator(equation="share = a / b"),
            "again": tb.Indicator(equation="again = share"),
        },
        shocks={"a": tb.normal(0, 0.1), "b": tb.normal(0, 0.1)},
        targets=[
            tb.Target("identity", indicator="share", period=2022, at_least=bound),
            tb.Target("derived", indicator="again", period=2022, at_least=bound),
            tb.Target("formula", equation="2 * share", period=2022, at_least=2 * bound),
            tb.Target("known", indicator="a", period=2022, at_least=2 * bound),
            tb.Target(
                "growth", indicator="share", of="growth", over="last", period=2022, at_least=bound
            ),
        ],
    )
    table = model.simulate(50, seed=1).first_met()
    told = dict(zip(table["target"].tolist(), table["at_start"].tolist(), strict=True))
    by_level = dict.fromkeys(("identity", "derived", "formula", "known"), expected)
    assert told == by_level | {"growth": ""}
    known = {"indicator": ["a"], "period": [2021], "value": [1.0], "vintage": ["2022-01-01"]}
    outturns = tb.Outturns({**known, "value": [2 * (0.5 - (bound - 0.5))]})
    tracked = model.observe(outturns).simulate(50, seed=1).first_met()
    assert tracked.filter(target="known")["at_start"][0] == expected
