"""Revision of a plan, by a run made for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tinbergen.questions.revision import Revision
from tinbergen.questions.revision import revise as revise_run
from tinbergen.written.goal import GoalLike

if TYPE_CHECKING:
    from tinbergen.written.model import Model

__all__ = ["revise"]


def revise(
    model: Model,
    probability: float = 0.8,
    *,
    of: GoalLike = "all",
    scenario: str = "baseline",
    hold: str | Sequence[str] | None = None,
    spread: str = "probability",
    weights: Mapping[str, float] | None = None,
    tighten: bool = False,
    paths: int = 10_000,
    seed: int | None = None,
    threads: int | None = None,
) -> Revision:
    """Find the bounds with which the targets of a plan are met with a wanted probability, by a run made for it.

    Parameters
    ----------
    probability, of, scenario, hold, spread, weights, tighten
        As in `Runs.revise`.
    paths, seed, threads
        As in `simulate`.

    Returns
    -------
    Revision
        As of `Runs.revise`.

    Examples
    --------
    >>> import tinbergen as tb
    >>> found = tb.plans.yuecheng().revise(0.5, of="rd-share-2025", paths=1000, seed=1)
    >>> found.moved
    ('rd-share-2025',)
    """
    scenarios = None if scenario == "mixture" else [scenario]
    settings: dict[str, Any] = {"seed": seed, "threads": threads, "keep": []}
    runs = model.simulate(paths, scenarios=scenarios, **settings)
    asked: dict[str, Any] = {"of": of, "scenario": scenario, "hold": hold, "spread": spread}
    return revise_run(runs, probability, weights=weights, tighten=tighten, **asked)
