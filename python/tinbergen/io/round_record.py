"""The record of an archived round, ``round.json``, and the files that it vouches for."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, NotRequired, TypedDict, get_args

from tinbergen.basics.files import read_input
from tinbergen.basics.settings import Design
from tinbergen.basics.version import VERSION

__all__ = [
    "CHANGED",
    "CONDITIONING",
    "FORMAT",
    "MANIFEST",
    "SUMMARIES",
    "UNSEALED",
    "RoundRecord",
    "is_of_draws",
    "needs_later",
    "read_file",
    "read_record",
    "sealed",
    "sha256",
    "strays",
    "touched",
]

FORMAT = 1
CONDITIONING = 2
"""The version of how paths are drawn and weighed given actual values (docs/outturns.md)."""
SUMMARIES = 2
"""The version of what quantiles and intervals of paths that weigh differently are (docs/intervals.md)."""
MANIFEST = "round.json"
_FILES = ("plan.toml", "fan.csv", "attainment.csv", "outturns.csv", "note.md")
_NEEDED = ("plan.toml", "fan.csv", "attainment.csv")
_DRAWS = re.compile(r"plan\.\w{1,100}\.csv")
CHANGED = "was changed after it was archived"
UNSEALED = "has no seal, so a change of the record cannot be seen; verify computes it again"
_HASH = re.compile(r"[0-9a-f]{64}")


class Conditioning(TypedDict):
    """The basis of the link that a run was conditioned on actual values with."""

    basis: str | None


class RoundRecord(TypedDict):
    """What ``round.json`` says of a run: docs/rounds.md."""

    format: int
    name: str
    plan: str
    seed: int
    paths: int
    design: Design
    streams: int
    summaries: NotRequired[int]
    conditioning: NotRequired[int]
    scenarios: list[str]
    keep: list[str] | None
    held: Conditioning | None
    versions: dict[str, str]
    files: dict[str, str]
    seal: NotRequired[str]


def read_file(file: Path) -> bytes:
    """Read a file of a round: no link, no pipe, and no larger than can be meant."""
    if file.is_symlink():
        raise ValueError(f"{file}: is a link; the files of a round lie in its folder")
    return read_input(file)


def read_record(folder: Path) -> RoundRecord:
    """Read and check ``round.json``."""
    if not folder.is_dir():
        if folder.exists():
            raise ValueError(f"{folder}: is a file, not the folder of a round")
        raise FileNotFoundError(f"{folder}: there is no such folder")
    file = folder / MANIFEST
    if not file.exists():
        raise ValueError(f"{folder}: is no round: it has no {MANIFEST}")
    try:
        record = json.loads(read_file(file))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise ValueError(f"{file}: cannot be read: {error}") from None
    for problem in _wrong(record):
        later = needs_later(record)
        raise ValueError(f"{file}: {problem}" + (f"; {later}" if later else ""))
    checked: RoundRecord = record
    return checked


def needs_later(record: Any) -> str:
    """Return which version is needed, where a later one than this wrote the record; else nothing."""
    versions = record.get("versions") if isinstance(record, dict) else None
    version = versions.get("tinbergen") if isinstance(versions, dict) else None
    if not isinstance(version, str) or _numbers(version) <= _numbers(VERSION):
        return ""
    return f"needs tinbergen >= {version}, which archived it; this is {VERSION}"


def _numbers(version: str) -> tuple[int, ...]:
    """Return the numbers of a version, as far as it has any."""
    found = re.match(r"\d{1,9}(\.\d{1,9})*", version)
    return tuple(map(int, found.group().split("."))) if found else ()


def _wrong(record: Any) -> Iterable[str]:
    """Yield what is wrong with a record."""
    if not isinstance(record, dict):
        yield "is not a table"
        return
    if record.get("format") != FORMAT:
        yield f"has format {record.get('format')!r}; this version reads format {FORMAT}"
        return
    kinds: dict[str, Callable[[Any], bool]] = {
        "name": lambda value: isinstance(value, str),
        "seed": lambda value: type(value) is int and 0 <= value < 2**64,
        "paths": lambda value: type(value) is int and 1 <= value <= 2**40,
        "design": lambda value: value in get_args(Design),
        "streams": lambda value: type(value) is int,
        "scenarios": lambda value: _texts(value) and bool(value),
        "keep": lambda value: value is None or _texts(value),
        "held": _conditioning,
        "versions": lambda value: isinstance(value, dict),
        "files": lambda value: isinstance(value, dict),
    }
    for key, good in kinds.items():
        if key not in record:
            yield f'"{key}" is missing'
        elif not good(record[key]):
            yield f'"{key}" cannot be {record[key]!r}'
    for key in ("summaries", "conditioning"):
        if type(record.get(key, 1)) is not int:
            yield f'"{key}" cannot be {record[key]!r}'
    if not isinstance(record.get("seal", ""), str):
        yield f'"seal" cannot be {record["seal"]!r}'
    files = record.get("files")
    for name, digest in files.items() if isinstance(files, dict) else ():
        if name not in _FILES and not is_of_draws(name):
            known = ", ".join((*_FILES, "plan.NAME.csv"))
            yield f"names a file {name!r} that no round has; a round has {known}"
        elif not isinstance(digest, str) or not _HASH.fullmatch(digest):
            yield f"the hash of {name} is no SHA-256: {digest!r}"
    needed = _NEEDED if record.get("held") is None else (*_NEEDED, "outturns.csv")
    for name in needed:
        if isinstance(files, dict) and name not in files:
            yield f'"files" has no {name}'


def _conditioning(value: Any) -> bool:
    basis = value.get("basis") if isinstance(value, dict) else None
    is_table = isinstance(value, dict) and set(value) == {"basis"}
    return value is None or (is_table and (basis is None or isinstance(basis, str)))


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def is_of_draws(name: str) -> bool:
    """Return whether a file is a table of joint draws of the plan."""
    return _DRAWS.fullmatch(name) is not None


def touched(folder: Path, record: RoundRecord) -> Iterable[tuple[str, str]]:
    """Yield every file of a round that is not as it was archived, and what became of it."""
    if record.get("seal", seal(record)) != seal(record):
        yield MANIFEST, CHANGED
    for name, digest in record["files"].items():
        path = folder / name
        if not path.exists():
            yield name, "is missing"
        elif sha256(read_file(path)) != digest:
            yield name, CHANGED


def strays(folder: Path, record: RoundRecord) -> Iterable[tuple[str, str]]:
    """Yield every file in the folder of a round that is none of its own."""
    for path in sorted(folder.iterdir()):
        if path.name not in record["files"] and path.name != MANIFEST:
            yield path.name, "was not archived"


def seal(record: Mapping[str, Any]) -> str:
    """Return the SHA-256 of all that a record says but this."""
    rest = {key: value for key, value in record.items() if key != "seal"}
    return sha256(json.dumps(rest, sort_keys=True, separators=(",", ":")).encode())


def sealed(record: RoundRecord) -> RoundRecord:
    """Return a record with its seal."""
    return {**record, "seal": seal(record)}


def sha256(content: bytes) -> str:
    """Return the SHA-256 of bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()
