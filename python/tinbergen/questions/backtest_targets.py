"""Probabilities of targets at each origin of a backtest, and whether they were met."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tinbergen import _core
from tinbergen.basics.periods import Period, Span
from tinbergen.questions.backtest_data import ActualValues, Origin
from tinbergen.results.backtest_figures import TargetCase
from tinbergen.written.target import Target, named_in, target_text

__all__ = ["TargetCases"]

_ALL = "all"


class TargetCases:
    """Cases of targets, origin by origin.

    Parameters
    ----------
    targets
        As they would be asked for after the last period of the actual values.
    values
        The actual values.
    methods
        Names of the forecasts.
    """

    def __init__(
        self, targets: Sequence[Target], values: ActualValues, methods: Sequence[str]
    ) -> None:
        self._values, self._methods = values, tuple(methods)
        self._targets = tuple(targets)
        self._of = {target.id: named_in(target, values.names) for target in targets}
        self.cases: list[TargetCase] = []
        last = values.last
        for target in targets:
            if not self._of[target.id]:
                raise ValueError(
                    f"targets.{target.id}: {target.subject} is none of the actual values: "
                    f"{', '.join(values.names)}"
                )
            if Span(target.period).last <= last:
                raise ValueError(
                    f"targets.{target.id}: {target.period} is known already; write targets as they would be "
                    f"asked for after {last}, and they are moved back with each origin"
                )

    def add(
        self,
        place: int,
        origin: Origin,
        rows: Sequence[tuple[str, int]],
        fans: Mapping[str, NDArray[np.float64]],
        weights: NDArray[np.float64] | None,
    ) -> None:
        """Keep the cases of one origin: those whose figures were all forecast and became known."""
        met: dict[str, NDArray[np.bool_]] = {}
        happened: list[bool] = []
        for target in self._targets:
            moved = self._moved(target, origin.period)
            asked = self._asked(moved)
            known = {(n, k): self._values.final(n, k) for n, k in asked}
            if not np.isfinite(list(known.values())).all():
                return
            actual = self._met(moved, origin, {key: np.array([x]) for key, x in known.items()})
            paths = self._paths(asked, origin, rows, fans)
            if paths is None:
                return
            chances = {}
            for method, found in paths.items():
                each = self._met(moved, origin, found)
                met[method] = met.get(method, np.ones(len(each), dtype=bool)) & each
                chances[method] = self._chance(each, method, weights)
            happened.append(bool(actual[0]))
            self.cases.append(
                TargetCase(place, target.id, str(moved.period), happened[-1], chances)
            )
        if len(self._targets) > 1:
            chances = {m: self._chance(each, m, weights) for m, each in met.items()}
            self.cases.append(TargetCase(place, _ALL, "", all(happened), chances))

    def _chance(
        self, met: NDArray[np.bool_], method: str, weights: NDArray[np.float64] | None
    ) -> float:
        own = weights if method in self._methods[:-2] else None
        return float(np.average(met, weights=own))

    def _moved(self, target: Target, origin: Period) -> Target:
        by = origin - self._values.last
        span = Span(target.period)
        base = None if target.base is None else Period(target.base) + by
        return replace(target, period=Span(span.first + by, span.last + by), base=base)

    def _asked(self, target: Target) -> list[tuple[str, int]]:
        """Return the figures that a target looks at."""
        span = Span(target.period)
        first, last = span.first.ordinal, span.last.ordinal
        before = 0 if target.of == "level" and target.equation is None else 1
        ordinals = [*range(first - before, last + 1)]
        if target.base is not None:
            ordinals.append(Period(target.base).ordinal)
        return [(name, k) for name in self._of[target.id] for k in sorted(set(ordinals))]

    def _paths(
        self,
        asked: Sequence[tuple[str, int]],
        origin: Origin,
        rows: Sequence[tuple[str, int]],
        fans: Mapping[str, NDArray[np.float64]],
    ) -> dict[str, dict[tuple[str, int], NDArray[np.float64]]] | None:
        """Return the paths of figures, those that were known at the origin among them."""
        places = {row: k for k, row in enumerate(rows)}
        found: dict[str, dict[tuple[str, int], NDArray[np.float64]]] = {}
        for method, fan in fans.items():
            found[method] = {}
            for name, k in asked:
                known = self._values.as_of(origin, name, k)
                if known is not None:
                    found[method][name, k] = np.full(fan.shape[1], known)
                elif (name, k) in places and np.isfinite(fan[places[name, k]]).all():
                    found[method][name, k] = fan[places[name, k]]
                else:
                    return None
        return found

    def _met(
        self,
        target: Target,
        origin: Origin,
        paths: Mapping[tuple[str, int], NDArray[np.float64]],
    ) -> NDArray[np.bool_]:
        """Tell which paths meet a target."""
        ordinals = [k for _, k in paths]
        first, last = min(ordinals), max(ordinals)
        size = len(next(iter(paths.values())))
        frequency = origin.period.frequency
        span = Span(Period.from_ordinal(frequency, first), Period.from_ordinal(frequency, last))
        nothing = np.full(size, np.nan)
        blocks = [
            (name, np.array([paths.get((name, k), nothing) for k in range(first, last + 1)]))
            for name in self._of[target.id]
        ]
        return np.array(_core.target_met(target_text(target), str(span), blocks), dtype=bool)
