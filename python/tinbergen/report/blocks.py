"""What a part of a report is made of: sentences, tables, pictures. The template lays out each kind once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from tinbergen.basics.table import Table
from tinbergen.basics.table_text import cells, sides
from tinbergen.basics.text import Align
from tinbergen.basics.words import column_text
from tinbergen.report.picture import FanPicture

__all__ = ["Block", "Code", "Dots", "Sheet", "Swing", "Swings", "Telling", "Text", "sheet_of"]


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence.

    Parameters
    ----------
    text
        The sentence.
    role
        How it is set: ``""``, ``"lead"`` for the first thing a reader sees, ``"small"``.
    foreign
        Whether it is in English, whatever the language of the report.
    key
        What a page that computes finds it by, if it can change.
    hint
        What can be done on a screen; it stands behind the sentence there, and nowhere on paper.
    """

    text: str
    role: str = ""
    foreign: bool = False
    key: str = ""
    hint: str = ""
    kind: str = field(default="text", init=False)


@dataclass(frozen=True, slots=True)
class Code:
    """What is typed in a shell."""

    text: str
    kind: str = field(default="code", init=False)


@dataclass(frozen=True, slots=True)
class Dots:
    """A hundred dots, of which as many are dark as paths in a hundred met a goal.

    Parameters
    ----------
    filled
        How many are dark.
    about
        What is said of them to those who do not see them.
    of, legend
        What they are, and what the dark and the light ones are.
    """

    filled: int
    about: str
    of: str
    legend: Sequence[str]
    kind: str = field(default="dots", init=False)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table as people read it.

    Parameters
    ----------
    caption
        What it shows.
    header, rows
        Headings and cells, texts.
    align
        ``"left"`` or ``"right"`` for each column.
    folded
        Whether it is shown only when asked for; in print it always is.
    foreign
        Columns whose texts are in English, whatever the language of the report.
    bars
        A share from 0 to 1 for each row, shown as a bar in its first cell.
    keys
        What a page that computes finds the probability of each row by.
    """

    caption: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    align: Sequence[Align]
    folded: bool = False
    foreign: frozenset[int] = frozenset()
    bars: Sequence[float] = ()
    keys: Sequence[str] = ()
    kind: str = field(default="sheet", init=False)


@dataclass(frozen=True, slots=True)
class Telling:
    """An indicator with targets: its picture, the table behind it, and a sentence for each target.

    Parameters
    ----------
    key
        Its name.
    label
        What it is called.
    picture
        Its fan, if it has one.
    sheet
        The numbers behind the fan.
    targets
        The id of each target, what it is called, its sentence, what it wants, its source and
        nature.
    """

    key: str
    label: str
    picture: FanPicture | None
    sheet: Sheet | None
    targets: Sequence[dict[str, str]]
    kind: str = field(default="telling", init=False)


@dataclass(frozen=True, slots=True)
class Swing:
    """What an assumption does between two of its values.

    Parameters
    ----------
    label
        What it is called.
    values
        Its two values, texts.
    chances
        The probability at each, texts.
    places, errors
        Where the two probabilities are on a field from 0 to 100, and how far their 95 % intervals reach.
    """

    label: str
    values: Sequence[str]
    chances: Sequence[str]
    places: Sequence[float]
    errors: Sequence[float]

    def reach(self, end: int) -> tuple[float, float]:
        """Return the ends of an interval, inside the field."""
        middle, error = self.places[end], self.errors[end]
        return max(middle - error, 0.0), min(middle + error, 100.0)


@dataclass(frozen=True, slots=True)
class Swings:
    """A table of what assumptions do, with a picture in each row.

    Parameters
    ----------
    caption
        What it shows.
    header
        Headings of the six columns.
    rows
        The assumptions.
    stands
        Where the probability is as the plan stands, on the same field.
    """

    caption: str
    header: Sequence[str]
    rows: Sequence[Swing]
    stands: float
    kind: str = field(default="swings", init=False)


Block: TypeAlias = "Text | Code | Dots | Sheet | Swings | Telling"


def sheet_of(
    table: Table,
    caption: str,
    language: str,
    *,
    names: Iterable[str] | None = None,
    folded: bool = False,
    foreign: Iterable[str] = (),
    headed: Mapping[str, str] | None = None,
) -> Sheet:
    """Lay out a table of the library, all of its rows; some columns with headings of their own.

    Examples
    --------
    >>> import tinbergen as tb
    >>> sheet = sheet_of(tb.Table({"paths": [1000]}), "A run", "de")
    >>> sheet.header, sheet.rows
    (['Pfade'], [['1.000']])
    """
    chosen = list(table.shown if names is None else names)
    english = set(foreign)
    return Sheet(
        caption,
        [(headed or {}).get(name) or column_text(name, language) for name in chosen],
        cells(table, chosen, language),
        sides(table, chosen),
        folded=folded,
        foreign=frozenset(k for k, name in enumerate(chosen) if name in english),
    )
