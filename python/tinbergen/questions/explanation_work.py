"""The runs of an explanation: made here, or by the workers of an executor and put together by the same code."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tinbergen import _core
from tinbergen.questions.explanation_sides import known_of, model_of
from tinbergen.questions.jobs import Job, SentModel, threads_of
from tinbergen.questions.workers import Crew, Executors, Unit, blocks
from tinbergen.written.data import cells_of_text

if TYPE_CHECKING:
    from tinbergen.basics.model_columns import ExplanationParts
    from tinbergen.basics.progress_bar import Watch
    from tinbergen.basics.settings import RunSettings
    from tinbergen.questions.conditioning import Tracked
    from tinbergen.written.model import Model

__all__ = ["ExplainJob", "explained"]

_MOST = 16
"""Runs of a unit at most. Neighbours share what they have in common."""


@dataclass(frozen=True)
class ExplainJob(Job):
    """Two models, what is known of each, and what is asked."""

    before: SentModel
    after: SentModel
    known: tuple[str | None, str | None]
    run: RunSettings
    asked: dict[str, Any]

    def prepare(self) -> _core.Explaining:
        """Find out which runs there are."""
        before, after = (None if text is None else _outturns(text) for text in self.known)
        return _core.explaining(
            self.before.read(),
            self.after.read(),
            self.run,
            before_known=before,
            after_known=after,
            **self.asked,
        )


def _outturns(text: str) -> _core.Outturns:
    return _core.Outturns(cells_of_text(text, "outturns"))


def runs(work: _core.Explaining, piece: tuple[int, int]) -> bytes:
    """Make some of the runs, on a worker."""
    return work.run(*piece)


def explained(
    before: Model | Tracked,
    after: Model | Tracked,
    run: RunSettings,
    asked: dict[str, Any],
    executor: Executors | None,
    watch: Watch | None,
) -> ExplanationParts:
    """Make the runs of an explanation, and put it together."""
    models = model_of(before, "before"), model_of(after, "after")
    known = known_of(before), known_of(after)
    if executor is not None:
        seed = run["seed"]
        run = {
            **run,
            "seed": secrets.randbits(64) if seed is None else seed,
            "threads": threads_of(run["threads"]),
        }
    work = _core.explaining(
        models[0]._to_core(),
        models[1]._to_core(),
        run,
        before_known=known[0],
        after_known=known[1],
        watch=watch,
        **asked,
    )
    if executor is None:
        return work.explain(watch)
    texts = [None if values is None else values.to_csv() for values in known]
    sides = [SentModel.of(model) for model in models]
    job = ExplainJob(sides[0], sides[1], (texts[0], texts[1]), run, asked)
    with Crew(executor) as crew:
        units = [
            Unit(k, ends, f"runs {ends[0]} to {ends[1] - 1}", ends[1] - ends[0])
            for k, ends in enumerate(blocks(work.simulations, crew.workers, _MOST))
        ]
        return work.finish([part for _, part in crew.spread(job, runs, units, watch)])
