"""Charts as methods: `plot` accessors that import matplotlib when they are used."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from tinbergen.optional import load

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from tinbergen.ensemble import Ensemble
    from tinbergen.goal import GoalLike
    from tinbergen.model import Model
    from tinbergen.runs import Runs
    from tinbergen.target import Target

__all__ = ["EnsemblePlots", "RunsPlots"]


def _plots() -> Any:
    load("matplotlib")
    return load("tinbergen.plots")


class EnsemblePlots:
    """Charts of one ensemble."""

    __slots__ = ("_ensemble",)

    def __init__(self, ensemble: Ensemble) -> None:
        self._ensemble = ensemble

    def fan(self, indicator: str, **options: Any) -> Axes:
        """Draw the fan of an indicator.

        Parameters
        ----------
        indicator
            Its name; or the id of a target on a formula, whose fan is drawn.
        **options
            Those of `tinbergen.plots.fan`: quantiles, language, ax, history, targets, attainment.
        """
        model = self._ensemble.model
        formulas = {target.id: target for target in model.targets if target.equation is not None}
        shown = self._ensemble
        if indicator in formulas and indicator not in model.indicators:
            shown = _subject(self._ensemble, formulas[indicator])
        axes: Axes = _plots().fan(shown, indicator, **options)
        return axes


def _subject(ensemble: Ensemble, target: Target) -> Ensemble:
    """Give the paths of a formula as those of an indicator with the id of its target."""
    from tinbergen.ensemble import Ensemble
    from tinbergen.parts import Indicator

    model = ensemble.model
    core = ensemble._core.subject(model._program(), target.id)
    about = Indicator(label=target.label or target.id, unit=target.unit)
    plain = replace(target, indicator=target.id, equation=None, unit=None)
    words = SimpleNamespace(
        name=model.name,
        label=model.label,
        indicators={target.id: about},
        targets=[plain],
        target_sets={},
        scenarios=model.scenarios,
    )
    return Ensemble(cast("Model", words), core)


class RunsPlots:
    """Charts of all scenarios of a run."""

    __slots__ = ("_runs",)

    def __init__(self, runs: Runs) -> None:
        self._runs = runs

    def attainment(self, *, scenarios: Sequence[str] | None = None, **options: Any) -> Axes:
        """Draw how likely each target is.

        Parameters
        ----------
        scenarios
            The scenarios to show; all of them unless given.
        **options
            Those of `tinbergen.plots.attainment`: language, ax.
        """
        axes: Axes = _plots().attainment(self._runs, scenarios=scenarios, **options)
        return axes

    def compare(
        self, indicator: str, scenarios: Sequence[str] | None = None, **options: Any
    ) -> Axes:
        """Draw the median of an indicator in several scenarios.

        Parameters
        ----------
        indicator
            Its name.
        scenarios
            The scenarios to show; all but the mixture unless given.
        **options
            Those of `tinbergen.plots.compare`: language, ax, history.
        """
        axes: Axes = _plots().compare(self._runs, indicator, scenarios, **options)
        return axes

    def contrast(self, a: str, b: str, indicator: str | None = None, **options: Any) -> Axes:
        """Draw what scenario `b` changes against scenario `a`, under the same luck.

        Parameters
        ----------
        a, b
            Names of scenarios; differences are b - a.
        indicator
            The indicator; the probabilities of all targets unless given.
        **options
            Those of `tinbergen.plots.contrast`: language, ax.
        """
        table = self._runs.contrast(a, b, [] if indicator is None else [indicator])
        axes: Axes = _plots().contrast(
            table, indicator, model=self._runs.model, scenarios=(a, b), **options
        )
        return axes

    def pairs(
        self, names: str | Sequence[str] | None = None, scenario: str = "baseline", **options: Any
    ) -> Axes:
        """Draw how targets go together, two by two.

        Parameters
        ----------
        names
            Targets and sets; all targets unless given.
        scenario
            The scenario.
        **options
            Those of `tinbergen.plots.pairs`: values, language, ax.
        """
        table = self._runs.pairs(names, scenario)
        axes: Axes = _plots().pairs(table, model=self._runs.model, **options)
        return axes

    def requirements(
        self,
        of: GoalLike = "all",
        *,
        scenario: str = "baseline",
        by_period: bool = False,
        **options: Any,
    ) -> Axes:
        """Draw what would have to be true: how paths that meet a goal differ from the others.

        Parameters
        ----------
        of, scenario, by_period
            As in `Runs.requirements`.
        **options
            Those of `tinbergen.plots.requirements`: rows, language, ax.
        """
        table = self._runs.requirements(of, scenario=scenario, by_period=by_period)
        model, language = self._runs.model, options.get("language", "en")
        targets = {target.id: target.text(language) for target in model.targets}
        name = targets.get(str(of)) or str(of)
        axes: Axes = _plots().requirements(table, model=model, goal=name, **options)
        return axes

    def most_likely(
        self,
        of: GoalLike = "all",
        indicator: str | None = None,
        *,
        scenario: str = "baseline",
        **options: Any,
    ) -> Axes:
        """Draw an indicator in the most likely path that meets a goal, beside the usual one.

        Parameters
        ----------
        of, scenario
            As in `Runs.most_likely`.
        indicator
            Its name; that of the first target that holds the path away from the usual one, or of
            the first target of the model, unless given.
        **options
            Those of `tinbergen.plots.most_likely`: language, ax.
        """
        runs = self._runs
        found = runs.most_likely(of, scenario=scenario)
        if indicator is None:
            binding = [*found.prices["target"].tolist(), *(t.id for t in runs.model.targets)]
            target = next(t for t in runs.model.targets if t.id == binding[0])
            indicator = target.indicator
        axes: Axes = _plots().most_likely(found, runs[scenario], indicator, **options)
        return axes

    def write(self, folder: str | os.PathLike[str], *, language: str = "en") -> list[Path]:
        """Write all charts of a run into a folder, and give their paths.

        Parameters
        ----------
        folder
            Where; it is made if it must be.
        language
            Language of labels: ``"en"``, ``"zh"``.
        """
        paths: list[Path] = _plots().write_charts(self._runs, Path(folder), language=language)
        return paths
