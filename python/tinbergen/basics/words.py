"""What the library says to people, in each language: one file of words for each.

A further language is a file beside this one, named by its tag (``words_fr.py``), with the names that
``words_en.py`` has. What it leaves out is said in English; ``tests/python/test_words.py`` names what that is, and the gaps that differ.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from functools import cache
from types import ModuleType

from tinbergen.basics.language import language_tag

__all__ = [
    "column_text",
    "commas",
    "comment",
    "number_text",
    "of_language",
    "over_text",
    "percent_sign",
    "say",
    "semicolons",
    "unit_beside",
    "unit_text",
]


@cache
def _file(tag: str) -> ModuleType:
    return importlib.import_module(f"tinbergen.basics.words_{tag}")


def of_language(language: str) -> ModuleType:
    """Return the file of words of a language.

    Examples
    --------
    >>> of_language("de").NAME, of_language("zh_Hans").PERCENT
    ('Deutsch', '%')
    """
    return _file(language_tag(language))


def say(key: str, language: str = "en", **values: object) -> str:
    """Return a phrase or a sentence in a language, with values in its gaps.

    Examples
    --------
    >>> say("paths", "en", n=100), say("paths", "zh", n=100), say("paths", "de", n=100)
    ('100 paths', '100 条模拟路径', '100 Pfade')
    """
    words: dict[str, str] = of_language(language).WORDS
    text = words[key] if key in words else _file("en").WORDS[key]
    return text.format(**values) if values else text


def comment(key: str, language: str = "en", **values: object) -> str:
    """Return what stands in a plan file for its readers, with values in its gaps.

    Examples
    --------
    >>> comment("figures", "en", name="GDP", n=12, first=2012, last=2023, kind="growth")
    'GDP: 12 figures, 2012 to 2023, growth'
    """
    words: dict[str, str] = of_language(language).COMMENTS
    text = words[key] if key in words else _file("en").COMMENTS[key]
    return text.format(**values) if values else text


def number_text(text: str, language: str) -> str:
    """Return a number that is written as in English, ``1,234.5``, as a language writes it.

    Examples
    --------
    >>> number_text("1,234.5", "de"), number_text("1,234.5", "zh")
    ('1.234,5', '1,234.5')
    """
    file = of_language(language)
    if (file.DECIMAL, file.THOUSANDS) == (".", ","):
        return text
    return text.translate({ord("."): file.DECIMAL, ord(","): file.THOUSANDS})


def percent_sign(language: str) -> str:
    """Return what stands after a number in percent, with the space before it, if any."""
    sign: str = of_language(language).PERCENT
    return sign


def column_text(name: str, language: str) -> str:
    """Return the name of a column in a language; the name itself where there are no words for it."""
    known: dict[str, str] = of_language(language).COLUMNS
    return known.get(name, name)


def over_text(english: str, chinese: str, language: str) -> str:
    """Return how periods are put together, which the core says in two languages."""
    tag = language_tag(language)
    known: dict[str, str] = of_language(language).OVER
    return chinese if tag == "zh" else known.get(english, english)


def unit_text(unit: str | None, language: str) -> str:
    """Return a unit in a language: the common ones are known in every language.

    Examples
    --------
    >>> unit_text("CNY 100 million", "zh"), unit_text("亿元", "en"), unit_text("furlongs", "zh")
    ('亿元', 'CNY 100 million', 'furlongs')
    >>> unit_text("CNY per person", "de")
    'CNY je Person'
    """
    if unit is None:
        return ""
    plain = unit.strip().lower()
    plain = _known_units().get(plain, plain)
    file = of_language(language)
    if language_tag(language) == "en" and plain == unit.strip().lower():
        return unit
    if plain in file.UNITS:
        found: str = file.UNITS[plain]
        return found
    return _per(plain, file) or unit


@cache
def _known_units() -> dict[str, str]:
    """Return the English name of each unit by its name in another language."""
    names: dict[str, str] = {}
    for tag in ("zh", "de"):
        for english, name in reversed(_file(tag).UNITS.items()):
            if name != "%":
                names[name.lower()] = english
    return names


def _per(unit: str, file: ModuleType) -> str:
    """Put a unit together of two that are known: ``"CNY per person"``."""
    a, per, b = unit.partition(" per ")
    if not per or a not in file.UNITS:
        return ""
    singular = getattr(file, "SINGULAR", {}).get(b) or file.UNITS.get(b) or file.UNITS.get(f"{b}s")
    return file.PER.format(a=file.UNITS[a], b=singular) if singular else ""


def unit_beside(unit: str | None, language: str) -> str:
    """Return a unit as it stands after a number, with the space before it; of a share none.

    Examples
    --------
    >>> (
    ...     unit_beside("persons", "en"),
    ...     unit_beside("2020 = 100", "en"),
    ...     unit_beside("percent", "en"),
    ... )
    (' persons', ' (2020 = 100)', '')
    """
    text = unit_text(unit, language)
    main = (unit or "").lower().split(" ")[0]
    if not text or main in {"share", "fraction", "proportion", "probability", "percent", "%"}:
        return ""
    space = of_language(language).SPACE
    return f"{space}({text})" if any(sign.isdigit() for sign in text) else f"{space}{text}"


def semicolons(parts: Iterable[str], language: str) -> str:
    """Join the parts of a note."""
    joined: str = of_language(language).SEMICOLON.join(parts)
    return joined


def commas(parts: Iterable[str], language: str) -> str:
    """Join the parts of a list."""
    joined: str = of_language(language).LIST.join(parts)
    return joined
