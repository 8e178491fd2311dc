"""What a kind of file has to do that the paths of a run are written to, and what it is told of the run."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from tinbergen.questions.run_ranges import Range
    from tinbergen.written.model import Model

__all__ = ["AGAIN", "FileKind", "Layout", "range_name"]

AGAIN = "simulate into an empty folder again"
"""What to do with a folder whose files are not what was written."""


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
    """

    folder: str
    model: str
    scenarios: tuple[str, ...]
    periods: tuple[str, ...]
    indicators: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    paths: int
    range_paths: int

    @classmethod
    def of(cls, place: Path, model: Model, settings: Mapping[str, Any], range_paths: int) -> Layout:
        """Lay a run out in a folder."""
        program = model._program()
        kept = settings.get("keep") or list(model.indicators)
        notes = []
        for name in kept:
            part = model.indicators[name]
            told = {"units": part.unit, "long_name": part.text()}
            notes.append((name, tuple((key, value) for key, value in told.items() if value)))
        return cls(
            str(place),
            model.name,
            tuple(settings.get("scenarios") or program.scenarios),
            tuple(map(str, program.periods)),
            tuple(notes),
            settings["paths"],
            range_paths,
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
        """Return the files of a range: it is whole where all of them are there."""

    @abstractmethod
    def read(self, layout: Layout, scenario: str, indicator: str) -> NDArray[np.float64]:
        """Read an indicator: periods, paths."""


def range_name(piece: Range) -> str:
    """Return what the file of a range is called.

    Examples
    --------
    >>> range_name((0, 50))
    'paths-0000000000000-0000000000050'
    """
    return f"paths-{piece[0]:013}-{piece[1]:013}"
