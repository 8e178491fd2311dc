"""What the compiled module gives of inputs and of what matters: the columns of its tables."""

from __future__ import annotations

from typing import TypedDict

from tinbergen.basics.run_columns import Numbers

__all__ = [
    "EffectColumns",
    "ElementaryColumns",
    "FirstColumns",
    "GivenIndexColumns",
    "InputColumns",
    "PawnColumns",
    "RangeColumns",
    "RedrawnColumns",
    "RegionColumns",
    "SobolColumns",
    "TornadoColumns",
]


class InputColumns(TypedDict):
    """What was drawn in the paths of a scenario, an array for each."""

    kind: list[str]
    name: list[str]
    periods: list[str]
    address: list[str]
    values: list[Numbers]


class FirstColumns(TypedDict):
    """First-order Sobol' indices, an input a row."""

    first: Numbers
    first_low: Numbers
    first_high: Numbers
    first_error: Numbers


class SobolColumns(FirstColumns):
    """First-order and total Sobol' indices, an input a row."""

    total: Numbers
    total_low: Numbers
    total_high: Numbers
    total_error: Numbers


class EffectColumns(TypedDict):
    """Shapley effects, a group a row, and what all explain."""

    effect: Numbers
    effect_low: Numbers
    effect_high: Numbers
    effect_error: Numbers


class PawnColumns(TypedDict):
    """Distances of distributions, an input a row."""

    mean: Numbers
    median: Numbers
    most: Numbers
    noise: Numbers


class ElementaryColumns(TypedDict):
    """Elementary effects, an input a row."""

    absolute: Numbers
    absolute_low: Numbers
    absolute_high: Numbers
    absolute_error: Numbers
    mean: Numbers
    mean_low: Numbers
    mean_high: Numbers
    mean_error: Numbers
    spread: Numbers


class RegionColumns(TypedDict):
    """Boxes in which outcomes of interest gather."""

    region: list[int]
    coverage: Numbers
    density: Numbers
    mass: Numbers


class RangeColumns(TypedDict):
    """The ranges of boxes; NaN where an end has no bound."""

    region: list[int]
    input: list[int]
    low: Numbers
    high: Numbers


class GivenIndexColumns(FirstColumns):
    """Indices of the assumptions of a run."""

    kind: list[str]
    name: list[str]
    periods: list[str]
    address: list[str]
    distance: Numbers
    noise: Numbers


class RedrawnColumns(SobolColumns):
    """Indices of assumptions that were drawn again, for each outcome."""

    of: list[str]
    name: list[str]
    period: list[str]
    members: list[list[str]]


class TornadoColumns(TypedDict):
    """What assumptions do between their 10th and their 90th percentile."""

    kind: list[str]
    name: list[str]
    periods: list[str]
    address: list[str]
    low: Numbers
    high: Numbers
    split: list[bool]
    main_low: Numbers
    main_low_error: Numbers
    main_high: Numbers
    main_high_error: Numbers
    main_change: Numbers
    main_change_error: Numbers
    median_low: Numbers
    median_low_error: Numbers
    median_high: Numbers
    median_high_error: Numbers
    median_change: Numbers
    median_change_error: Numbers
    shortfall_low: Numbers
    shortfall_low_error: Numbers
    shortfall_high: Numbers
    shortfall_high_error: Numbers
    shortfall_change: Numbers
    shortfall_change_error: Numbers
