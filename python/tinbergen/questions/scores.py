"""Scoring rules: how good forecasts were, once the actual values are known.

All are proper: who states what he believes scores best on average [1]_. All are losses, so that less
is better. `tinbergen.scores` has them for anybody's forecasts, `Runs.scores` for the paths of a run.

References
----------
.. [1] T. Gneiting and A. E. Raftery (2007), Strictly proper scoring rules, prediction, and
   estimation. Journal of the American Statistical Association 102, 359-378.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tinbergen import _core
from tinbergen.basics.score_columns import PathScoreColumns
from tinbergen.basics.table import Table

__all__ = [
    "Comparison",
    "brier",
    "compare",
    "crps",
    "energy",
    "interval_score",
    "log_score",
    "pit",
    "reliability",
]


def crps(
    paths: ArrayLike, actual: ArrayLike, *, weights: ArrayLike | None = None, fair: bool = False
) -> Any:
    """Compute the continuous ranked probability score of paths, in the unit of the figure.

    Parameters
    ----------
    paths
        Paths along the last axis, shape (..., n). What is not finite is left out.
    actual
        Actual values, of the shape before the last axis, or one for all.
    weights
        Of the paths, shape (n,).
    fair
        Whether to estimate without bias what paths without end would score [2]_: two forecasts of different
        numbers of paths are comparable so, and the score may be below 0.

    Returns
    -------
    float or array
        The integral of ``(F(x) - 1{x >= actual})**2`` [1]_; NaN where nothing is known.

    References
    ----------
    .. [1] J. E. Matheson and R. L. Winkler (1976), Scoring rules for continuous probability
       distributions. Management Science 22, 1087-1096.
    .. [2] C. A. T. Ferro (2014), Fair scores for ensemble forecasts. Quarterly Journal of the Royal
       Meteorological Society 140, 1917-1923.

    Examples
    --------
    >>> import tinbergen as tb
    >>> tb.scores.crps([0.0, 1.0], 0.0)
    0.25
    >>> tb.scores.crps([[0.0, 1.0], [2.0, 4.0]], [0.0, 3.0], fair=True)
    array([0., 0.])
    """
    columns, shape = _of_paths(paths, actual, weights)
    return _shaped(columns["fair_crps" if fair else "crps"], shape)


def pit(paths: ArrayLike, actual: ArrayLike, *, weights: ArrayLike | None = None) -> Any:
    """Compute the probability integral transform: which part of the paths is below the actual value.

    Paths equal to it count half. Over many forecasts that are right it is uniform from 0 to 1.

    Parameters
    ----------
    paths, actual, weights
        As for `crps`.

    Examples
    --------
    >>> import tinbergen as tb
    >>> tb.scores.pit([1.0, 2.0, 2.0, 3.0], 2.0)
    0.5
    """
    columns, shape = _of_paths(paths, actual, weights)
    return _shaped((columns["below"] + columns["at_most"]) / 2, shape)


def log_score(paths: ArrayLike, actual: ArrayLike, *, weights: ArrayLike | None = None) -> Any:
    """Compute the logarithmic score of paths: minus the logarithm of their density at the actual value.

    The density is that of a normal kernel around each path, with the bandwidth of Silverman's rule. Beyond all
    paths it is the tail of the kernels, which says little of the forecast's own [1]_.

    Parameters
    ----------
    paths, actual, weights
        As for `crps`.

    Returns
    -------
    float or array
        In logarithms of the unit of the figure; NaN where all paths are the same.

    References
    ----------
    .. [1] F. Krüger, S. Lerch, T. Thorarinsdottir and T. Gneiting (2021), Predictive inference based on Markov
       chain Monte Carlo output. International Statistical Review 89, 274-301.

    Examples
    --------
    >>> import tinbergen as tb
    >>> near = tb.scores.log_score([0.0, 1.0, 2.0, 3.0], 1.5)
    >>> near < tb.scores.log_score([0.0, 1.0, 2.0, 3.0], 4.0)
    True
    """
    rows, known, given, shape = _path_rows(paths, actual, weights)
    return _shaped(_core.log_scores(rows, given, known), shape)


def interval_score(low: ArrayLike, high: ArrayLike, probability: float, actual: ArrayLike) -> Any:
    """Compute the score of a band: its width, and a penalty for an actual value outside.

    Parameters
    ----------
    low, high
        Its ends.
    probability
        How likely it is stated to hold the actual value: 0.8 for one from the 10 % to the 90 % quantile.
    actual
        Actual values.

    Returns
    -------
    float or array
        ``high - low`` and ``2 / (1 - probability)`` times the distance outside.

    Raises
    ------
    ValueError
        When the probability is not between 0 and 1.

    Examples
    --------
    >>> import tinbergen as tb
    >>> tb.scores.interval_score(1.0, 3.0, 0.5, [2.0, 4.0])
    array([2., 6.])
    """
    if not 0 < probability < 1:
        raise ValueError(f"probability: {probability} is not between 0 and 1")
    numbers = (("low", low), ("high", high), ("actual", actual))
    ends = np.broadcast_arrays(*(_floats(name, values) for name, values in numbers))
    found = _core.interval_scores(
        np.ravel(ends[0]), np.ravel(ends[1]), probability, np.ravel(ends[2])
    )
    return _shaped(found, ends[0].shape)


def brier(probability: ArrayLike, happened: ArrayLike) -> Any:
    """Compute the Brier score of probabilities: the mean squared distance to what happened.

    Parameters
    ----------
    probability
        Stated probabilities.
    happened
        For each, whether it happened.

    Raises
    ------
    ValueError
        When a probability is not from 0 to 1, or the two are not equally many.

    References
    ----------
    .. [1] G. W. Brier (1950), Verification of forecasts expressed in terms of probability. Monthly
       Weather Review 78, 1-3.

    Examples
    --------
    >>> import tinbergen as tb
    >>> tb.scores.brier([0.9, 0.2], [True, False])
    0.025
    """
    stated, met = _probabilities(probability, happened)
    return _core.brier(stated, met)


def reliability(probability: ArrayLike, happened: ArrayLike, *, classes: int = 10) -> Table:
    """Compare stated probabilities with how often it happened, in classes of equal width.

    Parameters
    ----------
    probability, happened
        As for `brier`.
    classes
        How many classes.

    Returns
    -------
    Table
        Columns from, to (of the class), count, stated (mean probability), happened (share), low and
        high (95 % interval of the share, taking the cases for independent).

    Raises
    ------
    ValueError
        As for `brier`, and for fewer than one class.

    Examples
    --------
    >>> import tinbergen as tb
    >>> table = tb.scores.reliability([0.1, 0.2, 0.9], [False, True, True], classes=2)
    >>> table["happened"].tolist()
    [0.5, 1.0]
    """
    stated, met = _probabilities(probability, happened)
    if classes < 1:
        raise ValueError(f"classes: {classes} is not at least 1")
    return Table(_core.reliability(stated, met, int(classes)))


def energy(paths: ArrayLike, actual: ArrayLike, *, weights: ArrayLike | None = None) -> float:
    """Compute the energy score of paths of several figures together.

    The mean distance of a path to the actual values, less half of the mean distance between two paths. For
    one figure it is `crps`. Figures count in their own units: put them on one scale before.

    Parameters
    ----------
    paths
        Shape (n, figures): one row a path.
    actual
        Shape (figures,).
    weights
        Of the paths, shape (n,).

    Raises
    ------
    ValueError
        When shapes do not fit.

    Examples
    --------
    >>> import tinbergen as tb
    >>> tb.scores.energy([[0.0, 0.0], [3.0, 4.0]], [0.0, 0.0])
    1.25
    """
    rows, known = _floats("paths", paths), _floats("actual", actual)
    if rows.ndim != 2 or known.ndim != 1 or rows.shape[1] != len(known) or not len(known):
        raise ValueError(
            f"paths of shape {rows.shape} and actual values of shape {known.shape}: expected "
            "(paths, figures) and (figures,)"
        )
    return float(_core.energy_score(rows, _weights(weights, len(rows)), known))


@dataclass(frozen=True)
class Comparison:
    """Whether one forecast is better than another.

    Parameters
    ----------
    difference
        Mean loss of the first less that of the second: below 0 where the first is better.
    error
        Standard error of the difference.
    statistic
        The corrected statistic of Diebold and Mariano.
    p_value
        The probability of one at least as large, on either side, if both are as good.
    """

    difference: float
    error: float
    statistic: float
    p_value: float


def compare(first: ArrayLike, second: ArrayLike, *, horizon: int = 1) -> Comparison:
    """Test whether two forecasts are equally good, by their losses at the same origins.

    The test of Diebold and Mariano [1]_ with the correction for few origins [2]_, held against Student's t.

    Parameters
    ----------
    first, second
        Losses, `crps` say, one for each origin in order of time.
    horizon
        How many periods ahead: losses of origins that are less apart go together.

    Raises
    ------
    ModelError
        When there are too few origins, or a loss is no finite number.

    References
    ----------
    .. [1] F. X. Diebold and R. S. Mariano (1995), Comparing predictive accuracy. Journal of Business
       and Economic Statistics 13, 253-263.
    .. [2] D. Harvey, S. Leybourne and P. Newbold (1997), Testing the equality of prediction mean
       squared errors. International Journal of Forecasting 13, 281-291.

    Examples
    --------
    >>> import tinbergen as tb
    >>> found = tb.scores.compare([1.0, 2.0, 1.5, 2.5], [2.0, 2.5, 2.5, 3.0])
    >>> found.difference, round(found.p_value, 3)
    (-0.75, 0.014)
    """
    losses = [np.atleast_1d(_floats(n, x)) for n, x in (("first", first), ("second", second))]
    if any(array.ndim != 1 for array in losses):
        raise ValueError("first, second: expected one loss for each origin")
    if horizon < 1:
        raise ValueError(f"horizon: {horizon} is not at least 1")
    return Comparison(*_core.diebold_mariano(losses[0], losses[1], int(horizon)))


def _floats(name: str, values: ArrayLike) -> NDArray[np.float64]:
    try:
        return np.asarray(values, dtype=float)
    except (TypeError, ValueError):
        raise TypeError(f"{name}: expected numbers, found {type(values).__name__}") from None


def _weights(weights: ArrayLike | None, count: int) -> NDArray[np.float64] | None:
    if weights is None:
        return None
    found = _floats("weights", weights)
    if found.shape != (count,):
        raise ValueError(f"weights of shape {found.shape}: expected ({count},), one for each path")
    if not (np.isfinite(found).all() and (found >= 0).all() and found.sum() > 0):
        raise ValueError("weights: expected finite numbers of at least 0, and one above 0")
    return found


def _of_paths(
    paths: ArrayLike, actual: ArrayLike, weights: ArrayLike | None
) -> tuple[PathScoreColumns, tuple[int, ...]]:
    rows, known, given, shape = _path_rows(paths, actual, weights)
    return _core.path_scores(rows, given, known), shape


def _path_rows(
    paths: ArrayLike, actual: ArrayLike, weights: ArrayLike | None
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64] | None, tuple[int, ...]]:
    values, known = _floats("paths", paths), _floats("actual", actual)
    if values.ndim == 0 or values.shape[-1] == 0:
        raise ValueError(f"paths of shape {values.shape}: expected paths along the last axis")
    shape = values.shape[:-1]
    try:
        known = np.broadcast_to(known, shape)
    except ValueError:
        raise ValueError(
            f"actual values of shape {known.shape} for paths of shape {values.shape}: expected {shape}"
        ) from None
    rows = values.reshape(-1, values.shape[-1])
    given = _weights(weights, values.shape[-1])
    return rows, np.ravel(known), given, shape


def _shaped(values: NDArray[np.float64], shape: tuple[int, ...]) -> Any:
    return values.reshape(shape) if shape else float(values[0])


def _probabilities(
    probability: ArrayLike, happened: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    stated = np.atleast_1d(_floats("probability", probability))
    met = np.atleast_1d(np.asarray(happened))
    if stated.shape != met.shape or stated.ndim != 1 or not len(stated):
        raise ValueError(
            f"{stated.shape} probabilities and {met.shape} outcomes: expected one of each for each case"
        )
    if not ((stated >= 0) & (stated <= 1)).all():
        raise ValueError("probability: expected numbers from 0 to 1")
    if met.dtype != bool:
        if not np.isin(met, (0, 1)).all():
            raise ValueError("happened: expected True or False")
        met = met.astype(bool)
    return stated, met
