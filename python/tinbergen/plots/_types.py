"""What charts ask of the objects they draw; `tinbergen.Ensemble` and `tinbergen.Runs` have it all.

Anything else that has it can be drawn too: paths that come from another program, say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from numpy.typing import NDArray

__all__ = ["EnsembleLike", "LeversLike", "ModelLike", "RunsLike", "TableLike", "TargetLike"]


class LabelledLike(Protocol):
    """A part with a label: a text, one for each language, or none."""

    @property
    def label(self) -> str | Mapping[str, str] | None: ...


class IndicatorLike(LabelledLike, Protocol):
    """An indicator of a model."""

    @property
    def unit(self) -> str | None: ...
    @property
    def history(self) -> Mapping[Any, Any]: ...


class TargetLike(LabelledLike, Protocol):
    """A target of a model; `bound` is its direction and its limit."""

    @property
    def id(self) -> str: ...
    @property
    def indicator(self) -> str | None: ...
    @property
    def period(self) -> Any: ...
    @property
    def of(self) -> str: ...
    @property
    def over(self) -> Any: ...
    @property
    def bound(self) -> tuple[str, Any]: ...
    @property
    def nature(self) -> str: ...
    @property
    def source(self) -> str | None: ...


class ModelLike(LabelledLike, Protocol):
    """A model: the words and targets of a chart."""

    @property
    def name(self) -> str: ...
    @property
    def indicators(self) -> Mapping[str, IndicatorLike]: ...
    @property
    def targets(self) -> Sequence[TargetLike]: ...
    @property
    def target_sets(self) -> Mapping[str, LabelledLike]: ...
    @property
    def scenarios(self) -> Mapping[str, LabelledLike]: ...


class LeversLike(Protocol):
    """A model with levers."""

    @property
    def targets(self) -> Sequence[TargetLike]: ...
    @property
    def levers(self) -> Mapping[str, LabelledLike]: ...


class TableLike(Protocol):
    """A table: equally long columns by name."""

    @property
    def columns(self) -> Sequence[str]: ...
    def __getitem__(self, name: str, /) -> NDArray[Any]: ...


class EnsembleLike(Protocol):
    """All paths of one scenario."""

    @property
    def model(self) -> ModelLike: ...
    @property
    def scenario(self) -> str: ...
    @property
    def periods(self) -> Sequence[Any]: ...
    @property
    def paths(self) -> int: ...
    @property
    def weights(self) -> NDArray[Any] | None: ...
    def __getitem__(self, indicator: str, /) -> NDArray[Any]: ...
    def __contains__(self, indicator: object, /) -> bool: ...
    def history(self, indicator: str, /) -> Mapping[Any, float]: ...
    def fan(self, indicators: str, /, quantiles: Sequence[float]) -> TableLike:
        """Columns indicator, period, mean, and one for each quantile in the order asked."""
        ...


class RunsLike(Protocol):
    """One ensemble for each scenario."""

    @property
    def model(self) -> ModelLike: ...
    def __iter__(self) -> Iterator[str]: ...
    def __getitem__(self, scenario: str, /) -> EnsembleLike: ...
    def contrast(self, a: str, b: str, indicators: Sequence[str], /) -> TableLike:
        """Columns kind, name, period, difference, error, and others."""
        ...

    def attainment(self) -> TableLike:
        """Columns scenario, target, probability, low, high, and others."""
        ...
