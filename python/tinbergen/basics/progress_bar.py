"""Progress of a long run: a bar when a person watches, else nothing."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any, TypeAlias

__all__ = ["Watch", "reporting"]

Watch: TypeAlias = Callable[[int, int], object]

_PATIENCE = 0.5
"""Seconds before a bar appears: short runs stay silent."""


@contextmanager
def reporting(progress: bool | Watch | None) -> Iterator[Watch | None]:
    """Return the function that a run calls with the paths done and their total.

    Parameters
    ----------
    progress
        True or False: always or never a bar. None: a bar when a person watches. A function: that
        function.

    Examples
    --------
    >>> with reporting(False) as watch:
    ...     print(watch)
    None
    """
    if callable(progress):
        yield progress
    elif progress is True or (progress is None and _watched()):
        bar = _Bar()
        try:
            yield bar
        finally:
            bar.close()
    else:
        yield None


def _watched() -> bool:
    """Whether standard error is a terminal or this is a notebook."""
    if "ipykernel" in sys.modules:
        return True
    return sys.stderr is not None and sys.stderr.isatty()


class _Bar:
    """A bar of tqdm when it is installed, else one line on standard error."""

    def __init__(self) -> None:
        self._begun = time.monotonic()
        self._shown: Any = None

    def __call__(self, done: int, total: int) -> None:
        if self._shown is None:
            if time.monotonic() - self._begun < _PATIENCE or done >= total:
                return
            self._shown = _make(total)
        self._shown.update(done - self._shown.n)

    def close(self) -> None:
        if self._shown is not None:
            self._shown.close()


def _make(total: int) -> Any:
    try:
        from tqdm import tqdm
    except ImportError:
        return _Line(total)
    if find_spec("ipywidgets") is not None:
        from tqdm.auto import tqdm
    return tqdm(total=total, desc="simulating", unit=" paths", unit_scale=True, leave=False)


class _Line:
    """The least of a progress bar."""

    def __init__(self, total: int) -> None:
        self.n = 0
        self._total = total

    def update(self, more: int) -> None:
        self.n += more
        sys.stderr.write(f"\rsimulating: {100 * self.n // max(self._total, 1):3d} %")
        sys.stderr.flush()

    def close(self) -> None:
        sys.stderr.write("\r" + " " * 20 + "\r")
        sys.stderr.flush()
