"""Numbers, terms and labels as a model keeps them: plain floats, tuples and frozen mappings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from numbers import Real
from typing import Any, TypeAlias

import numpy as np

from tinbergen.basics.mapping import Names

__all__ = ["Label", "Term", "Written", "floats", "label", "label_text", "number", "numbers"]

Written: TypeAlias = dict[str, Any]
"""A model or a part of it as a plan file has it: names, numbers, lists and tables."""
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
    if hasattr(value, "rvs"):
        raise TypeError(_of_scipy(value))
    return value


def _of_scipy(value: Any) -> str:
    """Return why a distribution is no number."""
    name = getattr(getattr(value, "dist", value), "name", type(value).__name__)
    return f"expected a number, found SciPy's distribution {name}"


def numbers(values: Iterable[Any]) -> tuple[float, ...]:
    """Turn a list, an array or a series into a tuple of floats."""
    return tuple(number(value) for value in values)


def floats(part: Any) -> None:
    """Turn each real number of a frozen dataclass into a float; lists of them into tuples."""
    for field in fields(part):
        value = getattr(part, field.name)
        try:
            is_list = isinstance(value, list)
            plain: Any = tuple(number(item) for item in value) if is_list else number(value)
        except TypeError as error:
            raise TypeError(f"{field.name}: {error}") from None
        if plain is not value:
            object.__setattr__(part, field.name, plain)


def label(value: Label | None) -> Label | None:
    """Freeze a label."""
    return value if value is None or isinstance(value, str) else Names("language", value)


def label_text(value: Label | None, language: str) -> str | None:
    """Return the text in a language, else the first there is; None without a label.

    Examples
    --------
    >>> label_text({"en": "GDP", "zh": "地区生产总值"}, "zh")
    '地区生产总值'
    """
    if value is None or isinstance(value, str):
        return value
    return value[language] if language in value else next(iter(value.values()), None)
