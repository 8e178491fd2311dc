"""The controls of a page that moves: what each is called, where it stands, how far it goes."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinbergen.report.told import Told
from tinbergen.written.distribution import Distribution

__all__ = ["bounds_of", "levers_of", "observed_of", "parameters_of"]


def _middle(value: Any) -> float:
    return float(value.quantile(0.5)) if isinstance(value, Distribution) else float(value)


def _plain(number: float) -> str:
    """Write a number as people do, to the last digit."""
    return repr(number).removesuffix(".0")


def levers_of(told: Told) -> list[dict[str, Any]]:
    """List the levers, with where each stands and how far it goes.

    Examples
    --------
    >>> import tinbergen as tb
    >>> runs = tb.plans.minimal().simulate(paths=100, seed=1)
    >>> [
    ...     (one["name"], one["now"], one["high"])
    ...     for one in levers_of(Told(runs, "en", "baseline"))
    ... ]
    [('reform', 0.0, 0.02)]
    """
    rows = []
    for name, lever in told.model.levers.items():
        value = told.model.parameters[lever.parameter].value
        low, high = map(float, lever.range)
        rows.append(
            {
                "name": name,
                "label": told.label(told.model.levers, name),
                "parameter": lever.parameter,
                "now": _middle(value),
                "text": _plain(_middle(value)),
                "keeps": isinstance(value, Distribution),
                "low": low,
                "high": high,
                "step": float(lever.step) if lever.step else (high - low) / 100,
            }
        )
    return rows


def parameters_of(told: Told, moved: set[str]) -> list[dict[str, Any]]:
    """List the uncertain parameters that no lever moves and that have no draws of their own.

    Examples
    --------
    >>> import tinbergen as tb
    >>> runs = tb.plans.minimal().simulate(paths=100, seed=1)
    >>> parameters_of(Told(runs, "en", "baseline"), set())
    [{'name': 'trend_growth', 'label': 'Trend growth', 'middle': '0.046'}]
    """
    rows = []
    for name, parameter in told.model.parameters.items():
        if name not in moved and isinstance(parameter.value, Distribution):
            label = told.label(told.model.parameters, name)
            middle = _middle(parameter.value)
            if np.isfinite(middle):
                rows.append({"name": name, "label": label, "middle": f"{middle:.4g}"})
    return rows


def observed_of(told: Told) -> list[tuple[str, str]]:
    """List the indicators whose actual values can be typed in: those that the plan computes, what is shown first.

    Examples
    --------
    >>> import tinbergen as tb
    >>> runs = tb.plans.minimal().simulate(paths=100, seed=1)
    >>> observed_of(Told(runs, "en", "baseline"))
    [('gdp', 'Gross domestic product, real')]
    """
    of = told.model.indicators
    computed = [n for n, one in of.items() if one.equation is not None or one.process is not None]
    shown = [name for name in told.fans if name in computed]
    return [(name, told.label(of, name)) for name in dict.fromkeys([*shown, *computed])]


def bounds_of(told: Told) -> list[dict[str, Any]]:
    """List the targets whose bound is one number.

    Examples
    --------
    >>> import tinbergen as tb
    >>> runs = tb.plans.minimal().simulate(paths=100, seed=1)
    >>> [(one["id"], one["text"]) for one in bounds_of(Told(runs, "en", "baseline"))]
    [('doubled', '1')]
    """
    rows = []
    for target in told.model.targets:
        _, bound = target.bound
        if isinstance(bound, float):
            label = told.goal_label(target.id)
            rows.append({"id": target.id, "label": label, "value": bound, "text": _plain(bound)})
    return rows
