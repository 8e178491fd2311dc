"""What the compiled module gives of scores: the columns of its tables."""

from __future__ import annotations

from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from tinbergen.basics.run_columns import Numbers

__all__ = [
    "FanScoreColumns",
    "FigureScoreColumns",
    "PathScoreColumns",
    "PitColumns",
    "ReliabilityColumns",
]


class PathScoreColumns(TypedDict):
    """How good paths were, figure by figure."""

    crps: Numbers
    fair_crps: Numbers
    below: Numbers
    at_most: Numbers


class FigureScoreColumns(TypedDict):
    """How good the paths of a run were, figure by figure."""

    median: Numbers
    crps: Numbers
    wis: Numbers
    pit: Numbers
    within_50: list[bool]
    within_80: list[bool]
    within_90: list[bool]


class FanScoreColumns(TypedDict):
    """How good fans were, figure by figure, with the ends of their bands."""

    median: Numbers
    crps: Numbers
    wis: Numbers
    log_score: Numbers
    pit: Numbers
    low_50: Numbers
    high_50: Numbers
    low_80: Numbers
    high_80: Numbers
    low_90: Numbers
    high_90: Numbers


PitColumns = TypedDict(
    "PitColumns",
    {
        "from": Numbers,
        "to": Numbers,
        "count": NDArray[np.int64],
        "share": Numbers,
        "low": Numbers,
        "high": Numbers,
    },
)
"""A histogram of places with its band."""

ReliabilityColumns = TypedDict(
    "ReliabilityColumns",
    {
        "from": Numbers,
        "to": Numbers,
        "count": NDArray[np.int64],
        "stated": Numbers,
        "happened": Numbers,
        "low": Numbers,
        "high": Numbers,
    },
)
"""Stated probabilities beside what happened."""
