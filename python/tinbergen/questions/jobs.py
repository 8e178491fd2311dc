"""What the workers of an executor have to know before they do anything, told once, and how they do a unit of work."""

from __future__ import annotations

import hashlib
import pickle
from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from threading import Lock
from typing import TYPE_CHECKING, Any, Self, TypeAlias

from tinbergen import _core
from tinbergen.basics.version import VERSION

if TYPE_CHECKING:
    from tinbergen.basics.progress_bar import Watch
    from tinbergen.written.model import Model

__all__ = ["Job", "SentModel", "Task", "begin", "name_of", "threads_of", "work"]

Task: TypeAlias = "Callable[[Any, Any], Any]"
"""What is done with a unit, given what its job was prepared to: a function of a module, or what can be pickled."""

_KNOWN = 4
"""How many jobs a worker remembers."""


@dataclass(frozen=True, slots=True)
class SentModel:
    """A model as it travels."""

    text: str
    notes: list[Any]
    home: _core.Model | None = field(default=None, repr=False, compare=False)
    """The model itself, which knows the file it was read from: it stays in this process."""
    at_home: bool = field(default=False, repr=False, compare=False)
    """Whether it is that model that is meant."""

    @classmethod
    def of(cls, model: Model) -> SentModel:
        """Write a model."""
        core = model._to_core()
        return cls(core.to_json(), _core.notes(core), core)

    def __reduce__(self) -> tuple[Any, ...]:
        return SentModel, (self.text, self.notes)

    def read(self) -> _core.Model:
        """Read it."""
        if self.at_home and self.home is not None:
            return self.home
        return _core.Model.from_json(self.text, self.notes)

    def program(self) -> _core.Program:
        """Compile it."""
        return self.read().compile()


@dataclass(frozen=True)
class Job(ABC):
    """What a worker has to know before it can do a unit."""

    version: str = field(default=VERSION, kw_only=True)
    sources: str = field(default=_core.sources, kw_only=True)

    def to_bytes(self) -> bytes:
        """Write it: the same bytes for the same job."""
        return pickle.dumps(self, protocol=5)

    def prepared(self) -> Any:
        """Prepare it, where the same version is installed."""
        if (self.version, self.sources) != (VERSION, _core.sources):
            raise RuntimeError(
                f"a worker has tinbergen {VERSION}, and the run comes from {self.version}, or from another "
                "build of it: install the same on all of them"
            )
        return self.prepare()

    def at_home(self) -> Self:
        """Return the same job with the models themselves, for what goes wrong with them."""
        values = {one.name: getattr(self, one.name) for one in fields(self)}
        models: dict[str, Any] = {
            name: replace(value, at_home=True)
            for name, value in values.items()
            if isinstance(value, SentModel)
        }
        return replace(self, **models)

    @abstractmethod
    def prepare(self) -> Any:
        """Make what a task does units with."""


def name_of(written: bytes) -> str:
    """Return what a job is called that is written so.

    Examples
    --------
    >>> name_of(b"job")[:8]
    '5e8c9902'
    """
    return hashlib.sha256(written).hexdigest()


_lock = Lock()
_known: OrderedDict[str, Any] = OrderedDict()


def work(key: str, job: Job | bytes | None, task: Task, what: Any) -> tuple[str, Any]:
    """Do a unit, on a worker; ask for the job where it is not known.

    What goes wrong with the unit itself is an answer: it would go wrong again. What is raised is
    trouble of the worker. A job that is written is read here, where what cannot be imported is an answer too:
    a process that meets it earlier ends.
    """
    try:
        with _lock:
            prepared = _known.get(key)
        if prepared is None:
            if job is None:
                return "asks", None
            prepared = (_read(job) if isinstance(job, bytes) else job).prepared()
            with _lock:
                prepared = _known.setdefault(key, prepared)
                while len(_known) > _KNOWN:
                    _known.popitem(last=False)
        return "done", task(prepared, what)
    except Exception as error:
        return "failed", _sendable(error)


def _read(written: bytes) -> Job:
    try:
        job: Job = pickle.loads(written)
    except (ImportError, AttributeError) as error:
        raise TypeError(
            f"executor: a worker cannot import what it was sent ({error}); define functions in a module that workers "
            "can import, or take a ThreadPoolExecutor"
        ) from error
    return job


def _sendable(error: Exception) -> Exception:
    """Return an error that arrives as it is, or as its words where it cannot."""
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error


def threads_of(threads: int | None) -> int:
    """Return how many threads a worker has for a unit: one, unless more are asked for.

    Examples
    --------
    >>> threads_of(None), threads_of(4)
    (1, 4)
    """
    return 1 if threads is None else threads


class _BegunError(Exception):
    """Ends a question that was begun to see whether it is a right one."""


def begin(ask: Callable[[Watch], object]) -> None:
    """Begin a question in this process, up to where it first says how far it is: it refuses here what it refuses.

    Examples
    --------
    >>> begin(lambda watch: watch(0, 10))
    """

    def stop(done: int, total: int) -> None:
        raise _BegunError

    with suppress(_BegunError):
        ask(stop)
