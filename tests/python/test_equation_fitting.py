"""Coefficients of behavioural equations are fitted: the plan's own distributions are the priors."""

import numpy as np
import pytest
import statsmodels.api as sm

import tinbergen as tb

YEARS = range(1960, 2021)


def plan(equation="dlog(spending) ~ habit + share * dlog(income)", parameters=None, **more):
    return tb.Model(
        "plan",
        "2021..2025",
        indicators={
            "income": tb.Indicator(history={2020: 100}, process=tb.process.growth(0.02)),
            "spending": tb.Indicator(history={2020: 80}, equation=equation),
            **more,
        },
        parameters=parameters or {"habit": tb.normal(0.0, 1.0), "share": tb.normal(0.5, 5.0)},
        shocks={"income": tb.normal(0, 0.02), "spending": tb.normal(0, 0.02)},
    )


def table(seed, years=YEARS, share=0.7, sd=0.01):
    """Growth of income and of what is spent, which follows it by a share."""
    draws = np.random.default_rng(seed)
    income = draws.normal(0.03, 0.02, len(years) - 1)
    spending = 0.005 + share * income + draws.normal(0, sd, len(years) - 1)
    levels = {
        name: 100 * np.exp(np.concatenate([[0.0], np.cumsum(growth)]))
        for name, growth in {"income": income, "spending": spending}.items()
    }
    return {"year": list(years), **levels}


def beside(fitted):
    return {row["parameter"]: row for row in fitted.fit_report.beside.rows()}


@pytest.mark.parametrize("seed", range(4))
def test_with_priors_that_say_little_it_is_the_regression_of_statsmodels(seed):
    """Normal errors, sixty figures: medians within a third of a standard error, bands of 80 % as wide within a fifth."""
    figures = table(seed)
    grown = {name: np.diff(np.log(figures[name])) for name in ("income", "spending")}
    oracle = sm.OLS(grown["spending"], sm.add_constant(grown["income"])).fit()
    rows = beside(plan().fit(figures, rows=4000))
    for name, middle, error in zip(("habit", "share"), oracle.params, oracle.bse, strict=True):
        row = rows[name]
        assert abs(row["fitted"] - middle) < error / 3, (name, row, middle, error)
        width = (row["fitted_high"] - row["fitted_low"]) / 2.563
        assert abs(width / error - 1) < 0.2, (name, width, error)
        assert row["own"] > 0.99
    assert abs(rows["spending"]["fitted"] / np.sqrt(oracle.scale) - 1) < 0.2


def test_a_firm_prior_outweighs_few_figures_and_bounds_are_kept():
    firm = {"habit": 0.005, "share": tb.normal(0.2, 0.01)}
    rows = beside(plan(parameters=firm).fit(table(1, range(2015, 2021))))
    assert abs(rows["share"]["fitted"] - 0.2) < 0.02
    assert rows["share"]["own"] < 0.3
    assert "habit" not in rows
    bounded = {"habit": 0.005, "share": tb.uniform(0.0, 0.5)}
    fitted = plan(parameters=bounded).fit(table(1))
    block = fitted.draws["fit"]
    shares = [row[list(block.parameters).index("share")] for row in block.rows]
    assert 0.4 < min(shares) < max(shares) <= 0.5


def test_an_outlier_counts_less_and_an_event_does_not_count():
    figures = table(3)
    figures["spending"] = figures["spending"].copy()
    figures["spending"][-1] *= 1.3
    fitted = plan().fit(figures)
    weights = {row["period"]: row["weight"] for row in fitted.fit_report.weights.rows()}
    assert weights["2020"] < 0.1 < 0.5 < np.median(list(weights.values()))
    assert any("2020" in text and "unusual" in text for text in fitted.fit_report.sentences)
    left_out = beside(plan().fit(figures, events=[2020]))
    assert abs(left_out["share"]["fitted"] - 0.7) < 0.3


def test_a_number_that_is_named_is_fitted_from_the_figures_alone():
    fitted = plan(parameters={"habit": 0.3, "share": 0.1}).fit(table(2), of=["habit", "share"])
    rows = beside(fitted)
    assert abs(rows["share"]["fitted"] - 0.7) < 0.3
    assert rows["share"]["by_hand"] == 0.1
    # The shock was not named, and stays.
    assert fitted.shocks["spending"].distribution == tb.normal(0, 0.02)


def test_what_cannot_be_fitted_stays_and_is_said():
    crooked = plan("dlog(spending) ~ habit + share * share * dlog(income)")
    with pytest.raises(tb.ModelError, match="no straight line"):
        crooked.fit(table(1), of=["share"])
    several = tb.Indicator(history={2020: 1}, equation="saving ~ share + saving[-1]")
    fitted = plan(saving=several).fit(table(1))
    assert any(
        text.startswith("share stays as it is written") for text in fitted.fit_report.sentences
    )
    assert "share" in fitted.parameters
    with pytest.raises(tb.ModelError, match="stands in several equations"):
        plan(saving=several).fit(table(1), of=["share"])
    alike = {"habit": 0.1, "share": 0.1}
    with pytest.raises(tb.ModelError, match="cannot be told apart"):
        plan("dlog(spending) ~ (habit + share) * dlog(income)", alike).fit(
            table(1), of=["habit", "share"]
        )
    with pytest.raises(tb.ModelError, match="no coefficient of a behavioural"):
        plan().fit(table(1), of=["sharee"])


def test_the_fitted_plan_is_a_plan_file_that_runs(tmp_path):
    fitted = plan().fit(table(1))
    assert fitted.indicators["spending"].equation == plan().indicators["spending"].equation
    (tmp_path / "fitted.toml").write_text(fitted.to_toml(), encoding="utf-8")
    again = tb.read_plan(tmp_path / "fitted.toml")
    one, other = (model.simulate(paths=200, seed=1) for model in (fitted, again))
    assert np.array_equal(one["baseline"]["spending"], other["baseline"]["spending"])


def test_sentences_are_in_all_languages():
    report = plan().fit(table(1)).fit_report
    assert any("60" in text and "spending" in text for text in report.sentences)
    for language in ("zh", "de"):
        assert all("{" not in text for text in report.in_words(language))
