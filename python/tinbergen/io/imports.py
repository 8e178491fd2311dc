"""Published models and their data, read into a model of this library."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from tinbergen import _core
from tinbergen.basics.files import read_input
from tinbergen.basics.periods import Span, SpanLike
from tinbergen.errors import ModelError
from tinbergen.written.data import Data, DataLike
from tinbergen.written.model import Model

__all__ = [
    "read_bimets",
    "read_dynare",
    "read_eviews",
    "read_frbus",
    "read_frml",
    "read_modelflow",
    "read_text",
]


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
        Its data base, ``longbase``: a file whose first column is the quarter, or a data frame with
        quarters as its index; anything that `Data` reads.
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
    xml = read_input(model_xml)
    with _its_name(model_xml, "model.xml"):
        read = _core.Model.read_frbus(xml, Data(data)._core, str(Span(periods)))
    return Model._from_core(read)


def read_modelflow(pcim: str | os.PathLike[str], *, periods: SpanLike) -> Model:
    """Read a World Bank country model as modelflow saves it, compressed or not, with its data.

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
        When no equation or no data can be read. An equation that cannot be read is a note of the model.

    Examples
    --------
    >>> import tinbergen as tb
    >>> model = tb.read_modelflow("pak.pcim", periods="2016..2030")  # doctest: +SKIP
    >>> runs = model.over("2016..2030").simulate(1)  # doctest: +SKIP
    """
    with _its_name(pcim, "model.pcim"):
        read = _core.Model.read_modelflow(read_input(pcim), str(Span(periods)))
    return Model._from_core(read)


@contextmanager
def _its_name(path: str | os.PathLike[str], usual: str) -> Iterator[None]:
    """Let problems name the file that was given, and not how it is usually called."""
    try:
        yield
    except ModelError as error:
        given = str(Path(path))
        raise ModelError(
            replace(one, address=given) if one.address == usual else one for one in error.problems
        ) from None


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
        Series that the text does not have: a file, a data frame or anything else that `Data` reads.
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
    return _read(_core.read_text, source, "model.txt", data, periods)


def read_eviews(
    source: str | os.PathLike[str], *, data: DataLike | None = None, periods: SpanLike
) -> Model:
    r"""Read equations as EViews programs and model objects write them.

    ``model.append y = ...``, equations by themselves or behind a label, ``equation e.ls dlog(y) = c(1) +
    ...``, values of coefficients (``c(1) = 0.3``, which becomes the parameter ``c_1``; ``param``,
    ``coef``, ``fill``), ``scalar``, ``series`` and ``genr``, comments, lines that go on and functions with
    ``@`` are read. Equations with coefficients or a transformed left side are behavioural. Names become
    lower case. What cannot be mapped stands in `Model.notes`, with its line and text, and is left out: its
    variable is exogenous then, with the values of the data.

    Parameters
    ----------
    source
        A file, or the text itself.
    data
        The series: a file, a data frame or anything else that `Data` reads.
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
    return _read(_core.read_eviews, source, "model.prg", data, periods)


def read_frml(
    source: str | os.PathLike[str], *, data: DataLike | None = None, periods: SpanLike
) -> Model:
    """Read equations in the language of modelflow, ``FRML <flags> LEFT = RIGHT $``.

    Without dollar signs each line is an equation, and ``FRML <flags>`` may be missing. Equations marked
    ``STOC``, and those with a transformed left side, are behavioural, unless they carry their add
    factor ``y_a`` themselves. Names become lower case. What cannot be mapped stands in `Model.notes`.

    Parameters
    ----------
    source
        A file, or the text itself.
    data
        The series: a file, a data frame or anything else that `Data` reads.
    periods
        The periods to simulate.

    Raises
    ------
    ModelError
        When the text holds no equation, or two for one variable.

    Examples
    --------
    >>> import tinbergen as tb
    >>> model = tb.read_frml("FRML <STOC> DLOG(C) = 0.5 * DLOG(Y) $", periods="2021..2022")
    >>> model.indicators["c"].equation
    'dlog(c) ~ 0.5 * dlog(y)'
    """
    return _read(_core.read_frml, source, "model.frml", data, periods)


def read_bimets(
    source: str | os.PathLike[str],
    *,
    data: DataLike | None = None,
    periods: SpanLike,
    coefficients: Mapping[str, float] | None = None,
) -> Model:
    r"""Read a model in the description language of bimets (MDL).

    The language has no values of coefficients. Those that are given are taken; those of an equation that
    is linear in them are estimated by ordinary least squares over its ``TSRANGE``, or over all periods
    that the data have, and a note says so. An equation that asks for another estimation (``ERROR>``,
    ``RESTRICT>``, ``PDL>``, ``IV>``) and whose coefficients are not given is left out.

    Parameters
    ----------
    source
        A file, or the text itself.
    data
        The series: a file, a data frame or anything else that `Data` reads.
    periods
        The periods to simulate.
    coefficients
        Values of coefficients by name.

    Raises
    ------
    ModelError
        When the text holds no equation that can be read, or two for one variable.

    Examples
    --------
    >>> import tinbergen as tb
    >>> text = "MODEL\nBEHAVIORAL> c\nEQ> c = a1 + a2*TSLAG(y,1)\nCOEFF> a1 a2\nIDENTITY> y\nEQ> y = c + g\nEND"
    >>> model = tb.read_bimets(text, periods="2021..2022", coefficients={"a1": 3, "a2": 0.5})
    >>> model.indicators["c"].equation
    'c ~ a1 + a2 * y[-1]'
    """
    given = [(key, float(value)) for key, value in (coefficients or {}).items()]
    return _read(_core.read_bimets, source, "model.mdl", data, periods, given)


def read_dynare(
    source: str | os.PathLike[str],
    *,
    data: DataLike | None = None,
    periods: SpanLike | None = None,
) -> Model:
    r"""Read a backward-looking model in the language of Dynare.

    Equations are identities; an exogenous variable with a standard error is drawn, one without is known:
    0, or what ``initval``, ``endval`` and ``shocks`` say. Initial values are those of ``histval``, else of
    ``initval``, else of the data, else, in a model that says it is linear, 0. An equation with a lead
    is left out, as `Model.notes` say.

    Parameters
    ----------
    source
        A file, or the text itself.
    data
        Series that the text does not have: a file, a data frame or anything else that `Data` reads.
    periods
        The periods to simulate; as many as the text says unless given, which become the years
        1001, 1002, ...

    Raises
    ------
    ModelError
        When the text holds no equation that can be read, or says no number of periods where none are given.

    Examples
    --------
    >>> import tinbergen as tb
    >>> text = "var y; varexo e; parameters rho; rho = 0.5;\nmodel(linear); y = rho*y(-1) + e; end;"
    >>> model = tb.read_dynare(text, periods="2021..2022")
    >>> model.indicators["y"].equation
    'y = rho * y[-1] + e'
    """
    return _read(_core.read_dynare, source, "model.mod", data, periods)


def _read(
    reader: Callable[..., _core.Model],
    source: str | os.PathLike[str],
    name: str,
    data: DataLike | None,
    periods: SpanLike | None,
    *more: object,
) -> Model:
    """Read a text, which has a name where it is given itself, and a table by a reader of the core."""
    text, file = _text(source, name)
    table = None if data is None else Data(data)._core
    span = None if periods is None else str(Span(periods))
    return Model._from_core(reader(text, table, span, *more, file))


def _text(source: str | os.PathLike[str], name: str) -> tuple[bytes, str]:
    """Read a text that is given itself, which has an equation, or as a file."""
    if isinstance(source, str) and ("\n" in source or "=" in source or "~" in source):
        return source.encode(), name
    path = Path(source)
    return read_input(path, _core.largest()["text"]), path.name
