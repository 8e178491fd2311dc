"""Runs: what a simulation gives, one ensemble for each scenario."""

from __future__ import annotations

import json
from collections.abc import Callable, ItemsView, Iterator, KeysView, Sequence, ValuesView
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from tinbergen import _core
from tinbergen.basics.language import language_tag
from tinbergen.basics.run_columns import AttainmentColumns, RunInfo, Until
from tinbergen.basics.settings import name_list
from tinbergen.basics.table import Table
from tinbergen.errors import UnknownNameError
from tinbergen.lazy import RunsQuestions
from tinbergen.results.ensemble import QUANTILES, Ensemble
from tinbergen.results.path_frames import PathFrames, Selection, stacked
from tinbergen.results.plotting import RunsPlots
from tinbergen.results.recipe import Recipe, add_numbers, hash_of_paths, runs_again, written
from tinbergen.written.number_kinds import by_indicator, by_target

if TYPE_CHECKING:
    from tinbergen.basics.frames import Columns
    from tinbergen.written.model import Model
    from tinbergen.written.outturns import Outturns

__all__ = ["Runs", "attainment_table", "each_scenario"]


class Runs(RunsQuestions, PathFrames):
    """One ensemble for each scenario, by name; made by `Model.simulate`.

    It is a mapping (`keys`, `items`, `values`, `get`, ``in``), though not a
    `collections.abc.Mapping`: libraries of data frames take those for columns, and would not ask
    for the table of all paths that it is too (docs/exports.md).

    All scenarios see the same random numbers. When scenarios have probabilities there is one more ensemble,
    ``mixture``.

    Examples
    --------
    >>> import tinbergen as tb
    >>> runs = tb.plans.yuecheng().simulate(paths=500, seed=1)
    >>> "baseline" in runs
    True
    >>> runs.info["seed"]
    1
    """

    def __init__(
        self,
        model: Model,
        core: _core.Ensembles,
        until: Until | None = None,
        given: tuple[Outturns, str | None] | None = None,
        *,
        recipe: Recipe,
    ) -> None:
        self._model = model
        self._core = core
        self._until = until
        self._given = given
        self._recipe = recipe
        self._ensembles: dict[str, Ensemble] = {}
        self._surprises: dict[int, Table] = {}

    @property
    def model(self) -> Model:
        """The model that was simulated."""
        return self._model

    @cached_property
    def info(self) -> RunInfo:
        """How the numbers came about: seed, paths, design, streams, version, threads.

        After ``simulate(until=...)`` also ``until``: the largest half-width, whose it is, and whether
        it is as small as wanted.
        """
        info = self._core.info
        if self._until is not None:
            info["until"] = self._until
        return info

    @cached_property
    def recipe(self) -> Recipe:
        """What the run was made of: model, settings with the seed, actual values.

        A pickle of the run has it and no paths; unpickling makes them again, to the bit, or is a
        `RecipeError` (docs/exports.md).
        """
        info = self._core.info
        seeded = {**self._recipe.settings, "seed": info["seed"], "paths": info["paths"]}
        return replace(self._recipe, settings=seeded, until=self._until)

    @cached_property
    def _attained(self) -> AttainmentColumns:
        return self._core.attainment()

    @cached_property
    def _sha256(self) -> str:
        # A mixture is the others again, and has their probabilities as weights.
        found = hash_of_paths(self[name] for name in self if name != "mixture")
        rows = self._attained  # shares of paths; intervals and headroom follow from paths
        found.update(json.dumps([rows["scenario"], rows["target"]]).encode())
        for numbers in (rows["probability"], rows["undefined"]):
            add_numbers(found, numbers)
        digest: str = found.hexdigest()
        return digest

    def __reduce__(self) -> tuple[Any, ...]:
        return runs_again, written(self.recipe, self._sha256)

    def __copy__(self) -> Runs:
        return self  # it never changes

    def __deepcopy__(self, memo: dict[int, Any]) -> Runs:
        return self

    def __getitem__(self, scenario: str) -> Ensemble:
        if scenario not in self._ensembles:
            if scenario not in self._core.names:
                raise UnknownNameError("scenario", scenario, self._core.names)
            core = self._core.ensemble(scenario)
            recipe = self.recipe.of(scenario)
            self._ensembles[scenario] = Ensemble(self._model, core, recipe, self._core)
        return self._ensembles[scenario]

    def __iter__(self) -> Iterator[str]:
        return iter(self._core.names)

    def __len__(self) -> int:
        return len(self._core.names)

    def __contains__(self, scenario: object) -> bool:
        return scenario in self._core.names

    def keys(self) -> KeysView[str]:
        """Return the names of the scenarios."""
        return dict.fromkeys(self._core.names).keys()

    def values(self) -> ValuesView[Ensemble]:
        """Return the ensembles."""
        return {name: self[name] for name in self}.values()

    def items(self) -> ItemsView[str, Ensemble]:
        """Return names and ensembles.

        Examples
        --------
        >>> import tinbergen as tb
        >>> runs = tb.plans.yuecheng().simulate(paths=10, seed=1, scenarios="baseline")
        >>> [(name, ensemble.paths) for name, ensemble in runs.items()]
        [('baseline', 10)]
        """
        return {name: self[name] for name in self}.items()

    def get(self, scenario: str, default: Any = None) -> Any:
        """Return an ensemble, or something else where there is none of that name."""
        try:
            return self[scenario]
        except UnknownNameError:
            return default

    def attainment(self, *, wide: bool = False, language: str = "en") -> Table:
        """Compute the probability of each target, and of all of them together.

        Parameters
        ----------
        wide
            A row for each target and a column for each scenario, as the shell prints it.
        language
            Language of the labels of a wide table.

        Returns
        -------
        Table
            Columns scenario, target, probability with its 95 % interval (low, high), undefined (the
            share of paths in which growth that it counts is not defined, its base not being
            positive: it is not met there, with a headroom of minus infinity), and quantiles
            of the headroom, the distance to the bound in the target's unit (h05 to h95; positive
            when met). Rows besides the targets: ``all``, ``binding`` and ``expected`` where there
            are such, and each named set; these have no headroom. A wide table has columns target,
            label, and the probability by scenario; not printed unless the whole is asked for are
            ends of intervals (``baseline_low``, ``baseline_high``), and, where there is such,
            the share of undefined paths (``baseline_undefined``).

        See Also
        --------
        Runs.probability : Any combination of targets, also given another one.
        Runs.shortfall : How far paths are from each target.

        Examples
        --------
        >>> import tinbergen as tb
        >>> runs = tb.plans.yuecheng().simulate(paths=500, seed=1)
        >>> table = runs.attainment().filter(scenario="baseline", target="all")
        >>> bool(0 <= table["low"][0] <= table["probability"][0] <= table["high"][0] <= 1)
        True
        >>> runs.attainment(wide=True).columns[:3]
        ('target', 'label', 'baseline')
        """
        names = list(self)
        return attainment_table(self._model, self._attained, names, wide=wide, language=language)

    def contrast(self, a: str, b: str, indicators: str | Sequence[str] | None = None) -> Table:
        """Compare two scenarios path by path, under common random numbers.

        Parameters
        ----------
        a, b
            Names of scenarios; differences are b - a.
        indicators
            Indicators to compare; all kept ones unless given. Targets are always compared.

        Returns
        -------
        Table
            Columns kind, name, period, difference (its mean), error (the Monte Carlo error),
            independent_error (what it would be with independent ones), q05, q50, q95.

        See Also
        --------
        Model.response : What a change does that is no scenario.

        Notes
        -----
        ``(independent_error / error)**2`` is how many times more paths independent random numbers would
        take.

        Examples
        --------
        >>> import tinbergen as tb
        >>> model = tb.plans.yuecheng()
        >>> runs = model.simulate(paths=500, seed=1)
        >>> table = runs.contrast("baseline", list(model.scenarios)[0])
        >>> bool(table["difference"].size > 0)
        True
        """
        for name in (a, b):
            self[name]
        columns = self._core.contrast(a, b, name_list(indicators))
        _, kinds, _ = by_indicator(self._model, ())
        numbers = frozenset(columns) - {"kind", "name", "period"}
        kept = ("kind", "name", "period", "difference", "error", "q05", "q50", "q95")
        return Table(columns, row_kinds=("name", kinds, numbers), shown=kept)

    def fan(
        self, indicators: str | Sequence[str] | None = None, quantiles: Sequence[float] = QUANTILES
    ) -> Table:
        """Summarise indicators of all scenarios by their mean and quantiles in each period.

        Examples
        --------
        >>> import tinbergen as tb
        >>> runs = tb.plans.yuecheng().simulate(paths=500, seed=1)
        >>> runs.fan("gdp").columns[:4]
        ('scenario', 'indicator', 'period', 'mean')
        """
        return each_scenario(self, lambda ensemble: ensemble.fan(indicators, quantiles))

    @property
    def plot(self) -> RunsPlots:
        """Charts of all scenarios: ``runs.plot.attainment()`` (needs matplotlib)."""
        return RunsPlots(self)

    def _columns_of(self, indicators: Selection) -> Columns:
        return stacked({name: self[name]._columns_of(indicators) for name in self})

    def __repr__(self) -> str:
        return f"<Runs of {self._model.name!r}: {', '.join(self)}>"

    def _repr_html_(self) -> str:
        about = f"<details><summary>notes</summary>{self.notes._repr_html_()}</details>"
        return self.attainment()._repr_html_() + about


def attainment_table(
    model: Model,
    columns: AttainmentColumns,
    scenarios: Sequence[str],
    *,
    wide: bool = False,
    language: str = "en",
) -> Table:
    """Make the table of probabilities, whether paths are stored or not; see `Runs.attainment`."""
    percent = ("probability", "low", "high", "undefined")
    headroom = [name for name in columns if name.startswith("h") and name != "high"]
    kinds = by_target(model, headroom)
    some = bool(np.any(columns["undefined"] > 0))
    of_paths = ("undefined", "h05", "h50") if some else ("h05", "h50", "h95")
    kept = ("scenario", "target", "probability", "low", "high", *of_paths)
    table = Table(columns, percent=percent, row_kinds=kinds, shown=kept)
    return _by_scenario(model, table, scenarios, language) if wide else table


def _by_scenario(model: Model, table: Table, scenarios: Sequence[str], language: str) -> Table:
    """Turn the table of probabilities: a row for each target, a column for each scenario."""
    language_tag(language)  # it rejects what is no language of the library
    targets = list(dict.fromkeys(table["target"].tolist()))
    labels = {target.id: target.text(language) for target in model.targets}
    labels |= {name: known.text(language) for name, known in model.target_sets.items()}
    columns: dict[str, Any] = {
        "target": targets,
        "label": [labels.get(target) or "" for target in targets],
    }
    if taken := columns.keys() & set(scenarios):
        raise ValueError(f"wide: a column is named as the scenario {', '.join(sorted(taken))}")
    further: dict[str, Any] = {}
    for name in scenarios:
        rows = table.filter(scenario=name)
        columns[name] = rows["probability"]
        further |= {f"{name}_low": rows["low"], f"{name}_high": rows["high"]}
        if np.any(rows["undefined"] > 0):
            columns[f"{name}_undefined"] = rows["undefined"]
    shown = list(columns)
    if not any(columns["label"]):
        shown.remove("label")
    percent = {*columns, *further} - {"target", "label"}
    return Table({**columns, **further}, percent=percent, shown=shown)


def each_scenario(runs: Runs, measure: Callable[[Ensemble], Table]) -> Table:
    """Stack the tables that a measure gives of every scenario.

    Examples
    --------
    >>> import tinbergen as tb
    >>> runs = tb.plans.yuecheng().simulate(paths=100, seed=1, scenarios=["baseline"])
    >>> each_scenario(runs, lambda ensemble: tb.Table({"paths": [ensemble.paths]}))
    scenario  paths
    baseline    100
    """
    tables = []
    for name in runs:
        table = measure(runs[name])
        tables.append(table.with_column("scenario", [name] * len(table)))
    return Table.stack(tables)
