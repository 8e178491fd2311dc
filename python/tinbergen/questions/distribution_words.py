"""Distributions in words: what each is called, and its parameters."""

from __future__ import annotations

from dataclasses import fields

from tinbergen.basics.words import column_text, commas, number_text, of_language, percent_sign, say
from tinbergen.written.distribution import Distribution

__all__ = ["distribution_name", "distribution_text"]


def distribution_name(of: Distribution, language: str) -> str:
    """Return what a kind of distribution is called.

    Examples
    --------
    >>> import tinbergen as tb
    >>> distribution_name(tb.student_t(0, 1, 5), "de")
    'Studentsche t-Verteilung'
    """
    return say(f"distribution {of.kind}", language)


def distribution_text(of: Distribution, language: str) -> str:
    """Tell a distribution with its parameters, as far as these are numbers.

    Examples
    --------
    >>> import tinbergen as tb
    >>> distribution_text(tb.normal(0.07, 0.008), "en")
    'normal (mean 0.07, standard deviation 0.008)'
    """
    parts = []
    for one in fields(of):
        value = getattr(of, one.name)
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return _with_parts(of, language)
        number = number_text(f"{value:.6g}", language)
        parts.append(f"{_parameter(one.name, language)} {number}")
    return _bracketed(distribution_name(of, language), commas(parts, language), language)


def _parameter(name: str, language: str) -> str:
    quantile = name[0] == "q" and name[1:].isdigit()
    return f"{int(name[1:])}{percent_sign(language)}" if quantile else column_text(name, language)


def _with_parts(of: Distribution, language: str) -> str:
    """Tell of what is made of others, or of many numbers, as it is written."""
    inner = repr(of).partition("(")[2].removesuffix(")")
    return _bracketed(distribution_name(of, language), inner, language)


def _bracketed(name: str, inner: str, language: str) -> str:
    return f"{name}（{inner}）" if of_language(language).SPACE == "" else f"{name} ({inner})"
