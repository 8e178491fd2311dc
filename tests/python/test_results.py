"""What comes out of a simulation, and how other libraries take it."""

import sys

import numpy as np
import pandas as pd
import polars as pl
import pytest

import tinbergen as tb
from tinbergen.shell.cli import main


def test_arrays_are_views_that_keep_their_memory_and_cannot_be_written(plan):
    view = plan.simulate(paths=50, seed=1, scenarios=["baseline"])["baseline"]["gdp"]
    assert view.shape == (15, 50)
    assert not view.flags.owndata
    assert np.isfinite(view).all()
    with pytest.raises(ValueError, match="read-only"):
        view[0, 0] = 1


def test_python_and_the_seed_give_the_same_numbers_again(plan):
    a = plan.simulate(paths=100, seed=0, threads=1)
    b = plan.simulate(paths=300, seed=0, threads=2)
    for name in a:
        if name != "mixture":
            assert (a[name]["gdp"] == b[name]["gdp"][:, :100]).all()
    assert (plan.simulate(paths=100, seed=2)["baseline"]["gdp"] != a["baseline"]["gdp"]).any()


def test_a_drawn_seed_is_recorded(small):
    runs = small.simulate(paths=20)
    again = small.simulate(paths=20, seed=runs.info["seed"])
    assert (runs["baseline"]["gdp"] == again["baseline"]["gdp"]).all()


def test_fans_are_the_quantiles_of_numpy(runs):
    fan = runs["baseline"].fan("gdp", quantiles=(0.05, 0.5, 0.95))
    expected = np.quantile(runs["baseline"]["gdp"], (0.05, 0.5, 0.95), axis=1)
    for column, row in zip(("q05", "q50", "q95"), expected, strict=True):
        np.testing.assert_allclose(fan[column], row, rtol=1e-14)
    np.testing.assert_allclose(fan["mean"], runs["baseline"]["gdp"].mean(axis=1), rtol=1e-13)


def test_attainment_counts_paths(runs, plan):
    table = runs.attainment().filter(scenario="baseline", target="gdp-2025")
    target = next(t for t in plan.targets if t.id == "gdp-2025")
    share = (runs["baseline"]["gdp"][4] >= target.at_least).mean()
    assert table["probability"][0] == pytest.approx(share, abs=1e-12)
    assert table["low"][0] < share < table["high"][0]


def test_the_mixture_weighs_scenarios_by_their_probabilities(plan, runs):
    mixture = runs["mixture"]
    assert mixture.weights.sum() == pytest.approx(1)
    weighted = (mixture["gdp"][4] * mixture.weights).sum()
    given = {name: s.probability or 0 for name, s in plan.scenarios.items()}
    given["baseline"] = 1 - sum(given.values())
    expected = sum(p * runs[name]["gdp"][4].mean() for name, p in given.items())
    assert weighted == pytest.approx(expected)


def test_common_random_numbers_make_a_contrast_sharper(runs):
    table = runs.contrast("baseline", "trade_friction", ["gdp"])
    rows = table.filter(kind="indicator")
    assert (np.asarray(rows["error"]) < np.asarray(rows["independent_error"])).all()


def test_variance_is_split_over_its_sources(small):
    split = small.variance_split(paths=2000, seed=1, indicators=["gdp"])
    shocks = split.filter(kind="indicator", part="shocks")
    # Shocks are all there is: all of the variance is theirs.
    np.testing.assert_allclose(shocks["first"], 1, atol=0.15)
    assert set(split["part"]) == {"shocks"}


def test_other_libraries_take_the_results(runs):
    baseline = runs["baseline"]
    assert baseline.to_pandas("gdp").shape == (15 * 400, 1)
    assert baseline.to_xarray("gdp").sizes == {"period": 15, "path": 400}
    assert isinstance(runs.attainment().to_pandas(), pd.DataFrame)
    frame = pl.DataFrame(runs.attainment())
    assert frame.columns[:3] == ["scenario", "target", "probability"]


def test_what_was_not_kept_says_so(plan):
    runs = plan.simulate(paths=20, seed=1, keep=["gdp"], scenarios=["baseline"])
    with pytest.raises(KeyError, match="keep"):
        runs["baseline"]["population"]
    assert len(runs.attainment()) > 30


def test_a_memory_limit_is_never_exceeded(plan):
    with pytest.raises(tb.MemoryLimitError, match=r"the limit is 1\.07 GB"):
        plan.simulate(paths=10_000_000, seed=1, memory_limit="1 GiB")


def test_a_run_can_be_interrupted(plan):
    def stop(done, _all):
        if done > 0:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        plan.simulate(paths=200_000, seed=1, scenarios=["baseline"], keep=["gdp"], progress=stop)


def test_tables_render_in_a_notebook(runs):
    html = runs.attainment()._repr_html_()
    assert "<table" in html
    assert "gdp-2025" in html


def test_without_a_limit_no_more_than_half_of_what_is_free_is_taken(plan):
    said = "without a memory limit at most half of what is free is taken"
    if sys.platform != "linux":
        pytest.skip("the system does not say what is free")
    for question in (
        lambda: plan.simulate(10**9, seed=1),
        lambda: plan.simulate(10**9, seed=1, keep="gdp", scenarios="baseline"),
        lambda: plan.variance_split(10**9, seed=1),
        lambda: plan.observe(tb.plans.outturns()).simulate(10**9, seed=1),
        lambda: plan.observe(tb.plans.outturns()).attainment(10**11, seed=1),
    ):
        with pytest.raises(MemoryError, match=said):
            question()


def test_no_memory_is_an_answer_of_the_shell(capsys, tmp_path):
    if sys.platform != "linux":
        pytest.skip("the system does not say what is free")
    arguments = ["--paths", "1000000000", "--out", str(tmp_path)]
    assert main(["run", str(tb.plans.path()), *arguments]) == 2
    assert "ask for fewer paths or scenarios" in capsys.readouterr().err
