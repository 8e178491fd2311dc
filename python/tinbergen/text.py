"""Numbers and columns as people read them."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any, Literal, TypeAlias

import numpy as np

__all__ = ["Align", "aligned", "format_chance", "format_percent", "format_value", "pad", "width"]

Align: TypeAlias = Literal["left", "right"]


def width(text: str) -> int:
    """Count the columns that a text takes on a terminal; a Chinese character takes two.

    Examples
    --------
    >>> width("GDP"), width("地区生产总值")
    (3, 12)
    """
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


def pad(text: str, columns: int, align: Align = "left") -> str:
    """Fill a text with spaces to a width on a terminal.

    Examples
    --------
    >>> pad("GDP", 5, "right")
    '  GDP'
    """
    space = " " * max(columns - width(text), 0)
    return text + space if align == "left" else space + text


def format_value(value: Any) -> str:
    """Print a number with four significant digits, anything else as it is; nothing for NaN.

    Examples
    --------
    >>> [format_value(x) for x in (1500.0, 0.01234, 3, float("nan"), "gdp", True)]
    ['1,500', '0.01234', '3', '', 'gdp', 'true']
    """
    if isinstance(value, str):
        return value
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    if value is None:
        return ""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return str(value)
    if isinstance(value, int):
        return f"{value:,}"
    if math.isnan(number):
        return ""
    if math.isinf(number) or number == 0:
        return f"{number:g}"
    size = math.floor(math.log10(abs(number)))
    if size < -5 or size > 14:
        return f"{number:.3e}"
    return f"{number:,.{max(3 - size, 0)}f}"


def format_percent(value: Any, low: Any = 0.0, high: Any = 1.0) -> str:
    """Print a probability in percent; where no path or every path met it, what its interval says.

    Examples
    --------
    >>> format_percent(0.8125), format_percent(0.00004), format_percent(1.0, low=1.0)
    ('81.2 %', '<0.1 %', '100 %')
    >>> format_percent(0.0, high=0.037), format_percent(1.0, low=0.9996), format_percent(0.0)
    ('<3.7 %', '>99.9 %', '0 %')
    """
    number = float(value)
    if math.isnan(number):
        return ""
    if number == 0 and high < 1:
        return f"<{100 * max(high, 0.001):.1f} %"
    if number == 1 and 0 < low < 1:
        return f">{100 * min(low, 0.999):.1f} %"
    if number in (0, 1):
        return f"{100 * number:.0f} %"
    if number < 0.0005:
        return "<0.1 %"
    if number > 0.9995:
        return ">99.9 %"
    return f"{100 * number:.1f} %"


def format_chance(value: Any, low: Any, high: Any) -> str:
    """Print a probability with its interval, in percent.

    Examples
    --------
    >>> format_chance(0.162, 0.152, 0.172), format_chance(0.0, 0.0, 0.0004)
    ('16.2 % (15.2 to 17.2)', '<0.1 % (0.0 to 0.0)')
    """
    ends = f"{100 * float(low):.1f} to {100 * float(high):.1f}"
    return f"{format_percent(value, low, high)} ({ends})"


def aligned(
    header: Sequence[str], rows: Iterable[Sequence[str]], align: Sequence[Align], gap: str = "  "
) -> str:
    """Lay out cells in columns, aware of wide characters.

    Examples
    --------
    >>> print(aligned(["target", "p"], [["gdp", "0.81"]], ["left", "right"]))
    target     p
    gdp     0.81
    """
    cells = [list(header), *map(list, rows)]
    widths = [max(width(row[k]) for row in cells) for k in range(len(header))]
    return "\n".join(gap.join(map(pad, row, widths, align)).rstrip() for row in cells)
