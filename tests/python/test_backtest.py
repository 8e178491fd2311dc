"""Backtests: scores against scoringrules and NumPy, intervals that cover, and no leak from after an origin."""

import doctest
import pickle
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

import tinbergen as tb
from tinbergen import _core

sr = pytest.importorskip("scoringrules")


def table(years=40, seed=1, first=1980, **more):
    """Make growth around 2 with a persistence of 0.5, and any other series."""
    rng = np.random.default_rng(seed)
    growth, state = [], 2.0
    for shock in rng.normal(0, 1, years):
        state = 2 + 0.5 * (state - 2) + shock
        growth.append(state)
    return {"period": list(range(first, first + years)), "growth": growth, **more}


def as_it_is(origin, known, paths=200, periods=3):
    """Forecast with the numbers that the series was made with."""
    rng = np.random.default_rng(int(str(origin)))
    state = np.full(paths, list(known["growth"].values())[-1])
    rows = []
    for ahead in range(1, periods + 1):
        state = 2 + 0.5 * (state - 2) + rng.normal(0, 1, paths)
        year = str(origin + ahead)
        rows += [(year, k, x) for k, x in enumerate(state.tolist())]
    period, path, value = zip(*rows, strict=True)
    names = ["growth"] * len(rows)
    return {"indicator": names, "period": period, "path": path, "value": value}


def stored(actual, origins, function=as_it_is):
    """Store the forecasts of a function as a table."""
    columns = {name: [] for name in ("origin", "indicator", "period", "path", "value")}
    for year in origins:
        rows = [k for k, period in enumerate(actual["period"]) if period <= year]
        known = tb.Data({name: [column[k] for k in rows] for name, column in actual.items()})
        made = function(tb.Period(year), known)
        for name, cells in made.items():
            columns[name] += list(cells)
        columns["origin"] += [year] * len(made["value"])
    return columns


def arrays(found, method="forecast"):
    return {name: found.figures_of(method)[name] for name in found.figures_of(method).columns}


# Scores


def test_a_logarithmic_score_is_that_of_another_library():
    rng = np.random.default_rng(3)
    paths, actual = rng.normal(size=(30, 80)), rng.normal(size=30) * 2
    expected = sr.logs_ensemble(actual, paths)
    np.testing.assert_allclose(tb.scores.log_score(paths, actual), expected, rtol=1e-10)
    assert tb.scores.log_score(paths[0], 30.0) > 100  # no overflow far outside
    assert np.isnan(tb.scores.log_score([1.0, 1.0], 1.0))


def test_figures_score_as_in_another_library():
    actual = table()
    found = tb.backtest(as_it_is, actual, horizons=3, origins="2000..2010")
    figures = arrays(found)
    cells = stored(actual, range(2000, 2011))
    for k in range(0, len(figures["actual"]), 5):
        here = [
            value
            for origin, period, value in zip(
                cells["origin"], cells["period"], cells["value"], strict=True
            )
            if str(origin) == figures["origin"][k] and str(period) == figures["period"][k]
        ]
        expected = sr.crps_ensemble(figures["actual"][k], np.array(here), estimator="nrg")
        assert figures["crps"][k] == pytest.approx(expected, rel=1e-10)
        assert figures["pit"][k] == pytest.approx(np.mean(np.array(here) < figures["actual"][k]))
        assert figures["median"][k] == pytest.approx(np.median(here))
    assert found.scores()["crps"][0] == pytest.approx(figures["crps"].mean(), rel=1e-12)


def test_several_figures_together_score_as_in_another_library():
    actual = table()
    found = tb.backtest(as_it_is, actual, horizons=3, origins=[2005])
    cells = stored(actual, [2005])
    paths = np.array(cells["value"]).reshape(3, -1)
    scale = np.mean(np.abs(np.diff(actual["growth"])))
    known = np.array([actual["growth"][actual["period"].index(y)] for y in (2006, 2007, 2008)])
    expected = sr.es_ensemble(known / scale, paths.T / scale, estimator="nrg")
    assert found.scores()["energy"][0] == pytest.approx(float(expected), rel=1e-9)


def test_stored_forecasts_are_those_of_the_function():
    actual = table()
    asked = {"horizons": 3, "origins": "2000..2010"}
    found = tb.backtest(as_it_is, actual, **asked)
    again = tb.backtest(stored(actual, range(2000, 2011)), actual, **asked)
    assert found.figures == again.figures
    assert found.coverage() == again.coverage()


def test_stated_quantiles_score_by_their_formula():
    actual = table()
    paths = stored(actual, range(2000, 2011))
    levels = (0.05, 0.25, 0.5, 0.75, 0.95)
    rows = {name: [] for name in ("origin", "indicator", "period", "quantile", "value")}
    values = np.array(paths["value"]).reshape(-1, 200)
    for k, fan in enumerate(values):
        for level, value in zip(levels, np.quantile(fan, levels), strict=True):
            for name, cell in (("quantile", level), ("value", value)):
                rows[name].append(cell)
            for name in ("origin", "indicator", "period"):
                rows[name].append(paths[name][200 * k])
    found = tb.backtest(rows, actual, horizons=3, origins="2000..2010")
    assert found.loss_name == "wis"
    whole = tb.backtest(paths, actual, horizons=3, origins="2000..2010")
    figures, fans = found.figures, whole.figures
    quantiles = {
        (str(o), str(p)): np.quantile(fan, levels)
        for o, p, fan in zip(paths["origin"][::200], paths["period"][::200], values, strict=True)
    }
    for row in figures.rows():
        q, y = quantiles[row["origin"], row["period"]], row["actual"]
        bands = (
            sr.interval_score(y, q[0], q[4], 0.1) * 0.05
            + sr.interval_score(y, q[1], q[3], 0.5) * 0.25
        )
        assert row["wis"] == pytest.approx((abs(y - q[2]) / 2 + bands) / 2.5, rel=1e-9)
    assert np.abs(figures["pit"] - fans["pit"]).max() < 0.13
    held = found.coverage().filter(method="forecast", band=[0.5, 0.9])["held"]
    assert (
        held.tolist()
        == whole.coverage().filter(method="forecast", band=[0.5, 0.9])["held"].tolist()
    )
    assert np.isnan(found.scores()["crps"]).all()


# What stands beside


@pytest.mark.parametrize("kind", ["level", "change", "growth", "share"])
def test_the_autoregression_beside_is_least_squares_within_its_limits(kind):
    """Means and standard deviations at 20,000 paths within 4.5 standard errors, seed fixed."""
    rng = np.random.default_rng(7)
    y = 20 + np.cumsum(rng.normal(0.8, 1, 25))
    there = {"growth": np.log, "share": lambda x: np.log(x / (100 - x))}.get(kind, lambda x: x)
    z = there(y)
    z = np.diff(z) if kind in {"growth", "change"} else z
    slope = np.clip(np.polyfit(z[:-1], z[1:], 1)[0], -0.90, 0.985)
    residuals = (z[1:] - z[1:].mean()) - slope * (z[:-1] - z[:-1].mean())
    sd = np.sqrt(residuals @ residuals / (len(residuals) - 2))
    mean = (z[1:].mean() - slope * z[:-1].mean()) / (1 - slope)
    rows, messages = _core.benchmark_paths([("x", y.tolist(), 2020, kind)], True, 3, 20_000, 1)
    assert messages == [None]
    found = there(np.vstack([np.full(20_000, y[-1]), rows]))
    found = np.diff(found, axis=0) if kind in {"growth", "change"} else found[1:]
    for ahead, row in enumerate(found, start=1):
        expected = mean + slope**ahead * (z[-1] - mean)
        spread = sd * np.sqrt(np.sum(slope ** (2 * np.arange(ahead))))
        assert abs(row.mean() - expected) < 4.5 * spread / np.sqrt(20_000)
        assert row.std() == pytest.approx(spread, rel=4.5 / np.sqrt(40_000))


def test_the_random_walk_beside_has_the_drift_of_the_changes():
    y = np.exp(np.cumsum(np.random.default_rng(8).normal(0.05, 0.02, 20)))
    rows, _ = _core.benchmark_paths([("x", y.tolist(), 2020, "growth")], False, 4, 20_000, 1)
    steps = np.diff(np.log(y))
    ahead = np.log(rows) - np.log(y[-1])
    error = steps.std(ddof=1) / np.sqrt(20_000)
    for h, row in enumerate(ahead, start=1):
        assert abs(row.mean() - h * steps.mean()) < 4.5 * error * np.sqrt(h)
        assert row.std() == pytest.approx(steps.std(ddof=1) * np.sqrt(h), rel=4.5 / np.sqrt(40_000))


def test_one_that_explodes_is_clipped_and_gaps_are_left_out():
    values = [1.0, 2.0, np.nan, 8.0, 16.0, 32.0, 64.0, 128.0]
    rows, _ = _core.benchmark_paths([("x", values, 2020, "level")], True, 1, 2000, 1)
    # With pairs (1, 2), (8, 16), (16, 32), .. least squares has a slope of 2.
    x, y = np.array([1.0, 8, 16, 32, 64]), np.array([2.0, 16, 32, 64, 128])
    assert abs(np.median(rows) - (y.mean() + 0.985 * (128 - x.mean()))) < 4


def test_a_series_that_is_too_short_is_left_out_and_said():
    actual = table()
    actual["late"] = [None] * 20 + list(np.random.default_rng(2).normal(5, 1, 20))

    def both(origin, known):
        made = as_it_is(origin, known)
        names = ["growth"] * len(made["value"]) + ["late"] * len(made["value"])
        return {**{k: list(v) * 2 for k, v in made.items()}, "indicator": names}

    asked = {"origins": "2001..2010", "horizons": 3, "kinds": {"late": "level"}}
    found = tb.backtest(both, actual, **asked)
    assert "late" in found.figures["indicator"]
    assert min(found.figures.filter(indicator="late")["origin"]) == "2004"
    assert any(text.startswith("Left out is late as of 2001: 1 pairs") for text in found.sentences)


# Origins that depend on each other


def circular(values, by, block, draws, rng):
    """Draw origins again in blocks that go round."""
    n = len(values)
    starts = rng.integers(0, n, size=(draws, -(-n // block)))
    places = ((starts[..., None] + np.arange(block)) % n).reshape(draws, -1)[:, :n]
    return values[places].sum(axis=1) / by[places].sum(axis=1)


def test_the_error_over_origins_is_that_of_a_bootstrap_of_blocks():
    """Within 5 %: 40,000 resamples have an error of 0.35 %, and the ratio is linearised."""
    rng = np.random.default_rng(4)
    noise = np.convolve(rng.normal(size=64), np.ones(5), "valid")
    of, by = 10 + noise, np.full(60, 12.0)
    value, error, _, _ = _core.origin_ratio(of.tolist(), by.tolist(), 5)
    drawn = circular(of, by, 5, 40_000, rng)
    assert value == pytest.approx(of.sum() / by.sum())
    # What the mean took away is put back: n / (n - block).
    assert error == pytest.approx(drawn.std() * np.sqrt(60 / 55), rel=0.05)


def test_intervals_of_coverage_know_that_origins_depend_on_each_other():
    """Right forecasts over overlapping periods: 95 % intervals hold 80 % in at least 90 % of 300 cases; those that
    take figures for independent do so in fewer than 75 %."""
    rng = np.random.default_rng(5)
    held = alone = 0
    for _ in range(300):
        shocks = rng.normal(size=44)
        sums = np.array([shocks[k : k + 5].cumsum() / np.sqrt(np.arange(1, 6)) for k in range(40)])
        hits = (np.abs(sums) < stats.norm.ppf(0.9)).sum(axis=1).astype(float)
        cases = np.full(40, 5.0).tolist()
        _, low, high = _core.origin_share(hits.tolist(), cases, 5)
        held += low <= 0.8 <= high
        low, high = stats.binomtest(int(hits.sum()), 200).proportion_ci(method="wilson")
        alone += low <= 0.8 <= high
    assert held >= 270
    assert alone < 225


def test_a_share_of_none_or_all_is_not_certain():
    value, low, high = _core.origin_share([5.0] * 12, [5.0] * 12, 4)
    assert value == 1.0
    assert low < 0.5
    assert high == 1.0
    assert _core.origin_share([], [], 1) == pytest.approx((np.nan, 0, 1), nan_ok=True)


def test_the_band_of_a_histogram_holds_the_bars_of_honest_fans():
    """At most 10 % of the bars of 100 honest histograms of overlapping forecasts lie outside."""
    rng = np.random.default_rng(6)
    outside = total = 0
    for _ in range(100):
        shocks = rng.normal(size=54)
        sums = np.array([shocks[k : k + 5].cumsum() / np.sqrt(np.arange(1, 6)) for k in range(50)])
        places = stats.norm.cdf(sums).ravel()
        bars = _core.pit_histogram(places.tolist(), np.repeat(np.arange(50), 5).tolist(), 10, 5)
        assert bars["count"].sum() == 250
        outside += ((bars["share"] < bars["low"]) | (bars["share"] > bars["high"])).sum()
        total += 10
    assert outside / total < 0.10


def test_consistency_bars_hold_what_happens_where_probabilities_are_right():
    """At least 90 % of the dots of 200 reliable diagrams of independent cases lie in their bars."""
    rng = np.random.default_rng(9)
    inside = total = 0
    for _ in range(200):
        stated = rng.uniform(size=120)
        happened = rng.uniform(size=120) < stated
        low, high = _core.consistency_bars(
            stated.tolist(), happened.tolist(), list(range(120)), 5, 1
        )
        share = np.array(_core.reliability(stated, happened, 5)["happened"])
        inside += ((share >= low) & (share <= high)).sum()
        total += 5
    assert inside / total > 0.90


def test_a_comparison_is_that_of_the_test():
    found = tb.backtest(as_it_is, table(), horizons=3)
    own, other = (arrays(found, m) for m in ("forecast", "clipped AR(1)"))
    row = next(found.comparison().rows())
    assert row["change"] == pytest.approx(own["crps"].sum() / other["crps"].sum() - 1, rel=1e-9)
    origins = np.unique(own["origin"])
    losses = [
        [part["crps"][part["origin"] == origin].mean() for origin in origins]
        for part in (own, other)
    ]
    expected = tb.scores.compare(*losses, horizon=3)
    assert row["statistic"] == pytest.approx(expected.statistic, rel=1e-9)
    assert row["p_value"] == pytest.approx(expected.p_value, rel=1e-9)
    by = found.comparison("horizon")
    assert by["horizon"].tolist() == [1, 1, 2, 2, 3, 3]
    assert np.isnan(tb.backtest(as_it_is, table(), origins=[2005]).comparison()["p_value"]).all()


def test_right_forecasts_are_found_right():
    """120 origins; each interval holds its band unless by chance of 5 %, seed fixed."""
    actual = table(years=150, first=1800, seed=11)
    found = tb.backtest(as_it_is, actual, horizons=3, origins="1830..1946")
    rows = found.coverage().filter(method="forecast")
    assert ((rows["low"] <= rows["band"]) & (rows["band"] <= rows["high"])).all()
    assert stats.kstest(found.figures.filter(horizon=1)["pit"], "uniform").pvalue > 1e-3
    assert any("as often as it says" in text for text in found.sentences)


def test_fans_that_are_too_narrow_are_found_too_narrow():
    def narrow(origin, known):
        made = as_it_is(origin, known)
        values = np.array(made["value"]).reshape(3, -1)
        middle = np.median(values, axis=1, keepdims=True)
        return made | {"value": (middle + (values - middle) / 3).ravel().tolist()}

    actual = table(years=80, first=1900)
    found = tb.backtest(narrow, actual, horizons=3, recalibrate=True)
    text = "\n".join(found.sentences)
    assert "too narrow" in text
    shares = {r["method"]: r["held"] for r in found.coverage().filter(band=0.8).rows()}
    assert shares["forecast"] < 0.45
    assert 0.5 < shares["recalibrated"] < 0.95
    scores = dict(zip(*(found.scores()[c].tolist() for c in ("method", "crps")), strict=True))
    assert scores["recalibrated"] < scores["forecast"]


# Recalibration


def test_a_recalibration_is_learnt_by_its_formula():
    places = np.array([0.02, 0.1, 0.97, 0.99, np.nan, 0.5])
    z = stats.norm.ppf(places[np.isfinite(places)])
    shift = z.sum() / 25
    spread = np.sqrt((((z - shift) ** 2).sum() + 20) / 25)
    assert _core.recalibration(places.tolist()) == pytest.approx((shift, spread), rel=1e-12)


def test_a_recalibrated_normal_fan_is_the_normal_fan_meant():
    size = 501
    scores = stats.norm.ppf((np.arange(size) + 0.5) / size)
    order = np.random.default_rng(1).permutation(size)
    paths = (3 + 2 * scores)[order]
    (found,) = _core.recalibrated(paths[None, :], [(0.3, 1.4, "level")])
    np.testing.assert_allclose(found, (3 + 2 * (0.3 + 1.4 * scores))[order], rtol=1e-9)
    (grown,) = _core.recalibrated(np.exp(paths)[None, :], [(0.3, 1.4, "growth")])
    np.testing.assert_allclose(np.log(grown), found, rtol=1e-9, atol=1e-9)


# No leak


@pytest.mark.parametrize("vintages", [False, True])
def test_nothing_at_an_origin_depends_on_what_came_after(vintages):
    asked = {"horizons": 3, "recalibrate": True}
    first, second = table(), table()
    for k in range(26, 40):  # from 2006 on
        second["growth"][k] += 50
    targets = [tb.Target("high", indicator="growth", period="2020..2021", over="mean", at_least=2)]
    if vintages:
        # A figure is published in March after its year and revised in 2007.
        def dated(actual):
            rows = [
                ("growth", year, value, f"{year + 1}-03-01")
                for year, value in zip(actual["period"], actual["growth"], strict=True)
            ]
            rows += [
                ("growth", year, value + (50 if actual is second else 0), "2007-01-01")
                for year, value in zip(actual["period"], actual["growth"], strict=True)
                if year < 2003
            ]
            names = ("indicator", "period", "value", "vintage")
            return dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))

        first, second = dated(first), dated(second)
        asked["origins"] = [f"{year}-06-30" for year in range(1992, 2012)]
    found, other = (tb.backtest(as_it_is, a, targets=targets, **asked) for a in (first, second))
    for method in found.methods:
        tables = [one.bands("growth", method) for one in (found, other)]
        kept = [t.filter(lambda row: row["origin"][:4] <= "2005") for t in tables]
        assert len(kept[0]) > 20
        for name in ("low_90", "median", "high_90"):
            assert kept[0][name].tolist() == kept[1][name].tolist()
        assert tables[0]["median"].tolist() != tables[1]["median"].tolist()
    chances = [
        [row[m] for row in one.targets.rows() if row["origin"][:4] <= "2005" for m in one.methods]
        for one in (found, other)
    ]
    assert chances[0]
    assert chances[0] == chances[1]


def test_only_what_was_known_is_handed_over():
    seen = []

    def watching(origin, known):
        seen.append((str(origin), [str(p) for p in known["growth"]]))
        return as_it_is(origin, known)

    tb.backtest(watching, table(), origins="2000..2003", window=8)
    assert [origin for origin, _ in seen] == ["2000", "2001", "2002", "2003"]
    assert all(periods[-1] == origin and len(periods) == 8 for origin, periods in seen)


def test_a_recalibration_learns_nothing_before_anything_became_known():
    found = tb.backtest(as_it_is, table(), origins="2000..2010", horizons=3, recalibrate=True)
    own, mended = (arrays(found, m)["median"] for m in ("forecast", "recalibrated"))
    # At 2000 nothing was known of what was forecast in 2000.
    np.testing.assert_allclose(own[:3], mended[:3], rtol=1e-12)
    assert abs(own - mended).max() > 1e-3


# Models, runs, targets


def walk(**options):
    return tb.Model(
        "walk",
        "2021..2023",
        indicators={
            "x": tb.Indicator(
                history={2000 + k: 10.0 + (7 * k) % 5 for k in range(21)},
                equation="x ~ 12 + 0.5 * (x[-1] - 12)",
            )
        },
        shocks={"x": tb.normal(0, 1.5)},
        **options,
    )


def test_a_model_is_asked_at_each_origin_with_its_histories_cut():
    found = tb.backtest(walk(), horizons=2, origins="2012..2019", paths=500)
    assert found.info.about == 'the model "walk"'
    cut = walk().over("2016..2017").simulate(500, seed=1)["baseline"]["x"]
    row = next(r for r in found.figures.rows() if r["origin"] == "2015" and r["horizon"] == 2)
    assert row["median"] == pytest.approx(np.median(cut[1]))
    runs = tb.backtest(
        lambda origin, known: walk().over(f"{origin + 1}..{origin + 2}").simulate(500, seed=1),
        {"period": list(range(2000, 2021)), "x": [10.0 + (7 * k) % 5 for k in range(21)]},
        horizons=2,
        origins="2012..2019",
    )
    assert runs.figures == found.figures


def test_probabilities_of_targets_are_moved_and_scored():
    actual = table()
    target = tb.Target("mean", indicator="growth", period="2020..2022", over="mean", at_least=2.0)
    last = tb.Target("last", indicator="growth", period="2022", above=1.5)
    found = tb.backtest(as_it_is, actual, targets=[target, last], horizons=3, origins="2000..2016")
    cells = stored(actual, range(2000, 2017))
    fans = np.array(cells["value"]).reshape(17, 3, 200)
    growth = np.array(actual["growth"])
    for k, year in enumerate(range(2000, 2017)):
        after = growth[year + 1 - 1980 : year + 4 - 1980]
        met = [fans[k].mean(axis=0) >= 2, fans[k][2] > 1.5]
        rows = {r["target"]: r for r in found.targets.filter(origin=str(year)).rows()}
        assert rows["mean"]["period"] == f"{year + 1}..{year + 3}"
        assert rows["mean"]["forecast"] == pytest.approx(met[0].mean())
        assert rows["mean"]["happened"] == (after.mean() >= 2)
        assert rows["last"]["happened"] == (after[2] > 1.5)
        assert rows["all"]["forecast"] == pytest.approx((met[0] & met[1]).mean())
        assert rows["all"]["happened"] == (after.mean() >= 2 and after[2] > 1.5)
    cases = found.targets.filter(target="all")
    expected = np.mean((cases["forecast"] - cases["happened"]) ** 2)
    assert found.brier().filter(target="all")["forecast"][0] == pytest.approx(expected)
    assert found.reliability(classes=4)["count"].sum() == 34
    assert any(text.startswith("Brier score of all targets together") for text in found.sentences)


def test_growth_targets_count_from_what_was_known():
    rng = np.random.default_rng(12)
    level = (100 * np.exp(np.cumsum(rng.normal(0.05, 0.03, 30)))).tolist()
    actual = {"period": list(range(1990, 2020)), "gdp": level}

    def steady(origin, known):
        last = list(known["gdp"].values())[-1]
        paths = last * np.exp(np.cumsum(rng.normal(0.05, 0.03, (2, 300)), axis=0))
        rows = [(str(origin + 1 + h), k, x) for h in range(2) for k, x in enumerate(paths[h])]
        period, path, value = zip(*rows, strict=True)
        return {"indicator": ["gdp"] * 600, "period": period, "path": path, "value": value}

    target = tb.Target(
        "growth", indicator="gdp", of="growth", over="mean", period="2020..2021", at_least=0.05
    )
    found = tb.backtest(steady, actual, targets=target, horizons=2)
    assert found.info.kinds == {"gdp": "growth"}
    counted = tb.backtest(steady, actual, kinds={"gdp": "count"}, horizons=2, recalibrate=True)
    assert counted.info.kinds == {"gdp": "count"}
    for row in found.targets.rows():
        k = int(row["origin"]) - 1990
        assert row["happened"] == ((level[k + 2] / level[k]) ** 0.5 - 1 >= 0.05)
    assert 0.3 < found.targets["forecast"].mean() < 0.7


# What is said


def test_every_result_says_what_was_recalibrated_and_what_was_known():
    plain = tb.backtest(as_it_is, table(), origins="2000..2010")
    assert "Forecasts are scored as they were made: none is recalibrated." in plain.sentences
    assert any("no vintages" in text for text in plain.sentences)
    mended = tb.backtest(as_it_is, table(), origins="2000..2010", recalibrate=True)
    assert any(text.startswith("Recalibrated forecasts stand beside") for text in mended.sentences)
    # Eleven origins of five periods are two blocks.
    assert sum("too few origins for an interval" in text for text in plain.sentences) == 5
    assert repr(plain) == "\n".join(plain.sentences)
    assert all(
        len(t.columns) <= 8
        for t in (plain.figures, plain.scores("horizon"), plain.coverage("horizon"))
    )
    assert all(
        len(t.columns) <= 8
        for t in (plain.comparison("horizon"), plain.pit(), plain.bands("growth"))
    )
    assert plain.in_words() == repr(plain)
    assert "未经校准" in plain.in_words("zh")
    assert "keine ist nachkalibriert" in plain.in_words("de")
    again = pickle.loads(pickle.dumps(plain))
    assert again.figures == plain.figures
    assert again.sentences == plain.sentences


def test_the_same_seed_gives_the_same_numbers():
    found = [tb.backtest(walk(), horizons=2, paths=200, seed=5) for _ in range(2)]
    assert found[0].scores() == found[1].scores()
    assert found[0].scores() != tb.backtest(walk(), horizons=2, paths=200, seed=6).scores()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"horizons": 0}, "horizons: 0 is not from 1 to 400"),
        ({"window": 3}, "window: 3 periods are too few"),
        ({"indicators": "growht"}, 'unknown indicator "growht"; did you mean "growth"'),
        ({"kinds": {"growth": "rate"}}, 'kinds: growth is "rate"; known are growth, change'),
        ({"origins": "2030..2031"}, "became known"),
        ({"actual": {"period": [2000, 2001], "growth": [1.0, 2.0]}}, "2 periods are too few"),
        ({"actual": None}, "give the actual values"),
        ({"forecast": {"period": [1], "value": [1.0]}}, "a column origin, indicator is missing"),
        ({"forecast": lambda: 1}, "takes 0 arguments"),
        ({"forecast": lambda known: 3.0}, "gave a float; expected a model"),
        ({"forecast": lambda known: None}, "gave none at any of the"),
        (
            {
                "forecast": lambda known: {
                    "indicator": ["x"],
                    "period": [2001],
                    "path": [1],
                    "value": [1],
                }
            },
            "it is of x, and actual values are of growth: name columns and indicators alike",
        ),
        ({"forecast": 3}, "expected a function such as tb.fit"),
        (
            {"targets": tb.Target("t", indicator="growth", period=2010, at_least=1)},
            "2010 is known already",
        ),
        (
            {"targets": tb.Target("t", indicator="other", period=2020, at_least=1)},
            "other is none of the actual values",
        ),
    ],
)
def test_what_cannot_be_is_said_with_a_way_out(change, message):
    asked = {"forecast": as_it_is, "actual": table(), "horizons": 3} | change
    with pytest.raises((ValueError, TypeError, KeyError), match=message.replace("(", r"\(")):
        tb.backtest(asked.pop("forecast"), asked.pop("actual"), **asked)


def test_paths_are_futures_of_all_figures():
    def odd(origin, known):
        made = as_it_is(origin, known)
        return {name: list(cells)[:-1] for name, cells in made.items()}

    with pytest.raises(ValueError, match="199 to 200 paths; expected as many of each"):
        tb.backtest(odd, table(), horizons=3, origins=[2000])
    rows = {"origin": [2000], "indicator": ["growth"], "period": [2001]}
    rows |= {"quantile": [0.9], "value": [1.0]}
    with pytest.raises(ValueError, match=r"no 0\.5 among the levels"):
        tb.backtest(rows, table(), origins=[2000])


def test_origins_from_which_nothing_can_be_forecast_are_left_out_and_said():
    def late(origin, known):
        if len(known["growth"]) < 25:
            raise tb.ModelError("growth: too few figures")
        return as_it_is(origin, known)

    found = tb.backtest(late, table(), origins="2000..2010", horizons=3)
    assert min(found.figures["origin"].tolist()) == "2004"
    said = "Left out is the forecast at 4 origins, the first of them 2000: growth: too few figures"
    assert said in found.sentences
    with pytest.raises(tb.ModelError, match="too few figures"):
        tb.backtest(late, table(), origins="1995..2000")


def test_progress_counts_origins():
    told = []
    tb.backtest(as_it_is, table(), origins="2000..2004", progress=lambda *n: told.append(n))
    assert told[0] == (0, 5)
    assert told[-1] == (5, 5)


# Charts


@pytest.fixture(scope="module")
def drawn():
    target = tb.Target("mean", indicator="growth", period="2020..2022", over="mean", at_least=2.0)
    return tb.backtest(as_it_is, table(), targets=[target], horizons=3)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_hedgehog_has_actual_values_apart_from_forecasts(drawn, language):
    plt = pytest.importorskip("matplotlib.pyplot")
    plt.switch_backend("agg")
    ax = drawn.plot.hedgehog("growth", language=language)
    lines = {
        gid: [line for line in ax.lines if line.get_gid() == gid] for gid in ("actual", "forecast")
    }
    assert len(lines["actual"]) == 1
    # From eight periods before the first origin on.
    np.testing.assert_allclose(lines["actual"][0].get_ydata(), table()["growth"][1:])
    assert len(lines["forecast"]) == len(drawn.info.origins)
    assert lines["actual"][0].get_color() != lines["forecast"][0].get_color()
    first = drawn.bands("growth").filter(origin=drawn.info.origins[0])
    np.testing.assert_allclose(lines["forecast"][0].get_ydata()[1:], first["median"])
    assert lines["forecast"][0].get_ydata()[0] == table()["growth"][9]
    plt.close("all")


def test_a_histogram_of_places_has_its_band(drawn):
    plt = pytest.importorskip("matplotlib.pyplot")
    plt.switch_backend("agg")
    found = drawn.pit()
    ax = drawn.plot.pit()
    np.testing.assert_allclose([bar.get_height() for bar in ax.patches], found["share"])
    (band,) = (one for one in ax.collections if one.get_gid() == "band")
    box = band.get_paths()[0].get_extents()
    assert (box.y0, box.y1) == pytest.approx((found["low"][0], found["high"][0]))
    plt.close("all")


def test_a_reliability_diagram_has_its_bars(drawn):
    plt = pytest.importorskip("matplotlib.pyplot")
    plt.switch_backend("agg")
    found = drawn.reliability()
    kept = found.filter(found["count"] > 0)
    ax = drawn.plot.reliability(language="zh")
    (dots,) = (line for line in ax.lines if line.get_gid() == "happened")
    np.testing.assert_allclose(dots.get_ydata(), kept["happened"])
    (bars,) = (one for one in ax.collections if one.get_gid() == "bars")
    ends = np.array([segment[:, 1] for segment in bars.get_segments()])
    np.testing.assert_allclose(ends, np.column_stack([kept["low"], kept["high"]]))
    assert drawn.figures_of("clipped AR(1)") != drawn.figures
    plt.close("all")


def test_the_examples_of_the_document_run():
    file = Path(__file__).parents[2] / "docs" / "backtests.md"
    failures, count = doctest.testfile(str(file), module_relative=False)
    assert count > 5
    assert failures == 0


def test_a_series_moves_as_its_process_says_unless_it_is_said_otherwise():
    history = {2000 + k: 10.0 + (7 * k) % 5 for k in range(21)}
    model = walk().with_(
        indicators={"x": tb.Indicator(history=history, process=tb.process.growth(0.01))},
        shocks={"x": tb.normal(0, 0.05)},
    )
    asked = {"horizons": 2, "paths": 50, "origins": "2012..2014"}
    assert tb.backtest(model, **asked).info.kinds == {"x": "growth"}
    assert tb.backtest(model, kinds={"x": "level"}, **asked).info.kinds == {"x": "level"}
    # Unless a process says so, as `tb.fit` would take it.
    table = {"year": list(history), "x": list(history.values())}
    taken = tb.fit(table, rows=50).indicators["x"].process.kind
    assert tb.backtest(walk(), **asked).info.kinds == {"x": taken}
    # Data has names in lower case, models as they are written.
    loud = tb.Model(
        "loud",
        "2021..2023",
        indicators={"X": tb.Indicator(history=history, process=tb.process.growth(0.01))},
        shocks={"X": tb.normal(0, 0.05)},
    )
    actual = {"period": list(history), "X": list(history.values())}
    assert tb.backtest(loud, actual, **asked).info.kinds == {"x": "growth"}
