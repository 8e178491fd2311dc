"""What matters in a run: shares of the variance of a probability, a headroom or a value by assumption."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from tinbergen import _core
from tinbergen.basics.periods import Period
from tinbergen.basics.progress_bar import reporting
from tinbergen.basics.table import Table
from tinbergen.errors import UnknownNameError
from tinbergen.questions.matter_words import input_text
from tinbergen.questions.redrawn_work import redrawn_by
from tinbergen.written.goal import Goal, goal_text
from tinbergen.written.target import Target

if TYPE_CHECKING:
    from collections.abc import Callable

    from tinbergen.questions.workers import Executors
    from tinbergen.results.runs import Runs

__all__ = ["What", "sensitivity"]

What: TypeAlias = "str | Goal | Target | tuple[str, Any]"
"""A target, a set, a goal; or an indicator, in all periods or in one: ``("gdp", 2025)``."""

_Asked: TypeAlias = tuple[str, str, str | None]


def sensitivity(
    runs: Runs,
    of: What | Sequence[What] = "all",
    *,
    method: Literal["given", "redrawn", "shapley"] = "given",
    measure: Literal["probability", "headroom"] = "probability",
    scenario: str = "baseline",
    by_period: bool = False,
    groups: Mapping[str, Sequence[str]] | None = None,
    progress: bool | Callable[[int, int], object] | None = None,
    executor: Executors | None = None,
) -> Table:
    """Compute which share of the variance of an outcome each assumption accounts for.

    Parameters
    ----------
    of
        A target, a set or a combination of them; an indicator, in every period of the span or in one
        (``("gdp", 2025)``); or several of these.
    method
        ``"given"``: first-order Sobol' indices and the index PAWN, from the paths as they are; works for
        every run, also weighted ones and mixtures. ``"redrawn"``: first-order and total Sobol' indices,
        from as many runs as there are assumptions, and two more. ``"shapley"``: Shapley effects,
        which share out what correlated assumptions explain together, from the paths as they are.
    measure
        Of targets whether they are met, or their headroom.
    scenario
        The scenario; also ``"mixture"`` where nothing is redrawn.
    by_period
        Shocks and events period by period; not where they are redrawn.
    groups
        Addresses of assumptions that count as one, by the name of the group. Of redrawn ones all others stay
        alone; Shapley effects are of these groups (at most 12 assumptions), or of the ten assumptions with the largest
        first-order indices.
    progress
        As in `Model.simulate`.
    executor
        As in `Model.simulate`, for redrawn assumptions: its workers make the runs. The other methods read the
        paths that are here.

    Returns
    -------
    Table
        Columns of, period, input (an address or a group), label, and by method: first, total, effect with 95 %
        intervals and errors; distance and noise (PAWN). The largest first. Shapley effects have a last row,
        ``explained``.

    Raises
    ------
    ModelError
        Unknown names; assumptions of a weighted run, of a mixture or of a design other than ``"random"``
        that are to be redrawn.

    See Also
    --------
    Runs.tornado : What moving an assumption does, in natural units.
    Model.variance_split : Parameters, shocks, events and starts as a whole.
    tinbergen.sensitivity : The same for arrays of anybody's model.

    Notes
    -----
    Shocks count by their mean up to the last period that is asked about, unless by period; where they are
    redrawn, with all that they do in every period. Redrawn assumptions that are correlated, share random numbers or
    are in one copula are one. Random counts are no assumptions: what they add stays unexplained.
    docs/sensitivity.md has every estimator.

    Examples
    --------
    >>> import tinbergen as tb
    >>> runs = tb.plans.yuecheng().simulate(paths=1000, seed=1, scenarios="baseline")
    >>> found = runs.sensitivity("gdp-2025", measure="headroom")
    >>> str(found["input"][0])
    'shocks.demand.2021..2025'
    >>> bool(found["first_low"][0] > 0.25)
    True
    """
    asked = _asked(runs, of, measure)
    if executor is not None and method in ("given", "shapley"):
        raise ValueError(
            f'executor: method "{method}" reads the paths that are here and runs nothing; leave it out, or '
            'draw assumptions again (method="redrawn")'
        )
    if method == "given":
        return _few(_stacked(_given(runs, one, scenario, by_period) for one in asked))
    if method == "redrawn":
        if by_period:
            raise ValueError("by_period: redrawn shocks are drawn again in every period")
        return _few(_redrawn(runs, asked, scenario, groups or {}, progress, executor))
    if method == "shapley":
        found = (_shapley(runs, one, scenario, by_period, groups or {}) for one in asked)
        return _few(_stacked(found))
    raise ValueError(f"method must be 'given', 'redrawn' or 'shapley', found {method!r}")


def _asked(runs: Runs, of: Any, measure: str) -> list[_Asked]:
    """Return outcomes as the core takes them."""
    if measure not in ("probability", "headroom"):
        raise ValueError(f"measure must be 'probability' or 'headroom', found {measure!r}")
    model, found = runs.model, list[_Asked]()
    several = isinstance(of, list) or (isinstance(of, tuple) and not _is_value(of))
    for one in of if several else [of]:
        if _is_value(one):
            name, period = one
            if name not in model.indicators:
                raise UnknownNameError("indicator", name, model.indicators)
            found.append(("value", name, str(Period(period))))
        elif isinstance(one, str) and one in model.indicators and one not in _goals(runs):
            found += [("value", one, str(period)) for period in model.periods]
        elif measure == "headroom":
            found.append(("headroom", one.id if isinstance(one, Target) else str(one), None))
        else:
            found.append(("met", goal_text(one), None))
    return found


def _goals(runs: Runs) -> set[str]:
    return {target.id for target in runs.model.targets} | set(runs.model.target_sets)


def _is_value(of: Any) -> bool:
    """Tell an indicator and a period from two goals."""
    if not (isinstance(of, tuple) and len(of) == 2 and isinstance(of[0], str)):
        return False
    try:
        Period(of[1])
    except (TypeError, ValueError):
        return False
    return True


def _tracked(runs: Runs) -> Any:
    return None if runs._given is None else runs.recipe.observe()._core


def _head(runs: Runs, asked: _Asked, columns: Mapping[str, Any]) -> dict[str, Any]:
    """Return the first columns: of what, and which assumption."""
    rows = range(len(columns["name"]))
    parts = [{key: columns[key][k] for key in ("kind", "name", "periods")} for k in rows]
    return {
        "of": [asked[1]] * len(rows),
        "period": [asked[2] or ""] * len(rows),
        "input": columns["address"],
        "label": [input_text(part, runs.model, "en") for part in parts],
    }


def _given(runs: Runs, asked: _Asked, scenario: str, by_period: bool) -> Table:
    program = runs.model._program()
    columns = _core.given_indices(program, runs._core, scenario, asked, by_period, _tracked(runs))
    left = {
        name: values
        for name, values in columns.items()
        if name not in ("kind", "name", "periods", "address")
    }
    return Table({**_head(runs, asked, columns), **left})


def _redrawn(
    runs: Runs,
    asked: list[_Asked],
    scenario: str,
    groups: Mapping[str, Sequence[str]],
    progress: bool | Callable[[int, int], object] | None,
    executor: Executors | None,
) -> Table:
    program = runs.model._program()
    lists = [list(members) for members in groups.values()]
    with reporting(progress) as watch:
        if executor is None:
            columns = _core.redrawn_indices(program, runs._core, scenario, asked, lists, watch)
        else:
            columns = redrawn_by(executor, runs, scenario, asked, lists, watch)
    names = []
    for members in columns["members"]:
        named = [name for name, of in groups.items() if set(of) <= set(members)]
        names.append(" + ".join(named or members))
    numbers = {
        key: values
        for key, values in columns.items()
        if key not in ("of", "name", "period", "members")
    }
    table = Table({"of": columns["name"], "period": columns["period"], "input": names, **numbers})
    totals, ranks = np.asarray(table["total"]), np.asarray(_ranks(columns, asked))
    order = np.lexsort((-totals, ranks))
    return _in_order(table, order)


def _ranks(columns: Mapping[str, Any], asked: list[_Asked]) -> list[int]:
    """Return the place of each row's outcome among those that were asked for."""
    keys = [(kind, name, period or "") for kind, name, period in asked]
    rows = zip(columns["of"], columns["name"], columns["period"], strict=True)
    places = {key: k for k, key in enumerate(keys)}
    return [places.get(row, len(keys)) for row in rows]


def _shapley(
    runs: Runs,
    asked: _Asked,
    scenario: str,
    by_period: bool,
    groups: Mapping[str, Sequence[str]],
) -> Table:
    program, lists = runs.model._program(), [list(members) for members in groups.values()]
    members, columns = _core.shapley_indices(
        program, runs._core, scenario, asked, by_period, lists, _tracked(runs)
    )
    names = list(groups) or [" + ".join(of) for of in members]
    head = {"of": [asked[1]] * (len(names) + 1), "period": [asked[2] or ""] * (len(names) + 1)}
    table = Table({**head, "input": [*names, "explained"], **columns})
    effects = np.asarray(table["effect"])[:-1]
    return _in_order(table, [*np.argsort(-effects, kind="stable"), len(effects)])


def _in_order(table: Table, order: Sequence[int] | np.ndarray[Any, Any]) -> Table:
    """Return the rows of a table in another order."""
    places = np.asarray(order, dtype=int)
    return Table({name: table[name][places] for name in table.columns})


def _stacked(tables: Any) -> Table:
    return Table.stack(list(tables))


def _few(table: Table) -> Table:
    """Return a table that shows at most eight columns: its shares with one interval."""
    left = {"noise", *(("first_low", "first_high") if "total" in table.columns else ())}
    shown = [name for name in table.columns if name not in left and not name.endswith("_error")]
    return Table({name: table[name] for name in table.columns}, shown=shown)
