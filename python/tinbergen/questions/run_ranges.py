"""Ranges of the paths of a run, as units of work: what they give is put together to what one process gives."""

from __future__ import annotations

import math
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from tinbergen import _core
from tinbergen.questions.jobs import Job, SentModel, Task, threads_of
from tinbergen.questions.workers import Crew, Executors, Unit

if TYPE_CHECKING:
    from tinbergen.basics.progress_bar import Watch
    from tinbergen.basics.settings import RunSettings
    from tinbergen.written.model import Model

__all__ = ["Range", "Run", "RunJob", "cut", "store", "stored", "stream", "streamed"]

Range: TypeAlias = tuple[int, int]
"""The first path, and the first that is not there any more."""


@dataclass(frozen=True)
class RunJob(Job):
    """A run, whose seed is known."""

    model: SentModel
    settings: RunSettings

    def prepare(self) -> _core.Ranges:
        """Compile it."""
        return _core.ranges(self.model.program(), self.settings)


def stream(ranges: _core.Ranges, piece: Range) -> bytes:
    """Run a range and keep no path."""
    return ranges.run(*piece).to_bytes()


def store(ranges: _core.Ranges, piece: Range) -> bytes:
    """Run a range and send its paths."""
    return ranges.stored(*piece).to_bytes()


def cut(paths: int, size: int) -> list[Range]:
    """Cut paths into ranges.

    Examples
    --------
    >>> cut(10, 4)
    [(0, 4), (4, 8), (8, 10)]
    """
    return [(first, min(first + size, paths)) for first in range(0, paths, size)]


def range_size(paths: int, least: int, most: int) -> int:
    """Return how many paths a range has: 64 ranges, between the least and the most that are worth it.

    Examples
    --------
    >>> range_size(10_000_000, 2**16, 2**22)
    156672
    """
    return min(most, max(least, 1024 * math.ceil(paths / 64 / 1024)))


@dataclass(frozen=True, slots=True)
class Run:
    """A run that is cut into ranges."""

    job: RunJob
    ranges: _core.Ranges
    pieces: list[Range]

    @classmethod
    def of(
        cls,
        model: Model,
        settings: RunSettings,
        size: int | None,
        bounds: tuple[int, int],
        *,
        sent: bool,
    ) -> Run:
        """Cut a run; its seed is drawn here where none is given."""
        known: RunSettings = {**settings}
        if known["seed"] is None:
            known["seed"] = secrets.randbits(64)
        if sent:
            known["threads"] = threads_of(known["threads"])
        ranges = _core.ranges(model._program(), known)
        paths = known["paths"]
        pieces = cut(paths, range_size(paths, *bounds) if size is None else size)
        return cls(RunJob(SentModel.of(model), known), ranges, pieces)

    def spread(
        self, crew: Crew, task: Task, pieces: Iterable[Range], watch: Watch | None
    ) -> Iterator[tuple[Range, bytes]]:
        """Send ranges out, and give what comes back, as it comes."""
        units = [
            Unit(place, piece, f"paths {piece[0]} to {piece[1] - 1}", piece[1] - piece[0])
            for place, piece in enumerate(pieces)
        ]
        for unit, answer in crew.spread(self.job, task, units, watch):
            yield unit.what, answer


def streamed(
    model: Model,
    settings: RunSettings,
    executor: Executors,
    size: int | None,
    watch: Watch | None,
) -> _core.Streamed:
    """Stream a run by an executor: the numbers are those of one process, to the bit."""
    with Crew(executor) as crew:
        run = Run.of(model, settings, size, (2**16, 2**22), sent=True)
        run.ranges.check()
        found: _core.Streamed | None = None
        for _, answer in run.spread(crew, stream, run.pieces, watch):
            part = run.ranges.read(answer)
            found = part if found is None else found.merge(part)
    assert found is not None  # there is a path at least
    found.judge()
    return found


def stored(
    model: Model,
    settings: RunSettings,
    executor: Executors,
    size: int | None,
    watch: Watch | None,
) -> _core.Ensembles:
    """Store a run whose paths an executor works out, all of which come here."""
    with Crew(executor) as crew:
        run = Run.of(model, settings, size, (2**10, 2**15), sent=True)
        room = run.ranges.gathering()
        for _, answer in run.spread(crew, store, run.pieces, watch):
            room.take(answer)
    return room.finish()
