"""Tables: what every tabular result is.

A `Table` is a small immutable set of columns. It prints itself, writes CSV, Markdown and LaTeX
with NumPy alone, and turns into a pandas, polars or Arrow table when these are installed.
"""

from __future__ import annotations

import os
from collections.abc import (
    ItemsView,
    Iterable,
    Iterator,
    KeysView,
    Mapping,
    Sequence,
    ValuesView,
)
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tinbergen.basics.files import write_atomically
from tinbergen.basics.frames import (
    Columns,
    FrameProtocols,
    array_of,
    arrow_table,
    csv_text,
    excel_bytes,
    fixed_column,
    pandas_frame,
    parquet_bytes,
    polars_frame,
    same_column,
)
from tinbergen.basics.settings import name_list
from tinbergen.basics.table_text import (
    Kind,
    RowKinds,
    to_html,
    to_latex,
    to_markdown,
    to_text,
)
from tinbergen.errors import UnknownNameError

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

__all__ = ["Table"]


class Table(FrameProtocols):
    """A small immutable tidy table.

    It is a mapping of its columns by name (``"period" in table``, ``list(table)``, ``table.items()``,
    ``dict(table)``), and as in every data frame its length is the number of rows. Libraries of data
    frames and of charts take it as it is: docs/exports.md.

    Parameters
    ----------
    columns
        Equally long columns by name: lists or arrays.
    percent
        Names of columns that are probabilities, shown in percent.
    rates
        Names of columns that are fractions people read in percent, such as growth.
    row_kinds
        The column that says what a row is about, the kind of numbers of each such thing
        (``"rate"``, ``"count"``), and the columns it holds for.
    shown
        The columns that are shown unless the whole is asked for; all of them unless given.

    Examples
    --------
    >>> table = Table(
    ...     {"target": ["gdp", "jobs"], "probability": [0.8125, 0.5]}, percent=["probability"]
    ... )
    >>> table
    target  probability
    gdp          81.2 %
    jobs         50.0 %
    >>> table.filter(target="jobs")["probability"]
    array([0.5])
    """

    __slots__ = ("_columns", "_ends", "_percent", "_rates", "_row_kinds", "_shown")

    def __init__(
        self,
        columns: Mapping[str, Any],
        *,
        percent: Iterable[str] = (),
        rates: Iterable[str] = (),
        row_kinds: RowKinds | None = None,
        shown: Iterable[str] = (),
    ) -> None:
        self._columns = {name: fixed_column(values) for name, values in columns.items()}
        self._percent = frozenset(percent)
        self._rates = frozenset(rates)
        self._row_kinds = row_kinds
        self._shown = tuple(shown)
        # Of columns that were left out: the ends of intervals, by which a probability of 0 or 1 is told.
        self._ends: dict[str, NDArray[Any]] = {}
        lengths = {name: len(values) for name, values in self._columns.items()}
        if len(set(lengths.values())) > 1:
            raise ValueError(f"columns differ in length: {lengths}")

    @classmethod
    def stack(cls, tables: Sequence[Table]) -> Table:
        """Put tables with the same columns one below the other.

        Examples
        --------
        >>> len(Table.stack([Table({"a": [1]}), Table({"a": [2, 3]})]))
        3
        """
        names = tables[0].columns
        if any(table.columns != names for table in tables):
            raise ValueError("tables with different columns cannot be stacked")
        columns = {name: np.concatenate([table[name] for table in tables]) for name in names}
        return tables[0]._like(columns)

    def __setstate__(self, state: tuple[None, dict[str, Any]]) -> None:
        # What was pickled by an earlier version has columns and percent alone.
        usual: dict[str, Any] = {"_rates": frozenset(), "_row_kinds": None, "_shown": ()}
        usual["_ends"] = {}
        for name, value in {**usual, **state[1]}.items():
            setattr(self, name, value)
        for column in self._columns.values():
            column.flags.writeable = False

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(self._columns)

    @property
    def percent(self) -> frozenset[str]:
        """Names of the columns that are probabilities, shown in percent."""
        return self._percent

    @property
    def kinds(self) -> dict[str, Kind]:
        """How the numbers of each column are shown that are not shown as they are."""
        rates: dict[str, Kind] = dict.fromkeys(self._rates, "rate")
        return rates | dict.fromkeys(self._percent, "probability")

    @property
    def row_kinds(self) -> RowKinds | None:
        """The kinds of numbers that go by what a row is about."""
        return self._row_kinds

    @property
    def shown(self) -> tuple[str, ...]:
        """Names of the columns that are shown unless the whole is asked for."""
        return tuple(name for name in self._shown if name in self._columns) or self.columns

    def __len__(self) -> int:
        return next((len(values) for values in self._columns.values()), 0)

    def __getitem__(self, name: str) -> NDArray[Any]:
        try:
            return self._columns[name]
        except (KeyError, TypeError):
            raise UnknownNameError("column", name, self._columns) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __contains__(self, name: object) -> bool:
        return name in self.columns

    def keys(self) -> KeysView[str]:
        """Return the names of the columns."""
        return self._columns.keys()

    def values(self) -> ValuesView[NDArray[Any]]:
        """Return the columns."""
        return self._columns.values()

    def items(self) -> ItemsView[str, NDArray[Any]]:
        """Return names and columns.

        Examples
        --------
        >>> [name for name, column in Table({"a": [1], "b": [2]}).items()]
        ['a', 'b']
        """
        return self._columns.items()

    def get(self, name: str, default: Any = None) -> Any:
        """Return a column, or something else where there is none of that name."""
        return self._columns.get(name, default)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Table):
            return NotImplemented
        same = self.columns == other.columns
        return same and all(same_column(self[name], other[name]) for name in self.columns)

    __hash__ = None  # type: ignore[assignment]

    def rows(self) -> Iterator[dict[str, Any]]:
        """Return the rows, each a dictionary of plain Python values.

        Examples
        --------
        >>> list(Table({"a": [1, 2]}).rows())
        [{'a': 1}, {'a': 2}]
        """
        names = self.columns
        for row in zip(*(values.tolist() for values in self._columns.values()), strict=True):
            yield dict(zip(names, row, strict=True))

    def filter(self, where: Any = None, /, **equal: Any) -> Table:
        """Keep the rows that meet all conditions.

        Parameters
        ----------
        where
            An array of booleans, or a function of a row.
        **equal
            A value, or a list of values, for each column named. A column of text is compared with
            what a value prints as, so that periods can be years or `Period` objects.

        Examples
        --------
        >>> table = Table({"period": ["2021", "2022", "2023"], "x": [1.0, 2.0, 3.0]})
        >>> table.filter(lambda row: row["x"] > 1, period=["2021", "2022"])["x"]
        array([2.])
        >>> table.filter(period=2023)["x"]
        array([3.])
        """
        keep: NDArray[np.bool_] = np.ones(len(self), dtype=bool)
        if callable(where):
            keep &= np.fromiter((bool(where(row)) for row in self.rows()), bool, len(self))
        elif where is not None:
            keep &= np.asarray(where, dtype=bool)
        for name, wanted in equal.items():
            several = isinstance(wanted, (list, tuple, set, frozenset, np.ndarray))
            values = list(wanted) if several else [wanted]
            is_number = self[name].dtype.kind in "biuf"
            keep &= np.isin(self[name], values if is_number else [str(value) for value in values])
        found = self._like({name: values[keep] for name, values in self._columns.items()})
        found._ends = {name: values[keep] for name, values in self._ends.items()}
        return found

    def select(self, *names: str) -> Table:
        """Keep some columns, in the order given.

        Examples
        --------
        >>> Table({"a": [1], "b": [2]}).select("b").columns
        ('b',)
        """
        found = self._like({name: self[name] for name in names}, shown=())
        ends = [name for name in self if name.endswith(("low", "high"))]
        found._ends = {**self._ends, **{name: self[name] for name in ends}}
        return found

    def _like(self, columns: Mapping[str, Any], shown: Iterable[str] | None = None) -> Table:
        return Table(
            columns,
            percent=self._percent,
            rates=self._rates,
            row_kinds=self._row_kinds,
            shown=self._shown if shown is None else shown,
        )

    def with_column(self, name: str, values: Any) -> Table:
        """Put a column before the others, or in the place of the one of that name."""
        if name in self._columns:
            return self._like({**self._columns, name: values}, self._shown)
        shown = (name, *self._shown) if self._shown else ()
        return self._like({name: values, **self._columns}, shown)

    # Other libraries

    def _frame_columns(self) -> Columns:
        return self._columns

    def to_pandas(self, index: str | Sequence[str] | None = None) -> pd.DataFrame:
        """Convert to a pandas data frame.

        Parameters
        ----------
        index
            Columns that become the index; a level of periods is a pandas PeriodIndex. Periods in a
            column are text, which every library of charts can draw.

        Examples
        --------
        >>> table = Table({"period": ["2021", "2022"], "a": [1, 2]})
        >>> table.to_pandas().shape
        (2, 2)
        >>> table.to_pandas(index="period").index
        PeriodIndex(['2021', '2022'], dtype='period[Y-DEC]', name='period')
        """
        names = name_list(index) or []
        columns = {name: self._columns[name] for name in self.columns if name not in names}
        return pandas_frame(columns, {name: self[name] for name in names})

    def to_polars(self) -> pl.DataFrame:
        """Convert to a polars data frame.

        Examples
        --------
        >>> Table({"a": [1, 2]}).to_polars().shape
        (2, 1)
        """
        return polars_frame(self._columns)

    def to_arrow(self) -> pa.Table:
        """Convert to a pyarrow table.

        Examples
        --------
        >>> Table({"a": [1, 2]}).to_arrow().num_rows
        2
        """
        return arrow_table(self._columns)

    def to_parquet(self, path: str | os.PathLike[str]) -> Path:
        """Write a Parquet file, and give its path (needs pyarrow or polars)."""
        return write_atomically(path, parquet_bytes(self._columns))

    def to_excel(self, path: str | os.PathLike[str]) -> Path:
        """Write a workbook of Excel, numbers to the last digit, and give its path (needs openpyxl).

        Probabilities are shown in percent; text is text, also after an equals sign.
        """
        return write_atomically(path, excel_bytes(self._columns, self._percent))

    def __array__(
        self, dtype: np.dtype[Any] | None = None, copy: bool | None = None
    ) -> NDArray[Any]:
        """Return rows and columns: numbers where every column has them, else objects."""
        if copy is False:
            raise ValueError("a table is not one array in memory: its columns have to be copied")
        array = array_of(self._columns)
        return array if dtype is None else array.astype(dtype)

    # Text

    def to_csv(self, path: str | os.PathLike[str] | None = None) -> str:
        r"""Write CSV in UTF-8, numbers to the last digit, and give its text.

        Parameters
        ----------
        path
            The file; none unless given.

        Examples
        --------
        >>> Table({"a": ["x"], "b": [0.1]}).to_csv()
        'a,b\nx,0.1\n'
        """
        text = csv_text(self._columns)
        if path is not None:
            write_atomically(path, text)
        return text

    def to_markdown(self, *, whole: bool = True, language: str | None = None) -> str:
        """Write a Markdown table, with numbers as people read them.

        Of every column, unless not `whole`; with words for names in a `language`.

        Examples
        --------
        >>> print(Table({"target": ["gdp"], "h50": [12.5]}).to_markdown())
        | target |   h50 |
        | ------ | ----: |
        | gdp    | 12.50 |
        """
        return to_markdown(self, whole=whole, language=language)

    def to_latex(self, *, whole: bool = True, language: str | None = None) -> str:
        r"""Write a LaTeX table (package booktabs), with numbers as people read them.

        `whole` and `language` are those of `to_markdown`.

        Examples
        --------
        >>> print(Table({"target": ["gdp_2025"], "h50": [12.5]}).to_latex())
        \begin{tabular}{lr}
        \toprule
        target & h50 \\
        \midrule
        gdp\_2025 & 12.50 \\
        \bottomrule
        \end{tabular}
        """
        return to_latex(self, whole=whole, language=language)

    def to_text(self, *, language: str | None = None) -> str:
        """Write the whole table as text, every row and column, however wide that is.

        Columns have their names; in a `language`, words.

        Examples
        --------
        >>> print(Table({"target": ["gdp"], "firms": [498.0]}).to_text())
        target  firms
        gdp       498
        """
        return to_text(self, language=language)

    def __repr__(self) -> str:
        return to_text(self, whole=False)

    def _repr_html_(self) -> str:
        return to_html(self)
