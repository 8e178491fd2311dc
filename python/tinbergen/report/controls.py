"""The controls of a page that moves: what each is called, where it stands, how far it goes."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinbergen.basics.words import number_text, unit_text
from tinbergen.report.told import Told
from tinbergen.written.distribution import Distribution

__all__ = ["bounds_of", "levers_of", "middle_of", "observed_of", "parameters_of", "stands"]


def middle_of(value: Any) -> float:
    """Return a number, or the middle of what is uncertain.

    Examples
    --------
    >>> import tinbergen as tb
    >>> middle_of(0.5), middle_of(tb.normal(2, 1))
    (0.5, 2.0)
    """
    return float(value.quantile(0.5)) if isinstance(value, Distribution) else float(value)


def _plain(number: float) -> str:
    """Write a number as people do, to the last digit."""
    return repr(number).removesuffix(".0")


def stands(told: Told, name: str, scenario: str) -> float | None:
    """Return where a lever stands in a scenario: its parameter, in the middle if it is uncertain.

    None where a scenario changes an uncertain parameter, or changes one by what is no number: it does not say then.

    Examples
    --------
    >>> import tinbergen as tb
    >>> runs = tb.plans.yuecheng().simulate(paths=100, seed=1)
    >>> told = Told(runs, "en", "baseline")
    >>> stands(told, "rd_subsidy", "baseline"), stands(told, "rd_subsidy", "innovation_push")
    (0.0, 0.04)
    """
    model = told.model
    parameter = model.levers[name].parameter
    value = model.parameters[parameter].value
    changes: list[Any] = []
    of: str | None = scenario
    while of in model.scenarios:
        changes = [*model.scenarios[of].changes, *changes]
        of = model.scenarios[of].extends
    for change in (one for one in changes if one.parameter == parameter):
        amounts = (change.set, change.add, change.scale)
        amount = next((one for one in amounts if isinstance(one, float)), None)
        if amount is None or isinstance(value, Distribution):
            return None
        value = (
            amount
            if change.set is not None
            else value + amount
            if change.add is not None
            else value * amount
        )
    return middle_of(value)


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
        parameter = told.model.parameters[lever.parameter]
        value = parameter.value
        unit = unit_text(parameter.unit, told.language)
        low, high = map(float, lever.range)
        now = number_text(_plain(middle_of(value)), told.language)
        of = {one: stands(told, name, one) for one in told.runs if one in told.model.scenarios}
        rows.append(
            {
                "name": name,
                "label": told.label(told.model.levers, name),
                "about": told.say(
                    "report lever",
                    lever=told.label(told.model.levers, name),
                    now=now,
                    unit=told.say("report lever unit", unit=unit) if unit else "",
                ),
                "in": {
                    one: _plain(at)
                    for one, at in of.items()
                    if at is not None and at != middle_of(value)
                },
                "parameter": lever.parameter,
                "now": middle_of(value),
                "text": _plain(middle_of(value)),
                "shown": now,
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
            middle = middle_of(parameter.value)
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
