"""Outturns: tables of them, the posterior they give, what is refused, and the shell."""

import csv
import json
import math

import numpy as np
import pytest

import tinbergen as tb
from tinbergen.shell.cli import main

TREND, TREND_SD, SD = 0.05, 0.02, 0.03
GROWTH = (0.08, 0.02, 0.11)


@pytest.fixture(scope="module")
def growth():
    """A random walk in logs whose trend is not known, and the double of it."""
    return tb.Model(
        "growth",
        "2021..2030",
        indicators={
            "gdp": tb.Indicator(
                label={"en": "Product", "zh": "地区生产总值"},
                history={2020: 100.0},
                process=tb.process.growth("trend"),
            ),
            "twice": tb.Indicator(equation="twice = 2 * gdp"),
        },
        parameters={"trend": tb.Parameter(tb.normal(TREND, TREND_SD), source="judgement")},
        shocks={"gdp": tb.normal(0, SD)},
        targets=[tb.Target("gdp-2025", indicator="gdp", period=2025, at_least=130)],
    )


def columns(*rows, **more):
    """Columns of a table, from rows of indicator, period, value, vintage."""
    names = ("indicator", "period", "value", "vintage")
    return {**dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)), **more}


REVISED = columns(
    ("gdp", 2021, 104.0, "2022-03-01"),
    ("gdp", 2022, 101.0, "2023-03-01"),
    ("gdp", 2021, 103.0, "2023-03-01"),
)


def levels(growth):
    return 100 * np.exp(np.cumsum(growth))


def posterior():
    """Mean and variance of the trend: precisions add up."""
    precision = 1 / TREND_SD**2 + len(GROWTH) / SD**2
    return (TREND / TREND_SD**2 + sum(GROWTH) / SD**2) / precision, 1 / precision


def moments(values, weights):
    mean = np.average(values, weights=weights)
    return mean, np.average((values - mean) ** 2, weights=weights)


# Tables


def forms(tmp_path):
    """Give one table as a path, a text of a path, columns, a Table and Outturns."""
    path = tmp_path / "outturns.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(REVISED)
        writer.writerows(zip(*REVISED.values(), strict=True))
    return path, str(path), REVISED, tb.Table(REVISED), tb.Outturns(REVISED)


def test_a_table_means_the_same_in_every_form(growth, tmp_path):
    pandas = pytest.importorskip("pandas")
    every = [*forms(tmp_path), pandas.DataFrame(REVISED)]
    known = [growth.observe(table).known.table for table in every]
    values = [(*row.values(),)[:4] for row in known[0].rows()]
    assert sorted(values) == [("gdp", "2021", 103.0, "2023-03-01"), ("gdp", "2022", 101.0, "2023-03-01")]  # fmt: skip
    for table in known[1:]:
        assert [(*row.values(),)[:4] for row in table.rows()] == values


def test_polars_tables_are_read(growth):
    polars = pytest.importorskip("polars")
    assert len(growth.observe(polars.DataFrame(REVISED)).known) == 2


def test_vintages_and_what_was_known_on_a_day(growth):
    outturns = tb.Outturns(REVISED)
    assert (len(outturns), outturns.vintages) == (3, ("2022-03-01", "2023-03-01"))
    assert len(outturns.as_of("2022-02-28")) == 0
    assert outturns.as_of("2022-03-01").table["value"].tolist() == [104.0]
    assert sorted(outturns.as_of("2023-03-01").table["value"]) == [101.0, 103.0]
    early = growth.observe(outturns, as_of="2022-12-31").simulate(200, seed=1)["baseline"]
    assert set(early["gdp"][0].tolist()) == {104.0}
    assert len(set(early["gdp"][1].tolist())) == 200
    late = growth.observe(outturns).simulate(200, seed=1)["baseline"]
    assert set(late["gdp"][0].tolist()) == {103.0}
    assert set(late["gdp"][1].tolist()) == {101.0}


def test_a_row_without_a_value_is_left_out_and_an_sd_is_read():
    table = columns(
        ("gdp", 2021, 104.0, "2022-03-01"), ("gdp", 2022, None, "2023-03-01"), sd=[1.5, None]
    )
    assert tb.Outturns(table).table["sd"].tolist() == [1.5]


def test_before_anything_was_known_nothing_changes(growth):
    plain = growth.simulate(300, seed=4)["baseline"]["gdp"]
    tracked = growth.observe(REVISED, as_of="2021-06-30").simulate(300, seed=4)["baseline"]
    np.testing.assert_allclose(tracked["gdp"], plain, rtol=1e-12)


# Posterior


def test_the_trend_is_learnt_as_the_conjugate_posterior_says(growth):
    level = levels(GROWTH)
    rows = [("gdp", 2021 + k, float(x), f"{2022 + k}-03-01") for k, x in enumerate(level)]
    runs = growth.observe(columns(*rows)).simulate(20_000, seed=1, design="antithetic")
    baseline = runs["baseline"]
    mean, variance = posterior()
    assert 1 / np.sum(baseline.weights**2) == pytest.approx(20_000)  # linear: all weights equal
    for h in (1, 4, 7):
        found, spread = moments(np.log(baseline["gdp"][2 + h]), baseline.weights)
        assert found == pytest.approx(math.log(level[-1]) + h * mean, abs=1e-9)  # mirror images
        # Relative standard error sqrt(2 / 10,000) = 1.4 %; false alarm below 1e-6.
        assert spread == pytest.approx(h * SD**2 + h * h * variance, rel=0.07)


def test_probabilities_by_round_are_those_of_the_closed_form(growth):
    level = levels(GROWTH)
    rows = [("gdp", 2021 + k, float(x), f"{2022 + k}-03-01") for k, x in enumerate(level)]
    table = growth.rounds(columns(*rows), paths=20_000, seed=2)
    table = table.filter(target="gdp-2025")
    assert table["as_of"].tolist() == ["", "2022-03-01", "2023-03-01", "2024-03-01"]
    for known, row in enumerate(table.rows()):
        precision = 1 / TREND_SD**2 + known / SD**2
        mean = (TREND / TREND_SD**2 + sum(GROWTH[:known]) / SD**2) / precision
        h = 5 - known
        start = math.log(100) + sum(GROWTH[:known])
        z = (start + h * mean - math.log(130)) / math.sqrt(h * SD**2 + h * h / precision)
        wanted = 0.5 * math.erfc(-z / math.sqrt(2))
        # Five standard errors of a share of 20,000 paths; false alarm below 3e-6 in four rounds.
        assert abs(row["probability"] - wanted) < 5 * math.sqrt(wanted * (1 - wanted) / 20_000)
        assert row["low"] <= row["probability"] <= row["high"]
        assert row["effective_paths"] == pytest.approx(20_000)


def test_rounds_keep_to_the_given_days(growth):
    table = growth.rounds(REVISED, paths=500, seed=1, dates=["2022-12-31"])
    assert list(dict.fromkeys(table["as_of"].tolist())) == ["", "2022-12-31"]


def test_rounds_are_drawn_with_labels_that_keep_apart(plan):
    plt = pytest.importorskip("matplotlib.pyplot")
    plt.switch_backend("Agg")
    options = {"paths": 1000, "seed": 1, "scenarios": "baseline", "least_effective": 20}
    table = plan.rounds(tb.plans.outturns(), **options)
    names = ["gdp-2025", "vision-2035", "economy", "investment-2021-2025"]
    for language, before in (("en", "before"), ("zh", "之前")):
        ax = tb.plot_rounds(table, names, model=plan, language=language)
        assert [tick.get_text() for tick in ax.get_xticklabels()] == [before, "2023-04-14"]
        lines = {line.get_color(): line for line in ax.lines}
        assert len(lines) == len(names)
        drawn = lines[ax.lines[0].get_color()].get_ydata().tolist()
        assert drawn == table.filter(target="gdp-2025")["probability"].tolist()
        ax.figure.canvas.draw()
        boxes = [text.get_window_extent() for text in ax.texts if text.get_color() in lines]
        boxes.sort(key=lambda box: box.y0)
        assert len(boxes) == len(names)
        for below, above in zip(boxes, boxes[1:], strict=False):
            assert above.y0 >= below.y1 - 2
        plt.close(ax.figure)
    with pytest.raises(KeyError, match="gdp-2025"):
        tb.plot_rounds(table, "gdp-2026")
    with pytest.raises(KeyError, match="baseline"):
        tb.plot_rounds(table, "gdp-2025", scenario="basline")


# What is refused


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([("gdpp", 2021, 1.0, "2022-03-01")], 'unknown indicator "gdpp"; did you mean "gdp"?'),
        ([("gdp", 2021, 104.0, "2022-03-01")] * 2, "two values of vintage 2022-03-01"),
        ([("gdp", 2021, math.nan, "2022-03-01")], "has no value"),
        ([("gdp", 2021, math.inf, "2022-03-01")], "is not a finite number"),
        ([("gdp", 2020, 101.0, "2022-03-01")], "the history of the model has 100 for 2020 already"),
        ([("gdp", 2019, 99.0, "2022-03-01")], "2019 is before 2020"),
        ([("gdp", 2031, 99.0, "2022-03-01")], "2031"),
        ([("gdp", 2021, 104.0, "2020-03-01")], "a forecast is no outturn"),
        ([("gdp", 2021, 104.0, "2999-03-01")], "after today"),
        ([("gdp", 2021, 104.0, "2022-02-30")], "vintage"),
        ([("gdp", 2021, "many", "2022-03-01")], '"many" is not a number'),
        ([("gdp", "soon", 104.0, "2022-03-01")], "period"),
        (
            [("gdp", 2021, 105.0, "2022-03-01"), ("twice", 2021, 215.0, "2022-03-01")],
            "identities imply 210",
        ),
    ],
)
def test_outturns_that_cannot_be_are_named_with_their_line(growth, rows, message):
    with pytest.raises(tb.ModelError) as caught:
        growth.observe(columns(*rows))
    assert message in str(caught.value)
    assert "outturns" in str(caught.value)


def test_every_wrong_row_is_said_at_once_with_file_and_line(growth, tmp_path):
    path = tmp_path / "late.csv"
    path.write_text(
        "indicator,period,value,vintage\ngdpp,2021,1,2022-03-01\ngdp,2021,1,2022-03-01\n"
        "gdp,2020,1,2022-03-01\n",
        encoding="utf-8",
    )
    with pytest.raises(tb.ModelError) as caught:
        growth.observe(path)
    printed = str(caught.value)
    assert "late.csv:2" in printed
    assert "late.csv:4" in printed
    assert "late.csv:3" not in printed


@pytest.mark.parametrize("table", [7, None, [1, 2], {"indicator": ["gdp"]}])
def test_what_is_no_table_of_outturns_says_so(growth, table):
    with pytest.raises((TypeError, tb.ModelError), match="outturns"):
        growth.observe(table)


def test_a_wrong_column_has_a_near_name(growth):
    table = {**REVISED, "vintages": REVISED["vintage"]}
    del table["vintage"]
    with pytest.raises(tb.ModelError, match='did you mean "vintage"'):
        growth.observe(table)


def test_results_on_too_few_effective_paths_are_refused_with_a_way_out(growth):
    # A shock from a list of values cannot be moved: paths meet the figure by chance or not.
    far = [0.2, *(-0.001 * k for k in range(99))]
    model = growth.with_(shocks={"gdp": tb.empirical(far)})
    table = columns(("gdp", 2021, 128.0, "2022-03-01"), sd=[1.0])
    with pytest.raises(tb.NumericalError, match=r"are worth .* only, fewer than .*\(sd\)"):
        model.observe(table).simulate(500, seed=1)
    accepted = model.observe(table, least_effective=1)
    weights = accepted.simulate(500, seed=1)["baseline"].weights
    assert 1 <= 1 / np.sum(weights**2) < 50


# Links


def test_a_link_survives_plan_files_and_its_factor_is_learnt(growth):
    link = tb.Link(
        2021,
        factors={"gdp": tb.lognormal(mean=1.1, sd=0.05), "twice": "1 + 0 * trend"},
        basis="new boundary",
        label={"en": "New boundary", "zh": "新口径"},
        source="bulletin",
    )
    model = growth.with_(links={"boundary": link})
    again = tb.Model.from_toml(model.to_toml())
    assert dict(again.links) == {"boundary": link}
    assert again == model
    table = columns(("gdp", 2021, 118.0, "2022-03-01"), basis=["new boundary"])
    held = again.observe(table)
    assert held.known.table["basis"].tolist() == ["new boundary"]
    new = held.simulate(10_000, seed=8, design="antithetic", basis="new boundary")["baseline"]
    np.testing.assert_allclose(new["gdp"][0], 118.0, rtol=1e-12)
    old = held.simulate(10_000, seed=8, design="antithetic")["baseline"]
    # log y = log x + log f: what is unexpected is shared in proportion to the variances.
    variance = math.log(1 + (0.05 / 1.1) ** 2)
    own = TREND_SD**2 + SD**2
    gap = math.log(118 / 100) - TREND - (math.log(1.1) - variance / 2)
    found, _ = moments(np.log(old["gdp"][0]), old.weights)
    assert found == pytest.approx(math.log(100) + TREND + gap * own / (own + variance), abs=1e-9)
    with pytest.raises(tb.ModelError, match='no link to the basis "new"'):
        again.observe({**table, "basis": ["new"]})


# The plan that ships


@pytest.fixture(scope="module")
def yuecheng(plan):
    """The probabilities of the plan before and after the outturns of 2022, on the old basis."""
    revenue = tb.Target("revenue-2025", indicator="fiscal_revenue", period=2025, at_least=100)
    options = {"paths": 2000, "seed": 1, "scenarios": "baseline"}
    table = plan.add(revenue).rounds(tb.plans.outturns(), **options)
    return {(row["as_of"], row["target"]): row for row in table.rows()}


def test_the_outturns_of_2022_lower_product_and_revenue_of_yuecheng(yuecheng):
    for target in ("gdp-2025", "gdp-per-capita-2025", "revenue-2025", "vision-2035"):
        before, after = yuecheng["", target], yuecheng["2023-04-14", target]
        assert after["probability"] < before["probability"], target
    for target in ("gdp-2025", "revenue-2025"):
        before, after = yuecheng["", target], yuecheng["2023-04-14", target]
        assert after["high"] < before["low"], target


def test_a_fall_of_revenue_like_that_of_2022_was_rare_and_no_surprise(plan):
    known = columns(("fiscal_revenue", 2021, 93.13, "2022-04-14"), basis=["new boundary"])
    runs = plan.observe(known).simulate(
        20_000, seed=1, scenarios="baseline", keep="fiscal_revenue", basis="new boundary"
    )
    ensemble = runs["baseline"]
    fell = np.average(ensemble["fiscal_revenue"][1] <= 86.33, weights=ensemble.weights)
    # With the spread of Zhejiang alone it was 0.4 %; the standard error of a share is 0.1 points.
    assert 0.01 < fell < 0.1


def test_effective_paths_say_how_much_the_outturns_left(yuecheng):
    effective = {day: row["effective_paths"] for (day, _), row in yuecheng.items()}
    assert effective[""] == 2000
    # Paths choose events as the outturns say: four in five count.
    assert 1500 < effective["2023-04-14"] < 2000


# Shell


def track(*arguments):
    return main(["track", *map(str, arguments)])


@pytest.fixture
def files(growth, tmp_path):
    """A plan and its outturns as files."""
    growth.save(tmp_path / "plan.toml")
    tb.Table(REVISED).to_csv(tmp_path / "outturns.csv")
    return tmp_path / "plan.toml", tmp_path / "outturns.csv"


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_shell_tracks_a_plan(growth, files, tmp_path, capsys):
    out = tmp_path / "out"
    assert track(*files, "--out", out, "--paths", 500, "--seed", 1) == 0
    printed = capsys.readouterr().out
    assert "target (baseline)" in printed
    assert all(name in printed for name in ("before", "2022-03-01", "2023-03-01", "rounds.csv"))
    names = {path.name for path in out.iterdir()}
    assert {"fan.csv", "attainment.csv", "rounds.csv", "run.json"} <= names
    written = [row for row in rows(out / "rounds.csv") if row["target"] == "gdp-2025"]
    wanted = growth.rounds(REVISED, paths=500, seed=1).filter(target="gdp-2025")
    assert [row["as_of"] for row in written] == wanted["as_of"].tolist()
    assert [float(row["probability"]) for row in written] == wanted["probability"].tolist()
    line = next(line for line in printed.splitlines() if line.startswith("gdp-2025"))
    for low, high in zip(wanted["low"], wanted["high"], strict=True):
        assert f"({100 * low:.1f} to {100 * high:.1f})" in line
    attained = next(row for row in rows(out / "attainment.csv") if row["target"] == "gdp-2025")
    assert float(attained["probability"]) == pytest.approx(wanted["probability"][-1])
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert record["outturns"] == {"file": "outturns.csv", "as_of": None}
    assert (record["seed"], record["paths"]) == (1, 500)


def test_the_shell_looks_as_of_a_day(files, tmp_path):
    out = tmp_path / "out"
    options = ("--as-of", "2022-12-31", "--out", out, "--paths", 300, "--seed", 1)
    assert track(*files, *options) == 0
    assert {row["as_of"] for row in rows(out / "rounds.csv")} == {"", "2022-03-01"}
    fan = [row for row in rows(out / "fan.csv") if row["indicator"] == "gdp"]
    assert float(fan[0]["q05"]) == float(fan[0]["q95"]) == 104.0
    assert float(fan[1]["q05"]) < float(fan[1]["q95"])


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (("--as-of", "yesterday"), "yesterday"),
        (("--basis", "nowhere"), "nowhere"),
        (("--scenario", "basline"), 'did you mean "baseline"?'),
    ],
)
def test_wrong_options_of_track_are_exit_2(files, tmp_path, capsys, more, message):
    assert track(*files, "--out", tmp_path / "out", "--paths", 100, *more) == 2
    printed = capsys.readouterr().err
    assert message in printed
    assert "Traceback" not in printed


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "outturns.csv"),
        ("", "is empty"),
        ("indicator,period,value,vintage\ngdpp,2021,1,2022-03-01\n", 'did you mean "gdp"?'),
        ("indicator,period,value,vintage\ngdp,2021,nan,2022-03-01\n", "has no value"),
    ],
)
def test_wrong_outturns_are_exit_2(files, tmp_path, capsys, text, message):
    plan, outturns = files
    outturns.unlink() if text is None else outturns.write_text(text, encoding="utf-8")
    assert track(plan, outturns, "--out", tmp_path / "out", "--paths", 100) == 2
    printed = capsys.readouterr().err
    assert message in printed
    assert "Traceback" not in printed


# What would have to be true, given what is known


def test_requirements_of_a_tracked_run_are_those_of_its_own_draws(growth):
    level = levels(GROWTH)
    table = columns(("gdp", 2021, float(level[0]), "2022-03-01"))
    runs = growth.observe(table).simulate(20_000, seed=3)
    baseline = runs["baseline"]
    rows = {(r["kind"], r["name"]): r for r in runs.requirements("gdp-2025", by_period=True).rows()}
    trend = rows["parameter", "trend"]
    met = baseline["gdp"][4] >= 130
    share = np.average(met, weights=baseline.weights)
    mean = share * trend["met"] + (1 - share) * trend["missed"]
    # The parameter as the outturn taught it, not as the plan drew it: the conjugate posterior.
    precision = 1 / TREND_SD**2 + 1 / SD**2
    wanted = (TREND / TREND_SD**2 + GROWTH[0] / SD**2) / precision
    assert mean == pytest.approx(wanted, abs=5 * precision**-0.5 / math.sqrt(20_000))
    # The shock of the observed year is what is left of growth: further down where the trend is up.
    table = runs.requirements("gdp-2025", by_period=True)
    first = next(table.filter(kind="shock", periods="2021").rows())
    for side in ("met", "missed"):
        assert first[side] == pytest.approx(GROWTH[0] - trend[side], abs=1e-9)


def test_requirements_of_a_tracked_run_know_its_events():
    event = tb.Event(0.1, size={"gdp": -0.1, "flag": 1.0}, duration=1)
    model = tb.Model(
        "crisis",
        "2021..2023",
        indicators={
            "gdp": tb.Indicator(history={2020: 100.0}, equation="dlog(gdp) ~ 0.05"),
            "flag": tb.Indicator(equation="flag ~ 0"),
        },
        shocks={"gdp": tb.normal(0.0, SD), "flag": tb.normal(0.0, 1e-9)},
        events={"crisis": event},
        targets=[tb.Target("hit", indicator="flag", over="sum", period="2021..2022", at_least=0.5)],
    )
    held = model.observe(columns(("gdp", 2021, 96.0, "2022-03-01")))
    runs = held.simulate(4000, seed=1)
    row = next(runs.requirements("hit").filter(kind="event").rows())
    assert row["missed"] == 0
    assert row["met"] >= 1
    growth = math.log(0.96)
    hit, none = (math.exp(-0.5 * ((growth - m) / SD) ** 2) for m in (-0.05, 0.05))
    wanted = 1 - (0.9 * none / (0.1 * hit + 0.9 * none)) * 0.9
    found = runs.probability("hit")["probability"][0]
    assert found == pytest.approx(wanted, abs=0.035)  # five standard errors


def test_the_most_likely_path_goes_through_the_outturns(growth):
    level = levels(GROWTH[:1])
    table = columns(("gdp", 2021, float(level[0]), "2022-03-01"))
    runs = growth.observe(table).simulate(500, seed=1)
    found = runs.most_likely("gdp-2025")
    gdp = found.table.filter(kind="indicator", name="gdp")
    assert gdp["value"][0] == pytest.approx(level[0], rel=1e-5)
    assert gdp["usual"][0] == pytest.approx(level[0], rel=1e-5)
    precision = 1 / TREND_SD**2 + 1 / SD**2
    mean = (TREND / TREND_SD**2 + GROWTH[0] / SD**2) / precision
    usual = math.log(level[0]) + 4 * mean
    assert math.log(gdp["usual"][4]) == pytest.approx(usual, abs=1e-5)
    # All is linear in logs: how far the bound is from the posterior median, in standard deviations.
    wanted = (math.log(130) - usual) / math.sqrt(4 * SD**2 + 16 / precision)
    assert found.distance == pytest.approx(max(wanted, 0.0), abs=1e-3)
    assert not any("outturn" in name for name in found.table["name"].tolist())


@pytest.mark.parametrize("a", [1, tb.normal(1, 0.5)])
@pytest.mark.parametrize("value", [3.0, 1.5])
def test_the_most_likely_path_is_that_of_the_parameters_of_the_run(a, value):
    """The innovation of 2022 alone is free: it makes up what the median lacks."""
    model = tb.Model(
        "ar",
        "2021..2023",
        indicators={"x": tb.Indicator(history={2020: 0}, equation="x ~ a + 0.5 * x[-1]")},
        parameters={"a": a},
        shocks={"x": tb.normal(0, 1)},
        targets=[tb.Target("high", indicator="x", period=2022, at_least=6)],
    )
    held = model.observe(columns(("x", 2021, 2.0, "2022-03-01")))
    runs = held.simulate(500, seed=1, parameters={"a": value})
    found = runs.most_likely("high")
    x = found.table.filter(kind="indicator", name="x")
    assert x["usual"][:2].tolist() == pytest.approx([2.0, value + 1.0], abs=1e-5)
    assert x["value"][:2].tolist() == pytest.approx([2.0, 6.0], abs=1e-5)
    assert found.distance == pytest.approx(5.0 - value, abs=1e-4)
    assert len(found.table.filter(kind="parameter")) == 0


def test_the_most_likely_path_reads_bases_and_errors(growth):
    link = tb.Link(2021, factors={"gdp": tb.lognormal(mean=1.1, sd=0.05)}, basis="new")
    table = columns(("gdp", 2021, 118.0, "2022-03-01"), basis=["new"], sd=[1.0])
    runs = growth.with_(links={"boundary": link}).observe(table).simulate(500, seed=1)
    gdp = runs.most_likely("all").table.filter(kind="indicator", name="gdp")
    assert 100 < gdp["usual"][0] < 118 / 1.05


def test_explanations_of_tracked_models_add_up(growth):
    target = growth.targets[0]
    lower = growth.with_(
        targets=[tb.Target("gdp-2025", indicator="gdp", period=2025, at_least=125)]
    )
    table = columns(("gdp", 2021, 104.0, "2022-03-01"))
    before, after = growth.observe(table), lower.observe(REVISED)
    found = tb.explain(before, after, "gdp-2025", paths=2000, seed=1)
    assert target.id == "gdp-2025"
    assert sum(found.parts["value"]) == pytest.approx(found.change[0], abs=1e-12)
    rounds = [held.attainment(2000, seed=1) for held in (before, after)]
    chances = [t.filter(target="gdp-2025")["probability"][0] for t in rounds]
    assert found.change[0] == pytest.approx(chances[1] - chances[0], abs=1e-9)


# Probabilities alone


def test_attainment_of_a_tracked_model_is_that_of_the_whole_run(plan):
    held = plan.observe(tb.plans.outturns())
    for options in ({}, {"basis": "new boundary"}, {"design": "antithetic"}):
        quick = held.attainment(2000, seed=1, scenarios=["baseline", "weak_investment"], **options)
        runs = held.simulate(2000, seed=1, scenarios=["baseline", "weak_investment"], **options)
        whole = runs.attainment()
        for name in ("scenario", "target", "probability", "low", "high"):
            assert quick[name].tolist() == whole[name].tolist(), name
        assert quick["effective_paths"][0] == runs["baseline"].effective_paths
    assert runs["baseline"].effective_paths > 0.2 * 2000


def test_four_fifths_of_the_paths_count_after_the_outturns_of_2022(plan):
    found = plan.observe(tb.plans.outturns()).attainment(20_000, seed=1, scenarios="baseline")
    assert found["effective_paths"][0] > 0.7 * 20_000


def test_progress_starts_from_the_last_outturn(growth):
    runs = growth.observe(REVISED, as_of="2023-06-01").simulate(2000, seed=1)
    row = next(runs.progress().filter(target="gdp-2025").rows())
    assert (row["last"], row["value"]) == ("2022", 101.0)
    assert row["required_growth"] == pytest.approx((130 / 101) ** (1 / 3) - 1)
    path = runs.required_paths().filter(target="gdp-2025")
    assert path["period"].tolist() == ["2023", "2024", "2025"]
    assert path["required"][-1] == pytest.approx(130)
    assert path["required"][0] == pytest.approx(101 * (130 / 101) ** (1 / 3))
    assert path["predicted"][-1] == pytest.approx(np.median(runs["baseline"]["gdp"][4]), rel=0.01)


# Pictures


def test_pictures_of_what_would_have_to_be_true_keep_their_texts_apart(plan):
    plt = pytest.importorskip("matplotlib.pyplot")
    plt.switch_backend("Agg")
    runs = plan.observe(tb.plans.outturns()).simulate(2000, seed=1, scenarios="baseline")
    for language, parameter in (("en", "(parameter)"), ("zh", "(参数)")):
        ax = runs.plot.requirements("gdp-2025", rows=20, language=language)
        ax.figure.canvas.draw()
        labels = [label.get_text().replace("\n", " ") for label in ax.get_yticklabels()]
        assert any(label.endswith(parameter) for label in labels)
        (dots,) = (line for line in ax.lines if line.get_gid() == "dots")
        table = runs.requirements("gdp-2025").filter(clear=True, of_goal=False)
        assert dots.get_xdata().tolist() == table["difference"].tolist()[:20]
        boxes = [label.get_window_extent() for label in ax.get_yticklabels()]
        for lower, upper in zip(boxes[1:], boxes, strict=False):
            assert lower.y1 <= upper.y0 + 2
        plt.close(ax.figure)
        ax = runs.plot.most_likely("gdp-2025", language=language)
        (path,) = (line for line in ax.lines if line.get_gid() == "most likely")
        assert path.get_ydata()[-1] == pytest.approx(1500, rel=1e-4)
        assert ax.get_title(loc="left") == plan.indicators["gdp"].text(language)
        plt.close(ax.figure)


def test_the_shell_draws_what_moved_most(files, tmp_path, capsys):
    pytest.importorskip("matplotlib")
    out = tmp_path / "out"
    assert track(*files, "--out", out, "--paths", 300, "--seed", 1) == 0
    assert "rounds.png" in capsys.readouterr().out
    assert (out / "rounds.png").read_bytes().startswith(b"\x89PNG")
    (out / "rounds.png").unlink()
    assert track(*files, "--out", out, "--paths", 300, "--seed", 1, "--no-charts") == 0
    assert not (out / "rounds.png").exists()


def test_figures_on_both_bases_say_what_the_factor_is(growth):
    link = tb.Link(2021, factors={"gdp": tb.lognormal(mean=1.1, sd=0.05)}, basis="new")
    model = growth.with_(links={"boundary": link})
    rows = (("gdp", 2021, 104.0, "2022-03-01"), ("gdp", 2021, 117.0, "2022-03-01"))
    held = model.observe(columns(*rows, basis=["", "new"]))
    assert len(held.known) == 2
    new = held.simulate(500, seed=1, basis="new")["baseline"]
    np.testing.assert_allclose(new["gdp"][0], 117.0, rtol=1e-12)
    old = held.simulate(500, seed=1)["baseline"]
    np.testing.assert_allclose(new["gdp"], old["gdp"] * 117 / 104, rtol=1e-12)
    tied = tb.Link(2021, factors={"gdp": "1 + trend"}, basis="new")
    with pytest.raises(tb.ModelError, match=r"cannot be read off.*\(sd\)"):
        growth.with_(links={"boundary": tied}).observe(columns(*rows, basis=["", "new"]))


def test_a_run_that_is_conditioned_on_nothing_says_so(growth):
    known = tb.Outturns(columns(("gdp", 2021, 105.0, "2022-01-20")))
    runs = growth.observe(known, as_of="2012-01-20").simulate(200, seed=1)
    note = runs.notes[0]
    assert (note.kind, note.address) == ("nothing_known", "outturns")
    assert note.message.startswith(
        "not one actual value was known on 2012-01-20; the first is of 2022-01-20"
    )
    kinds = [note.kind for note in growth.observe(known).simulate(200, seed=1).notes]
    assert "nothing_known" not in kinds


def two_of_two(y, z, first, second):
    """Two values of one period, each a function of two normal numbers, and nothing else."""
    model = tb.Model(
        "m",
        "2021..2022",
        indicators={
            "a": tb.Indicator(equation="a ~ 0", history={2020: 0}),
            "b": tb.Indicator(equation="b ~ 0", history={2020: 0}),
            "y": tb.Indicator(equation=f"y = {y}"),
            "z": tb.Indicator(equation=f"z = {z}"),
        },
        shocks={"a": tb.normal(0, 1), "b": tb.normal(0, 1)},
    )
    known = columns(("y", 2021, first, "2022-01-20"), ("z", 2021, second, "2022-01-20"))
    return model.observe(known, least_effective=0).simulate(400, seed=1)


@pytest.mark.parametrize("slope", [0.9, 0.7])
def test_numbers_that_are_not_found_are_all_that_the_evidence_lacks(slope):
    """``exp(a) + b`` and ``exp(b) + slope a`` have one solution, the same in all paths."""
    runs = two_of_two("exp(a) + b", f"exp(b) + {slope}*a", 0.5, 0.2)
    low, high = -30.0, 0.0
    for _ in range(200):
        a = 0.5 * (low + high)
        low, high = (a, high) if math.exp(0.5 - math.exp(a)) + slope * a < 0.2 else (low, a)
    b = 0.5 - math.exp(a)
    density = math.exp(-0.5 * (a * a + b * b)) / (2 * math.pi) / abs(math.exp(a + b) - slope)
    found = 1 - runs["baseline"].unsolved_paths / 400
    assert found > 0.5
    assert runs["baseline"].evidence == pytest.approx(math.log(density * found), abs=1e-5)


def test_paths_in_which_no_numbers_give_two_values_together_are_counted():
    """Without b: ``0.9 exp(a) + exp(-a)``, which is at least 1.897, would have to be 1.71."""
    runs = two_of_two("exp(a) + b", "exp(-a) - 0.9*b", 0.9, 0.9)
    unsolved = runs["baseline"].unsolved_paths
    assert unsolved > 0
    note = next(note for note in runs.notes if note.kind == "unsolved_paths")
    assert note.values == {"paths": unsolved}
