"""Paths for other libraries: what `Ensemble` and `Runs` have in common there.

One row for each period and path, with a column for each indicator; and with the weight of the path
wherever paths do not weigh the same, so that whatever is computed from them can be right.
"""

from __future__ import annotations

import os
from abc import abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from tinbergen.basics.files import write_atomically
from tinbergen.basics.frames import (
    FrameProtocols,
    Repeated,
    arrow_table,
    csv_parts,
    excel_bytes,
    pandas_frame,
    parquet_bytes,
    polars_frame,
    whole,
)

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

    from tinbergen.basics.frames import Columns

__all__ = ["PathFrames", "Selection", "path_columns", "refuse_clashes", "stacked"]

Selection = str | Sequence[str] | None
"""One name or several; all of them unless given."""

_LEVELS = ("scenario", "period", "path")


class PathFrames(FrameProtocols):
    """Conversions of paths; docs/exports.md says what each form carries."""

    __slots__ = ()

    @abstractmethod
    def _columns_of(self, indicators: Selection) -> Columns:
        """Return columns scenario (of several), period, path, weight (where it differs), indicators."""

    def _frame_columns(self) -> Columns:
        return self._columns_of(None)

    def to_pandas(self, indicators: Selection = None) -> pd.DataFrame:
        """Convert paths to a pandas data frame, one row for each period and path.

        Parameters
        ----------
        indicators
            One name or several; all kept indicators unless given.

        Returns
        -------
        pandas.DataFrame
            A column for each indicator, and ``weight`` where paths do not weigh the same: the weights
            of a period add up to 1. The index has a level of pandas Periods and one of paths; for the runs
            of all scenarios, one of scenarios before them.

        Examples
        --------
        >>> import numpy as np
        >>> import tinbergen as tb
        >>> runs = tb.plans.yuecheng().simulate(paths=10, seed=1)
        >>> runs["baseline"].to_pandas("gdp").groupby("period").mean().shape
        (15, 1)
        >>> frame = runs["mixture"].to_pandas("gdp")
        >>> mean = (frame["gdp"] * frame["weight"]).groupby("period").sum()
        >>> bool(np.isclose(mean["2025"], runs["mixture"].fan("gdp")["mean"][4], rtol=1e-12))
        True
        """
        columns = self._columns_of(indicators)
        index = {name: columns[name] for name in _LEVELS if name in columns}
        rest = {name: values for name, values in columns.items() if name not in index}
        return pandas_frame(rest, index)

    def to_polars(self, indicators: Selection = None) -> pl.DataFrame:
        """Convert paths to a polars data frame.

        Its columns are period, path, ``weight`` where paths do not weigh the same, and the indicators;
        for the runs of all scenarios, scenario before them. Periods are text.

        Examples
        --------
        >>> import tinbergen as tb
        >>> runs = tb.plans.yuecheng().simulate(paths=10, seed=1)
        >>> runs["baseline"].to_polars("gdp").columns
        ['period', 'path', 'gdp']
        >>> runs.to_polars("gdp").columns
        ['scenario', 'period', 'path', 'weight', 'gdp']
        """
        return polars_frame(self._columns_of(indicators))

    def to_arrow(self, indicators: Selection = None) -> pa.Table:
        """Convert paths to a pyarrow table with the columns of `to_polars`.

        Examples
        --------
        >>> import tinbergen as tb
        >>> baseline = tb.plans.yuecheng().simulate(paths=10, seed=1)["baseline"]
        >>> baseline.to_arrow("gdp").num_rows
        150
        """
        return arrow_table(self._columns_of(indicators))

    def to_parquet(self, path: str | os.PathLike[str], indicators: Selection = None) -> Path:
        """Write paths to a Parquet file with the columns of `to_polars`, and give its path.

        It needs pyarrow or polars.
        """
        return write_atomically(path, parquet_bytes(self._columns_of(indicators)))

    def to_csv(self, path: str | os.PathLike[str], indicators: Selection = None) -> Path:
        """Write paths to a CSV file with the columns of `to_polars`, and give its path.

        Numbers are written to the last digit; NumPy is enough.
        """
        return write_atomically(path, csv_parts(self._columns_of(indicators)))

    def to_excel(self, path: str | os.PathLike[str], indicators: Selection = None) -> Path:
        """Write paths to a workbook with the columns of `to_polars`, and give its path.

        It needs openpyxl.

        Raises
        ------
        ValueError
            When there are more rows than a sheet has.
        """
        return write_atomically(path, excel_bytes(self._columns_of(indicators)))

    def __array__(self, dtype: object = None, copy: bool | None = None) -> NoReturn:
        """Refuse: rows without names would have lost the periods, and with them the weights."""
        raise TypeError(
            "paths of several indicators are not one array: take those of one, such as "
            'runs["baseline"]["gdp"], or a table with to_pandas() or to_polars()'
        )


def path_columns(
    periods: Sequence[str],
    paths: int,
    weights: NDArray[np.float64] | None,
    values: dict[str, NDArray[np.float64]],
) -> Columns:
    """Return the columns of the paths of one scenario.

    Examples
    --------
    >>> columns = path_columns(["2021"], 2, None, {"x": np.array([[1.0, 2.0]])})
    >>> [whole(column).tolist() for column in columns.values()]
    [['2021', '2021'], [0, 1], [1.0, 2.0]]
    """
    count = len(periods)
    columns: dict[str, NDArray[Any] | Repeated] = {
        "period": Repeated(np.asarray(periods, dtype=str), np.repeat(np.arange(count), paths)),
        "path": Repeated(np.arange(paths), np.tile(np.arange(paths), count)),
    }
    if weights is not None:
        columns["weight"] = np.tile(weights, count)
    refuse_clashes(columns, values)
    return {**columns, **{name: array.ravel() for name, array in values.items()}}


def stacked(parts: dict[str, Columns]) -> Columns:
    """Put the columns of several scenarios one below the other, with their names in front.

    Where paths of one scenario have weights, those of the others have equal ones.
    """
    weighted = any("weight" in part for part in parts.values())
    names = list(next(iter(parts.values())))
    refuse_clashes(["scenario"], names)
    if weighted and "weight" not in names:
        names.insert(names.index("path") + 1, "weight")
    lengths = [len(next(iter(part.values()))) for part in parts.values()]
    columns: dict[str, NDArray[Any] | Repeated] = {
        "scenario": Repeated(np.array(list(parts)), np.repeat(np.arange(len(parts)), lengths))
    }
    for name in names:
        found = [part[name] if name in part else _equal(part) for part in parts.values()]
        columns[name] = _joined(found)
    return columns


def _equal(part: Columns) -> NDArray[np.float64]:
    path = part["path"]
    paths = len(path.values) if isinstance(path, Repeated) else len(path)
    return np.full(len(path), 1 / paths)


def _joined(parts: Sequence[NDArray[Any] | Repeated]) -> NDArray[Any] | Repeated:
    longest: Repeated | None = None
    for part in parts:
        if isinstance(part, Repeated) and (
            longest is None or len(part.values) > len(longest.values)
        ):
            longest = part
    if longest is None:
        return np.concatenate([whole(part) for part in parts])
    # Periods are the same everywhere, and paths are counted from 0: the longest list has them all.
    places = [part.places for part in parts if isinstance(part, Repeated)]
    return Repeated(longest.values, np.concatenate(places))


def refuse_clashes(columns: Any, indicators: Any) -> None:
    """Refuse an indicator that is called like a column of the table it goes into."""
    clash = sorted(set(columns) & set(indicators))
    if clash:
        raise ValueError(
            f'an indicator is called "{clash[0]}", as a column of the table is: name the others in '
            f'indicators=[...]; its own paths are ensemble["{clash[0]}"]'
        )
