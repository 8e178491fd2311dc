"""Probabilities and amounts as people count them: *about 3 in 100*."""

from __future__ import annotations

import math

from tinbergen.basics.text import format_value
from tinbergen.basics.words import number_text, percent_sign, say

__all__ = ["about_text", "amount_text", "chance_text", "percent_text", "share_text"]

_FINE = (100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000)


def chance_text(value: float, low: float, high: float, language: str = "en") -> str:
    """Return a probability as people count, with the ends of its 95 % interval.

    Parameters
    ----------
    value, low, high
        The probability, and the ends of its interval.
    language
        ``"en"``, ``"zh"``, ``"de"``.

    Examples
    --------
    >>> chance_text(0.031, 0.027, 0.036), chance_text(0.0, 0.0, 0.0004)
    ('about 3 in 100 (between 2.7 % and 3.6 %)', 'under 1 in 2,000')
    >>> chance_text(0.031, 0.027, 0.036, "zh"), chance_text(0.031, 0.027, 0.036, "de")
    ('约3.1%（2.7%至3.6%之间）', 'etwa 3 von 100 (zwischen 2,7 % und 3,6 %)')
    """
    if not math.isfinite(value):
        return say("chance unknown", language)
    if value <= 0:
        return _rare("under", high, language) if high > 0 else say("chance none", language)
    if value >= 1:
        return _rare("over", 1 - low, language) if low < 1 else say("chance sure", language)
    ends = {"low": percent_text(low, language), "high": percent_text(high, language)}
    return say("chance between", language, chance=about_text(value, language), **ends)


def about_text(value: float, language: str = "en") -> str:
    """Return a probability as people count, without its interval: ``about 3 in 100``.

    Examples
    --------
    >>> about_text(0.46), about_text(0.0031), about_text(0.9962), about_text(0.46, "de")
    ('about 46 in 100', 'about 3 in 1,000', 'about 996 in 1,000', 'etwa 46 von 100')
    """
    distance = min(value, 1 - value)
    if not math.isfinite(value):
        return say("chance unknown", language)
    if distance <= 0:
        return say("chance none" if value <= 0 else "chance sure", language)
    of = next((n for n in _FINE if round(distance * n) >= 1 and distance * n >= 0.95), _FINE[-1])
    counts = {"n": _count(round(value * of), language), "of": _count(of, language)}
    return say("chance", language, percent=percent_text(value, language), **counts)


def share_text(value: float, low: float, high: float, language: str = "en") -> str:
    """Return a share of paths without its interval, unless no path or every path counts.

    Then the interval is what is known: that no path of a thousand does so is no proof that none can.

    Examples
    --------
    >>> (
    ...     share_text(0.031, 0.027, 0.036),
    ...     share_text(0.0, 0.0, 0.0004),
    ...     share_text(1.0, 0.9996, 1.0),
    ... )
    ('about 3 in 100', 'under 1 in 2,000', 'over 1,999 in 2,000')
    """
    return about_text(value, language) if 0 < value < 1 else chance_text(value, low, high, language)


def _rare(side: str, most: float, language: str) -> str:
    """Return what an interval says where every path, or none, met a target."""
    of = _round_down(1 / most)
    share = 1 / of if side == "under" else 1 - 1 / of
    digits = max(0, math.ceil(-math.log10(1 / of)) - 2) if of > 1 else 0
    percent = number_text(f"{100 * share:.{digits + 2}f}".rstrip("0").rstrip("."), language)
    return say(
        f"chance {side}",
        language,
        n=_count(of - 1, language),
        of=_count(of, language),
        percent=percent + percent_sign(language),
    )


def _round_down(number: float) -> int:
    """Return the largest of 1, 2, 5, 10, 20, 50, ... that is no larger than a number."""
    scale = 10 ** math.floor(math.log10(max(number, 1.0)) + 1e-9)
    return int(next(step for step in (5, 2, 1) if step * scale <= number * (1 + 1e-9)) * scale)


def _count(number: int, language: str) -> str:
    return number_text(f"{number:,}", language)


def percent_text(share: float, language: str = "en") -> str:
    """Return a share in percent, finer where it is near 0 or 1, never rounded to either.

    Examples
    --------
    >>> [percent_text(share) for share in (0.0, 0.00004, 0.031, 0.456, 0.9996)]
    ['0 %', '<0.01 %', '3.1 %', '46 %', '99.96 %']
    """
    distance = min(share, 1 - share)
    digits = 0 if distance >= 0.095 or distance <= 0 else 1 if distance >= 0.0095 else 2
    text = f"{100 * share:.{digits}f}"
    if 0 < share < 0.00005:
        text = "<0.01"
    elif 0.99995 < share < 1:
        text = ">99.99"
    return number_text(text, language) + percent_sign(language)


def amount_text(number: float, language: str) -> str:
    """Return a number in a language, without zeros that say nothing."""
    text = format_value(number)
    text = text.rstrip("0").rstrip(".") if "." in text and "e" not in text else text
    return number_text(text, language)
