"""How a model hangs together: its eigenvalues, and who drives whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any, Literal

from tinbergen import _core
from tinbergen.basics.table import Table
from tinbergen.basics.theme import Size, ThemeLike
from tinbergen.lazy import analysis_charts
from tinbergen.results.model_table import ModelTable
from tinbergen.written.model import Model

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

__all__ = ["Drivers", "Stability", "drivers", "stability"]


class Stability(ModelTable):
    """Eigenvalues, the largest first: columns modulus, real, imaginary, cycle (in periods).

    `spectral_radius` is the largest modulus, `verdict` ``"stable"``, ``"unit root"`` or
    ``"explosive"``, `states` the lagged values the dynamics start from, `matrix` the companion
    matrix: how much each state, a period later, moves with each state now.
    """

    __slots__ = ("matrix", "period", "spectral_radius", "states", "verdict")

    def __init__(
        self,
        columns: Mapping[str, Any],
        model: Model,
        period: str,
        verdict: str,
        spectral_radius: float,
        states: Sequence[tuple[str, int]],
        matrix: NDArray[np.float64],
    ) -> None:
        super().__init__(columns, model)
        self.matrix = matrix
        self.period, self.verdict, self.spectral_radius = period, verdict, spectral_radius
        self.states = tuple(states)

    def __reduce__(self) -> tuple[Any, ...]:
        columns = {name: self[name] for name in self.columns}
        known = (self.period, self.verdict, self.spectral_radius, self.states, self.matrix)
        return Stability, (columns, self._model, *known)

    def plot(
        self,
        *,
        language: str = "en",
        ax: Axes | None = None,
        figsize: Size | None = None,
        theme: ThemeLike = "light",
    ) -> Axes:
        """Draw the eigenvalues with the unit circle."""
        return analysis_charts.stability(
            self, model=self._model, language=language, ax=ax, figsize=figsize, theme=theme
        )


class Drivers:
    """Who drives whom around one indicator.

    Parameters
    ----------
    centre
        The indicator in the middle.
    distance
        Steps from it by name: below 0 what drives it, above what it drives.
    edges
        Name of the cause, name of the effect, lags.
    exogenous
        The names without an equation.
    text, dot, mermaid
        The graph as indented text, for Graphviz, and for Mermaid.
    """

    __slots__ = ("_model", "centre", "distance", "dot", "edges", "exogenous", "mermaid", "text")

    def __init__(
        self,
        centre: str,
        names: Sequence[tuple[str, int, bool]],
        edges: Sequence[tuple[str, str, Sequence[int]]],
        text: str,
        dot: str,
        mermaid: str,
        model: Model,
    ) -> None:
        self.centre = centre
        self.distance = {name: distance for name, distance, _ in names}
        self.exogenous = frozenset(name for name, _, known in names if known)
        self.edges = tuple((cause, effect, tuple(lags)) for cause, effect, lags in edges)
        self.text, self.dot, self.mermaid = text, dot, mermaid
        self._model = model

    def table(self) -> Table:
        """Return the links as a table: from, to, lags."""
        return Table(
            {
                "from": [cause for cause, _, _ in self.edges],
                "to": [effect for _, effect, _ in self.edges],
                "lags": [", ".join(map(str, lags)) for _, _, lags in self.edges],
            }
        )

    def plot(
        self,
        *,
        language: str = "en",
        ax: Axes | None = None,
        figsize: Size | None = None,
        theme: ThemeLike = "light",
    ) -> Axes:
        """Draw the graph: causes on the left, effects on the right; lagged links are dashed."""
        return analysis_charts.drivers(
            self, model=self._model, language=language, ax=ax, figsize=figsize, theme=theme
        )

    def __repr__(self) -> str:
        return self.text.rstrip()

    def _repr_html_(self) -> str:
        return f"<pre>{escape(self.text.rstrip())}</pre>"


def stability(model: Model, period: Any = None) -> Stability:
    r"""Compute the eigenvalues of the model, linearised around its baseline in a period.

    Parameters
    ----------
    period
        The period; the first one unless given.

    Returns
    -------
    Stability
        A table of eigenvalues with ``.spectral_radius``, ``.verdict`` and the companion
        ``.matrix``, and a chart by ``.plot()``.

    Examples
    --------
    >>> import tinbergen as tb
    >>> model = tb.read_text("periods 2021..2023\ndata y 2020 = 1\ny ~ 0.5 * y[-1]")
    >>> found = model.stability()
    >>> round(found.spectral_radius, 6), found.verdict
    (0.5, 'stable')
    """
    at = str(model.periods.first if period is None else period)
    verdict, radius, states, table, matrix = _core.stability(model._to_core(), at)
    return Stability(table, model, at, verdict, radius, states, matrix)


def drivers(
    model: Model,
    indicator: str,
    *,
    radius: int = 1,
    side: Literal["both", "causes", "effects"] = "both",
) -> Drivers:
    r"""Return what drives an indicator, and what it drives.

    Parameters
    ----------
    indicator
        The indicator in the middle.
    radius
        How many steps away from it.
    side
        What drives it, what it drives, or both.

    Returns
    -------
    Drivers
        Prints as a text; ``.dot``, ``.mermaid``, ``.table()`` and ``.plot()``.

    Examples
    --------
    >>> import tinbergen as tb
    >>> model = tb.read_text("periods 2021..2022\nexogenous g\nc = 0.6 * y[-1]\ny = c + g")
    >>> model.drivers("y")
    y
      driven by
        c
        g  (exogenous)
    """
    if side not in ("both", "causes", "effects"):
        raise ValueError(f"side must be 'both', 'causes' or 'effects', found {side!r}")
    if radius < 1:
        raise ValueError(f"radius must be at least 1, found {radius}")
    model.indicators[indicator]
    found = _core.drivers(model._to_core(), indicator, radius, side)
    return Drivers(indicator, *found, model)
