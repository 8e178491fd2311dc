"""A workbook that a ministry fills in: figures, targets, outturns (needs openpyxl)."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from tinbergen.basics.files import read_input, write_atomically
from tinbergen.basics.language import LANGUAGES
from tinbergen.basics.optional import load
from tinbergen.basics.words import column_text, say
from tinbergen.errors import ModelError, Problem
from tinbergen.written.outturns import Outturns
from tinbergen.written.parts import Indicator
from tinbergen.written.target import Target

if TYPE_CHECKING:
    from tinbergen.written.model import Model

__all__ = ["Filled", "read_workbook", "template"]

_FIGURES = ("indicator", "label", "unit", "source")
_TARGETS = (
    "target", "label", "indicator", "period", "of", "over", "at_least", "at_most", "above", "below",
    "nature", "source",
)  # fmt: skip
_OUTTURNS = ("indicator", "period", "value", "vintage", "source")
_LARGEST = 200_000_000


def template(
    path: str | os.PathLike[str],
    *,
    model: Model | None = None,
    years: Sequence[int] = tuple(range(2016, 2026)),
    language: str = "en",
) -> Path:
    """Write a workbook to fill in: figures, targets, outturns; and give its path (needs openpyxl).

    Parameters
    ----------
    path
        The file, such as ``"figures.xlsx"``.
    model
        A model whose indicators, known figures and targets are filled in already.
    years
        The years of the figures; those of the model are added.
    language
        Language of sheets and headings: ``"en"``, ``"zh"``, ``"de"``.

    See Also
    --------
    read_workbook : Read it, once it is filled in.

    Examples
    --------
    >>> import tempfile
    >>> import tinbergen as tb
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = tb.template(f"{folder}/figures.xlsx", language="zh")
    ...     tb.read_workbook(file).targets
    ()
    """
    workbook = load("openpyxl").Workbook()
    workbook.remove(workbook.active)
    periods = [str(year) for year in years]
    figures: list[list[Any]] = []
    targets: list[list[Any]] = []
    if model is not None:
        known = [str(period) for one in model.indicators.values() for period in one.history]
        periods = sorted({*periods, *known})
        for name, one in model.indicators.items():
            history = {str(p): getattr(v, "value", v) for p, v in one.history.items()}
            numbers = [history.get(p) for p in periods]
            exact = [x if isinstance(x, (int, float)) else None for x in numbers]
            figures.append([name, one.text(language), one.unit, one.source, *exact])
        rows = [_target_row(target, language) for target in model.targets]
        targets = [row for row in rows if row]
    about = workbook.create_sheet(say("sheet about", language))
    for line in say("template about", language).split("\n"):
        about.append([line])
    about.column_dimensions["A"].width = 110
    _sheet(workbook, "figures", [*_FIGURES, *periods], figures, language)
    _sheet(workbook, "targets", _TARGETS, targets, language)
    _sheet(workbook, "outturns", _OUTTURNS, [], language)
    buffer = io.BytesIO()
    workbook.save(buffer)
    return write_atomically(path, buffer.getvalue())


def _target_row(target: Target, language: str) -> list[Any]:
    direction, bound = target.bound
    ends = bound if isinstance(bound, tuple) else (bound,)
    if target.indicator is None or not isinstance(target.over, str):
        return []  # a sheet cannot say it
    if not all(isinstance(end, (int, float)) for end in ends):
        return []
    numbers = dict(zip(("at_least", "at_most"), ends, strict=False))
    if direction != "between":
        numbers = {direction: ends[0]}
    row = {
        "target": target.id,
        "label": target.text(language),
        "indicator": target.indicator,
        "period": str(target.period),
        "of": target.of,
        "over": target.over,
        **numbers,
        "nature": target.nature,
        "source": target.source,
    }
    return [row.get(name) for name in _TARGETS]


def _sheet(
    workbook: Any, name: str, headings: Sequence[str], rows: list[list[Any]], language: str
) -> None:
    sheet = workbook.create_sheet(say(f"sheet {name}", language))
    sheet.append([column_text(heading, language) for heading in headings])
    bold = load("openpyxl.styles").Font(bold=True)
    for cell in sheet[1]:
        cell.font = bold
    for row in rows:
        sheet.append(row)
    sheet.freeze_panes = "A2"
    for k, letter in enumerate("ABCDEFGHIJ"):
        sheet.column_dimensions[letter].width = 28 if k < 2 else 16


@dataclass(frozen=True)
class Filled:
    """What a filled workbook says; made by `read_workbook`.

    Parameters
    ----------
    indicators
        Indicators by name, with label, unit, source and history: known from their figures alone,
        until an equation or a process is given to them.
    targets
        The targets.
    outturns
        The actual values with their vintages; None where there are none.
    """

    indicators: dict[str, Indicator] = field(default_factory=dict)
    targets: tuple[Target, ...] = ()
    outturns: Outturns | None = None


def read_workbook(path: str | os.PathLike[str]) -> Filled:
    """Read a workbook that was made by `template` and filled in (needs openpyxl).

    Headings and sheets may be in any language of the library; further columns and rows that are
    empty are left out.

    Parameters
    ----------
    path
        The file.

    Raises
    ------
    ModelError
        With everything that cannot be read, each with its sheet and cell.

    Examples
    --------
    >>> import tempfile
    >>> import tinbergen as tb
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = tb.template(f"{folder}/plan.xlsx", model=tb.plans.yuecheng(), language="de")
    ...     filled = tb.read_workbook(file)
    >>> filled.indicators["gdp"].history
    {Period('2020'): 1008.5}
    """
    content = io.BytesIO(read_input(path, _LARGEST))
    try:
        workbook = load("openpyxl").load_workbook(content, read_only=True, data_only=True)
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise ModelError(f"{Path(path)}: this is no workbook of Excel ({error})") from None
    problems: list[Problem] = []
    indicators = dict(_indicators(_rows(workbook, "figures"), problems))
    targets = tuple(_targets(_rows(workbook, "targets"), indicators, problems))
    outturns = _outturns(_rows(workbook, "outturns"), problems)
    if problems:
        raise ModelError(problems)
    return Filled(indicators, targets, outturns)


Cells: TypeAlias = "list[tuple[str, dict[str, Any]]]"
"""Rows of a sheet: where each is, and its cells by heading."""


def _rows(workbook: Any, name: str) -> Cells:
    titles = {say(f"sheet {name}", language) for language in LANGUAGES}
    sheet = next((one for one in workbook.worksheets if one.title in titles), None)
    if sheet is None:
        return []
    known = {column_text(key, language): key for language in LANGUAGES for key in _known(name)}
    rows = sheet.iter_rows(values_only=True)
    headings = [known.get(str(cell).strip(), str(cell).strip()) for cell in next(rows, ())]
    found = []
    for k, row in enumerate(rows, start=2):
        cells = {
            heading: cell
            for heading, cell in zip(headings, row, strict=False)
            if cell is not None and str(cell).strip() and heading != "None"
        }
        if cells:
            found.append((f"{sheet.title}!{k}", cells))
    return found


def _known(name: str) -> tuple[str, ...]:
    return {"figures": _FIGURES, "targets": _TARGETS, "outturns": _OUTTURNS}[name]


def _wrong(address: str, message: str) -> Problem:
    return Problem(None, None, address, message)


def _number(where: str, heading: str, cell: Any, problems: list[Problem]) -> float | None:
    try:
        if isinstance(cell, bool):
            raise ValueError
        number = float(str(cell).replace(",", "").replace("\u2212", "-"))
        if not np.isfinite(number):
            raise ValueError
    except ValueError:
        problems.append(
            _wrong(f"{where}.{heading}", f"expected a number, found {str(cell)[:40]!r}")
        )
        return None
    return number


def _indicators(rows: Cells, problems: list[Problem]) -> Iterator[tuple[str, Indicator]]:
    for where, cells in rows:
        name = str(cells.get("indicator", "")).strip()
        if not name:
            problems.append(_wrong(f"{where}.indicator", "a row of figures needs a name"))
            continue
        history = {}
        for heading, cell in cells.items():
            if heading in _FIGURES or not heading[:4].isdigit():
                continue
            number = _number(where, heading, cell, problems)
            if number is not None:
                history[heading] = number
        text: dict[str, Any] = {
            key: str(cells[key]) for key in ("label", "unit", "source") if key in cells
        }
        yield name, Indicator(history=history, **text)


def _targets(
    rows: Cells, indicators: Mapping[str, Indicator], problems: list[Problem]
) -> Iterator[Target]:
    for where, cells in rows:
        options: dict[str, Any] = {
            key: str(cells[key]).strip()
            for key in ("label", "indicator", "of", "over", "nature", "source")
            if key in cells
        }
        bounds: dict[str, Any] = {
            key: _number(where, key, cells[key], problems)
            for key in ("at_least", "at_most", "above", "below")
            if key in cells
        }
        if not bounds:
            problems.append(_wrong(where, "a target needs a number, such as one under at least"))
            continue
        if {"at_least", "at_most"} <= set(bounds):
            bounds = {"between": (bounds["at_least"], bounds["at_most"])}
        options |= bounds
        if options.get("indicator") not in indicators:
            said = f"no figures of {options.get('indicator', 'an indicator')!r}"
            problems.append(_wrong(f"{where}.indicator", f"{said}: name one of the sheet before"))
            continue
        try:
            period = str(cells.get("period", "")).strip().removesuffix(".0")
            yield Target(str(cells.get("target", "")).strip(), period=period, **options)
        except (TypeError, ValueError) as error:
            problems.append(_wrong(where, str(error)))


def _outturns(rows: Cells, problems: list[Problem]) -> Outturns | None:
    if not rows:
        return None
    columns: dict[str, list[Any]] = {name: [] for name in _OUTTURNS}
    for where, cells in rows:
        missing = [n for n in ("indicator", "period", "value", "vintage") if n not in cells]
        if missing:
            problems.append(_wrong(where, f"an outturn needs {', '.join(missing)}"))
            continue
        vintage = cells["vintage"]
        day = vintage.date().isoformat() if hasattr(vintage, "date") else str(vintage)
        columns["indicator"].append(str(cells["indicator"]).strip())
        columns["period"].append(str(cells["period"]).strip().removesuffix(".0"))
        columns["value"].append(_number(where, "value", cells["value"], problems))
        columns["vintage"].append(day)
        columns["source"].append(str(cells.get("source", "")))
    if problems or not columns["value"]:
        return None
    return Outturns(columns)
