"""Columns for other libraries: the one home of how a table of ours becomes one of theirs.

A `Table` and the paths of a run are both columns of equal length. What is here makes data frames,
Arrow streams and arrays of them, with the libraries that are installed.
"""

from __future__ import annotations

import csv
import io
import math
import warnings
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tinbergen.basics.optional import first_of, load
from tinbergen.basics.periods import Period

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

__all__ = ["Columns", "FrameProtocols", "Repeated"]

_ARROW = ("pyarrow", "polars")
_FRAMES = ("pyarrow", "polars", "pandas")
_INTERCHANGE = ("pyarrow", "pandas")
_EXCEL_ROWS, _EXCEL_COLUMNS = 1_048_576, 16_384
_EXCEL_TEXT = 32_767
_BATCH = 1 << 14


@dataclass(frozen=True, slots=True)
class Repeated:
    """A long column of few values: each row has the place of its value.

    Parameters
    ----------
    values
        The values, texts or numbers.
    places
        For each row, which of them.

    Examples
    --------
    >>> Repeated(np.array(["2021", "2022"]), np.array([0, 0, 1])).array()
    array(['2021', '2021', '2022'], dtype='<U4')
    """

    values: NDArray[Any]
    places: NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.places)

    def array(self) -> NDArray[Any]:
        """Write the column out."""
        written: NDArray[Any] = self.values[self.places]
        return written


Columns: TypeAlias = Mapping[str, "NDArray[Any] | Repeated"]
"""Equally long columns by name."""


def whole(values: NDArray[Any] | Repeated) -> NDArray[Any]:
    """Return a column as an array."""
    return values.array() if isinstance(values, Repeated) else values


def plain(values: NDArray[Any] | Repeated) -> Any:
    """Return numbers as an array, text as a list: what data frames read best."""
    array = whole(values)
    return array if array.dtype.kind in "iufb" else array.tolist()


def pandas_frame(columns: Columns, index: Columns | None = None) -> pd.DataFrame:
    """Make a pandas data frame.

    Parameters
    ----------
    columns
        Its columns.
    index
        The levels of its index, if any: periods are a level of pandas Periods.

    Examples
    --------
    >>> frame = pandas_frame({"a": np.array([1, 2])}, {"period": np.array(["2021", "2022"])})
    >>> int(frame.loc["2022", "a"])
    2
    """
    pandas = load("pandas")
    rows = _index(index) if index else None
    made = {
        name: pandas.Series(plain(values), index=rows, copy=True)
        for name, values in columns.items()
    }
    frame: pd.DataFrame = pandas.DataFrame(made, index=rows)
    return frame


def _index(columns: Columns) -> pd.Index[Any]:
    pandas = load("pandas")
    levels, codes = [], []
    for name, values in columns.items():
        repeated = values if isinstance(values, Repeated) else Repeated(*_once(values))
        levels.append(_level(name, repeated.values))
        codes.append(repeated.places)
    if len(levels) > 1:
        many: pd.Index[Any] = pandas.MultiIndex(levels, codes, names=list(columns))
        return many
    one: pd.Index[Any] = pandas.Index(levels[0]).take(codes[0]).rename(next(iter(columns)))
    return one


def _once(values: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.intp]]:
    """Return each value once, in the order in which it comes, and which of them each row has."""
    once = list(dict.fromkeys(values.tolist()))
    places = {value: place for place, value in enumerate(once)}
    return np.array(once, dtype=values.dtype), np.array(
        [places[value] for value in values.tolist()], dtype=np.intp
    )


def _level(name: str, values: NDArray[Any]) -> Any:
    """Return what becomes a level of an index: pandas Periods where they are periods."""
    if name == "period" and values.dtype.kind == "U" and all(values.tolist()):
        periods = [Period(text).to_pandas() for text in values.tolist()]
        if len({period.freqstr for period in periods}) == 1:
            return load("pandas").PeriodIndex(periods)
    return plain(values)


def polars_frame(columns: Columns) -> pl.DataFrame:
    """Make a polars data frame.

    Examples
    --------
    >>> polars_frame({"a": np.array([1, 2])}).shape
    (2, 1)
    """
    polars = load("polars")

    def column(values: NDArray[Any] | Repeated) -> Any:
        if isinstance(values, Repeated):
            return polars.Series(plain(values.values)).gather(values.places)
        return plain(values)

    frame: pl.DataFrame = polars.DataFrame({name: column(c) for name, c in columns.items()})
    return frame


def arrow_table(columns: Columns) -> pa.Table:
    """Make a pyarrow table.

    Examples
    --------
    >>> arrow_table({"a": np.array([1, 2])}).num_rows
    2
    """
    pyarrow = load("pyarrow")

    def column(values: NDArray[Any] | Repeated) -> Any:
        if isinstance(values, Repeated):
            return pyarrow.array(plain(values.values)).take(pyarrow.array(values.places))
        return pyarrow.array(plain(values))

    table: pa.Table = pyarrow.table({name: column(c) for name, c in columns.items()})
    return table


_MAKE: dict[str, Callable[[Columns], Any]] = {
    "pyarrow": arrow_table,
    "polars": polars_frame,
    "pandas": pandas_frame,
}


class FrameProtocols(ABC):
    """What lets other libraries take a table of ours as one of theirs, without asking which.

    polars, pyarrow and DuckDB read the Arrow stream, seaborn the interchange protocol, altair, plotly
    and whatever else builds on narwhals its own.
    """

    __slots__ = ()

    @abstractmethod
    def _frame_columns(self) -> Columns:
        """Return all columns."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """Hand the columns to any library that reads Arrow (needs pyarrow or polars)."""
        stream = _MAKE[first_of(_ARROW)](self._frame_columns())
        capsule: object = stream.__arrow_c_stream__(requested_schema)
        return capsule

    def __dataframe__(self, nan_as_null: bool = False, allow_copy: bool = True) -> object:
        """Hand the columns to libraries that read the interchange protocol, as seaborn does."""
        frame = _MAKE[first_of(_INTERCHANGE)](self._frame_columns())
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # pandas, where it is the only one, recommends Arrow
            found: object = frame.__dataframe__(nan_as_null, allow_copy)
        return found

    def __narwhals_dataframe__(self) -> object:
        """Hand the columns to narwhals, and with it to altair and plotly."""
        frame = _MAKE[first_of(_FRAMES)](self._frame_columns())
        found: object = load("narwhals").from_native(frame)._compliant_frame
        return found


def array_of(columns: Columns) -> NDArray[Any]:
    """Make an array of rows and columns, of numbers where all are, else of objects.

    Examples
    --------
    >>> array_of({"a": np.array([1, 2]), "b": np.array([0.5, 1.5])}).tolist()
    [[1.0, 0.5], [2.0, 1.5]]
    """
    arrays = [whole(values) for values in columns.values()]
    if not arrays:
        return np.empty((0, 0))
    if all(array.dtype.kind in "iufb" for array in arrays):
        return np.column_stack(arrays)
    objects = np.empty((len(arrays[0]), len(arrays)), dtype=object)
    for k, array in enumerate(arrays):
        objects[:, k] = array.tolist()
    return objects


def csv_text(columns: Columns) -> str:
    r"""Write CSV, numbers to the last digit.

    Examples
    --------
    >>> csv_text({"a": np.array(["x"]), "b": np.array([0.1])})
    'a,b\nx,0.1\n'
    """
    return "".join(csv_parts(columns))


def csv_parts(columns: Columns) -> Iterator[str]:
    """Write CSV part by part, each of so many rows that no part is large."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    for rows in batches(columns):
        for row in rows:
            writer.writerow(map(_csv_cell, row))
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()


def batches(columns: Columns) -> Iterator[Iterator[tuple[Any, ...]]]:
    """Return the rows as plain Python values, some thousands at a time."""
    length = len(next(iter(columns.values()), ()))
    for start in range(0, length, _BATCH):
        part = slice(start, start + _BATCH)
        lists = (
            (c.values[c.places[part]] if isinstance(c, Repeated) else c[part]).tolist()
            for c in columns.values()
        )
        yield zip(*lists, strict=True)


def _csv_cell(value: Any) -> Any:
    missing = value is None or (isinstance(value, float) and math.isnan(value))
    return "" if missing else value


def parquet_bytes(columns: Columns) -> bytes:
    """Write Parquet, by pyarrow or polars.

    Examples
    --------
    >>> parquet_bytes({"a": np.array([1, 2])})[:4]
    b'PAR1'
    """
    buffer = io.BytesIO()
    if first_of(_ARROW) == "pyarrow":
        load("pyarrow.parquet").write_table(arrow_table(columns), buffer)
    else:
        polars_frame(columns).write_parquet(buffer)
    return buffer.getvalue()


def excel_bytes(columns: Columns, percent: frozenset[str] = frozenset()) -> bytes:
    """Write a workbook of one sheet, by openpyxl, numbers to the last digit.

    Text stays text also where it looks like a formula. What a cell cannot hold as a number is text:
    an infinity, a whole number beyond 2**53. Not a number is an empty cell.

    Parameters
    ----------
    columns
        The columns; the first row has their names.
    percent
        Those shown in percent.

    Raises
    ------
    ValueError
        When the columns do not fit on a sheet.

    Examples
    --------
    >>> excel_bytes({"a": np.array([1, 2])})[:2]
    b'PK'
    """
    return workbook_bytes({"tinbergen": (columns, percent)})


def workbook_bytes(
    sheets: Mapping[str, tuple[Columns, frozenset[str]]],
    headings: Callable[[str], str] = str,
) -> bytes:
    """Write a workbook of several sheets: for each its columns, and those that are shown in percent.

    Parameters
    ----------
    sheets
        The sheets by name.
    headings
        What is written for the name of a column.

    Examples
    --------
    >>> workbook_bytes({"one": ({"a": np.array([1, 2])}, frozenset())})[:2]
    b'PK'
    """
    for columns, _ in sheets.values():
        _refuse_too_large(columns)
    cells = load("openpyxl.cell")
    workbook = load("openpyxl").Workbook(write_only=True)
    for title, (columns, percent) in sheets.items():
        sheet = workbook.create_sheet(title[:31])
        sheet.freeze_panes = "A2"
        # One cell for each column: openpyxl writes a row when it is appended, and forgets it.
        row_cells = [cells.WriteOnlyCell(sheet) for _ in columns]
        for cell, name in zip(row_cells, columns, strict=True):
            cell.value, cell.data_type = _excel_value(headings(name))
        sheet.append(row_cells)
        for name, cell in zip(columns, row_cells, strict=True):
            cell.number_format = "0.0%" if name in percent else "General"
        for batch in batches(columns):
            for row in batch:
                for cell, value in zip(row_cells, row, strict=True):
                    cell.value, cell.data_type = _excel_value(value)
                sheet.append(row_cells)
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def _excel_value(value: Any) -> tuple[str | None, str]:
    """Return what a cell says and whether that is text, a number or a truth.

    openpyxl would write 16 digits of a number, and read a formula in a text.
    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None, "n"
    if isinstance(value, bool):
        return str(int(value)), "b"
    if isinstance(value, float) and math.isfinite(value):
        return repr(value), "n"
    if isinstance(value, int) and abs(value) <= 2**53:
        return str(value), "n"
    return str(value), "s"


def _refuse_too_large(columns: Columns) -> None:
    """Refuse what does not fit on a sheet, before anything is written."""
    rows = len(next(iter(columns.values()), ())) + 1
    if rows > _EXCEL_ROWS or len(columns) > _EXCEL_COLUMNS:
        raise ValueError(
            f"{rows:,} rows and {len(columns):,} columns do not fit on a sheet of Excel, which has "
            f"{_EXCEL_ROWS:,} and {_EXCEL_COLUMNS:,}: write Parquet or CSV, or fewer indicators"
        )
    for name, column in columns.items():
        values = column.values if isinstance(column, Repeated) else column
        if values.dtype.kind in "iufb":
            continue
        longest = max((len(text) for text in values.tolist() if isinstance(text, str)), default=0)
        if longest > _EXCEL_TEXT:
            raise ValueError(
                f"a text of {longest:,} characters in column {name} does not fit in a cell of Excel, "
                f"which holds {_EXCEL_TEXT:,}: write Parquet or CSV"
            )


def fixed_column(values: Any) -> NDArray[Any]:
    """Return values as a column of a table, which never changes."""
    column = np.array(values)
    if column.ndim != 1:
        raise ValueError("a column has one dimension")
    column.flags.writeable = False
    return column


def same_column(a: NDArray[Any], b: NDArray[Any]) -> bool:
    """Return whether two columns hold the same values; where both hold no number, they do."""
    numeric = a.dtype.kind == "f" and b.dtype.kind == "f"
    return np.array_equal(a, b, equal_nan=numeric)
