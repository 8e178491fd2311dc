"""Rounds: a run archived as one folder, that can be verified to the bit and compared with another.

A folder has ``plan.toml`` (the model), ``fan.csv`` and ``attainment.csv`` (what it gave),
``outturns.csv`` and ``note.md`` where they were given, and ``round.json`` (seed and sampling,
versions, and the SHA-256 of every other file). ``docs/rounds.md`` has the format.
"""

from __future__ import annotations

import csv
import io
import os
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tinbergen import _core
from tinbergen.basics.table import Table
from tinbergen.basics.text import counted
from tinbergen.errors import ModelError, Problem, TouchedRoundWarning
from tinbergen.io.folders import standing
from tinbergen.io.round_record import (
    CHANGED,
    MANIFEST,
    UNSEALED,
    is_of_draws,
    needs_later,
    read_file,
    read_record,
    sha256,
    touched,
)
from tinbergen.io.round_verification import Verification, verify
from tinbergen.questions.explanation import Explanation, Of, diff, explain
from tinbergen.questions.warnings import alerts_between
from tinbergen.results.notes import Note, Notes
from tinbergen.written.model import Model

if TYPE_CHECKING:
    from tinbergen.questions.conditioning import Tracked
    from tinbergen.results.runs import Runs

__all__ = ["Comparison", "Round", "compare_rounds", "read_round", "side_by_side"]


class Round:
    """An archived run; made by `Runs.archive` and `read_round`.

    A round whose files were touched since says so: in `notes`, when it is printed, compared or drawn,
    and by a `TouchedRoundWarning` when such a file is read.

    Attributes
    ----------
    folder : Path
        Where it is.
    record : dict
        What ``round.json`` says: name, seed, paths, design, scenarios, keep, streams, versions,
        files with their SHA-256.

    Examples
    --------
    >>> import tempfile, pathlib, tinbergen as tb
    >>> runs = tb.plans.yuecheng().simulate(paths=100, seed=1, scenarios="baseline", keep="gdp")
    >>> with tempfile.TemporaryDirectory() as place:
    ...     archived = runs.archive(pathlib.Path(place) / "2021", note="first round")
    ...     archived.verify().ok, archived.note
    (True, 'first round')
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.folder = standing(Path(folder))
        self.record = read_record(self.folder)

    @property
    def name(self) -> str:
        """Its name: that of the folder unless another was given."""
        return str(self.record["name"])

    @property
    def model(self) -> Model:
        """The model that was simulated."""
        file = self.folder / "plan.toml"
        try:
            draws = filter(is_of_draws, self.record["files"])
            tables = [(name, self._read(name)) for name in draws]
            plan = self._read(file.name)
            return Model._from_core(_core.Model.from_toml(plan, str(file), tables))
        except ModelError as error:
            later = needs_later(self.record)
            if not later:
                raise
            raise ModelError([Problem(str(file), None, "", later), *error.problems]) from None

    @property
    def attainment(self) -> Table:
        """How likely each target was: scenario, target, probability, low, high."""
        try:
            return _attainment(self._read("attainment.csv"))
        except (KeyError, TypeError, UnicodeDecodeError, ValueError) as error:
            if isinstance(error, ModelError):
                raise
            file = self.folder / "attainment.csv"
            raise ValueError(f"{file}: is no table of probabilities: {error}") from None

    @property
    def notes(self) -> Notes:
        """Which of its files are not as they were archived, or may not be; nothing where all are."""
        found = [
            Note(file, "touched", f"{self._place}: {what}")
            for file, what in touched(self.folder, self.record)
        ]
        if "seal" not in self.record:
            found.append(Note(MANIFEST, "unsealed", f"{self._place}: {UNSEALED}"))
        return Notes(found)

    @property
    def _place(self) -> str:
        """The name of its folder, with that in its record where it is another."""
        place = self.folder.resolve().name
        return place if place == self.name else f"{place} (archived as {self.name})"

    @property
    def note(self) -> str:
        """The note of judgement; empty without one."""
        return self._text("note.md")

    @property
    def outturns(self) -> Table | None:
        """The actual values that were known, with their vintages; None without any."""
        text = self._text("outturns.csv")
        return _table(text) if text else None

    def _text(self, file: str) -> str:
        return self._read(file).decode() if file in self.record["files"] else ""

    def _read(self, file: str) -> bytes:
        """Read one of its files, and warn when it is not as it was archived."""
        path = self.folder / file
        if not path.exists():
            raise FileNotFoundError(f"{path}: is missing, and was there when it was archived")
        content = read_file(path)
        if sha256(content) != self.record["files"][file]:
            warnings.warn(f"{path}: {CHANGED}", TouchedRoundWarning, stacklevel=3)
        return content

    def simulate(self, **options: Any) -> Runs:
        """Run it again, from the same seed.

        Parameters
        ----------
        **options
            Those of `Model.simulate`, such as ``threads`` and ``progress``.
        """
        record = self.record
        settings: dict[str, Any] = {
            "paths": record["paths"],
            "seed": record["seed"],
            "design": record["design"],
            "scenarios": record["scenarios"],
            "keep": record["keep"],
        }
        if record["held"] is not None:
            settings["basis"] = record["held"]["basis"]
        settings.update(options)
        return self.side().simulate(**settings)

    def side(self) -> Model | Tracked:
        """Return the model, conditioned on the actual values that the run was conditioned on, if any."""
        if self.record["held"] is None:
            return self.model
        self._read("outturns.csv")  # with its warning
        return self.model.observe(self.folder / "outturns.csv")

    def verify(self, *, threads: int | None = None) -> Verification:
        """Compute it again, and say what differs.

        Files are compared with their hashes; then the plan is simulated from the same seed, and
        every number of ``fan.csv`` and ``attainment.csv`` is compared to the last bit.

        Parameters
        ----------
        threads
            Number of threads; the numbers do not depend on it.
        """
        return verify(self, threads)

    def compare(self, after: Round | str | os.PathLike[str]) -> Comparison:
        """Compare it with a later round."""
        return compare_rounds(self, after)

    def __repr__(self) -> str:
        record = self.record
        changes = [f"; {file} {what}" for file, what in touched(self.folder, record)]
        return (
            f"<Round {self.name!r}: {counted(record['paths'], 'path')}, seed {record['seed']}, "
            f"{record['design']}, tinbergen {record['versions'].get('tinbergen', '?')}"
            f"{''.join(changes)}>"
        )


@dataclass(frozen=True)
class Comparison:
    """Two rounds side by side.

    Parameters
    ----------
    before, after
        The rounds.
    probabilities
        Columns scenario, target, before, after (each with its 95 % interval, as before_low and
        before_high), difference; not a number where a round has no such row. For the Monte Carlo
        error of a difference see `explain`.
    differences
        What differs between their models: address, kind, before, after.
    """

    before: Round
    after: Round
    probabilities: Table
    differences: Table

    @property
    def heading(self) -> str:
        """Both rounds, by the names of their folders."""
        return f"{self.before._place} -> {self.after._place}"

    @property
    def notes(self) -> Notes:
        """Which files of the rounds are not as they were archived."""
        return Notes(dict.fromkeys([*self.before.notes, *self.after.notes]))

    def alerts(self, scenario: str = "baseline") -> Table:
        """Evaluate early warnings on probabilities in the later round."""
        now, before = self.after.attainment, self.before.attainment
        return alerts_between(self.after.model, before, now, scenario)

    def explain(self, of: Of = "all", **options: Any) -> Explanation:
        """Attribute the change of a probability or a quantile; see `tinbergen.explain`.

        Paths, seed and design are those of the later round unless given.
        """
        record = self.after.record
        settings: dict[str, Any] = {key: record[key] for key in ("paths", "seed", "design")}
        if record["held"] is not None:
            settings["basis"] = record["held"]["basis"]
        return explain(self.before.side(), self.after.side(), of, **{**settings, **options})

    def __repr__(self) -> str:
        head = self.heading
        head = "\n".join([head, *map(str, self.notes)])
        count = counted(len(self.differences), "difference")
        return f"{head}\n{self.probabilities}\n\n{count}\n{self.differences}"


def read_round(folder: str | os.PathLike[str]) -> Round:
    """Open an archived round.

    Parameters
    ----------
    folder
        Its folder.

    Raises
    ------
    ValueError
        When it is no folder of a round, or its ``round.json`` cannot be trusted.

    Examples
    --------
    >>> read_round("no such folder")
    Traceback (most recent call last):
        ...
    FileNotFoundError: no such folder: there is no such folder
    """
    return Round(folder)


def compare_rounds(
    before: Round | str | os.PathLike[str], after: Round | str | os.PathLike[str]
) -> Comparison:
    """Compare two rounds: their probabilities side by side, and what differs between the models.

    Parameters
    ----------
    before, after
        Rounds, or their folders.

    Examples
    --------
    >>> import tempfile, pathlib, tinbergen as tb
    >>> runs = tb.plans.yuecheng().simulate(paths=100, seed=1, scenarios="baseline", keep="gdp")
    >>> with tempfile.TemporaryDirectory() as place:
    ...     archived = runs.archive(pathlib.Path(place) / "a")
    ...     len(tb.compare_rounds(archived, archived).differences)
    0
    """
    a, b = (side if isinstance(side, Round) else Round(side) for side in (before, after))
    return Comparison(a, b, side_by_side(a.attainment, b.attainment), diff(a.model, b.model))


def side_by_side(before: Table, after: Table) -> Table:
    """Lay the probabilities of two runs side by side.

    Parameters
    ----------
    before, after
        Their tables of attainment.

    Examples
    --------
    >>> import tinbergen as tb
    >>> table = tb.plans.minimal().simulate(paths=100, seed=1).attainment()
    >>> set(side_by_side(table, table)["difference"].tolist())
    {0.0}
    """
    parts = ("probability", "low", "high")
    first, second = (
        {(row["scenario"], row["target"]): [row[p] for p in parts] for row in table.rows()}
        for table in (before, after)
    )
    keys = list(dict.fromkeys([*second, *first]))
    columns: dict[str, Any] = {
        "scenario": [scenario for scenario, _ in keys],
        "target": [target for _, target in keys],
    }
    for name, known in (("before", first), ("after", second)):
        values = np.array([known.get(key, [np.nan] * 3) for key in keys]).reshape(-1, 3)
        for end, column in zip(("", "_low", "_high"), values.T, strict=True):
            columns[f"{name}{end}"] = column
    columns["difference"] = columns["after"] - columns["before"]
    return Table(
        columns,
        percent=[name for name in columns if name.startswith(("before", "after"))],
        rates=["difference"],
        shown=("scenario", "target", "before", "after", "difference"),
    )


def _table(text: str) -> Table:
    rows = list(csv.DictReader(io.StringIO(text)))
    names = rows[0] if rows else {}
    columns: dict[str, list[Any]] = {name: [row[name] for row in rows] for name in names}
    if "value" in columns:
        columns["value"] = [float(value) for value in columns["value"]]
    return Table(columns)


def _attainment(content: bytes) -> Table:
    reader = csv.DictReader(io.StringIO(content.decode()))
    rows = list(reader)
    texts = {key: [row[key] for row in rows] for key in ("scenario", "target")}
    numbers = {
        key: [float(row[key]) if row[key] else np.nan for row in rows]
        for key in reader.fieldnames or ()
        if key not in texts
    }
    shares = ("probability", "low", "high", "undefined")
    percent = [key for key in shares if key in numbers]
    return Table({**texts, **numbers}, percent=percent)
