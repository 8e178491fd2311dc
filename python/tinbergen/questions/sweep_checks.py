"""What is asked of many settings, checked before anything is run: names, and numbers to try."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tinbergen.errors import ModelError, Problem, UnknownNameError
from tinbergen.written.draws import in_draws

if TYPE_CHECKING:
    from tinbergen.written.model import Model

__all__ = ["lists_of_numbers", "numbers_of", "parameters_of", "refuse_unknown"]


def parameters_of(model: Model) -> list[str]:
    """Return the names of all parameters, those that are drawn in rows included."""
    return [*model.parameters, *in_draws(model)]


def refuse_unknown(what: str, kind: str, names: Iterable[str], known: Iterable[str]) -> None:
    """Refuse names that the model does not have, each once, by the argument that has them.

    Raises
    ------
    ModelError
        With every unknown name, and the nearest one that there is.

    Examples
    --------
    >>> refuse_unknown("levers", "lever", ["subsidi"], ["subsidy", "talent"])
    Traceback (most recent call last):
    ...
    tinbergen.errors.ModelError: levers: unknown lever "subsidi"; did you mean "subsidy"?
    """
    there = list(known)
    unknown = [UnknownNameError(kind, name, there) for name in names if name not in there]
    if unknown:
        none = "" if there else f"; the model has no {kind}"
        raise ModelError(Problem(None, None, what, f"{error}{none}") for error in unknown)


def lists_of_numbers(what: str, of: Mapping[str, ArrayLike]) -> list[NDArray[np.float64]]:
    """Check names with the numbers to try."""
    if not isinstance(of, Mapping):
        raise TypeError(
            f"{what}: expected names with the numbers to try, such as {{name: [0, 0.1]}}, found {type(of).__name__}"
        )
    return [numbers_of(f"{what}.{name}", values) for name, values in of.items()]


def numbers_of(address: str, values: ArrayLike) -> NDArray[np.float64]:
    """Check a list of numbers to try."""
    numbers = np.atleast_1d(np.asarray(values))
    if not numbers.size:
        raise ValueError(f"{address}: no number to try; give one or more, or leave the name out")
    if numbers.ndim != 1 or numbers.dtype.kind not in "iuf":
        raise TypeError(f"{address}: expected numbers to try, found {values!r}")
    return numbers.astype(np.float64)
