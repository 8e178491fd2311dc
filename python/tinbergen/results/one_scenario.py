"""What is known of one scenario of a run, whether its paths are stored or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tinbergen.basics.periods import Period

if TYPE_CHECKING:
    from tinbergen import _core
    from tinbergen.written.model import Model

__all__ = ["OneScenario"]


class OneScenario:
    """The model, the scenario, its periods and how many paths it has."""

    __slots__ = ()

    _model: Model
    _core: _core.Ensemble

    @property
    def model(self) -> Model:
        """The model that was simulated."""
        return self._model

    @property
    def scenario(self) -> str:
        """Name of the scenario."""
        return self._core.scenario

    @property
    def indicators(self) -> tuple[str, ...]:
        """Names of the indicators that were kept."""
        return tuple(self._core.indicators)

    @property
    def periods(self) -> tuple[Period, ...]:
        """Periods of the span, in the order of the rows."""
        return tuple(map(Period, self._core.periods))

    @property
    def paths(self) -> int:
        """Number of paths."""
        return self._core.paths
