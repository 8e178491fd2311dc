"""Runs whose paths are Zarr, read lazily by xarray."""

import shutil

import numpy as np
import pytest
from folders import content

import tinbergen as tb
from tinbergen.questions import zarr_files
from tinbergen.questions.file_kinds import FILE_KINDS

pytest.importorskip("zarr", minversion="3.1")
xr = pytest.importorskip("xarray")

ASKED = {"seed": 3, "scenarios": ["baseline", "global_downturn"], "keep": ["gdp", "rd_share"]}
PATHS = 2500


@pytest.fixture(scope="module")
def folder(plan, tmp_path_factory):
    place = tmp_path_factory.mktemp("runs") / "run"
    plan.simulate(PATHS, **ASKED, store="zarr", folder=place, range_paths=1000)
    return place


@pytest.fixture(scope="module")
def stored(plan):
    return plan.simulate(PATHS, **ASKED)


def test_an_indicator_of_a_range_is_a_file(folder):
    runs = tb.read_run(folder)
    # Three ranges, of each scenario a shard for each indicator and the numbers of its paths.
    assert len(runs.files()) == 3 * 2 * 3
    assert all(file.is_file() for file in runs.files())
    assert {file.name for file in runs.files("baseline")} == {"0", "1", "2"}


def test_xarray_reads_them_lazily_and_says_what_stored_paths_say(folder, stored):
    tree, whole = tb.read_run(folder).to_xarray(), stored.to_xarray()
    for name in ASKED["scenarios"]:
        found, wanted = tree[name].to_dataset(), whole[name].to_dataset()
        assert not found["gdp"].variable._in_memory
        one = found["gdp"].sel(period=2025, path=slice(990, 1010))
        assert not found["gdp"].variable._in_memory
        assert np.array_equal(one, wanted["gdp"].sel(period=2025, path=slice(990, 1010)))
        xr.testing.assert_identical(found.load(), wanted)
    assert list(tb.read_run(folder).to_xarray("gdp")["baseline"].data_vars) == ["gdp"]


def test_it_is_opened_without_tinbergen_and_without_a_warning(folder, stored):
    data = xr.open_zarr(folder, group="global_downturn", chunks=None)
    assert np.array_equal(data["gdp"], stored["global_downturn"]["gdp"])
    assert data["gdp"].dims == ("period", "path")
    assert data["gdp"].attrs["units"] == stored.model.indicators["gdp"].unit
    assert data["period"].values.tolist() == list(map(str, stored["baseline"].periods))
    assert data["path"].values.tolist() == list(range(PATHS))
    with xr.open_datatree(folder, engine="zarr", chunks=None) as tree:
        assert set(tree.children) == set(ASKED["scenarios"])


def test_a_period_is_a_chunk_and_a_range_is_a_shard(folder):
    zarr = pytest.importorskip("zarr")
    array = zarr.open_array(folder / "baseline" / "gdp", mode="r")
    assert array.chunks == (1, 1000)
    assert array.shards == (15, 1000)


def test_one_that_was_stopped_before_its_arrays_were_there_goes_on(
    plan, folder, tmp_path, monkeypatch
):
    asked = {**ASKED, "store": "zarr", "range_paths": 1000, "folder": tmp_path / "run"}
    arrays, made = zarr_files.ZarrFiles._arrays, []

    def stop(self, group, layout):
        made.append(group)
        if len(made) == 2:
            raise KeyboardInterrupt
        arrays(self, group, layout)

    monkeypatch.setattr(zarr_files.ZarrFiles, "_arrays", stop)
    with pytest.raises(KeyboardInterrupt):
        plan.simulate(PATHS, **asked)
    plan.simulate(PATHS, **asked)
    assert content(tmp_path / "run") == content(folder)


def test_another_kind_is_refused(plan, folder, tmp_path):
    place = shutil.copytree(folder, tmp_path / "run")
    asked = {**ASKED, "folder": place, "range_paths": 1000}
    with pytest.raises(FileExistsError, match=r"differs in files \(zarr there, parquet here\)"):
        plan.simulate(PATHS, **asked, store="parquet")
    assert content(place) == content(folder)
    with pytest.raises(TypeError, match=r"scan: polars does not read zarr; open it with to_xarray"):
        tb.read_run(folder).scan()
    plan.simulate(50, **ASKED, store="parquet", folder=tmp_path / "other")
    with pytest.raises(TypeError, match=r"to_xarray: xarray does not read parquet; .*scan\(\)"):
        tb.read_run(tmp_path / "other").to_xarray()
    with pytest.raises(ValueError, match=r'store: expected one of "stored", .*"zarr"'):
        plan.simulate(20, store="netcdf")


def test_whoever_reads_a_damaged_shard_hears_of_it(folder, tmp_path):
    place = shutil.copytree(folder, tmp_path / "run")
    shard = place / "baseline" / "gdp" / "c" / "0" / "1"
    whole = bytearray(shard.read_bytes())
    whole[5000] ^= 1
    shard.write_bytes(whole)
    data = xr.open_zarr(place, group="baseline", chunks=None)["gdp"]
    assert np.isfinite(data.sel(path=slice(0, 999)).values).all()
    with pytest.raises(ValueError, match="checksum"):
        data.load()


def test_names_that_are_no_names_of_groups_and_numbers_that_are_none(tmp_path):
    model = tb.Model(
        "m",
        "2021..2022",
        indicators={
            "x": tb.Indicator(equation="x ~ p"),
            "y": tb.Indicator(equation="y = log(x)"),
        },
        parameters={"p": 1.0},
        shocks={"x": tb.normal(0, 1)},
        scenarios={
            name: tb.Scenario([tb.Change(parameter="p", set=-100)])
            for name in ("schneller_é", "sums", "_x", "x")
        },
        failed_paths=1,
    )
    runs = model.simulate(20, seed=1, store="zarr", folder=tmp_path / "run", range_paths=7)
    stored = model.simulate(20, seed=1)
    assert np.isnan(stored["sums"]["y"]).all()
    tree = tb.read_run(tmp_path / "run").to_xarray()
    for name in stored:
        for indicator in ("x", "y"):
            wanted = stored[name][indicator]
            assert np.array_equal(runs.paths(indicator, name), wanted, equal_nan=True)
            assert np.array_equal(tree[name][indicator], wanted, equal_nan=True)


def test_every_kind_of_file_is_a_store():
    assert tuple(kind.name for kind in FILE_KINDS) == tb.basics.settings.FILES
