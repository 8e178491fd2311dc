"""Uncertainty from data: residuals of the past drawn again, coefficients as uncertain as estimated."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal

import numpy as np

from tinbergen import _core
from tinbergen.basics.periods import Span, SpanLike
from tinbergen.errors import ModelError, Problem
from tinbergen.written.model import Model

__all__ = ["with_coefficients", "with_residuals"]

_DRAWS = ("iid", "moving", "stationary", "normal")


def with_residuals(
    model: Model,
    periods: SpanLike,
    *,
    draw: Literal["iid", "moving", "stationary", "normal"] = "iid",
    block: float | None = None,
    demean: bool = True,
    of: Iterable[str] | None = None,
) -> Model:
    """Return the model with shocks that draw the residuals of its own past again.

    Whole periods are drawn, so the residuals of different equations keep all that ties them.
    A process is the equation that it stands for, and what is drawn is the shock that it names. `notes` of the model
    tell which equations were taken and why others were left out.

    Parameters
    ----------
    periods
        The periods whose residuals are drawn.
    draw
        ``"iid"``: periods independently. ``"moving"``: in blocks of one length.
        ``"stationary"``: in blocks of random length (Politis and Romano 1994). ``"normal"``:
        from a normal distribution with their covariances, which are shrunk where there are more
        equations than periods.
    block
        Periods of a block: exactly, or on average.
    demean
        Whether what is drawn has mean zero.
    of
        Names of the indicators whose equations are taken; those the model calls stochastic
        unless given, else all that have residuals in all the periods: behavioural ones, and those
        that carry an add factor (``y = ... + y_a ...``, as in World Bank models), whose shock
        is called ``y_a``.

    Raises
    ------
    ModelError
        When an equation that is named has no residuals, or none has any.

    References
    ----------
    .. [1] D. N. Politis and J. P. Romano (1994), The stationary bootstrap. Journal of the American
       Statistical Association 89, 1303-1313.

    Examples
    --------
    >>> import tinbergen as tb
    >>> y = tb.Indicator(equation="y ~ 0.5 * y[-1]", history={2018: 1, 2019: 1, 2020: 0.25})
    >>> model = tb.Model("m", "2021..2025", indicators={"y": y})
    >>> drawn = model.with_residuals("2019..2020", draw="stationary", block=2)
    >>> drawn.shocks["y"].distribution.values
    (0.375, -0.375)
    >>> drawn.simulate(100, seed=1)["baseline"]["y"].shape
    (5, 100)
    """
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
    """Return the model with parameters that are as uncertain as their estimates.

    They are drawn once per path from a normal distribution around their present values.

    Parameters
    ----------
    names
        Names of parameters.
    covariance
        The covariance matrix of their estimates, in the order of the names.

    Raises
    ------
    ModelError
        When a name is unknown or the matrix is no covariance.

    Examples
    --------
    >>> model = Model("m", "2021..2025", parameters={"a": 1, "b": 2})
    >>> drawn = model.with_coefficients(["a", "b"], [[0.25, -0.5], [-0.5, 4.0]])
    >>> drawn.parameters["a"].value, dict(drawn.correlations)
    (Normal(mean=1.0, sd=0.5), {Pair(a='a', b='b'): -0.5})
    """
    matrix = np.asarray(covariance, dtype=float)
    if matrix.ndim != 2 or not np.isfinite(matrix).all():
        message = "expected a square matrix of finite numbers"
        raise ModelError([Problem(None, None, "with_coefficients", message)])
    core = _core.with_coefficients(model._to_core(), list(names), matrix.tolist())
    return Model._from_core(core)
