"""Scoring rules against scoringrules, definitions in NumPy, and forecasts that are right."""

import numpy as np
import pytest
from scipy import stats

import tinbergen as tb

sr = pytest.importorskip("scoringrules")
RNG = np.random.default_rng(20)


def cases(many=60, paths=37):
    """Give paths and actual values of all kinds: near, far, tied."""
    values = RNG.normal(size=(many, paths)) * RNG.uniform(0.1, 5, size=(many, 1))
    values[::3] = np.round(values[::3])
    actual = RNG.normal(size=many) * 3
    actual[::3] = np.round(actual[::3])
    return values, actual


def test_paths_score_as_in_another_library():
    values, actual = cases()
    expected = sr.crps_ensemble(actual, values, estimator="nrg")
    np.testing.assert_allclose(tb.scores.crps(values, actual), expected, atol=1e-12)
    fair = sr.crps_ensemble(actual, values, estimator="fair")
    np.testing.assert_allclose(tb.scores.crps(values, actual, fair=True), fair, atol=1e-12)


def test_weights_are_paths_that_stand_there_more_often():
    values, actual = cases(paths=9)
    weights = RNG.integers(0, 5, size=9)
    weights[0] = 2
    often = np.repeat(values, weights, axis=-1)
    found = tb.scores.crps(values, actual, weights=weights / weights.sum())
    np.testing.assert_allclose(found, tb.scores.crps(often, actual), atol=1e-12)
    found = tb.scores.pit(values, actual, weights=weights)
    np.testing.assert_allclose(found, tb.scores.pit(often, actual), atol=1e-12)


def test_bands_probabilities_and_several_figures_score_as_in_another_library():
    values, actual = cases()
    low, high = np.quantile(values, [0.1, 0.9], axis=-1)
    expected = sr.interval_score(actual, low, high, 0.2)
    np.testing.assert_allclose(tb.scores.interval_score(low, high, 0.8, actual), expected)
    stated, happened = RNG.uniform(size=50), RNG.uniform(size=50) < 0.4
    expected = np.mean(sr.brier_score(happened.astype(float), stated))
    assert tb.scores.brier(stated, happened) == pytest.approx(expected, rel=1e-12)
    for size in (1, 2, 5):
        paths, known = RNG.normal(size=(40, size)), RNG.normal(size=size)
        expected = sr.es_ensemble(known, paths, estimator="nrg")
        assert tb.scores.energy(paths, known) == pytest.approx(expected, rel=1e-10)


def test_the_weighted_interval_score_is_that_of_its_formula():
    runs = walk().simulate(500, seed=3)
    table = runs.scores(known([(2021, 10.7), (2022, 14.0), (2023, 9.0)]))
    paths, actual = runs["baseline"]["x"], table["actual"]
    alphas, median = np.array([0.5, 0.2, 0.1]), np.median(paths, axis=-1)
    low, high = np.quantile(paths, alphas / 2, axis=-1), np.quantile(paths, 1 - alphas / 2, axis=-1)
    # Bracher et al. (2021), equation 1; scoringrules 0.10 has the median where its error belongs.
    bands = [sr.interval_score(actual, *ends) for ends in zip(low, high, alphas, strict=True)]
    expected = (np.abs(actual - median) / 2 + alphas / 2 @ np.array(bands)) / 3.5
    np.testing.assert_allclose(table["wis"], expected, rtol=1e-12)
    np.testing.assert_allclose(table["median"], median, rtol=1e-12)
    inside = (actual >= low) & (actual <= high)
    for band, held in zip((50, 80, 90), inside, strict=True):
        assert table[f"within_{band}"].tolist() == held.tolist()


def walk(**options):
    return tb.Model(
        "walk",
        "2021..2023",
        indicators={"x": tb.Indicator(history={2020: 10.0}, equation="x ~ x[-1]")},
        shocks={"x": tb.normal(0, 1)},
        **options,
    )


def known(rows, **columns):
    periods, values = zip(*rows, strict=True)
    table = {"indicator": ["x"] * len(rows), "period": list(periods), "value": list(values)}
    return tb.Outturns(table | {"vintage": ["2024-03-01"] * len(rows)} | columns)


def test_forecasts_that_are_right_have_uniform_places():
    """Kolmogorov and Smirnov at 1 in 1,000, seed fixed."""
    truth = walk().simulate(400, seed=8)["baseline"]["x"][2]
    places = tb.scores.pit(
        np.tile(walk().simulate(2000, seed=9)["baseline"]["x"][2], (400, 1)), truth
    )
    assert stats.kstest(places, "uniform").pvalue > 1e-3


def test_a_weighted_run_is_scored_with_its_weights():
    model = walk(
        scenarios={
            "boom": tb.Scenario(
                probability=0.25, changes=[tb.Change(shock="x", periods="2021", add=3)]
            )
        }
    )
    runs = model.simulate(400, seed=1)
    table = runs.scores(known([(2021, 11.0)]))
    assert table["scenario"].tolist() == ["baseline", "boom", "mixture"]
    mixture = runs["mixture"]
    expected = tb.scores.crps(mixture["x"][0], 11.0, weights=mixture.weights)
    assert table["crps"][2] == pytest.approx(expected, rel=1e-12)
    assert table["crps"][2] != pytest.approx(tb.scores.crps(mixture["x"][0], 11.0), rel=1e-3)


def test_the_newest_vintage_counts_and_other_bases_do_not():
    rows = {
        "indicator": ["x", "x", "other"],
        "period": [2021, 2021, 2021],
        "value": [11.0, 12.0, 3.0],
        "vintage": ["2022-03-01", "2023-03-01", "2022-03-01"],
    }
    runs = walk().simulate(100, seed=1)
    assert runs.scores(rows)["actual"].tolist() == [12.0]
    assert runs.scores(rows, as_of="2022-12-31")["actual"].tolist() == [11.0]
    with pytest.raises(
        tb.ModelError, match="no figure that the run does not know is of one of its"
    ):
        runs.scores(known([(2019, 1.0)]))
    with pytest.raises(tb.ModelError, match="no figure that the run does not know"):
        runs.scores(known([(2021, 1.0)], basis=["2020 prices"]))


def test_a_comparison_is_that_of_the_published_formula():
    for horizon in (1, 2, 4):
        first, second = RNG.gamma(2, size=30), RNG.gamma(2, 1.1, size=30)
        d = first - second
        n, centred = len(d), d - d.mean()
        gamma = [float(centred[: n - k] @ centred[k:]) / n for k in range(horizon)]
        variance = (gamma[0] + 2 * sum(gamma[1:])) / n
        if variance <= 0:
            continue
        factor = np.sqrt((n + 1 - 2 * horizon + horizon * (horizon - 1) / n) / n)
        statistic = factor * d.mean() / np.sqrt(variance)
        found = tb.scores.compare(first, second, horizon=horizon)
        assert found.statistic == pytest.approx(statistic, rel=1e-10)
        assert found.p_value == pytest.approx(2 * stats.t.sf(abs(statistic), n - 1), rel=1e-9)


def test_the_test_is_of_its_size():
    """Equal forecasts are called different about as often as stated: 400 series, 5 % and 4 sd of it."""
    calls = [tb.scores.compare(*RNG.gamma(2, size=(2, 25))).p_value < 0.05 for _ in range(400)]
    assert (
        0.05 - 4 * np.sqrt(0.05 * 0.95 / 400)
        < np.mean(calls)
        < 0.05 + 4 * np.sqrt(0.05 * 0.95 / 400)
    )


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: tb.scores.crps("a", 1.0), "paths: expected numbers"),
        (lambda: tb.scores.crps(1.0, 1.0), "expected paths along the last axis"),
        (lambda: tb.scores.crps([[1.0, 2.0]], [1.0, 2.0]), "expected \\(1,\\)"),
        (lambda: tb.scores.crps([1.0, 2.0], 1.0, weights=[1.0]), "one for each path"),
        (lambda: tb.scores.crps([1.0, 2.0], 1.0, weights=[1.0, -1.0]), "at least 0"),
        (lambda: tb.scores.interval_score(1, 2, 80, 1.5), "80 is not between 0 and 1"),
        (lambda: tb.scores.brier([0.5, 1.5], [True, False]), "numbers from 0 to 1"),
        (lambda: tb.scores.brier([0.5], [True, False]), "one of each for each case"),
        (lambda: tb.scores.brier([0.5], [2]), "expected True or False"),
        (lambda: tb.scores.reliability([0.5], [True], classes=0), "not at least 1"),
        (lambda: tb.scores.energy([[1.0, 2.0]], [1.0]), "expected \\(paths, figures\\)"),
        (lambda: tb.scores.compare([1.0, 2.0], [1.0, 2.0]), "at least three origins more"),
        (lambda: tb.scores.compare([1.0, np.nan, 1, 1, 1], [1.0] * 5), "origin 1 is no finite"),
        (lambda: tb.scores.compare([1.0] * 5, [1.0] * 4), "as many as of the first"),
    ],
)
def test_what_cannot_be_scored_is_said(call, message):
    with pytest.raises((TypeError, ValueError, tb.ModelError), match=message):
        call()


def test_classes_hold_every_case():
    stated = RNG.uniform(size=300)
    table = tb.scores.reliability(stated, RNG.uniform(size=300) < stated, classes=5)
    assert table["count"].sum() == 300
    assert ((table["low"] <= table["happened"]) & (table["happened"] <= table["high"])).all()
    # Probabilities that are right: each class's interval holds the mean of those stated, 1 in 20 apart.
    assert ((table["low"] <= table["stated"]) & (table["stated"] <= table["high"])).sum() >= 4


def test_figures_on_a_new_basis_score_runs_on_that_basis():
    figures = tb.plans.outturns()
    before = tb.plans.yuecheng().observe(figures, as_of="2021-12-31")
    here = {"seed": 1, "scenarios": "baseline"}
    table = before.simulate(2000, basis="new boundary", **here).scores(figures)
    assert len(table) == len(tb.Outturns(figures)) == 6
    runs = before.simulate(2000, basis="new boundary", **here)
    row = table.filter(indicator="gdp", period="2022")
    place = [str(period) for period in runs["baseline"].periods].index("2022")
    expected = tb.scores.crps(runs["baseline"]["gdp"][place], row["actual"][0])
    assert row["crps"][0] == pytest.approx(expected, rel=1e-9)
    with pytest.raises(tb.ModelError, match="on the basis of its histories"):
        before.simulate(2000, **here).scores(figures)


def test_what_a_run_is_conditioned_on_is_no_forecast():
    figures = known([(2021, 11.0), (2022, 12.5)])
    runs = walk().observe(known([(2021, 11.0)])).simulate(500, seed=1)
    assert runs.scores(figures)["period"].tolist() == ["2022"]
    with pytest.raises(tb.ModelError, match="no figure that the run does not know"):
        runs.scores(known([(2021, 11.0)]))


def test_the_median_of_a_mixture_is_that_of_its_fan():
    changes = [tb.Change(shock="x", periods="2021", add=3)]
    model = walk(scenarios={"boom": tb.Scenario(probability=0.3, changes=changes)})
    runs = model.simulate(101, seed=2)
    row = runs.scores(known([(2021, 11.0)])).filter(scenario="mixture")
    fan = runs["mixture"].fan("x", quantiles=(0.1, 0.5, 0.9)).filter(period="2021")
    assert row["median"][0] == fan["q50"][0]
    assert bool(row["within_80"][0]) == (fan["q10"][0] <= 11.0 <= fan["q90"][0])
