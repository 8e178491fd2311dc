"""The work of a backtest: figures, energies and cases of targets, origin by origin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinbergen import _core
from tinbergen.basics.periods import Period
from tinbergen.basics.score_columns import FanScoreColumns
from tinbergen.errors import ModelError
from tinbergen.questions.backtest_data import ActualValues, Origin
from tinbergen.questions.backtest_sources import Asked, Forecast, Source
from tinbergen.questions.backtest_targets import TargetCases
from tinbergen.results.backtest import Backtest
from tinbergen.results.backtest_figures import BacktestInfo, FigureColumns
from tinbergen.written.target import Target

__all__ = ["Work"]

METHODS = ("clipped AR(1)", "random walk with drift")
_ENERGY = 500
"""Paths at most of an energy score, which looks at all pairs of them."""


@dataclass(frozen=True)
class _Seen:
    """A forecast that others may learn from, once its actual value is known."""

    name: str
    ordinal: int
    horizon: int
    place: float
    paths: NDArray[np.float64] | None
    weights: NDArray[np.float64] | None


class Work:
    """Figures, energies and cases of targets, origin by origin."""

    def __init__(
        self,
        values: ActualValues,
        names: list[str],
        kinds: dict[str, str],
        asked: Asked,
        targets: tuple[Target, ...],
        *,
        recalibrate: bool,
    ) -> None:
        self._values, self._names, self._kinds, self._asked = values, names, kinds, asked
        self._recalibrate = recalibrate
        self.methods = ("forecast", *(("recalibrated",) if recalibrate else ()), *METHODS)
        self._figures: list[dict[str, Any]] = []
        self._energies: list[tuple[int, int, float]] = []
        self._scales: dict[str, float] = {}
        self._targets = TargetCases(targets, values, self.methods)
        self._seen: list[_Seen] = []
        self._messages: dict[str, str] = {}
        self._strangers: set[str] = set()
        self._failed: list[tuple[str, ModelError]] = []
        self.laws: list[tuple[int, int, float, float]] = []

    def add(self, place: int, origin: Origin, source: Source) -> None:
        """Forecast at one origin, and score what became known."""
        try:
            made = source(origin)
        except ModelError as error:
            # What cannot be forecast from so little is left out, and said.
            self._failed.append((origin.label, error))
            return
        if made is None:
            return
        if not self._scales:
            self._settle_kinds(made)
        rows = self._rows(origin, made)
        if not rows:
            self._strangers.update({*made.paths, *made.stated} - set(self._names))
            return
        actual = np.array([self._values.final(name, k) for name, k in rows])
        fans = self._fans(origin, made, rows)
        for method, fan in fans.items():
            weights = made.weights if method in {"forecast", "recalibrated"} else None
            if isinstance(fan, tuple):
                columns = _core.stated_scores(list(fan[0]), fan[1], actual)
            else:
                columns = _core.fan_scores(fan, weights, actual)
            self._keep(place, origin, method, rows, actual, columns, fan, weights)
        whole = {m: fan for m, fan in fans.items() if not isinstance(fan, tuple)}
        if "forecast" in whole:
            bases = self._bases(origin, rows)
            self._energy(place, rows, actual, whole, made.weights, bases)
            self._targets.add(place, origin, rows, whole, made.weights)

    def _settle_kinds(self, made: Forecast) -> None:
        """Settle once how each series moves: as was asked, as the first forecast has it, or by its figures."""
        given = self._asked.kinds
        self._kinds |= {n: made.kinds[n] for n in self._names if n in made.kinds and n not in given}
        self._scales = {
            name: self._values.scale(name, relative=self._kinds[name] == "growth")
            for name in self._names
        }

    def _rows(self, origin: Origin, made: Forecast) -> list[tuple[str, int]]:
        """Return the figures that were forecast and became known, in the order of indicators and periods."""
        last = origin.period.ordinal
        reach = range(last + 1, last + 1 + self._asked.periods)
        given = {name: made.stated.get(name) or made.paths.get(name, {}) for name in self._names}
        return [
            (name, k)
            for name in self._names
            if origin.known[name]
            for k in reach
            if k in given[name]
        ]

    def _fans(self, origin: Origin, made: Forecast, rows: list[tuple[str, int]]) -> dict[str, Any]:
        fans: dict[str, Any] = {}
        if made.stated:
            levels = {made.stated[name][k][0] for name, k in rows}
            if len(levels) > 1:
                raise ValueError(
                    f"forecast: as of {origin.label} not all figures are stated at the same levels"
                )
            stated = np.array([made.stated[name][k][1] for name, k in rows])
            fans["forecast"] = (levels.pop(), stated)
        else:
            sizes = {len(made.paths[name][k]) for name, k in rows}
            if len(sizes) > 1:
                raise ValueError(
                    f"forecast: as of {origin.label} figures have {min(sizes)} to {max(sizes)} paths; "
                    "expected as many of each, so that a path is one future of all"
                )
            fans["forecast"] = np.array([made.paths[name][k] for name, k in rows], dtype=float)
        if self._recalibrate:
            fans["recalibrated"] = self._mended(origin, fans["forecast"], rows)
        for method in METHODS:
            fan = self._benchmark(method, origin, rows)
            levels_given = fans["forecast"][0] if made.stated else None
            fans[method] = (
                fan
                if levels_given is None
                else (levels_given, np.quantile(fan, levels_given, axis=1).T)
            )
        return fans

    def _benchmark(
        self, method: str, origin: Origin, rows: list[tuple[str, int]]
    ) -> NDArray[np.float64]:
        """Return the paths of a benchmark for figures."""
        names = list(dict.fromkeys(name for name, _ in rows))
        last = {name: max(origin.known[name]) for name in names}
        reach = max(k - last[name] for name, k in rows)
        series = []
        for name in names:
            known = origin.known[name]
            figures = [known.get(k, np.nan) for k in range(min(known), last[name] + 1)]
            series.append((name, figures, last[name], self._kinds[name]))
        found, messages = _core.benchmark_paths(
            series, method == METHODS[0], reach, self._asked.paths, self._asked.seed
        )
        for name, message in zip(names, messages, strict=True):
            if message is not None:
                reason = message.removeprefix(f"{name}: ")
                said = f"{name} as of {origin.label}: {reason}"
                self._messages.setdefault(name, said)
        places = [reach * names.index(name) + k - last[name] - 1 for name, k in rows]
        return found[places]

    # Recalibration

    def _mended(self, origin: Origin, fan: Any, rows: list[tuple[str, int]]) -> Any:
        """Return fans that are mended by those whose actual values were known at the origin."""
        laws = {}
        for horizon in {k - origin.period.ordinal for _, k in rows}:
            places = [self._place(origin, seen) for seen in self._seen if seen.horizon == horizon]
            laws[horizon] = _core.recalibration(places)
            self.laws.append((origin.period.ordinal, horizon, *laws[horizon]))
        if isinstance(fan, tuple):
            raise ValueError(
                "recalibrate: forecasts stated as quantiles are not mended; store paths, or leave it out"
            )
        moved = [(*laws[k - origin.period.ordinal], self._kinds[name]) for name, k in rows]
        return _core.recalibrated(fan, moved)

    def _place(self, origin: Origin, seen: _Seen) -> float:
        """Return where what was known of a figure at an origin stood in its fan; not-a-number if nothing."""
        known = self._values.as_of(origin, seen.name, seen.ordinal)
        if known is None:
            return np.nan
        if seen.paths is None:
            return seen.place
        columns = _core.path_scores(seen.paths[None, :], seen.weights, np.array([known]))
        return float(columns["below"][0] + columns["at_most"][0]) / 2

    # Keeping

    def _bases(self, origin: Origin, rows: list[tuple[str, int]]) -> NDArray[np.float64]:
        """Return the level known last of what grows, which its losses are shares of; 1 for the others."""
        known = origin.known
        return np.array(
            [
                abs(known[name][max(known[name])]) if self._kinds[name] == "growth" else 1.0
                for name, _ in rows
            ]
        )

    def _keep(
        self,
        place: int,
        origin: Origin,
        method: str,
        rows: list[tuple[str, int]],
        actual: NDArray[np.float64],
        columns: FanScoreColumns,
        fan: Any,
        weights: NDArray[np.float64] | None,
    ) -> None:
        count, last = len(rows), origin.period.ordinal
        ordinals = np.array([k for _, k in rows])
        self._figures.append(
            {
                "method": np.full(count, self.methods.index(method)),
                "origin": np.full(count, place),
                "indicator": np.array([self._names.index(name) for name, _ in rows]),
                "ordinal": ordinals,
                "horizon": ordinals - last,
                "actual": actual,
                "base": self._bases(origin, rows),
                **columns,
            }
        )
        if method == "forecast" and self._recalibrate:
            for row, (name, k) in enumerate(rows):
                # The vintage that was known later is not the one that is known last.
                paths = fan[row] if self._values.days else None
                where = float(columns["pit"][row])
                self._seen.append(_Seen(name, k, k - last, where, paths, weights))

    def _energy(
        self,
        place: int,
        rows: list[tuple[str, int]],
        actual: NDArray[np.float64],
        fans: Mapping[str, NDArray[np.float64]],
        weights: NDArray[np.float64] | None,
        bases: NDArray[np.float64],
    ) -> None:
        """Score all figures of an origin together, each in mean changes of its indicator."""
        scales = bases * np.array([self._scales[name] for name, _ in rows])
        usable = np.isfinite(actual) & (scales > 0)
        for fan in fans.values():
            usable &= np.isfinite(fan).all(axis=1)
        if not usable.any():
            return
        for method, fan in fans.items():
            most = min(_ENERGY, fan.shape[1])
            own = weights[:most] if weights is not None and method in self.methods[:-2] else None
            scaled = (fan[usable, :most] / scales[usable, None]).T
            known = actual[usable] / scales[usable]
            loss = _core.energy_score(np.ascontiguousarray(scaled), own, known)
            self._energies.append((self.methods.index(method), place, float(loss)))

    def _without(self) -> list[str]:
        """Return what is said of origins at which there is no forecast."""
        if not self._failed:
            return []
        label, error = self._failed[0]
        reason = str(error).splitlines()[0]
        many = f"the forecast at {len(self._failed)} origins, the first of them {label}"
        if len(self._failed) == 1:
            many = f"the forecast at {label}"
        return [f"{many}: {reason}"]

    def result(self, made: list[Origin], about: str, window: int | None) -> Backtest:
        """Return what was found."""
        first, last = made[0].label, made[-1].label
        if self._failed and len(self._failed) == len(made):
            raise self._failed[0][1]
        if not self._figures and self._strangers:
            raise ValueError(
                f"forecast: it is of {', '.join(sorted(self._strangers)[:5])}, and actual values are of "
                f"{', '.join(self._names[:5])}: name columns and indicators alike"
            )
        if not self._figures:
            raise ValueError(
                f"forecast: it gave none at any of the {len(made)} origins, {first} to {last}"
            )
        if not any(np.isfinite(part["actual"]).any() for part in self._figures):
            raise ValueError(
                "origins: nothing that was forecast there became known; forecasts of "
                f"{first} to {last}, actual values to {self._values.last}"
            )
        figures: FigureColumns = {
            name: np.concatenate([part[name] for part in self._figures])
            for name in self._figures[0]
        }
        info = BacktestInfo(
            about=about,
            methods=self.methods,
            indicators=tuple(self._names),
            origins=tuple(origin.label for origin in made),
            periods=tuple(origin.period for origin in made),
            horizons=self._asked.periods,
            window=window,
            paths=self._asked.paths,
            seed=self._asked.seed,
            kinds=dict(self._kinds),
            scales=dict(self._scales),
            vintages=bool(self._values.days),
            messages=(*self._without(), *self._messages.values()),
        )
        history = {
            name: {
                Period.from_ordinal(self._values.frequency, k): self._values.final(name, k)
                for k in self._values.ordinals(name)
            }
            for name in self._names
        }
        return Backtest(info, figures, tuple(self._energies), self._targets.cases, history)
