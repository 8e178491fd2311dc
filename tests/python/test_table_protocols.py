"""A table is a mapping of columns, and other libraries take it as it is."""

import copy
import pickle
import warnings

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import tinbergen as tb
from tinbergen.basics import optional

TABLE = tb.Table(
    {
        "period": ["2021", "2022", "2023"],
        "target": ["=1+1", "就业", "gdp"],
        "probability": [0.1 + 0.2, 1e-300, np.nan],
        "paths": [10_000, 3, 2**60],
        "h50": [1500.0, np.inf, -np.inf],
    },
    percent=["probability"],
)
CHART = TABLE.select("period", "paths", "target")


def test_a_table_is_a_mapping_of_its_columns():
    assert "period" in TABLE
    assert "2021" not in TABLE
    assert ["unhashable"] not in TABLE
    assert list(TABLE) == list(TABLE.keys()) == list(TABLE.columns)
    assert [name for name, _ in TABLE.items()] == list(TABLE)
    assert [len(column) for column in TABLE.values()] == [3] * 5
    assert TABLE.get("period").tolist() == ["2021", "2022", "2023"]
    assert TABLE.get("nothing", 1) == 1
    assert tb.Table(dict(TABLE), percent=TABLE.percent) == TABLE
    assert {**TABLE}.keys() == dict(TABLE).keys()
    assert len(TABLE) == 3  # rows, as in every data frame
    for name in (0, ["period"], ("period",)):
        with pytest.raises(tb.UnknownNameError, match="unknown column"):
            TABLE[name]


def test_an_array_has_rows_and_columns():
    numbers = np.asarray(TABLE.select("probability", "h50"))
    assert numbers.shape == (3, 2)
    assert numbers.dtype == np.float64
    assert np.array_equal(numbers[:, 0], TABLE["probability"], equal_nan=True)
    mixed = np.asarray(TABLE)
    assert mixed.shape == (3, 5)
    assert mixed.dtype == object
    assert mixed[1].tolist() == ["2022", "就业", 1e-300, 3, np.inf]
    assert np.asarray(TABLE.select("paths"), dtype=float).dtype == np.float64
    assert np.asarray(tb.Table({})).shape == (0, 0)
    assert np.asarray(tb.Table({"a": []})).shape == (0, 1)


def test_notes_are_notes_first_and_columns_too():
    note = tb.Note("indicators.gdp", "warning", "no unit")
    notes = tb.Notes([note])
    assert list(notes) == [note]
    assert note in notes
    assert "kind" in notes
    assert "nothing" not in notes
    assert pl.DataFrame(notes)["message"].to_list() == ["no unit"]


def test_copies_and_pickles_cannot_be_written_either():
    for made in (copy.copy, copy.deepcopy, lambda table: pickle.loads(pickle.dumps(table))):
        again = made(TABLE)
        assert again == TABLE
        assert again.percent == TABLE.percent
        with pytest.raises(ValueError, match="read-only"):
            again["paths"][0] = 1


def test_parquet_keeps_every_digit(tmp_path):
    file = TABLE.to_parquet(tmp_path / "a.parquet")
    frame = pl.read_parquet(file)
    assert frame.columns == list(TABLE)
    for name in ("probability", "paths", "h50"):
        assert np.array_equal(frame[name].to_numpy(), TABLE[name], equal_nan=name != "paths")
    assert frame["target"].to_list() == TABLE["target"].tolist()


def test_a_workbook_keeps_every_digit_and_no_formula(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    rng = np.random.default_rng(1)
    table = tb.Table(
        {
            "x": rng.normal(size=200) * 10.0 ** rng.integers(-300, 300, 200),
            "share": rng.uniform(size=200),
        },
        percent=["share"],
    )
    sheet = openpyxl.load_workbook(table.to_excel(tmp_path / "a.xlsx")).active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0] == ("x", "share")
    assert [row[0] for row in rows[1:]] == table["x"].tolist()
    assert [row[1] for row in rows[1:]] == table["share"].tolist()
    assert sheet["B2"].number_format == "0.0%"
    assert sheet["A2"].number_format == "General"
    sheet = openpyxl.load_workbook(TABLE.to_excel(tmp_path / "b.xlsx")).active
    rows = list(sheet.iter_rows(values_only=True))[1:]
    assert rows == [
        ("2021", "=1+1", 0.1 + 0.2, 10_000, 1500),
        ("2022", "就业", 1e-300, 3, "inf"),
        ("2023", "gdp", None, str(2**60), "-inf"),
    ]
    assert sheet["B2"].data_type == "s"
    odd = tb.Table({"met": [True, None, False], "x": [None, 2, 0.5], "=a": ["", None, "b"]})
    sheet = openpyxl.load_workbook(odd.to_excel(tmp_path / "d.xlsx")).active
    assert list(sheet.iter_rows(values_only=True)) == [
        ("met", "x", "=a"),
        (True, None, None),
        (None, 2, None),
        (False, 0.5, "b"),
    ]
    assert sheet["C1"].data_type == "s"
    with pytest.raises(ValueError, match="40,000 characters in column a"):
        tb.Table({"a": ["x" * 40_000]}).to_excel(tmp_path / "c.xlsx")


def test_a_workbook_without_its_library_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setitem(optional.importlib.sys.modules, "openpyxl", None)
    with pytest.raises(ImportError, match=r'pip install "tinbergen\[excel\]"'):
        TABLE.to_excel(tmp_path / "a.xlsx")


@pytest.mark.parametrize("there", ["pyarrow", "polars", "pandas"])
def test_protocols_work_with_whichever_library_is_installed(monkeypatch, there):
    nw = pytest.importorskip("narwhals")
    original = optional.load
    hidden = {"pyarrow", "polars", "pandas"} - {there}

    def load(name):
        if name.partition(".")[0] in hidden:
            raise ImportError(name)
        return original(name)

    monkeypatch.setattr(optional, "load", load)
    frame = nw.from_native(CHART)
    assert frame.columns == list(CHART)
    assert frame["paths"].to_list() == CHART["paths"].tolist()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if there == "polars":
            with pytest.raises(ImportError, match=r"tinbergen\[arrow\] or tinbergen\[pandas\]"):
                CHART.__dataframe__()
            return
        read = pd.api.interchange.from_dataframe(CHART.__dataframe__())
    assert read["target"].tolist() == CHART["target"].tolist()
    if there == "pandas":
        with pytest.raises(ImportError, match=r"tinbergen\[arrow\] or tinbergen\[polars\]"):
            CHART.__arrow_c_stream__()
    else:
        assert pa.table(CHART)["period"].to_pylist() == ["2021", "2022", "2023"]


def test_pandas_and_polars_take_a_table():
    assert pd.DataFrame.from_arrow(TABLE)["paths"].tolist() == TABLE["paths"].tolist()
    assert pl.DataFrame(TABLE).columns == list(TABLE)
    assert pd.DataFrame(TABLE).shape == (3, 5)  # no names: it asks for an array


def test_duckdb_reads_a_table():
    duckdb = pytest.importorskip("duckdb")
    found = duckdb.sql("select period, paths from CHART where paths > 5 order by period").fetchall()
    assert found == [("2021", 10_000), ("2023", 2**60)]


def test_seaborn_draws_a_table():
    sns = pytest.importorskip("seaborn")
    import matplotlib.pyplot as plt

    _, ax = plt.subplots()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the protocol it asks for is deprecated in pandas
        sns.lineplot(data=CHART.select("period", "paths"), x="period", y="paths", ax=ax)
    assert ax.lines[0].get_ydata().tolist() == CHART["paths"].tolist()
    plt.close("all")


def test_altair_draws_a_table():
    alt = pytest.importorskip("altair")
    written = alt.Chart(CHART).mark_line().encode(x="period", y="paths").to_dict()
    [rows] = written["datasets"].values()
    assert rows == list(CHART.rows())
    assert written["encoding"]["x"]["type"] == "nominal"
    assert written["encoding"]["y"]["type"] == "quantitative"


def test_plotly_draws_a_table():
    px = pytest.importorskip("plotly.express")
    line = px.line(CHART, x="period", y="paths").data[0]
    assert list(line.x) == ["2021", "2022", "2023"]
    assert list(line.y) == CHART["paths"].tolist()


def test_plotnine_draws_a_table():
    p9 = pytest.importorskip("plotnine")
    import matplotlib.pyplot as plt

    (p9.ggplot(CHART, p9.aes("period", "paths")) + p9.geom_point()).draw()
    plt.close("all")


def test_matplotlib_reads_columns_by_name():
    import matplotlib.pyplot as plt

    [line] = plt.plot("period", "paths", data=CHART)
    assert line.get_ydata().tolist() == CHART["paths"].tolist()
    plt.close("all")


def test_great_tables_takes_a_frame_of_polars():
    gt = pytest.importorskip("great_tables")
    assert "2021" in gt.GT(CHART.to_polars()).as_raw_html()
