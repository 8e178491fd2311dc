"""Runs whose paths are files of any kind: the bits of stored ones, gone on with where stopped."""

import json
import pickle
import shutil
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

import numpy as np
import pytest
from folders import content

import tinbergen as tb
from tinbergen.basics.settings import FILES
from tinbergen.errors import NotKeptError, NotStoredError
from tinbergen.questions import run_writing

LIBRARIES = {"parquet": ("pyarrow", None), "zarr": ("zarr", "3.1")}
# Files of the last and the third range.
GONE = {
    "parquet": [
        "scenario=baseline/paths-0000000003000*",
        "scenario=global_downturn/paths-0000000002000*",
    ],
    "zarr": ["baseline/path/c/3", "global_downturn/rd_share/c/0/2"],
}
ASKED = {"seed": 3, "scenarios": ["baseline", "global_downturn"]}
KEPT = ["gdp", "rd_share"]
PATHS = 3500


@pytest.fixture(scope="module", params=FILES)
def kind(request):
    library, oldest = LIBRARIES[request.param]
    pytest.importorskip(library, minversion=oldest)
    return request.param


@pytest.fixture(scope="module")
def folder(plan, kind, tmp_path_factory):
    place = tmp_path_factory.mktemp("runs") / "run"
    plan.simulate(PATHS, **ASKED, keep=KEPT, store=kind, folder=place, range_paths=1000)
    return place


@pytest.fixture(scope="module")
def stored(plan):
    return plan.simulate(PATHS, **ASKED, keep=KEPT)


def test_paths_are_those_of_a_stored_run_to_the_bit(folder, kind, stored):
    runs = tb.read_run(folder)
    assert runs.store == kind
    for name in ASKED["scenarios"]:
        for indicator in KEPT:
            assert runs.paths(indicator, name).tobytes() == stored[name][indicator].tobytes()


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
    with pytest.raises(NotStoredError, match=r"in files, not in memory; read them \(runs.paths"):
        runs["baseline"]["gdp"]
    (storage,) = (note.message for note in runs.notes if note.kind == "storage")
    assert storage.startswith("paths are in files, and what they add up to takes")
    with pytest.raises(TypeError, match="all paths of its run"):
        runs.merge(streamed)
    with pytest.raises(NotKeptError):
        runs.paths("population")
    with pytest.raises(tb.UnknownNameError):
        runs.paths("gpd")
    with pytest.raises(tb.UnknownNameError):
        runs.files("baselin")


@pytest.mark.parametrize("design", ["lhs", "sobol"])
def test_other_designs_and_numbers_for_each_path(plan, kind, tmp_path, design):
    asked = {"seed": 1, "scenarios": "baseline", "keep": "gdp", "design": design}
    asked["parameters"] = {"okun": np.linspace(0.02, 0.2, 700)}
    runs = plan.simulate(700, **asked, store=kind, folder=tmp_path / "run", range_paths=300)
    assert np.array_equal(runs.paths("gdp"), plan.simulate(700, **asked)["baseline"]["gdp"])
    assert tb.read_run(tmp_path / "run").attainment() == runs.attainment()


def test_workers_write_their_own_ranges(plan, kind, folder, tmp_path):
    asked = {**ASKED, "keep": KEPT, "store": kind, "range_paths": 1000}
    with ThreadPoolExecutor(2) as pool:
        plan.simulate(PATHS, **asked, folder=tmp_path / "threads", executor=pool)
    assert content(tmp_path / "threads") == content(folder)
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        plan.simulate(PATHS, **asked, folder=tmp_path / "processes", executor=pool)
    assert content(tmp_path / "processes") == content(folder)


def test_a_run_that_was_stopped_goes_on(plan, kind, folder, tmp_path, monkeypatch):
    asked = {**ASKED, "keep": KEPT, "store": kind, "range_paths": 1000}
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
    assert ran == [0, 1000, 1000, 2000, 3000]
    assert content(place) == content(folder)
    # Damaged sums, and paths that are gone, are made again; what is whole is not.
    sums = sorted((place / "sums").iterdir())
    sums[0].write_bytes(sums[0].read_bytes()[:-1])
    for pattern in GONE[kind]:
        (file,) = place.glob(pattern)
        file.unlink()
    ran.clear()
    # Without a seed it goes on with the one that is there.
    plan.simulate(PATHS, **{**asked, "seed": None}, folder=place)
    assert ran == [0, 2000, 3000]
    assert content(place) == content(folder)


def test_another_run_is_refused(plan, kind, folder, tmp_path):
    place = tmp_path / "run"
    shutil.copytree(folder, place)
    before = content(place)
    same = {"paths": PATHS, **ASKED, "keep": KEPT, "range_paths": 1000}
    for change, what in (
        ({"seed": 4}, "settings"),
        ({"paths": 2600}, "paths .3500 there, 2600 here"),
        ({"range_paths": 500}, "range_paths"),
        ({"keep": ["gdp"]}, "settings"),
    ):
        with pytest.raises(FileExistsError, match=f"another run, which differs in {what}"):
            plan.simulate(**{**same, **change}, store=kind, folder=place)
    with pytest.raises(FileExistsError, match="differs in model"):
        plan.with_(name="other").simulate(**same, store=kind, folder=place)
    assert content(place) == before
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "mine.txt").write_text("mine")
    with pytest.raises(FileExistsError, match="there are other files in it"):
        plan.simulate(10, store=kind, folder=tmp_path / "notes")
    (place / "run.json").write_text(json.dumps({"tinbergen": 99}))
    with pytest.raises(FileExistsError, match=r"no run of this version .* name another folder"):
        plan.simulate(**same, store=kind, folder=place)
    with pytest.raises(FileNotFoundError, match="there is no run in it"):
        tb.read_run(tmp_path / "nowhere")


def test_a_name_of_the_files_own_and_a_folder_or_kind_alone_are_refused(plan, kind, tmp_path):
    clash = tb.Model(
        "m",
        "2021..2022",
        indicators={"path": tb.Indicator(equation="path ~ 0")},
        shocks={"path": tb.normal(0, 1)},
    )
    with pytest.raises(ValueError, match='called "path"'):
        clash.simulate(20, seed=1, store=kind, folder=tmp_path / "clash")
    with pytest.raises(ValueError, match="folder: "):
        plan.simulate(20, store=kind)
    with pytest.raises(ValueError, match="folder: "):
        plan.simulate(20, folder=tmp_path)
    with pytest.raises(tb.ModelError, match="antithetic"):
        plan.simulate(20, design="antithetic", store=kind, folder=tmp_path / "pairs")


def test_names_too_long_for_a_folder_are_refused_before_anything_is_written(tmp_path):
    # Nine bytes for each letter: a folder of 27 letters is too long, also with its `scenario=`.
    change = tb.Change(parameter="trend_growth", set=0.1)
    named = tb.plans.minimal().add(scenarios={"规" * 28: tb.Scenario([change])})
    with pytest.raises(ValueError, match=r"whose name has 261 bytes, more than the 255"):
        named.simulate(20, seed=1, store="parquet", folder=tmp_path / "long")
    assert not (tmp_path / "long").exists()
