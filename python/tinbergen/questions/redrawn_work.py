"""The runs of assumptions that are drawn again, made by the workers of an executor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tinbergen import _core
from tinbergen.basics.parameter_values import parameter_items
from tinbergen.basics.sensitivity_columns import RedrawnColumns
from tinbergen.questions.jobs import Job, SentModel, begin
from tinbergen.questions.workers import Crew, Executors, Unit

if TYPE_CHECKING:
    from tinbergen.basics.progress_bar import Watch
    from tinbergen.results.runs import Runs

__all__ = ["RedrawnJob", "redrawn_by"]

_Outcome = tuple[str, str, str | None]


@dataclass(frozen=True)
class RedrawnJob(Job):
    """The run whose assumptions are drawn again, and what is asked of it."""

    model: SentModel
    settings: dict[str, Any]

    def prepare(self) -> _core.Redrawing:
        """Find out which runs there are."""
        return _core.redrawing(self.model.program(), **self.settings)


def redraw(work: _core.Redrawing, run: int) -> NDArray[np.float64]:
    """Make a run, on a worker: outcomes, paths."""
    return work.run(run)


def redrawn_by(
    executor: Executors,
    runs: Runs,
    scenario: str,
    asked: Sequence[_Outcome],
    groups: list[list[str]],
    watch: Watch | None,
) -> RedrawnColumns:
    """Compute the indices of all assumptions from runs that workers make."""
    program, info = runs.model._program(), runs.info
    with Crew(executor) as crew:
        begin(
            lambda stop: _core.redrawn_indices(program, runs._core, scenario, asked, groups, stop)
        )
        settings: dict[str, Any] = {
            "paths": info["paths"],
            "seed": info["seed"],
            "parameters": _given(runs),
            "scenario": scenario,
            "of": list(asked),
            "groups": groups,
            "threads": 1,
        }
        work = _core.redrawing(program, **settings)
        units = [Unit(k, k, f"runs {k} to {k}", info["paths"]) for k in range(work.runs)]
        job = RedrawnJob(SentModel.of(runs.model), settings)
        first: list[NDArray[np.float64]] = []
        parts: list[RedrawnColumns] = []
        # In order, so that no more of them are here than are needed.
        for unit, numbers in crew.spread(job, redraw, units, watch, in_order=True):
            if unit.place < 2:
                first.append(numbers)
            else:
                parts.append(work.indices(unit.place - 2, first[0], first[1], numbers))
    found: RedrawnColumns = _below(parts) if parts else _nothing()
    return found


def _given(runs: Runs) -> list[tuple[str, Any]]:
    """Return the parameters that were other numbers in a run."""
    given = runs.recipe.settings.get("parameters")
    if not given:
        return []
    numbers = {n: np.asarray(v) if isinstance(v, list) else v for n, v in given.items()}
    return list(parameter_items(numbers, tuple(runs.model.parameters)))


def _nothing() -> Any:
    """Return the table of a model in which nothing is drawn."""
    return {
        name: np.empty(0) if "NDArray" in str(kind) else []
        for name, kind in RedrawnColumns.__annotations__.items()
    }


def _below(parts: list[RedrawnColumns]) -> Any:
    """Put tables below each other."""
    found: dict[str, Any] = {}
    for name in parts[0]:
        columns: list[Any] = [part[name] for part in parts]  # type: ignore[literal-required]
        if isinstance(columns[0], list):
            found[name] = [value for column in columns for value in column]
        else:
            found[name] = np.concatenate(columns)
    return found
