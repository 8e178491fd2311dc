"""What the compiled module gives of runs: the columns of its tables, and its records.

`tinbergen._core` answers with plain dictionaries; here stand their keys and what is under them.
`tests/python/test_boundary.py` compares every answer with these types.
"""

from __future__ import annotations

from typing import NotRequired, TypeAlias, TypedDict

import numpy as np
from numpy.typing import NDArray

from tinbergen.basics.settings import Design

__all__ = [
    "AlertColumns",
    "AttainmentColumns",
    "BrokenColumns",
    "ChanceColumns",
    "ContrastColumns",
    "FailureColumns",
    "FanColumns",
    "FirstByPeriodColumns",
    "FirstByTargetColumns",
    "GivenColumns",
    "GoalColumns",
    "IdentityColumns",
    "LimitingColumns",
    "MostLikelyColumns",
    "Numbers",
    "OutturnColumns",
    "PairColumns",
    "ProgressColumns",
    "RequiredColumns",
    "RequirementColumns",
    "RoundColumns",
    "RunInfo",
    "ShortfallColumns",
    "Until",
    "VarianceColumns",
    "WarningRecordColumns",
]

Numbers: TypeAlias = NDArray[np.float64]
"""Not a number where there is none."""


class ChanceColumns(TypedDict):
    """A probability with its 95 % interval, its Monte Carlo error and the paths it rests on."""

    probability: Numbers
    low: Numbers
    high: Numbers
    error: Numbers
    paths: Numbers


class Until(TypedDict):
    """How far a run got that doubles its paths until an interval is narrow enough."""

    half_width: float
    wanted: float
    reached: bool
    of: str
    scenario: str


class RunInfo(TypedDict):
    """How the numbers of a run came about."""

    seed: int
    paths: int
    design: Design
    streams: int
    threads: int
    version: str
    parameters: NotRequired[dict[str, float | Numbers]]
    until: NotRequired[Until]


class AttainmentColumns(TypedDict):
    """How likely targets are; h05 to h95 are quantiles of the headroom."""

    scenario: list[str]
    target: list[str]
    probability: Numbers
    low: Numbers
    high: Numbers
    undefined: Numbers
    h05: Numbers
    h25: Numbers
    h50: Numbers
    h75: Numbers
    h95: Numbers
    headroom_error: NotRequired[Numbers]


class GivenColumns(TypedDict):
    """How likely targets are given actual values."""

    scenario: list[str]
    target: list[str]
    probability: Numbers
    low: Numbers
    high: Numbers
    undefined: Numbers
    effective_paths: Numbers


class SurpriseColumns(TypedDict):
    """How surprising actual values were."""

    scenario: list[str]
    indicator: list[str]
    period: list[str]
    basis: list[str]
    value: Numbers
    expected: Numbers
    sd: Numbers
    deviations: Numbers
    probability: Numbers
    effective_paths: Numbers


class RoundColumns(TypedDict):
    """How likely targets are, vintage by vintage."""

    as_of: list[str]
    scenario: list[str]
    target: list[str]
    probability: Numbers
    low: Numbers
    high: Numbers
    undefined: Numbers
    effective_paths: Numbers


class ContrastColumns(TypedDict):
    """Two scenarios, path by path."""

    kind: list[str]
    name: list[str]
    period: list[str]
    difference: Numbers
    error: Numbers
    independent_error: Numbers
    q05: Numbers
    q50: Numbers
    q95: Numbers


class FanColumns(TypedDict):
    """Means, and quantiles as a matrix: a row for each period of each indicator."""

    indicator: list[str]
    period: list[str]
    mean: Numbers
    bands: Numbers
    error: NotRequired[Numbers]


class FailureColumns(TypedDict):
    """How many paths were not finite."""

    indicator: list[str]
    period: list[str]
    paths: list[int]


class BrokenColumns(TypedDict):
    """The first paths that were not finite, and why."""

    path: NDArray[np.int64]
    period: list[str]
    indicator: list[str]
    reason: list[str]
    equation: list[str]
    numbers: list[str]
    values: list[str]


class VarianceColumns(TypedDict):
    """Shares of variances."""

    kind: list[str]
    name: list[str]
    period: list[str]
    part: list[str]
    first: Numbers
    first_error: Numbers
    total: Numbers
    total_error: Numbers


class OutturnColumns(TypedDict):
    """Actual values with their vintages."""

    indicator: list[str]
    period: list[str]
    value: Numbers
    vintage: list[str]
    basis: list[str]
    sd: Numbers
    source: list[str]


class GoalColumns(ChanceColumns):
    """How likely combinations of targets are."""

    goal: list[str]


class PairColumns(TypedDict):
    """Targets two by two."""

    a: list[str]
    b: list[str]
    both: Numbers
    both_low: Numbers
    both_high: Numbers
    both_error: Numbers
    both_paths: Numbers
    given: Numbers
    given_low: Numbers
    given_high: Numbers
    given_error: Numbers
    given_paths: Numbers
    lift: Numbers
    correlation: Numbers


class LimitingColumns(TypedDict):
    """What limits a set of targets."""

    target: list[str]
    gain: Numbers
    gain_error: Numbers
    own: Numbers
    own_low: Numbers
    own_high: Numbers
    own_error: Numbers
    own_paths: Numbers
    without: Numbers
    without_low: Numbers
    without_high: Numbers
    without_error: Numbers
    without_paths: Numbers
    alone: Numbers
    alone_low: Numbers
    alone_high: Numbers
    alone_error: Numbers
    alone_paths: Numbers
    missed: Numbers
    missed_low: Numbers
    missed_high: Numbers
    missed_error: Numbers
    missed_paths: Numbers


class FirstByPeriodColumns(TypedDict):
    """When targets are met first, period by period."""

    target: list[str]
    period: list[str]
    first: Numbers
    first_low: Numbers
    first_high: Numbers
    first_error: Numbers
    first_paths: Numbers
    by: Numbers
    by_low: Numbers
    by_high: Numbers
    by_error: Numbers
    by_paths: Numbers


class FirstByTargetColumns(TypedDict):
    """When targets are met first, a row for each."""

    target: list[str]
    median: list[str]
    at_start: list[bool | None]
    never: Numbers
    never_low: Numbers
    never_high: Numbers
    never_error: Numbers
    never_paths: Numbers
    stays: Numbers
    stays_low: Numbers
    stays_high: Numbers
    stays_error: Numbers
    stays_paths: Numbers


class ShortfallColumns(ChanceColumns):
    """How far paths are from targets; `bands` are quantiles of the headroom."""

    target: list[str]
    mean: Numbers
    mean_error: Numbers
    worst: Numbers
    worst_error: Numbers
    missing: Numbers
    missing_error: Numbers
    missing_if_missed: Numbers
    missing_if_missed_error: Numbers
    undefined: Numbers
    failed: list[int]
    bands: Numbers


class ProgressColumns(ChanceColumns):
    """Where targets stand."""

    target: list[str]
    status: list[str]
    last: list[str]
    value: Numbers
    due: list[str]
    bound: Numbers
    predicted: Numbers
    required_growth: Numbers
    predicted_growth: Numbers
    past_growth: Numbers
    required_change: Numbers
    current_status: Numbers
    anticipated: Numbers
    outlook: list[str]


class RequiredColumns(TypedDict):
    """The way from the last actual value to a target."""

    target: list[str]
    indicator: list[str]
    period: list[str]
    required: Numbers
    predicted: Numbers


class RequirementColumns(TypedDict):
    """How paths that meet a goal differ from the others."""

    kind: list[str]
    name: list[str]
    periods: list[str]
    of_goal: list[bool]
    met: Numbers
    missed: Numbers
    difference: Numbers
    error: Numbers
    distance: Numbers
    noise: Numbers
    clear: list[bool]


class MostLikelyColumns(TypedDict):
    """The most likely path that meets a goal."""

    kind: list[str]
    name: list[str]
    period: list[str]
    value: Numbers
    usual: Numbers


class IdentityColumns(TypedDict):
    """Identities checked in paths."""

    equation: list[str]
    kind: list[str]
    relative: Numbers
    largest: Numbers
    period: list[str]
    path: list[int]
    periods: list[int]


class WarningRecordColumns(TypedDict):
    """How good early warnings are in simulated paths."""

    warning: list[str]
    period: list[str]
    fires: Numbers
    fires_low: Numbers
    fires_high: Numbers
    missed: Numbers
    missed_low: Numbers
    missed_high: Numbers
    missed_given_fires: Numbers
    missed_given_fires_low: Numbers
    missed_given_fires_high: Numbers
    missed_given_quiet: Numbers
    missed_given_quiet_low: Numbers
    missed_given_quiet_high: Numbers
    hit_rate: Numbers
    hit_rate_low: Numbers
    hit_rate_high: Numbers
    false_alarms: Numbers
    false_alarms_low: Numbers
    false_alarms_high: Numbers


class AlertColumns(TypedDict):
    """What early warnings say of a round."""

    warning: list[str]
    value: Numbers
    limit: Numbers
    fires: list[bool]
