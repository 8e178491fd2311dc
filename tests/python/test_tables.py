"""Tables print, write and convert."""

import contextlib
import csv
import inspect
import io
import pickle

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import tinbergen as tb
from tinbergen.basics import optional

TABLE = tb.Table(
    {
        "target": ["gdp", "就业|<b>"],
        "probability": [0.81251, 0.00001],
        "paths": [10_000, 3],
        "h50": [1500.0, np.nan],
    },
    percent=["probability"],
)


def test_text_is_aligned_also_with_wide_characters():
    assert repr(TABLE).splitlines() == [
        "target    probability   paths    h50",
        "gdp            81.3 %  10,000  1,500",
        "就业|<b>       <0.1 %       3",
    ]


def test_a_long_table_says_what_it_hides():
    table = tb.Table({"n": np.arange(1000)})
    said = "940 of 1000 rows left out; print(table.to_text()) shows all"
    assert said in repr(table)
    assert said in table._repr_html_()
    lines = repr(table).splitlines()
    assert len(lines) == 1 + 60 + 1 + 1
    assert lines[45:48] == [" 44", "...", "985"]  # the mark stands where the rows are left out
    assert len(table.to_text().splitlines()) == 1001
    assert "left out" not in repr(tb.Table({"n": np.arange(60)}))


def test_html_escapes_and_aligns_numbers_to_the_right():
    html = TABLE._repr_html_()
    assert "&lt;b&gt;" in html
    assert '<td style="text-align:right">81.3 %</td>' in html


def test_csv_keeps_every_digit(tmp_path):
    values = np.random.default_rng(1).normal(size=50) * 10.0 ** np.arange(-25, 25)
    path = tmp_path / "a.csv"
    text = tb.Table({"x": values}).to_csv(path)
    assert path.read_bytes() == text.encode()
    read = [float(row["x"]) for row in csv.DictReader(io.StringIO(text))]
    assert np.array_equal(read, values)
    assert TABLE.to_csv().splitlines()[2] == "就业|<b>,1e-05,3,"


def test_markdown_and_latex_escape():
    assert "就业\\|<b>" in TABLE.to_markdown()
    assert r"81.3 \%" in TABLE.to_latex()
    lines = TABLE.to_markdown().splitlines()
    assert lines[1].count("-:") == 3


def test_a_table_never_changes():
    with pytest.raises(ValueError, match="read-only"):
        TABLE["paths"][0] = 1
    given = np.array([1.0])
    table = tb.Table({"a": given})
    given[0] = 2.0
    assert table["a"][0] == 1.0


def test_filter_takes_values_lists_functions_and_masks():
    table = tb.Table({"s": ["a", "b", "c"], "x": [1.0, 2.0, 3.0]})
    assert table.filter(s="b")["x"].tolist() == [2.0]
    assert table.filter(s=["a", "c"], x=3.0)["s"].tolist() == ["c"]
    assert table.filter(table["x"] > 1)["s"].tolist() == ["b", "c"]
    assert table.filter(lambda row: row["s"] < "b")["x"].tolist() == [1.0]
    assert len(table.filter(s="z")) == 0
    with pytest.raises(tb.UnknownNameError, match="unknown column"):
        table.filter(t="b")


def test_a_period_may_be_asked_for_as_a_number_text_or_period():
    table = tb.Table({"period": ["2021", "2022"]})
    assert len(table.filter(period="2021")) == len(table.filter(period=tb.Period(2021))) == 1


def test_columns_of_different_length_and_unlike_tables_are_refused():
    with pytest.raises(ValueError, match="differ in length"):
        tb.Table({"a": [1], "b": [1, 2]})
    with pytest.raises(ValueError, match="different columns"):
        tb.Table.stack([tb.Table({"a": [1]}), tb.Table({"b": [1]})])


def test_an_empty_table_prints_and_converts():
    empty = tb.Table({"a": [], "b": []})
    assert len(empty) == 0
    assert list(empty.rows()) == []
    assert empty.to_csv() == "a,b\n"
    assert empty.to_pandas().shape == (0, 2)


def test_data_frames_and_arrow_have_the_same_columns():
    for frame in (TABLE.to_pandas(), TABLE.to_polars(), pl.DataFrame(TABLE)):
        assert list(frame.columns) == list(TABLE.columns)
        assert frame["paths"].to_list() == [10_000, 3]
    assert pa.table(TABLE).column_names == list(TABLE.columns)
    assert pd.DataFrame.from_arrow(TABLE).shape == (2, 4)


def test_arrow_is_handed_out_by_polars_when_pyarrow_is_not_there(monkeypatch):
    def without_pyarrow(name):
        if name == "pyarrow":
            raise ImportError(name)
        return importlib_load(name)

    importlib_load = optional.load
    monkeypatch.setattr(optional, "load", without_pyarrow)
    assert pl.DataFrame(TABLE)["paths"].to_list() == [10_000, 3]


def test_a_library_that_is_missing_names_its_extra():
    with pytest.raises(ImportError, match=r'pip install "tinbergen\[nowhere\]"'):
        optional.load("nowhere")


def test_periods_are_filtered_as_years_text_or_objects():
    table = tb.Table({"period": ["2024", "2025", "2025-Q1"], "x": [1.0, 2.0, 3.0]})
    assert table.filter(period=2025)["x"].tolist() == [2.0]
    assert table.filter(period=np.int64(2025))["x"].tolist() == [2.0]
    assert table.filter(period=[2024, "2025-Q1"])["x"].tolist() == [1.0, 3.0]
    assert table.filter(period=tb.Period("2025-Q1"))["x"].tolist() == [3.0]
    assert table.filter(period=[tb.Period(2024), 2025], x=2.0)["period"].tolist() == ["2025"]
    assert len(table.filter(period=2025.5)) == 0


#: What questions ask for, by the names of their parameters.
ASKED = {"of": "gdp-2025", "target": "gdp-2025", "indicator": "gdp", "probability": 0.5}


def _asked(owner):
    """Yield the questions that need no more than a target, by name, with their answers."""
    for name in dir(owner):
        value = getattr(type(owner), name, None)
        if name.startswith(("_", "to_", "plot")) or not callable(value):
            continue
        needed = list(inspect.signature(value).parameters.values())[1:]
        needed = [p.name for p in needed if p.default is p.empty and p.kind.name != "VAR_KEYWORD"]
        if set(needed) <= set(ASKED):
            with contextlib.suppress(tb.ModelError, ValueError):
                yield name, getattr(owner, name)(**{key: ASKED[key] for key in needed})


def _tables(answer):
    """Yield the tables of an answer: itself, or what it has as properties."""
    if isinstance(answer, tb.Table):
        yield answer
        return
    for name, value in vars(type(answer)).items():
        if isinstance(value, property) and not name.startswith("_"):
            found = getattr(answer, name)
            if isinstance(found, tb.Table):
                yield found


def test_no_answer_shows_more_than_eight_columns_unless_it_has_one_for_each_target(model_runs):
    seen = {}
    for owner in (model_runs, model_runs["baseline"]):
        for name, answer in _asked(owner):
            if name in ("headroom", "met", "inputs", "first"):  # a column for each target or draw
                continue
            for table in _tables(answer):
                seen[name] = max(seen.get(name, 0), len(table.shown))
    assert len(seen) >= 12, seen
    assert {name: count for name, count in seen.items() if count > 8} == {}


def test_a_share_of_no_path_is_no_zero_also_where_its_interval_is_left_out():
    """Wilson's interval of 0 of 10: at most z^2 / (10 + z^2) = 27.8 %."""
    z = 1.959963984540054
    most = z * z / (10 + z * z)
    columns = {"target": ["a", "b", "c"], "probability": [0.0, 1.0, 0.0]}
    ends = {"low": [0.0, 1 - most, 0.0], "high": [most, 1.0, 0.0]}
    table = tb.Table(columns | ends, percent=["probability", "low", "high"])
    few = table.select("target", "probability")
    assert few.columns == ("target", "probability")
    assert [line.split()[-2] for line in repr(few).splitlines()[1:]] == ["<27.8", ">72.2", "0"]
    assert repr(few.filter(target="b")).endswith(">72.2 %")
    again = pickle.loads(pickle.dumps(few))
    assert again == few
    assert repr(again) == repr(few)
    assert few != table


def test_minus_infinity_keeps_its_sign():
    table = tb.Table(
        {"growth": [-np.inf, np.inf, -0.0001], "h": [-np.inf, np.inf, -0.0]}, rates=["growth"]
    )
    rows = [line.split() for line in repr(table).splitlines()[1:]]
    assert rows == [["-inf", "%", "-inf"], ["inf", "%", "inf"], ["-0.01", "%", "0"]]
