"""Where the targets of an indicator lie on a chart of its level."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tinbergen.periods import Period, Span
from tinbergen.plots._text import amount, label_of, name_of, percent, probability
from tinbergen.plots._types import EnsembleLike, TableLike, TargetLike
from tinbergen.plots._words import word

__all__ = ["Mark", "probability_of", "target_marks"]

SIGNS = {"at_least": "≥", "at_most": "≤", "above": ">", "below": "<"}

Chance: TypeAlias = Callable[[TargetLike], float | None]
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
        """Say whether it is about one period only."""
        return len(self.span) == 1


def target_marks(
    ensemble: EnsembleLike, indicator: str, chance: Chance, language: str
) -> tuple[list[Mark], list[str]]:
    """Give the marks of the targets of an indicator, and the labels of those that have no place.

    A target of growth or change has a place when it follows from a known base: the level that the
    base reaches. A limit that moves with another indicator has none.
    """
    marks, others = [], []
    for target in ensemble.model.targets:
        if target.indicator != indicator:
            continue
        met = chance(target)
        chances = "" if met is None else word("met", language, p=probability(met, language))
        mark = _mark(ensemble, target, chances, language)
        if mark is None:
            name = label_of(target, target.id, language)
            others.append(f"{name} ({chances})" if chances else name)
        else:
            marks.append(mark)
    return marks, others


def probability_of(ensemble: EnsembleLike, attainment: TableLike | None) -> Chance:
    """Give how to look up probabilities: in a table of attainment, else in the paths."""

    def chance(target: TargetLike) -> float | None:
        if attainment is None:
            return _share_met(ensemble, target)
        rows = (attainment["scenario"] == ensemble.scenario) & (attainment["target"] == target.id)
        found = attainment["probability"][rows]
        return float(found[0]) if len(found) else None

    return chance


def _mark(ensemble: EnsembleLike, target: TargetLike, met: str, language: str) -> Mark | None:
    direction, limit = target.bound
    ends = _ends(limit)
    if ends is None:
        return None
    span = Span(str(target.period))
    unit = ensemble.model.indicators[target.indicator].unit
    if target.of == "level":
        place, factor = _level_place(span, target.over)
        low, high = (end * factor for end in ends)
        wanted = _wanted(direction, ends, lambda x: amount(x, unit, language))
    else:
        base = _base(ensemble, target, span)
        if base is None or not _converts(target, span):
            return None
        place = Span(span.last)
        low, high = (_reached(base, target, end, len(span)) for end in ends)
        wanted = _wanted(direction, (low, high), lambda x: amount(x, unit, language))
    told = " ".join(filter(None, [_over(target, span, language), wanted]))
    told += _rate(target, ends, factor if target.of == "level" else 1.0, unit, language)
    sides: dict[str, Literal["up", "down"]] = {"at_least": "up", "above": "up"}
    kind = "between" if direction == "between" else sides.get(direction, "down")
    return Mark(kind, place, low, high, f"{told}\n{met}" if met else told)


def _ends(limit: Any) -> tuple[float, float] | None:
    if isinstance(limit, (int, float)):
        return float(limit), float(limit)
    if isinstance(limit, (tuple, list)) and len(limit) == 2:
        return float(limit[0]), float(limit[1])
    return None


def _level_place(span: Span, over: str) -> tuple[Span, float]:
    """Say where a target of levels lies, and what its limit is per period."""
    if over == "last":
        return Span(span.last), 1.0
    return span, 1 / len(span) if over == "sum" else 1.0


def _base(ensemble: EnsembleLike, target: TargetLike, span: Span) -> float | None:
    """Give the level just before a span, when it is known and not drawn."""
    before = str(span.first - 1)
    for period, value in ensemble.model.indicators[target.indicator].history.items():
        known = getattr(value, "value", value)
        if str(period) == before and isinstance(known, (int, float)):
            return float(known)
    return None


def _converts(target: TargetLike, span: Span) -> bool:
    """Say whether growth or change over a span fixes the level at its end."""
    whole = {"growth": {"mean"}, "change": {"mean", "sum"}}[target.of]
    return len(span) == 1 or target.over in whole


def _reached(base: float, target: TargetLike, limit: float, periods: int) -> float:
    if target.of == "growth":
        return float(base * (1 + limit) ** periods)
    return base + limit * (1 if target.over == "sum" else periods)


def _wanted(direction: str, ends: tuple[float, float], show: Callable[[float], str]) -> str:
    if direction == "between":
        return f"{show(ends[0])} – {show(ends[1])}"
    return f"{SIGNS.get(direction, '')} {show(ends[0])}".strip()


def _over(target: TargetLike, span: Span, language: str) -> str:
    """Say how the periods of a target of levels are put together."""
    if target.of != "level" or len(span) == 1 or target.over == "last":
        return ""
    if target.over == "every":
        annual = span.first.frequency == "annual"
        return word("over every" if annual else "over every period", language)
    told = word(f"over {target.over}", language)
    return f"{told} {name_of(span)}" if target.over == "sum" else told


def _rate(
    target: TargetLike, ends: tuple[float, float], factor: float, unit: str | None, language: str
) -> str:
    """Say in brackets what a limit is per period, where that is not what it says."""
    annual = Span(str(target.period)).first.frequency == "annual"
    form = "annual rate" if annual else "rate"
    if target.of == "growth":
        return f" ({word(form, language, x=percent(ends[0], language))})"
    if factor != 1.0:
        return f" ({word(form, language, x=amount(ends[0] * factor, unit, language))})"
    return ""


def _share_met(ensemble: EnsembleLike, target: TargetLike) -> float | None:
    """Count the paths that meet a plain target of levels; others need a table of attainment."""
    direction, limit = target.bound
    ends = _ends(limit)
    if target.of != "level" or ends is None:
        return None
    try:
        values = ensemble[target.indicator]
    except (KeyError, ValueError):  # its paths were not kept
        return None
    span = Span(str(target.period))
    rows = [k for k, period in enumerate(ensemble.periods) if Period(str(period)) in span]
    if len(rows) != len(span):
        return None
    if target.over == "every":
        met = _meets(values[rows], direction, ends).all(axis=0)
    else:
        put: dict[str, Callable[..., NDArray[Any]]] = {
            "sum": np.sum, "mean": np.mean, "min": np.min, "max": np.max,
        }  # fmt: skip
        one = values[rows[-1]] if target.over == "last" else put[target.over](values[rows], axis=0)
        met = _meets(one, direction, ends)
    return float(np.average(met, weights=ensemble.weights))


def _meets(values: NDArray[Any], direction: str, ends: tuple[float, float]) -> NDArray[np.bool_]:
    low, high = ends
    met: NDArray[np.bool_] = {
        "at_least": values >= low,
        "above": values > low,
        "at_most": values <= high,
        "below": values < high,
        "between": (values >= low) & (values <= high),
    }[direction]
    return met
