"""Seals of ranges: how large their files were when they were written, and digests of the numbers in them.

They stand before the sums of a range, in one file with them. Digests are of numbers, not of bytes of files: whatever
reads the files, what it finds is compared with what was simulated.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tinbergen.questions.file_kind import Layout, range_name

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from tinbergen.questions.file_kind import FileKind
    from tinbergen.questions.run_ranges import Range

__all__ = ["Seal", "digest_of", "read_seal", "sums_file"]

_DIGEST = 32
_LENGTH = 8


@dataclass(frozen=True, slots=True)
class Seal:
    """What a range was when it was written.

    Parameters
    ----------
    run
        What run it is of, as `Layout` has it.
    piece
        The range.
    sizes
        Bytes of each file, by its place in the folder.
    digests
        Digests of the numbers, by scenario and indicator.
    """

    run: str
    piece: Range
    sizes: dict[str, int]
    digests: dict[str, dict[str, str]]

    @classmethod
    def of(
        cls, layout: Layout, kind: FileKind, piece: Range, digests: dict[str, dict[str, str]]
    ) -> Seal:
        """Look at the files of a range that was written just now."""
        files = [file for scenario in digests for file in kind.files(layout, scenario, piece)]
        return cls(
            layout.run,
            piece,
            {_within(layout, file): file.stat().st_size for file in files},
            digests,
        )

    def before(self, sums: bytes) -> bytes:
        """Put it before the sums of its range."""
        content = {
            "run": self.run,
            "paths": self.piece,
            "sizes": self.sizes,
            "digests": self.digests,
            "sums": hashlib.sha256(sums).hexdigest(),
        }
        head = json.dumps(content).encode()
        return b"".join(
            [hashlib.sha256(head).digest(), len(head).to_bytes(_LENGTH, "little"), head, sums]
        )

    def wrong(self, layout: Layout, files: list[Path]) -> str | None:
        """Return which of these files is not as it was written, and how; None where all are."""
        for file in files:
            size = self.sizes.get(_within(layout, file))
            try:
                found = file.stat().st_size if file.is_file() else None
            except OSError:
                found = None
            if found is None:
                return f"{file}: is not there"
            if found != size:
                return f"{file}: has {found} bytes, and {size or 'none'} were written"
        return None


def read_seal(layout: Layout, piece: Range) -> tuple[Seal, bytes]:
    """Read the seal of a range and its sums.

    Raises
    ------
    ValueError
        When they are not there, not what was written, or those of another range or run.
    """
    file = sums_file(layout.place, piece)
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        raise ValueError(f"{file}: is not there") from None
    start = _DIGEST + _LENGTH
    end = start + int.from_bytes(content[_DIGEST:start], "little")
    head, sums = content[start:end], content[end:]
    if hashlib.sha256(head).digest() != content[:_DIGEST]:
        raise ValueError(f"{file}: is damaged")
    told = json.loads(head)
    if hashlib.sha256(sums).hexdigest() != told["sums"]:
        raise ValueError(f"{file}: is damaged")
    if told["run"] != layout.run:
        raise ValueError(f"{file}: is that of another run")
    if tuple(told["paths"]) != piece:
        first, last = told["paths"][0], told["paths"][1] - 1
        raise ValueError(f"{file}: is that of paths {first} to {last}")
    return Seal(layout.run, piece, told["sizes"], told["digests"]), sums


def sums_file(place: Path, piece: Range) -> Path:
    """Return where the sums of a range are."""
    return place / "sums" / f"{range_name(piece)}.sums"


def digest_of(numbers: NDArray[np.float64]) -> str:
    """Return the digest of numbers, bit for bit.

    Examples
    --------
    >>> digest_of(np.array([0.0])) == digest_of(np.array([-0.0]))
    False
    """
    found = hashlib.blake2b(digest_size=16)
    for row in numbers:
        found.update(np.ascontiguousarray(row).data)
    return found.hexdigest()


def _within(layout: Layout, file: Path) -> str:
    return file.relative_to(layout.place).as_posix()
