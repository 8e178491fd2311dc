"""Pools that executors are: which do any work, how much at a time, and workers that end unheard."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import BrokenExecutor, Executor, ProcessPoolExecutor
from contextlib import contextmanager, suppress
from threading import Thread
from typing import Any

__all__ = ["Lookout", "end_workers", "finish", "heard_as_broken", "refuse_abstract", "workers_of"]

_GRACE = 2.0
"""Seconds that a pool has to notice that a worker ended."""
_PATIENCE = 10.0
"""Seconds after which it is taken for broken, whatever it says."""
_MOMENT = 0.2
"""Seconds between two looks at a pool that is shut down, and before one that could start no worker is made again."""


class Lookout:
    """Looks whether a worker ended that its pool does not know of, and breaks the pool then.

    A `ProcessPoolExecutor` waits for the rest of an answer that a worker had begun to send when it died,
    and for nothing else: neither for other workers nor for being shut down.
    """

    def __init__(self) -> None:
        self._seen: dict[int, float] = {}

    def is_stuck(self, pool: Executor) -> bool:
        """Return whether a pool has not noticed for very long that it is broken."""
        now, gone = time.monotonic(), _ended(pool)
        self._seen = {pid: self._seen.get(pid, now) for pid in gone}
        since = now - min(self._seen.values(), default=now)
        if since >= _GRACE:
            _end(pool)
        return since >= _PATIENCE


def _ended(pool: Executor) -> list[int]:
    """Return the workers of a pool that ended, while it takes them for alive."""
    processes = getattr(pool, "_processes", None)
    if not isinstance(pool, ProcessPoolExecutor) or not processes:
        return []
    codes = {pid: process.exitcode for pid, process in list(processes.items())}
    retires = getattr(pool, "_max_tasks_per_child", None) is not None
    return [pid for pid, code in codes.items() if code is not None and not (retires and code == 0)]


def end_workers(pool: Executor) -> None:
    """End the processes of a pool that broke.

    It ends those that it knows of when it breaks. One that it starts at that moment waits for ever, and the program
    with it when it ends, since what was on its way to a worker finds nobody to read it.

    Examples
    --------
    >>> end_workers(Executor())
    """
    if isinstance(pool, ProcessPoolExecutor):
        _kill(list((pool._processes or {}).values()))


def _kill(processes: Iterable[Any]) -> None:
    for process in processes:
        with suppress(OSError, ValueError):
            process.kill()


def finish(pool: Executor) -> None:
    """Shut a pool down that has nothing left to do, and wait for it.

    A `ProcessPoolExecutor` that is shut down looks at no worker any more: where one is killed then that held the lock
    of its queue, the others wait for that lock, and it for them.

    Examples
    --------
    >>> from concurrent.futures import ThreadPoolExecutor
    >>> finish(ThreadPoolExecutor(1))
    """
    processes = getattr(pool, "_processes", None)
    if not isinstance(pool, ProcessPoolExecutor) or processes is None:
        pool.shutdown()
        return
    closing = Thread(target=pool.shutdown, daemon=True)
    closing.start()
    while closing.is_alive():
        closing.join(_MOMENT)
        workers = list(processes.values())
        if closing.is_alive() and any(worker.exitcode for worker in workers):
            _kill(workers)


@contextmanager
def heard_as_broken(pool: Executor) -> Iterator[None]:
    """Ask nothing of a pool that lost a worker, and tell that it broke where it says what it stumbled upon instead.

    One that breaks while it starts another worker may say anything, and its own thread may. One whose worker ends
    before it has read what it is to do has a pipe without a reader, or a server of workers that is gone.

    Raises
    ------
    BrokenExecutor
        Where a worker ended; and for whatever was raised, where the pool is broken by then, or could start no worker.

    Examples
    --------
    >>> pool = Executor()
    >>> with heard_as_broken(pool):
    ...     pool._broken = True
    ...     raise OSError("handle is closed")
    Traceback (most recent call last):
    concurrent.futures._base.BrokenExecutor: the pool broke: handle is closed
    """
    if _ended(pool):
        raise BrokenExecutor("a worker ended")
    try:
        yield
    except Exception as error:
        unstarted = isinstance(pool, ProcessPoolExecutor) and isinstance(error, (ConnectionError, EOFError))  # fmt: skip
        if isinstance(error, BrokenExecutor) or not (getattr(pool, "_broken", False) or unstarted):
            raise
        if unstarted:
            time.sleep(_MOMENT)  # a server that ends is not yet known to have ended
        raise BrokenExecutor(f"the pool broke: {error}") from error


def _end(pool: Any) -> None:
    """End the other workers, and our end of what they send answers through: who reads it comes to its end then."""
    end_workers(pool)
    with suppress(OSError, AttributeError):
        pool._result_queue._writer.close()


def refuse_abstract(pool: Executor) -> Executor:
    """Refuse an executor that does nothing.

    Examples
    --------
    >>> refuse_abstract(Executor())
    Traceback (most recent call last):
    TypeError: executor: Executor is the abstract class, which does no work; give a ThreadPoolExecutor, a ProcessPoolExecutor or another that has submit()
    """
    if type(pool).submit is Executor.submit:
        raise TypeError(
            f"executor: {type(pool).__name__} is the abstract class, which does no work; give a ThreadPoolExecutor, "
            "a ProcessPoolExecutor or another that has submit()"
        )
    return pool


def workers_of(pool: Executor) -> int:
    """Return how many units a pool works at, as far as it says."""
    if client := getattr(pool, "_client", None):  # of dask.distributed
        threads: dict[str, int] = client.nthreads()
        return max(1, sum(threads.values()))
    most = getattr(pool, "_max_workers", None)
    return most if isinstance(most, int) and most > 0 else 4 * (os.cpu_count() or 4)
