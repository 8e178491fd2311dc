"""Columns that the core gives of runs that keep no path."""

from __future__ import annotations

from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from tinbergen.basics.run_columns import Numbers

__all__ = ["MomentColumns"]


class MomentColumns(TypedDict):
    """Moments and extremes of indicators, period by period."""

    indicator: list[str]
    period: list[str]
    paths: NDArray[np.int64]
    mean: Numbers
    sd: Numbers
    least: Numbers
    greatest: Numbers
