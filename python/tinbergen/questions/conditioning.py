"""A model conditioned on actual values, and how probabilities moved as they became known."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Literal

from tinbergen import _core
from tinbergen.basics.progress_bar import reporting
from tinbergen.basics.settings import (
    Design,
    RunSettings,
    memory_bytes,
    name_list,
    number_items,
    path_count,
    seed_number,
    threads_setting,
)
from tinbergen.basics.table import Table
from tinbergen.basics.text import counted
from tinbergen.lazy import TrackedQuestions
from tinbergen.results.recipe import Recipe, asked, tracked_again, written
from tinbergen.results.runs import Runs
from tinbergen.written.model import Model
from tinbergen.written.outturns import Outturns

__all__ = ["Tracked", "observe", "rounds"]


class Tracked(TrackedQuestions):
    """A model conditioned on actual values; made by `Model.observe`.

    Paths go through what is exactly known, everything else is what the model says given it: shocks
    are backed out, what is correlated with them moves along, and parameters are learnt by Bayes'
    rule. Paths carry weights where the model is not linear; every summary uses them.
    """

    __slots__ = ("_core", "_model", "_recipe")

    def __init__(self, core: _core.Tracked, recipe: Recipe) -> None:
        self._core = core
        self._recipe = recipe
        self._model = Model._from_core(core.model)

    @property
    def model(self) -> Model:
        """The model; what a scenario sets for a period that is now known has given way."""
        return self._model

    @property
    def known(self) -> Outturns:
        """The actual values that it is conditioned on, one vintage for each."""
        return Outturns._of(self._core.known)

    def simulate(
        self,
        paths: int = 10_000,
        *,
        seed: int | None = None,
        scenarios: str | Sequence[str] | None = None,
        keep: str | Sequence[str] | None = None,
        design: Design = "random",
        basis: str | None = None,
        threads: int | None = None,
        memory_limit: int | str | None = None,
        parameters: Mapping[str, float] | None = None,
        progress: bool | Callable[[int, int], object] | None = None,
        store: Literal["stored"] = "stored",
    ) -> Runs:
        """Simulate, as `Model.simulate` does.

        Parameters
        ----------
        paths, seed, scenarios, keep, design, threads, memory_limit, parameters, progress
            As in `Model.simulate`.
        store
            Paths that are conditioned on actual values are stored: their weights are known when all of them
            are there.
        basis
            The basis of a `Link`: figures, and with them targets, are those of the new basis.

        Raises
        ------
        NumericalError
            When so few paths are near the actual values that nothing can be said.

        Examples
        --------
        >>> import tinbergen as tb
        >>> model = tb.plans.yuecheng()
        >>> tracked = model.observe(tb.plans.outturns())
        >>> runs = tracked.simulate(4000, seed=1, scenarios="baseline", basis="new boundary")
        >>> round(float(runs["baseline"]["gdp"][1, 0]), 2)
        1271.04
        """
        if store != "stored":
            raise ValueError(
                "store: paths that are conditioned on actual values have weights, which are known when all of "
                'them are there; simulate with store="stored"'
            )
        settings: RunSettings = {
            "paths": path_count(paths),
            "seed": seed_number(seed),
            "scenarios": name_list(scenarios),
            "keep": name_list(keep),
            "design": design,
            "threads": threads_setting(threads),
            "memory_limit": memory_bytes(memory_limit),
            "parameters": number_items(parameters),
            "basis": basis,
        }
        with reporting(progress) as watch:
            core = self._core.simulate(settings, watch)
        recipe = replace(self._recipe, settings=asked(settings))
        return Runs(self._model, core, given=(self.known, basis), recipe=recipe)

    def attainment(
        self,
        paths: int = 10_000,
        *,
        seed: int | None = None,
        scenarios: str | Sequence[str] | None = None,
        design: Design = "random",
        basis: str | None = None,
        threads: int | None = None,
        parameters: Mapping[str, float] | None = None,
    ) -> Table:
        """Compute the probability of each target and set, given what is known.

        The probabilities are those of ``simulate(...).attainment()``, but only what targets and
        actual values need is simulated and nothing is stored, which takes a fraction of the time.

        Parameters
        ----------
        paths, seed, scenarios, design, basis, threads, parameters
            As in `simulate`.

        Returns
        -------
        Table
            Columns scenario, target, probability, low and high (95 % interval), effective_paths.

        Raises
        ------
        NumericalError
            When so few paths are near the actual values that nothing can be said.

        Examples
        --------
        >>> import tinbergen as tb
        >>> tracked = tb.plans.yuecheng().observe(tb.plans.outturns())
        >>> table = tracked.attainment(2000, seed=1, scenarios="baseline")
        >>> row = next(table.filter(target="gdp-2025").rows())
        >>> row["low"] < row["probability"] < row["high"], row["effective_paths"] > 1500
        (True, True)
        """
        settings: RunSettings = {
            "paths": path_count(paths),
            "seed": seed_number(seed),
            "scenarios": name_list(scenarios),
            "design": design,
            "threads": threads_setting(threads),
            "parameters": number_items(parameters),
            "basis": basis,
        }
        columns = _core.attainment_given(self._core, settings)
        return Table(columns, percent=("probability", "low", "high", "undefined"))

    @property
    def _sha256(self) -> str:
        return hashlib.sha256(self._core.known.to_csv().encode()).hexdigest()

    def __reduce__(self) -> tuple[Any, ...]:
        return tracked_again, written(self._recipe, self._sha256)

    def __copy__(self) -> Tracked:
        return self  # it never changes

    def __deepcopy__(self, memo: dict[int, Any]) -> Tracked:
        return self

    def __repr__(self) -> str:
        return f"<Tracked {self._model.name!r}: {counted(len(self.known), 'actual value')}>"


def observe(
    model: Model,
    outturns: Any,
    *,
    as_of: str | date | None = None,
    least_effective: float | None = None,
) -> Tracked:
    """Condition the model on what was known on a day.

    Parameters
    ----------
    outturns
        `Outturns`, or what they are made of: a CSV file, a data frame, a mapping of columns.
    as_of
        The day, such as ``"2023-04-14"``: of each value the newest vintage that is not later.
        All vintages unless given.
    least_effective
        Refuse results that rest on fewer effective paths; 100 unless given, or a tenth of the
        paths when there are less than 1000.

    Raises
    ------
    ModelError
        With everything that is wrong with the actual values, each with its file and line.

    See Also
    --------
    Model.rounds : Probabilities vintage by vintage.
    Model.track : Reproduce data by add factors, without probabilities.

    Notes
    -----
    Draws of the prior are moved to the posterior of the model made linear, solved for the exact
    values, and carry importance weights for what is not linear; ``docs/outturns.md`` has the method.
    In a linear Gaussian model the result is that of the Kalman smoother, and all weights are equal.

    Examples
    --------
    >>> import tinbergen as tb
    >>> model = tb.plans.yuecheng()
    >>> tracked = model.observe(tb.plans.outturns(), as_of="2023-04-14")
    >>> len(tracked.known)
    6
    """
    day = None if as_of is None else str(as_of)
    known = Outturns(outturns)
    core = _core.observe(model._program(), known._core, day, least_effective)
    recipe = Recipe(model, outturns=known, as_of=day, least_effective=least_effective)
    return Tracked(core, recipe)


def rounds(
    model: Model,
    outturns: Any,
    *,
    paths: int = 10_000,
    seed: int | None = None,
    dates: Iterable[str | date] | None = None,
    scenarios: str | Sequence[str] | None = None,
    basis: str | None = None,
    threads: int | None = None,
    least_effective: float | None = None,
) -> Table:
    """Compute how the probability of each target moved, vintage by vintage.

    Parameters
    ----------
    outturns, least_effective
        As in `observe`.
    paths, seed, scenarios, basis, threads
        As in `Tracked.simulate`.
    dates
        The days to look as of; every vintage unless given.

    Returns
    -------
    Table
        Columns as_of (empty before anything was known), scenario, target, probability, low,
        high, effective_paths.

    Examples
    --------
    >>> import tinbergen as tb
    >>> model = tb.plans.yuecheng()
    >>> table = model.rounds(tb.plans.outturns(), paths=4000, seed=1, scenarios="baseline")
    >>> sorted(set(table["as_of"].tolist()))
    ['', '2023-04-14']
    """
    settings: RunSettings = {
        "paths": path_count(paths),
        "seed": seed_number(seed),
        "scenarios": name_list(scenarios),
        "threads": threads_setting(threads),
        "basis": basis,
    }
    columns = _core.attainment_by_round(
        model._program(),
        Outturns(outturns)._core,
        settings,
        dates=None if dates is None else [str(day) for day in dates],
        least_effective=least_effective,
    )
    return Table(columns, percent=("probability", "low", "high", "undefined"))
