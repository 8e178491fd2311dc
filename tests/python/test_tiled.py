"""Tiled runs: what stored paths say, to the bit, in the memory of a few periods; and what a memory limit decides."""

import copy
import csv
import json
import os
import pickle
import subprocess
import sys

import numpy as np
import pytest
from oracle.generator import random_plan

import tinbergen as tb
from tinbergen import _core
from tinbergen.basics.run_kinds import RunKind
from tinbergen.errors import NotKeptError, NotStoredError
from tinbergen.results.ensemble import QUANTILES, Ensemble
from tinbergen.results.runs import Runs
from tinbergen.shell.cli import main

PATHS = 3000


@pytest.fixture(scope="module")
def tiled(plan):
    return plan.simulate(PATHS, seed=5, store="tiled", quantiles=[0.01, 0.99])


@pytest.fixture(scope="module")
def stored(plan):
    return plan.simulate(PATHS, seed=5)


def without_mixture(table):
    return table.filter(lambda row: row["scenario"] != "mixture")


def assert_alike(tiled, stored):
    """Fans, probabilities, headroom, histories and failures are the same bits."""
    found, exact = tiled.attainment(), without_mixture(stored.attainment())
    assert found.columns == exact.columns
    for name in found.columns:
        assert np.array_equal(found[name], exact[name], equal_nan=found[name].dtype == float), name
    for scenario in tiled:
        one, other = tiled[scenario], stored[scenario]
        fan, known = one.fan(), other.fan()
        assert fan.columns == known.columns
        for name in fan.columns:
            assert np.array_equal(fan[name], known[name], equal_nan=fan[name].dtype == float), name
        assert one.failures() == other.failures()
        for name in one.indicators:
            assert dict(one.history(name)) == dict(other.history(name))


@pytest.mark.parametrize("seed", range(12))
def test_random_plans_say_the_same_whatever_the_tile(seed):
    model = tb.Model.from_toml(random_plan(seed))
    design = ("random", "antithetic", "lhs", "sobol")[seed % 4]
    stored = model.simulate(300, seed=seed, design=design)
    for tile, threads in ((1, 1), (2, 2), (3, 1), (None, 2)):
        core = _core.tiled(
            model._program(),
            {"paths": 300, "seed": seed, "design": design, "threads": threads},
            quantiles=QUANTILES,
            tile=tile,
        )
        assert core.tiles > 1 or tile is None or len(stored["baseline"].periods) <= tile
        assert_alike(tb.TiledRuns(model, core, None), stored)


def test_it_says_what_stored_paths_say(tiled, stored, plan):
    assert_alike(tiled, stored)
    levels = (0, 0.01, 0.05, 0.5, 0.99, 1)
    assert tiled.fan("gdp", levels) == fans(stored, levels, tiled)
    table = tiled.moments("gdp").filter(scenario="baseline")
    paths = stored["baseline"]["gdp"]
    assert table["sd"] == pytest.approx(paths.std(axis=1, ddof=1), rel=1e-12)
    assert (table["least"] == paths.min(axis=1)).all()
    assert (table["greatest"] == paths.max(axis=1)).all()
    assert (table["paths"] == PATHS).all()
    one = plan.simulate(400, seed=1, store="tiled", scenarios="baseline", keep="gdp")
    assert_alike(one, plan.simulate(400, seed=1, scenarios="baseline", keep="gdp"))
    assert one["baseline"].indicators == ("gdp",)
    with pytest.raises(NotKeptError):
        one["baseline"].fan("population")


def fans(stored, levels, tiled):
    """Return the fans of the scenarios of a tiled run, of stored paths."""
    tables = {name: stored[name].fan("gdp", levels) for name in tiled}
    return tb.Table.stack(
        [table.with_column("scenario", [name] * len(table)) for name, table in tables.items()]
    )


def test_levels_are_chosen_when_it_runs(tiled, plan):
    assert tiled.quantiles == (0.01, *QUANTILES, 0.99)
    with pytest.raises(tb.ModelError, match=r"no quantile was taken at 0\.3.*quantiles="):
        tiled.fan("gdp", [0.3])
    assert "q100" in tiled.fan("gdp", [1]).columns
    with pytest.raises(ValueError, match="between 0 and 1"):
        plan.simulate(10, seed=1, store="tiled", quantiles=[2])
    with pytest.raises(ValueError, match="quantiles: levels are chosen before a tiled run"):
        plan.simulate(10, seed=1, store="streamed", quantiles=[0.2])
    for wrong in (0.2, "0.2"):
        with pytest.raises(TypeError, match="quantiles: expected numbers between 0 and 1"):
            plan.simulate(10, seed=1, store="tiled", quantiles=wrong)
    with pytest.raises(ValueError, match="range_paths: a run is cut into ranges by an executor"):
        plan.simulate(10, seed=1, store="tiled", range_paths=5)
    # What a machine with more memory stores is asked for in the same words.
    stored = plan.simulate(10, seed=1, quantiles=[0.2])
    assert "q20" in stored["baseline"].fan(quantiles=[0.2]).columns


def test_what_needs_paths_is_refused_and_names_the_way_out(tiled):
    for run, kind in ((tiled, Runs), (tiled["baseline"], Ensemble)):
        have = {name for name in dir(run) if not name.startswith("_")}
        refused = [n for n in dir(kind) if not n.startswith("_") and n not in have]
        assert len(refused) > 5
        for name in refused:
            with pytest.raises(NotStoredError, match=f'{name}: a tiled run.*store="stored"'):
                getattr(run, name)
    with pytest.raises(NotStoredError, match='paths of "gdp": a tiled run keeps no path'):
        tiled["baseline"]["gdp"]
    with pytest.raises(NotStoredError, match="the mixture of scenarios: a tiled run"):
        tiled["mixture"]
    with pytest.raises(tb.UnknownNameError, match="did you mean"):
        tiled["baselin"]
    with pytest.raises(AttributeError, match="no_such_thing"):
        tiled.no_such_thing()


def test_words_notes_charts_and_pickles(tiled, stored, plan):
    assert tiled.in_words().joint() == stored.in_words().joint()
    assert str(tiled.notes[-2]).startswith(
        "storage: run.storage: no path is kept and what is known"
    )
    assert repr(tiled).startswith("<TiledRuns of 'Yuecheng")
    assert repr(tiled["baseline"]).startswith("<TiledEnsemble 'baseline': 3,000 paths")
    assert tiled.bytes < 10_000_000
    again = pickle.loads(pickle.dumps(tiled))
    assert isinstance(again, tb.TiledRuns)
    assert again.fan() == tiled.fan()
    assert again.quantiles == tiled.quantiles
    assert again.recipe.settings["store"] == "tiled"
    assert copy.deepcopy(tiled) is tiled
    with pytest.raises(TypeError, match="a scenario of a tiled run is pickled with the run"):
        pickle.dumps(tiled["baseline"])
    pytest.importorskip("matplotlib")
    assert tiled.plot.attainment() is not None
    assert tiled["baseline"].plot.fan("gdp", attainment=tiled.attainment()) is not None


def test_what_cannot_be_tiled_is_refused_by_name(plan):
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as pool, pytest.raises(ValueError, match='say store="streamed"'):
        plan.simulate(10, seed=1, store="tiled", executor=pool)
    with pytest.raises(ValueError, match="first_path"):
        plan.simulate(10, seed=1, store="tiled", first_path=5)
    with pytest.raises(ValueError, match="until: a tiled run does not double"):
        plan.simulate(until=0.01, seed=1, store="tiled")
    with pytest.raises(ValueError, match='store="stored"'):
        plan.observe(tb.plans.outturns()).simulate(10, seed=1, store="tiled")
    streamed = plan.simulate(10, seed=1, store="streamed", scenarios="baseline")
    with pytest.raises(TypeError, match="other"):
        streamed.merge(plan.simulate(10, seed=1, store="tiled", scenarios="baseline"))


def test_a_memory_limit_decides_and_what_it_decided_is_said(plan):
    asked = {"paths": 20_000, "seed": 1, "scenarios": "baseline", "threads": 2}
    stored = plan.simulate(**asked)
    assert isinstance(plan.simulate(**asked, memory_limit="300 MB"), Runs)
    runs = plan.simulate(**asked, memory_limit="70 MB", quantiles=[0.02])
    assert isinstance(runs, tb.TiledRuns)
    assert runs.tiles > 1
    assert 0.02 in runs.quantiles
    assert_alike(runs, stored)
    why = "memory_limit=70 MB left no room for paths and made this a tiled run"
    for ask in (
        lambda: runs["baseline"]["gdp"],
        lambda: runs.tornado("gdp-2025"),
        lambda: runs["baseline"].met,
        lambda: runs["mixture"],
    ):
        with pytest.raises(NotStoredError, match=why):
            ask()
    assert "memory_limit=70 MB left no room" in str(runs.notes[-2])
    with pytest.raises(tb.MemoryLimitError, match=r'even tile by tile.*store="streamed"'):
        plan.simulate(**asked, memory_limit="5 MB")
    with pytest.raises(tb.MemoryLimitError, match=r'the tiles need.*store="streamed"'):
        plan.simulate(**asked, memory_limit="5 MB", store="tiled")
    with pytest.raises(tb.MemoryLimitError, match=r'the paths need.*store="tiled"'):
        plan.simulate(**asked, memory_limit="70 MB", store="stored")


LIMITED = """
import json, resource, sys
import tinbergen as tb
store, limit, paths = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
plan = tb.plans.yuecheng()
asked = {"seed": 1, "scenarios": "baseline", "threads": 2, "store": store}
plan.simulate(10, **asked).attainment()
used = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmData"))
room = used * 1024 + limit + (24 << 20)
resource.setrlimit(resource.RLIMIT_DATA, (room, room))
runs = plan.simulate(paths, memory_limit=limit, **asked)
row = runs.attainment().filter(target="all")
fan = runs["baseline"].fan("gdp")
print(json.dumps([float(row["low"][0]), float(fan["mean"].sum()), getattr(runs, "tiles", 0)]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="limits of memory are those of Linux")
def test_no_run_takes_more_than_its_limit():
    def run(store, limit, paths):
        command = [sys.executable, "-c", LIMITED, store, str(limit), str(paths)]
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            env={**os.environ, "MALLOC_ARENA_MAX": "1"},
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    # 51 indicators in 15 years: 6.1 kB a path.
    low, mean, _ = run("stored", 340_000_000, 50_000)
    for limit in (110_000_000, 200_000_000):
        same_low, same_mean, tiles = run("tiled", limit, 50_000)
        assert tiles > 1
        assert (same_low, same_mean) == (low, mean)
    same_low, near, _ = run("streamed", 30_000_000, 50_000)
    assert same_low == low
    assert near == pytest.approx(mean, rel=1e-12)


def test_the_shell_writes_the_same_files(tmp_path, capsys):
    plan = str(tb.plans.path())
    tables = {}
    for store in ("tiled", "stored"):
        out = tmp_path / store
        asked = ["--paths", "500", "--seed", "1", "--out", str(out), "--no-charts"]
        assert main(["run", plan, *asked, "--store", store]) == 0
        tables[store] = [
            [
                row
                for row in csv.reader((out / f"{name}.csv").read_text().splitlines())
                if row[0] != "mixture"
            ]
            for name in ("fan", "attainment")
        ]
    assert tables["tiled"] == tables["stored"]
    assert main(["run", plan, "--store", "tiled", "--charts", "--out", str(tmp_path)]) == 2
    assert "a tiled run has no paths to draw" in capsys.readouterr().err


def test_what_a_run_without_paths_says_of_them_has_one_home(plan):
    class OtherRuns(tb.TiledRuns):
        """Runs of a kind that nobody else knows."""

    runs = OtherRuns(plan, plan.simulate(20, seed=1, store="tiled")._core, None)
    runs._kept_as = RunKind("a run on paper", "its paths are on paper", "{size} of paper")
    for ask in (lambda: runs.tornado, lambda: runs["mixture"], lambda: runs["baseline"]["gdp"]):
        with pytest.raises(NotStoredError, match=r": its paths are on paper$"):
            ask()
    assert " MB of paper" in str(runs.notes[-2])
    again = pickle.loads(pickle.dumps(NotStoredError("met", runs._kept_as)))
    assert str(again) == "met: its paths are on paper"
