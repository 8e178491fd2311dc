"""How an indicator got its value in one path, recomputed from the numbers that are told."""

import numpy as np
import pytest

import tinbergen as tb


@pytest.fixture(scope="module")
def model():
    """Give a model with a scenario that adds, scales and sets."""
    return tb.Model(
        "traced",
        "2021..2024",
        indicators={
            "gdp": tb.Indicator(history={2020: 100.0}, equation="dlog(gdp) ~ drift"),
            "rd": tb.Indicator(equation="rd = 0.02 * gdp ^ 1.1"),
        },
        parameters={"drift": tb.normal(0.05, 0.01)},
        shocks={"gdp": tb.normal(0, 0.02)},
        scenarios={
            "slump": tb.Scenario(
                [
                    tb.Change(shock="gdp", periods="2022", add=-0.03),
                    tb.Change(indicator="gdp", periods="2023", add=0.01),
                    tb.Change(indicator="rd", set={2024: 3.0}),
                ]
            )
        },
    )


def reads(found, k=0):
    """Give what a step reads, by term."""
    step = list(found.steps.rows())[k]
    rows = found.reads.filter(indicator=step["indicator"], period=step["period"]).rows()
    return {row["term"]: row["value"] for row in rows}


def test_both_sides_are_those_of_the_numbers(model):
    runs = model.simulate(paths=40, seed=3)
    for scenario in ("baseline", "slump"):
        for year in range(2021, 2025):
            for path in (0, 17, 39):
                found = runs.trace("gdp", year, path=path, scenario=scenario)
                step, read = next(found.steps.rows()), reads(found)
                assert step["value"] == runs[scenario]["gdp"][year - 2021, path]
                assert step["right"] == read["drift"]
                left = np.log(step["value"]) - np.log(read["gdp[-1]"])
                assert step["left"] == pytest.approx(left, abs=1e-14)
                residual = step["shock_value"] + step["add_factor"]
                assert step["left"] == pytest.approx(step["right"] + residual, abs=1e-14)
                deeper = runs.trace("rd", year, path=path, scenario=scenario, depth=3)
                step = next(deeper.steps.rows())
                assert step["right"] == pytest.approx(0.02 * reads(deeper)["gdp"] ** 1.1, rel=1e-14)
                is_set = scenario == "slump" and year == 2024
                assert step["kind"] == ("set" if is_set else "equation")
                assert "gdp" in deeper.steps["indicator"].tolist()
    assert runs.trace("gdp", 2023, path=1, scenario="slump").steps["add_factor"][0] == 0.01


def test_it_is_printed_and_shown(model):
    found = model.simulate(paths=20, seed=1).trace("gdp", 2022, path=17, depth=2)
    text = repr(found)
    assert text.startswith("path 17 of baseline\ngdp in 2022 is ")
    assert "dlog(gdp) ~ drift" in text
    assert "gdp[-1] = " in text
    assert found._repr_html_().startswith("<pre>path 17 of baseline")
    assert found.table is found.steps
    assert found.steps["depth"].tolist() == [1, 2]


def test_what_is_not_there_is_refused(model):
    runs = model.simulate(paths=20, seed=1)
    with pytest.raises(tb.ModelError, match="there is no path 20 among 20"):
        runs.trace("gdp", 2022, path=20)
    with pytest.raises(tb.ModelError, match="did you mean"):
        runs.trace("gpd", 2022, path=2)


def test_a_run_given_actual_values_is_traced(model):
    known = tb.Outturns(
        {"indicator": ["gdp"], "period": [2021], "value": [104.0], "vintage": ["2022-03-01"]}
    )
    runs = model.observe(known, as_of="2022-06-01").simulate(paths=50, seed=1)
    found = runs.trace("gdp", 2021, path=17)
    step = next(found.steps.rows())
    assert step["value"] == 104.0
    assert step["left"] == pytest.approx(step["right"] + step["shock_value"], abs=1e-12)
