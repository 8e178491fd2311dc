"""Streamed runs: what paths add up to is what they would have said, in memory that does not grow with them."""

import copy
import csv
import math
import pickle
import subprocess
import sys
from fractions import Fraction

import numpy as np
import pytest

import tinbergen as tb
from tinbergen.errors import NotKeptError, NotStoredError
from tinbergen.results.ensemble import Ensemble
from tinbergen.results.runs import Runs

PATHS = 3000
LEVELS = (0, 0.01, 0.05, 0.5, 0.95, 0.99, 1)


@pytest.fixture(scope="module")
def streamed(plan):
    return plan.simulate(PATHS, seed=5, store="streamed")


@pytest.fixture(scope="module")
def stored(plan):
    return plan.simulate(PATHS, seed=5)


def sd_of(values):
    """Return the standard deviation in rational numbers, to more digits than a double has."""
    exact = [Fraction(value) for value in values.tolist()]
    mean = sum(exact) / len(exact)
    variance = sum((x - mean) ** 2 for x in exact) / (len(exact) - 1)
    scale = 2**200
    return float(mean), math.isqrt(variance.numerator * scale**2 // variance.denominator) / scale


def test_probabilities_are_those_of_stored_paths_to_the_bit(streamed, stored):
    columns = ("scenario", "target", "probability", "low", "high", "undefined")
    rows = stored.attainment().filter(lambda row: row["scenario"] != "mixture")
    found = streamed.attainment()
    assert found.select(*columns) == rows.select(*columns)
    for name in ("h05", "h25", "h50", "h75", "h95"):
        alike = found[name] == rows[name]
        near = np.abs(found[name] - rows[name]) <= found["headroom_error"]
        assert (alike | near | np.isnan(rows[name])).all()
    wide = streamed.attainment(wide=True)
    assert wide["baseline"].tolist() == stored.attainment(wide=True)["baseline"].tolist()


def test_moments_are_exact_sums_rounded_once(streamed, stored):
    for name in ("gdp", "rd_share", "unemployment"):
        table = streamed["baseline"].moments(name)
        for k in (0, 4, 14):
            values = stored["baseline"][name][k]
            mean, sd = sd_of(values)
            row = list(table.rows())[k]
            assert row["mean"] == pytest.approx(mean, rel=3e-16)
            assert row["sd"] == pytest.approx(sd, rel=5e-16)
            assert (row["least"], row["greatest"]) == (values.min(), values.max())
            assert row["paths"] == PATHS


def test_quantiles_are_within_their_bound_and_extremes_exact(streamed, stored):
    for scenario in streamed:
        found = streamed[scenario].fan(quantiles=LEVELS)
        exact = stored[scenario].fan(quantiles=LEVELS)
        names = [name for name in exact.columns if name.startswith("q")]
        assert found.columns == (*exact.columns, "error")
        for name in names:
            assert (np.abs(found[name] - exact[name]) <= found["error"]).all(), name
        assert (found["q00"] == exact["q00"]).all()
        assert (found["q100"] == exact["q100"]).all()
        assert np.allclose(found["mean"], exact["mean"], rtol=1e-12, atol=0)


def test_the_error_says_what_quantiles_are_worth(plan):
    runs = plan.simulate(50_000, seed=1, scenarios="baseline", keep=["gdp"], store="streamed")
    exact = plan.simulate(50_000, seed=1, scenarios="baseline", keep=["gdp"])
    found, exact = runs.fan("gdp"), exact.fan("gdp")
    spread = exact["q95"] - exact["q05"]
    assert (found["error"] < 0.005 * spread).all()
    for name in ("q05", "q25", "q50", "q75", "q95"):
        # What it is off by is a small part of the bound.
        assert (np.abs(found[name] - exact[name]) < 0.001 * spread).all()
    assert "error" in repr(found)


def test_it_is_a_mapping_of_scenarios_without_the_mixture(streamed, plan):
    assert list(streamed) == list(plan.scenarios) or "baseline" in streamed
    assert "mixture" not in streamed
    assert len(streamed) == len(list(streamed.keys()))
    assert streamed.get("no such") is None
    with pytest.raises(tb.UnknownNameError, match="did you mean"):
        streamed["baselin"]
    with pytest.raises(NotStoredError, match='store="stored"'):
        streamed["mixture"]
    assert streamed.info["paths"] == PATHS
    assert streamed.info["seed"] == 5
    assert repr(streamed).startswith("<StreamedRuns of 'Yuecheng")
    assert "<table" in streamed._repr_html_()


def test_what_needs_paths_is_refused_and_names_the_way_out(streamed):
    have = {name for name in dir(streamed) if not name.startswith("_")}
    refused = [n for n in dir(Runs) if not n.startswith("_") and n not in have]
    assert {"tornado", "to_pandas", "archive", "revise", "probability", "contrast"} <= set(refused)
    for name in refused:
        with pytest.raises(NotStoredError, match=f'{name}: .*store="stored"'):
            getattr(streamed, name)
    ensemble = streamed["baseline"]
    have = {name for name in dir(ensemble) if not name.startswith("_")}
    refused = [n for n in dir(Ensemble) if not n.startswith("_") and n not in have]
    assert {"inputs", "headroom", "to_arrow", "met"} <= set(refused)
    for name in refused:
        with pytest.raises(NotStoredError, match='store="stored"'):
            getattr(ensemble, name)
    with pytest.raises(NotStoredError, match='paths of "gdp"'):
        ensemble["gdp"]
    with pytest.raises(tb.UnknownNameError):
        ensemble["gpd"]
    with pytest.raises(AttributeError):
        streamed.no_such_thing()
    assert not hasattr(streamed, "__dataframe__")
    with pytest.raises(NotStoredError):
        streamed.in_words().probability("gdp-2025 and rd-share-2025")


def test_what_is_not_kept_is_not_there(plan):
    few = plan.simulate(200, seed=1, keep=["gdp"], store="streamed")["baseline"]
    assert few.indicators == ("gdp",)
    with pytest.raises(NotKeptError):
        few.fan("population")


def test_words_notes_charts_and_history(streamed, stored):
    assert streamed.in_words().joint() == stored.in_words().joint()
    assert str(streamed.notes[-2]).startswith("storage: run.storage: no path is kept")
    assert "the mixture" in str(streamed.notes[-2]) or "mixture" not in stored
    found = streamed["baseline"].history("gdp_per_capita")
    assert found == pytest.approx(stored["baseline"].history("gdp_per_capita"), rel=1e-12)
    pytest.importorskip("matplotlib")
    assert streamed.plot.attainment() is not None
    ax = streamed["baseline"].plot.fan("gdp", attainment=streamed.attainment())
    assert ax.get_title(loc="left")
    assert streamed["baseline"].plot.fan("gdp") is not None
    with pytest.raises(NotStoredError):
        streamed["baseline"].plot.spaghetti("gdp")


def test_ranges_merge_to_one_run_to_the_bit(plan):
    def part(first, paths, **more):
        settings = {"seed": 3, "scenarios": ["baseline"], "store": "streamed"} | more
        return plan.simulate(paths, first_path=first, **settings)

    whole = part(0, 2500)
    parts = [
        pickle.loads(pickle.dumps(p)) for p in (part(1000, 1500), part(0, 700), part(700, 300))
    ]
    merged = parts[0].merge(parts[1]).merge(parts[2])
    assert merged.info["paths"] == 2500
    assert merged.fan() == whole.fan()
    assert merged.moments() == whole.moments()
    assert merged.attainment() == whole.attainment()
    with pytest.raises(tb.ModelError, match="path 0 is in both"):
        merged.merge(whole)
    with pytest.raises(tb.ModelError, match="they differ in the seed"):
        part(0, 10).merge(part(10, 10, seed=4))
    with pytest.raises(TypeError, match="expected a streamed run"):
        whole.merge(plan.simulate(10, seed=3))
    with pytest.raises(TypeError, match="merged"):
        pickle.dumps(merged)


def test_it_is_pickled_by_recipe(streamed, plan):
    again = pickle.loads(pickle.dumps(streamed))
    assert again.fan() == streamed.fan()
    assert again.attainment() == streamed.attainment()
    assert again.recipe.settings["store"] == "streamed"
    assert copy.deepcopy(streamed) is streamed
    assert copy.copy(streamed) is streamed
    later = plan.simulate(20, seed=1, scenarios="baseline", first_path=500, store="streamed")
    assert pickle.loads(pickle.dumps(later)).moments() == later.moments()
    with pytest.raises(TypeError, match="pickle the run"):
        pickle.dumps(streamed["baseline"])


def test_what_cannot_be_streamed_is_refused_by_name(plan):
    with pytest.raises(tb.ModelError, match=r"design: .*antithetic"):
        plan.simulate(10, seed=1, design="antithetic", store="streamed")
    with pytest.raises(ValueError, match="until"):
        plan.simulate(until=0.01, seed=1, store="streamed")
    with pytest.raises(ValueError, match="first_path"):
        plan.simulate(10, seed=1, first_path=5)
    with pytest.raises(ValueError, match="first_path"):
        plan.simulate(10, seed=1, first_path=-5, store="streamed")
    with pytest.raises(ValueError, match=r'store: expected one of "stored", .*, not \'disk\''):
        plan.simulate(10, seed=1, store="disk")
    with pytest.raises(ValueError, match="conditioned on actual values"):
        plan.observe(tb.plans.outturns()).simulate(10, seed=1, store="streamed")
    with pytest.raises(tb.ModelError, match="design: paths of the design sobol"):
        plan.simulate(10, seed=1, design="sobol", store="streamed", first_path=10)


def test_progress_is_told(plan):
    told = []
    plan.simulate(
        100_000,
        seed=1,
        keep=["gdp"],
        scenarios="baseline",
        store="streamed",
        progress=lambda *a: told.append(a),
    )
    assert told[0] == (0, 100_000)
    assert told[-1] == (100_000, 100_000)
    assert len(told) > 2


def test_a_run_that_does_not_fit_names_the_way_out(plan):
    with pytest.raises(tb.MemoryLimitError, match='store="streamed"'):
        plan.simulate(100_000, seed=1, memory_limit="50 MB")
    with pytest.raises(tb.MemoryLimitError) as caught:
        plan.observe(tb.plans.outturns()).simulate(100_000, seed=1, memory_limit="50 MB")
    assert "streamed" not in str(caught.value)


@pytest.mark.skipif(sys.platform == "win32", reason="no resource there")
def test_memory_does_not_grow_with_paths():
    code = """
import resource
import tinbergen as tb
plan = tb.plans.minimal()
plan.simulate(2_000, seed=1, store="streamed").attainment()
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
before = peak()
plan.simulate(1_000_000, seed=1, store="streamed").attainment()
print(peak() - before)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    unit = 1 if sys.platform == "darwin" else 1024
    assert int(done.stdout) * unit < 10e6  # stored, they take 100 MB


def test_the_shell_streams(tmp_path):
    from tinbergen.shell.cli import main

    plan, both = str(tb.plans.path()), {}
    for store in ("streamed", "stored"):
        out = tmp_path / store
        asked = ["run", plan, "--paths", "500", "--seed", "1", "--out", str(out), "--store", store]
        assert main([*asked, "--no-charts"]) == 0
        with (out / "attainment.csv").open() as file:
            both[store] = [row for row in csv.reader(file) if row[0] != "mixture"]
        assert (out / "fan.csv").read_text().startswith("scenario,indicator,period,mean,q05,")
    assert both["streamed"] == both["stored"]
    assert main(["run", plan, "--store", "streamed", "--charts", "--out", str(tmp_path)]) == 2
