"""Settings of levers that the workers of an executor try, for a search that says round by round which it needs."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from tinbergen import _core
from tinbergen.questions.jobs import Job, SentModel, threads_of
from tinbergen.questions.workers import Crew, Executors, Unit, blocks

if TYPE_CHECKING:
    from tinbergen.basics.model_columns import LeverColumns, SeekAnswer, SettingColumns
    from tinbergen.basics.progress_bar import Watch
    from tinbergen.basics.settings import LeverRun
    from tinbergen.written.model import Model

__all__ = ["LeverJob", "seek_by"]

_MOST = 8
"""Settings of a unit at most: so many share their draws."""


@dataclass(frozen=True)
class LeverJob(Job):
    """Which levers of which model are tried for what."""

    model: SentModel
    run: LeverRun

    def prepare(self) -> _Prepared:
        """Compile the model."""
        return self.model.program(), self.run


_Prepared: TypeAlias = "tuple[_core.Program, LeverRun]"
_Settings = tuple[int, list[list[float]]]


def shares(prepared: _Prepared, settings: _Settings) -> Any:
    """Compute how likely the goal is with levers at some places, on a worker."""
    program, run = prepared
    seed, points = settings
    return _core.lever_shares(program, points, {**run, "seed": seed})


def is_idle(prepared: _Prepared, lever: str) -> bool:
    """Find whether a lever changes nothing, on a worker."""
    program, run = prepared
    return _core.is_idle_lever(program, lever, run)


def seek_by(
    executor: Executors,
    model: Model,
    run: LeverRun,
    asked: dict[str, Any],
    watch: Watch | None,
) -> tuple[tuple[SeekAnswer, LeverColumns, SettingColumns], list[str]]:
    """Seek the cheapest setting, and the levers that change nothing; all settings are tried by workers."""
    with Crew(executor) as crew:
        seed = secrets.randbits(64) if run["seed"] is None else run["seed"]
        known: LeverRun = {**run, "seed": seed, "threads": threads_of(run["threads"])}
        search = _core.search(model._program(), known, **asked)
        job = LeverJob(SentModel.of(model), known)
        tried = 0
        while (needed := search.needed()) is not None:
            seed, points = needed
            units = [
                Unit(
                    k,
                    (seed, points[slice(*ends)]),
                    f"settings {ends[0]} to {ends[1] - 1} of a round",
                )
                for k, ends in enumerate(blocks(len(points), crew.workers, _MOST))
            ]
            if watch is not None:
                watch(tried, tried + len(points))
            found = {unit.place: part for unit, part in crew.spread(job, shares, units)}
            search.take(seed, points, [share for k in range(len(units)) for share in found[k]])
            tried += len(points)
        if watch is not None:
            watch(tried, tried)
        answer = search.found()
        names = answer[1]["lever"]
        each = [Unit(k, name, f"settings of {name}") for k, name in enumerate(names)]
        idle = {unit.what: quiet for unit, quiet in crew.spread(job, is_idle, each)}
    return answer, [name for name in names if idle[name]]
