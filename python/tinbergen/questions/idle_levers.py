"""What all questions about levers have in common: how they run, and which levers change nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypedDict

from tinbergen import _core
from tinbergen.basics.settings import path_count, seed_number, threads_setting
from tinbergen.results.notes import Note, Notes

if TYPE_CHECKING:
    from tinbergen.written.model import Model

__all__ = ["LeverRun", "idle_levers", "idle_notes", "lever_run"]


class LeverRun(TypedDict):
    """Where and how levers are moved, and under which random numbers."""

    scenario: str
    replace: bool
    paths: int
    seed: int | None
    threads: int | None


def lever_run(
    scenario: str, replace: bool, paths: int, seed: int | None, threads: int | None
) -> LeverRun:
    """Return checked settings of a run."""
    return {
        "scenario": scenario,
        "replace": bool(replace),
        "paths": path_count(paths),
        "seed": seed_number(seed),
        "threads": threads_setting(threads),
    }


def idle_levers(
    model: Model,
    of: str,
    levers: Sequence[str],
    run: LeverRun,
    watch: Callable[[int, int], object] | None,
) -> Notes:
    """Name the levers at neither end of whose range any path meets or misses a goal otherwise."""
    idle = _core.idle_levers(model._program(), of=of, levers=levers, watch=watch, **run)
    return idle_notes(model, of, idle)


def idle_notes(model: Model, of: str, idle: Sequence[str]) -> Notes:
    """Note the levers that change nothing about a goal."""
    goal = _core.goal_text(of)
    ends = {name: model.levers[name].range for name in idle}
    return Notes(
        Note(
            f"levers.{name}",
            "changes_nothing",
            f"{name} changes nothing about {goal}: no path meets or misses it otherwise at "
            f"{low:g} or at {high:g}",
            values={"low": low, "high": high},
        )
        for name, (low, high) in ends.items()
    )
