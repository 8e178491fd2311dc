"""A model of any format that there is an importer for."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, TypeAlias, assert_never, cast, get_args

from tinbergen import _core
from tinbergen.basics.files import read_input
from tinbergen.basics.periods import SpanLike
from tinbergen.io import imports
from tinbergen.written.data import Data, DataLike
from tinbergen.written.model import Model

__all__ = ["Format", "read_model"]

Format: TypeAlias = Literal["bimets", "dynare", "eviews", "frbus", "frml", "modelflow", "text"]
"""The formats of models; each has a function ``read_...`` of its own."""

_SAY_PERIODS = frozenset({"dynare", "text"})
"""Formats whose files may say the periods themselves."""

_SOMEWHEN = "2000"
"""The period of a first reading, which finds out which ones the data allow, where no table says one."""


def read_model(
    source: str | os.PathLike[str],
    data: DataLike | None = None,
    *,
    periods: SpanLike | None = None,
    format: Format | None = None,
    coefficients: Mapping[str, float] | None = None,
) -> Model:
    """Read a model in the format that its file is in.

    The format follows from the ending of the name (``.xml``, ``.pcim``, ``.prg``, ``.mod``, ``.mdl``,
    ``.frml``), else from what stands in the file.

    Parameters
    ----------
    source
        The file.
    data
        The series, where the model does not have them: a file, a data frame or anything else that `Data` reads.
    periods
        The periods to simulate. Unless given they are those that the text says, else all that the data
        allow: from the first in which everything that equations look back to is known, to the last in
        which every exogenous indicator is.
    format
        The format, where it is not to be found out.
    coefficients
        Values of coefficients by name, for models in the language of bimets.

    Raises
    ------
    ModelError
        With everything that cannot be read.
    ValueError
        When the format or the periods cannot be found out.

    Examples
    --------
    >>> import tinbergen as tb
    >>> tb.read_model("klein.mdl", "klein.csv")  # doctest: +SKIP
    """
    path = Path(source)
    found = cast("Format | None", format or _core.format_of(path.name, read_input(path)))
    if found is None:
        raise ValueError(
            f"{path}: the format is not to be seen; give it: {', '.join(get_args(Format))}"
        )
    if found not in get_args(Format):
        raise ValueError(f"no format {found!r}; there are {', '.join(get_args(Format))}")
    if coefficients and found != "bimets":
        raise ValueError(
            f"coefficients are given to models of bimets, and {path} is one of {found}"
        )
    span = periods
    if span is None and found not in _SAY_PERIODS:
        data = None if data is None else Data(data)  # read once
        last = None if data is None else data.last
        first = _read(found, path, data, last or _SOMEWHEN, coefficients)
        span = _core.span_of_data(first._to_core())
        if span is None:
            raise ValueError(f"{path}: the periods are not to be seen from the data; give them")
    return _read(found, path, data, span, coefficients)


def _read(
    format: Format,
    path: Path,
    data: DataLike | None,
    periods: SpanLike | None,
    coefficients: Mapping[str, float] | None,
) -> Model:
    """Read a model by the function of its format."""
    match format:
        case "text":
            return imports.read_text(path, data=data, periods=periods)
        case "dynare":
            return imports.read_dynare(path, data=data, periods=periods)
    assert periods is not None
    match format:
        case "eviews":
            return imports.read_eviews(path, data=data, periods=periods)
        case "frml":
            return imports.read_frml(path, data=data, periods=periods)
        case "bimets":
            return imports.read_bimets(path, data=data, periods=periods, coefficients=coefficients)
        case "frbus":
            if data is None:
                raise ValueError(f"{path} has no data; give its data base (longbase)")
            return imports.read_frbus(path, data, periods=periods)
        case "modelflow":
            if data is not None:
                raise ValueError(
                    f"{path} has its own data; leave the table out, or use Model.with_data"
                )
            return imports.read_modelflow(path, periods=periods)
        case _:
            assert_never(format)
