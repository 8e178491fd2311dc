"""Other people's data frames as columns: pandas, polars, pyarrow, and what speaks Arrow.

Each is asked in its own words, in a few lines. narwhals would bring the same columns, but not the
index of a pandas frame, where the periods mostly are, and it needs polars or pyarrow as well to read
what only has the Arrow capsule: so it is no dependency. Its own frames are read.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from decimal import Decimal
from typing import Any, TypeAlias

import numpy as np

from tinbergen.basics.optional import first_of, load
from tinbergen.basics.periods import Period
from tinbergen.basics.table import Table
from tinbergen.errors import ModelError, Problem

__all__ = ["Columns", "columns_of"]

Columns: TypeAlias = list[tuple[str, list[Any]]]
"""Names of columns with their cells; not a mapping, since two may have one name."""


def columns_of(data: Any, what: str = "data") -> Columns:
    """Return the columns of a data frame, of a mapping of columns or of a `Table`.

    Parameters
    ----------
    data
        The frame.
    what
        What it is, for messages.

    Raises
    ------
    TypeError
        For what has no columns.
    ModelError
        For periods of a fiscal calendar, and columns with several levels.

    Examples
    --------
    >>> columns_of({"year": [2020, 2021], "x": [1, None]})
    [('year', [2020, 2021]), ('x', [1, None])]
    """
    if hasattr(data, "to_native"):  # narwhals
        data = data.to_native()
    if type(data).__name__ == "LazyFrame":
        data = data.collect()
    if isinstance(data, Table):
        return [(name, _cells(name, data[name])) for name in data.columns]
    if isinstance(data, Mapping):
        return _mapping(data, what)
    if hasattr(data, "iloc"):
        return _pandas(data)
    if hasattr(data, "get_columns"):  # polars
        return [(s.name, _cells(s.name, s.to_list())) for s in data.get_columns()]
    if hasattr(data, "__arrow_c_stream__") and not hasattr(data, "to_pydict"):
        return columns_of(_arrow(data), what)
    if hasattr(data, "to_pydict"):  # pyarrow
        pairs = zip(data.schema.names, data.columns, strict=True)
        return [(name, _cells(name, column.to_pylist())) for name, column in pairs]
    raise TypeError(
        f"{what}: expected a file, a data frame or a mapping of columns, found {type(data).__name__}"
    )


def _mapping(data: Mapping[Any, Any], what: str) -> Columns:
    """Return columns of equal length, or series by period: ``{"gdp": {2020: 100.0}}``."""
    columns = list(data.values())
    if any(hasattr(column, "iloc") for column in columns):
        return _pandas(load("pandas").DataFrame(dict(data)))
    by_period = [isinstance(column, Mapping) for column in columns]
    if any(by_period):
        if not all(by_period):
            name = list(data)[by_period.index(False)]
            raise TypeError(f"{what}: {name} is no mapping by period, as others are")
        periods = list(dict.fromkeys(period for column in columns for period in column))
        series = [
            (_label(name), _cells(name, (column.get(period) for period in periods)))
            for name, column in data.items()
        ]
        return [("period", _cells("period", periods)), *series]
    for name, column in data.items():
        if isinstance(column, (str, bytes, AbstractSet)) or not hasattr(column, "__iter__"):
            raise TypeError(
                f"{what}: {name} is no column of values in their order, but {type(column).__name__}"
            )
    return [(_label(name), _cells(name, column)) for name, column in data.items()]


def _arrow(data: Any) -> Any:
    """Read the capsule with the library that is there."""
    library = first_of(("pyarrow", "polars"))
    module = load(library)
    return module.table(data) if library == "pyarrow" else module.DataFrame(data)


def _pandas(frame: Any) -> Columns:
    if not hasattr(frame, "columns"):
        name = "value" if frame.name is None else frame.name
        frame = frame.to_frame(name)
    if getattr(frame.columns, "nlevels", 1) > 1:
        text = "its columns have several levels; name each series once: frame.columns = [...]"
        raise ModelError([Problem("data", None, "", text)])
    index = frame.index
    levels = [index.get_level_values(k) for k in range(index.nlevels)]
    found = [
        ("" if level.name is None else _label(level.name), _cells("index", level))
        for level in levels
        if _says_something(level)
    ]
    columns = (frame.iloc[:, k] for k in range(frame.shape[1]))
    names = [_label(label) for label in frame.columns]
    return found + [(n, _cells(n, c)) for n, c in zip(names, columns, strict=True)]


def _says_something(level: Any) -> bool:
    """Tell whether an index is more than the places of rows."""
    if level.name is not None or level.dtype.kind not in "iu":
        return True
    return len(level) > 0 and all(1000 <= year <= 9999 for year in level)


def _label(label: Any) -> str:
    """Write the name of a column, which may be a period."""
    cell = _cell("columns", label)
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell)


def _cells(name: Any, column: Any) -> list[Any]:
    return [_cell(name, value) for value in column]


def _cell(name: Any, value: Any) -> Any:
    """Return a number, a text, a day or nothing."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, (float, np.floating)):
        return None if math.isnan(value) else float(value)
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, Decimal):
        return None if value.is_nan() else float(value)
    if isinstance(value, np.datetime64):
        return None if np.isnat(value) else value.astype("datetime64[D]").item()
    if type(value).__name__ in ("NaTType", "NAType"):
        return None
    if hasattr(value, "freqstr") and hasattr(value, "ordinal"):
        return _period(name, value)
    if hasattr(value, "isoformat") and hasattr(value, "year"):
        return value.date() if hasattr(value, "date") else value
    return str(value)


def _period(name: Any, value: Any) -> str:
    try:
        return str(Period(value))
    except ValueError:
        frequency = value.freqstr
        what = "years" if frequency[0] in "YA" else "quarters"
        if frequency[0] in "YAQ":
            text = (
                f'{value} is of the frequency "{frequency}", a fiscal calendar: it is no period of the '
                f"calendar. Write the {what} that these are to be taken for, such as "
                f"{'2025' if what == 'years' else '2025-Q1'}"
            )
        else:
            text = (
                f'{value} is of the frequency "{frequency}"; periods are years, quarters or months: '
                "put it together by one of them"
            )
        raise ModelError([Problem("data", None, str(name), text)]) from None
