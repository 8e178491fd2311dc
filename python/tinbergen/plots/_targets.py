"""Where the targets of an indicator lie on a chart of its level."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

import numpy as np

from tinbergen import _core
from tinbergen.basics.periods import Span
from tinbergen.basics.words import over_text, say, unit_beside
from tinbergen.plots._text import amount, label_of, name_of, percent, probability
from tinbergen.plots._types import EnsembleLike, TableLike, TargetLike
from tinbergen.written.target import target_text

__all__ = ["Likelihood", "Mark", "probability_of", "target_marks"]

SIGNS = {"at_least": "≥", "at_most": "≤", "above": ">", "below": "<"}


class Likelihood(NamedTuple):
    """How likely a target is, with the 95 % interval of that where there is one."""

    share: float
    interval: tuple[float, float] | None

    def text(self, language: str) -> str:
        """Print it; what no path has, or all have, is told by its interval."""
        return probability(self.share, language, self.interval)


Chance: TypeAlias = Callable[[TargetLike], Likelihood | None]
"""How likely a target is; None where that is not known."""


@dataclass(frozen=True)
class Mark:
    """A target on a chart of levels.

    Parameters
    ----------
    direction
        ``"up"`` when more is better, ``"down"`` when less is, ``"between"``.
    span
        The periods it holds for; one period for a point.
    low, high
        The level; both ends of a range.
    text
        What it wants and how likely that is.
    """

    direction: Literal["up", "down", "between"]
    span: Span
    low: float
    high: float
    text: str

    @property
    def is_point(self) -> bool:
        """Whether it is about one period only."""
        return len(self.span) == 1


def target_marks(
    ensemble: EnsembleLike, indicator: str, chance: Chance | None, language: str
) -> tuple[list[Mark], list[str]]:
    """Return the marks of the targets of an indicator, and the labels of those that have no place.

    A target of growth or change has a place when it follows from a known base: the level that the
    base reaches. A limit that moves with another indicator has none. Without `chance` no mark says
    how likely its target is.
    """
    marks, others = [], []
    for target in ensemble.model.targets:
        if target.indicator != indicator:
            continue
        met = None if chance is None else chance(target)
        chances = "" if met is None else say("met", language, p=met.text(language))
        mark = _mark(ensemble, target, chances, language)
        if mark is None:
            name = label_of(target, target.id, language)
            others.append(f"{name} ({chances})" if chances else name)
        else:
            marks.append(mark)
    return marks, others


def probability_of(ensemble: EnsembleLike, attainment: TableLike | None) -> Chance:
    """Return a function that looks up probabilities: in a table of attainment, else in the paths."""

    def chance(target: TargetLike) -> Likelihood | None:
        if attainment is None:
            return _share_met(ensemble, target)
        rows = (attainment["scenario"] == ensemble.scenario) & (attainment["target"] == target.id)
        found = [attainment[name][rows] for name in ("probability", "low", "high")]
        share, low, high = (float(of[0]) if len(of) else np.nan for of in found)
        return Likelihood(share, (low, high)) if rows.any() else None

    return chance


def _mark(ensemble: EnsembleLike, target: TargetLike, met: str, language: str) -> Mark | None:
    found = _core.target_mark(target_text(target), _known(ensemble, target))
    if found is None:
        return None
    direction, (first, last), (low, high), wanted, label, rate = found
    unit = ensemble.model.indicators[str(target.indicator)].unit
    span = Span(f"{first}..{last}")
    of = unit_beside(unit, language)
    parts = [_wanted(direction, wanted, lambda x: amount(x, unit, language)) + of]
    if label is not None:
        told = over_text(label[0], label[1], language)
        parts.insert(0, told.format(span=name_of(Span(str(target.period)))))
    told = " ".join(parts)
    if rate is not None:
        value, is_growth = rate
        shown = percent(value, language) if is_growth else amount(value, unit, language) + of
        form = "annual rate" if span.first.frequency == "annual" else "rate"
        told += f" ({say(form, language, x=shown)})"
    sides: dict[str, Literal["up", "down"]] = {"at_least": "up", "above": "up"}
    kind = "between" if direction == "between" else sides.get(direction, "down")
    return Mark(kind, span, low, high, f"{told}\n{met}" if met else told)


def _known(ensemble: EnsembleLike, target: TargetLike) -> list[tuple[str, float]]:
    """Return the levels that are known and not drawn."""
    history = ensemble.model.indicators[str(target.indicator)].history
    known = ((str(period), getattr(value, "value", value)) for period, value in history.items())
    return [(period, float(x)) for period, x in known if isinstance(x, (int, float))]


def _wanted(direction: str, ends: Sequence[float], show: Callable[[float], str]) -> str:
    if direction == "between":
        return f"{show(ends[0])} – {show(ends[1])}"
    return f"{SIGNS.get(direction, '')} {show(ends[0])}".strip()


def _share_met(ensemble: EnsembleLike, target: TargetLike) -> Likelihood | None:
    """Count the paths that meet a target, without an interval; others need a table of attainment."""
    periods = f"{ensemble.periods[0]}..{ensemble.periods[-1]}"
    try:
        values = np.ascontiguousarray(ensemble[str(target.indicator)], dtype=np.float64)
        paths = [(str(target.indicator), values)]
        met = _core.target_met(target_text(target), periods, paths)
    except (KeyError, ValueError):  # what it looks at was not kept
        return None
    return Likelihood(float(np.average(met, weights=ensemble.weights)), None)
