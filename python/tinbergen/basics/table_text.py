"""Tables as text: numbers by their kind, as wide as the terminal, with a mark where something is left out."""

from __future__ import annotations

import html
import math
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal, Protocol, TypeAlias

import numpy as np

from tinbergen.basics.text import (
    Align,
    aligned,
    clipped,
    format_count,
    format_percent,
    format_rate,
    format_value,
    width,
)
from tinbergen.basics.words import column_text, number_text

__all__ = [
    "Kind",
    "RowKinds",
    "cells",
    "sides",
    "to_blocks",
    "to_html",
    "to_latex",
    "to_markdown",
    "to_text",
]

Kind: TypeAlias = Literal["value", "probability", "rate", "count"]
"""How the numbers of a column are read: as they are, as the probability of something, as a fraction
that people read in percent (growth), or as a count, which has no decimals."""
RowKinds: TypeAlias = "tuple[str, Mapping[str, Kind], frozenset[str]]"
"""The column that says what a row is about, the kind of each such thing, and the columns it holds for."""

_ROWS = 60
_TAIL = 15
_LONGEST = (40, 28, 20)
"""Texts that are longer are shortened where the table is too wide, the first way that does."""
_FALLBACK = 100
"""Columns of a terminal that does not say how many it has."""


class TableLike(Protocol):
    """What is printed of a table."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns."""

    @property
    def kinds(self) -> Mapping[str, Kind]:
        """The kinds of columns that are not just values."""

    @property
    def row_kinds(self) -> RowKinds | None:
        """Kinds that go by what a row is about."""

    @property
    def shown(self) -> tuple[str, ...]:
        """The columns that are shown unless the whole is asked for."""

    def __getitem__(self, name: str) -> Any: ...

    def __len__(self) -> int: ...


_SHOW: dict[Kind, Callable[[Any], str]] = {
    "value": format_value,
    "probability": format_percent,
    "rate": format_rate,
    "count": format_count,
}


def cells(table: TableLike, names: Sequence[str], language: str = "en") -> list[list[str]]:
    """Return the cells of some columns as people read them, numbers as in a language.

    A probability of which the table has an interval (``low`` and ``high``, or ``x_low`` and ``x_high``)
    is told as what that says where no path or every path met it.
    """
    columns = [_column(table, name) for name in names]
    for k, name in enumerate(names):
        if _is_number(table[name]):
            columns[k] = [number_text(cell, language) for cell in columns[k]]
        else:
            columns[k] = [_on_a_line(cell) for cell in columns[k]]
    return [list(row) for row in zip(*columns, strict=True)] if names else []


def _on_a_line(text: str) -> str:
    """Return a text without line breaks, which would break its row."""
    return " ".join(text.splitlines()) if len(text.splitlines()) > 1 else text


def _column(table: TableLike, name: str) -> list[str]:
    values = table[name].tolist()
    kind = table.kinds.get(name, "value")
    if kind == "probability":
        low, high = (f"{name}_low", f"{name}_high") if name != "probability" else ("low", "high")
        known = {**getattr(table, "_ends", {}), **{end: table[end] for end in table.columns}}
        if low in known and high in known:
            ends = zip(values, known[low].tolist(), known[high].tolist(), strict=True)
            return [format_percent(value, *end) for value, *end in ends]
    kinds = [kind] * len(values)
    about: list[Any] = [None] * len(values)
    if table.row_kinds is not None:
        key, of_rows, of = table.row_kinds
        if name in of and key in table.columns:
            about = table[key].tolist()
            kinds = [of_rows.get(str(one), kind) for one in about]
    # Numbers of one thing are alike: whole ones have decimals where others of it have some.
    broken = {one for one, value in zip(about, values, strict=True) if _has_decimals(value)}
    return [
        format_value(value, decimals=one in broken) if kind == "value" else _SHOW[kind](value)
        for value, kind, one in zip(values, kinds, about, strict=True)
    ]


def _has_decimals(value: Any) -> bool:
    return isinstance(value, float) and math.isfinite(value) and not value.is_integer()


def sides(table: TableLike, names: Sequence[str]) -> list[Align]:
    """Return how columns are aligned: numbers at the right."""
    return ["right" if _is_number(table[name]) else "left" for name in names]


def _is_number(values: np.ndarray[Any, Any]) -> bool:
    return values.dtype.kind in "iuf"


def to_text(
    table: TableLike,
    *,
    whole: bool = True,
    terminal: int | None = None,
    language: str | None = None,
    labels: Mapping[str, str] | None = None,
    rest: str = "print(table.to_text()) shows all",
    columns: Sequence[str] | None = None,
) -> str:
    """Lay out a table as text.

    Parameters
    ----------
    table
        The table.
    whole
        Whether every row and column is shown, however wide that is.
    terminal
        Columns of the terminal, where not the whole is shown; its own unless given.
    language
        Language of words and numbers; the whole has the names of columns unless given.
    labels
        What is printed for the names of columns in their place.
    rest
        How the whole can be seen, told where something is left out.
    columns
        The columns of the whole that are shown. What a table without the others would not know is still
        told by them: where no path met a target, the end of its interval.
    """
    chosen, header = _named(table, whole, language if whole else language or "en", columns)
    header = [(labels or {}).get(name) or text for name, text in zip(chosen, header, strict=True)]
    rows = cells(table, chosen, language or "en")
    align = sides(table, chosen)
    if whole:
        return aligned(header, rows, align)
    limit = terminal or shutil.get_terminal_size((_FALLBACK, 24)).columns
    hidden = max(len(rows) - _ROWS, 0)
    if hidden:
        gap = ["..."] + [""] * (len(header) - 1)
        rows = [*rows[: _ROWS - _TAIL], gap, *rows[-_TAIL:]]
    header, rows, align, left_out = _fitted(header, rows, align, limit)
    left_out += len(table.columns) - len(chosen)
    notes = []
    if hidden:
        notes.append(f"{hidden} of {len(table)} rows")
    if left_out:
        notes.append(f"{left_out} of {len(table.columns)} columns")
    text = aligned(header, rows, align)
    if not notes:
        return text
    said = f"({' and '.join(notes)} left out;"
    between = " " if len(said) + len(rest) + 2 <= limit else "\n"
    return f"{text}\n{said}{between}{rest})"


def to_blocks(
    table: TableLike,
    *,
    keys: int = 1,
    terminal: int | None = None,
    language: str = "en",
    labels: Mapping[str, str] | None = None,
) -> str:
    """Lay out a table with all its rows as blocks of columns, each as wide as the terminal.

    Parameters
    ----------
    table
        The table.
    keys
        How many columns say what a row is about; the first of them begins every block.
    terminal
        Columns of the terminal; its own unless given.
    language
        Language of the names of columns.
    labels
        What is printed for the names of columns in their place.
    """
    limit = terminal or shutil.get_terminal_size((_FALLBACK, 24)).columns
    header = _headings(table.shown, language, labels)
    rows, align = cells(table, table.shown, language), sides(table, table.shown)
    rows = [
        [clipped(cell, _LONGEST[0]) if 0 < k < keys else cell for k, cell in enumerate(row)]
        for row in rows
    ]
    sizes = [max(width(row[k]) for row in [header, *rows]) for k in range(len(header))]
    blocks, block, used = [], list(range(keys)), sum(sizes[:keys]) + 2 * (keys - 1)
    for k in range(keys, len(header)):
        if used + 2 + sizes[k] > limit and len(block) > 1:
            blocks.append(block)
            block, used = [0], sizes[0]
        block.append(k)
        used += 2 + sizes[k]
    blocks.append(block)

    def text(block: Sequence[int]) -> str:
        lines = [[row[k] for k in block] for row in rows]
        return aligned([header[k] for k in block], lines, [align[k] for k in block])

    return "\n\n".join(map(text, blocks))


def _headings(names: Iterable[str], language: str, labels: Mapping[str, str] | None) -> list[str]:
    return [(labels or {}).get(name) or column_text(name, language) for name in names]


def _fitted(
    header: list[str], rows: list[list[str]], align: list[Align], limit: int
) -> tuple[list[str], list[list[str]], list[Align], int]:
    """Shorten texts, and then leave out columns at the right, until a table is narrow enough."""

    def widths() -> list[int]:
        return [max(width(row[k]) for row in [header, *rows]) for k in range(len(header))]

    def total(sizes: Sequence[int]) -> int:
        return sum(sizes) + 2 * (len(sizes) - 1)

    for longest in _LONGEST:
        if total(widths()) <= limit:
            break
        rows = [_clip(row, align, longest) for row in rows]
    sizes = widths()
    kept = len(sizes)
    while kept > 1 and total(sizes[:kept]) + (5 if kept < len(sizes) else 0) > limit:
        kept -= 1
    left_out = len(sizes) - kept
    if not left_out:
        return header, rows, align, 0
    rows = [[*row[:kept], "..."] for row in rows]
    return [*header[:kept], "..."], rows, [*align[:kept], "left"], left_out


def _clip(row: Sequence[str], align: Sequence[Align], longest: int) -> list[str]:
    """Shorten the texts of a row."""
    sides = zip(row, align, strict=True)
    return [clipped(cell, longest) if side == "left" else cell for cell, side in sides]


def to_html(table: TableLike, language: str = "en") -> str:
    """Lay out a table for a notebook, whose cells scroll where they are wide."""
    chosen = table.shown
    rows = cells(table, chosen, language)
    hidden = max(len(rows) - _ROWS, 0)
    if hidden:
        gap = ["..."] + [""] * (len(chosen) - 1)
        rows = [*rows[: _ROWS - _TAIL], gap, *rows[-_TAIL:]]
    notes = [f"{hidden} of {len(table)} rows"] if hidden else []
    left_out = len(table.columns) - len(chosen)
    notes += [f"{left_out} of {len(table.columns)} columns"] if left_out else []
    rest = f"<p>{' and '.join(notes)} left out; print(table.to_text()) shows all</p>"
    header = _headings(chosen, language, None)
    return _html(header, rows, sides(table, chosen)) + (rest if notes else "")


def _html(header: Iterable[str], rows: Iterable[Sequence[str]], align: Sequence[Align]) -> str:
    def line(tag: str, texts: Iterable[str]) -> str:
        return "".join(
            f'<{tag} style="text-align:{side}">{html.escape(text)}</{tag}>'
            for text, side in zip(texts, align, strict=True)
        )

    body = "".join(f"<tr>{line('td', row)}</tr>" for row in rows)
    return f"<table><thead><tr>{line('th', header)}</tr></thead><tbody>{body}</tbody></table>"


def to_markdown(table: TableLike, *, whole: bool = True, language: str | None = None) -> str:
    """Lay out a table in Markdown, with the names of columns or their words in a language."""
    chosen, header = _named(table, whole, language)
    align = sides(table, chosen)
    found = cells(table, chosen, language or "en")
    header, *rows = [[cell.replace("|", r"\|") for cell in row] for row in [header, *found]]
    widths = [max(3, *(len(row[k]) for row in [header, *rows])) for k in range(len(header))]
    rule = [
        "-" * (w - 1) + (":" if side == "right" else "-")
        for w, side in zip(widths, align, strict=True)
    ]
    text = aligned(header, [rule, *rows], align, gap=" | ")
    lines = [f"| {line}" for line in text.split("\n")]
    longest = max(map(len, lines))
    return "\n".join(f"{line.ljust(longest)} |" for line in lines)


_LATEX = str.maketrans(
    {c: f"\\{c}" for c in "&%$#_{}"}
    | {"~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "\\": r"\textbackslash{}"}
)


def _named(
    table: TableLike, whole: bool, language: str | None, columns: Sequence[str] | None = None
) -> tuple[tuple[str, ...], list[str]]:
    """Return the columns of a table, and what they are called."""
    chosen = tuple(columns) if columns else table.columns if whole else table.shown
    return chosen, list(chosen) if language is None else _headings(chosen, language, None)


def to_latex(table: TableLike, *, whole: bool = True, language: str | None = None) -> str:
    """Lay out a table in LaTeX, with the names of columns or their words in a language."""
    chosen, names = _named(table, whole, language)
    columns = "".join(side[0] for side in sides(table, chosen))
    found = cells(table, chosen, language or "en")
    lines = [" & ".join(c.translate(_LATEX) for c in row) + r" \\" for row in found]
    header = " & ".join(name.translate(_LATEX) for name in names) + r" \\"
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
