"""Runs that keep no path: what they have in common, however their numbers were put together."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, NoReturn, cast

from tinbergen import _core
from tinbergen.basics.mapping import Series
from tinbergen.basics.run_columns import AttainmentColumns, RunInfo
from tinbergen.basics.run_kinds import RunKind
from tinbergen.basics.settings import name_list
from tinbergen.basics.table import Table
from tinbergen.basics.text import counted
from tinbergen.errors import NotKeptError, NotStoredError, UnknownNameError
from tinbergen.lazy import PathlessQuestions
from tinbergen.results.ensemble import QUANTILES, Ensemble, fan_table, quantile_levels
from tinbergen.results.ensemble_plotting import EnsemblePlots
from tinbergen.results.one_scenario import OneScenario
from tinbergen.results.plotting import RunsPlots
from tinbergen.results.recipe import Recipe, add_numbers, runs_again, written
from tinbergen.results.runs import Runs, attainment_table
from tinbergen.written.number_kinds import by_indicator

if TYPE_CHECKING:
    from tinbergen.results.path_frames import Selection
    from tinbergen.written.model import Model

__all__ = ["PathlessEnsemble", "PathlessRuns"]


class PathlessRuns(PathlessQuestions, Mapping[str, "PathlessEnsemble"]):
    """What the paths of each scenario add up to."""

    _kept_as: RunKind
    _one: type[PathlessEnsemble]

    def __init__(
        self, model: Model, core: _core.Streamed | _core.Tiled, recipe: Recipe | None
    ) -> None:
        self._model = model
        self._core = core
        self._recipe = recipe

    @property
    def model(self) -> Model:
        """The model that was simulated."""
        return self._model

    @cached_property
    def info(self) -> RunInfo:
        """How the numbers came about: seed, paths, design, streams, version, threads."""
        return self._core.info

    @property
    def recipe(self) -> Recipe:
        """What the run was made of: model, settings with the seed; see `Runs.recipe`.

        Raises
        ------
        TypeError
            Where runs of several ranges were merged.
        """
        if self._recipe is None:
            raise TypeError("merged runs have no recipe of one: pickle what they were merged from")
        info = self.info
        seeded = {**self._recipe.settings, "seed": info["seed"], "paths": info["paths"]}
        return replace(self._recipe, settings=seeded)

    @property
    def bytes(self) -> int:
        """How much memory it takes, whatever the number of paths."""
        return self._core.bytes

    @cached_property
    def _attained(self) -> AttainmentColumns:
        return self._core.attainment()

    @cached_property
    def _sha256(self) -> str:
        found = hashlib.sha256()
        for ensemble in self.values():
            found.update(json.dumps([ensemble.scenario, *ensemble.indicators]).encode())
            for table in (ensemble.moments(), ensemble.fan()):
                for name in table.columns[2:]:
                    add_numbers(found, table[name])
        for name, numbers in self._attained.items():
            found.update(name.encode())
            if name not in ("scenario", "target"):
                add_numbers(found, cast("Any", numbers))
        return found.hexdigest()

    def __reduce__(self) -> tuple[Any, ...]:
        return runs_again, written(self.recipe, self._sha256)

    def __copy__(self) -> PathlessRuns:
        return self  # it never changes

    def __deepcopy__(self, memo: dict[int, Any]) -> PathlessRuns:
        return self

    def __getitem__(self, scenario: str) -> PathlessEnsemble:
        if scenario in self._core.names:
            return self._one(self._model, self._core, scenario, self._kept_as)
        if scenario == "mixture":
            raise NotStoredError("the mixture of scenarios", self._kept_as)
        raise UnknownNameError("scenario", scenario, self._core.names)

    def __iter__(self) -> Iterator[str]:
        return iter(self._core.names)

    def __len__(self) -> int:
        return len(self._core.names)

    def __getattr__(self, name: str) -> NoReturn:
        refuse(self, name, Runs, self._kept_as)

    def attainment(self, *, wide: bool = False, language: str = "en") -> Table:
        """Compute the probability of each target, and of all of them together, as `Runs.attainment` does.

        Parameters
        ----------
        wide
            A row for each target and a column for each scenario, as the shell prints it.
        language
            Language of the labels of a wide table.

        Returns
        -------
        Table
            The columns of `Runs.attainment`; of a streamed run also headroom_error: no quantile of the headroom
            is further from that of the paths themselves, in the unit of the target.

        Examples
        --------
        >>> import tinbergen as tb
        >>> runs = tb.plans.yuecheng().simulate(paths=500, seed=1, store="streamed")
        >>> runs.attainment(wide=True).columns[:3]
        ('target', 'label', 'baseline')
        """
        names = list(self)
        return attainment_table(self._model, self._attained, names, wide=wide, language=language)

    def fan(
        self, indicators: str | Sequence[str] | None = None, quantiles: Sequence[float] = QUANTILES
    ) -> Table:
        """Summarise indicators of all scenarios; see `PathlessEnsemble.fan`.

        Examples
        --------
        >>> import tinbergen as tb
        >>> runs = tb.plans.yuecheng().simulate(paths=500, seed=1, store="streamed")
        >>> runs.fan("gdp", quantiles=[0.5]).columns
        ('scenario', 'indicator', 'period', 'mean', 'q50', 'error')
        """
        return self._each({name: part.fan(indicators, quantiles) for name, part in self.items()})

    def moments(self, indicators: str | Sequence[str] | None = None) -> Table:
        """Compute means, standard deviations and extremes in all scenarios; see `PathlessEnsemble.moments`.

        Examples
        --------
        >>> import tinbergen as tb
        >>> runs = tb.plans.yuecheng().simulate(paths=500, seed=1, store="streamed")
        >>> runs.moments("gdp").columns[3:]
        ('paths', 'mean', 'sd', 'least', 'greatest')
        """
        return self._each({name: part.moments(indicators) for name, part in self.items()})

    def _each(self, tables: dict[str, Table]) -> Table:
        named = [t.with_column("scenario", [name] * len(t)) for name, t in tables.items()]
        return Table.stack(named)

    @property
    def plot(self) -> RunsPlots:
        """Charts of all scenarios that need no paths: ``runs.plot.attainment()`` (needs matplotlib)."""
        return RunsPlots(cast("Runs", self))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._model.name!r}: {', '.join(self)}>"

    def _repr_html_(self) -> str:
        return self.attainment()._repr_html_()


class PathlessEnsemble(OneScenario):
    """What is known of the paths of one scenario, indicator by indicator and period by period."""

    __slots__ = ("_core", "_kept_as", "_model", "_run")

    def __init__(
        self, model: Model, run: _core.Streamed | _core.Tiled, scenario: str, kept_as: RunKind
    ) -> None:
        self._model = model
        self._kept_as = kept_as
        self._run = run
        self._core = run.ensemble(scenario)

    @property
    def indicators(self) -> tuple[str, ...]:
        """Names of the indicators that were kept."""
        return tuple(self._run.indicators)

    @property
    def weights(self) -> None:
        """None: all paths weigh the same."""
        return

    def fan(
        self, indicators: str | Sequence[str] | None = None, quantiles: Sequence[float] = QUANTILES
    ) -> Table:
        """Summarise indicators by their mean and quantiles in each period.

        Parameters
        ----------
        indicators
            One name or several; all kept indicators unless given.
        quantiles
            Probabilities between 0 and 1.

        Returns
        -------
        Table
            Columns indicator, period, mean, one for each quantile. Of a streamed run also error: no quantile of
            the row is further from that of the paths themselves, in the unit of the indicator.

        Notes
        -----
        Quantiles of a tiled run are those of the paths. Those of a streamed one come from histograms:
        a bin around ``x`` is at most ``(d + |x - m|) / 512`` wide, with ``m`` the median and ``d`` the distance
        between the quartiles in the first 1,024 paths of the seed. The least and the greatest value are exact.

        Examples
        --------
        >>> import tinbergen as tb
        >>> plan = tb.plans.yuecheng()
        >>> fan = plan.simulate(5000, seed=1, store="streamed")["baseline"].fan("gdp")
        >>> bool((fan["error"] < 0.01 * (fan["q95"] - fan["q05"])).all())
        True
        """
        names, levels = self._names(indicators), quantile_levels(quantiles)
        return fan_table(self._model, self._run.fan(self.scenario, names, levels), levels)

    def moments(self, indicators: str | Sequence[str] | None = None) -> Table:
        """Compute means, standard deviations and extremes over the paths whose value is finite.

        Parameters
        ----------
        indicators
            One name or several; all kept indicators unless given.

        Returns
        -------
        Table
            Columns indicator, period, paths, mean, sd, least, greatest. Sums of a streamed run are exact, and
            rounded once; the mean of a tiled one is that of `fan`.

        Examples
        --------
        >>> import tinbergen as tb
        >>> baseline = tb.plans.yuecheng().simulate(500, seed=1, store="streamed")["baseline"]
        >>> table = baseline.moments("gdp")
        >>> bool((table["least"] < table["mean"]).all() and (table["sd"] > 0).all())
        True
        """
        columns = self._run.moments(self.scenario, self._names(indicators))
        numbers = ("mean", "sd", "least", "greatest")
        return Table(columns, row_kinds=by_indicator(self._model, numbers))

    def history(self, indicator: str) -> Series[float]:
        """Return the known values before the span, as `Ensemble.history` does."""
        self._known(indicator)
        periods, values = self._run.history(self.scenario, indicator)
        return Series(dict(zip(periods, values.tolist(), strict=True)))

    def failures(self) -> Table:
        """Count the paths that broke (a value that is not finite), by indicator and period."""
        return Table(self._core.failures())

    def broken(self) -> Table:
        """Return the first paths that broke, as `Ensemble.broken` does."""
        return Table(_core.broken(self._core))

    @property
    def plot(self) -> EnsemblePlots:
        """Charts that need no paths: ``plot.fan("gdp", attainment=runs.attainment())``."""
        return EnsemblePlots(cast("Ensemble", self))

    def __getitem__(self, indicator: str) -> NoReturn:
        self._known(indicator)
        raise NotStoredError(f'paths of "{indicator}"', self._kept_as)

    def __contains__(self, indicator: object) -> bool:
        return indicator in self._run.indicators

    def __iter__(self) -> Iterator[str]:
        return iter(self.indicators)

    def __len__(self) -> int:
        return self.paths

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            f"a scenario of {self._kept_as.name} is pickled with the run: pickle the run"
        )

    def __getattr__(self, name: str) -> NoReturn:
        refuse(self, name, Ensemble, self._kept_as)

    def __repr__(self) -> str:
        return (
            f"<{type(self).__name__} {self.scenario!r}: {counted(self.paths, 'path')} of "
            f"{counted(len(self.indicators), 'indicator')} over {self._model.periods}>"
        )

    def _names(self, indicators: Selection) -> list[str]:
        names = name_list(indicators)
        if names is None:
            return list(self.indicators)
        for name in names:
            self._known(name)
        return names

    def _known(self, indicator: str) -> None:
        if indicator not in self._model.indicators:
            raise UnknownNameError("indicator", indicator, self._model.indicators)
        if indicator not in self._run.indicators:
            raise NotKeptError(indicator)


def refuse(run: object, name: str, stored: type, kept_as: RunKind) -> NoReturn:
    """Refuse what stored paths have and these have not; anything else is unknown."""
    if not name.startswith("_") and name in dir(stored):
        raise NotStoredError(name, kept_as)
    raise AttributeError(f"{type(run).__name__!r} object has no attribute {name!r}")
