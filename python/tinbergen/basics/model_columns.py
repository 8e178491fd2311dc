"""What the compiled module gives of models: the columns of its tables, and its records.

As in `tinbergen.basics.run_columns`.
"""

from __future__ import annotations

from typing import TypeAlias, TypedDict

import numpy as np
from numpy.typing import NDArray

from tinbergen.basics.run_columns import ChanceColumns, Numbers

__all__ = [
    "ContributionColumns",
    "CurveColumns",
    "DataColumns",
    "DifferenceColumns",
    "EigenvalueColumns",
    "ExplanationParts",
    "GridColumns",
    "ImportCheckColumns",
    "InstrumentColumns",
    "LeverColumns",
    "MultiplierColumns",
    "NoteParts",
    "RareAnswer",
    "ResponseColumns",
    "RevisionAnswer",
    "RevisionColumns",
    "SeekAnswer",
    "SettingColumns",
    "SweptAttainmentColumns",
    "SweptFanColumns",
    "TraceColumns",
    "TraceReadColumns",
    "WantedColumns",
    "WarningReadingColumns",
    "WayColumns",
]


NoteParts: TypeAlias = tuple[str, list[str], str, int | None, str]
"""A note: kind, indicators, message, line, text."""


class DataColumns(TypedDict):
    """Values of series."""

    series: list[str]
    period: list[str]
    value: Numbers


class SeekAnswer(TypedDict):
    """What a search for the cheapest levers found."""

    reached: bool
    cost: float
    found: tuple[float, float, float]
    confirmed: tuple[float, float, float]
    confirmed_seed: int
    before: tuple[float, float, float]
    margin: float
    exact: bool


class LeverColumns(TypedDict):
    """A setting of levers."""

    lever: list[str]
    now: Numbers
    value: Numbers
    cost: Numbers
    keeps_spread: list[bool]


class RareAnswer(TypedDict):
    """The probability of a rare event."""

    probability: tuple[float, float, float]
    error: float
    paths: int
    effective_paths: float
    tail_shape: float | None
    splitting: tuple[float, float]
    doubts: list[str]


class WayColumns(TypedDict):
    """Ways to a rare event."""

    distance: Numbers
    share: Numbers


class RevisionAnswer(TypedDict):
    """How likely targets are together, before and after their bounds were revised."""

    before: tuple[float, float, float]
    found: tuple[float, float, float]
    confirmed: tuple[float, float, float]
    confirmed_seed: int


class RevisionColumns(TypedDict):
    """Bounds, a row for each number that one names."""

    target: list[str]
    side: list[str]
    held: list[bool]
    written: Numbers
    before: Numbers
    single: Numbers
    single_low: Numbers
    single_high: Numbers
    single_confirmed: Numbers
    revised: Numbers
    low: Numbers
    high: Numbers
    after: Numbers
    give: Numbers
    sd: Numbers
    h05: Numbers
    h25: Numbers
    h50: Numbers
    h75: Numbers
    h95: Numbers


class SettingColumns(ChanceColumns):
    """Settings of levers that were tried: a column of the matrix for each lever."""

    settings: Numbers
    cost: Numbers


class GridColumns(ChanceColumns):
    """Settings of two levers."""

    a: Numbers
    b: Numbers
    cost: Numbers


class CurveColumns(TypedDict):
    """Settings of two levers with the same probability."""

    level: Numbers
    a: Numbers
    b: Numbers


class DifferenceColumns(TypedDict):
    """What differs between two models."""

    address: list[str]
    kind: list[str]
    before: list[str | None]
    after: list[str | None]


class ExplanationParts(TypedDict):
    """What each group of differences contributes to a change."""

    before: tuple[float, float]
    after: tuple[float, float]
    change: tuple[float, float]
    numerator: int
    denominator: int
    groups: list[list[str]]
    reasons: list[str | None]
    numerators: list[int]
    values: Numbers
    errors: Numbers
    differences: list[DifferenceColumns]
    seed: int
    paths: int
    coalitions: int
    simulations: int


class ResponseColumns(TypedDict):
    """What a change does."""

    indicator: list[str]
    period: list[str]
    baseline: Numbers
    level: Numbers
    difference: Numbers
    percent: Numbers
    error: Numbers
    q05: Numbers
    q95: Numbers
    percent_q05: Numbers
    percent_q95: Numbers


class MultiplierColumns(TypedDict):
    """Effects per unit of an instrument."""

    indicator: list[str]
    period: list[str]
    dynamic: Numbers
    cumulative: Numbers
    permanent: Numbers


class ContributionColumns(TypedDict):
    """What parts of a change contribute."""

    indicator: list[str]
    period: list[str]
    part: list[str]
    contribution: Numbers


class EigenvalueColumns(TypedDict):
    """Eigenvalues of a model."""

    modulus: Numbers
    real: Numbers
    imaginary: Numbers
    cycle: Numbers


class InstrumentColumns(TypedDict):
    """Instruments that give what is wanted."""

    instrument: list[str]
    kind: list[str]
    period: list[str]
    before: Numbers
    after: Numbers


class WantedColumns(TypedDict):
    """What was wanted, and what is reached."""

    indicator: list[str]
    period: list[str]
    before: Numbers
    wanted: Numbers
    reached: Numbers


class ImportCheckColumns(TypedDict):
    """Equations compared with data."""

    indicator: list[str]
    verdict: list[str]
    relative: Numbers
    largest: Numbers
    at: list[str]
    size: Numbers
    periods: list[int]
    missing: list[str]


class WarningReadingColumns(TypedDict):
    """What early warnings say of known periods."""

    warning: list[str]
    period: list[str]
    excess: Numbers
    fires: list[bool]
    missed: list[bool | None]


class TraceColumns(TypedDict):
    """How indicators got their values in a path."""

    depth: NDArray[np.int64]
    indicator: list[str]
    period: list[str]
    value: Numbers
    kind: list[str]
    left: Numbers
    right: Numbers
    shock: list[str]
    shock_value: Numbers
    add_factor: Numbers
    gap: Numbers
    equation: list[str]
    numbers: list[str]


class TraceReadColumns(TypedDict):
    """What equations read in a path."""

    indicator: list[str]
    period: list[str]
    term: list[str]
    name: list[str]
    of_period: list[str]
    value: Numbers


class SweptAttainmentColumns(TypedDict):
    """How likely targets are in settings: matrices of settings by targets."""

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


class SweptFanColumns(TypedDict):
    """The fans of an indicator in settings: matrices of settings by periods, and by periods times levels."""

    period: list[str]
    mean: Numbers
    bands: Numbers
