"""What the numbers of indicators and targets are: values, counts, or fractions that are read in percent."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from tinbergen.basics.table_text import Kind, RowKinds
from tinbergen.written.process import Count

if TYPE_CHECKING:
    from tinbergen.written.model import Model
    from tinbergen.written.parts import Indicator
    from tinbergen.written.target import Target

__all__ = ["by_indicator", "by_target", "kind_of_unit"]

_SHARES = {"share", "fraction", "proportion", "probability"}
_COUNTED = re.compile(
    r"(number of )?(persons?|people|workers|jobs|firms?|enterprises|companies|projects?|stations?|"
    r"households|students|beds|vehicles|patents|units|counts?|rank)|人|家|个|户|项|辆|张|件|名次"
)


def kind_of_unit(unit: str | None) -> Kind:
    """Return how numbers in a unit are read.

    Examples
    --------
    >>> [kind_of_unit(unit) for unit in ("firms", "share", "10 thousand persons", None)]
    ['count', 'rate', 'value', 'value']
    """
    text = (unit or "").strip().lower()
    if text in _SHARES:
        return "rate"
    return "count" if _COUNTED.fullmatch(text) else "value"


def _of_indicator(indicator: Indicator) -> Kind:
    return "count" if isinstance(indicator.process, Count) else kind_of_unit(indicator.unit)


def _of_target(model: Model, target: Target) -> Kind:
    if target.of == "growth":
        return "rate"
    if target.indicator is None:
        return kind_of_unit(target.unit)
    known = model.indicators.get(target.indicator)
    return _of_indicator(known) if known is not None else "value"


def by_indicator(model: Model, columns: Iterable[str], key: str = "indicator") -> RowKinds:
    """Return the kinds of numbers in a table with a row for each indicator."""
    kinds = {name: _of_indicator(indicator) for name, indicator in model.indicators.items()}
    return key, kinds, frozenset(columns)


def by_target(model: Model, columns: Iterable[str], *, levels: bool = False) -> RowKinds:
    """Return the kinds of numbers in a table with a row for each target.

    Parameters
    ----------
    model
        The model.
    columns
        The columns they hold for.
    levels
        Whether numbers are levels of what a target is about, and not what it counts of them.
    """
    kinds: dict[str, Kind] = {}
    for target in model.targets:
        is_level = levels and target.indicator in model.indicators
        name = target.indicator or ""
        kinds[target.id] = (
            _of_indicator(model.indicators[name]) if is_level else _of_target(model, target)
        )
    return "target", kinds, frozenset(columns)
