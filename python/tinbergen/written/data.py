"""Tables of series, from files and data frames."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

from tinbergen import _core
from tinbergen.basics.columns import columns_of
from tinbergen.basics.files import read_input
from tinbergen.basics.mapping import Series
from tinbergen.basics.periods import Period
from tinbergen.basics.table import Table
from tinbergen.basics.text import counted
from tinbergen.errors import UnknownNameError
from tinbergen.lazy import ReaderQuestions

__all__ = ["Data", "DataLike", "cells_of", "cells_of_text"]

DataLike: TypeAlias = "Data | str | os.PathLike[str] | Any"
"""A table of series: `Data`, a file, a data frame or a mapping of columns."""


def cells_of(
    table: Any,
    name: str,
    separator: str | None = None,
    decimal: str | None = None,
    encoding: str | None = None,
    sheet: str | None = None,
) -> _core.DataTable:
    """Read the cells of a file or a frame, once."""
    if isinstance(table, (str, os.PathLike)):
        content, file = read_input(table, _core.largest()["outturns"]), str(Path(table))
        return _core.DataTable.read(content, file, separator, decimal, encoding, sheet)
    said = {"separator": separator, "encoding": encoding, "sheet": sheet}
    given = [key for key, value in said.items() if value is not None]
    if given:
        raise TypeError(f"{given[0]}: says how a file is read, and a data frame is none")
    return _core.DataTable.of_columns(columns_of(table, name), name, decimal)


def cells_of_text(text: str, name: str) -> _core.DataTable:
    """Read the cells of a text that is no file."""
    return _core.DataTable.read(text.encode(), name)


class Data(ReaderQuestions):
    """Series by period, of a table however it is laid out.

    A row for each period and a column for each series, a column for each period, or a row for each
    value (`docs/tables.md`). Names are in lower case, as importers look for them.

    Parameters
    ----------
    table
        A file: text with any separator and encoding, a workbook of Excel or OpenDocument. Or a data
        frame of pandas, polars, pyarrow or anything with an Arrow stream; a mapping of columns.
    separator
        What stands between the cells of a text; found unless given.
    decimal
        The decimal sign, ``"."`` or ``","``; found unless given.
    encoding
        The encoding of a text; found unless given.
    sheet
        The sheet of a workbook; the first with cells unless given.

    Raises
    ------
    ModelError
        With everything that cannot be read or may be read in two ways, each with its line.

    Examples
    --------
    >>> data = Data({"quarter": ["2020-Q1", "2020-Q2"], "gdp": [100, 101.5]})
    >>> data.names, data["gdp"]["2020-Q2"]
    (('gdp',), 101.5)
    >>> data.notes
    nothing to note
    """

    __slots__ = ("_core",)
    _core: _core.Data

    def __init__(
        self,
        table: DataLike,
        *,
        separator: str | None = None,
        decimal: str | None = None,
        encoding: str | None = None,
        sheet: str | None = None,
    ) -> None:
        if isinstance(table, Data):
            self._core = table._core
        else:
            self._core = _core.Data(cells_of(table, "data", separator, decimal, encoding, sheet))

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the series, in lower case."""
        return tuple(self._core.names())

    @property
    def last(self) -> Period | None:
        """The last period of which any series has a value."""
        return max((Period(text) for text in set(self._core.rows()["period"])), default=None)

    @property
    def table(self) -> Table:
        """All values: series, period, value."""
        return Table(self._core.rows())

    def __getitem__(self, name: str) -> Series[float]:
        known = self.table.filter(series=name.lower())
        if name.lower() not in self.names:
            raise UnknownNameError("series", name, self.names)
        return Series[float](zip(known["period"].tolist(), known["value"].tolist(), strict=True))

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.lower() in self.names

    def __repr__(self) -> str:
        return f"<Data: {len(self)} series, {counted(len(self.table), 'value')}>"

    def _repr_html_(self) -> str:
        return self.table._repr_html_()
