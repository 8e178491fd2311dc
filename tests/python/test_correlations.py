"""Correlations that are singular are those of random numbers too."""

import numpy as np
import pytest

import tinbergen as tb

PATHS = 20_000


def drawn(matrix):
    """Correlations of what is drawn."""
    names = [f"s{k}" for k in range(len(matrix))]
    pairs = [(a, b) for a in range(len(matrix)) for b in range(a)]
    model = tb.Model.from_dict(
        {
            "schema": 1,
            "name": "correlated",
            "periods": "2021..2021",
            "indicators": {name: {"equation": f"{name} ~ 0"} for name in names},
            "shocks": {name: {"normal": {"sd": 1}} for name in names},
            "correlations": {f"{names[b]}, {names[a]}": float(matrix[a, b]) for a, b in pairs},
        }
    )
    baseline = model.simulate(PATHS, seed=1)["baseline"]
    return np.corrcoef([baseline[name][0] for name in names])


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("decimals", [None, 4])
def test_sample_correlations_of_more_series_than_years_are_drawn(seed, decimals):
    rng = np.random.default_rng(seed)
    series = 2 + seed % 6
    matrix = np.corrcoef(rng.normal(size=(series, 3 + seed % 3)))
    if decimals:
        matrix = matrix.round(decimals)
    # The standard error of a correlation is below 1 / sqrt(20000) = 0.0071; six of them.
    np.testing.assert_allclose(drawn(matrix), matrix, atol=0.043)


def test_two_names_of_one_number():
    matrix = np.array([[1, 1, -0.5], [1, 1, -0.5], [-0.5, -0.5, 1]])
    found = drawn(matrix)
    assert found[0, 1] == pytest.approx(1, abs=1e-12)


def test_what_cannot_be_is_refused_with_numbers_that_show_it():
    matrix = np.array([[1, 0.8, 0.8], [0.8, 1, 0.279], [0.8, 0.279, 1]])
    with pytest.raises(tb.ModelError, match=r'"s1, s2" = 0.279 must lie between 0.280 and 1.000'):
        drawn(matrix)


def test_a_correlated_parameter_can_be_a_number(plan):
    fixed = plan.add(parameters={"trend_growth": 0.07}, replace=True)
    with_scenario = plan.add(
        scenarios={"fixed": tb.Scenario([tb.Change(parameter="trend_growth", set=0.07)])}
    )
    runs = fixed.simulate(200, seed=3, scenarios=["baseline"])["baseline"]
    same = with_scenario.simulate(200, seed=3, scenarios=["fixed"])["fixed"]
    for name in ("gdp", "high_tech_firms", "rd_expenditure"):
        np.testing.assert_array_equal(runs[name], same[name])
    assert any("trend_growth" in note.message for note in fixed.check() if note.kind == "warning")
