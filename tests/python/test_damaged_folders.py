"""Folders of runs that are damaged: other numbers than were written are refused by the name of the file, or made again."""

import hashlib
import json
import shutil

import numpy as np
import pytest

import tinbergen as tb

pytest.importorskip("pyarrow")
pytest.importorskip("zarr", minversion="3.1")

ASKED = {"paths": 2500, "seed": 3, "range_paths": 1000}
KINDS = ["parquet", "zarr"]


@pytest.fixture(scope="module")
def small():
    return tb.plans.minimal()


@pytest.fixture(scope="module")
def written(small, tmp_path_factory):
    place = tmp_path_factory.mktemp("runs")
    for kind in KINDS:
        small.simulate(**ASKED, store=kind, folder=place / kind)
    return place


@pytest.fixture(params=KINDS)
def place(request, written, tmp_path):
    return shutil.copytree(written / request.param, tmp_path / request.param)


def file_of(runs, piece, scenario="baseline", indicator="gdp"):
    return runs._kind.file_of(runs._layout, scenario, indicator, piece)


def again(small, runs):
    found = small.simulate(**ASKED, store=runs.store, folder=runs.folder)
    stored = small.simulate(ASKED["paths"], seed=ASKED["seed"])
    return all(found.paths("gdp", n).tobytes() == stored[n]["gdp"].tobytes() for n in found)


@pytest.mark.parametrize("piece", [(1000, 2000), (2000, 2500)])
@pytest.mark.parametrize("left", [0, 0.5, None])
def test_a_file_that_is_cut_or_gone_is_named_and_written_again(small, place, piece, left):
    runs = tb.read_run(place)
    file = file_of(runs, piece)
    if left is None:
        file.unlink()
        wrong = rf"{file}: is not there"
    else:
        whole = file.read_bytes()
        file.write_bytes(whole[: int(left * len(whole))])
        wrong = rf"{file}: has \d+ bytes, and {len(whole)} were written"
    # Opened before or after, it is the same.
    with pytest.raises(ValueError, match=f"{wrong}; simulate with the same settings and folder"):
        runs.paths("gdp")
    lazily = runs.scan if runs.store == "parquet" else runs.to_xarray
    with pytest.raises(ValueError, match=f"{wrong}; simulate with the same settings and folder"):
        lazily()
    with pytest.raises(ValueError, match=rf"paths {piece[0]} to .* are missing: {wrong}; simulate"):
        tb.read_run(place)
    assert again(small, runs)


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9])
def test_a_bit_that_is_another_is_found_when_paths_are_read(small, place, part):
    runs = tb.read_run(place)
    file = file_of(runs, (0, 1000))
    content = bytearray(file.read_bytes())
    content[int(part * len(content))] ^= 16
    file.write_bytes(content)
    with pytest.raises(ValueError, match=rf"{file}: .*; delete it, and simulate with the same"):
        [runs.paths(name) for name in runs.model.indicators]
    file.unlink()
    assert again(small, runs)


def test_files_that_took_each_others_place_are_found(place):
    runs = tb.read_run(place)
    first, second = file_of(runs, (0, 1000)), file_of(runs, (1000, 2000))
    other = file_of(runs, (0, 1000), scenario="slower_world")
    for one, two in ((first, second), (first, other)):
        whole = one.read_bytes(), two.read_bytes()
        one.write_bytes(whole[1])
        two.write_bytes(whole[0])
        if len(whole[0]) == len(whole[1]):
            with pytest.raises(ValueError, match=f"{one}: has other numbers than were written"):
                tb.read_run(place).paths("gdp")
        else:
            with pytest.raises(ValueError, match=rf"{one}: has \d+ bytes, and"):
                tb.read_run(place).paths("gdp")
        one.write_bytes(whole[0])
        two.write_bytes(whole[1])
    assert len(runs.paths("gdp")) == 15


def test_other_files_in_the_folder_are_not_read(small, place):
    runs = tb.read_run(place)
    file = file_of(runs, (0, 1000))
    for name in ("x" + file.suffix, file.name + ".bak", "paths-9-10.parquet"):
        shutil.copy(file, file.with_name(name))
    assert again(small, runs)


def test_sums_that_are_damaged_or_others_are_named_and_written_again(small, place):
    runs = tb.read_run(place)
    first, second, _ = sorted((place / "sums").iterdir())
    whole = first.read_bytes()
    garbage = b"garbage" * 10
    for content, wrong in (
        (b"", "is damaged"),
        (whole[:-1], "is damaged"),
        (whole[:50] + bytes([whole[50] ^ 1]) + whole[51:], "is damaged"),
        (second.read_bytes(), "is that of paths 1000 to 1999"),
        (hashlib.sha256(garbage).digest() + garbage, "is damaged"),
    ):
        first.write_bytes(content)
        with pytest.raises(ValueError, match=f"{first}: {wrong}; simulate with the same settings"):
            runs.paths("gdp")
        with pytest.raises(ValueError, match=f"paths 0 to 999 are missing: {first}: {wrong}"):
            tb.read_run(place)
        assert again(small, runs)
        assert first.read_bytes() == whole


def test_sums_of_another_run_are_named(small, place, tmp_path):
    small.simulate(**{**ASKED, "seed": 4}, store=place.name, folder=tmp_path / "other")
    name = "paths-0000000000000-0000000001000.sums"
    shutil.copy(tmp_path / "other" / "sums" / name, place / "sums" / name)
    with pytest.raises(ValueError, match=rf"{name}: is that of another run"):
        tb.read_run(place)


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ("{", "it is damaged"),
        ("[]", "it is damaged"),
        ({"paths": None}, "paths is None, expected a whole number"),
        ({"paths": "5"}, "paths is '5'"),
        ({"paths": 2000}, "says 2000 paths, and its recipe 2500"),
        ({"range_paths": 0}, "range_paths is 0"),
        ({"range_paths": True}, "range_paths is True"),
        ({"files": "hdf"}, "files is 'hdf'"),
        ({"recipe": "x"}, "its recipe is damaged"),
        ({"recipe": ["x", "y"]}, "its text is not what was written"),
        ({"recipe": [1, 2]}, "its recipe is damaged"),
        ({"tinbergen": 99}, "tinbergen is 99"),
    ],
)
def test_a_manifest_that_is_damaged_is_named_with_a_way_out(small, place, change, wrong):
    file = place / "run.json"
    if isinstance(change, str):
        file.write_text(change)
    else:
        about = json.loads(file.read_text())
        about |= change
        file.write_text(json.dumps({k: v for k, v in about.items() if v is not None}))
    with pytest.raises(ValueError, match=f"{file}: .*{wrong}") as caught:
        tb.read_run(place)
    assert "another folder" not in str(caught.value)
    assert "again" in str(caught.value)
    kind = place.name
    with pytest.raises((FileExistsError, ValueError)):
        small.simulate(**{**ASKED, "seed": None}, store=kind, folder=place)


def test_a_folder_needs_a_name(small):
    for folder, error, what in (
        ("", ValueError, "folder: its name is empty"),
        ("a\0b", ValueError, "folder: its name has a character"),
        (5, TypeError, "folder: expected the path of a folder, found 5"),
        (b"x", TypeError, "folder: expected the path of a folder"),
    ):
        with pytest.raises(error, match=what):
            small.simulate(10, store="parquet", folder=folder)
        with pytest.raises(error, match=what):
            tb.read_run(folder)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [None, 100, 10**9])
@pytest.mark.parametrize(
    "asked", [{"keep": []}, {"keep": ["gdp", "gdp"]}, {"scenarios": ["baseline", "baseline"]}]
)
def test_names_that_are_none_or_come_again(small, tmp_path, kind, size, asked):
    runs = small.simulate(
        300, seed=1, **asked, store=kind, folder=tmp_path / "run", range_paths=size
    )
    stored = small.simulate(300, seed=1, **asked)
    assert runs.attainment() == small.simulate(300, seed=1, **asked, store="streamed").attainment()
    assert all(file.is_file() for file in runs.files())
    assert sum(file.stat().st_size for file in tmp_path.rglob("*") if file.is_file()) < 1e6
    assert tb.read_run(tmp_path / "run").moments() == runs.moments()
    tree = runs.to_xarray() if kind == "zarr" else None
    for name in runs:
        if tree is not None:
            assert set(tree[name].data_vars) == set(asked.get("keep", ["gdp"]))
            assert dict(tree[name].sizes) == {"period": 15, "path": 300}
        for indicator in asked.get("keep", ["gdp"]):
            assert np.array_equal(runs.paths(indicator, name), stored[name][indicator])


@pytest.mark.parametrize("kind", KINDS)
def test_scenarios_have_places_of_their_own(tmp_path, kind):
    names = [
        "sums",
        "sums_",
        "_sums",
        "_sums_",
        "_x",
        "_x_",
        "x_",
        "x",
        "_",
        "__",
        "é",
        "zarr",
        "c",
    ]
    model = tb.Model(
        "m",
        "2021..2022",
        indicators={"x": tb.Indicator(equation="x ~ p")},
        parameters={"p": 1.0},
        shocks={"x": tb.normal(0, 1)},
        scenarios={
            name: tb.Scenario([tb.Change(parameter="p", set=k)]) for k, name in enumerate(names)
        },
    )
    runs = model.simulate(20, seed=1, store=kind, folder=tmp_path / "run")
    stored = model.simulate(20, seed=1)
    places = {file for name in runs for file in runs.files(name)}
    assert len(places) == len(runs) * (1 if kind == "parquet" else 2)
    assert all((tmp_path / "run") in file.resolve().parents for file in places)
    again = tb.read_run(tmp_path / "run")
    assert all(np.array_equal(again.paths("x", n), stored[n]["x"]) for n in runs)
    if kind == "zarr":
        tree = again.to_xarray()
        for name in runs:
            assert np.array_equal(tree[name]["x"], stored[name]["x"])
