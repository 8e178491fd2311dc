"""What a kind of file has to do that the paths of a run are written to, and what it is told of the run."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from tinbergen.questions.run_ranges import Range
    from tinbergen.written.model import Model

__all__ = ["AGAIN", "FileKind", "Layout", "range_name"]

AGAIN = "delete it, and simulate with the same settings and folder, which writes it again"
"""What to do with a file whose content is not what was written."""


@dataclass(frozen=True, slots=True)
class Layout:
    """What is written where: it travels to those who write.

    Parameters
    ----------
    folder
        Where, the same on all machines.
    model
        The name of the model.
    scenarios, periods
        Those of the run, as text.
    indicators
        Those that are kept, with what is noted of each: units, a long name.
    paths, range_paths
        How many there are, and how many in a range.
    run
        The digest of what the run was made of.
    """

    folder: str
    model: str
    scenarios: tuple[str, ...]
    periods: tuple[str, ...]
    indicators: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    paths: int
    range_paths: int
    run: str

    @classmethod
    def of(
        cls, place: Path, model: Model, settings: Mapping[str, Any], about: Mapping[str, Any]
    ) -> Layout:
        """Lay a run out in a folder, whose manifest says this about it."""
        program = model._program()
        keep = settings.get("keep")
        notes = []
        for name in dict.fromkeys(model.indicators if keep is None else keep):
            part = model.indicators[name]
            told = {"units": part.unit, "long_name": part.text()}
            notes.append((name, tuple((key, value) for key, value in told.items() if value)))
        return cls(
            str(place),
            model.name,
            tuple(dict.fromkeys(settings.get("scenarios") or program.scenarios)),
            tuple(map(str, program.periods)),
            tuple(notes),
            settings["paths"],
            about["range_paths"],
            about["recipe"][1],
        )

    @property
    def place(self) -> Path:
        """The folder."""
        return Path(self.folder)


class FileKind(ABC):
    """A kind of file; a kind is one module, and one line in `file_kinds`."""

    name: str
    """What ``store=`` calls it."""
    library: str
    """What writes and reads it."""
    taken: Sequence[str]
    """Names that no indicator may have."""

    @abstractmethod
    def begin(self, layout: Layout) -> None:
        """Make what has to be there before any range is written; it may be there already."""

    @abstractmethod
    def write(
        self, layout: Layout, scenario: str, piece: Range, rows: Mapping[str, NDArray[np.float64]]
    ) -> None:
        """Write a range of a scenario, so that it is there whatever happens next."""

    @abstractmethod
    def files(self, layout: Layout, scenario: str, piece: Range) -> list[Path]:
        """Return the files of a range: it is whole where all of them are as they were written."""

    @abstractmethod
    def file_of(self, layout: Layout, scenario: str, indicator: str, piece: Range) -> Path:
        """Return the one of them that an indicator is in."""

    @abstractmethod
    def read(
        self, layout: Layout, scenario: str, indicator: str, pieces: Sequence[Range]
    ) -> Iterator[NDArray[np.float64]]:
        """Read an indicator range by range: periods, paths of the range.

        Any error is of the range that was asked for; numbers are compared with their digests.
        """


def range_name(piece: Range) -> str:
    """Return what the file of a range is called.

    Examples
    --------
    >>> range_name((0, 50))
    'paths-0000000000000-0000000000050'
    """
    return f"paths-{piece[0]:013}-{piece[1]:013}"
