"""Sentences of a fit, as the core gives them, in each language."""

from __future__ import annotations

from typing import Any, TypeAlias

from tinbergen.basics.words import commas, number_text, percent_sign, say, semicolons

__all__ = ["Said", "told"]

Said: TypeAlias = "tuple[str, dict[str, tuple[str, Any]]]"
"""A sentence: its key among the words, and what stands in its gaps, each with what it is."""


def told(sentence: Said, language: str = "en") -> str:
    """Write a sentence in a language.

    Examples
    --------
    >>> (
    ...     told(("own", {"part": ("percent", "12")})),
    ...     told(("own", {"part": ("percent", "12")}), "zh"),
    ... )
    (', 12 % its own', '，其中12%来自自身数据')
    """
    key, gaps = sentence
    return say(f"fit {key}", language, **{name: _in(gap, language) for name, gap in gaps.items()})


def _in(gap: tuple[str, Any], language: str) -> str:
    """Write what stands in a gap."""
    what, value = gap
    if what == "number":
        return number_text(value, language)
    if what == "percent":
        return f"{value}{percent_sign(language)}"
    if what == "phrase":
        return told(value, language)
    if what == "list":
        return commas((told(one, language) for one in value), language)
    if what == "long list":
        return semicolons((told(one, language) for one in value), language)
    return str(value)
