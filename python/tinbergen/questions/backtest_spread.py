"""Forecasts of a backtest that the workers of an executor make, an origin each; they are scored where they come back."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from tinbergen.errors import ModelError
from tinbergen.questions.backtest_data import Origin
from tinbergen.questions.backtest_sources import Asked, Forecast, Source, source_of
from tinbergen.questions.jobs import Job, threads_of
from tinbergen.questions.workers import Crew, Executors, Unit
from tinbergen.written.model import Model

if TYPE_CHECKING:
    from tinbergen.basics.progress_bar import Watch
    from tinbergen.questions.backtest_work import Work

__all__ = ["ForecastJob", "add_by"]


@dataclass(frozen=True)
class ForecastJob(Job):
    """What makes forecasts, and how."""

    forecast: Any
    asked: Asked
    call: str = field(default_factory=lambda: secrets.token_hex(16))
    """A function of the same name may be another one in the next call."""

    def prepare(self) -> tuple[Source, Asked]:
        """Return what makes a forecast of what is known at an origin."""
        return source_of(self.forecast, self.asked)[0], self.asked


def forecast_at(
    prepared: tuple[Source, Asked], origin: Origin
) -> tuple[Forecast | None, ModelError | None]:
    """Make the forecast of an origin, on a worker; what cannot be forecast from so little is an answer."""
    source, asked = prepared
    try:
        made = source(origin)
    except ModelError as error:
        return None, error
    return (None if made is None else _near(made, origin, asked)), None


def _near(made: Forecast, origin: Origin, asked: Asked) -> Forecast:
    """Leave out what lies beyond the horizon, which nobody scores."""
    last = origin.period.ordinal
    reach = range(last + 1, last + 1 + asked.periods)
    paths = {
        name: {k: row for k, row in rows.items() if k in reach} for name, rows in made.paths.items()
    }
    stated = {
        name: {k: row for k, row in rows.items() if k in reach}
        for name, rows in made.stated.items()
    }
    return replace(made, paths=paths, stated=stated)


def add_by(
    executor: Executors,
    work: Work,
    forecast: Any,
    asked: Asked,
    origins: list[Origin],
    watch: Watch | None,
) -> None:
    """Let workers make the forecasts of all origins, and score them in the order of time."""
    if not isinstance(forecast, Model) and not callable(forecast):
        raise ValueError(
            "executor: stored forecasts are read and not made, so there is nothing to send; leave it out"
        )
    job = ForecastJob(forecast, replace(asked, threads=threads_of(asked.threads)))
    units = [Unit(k, one, f"forecasts as of {one.label}") for k, one in enumerate(origins)]
    with Crew(executor) as crew:
        for unit, found in crew.spread(job, forecast_at, units, watch, in_order=True):
            work.add(unit.place, unit.what, _as_made(*found))


def _as_made(made: Forecast | None, error: ModelError | None) -> Source:
    """Return what gives a forecast that was made elsewhere, or its error."""

    def at(origin: Origin) -> Forecast | None:
        if error is not None:
            raise error
        return made

    return at
