"""Rounds: a run archived as one folder, that can be verified to the bit and compared with another.

A folder has ``plan.toml`` (the model), ``fan.csv`` and ``attainment.csv`` (what it gave),
``outturns.csv`` and ``note.md`` where they were given, and ``round.json`` (seed and sampling,
versions, and the SHA-256 of every other file). ``docs/rounds.md`` has the format.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import platform
import re
import secrets
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import numpy as np

import tinbergen
from tinbergen.errors import ModelError, Problem, UnknownNameError
from tinbergen.explanation import Explanation, Of, diff, explain
from tinbergen.frames import Table
from tinbergen.model import Design, Model
from tinbergen.output import attainment_csv, fan_csv

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from tinbergen.outturns import Tracked
    from tinbergen.runs import Runs

__all__ = [
    "Comparison",
    "Round",
    "Verification",
    "archive",
    "compare_rounds",
    "plot_rounds",
    "probabilities",
    "read_round",
]

_FORMAT = 1
_MANIFEST = "round.json"
_FILES = ("plan.toml", "fan.csv", "attainment.csv", "outturns.csv", "note.md")
_NEEDED = ("plan.toml", "fan.csv", "attainment.csv")
_LARGEST = 200 << 20
_HASH = re.compile(r"[0-9a-f]{64}")


class Round:
    """An archived run; made by `Runs.archive` and `read_round`.

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
        self.folder = Path(folder)
        self.record = _record(self.folder)

    @property
    def name(self) -> str:
        """Its name: that of the folder unless another was given."""
        return str(self.record["name"])

    @property
    def model(self) -> Model:
        """The model that was simulated."""
        file = self.folder / "plan.toml"
        try:
            return Model.from_toml(_read(file), file=str(file))
        except ModelError as error:
            later = _later(self.record)
            if not later:
                raise
            raise ModelError([Problem(str(file), None, "", later), *error.problems]) from None

    @property
    def attainment(self) -> Table:
        """How likely each target was: scenario, target, probability, low, high."""
        return _attainment(_read(self.folder / "attainment.csv"))

    @property
    def note(self) -> str:
        """The note of judgement; empty without one."""
        return self._text("note.md")

    @property
    def outturns(self) -> Table | None:
        """The outturns that were known, with their vintages; None without any."""
        text = self._text("outturns.csv")
        return _table(text) if text else None

    def _text(self, file: str) -> str:
        return _read(self.folder / file).decode() if file in self.record["files"] else ""

    def simulate(self, **options: Any) -> Runs:
        """Run it again, from the same seed.

        Parameters
        ----------
        **options
            Those of `Model.simulate`, such as ``threads`` and ``progress``.
        """
        record = self.record
        keys = ("paths", "seed", "design", "scenarios", "keep")
        settings: dict[str, Any] = {key: record[key] for key in keys}
        settings.update(options)
        if self.record["held"] is not None:
            settings.setdefault("basis", self.record["held"]["basis"])
        return self.side().simulate(**settings)

    def side(self) -> Model | Tracked:
        """Give the model, held to the outturns that the run was held to, if it was."""
        if self.record["held"] is None:
            return self.model
        return self.model.observe(self.folder / "outturns.csv")

    def verify(self, *, threads: int | None = None) -> Verification:
        """Compute it again, and say what differs.

        Files are held against their hashes; then the plan is simulated from the same seed, and
        every number of ``fan.csv`` and ``attainment.csv`` is compared to the last bit.

        Parameters
        ----------
        threads
            Number of threads; the numbers do not depend on it.
        """
        return _verify(self, threads)

    def compare(self, after: Round | str | os.PathLike[str]) -> Comparison:
        """Compare it with a later round."""
        return compare_rounds(self, after)

    def __repr__(self) -> str:
        record = self.record
        return (
            f"<Round {self.name!r}: {record['paths']:,} paths, seed {record['seed']}, "
            f"{record['design']}, tinbergen {record['versions'].get('tinbergen', '?')}>"
        )


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
    notes: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether nothing differs."""
        return not self.problems

    def __bool__(self) -> bool:
        return self.ok

    def __str__(self) -> str:
        first = "verified: every file and every number is as archived" if self.ok else "differs:"
        lines = [first, *(f"  {problem}" for problem in self.problems)]
        return "\n".join([*lines, *(f"  note: {note}" for note in self.notes)])


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

    def alerts(self, scenario: str = "baseline") -> Table:
        """Say which early warnings on probabilities fire in the later round."""
        from tinbergen.warning import alerts

        return alerts(self.after.model, self.after.attainment, self.before.attainment, scenario)

    def explain(self, of: Of = "all", **options: Any) -> Explanation:
        """Say why a probability or a quantile changed; see `tinbergen.explain`.

        Paths, seed and design are those of the later round unless given.
        """
        record = self.after.record
        settings: dict[str, Any] = {key: record[key] for key in ("paths", "seed", "design")}
        if record["held"] is not None:
            settings["basis"] = record["held"]["basis"]
        return explain(self.before.side(), self.after.side(), of, **{**settings, **options})

    def __repr__(self) -> str:
        head = f"{self.before.name} -> {self.after.name}"
        count = len(self.differences)
        return f"{head}\n{self.probabilities}\n\n{count} differences\n{self.differences}"


def archive(
    runs: Runs,
    folder: str | os.PathLike[str],
    *,
    name: str | None = None,
    outturns: Any = None,
    note: str | None = None,
    replace: bool = False,
) -> Round:
    """Archive a run as a folder; see `Runs.archive`."""
    target = Path(folder)
    _refuse(target, replace=replace)
    contents: dict[str, bytes] = {
        "plan.toml": runs.model.to_toml().encode(),
        "fan.csv": fan_csv(runs).encode(),
        "attainment.csv": attainment_csv(runs).encode(),
    }
    held = runs._held
    if held is not None:
        if outturns is not None:
            raise ValueError("outturns: the run is held to outturns already; they are archived")
        outturns = held[0].table
    if outturns is not None:
        contents["outturns.csv"] = _csv(outturns).encode()
    if note is not None:
        contents["note.md"] = note.encode()
    info = runs.info
    scenarios = [scenario for scenario in runs if scenario != "mixture"]
    everything = [*runs.model.indicators]
    kept = list(runs[scenarios[0]].indicators)
    record = {
        "format": _FORMAT,
        "name": target.name if name is None else name,
        "plan": runs.model.name,
        **{key: info[key] for key in ("seed", "paths", "design", "streams")},
        "scenarios": scenarios,
        "keep": None if kept == everything else kept,
        "held": None if held is None else {"basis": held[1]},
        "versions": {
            "tinbergen": tinbergen.__version__,
            "python": platform.python_version(),
            "numpy": np.__version__,
        },
        "files": {file: _sha256(content) for file, content in contents.items()},
    }
    contents[_MANIFEST] = (json.dumps(record, indent=2, ensure_ascii=False) + "\n").encode()
    _write(target, contents)
    return Round(target)


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
    """Put two rounds side by side: their probabilities, and what differs between their models.

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
    return Comparison(a, b, _side_by_side([a, b]), diff(a.model, b.model))


def _side_by_side(rounds: Sequence[Round]) -> Table:
    parts = ("probability", "low", "high")
    first, second = (
        {(row["scenario"], row["target"]): [row[p] for p in parts] for row in r.attainment.rows()}
        for r in rounds
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
        columns, percent=[name for name in columns if name.startswith(("before", "after"))]
    )


def probabilities(rounds: Iterable[Round]) -> Table:
    """Stack the attainment of several rounds: round, scenario, target, probability, low, high."""
    tables = []
    for one in rounds:
        table = one.attainment
        columns = {name: table[name] for name in table.columns}
        tables.append(Table({"round": [one.name] * len(table), **columns}, percent=table.percent))
    if not tables:
        raise ValueError("there is no round")
    return Table.stack(tables)


def plot_rounds(
    rounds: Iterable[Round] | Table,
    targets: str | Sequence[str] = "all",
    *,
    scenario: str = "baseline",
    model: Model | None = None,
    language: str = "en",
    ax: Axes | None = None,
) -> Axes:
    """Draw the probability of targets round by round (needs matplotlib).

    Parameters
    ----------
    rounds
        The archived rounds, the oldest first; or the table of `Model.rounds`, vintage by vintage.
    targets
        Ids of targets or names of sets.
    scenario
        The scenario to look at.
    model
        Where labels are looked up; that of the last archived round unless given.
    language
        ``"en"`` or ``"zh"``.
    ax
        Axes to draw on; a new figure unless given.

    Examples
    --------
    >>> import tinbergen as tb
    >>> plan = tb.plans.yuecheng()
    >>> table = plan.rounds(tb.plans.outturns(), paths=4000, seed=1, scenarios="baseline")
    >>> ax = tb.plot_rounds(table, ["gdp-2025", "economy"], model=plan)
    >>> [label.get_text() for label in ax.get_xticklabels()]
    ['before', '2023-04-14']
    """
    from tinbergen.plotting import _plots

    if isinstance(rounds, Table):
        table, column = rounds, "as_of"
    else:
        archived = list(rounds)
        table, column = probabilities(archived), "round"
        model = model or archived[-1].model
    _known("scenario", [scenario], table["scenario"].tolist())
    table = table.filter(scenario=scenario)
    names = [targets] if isinstance(targets, str) else list(targets)
    _known("target or set", names, table["target"].tolist())
    axes: Axes = _plots().by_round(
        table, names, model=model, column=column, language=language, ax=ax
    )
    return axes


def _known(kind: str, names: Iterable[str], known: Sequence[str]) -> None:
    """Refuse a name that is not known, with near ones."""
    for name in names:
        if name not in known:
            raise UnknownNameError(kind, name, list(dict.fromkeys(known)))


# Files


def _refuse(folder: Path, *, replace: bool) -> None:
    """Refuse to write over what is there."""
    if not folder.name or folder.name in {".", ".."}:
        raise ValueError(f"{folder}: name a folder for the round")
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise NotADirectoryError(f"{folder}: there is a file of that name; name a folder")
    if not folder.is_dir() or not any(folder.iterdir()):
        return
    if not replace:
        raise FileExistsError(f"{folder}: there is something already; use another, or replace=True")
    if not (folder / _MANIFEST).is_file():
        raise FileExistsError(f"{folder}: is no round, so it is not replaced; name another folder")


def _write(target: Path, contents: Mapping[str, bytes]) -> None:
    """Write the whole folder beside its place, then move it there."""
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}.tmp")
    old = target.with_name(f".{target.name}.{secrets.token_hex(4)}.old")
    try:
        draft.mkdir()
        for file, content in contents.items():
            (draft / file).write_bytes(content)
        if target.exists():
            target.rename(old)
        draft.rename(target)
    except BaseException:
        if old.exists() and not target.exists():
            old.rename(target)
        raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)


def _read(file: Path) -> bytes:
    if file.is_symlink():
        raise ValueError(f"{file}: is a link; the files of a round lie in its folder")
    size = file.stat().st_size
    if size > _LARGEST:
        raise ValueError(f"{file}: is {size} bytes large; at most {_LARGEST}")
    return file.read_bytes()


def _record(folder: Path) -> dict[str, Any]:
    """Read and check ``round.json``."""
    if not folder.is_dir():
        if folder.exists():
            raise ValueError(f"{folder}: is a file, not the folder of a round")
        raise FileNotFoundError(f"{folder}: there is no such folder")
    file = folder / _MANIFEST
    if not file.is_file():
        raise ValueError(f"{folder}: is no round: it has no {_MANIFEST}")
    try:
        record = json.loads(_read(file))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise ValueError(f"{file}: cannot be read: {error}") from None
    for problem in _wrong(record):
        later = _later(record)
        raise ValueError(f"{file}: {problem}" + (f"; {later}" if later else ""))
    checked: dict[str, Any] = record
    return checked


def _later(record: Any) -> str:
    """Say which version is needed, where a later one than this wrote the record; else nothing."""
    versions = record.get("versions") if isinstance(record, dict) else None
    version = versions.get("tinbergen") if isinstance(versions, dict) else None
    if not isinstance(version, str) or _numbers(version) <= _numbers(tinbergen.__version__):
        return ""
    return f"needs tinbergen >= {version}, which archived it; this is {tinbergen.__version__}"


def _numbers(version: str) -> tuple[int, ...]:
    """Give the numbers of a version, as far as it has any."""
    found = re.match(r"\d{1,9}(\.\d{1,9})*", version)
    return tuple(map(int, found.group().split("."))) if found else ()


def _wrong(record: Any) -> Iterable[str]:
    """Say what is wrong with a record."""
    if not isinstance(record, dict):
        yield "is not a table"
        return
    if record.get("format") != _FORMAT:
        yield f"has format {record.get('format')!r}; this version reads format {_FORMAT}"
        return
    kinds: dict[str, Callable[[Any], bool]] = {
        "name": lambda value: isinstance(value, str),
        "seed": lambda value: type(value) is int and 0 <= value < 2**64,
        "paths": lambda value: type(value) is int and 1 <= value <= 2**40,
        "design": lambda value: value in get_args(Design),
        "streams": lambda value: type(value) is int,
        "scenarios": lambda value: _texts(value) and bool(value),
        "keep": lambda value: value is None or _texts(value),
        "held": _held,
        "versions": lambda value: isinstance(value, dict),
        "files": lambda value: isinstance(value, dict),
    }
    for key, good in kinds.items():
        if key not in record:
            yield f'"{key}" is missing'
        elif not good(record[key]):
            yield f'"{key}" cannot be {record[key]!r}'
    files = record.get("files")
    for name, digest in files.items() if isinstance(files, dict) else ():
        if name not in _FILES:
            yield f"names a file {name!r} that no round has; a round has {', '.join(_FILES)}"
        elif not isinstance(digest, str) or not _HASH.fullmatch(digest):
            yield f"the hash of {name} is no SHA-256: {digest!r}"
    needed = _NEEDED if record.get("held") is None else (*_NEEDED, "outturns.csv")
    for name in needed:
        if isinstance(files, dict) and name not in files:
            yield f'"files" has no {name}'


def _held(value: Any) -> bool:
    basis = value.get("basis") if isinstance(value, dict) else None
    is_table = isinstance(value, dict) and set(value) == {"basis"}
    return value is None or (is_table and (basis is None or isinstance(basis, str)))


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _csv(outturns: Any) -> str:
    """Write a table of outturns: our own, a data frame, a mapping of columns or a CSV file."""
    if isinstance(outturns, Table):
        return outturns.to_csv()
    if isinstance(outturns, (str, os.PathLike)):
        return Path(outturns).read_text(encoding="utf-8")
    if hasattr(outturns, "to_table"):
        return str(outturns.to_table().to_csv())
    if hasattr(outturns, "columns"):
        return Table({str(name): list(outturns[name]) for name in outturns.columns}).to_csv()
    return Table(dict(outturns)).to_csv()


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
    percent = [key for key in ("probability", "low", "high") if key in numbers]
    return Table({**texts, **numbers}, percent=percent)


# Verifying


def _verify(archived: Round, threads: int | None) -> Verification:
    record, folder = archived.record, archived.folder
    problems = [*_files(folder, record["files"])]
    notes = []
    version = record["versions"].get("tinbergen")
    if version != tinbergen.__version__:
        notes.append(f"archived by tinbergen {version}, verified by {tinbergen.__version__}")
    inputs = ("plan.toml",) if record["held"] is None else ("plan.toml", "outturns.csv")
    if any(problem.startswith(inputs) for problem in problems):
        note = "nothing was simulated: what goes in is not as archived"
        return Verification(tuple(problems), (note,))
    runs = archived.simulate(threads=threads, progress=False)
    streams = runs.info["streams"]
    if streams != record["streams"]:
        problems.append(
            f"streams {record['streams']} gave the archived numbers, this version has {streams}: "
            "use the version of the package that archived it"
        )
        return Verification(tuple(problems), tuple(notes))
    for file, text in (("fan.csv", fan_csv(runs)), ("attainment.csv", attainment_csv(runs))):
        path = folder / file
        if path.is_file() and _read(path) != text.encode():
            problems.append(_first(file, _read(path).decode(errors="replace"), text))
    return Verification(tuple(dict.fromkeys(problems)), tuple(notes))


def _files(folder: Path, files: Mapping[str, str]) -> Iterable[str]:
    """Hold every file against its hash."""
    for name, digest in files.items():
        path = folder / name
        if not path.is_file():
            yield f"{name}: is missing"
        elif _sha256(_read(path)) != digest:
            yield f"{name}: was changed after it was archived"
    for path in sorted(folder.iterdir()):
        if path.name not in files and path.name != _MANIFEST:
            yield f"{path.name}: was not archived"


def _first(file: str, archived: str, again: str) -> str:
    """Say how many lines differ, and show the first."""
    old, new = archived.splitlines(), again.splitlines()
    changed = [k for k in range(max(len(old), len(new))) if old[k : k + 1] != new[k : k + 1]]
    if not changed:
        return f"{file}: line ends differ"
    k = changed[0]
    was, now = ("".join(lines[k : k + 1]) or "nothing" for lines in (old, new))
    return f"{file}: {len(changed)} lines differ, first line {k + 1}: {was} is now {now}"
