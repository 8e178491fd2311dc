"""Actual values, and when they became known."""

from __future__ import annotations

from datetime import date
from typing import Any

from tinbergen._core import Outturns as CoreOutturns
from tinbergen.basics.table import Table
from tinbergen.basics.text import counted
from tinbergen.lazy import ReaderQuestions
from tinbergen.written.data import cells_of, cells_of_text

__all__ = ["Outturns"]


class Outturns(ReaderQuestions):
    """Actual values with their vintages: one row for each value.

    Columns ``indicator``, ``period``, ``value``, ``vintage`` (the day it was published), and any of
    ``basis`` (when it is not that of the histories, see `Link`), ``sd`` or ``relative_sd`` (of the
    measurement error; exact when empty), ``source`` and ``note``. Or a table of series, as `Data` reads
    any. Values that are missing are left out.

    Parameters
    ----------
    table
        A file (text or workbook), a data frame of pandas, polars, pyarrow or with an Arrow stream, a
        mapping of columns or a `Table`.
    vintage
        The day on which all of it was known, for a table without the column.
    separator, decimal, encoding, sheet
        How a file is read, as of `Data`; found unless given.

    Raises
    ------
    ModelError
        With every row that cannot be: each with its file and line.

    Examples
    --------
    >>> outturns = Outturns(
    ...     {
    ...         "indicator": ["gdp", "gdp"],
    ...         "period": [2021, 2021],
    ...         "value": [1120, 1126],
    ...         "vintage": ["2022-03-01", "2023-01-20"],
    ...     }
    ... )
    >>> outturns.vintages
    ('2022-03-01', '2023-01-20')
    >>> outturns.as_of("2022-12-31").table["value"].tolist()
    [1120.0]
    """

    __slots__ = ("_core",)
    _core: CoreOutturns

    def __init__(
        self,
        table: Any,
        *,
        vintage: str | date | None = None,
        separator: str | None = None,
        decimal: str | None = None,
        encoding: str | None = None,
        sheet: str | None = None,
    ) -> None:
        if isinstance(table, Outturns):
            self._core = table._core
            return
        cells = cells_of(table, "outturns", separator, decimal, encoding, sheet)
        self._core = CoreOutturns(cells, None if vintage is None else str(vintage))

    @classmethod
    def _of(cls, core: CoreOutturns) -> Outturns:
        new = object.__new__(cls)
        new._core = core
        return new

    @property
    def vintages(self) -> tuple[str, ...]:
        """The days on which anything was published, in order."""
        return tuple(self._core.vintages)

    @property
    def table(self) -> Table:
        """All rows: indicator, period, value, vintage, basis, sd, source."""
        return Table(self._core.rows())

    def as_of(self, day: str | date) -> Outturns:
        """Return what was known at the end of a day: of each value the newest vintage."""
        return self._of(self._core.as_of(str(day)))

    def __reduce__(self) -> tuple[Any, ...]:
        return _read_again, (self._core.to_csv(),)

    def __len__(self) -> int:
        return len(self.table)

    def __repr__(self) -> str:
        return (
            f"<Outturns: {counted(len(self), 'value')}, {counted(len(self.vintages), 'vintage')}>"
        )

    def _repr_html_(self) -> str:
        return self.table._repr_html_()


def _read_again(text: str) -> Outturns:
    return Outturns._of(CoreOutturns(cells_of_text(text, "outturns")))
