"""Notes: what a check, a reader or a run has to say beside its numbers."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, TypedDict, overload

from numpy.typing import NDArray

from tinbergen.basics.language import language_tag
from tinbergen.basics.table import Table

__all__ = ["Note", "Notes", "WrittenNote"]

_MOST = 20
"""So many names stand in a cell; `Note.targets` and `Note.indicators` have all."""


class WrittenNote(TypedDict):
    """A note as plain lists, texts and numbers."""

    address: str
    kind: str
    message: str
    targets: list[str]
    indicators: list[str]
    sources: list[str]
    resolve: str
    values: dict[str, float]


@dataclass(frozen=True, slots=True, order=True)
class Note:
    """Something worth knowing, with its address.

    Notes sort by address, kind and message.

    Parameters
    ----------
    address
        What it is about: ``targets.gdp-2025``, ``indicators.y``, ``scenarios.baseline``, ``run.streams``.
    kind
        Of a check: ``"out_of_reach"``, ``"infeasible"``, ``"tension"``, ``"disagreement"``,
        ``"overlap"``, ``"duplicate"``, ``"no_base"``, ``"already_met"``, ``"warning"``. Of a reader:
        ``"unmapped"``, ``"changed"``, ``"assumed"``, ``"not_used"``. Of a model made from data: ``"tracked"``,
        ``"drawn"``, ``"left_out"``. Of a run: ``"failed_paths"``, ``"early_warning"``,
        ``"surprising"``, ``"nothing_known"``, ``"heavy_weights"``, ``"unsolved_paths"``,
        ``"few_effective_paths"``, ``"effective_paths"``, ``"interval"``,
        ``"changes_nothing"``, ``"overridden"``, ``"storage"``, ``"contract"``. Of levers:
        ``"changes_nothing"``. Of a rare event: ``"not_reliable"``. Of an explanation:
        ``"together"``. Of a verified round: ``"version"``, ``"not_simulated"``.
    message
        What there is to say, in plain words with numbers.
    targets
        Ids of the targets that it takes; each of them was needed to find it.
    indicators
        The indicators it is about.
    sources
        Sections of the text that targets are from, or the line that was read.
    resolve
        What would resolve it.
    values
        The numbers of the message by name, in the unit of what they are about; growth as a
        fraction.

    Examples
    --------
    >>> print(Note("targets.pm25", "already_met", "it stands at 27 in 2020", targets=("pm25",)))
    already_met: pm25: it stands at 27 in 2020
    """

    address: str
    kind: str
    message: str
    targets: tuple[str, ...] = ()
    indicators: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    resolve: str = ""
    values: Mapping[str, float] = field(default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", MappingProxyType(dict(self.values)))

    @classmethod
    def about(
        cls,
        kind: str,
        targets: Iterable[str],
        indicators: Iterable[str],
        message: str,
        sources: Iterable[str] = (),
        resolve: str = "",
        values: Iterable[tuple[str, float]] = (),
    ) -> Note:
        """Make a note about targets or indicators; the first of them is its address.

        Examples
        --------
        >>> Note.about("warning", [], ["gdp"], "no unit").address
        'indicators.gdp'
        """
        ids, names = tuple(targets), tuple(indicators)
        address = f"targets.{ids[0]}" if ids else f"indicators.{names[0]}" if names else ""
        return cls(address, kind, message, ids, names, tuple(sources), resolve, dict(values))

    @property
    def subject(self) -> str:
        """What it is about, for a reader: its targets, or an address that is no indicator."""
        return ", ".join(self.targets) or ("" if self.indicators else self.address)

    def __str__(self) -> str:
        return ": ".join(part for part in (self.kind, self.subject, self.message) if part)

    def __reduce__(self) -> tuple[Any, ...]:
        parts = (self.address, self.kind, self.message, self.targets, self.indicators)
        return Note, (*parts, self.sources, self.resolve, dict(self.values))

    def to_dict(self) -> WrittenNote:
        """Write it as plain lists, texts and numbers.

        Examples
        --------
        >>> Note.about("warning", (), ["gdp"], "no unit").to_dict()["indicators"]
        ['gdp']
        """
        return {
            "address": self.address,
            "kind": self.kind,
            "message": self.message,
            "targets": list(self.targets),
            "indicators": list(self.indicators),
            "sources": list(self.sources),
            "resolve": self.resolve,
            "values": dict(self.values),
        }


def _listed(names: tuple[str, ...]) -> str:
    """Join names; of very many the first."""
    more = len(names) - _MOST
    return ", ".join(names) if more <= 0 else f"{', '.join(names[:_MOST])} and {more} more"


class Notes(Table):
    """Notes, most severe first: a table, and a sequence of `Note`.

    Parameters
    ----------
    notes
        The notes.

    Examples
    --------
    >>> notes = Notes([Note("indicators.gdp", "warning", "no unit")])
    >>> notes
    warning: indicators.gdp: no unit
    >>> notes["kind"].tolist(), notes[0].message, [note.address for note in notes]
    (['warning'], 'no unit', ['indicators.gdp'])
    """

    __slots__ = ("_notes",)

    def __init__(self, notes: Iterable[Note] = ()) -> None:
        self._notes = tuple(notes)
        super().__init__(
            {
                "kind": [note.kind for note in self],
                "address": [note.address for note in self],
                "targets": [_listed(note.targets) for note in self],
                "indicators": [_listed(note.indicators) for note in self],
                "message": [note.message for note in self],
                "sources": ["; ".join(note.sources) for note in self],
                "resolve": [note.resolve for note in self],
            }
        )

    def __iter__(self) -> Iterator[Note]:  # type: ignore[override]  # a sequence of notes first
        return iter(self._notes)

    def __contains__(self, item: object) -> bool:
        return item in self._notes or super().__contains__(item)

    @overload
    def __getitem__(self, name: str) -> NDArray[Any]: ...
    @overload
    def __getitem__(self, name: int) -> Note: ...
    @overload
    def __getitem__(self, name: slice) -> Notes: ...
    def __getitem__(self, name: str | int | slice) -> NDArray[Any] | Note | Notes:
        if isinstance(name, slice):
            return Notes(self._notes[name])
        return super().__getitem__(name) if isinstance(name, str) else self._notes[name]

    def __reduce__(self) -> tuple[Any, ...]:
        return Notes, (self._notes,)

    def of(self, *kinds: str) -> Notes:
        """Keep the notes of some kinds.

        Examples
        --------
        >>> import tinbergen as tb
        >>> for note in tb.plans.yuecheng().check().of("tension"):
        ...     print(", ".join(note.targets))
        gdp-2025, gdp-per-capita-2025
        investment-2021-2025
        high-tech-firms-yearly, high-tech-firms-2025
        """
        return Notes(note for note in self if note.kind in kinds)

    def but(self, *kinds: str) -> Notes:
        """Leave out the notes of some kinds.

        Examples
        --------
        >>> len(Notes([Note("run.streams", "contract", "version 1")]).but("contract"))
        0
        """
        return Notes(note for note in self if note.kind not in kinds)

    def to_dict(self) -> dict[str, list[WrittenNote]]:
        """Write all notes as plain lists, texts and numbers, for JSON.

        Examples
        --------
        >>> Notes([]).to_dict()
        {'notes': []}
        """
        return {"notes": [note.to_dict() for note in self]}

    def to_text(self, *, language: str | None = "en") -> str:
        """Print every note with the sections of the text and what would resolve it.

        Parameters
        ----------
        language
            ``"en"``: notes have no other.

        Examples
        --------
        >>> note = Note(
        ...     "indicators.gdp", "warning", "no unit", (), ("gdp",), ("1.1",), "say its unit"
        ... )
        >>> print(Notes([note]).to_text())
        warning: no unit
            text: 1.1
            to resolve it: say its unit
        """
        language_tag(language or "en")  # it rejects what is no language of the library
        lines = []
        for note in self:
            lines.append(str(note))
            if note.sources:
                lines.append(f"    text: {'; '.join(note.sources)}")
            if note.resolve:
                lines.append(f"    to resolve it: {note.resolve}")
        return "\n".join(lines)

    def __repr__(self) -> str:
        return "\n".join(self._folded()) or "nothing to note"

    def _folded(self) -> Iterator[str]:
        """Print each line once, and how often it comes where that is more than once."""
        for line, count in Counter(map(str, self)).items():
            yield line if count == 1 else f"{line} ({count} times)"

    def _repr_html_(self) -> str:
        if not self._notes:
            return "<p>nothing to note</p>"
        names = ("kind", "about", "message", "sources", "resolve")
        header = "".join(f'<th style="text-align:left">{name}</th>' for name in names)
        rows = (
            (note.kind, note.subject, note.message, "; ".join(note.sources), note.resolve)
            for note in self
        )
        cell = '<td style="text-align:left;vertical-align:top">{}</td>'
        body = "".join(
            f"<tr>{''.join(cell.format(html.escape(text)) for text in row)}</tr>" for row in rows
        )
        return f"<table><thead><tr>{header}</tr></thead><tbody>{body}</tbody></table>"
