"""Numbers, terms and labels as a model keeps them: plain floats, tuples and frozen mappings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from numbers import Real
from typing import Any, TypeAlias

import numpy as np

from tinbergen.mapping import Names

__all__ = ["Label", "Term", "floats", "label", "label_text", "number", "numbers"]

Label: TypeAlias = "str | Mapping[str, str]"
"""What a reader sees: one text, or one for each language: ``{"en": "Jobs", "zh": "就业"}``."""
Term: TypeAlias = "float | str"
"""A number, or an expression such as the name of a parameter: ``"trend_growth - 0.01"``."""


def number(value: Any) -> Any:
    """Turn any real number (Python's or NumPy's) into a float; leave everything else alone."""
    if isinstance(value, (bool, np.bool_)):
        return value
    if isinstance(value, Real):
        return float(value)
    return value


def numbers(values: Iterable[Any]) -> tuple[float, ...]:
    """Turn a list, an array or a series into a tuple of floats."""
    return tuple(number(value) for value in values)


def floats(part: Any) -> None:
    """Turn each real number of a frozen dataclass into a float; lists of them into tuples."""
    for field in fields(part):
        value = getattr(part, field.name)
        if isinstance(value, list):
            plain: Any = tuple(number(item) for item in value)
        else:
            plain = number(value)
        if plain is not value:
            object.__setattr__(part, field.name, plain)


def label(value: Label | None) -> Label | None:
    """Freeze a label."""
    return value if value is None or isinstance(value, str) else Names("language", value)


def label_text(value: Label | None, language: str) -> str | None:
    """Give the text in a language, else the first there is; None without a label.

    Examples
    --------
    >>> label_text({"en": "GDP", "zh": "地区生产总值"}, "zh")
    '地区生产总值'
    """
    if value is None or isinstance(value, str):
        return value
    return value[language] if language in value else next(iter(value.values()), None)
