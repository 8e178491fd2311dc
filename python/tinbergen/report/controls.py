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
    """List the uncertain parameters that no lever moves and that have no draws of their own."""
    rows = []
    for name, parameter in told.model.parameters.items():
        if name not in moved and isinstance(parameter.value, Distribution):
            label = told.label(told.model.parameters, name)
            middle = _middle(parameter.value)
            if np.isfinite(middle):
                rows.append({"name": name, "label": label, "middle": f"{middle:.4g}"})
    return rows


def observed_of(told: Told) -> list[tuple[str, str]]:
    """List the indicators whose actual values can be typed in: those that the plan computes."""
    of = told.model.indicators
    return [
        (name, told.label(of, name))
        for name, one in of.items()
        if one.equation is not None or one.process is not None
    ]


def bounds_of(told: Told) -> list[dict[str, Any]]:
    """List the targets whose bound is one number."""
    rows = []
    for target in told.model.targets:
        _, bound = target.bound
        if isinstance(bound, float):
            label = told.goal_label(target.id)
            rows.append({"id": target.id, "label": label, "value": bound, "text": _plain(bound)})
    return rows
