"""Published models and their data, read into a model of this library."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, TypeAlias

from tinbergen import _core
from tinbergen.findings import Finding, Findings
from tinbergen.model import Model
from tinbergen.periods import Span, SpanLike

__all__ = ["notes", "read_frbus", "read_modelflow"]

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
    if hasattr(data, "to_csv"):
        table, name = data.to_csv().encode(), "data"
    else:
        table, name = Path(data).read_bytes(), str(data)
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
