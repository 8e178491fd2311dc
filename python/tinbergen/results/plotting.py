"""Charts as methods: `plot` of runs, which imports matplotlib when it is used."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from tinbergen.basics.theme import Size, ThemeLike
from tinbergen.lazy import charts

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from tinbergen.results.runs import Runs
    from tinbergen.written.goal import GoalLike

__all__ = ["RunsPlots"]


class RunsPlots:
    """Charts of all scenarios of a run.

    All take `language`, `ax` (axes of your own figure), `figsize` (inches, or ``"slide"``, ``"page"``,
    ``"half page"``) and `theme` (``"light"``, ``"dark"``, ``"grey"``, or a `tinbergen.plots.Theme`).
    """

    __slots__ = ("_runs",)

    def __init__(self, runs: Runs) -> None:
        self._runs = runs

    def attainment(
        self,
        *,
        scenarios: Sequence[str] | None = None,
        targets: str | Sequence[str] | None = None,
        least_likely: int | None = None,
        language: str = "en",
        ax: Axes | None = None,
        figsize: Size | None = None,
        theme: ThemeLike = "light",
    ) -> Axes:
        """Draw how likely each target is; see `tinbergen.plots.attainment`.

        Parameters
        ----------
        scenarios
            The scenarios to show; all of them unless given.
        targets
            The name of a set, or ids of targets and names of sets; everything unless given.
        least_likely
            Show so many targets, those that are least likely in the first scenario; what is left
            out is said.
        language, ax, figsize, theme
            As of every chart.
        """
        return charts.attainment(
            self._runs,
            scenarios=scenarios,
            targets=targets,
            least_likely=least_likely,
            language=language,
            ax=ax,
            figsize=figsize,
            theme=theme,
        )

    def compare(
        self,
        indicator: str,
        scenarios: Sequence[str] | None = None,
        *,
        history: bool | int = True,
        targets: bool = True,
        language: str = "en",
        ax: Axes | None = None,
        figsize: Size | None = None,
        theme: ThemeLike = "light",
    ) -> Axes:
        """Draw the median of an indicator in several scenarios; see `tinbergen.plots.compare`.

        Parameters
        ----------
        indicator
            Its name.
        scenarios
            The scenarios to show; all but the mixture unless given.
        history
            Whether to show what is known before; a number shows so many last periods.
        targets
            Whether to mark the targets of the indicator.
        language, ax, figsize, theme
            As of every chart.
        """
        return charts.compare(
            self._runs,
            indicator,
            scenarios,
            history=history,
            targets=targets,
            language=language,
            ax=ax,
            figsize=figsize,
            theme=theme,
        )

    def contrast(
        self,
        a: str,
        b: str,
        indicator: str | None = None,
        *,
        language: str = "en",
        ax: Axes | None = None,
        figsize: Size | None = None,
        theme: ThemeLike = "light",
    ) -> Axes:
        """Draw what scenario `b` changes against scenario `a`, under common random numbers.

        Parameters
        ----------
        a, b
            Names of scenarios; differences are b - a.
        indicator
            The indicator; the probabilities of all targets unless given.
        language, ax, figsize, theme
            As of every chart.
        """
        table = self._runs.contrast(a, b, [] if indicator is None else [indicator])
        return charts.contrast(
            table,
            indicator,
            model=self._runs.model,
            scenarios=(a, b),
            language=language,
            ax=ax,
            figsize=figsize,
            theme=theme,
        )

    def pairs(
        self,
        names: str | Sequence[str] | None = None,
        scenario: str = "baseline",
        *,
        values: Literal["given", "both", "correlation", "lift"] = "given",
        language: str = "en",
        ax: Axes | None = None,
        figsize: Size | None = None,
        theme: ThemeLike = "light",
    ) -> Axes:
        """Draw how targets go together, two by two; see `tinbergen.plots.pairs`.

        Parameters
        ----------
        names
            Targets and sets; all targets unless given.
        scenario
            The scenario.
        values
            What is in a cell: the probability of the row given the column, that of both, their
            correlation, or how many times as often both are met as if independent.
        language, ax, figsize, theme
            As of every chart.
        """
        return charts.pairs(
            self._runs.pairs(names, scenario),
            values=values,
            model=self._runs.model,
            language=language,
            ax=ax,
            figsize=figsize,
            theme=theme,
        )

    def requirements(
        self,
        of: GoalLike = "all",
        *,
        scenario: str = "baseline",
        by_period: bool = False,
        rows: int = 12,
        language: str = "en",
        ax: Axes | None = None,
        figsize: Size | None = None,
        theme: ThemeLike = "light",
    ) -> Axes:
        """Draw what would have to be true: how paths that meet a goal differ from the others.

        Parameters
        ----------
        of, scenario, by_period
            As in `Runs.requirements`.
        rows
            How many rows at most.
        language, ax, figsize, theme
            As of every chart.
        """
        table = self._runs.requirements(of, scenario=scenario, by_period=by_period)
        model = self._runs.model
        targets = {target.id: target.text(language) for target in model.targets}
        return charts.requirements(
            table,
            model=model,
            goal=targets.get(str(of)) or str(of),
            rows=rows,
            language=language,
            ax=ax,
            figsize=figsize,
            theme=theme,
        )

    def most_likely(
        self,
        of: GoalLike = "all",
        indicator: str | None = None,
        *,
        scenario: str = "baseline",
        language: str = "en",
        ax: Axes | None = None,
        figsize: Size | None = None,
        theme: ThemeLike = "light",
    ) -> Axes:
        """Draw an indicator in the most likely path that meets a goal, beside the usual one.

        Parameters
        ----------
        of, scenario
            As in `Runs.most_likely`.
        indicator
            Its name; that of the first target that keeps the path away from the usual one, or of
            the first target of the model, unless given.
        language, ax, figsize, theme
            As of every chart.
        """
        runs = self._runs
        found = runs.most_likely(of, scenario=scenario)
        if indicator is None:
            binding = [*found.prices["target"].tolist(), *(t.id for t in runs.model.targets)]
            target = next(t for t in runs.model.targets if t.id == binding[0])
            if target.indicator is None:
                raise ValueError(f"{target.id} is on a formula: name the indicator to draw")
            indicator = target.indicator
        return charts.most_likely(
            found,
            runs[scenario],
            indicator,
            language=language,
            ax=ax,
            figsize=figsize,
            theme=theme,
        )

    def page(
        self,
        *,
        scenario: str = "baseline",
        headline: str | Sequence[str] | None = None,
        language: str = "en",
        figsize: Size | None = None,
        theme: ThemeLike = "light",
    ) -> Figure:
        """Draw the plan on a page: its probability in words, what stands in the way, six fans.

        Parameters
        ----------
        scenario
            The scenario that is shown.
        headline
            The targets whose fans are shown: a set, or ids of targets; the set ``headline`` of the
            plan unless given, or the least likely targets where it has none.
        language, figsize, theme
            As of every chart.
        """
        return charts.page(
            self._runs,
            scenario=scenario,
            headline=headline,
            language=language,
            figsize=figsize,
            theme=theme,
        )

    def write(
        self,
        folder: str | os.PathLike[str],
        *,
        language: str = "en",
        figsize: Size | None = None,
        theme: ThemeLike = "light",
    ) -> list[Path]:
        """Write all charts of a run into a folder, and give their paths.

        Parameters
        ----------
        folder
            Where; it is made if it must be.
        language
            Language of labels: ``"en"``, ``"zh"``.
        figsize
            The size of each file; ``"slide"`` for slides.
        theme
            The colours.
        """
        return charts.write_charts(
            self._runs, Path(folder), language=language, figsize=figsize, theme=theme
        )
