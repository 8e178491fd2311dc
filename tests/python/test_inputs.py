"""What was drawn in each path: the paths are computed again from it, by NumPy alone."""

import pickle

import numpy as np
import pytest

import tinbergen as tb

YEARS = range(2021, 2026)
DESIGNS = ["random", "antithetic", "lhs", "sobol"]


@pytest.fixture(scope="module")
def plan():
    """Growth with a trend, a start, correlated shocks and a slump that are all drawn."""
    return tb.Model(
        "drawn",
        "2021..2025",
        indicators={
            "gdp": tb.Indicator(
                history={2020: tb.normal(100, 2)}, equation="gdp ~ gdp[-1] * (1 + trend)"
            ),
            "other": tb.Indicator(history={2020: 1.0}, equation="other ~ 0.5 * other[-1] + level"),
        },
        parameters={"trend": tb.normal(0.05, 0.02), "level": 0.3},
        shocks={"gdp": tb.normal(0, 3), "other": tb.normal(0, 0.1)},
        correlations={("gdp", "other"): 0.6},
        events={"slump": tb.Event(0.2, size={"gdp": -10.0})},
        targets=[
            tb.Target("gdp-2025", indicator="gdp", period=2025, at_least=120),
            tb.Target("low", indicator="other", period=2024, at_most=0.6),
        ],
        scenarios={
            "slow": tb.Scenario(
                probability=0.25,
                changes=[
                    tb.Change(parameter="trend", set=0.01),
                    tb.Change(shock="gdp", add=-1.0),
                ],
            ),
        },
    )


def column(drawn, address):
    return drawn.get(address, 0.01)


def gdp_again(drawn, shift=0.0):
    """Compute gdp from what was drawn."""
    value = drawn["indicators.gdp.history.2020"]
    rows = []
    for year in YEARS:
        shock = drawn[f"shocks.gdp.{year}"] + shift - 10.0 * drawn[f"events.slump.{year}"]
        value = value * (1 + column(drawn, "parameters.trend")) + shock
        rows.append(value)
    return np.array(rows)


@pytest.mark.parametrize("design", DESIGNS)
def test_paths_are_computed_again_from_their_inputs(plan, design):
    runs = plan.simulate(300, seed=3, design=design)
    for name, shift in (("baseline", 0.0), ("slow", -1.0)):
        drawn = runs[name].inputs()
        again = gdp_again(drawn, shift)
        np.testing.assert_allclose(again, runs[name]["gdp"], rtol=1e-13)
        assert set(np.unique(drawn["events.slump.2023"])) == {0.0, 1.0}
    # A number in all paths has no column, and scenarios share the rest.
    slow, baseline = runs["slow"].inputs(), runs["baseline"].inputs()
    assert set(baseline.columns) - set(slow.columns) == {"parameters.trend"}
    assert all(np.array_equal(slow[name], baseline[name]) for name in slow.columns)


def test_the_mixture_has_the_paths_of_its_scenarios_one_after_the_other(plan):
    runs = plan.simulate(100, seed=3)
    drawn, mixture = runs["mixture"].inputs(), runs["mixture"]
    assert len(drawn) == mixture.paths == 200
    shift = np.repeat([0.0, -1.0], 100)
    np.testing.assert_allclose(gdp_again(drawn, shift), mixture["gdp"], rtol=1e-13)
    assert np.array_equal(drawn["parameters.trend"][100:], np.full(100, 0.01))


def test_whole_spans_are_means_of_shocks_and_counts_of_events(plan):
    ensemble = plan.simulate(100, seed=3)["baseline"]
    drawn, whole = ensemble.inputs(), ensemble.inputs(by_period=False)
    mean = np.mean([drawn[f"shocks.gdp.{year}"] for year in YEARS], axis=0)
    np.testing.assert_allclose(whole["shocks.gdp.2021..2025"], mean, rtol=1e-12)
    count = np.sum([drawn[f"events.slump.{year}"] for year in YEARS], axis=0)
    assert np.array_equal(whole["events.slump.2021..2025"], count)
    assert np.array_equal(whole["parameters.trend"], drawn["parameters.trend"])


def test_inputs_of_a_conditioned_run_are_as_the_actual_values_moved_them(plan):
    known = tb.Outturns(
        {"indicator": ["gdp"], "period": ["2021"], "value": [90.0], "vintage": ["2022-01-01"]}
    )
    runs = plan.observe(known, as_of="2022-06-01").simulate(400, seed=3, scenarios="baseline")
    ensemble = runs["baseline"]
    again = gdp_again(ensemble.inputs())
    np.testing.assert_allclose(again, ensemble["gdp"], rtol=1e-9)
    np.testing.assert_allclose(again[0], 90.0, rtol=1e-9)


def test_parameters_of_a_run_are_as_the_run_had_them(plan):
    runs = plan.simulate(50, seed=3, parameters={"trend": 0.02}, scenarios="baseline")
    drawn = runs["baseline"].inputs()
    assert "parameters.trend" not in drawn
    again = pickle.loads(pickle.dumps(runs["baseline"]))
    assert again.inputs() == drawn


def test_what_is_met_and_by_how_much_is_that_of_the_attainment(plan):
    runs = plan.simulate(500, seed=3)
    for name in runs:
        met, room = runs[name].met(), runs[name].headroom()
        assert met.columns == room.columns == ("gdp-2025", "low")
        assert met["low"].dtype == bool
        weights = runs[name].weights
        share = np.average(met["low"], weights=weights)
        row = runs.attainment().filter(scenario=name, target="low")
        assert share == pytest.approx(row["probability"][0], abs=1e-12)
        np.testing.assert_allclose(room["gdp-2025"], runs[name]["gdp"][-1] - 120, rtol=1e-12)
        np.testing.assert_allclose(room["low"], 0.6 - runs[name]["other"][3], atol=1e-12)
