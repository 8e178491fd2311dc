"""Ranges of the paths of a run, worked out by the workers of an executor.

A worker is told the model once: what goes out with a range is its name, and a worker that does not know it
asks. Which paths a range has, how often it is sent and in which order answers come changes no number.
"""

from __future__ import annotations

import hashlib
import math
import os
import pickle
import secrets
from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeAlias

from tinbergen import _core
from tinbergen.basics.version import VERSION
from tinbergen.errors import WorkerLostError, wrong_type

if TYPE_CHECKING:
    from tinbergen.basics.progress_bar import Watch
    from tinbergen.written.model import Model

__all__ = ["Executors", "Job", "Range", "Run", "cut", "spread", "stored", "streamed", "work"]

Executors: TypeAlias = Executor | Callable[[], Executor]
"""An executor, or a function that makes one: another where the first breaks."""

Range: TypeAlias = tuple[int, int]
"""The first path, and the first that is not there any more."""

Task: TypeAlias = "Callable[[_core.Ranges, int, int], bytes]"

_TRIES = 3
"""How often a range is sent at most."""
_KNOWN = 4
"""How many runs a worker remembers."""
_HEARTBEAT = 0.5
"""Seconds between two looks at the wish to stop, on systems that do not wake up for it."""


@dataclass(frozen=True, slots=True)
class Job:
    """What a worker has to know of a run."""

    model: str
    notes: list[Any]
    settings: dict[str, Any]
    version: str
    sources: str

    @classmethod
    def of(cls, model: Model, settings: dict[str, Any]) -> Job:
        """Describe a run, whose seed is known."""
        core = model._to_core()
        return cls(core.to_json(), _core.notes(core), settings, VERSION, _core.sources)

    @property
    def key(self) -> str:
        """Its name: the same for the same run."""
        return hashlib.sha256(pickle.dumps(self, protocol=5)).hexdigest()

    def ranges(self) -> _core.Ranges:
        """Compile it."""
        if (self.version, self.sources) != (VERSION, _core.sources):
            raise RuntimeError(
                f"a worker has tinbergen {VERSION}, and the run comes from {self.version}, or from another "
                "build of it: install the same on all of them"
            )
        program = _core.Model.from_json(self.model, self.notes).compile()
        return _core.ranges(program, **self.settings)


_lock = Lock()
_known: OrderedDict[str, _core.Ranges] = OrderedDict()


def work(key: str, job: Job | None, task: Task, first: int, end: int) -> tuple[str, Any]:
    """Do a task with a range, on a worker; ask for the run where it is not known.

    What goes wrong with the run itself is an answer: it would go wrong again. What is raised is
    trouble of the worker.
    """
    try:
        with _lock:
            ranges = _known.get(key)
        if ranges is None:
            if job is None:
                return "asks", None
            ranges = job.ranges()
            with _lock:
                ranges = _known.setdefault(key, ranges)
                while len(_known) > _KNOWN:
                    _known.popitem(last=False)
        return "done", task(ranges, first, end)
    except Exception as error:
        return "failed", _sendable(error)


def _sendable(error: Exception) -> Exception:
    """Return an error that arrives as it is, or as its words where it cannot."""
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error


def stream(ranges: _core.Ranges, first: int, end: int) -> bytes:
    """Run a range and keep no path."""
    return ranges.run(first, end).to_bytes()


def store(ranges: _core.Ranges, first: int, end: int) -> bytes:
    """Run a range and send its paths."""
    return ranges.stored(first, end).to_bytes()


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


def spread(
    job: Job, task: Task, ranges: list[Range], executor: Executors, watch: Watch | None
) -> Iterator[tuple[Range, bytes]]:
    """Send ranges out, and give what comes back, as it comes.

    Raises
    ------
    WorkerLostError
        When a range was lost with its worker too often, or all workers with an executor that cannot be
        made again.
    """
    total = sum(end - first for first, end in ranges)
    done = 0
    if watch is not None:
        watch(0, total)
    for answer in _Sent(job, task, ranges, executor).answers():
        yield answer
        (first, end), _ = answer
        done += end - first
        if watch is not None:
            watch(done, total)


def streamed(
    model: Model,
    settings: dict[str, Any],
    executor: Executors,
    size: int | None,
    watch: Watch | None,
) -> _core.Streamed:
    """Stream a run by an executor: the numbers are those of one process, to the bit."""
    run = Run.of(model, settings, executor, size, (2**16, 2**22))
    run.ranges.check()
    found: _core.Streamed | None = None
    for _, answer in spread(run.job, stream, run.pieces, executor, watch):
        part = run.ranges.read(answer)
        found = part if found is None else found.merge(part)
    assert found is not None  # there is a path at least
    found.judge()
    return found


def stored(
    model: Model,
    settings: dict[str, Any],
    executor: Executors,
    size: int | None,
    watch: Watch | None,
) -> _core.Ensembles:
    """Store a run whose paths an executor works out, all of which come here."""
    run = Run.of(model, settings, executor, size, (2**10, 2**15))
    room = run.ranges.gathering()
    for _, answer in spread(run.job, store, run.pieces, executor, watch):
        room.take(answer)
    return room.finish()


@dataclass(frozen=True, slots=True)
class Run:
    """A run that is cut into ranges."""

    job: Job
    ranges: _core.Ranges
    pieces: list[Range]

    @classmethod
    def of(
        cls,
        model: Model,
        settings: dict[str, Any],
        executor: Executors | None,
        size: int | None,
        bounds: tuple[int, int],
    ) -> Run:
        """Cut a run; its seed is drawn here where none is given, and a worker has one thread for a range."""
        if executor is not None and not callable(executor) and not isinstance(executor, Executor):
            raise wrong_type(
                "executor", "a concurrent.futures.Executor or a function that makes one", executor
            )
        known = dict(settings)
        if known["seed"] is None:
            known["seed"] = secrets.randbits(64)
        if known["threads"] is None and executor is not None:
            known["threads"] = 1
        ranges = _core.ranges(model._program(), **known)
        paths = known["paths"]
        pieces = cut(paths, range_size(paths, *bounds) if size is None else size)
        return cls(Job.of(model, known), ranges, pieces)


class _Sent:
    """Ranges that are out."""

    def __init__(self, job: Job, task: Task, ranges: list[Range], executor: Executors) -> None:
        self._job, self._key, self._task = job, job.key, task
        self._waiting = deque(ranges)
        self._out: dict[Future[tuple[str, Any]], Range] = {}
        self._lost: Counter[Range] = Counter()
        self._asked: set[Range] = set()
        self._make = None if isinstance(executor, Executor) else executor
        self._pool = executor if isinstance(executor, Executor) else _made(executor)
        self._most = 2 * _workers(self._pool)
        self._told = 0

    def answers(self) -> Iterator[tuple[Range, bytes]]:
        whole = False
        try:
            while self._waiting or self._out:
                self._send()
                done, _ = wait(self._out, timeout=_HEARTBEAT, return_when=FIRST_COMPLETED)
                for future in done:
                    # Those of a pool that broke meanwhile were sent again.
                    if (piece := self._out.pop(future, None)) is None:
                        continue
                    answer = self._answer(future, piece)
                    if answer is not None:
                        yield piece, answer
            whole = True
        finally:
            for future in self._out:
                future.cancel()
            if self._make is not None:
                self._pool.shutdown(wait=whole, cancel_futures=not whole)

    def _send(self) -> None:
        while self._waiting and len(self._out) < self._most:
            piece = self._waiting.popleft()
            # The first ones bring the run along; later a worker that does not know it asks.
            tells = self._told < self._most or piece in self._asked
            job = self._job if tells else None
            try:
                future = self._pool.submit(work, self._key, job, self._task, *piece)
            except BrokenExecutor as error:
                self._out_of_order(piece, error)
                continue
            self._told += tells
            self._out[future] = piece

    def _answer(self, future: Future[tuple[str, Any]], piece: Range) -> bytes | None:
        error: BaseException | None
        if future.cancelled():
            error = RuntimeError("the executor cancelled it")
        else:
            error = future.exception()
        if error is None:
            kind, found = future.result()
            if kind == "done":
                answer: bytes = found
                return answer
            if kind == "failed":
                raise found
            self._asked.add(piece)
            self._waiting.appendleft(piece)
        elif isinstance(error, BrokenExecutor):
            self._out_of_order(piece, error)
        elif isinstance(error, Exception):
            self._again(piece, error)
        else:
            raise error  # somebody wants it to stop
        return None

    def _again(self, piece: Range, error: BaseException) -> None:
        """Send a range again that was lost."""
        self._lost[piece] += 1
        if self._lost[piece] >= _TRIES:
            raise WorkerLostError(
                f"paths {piece[0]} to {piece[1] - 1} were lost with their worker {_TRIES} times: {error!r}"
            ) from error
        self._asked.add(piece)
        self._waiting.appendleft(piece)

    def _out_of_order(self, piece: Range, error: BaseException) -> None:
        """Go on with another pool where one broke, and with it all that was out."""
        if self._make is None:
            raise WorkerLostError(
                "a worker died, and with it its pool, which takes no more work: give a function that makes "
                "one, such as executor=lambda: ProcessPoolExecutor(4), and its ranges are sent again"
            ) from error
        lost = [piece]
        for future, other in list(self._out.items()):
            answered = future.done() and not future.cancelled() and future.exception() is None
            if not answered:
                del self._out[future]
                lost.append(other)
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._pool = _made(self._make)
        self._told = 0
        for other in reversed(lost):
            self._again(other, error)


def _made(make: Callable[[], Executor]) -> Executor:
    pool = make()
    if not isinstance(pool, Executor):
        raise wrong_type("executor", "a function that makes an executor", pool)
    return pool


def _workers(pool: Executor) -> int:
    """Return how many ranges a pool works at, as far as it says."""
    if client := getattr(pool, "_client", None):  # of dask.distributed
        threads: dict[str, int] = client.nthreads()
        return max(1, sum(threads.values()))
    most = getattr(pool, "_max_workers", None)
    return most if isinstance(most, int) and most > 0 else 4 * (os.cpu_count() or 4)
