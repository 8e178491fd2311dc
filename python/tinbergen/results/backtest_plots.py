"""Charts of a backtest as methods; matplotlib is imported when one is drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tinbergen.basics.theme import Size, ThemeLike
from tinbergen.lazy import charts

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from tinbergen.results.backtest import Backtest

__all__ = ["BacktestPlots"]


class BacktestPlots:
    """Charts of a backtest.

    All take `language`, `ax` (axes of your own figure), `figsize` (inches, or ``"slide"``, ``"page"``,
    ``"half page"``) and `theme` (``"light"``, ``"dark"``, ``"grey"``, or a `tinbergen.plots.Theme`).
    """

    __slots__ = ("_found",)

    def __init__(self, found: Backtest) -> None:
        self._found = found

    def hedgehog(
        self,
        indicator: str | None = None,
        *,
        method: str = "forecast",
        every: int | None = None,
        label: str | None = None,
        unit: str | None = None,
        language: str = "en",
        ax: Axes | None = None,
        figsize: Size | None = None,
        theme: ThemeLike = "light",
    ) -> Axes:
        """Draw the forecasts of each origin over the actual values; see `tinbergen.plots.hedgehog`.

        Parameters
        ----------
        indicator
            Its name; the first unless given.
        method
            Whose forecasts.
        every
            Bands of every so many origins are drawn.
        label, unit
            What a reader sees in place of the name, and the unit of the vertical axis.
        language, ax, figsize, theme
            As of every chart.
        """
        return charts.hedgehog(
            self._found,
            indicator or self._found.info.indicators[0],
            method=method,
            every=every,
            label=label,
            unit=unit,
            language=language,
            ax=ax,
            figsize=figsize,
            theme=theme,
        )

    def pit(
        self,
        *,
        method: str = "forecast",
        classes: int = 10,
        horizon: int | None = None,
        indicator: str | None = None,
        language: str = "en",
        ax: Axes | None = None,
        figsize: Size | None = None,
        theme: ThemeLike = "light",
    ) -> Axes:
        """Draw where actual values stood in their fans; see `tinbergen.plots.pit`.

        Parameters
        ----------
        method, classes, horizon, indicator
            As of `Backtest.pit`.
        language, ax, figsize, theme
            As of every chart.
        """
        return charts.pit(
            self._found,
            method=method,
            classes=classes,
            horizon=horizon,
            indicator=indicator,
            language=language,
            ax=ax,
            figsize=figsize,
            theme=theme,
        )

    def reliability(
        self,
        target: str | None = None,
        *,
        method: str = "forecast",
        classes: int = 5,
        label: str | None = None,
        language: str = "en",
        ax: Axes | None = None,
        figsize: Size | None = None,
        theme: ThemeLike = "light",
    ) -> Axes:
        """Draw stated probabilities of targets beside how often they were met; see `tinbergen.plots.reliability`.

        Parameters
        ----------
        target
            Its id, or ``"all"`` for all together; every single target unless given.
        method, classes
            As of `Backtest.reliability`.
        label
            What a reader sees in place of the id of the target.
        language, ax, figsize, theme
            As of every chart.
        """
        return charts.reliability(
            self._found,
            target,
            method=method,
            classes=classes,
            label=label,
            language=language,
            ax=ax,
            figsize=figsize,
            theme=theme,
        )
