"""Numbers that may be uncertain, with the place they come from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias, overload

from tinbergen.written import composed_distributions, distributions  # noqa: F401  one of SciPy may be any of them
from tinbergen.written.distribution import Distribution
from tinbergen.written.of_scipy import drawn

__all__ = ["Quantity", "QuantityLike", "quantity"]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number or a distribution, with its source or the reason why it was assumed.

    A bare number or a bare distribution does wherever a quantity is asked for.

    Parameters
    ----------
    value
        The number, or the distribution that it is drawn from once per path.
    source
        The page or section it stands on.
    assumption
        Why it was assumed, when no source has it.

    Examples
    --------
    >>> Quantity(1008.5, source="yearbook, table 1")
    Quantity(value=1008.5, source='yearbook, table 1', assumption=None)
    """

    value: float | Distribution
    source: str | None = None
    assumption: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", drawn(self.value))


QuantityLike: TypeAlias = float | Distribution | Quantity


@overload
def quantity(value: None) -> None: ...
@overload
def quantity(value: QuantityLike) -> QuantityLike: ...
def quantity(value: QuantityLike | None) -> QuantityLike | None:
    """Put a quantity in its one plain form: bare when it has neither source nor assumption."""
    if isinstance(value, Quantity):
        bare = value.source is None and value.assumption is None
        return value.value if bare else value
    plain: QuantityLike | None = drawn(value)
    return plain
