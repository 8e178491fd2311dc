"""Parameters that are other numbers in a run, read from what a person gives."""

from __future__ import annotations

import reprlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tinbergen.basics.settings import number_items

__all__ = ["ParameterColumns", "ParameterValues", "column_items", "parameter_items", "row_count"]

ParameterValues: TypeAlias = "Mapping[str, float | ArrayLike] | ArrayLike | Any"
"""Names with a number, or with a number for each path; a data frame; a matrix with a row for each path."""

ParameterColumns: TypeAlias = list[tuple[str, float | NDArray[np.float64]]]
"""Names of parameters with a number, or with an array of them."""


def parameter_items(given: ParameterValues, names: Sequence[str]) -> ParameterColumns:
    """Return names of parameters with their numbers, or with a number for each path.

    Parameters
    ----------
    given
        A mapping of names to numbers or to columns, a data frame (pandas, polars, pyarrow, `Table`),
        or a matrix.
    names
        The parameters of the model, whose columns those of a matrix are.

    Examples
    --------
    >>> parameter_items({"rate": 1, "okun": [0.1, 0.2]}, ["rate", "okun"])
    [('rate', 1.0), ('okun', array([0.1, 0.2]))]
    """
    columns = column_items(given, names, "parameters")
    numbers = number_items({name: value for name, value in columns if np.ndim(value) == 0})
    single = dict(numbers or [])
    items: ParameterColumns = [
        (name, single[name] if name in single else _numbers(f"parameters.{name}", value))
        for name, value in columns
    ]
    lengths = {name: len(value) for name, value in items if isinstance(value, np.ndarray)}
    if len(set(lengths.values())) > 1:
        found = ", ".join(f"{name} {length}" for name, length in lengths.items())
        raise ValueError(f"parameters: columns differ in length ({found}); a row is a path")
    return items


def row_count(items: ParameterColumns | None) -> int | None:
    """Return how many paths the columns have a number for; None where there is no column.

    Examples
    --------
    >>> row_count([("rate", 1.0)]), row_count([("rate", np.array([1.0, 2.0]))])
    (None, 2)
    """
    return next((len(value) for _, value in items or [] if isinstance(value, np.ndarray)), None)


def column_items(given: Any, names: Sequence[str], what: str) -> list[tuple[str, Any]]:
    """Return names with columns, of a mapping, a data frame or a matrix with a column for each name.

    Examples
    --------
    >>> column_items([[1.0, 2.0]], ["a", "b"], "settings")
    [('a', array([1.])), ('b', array([2.]))]
    """
    if isinstance(given, Mapping):
        return [(_name(name, what), value) for name, value in given.items()]
    if hasattr(given, "columns") or hasattr(given, "column_names"):
        found: Iterable[Any] = getattr(given, "column_names", None) or given.columns
        return [(_name(name, what), given[name]) for name in found]
    matrix = np.asarray(given) if isinstance(given, (np.ndarray, list, tuple)) else None
    if matrix is None or matrix.ndim == 0 or matrix.dtype.kind not in "iuf":
        raise TypeError(
            f"{what}: expected names with numbers, found {reprlib.repr(given)}; a data frame or a matrix of "
            "numbers is right too"
        )
    if matrix.ndim != 2 or matrix.shape[1] != len(names):
        raise ValueError(
            f"{what}: a matrix of shape {matrix.shape} for {len(names)} parameters; a matrix has a row for "
            f"each path and a column for each parameter of the model ({', '.join(names)}); give names with "
            "columns for some of them"
        )
    return [(name, matrix[:, k]) for k, name in enumerate(names)]


def _name(name: object, what: str) -> str:
    if not isinstance(name, str):
        raise TypeError(f"{what}: expected the name of a parameter, found {reprlib.repr(name)}")
    return str(name)


def _numbers(address: str, column: Any) -> NDArray[np.float64]:
    numbers = np.asarray(column)
    if numbers.ndim != 1 or numbers.dtype.kind not in "iuf":
        raise TypeError(
            f"{address}: expected a number, or a list of a number for each path, found "
            f"{reprlib.repr(column)}"
        )
    made = np.array(numbers, dtype=np.float64)
    made.flags.writeable = False
    return made
