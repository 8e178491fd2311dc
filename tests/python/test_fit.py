"""From figures to a model: kinds, identities, peers, plans that exist, and what is refused."""

import numpy as np
import pytest

import tinbergen as tb
from tinbergen import _core
from tinbergen.basics.words import of_language
from tinbergen.shell.cli import main

YEARS = list(range(2009, 2021))


def grown(mean, sd, seed, start=100.0, years=12):
    rng = np.random.default_rng(seed)
    return start * np.exp(np.cumsum(rng.normal(mean, sd, years)))


def table(**columns):
    return {"year": YEARS, **columns}


@pytest.fixture(scope="module")
def sectors():
    parts = {name: grown(mean, 0.03, k) for k, (name, mean) in enumerate(
        [("primary", 0.02), ("secondary", 0.05), ("tertiary", 0.08)])}  # fmt: skip
    product = sum(parts.values())
    deflator = grown(0.02, 0.01, 9)
    return table(gdp=product, **parts, deflator=deflator, nominal=product * deflator / 100)


def test_five_lines_from_figures_to_a_fan_with_a_target():
    target = tb.Target("gdp-2027", indicator="gdp", period=2027, at_least=150)
    model = tb.fit(table(gdp=grown(0.04, 0.02, 1)), targets=[target])
    runs = model.simulate(paths=500, seed=1)
    assert str(model.periods) == "2021..2027"
    assert runs["baseline"].fan("gdp")["period"].tolist()[-1] == "2027"
    assert 0 < runs.attainment()["probability"][0] <= 1
    assert model.fit_report.parameters["parameter"].tolist() == ["mean", "persistence", "sd"]


def test_the_same_seed_gives_the_same_model_to_the_bit():
    figures = table(gdp=grown(0.04, 0.02, 1))
    one, two, other = (tb.fit(figures, seed=seed) for seed in (5, 5, 6))
    assert one.to_toml() == two.to_toml() != other.to_toml()


def test_headings_have_names_labels_and_units_and_kinds_have_reasons():
    rng = np.random.default_rng(1)
    model = tb.fit(
        {
            "year": YEARS,
            "GDP (CNY 100 million)": grown(0.06, 0.02, 1),
            "R&D share, %": 2 + 0.05 * np.arange(12) + rng.normal(0, 0.05, 12),
            "inflation (%)": 2 + rng.normal(0, 1, 12),
            "balance": np.round(rng.normal(0, 3, 12), 2),
            "number of patents": np.cumsum(rng.poisson(7, 12)) + 20,
            "地区生产总值（亿元）": grown(0.07, 0.02, 3),
        }
    )
    kinds = {name: part.process.kind for name, part in model.indicators.items()}
    assert kinds == {
        "gdp": "growth",
        "rd_share": "share",
        "inflation": "level",
        "balance": "level",
        "number_of_patents": "count",
        "地区生产总值": "growth",
    }
    assert model.indicators["gdp"].unit == "CNY 100 million"
    assert model.indicators["rd_share"].label == "R&D share"
    assert any("rd_share" in line and '"%"' in line for line in model.fit_report.sentences)
    arrivals = model.parameters["number_of_patents_arrivals"].value
    assert arrivals.kind == "gamma"
    model.simulate(paths=100, seed=1)


def test_a_kind_that_is_said_is_taken():
    figures = table(gdp=grown(0.04, 0.02, 1))
    model = tb.fit(figures, kinds={"gdp": "change"})
    assert model.indicators["gdp"].process.kind == "change"
    with pytest.raises(tb.ModelError, match=r'unknown kind "shares"; did you mean "share"\?'):
        tb.fit(figures, kinds={"gdp": "shares"})
    with pytest.raises(
        tb.ModelError, match=r"kinds.gpd: the table has no such column; did you mean"
    ):
        tb.fit(figures, kinds={"gpd": "growth"})


def test_the_parameters_of_a_path_are_one_row_of_the_posterior():
    model = tb.fit(table(gdp=grown(0.04, 0.02, 1)), rows=50)
    draws = model.draws["fit"]
    assert len(draws) == 50 if hasattr(draws, "__len__") else True
    assert {"gdp_mean", "gdp_persistence", "gdp_spread"} <= set(draws.parameters)


def test_identities_are_found_and_hold_in_every_path(sectors):
    model = tb.fit(sectors)
    assert model.equations()["gdp"] == "gdp = primary + secondary + tertiary"
    assert model.equations()["nominal"] == "nominal = gdp * deflator / 100"
    paths = model.simulate(paths=200, seed=1)["baseline"]
    parts = paths["primary"] + paths["secondary"] + paths["tertiary"]
    np.testing.assert_allclose(paths["gdp"], parts, rtol=1e-13)
    np.testing.assert_allclose(paths["nominal"], paths["gdp"] * paths["deflator"] / 100, rtol=1e-13)


def test_identities_that_are_given_are_taken_and_checked(sectors):
    model = tb.fit(sectors, identities=["gdp = primary + secondary + tertiary"])
    assert model.indicators["nominal"].process is not None
    assert all(part.process for part in tb.fit(sectors, identities=[]).indicators.values())
    with pytest.raises(tb.ModelError, match="does not hold in the figures: in 20"):
        tb.fit(sectors, identities=["gdp = primary + secondary"])
    with pytest.raises(tb.ModelError, match=r'no column "primry"; did you mean "primary"'):
        tb.fit(sectors, identities=["primry = gdp"])
    with pytest.raises(tb.ModelError, match="has a residual"):
        tb.fit(sectors, identities=["gdp ~ primary"])


def test_product_per_head_is_a_quotient():
    gdp, people = grown(0.04, 0.02, 1), grown(0.01, 0.003, 2, start=5e6)
    model = tb.fit(table(gdp=gdp, population=people, gdp_per_head=gdp * 1e9 / people))
    paths = model.simulate(paths=50, seed=1)["baseline"]
    assert model.indicators["gdp_per_head"].process is None
    found = paths["gdp"] * 1e9 / paths["population"]
    np.testing.assert_allclose(paths["gdp_per_head"], found, rtol=1e-12)


def test_shares_that_add_up_are_fitted_together():
    rng = np.random.default_rng(4)
    a = 12 - 0.4 * np.arange(12) + rng.normal(0, 0.3, 12)
    b = 40 + rng.normal(0, 0.7, 12)
    figures = table(**{"agriculture (%)": a, "industry (%)": b, "services (%)": 100 - a - b})
    paths = tb.fit(figures).simulate(paths=300, seed=1)["baseline"]
    shares = [paths[name] for name in ("agriculture", "industry", "services")]
    np.testing.assert_allclose(sum(shares), 100, rtol=1e-12)
    assert all((share > 0).all() and (share < 100).all() for share in shares)
    named = tb.fit(figures, identities=["agriculture + industry + services = 100"])
    assert "agriculture_to_services" in named.indicators


def test_peers_stand_in_for_figures_that_are_missing():
    peers = {f"place {k}": table(gdp=grown(0.05, 0.02, 20 + k)) for k in range(8)}
    short = {"year": [2018, 2019, 2020], "gdp": [50, 53, 55]}
    with pytest.raises(tb.ModelError, match=r"gdp: has 3 figures .* peers="):
        tb.fit(short)
    model = tb.fit(short, peers=peers)
    row = next(iter(model.fit_report.parameters.filter(parameter="persistence").rows()))
    assert row["own"] < 0.5
    assert "those of its 8 peers" in model.fit_report.sentences[0]
    one = tb.fit({"year": [2020], "gdp": [55.0]}, peers=peers)
    assert one.simulate(paths=100, seed=1)["baseline"]["gdp"].shape == (5, 100)


def test_a_long_table_of_places_is_one_place_and_its_peers():
    rows = [
        (place, year, value)
        for k, place in enumerate(["Zhejiang", "Jiangsu", "Anhui", "Fujian", "Jiangxi", "Hunan"])
        for year, value in zip(YEARS, grown(0.08, 0.02, k), strict=True)
    ]
    panel = {
        "province": [row[0] for row in rows],
        "year": [row[1] for row in rows],
        "gdp": [row[2] for row in rows],
    }
    model = tb.fit(panel, entity="Zhejiang")
    assert "pooled with 5 other series" in model.fit_report.sentences[0]
    history = model.indicators["gdp"].history
    assert history[2020] == pytest.approx(rows[11][2])
    with pytest.raises(tb.ModelError, match=r"several places; say which one to fit.*Zhejiang"):
        tb.fit(panel)


def test_columns_of_one_kind_are_pooled_and_share_a_shock():
    columns = {f"region_{k}": grown(0.05, 0.02, 40 + k) for k in range(6)}
    model = tb.fit(table(**columns))
    assert "common" in model.shocks
    assert model.indicators["region_0"].process.factor == "common"
    assert "common" not in tb.fit(table(**columns), pool=False).shocks
    model.simulate(paths=100, seed=1)


def test_ragged_ends_gaps_and_quarters():
    gdp = grown(0.04, 0.02, 1)
    gdp[4] = np.nan
    jobs = grown(0.01, 0.01, 2)
    jobs[-2:] = np.nan
    model = tb.fit(table(gdp=gdp, jobs=jobs))
    assert str(model.periods) == "2021..2025"
    assert np.isfinite(model.simulate(paths=50, seed=1)["baseline"]["jobs"]).all()
    quarters = [f"{year}-Q{q}" for year in range(2015, 2021) for q in range(1, 5)]
    quarterly = tb.fit({"quarter": quarters, "gdp": grown(0.01, 0.01, 3, years=24)}, periods=8)
    assert str(quarterly.periods) == "2021-Q1..2022-Q4"
    assert str(tb.fit(table(gdp=gdp), periods="2030").periods) == "2021..2030"


def test_years_of_events_are_left_out():
    gdp = grown(0.04, 0.01, 1)
    gdp[-1] *= 0.8
    model = tb.fit(table(gdp=gdp), events=[2020])
    weights = model.fit_report.weights
    assert weights.filter(period="2020")["weight"].tolist() == [0.0]
    usual = tb.fit(table(gdp=gdp)).fit_report.weights
    assert usual.filter(period="2020")["weight"][0] < usual["weight"].mean()


@pytest.mark.parametrize(
    ("column", "kinds", "message"),
    [
        ([3.0] * 12, {}, "x: does not move: 3 in all of its 12 periods"),
        ([np.nan] * 12, {}, "has no value|no figure"),
        ([50, 60, 101, *range(40, 49)], {"x": "share"}, r"x\.2011: is 101 in 2011: a share stays between 0 and 100"),
        ([1, -1, *range(2, 12)], {"x": "growth"}, r"x\.2010: is -1 in 2010: what grows"),
        ([10, 11, 12.5, *range(13, 22)], {"x": "count"}, r"x\.2011: is 12.5 in 2011: a number of units"),
        ([2000, 2100, 2200, 2300, 2.4, 2.5, 2.6, 2.7, 2.8, 2.9, 3.0, 3.1], {}, "is it another unit"),
    ],
)  # fmt: skip
def test_what_cannot_be_fitted_is_refused_with_a_way_out(column, kinds, message):
    with pytest.raises(tb.ModelError, match=message):
        tb.fit(table(x=column), kinds=kinds)


def test_multiples_and_periods_that_come_twice_are_refused():
    gdp = grown(0.04, 0.02, 1)
    with pytest.raises(tb.ModelError, match=r"usd: is 0.145 times gdp in every period"):
        tb.fit(table(gdp=gdp, usd=0.145 * gdp))
    with pytest.raises(tb.ModelError, match="2010"):
        tb.fit({"year": [2009, 2010, 2010, 2011], "gdp": [1.0, 2.0, 3.0, 4.0]})


def explained(income, seed, noise=0.004):
    """A place whose mean growth follows its income: 0.04 + 0.02 for each unit of it."""
    rng = np.random.default_rng(seed)
    growth = 0.04 + 0.02 * income + rng.normal(0, noise, 12)
    return table(gdp=100 * np.exp(np.cumsum(growth)))


def test_covariates_explain_means_as_least_squares_do():
    incomes = np.linspace(-1.5, 1.5, 16)
    peers = {f"place {k}": explained(x, k) for k, x in enumerate(incomes)}
    numbers = {f"place {k}": float(x) for k, x in enumerate(incomes)} | {"self": 2.0}
    own = {"year": [2020], "gdp": [55.0]}
    blind = tb.fit(own, peers=peers)
    model = tb.fit(own, peers=peers, covariates={"income": numbers})
    # The oracle: a line through the mean growth of the peers, where the errors of twelve years are small.
    means = [np.diff(np.log(one["gdp"])).mean() for one in peers.values()]
    slope, constant = np.polyfit(incomes, means, 1)
    mean = next(iter(model.fit_report.parameters.filter(parameter="mean").rows()))
    assert mean["low"] < constant + 2 * slope < mean["high"]
    assert mean["estimate"] == pytest.approx(constant + 2 * slope, abs=0.004)
    without = next(iter(blind.fit_report.parameters.filter(parameter="mean").rows()))
    assert without["estimate"] == pytest.approx(np.mean(means), abs=0.015)
    assert without["high"] - without["low"] > 4 * (mean["high"] - mean["low"])
    line = next(line for line in model.fit_report.sentences if "income" in line)
    told = float(line.split(" is ")[1].split(" higher")[0])
    spread = np.std([*incomes, 2.0])
    assert told == pytest.approx(slope * spread, rel=0.1)


def test_covariates_that_explain_nothing_change_little():
    rng = np.random.default_rng(5)
    peers = {f"place {k}": explained(0.0, k, noise=0.02) for k in range(12)}
    numbers = {f"place {k}": float(x) for k, x in enumerate(rng.normal(size=12))} | {"self": 0.0}
    own = {"year": [2018, 2019, 2020], "gdp": [50.0, 52.0, 54.0]}
    reports = [tb.fit(own, peers=peers, covariates=c).fit_report for c in (None, {"x": numbers})]
    rows = [next(iter(one.parameters.filter(parameter="mean").rows())) for one in reports]
    assert rows[0]["estimate"] == pytest.approx(rows[1]["estimate"], abs=0.01)


def test_covariates_of_columns_and_of_a_long_table_go_by_their_names():
    columns = {f"region_{k}": grown(0.05, 0.02, 40 + k) for k in range(6)}
    size = {name: float(k) for k, name in enumerate(columns)}
    report = tb.fit(table(**columns), covariates={"size": size}).fit_report
    assert any("one standard deviation more of size" in line for line in report.sentences)
    long = {
        "city": [name for name in columns for _ in YEARS],
        "year": YEARS * 6,
        "gdp": np.concatenate(list(columns.values())),
    }
    tb.fit(long, entity="region_0", covariates={"size": size})
    others = {name: number for name, number in size.items() if name != "region_0"}
    with pytest.raises(tb.ModelError, match=r'covariates\.size: has no number for .* under "self"'):
        tb.fit(long, entity="region_0", covariates={"size": others})


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        ({"a": 1.0}, r'covariates\.x: has no number for the place that is fitted, under "self"'),
        ({"place 1": float("inf")}, r"covariates\.x\.place 1: inf is no finite number"),
        ({"plce 1": 3.0}, r'covariates\.x: no series .* is of "plce 1"; did you mean "place 1"'),
        ({f"place {k}": 1.0 for k in range(8)} | {"self": 1.0}, r"covariates\.x: is 1 for every series"),
    ],
)  # fmt: skip
def test_covariates_that_cannot_be_are_refused_with_an_address(numbers, message):
    peers = {f"place {k}": table(gdp=grown(0.05, 0.02, 20 + k)) for k in range(8)}
    whole = {f"place {k}": float(k) for k in range(8)} | {"self": 4.0}
    given = numbers if "a" in numbers else whole | numbers
    with pytest.raises(tb.ModelError, match=message):
        tb.fit({"year": [2020], "gdp": [55.0]}, peers=peers, covariates={"x": given})


def test_covariates_need_series_that_are_fitted_together():
    with pytest.raises(tb.ModelError, match=r"covariates: covariates explain differences between"):
        tb.fit(table(gdp=grown(0.04, 0.02, 1)), covariates={"x": {"gdp": 1.0}})
    with pytest.raises(TypeError, match=r"covariates\.x: expected a number for each place"):
        tb.fit(table(gdp=grown(0.04, 0.02, 1)), covariates={"x": 3.0})
    with pytest.raises(TypeError, match=r"covariates\.x\.gdp: expected a number, found 'rich'"):
        tb.fit(table(gdp=grown(0.04, 0.02, 1)), covariates={"x": {"gdp": "rich"}})


def test_a_plan_takes_covariates_too(plan):
    incomes = np.linspace(-1.5, 1.5, 12)
    peers = {f"place {k}": explained(x, k) for k, x in enumerate(incomes)}
    numbers = {f"place {k}": float(x) for k, x in enumerate(incomes)} | {"self": 1.0}
    report = plan.fit(peers=peers, covariates={"income": numbers}).fit_report
    row = next(iter(report.beside.filter(parameter="trend").rows()))
    assert row["fitted"] == pytest.approx(0.06, abs=0.01)


def test_the_package_says_in_english_what_the_core_says():
    english = of_language("en").WORDS
    for key, text in _core.fit_phrases():
        assert english[f"fit {key}"] == text
    assert sum(key.startswith("fit ") for key in english) == len(_core.fit_phrases())


@pytest.mark.parametrize("language", ["de", "zh"])
def test_a_report_is_said_in_other_languages(sectors, language):
    report = tb.fit(sectors, events=[2020]).fit_report
    lines, english = report.in_words(language).splitlines(), report.in_words().splitlines()
    assert len(lines) == len(english) == len(report.sentences)
    assert all(
        line != other and "{" not in line for line, other in zip(lines, english, strict=True)
    )
    word = {"de": "Wachstum", "zh": "增长"}[language]
    assert word in next(line for line in lines if line.startswith("primary"))


def test_interpolated_figures_are_pointed_out():
    rises = np.interp(np.arange(12), [0, 5, 11], [30, 35, 44])
    model = tb.fit(table(**{"urban share (%)": rises}))
    assert any("straight lines" in line for line in model.fit_report.sentences)
    assert any("straight lines" in note.message for note in model.notes)


@pytest.fixture
def plan():
    return tb.Model(
        "plan",
        "2021..2025",
        indicators={
            "gdp": tb.Indicator(
                history={2020: 160.0},
                process=tb.process.growth("trend", persistence=0.3, shock="demand"),
            ),
            "jobs": tb.Indicator(history={2020: 50.0}, process=tb.process.growth("jobs_trend")),
        },
        parameters={"trend": tb.normal(0.05, 0.02), "jobs_trend": 0.01},
        shocks={"demand": tb.normal(0, 0.02), "jobs": tb.normal(0, 0.01)},
        targets=[tb.Target("t", indicator="gdp", period=2025, at_least=190)],
    )


def test_a_plan_is_fitted_where_it_is_uncertain_and_stays_where_it_is_fixed(plan):
    figures = table(gdp=grown(0.03, 0.01, 1), jobs=grown(0.02, 0.01, 2))
    fitted = plan.fit(figures)
    assert fitted.draws["fit"].parameters[0] == "trend"
    assert fitted.parameters["jobs_trend"] == plan.parameters["jobs_trend"]
    assert fitted.shocks["jobs"] == plan.shocks["jobs"]
    assert fitted.shocks["demand"].distribution.kind == "student_t"
    assert fitted.indicators["gdp"].process.persistence == pytest.approx(0.3)
    assert fitted.targets == plan.targets
    assert fitted.indicators["gdp"].history == plan.indicators["gdp"].history
    fitted.simulate(paths=100, seed=1)
    named = plan.fit(figures, of=["jobs_trend"])
    assert "jobs_trend" in named.draws["fit"].parameters
    assert named.parameters["trend"] == plan.parameters["trend"]
    with pytest.raises(tb.ModelError, match='"trnd" is not the mean'):
        plan.fit(figures, of=["trnd"])
    with pytest.raises(tb.ModelError, match="no process of the plan"):
        plan.fit(table(other=grown(0.03, 0.01, 1)))


def test_a_model_that_was_not_fitted_has_no_report(plan):
    with pytest.raises(tb.ModelError, match="was not fitted"):
        _ = plan.fit_report


def test_the_command_writes_a_plan_that_runs(tmp_path, capsys):
    file = tmp_path / "figures.csv"
    values = zip(YEARS, grown(0.04, 0.02, 1), strict=True)
    file.write_text("year,gdp\n" + "".join(f"{year},{value:.3f}\n" for year, value in values))
    out = tmp_path / "plan.toml"
    assert main(["fit", str(file), "--out", str(out), "--periods", "3"]) == 0
    printed = capsys.readouterr()
    assert "persistence" in printed.out
    assert main(["run", str(out), "--paths", "200", "--seed", "1"]) == 0
    model = tb.read_plan(out)
    assert str(model.periods) == "2021..2023"
    assert len(out.read_text().splitlines()) < 60
    assert main(["fit", str(file), "--out", str(out)]) == 2
    assert main(["fit", str(file), "--out", str(out), "--kind", "gdp=shares", "--force"]) == 2
    assert 'did you mean "share"?' in capsys.readouterr().err
