"""Simulation: every scenario under common random numbers."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Literal, get_args, overload

from tinbergen import _core
from tinbergen.basics.parameter_values import ParameterValues, parameter_items, row_count
from tinbergen.basics.progress_bar import reporting
from tinbergen.basics.settings import (
    FILES,
    Store,
    first_number,
    memory_bytes,
    name_list,
    path_count,
    refuse_repeats,
    seed_number,
    threads_setting,
)
from tinbergen.questions import run_ranges, run_writing
from tinbergen.results.ensemble import QUANTILES, quantile_levels
from tinbergen.results.pathless import PathlessRuns
from tinbergen.results.recipe import Recipe, asked
from tinbergen.results.runs import Runs
from tinbergen.results.streamed import StreamedRuns
from tinbergen.results.tiled import TiledRuns
from tinbergen.written.goal import GoalLike, goal_list

if TYPE_CHECKING:
    from tinbergen.basics.settings import Design, RunSettings
    from tinbergen.questions.run_folder import RunFolder
    from tinbergen.questions.workers import Executors
    from tinbergen.written.model import Model

__all__ = ["simulate"]


@overload
def simulate(
    model: Model,
    paths: int | None = ...,
    *,
    seed: int | None = ...,
    scenarios: str | Sequence[str] | None = ...,
    keep: str | Sequence[str] | None = ...,
    design: Design = ...,
    threads: int | None = ...,
    memory_limit: None = ...,
    parameters: ParameterValues | None = ...,
    progress: bool | Callable[[int, int], object] | None = ...,
    until: float | None = ...,
    until_of: GoalLike | Iterable[GoalLike] | None = ...,
    most_paths: int = ...,
    store: None = ...,
    quantiles: Sequence[float] | None = ...,
    executor: Executors | None = ...,
    range_paths: int | None = ...,
) -> Runs: ...


@overload
def simulate(
    model: Model,
    paths: int | None = ...,
    *,
    seed: int | None = ...,
    scenarios: str | Sequence[str] | None = ...,
    keep: str | Sequence[str] | None = ...,
    design: Design = ...,
    threads: int | None = ...,
    memory_limit: int | str | None = ...,
    parameters: ParameterValues | None = ...,
    progress: bool | Callable[[int, int], object] | None = ...,
    until: float | None = ...,
    until_of: GoalLike | Iterable[GoalLike] | None = ...,
    most_paths: int = ...,
    store: Literal["stored"],
    quantiles: Sequence[float] | None = ...,
    executor: Executors | None = ...,
    range_paths: int | None = ...,
) -> Runs: ...


@overload
def simulate(
    model: Model,
    paths: int | None = ...,
    *,
    memory_limit: int | str,
    seed: int | None = ...,
    scenarios: str | Sequence[str] | None = ...,
    keep: str | Sequence[str] | None = ...,
    design: Design = ...,
    threads: int | None = ...,
    parameters: ParameterValues | None = ...,
    progress: bool | Callable[[int, int], object] | None = ...,
    until: float | None = ...,
    until_of: GoalLike | Iterable[GoalLike] | None = ...,
    most_paths: int = ...,
    store: None = ...,
    quantiles: Sequence[float] | None = ...,
    executor: Executors | None = ...,
    range_paths: int | None = ...,
) -> Runs | TiledRuns: ...


@overload
def simulate(
    model: Model,
    paths: int | None = ...,
    *,
    store: Literal["tiled"],
    quantiles: Sequence[float] | None = ...,
    seed: int | None = ...,
    scenarios: str | Sequence[str] | None = ...,
    keep: str | Sequence[str] | None = ...,
    design: Design = ...,
    threads: int | None = ...,
    memory_limit: int | str | None = ...,
    parameters: ParameterValues | None = ...,
    progress: bool | Callable[[int, int], object] | None = ...,
) -> TiledRuns: ...


@overload
def simulate(
    model: Model,
    paths: int | None = ...,
    *,
    store: Literal["streamed"],
    seed: int | None = ...,
    scenarios: str | Sequence[str] | None = ...,
    keep: str | Sequence[str] | None = ...,
    design: Design = ...,
    threads: int | None = ...,
    memory_limit: int | str | None = ...,
    parameters: ParameterValues | None = ...,
    progress: bool | Callable[[int, int], object] | None = ...,
    first_path: int | None = ...,
    executor: Executors | None = ...,
    range_paths: int | None = ...,
) -> StreamedRuns: ...


@overload
def simulate(
    model: Model,
    paths: int | None = ...,
    *,
    store: Literal["parquet", "zarr"],
    folder: str | os.PathLike[str],
    seed: int | None = ...,
    scenarios: str | Sequence[str] | None = ...,
    keep: str | Sequence[str] | None = ...,
    design: Design = ...,
    threads: int | None = ...,
    memory_limit: int | str | None = ...,
    parameters: ParameterValues | None = ...,
    progress: bool | Callable[[int, int], object] | None = ...,
    executor: Executors | None = ...,
    range_paths: int | None = ...,
) -> RunFolder: ...


def simulate(
    model: Model,
    paths: int | None = None,
    *,
    seed: int | None = None,
    scenarios: str | Sequence[str] | None = None,
    keep: str | Sequence[str] | None = None,
    design: Design = "random",
    threads: int | None = None,
    memory_limit: int | str | None = None,
    parameters: ParameterValues | None = None,
    progress: bool | Callable[[int, int], object] | None = None,
    until: float | None = None,
    until_of: GoalLike | Iterable[GoalLike] | None = None,
    most_paths: int = 2**22,
    store: Store | None = None,
    quantiles: Sequence[float] | None = None,
    first_path: int | None = None,
    executor: Executors | None = None,
    range_paths: int | None = None,
    folder: str | os.PathLike[str] | None = None,
) -> Runs | PathlessRuns:
    """Simulate every scenario under common random numbers.

    Parameters
    ----------
    paths
        Number of paths; 10,000 unless given, or the number of rows of `parameters`.
    seed
        A whole number from 0; without one, a seed is drawn and recorded in ``runs.info``. The
        same seed gives the same numbers on every computer.
    scenarios
        Names of the scenarios to run; all of them unless given.
    keep
        Indicators whose paths are kept, all of them unless given; of others only the periods that
        targets look at are.
    design
        ``"random"``, ``"antithetic"``, ``"lhs"`` (Latin hypercube) or ``"sobol"``.
    threads
        Number of threads; ``TINBERGEN_THREADS``, else all processors. Results do not depend
        on it.
    memory_limit
        The most memory that paths may take: bytes, or text such as ``"4 GB"``. It decides whether they are
        stored or the run is tiled (`store`). Unless given, half of
        what is free: of the machine, its control group and its address space (known on Linux).
    parameters
        Parameters that are these numbers in this run, as if the model said so. The model is not
        compiled again, and random numbers stay, also those of parameters that are correlated with
        it, so nothing else moves: one value after another can be tried, as a slider does. A scenario that sets a parameter
        keeps what it sets. A column in the place of a number, a data frame, or a matrix with a column for
        each parameter of the model has a row for each path: the points of a design, or draws from
        elsewhere. A path depends on its own row alone. `sweep` has a row for each setting.
    progress
        Show a progress bar: always, never, or (None) when a person watches and it takes long.
        A function is called with the paths done and their total.
    until
        Double the paths until the half-width of the 95 % interval of every probability is at
        most this, such as 0.005; ``runs.info["until"]`` says how far it got.
    until_of
        Targets, sets or combinations whose probability counts for `until`; every target and
        ``all`` unless given.
    most_paths
        Paths at most when doubling.
    store
        ``"stored"`` keeps every path. ``"tiled"`` keeps none, and says of fans and attainment what stored paths
        say, to the bit: a `TiledRuns`, simulated a few periods at a time, as many as `memory_limit` allows, or
        640 MiB. ``"streamed"`` keeps what paths add up to, in memory that does not grow with their number: a
        `StreamedRuns`, whose quantiles stand beside a bound on their error. Unless given, paths are stored; where
        `memory_limit` is given and leaves no room for them, the run is tiled. ``"parquet"`` writes
        every path into `folder` besides, range by range: a `RunFolder`; so does ``"zarr"``, as arrays that xarray
        reads. A run that was stopped goes on with the ranges that are not there.
    quantiles
        Levels of quantiles that a tiled run has besides those of a fan (5, 10, 25, 50, 75, 90, 95 %): there are
        no paths to take others of afterwards. Where paths are stored any level can be asked for later.
    first_path
        The first path of a streamed run: ranges of the paths of a seed that do not overlap, run here or
        elsewhere, are put together by `StreamedRuns.merge`. How many paths may fail is then judged
        when numbers are asked for.
    executor
        A `concurrent.futures.Executor` whose workers run ranges of the paths: threads, processes, a cluster
        (``client.get_executor()`` of dask.distributed), each with one thread unless `threads` says
        more. The numbers are those of one process, to the bit. A function that makes one, such as ``lambda:
        ProcessPoolExecutor(4)``, is asked for another where a worker dies and breaks the first.
    range_paths
        How many paths a range has, and a file; unless given about 64 ranges, and files of 64 MB.
    folder
        Where files go: a folder that is new, empty, or has this run in it. Workers write their own.

    Returns
    -------
    Runs, TiledRuns, StreamedRuns or RunFolder
        One ensemble for each scenario.

    Raises
    ------
    ModelError
        With every problem of the model or of the question put to it.
    NumericalError
        When more paths fail than the model tolerates.
    MemoryLimitError
        When the paths would need more than `memory_limit`, or than half of what is free.
    WorkerLostError
        When workers of `executor` died too often.

    See Also
    --------
    Model.observe : Condition the model on actual values first.

    Notes
    -----
    Path 17 has the same random numbers in every scenario (common random numbers [1]_), however many
    paths and scenarios run: differences between scenarios show the change and not the noise.
    ``docs/streams.md`` is the contract between a seed and the numbers.

    References
    ----------
    .. [1] P. Glasserman and D. D. Yao (1992), Some guidelines and guarantees for common random
       numbers. Management Science 38, 884-908.

    Examples
    --------
    >>> import tinbergen as tb
    >>> model = tb.plans.yuecheng()
    >>> runs = model.simulate(paths=200, seed=1)
    >>> runs["baseline"]["gdp"].shape
    (15, 200)
    >>> slow = model.simulate(paths=200, seed=1, parameters={"trend_growth": 0.04})
    >>> bool(slow["baseline"]["gdp"].mean() < runs["baseline"]["gdp"].mean())
    True
    >>> each = model.simulate(seed=1, parameters={"trend_growth": [0.04, 0.05, 0.06]})
    >>> bool((each["baseline"]["gdp"][:, 0] == slow["baseline"]["gdp"][:, 0]).all())
    True
    """
    program = model._program()
    # Of a model that was read, the parts are made when somebody asks for them.
    given = None if parameters is None else parameter_items(parameters, tuple(model.parameters))
    rows = row_count(given)
    if until is not None and rows is not None:
        raise ValueError(
            "parameters: a row is a path, and `until` doubles the paths; give one number for all paths"
        )
    if store is not None and store not in get_args(Store):
        kinds = ", ".join(f'"{kind}"' for kind in get_args(Store))
        raise ValueError(f"store: expected one of {kinds}, not {store!r}")
    if store not in (None, "stored") and until is not None:
        raise ValueError(
            f"until: a {store} run does not double its paths; ask for as many as needed"
        )
    if store == "tiled" and executor is not None:
        raise ValueError(
            "executor: the paths of a tiled run go through its periods together, in one process; say "
            'store="streamed", whose ranges are put together, or store="stored"'
        )
    may_tile = store is None and memory_limit is not None and executor is None and until is None
    if quantiles is not None and store not in (None, "stored", "tiled"):
        raise ValueError(
            "quantiles: levels are chosen before a tiled run; of others ask for them in `fan`"
        )
    levels = sorted({*QUANTILES, *(() if quantiles is None else quantile_levels(quantiles))})
    if store != "streamed" and first_path:
        raise ValueError('first_path: stored paths begin with the first; say store="streamed"')
    if (store in FILES) != (folder is not None):
        raise ValueError(
            'folder: paths are written by store="parquet" and store="zarr", which need a folder'
        )
    if executor is None and store not in FILES and range_paths is not None:
        raise ValueError("range_paths: a run is cut into ranges by an executor only; say executor=")
    if executor is not None and (until is not None or first_path is not None):
        name = "first_path" if until is None else "until"
        raise ValueError(
            f"{name}: an executor takes all paths from the first on, as many as asked for"
        )
    size = None if range_paths is None else path_count(range_paths, "range_paths")
    settings: RunSettings = {
        "paths": path_count(paths if paths is not None else rows or 10_000),
        "seed": seed_number(seed),
        "scenarios": name_list(scenarios),
        "keep": name_list(keep),
        "design": design,
        "threads": threads_setting(threads),
        "memory_limit": memory_bytes(memory_limit),
        "parameters": given,
    }
    refuse_repeats(design, settings["paths"])
    if folder is not None and store is not None:
        with reporting(progress) as watch:
            return run_writing.write_run(model, settings, store, folder, executor, size, watch)
    if store == "streamed":
        first = None if first_path is None else first_number(first_path)
        recipe = Recipe(model, asked({**settings, "store": store, "first_path": first}))
        with reporting(progress) as watch:
            if executor is not None:
                core = run_ranges.streamed(model, settings, executor, size, watch)
            else:
                core = program.stream(settings, first_path=first, watch=watch)
            return StreamedRuns(model, core, recipe)
    if store == "tiled" or may_tile:
        limit = None if store == "tiled" else str(memory_limit)
        with reporting(progress) as watch:
            tiles = _core.tiled(
                program, settings, quantiles=levels, or_stored=may_tile, watch=watch
            )
        if isinstance(tiles, _core.Tiled):
            as_asked = asked({**settings, "store": "tiled", "quantiles": levels})
            return TiledRuns(model, tiles, Recipe(model, as_asked), limit)
        return Runs(model, tiles, recipe=Recipe(model, asked(settings)))
    recipe = Recipe(model, asked(settings))
    with reporting(progress) as watch:
        if executor is not None:
            runs = run_ranges.stored(model, settings, executor, size, watch)
            return Runs(model, runs, recipe=recipe)
        if until is None:
            return Runs(model, program.simulate(settings, watch), recipe=recipe)
        runs, reached = _core.simulate_until(
            program,
            settings,
            half_width=float(until),
            of=[] if until_of is None else goal_list(until_of),
            most=path_count(most_paths),
            watch=watch,
        )
        return Runs(model, runs, reached, recipe=recipe)
