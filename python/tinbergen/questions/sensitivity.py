"""Sensitivity indices of any sample: how an output depends on the inputs that were drawn with it.

`tinbergen.sensitivity` has them for arrays of anybody's model; `Runs.sensitivity` and `Runs.tornado` for the
paths of a run. Inputs are a two-dimensional array, a column for each, or anything that has columns by name
(a `Table` such as `Ensemble.inputs`, a mapping, a frame).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tinbergen import _core
from tinbergen.basics.table import Table

__all__ = [
    "first_order",
    "morris",
    "morris_design",
    "pawn",
    "shapley",
    "sobol",
    "sobol_design",
]

_Array = NDArray[np.float64]


def first_order(inputs: Any, output: ArrayLike, *, weights: ArrayLike | None = None) -> Table:
    """Estimate first-order Sobol' indices from one sample, whatever design it is of.

    Parameters
    ----------
    inputs
        A column for each input.
    output
        A number for each row; what is 1 or 0 is an output like any other.
    weights
        Of the rows.

    Returns
    -------
    Table
        Columns input, first (the share of the variance that goes when the input becomes known) with its 95 %
        interval and error. It is without bias up to the width of classes, so it may be below 0.

    Raises
    ------
    ModelError
        Columns of different lengths, numbers that are not finite, fewer than 30 rows by weight.

    See Also
    --------
    sobol : Also total indices, from a design of their own.

    Notes
    -----
    Rows are put into classes of equal weight by the input, the output is regressed on the input in each,
    and residuals are divided by one minus their leverage [1]_ [2]_. Where inputs go together, each counts what it says of the
    others too.

    References
    ----------
    .. [1] E. Plischke (2012), How to compute variance-based sensitivity indicators with your spreadsheet
       software. Environmental Modelling & Software 35, 188-191.
    .. [2] J. G. MacKinnon and H. White (1985), Some heteroskedasticity-consistent covariance matrix
       estimators. Journal of Econometrics 29, 305-325.

    Examples
    --------
    >>> import numpy as np
    >>> import tinbergen as tb
    >>> x = np.random.default_rng(1).random((5000, 2))
    >>> found = tb.sensitivity.first_order({"a": x[:, 0], "b": x[:, 1]}, 2 * x[:, 0] + x[:, 1])
    >>> [str(name) for name in found["input"]], bool(abs(found["first"][0] - 0.8) < 0.03)
    (['a', 'b'], True)
    """
    names, columns = _columns(inputs)
    found = _core.first_order(columns, _row(output), _weights(weights))
    return Table({"input": names, **found})


def pawn(
    inputs: Any,
    output: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    slices: int = 10,
    seed: int = 0,
) -> Table:
    """Compute the index PAWN from one sample: how far an input moves the whole distribution.

    Parameters
    ----------
    inputs, output, weights
        As for `first_order`.
    slices
        In how many slices of equal weight an input is put.
    seed
        Of the random orders that noise is found by.

    Returns
    -------
    Table
        Columns input, and of the Kolmogorov-Smirnov distances between the output in a slice and the whole the mean, the
        median and the most; noise is the mean that chance alone passes in 5 % of cases.

    Notes
    -----
    A moment-independent index [1]_: it sees what moves the tails alone.

    References
    ----------
    .. [1] F. Pianosi and T. Wagener (2018), Distribution-based sensitivity analysis from a generic
       input-output sample. Environmental Modelling & Software 108, 197-207.

    Examples
    --------
    >>> import numpy as np
    >>> import tinbergen as tb
    >>> x = np.random.default_rng(1).random((2000, 2))
    >>> found = tb.sensitivity.pawn(x, x[:, 0])
    >>> [bool(mean > noise) for mean, noise in zip(found["mean"], found["noise"])]
    [True, False]
    """
    names, columns = _columns(inputs)
    found = _core.pawn(columns, _row(output), _weights(weights), int(slices), int(seed))
    return Table({"input": names, **found})


def shapley(
    inputs: Any,
    output: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    groups: Mapping[str, Sequence[str]] | None = None,
) -> Table:
    """Estimate Shapley effects from one sample: the variance shared out among inputs that go together.

    Parameters
    ----------
    inputs, output, weights
        As for `first_order`; at most 12 columns.
    groups
        Names of columns that count as one, by the name of the group; each column alone unless given.

    Returns
    -------
    Table
        Columns input, effect with its 95 % interval and error. The last row, ``explained``, is the sum: the share of the variance
        that a quadratic response surface in all inputs explains. The effects are exact for
        outputs that are quadratic in Gaussian inputs, and those of the best quadratic approximation otherwise.

    Notes
    -----
    The Shapley values of the game in which a coalition of inputs is worth the share of the variance that it explains
    [1]_. They add up, whatever the inputs have in common. Errors are of the jackknife over 20 parts.

    References
    ----------
    .. [1] A. B. Owen (2014), Sobol' indices and Shapley value. SIAM/ASA Journal on Uncertainty
       Quantification 2, 245-251.

    Examples
    --------
    >>> import numpy as np
    >>> import tinbergen as tb
    >>> x = np.random.default_rng(1).standard_normal((5000, 2))
    >>> found = tb.sensitivity.shapley(x, x[:, 0] + x[:, 1])
    >>> [str(name) for name in found["input"]], round(float(found["effect"][-1]), 6)
    (['x1', 'x2', 'explained'], 1.0)
    """
    names, columns = _columns(inputs)
    named = {name: [name] for name in names} if groups is None else groups
    unknown = [name for group in named.values() for name in group if name not in names]
    if unknown:
        raise ValueError(
            f"groups: no column is called {unknown[0]!r}; there are {', '.join(names)}"
        )
    places = [[names.index(name) for name in group] for group in named.values()]
    found = _core.shapley_effects(columns, places, _row(output), _weights(weights))
    return Table({"input": [*named, "explained"], **found})


def sobol_design(inputs: int | Sequence[str], rows: int, *, seed: int = 0) -> _Array:
    """Lay a pick-freeze design out, for `sobol`.

    Parameters
    ----------
    inputs
        How many there are, or their names.
    rows
        Rows of each sample; a power of 2 serves best.
    seed
        Of the scrambled Sobol' points.

    Returns
    -------
    array
        Points of the unit cube, shape ``((inputs + 2) * rows, inputs)``: samples A and B, and for each input A
        with this input of B.

    Examples
    --------
    >>> import tinbergen as tb
    >>> tb.sensitivity.sobol_design(3, 64).shape
    (320, 3)
    """
    count = inputs if isinstance(inputs, int) else len(inputs)
    return _core.pick_freeze_design(count, int(rows), int(seed))


def sobol(output: ArrayLike, inputs: int | Sequence[str]) -> Table:
    """Compute first-order and total Sobol' indices from the outputs of a pick-freeze design.

    Parameters
    ----------
    output
        One number for each row of `sobol_design`; those that are not finite leave their rows out.
    inputs
        How many there are, or their names.

    Returns
    -------
    Table
        Columns input, first and total, each with its 95 % interval and error (first_low, ...).

    Notes
    -----
    ``first = mean(b (c - a)) / V`` [1]_ and ``total = mean((a - c)**2) / (2 V)`` [2]_; errors are those of the ratios,
    linearised.

    References
    ----------
    .. [1] A. Saltelli et al. (2010), Variance based sensitivity analysis of model output. Computer
       Physics Communications 181, 259-270.
    .. [2] M. J. W. Jansen (1999), Analysis of variance designs for model output. Computer Physics
       Communications 117, 35-43.

    Examples
    --------
    >>> import tinbergen as tb
    >>> x = tb.sensitivity.sobol_design(["a", "b"], 1024)
    >>> found = tb.sensitivity.sobol(x[:, 0] * x[:, 1], ["a", "b"])
    >>> bool((found["total"] > found["first"]).all())
    True
    """
    names = _names(inputs)
    row = _row(output)
    if row.size % (len(names) + 2):
        raise ValueError(
            f"output: {row.size} numbers are no {len(names) + 2} samples of {len(names)} inputs"
        )
    found = _core.pick_freeze(row.reshape(len(names) + 2, -1))
    return Table({"input": names, **found})


def morris_design(
    inputs: int | Sequence[str], trajectories: int = 20, *, levels: int = 4, seed: int = 0
) -> _Array:
    """Lay trajectories out that move one input after the other, for `morris`.

    Parameters
    ----------
    inputs
        How many there are, or their names; hundreds are fine.
    trajectories
        How many; each takes ``inputs + 1`` rows.
    levels
        Of the grid in the unit cube, an even number.
    seed
        Of the random starts and orders.

    Returns
    -------
    array
        Points of the unit cube, shape ``(trajectories * (inputs + 1), inputs)``.

    Examples
    --------
    >>> import tinbergen as tb
    >>> tb.sensitivity.morris_design(300, 10).shape
    (3010, 300)
    """
    count = inputs if isinstance(inputs, int) else len(inputs)
    return _core.morris_design(count, int(trajectories), int(levels), int(seed))


def morris(points: Any, output: ArrayLike) -> Table:
    """Compute elementary effects: a screening of many inputs by few runs.

    Parameters
    ----------
    points
        The rows of `morris_design`, or of any design of trajectories, a column for each input. Effects are per unit
        of these numbers.
    output
        A number for each row.

    Returns
    -------
    Table
        Columns input, absolute (the mean of absolute effects: how much it matters) and mean, each with its 95 %
        interval and error, and spread (the standard deviation of effects: how far they depend on the
        other inputs).

    References
    ----------
    .. [1] M. D. Morris (1991), Factorial sampling plans for preliminary computational experiments.
       Technometrics 33, 161-174.
    .. [2] F. Campolongo, J. Cariboni and A. Saltelli (2007), An effective screening design for
       sensitivity analysis of large models. Environmental Modelling & Software 22, 1509-1518.

    Examples
    --------
    >>> import tinbergen as tb
    >>> x = tb.sensitivity.morris_design(2)
    >>> tb.sensitivity.morris(x, 3 * x[:, 0] - x[:, 1])["absolute"].round(6).tolist()
    [3.0, 1.0]
    """
    names, columns = _columns(points)
    return Table({"input": names, **_core.morris(columns, _row(output))})


def _names(inputs: int | Sequence[str]) -> list[str]:
    if isinstance(inputs, int):
        return [f"x{k + 1}" for k in range(inputs)]
    return list(inputs)


def _columns(inputs: Any) -> tuple[list[str], _Array]:
    """Return the names of inputs and their numbers, a column each."""
    keys: Callable[[], Iterable[Any]] | None = getattr(inputs, "keys", None)
    if keys is not None:
        named = {str(name): np.asarray(inputs[name], dtype=float) for name in keys()}
    elif hasattr(inputs, "columns"):
        named = {str(name): np.asarray(inputs[name], dtype=float) for name in inputs.columns}
    else:
        array = np.asarray(inputs, dtype=float)
        if array.ndim != 2:
            raise ValueError(
                f"inputs: an array of {array.ndim} dimensions; expected 2, a column for each input"
            )
        return _names(array.shape[1]), array
    lengths = {values.shape for values in named.values()}
    if len(lengths) > 1:
        raise ValueError(f"inputs: columns of different lengths ({sorted(lengths)})")
    return list(named), np.column_stack(list(named.values()))


def _row(output: ArrayLike) -> _Array:
    row = np.asarray(output, dtype=float)
    if row.ndim != 1:
        raise ValueError(f"output: an array of {row.ndim} dimensions; expected one number a row")
    return row


def _weights(weights: ArrayLike | None) -> _Array | None:
    return None if weights is None else _row(weights)
