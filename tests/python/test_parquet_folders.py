"""Runs whose paths are Parquet files, read by whoever reads Parquet."""

import numpy as np
import pytest

import tinbergen as tb

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


def test_a_range_is_a_file_named_by_its_first_path(folder):
    assert [file.name[:19] for file in tb.read_run(folder).files("baseline")] == [
        "paths-0000000000000",
        "paths-0000000001000",
        "paths-0000000002000",
    ]


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


def test_scenarios_are_told_by_their_folders(tmp_path):
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
