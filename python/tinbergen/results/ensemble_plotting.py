"""Charts as methods: `plot` of an ensemble, which imports matplotlib when it is used."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tinbergen.basics.theme import Size, ThemeLike
from tinbergen.lazy import charts

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from tinbergen.basics.table import Table
    from tinbergen.results.ensemble import Ensemble

__all__ = ["EnsemblePlots"]


class EnsemblePlots:
    """Charts of one ensemble.

    All take `language`, `ax` (axes of your own figure), `figsize` (inches, or ``"slide"``, ``"page"``,
    ``"half page"``) and `theme` (``"light"``, ``"dark"``, ``"grey"``, or a `tinbergen.plots.Theme`).
    """

    __slots__ = ("_ensemble",)

    def __init__(self, ensemble: Ensemble) -> None:
        self._ensemble = ensemble

    def fan(
        self,
        indicator: str,
        *,
        quantiles: Sequence[float] = (0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95),
        history: bool | int = True,
        targets: bool = True,
        attainment: Table | None = None,
        language: str = "en",
        ax: Axes | None = None,
        figsize: Size | None = None,
        theme: ThemeLike = "light",
    ) -> Axes:
        """Draw the fan of an indicator; see `tinbergen.plots.fan`.

        Parameters
        ----------
        indicator
            Its name; or the id of a target on a formula, whose fan is drawn.
        quantiles
            Probabilities: as many below 0.5 as above.
        history
            Whether to show what is known before the fan; a number shows so many last periods.
        targets
            Whether to mark the targets of the indicator, with the probability that they are met.
        attainment
            The table ``runs.attainment()``, where probabilities are looked up.
        language, ax, figsize, theme
            As of every chart.
        """
        return charts.fan(
            charts.subject(self._ensemble, indicator),
            indicator,
            quantiles=quantiles,
            history=history,
            targets=targets,
            attainment=attainment,
            language=language,
            ax=ax,
            figsize=figsize,
            theme=theme,
        )

    def spaghetti(
        self,
        indicator: str,
        *,
        paths: int = 60,
        marked: int | None = None,
        history: bool | int = True,
        targets: bool = True,
        attainment: Table | None = None,
        language: str = "en",
        ax: Axes | None = None,
        figsize: Size | None = None,
        theme: ThemeLike = "light",
    ) -> Axes:
        """Draw single paths of an indicator, one of them marked; see `tinbergen.plots.spaghetti`.

        Parameters
        ----------
        indicator
            Its name; or the id of a target on a formula.
        paths
            How many are drawn, evenly from all.
        marked
            The number of the path that stands out; the one nearest to the middle unless given.
        history, targets, attainment, language, ax, figsize, theme
            As of `fan`.
        """
        return charts.spaghetti(
            charts.subject(self._ensemble, indicator),
            indicator,
            paths=paths,
            marked=marked,
            history=history,
            targets=targets,
            attainment=attainment,
            language=language,
            ax=ax,
            figsize=figsize,
            theme=theme,
        )

    def warning_record(
        self,
        *,
        language: str = "en",
        ax: Axes | None = None,
        figsize: Size | None = None,
        theme: ThemeLike = "light",
    ) -> Axes:
        """Draw how good early warnings are; see `tinbergen.plots.warning_record`.

        Parameters
        ----------
        language, ax, figsize, theme
            As of every chart.
        """
        return charts.warning_record(
            self._ensemble.warning_record(),
            model=self._ensemble.model,
            language=language,
            ax=ax,
            figsize=figsize,
            theme=theme,
        )
