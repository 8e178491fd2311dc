"""Runs whose paths are files: the bits of stored ones, read by whoever reads Parquet, gone on with where stopped."""

import json
import pickle
import shutil
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

import numpy as np
import pytest

import tinbergen as tb
from tinbergen.errors import NotKeptError, NotStoredError
from tinbergen.questions import run_writing

pl = pytest.importorskip("polars")
pytest.importorskip("pyarrow")

ASKED = {"seed": 3, "scenarios": ["baseline", "global_downturn"]}
KEPT = ["gdp", "rd_share"]
PATHS = 2500


@pytest.fixture(scope="module")
def folder(plan, tmp_path_factory):
    place = tmp_path_factory.mktemp("runs") / "run"
    plan.simulate(PATHS, **ASKED, keep=KEPT, store="parquet", folder=place, range_paths=1000)
    return place


@pytest.fixture(scope="module")
def stored(plan):
    return plan.simulate(PATHS, **ASKED, keep=KEPT)


def content(folder):
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file()
    }


def test_paths_are_those_of_a_stored_run_to_the_bit(folder, stored):
    runs = tb.read_run(folder)
    assert [file.name[:19] for file in runs.files("baseline")] == [
        "paths-0000000000000",
        "paths-0000000001000",
        "paths-0000000002000",
    ]
    for name in ASKED["scenarios"]:
        for indicator in KEPT:
            assert np.array_equal(runs.paths(indicator, name), stored[name][indicator])


def test_polars_reads_them_lazily(folder, stored):
    frame = tb.read_run(folder).scan()
    assert isinstance(frame, pl.LazyFrame)
    assert set(frame.collect_schema()) == {"scenario", "period", "path", *KEPT}
    means = frame.group_by("scenario", "period").agg(pl.col("gdp").mean()).collect()
    for row in means.iter_rows(named=True):
        k = int(row["period"]) - 2021
        assert row["gdp"] == pytest.approx(stored[row["scenario"]]["gdp"][k].mean(), rel=1e-12)
    one = frame.filter((pl.col("period") == "2025") & (pl.col("scenario") == "baseline"))
    rows = one.sort("path").collect()
    assert rows["path"].to_list() == list(range(PATHS))
    assert rows["gdp"].to_numpy().tolist() == stored["baseline"]["gdp"][4].tolist()


def test_duckdb_reads_them(folder, stored):
    duckdb = pytest.importorskip("duckdb")
    found = duckdb.sql(
        f"select scenario, quantile_cont(gdp, 0.5) from read_parquet('{folder}/*/*.parquet', "
        "hive_partitioning = true) where period = '2030' group by scenario"
    ).fetchall()
    assert dict(found) == {
        name: pytest.approx(float(np.median(stored[name]["gdp"][9])), rel=1e-12)
        for name in ASKED["scenarios"]
    }


def test_it_says_what_a_streamed_run_says(folder, plan):
    runs = tb.read_run(folder)
    streamed = plan.simulate(PATHS, **ASKED, keep=KEPT, store="streamed")
    assert runs.fan() == streamed.fan()
    assert runs.moments() == streamed.moments()
    assert runs.attainment() == streamed.attainment()
    assert runs.recipe.simulate().fan() == streamed.fan()
    again = pickle.loads(pickle.dumps(runs))
    assert again.folder == folder
    assert again.attainment() == streamed.attainment()
    assert repr(runs).startswith("<RunFolder")
    with pytest.raises(NotStoredError):
        runs["baseline"]["gdp"]
    with pytest.raises(TypeError, match="all paths of its run"):
        runs.merge(streamed)
    with pytest.raises(NotKeptError):
        runs.paths("population")
    with pytest.raises(tb.UnknownNameError):
        runs.paths("gpd")
    with pytest.raises(tb.UnknownNameError):
        runs.files("baselin")


@pytest.mark.parametrize("design", ["lhs", "sobol"])
def test_other_designs_and_numbers_for_each_path(plan, tmp_path, design):
    asked = {"seed": 1, "scenarios": "baseline", "keep": "gdp", "design": design}
    asked["parameters"] = {"okun": np.linspace(0.02, 0.2, 700)}
    runs = plan.simulate(700, **asked, store="parquet", folder=tmp_path / "run", range_paths=300)
    assert np.array_equal(runs.paths("gdp"), plan.simulate(700, **asked)["baseline"]["gdp"])
    assert tb.read_run(tmp_path / "run").attainment() == runs.attainment()


def test_workers_write_their_own_ranges(plan, folder, tmp_path):
    asked = {**ASKED, "keep": KEPT, "store": "parquet", "range_paths": 1000}
    with ThreadPoolExecutor(2) as pool:
        plan.simulate(PATHS, **asked, folder=tmp_path / "threads", executor=pool)
    assert content(tmp_path / "threads") == content(folder)
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        plan.simulate(PATHS, **asked, folder=tmp_path / "processes", executor=pool)
    assert content(tmp_path / "processes") == content(folder)


def test_a_run_that_was_stopped_goes_on(plan, folder, tmp_path, monkeypatch):
    asked = {**ASKED, "keep": KEPT, "store": "parquet", "range_paths": 1000}
    place, whole, ran = tmp_path / "run", run_writing.WriteRange.__call__, []

    def count(self, ranges, piece):
        ran.append(piece[0])
        if piece[0] == 1000 and ran.count(1000) == 1:
            raise KeyboardInterrupt
        return whole(self, ranges, piece)

    monkeypatch.setattr(run_writing.WriteRange, "__call__", count)
    with pytest.raises(KeyboardInterrupt):
        plan.simulate(PATHS, **asked, folder=place)
    with pytest.raises(ValueError, match="paths 1000 to 1999 are missing"):
        tb.read_run(place)
    plan.simulate(PATHS, **asked, folder=place)
    assert ran == [0, 1000, 1000, 2000]
    assert content(place) == content(folder)
    # Damaged sums, and paths that are gone, are made again; what is whole is not.
    sums = sorted((place / "sums").iterdir())
    sums[0].write_bytes(sums[0].read_bytes()[:-1])
    (place / "scenario=global_downturn" / f"{sums[2].stem}.parquet").unlink()
    ran.clear()
    # Without a seed it goes on with the one that is there.
    plan.simulate(PATHS, **{**asked, "seed": None}, folder=place)
    assert ran == [0, 2000]
    assert content(place) == content(folder)


def test_another_run_is_refused(plan, folder, tmp_path):
    place = tmp_path / "run"
    shutil.copytree(folder, place)
    before = content(place)
    same = {"paths": PATHS, **ASKED, "keep": KEPT, "range_paths": 1000}
    for change, what in (
        ({"seed": 4}, "settings"),
        ({"paths": 2600}, "paths .2500 there, 2600 here"),
        ({"range_paths": 500}, "range_paths"),
        ({"keep": ["gdp"]}, "settings"),
    ):
        with pytest.raises(FileExistsError, match=f"another run, which differs in {what}"):
            plan.simulate(**{**same, **change}, store="parquet", folder=place)
    with pytest.raises(FileExistsError, match="differs in model"):
        plan.with_(name="other").simulate(**same, store="parquet", folder=place)
    assert content(place) == before
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "mine.txt").write_text("mine")
    with pytest.raises(FileExistsError, match="there are other files in it"):
        plan.simulate(10, store="parquet", folder=tmp_path / "notes")
    (place / "run.json").write_text(json.dumps({"tinbergen": 99}))
    with pytest.raises(FileExistsError, match=r"no run of this version .* name another folder"):
        plan.simulate(**same, store="parquet", folder=place)
    with pytest.raises(FileNotFoundError, match="there is no run in it"):
        tb.read_run(tmp_path / "nowhere")


def test_names_are_told_and_clashes_refused(tmp_path):
    model = tb.Model(
        "m",
        "2021..2022",
        indicators={"x": tb.Indicator(equation="x ~ p")},
        parameters={"p": 1.0},
        shocks={"x": tb.normal(0, 1)},
        scenarios={"schneller_é": tb.Scenario([tb.Change(parameter="p", set=0.1)])},
    )
    runs = model.simulate(20, seed=1, store="parquet", folder=tmp_path / "run")
    assert np.array_equal(runs.paths("x"), model.simulate(20, seed=1)["baseline"]["x"])
    assert set(runs.scan().collect()["scenario"].to_list()) == set(runs)
    clash = tb.Model(
        "m",
        "2021..2022",
        indicators={"path": tb.Indicator(equation="path ~ 0")},
        shocks={"path": tb.normal(0, 1)},
    )
    with pytest.raises(ValueError, match='called "path"'):
        clash.simulate(20, seed=1, store="parquet", folder=tmp_path / "clash")
    with pytest.raises(ValueError, match="folder: "):
        model.simulate(20, store="parquet")
    with pytest.raises(ValueError, match="folder: "):
        model.simulate(20, folder=tmp_path)
    with pytest.raises(tb.ModelError, match="antithetic"):
        model.simulate(20, design="antithetic", store="parquet", folder=tmp_path / "pairs")
