"""Tables of data: other people's frames and workbooks give what their text gives."""

import datetime as dt
import io
import unicodedata
import zipfile
from decimal import Decimal

import numpy as np
import pytest

import tinbergen as tb
from tinbergen.shell.cli import main

VALUES = {"2020-Q1": 1021.5, "2020-Q2": 998.25, "2020-Q3": 1004.0}
QUARTERS = ["2020-Q1", "2020-Q2", "2020-Q3"]
STARTS = [dt.date(2020, 1, 1), dt.date(2020, 4, 1), dt.date(2020, 7, 1)]
NUMBERS = [1021.5, 998.25, 1004.0]


def known(table, name="gdp", **reading):
    return {str(period): value for period, value in tb.Data(table, **reading)[name].items()}


def frames():
    pd, pl, pa = map(pytest.importorskip, ("pandas", "polars", "pyarrow"))
    nw = pytest.importorskip("narwhals")
    columns = {"date": STARTS, "gdp": NUMBERS}
    by_period = pd.Series(NUMBERS, index=pd.PeriodIndex(QUARTERS, freq="Q"), name="gdp")
    by_day = pd.DataFrame({"gdp": NUMBERS}, index=pd.DatetimeIndex(STARTS, freq=None))
    two = pd.MultiIndex.from_tuples([(2020, 1), (2020, 2), (2020, 3)], names=["year", "quarter"])

    class Capsule:
        """Something that speaks Arrow and nothing else."""

        def __arrow_c_stream__(self, requested_schema=None):
            return pa.table(columns).__arrow_c_stream__(requested_schema)

    yield "mapping", columns
    yield "text", {"date": QUARTERS, "gdp": ["1,021.5", "998.25", "1,004.0"]}
    yield "datetime64", {"date": np.array(STARTS, "datetime64[D]"), "gdp": np.array(NUMBERS)}
    yield "table", tb.Table({"period": QUARTERS, "gdp": NUMBERS})
    yield "PeriodIndex", by_period.to_frame()
    yield "Series", by_period
    yield "period column", by_period.rename_axis("when").reset_index()
    yield "DatetimeIndex", by_day
    yield "shuffled", by_day.iloc[[2, 0, 1]]
    yield "filtered", by_day.reset_index(names="date").iloc[::-1]
    yield "two levels", pd.DataFrame({"gdp": NUMBERS}, index=two)
    yield "two columns", pd.DataFrame({"gdp": NUMBERS}, index=two).reset_index()
    yield "Decimal", by_period.map(lambda value: Decimal(str(value))).to_frame()
    yield "nullable", by_period.astype("Float64").to_frame()
    yield "wide", pd.DataFrame([NUMBERS], index=["gdp"], columns=by_period.index)
    yield "long", pd.DataFrame({"date": STARTS, "variable": "gdp", "value": NUMBERS})
    yield "polars", pl.DataFrame(columns)
    yield "lazy", pl.DataFrame(columns).lazy()
    yield "pyarrow", pa.table(columns)
    yield "batch", pa.RecordBatch.from_pydict(columns)
    yield "capsule", Capsule()
    yield "narwhals", nw.from_native(pl.DataFrame(columns))


def test_every_frame_gives_the_same_series():
    found = {name: known(frame) for name, frame in frames()}
    assert len(found) == 22
    assert found == dict.fromkeys(found, VALUES)


def test_missing_ends_are_left_out_and_said():
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame(
        {"x": [np.nan, 1, 2, np.nan], "y": pd.array([1, 2, pd.NA, 4], "Int64")},
        index=[2019, 2020, 2021, 2022],
    )
    data = tb.Data(frame)
    assert known(frame, "x") == {"2020": 1, "2021": 2}
    assert known(frame, "y") == {"2019": 1, "2020": 2, "2022": 4}
    (note,) = data.notes
    assert note.kind == "assumed"
    assert note.message.endswith("which are left out: x from 2020 to 2021")
    assert dict(tb.Indicator(history=frame["x"]).history) == {
        tb.Period("2020"): 1,
        tb.Period("2021"): 2,
    }


def test_fiscal_calendars_are_refused():
    pd = pytest.importorskip("pandas")
    for frequency, write in (("Q-MAR", "2025-Q1"), ("Y-JUN", "2025"), ("W-SUN", "put it together")):
        index = pd.period_range("2020-01-05", periods=3, freq=frequency)
        frame = pd.DataFrame({"x": [1.0, 2, 3]}, index=index)
        for read in (tb.Data, lambda f: tb.read_text("y = x", data=f, periods="2020..2021")):
            with pytest.raises(tb.ModelError, match=f"{frequency}.*{write}"):
                read(frame)
        with pytest.raises(ValueError, match=frequency):
            tb.Indicator(history=frame["x"])


def test_what_comes_twice_in_a_frame_is_refused():
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame([[1, 2, 3], [4, 5, 6]], index=[2020, 2020], columns=["x", "y", "x"])
    with pytest.raises(tb.ModelError) as caught:
        tb.Data(frame)
    assert [problem.message.partition(" (")[0] for problem in caught.value.problems] == [
        'columns 2 and 4 are both called "x"',
        "2020 stands in row 1 and in row 2: leave one out, or call the column of its quarters or "
        'months "quarter" or "month"',
    ]
    with pytest.raises(tb.ModelError, match="2020 stands in row 1 and in row 2"):
        tb.Data(frame.iloc[:, :2])
    with pytest.raises(tb.ModelError, match="several levels"):
        tb.Data(pd.concat({"a": frame.iloc[:1, :1]}, axis=1))
    with pytest.raises(TypeError, match="expected a file, a data frame or a mapping"):
        tb.Data(3)
    with pytest.raises(TypeError, match="separator: says how a file is read"):
        tb.Data({"year": [2020], "x": [1]}, separator=";")


def xlsx(rows, sheets=("Data",)):
    """Write a workbook by hand: text in line, dates as numbers with a style."""

    def cell(at, row, value):
        name = f"{chr(65 + at)}{row}"
        if value is None:
            return ""
        if isinstance(value, dt.date):
            return f'<c r="{name}" s="1"><v>{(value - dt.date(1899, 12, 30)).days}</v></c>'
        if isinstance(value, str) and value.startswith("#"):
            return f'<c r="{name}" t="e"><v>{value}</v></c>'
        if isinstance(value, str):
            return f'<c r="{name}" t="inlineStr"><is><t>{value}</t></is></c>'
        return f'<c r="{name}"><v>{value!r}</v></c>'

    main_ns = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    doc_ns = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    rel_ns = "http://schemas.openxmlformats.org/package/2006/relationships"
    lines = [
        f'<row r="{k}">{"".join(cell(at, k, value) for at, value in enumerate(row))}</row>'
        for k, row in enumerate(rows, 1)
    ]
    names = list(enumerate(sheets, 1))
    files = {
        "[Content_Types].xml": "<Types xmlns="
        '"http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{rel_ns}"><Relationship Id="r1" '
        f'Type="{doc_ns}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main_ns}" xmlns:r="{doc_ns}"><sheets>'
        + "".join(f'<sheet name="{name}" sheetId="{k}" r:id="s{k}"/>' for k, name in names)
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{rel_ns}">'
        + "".join(
            f'<Relationship Id="s{k}" Type="{doc_ns}/worksheet" Target="worksheets/sheet{k}.xml"/>'
            for k, _ in names
        )
        + f'<Relationship Id="st" Type="{doc_ns}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{main_ns}"><cellXfs count="2">'
        '<xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>',
    }
    for k, _ in names:
        body = "".join(lines) if k == len(names) else ""
        files[f"xl/worksheets/sheet{k}.xml"] = (
            f'<worksheet xmlns="{main_ns}"><sheetData>{body}</sheetData></worksheet>'
        )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        for name, text in files.items():
            book.writestr(name, text)
    return out.getvalue()


def ods(rows):
    """Write an OpenDocument sheet by hand."""

    def cell(value):
        if value is None:
            return "<table:table-cell/>"
        if isinstance(value, dt.date):
            return (
                f'<table:table-cell office:value-type="date" office:date-value="{value}">'
                f"<text:p>{value}</text:p></table:table-cell>"
            )
        if isinstance(value, str):
            return (
                '<table:table-cell office:value-type="string"><text:p>'
                f"{value}</text:p></table:table-cell>"
            )
        return (
            f'<table:table-cell office:value-type="float" office:value="{value!r}">'
            f"<text:p>{value!r}</text:p></table:table-cell>"
        )

    base = "urn:oasis:names:tc:opendocument:xmlns"
    lines = [f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows]
    content = (
        f'<office:document-content xmlns:office="{base}:office:1.0" xmlns:table="{base}:table:1.0" '
        f'xmlns:text="{base}:text:1.0"><office:body><office:spreadsheet>'
        f'<table:table table:name="Data">{"".join(lines)}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as book:
        book.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        book.writestr("META-INF/manifest.xml", "<manifest/>")
        book.writestr("content.xml", content)
    return out.getvalue()


ROWS = [
    ["National accounts"],
    ["date", "gdp", "jobs"],
    [STARTS[0], 1021.5, "NA"],
    [STARTS[1], 998.25, 61],
    [STARTS[2], 1004.0, None],
]


@pytest.mark.parametrize("suffix", ["xlsx", "ods", "csv"])
def test_a_workbook_gives_what_its_text_gives(tmp_path, suffix):
    text = "\n".join(",".join("" if c is None else str(c) for c in row) for row in ROWS)
    content = {"xlsx": lambda: xlsx(ROWS), "ods": lambda: ods(ROWS), "csv": text.encode}[suffix]()
    file = tmp_path / f"data.{suffix}"
    file.write_bytes(content)
    assert known(file) == VALUES
    assert known(file, "Jobs") == {"2020-Q2": 61}
    said = [note.message.removeprefix(f"{file}: ") for note in tb.Data(file).notes]
    assert said[0].endswith("a title of 1 line above the header")
    assert said[1] == "dates are taken for quarterly periods (2020-01-01 for 2020-Q1)"
    assert said[2].endswith("jobs from 2020-Q2 to 2020-Q2")


def test_cells_and_sheets_of_a_workbook_have_addresses(tmp_path):
    file = tmp_path / "book.xlsx"
    file.write_bytes(xlsx([["year", "x"], [2020, 1.5], [2021, "#DIV/0!"], [2022, "#N/A"]]))
    with pytest.raises(tb.ModelError, match=r"book\.xlsx:3: Data!B3: has the error #DIV/0!"):
        tb.Data(file)
    file.write_bytes(xlsx([["year", "x"], [2020, 1.5]], sheets=("Notes", "Data")))
    assert known(file, "x") == {"2020": 1.5} == known(file, "x", sheet="Data")
    assert 'the sheet "Data" of Notes, Data' in tb.Data(file).notes[0].message
    with pytest.raises(tb.ModelError, match='has no sheet "Prices", but Notes, Data'):
        tb.Data(file, sheet="Prices")
    file.write_bytes(b"PK\x03\x04 and nothing more")
    with pytest.raises(tb.ModelError, match="is no workbook that can be read"):
        tb.Data(file)


@pytest.mark.parametrize("seed", range(20))
def test_what_pandas_writes_is_read_as_it_was(tmp_path, seed):
    pd = pytest.importorskip("pandas")
    draw = np.random.default_rng(seed)
    freq = ["Y", "Q", "M"][seed % 3]
    index = pd.period_range("2001", periods=int(draw.integers(6, 40)), freq=freq)
    values = draw.normal(0, 10.0 ** draw.integers(-2, 6), (len(index), 3)).round(2)
    values[draw.random(values.shape) < 0.1] = np.nan
    values[0] = 0.25
    frame = pd.DataFrame(values, index=index, columns=["a", "b", "c"])
    stamped = frame.set_axis(index.to_timestamp(how=["start", "end"][seed % 2]).normalize())
    expected = {name: known(frame, name) for name in frame}
    for name in frame:
        assert list(expected[name].values()) == frame[name].dropna().tolist()
    forms = {
        "text.csv": {"sep": [",", ";", "\t", "|"][seed % 4]},
        "comma.csv": {"sep": ";", "decimal": ",", "encoding": "utf-16"},
        "dots.csv": {"na_rep": [".", "..", "NA", "#N/A"][seed % 4]},
    }
    for table in (frame, stamped):
        for name, how in forms.items():
            table.to_csv(tmp_path / name, **how)
            assert {n: known(tmp_path / name, n) for n in frame} == expected, name
        table.T.rename_axis("indicator").to_csv(tmp_path / "wide.csv")
        assert {n: known(tmp_path / "wide.csv", n) for n in frame} == expected
        long = table.rename_axis("date").reset_index().melt("date")
        long.to_csv(tmp_path / "long.csv", index=False)
        assert {n: known(tmp_path / "long.csv", n) for n in frame} == expected


PLAN = """
schema = 1
name = "m"
periods = "2021..2023"
[indicators.gdp]
history = { 2020 = 1000 }
process = { kind = "growth", mean = 0.05 }
[shocks.gdp]
normal = { sd = 0.02 }
[[targets]]
id = "gdp-2023"
indicator = "gdp"
period = 2023
at_least = 1100
"""


def test_outturns_may_be_wide_and_are_given_a_vintage(tmp_path, capsys):
    tidy = tb.Outturns(
        {"indicator": ["gdp"], "period": [2021], "value": [1060.5], "vintage": ["2022-03-01"]}
    )
    (tmp_path / "wide.csv").write_text("year;gdp;jobs\n2021;1060,5;..\n", encoding="utf-8")
    (tmp_path / "tidy.csv").write_text(
        "indicator;date;value\ngdp;2021;1060,5\njobs;2021;..\n", encoding="utf-8"
    )
    for name in ("wide.csv", "tidy.csv"):
        with pytest.raises(tb.ModelError, match=r'has no column "vintage".*--vintage'):
            tb.Outturns(tmp_path / name)
        given = tb.Outturns(tmp_path / name, vintage="2022-03-01")
        assert given.table.to_csv() == tidy.table.to_csv()
        assert "all values are of the vintage 2022-03-01" in given.notes[-1].message
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame({"gdp": [1060.5, np.nan]}, index=[2021, 2022])
    dated = frame.assign(vintage=["2022-03-01", "2023-03-01"])
    assert tb.Outturns(dated).table.to_csv() == tidy.table.to_csv()
    assert not tb.Outturns(dated).notes.of("jump")
    plan = tb.Model.from_toml(PLAN)
    runs = plan.observe(tb.Outturns(frame, vintage="2022-03-01")).simulate(200, seed=1)
    assert any("vintage 2022-03-01, as was said" in n.message for n in runs.notes.of("assumed"))
    (tmp_path / "plan.toml").write_text(PLAN, encoding="utf-8")
    (tmp_path / "gdp.csv").write_text("year;gdp\n2021;1060,5\n", encoding="utf-8")
    words = ["track", str(tmp_path / "plan.toml"), str(tmp_path / "gdp.csv")]
    rest = ["--paths", "200", "--seed", "1", "--no-charts", "--out", str(tmp_path / "out")]
    assert main([*words, *rest]) == 2
    assert "--vintage 2023-04-14" in capsys.readouterr().err
    assert main([*words, "--vintage", "2022-03-01", *rest]) == 0
    assert "semicolons between cells and decimal commas" in capsys.readouterr().err
    assert main([*words, "--vintage", "01/03/2022", *rest]) == 2
    assert "is not a date" in capsys.readouterr().err


def test_what_a_table_was_taken_for_is_said_by_the_model_and_its_runs(tmp_path):
    file = tmp_path / "workfile.txt"
    file.write_bytes("Datum\tg\tKöln\n2020-01-01\t20,5\t.\n2021-01-01\t21\t3\n".encode("cp1252"))
    model = tb.read_text("y = 2 * g", data=file, periods="2020..2021")
    runs = model.simulate(1, seed=1)
    assert runs["baseline"]["y"].ravel().tolist() == [41, 42]
    said = [note.message.removeprefix(f"{file}: ") for note in runs.notes.of("assumed")]
    assert said == [
        "is read as text with tabs between cells, the encoding windows-1252 and decimal commas",
        "dates are taken for annual periods (2020-01-01 for 2020)",
        "of 2020 to 2021 not all series have the ends, which are left out: Köln from 2021 to 2021",
    ]


def test_full_width_numbers_and_periods_are_read_as_such():
    """Pandas, of which digits are those of Unicode, reads the same numbers."""
    text = ["１２３４．５", "－１２．５", "９．９", "１，０００．２５"]
    table = {"年份": ["２０２０年", "２０２１", "2022", "２０２３年"], "ＧＤＰ２０": text}
    plain = [float(unicodedata.normalize("NFKC", cell).replace(",", "")) for cell in text]
    assert list(known(table, "ＧＤＰ２０").values()) == plain == [1234.5, -12.5, 9.9, 1000.25]
    months = {"月": ["２０２０年１２月", "２０２１年１月"], "x": [1.0, 2.0]}
    assert known(months, "x") == {"2020-12": 1.0, "2021-01": 2.0}


def test_text_in_utf_32_is_named_as_no_text(tmp_path):
    (tmp_path / "t.csv").write_bytes("year,x\n2020,1\n2021,2\n".encode("utf-32"))
    with pytest.raises(tb.ModelError, match="says that it is text in UTF-16, and is not"):
        tb.Data(tmp_path / "t.csv")


def test_a_header_of_two_rows_in_a_workbook_is_told_as_one(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for row in (["", "a", ""], ["year", "x", "y"], [2020, 1, 2], [2021, 2, 3]):
        book.active.append(row)
    book.active.merge_cells("B1:C1")
    book.save(tmp_path / "t.xlsx")
    with pytest.raises(
        tb.ModelError, match="name every column in one row, also where cells are merged"
    ):
        tb.Data(tmp_path / "t.xlsx")
