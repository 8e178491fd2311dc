"""Where the forecasts of a backtest come from: a function, a model, a table."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from tinbergen.basics.columns import columns_of
from tinbergen.basics.periods import Period, Span
from tinbergen.errors import UnknownNameError
from tinbergen.questions.backtest_data import ActualValues, Origin
from tinbergen.questions.fitting import Kind
from tinbergen.results.ensemble import Ensemble
from tinbergen.results.runs import Runs
from tinbergen.written.model import Model

__all__ = ["KINDS", "Asked", "Forecast", "Source", "known_of_model", "source_of"]


@dataclass
class Forecast:
    """What was forecast at one origin.

    Parameters
    ----------
    paths
        Paths by indicator and ordinal of the period.
    weights
        Weights of the paths; None when all weigh the same.
    stated
        Levels and quantiles by indicator and ordinal, where there are no paths.
    kinds
        How indicators move, by the processes of the model that forecast them.
    """

    paths: dict[str, dict[int, NDArray[np.float64]]] = field(default_factory=dict)
    weights: NDArray[np.float64] | None = None
    stated: dict[str, dict[int, tuple[tuple[float, ...], NDArray[np.float64]]]] = field(
        default_factory=dict
    )
    kinds: dict[str, str] = field(default_factory=dict)


KINDS = get_args(Kind)
"""How series may move: also the names of processes."""

Source: TypeAlias = Callable[[Origin], "Forecast | None"]
"""The forecast of an origin; None where there is none."""


@dataclass(frozen=True)
class Asked:
    """How forecasts are made: periods ahead, paths, seed, scenario, kinds, and on how many threads."""

    periods: int
    paths: int
    seed: int
    scenario: str
    kinds: dict[str, str]
    threads: int | None = None


def source_of(forecast: Any, asked: Asked) -> tuple[Source, str]:
    """Return what gives forecasts, and what it is in words."""
    if isinstance(forecast, Model):
        return _of_model(forecast, asked), f'the model "{forecast.name}"'
    if isinstance(forecast, (Runs, Ensemble)):
        raise TypeError(
            "forecast: a run is made at one origin; give its model, a function of the origin and of what is "
            "known, or a table of forecasts with a column origin"
        )
    if callable(forecast):
        name = getattr(forecast, "__name__", None) or type(forecast).__name__
        return _of_function(forecast, asked), f"the function {name}"
    return _of_table(forecast), "forecasts as they were stored"


# A function


def _of_function(function: Callable[..., Any], asked: Asked) -> Source:
    takes = _parameters(function)
    usual = {inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD}
    needed = [p for p in takes if p.kind in usual and p.default is inspect.Parameter.empty]
    if len(needed) not in {1, 2}:
        raise TypeError(
            f"forecast: the function takes {len(needed)} arguments; expected one, the data known, or two, the "
            "origin and the data known"
        )
    names = {p.name for p in takes if p not in needed}
    given: dict[str, Any] = {"periods": asked.periods} if "periods" in names else {}
    if asked.kinds and "kinds" in names:
        given["kinds"] = asked.kinds

    def at(origin: Origin) -> Forecast | None:
        known = origin.data()
        arguments = (known,) if len(needed) == 1 else (origin.period, known)
        return _read(function(*arguments, **given), asked, origin)

    return at


def _parameters(function: Callable[..., Any]) -> list[inspect.Parameter]:
    find = getattr(function, "_find", None)  # a lazy function
    try:
        return list(inspect.signature(find() if callable(find) else function).parameters.values())
    except (TypeError, ValueError):
        one = inspect.Parameter("known", inspect.Parameter.POSITIONAL_ONLY)
        return [one]


def _read(found: Any, asked: Asked, origin: Origin) -> Forecast | None:
    """Read what a function gave: a model, runs, an ensemble, or a table of paths or quantiles."""
    if found is None:
        return None
    kinds: dict[str, str] = {}
    if isinstance(found, Model):
        kinds = _kinds_of(found)
        names = _endogenous(found)
        keep = [name for name in names if _own(name, origin) in origin.known] or names
        run: dict[str, Any] = {"seed": asked.seed, "keep": keep, "threads": asked.threads}
        found = found.simulate(asked.paths, **run, progress=False)
    if isinstance(found, Runs):
        found = found[asked.scenario]
    if isinstance(found, Ensemble):
        paths = {
            _own(name, origin): {
                period.ordinal: row
                for period, row in zip(found.periods, np.asarray(found[name]), strict=True)
            }
            for name in found.indicators
        }
        kinds = {_own(name, origin): kind for name, kind in kinds.items()}
        return Forecast(paths, found.weights, kinds=kinds)
    return _one_table(found, origin)


def _own(name: str, origin: Origin) -> str:
    """Return the name that an indicator has among the actual values, whatever its case."""
    return next((n for n in origin.known if n.lower() == name.lower()), name)


def _kinds_of(model: Model) -> dict[str, str]:
    """Return how indicators move whose process says so."""
    named = {n: type(one.process).__name__.lower() for n, one in model.indicators.items()}
    return {name: kind for name, kind in named.items() if kind in KINDS}


def _one_table(found: Any, origin: Origin) -> Forecast | None:
    try:
        columns = {name.lower(): cells for name, cells in columns_of(found, "forecast")}
    except TypeError:
        raise TypeError(
            f"forecast: the function gave a {type(found).__name__}; expected a model, runs, an ensemble, or a "
            "table with columns indicator, period, value and path or quantile"
        ) from None
    columns["origin"] = [origin.label] * len(next(iter(columns.values()), []))
    return _of_columns(columns)(origin)


# A model


def _endogenous(model: Model) -> list[str]:
    """Name the indicators that a model forecasts: those with an equation or a process."""
    return [n for n, one in model.indicators.items() if one.equation or one.process]


def known_of_model(model: Model) -> ActualValues:
    """Return the histories of the indicators that a model forecasts."""
    rows = [
        (name, str(period), value)
        for name in _endogenous(model)
        for period, value in model.indicators[name].history.items()
        if isinstance(value, (int, float))
    ]
    if not rows:
        raise ValueError(
            f'actual: the model "{model.name}" has no history of what it forecasts; give the actual values'
        )
    names, periods, values = (list(column) for column in zip(*rows, strict=True))
    return ActualValues({"series": names, "period": periods, "value": values})


def _of_model(model: Model, asked: Asked) -> Source:
    forecast = set(_endogenous(model))

    def at(origin: Origin) -> Forecast | None:
        frequency = origin.period.frequency
        indicators = dict(model.indicators)
        for name, values in origin.known.items():
            own = next((n for n in indicators if n.lower() == name.lower()), None)
            if own is None:
                raise UnknownNameError("indicator", name, indicators)
            if own in forecast:
                history = {Period.from_ordinal(frequency, k): v for k, v in values.items()}
                indicators[own] = replace(indicators[own], history=history)
        span = Span(origin.period + 1, origin.period + asked.periods)
        made = model.with_(indicators=indicators, targets=(), target_sets={}).over(span)
        return _read(made, asked, origin)

    return at


# A table


def _of_table(table: Any) -> Source:
    try:
        columns = {name.lower(): cells for name, cells in columns_of(table, "forecast")}
    except TypeError:
        raise TypeError(
            f"forecast: expected a function such as tb.fit, a model, or a table of forecasts, found a "
            f"{type(table).__name__}"
        ) from None
    return _of_columns(columns)


def _of_columns(columns: dict[str, list[Any]]) -> Source:
    missing = [n for n in ("origin", "indicator", "period", "value") if n not in columns]
    kind = next((name for name in ("path", "quantile") if name in columns), None)
    if missing or kind is None:
        wanted = ", ".join(missing) or "path or quantile"
        raise ValueError(
            f"forecast: a column {wanted} is missing; a table of forecasts has origin, indicator, period, "
            f"value, and path or quantile; found {', '.join(columns)}"
        )
    as_written: dict[tuple[Any, Any, Any], list[tuple[float, float]]] = {}
    keys = zip(*(columns[n] for n in ("origin", "indicator", "period")), strict=True)
    for key, place, value in zip(keys, columns[kind], columns["value"], strict=True):
        if value is not None and place is not None:
            as_written.setdefault(key, []).append((float(place), float(value)))
    cells: dict[str, dict[tuple[str, int], list[tuple[float, float]]]] = {}
    for (origin, name, period), rows in as_written.items():
        here = cells.setdefault(_label(origin), {})
        figure = (str(name).lower(), Period(_whole(period)).ordinal)
        here.setdefault(figure, []).extend(rows)

    def at(origin: Origin) -> Forecast | None:
        found = cells.get(origin.label)
        if found is None:
            return None
        made = Forecast()
        for (name, ordinal), rows in found.items():
            own = _own(name, origin)
            places, values = (np.array(column) for column in zip(*sorted(rows), strict=True))
            if len(set(places.tolist())) < len(places):
                period = Period.from_ordinal(origin.period.frequency, ordinal)
                raise ValueError(
                    f"forecast: {own} in {period} as of {origin.label} has the {kind} {_twice(places)} twice"
                )
            if kind == "path":
                made.paths.setdefault(own, {})[ordinal] = values
            else:
                made.stated.setdefault(own, {})[ordinal] = (tuple(places.tolist()), values)
        return made

    return at


def _twice(places: NDArray[np.float64]) -> str:
    values, counts = np.unique(places, return_counts=True)
    return f"{values[counts > 1][0]:g}"


def _whole(value: Any) -> Any:
    """Read a year that a frame made a decimal number of."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _label(origin: Any) -> str:
    try:
        return str(Period(_whole(origin)))
    except (TypeError, ValueError):
        return str(origin)[:10]
