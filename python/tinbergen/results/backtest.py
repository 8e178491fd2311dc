"""What a backtest found: sentences, tables, charts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from tinbergen import _core
from tinbergen.basics.periods import Period
from tinbergen.basics.table import Table
from tinbergen.errors import UnknownNameError
from tinbergen.results.backtest_figures import (
    BacktestFigures,
    BacktestInfo,
    By,
    FigureColumns,
    TargetCase,
    compared,
)
from tinbergen.results.backtest_plots import BacktestPlots
from tinbergen.results.backtest_words import sentences

__all__ = ["Backtest"]

BANDS = (50, 80, 90)


class Backtest:
    """Forecasts of one origin after the other, scored on what became of them; made by `backtest`.

    Printing it says in sentences what was found. All scores are losses: less is better.

    Examples
    --------
    >>> import numpy as np
    >>> import tinbergen as tb
    >>> rng = np.random.default_rng(1)
    >>> table = {"period": list(range(1980, 2020)), "growth": rng.normal(2, 1, 40).tolist()}
    >>> def steady(known):
    ...     rows = [(str(known.last + 1), k, 2 + z) for k, z in enumerate(rng.normal(size=400))]
    ...     period, path, value = zip(*rows)
    ...     columns = {"period": period, "path": path, "value": value}
    ...     return {"indicator": ["growth"] * len(rows), **columns}
    >>> found = tb.backtest(steady, table, horizons=1)
    >>> found.coverage().columns
    ('method', 'band', 'figures', 'held', 'low', 'high')
    >>> found.sentences[0]
    '30 origins, 1989 to 2018, 1 indicator, 1 period ahead: 30 figures.'
    """

    __slots__ = ("__dict__", "_cases", "_energies", "_figures", "_history", "info")

    def __init__(
        self,
        info: BacktestInfo,
        figures: FigureColumns,
        energies: tuple[tuple[int, int, float], ...],
        cases: Sequence[TargetCase],
        history: Mapping[str, Mapping[Period, float]],
    ) -> None:
        self.info = info
        self._figures, self._energies = BacktestFigures(info, figures), energies
        self._cases = tuple(cases)
        self._history = {name: dict(values) for name, values in history.items()}

    # Figures

    @property
    def methods(self) -> tuple[str, ...]:
        """The forecast, the recalibrated one if asked for, and the two that stand beside."""
        return self.info.methods

    @cached_property
    def figures(self) -> Table:
        """Every figure that was forecast and became known.

        Columns indicator, origin, period, horizon, actual, median, loss (`loss_name` of the forecast) and pit.
        """
        return self.figures_of("forecast")

    def figures_of(self, method: str) -> Table:
        """Return the figures of a method, as `figures`.

        Examples
        --------
        >>> import tinbergen as tb
        >>> table = {"period": list(range(2000, 2020)), "x": [k % 5 for k in range(20)]}
        >>> found = tb.backtest(lambda known: None, table)
        Traceback (most recent call last):
            ...
        ValueError: forecast: it gave none at any of the 10 origins, 2009 to 2018
        """
        here = self._figures.of(method)
        return Table(
            {
                "indicator": np.array(self.info.indicators)[here["indicator"]],
                "origin": np.array(self.info.origins)[here["origin"]],
                "period": [self._period(k) for k in here["ordinal"].tolist()],
                "horizon": here["horizon"],
                "actual": here["actual"],
                "median": here["median"],
                self.loss_name: here[self.loss_name],
                "pit": here["pit"],
            }
        )

    @property
    def history(self) -> dict[str, dict[Period, float]]:
        """The actual values by indicator and period: of each figure the newest vintage."""
        return {name: dict(values) for name, values in self._history.items()}

    def bands(self, indicator: str, method: str = "forecast") -> Table:
        """Return the fans of an indicator, origin by origin.

        Columns origin, period, low_90, low_50, median, high_50, high_90, actual.
        """
        if indicator not in self.info.indicators:
            raise UnknownNameError("indicator", indicator, self.info.indicators)
        here = self._figures.of(method)
        rows = here["indicator"] == self.info.indicators.index(indicator)
        names = ("low_90", "low_50", "median", "high_50", "high_90", "actual")
        return Table(
            {
                "origin": np.array(self.info.origins)[here["origin"][rows]],
                "period": [self._period(k) for k in here["ordinal"][rows].tolist()],
                **{name: here[name][rows] for name in names},
            }
        )

    @property
    def loss_name(self) -> str:
        """The score that comparisons go by: ``crps``, or ``wis`` where forecasts are stated as quantiles."""
        stated = np.isnan(self._figures.of("forecast")["crps"]).all()
        return "wis" if stated else "crps"

    # Tables

    def scores(self, by: By = None) -> Table:
        """Return mean scores of each method.

        Parameters
        ----------
        by
            ``"horizon"`` or ``"indicator"``: a row for each; all together unless given.

        Returns
        -------
        Table
            Columns (by), method, figures, crps (continuous ranked probability score), wis (weighted interval score), log_score
            and, all figures of an origin together, energy. What grows is scored in shares of the level known at the
            origin, the rest in its unit; where several indicators are put together each counts in its mean absolute
            change from a period to the next. Every method is scored on the figures that all of them have.
        """
        rows = []
        for label, parts in self._figures.groups(by):
            for k, method in enumerate(self.methods):
                part = parts[method]
                row = {"method": method, "figures": len(part["actual"])}
                for name in ("crps", "wis", "log_score"):
                    values = self._figures.scaled(name, part, by)
                    row[name] = float(np.mean(values)) if len(values) else np.nan
                if by is None:
                    found = [loss for number, _, loss in self._energies if number == k]
                    row["energy"] = float(np.mean(found)) if found else np.nan
                rows.append(({by: label} if by else {}) | row)
        return _table(rows)

    def comparison(self, by: By = None) -> Table:
        """Compare the forecast with the others: and say whether a difference may be chance.

        Parameters
        ----------
        by
            As of `scores`.

        Returns
        -------
        Table
            Columns (by), against, figures, change (of the mean loss on that of the other, as a fraction: below 0 where the forecast is
            better), low and high (its 95 % interval by blocks of origins), statistic and p_value (Diebold and Mariano's test
            with the correction for few origins; not-a-number where they are too few).
        """
        rows = []
        for label, parts in self._figures.groups(by):
            horizon = int(label) if by == "horizon" else self.info.horizons
            block = self._figures.block(horizon)
            own = self._figures.by_origin(
                self._figures.scaled(self.loss_name, parts["forecast"], by), parts["forecast"]
            )
            for method in self.methods[1:]:
                other = self._figures.by_origin(
                    self._figures.scaled(self.loss_name, parts[method], by), parts[method]
                )
                ratio, _, low, high = _core.origin_ratio(own[0], other[0], block)
                statistic, p_value = compared(own, other, block)
                row = {
                    "against": method,
                    "figures": len(parts[method]["actual"]),
                    "change": ratio - 1,
                    "low": low - 1,
                    "high": high - 1,
                    "statistic": statistic,
                    "p_value": p_value,
                }
                rows.append(({by: label} if by else {}) | row)
        return _table(rows, rates=["change", "low", "high"])

    def coverage(self, by: By = None) -> Table:
        """Count how often bands held the actual value.

        Parameters
        ----------
        by
            As of `scores`.

        Returns
        -------
        Table
            Columns (by), method, band (what it states), figures, held (the share), low and high (its 95 % interval, which knows that
            origins depend on each other).
        """
        rows = []
        for label, parts in self._figures.groups(by):
            block = self._figures.block(int(label) if by == "horizon" else self.info.horizons)
            for method in self.methods:
                part = parts[method]
                for band in BANDS:
                    low, high = part[f"low_{band}"], part[f"high_{band}"]
                    known = np.isfinite(low) & np.isfinite(high)
                    held = ((part["actual"] >= low) & (part["actual"] <= high))[known]
                    hits, cases = self._figures.by_origin(held.astype(float), part, known)
                    share = _core.origin_share(hits, cases, block)
                    row = {"method": method, "band": band / 100, "figures": int(known.sum())}
                    row |= dict(zip(("held", "low", "high"), share, strict=True))
                    rows.append(({by: label} if by else {}) | row)
        return _table(rows, percent=["band", "held", "low", "high"])

    def pit(
        self,
        method: str = "forecast",
        *,
        classes: int = 10,
        horizon: int | None = None,
        indicator: str | None = None,
    ) -> Table:
        """Count where actual values stood in their fans: evenly spread where fans are honest.

        A heap in the middle says that fans are too wide, heaps at both ends that they are too narrow, and one
        at the right that actual values were mostly above what was expected.

        Parameters
        ----------
        method
            Whose fans.
        classes
            How many classes of equal width.
        horizon, indicator
            Only these figures.

        Returns
        -------
        Table
            Columns from, to, count, share, low and high (the band in which 95 % of the shares of honest fans would lie).
        """
        if classes < 2:
            raise ValueError(f"classes: {classes} is not at least 2")
        here = self._figures.of(method)
        keep = np.isfinite(here["pit"])
        if horizon is not None:
            keep &= here["horizon"] == horizon
        if indicator is not None:
            if indicator not in self.info.indicators:
                raise UnknownNameError("indicator", indicator, self.info.indicators)
            keep &= here["indicator"] == self.info.indicators.index(indicator)
        places, origins = here["pit"][keep].tolist(), here["origin"][keep].tolist()
        if not places:
            raise ValueError("horizon, indicator: no figure is left")
        block = self._figures.block(horizon or self.info.horizons)
        found = _core.pit_histogram(places, origins, int(classes), block)
        return Table(found, percent=["share", "low", "high"])

    # Targets

    @cached_property
    def targets(self) -> Table:
        """Every target at every origin: origin, target, period, happened, and its probability by method."""
        self._needs_targets()
        columns: dict[str, Any] = {
            "origin": [self.info.origins[case.origin] for case in self._cases],
            "target": [case.target for case in self._cases],
            "period": [case.period for case in self._cases],
            "happened": [case.happened for case in self._cases],
        }
        columns |= {m: [case.probability[m] for case in self._cases] for m in self.methods}
        return Table(columns, percent=self.methods)

    def brier(self) -> Table:
        """Return the Brier score of the probability of each target, and of all together.

        Returns
        -------
        Table
            Columns target, origins, happened (how often it was met) and the score of each method.
        """
        self._needs_targets()
        rows = []
        for target in dict.fromkeys(case.target for case in self._cases):
            cases = [case for case in self._cases if case.target == target]
            happened = np.array([case.happened for case in cases])
            row: dict[str, Any] = {
                "target": target,
                "origins": len(cases),
                "happened": float(happened.mean()),
            }
            for method in self.methods:
                stated = np.array([case.probability[method] for case in cases])
                row[method] = _core.brier(stated, happened)
            rows.append(row)
        return _table(rows, percent=["happened"])

    def reliability(
        self, target: str | None = None, *, method: str = "forecast", classes: int = 5
    ) -> Table:
        """Compare stated probabilities of targets with how often they were met.

        Parameters
        ----------
        target
            Its id, or ``"all"`` for all together; every single target unless given.
        method
            Whose probabilities.
        classes
            How many classes of equal width.

        Returns
        -------
        Table
            Columns from, to, count, stated (mean probability), happened (share), low and high (consistency bars: in
            which 95 % of the shares would lie if probabilities were right; they know that origins depend on each other).
        """
        self._needs_targets()
        if classes < 1:
            raise ValueError(f"classes: {classes} is not at least 1")
        if method not in self.methods:
            raise UnknownNameError("method", method, self.methods)
        ids = list(dict.fromkeys(case.target for case in self._cases))
        if target is not None and target not in ids:
            raise UnknownNameError("target", target, ids)
        wanted = [target] if target is not None else [one for one in ids if one != "all"]
        cases = [case for case in self._cases if case.target in wanted]
        stated = np.array([case.probability[method] for case in cases])
        happened = np.array([case.happened for case in cases])
        found = dict(_core.reliability(stated, happened, int(classes)))
        origins = [case.origin for case in cases]
        found["low"], found["high"] = _core.consistency_bars(
            stated.tolist(),
            happened.tolist(),
            origins,
            int(classes),
            self._figures.block(self.info.horizons),
        )
        return Table(found, percent=["stated", "happened", "low", "high"])

    def block(self, horizon: int) -> int:
        """Return how many neighbouring origins look at the same periods: the length of blocks."""
        return self._figures.block(horizon)

    # Words

    @cached_property
    def sentences(self) -> tuple[str, ...]:
        """What was found, in plain words."""
        return sentences(self)

    def in_words(self, language: str = "en") -> str:
        """Return what was found as a text, a sentence a line.

        Parameters
        ----------
        language
            ``"en"``, ``"zh"``, ``"de"``.
        """
        return "\n".join(sentences(self, language))

    def __repr__(self) -> str:
        return "\n".join(self.sentences)

    @property
    def plot(self) -> BacktestPlots:
        """Charts: ``plot.hedgehog(indicator)``, ``plot.pit()``, ``plot.reliability()``."""
        return BacktestPlots(self)

    # Parts

    @property
    def has_targets(self) -> bool:
        """Whether there are targets whose figures were forecast and became known."""
        return bool(self._cases)

    def _needs_targets(self) -> None:
        if not self._cases:
            raise ValueError(
                "targets: none was given, or at no origin were all their figures forecast and known; give "
                "backtest(..., targets=[...]) whose periods the horizons reach"
            )

    def _period(self, ordinal: int) -> str:
        return str(Period.from_ordinal(self.info.periods[0].frequency, ordinal))


def _table(rows: Sequence[Mapping[str, Any]], **options: Any) -> Table:
    return Table({name: [row[name] for row in rows] for name in rows[0]}, **options)
