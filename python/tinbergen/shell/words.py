"""What the command says beside the answers themselves, in each language."""

from __future__ import annotations

from collections.abc import Iterable

from tinbergen.basics.words import of_language

__all__ = ["headings", "word"]


def word(english: str, language: str, *values: object) -> str:
    """Return a word or a sentence in a language, with values in its places.

    Examples
    --------
    >>> word("{} targets", "en", 3), word("{} targets", "zh", 3), word("{} targets", "de", 3)
    ('3 targets', '3个目标', 'Ziele: 3')
    """
    text: str = of_language(language).SHELL[english]
    return text.format(*values)


def headings(names: Iterable[str], language: str) -> dict[str, str]:
    """Return what is printed for the names of columns that have words here.

    Examples
    --------
    >>> headings(["off by", "gdp"], "zh")
    {'off by': '偏差'}
    """
    known: dict[str, str] = of_language(language).SHELL
    return {name: known[name] for name in names if name in known}
