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


def test_a_firm_prior_outweighs_few_figures():
    firm = {"habit": 0.005, "share": tb.normal(0.2, 0.01)}
    rows = beside(plan(parameters=firm).fit(table(1, range(2015, 2021))))
    assert abs(rows["share"]["fitted"] - 0.2) < 0.02
    assert rows["share"]["own"] < 0.3
    assert "habit" not in rows


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
        crooked.fit(table(1), of=["habit", "share"])
    several = tb.Indicator(history={2020: 1}, equation="saving ~ share + saving[-1]")
    with pytest.raises(tb.ModelError, match="share stays as it is written: it stands in several"):
        plan(saving=several).fit(table(1))
    # Where something else is fitted, what stays is a sentence of the report.
    other = tb.Indicator(history={2020: 1}, equation="dlog(saving) ~ thrift * dlog(income)")
    known = {"thrift": tb.normal(1, 1), "habit": tb.lognormal(0.01, 0.1), "share": 0.5}
    model = plan(parameters=known, saving=other)
    model = model.with_(shocks={**model.shocks, "saving": tb.normal(0, 0.02)})
    fitted = model.fit(table(1) | {"saving": table(2)["spending"]})
    assert list(beside(fitted)) == ["thrift", "saving"]
    said = [text for text in fitted.fit_report.sentences if "stays as it is written" in text]
    assert len(said) == 1
    assert said[0].startswith("habit ")
    with pytest.raises(tb.ModelError, match="stands in several equations"):
        plan(saving=several).fit(table(1), of=["share"])
    alike = {"habit": 0.1, "share": 0.1}
    with pytest.raises(tb.ModelError, match="cannot be told apart"):
        plan("dlog(spending) ~ (habit + share) * dlog(income)", alike).fit(
            table(1), of=["habit", "share"]
        )
    with pytest.raises(tb.ModelError, match="no coefficient of a behavioural"):
        plan().fit(table(1), of=["sharee"])


REFUSED = {
    "further random terms": {
        "equation": "dlog(spending) ~ habit + share * dlog(income) + shock(income)"
    },
    "neither normal nor uniform": {"parameters": {"habit": 0.0, "share": tb.lognormal(0.5, 0.1)}},
    "another uncertain parameter": {"of": ["share"]},
    "ties it to another": {"correlations": {("habit", "share"): -0.8}},
}


@pytest.mark.parametrize("reason", REFUSED)
def test_a_prior_that_a_regression_would_change_is_refused_by_name(reason):
    settings = dict(REFUSED[reason])
    of, ties = settings.pop("of", None), settings.pop("correlations", {})
    model = plan(**settings).with_(correlations=ties)
    with pytest.raises(tb.ModelError, match=reason):
        model.fit(table(1), of=of)


def test_rows_of_draws_are_no_prior_of_a_second_fit():
    once = plan().fit(table(1))
    with pytest.raises(tb.ModelError, match="one of joint draws already"):
        once.fit(table(2))


def test_figures_of_another_frequency_are_refused():
    figures = table(1, range(2000, 2021))
    quarters = [f"{2000 + k // 4}-Q{k % 4 + 1}" for k in range(21)]
    with pytest.raises(tb.ModelError, match="has periods such as 2000-Q1, and the plan 2021"):
        plan().fit({"period": quarters} | {name: figures[name] for name in ("income", "spending")})


def test_the_mean_of_the_shock_stays_and_the_constant_is_what_is_beside_it():
    moved = {"income": tb.normal(0, 0.02), "spending": tb.normal(0.01, 0.02)}
    rows = beside(plan().fit(table(1)))
    fitted = plan().with_(shocks=moved).fit(table(1))
    assert abs(beside(fitted)["habit"]["fitted"] - (rows["habit"]["fitted"] - 0.01)) < 1e-3
    assert fitted.shocks["spending"].distribution.mean == 0.01


@pytest.mark.parametrize("bounds", [(0.0, 0.5), (0.6, None)])
@pytest.mark.parametrize("kind", ["uniform", "truncated"])
def test_a_prior_within_limits_is_that_prior(kind, bounds):
    """Against the posterior on a grid, with errors that are normal and whose size sixty figures tell."""
    low, high = bounds
    if kind == "uniform":
        low, high = low, 1.5 if high is None else high
        prior, density = tb.uniform(low, high), lambda b: np.ones_like(b)
    else:
        prior = tb.truncated(tb.normal(0.4, 0.05), min=low, max=high)
        low, high = low, 1.5 if high is None else high
        density = lambda b: np.exp(-0.5 * ((b - 0.4) / 0.05) ** 2)
    figures = table(5)
    income, spending = (np.diff(np.log(figures[name])) for name in ("income", "spending"))
    fitted = plan(parameters={"habit": 0.005, "share": prior}).fit(figures, rows=4000)
    block = fitted.draws["fit"]
    shares = np.array([row[list(block.parameters).index("share")] for row in block.rows])
    grid = np.linspace(low, high, 4001)
    errors = spending[:, None] - 0.005 - income[:, None] * grid
    # Normal errors of unknown size, the plan's own counting as two: a Student-t likelihood of the slope.
    weight = density(grid) * (2 * 0.02**2 + (errors**2).sum(0)) ** (-0.5 * (len(income) + 2))
    weight /= weight.sum()
    mean = weight @ grid
    sd = np.sqrt(weight @ (grid - mean) ** 2)
    assert abs(shares.mean() - mean) < 0.25 * sd, (shares.mean(), mean, sd)
    assert abs(shares.std() / sd - 1) < 0.2, (shares.std(), sd)
    assert low <= shares.min()
    assert shares.max() <= high


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
