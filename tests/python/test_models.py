"""Models in Python: the same as in a plan file."""

import pickle

import pytest

import tinbergen as tb


def test_a_model_survives_writing_and_reading(plan, small):
    for model in (plan, small):
        assert tb.Model.from_toml(model.to_toml()) == model


def test_problems_have_an_address(small):
    with pytest.raises(tb.ModelError) as caught:
        tb.Model.from_toml('schema = 1\nname = "x"\nperiods = "2021..2025"\nscenaros = 1')
    problem = caught.value.problems[0]
    assert (problem.line, problem.address) == (4, "scenaros")
    assert 'did you mean "scenarios"?' in problem.message


def test_equations_are_printed(plan):
    equations = plan.equations()
    assert equations["gdp"].startswith("gdp = ")
    assert "shock(demand)" in equations["gdp_real"]


def test_periods_of_other_libraries_are_read():
    import datetime

    import pandas as pd

    assert str(tb.Period(pd.Period("2025Q4", freq="Q"))) == "2025-Q4"
    assert tb.Period(2025) + 1 == tb.Period("2026")
    assert str(tb.Period(datetime.date(2025, 12, 1), "monthly")) == "2025-12"
    with pytest.raises(ValueError, match="frequenc"):
        tb.Span("2021..2025-Q4")


def test_a_model_that_was_read_tells_its_parts_when_they_are_asked_for():
    text = "periods 2021..2022\nparameter a = 0.5\ndata y 2020 = 2\ny = a * y[-1]"
    model = tb.read_text(text)
    assert "indicators" not in vars(model)
    runs = model.simulate(1, seed=1)
    assert "indicators" not in vars(model), "a run needs none of them in Python"
    assert runs["baseline"]["y"][:, 0].tolist() == [1.0, 0.5]
    again = pickle.loads(pickle.dumps(model))
    assert again == model
    assert again.indicators["y"].history[2020] == 2.0
    assert model.parameters["a"].value == 0.5
    assert not hasattr(model, "indicator")
    with pytest.raises(AttributeError, match="no attribute 'indicator'"):
        _ = tb.read_text(text).indicator


def test_one_of_a_kind_is_told_in_the_singular():
    plan = tb.plans.minimal()
    assert repr(plan) == (
        "<Model 'Doubling in fifteen years' 2021..2035: 1 indicator, 1 target, 1 scenario>"
    )
    assert repr(plan.add(scenarios={"other": tb.Scenario()})).endswith("1 target, 2 scenarios>")
    baseline = plan.simulate(1, seed=1)["baseline"]
    assert repr(baseline) == "<Ensemble 'baseline': 1 path of 1 indicator over 2021..2035>"
    tiled = plan.simulate(1, seed=1, store="tiled")["baseline"]
    assert repr(tiled) == "<TiledEnsemble 'baseline': 1 path of 1 indicator over 2021..2035>"
    assert "1 equation: 1 computed one after the other" in str(plan.explain())
    assert repr(tb.Draws({"a": [0.5]})) == "<Draws: 1 row of a>"
