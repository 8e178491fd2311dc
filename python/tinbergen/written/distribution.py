"""What all distributions have in common.

A distribution is a small frozen value. Its parameters are checked by the compiler of the model,
which reports all mistakes at once; ``sd`` is always the standard deviation of what is drawn.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, ClassVar, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tinbergen import _core
from tinbergen.basics.theme import Size, ThemeLike
from tinbergen.lazy import charts
from tinbergen.written.values import Written, floats

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Distribution"]


@dataclass(frozen=True, slots=True)
class Distribution:
    """What all distributions have in common: a kind, the key under which a plan file has it."""

    kind: ClassVar[str]

    def __post_init__(self) -> None:
        floats(self)

    def written(self) -> Written:
        """Write it as a plan file has it, without what is not given.

        Examples
        --------
        >>> import tinbergen as tb
        >>> tb.elicited(q50=2.6, q10=2.2, q90=3.4).written()
        {'elicited': {'q50': 2.6, 'q10': 2.2, 'q90': 3.4}}
        """
        return {self.kind: self._parameters()}

    @overload
    def quantile(self, p: float) -> float: ...
    @overload
    def quantile(self, p: ArrayLike) -> NDArray[np.float64]: ...
    def quantile(self, p: ArrayLike) -> float | NDArray[np.float64]:
        """Compute quantiles: values that are not exceeded with a probability.

        Parameters
        ----------
        p
            A probability, or an array of them.

        Returns
        -------
        float or numpy.ndarray
            Of the same shape; of what draws single values the smallest that is not exceeded.

        Raises
        ------
        ValueError
            When a number is no probability.
        ModelError
            When there is no such distribution, such as one with a negative ``sd``.

        See Also
        --------
        Distribution.cdf : The way back.

        Examples
        --------
        >>> import tinbergen as tb
        >>> round(tb.normal(0.07, 0.01).quantile(0.9), 4)
        0.0828
        >>> tb.poisson(3).quantile([0.1, 0.5, 0.9])
        array([1., 3., 5.])
        """
        asked = np.asarray(p, dtype=float)
        wrong = asked[~((asked >= 0) & (asked <= 1))]
        if wrong.size:
            raise ValueError(f"p: expected probabilities from 0 to 1, found {wrong.flat[0]}")
        return self._values("quantile", asked)

    @overload
    def cdf(self, x: float) -> float: ...
    @overload
    def cdf(self, x: ArrayLike) -> NDArray[np.float64]: ...
    def cdf(self, x: ArrayLike) -> float | NDArray[np.float64]:
        """Compute the probability of at most a value: the distribution function.

        Parameters
        ----------
        x
            A value, or an array of them.

        Returns
        -------
        float or numpy.ndarray
            Of the same shape.

        Raises
        ------
        ModelError
            When there is no such distribution, such as one with a negative ``sd``.

        See Also
        --------
        Distribution.quantile : The way back.

        Examples
        --------
        >>> import tinbergen as tb
        >>> tb.uniform(0, 4).cdf([1, 3, 9])
        array([0.25, 0.75, 1.  ])
        >>> tb.bernoulli(0.2).cdf(0)
        0.8
        """
        return self._values("cdf", np.asarray(x, dtype=float))

    def sample(self, n: int, *, seed: int | None = None) -> NDArray[np.float64]:
        """Draw numbers, the same ones for the same seed.

        Parameters
        ----------
        n
            How many; more begin with the same numbers as fewer.
        seed
            A whole number from 0; unless given, one that is drawn.

        Raises
        ------
        ModelError
            When there is no such distribution, such as one with a negative ``sd``.

        Examples
        --------
        >>> import tinbergen as tb
        >>> tb.normal(0.07, 0.01).sample(3, seed=1).round(4)
        array([0.0757, 0.0557, 0.0611])
        """
        if not 0 <= n <= _MOST:
            raise ValueError(f"n: expected a number of draws from 0 to {_MOST:,}, found {n}")
        chosen = secrets.randbits(63) if seed is None else seed
        if not 0 <= chosen < 2**64:
            raise ValueError(f"seed: expected a whole number from 0 to 2^64 - 1, found {seed}")
        return _core.distribution_sample(self._json(), int(n), int(chosen))

    def plot(
        self,
        *,
        language: str = "en",
        ax: Axes | None = None,
        figsize: Size | None = None,
        theme: ThemeLike = "light",
    ) -> Axes:
        """Draw its density, or the probability of each value where it draws single values.

        Parameters
        ----------
        language
            Language of words: ``"en"`` or ``"zh"``.
        ax
            Axes to draw on; a new figure unless given.
        figsize
            Width and height of a new figure in inches; or ``"slide"``, ``"page"``, ``"half page"``.
        theme
            The colours: ``"light"``, ``"dark"``, ``"grey"``, or a `tinbergen.plots.Theme`.

        Returns
        -------
        matplotlib.axes.Axes
            The axes, with the median and the range that nine in ten draws fall into.

        Examples
        --------
        >>> import tinbergen as tb
        >>> axes = tb.normal(0.07, 0.01).plot()  # doctest: +SKIP
        """
        return charts.distribution(self, language=language, ax=ax, figsize=figsize, theme=theme)

    def _json(self) -> str:
        return json.dumps(self.written())

    def _values(self, what: str, at: NDArray[np.float64]) -> float | NDArray[np.float64]:
        flat = np.ascontiguousarray(at.ravel())
        found = _core.distribution_values(self._json(), what, flat).reshape(at.shape)
        return float(found) if at.ndim == 0 else found

    def _support(self) -> tuple[float, float, bool]:
        """Return the ends of what it draws, and whether it has a density."""
        return _core.distribution_support(self._json())

    def _parameters(self) -> Written:
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        plain = {k: list(v) if isinstance(v, tuple) else v for k, v in values.items()}
        return {key: value for key, value in plain.items() if value is not None}

    @classmethod
    def _of(cls, parameters: Written) -> Distribution:
        return cls(**parameters)

    @staticmethod
    def take(table: Written) -> Distribution | None:
        """Remove the distribution, if there is one, from its written form.

        Examples
        --------
        >>> table = {"normal": {"mean": 0, "sd": 1}, "source": "plan 1.1"}
        >>> Distribution.take(table), table
        (Normal(mean=0.0, sd=1.0), {'source': 'plan 1.1'})
        """
        # Of a class with slots and the one that it was made from, the latter comes first.
        kinds = {kind.kind: kind for kind in Distribution.__subclasses__()}
        for key in table.keys() & kinds.keys():
            return kinds[key]._of(dict(table.pop(key)))
        return None


_MOST = 1_000_000_000
