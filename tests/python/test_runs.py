"""Results: arrays without a copy, tables, other libraries."""

import gc
import subprocess
import sys
import threading
import time
from fractions import Fraction

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import xarray as xr

import tinbergen as tb


def test_an_array_is_a_read_only_view_without_a_copy(baseline):
    values = baseline["gdp"]
    assert values.shape == (5, 2000)
    assert values.dtype == np.float64
    assert not values.flags.owndata
    assert not values.flags.writeable
    assert np.shares_memory(values, baseline["gdp"])
    assert values.strides[1] == 8  # all paths of a period lie next to each other
    with pytest.raises(ValueError, match="read-only"):
        values[0, 0] = 1.0
    with pytest.raises(ValueError, match="WRITEABLE"):
        values.flags.writeable = True


def test_a_view_outlives_everything_it_came_from(model):
    runs = model.simulate(1000, seed=5)
    values = runs["baseline"]["gdp"]
    expected = values.copy()
    del runs
    gc.collect()
    np.random.default_rng(0).normal(size=(5, 100_000))  # would reuse freed memory
    assert np.array_equal(values, expected)


def test_identities_hold_to_the_bit_in_every_path(baseline):
    assert np.array_equal(baseline["per_head"], baseline["gdp"] / baseline["population"])


def test_growth_has_the_moments_of_its_closed_form(model):
    # log growth = trend + shock: mean 0.06, variance 0.01^2 + 0.02^2. With 200,000 paths the mean
    # is off by more than 5 standard errors once in 1.7 million seeds.
    ensemble = model.simulate(200_000, seed=7, scenarios="baseline")["baseline"]
    growth = np.log(ensemble["gdp"][1] / ensemble["gdp"][0])
    sd = np.hypot(0.01, 0.02)
    assert abs(growth.mean() - 0.06) < 5 * sd / np.sqrt(growth.size)
    assert abs(growth.std() / sd - 1) < 5 / np.sqrt(2 * growth.size)


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_numbers_do_not_depend_on_threads(model, model_runs, threads):
    other = model.simulate(2000, seed=1, threads=threads)
    for name in ("gdp", "population"):
        assert np.array_equal(other["slump"][name], model_runs["slump"][name])


def test_a_path_does_not_depend_on_how_many_paths_run(model, baseline):
    few = model.simulate(10, seed=1)["baseline"]
    assert np.array_equal(few["gdp"], baseline["gdp"][:, :10])


def test_seed_zero_is_a_seed_and_no_seed_draws_one(model):
    zero = [model.simulate(10, seed=0)["baseline"]["gdp"] for _ in range(2)]
    assert np.array_equal(*zero)
    first, second = (model.simulate(10) for _ in range(2))
    assert first.info["seed"] != second.info["seed"]
    again = model.simulate(10, seed=first.info["seed"])
    assert np.array_equal(again["baseline"]["gdp"], first["baseline"]["gdp"])


@pytest.mark.parametrize("design", ["random", "antithetic", "lhs", "sobol"])
def test_every_design_runs_and_is_recorded(model, design):
    runs = model.simulate(256, seed=1, design=design)
    assert runs.info["design"] == design
    assert np.isfinite(runs["baseline"]["gdp"]).all()


def test_a_fan_is_the_quantiles_of_the_paths(baseline):
    fan = baseline.fan("gdp", quantiles=(0.05, 0.5, 0.975))
    assert fan.columns == ("indicator", "period", "mean", "q05", "q50", "q97_5")
    assert fan["period"].tolist() == ["2021", "2022", "2023", "2024", "2025"]
    expected = np.quantile(baseline["gdp"], [0.05, 0.5, 0.975], axis=1)
    found = np.stack([fan["q05"], fan["q50"], fan["q97_5"]])
    np.testing.assert_allclose(found, expected, rtol=1e-13)
    np.testing.assert_allclose(fan["mean"], baseline["gdp"].mean(axis=1), rtol=1e-13)


def test_the_default_fan_has_the_columns_of_the_shell(model_runs):
    assert model_runs.fan().columns == (
        "scenario", "indicator", "period", "mean", "q05", "q10", "q25", "q50", "q75", "q90", "q95",
    )  # fmt: skip
    assert len(model_runs.fan()) == len(model_runs) * 3 * 5


def test_attainment_is_the_share_of_paths_that_meet_the_target(model_runs):
    ensemble = model_runs["slump"]
    gdp = ensemble["gdp"]
    met = gdp[-1] >= 1300
    grows = (gdp[1:] > gdp[:-1]).all(axis=0)
    table = model_runs.attainment().filter(scenario="slump")
    shares = dict(zip(table["target"].tolist(), table["probability"].tolist(), strict=True))
    assert shares["gdp-2025"] == met.mean()
    assert shares["growth"] == shares["binding"] == grows.mean()
    assert shares["all"] == shares["both"] == (met & grows).mean()
    assert shares["expected"] == met.mean()
    row = next(table.filter(target="gdp-2025").rows())
    np.testing.assert_allclose(row["h50"], np.median(gdp[-1] - 1300), rtol=1e-12)
    assert row["low"] < row["probability"] < row["high"]
    assert np.isnan(table.filter(target="all")["h50"]).all()


def test_a_contrast_is_taken_path_by_path(model_runs):
    difference = model_runs["slump"]["gdp"] - model_runs["baseline"]["gdp"]
    table = model_runs.contrast("baseline", "slump", "gdp").filter(kind="indicator")
    np.testing.assert_allclose(table["difference"], difference.mean(axis=1), rtol=1e-12)
    assert (table["error"][1:] < table["independent_error"][1:] / 5).all()


def test_the_mixture_weighs_scenarios_by_their_probability(model_runs):
    mixture = model_runs["mixture"]
    assert mixture.paths == 3 * 2000
    weights = mixture.weights
    assert not weights.flags.writeable
    np.testing.assert_allclose(weights.reshape(3, -1).sum(axis=1), [0.7, 0.2, 0.1])
    by_scenario = {
        name: model_runs[name]["gdp"].mean() for name in ("baseline", "slump", "deep_slump")
    }
    expected = np.dot([0.7, 0.2, 0.1], list(by_scenario.values()))
    np.testing.assert_allclose((mixture["gdp"] @ weights).mean(), expected)


def test_what_was_not_kept_is_an_error_that_says_so(model, model_runs):
    some = model.simulate(2000, seed=1, keep="population")
    assert some["baseline"].indicators == ("population",)
    with pytest.raises(KeyError, match='paths of "gdp" were not kept'):
        some["baseline"]["gdp"]
    with pytest.raises(tb.UnknownNameError, match='did you mean "gdp"'):
        some["baseline"]["gpd"]
    # targets are evaluated all the same
    assert some.attainment() == model_runs.attainment()


def test_history_is_given_apart_with_the_mean_where_it_is_drawn(baseline):
    assert dict(baseline.history("gdp")) == {tb.Period(2019): 960.0, tb.Period(2020): 1000.0}
    assert baseline.history("population")[2020] == pytest.approx(75.0)


def test_variance_is_split_between_parameters_shocks_and_the_start(model):
    split = model.variance_split(4000, seed=1, indicators=["population"])
    parts = {row["part"]: row for row in split.filter(kind="indicator", period="2021").rows()}
    assert parts["start"]["first"] > 0.9  # 3.8 % spread of the base against 0.5 % of a shock
    assert parts["parameters"]["total"] < 0.01


def test_questions_that_do_not_fit_the_model_are_model_errors(model):
    with pytest.raises(tb.ModelError, match=r'unknown scenario "slum".*did you mean "slump"'):
        model.simulate(10, scenarios=["slum"])
    with pytest.raises(tb.ModelError, match='unknown indicator "gpd"'):
        model.simulate(10, keep=["gpd"])
    with pytest.raises(tb.ModelError, match="design"):
        model.simulate(10, design="sobl")


@pytest.mark.parametrize(
    ("question", "error", "message"),
    [
        ({"paths": 0}, ValueError, "paths must be a whole number from 1"),
        ({"paths": 10.5}, TypeError, "paths must be a whole number"),
        ({"seed": -1}, ValueError, "seed must be"),
        ({"seed": 2**64}, ValueError, "seed must be"),
        ({"threads": 0}, ValueError, "threads must be"),
        ({"memory_limit": "much"}, ValueError, "4 GB"),
    ],
)
def test_settings_out_of_range_say_what_is_expected(model, question, error, message):
    with pytest.raises(error, match=message):
        model.simulate(**question)


def test_the_memory_limit_is_kept_and_said(model):
    with pytest.raises(tb.MemoryLimitError, match="limit") as caught:
        model.simulate(1_000_000, memory_limit="10 MB")
    assert isinstance(caught.value, MemoryError)


def test_too_many_broken_paths_are_a_numerical_error_with_the_place():
    model = tb.Model(
        "breaks",
        "2021..2022",
        indicators={
            "x": tb.Indicator(history={2020: 1.0}, equation="x ~ 0 * x[-1]"),
            "y": tb.Indicator(equation="y = log(x)"),
        },
        shocks={"x": tb.normal(0, 1)},
    )
    with pytest.raises(tb.NumericalError, match="2021") as caught:
        model.simulate(1000, seed=1)
    assert isinstance(caught.value, ArithmeticError)
    assert caught.value.problems[0].address == "indicators.y"
    tolerant = model.with_(failed_paths=1.0).simulate(1000, seed=1)["baseline"]
    row = next(tolerant.failures().filter(indicator="y", period="2021").rows())
    assert row["paths"] == np.isnan(tolerant["y"][0]).sum() > 400


def test_other_threads_run_while_it_simulates(model):
    ticks, stop = [], threading.Event()

    def tick():
        while not stop.is_set():
            ticks.append(time.perf_counter())
            time.sleep(0.001)

    thread = threading.Thread(target=tick)
    thread.start()
    begun = time.perf_counter()
    model.simulate(400_000, seed=1, threads=1)
    ended = time.perf_counter()
    stop.set()
    thread.join()
    during = [t for t in ticks if begun < t < ended]
    assert len(during) > 5


def test_two_threads_may_simulate_the_same_model(model, baseline):
    found = []
    work = lambda: found.append(model.simulate(2000, seed=1)["baseline"]["gdp"])
    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(np.array_equal(values, baseline["gdp"]) for values in found)


@pytest.mark.skipif(sys.platform == "win32", reason="no fork there")
def test_a_forked_process_simulates_too():
    script = """
import os, warnings
import tinbergen as tb
warnings.simplefilter("ignore")
model = tb.plans.yuecheng()
first = model.simulate(100, seed=1)["baseline"]["gdp"].sum()
child = os.fork()
if child == 0:
    same = model.simulate(100, seed=1)["baseline"]["gdp"].sum() == first
    os._exit(0 if same else 1)
_, status = os.waitpid(child, 0)
raise SystemExit(os.waitstatus_to_exitcode(status))
"""
    done = subprocess.run([sys.executable, "-c", script], timeout=60, check=False)
    assert done.returncode == 0


# Other libraries


def test_pandas_has_periods_and_paths_in_the_index(baseline):
    frame = baseline.to_pandas(["gdp", "per_head"])
    assert list(frame.columns) == ["gdp", "per_head"]
    assert frame.index.names == ["period", "path"]
    assert isinstance(frame.index.levels[0], pd.PeriodIndex)
    assert np.array_equal(frame.loc["2025", "gdp"], baseline["gdp"][4])


def test_polars_and_arrow_have_a_column_for_each_indicator(baseline):
    frame = baseline.to_polars()
    assert frame.columns == ["period", "path", "gdp", "population", "per_head"]
    assert frame.height == 5 * 2000
    last = frame.filter(pl.col("period") == "2025")["gdp"].to_numpy()
    assert np.array_equal(last, baseline["gdp"][4])
    assert pa.table(baseline).num_rows == frame.height
    assert pl.DataFrame(baseline).equals(frame)


def test_xarray_has_a_tree_of_scenarios_that_can_be_written(model_runs, tmp_path):
    tree = model_runs.to_xarray()
    assert set(tree.children) == set(model_runs)
    data = tree["slump"]["gdp"]
    assert data.attrs == {"units": "CNY 100 million", "long_name": "GDP"}
    assert np.array_equal(data.sel(period="2023"), model_runs["slump"]["gdp"][2])
    assert np.array_equal(tree["mixture"]["weight"], model_runs["mixture"].weights)
    tree["slump"].to_dataset().to_netcdf(tmp_path / "slump.nc")
    with xr.open_dataset(tmp_path / "slump.nc") as again:
        assert again.sizes == {"period": 5, "path": 2000}


def test_runs_show_their_attainment(model_runs, baseline):
    assert repr(model_runs) == "<Runs of 'small': baseline, slump, deep_slump, mixture>"
    assert "2,000 paths of 3 indicators over 2021..2025" in repr(baseline)
    assert "gdp-2025" in model_runs._repr_html_()
    with pytest.raises(tb.UnknownNameError, match='did you mean "slump"'):
        model_runs["slum"]


def test_a_parameter_of_a_run_is_as_if_the_model_said_so():
    model = tb.plans.yuecheng()
    said = model.add(parameters={"okun": 0.1}, replace=True)
    settings = {"paths": 300, "seed": 2, "scenarios": "baseline"}
    runs = model.simulate(parameters={"okun": 0.1}, **settings)
    same = said.simulate(**settings)
    for name in model.indicators:
        assert np.array_equal(runs["baseline"][name], same["baseline"][name]), name
    assert runs.info["parameters"] == {"okun": 0.1}
    assert "parameters" not in same.info
    assert runs.attainment().to_pandas().equals(same.attainment().to_pandas())


@pytest.mark.parametrize(
    ("parameters", "kind", "message"),
    [
        ({"okun": "0.04"}, TypeError, r"parameters\.okun: expected a number, found '0\.04'"),
        ({"okun": b"1"}, TypeError, r"parameters\.okun: expected a number, found b'1'"),
        ({"okun": True}, TypeError, r"parameters\.okun: expected a number, found True"),
        ({"okun": np.True_}, TypeError, r"parameters\.okun: expected a number, found np\.True_"),
        ({"okun": None}, TypeError, r"parameters\.okun: expected a number, found None"),
        ({"okun": 1j}, TypeError, r"parameters\.okun: expected a number, found 1j"),
        ({"okun": 10**400}, ValueError, r"parameters\.okun: 1000\S+ is too large for a number"),
        ({"okun": float("inf")}, ValueError, r"parameters\.okun: inf is not a finite number"),
        ({1: 0.1}, TypeError, r"parameters: expected the name of a parameter, found 1"),
        (
            {("okun",): 0.1},
            TypeError,
            r"parameters: expected the name of a parameter, found \('okun'",
        ),
        ([("okun", 0.1)], TypeError, r"parameters: expected names with numbers, found \[\('okun'"),
        ("okun", TypeError, r"parameters: expected names with numbers, found 'okun'"),
    ],
)
def test_what_is_no_number_of_a_parameter_is_refused_at_its_address(parameters, kind, message):
    model = tb.plans.yuecheng()
    with pytest.raises(kind, match=f"^{message}"):
        model.simulate(10, parameters=parameters)
    with pytest.raises(kind, match=f"^{message}"):
        model.observe(tb.plans.outturns()).attainment(10, parameters=parameters)


@pytest.mark.parametrize("number", [1, np.float32(1), np.int64(1), np.array(1.0), Fraction(1)])
def test_a_number_of_a_parameter_may_be_of_any_library(number):
    runs = tb.plans.yuecheng().simulate(
        2, seed=1, scenarios="baseline", parameters={"talent_policy": number}
    )
    assert runs.info["parameters"] == {"talent_policy": 1.0}


def test_a_parameter_that_there_is_not_is_refused(tmp_path):
    model = tb.plans.yuecheng()
    with pytest.raises(tb.ModelError, match=r"parameters\.trend_grwth.*trend_growth"):
        model.simulate(10, parameters={"trend_grwth": 0.04})
    runs = model.simulate(10, seed=1, parameters={"trend_growth": 0.04})
    with pytest.raises(ValueError, match="which the plan does not say"):
        runs.archive(tmp_path / "round")


@pytest.mark.parametrize("name", ["macro", "portugal", "yuecheng"])
def test_keep_stores_what_it_names_and_of_others_what_targets_look_at(name):
    model = tb.plans.read(name)
    first, *_ = model.indicators
    few, all_ = (model.simulate(200, seed=1, keep=keep) for keep in (first, None))
    for question in ("attainment", "pairs", "limiting", "shortfall"):
        assert getattr(few, question)() == getattr(all_, question)(), question
    (note,), (whole,) = (runs.notes.of("storage") for runs in (few, all_))
    assert note.values["asked"] == 1
    assert note.values["bytes"] < 0.5 * whole.values["bytes"]


def test_what_needs_every_period_of_an_indicator_names_it_where_it_was_not_kept():
    few = tb.plans.yuecheng().simulate(200, seed=1, keep="gdp", scenarios="baseline")
    for question in ("first_met", "progress"):
        with pytest.raises(tb.ModelError, match="was kept only where targets look at it; name it"):
            getattr(few, question)()
