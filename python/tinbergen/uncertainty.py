"""Uncertainty from data: residuals of the past drawn again, coefficients as uncertain as estimated."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from tinbergen import _core
from tinbergen.errors import ModelError, Problem
from tinbergen.model import Model
from tinbergen.periods import Span, SpanLike

__all__ = ["with_coefficients", "with_residuals"]

_DRAWS = ("iid", "moving", "stationary", "normal")


def with_residuals(
    model: Model,
    periods: SpanLike,
    *,
    draw: str = "iid",
    block: float | None = None,
    demean: bool = True,
    of: Iterable[str] | None = None,
) -> Model:
    """Give a model with shocks that draw the residuals of its past; see `Model.with_residuals`."""
    if draw not in _DRAWS:
        raise ValueError(f"draw must be one of {', '.join(map(repr, _DRAWS))}, found {draw!r}")
    blocks = draw in ("moving", "stationary")
    if blocks and block is None:
        raise ValueError(f"draw={draw!r} needs block=, the periods of a block")
    if not blocks and block is not None:
        raise ValueError(f"draw={draw!r} has no blocks; choose 'moving' or 'stationary'")
    if draw == "moving" and block is not None and not (block >= 1 and float(block).is_integer()):
        raise ValueError(f"block must be a whole number of periods, found {block}")
    names = None if of is None else [of] if isinstance(of, str) else list(of)
    core = _core.with_residuals(
        model._to_core(), str(Span(periods)), draw=draw, block=block, demean=demean, of=names
    )
    return Model._from_core(core)


def with_coefficients(model: Model, names: Sequence[str], covariance: Any) -> Model:
    """Give a model with uncertain coefficients; see `Model.with_coefficients`."""
    matrix = np.asarray(covariance, dtype=float)
    if matrix.ndim != 2 or not np.isfinite(matrix).all():
        message = "expected a square matrix of finite numbers"
        raise ModelError([Problem(None, None, "with_coefficients", message)])
    core = _core.with_coefficients(model._to_core(), list(names), matrix.tolist())
    return Model._from_core(core)
