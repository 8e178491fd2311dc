"""Tables: what every tabular result is.

A `Table` is a small immutable set of columns. It prints itself, writes CSV, Markdown and LaTeX
with NumPy alone, and turns into a pandas, polars or Arrow table when these are installed.
"""

from __future__ import annotations

import csv
import html
import io
import math
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tinbergen.errors import UnknownNameError
from tinbergen.files import write_atomically
from tinbergen.optional import load
from tinbergen.text import Align, aligned, format_percent, format_value

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

__all__ = ["Table"]

_SHOWN = 40
_LATEX = str.maketrans(
    {c: f"\\{c}" for c in "&%$#_{}"}
    | {"~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "\\": r"\textbackslash{}"}
)


class Table:
    """A small immutable tidy table.

    Parameters
    ----------
    columns
        Equally long columns by name: lists or arrays.
    percent
        Names of columns that are probabilities, shown in percent.

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

    __slots__ = ("_columns", "_percent")

    def __init__(self, columns: Mapping[str, Any], *, percent: Iterable[str] = ()) -> None:
        self._columns = {name: _column(values) for name, values in columns.items()}
        self._percent = frozenset(percent)
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
        return cls(columns, percent=tables[0].percent)

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(self._columns)

    @property
    def percent(self) -> frozenset[str]:
        """Names of the columns that are probabilities, shown in percent."""
        return self._percent

    def __len__(self) -> int:
        return next((len(values) for values in self._columns.values()), 0)

    def __getitem__(self, name: str) -> NDArray[Any]:
        try:
            return self._columns[name]
        except KeyError:
            raise UnknownNameError("column", name, self._columns) from None

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Table) or self.columns != other.columns:
            return NotImplemented if not isinstance(other, Table) else False
        return all(_same(self[name], other[name]) for name in self.columns)

    __hash__ = None  # type: ignore[assignment]

    def rows(self) -> Iterator[dict[str, Any]]:
        """Give the rows, each a dictionary of plain Python values.

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
        return self._like({name: values[keep] for name, values in self._columns.items()})

    def select(self, *names: str) -> Table:
        """Keep some columns, in the order given.

        Examples
        --------
        >>> Table({"a": [1], "b": [2]}).select("b").columns
        ('b',)
        """
        return self._like({name: self[name] for name in names})

    def _like(self, columns: Mapping[str, Any]) -> Table:
        return Table(columns, percent=self._percent)

    # Other libraries

    def to_pandas(self) -> pd.DataFrame:
        """Convert to a pandas data frame (``pandas.DataFrame(table)`` does not read Arrow).

        Examples
        --------
        >>> Table({"a": [1, 2]}).to_pandas().shape
        (2, 1)
        """
        pandas = load("pandas")
        frame: pd.DataFrame = pandas.DataFrame(
            {name: pandas.Series(_plain(values)) for name, values in self._columns.items()}
        )
        return frame

    def to_polars(self) -> pl.DataFrame:
        """Convert to a polars data frame.

        Examples
        --------
        >>> Table({"a": [1, 2]}).to_polars().shape
        (2, 1)
        """
        frame: pl.DataFrame = load("polars").DataFrame(
            {name: _plain(values) for name, values in self._columns.items()}
        )
        return frame

    def to_arrow(self) -> pa.Table:
        """Convert to a pyarrow table.

        Examples
        --------
        >>> Table({"a": [1, 2]}).to_arrow().num_rows
        2
        """
        pyarrow = load("pyarrow")
        table: pa.Table = pyarrow.table(
            {name: pyarrow.array(_plain(values)) for name, values in self._columns.items()}
        )
        return table

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """Hand the table to any library that reads Arrow (needs pyarrow or polars)."""
        try:
            stream: Any = self.to_arrow()
        except ImportError:
            stream = self.to_polars()
        capsule: object = stream.__arrow_c_stream__(requested_schema)
        return capsule

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
        buffer = io.StringIO(newline="")
        writer = csv.writer(buffer, lineterminator="\n")
        writer.writerow(self.columns)
        for row in zip(*(values.tolist() for values in self._columns.values()), strict=True):
            writer.writerow(map(_csv_cell, row))
        if path is not None:
            write_atomically(path, buffer.getvalue())
        return buffer.getvalue()

    def to_markdown(self) -> str:
        """Write a Markdown table, with numbers as people read them.

        Examples
        --------
        >>> print(Table({"target": ["gdp"], "h50": [12.0]}).to_markdown())
        | target |   h50 |
        | ------ | ----: |
        | gdp    | 12.00 |
        """
        rows = [[cell.replace("|", r"\|") for cell in row] for row in self._cells()]
        header = list(self.columns)
        widths = [max(3, *(len(row[k]) for row in [header, *rows])) for k in range(len(header))]
        rule = [
            "-" * (w - 1) + (":" if align == "right" else "-")
            for w, align in zip(widths, self._align(), strict=True)
        ]
        text = aligned(header, [rule, *rows], self._align(), gap=" | ")
        lines = [f"| {line}" for line in text.splitlines()]
        longest = max(map(len, lines))
        return "\n".join(f"{line.ljust(longest)} |" for line in lines)

    def to_latex(self) -> str:
        r"""Write a LaTeX table (package booktabs), with numbers as people read them.

        Examples
        --------
        >>> print(Table({"target": ["gdp_2025"], "h50": [12.0]}).to_latex())
        \begin{tabular}{lr}
        \toprule
        target & h50 \\
        \midrule
        gdp\_2025 & 12.00 \\
        \bottomrule
        \end{tabular}
        """
        columns = "".join(align[0] for align in self._align())
        lines = [" & ".join(c.translate(_LATEX) for c in row) + r" \\" for row in self._cells()]
        header = " & ".join(name.translate(_LATEX) for name in self.columns) + r" \\"
        return "\n".join(
            [
                rf"\begin{{tabular}}{{{columns}}}",
                r"\toprule",
                header,
                r"\midrule",
                *lines,
                r"\bottomrule",
                r"\end{tabular}",
            ]
        )

    def __repr__(self) -> str:
        rows = self._cells()
        hidden = len(rows) - _SHOWN
        if hidden > 0:
            rows = rows[: _SHOWN - 5] + rows[-5:]
        text = aligned(self.columns, rows, self._align())
        return text if hidden <= 0 else f"{text}\n... {hidden} of {len(self)} rows not shown"

    def _repr_html_(self) -> str:
        rows = self._cells()
        hidden = len(rows) - _SHOWN
        shown = rows if hidden <= 0 else rows[: _SHOWN - 5] + rows[-5:]
        note = "" if hidden <= 0 else f"<p>{hidden} of {len(rows)} rows not shown</p>"
        return _html(self.columns, shown, self._align()) + note

    def _align(self) -> list[Align]:
        return [
            "right" if values.dtype.kind in "iuf" else "left" for values in self._columns.values()
        ]

    def _cells(self) -> list[list[str]]:
        show: list[Callable[[Any], str]] = [
            format_percent if name in self._percent else format_value for name in self.columns
        ]
        columns = (values.tolist() for values in self._columns.values())
        return [
            [form(value) for form, value in zip(show, row, strict=True)]
            for row in zip(*columns, strict=True)
        ]


def _column(values: Any) -> NDArray[Any]:
    column = np.array(values)
    if column.ndim != 1:
        raise ValueError("a column has one dimension")
    column.flags.writeable = False
    return column


def _csv_cell(value: Any) -> Any:
    missing = value is None or (isinstance(value, float) and math.isnan(value))
    return "" if missing else value


def _same(a: NDArray[Any], b: NDArray[Any]) -> bool:
    numeric = a.dtype.kind == "f" and b.dtype.kind == "f"
    return np.array_equal(a, b, equal_nan=numeric)


def _plain(values: NDArray[Any]) -> Any:
    """Numbers as an array, text as a list: what data frames read best."""
    return values if values.dtype.kind in "iufb" else values.tolist()


def _html(header: Iterable[str], rows: Iterable[Sequence[str]], align: Sequence[Align]) -> str:
    def line(tag: str, cells: Iterable[str]) -> str:
        return "".join(
            f'<{tag} style="text-align:{side}">{html.escape(cell)}</{tag}>'
            for cell, side in zip(cells, align, strict=True)
        )

    body = "".join(f"<tr>{line('td', row)}</tr>" for row in rows)
    return f"<table><thead><tr>{line('th', header)}</tr></thead><tbody>{body}</tbody></table>"
