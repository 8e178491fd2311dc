"""Verification of an archived round: computed again, compared to the last bit."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING

from tinbergen.basics.version import VERSION
from tinbergen.io.round_record import (
    CONDITIONING,
    SUMMARIES,
    is_of_draws,
    read_file,
    strays,
    touched,
)
from tinbergen.io.run_files import ATTAINMENT, FAN, attainment_csv, fan_csv
from tinbergen.results.notes import Note, Notes

if TYPE_CHECKING:
    from tinbergen.io.rounds import Round

__all__ = ["Verification", "verify"]


@dataclass(frozen=True)
class Verification:
    """Whether a round is what it says, and what differs where it is not.

    Parameters
    ----------
    problems
        What differs, one sentence each; empty when nothing does.
    notes
        What is worth knowing and changes no number: another version of the package, say.
    """

    problems: tuple[str, ...]
    notes: Notes = field(default_factory=Notes)

    @property
    def ok(self) -> bool:
        """Whether nothing differs."""
        return not self.problems

    def __bool__(self) -> bool:
        return self.ok

    def __str__(self) -> str:
        first = "verified: every file and every number is as archived" if self.ok else "differs:"
        lines = [first, *(f"  {problem}" for problem in self.problems)]
        return "\n".join([*lines, *(f"  note: {note.message}" for note in self.notes)])

    def _repr_html_(self) -> str:
        return f"<pre>{escape(str(self))}</pre>"


def verify(archived: Round, threads: int | None) -> Verification:
    """Compute a round again, and say what differs; see `Round.verify`."""
    record, folder = archived.record, archived.folder
    found = (*touched(folder, record), *strays(folder, record))
    problems = [f"{name}: {what}" for name, what in found]
    notes: list[Note] = []
    version = record["versions"].get("tinbergen")
    if version != VERSION:
        message = f"archived by tinbergen {version}, verified by {VERSION}"
        notes.append(Note("round.json", "version", message))
    inputs = ("plan.toml", *filter(is_of_draws, record["files"]))
    if record["held"] is not None:
        inputs = (*inputs, "outturns.csv")
    if any(problem.startswith(inputs) for problem in problems):
        message = "nothing was simulated: what goes in is not as archived"
        return Verification(tuple(problems), Notes([Note("plan.toml", "not_simulated", message)]))
    runs = archived.simulate(threads=threads, progress=False)
    streams = runs.info["streams"]
    if streams != record["streams"]:
        problems.append(
            f"streams {record['streams']} gave the archived numbers, this version has {streams}: "
            "use the version of the package that archived it"
        )
        return Verification(tuple(problems), Notes(notes))
    conditioning = record.get("conditioning", 1)
    if record["held"] is not None and conditioning != CONDITIONING:
        problems.append(
            f"version {conditioning} of conditioning on actual values gave the archived numbers, this "
            f"version of the package has {CONDITIONING}: use the one that archived it"
        )
        return Verification(tuple(problems), Notes(notes))
    summaries = record.get("summaries", 1)
    weighted = [name for name in runs if runs[name].weights is not None]
    apart = weighted if summaries != SUMMARIES else []
    if apart:
        message = (
            f"quantiles and intervals of paths that weigh differently ({', '.join(apart)}) are by definition "
            f"{summaries}, this version has {SUMMARIES}: they were not compared (docs/intervals.md)"
        )
        notes.append(Note("round.json.summaries", "version", message))
    for file, columns, write in (
        ("fan.csv", FAN, fan_csv),
        ("attainment.csv", ATTAINMENT, attainment_csv),
    ):
        path = folder / file
        if not path.is_file():
            continue
        archived_text = read_file(path).decode(errors="replace")
        # An earlier version may have had fewer columns.
        header = archived_text.partition("\n")[0].strip().split(",")
        again = write(runs, [column for column in columns if column.name in header] or columns)
        if apart:
            archived_text, again = (_without_summaries(t, apart) for t in (archived_text, again))
        if archived_text != again:
            problems.append(_first(file, archived_text, again))
    return Verification(tuple(dict.fromkeys(problems)), Notes(notes))


def _without_summaries(text: str, scenarios: Iterable[str]) -> str:
    """Empty the quantiles and the ends of intervals in the rows of some scenarios."""
    rows = list(csv.reader(io.StringIO(text)))
    header = rows[0] if rows else []
    ends = [k for k, name in enumerate(header) if name in ("low", "high") or name[:1] == "q"]
    of = header.index("scenario") if "scenario" in header else 0
    for row in rows[1:]:
        if len(row) == len(header) and row[of] in scenarios:
            for k in ends:
                row[k] = ""
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows(rows)
    return written.getvalue()


def _first(file: str, archived: str, again: str) -> str:
    """Tell how many lines differ, and show the first."""
    old, new = archived.splitlines(), again.splitlines()
    changed = [k for k in range(max(len(old), len(new))) if old[k : k + 1] != new[k : k + 1]]
    if not changed:
        return f"{file}: line ends differ"
    k = changed[0]
    was, now = ("".join(lines[k : k + 1]) or "nothing" for lines in (old, new))
    return f"{file}: {len(changed)} lines differ, first line {k + 1}: {was} is now {now}"
