"""Exports carry the weights of paths: computed from any of them, a probability is ours."""

import pickle
import re
import warnings

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xarray as xr

import tinbergen as tb


def of_arrow(table):
    return table.to_pandas()


def of_tree(tree):
    frames = {name: of_dataset(node.to_dataset()) for name, node in tree.children.items()}
    return pd.concat(frames, names=["scenario"]).reset_index(level=0)


def of_dataset(dataset):
    return dataset.to_dataframe().reset_index()


def of_xarray(labelled):
    return of_tree(labelled) if isinstance(labelled, xr.DataTree) else of_dataset(labelled)


def of_narwhals(paths, _):
    nw = pytest.importorskip("narwhals")
    return nw.from_native(paths).to_pandas()


def of_interchange(paths, _):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pandas wants Arrow to be used, seaborn uses this
        return pd.api.interchange.from_dataframe(paths.__dataframe__())


def of_excel(paths, folder):
    pytest.importorskip("openpyxl")
    return pd.read_excel(paths.to_excel(folder / "a.xlsx"), dtype={"period": str})


EXPORTS = {
    "to_pandas": lambda paths, _: paths.to_pandas().reset_index(),
    "to_polars": lambda paths, _: paths.to_polars().to_pandas(),
    "to_arrow": lambda paths, _: of_arrow(paths.to_arrow()),
    "to_xarray": lambda paths, _: of_xarray(paths.to_xarray()),
    "to_csv": lambda paths, folder: pd.read_csv(
        paths.to_csv(folder / "a.csv"), dtype={"period": str}
    ),
    "to_parquet": lambda paths, folder: pq.read_table(
        paths.to_parquet(folder / "a.parquet")
    ).to_pandas(),
    "to_excel": of_excel,
    "__arrow_c_stream__": lambda paths, _: of_arrow(pa.table(paths)),
    "__dataframe__": of_interchange,
    "__narwhals_dataframe__": of_narwhals,
}
"""Every way out of paths, as a data frame with columns."""

ELSEWHERE = {
    "to_arrow in polars": lambda paths, _: pl.DataFrame(paths).to_pandas(),
    "netCDF": lambda paths, folder: of_xarray(again(paths.to_xarray(), folder / "a.nc")),
    "DuckDB": lambda paths, _: duckdb_of(paths),
}
"""What people do with them."""

REFUSED = {"__array__"}
"""Protocols that say what to take instead, since their form has no place for weights."""

ANSWERS = {"to_workbook"}
"""What holds tables of answers and no paths."""


def duckdb_of(paths):
    duckdb = pytest.importorskip("duckdb")
    return duckdb.from_arrow(paths).df()


def again(labelled, file):
    labelled.to_netcdf(file)
    tree = isinstance(labelled, xr.DataTree)
    with (xr.open_datatree if tree else xr.open_dataset)(file) as read:
        return read.load()


def ways_out(owner):
    """Return the names by which an object is converted, written, or read by other libraries."""
    pattern = r"(to|write|save|export|as)_\w+|__(arrow|array|dataframe|narwhals)\w*__"
    return {name for name in dir(owner) if re.fullmatch(pattern, name)}


@pytest.fixture(scope="module")
def cases(model):
    """Runs with weights, each with a target on the last value of an indicator."""
    plan = tb.plans.yuecheng()
    tracked = plan.observe(tb.plans.outturns(), as_of="2023-04-14")
    keep = ["gdp", "rd_share"]
    return {
        "mixture": (model.simulate(500, seed=1, keep="gdp"), "gdp", "gdp-2025", 1300),
        "conditioned": (
            tracked.simulate(500, seed=1, keep=keep, scenarios=["baseline", "global_downturn"]),
            "rd_share",
            "rd-share-2025",
            next(t for t in plan.targets if t.id == "rd-share-2025").at_least,
        ),
    }


def held(frame, runs, scenario, indicator, target, bound):
    """Hold weighted means, and the weighted share of paths that meet a target, to our own."""
    fan = runs[scenario].fan(indicator)
    assert set(frame["period"].astype(str)) == set(fan["period"].tolist())
    weight = frame["weight"] if "weight" in frame else 1 / runs[scenario].paths
    by_period = frame["period"].astype(str)
    means = (frame[indicator] * weight).groupby(by_period, sort=False).sum()
    np.testing.assert_allclose(means[fan["period"]], fan["mean"], rtol=1e-12)
    last = frame[by_period == "2025"]
    weight = last["weight"] if "weight" in last else np.full(len(last), 1 / len(last))
    row = next(runs.attainment().filter(scenario=scenario, target=target).rows())
    assert row["probability"] == pytest.approx(weight[last[indicator] >= bound].sum(), abs=1e-12)
    return abs((last[indicator] >= bound).mean() - row["probability"])


@pytest.mark.parametrize("case", ["mixture", "conditioned"])
@pytest.mark.parametrize("export", [*EXPORTS, *ELSEWHERE])
def test_every_export_gives_the_fan_and_the_probability_back(cases, case, export, tmp_path):
    runs, indicator, target, bound = cases[case]
    read = {**EXPORTS, **ELSEWHERE}[export]
    of_all = read(runs, tmp_path)
    assert list(dict.fromkeys(of_all["scenario"])) == list(runs)
    lost = []
    for scenario in runs:
        question = (runs, scenario, indicator, target, bound)
        frame = read(runs[scenario], tmp_path)
        assert ("weight" in frame) == (runs[scenario].weights is not None)
        held(of_all[of_all["scenario"] == scenario].dropna(axis="columns"), *question)
        lost.append(held(frame, *question))
    # Without the weights the answer would have been another one: the test can fail.
    assert max(lost) > 0.005


@pytest.mark.parametrize("owner", [tb.Ensemble, tb.Runs])
def test_an_export_that_is_not_held_to_its_numbers_is_none(owner):
    assert ways_out(owner) - ANSWERS == set(EXPORTS) | REFUSED

    class More(owner):
        def to_feather(self): ...

    assert ways_out(More) - set(EXPORTS) - REFUSED - ANSWERS == {"to_feather"}


def test_paths_that_weigh_the_same_have_no_column_of_weights(cases):
    runs = cases["mixture"][0]
    assert runs["baseline"].weights is None
    assert runs["baseline"].to_polars().columns == ["period", "path", "gdp"]
    assert runs["mixture"].to_polars().columns == ["period", "path", "weight", "gdp"]
    assert runs.to_polars().columns == ["scenario", "period", "path", "weight", "gdp"]
    assert runs.to_pandas().columns.tolist() == ["weight", "gdp"]
    weights = runs.to_pandas()["weight"].groupby(["scenario", "period"]).sum()
    np.testing.assert_allclose(weights, 1, rtol=1e-12)
    alone = runs.model.simulate(10, seed=1, scenarios=["baseline", "slump"], keep="gdp")
    assert alone.to_pandas().columns.tolist() == ["gdp"]


def test_runs_are_a_table_of_all_scenarios(cases):
    runs = cases["mixture"][0]
    frame = pl.DataFrame(runs)
    assert frame.equals(runs.to_polars())
    assert frame.height == (3 * 500 + 1500) * 5
    slump = frame.filter(pl.col("scenario") == "slump", pl.col("period") == "2023")["gdp"]
    assert np.array_equal(slump, runs["slump"]["gdp"][2])
    index = runs.to_pandas("gdp").index
    assert index.names == ["scenario", "period", "path"]
    assert isinstance(index.levels[1], pd.PeriodIndex)
    assert np.array_equal(
        runs.to_pandas().loc[("mixture", "2025"), "gdp"], runs["mixture"]["gdp"][4]
    )


def test_runs_are_a_mapping_of_scenarios(cases):
    runs = cases["mixture"][0]
    assert list(runs) == list(runs.keys()) == ["baseline", "slump", "deep_slump", "mixture"]
    assert runs.keys() & {"slump", "other"} == {"slump"}
    assert [ensemble.scenario for ensemble in runs.values()] == list(runs)
    assert dict(runs)["slump"] is runs["slump"] is dict(runs.items())["slump"]
    assert "slump" in runs
    assert "slum" not in runs
    assert runs.get("slum") is None


def test_periods_are_text_in_files_and_periods_in_an_index_of_pandas(cases, tmp_path):
    ensemble = cases["mixture"][0]["mixture"]
    years = ["2021", "2022", "2023", "2024", "2025"]
    assert ensemble.to_arrow()["period"].type == pa.string()
    assert ensemble.to_polars()["period"].unique(maintain_order=True).to_list() == years
    assert ensemble.to_csv(tmp_path / "a.csv").read_text().splitlines()[1].startswith("2021,0,")
    assert ensemble.to_pandas().index.levels[0].astype(str).tolist() == years
    fan = ensemble.fan()
    assert fan.to_pandas()["period"].tolist() == years
    indexed = fan.to_pandas(index="period")
    assert isinstance(indexed.index, pd.PeriodIndex)
    assert indexed.loc["2023", "mean"] == fan["mean"][2]
    both = fan.to_pandas(index=["indicator", "period"])
    assert isinstance(both.index.levels[1], pd.PeriodIndex)


QUARTERLY = tb.Model(
    "quarters",
    "2021-Q1..2022-Q4",
    indicators={"x": tb.Indicator(history={"2020-Q4": 1.0}, equation="x ~ x[-1]")},
    shocks={"x": tb.normal(0, 1)},
)


@pytest.mark.parametrize(
    "label",
    [2023, "2023", tb.Period(2023), np.int64(2023), pd.Period("2023", "Y")],
    ids=repr,
)
def test_xarray_selects_a_year_however_it_is_written(cases, label):
    ensemble = cases["mixture"][0]["baseline"]
    data = ensemble.to_xarray()["gdp"]
    assert np.array_equal(data.sel(period=label), ensemble["gdp"][2])
    assert np.array_equal(data.sel(period=[label, 2025]), ensemble["gdp"][[2, 4]])
    assert np.array_equal(data.sel(period=slice(label, 2025)), ensemble["gdp"][2:])
    assert np.array_equal(data.isel(period=slice(1, 4)).sel(period=label), ensemble["gdp"][2])


def test_xarray_selects_by_whatever_it_selects_by():
    ensemble = QUARTERLY.simulate(20, seed=1)["baseline"]
    data, values = ensemble.to_xarray()["x"], ensemble["x"]
    assert np.array_equal(data.sel(period="2021-Q3"), values[2])
    assert np.array_equal(data.sel(period="2021Q3"), values[2])
    assert np.array_equal(data.sel(period=2022), values[4:])
    assert np.array_equal(data.sel(period="2022"), values[4:])
    assert np.array_equal(data.sel(period=slice("2021-Q3", 2021)), values[2:4])
    assert np.array_equal(data.sel(period=slice(None, "2021-Q2")), values[:2])
    assert np.array_equal(data.sel(period=np.array(2022)), values[4:])
    wanted = xr.DataArray(["2021-Q1", "2022-Q4"], dims="which")
    assert data.sel(period=wanted).dims == ("which", "path")
    assert np.array_equal(data.sel(period=data["period"] > "2021-Q4"), values[4:])
    for label in ("2023-Q1", 2024, [2021], "no period", "2021-Q11"):
        with pytest.raises(KeyError):
            data.sel(period=label)


def test_labelled_arrays_go_together_are_pickled_and_written(cases, tmp_path):
    runs = cases["mixture"][0]
    a, b = runs["baseline"].to_xarray(), runs["slump"].to_xarray()
    assert np.array_equal((b - a)["gdp"], runs["slump"]["gdp"] - runs["baseline"]["gdp"])
    both = xr.concat([a, b], "scenario")
    assert both["gdp"].sel(period=2025).sizes == {"scenario": 2, "path": 500}
    assert a["period"].dtype.kind == "U"
    inner = a.isel(period=slice(0, 3)) + a.isel(period=slice(1, 5))
    assert inner["period"].values.tolist() == ["2022", "2023"]
    assert inner["gdp"].sel(period=2023).sizes == {"path": 500}
    plain = a.drop_indexes("period").set_xindex("period")
    assert plain.reindex(period=["2025", "2026"])["gdp"].isnull().sum() == 500
    assert (a - plain)["gdp"].isel(period=0).sum() == 0
    early, late = a.isel(period=slice(0, 2)), a.isel(period=slice(2, 5))
    assert xr.concat([early, late], "period").equals(a)
    assert np.array_equal(pickle.loads(pickle.dumps(a)).sel(period=2023)["gdp"], a["gdp"][2])
    mixture = runs["mixture"].to_xarray()
    mixture.to_netcdf(tmp_path / "a.nc")
    with xr.open_dataset(tmp_path / "a.nc") as read:
        assert read["period"].values.tolist() == ["2021", "2022", "2023", "2024", "2025"]
        assert np.array_equal(read["weight"], runs["mixture"].weights)
        assert np.array_equal(read["gdp"].sel(period="2025"), runs["mixture"]["gdp"][4])
    tree = runs.to_xarray()
    assert tree.sel(period=2025)["slump"]["gdp"].sizes == {"path": 500}


def test_an_indicator_called_like_a_column_is_refused_with_a_way_out():
    def runs(name):
        part = tb.Indicator(history={2020: 1.0}, equation=f"{name} ~ 0")
        model = tb.Model(
            "clash",
            "2021..2022",
            indicators={name: part, "y": tb.Indicator(equation=f"y = 2 * {name}")},
            shocks={name: tb.normal(0, 1)},
            scenarios={"other": tb.Scenario([tb.Change(shock=name, add=1)], probability=0.4)},
        )
        return model.simulate(5, seed=1)

    for convert in ("to_pandas", "to_polars", "to_arrow", "to_xarray"):
        with pytest.raises(ValueError, match=r'called "weight", as a column.*ensemble\["weight"\]'):
            getattr(runs("weight")["mixture"], convert)()
        assert len(getattr(runs("weight")["baseline"], convert)())
        assert len(getattr(runs("weight")["mixture"], convert)("y"))
    with pytest.raises(ValueError, match='called "path"'):
        runs("path")["baseline"].to_polars()
    with pytest.raises(ValueError, match='called "scenario"'):
        runs("scenario").to_polars()
    assert runs("scenario")["baseline"].to_polars().height == 10


def test_paths_are_no_array_and_say_what_is(cases):
    runs = cases["mixture"][0]
    for paths in (runs, runs["mixture"]):
        for ask in (np.asarray, pd.DataFrame):
            with pytest.raises(TypeError, match=r'runs\["baseline"\]\["gdp"\].*to_pandas'):
                ask(paths)


def test_a_sheet_that_is_too_small_is_refused(cases, monkeypatch, tmp_path):
    pytest.importorskip("openpyxl")
    monkeypatch.setattr("tinbergen.basics.frames._EXCEL_ROWS", 2500)
    with pytest.raises(ValueError, match=r"2,501 rows and 3 columns do not fit.*Parquet"):
        cases["mixture"][0]["baseline"].to_excel(tmp_path / "a.xlsx")
    assert not (tmp_path / "a.xlsx").exists()
