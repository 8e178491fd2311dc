"""The languages that charts, sentences and tables are written in."""

from __future__ import annotations

from pathlib import Path

__all__ = ["LANGUAGES", "language_tag"]


def _languages() -> tuple[str, ...]:
    """Return the tags of the files of words, English first."""
    found = sorted(file.stem[6:] for file in Path(__file__).parent.glob("words_[a-z][a-z].py"))
    return ("en", *(tag for tag in found if tag != "en")) if found else ("en", "zh", "de")


LANGUAGES = _languages()
"""A language is a file of words in ``tinbergen/basics``: ``words_en.py``."""


def language_tag(language: str) -> str:
    """Return the main tag of a language, and refuse those that the library does not speak.

    Parameters
    ----------
    language
        A tag such as ``"en"``, ``"en-GB"``, ``"zh"``, ``"zh-CN"``, ``"zh_Hans"`` or ``"de"``.

    Raises
    ------
    ValueError
        When there is no file of words for it.

    Examples
    --------
    >>> language_tag("zh_Hans"), language_tag("en-GB"), language_tag("DE")
    ('zh', 'en', 'de')
    """
    known = ", ".join(f'"{name}"' for name in LANGUAGES)
    if not isinstance(language, str):
        raise TypeError(f"language: expected one of {known}, found {language!r}")
    main = language.lower().replace("_", "-").partition("-")[0]
    if main not in LANGUAGES:
        raise ValueError(f'language: "{language[:40]}" is not one of {known}')
    return main
