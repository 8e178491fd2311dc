"""Settings of levers that the workers of an executor try, for a search that says round by round which it needs."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tinbergen import _core
from tinbergen.questions.jobs import Job, SentModel, threads_of
from tinbergen.questions.workers import Crew, Executors, Unit, blocks

if TYPE_CHECKING:
    from tinbergen.basics.model_columns import LeverColumns, SeekAnswer, SettingColumns
    from tinbergen.basics.progress_bar import Watch
    from tinbergen.questions.idle_levers import LeverRun
    from tinbergen.written.model import Model

__all__ = ["LeverJob", "seek_by"]

_MOST = 8
"""Settings of a unit at most: so many share their draws."""


@dataclass(frozen=True)
class LeverJob(Job):
    """Which levers of which model are tried for what."""

    model: SentModel
    settings: dict[str, Any]

    def prepare(self) -> tuple[_core.Program, dict[str, Any]]:
        """Compile the model."""
        return self.model.program(), self.settings


_Prepared = tuple[_core.Program, dict[str, Any]]
_Settings = tuple[int, list[list[float]]]


def shares(prepared: _Prepared, settings: _Settings) -> Any:
    """Compute how likely the goal is with levers at some places, on a worker."""
    program, asked = prepared
    seed, points = settings
    return _core.lever_shares(program, points, **{**asked, "seed": seed})


def is_idle(prepared: _Prepared, lever: str) -> bool:
    """Find whether a lever changes nothing, on a worker."""
    program, asked = prepared
    return _core.is_idle_lever(program, lever, **asked)


def seek_by(
    executor: Executors,
    model: Model,
    goal: str,
    levers: list[str],
    asked: dict[str, Any],
    run: LeverRun,
    watch: Watch | None,
) -> tuple[tuple[SeekAnswer, LeverColumns, SettingColumns], list[str]]:
    """Seek the cheapest setting, and the levers that change nothing; all settings are tried by workers."""
    with Crew(executor) as crew:
        seed = secrets.randbits(64) if run["seed"] is None else run["seed"]
        settings: dict[str, Any] = {**run, "seed": seed, "of": goal, "levers": levers}
        settings.pop("threads")
        search = _core.search(model._program(), **asked, **settings)
        job = LeverJob(SentModel.of(model), {**settings, "threads": threads_of(run["threads"])})
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
