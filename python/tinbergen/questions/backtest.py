"""Are fans honest? Forecasts made at one origin after the other, and what became of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from tinbergen import _core
from tinbergen.basics.progress_bar import reporting
from tinbergen.basics.settings import path_count, seed_number
from tinbergen.errors import UnknownNameError
from tinbergen.questions.backtest_data import ActualValues, Origin
from tinbergen.questions.backtest_sources import (
    KINDS,
    Asked,
    known_of_model,
    source_of,
)
from tinbergen.questions.backtest_spread import add_by
from tinbergen.questions.backtest_work import Work
from tinbergen.questions.workers import Executors
from tinbergen.results.backtest import Backtest
from tinbergen.written.model import Model
from tinbergen.written.target import Target

__all__ = ["backtest"]

_MOST = 400
"""Periods ahead at most."""


def backtest(
    forecast: Any,
    actual: Any = None,
    *,
    origins: Any = None,
    horizons: int = 5,
    window: int | None = None,
    indicators: str | Sequence[str] | None = None,
    targets: Target | Iterable[Target] = (),
    kinds: Mapping[str, str] | None = None,
    paths: int = 1000,
    seed: int = 1,
    scenario: str = "baseline",
    recalibrate: bool = False,
    progress: bool | Callable[[int, int], object] | None = None,
    executor: Executors | None = None,
) -> Backtest:
    """Score forecasts made at one origin after the other on what became of them.

    At each origin only what was known then is handed over. Beside the forecasts stand two that any other has to
    beat: an autoregression of order one by least squares, its persistence kept within (-0.90, 0.985), and a random walk
    with drift.

    Parameters
    ----------
    forecast
        What is asked for a forecast at each origin: a function such as ``tb.fit``, of the data known (a `Data`), or of
        the origin (a `Period`) and the data known, that gives a `Model`, `Runs`, an `Ensemble` or a table; a `Model`,
        whose histories end at each origin; or a table of forecasts with the columns origin, indicator, period, value,
        and path (a number) or quantile (a level, the median among them). A function that takes ``periods`` or ``kinds`` is
        given how many periods to forecast, and `kinds`.
    actual
        Actual values: a table of series by period as `Data` reads it; with a column ``vintage``, or as `Outturns`, only what was
        published by the day of an origin is handed over. The histories of a model unless given.
    origins
        The last periods known, a span or a list; or days, where actual values have vintages. Unless given, every
        period from the tenth (from the `window`-th) to the last but one, or every day of a vintage but the last.
    horizons
        How many periods ahead.
    window
        Hand over the last so many periods only.
    indicators
        Those that are scored and handed over; all of the actual values unless given.
    targets
        Targets as they would be asked for after the last period of `actual`; at each origin they are moved
        back with it. Single probabilities and that of all together are scored.
    kinds
        How series move, for the two that stand beside: ``"growth"``, ``"change"``, ``"level"``, ``"share"`` or ``"count"`` by
        indicator. Unless given, as the process of the model says that forecasts them; else by their names and
        figures at the first origin, as `tinbergen.fit` would take them.
    paths
        Paths of a `Model` that the function gives, and of the two that stand beside.
    seed
        Of the same.
    scenario
        The scenario of runs.
    recalibrate
        Let forecasts that are mended by how earlier ones did stand beside too. What they learn from was known at their origin.
    progress
        As of `Model.simulate`, in origins.
    executor
        As of `Model.simulate`: its workers make the forecasts, an origin each, which are scored here. A function has to be
        one that workers can import, unless they are threads.

    Returns
    -------
    Backtest
        Sentences and tables: ``scores``, ``comparison``, ``coverage``, ``pit``, ``brier``, ``reliability``; charts.

    Raises
    ------
    ValueError
        When too little is known, or nothing that was forecast became known.

    See Also
    --------
    Runs.scores : One run on actual values.

    Notes
    -----
    Forecasts of neighbouring origins look at the same periods. Intervals therefore come from the bootstrap of blocks of
    origins [1]_, and comparisons from the test of Diebold and Mariano with its correction for few origins. ``docs/backtests.md`` has the
    formulas.

    References
    ----------
    .. [1] H. R. Künsch (1989), The jackknife and the bootstrap for general stationary observations. Annals of
       Statistics 17, 1217-1241.

    Examples
    --------
    >>> import numpy as np
    >>> import tinbergen as tb
    >>> noise = np.random.default_rng(1).normal(2, 1, 40)
    >>> table = {"period": list(range(1980, 2020)), "growth": noise.tolist()}
    >>> def as_before(origin, known):
    ...     values = np.array(list(known["growth"].values()))
    ...     paths = np.random.default_rng(2).normal(values.mean(), values.std(), (2, 500))
    ...     rows = [
    ...         (str(origin + 1 + h), k, x) for h in range(2) for k, x in enumerate(paths[h])
    ...     ]
    ...     period, path, value = zip(*rows)
    ...     names = ["growth"] * len(rows)
    ...     return {"indicator": names, "period": period, "path": path, "value": value}
    >>> found = tb.backtest(as_before, table, horizons=2)
    >>> len(found.figures), found.scores()["method"].tolist()
    (59, ['forecast', 'clipped AR(1)', 'random walk with drift'])
    """
    if not 1 <= horizons <= _MOST:
        raise ValueError(f"horizons: {horizons} is not from 1 to {_MOST}")
    if window is not None and window < 6:
        raise ValueError(f"window: {window} periods are too few to forecast from; 6 are the least")
    if actual is None and not isinstance(forecast, Model):
        raise ValueError("actual: give the actual values that forecasts are held against")
    if actual is None:
        values = known_of_model(forecast)
    else:
        values = actual if isinstance(actual, ActualValues) else ActualValues(actual)
    names = _named(indicators, values)
    made = values.origins(origins, window, names)
    kind_of = _kinds(kinds, values, made[0], names)
    asked = Asked(
        horizons, path_count(paths), int(seed_number(seed) or 0), scenario, dict(kinds or {})
    )
    source, about = source_of(forecast, asked)
    wanted = (targets,) if isinstance(targets, Target) else tuple(targets)
    work = Work(values, names, kind_of, asked, wanted, recalibrate=recalibrate)
    with reporting(progress) as watch:
        for k, origin in enumerate([] if executor is not None else made):
            if watch is not None:
                watch(k, len(made))
            work.add(k, origin, source)
        if executor is not None:
            add_by(executor, work, forecast, asked, made, watch)
        elif watch is not None:
            watch(len(made), len(made))
    return work.result(made, about, window)


def _named(indicators: str | Sequence[str] | None, values: ActualValues) -> list[str]:
    if indicators is None:
        return values.names
    wanted = [indicators] if isinstance(indicators, str) else list(indicators)
    for name in wanted:
        if name not in values.names:
            raise UnknownNameError("indicator", name, values.names)
    return wanted


def _kinds(
    kinds: Mapping[str, str] | None, values: ActualValues, first: Origin, names: Sequence[str]
) -> dict[str, str]:
    """Return the kind of each series, by what was known at the first origin."""
    given = dict(kinds or {})
    for name, kind in given.items():
        if name not in values.names:
            raise UnknownNameError("indicator", name, values.names)
        if kind not in KINDS:
            raise ValueError(f'kinds: {name} is "{kind}"; known are {", ".join(KINDS)}')
    return {name: given.get(name) or _kind_of(name, first.known[name]) for name in names}


def _kind_of(name: str, known: Mapping[int, float]) -> str:
    """Return the kind that `tinbergen.fit` would take a series for."""
    return _core.default_kind(name, [known[k] for k in sorted(known)])
