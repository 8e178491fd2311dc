"""Numbers and columns as people read them."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any, Literal, TypeAlias

import numpy as np

__all__ = [
    "Align",
    "aligned",
    "clipped",
    "counted",
    "format_chance",
    "format_count",
    "format_percent",
    "format_points",
    "format_rate",
    "format_value",
    "pad",
    "width",
]

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


def clipped(text: str, columns: int) -> str:
    """Shorten a text to a width on a terminal, with a mark where it is cut.

    Examples
    --------
    >>> clipped("how likely each target is", 12)
    'how likel...'
    """
    if width(text) <= columns:
        return text
    kept = ""
    for character in text:
        if width(kept + character) > columns - 3:
            break
        kept += character
    return f"{kept}..."


def _signed(text: str) -> str:
    """Leave out the sign of a number that is rounded to nothing."""
    return text.removeprefix("-") if all(c in "-0.," for c in text) else text


def format_value(value: Any, *, decimals: bool = False) -> str:
    """Print a number with four significant digits, anything else as it is; nothing for NaN.

    A whole number has no decimals, unless it stands among others that have some (`decimals`).

    Examples
    --------
    >>> [format_value(x) for x in (1500.0, 0.01234, 3, 498.0, float("nan"), "gdp", True)]
    ['1,500', '0.01234', '3', '498', '', 'gdp', 'true']
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
    if math.isinf(number):
        return f"{number:g}"
    size = math.floor(math.log10(abs(number))) if number else 0
    if size < -5 or size > 14:
        return f"{number:.3e}"
    digits = 0 if number.is_integer() and not (decimals and number) else max(3 - size, 0)
    return _signed(f"{number:,.{digits}f}")


def counted(count: int, noun: str) -> str:
    """Print a number of things: one of them, or several.

    Examples
    --------
    >>> counted(1, "target"), counted(0, "target"), counted(1200, "actual value")
    ('1 target', '0 targets', '1,200 actual values')
    """
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def format_count(value: Any) -> str:
    """Print a number of things that are counted, without decimals.

    Examples
    --------
    >>> format_count(497.96), format_count(-0.2), format_count(float("nan"))
    ('498', '0', '')
    """
    number = float(value)
    return format_value(number) if not math.isfinite(number) else _signed(f"{number:,.0f}")


def format_rate(value: Any) -> str:
    """Print a fraction that is read in percent, such as growth, with three significant digits.

    Examples
    --------
    >>> (
    ...     format_rate(0.0826),
    ...     format_rate(0.193),
    ...     format_rate(-0.00001),
    ...     format_rate(float("nan")),
    ...     format_rate(float("-inf")),
    ... )
    ('8.26 %', '19.3 %', '0.00 %', '', '-inf %')
    """
    number = 100 * float(value)
    if math.isnan(number):
        return ""
    return _signed(f"{number:,.{2 if abs(number) < 10 else 1}f}") + " %"


def format_points(value: Any) -> str:
    """Print a difference of two probabilities in percentage points.

    Examples
    --------
    >>> format_points(-0.048), format_points(0.0)
    ('-4.80', '0.00')
    """
    return _signed(f"{100 * float(value):.2f}")


def format_percent(value: Any, low: Any = 0.0, high: Any = 1.0) -> str:
    """Print a probability in percent; where no path or every path met it, what its interval says.

    A difference of two may be negative.

    Examples
    --------
    >>> format_percent(0.8125), format_percent(0.00004), format_percent(1.0, low=1.0)
    ('81.2 %', '<0.1 %', '100 %')
    >>> format_percent(0.0, high=0.037), format_percent(1.0, low=0.9996), format_percent(0.0)
    ('<3.7 %', '>99.9 %', '0 %')
    >>> format_percent(-0.048), format_percent(-0.00001)
    ('-4.8 %', '0.0 %')
    """
    number = float(value)
    if math.isnan(number):
        return ""
    if number == 0 and 0 < high < 1:
        return f"<{100 * max(high, 0.001):.1f} %"
    if number == 1 and 0 < low < 1:
        return f">{100 * min(low, 0.999):.1f} %"
    if number in (0, 1):
        return f"{100 * abs(number):.0f} %"
    if 0 < number < 0.0005:
        return "<0.1 %"
    if 0.9995 < number < 1:
        return ">99.9 %"
    return _signed(f"{100 * number:.1f}") + " %"


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
