"""Published models and their data, read into a model of this library."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, TypeAlias

from tinbergen import _core
from tinbergen.findings import Finding, Findings
from tinbergen.model import Model
from tinbergen.periods import Span, SpanLike

__all__ = ["notes", "read_eviews", "read_frbus", "read_modelflow", "read_text"]

DataLike: TypeAlias = "str | os.PathLike[str] | Any"


def notes(model: Model) -> Findings:
    """Give what whoever made a model wants to say about it; see `Model.notes`."""
    found = []
    for kind, indicators, message, line, text in _core.notes(model._to_core()):
        place = () if line is None else (f"line {line}: {text}".rstrip(": "),)
        values = {} if line is None else {"line": float(line)}
        found.append(Finding(kind, (), tuple(indicators), message, place, "", values))
    return Findings(found)


def read_frbus(
    model_xml: str | os.PathLike[str], data: DataLike, *, periods: SpanLike = "2040-Q1..2045-Q4"
) -> Model:
    """Read FRB/US, the macro model of the Federal Reserve Board, with VAR expectations.

    Every equation of the model's file has an add factor ``x_aerr`` and a tracking residual
    ``x_trac``; both become what this library calls an add factor of ``x``, in the space of the left
    side: a scenario that adds to ``x`` adds to ``x_aerr``. Histories reach as far as the data;
    `Model.track` finds the residuals with which the model reproduces them over a span.

    Parameters
    ----------
    model_xml
        The model's file, ``model.xml`` of the package that the Federal Reserve publishes.
    data
        Its data base, ``longbase``: a file in CSV whose first column is the quarter, or a pandas
        DataFrame with quarters as its index.
    periods
        The periods to simulate.

    Raises
    ------
    ModelError
        With everything that cannot be read, each with its line.

    Examples
    --------
    >>> import tinbergen as tb
    >>> model = tb.read_frbus("model.xml", "LONGBASE.csv")  # doctest: +SKIP
    >>> model.track("2040-Q1..2045-Q4").simulate(1)["baseline"]["rff"].shape  # doctest: +SKIP
    (24, 1)
    """
    xml = Path(model_xml).read_bytes()
    table, name = table_bytes(data)
    return Model._from_core(_core.Model.read_frbus(xml, table, name, str(Span(periods))))


def read_modelflow(pcim: str | os.PathLike[str], *, periods: SpanLike) -> Model:
    """Read a World Bank country model as modelflow saves it, with its data.

    Names become lower case. Equations keep their own add factors and switches (``y_a``, ``y_d``,
    ``y_x``) as exogenous indicators, which scenarios can change. Histories reach as far as the data;
    `Model.over` says where the model takes over.

    Parameters
    ----------
    pcim
        The model's file.
    periods
        The periods to simulate.

    Raises
    ------
    ModelError
        With everything that cannot be read.

    Examples
    --------
    >>> import tinbergen as tb
    >>> model = tb.read_modelflow("pak.pcim", periods="2016..2030")  # doctest: +SKIP
    >>> runs = model.over("2016..2030").simulate(1)  # doctest: +SKIP
    """
    return Model._from_core(_core.Model.read_modelflow(Path(pcim).read_bytes(), str(Span(periods))))


def read_text(
    source: str | os.PathLike[str],
    *,
    data: DataLike | None = None,
    periods: SpanLike | None = None,
) -> Model:
    """Read a model in plain text: one equation a line, ``#`` before comments.

    ``docs/text-format.md`` has the format: ``y = ...`` and ``y ~ ...``, ``parameter a = 0.6``,
    ``exogenous g``, ``data g 2020 = 1, 2021 = 2``, ``periods 2021..2030``.

    Parameters
    ----------
    source
        A file, or the text itself.
    data
        Series that the text does not have: a file in CSV whose first column is the period, or a
        pandas DataFrame with periods as its index.
    periods
        The periods to simulate; those of the text unless given.

    Raises
    ------
    ModelError
        With everything that cannot be read, each with its line.

    Examples
    --------
    >>> import tinbergen as tb
    >>> model = tb.read_text(
    ...     '''
    ...     periods 2021..2022
    ...     parameter alpha = 0.6, theta = 0.2
    ...     data g 2021 = 20, 2022 = 20
    ...     y = c + g
    ...     c = alpha * (1 - theta) * y
    ...     '''
    ... )
    >>> print(model.simulate(1, seed=1)["baseline"]["y"].round(4).ravel())
    [38.4615 38.4615]
    """
    text, name = _text(source, "model.txt")
    table = None if data is None else table_bytes(data)
    span = None if periods is None else str(Span(periods))
    return Model._from_core(_core.read_text(text, table, span, name))


def read_eviews(
    source: str | os.PathLike[str], *, data: DataLike | None = None, periods: SpanLike
) -> Model:
    r"""Read equations as EViews programs and model objects write them.

    ``model.append y = ...``, equations by themselves, ``equation e.ls dlog(y) = c(1) + ...``, values
    of coefficients (``c(1) = 0.3``, which becomes the parameter ``c_1``), comments, lines that go on
    and functions with ``@`` are read. Equations with coefficients or a transformed left side are
    behavioural. Names become lower case. What cannot be mapped stands in `Model.notes`, with its line
    and text, and is left out.

    Parameters
    ----------
    source
        A file, or the text itself.
    data
        The series: a file in CSV whose first column is the period, or a pandas DataFrame with
        periods as its index.
    periods
        The periods to simulate.

    Raises
    ------
    ModelError
        When the text holds no equation, or two for one variable.

    Examples
    --------
    >>> import tinbergen as tb
    >>> model = tb.read_eviews("c(1) = 0.5 \n dlog(y) = c(1) * @pch(x)", periods="2021..2022")
    >>> model.indicators["y"].equation
    'dlog(y) ~ c_1 * growth(x)'
    >>> model.notes
    unmapped: x has neither an equation nor data
    """
    text, name = _text(source, "model.prg")
    table = None if data is None else table_bytes(data)
    return Model._from_core(_core.read_eviews(text, table, str(Span(periods)), name))


def table_bytes(data: DataLike) -> tuple[bytes, str]:
    """Read a table as CSV, with its name."""
    if hasattr(data, "to_csv"):
        return data.to_csv().encode(), "data"
    return Path(data).read_bytes(), str(data)


def _text(source: str | os.PathLike[str], name: str) -> tuple[bytes, str]:
    """Read a text that is given itself, which has an equation, or as a file."""
    if isinstance(source, str) and ("\n" in source or "=" in source or "~" in source):
        return source.encode(), name
    path = Path(source)
    return path.read_bytes(), path.name
