"""Robustness of levers: which settings do well whatever happens, by regret and by satisficing."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tinbergen import _core
from tinbergen.basics.parameter_values import column_items
from tinbergen.basics.progress_bar import reporting
from tinbergen.basics.settings import name_list
from tinbergen.basics.table import Table
from tinbergen.questions.robustness_words import robustness_sentence
from tinbergen.questions.sweep import Settings, combinations, run_settings
from tinbergen.questions.sweep_checks import (
    lists_of_numbers,
    numbers_of,
    parameters_of,
    refuse_unknown,
)
from tinbergen.questions.workers import Crew, Executors, opened
from tinbergen.written.goal import GoalLike, goal_text

if TYPE_CHECKING:
    from tinbergen.basics.settings import Design
    from tinbergen.results.sweep import Sweep
    from tinbergen.written.model import Model

__all__ = ["Robustness", "robustness"]

_OTHER = 0x9E37_79B9_7F4A_7C15
"""What is added to a seed to confirm under other random numbers, as searches of levers do."""

_NORMAL_975 = 1.959963984540054
"""Standard errors on each side of a 95 % interval."""

_SHARES = ("max_regret", "max_regret_error", "satisficing", "satisficing_low", "satisficing_high", "worst")  # fmt: skip


def robustness(
    model: Model,
    probability: float = 0.8,
    *,
    of: GoalLike = "all",
    levers: Mapping[str, ArrayLike] | None = None,
    settings: Any = None,
    scenarios: str | Sequence[str] | None = None,
    futures: Any = None,
    replace: bool = False,
    paths: int = 10_000,
    seed: int | None = None,
    design: Design = "random",
    threads: int | None = None,
    memory_limit: int | str | None = None,
    progress: bool | Callable[[int, int], object] | None = None,
    executor: Executors | None = None,
) -> Robustness:
    """Compare settings of levers over scenarios and futures: the largest regret, and where a goal is likely enough.

    Nobody says how likely a scenario is. A setting is robust that loses little against the best one, whatever
    comes, or with which the goal is likely enough in most of what may come.

    Parameters
    ----------
    probability
        The probability of the goal that is wanted.
    of
        A target, a set or a combination of them.
    levers
        Levers with the places to try, in their ranges: every combination is a setting. Put where they stand
        among the places, and the plan as it is is one of the settings.
    settings
        In the place of `levers`: a data frame or a mapping with a column for each lever; a row is a setting.
    scenarios
        The scenarios; all of the model unless given.
    futures
        Parameters that are other numbers: a data frame or a mapping of columns, of which a row is tried in each
        scenario; with a column ``scenario``, in that one. Parameters are as they are drawn unless given.
    replace, paths, seed, design, threads, memory_limit, progress, executor
        As in `sweep`. All settings see the same random numbers.

    Returns
    -------
    Robustness
        It prints itself as a sentence and a table.

    Raises
    ------
    ModelError
        For names that the model does not have, and numbers that a lever or parameter cannot be.
    ValueError
        For one setting alone, which there is nothing to hold against.

    See Also
    --------
    Model.sweep : The probabilities themselves, and fans.
    Model.seek : The cheapest setting in one scenario.

    Notes
    -----
    With `p` the probability of a goal by setting and future, regret is what a setting is short of the best one in the
    same future, ``max(p[:, future]) - p[setting, future]``; the largest of a setting is what Savage [1]_ would
    have smallest. Satisficing is the share of futures in which ``p`` is as high as is wanted: the domain
    criterion of Starr [2]_ [3]_. The worst ``p`` is what Wald would have largest. The largest regret of the setting
    that is chosen is measured again under other random numbers, against the settings that were best before, so
    that it is not flattered by the choice.

    References
    ----------
    .. [1] L. J. Savage (1951), The theory of statistical decision. Journal of the American Statistical
       Association 46, 55-67.
    .. [2] M. K. Starr (1963), Product design and decision theory.
    .. [3] J. D. Herman, P. M. Reed, H. B. Zeff and G. W. Characklis (2015), How should robustness be defined for
       water systems planning under change? Journal of Water Resources Planning and Management 141.

    Examples
    --------
    >>> import tinbergen as tb
    >>> plan = tb.plans.yuecheng()
    >>> found = plan.robustness(
    ...     0.3,
    ...     of="rd-share-2025",
    ...     levers={"rd_subsidy": [0, 0.02, 0.04]},
    ...     scenarios=["baseline", "global_downturn"],
    ...     paths=500,
    ...     seed=1,
    ... )
    >>> found.best
    {'rd_subsidy': 0.04}
    >>> found.table["satisficing"].tolist()
    [1.0, 1.0, 0.0]
    """
    if not 0 < probability < 1:
        raise ValueError(f"probability: expected a number between 0 and 1, found {probability!r}")
    names, rows = _policies(model, levers, settings)
    parameters, points, places = _futures(model, futures, scenarios)
    goal = goal_text(of)
    run: dict[str, Any] = {
        "paths": paths,
        "design": design,
        "replace": replace,
        "threads": threads,
        "memory_limit": memory_limit,
    }

    def swept(chosen: NDArray[np.int64], seed: int | None, watch: Any, crew: Crew | None) -> Sweep:
        """Run some settings in every future."""
        each = [np.repeat(points, len(chosen), axis=0), np.tile(rows[chosen], (len(places), 1))]
        scenarios = [place for place in places for _ in chosen]
        asked = Settings([*parameters, *names], np.hstack(each), len(names), scenarios)
        return run_settings(model, asked, of=[goal], seed=seed, watch=watch, crew=crew, **run)

    costs = np.array(_core.lever_costs(model._program(), names, "baseline", rows.tolist()))
    with reporting(progress) as watch, opened(executor) as crew:
        chances = _Chances(swept(np.arange(len(rows)), seed, watch, crew), goal, len(rows))
        order = np.lexsort((np.arange(len(rows)), costs, chances.regret.max(axis=1)))
        best = chances.value.argmax(axis=0)
        few = np.unique([order[0], *best])
        other = None if seed is None else (int(seed) + _OTHER) % 2**64
        again = _Chances(swept(few, other, None, crew), goal, len(few))
    mine, theirs = np.searchsorted(few, order[0]), np.searchsorted(few, best)
    short = again.value[theirs, np.arange(len(places))] - again.value[mine]
    confirmed = (float(max(short.max(), 0.0)), float(np.mean(again.value[mine] >= probability)))
    table = _table(names, rows, costs, chances, probability, order)
    cells = {
        "setting": np.repeat(np.arange(len(rows)), len(places)),
        "future": np.tile(np.arange(len(places)), len(rows)),
        "probability": chances.value.ravel(),
        "low": chances.low.ravel(),
        "high": chances.high.ravel(),
        "regret": chances.regret.ravel(),
    }
    asked = {name: points[:, k] for k, name in enumerate(parameters)}
    ahead = {"best": best, "probability": chances.value.max(axis=0)}
    return Robustness(
        model,
        goal,
        float(probability),
        tuple(names),
        table,
        Table(
            {"future": np.arange(len(places)), "scenario": places, **asked, **ahead},
            percent=("probability",),
        ),
        Table(cells, percent=("probability", "low", "high", "regret")),
        confirmed,
    )


def _policies(
    model: Model, levers: Mapping[str, ArrayLike] | None, settings: Any
) -> tuple[list[str], NDArray[np.float64]]:
    """Return levers, and a row of places for each setting."""
    if (levers is None) == (settings is None):
        raise ValueError("give `levers` with the places to try, or `settings`, a row each")
    if settings is not None:
        what = "settings"
        columns = dict(column_items(settings, tuple(model.levers), what))
        rows = _columns(what, columns)
    else:
        what = "levers"
        rows = combinations(lists_of_numbers(what, levers or {}))
        columns = dict(levers or {})
    refuse_unknown(what, "lever", columns, model.levers)
    if not columns:
        there = ", ".join(f'"{name}"' for name in model.levers) or "none"
        raise ValueError(
            f"{what}: no lever is named; give two or more places of one of those of the model ({there})"
        )
    if len(rows) < 2:
        raise ValueError(
            f"{what}: one setting alone has nothing to be held against; give two or more, such as where they stand"
        )
    return [str(name) for name in columns], rows


def _futures(
    model: Model, futures: Any, scenarios: str | Sequence[str] | None
) -> tuple[list[str], NDArray[np.float64], list[str]]:
    """Return parameters, and for each future what they are, and its scenario."""
    chosen = name_list(scenarios)
    if chosen is None:
        chosen = ["baseline", *(name for name in model.scenarios if name != "baseline")]
    if not chosen:
        raise ValueError("scenarios: no scenario was asked for; name some, or leave it out for all")
    if futures is None:
        return [], np.empty((len(chosen), 0)), chosen
    columns = dict(column_items(futures, tuple(model.parameters), "futures"))
    own = columns.pop("scenario", None)
    refuse_unknown("futures", "parameter", columns, parameters_of(model))
    if not columns and own is None:
        raise ValueError(
            "futures: no parameter is named; give numbers for one or more, or leave it out: then scenarios are the futures"
        )
    rows = _columns("futures", columns)
    if own is not None:
        if scenarios is not None:
            raise ValueError("futures: they have a column `scenario`; leave `scenarios` out")
        places = [str(scenario) for scenario in own]
        if not places:
            raise ValueError("futures: they have no row; a row is a future")
        if columns and len(places) != len(rows):
            raise ValueError("futures: columns differ in length; a row is a future")
        return list(columns), rows if columns else np.empty((len(places), 0)), places
    places = [scenario for scenario in chosen for _ in rows]
    return list(columns), np.tile(rows, (len(chosen), 1)), places


def _columns(what: str, columns: Mapping[str, ArrayLike]) -> NDArray[np.float64]:
    """Return a row of numbers for each row of columns."""
    numbers = [numbers_of(f"{what}.{name}", column) for name, column in columns.items()]
    if len({len(column) for column in numbers}) > 1:
        raise ValueError(f"{what}: columns differ in length")
    return np.column_stack(numbers) if numbers else np.empty((0, 0))


class _Chances:
    """Probabilities by setting and future, with regret and what chance may have done to it."""

    def __init__(self, swept: Sweep, goal: str, settings: int) -> None:
        self.value, self.low, self.high = (
            numbers.reshape(-1, settings).T for numbers in swept.interval(goal)
        )
        self.regret = self.value.max(axis=0) - self.value
        error = (self.high - self.low) / (2 * _NORMAL_975)
        # At most: as if what one setting gains by chance the other one lost.
        best = self.value.argmax(axis=0)
        self.error = np.where(self.regret > 0, error + error[best, np.arange(error.shape[1])], 0.0)


def _table(
    names: Sequence[str],
    rows: NDArray[np.float64],
    costs: NDArray[np.float64],
    chances: _Chances,
    wanted: float,
    order: NDArray[np.int64],
) -> Table:
    """Return what is said of each setting, the one with the smallest largest regret first."""
    at = chances.regret.argmax(axis=1)
    lowest = chances.value.argmin(axis=1)
    every = np.arange(len(rows))
    columns = {
        "setting": every,
        **{name: rows[:, k] for k, name in enumerate(names)},
        "cost": costs,
        "max_regret": chances.regret[every, at],
        "max_regret_error": chances.error[every, at],
        "max_regret_in": at,
        "satisficing": (chances.value >= wanted).mean(axis=1),
        "satisficing_low": (chances.low >= wanted).mean(axis=1),
        "satisficing_high": (chances.high >= wanted).mean(axis=1),
        "worst": chances.value[every, lowest],
        "worst_in": lowest,
    }
    return Table(
        {name: column[order] for name, column in columns.items()},
        percent=_SHARES,
        shown=(*names, "cost", "max_regret", "max_regret_error", "satisficing", "worst"),
    )


@dataclass(frozen=True, eq=False)
class Robustness:
    """Settings of levers compared over what may come; made by `Model.robustness`.

    Parameters
    ----------
    model
        The model.
    of
        The goal.
    wanted
        The probability that was wanted.
    levers
        The levers, columns of the table.
    table
        A row for each setting, the one with the smallest largest regret first, of equal ones the cheapest: setting (its
        place), a column for each lever, cost (from where levers stand in the baseline); max_regret,
        what it is short of the best setting of a future at most, its Monte Carlo error (no more than this,
        however chances of the two go together) and the future in which; satisficing, the share of futures in which
        the probability is as high as is wanted, with the shares where all of its 95 % interval is
        (``satisficing_low``) and where any of it is (``satisficing_high``); worst, the lowest probability, and the future in
        which.
    futures
        A row for each future: its place, scenario, a column for each parameter that was given, best (the setting), and
        the probability with that.
    cells
        A row for each setting in each future: probability with its 95 % interval, regret.
    confirmed
        Of the setting with the smallest largest regret, both under other random numbers: the largest regret
        against the settings that were best before, and the share of futures where the probability is as
        high as is wanted.

    Examples
    --------
    >>> import tinbergen as tb
    >>> run = {"scenarios": ["baseline", "trade_friction"], "paths": 500, "seed": 1}
    >>> found = tb.plans.yuecheng().robustness(
    ...     0.5, of="gdp-2025", levers={"investment": [0, 0.06]}, **run
    ... )
    >>> found.futures["scenario"].tolist(), len(found.cells)
    (['baseline', 'trade_friction'], 4)
    """

    model: Model
    of: str
    wanted: float
    levers: tuple[str, ...]
    table: Table = field(repr=False)
    futures: Table = field(repr=False)
    cells: Table = field(repr=False)
    confirmed: tuple[float, float]

    @property
    def best(self) -> dict[str, float]:
        """The setting with the smallest largest regret, of equal ones the cheapest."""
        return self._places(0)

    @property
    def cheapest(self) -> dict[str, float] | None:
        """The cheapest setting of those with which the goal is likely enough in most futures; none where in no future."""
        row = self._cheapest_row()
        return None if row is None else self._places(row)

    def _cheapest_row(self) -> int | None:
        share, cost = self.table["satisficing"], self.table["cost"]
        if not share.max() > 0:
            return None
        rows = np.flatnonzero(share == share.max())
        return int(rows[np.argmin(cost[rows])])

    def _places(self, row: int) -> dict[str, float]:
        return {lever: float(self.table[lever][row]) for lever in self.levers}

    def in_words(self, language: str = "en") -> str:
        """Tell in a sentence or two which setting is robust, and how far."""
        return robustness_sentence(self, language)

    def __str__(self) -> str:
        return f"{self.in_words()}\n\n{self.table}"

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return f"<p>{html.escape(self.in_words())}</p>{self.table._repr_html_()}"
