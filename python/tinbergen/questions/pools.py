"""Pools that executors are: which do any work, what their workers cannot import, and workers that end unheard."""

from __future__ import annotations

import ast
import io
import os
import pickle
import sys
import time
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import suppress
from pathlib import Path
from types import FunctionType
from typing import Any

__all__ = ["Lookout", "names_of_main", "refuse_abstract", "workers_of"]

_GRACE = 2.0
"""Seconds that a pool has to notice that a worker ended."""
_PATIENCE = 10.0
"""Seconds after which it is taken for broken, whatever it says."""


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


def _end(pool: Any) -> None:
    """End the other workers, and our end of what they send answers through: who reads it comes to its end then."""
    for process in list((pool._processes or {}).values()):
        with suppress(OSError, ValueError):
            process.kill()
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


def names_of_main(job: object, pool: Executor) -> tuple[list[str], list[str]]:
    """Return what of a job is defined in the program itself, and which of it a process of a pool cannot import.

    Examples
    --------
    >>> names_of_main(len, Executor())
    ([], [])
    """
    if not isinstance(pool, ProcessPoolExecutor):
        return [], []
    finder = _Finder()
    finder.dump(job)
    context = getattr(pool, "_mp_context", None)
    inherits = context is None or context.get_start_method() == "fork"
    hidden = [] if inherits else [thing for thing in finder.found if _is_hidden(thing)]
    return [thing.__qualname__ for thing in finder.found], [t.__qualname__ for t in hidden]


class _Finder(pickle.Pickler):
    """Finds functions and classes of the program that was started."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO(), protocol=5)
        self.found: list[Any] = []

    def reducer_override(self, thing: Any) -> Any:
        if isinstance(thing, (FunctionType, type)) and thing.__module__ == "__main__":
            self.found.append(thing)
        return NotImplemented


def _is_hidden(thing: Any) -> bool:
    """Return whether something of the program is not there when a worker imports its file, as another module."""
    file = getattr(sys.modules["__main__"], "__file__", None)
    if file is None:
        return True  # typed in
    code = getattr(thing, "__code__", None)
    if code is None or Path(code.co_filename).resolve() != Path(file).resolve():
        return False
    try:
        tree = ast.parse(Path(file).read_bytes())
    except (OSError, SyntaxError, ValueError):
        return False
    guards = [node for node in tree.body if isinstance(node, ast.If) and _asks_name(node.test)]
    line = code.co_firstlineno
    return any(node.lineno < line <= (node.body[-1].end_lineno or 0) for node in guards)


def _asks_name(test: ast.expr) -> bool:
    """Return whether it is the question of ``if __name__ == "__main__":``."""
    return any(isinstance(node, ast.Name) and node.id == "__name__" for node in ast.walk(test))


def workers_of(pool: Executor) -> int:
    """Return how many units a pool works at, as far as it says."""
    if client := getattr(pool, "_client", None):  # of dask.distributed
        threads: dict[str, int] = client.nthreads()
        return max(1, sum(threads.values()))
    most = getattr(pool, "_max_workers", None)
    return most if isinstance(most, int) and most > 0 else 4 * (os.cpu_count() or 4)
