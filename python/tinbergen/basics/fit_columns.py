"""What the compiled module takes and gives of fits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias, TypedDict

from tinbergen.basics.run_columns import Numbers

__all__ = [
    "FitBesideColumns",
    "FitOptions",
    "FitParameterColumns",
    "FitReportParts",
    "FitWeightColumns",
]


class FitOptions(TypedDict):
    """What is said of a fit beside the figures."""

    name: str
    horizon: int
    until: str | None
    kinds: Sequence[tuple[str, str]]
    units: Sequence[tuple[str, str]]
    identities: Sequence[str] | None
    events: Sequence[str]
    pooled: bool
    rows: int
    seed: int
    prior: Sequence[tuple[str, Sequence[float]]]
    covariates: Sequence[tuple[str, Sequence[tuple[str, float]]]]
    place: str | None


class FitParameterColumns(TypedDict):
    """What is known of each parameter."""

    indicator: list[str]
    process: list[str]
    parameter: list[str]
    estimate: Numbers
    low: Numbers
    high: Numbers
    own: Numbers
    prior: list[str]


class FitWeightColumns(TypedDict):
    """How much each period counted."""

    indicator: list[str]
    period: list[str]
    value: Numbers
    weight: Numbers


class FitBesideColumns(TypedDict):
    """What stood in a plan beside what was fitted."""

    parameter: list[str]
    indicator: list[str]
    what: list[str]
    figures: list[int]
    by_hand: Numbers
    by_hand_low: Numbers
    by_hand_high: Numbers
    fitted: Numbers
    fitted_low: Numbers
    fitted_high: Numbers
    own: Numbers


FitReportParts: TypeAlias = tuple[
    FitParameterColumns,
    FitWeightColumns,
    FitBesideColumns,
    list[tuple[str, dict[str, tuple[str, Any]]]],
]
"""Parameters, weights, a plan's numbers beside the fitted ones, and sentences of a report."""
