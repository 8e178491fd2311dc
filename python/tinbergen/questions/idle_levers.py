"""What all questions about levers have in common: how they run, and which levers change nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tinbergen import _core
from tinbergen.basics.settings import path_count, seed_number, threads_setting
from tinbergen.results.notes import Note, Notes

if TYPE_CHECKING:
    from tinbergen.basics.progress_bar import Watch
    from tinbergen.basics.settings import LeverRun
    from tinbergen.written.model import Model

__all__ = ["idle_levers", "idle_notes", "lever_run"]


def lever_run(
    of: str,
    levers: Sequence[str],
    scenario: str,
    replace: bool,
    paths: int,
    seed: int | None,
    threads: int | None,
) -> LeverRun:
    """Return what is asked of levers, checked."""
    return {
        "of": of,
        "levers": levers,
        "scenario": scenario,
        "replace": bool(replace),
        "paths": path_count(paths),
        "seed": seed_number(seed),
        "threads": threads_setting(threads),
    }


def idle_levers(model: Model, run: LeverRun, watch: Watch | None) -> Notes:
    """Name the levers at neither end of whose range any path meets or misses a goal otherwise."""
    return idle_notes(model, run["of"], _core.idle_levers(model._program(), run, watch))


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
