"""Simulation plans: tracking, swaps, targets and instruments, identities of paths."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from tinbergen import _core
from tinbergen.basics.periods import Period, Span, SpanLike
from tinbergen.basics.table import Table
from tinbergen.written.data import Data, DataLike
from tinbergen.written.model import Model
from tinbergen.written.scenario import Change, Scenario

if TYPE_CHECKING:
    from tinbergen.results.runs import Runs

__all__ = ["Inversion", "identity_check", "invert", "swap", "track"]

TargetLike: TypeAlias = "Mapping[Any, float] | Sequence[float] | float"


class Inversion(Table):
    """The instruments that give what is wanted: columns instrument, kind, period, before, after.

    ``kind`` is ``"add factor"`` (of a behavioural equation, in the space of its left side) or
    ``"exogenous"``. `targets` is a table of what was wanted and what a run with the instruments
    gives; `scenario` moves the instruments and can be added to the model.

    Examples
    --------
    >>> import tinbergen as tb
    >>> model = tb.read_text("periods 2021..2022\\ndata g 2021 = 20, 2022 = 20\\ny ~ 2 * g")
    >>> found = model.invert({"y": {2022: 50}}, ["g"])
    >>> found.scenario.changes[0].set[2022]
    25.0
    >>> model.add(scenarios={"wanted": found.scenario}).simulate(1, seed=1)["wanted"][
    ...     "y"
    ... ].ravel()
    array([40., 50.])
    """

    __slots__ = ("scenario", "targets")
    targets: Table
    scenario: Scenario

    def __init__(self, columns: Mapping[str, Any], targets: Table, scenario: Scenario) -> None:
        super().__init__(columns)
        self.targets, self.scenario = targets, scenario

    def __reduce__(self) -> tuple[Any, ...]:
        columns = {name: self[name] for name in self.columns}
        return Inversion, (columns, self.targets, self.scenario)


def track(
    model: Model, periods: SpanLike, *, data: DataLike | None = None, identities: bool = True
) -> Model:
    r"""Return the model over periods in which it reproduces its histories, or other data.

    The residuals of equations become add factors, and histories of indicators with an equation
    end before the periods. What a scenario changes is then a change to the data. Where an
    equation carries its add factor itself (``y = ... + y_a ...``, as in World Bank models),
    ``y_a`` takes the value with which the equation holds.

    Parameters
    ----------
    periods
        The periods.
    data
        A table whose series take the place of what was known of the indicators of their names:
        a file in CSV whose first column is the period, or a pandas DataFrame with periods as
        its index.
    identities
        Whether identities that the data do not obey get an add factor too, so that the baseline
        is the data to rounding; `notes` tell how many, and by how much they miss. False leaves
        them exact.

    Raises
    ------
    ModelError
        When an equation needs a value that the histories do not have.

    See Also
    --------
    Model.observe : Condition the model on actual values, with probabilities.

    Examples
    --------
    >>> import tinbergen as tb
    >>> model = tb.read_text("periods 2021..2021\ndata a 2021 = 2\ndata b 2021 = 7\nb ~ 3 * a")
    >>> tracked = model.track("2021..2021")
    >>> tracked.indicators["b"].add_factors["2021"]
    1.0
    >>> tracked.simulate(1, seed=1)["baseline"]["b"]
    array([[7.]])
    """
    table = None if data is None else Data(data)._core
    core = _core.track(model._to_core(), str(Span(periods)), table, identities)
    return Model._from_core(core)


def swap(model: Model, indicator: str, residual: str, periods: SpanLike | None = None) -> Change:
    r"""Return a change that keeps an indicator on its path by solving for another one.

    Put into a scenario with a shock, the shock cannot move the indicator: the add factor of the
    equation of `residual` does what it takes, or `residual` itself when it is exogenous.

    Parameters
    ----------
    indicator
        What is kept on the path of the baseline, with everything random at its mean.
    residual
        What is solved for: a behavioural indicator, by its add factor, or an exogenous one. An
        indicator that is swapped for its own residual is just ``set``.
    periods
        When; all periods unless given.

    Examples
    --------
    >>> import tinbergen as tb
    >>> model = tb.read_text(
    ...     "periods 2021..2022\ndata g 2021 = 20, 2022 = 20\nc ~ 0.5 * y\ny = c + g"
    ... )
    >>> fixed = model.swap("y", "c", 2022)
    >>> fixed.by, round(fixed.set[2022], 9)
    ('c', 40.0)
    >>> more = tb.Change(indicator="g", add=5)
    >>> kept = model.add(scenarios={"kept": tb.Scenario([more, fixed])})
    >>> kept.simulate(1, seed=1)["kept"]["y"].ravel().round(9)
    array([50., 40.])
    """
    span = model.periods if periods is None else Span(periods)
    fixed, values, by = _core.swap(model._to_core(), indicator, residual, str(span))
    return Change(indicator=indicator, set=dict(zip(fixed, values, strict=True)), by=by)


def invert(
    model: Model,
    targets: Mapping[str, TargetLike],
    instruments: str | Iterable[str],
    *,
    scenario: str | None = None,
) -> Inversion:
    r"""Return the paths of instruments with which indicators take wanted values.

    With nothing random, the equations of the instruments are exchanged for the wanted values
    and the model is solved, many targets and instruments at once.

    Parameters
    ----------
    targets
        Wanted values by indicator: by period, one for each period, or one for all.
    instruments
        As many as targets: behavioural indicators, by their add factors, or exogenous ones. The
        k-th stands for the k-th target where these are wanted in different periods; which one
        belongs to which makes no difference else.
    scenario
        On top of which scenario; the baseline unless given.

    Returns
    -------
    Inversion
        A table of the instruments; ``.targets`` says what is reached with them, ``.scenario``
        moves them.

    Raises
    ------
    ModelError
        With every mistake at once: unknown names, numbers that do not match, instruments that
        cannot move a target.

    See Also
    --------
    Model.swap : Keep one indicator on its path by solving for another.
    Model.seek : The cheapest levers for a wanted probability.

    References
    ----------
    .. [1] J. Tinbergen (1952), On the Theory of Economic Policy. North-Holland.

    Examples
    --------
    >>> import tinbergen as tb
    >>> model = tb.read_text(
    ...     "periods 2021..2021\ndata g 2021 = 20\nc ~ 0.5 * y\ny = c + g\ns = y - c"
    ... )
    >>> found = model.invert({"y": 50, "s": 24}, ["c", "g"])
    >>> dict(zip(found["instrument"].tolist(), found["after"].round(9).tolist()))
    {'c': 1.0, 'g': 24.0}
    """
    names = [instruments] if isinstance(instruments, str) else list(instruments)
    wanted = [(name, _values(model, name, values)) for name, values in targets.items()]
    base = None if scenario == "baseline" else scenario
    moved, reached = _core.invert(model._to_core(), wanted, names, base)
    amounts: dict[tuple[str, str], dict[str, float]] = {}
    for name, kind, period, before, after in zip(
        *(moved[column] for column in ("instrument", "kind", "period", "before", "after")),
        strict=True,
    ):
        value = after if kind == "exogenous" else after - before
        amounts.setdefault((name, kind), {})[period] = float(value)
    changes = [
        Change(indicator=name, set=values)
        if kind == "exogenous"
        else Change(indicator=name, add=values)
        for (name, kind), values in amounts.items()
    ]
    return Inversion(moved, Table(reached), Scenario(changes, extends=base))


def _values(model: Model, name: str, values: TargetLike) -> list[tuple[str, float]]:
    """Read the wanted path of an indicator: by period, one for each period, or one for all."""
    if hasattr(values, "items"):
        return [(str(Period(period)), float(value)) for period, value in values.items()]
    periods = [str(period) for period in model.periods]
    if isinstance(values, (int, float)):
        return [(period, float(values)) for period in periods]
    listed = [float(value) for value in values]
    if len(listed) != len(periods):
        raise ValueError(
            f"{name}: {len(listed)} values for the {len(periods)} periods {model.periods}; "
            "give one for each, or a mapping from periods to values"
        )
    return list(zip(periods, listed, strict=True))


def identity_check(
    runs: Runs, *further: str, scenario: str | None = None, behavioural: bool = False
) -> Table:
    """Check identities in every path and period.

    Their sides are worked out again from the text, on the paths. What is left is rounding, and
    what the iterations of simultaneous equations leave open.

    Parameters
    ----------
    *further
        Equations that ought to follow from the others, such as the one that a stock-flow model
        leaves out: ``"hh = hs"``.
    scenario
        The scenario; all of them unless given.
    behavioural
        Behavioural equations too, with the shocks and add factors of each path.

    Returns
    -------
    Table
        Columns scenario, equation (its indicator, or the text), kind, relative (the largest
        difference of the two sides over the largest term), largest (the largest difference),
        period and path (where the relative one is; -1 where there is none) and periods (in how
        many it was checked: not where the indicator is known, set or solved for, or something it
        needs was not kept). The worst first.

    Examples
    --------
    >>> import tinbergen as tb
    >>> runs = tb.plans.yuecheng().simulate(paths=100, seed=1, scenarios="baseline")
    >>> bool(runs.identity_check()["relative"].max() < 1e-12)
    True
    """
    if runs._given is not None:
        raise ValueError(
            "what was drawn for a run that is conditioned on actual values cannot be worked out again; "
            "check a run of the model itself"
        )
    names = [name for name in runs if name != "mixture"] if scenario is None else [scenario]
    tables = []
    for name in names:
        runs[name]  # an unknown name offers the nearest one
        columns = _core.identity_check(
            runs.model._program(), runs._core, name, list(further), behavioural
        )
        count = len(columns["equation"])
        tables.append(Table({"scenario": [name] * count, **columns}))
    return Table.stack(tables)
