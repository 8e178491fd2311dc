"""How much of the table of Sobol' numbers a plan needs: the rest is left out of a report.

A dimension that is not in the table stops the engine, which says so; it never gives a number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tinbergen.basics.periods import Period
from tinbergen.written.distribution import Distribution

if TYPE_CHECKING:
    from tinbergen.written.model import Model

__all__ = ["bytes_of", "most_dimensions"]

_POLYNOMIAL = 20
"""Bits of a polynomial; its degree says how many numbers of how many bits follow."""
_TYPED = 32
"""Actual values that a reader may type in: each may take a dimension."""


def bytes_of(table: bytes, dimensions: int) -> int:
    """Return how many bytes at the beginning of the table so many dimensions take.

    Examples
    --------
    >>> bytes_of(bytes([3, 0, 0]) * 9, 1), bytes_of(bytes([3, 0, 0]) * 9, 2)
    (0, 3)
    """
    at = 0
    for _ in range(dimensions - 1):  # the first is in no table
        first = at // 8
        bits = int.from_bytes(table[first : first + 4], "little") >> at % 8
        degree = (bits & (1 << _POLYNOMIAL) - 1).bit_length() - 1
        at += _POLYNOMIAL + degree * (degree - 1) // 2
        if at > 8 * len(table) or degree < 0:
            return len(table)
    return -(-at // 8)


def most_dimensions(model: Model, known: int = 0) -> int:
    """Return a number of dimensions that a run of the plan never exceeds, given so many actual values.

    Examples
    --------
    >>> import tinbergen as tb
    >>> most_dimensions(tb.plans.minimal())
    51
    """
    first, last = (Period(str(end)) for end in (model.periods.first, model.periods.last))
    begins = [first.ordinal]
    for one in model.indicators.values():
        begins += (
            [max(Period(str(period)).ordinal for period in one.history) + 1] if one.history else []
        )
    periods = last.ordinal - min(begins) + 1
    counts = sum(type(one.process).__name__ == "Count" for one in model.indicators.values())
    events = sum(2 + len(event.size or {}) for event in model.events.values())
    each = len(model.shocks) + len(model.copulas) + events + 2 * counts
    once = len(model.draws) + len(model.copulas) + len(model.parameters)
    once += sum(_drawn(one) for one in model.indicators.values())
    return 1 + once + periods * each + known + _TYPED


def _drawn(indicator: Any) -> int:
    """Count what of an indicator is drawn once per path: known values, and terms of its process."""
    values = [getattr(one, "value", one) for one in indicator.history.values()]
    process = indicator.process
    names = getattr(process, "__dataclass_fields__", ())
    values += [getattr(process, name) for name in names]
    return sum(isinstance(value, Distribution) for value in values)
