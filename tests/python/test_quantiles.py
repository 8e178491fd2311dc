"""Quantiles have one definition, also where paths weigh differently: type 7, against NumPy."""

import numpy as np
import pytest

import tinbergen as tb

LEVELS = (0.0, 0.05, 0.25, 0.5, 0.9, 0.95, 1.0)


def by_integral(values, weights, levels):
    """Type 7 for weights: differences of the integral of the quantile function (Akinshin 2023)."""
    order = np.argsort(values, kind="stable")
    values, weights = np.asarray(values)[order], np.asarray(weights)[order] / np.sum(weights)
    n = 1 / np.sum(weights**2)
    ends = np.concatenate([[0], np.cumsum(weights)])
    total = np.concatenate([[0], np.cumsum(weights * values)])
    levels = np.asarray(levels)
    low, high = levels * (n - 1) / n, (levels * (n - 1) + 1) / n
    return n * (np.interp(high, ends, total) - np.interp(low, ends, total))


def test_equal_weights_give_those_of_numpy():
    rng = np.random.default_rng(1)
    for n in (1, 2, 3, 7, 64, 1000):
        for values in (rng.normal(size=n), rng.integers(0, 4, size=n).astype(float)):
            found = by_integral(values, np.ones(n), LEVELS)
            np.testing.assert_allclose(found, np.quantile(values, LEVELS), atol=1e-12)


def simulated(probabilities, paths, seed, law=None):
    """Runs of two indicators: scenarios shift one, and none of them touches the other."""
    plan = tb.Model.from_dict(
        {
            "schema": 1,
            "name": "mixed",
            "periods": "2021..2022",
            "indicators": {"x": {"equation": "x ~ 0"}, "y": {"equation": "y ~ 0"}},
            "shocks": {"x": law or {"normal": {"sd": 1}}, "y": {"normal": {"sd": 1}}},
            "scenarios": {
                f"s{k}": {"probability": p, "changes": [{"shock": "x", "add": 0.3 * (k + 1)}]}
                for k, p in enumerate(probabilities)
            },
            "targets": [{"id": "t", "indicator": "x", "period": "2022", "at_least": 0.5}],
        }
    )
    return plan.simulate(paths, seed=seed)


def columns(fan):
    """Give the quantiles of a fan, a row for each level."""
    return np.array([fan[name] for name in fan.columns if name.startswith("q")])


@pytest.mark.parametrize("paths", [1, 3, 10, 500])
@pytest.mark.parametrize("probabilities", [[0.1], [0.5], [0.25, 0.25, 0.25], [0.2, 0.05]])
def test_what_no_scenario_touches_has_the_quantiles_of_every_scenario(paths, probabilities):
    runs = simulated(probabilities, paths, seed=paths)
    of = {name: columns(runs[name].fan("y", quantiles=LEVELS)) for name in runs}
    for found in of.values():
        np.testing.assert_array_equal(found, of["baseline"])
    expected = np.quantile(runs["baseline"]["y"], LEVELS, axis=1)
    np.testing.assert_allclose(of["mixture"], expected, rtol=1e-13)


@pytest.mark.parametrize("paths", [2, 5, 300])
def test_scenarios_of_equal_probability_give_the_quantiles_of_all_their_paths(paths):
    runs = simulated([0.25, 0.25, 0.25], paths, seed=4)
    together = np.concatenate([runs[name]["x"] for name in runs if name != "mixture"], axis=1)
    found = columns(runs["mixture"].fan("x", quantiles=LEVELS))
    np.testing.assert_allclose(found, np.quantile(together, LEVELS, axis=1), rtol=1e-12)


@pytest.mark.parametrize("seed", range(20))
def test_paths_that_weigh_differently_give_the_integral_of_the_quantile_function(seed):
    discrete = {"discrete": {"values": [-1, 0, 2], "probabilities": [0.2, 0.5, 0.3]}}
    for law in (None, discrete):
        runs = simulated([0.1, 0.25], 40, seed, law)
        mixture = runs["mixture"]
        for period, row in enumerate(mixture["x"]):
            expected = by_integral(row, mixture.weights, LEVELS)
            found = columns(mixture.fan("x", quantiles=LEVELS))[:, period]
            np.testing.assert_allclose(found, expected, atol=1e-11)
        rows = runs.attainment().filter(scenario="mixture", target="t")
        bands = [rows[name][0] for name in ("h05", "h25", "h50", "h75", "h95")]
        levels = (0.05, 0.25, 0.5, 0.75, 0.95)
        expected = by_integral(mixture["x"][1] - 0.5, mixture.weights, levels)
        np.testing.assert_allclose(bands, expected, atol=1e-11)


def test_numbers_whose_distance_is_beyond_the_largest_have_quantiles_and_means():
    """Half of what NumPy says of a half of them, which it can compute."""
    plan = tb.Model(
        "huge",
        "2021..2021",
        indicators={
            "x": tb.Indicator(equation="x ~ 0"),
            "y": tb.Indicator(equation="y = 1.5e308 * x"),
        },
        shocks={"x": tb.uniform(-1, 1)},
    )
    for paths in (7, 5000):
        ensemble = plan.simulate(paths, seed=1)["baseline"]
        halves = ensemble["y"][0] / 2
        row = next(ensemble.fan("y", quantiles=LEVELS).rows())
        found = [row[name] for name in ensemble.fan("y", quantiles=LEVELS).columns[3:]]
        np.testing.assert_allclose(np.array(found) / 2, np.quantile(halves, LEVELS), rtol=1e-9)
        mean = 2e10 * (halves / 1e10).mean()  # of which the sum is a number
        np.testing.assert_allclose(row["mean"], mean, rtol=1e-9)
