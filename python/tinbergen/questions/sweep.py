"""Sweeps: many settings of parameters, levers and scenarios, of a model that is compiled once."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tinbergen import _core
from tinbergen.basics.parameter_values import column_items
from tinbergen.basics.progress_bar import reporting
from tinbergen.basics.settings import (
    memory_bytes,
    name_list,
    path_count,
    seed_number,
    threads_setting,
)
from tinbergen.questions.jobs import Job, SentModel, begin, threads_of
from tinbergen.questions.sweep_checks import (
    lists_of_numbers,
    numbers_of,
    parameters_of,
    refuse_unknown,
)
from tinbergen.questions.workers import Crew, Executors, Unit, blocks, opened
from tinbergen.results.sweep import Sweep
from tinbergen.written.goal import GoalLike, goal_list

if TYPE_CHECKING:
    from tinbergen.basics.model_columns import SweptAttainmentColumns, SweptFanColumns
    from tinbergen.basics.settings import Design, RunSettings
    from tinbergen.written.model import Model

__all__ = [
    "Settings",
    "combinations",
    "run_settings",
    "sweep",
]


def sweep(
    model: Model,
    parameters: Mapping[str, ArrayLike] | None = None,
    *,
    levers: Mapping[str, ArrayLike] | None = None,
    settings: Any = None,
    scenarios: str | Sequence[str] = "baseline",
    of: GoalLike | Sequence[GoalLike] | None = None,
    paths: int = 10_000,
    seed: int | None = None,
    design: Design = "random",
    indicators: str | Sequence[str] | None = None,
    quantiles: Sequence[float] = (0.05, 0.25, 0.5, 0.75, 0.95),
    replace: bool = False,
    threads: int | None = None,
    memory_limit: int | str | None = None,
    progress: bool | Callable[[int, int], object] | None = None,
    executor: Executors | None = None,
) -> Sweep:
    """Simulate many settings of parameters, levers and scenarios under common random numbers.

    The model is not compiled again. A setting gives what a run of its scenario gives with these
    parameters, to the bit.

    Parameters
    ----------
    parameters
        Parameters with the numbers to try: every combination of them, of the levers and of the
        scenarios is a setting. What a scenario sets, it keeps, as in `simulate`.
    levers
        Levers with the places to try, in their ranges, as in `seek`.
    settings
        In the place of `parameters` and `levers`: a data frame, a mapping of columns, or a matrix with a
        column for each parameter of the model; a row is a setting. Columns are parameters and levers,
        and perhaps ``scenario``.
    scenarios
        The scenarios of each of them.
    of
        Targets, sets or combinations of them that are asked about; every target and set of the model unless
        given. Fewer are faster.
    paths, seed, design, threads, memory_limit, progress
        As in `simulate`; the paths are those of each setting.
    indicators
        Indicators whose fans are wanted.
    quantiles
        The quantiles of the fans.
    replace
        Whether a lever gives an uncertain parameter a number; else it moves its centre.
    executor
        As in `simulate`: its workers do blocks of settings, and the numbers are those of one process.

    Returns
    -------
    Sweep
        The settings, and of each the attainment and the fans.

    Raises
    ------
    ModelError
        For names that the model does not have, and numbers that a parameter or lever cannot be, with the
        setting they stand in.
    NumericalError
        When more paths fail in a setting than the model tolerates, in what targets and fans that are asked for
        look at. Nothing else is computed.

    See Also
    --------
    Model.simulate : A row for each path, by `parameters`.
    Model.seek : The cheapest setting of levers.

    Examples
    --------
    >>> import tinbergen as tb
    >>> model = tb.plans.yuecheng()
    >>> found = model.sweep({"trend_growth": [0.05, 0.08]}, paths=500, seed=1, indicators="gdp")
    >>> bool(np.diff(found.probability("gdp-2025")) > 0)
    True
    >>> found.mean("gdp", 2025).shape
    (2,)
    """
    asked = _asked(model, parameters, levers, settings, scenarios)
    fans = name_list(indicators) or []
    refuse_unknown("indicators", "indicator", fans, model.indicators)
    with reporting(progress) as watch, opened(executor) as crew:
        return run_settings(
            model,
            asked,
            of=[] if of is None else goal_list(of),
            indicators=fans,
            quantiles=quantiles,
            paths=paths,
            seed=seed,
            design=design,
            replace=replace,
            threads=threads,
            memory_limit=memory_limit,
            watch=watch,
            crew=crew,
        )


class Settings(NamedTuple):
    """Settings of a model, each a row: names of parameters and then of levers, numbers, scenarios."""

    names: list[str]
    rows: NDArray[np.float64]
    levers: int
    """How many of the names are levers."""
    scenarios: list[str]


def run_settings(
    model: Model,
    asked: Settings,
    *,
    paths: int,
    seed: int | None,
    design: Design,
    replace: bool,
    threads: int | None,
    memory_limit: int | str | None,
    of: Sequence[str] = (),
    indicators: Sequence[str] = (),
    quantiles: Sequence[float] = (),
    watch: Callable[[int, int], object] | None = None,
    crew: Crew | None = None,
) -> Sweep:
    """Simulate settings that are a row each, as `sweep` does."""
    levels = [float(level) for level in quantiles]
    wanted: dict[str, Any] = {
        "replace": bool(replace),
        "of": list(of),
        "indicators": list(indicators),
        "levels": levels,
    }
    run: RunSettings = {
        "paths": path_count(paths),
        "seed": seed_number(seed),
        "design": design,
        "threads": threads_setting(threads),
        "memory_limit": memory_bytes(memory_limit),
    }
    whole = _block(asked, 0, len(asked.rows))
    if crew is None:
        attainment, fans = _core.sweep(model._program(), run, **whole, **wanted, watch=watch)
    else:
        begin(lambda stop: _core.sweep(model._program(), run, **whole, **wanted, watch=stop))
        attainment, fans = _spread(crew, model, asked, run, wanted, watch)
    found = dict(zip(indicators, fans, strict=True))
    return Sweep(model, asked.scenarios, (asked.names, asked.rows), attainment, found, levels)


def _block(asked: Settings, first: int, end: int) -> dict[str, Any]:
    """Return some of the settings, as the core takes them."""
    parameters = len(asked.names) - asked.levers
    rows = asked.rows[first:end]
    return {
        "scenarios": asked.scenarios[first:end],
        "parameters": (asked.names[:parameters], rows[:, :parameters].tolist()),
        "levers": (asked.names[parameters:], rows[:, parameters:].tolist()),
        "first": first,
    }


@dataclass(frozen=True)
class SweepJob(Job):
    """What is asked of settings."""

    model: SentModel
    run: RunSettings
    wanted: dict[str, Any]

    def prepare(self) -> _Prepared:
        """Compile the model."""
        return self.model.program(), self.run, self.wanted


_Prepared: TypeAlias = "tuple[_core.Program, RunSettings, dict[str, Any]]"


def sweep_block(
    prepared: _Prepared, block: dict[str, Any]
) -> tuple[SweptAttainmentColumns, list[SweptFanColumns]]:
    """Simulate some settings, on a worker."""
    program, run, wanted = prepared
    return _core.sweep(program, run, **block, **wanted)


def _spread(
    crew: Crew,
    model: Model,
    asked: Settings,
    run: RunSettings,
    wanted: dict[str, Any],
    watch: Callable[[int, int], object] | None,
) -> tuple[SweptAttainmentColumns, list[SweptFanColumns]]:
    """Simulate settings by workers, and put what they give side by side."""
    seed = run["seed"]
    run = {
        **run,
        "seed": secrets.randbits(64) if seed is None else seed,
        "threads": threads_of(run["threads"]),
    }
    units = [
        Unit(place, _block(asked, *ends), f"settings {ends[0]} to {ends[1] - 1}", ends[1] - ends[0])
        for place, ends in enumerate(blocks(len(asked.rows), crew.workers, _MOST))
    ]
    job = SweepJob(SentModel.of(model), run, wanted)
    found = {unit.place: part for unit, part in crew.spread(job, sweep_block, units, watch)}
    parts = [found[place] for place in range(len(units))]
    columns = zip(*(fans for _, fans in parts), strict=True)
    return _stacked([part for part, _ in parts]), [_stacked(list(of)) for of in columns]


def _stacked(parts: list[Any]) -> Any:
    """Put tables below each other whose rows are settings; names stand in each of them."""
    return {
        name: values
        if isinstance(values, list)
        else np.concatenate([part[name] for part in parts], axis=0)
        for name, values in parts[0].items()
    }


_MOST = 64
"""Settings of a block at most."""


def _asked(
    model: Model,
    parameters: Mapping[str, ArrayLike] | None,
    levers: Mapping[str, ArrayLike] | None,
    settings: Any,
    scenarios: str | Sequence[str],
) -> Settings:
    """Return the settings that a sweep is asked for."""
    chosen = name_list(scenarios) or []
    if not chosen:
        raise ValueError("scenarios: no scenario was asked for; name one or more, or leave it out")
    if settings is not None:
        if parameters or levers:
            raise ValueError("settings: give either them or `parameters` and `levers`, not both")
        return _of_rows(model, settings, chosen)
    given = {"parameters": parameters or {}, "levers": levers or {}}
    columns = [column for what, of in given.items() for column in lists_of_numbers(what, of)]
    refuse_unknown("parameters", "parameter", given["parameters"], parameters_of(model))
    refuse_unknown("levers", "lever", given["levers"], model.levers)
    rows = combinations(columns)
    names = [str(name) for of in given.values() for name in of]
    places = [scenario for scenario in chosen for _ in rows]
    return Settings(names, np.tile(rows, (len(chosen), 1)), len(given["levers"]), places)


def combinations(columns: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Return a row for every combination of numbers."""
    points = list(itertools.product(*(column.tolist() for column in columns)))
    return np.array(points, dtype=np.float64).reshape(len(points), len(columns))


def _of_rows(model: Model, settings: Any, chosen: list[str]) -> Settings:
    columns = dict(column_items(settings, tuple(model.parameters), "settings"))
    own = columns.pop("scenario", None)
    both = [name for name in columns if name in model.parameters and name in model.levers]
    if both:
        raise ValueError(
            f'settings: "{both[0]}" is a parameter and a lever; use `parameters` or `levers`'
        )
    known = [*parameters_of(model), *model.levers]
    refuse_unknown("settings", "parameter or lever", columns, known)
    levers = [name for name in columns if name in model.levers]
    names = [name for name in columns if name not in model.levers] + levers
    numbers = [numbers_of(f"settings.{name}", columns[name]) for name in names]
    lengths = {len(column) for column in numbers} | (set() if own is None else {len(own)})
    if len(lengths) > 1:
        raise ValueError(
            f"settings: columns differ in length ({sorted(lengths)}); a row is a setting"
        )
    count = lengths.pop() if lengths else 0
    if not count:
        raise ValueError("settings: they have no row; a row is a setting, a number for each column")
    rows = np.column_stack(numbers) if numbers else np.empty((count, 0))
    if own is not None:
        return Settings(names, rows, len(levers), [str(scenario) for scenario in own])
    places = [scenario for scenario in chosen for _ in range(count)]
    return Settings(names, np.tile(rows, (len(chosen), 1)), len(levers), places)
