"""A plan with few figures learns from its peers; its own numbers stand beside, and both are scored."""

import os
import runpy
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

import tinbergen as tb

ROOT = Path(__file__).parents[2]
SHARED = os.environ.get("TINBERGEN_SHARED")
LAST = 2010


@pytest.fixture(scope="module")
def panel():
    return tb.plans.peers("portugal").to_pandas()


@pytest.fixture(scope="module")
def peers(panel):
    """The figures of fifteen economies of Europe, as far as 2019."""
    others = panel[panel["country"] != "Portugal"]
    return {place: rows.drop(columns="country") for place, rows in others.groupby("country")}


@pytest.fixture(scope="module")
def home(panel):
    return panel[panel["country"] == "Portugal"].set_index("year")


@pytest.fixture(scope="module")
def plan(home):
    """A plan of 2010: one figure of product, two of exports, and means by hand."""
    gdp = {LAST: float(home["gdp"][LAST])}
    exports = {year: float(home["exports_share"][year]) for year in (LAST - 1, LAST)}
    return tb.Model(
        "plan of 2010",
        "2011..2019",
        indicators={
            "gdp": tb.Indicator(
                history=gdp,
                process=tb.process.growth("trend", persistence="memory", start=0.01),
            ),
            "exports_share": tb.Indicator(
                history=exports, process=tb.process.share("drift + push", upper=100)
            ),
        },
        parameters={
            "trend": tb.normal(0.025, 0.005),
            "memory": tb.uniform(0.2, 0.6),
            "drift": tb.normal(0.02, 0.01),
            "push": 0.004,
        },
        shocks={"gdp": tb.normal(0, 0.012), "exports_share": tb.normal(0, 0.05)},
        targets=[
            tb.Target("gdp-2015", indicator="gdp", period=2015, at_least=210),
            tb.Target("exports-2015", indicator="exports_share", period=2015, at_least=35),
            tb.Target("gdp-2025", indicator="gdp", period=2019, at_least=240),
        ],
    )


@pytest.fixture(scope="module")
def fitted(plan, peers):
    return plan.fit(peers=peers, rows=600, seed=3)


@pytest.fixture(scope="module")
def actual(home):
    years = [year for year in home.index if year > LAST]
    columns = {name: home.loc[years, name].tolist() for name in ("gdp", "exports_share")}
    return tb.Outturns({"year": years, **columns}, vintage="2020-06-30")


def draws_of(model):
    """The rows of the block of joint draws, by parameter."""
    block = model.draws["fit"]
    rows = np.array([list(row) for row in block.rows])
    return dict(zip(block.parameters, rows.T, strict=True))


def test_few_figures_take_the_posterior_of_the_peers_and_it_is_said(fitted):
    report = fitted.fit_report
    beside = {row["parameter"]: row for row in report.beside.rows()}
    assert [row["figures"] for row in beside.values()] == [1, 1, 1, 2, 2]
    assert beside["trend"]["own"] == 0.0
    assert sum("those of its 15 peers" in line for line in report.sentences) == 2


def test_the_rows_are_those_of_the_panel_to_the_digit(fitted, peers, home):
    # The same posterior by way of `tb.fit`, whose law tests of the core hold to that of the panel.
    gdp = {"year": [LAST], "gdp": [float(home["gdp"][LAST])]}
    only = {place: rows[["year", "gdp"]] for place, rows in peers.items()}
    alone = draws_of(tb.fit(gdp, peers=only, rows=600, seed=3))
    found = draws_of(fitted)
    np.testing.assert_array_equal(found["trend"], alone["gdp_mean"])
    np.testing.assert_array_equal(found["memory"], alone["gdp_persistence"])
    np.testing.assert_array_equal(found["gdp_spread"], alone["gdp_spread"])


def test_peers_are_looked_at_no_later_than_the_plan_knows(plan, peers, fitted):
    known = {place: rows[rows["year"] <= LAST] for place, rows in peers.items()}
    assert plan.fit(peers=known, rows=600, seed=3).to_toml() == fitted.to_toml()


def test_a_mean_of_several_parts_is_that_of_the_posterior(plan, peers, fitted):
    # drift + push: the drift is what the posterior leaves beside the push.
    bare = plan.with_(
        indicators={
            **plan.indicators,
            "exports_share": tb.Indicator(
                history=plan.indicators["exports_share"].history,
                process=tb.process.share("drift", upper=100),
            ),
        }
    )
    whole = draws_of(bare.fit(peers=peers, rows=600, seed=3))["drift"]
    np.testing.assert_allclose(draws_of(fitted)["drift"], whole - 0.004, atol=2e-7)


def test_a_mean_that_an_indicator_is_takes_the_parameter_that_is_named(plan, peers, fitted):
    years = tb.Indicator(equation="years = years[-1] + 1", history={LAST: 0})
    trend = tb.Indicator(equation="potential = 2 * trend - fall * years")
    gdp = tb.Indicator(
        history=plan.indicators["gdp"].history,
        process=tb.process.growth("potential", persistence="memory", start=0.01),
    )
    slowing = plan.with_(
        indicators={"years": years, "potential": trend, **plan.indicators, "gdp": gdp},
        parameters={**plan.parameters, "fall": tb.normal(0.003, 0.001)},
    )
    unnamed = slowing.fit(peers=peers, rows=600, seed=3)
    assert "trend" not in unnamed.draws["fit"].parameters
    named = slowing.fit(peers=peers, of=["trend", "memory"], rows=600, seed=3)
    expected = (draws_of(fitted)["trend"] + 0.003) / 2
    np.testing.assert_allclose(draws_of(named)["trend"], expected, rtol=1e-5, atol=1e-7)
    assert named.parameters["fall"] == slowing.parameters["fall"]


def test_correlations_of_what_is_drawn_in_rows_are_left_out_and_it_is_said(plan, peers):
    tied = plan.with_(
        parameters={**plan.parameters, "other": tb.normal(0, 1), "third": tb.normal(0, 1)},
        correlations={("trend", "other"): 0.5, ("other", "third"): 0.3},
    )
    fitted = tied.fit(peers=peers, rows=100)
    assert len(fitted.correlations) == 1
    assert any("dependence of trend, other is left out" in x for x in fitted.fit_report.sentences)
    fitted.simulate(paths=50, seed=1)


def test_a_mean_that_bends_is_no_mean_to_fit(plan, peers):
    gdp = tb.Indicator(
        history=plan.indicators["gdp"].history, process=tb.process.growth("exp(trend) - 1")
    )
    bent = plan.with_(indicators={**plan.indicators, "gdp": gdp})
    with pytest.raises(tb.ModelError, match=r'"trend" is not the mean.*a straight line'):
        bent.fit(peers=peers, of=["trend"])


def test_a_shock_that_moves_others_too_is_fitted_where_it_is_named(plan, peers):
    jobs = tb.Indicator(equation="dlog(jobs) ~ shock(gdp)", history={LAST: 100})
    shared = plan.with_(
        indicators={**plan.indicators, "jobs": jobs},
        shocks={**plan.shocks, "jobs": tb.normal(0, 0.01)},
    )
    assert shared.fit(peers=peers).shocks["gdp"] == shared.shocks["gdp"]
    named = shared.fit(peers=peers, of=["trend", "memory", "gdp"])
    assert named.shocks["gdp"].distribution.kind == "student_t"


def test_an_indicator_without_a_figure_needs_peers(plan, peers):
    unknown = tb.Indicator(
        history={LAST: tb.normal(170, 5)}, process=tb.process.growth("trend", persistence="memory")
    )
    blank = plan.with_(indicators={**plan.indicators, "gdp": unknown})
    report = blank.fit(peers=peers, rows=200).fit_report
    assert report.beside["figures"].tolist()[0] == 0
    assert any(line.startswith("gdp: no figure; process growth") for line in report.sentences)
    with pytest.raises(tb.ModelError, match=r"gdp: has 0 figures .* with peers="):
        blank.fit(of=["trend"])


def test_what_stood_in_the_plan_stands_beside(fitted):
    beside = {row["parameter"]: row for row in fitted.fit_report.beside.rows()}
    by_hand = stats.norm(0.025, 0.005)
    row = beside["trend"]
    ends = [row["by_hand_low"], row["by_hand"], row["by_hand_high"]]
    np.testing.assert_allclose(ends, by_hand.ppf([0.1, 0.5, 0.9]), rtol=1e-9)
    # Quantiles of the rows themselves, at the six digits that the plan has.
    rows = draws_of(fitted)["trend"]
    ends = [row["fitted_low"], row["fitted"], row["fitted_high"]]
    np.testing.assert_allclose(ends, np.quantile(rows, [0.1, 0.5, 0.9]), rtol=1e-4)
    assert beside["gdp"]["what"] == "sd"
    assert beside["gdp"]["by_hand"] == 0.012
    assert np.isnan(beside["gdp"]["by_hand_low"])
    assert any("0.025 (0.01859 to 0.03141) by hand" in line for line in fitted.fit_report.sentences)


def test_by_hand_and_fitted_are_scored_on_what_came(plan, fitted, actual):
    found = tb.score_plans({"by hand": plan, "fitted": fitted}, actual, paths=4000, seed=1)
    assert found.figures["plan"].tolist() == ["by hand"] * 18 + ["fitted"] * 18
    runs = plan.simulate(4000, seed=1)
    own = runs.scores(actual)
    here = found.figures.filter(plan="by hand")
    for column in ("crps", "pit", "median"):
        np.testing.assert_array_equal(here[column], own[column])
    paths = runs["baseline"]["gdp"]
    first = next(row for row in here.rows() if row["indicator"] == "gdp")
    assert first["log_score"] == tb.scores.log_score(paths[0], first["actual"])
    # The crisis that nobody saw: product fell below all of the hand-made bands.
    assert found.targets["happened"].tolist() == [False, True, False, False]
    stated = found.targets["by hand"]
    attained = {row["target"]: row["probability"] for row in runs.attainment().rows()}
    np.testing.assert_allclose(stated[:3], [attained[t.id] for t in plan.targets])
    assert stated[3] == pytest.approx(attained["all"])
    brier = np.mean((stated[:3] - np.array([0, 1, 0])) ** 2)
    assert found.brier()["brier"][0] == pytest.approx(brier)
    assert found.undecided == 0


def test_scores_of_a_random_walk_are_those_of_the_closed_form():
    x = tb.Indicator(history={2020: 1.0}, process=tb.process.change(0.5))
    plan = tb.Model("p", "2021..2022", indicators={"x": x}, shocks={"x": tb.normal(0, 2)})
    actual = tb.Outturns({"year": [2021, 2022], "x": [3.0, -1.0]}, vintage="2023-01-31")
    found = tb.score_plans({"p": plan}, actual, paths=40_000, seed=2).figures
    sd = 2 * np.sqrt([1, 2])
    z = (np.array([3.0, -1.0]) - [1.5, 2.0]) / sd
    normal = stats.norm
    crps = sd * (z * (2 * normal.cdf(z) - 1) + 2 * normal.pdf(z) - 1 / np.sqrt(np.pi))
    # 40,000 paths: their CRPS is off by half a percent or so.
    np.testing.assert_allclose(found["crps"], crps, rtol=0.02)
    np.testing.assert_allclose(found["log_score"], -normal.logpdf(z) + np.log(sd), atol=0.03)
    np.testing.assert_allclose(found["pit"], normal.cdf(z), atol=0.01)


def test_a_plan_as_of_a_day_knows_what_was_published(plan, fitted, home):
    years = [2011, 2012, 2013]
    actual = tb.Outturns(
        {
            "indicator": ["gdp"] * 3,
            "period": years,
            "value": home.loc[years, "gdp"].tolist(),
            "vintage": ["2012-03-31", "2013-03-31", "2014-03-31"],
        }
    )
    plans = {"by hand": plan, "fitted": fitted}
    found = tb.score_plans(plans, actual, as_of="2012-12-31", paths=2000, seed=1)
    assert found.figures["period"].tolist() == ["2012", "2013"] * 2
    assert found.sentences[0].endswith("as known on 2012-12-31.")
    blind = tb.score_plans(plans, actual, paths=2000, seed=1)
    assert blind.figures["period"].tolist() == ["2011", "2012", "2013"] * 2


def test_figures_on_a_new_basis_are_scored_on_it():
    plan = tb.plans.yuecheng()
    found = tb.score_plans({"plan": plan}, tb.plans.outturns(), paths=500, seed=1)
    assert set(found.figures["basis"].tolist()) == {"new boundary"}
    assert len(found.figures) == 6
    assert found.undecided == 32
    assert not len(found.brier())


def test_what_cannot_be_scored_is_refused_with_a_way_out(plan):
    with pytest.raises(ValueError, match="at least one plan"):
        tb.score_plans({}, tb.Outturns({"year": [2011], "gdp": [1.0]}, vintage="2012-01-31"))
    other = tb.Outturns({"year": [2050], "gdp": [1.0]}, vintage="2051-01-31")
    with pytest.raises(tb.ModelError):
        tb.score_plans({"plan": plan}, other)


@pytest.mark.parametrize("language", ["en", "de", "zh"])
def test_what_was_found_is_said_in_each_language(plan, fitted, actual, language):
    found = tb.score_plans({"A": plan, "B": fitted}, actual, paths=500, seed=1)
    lines = found.in_words(language).splitlines()
    assert len(lines) == 7
    assert all("{" not in line for line in lines)
    assert found._repr_html_().count("<li>") == 7


@pytest.mark.skipif(SHARED is None, reason="TINBERGEN_SHARED is not set")
def test_the_founding_case_is_fitted_from_open_panels(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["yuecheng_from_peers.py"])
    runpy.run_path(str(ROOT / "scripts" / "yuecheng_from_peers.py"), run_name="__main__")
    told = capsys.readouterr().out
    assert told.count("those of its 15 peers") == 5
    assert "inflation_trend (mean of deflator): 0.017 (" in told
    assert "fitted: its 80 % bands held" in told
