"""Units of work that the workers of an executor do: ranges of paths, settings, runs, origins.

A worker is told once what the units belong to (a model with its settings): what goes out with a unit is its name,
and a worker that does not know it asks. How work is cut, how often a unit is sent and in which order
answers come changes no number.
"""

from __future__ import annotations

import math
import secrets
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    Executor,
    Future,
    ProcessPoolExecutor,
    wait,
)
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self, TypeAlias

from tinbergen.errors import ModelError, NumericalError, WorkerLostError, wrong_type
from tinbergen.questions.jobs import Job, Task, name_of, work
from tinbergen.questions.pools import (
    Lookout,
    end_workers,
    finish,
    heard_as_broken,
    refuse_abstract,
    workers_of,
)

if TYPE_CHECKING:
    from types import TracebackType

    from tinbergen.basics.progress_bar import Watch

__all__ = ["Crew", "Executors", "Unit", "blocks", "opened"]

Executors: TypeAlias = Executor | Callable[[], Executor]
"""An executor, or a function that makes one: another where the first breaks."""

_TRIES = 3
"""How often a unit is sent at most."""
_AHEAD = 4
"""How far ahead of the first unit that is not back others are sent, in rounds of all workers."""
_HEARTBEAT = 0.5
"""Seconds between two looks at the wish to stop, on systems that do not wake up for it."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A piece of work that is done by itself.

    Parameters
    ----------
    place
        Its place among all; what goes wrong is told of the first that it goes wrong with.
    what
        What the task is given of it.
    name
        What it is called where it is lost.
    size
        How much of the progress it is.
    """

    place: int
    what: Any
    name: str
    size: int = 1


def blocks(count: int, workers: int, most: int) -> list[tuple[int, int]]:
    """Cut so many things into blocks: four for each worker, where that is no more than `most` in each.

    Examples
    --------
    >>> blocks(10, 1, 8)
    [(0, 3), (3, 6), (6, 9), (9, 10)]
    """
    size = max(1, min(most, math.ceil(count / (4 * workers))))
    return [(first, min(first + size, count)) for first in range(0, count, size)]


def opened(executor: Executors | None) -> AbstractContextManager[Crew | None]:
    """Return the workers of an executor, if there is one."""
    return nullcontext() if executor is None else Crew(executor)


class Crew:
    """The workers of an executor, for as long as a question takes; a pool that was made for it is shut down then.

    Examples
    --------
    >>> from concurrent.futures import ThreadPoolExecutor
    >>> with Crew(lambda: ThreadPoolExecutor(2)) as crew:
    ...     crew.workers
    2
    """

    def __init__(self, executor: Executors) -> None:
        if not callable(executor) and not isinstance(executor, Executor):
            raise wrong_type(
                "executor", "a concurrent.futures.Executor or a function that makes one", executor
            )
        self._make = None if isinstance(executor, Executor) else executor
        self._pool = (
            refuse_abstract(executor) if isinstance(executor, Executor) else _made(executor)
        )
        self._told: Counter[str] = Counter()
        self._lookout = Lookout()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        if self._make is None:
            return
        if kind is None:
            finish(self._pool)
        else:
            self._pool.shutdown(wait=False, cancel_futures=True)

    @property
    def workers(self) -> int:
        """How many units they do at the same time, as far as the executor says."""
        return workers_of(self._pool)

    def spread(
        self,
        job: Job,
        task: Task,
        units: Sequence[Unit],
        watch: Watch | None = None,
        *,
        in_order: bool = False,
    ) -> Iterator[tuple[Unit, Any]]:
        """Send units out, and give what comes back: as it comes, or in the order of the units.

        Raises
        ------
        WorkerLostError
            When a unit was lost with its worker too often, or all workers with an executor that cannot be
            made again.
        """
        total, done = sum(unit.size for unit in units), 0
        if watch is not None:
            watch(0, total)
        for unit, answer in _Sent(self, job, task, units, in_order).answers():
            yield unit, answer
            done += unit.size
            if watch is not None:
                watch(done, total)

    def written(self, job: Job) -> tuple[str, Job | bytes]:
        """Return the name of a job and how it travels, and refuse early what cannot be told to a worker.

        Other processes are sent bytes, which are written once and read where a mistake can be told. Threads share
        the job, and other executors may have a better way, such as that of Dask with functions of a notebook.

        Raises
        ------
        TypeError
            When it cannot be sent to another process.
        """
        to_processes = isinstance(self._pool, ProcessPoolExecutor)
        try:
            written = job.to_bytes()
        except Exception as error:
            if to_processes:
                raise TypeError(
                    f"executor: this cannot be sent to another process ({error}); define functions in a module that "
                    "workers can import, or take a ThreadPoolExecutor"
                ) from error
            return secrets.token_hex(32), job
        return name_of(written), written if to_processes else job

    def is_stuck(self) -> bool:
        """Whether the pool lost a worker and does not notice; one that lost any is made to notice."""
        return self._lookout.is_stuck(self._pool)

    def submit(
        self, key: str, job: Job | bytes, task: Task, unit: Unit, tells: bool
    ) -> Future[Any]:
        """Send a unit. The first ones bring the job along; later a worker that does not know it asks."""
        tells = tells or self._told[key] < 2 * self.workers
        with heard_as_broken(self._pool):
            future = self._pool.submit(work, key, job if tells else None, task, unit.what)
        self._told[key] += tells
        return future

    def renew(self, error: BaseException) -> None:
        """Make another pool where one broke."""
        end_workers(self._pool)
        if self._make is None:
            raise WorkerLostError(
                "a worker died, and with it its pool, which takes no more work: give a function that makes "
                "one, such as executor=lambda: ProcessPoolExecutor(4), and what it had is sent again"
            ) from error
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._pool = _made(self._make)
        self._told.clear()


class _Sent:
    """Units that are out."""

    def __init__(
        self, crew: Crew, job: Job, task: Task, units: Sequence[Unit], in_order: bool
    ) -> None:
        self._crew, self._job, self._task = crew, job, task
        self._key, self._written = crew.written(job)
        self._waiting = deque(units)
        self._out: dict[Future[tuple[str, Any]], Unit] = {}
        self._lost: Counter[int] = Counter()
        self._asked: set[int] = set()
        self._most = 2 * crew.workers
        self._in_order = in_order
        self._back: dict[int, tuple[Unit, Any]] = {}
        self._next = units[0].place if units else 0
        self._failed: tuple[Unit, Exception] | None = None

    def answers(self) -> Iterator[tuple[Unit, Any]]:
        try:
            while self._waiting or self._out:
                self._send()
                done, _ = wait(self._out, timeout=_HEARTBEAT, return_when=FIRST_COMPLETED)
                if not done and self._out and self._crew.is_stuck():
                    _, stuck = self._out.popitem()
                    self._out_of_order(
                        stuck, BrokenExecutor("a worker ended, and the pool waits for it")
                    )
                for future in done:
                    # Those of a pool that broke meanwhile were sent again.
                    if (unit := self._out.pop(future, None)) is not None:
                        yield from self._answer(future, unit)
            if self._failed is not None:
                self._meet_here(*self._failed)
                raise self._failed[1]
        finally:
            for future in self._out:
                future.cancel()

    def _send(self) -> None:
        while self._waiting and len(self._out) < self._most:
            ahead = self._waiting[0].place - self._next
            if self._in_order and ahead >= _AHEAD * self._most:
                return
            unit = self._waiting.popleft()
            try:
                tells = unit.place in self._asked
                future = self._crew.submit(self._key, self._written, self._task, unit, tells)
            except BrokenExecutor as error:
                self._out_of_order(unit, error)
                continue
            self._out[future] = unit

    def _answer(self, future: Future[tuple[str, Any]], unit: Unit) -> Iterator[tuple[Unit, Any]]:
        error: BaseException | None
        if future.cancelled():
            error = RuntimeError("the executor cancelled it")
        else:
            error = future.exception()
        if isinstance(error, BrokenExecutor):
            self._out_of_order(unit, error)
        elif isinstance(error, Exception):
            self._again(unit, error)
        elif error is not None:
            raise error  # somebody wants it to stop
        else:
            kind, found = future.result()
            if kind == "done":
                yield from self._ready(unit, found)
            elif kind == "failed":
                self._fail(unit, found)
            else:
                self._asked.add(unit.place)
                self._waiting.appendleft(unit)

    def _ready(self, unit: Unit, found: Any) -> Iterator[tuple[Unit, Any]]:
        """Return an answer when its turn has come."""
        if not self._in_order:
            yield unit, found
            return
        self._back[unit.place] = unit, found
        while self._next in self._back:
            self._next += 1
            yield self._back.pop(self._next - 1)

    def _meet_here(self, unit: Unit, error: Exception) -> None:
        """Meet a mistake of the model again in this process, which knows the file and the line of it."""
        if isinstance(error, (ModelError, NumericalError)) and any(
            problem.file is None for problem in error.problems
        ):
            prepared = None
            with suppress(Exception):
                prepared = self._job.at_home().prepare()
            if prepared is not None:
                self._task(prepared, unit.what)

    def _fail(self, unit: Unit, error: Exception) -> None:
        """Keep what went wrong with the first unit that something goes wrong with, as one process would meet it."""
        if self._failed is None or unit.place < self._failed[0].place:
            self._failed = unit, error
        last = self._failed[0].place
        self._waiting = deque(other for other in self._waiting if other.place < last)
        for future, other in list(self._out.items()):
            if other.place > last:
                future.cancel()
                del self._out[future]

    def _again(self, unit: Unit, error: BaseException) -> None:
        """Send a unit again that was lost."""
        self._lost[unit.place] += 1
        if self._lost[unit.place] >= _TRIES:
            raise WorkerLostError(
                f"{unit.name} were lost with their worker {_TRIES} times: {error!r}"
            ) from error
        self._asked.add(unit.place)
        self._waiting.appendleft(unit)

    def _out_of_order(self, unit: Unit, error: BaseException) -> None:
        """Go on with another pool where one broke, and with it all that was out."""
        lost = [unit]
        for future, other in list(self._out.items()):
            answered = future.done() and not future.cancelled() and future.exception() is None
            if not answered:
                del self._out[future]
                lost.append(other)
        self._crew.renew(error)
        for other in sorted(lost, key=lambda other: -other.place):
            self._again(other, error)


def _made(make: Callable[[], Executor]) -> Executor:
    pool = make()
    if not isinstance(pool, Executor):
        raise wrong_type("executor", "a function that makes an executor", pool)
    return refuse_abstract(pool)
