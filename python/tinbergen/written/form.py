"""The written form of a model: plain dictionaries, as in a plan file or as JSON.

`write` goes from parts to dictionaries, `read` back. Nothing is checked here: the compiled core
checks a model, and reports every mistake with its address.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from typing import Any, get_args

from tinbergen.basics.periods import Period, Span
from tinbergen.errors import ModelError, Problem

# A kind of distribution is known once its module is imported.
from tinbergen.written import composed_distributions, distributions  # noqa: F401
from tinbergen.written import process as processes
from tinbergen.written.copula import Copula
from tinbergen.written.distribution import Distribution
from tinbergen.written.draws import Draws
from tinbergen.written.early_warning import EarlyWarning
from tinbergen.written.parts import Event, Indicator, Lever, Link, Parameter, Shock, Stream
from tinbergen.written.quantity import Quantity, QuantityLike
from tinbergen.written.scenario import Change, Scenario
from tinbergen.written.target import Relative, Target, TargetSet
from tinbergen.written.values import Written

__all__ = ["not_finite", "read_model", "to_json", "write"]

_PROCESSES: dict[str, Callable[..., processes.Process]] = {
    kind.kind: kind for kind in get_args(processes.Process)
}


def write(part: Any) -> Any:
    """Write a part as plain dictionaries, lists, numbers and text; what is not given is left out.

    Examples
    --------
    >>> import tinbergen as tb
    >>> write(Parameter(tb.normal(0.075, 0.012), source="plan 1.1"))
    {'normal': {'mean': 0.075, 'sd': 0.012}, 'source': 'plan 1.1'}
    """
    if isinstance(part, (Distribution, Draws)):
        return part.written()
    if isinstance(part, (Quantity, Parameter)):
        return _write_quantity(part)
    if isinstance(part, Shock):
        return {**write(part.distribution), **_given(part, but="distribution")}
    if isinstance(part, (Period, Span)):
        return str(part)
    if isinstance(part, TargetSet) and part.label is None:
        return list(part)
    if hasattr(part, "__dataclass_fields__"):
        kind = {"kind": part.kind} if isinstance(part, processes.Process) else {}
        return {**kind, **_given(part)}
    if isinstance(part, Mapping):
        return {str(key): write(value) for key, value in part.items()}
    if isinstance(part, tuple):
        return [write(item) for item in part]
    return part


def _write_quantity(part: Quantity | Parameter) -> Any:
    notes = _given(part, but="value")
    value = write(part.value)
    if isinstance(part.value, Distribution):
        return {**value, **notes}
    return {"value": value, **notes} if notes else value


def _given(part: Any, but: str = "") -> Written:
    """Write the fields of a part that differ from their default."""
    given = {}
    for f in fields(part):
        value = getattr(part, f.name)
        default = f.default_factory() if f.default_factory is not MISSING else f.default
        if f.name != but and (default is MISSING or value != default):
            given[f.name] = write(value)
    return given


def not_finite(written: Any, address: str = "") -> list[Problem]:
    """Find numbers that JSON and TOML cannot carry, with their addresses.

    Examples
    --------
    >>> print(*not_finite({"parameters": {"a": float("nan")}}))
    parameters.a: nan is not a finite number
    """
    if isinstance(written, dict):
        steps = [(f"{address}.{key}".lstrip("."), value) for key, value in written.items()]
    elif isinstance(written, list):
        steps = [(f"{address}[{k}]", value) for k, value in enumerate(written)]
    elif isinstance(written, float) and not math.isfinite(written):
        return [Problem(None, None, address, f"{written} is not a finite number")]
    else:
        return []
    return [problem for step, value in steps for problem in not_finite(value, step)]


def to_json(written: Mapping[str, Any]) -> str:
    """Write the written form of a model as JSON, or say what cannot be written."""
    try:
        return json.dumps(written, allow_nan=False, ensure_ascii=False)
    except ValueError:
        problems = not_finite(written)
        if problems:
            raise ModelError(problems) from None
        raise
    except TypeError as error:
        raise ModelError(f"a part of the model cannot be written: {error}") from None


def read_model(written: Mapping[str, Any]) -> dict[str, Any]:
    """Read the arguments of `Model` from its written form."""
    model = {key: value for key, value in written.items() if key != "schema"}
    readers: dict[str, Callable[[Any], Any]] = {
        "indicators": _read_indicator,
        "parameters": _read_parameter,
        "draws": lambda table: Draws(table.pop("rows"), **table),
        "shocks": _read_shock,
        "streams": lambda table: Stream(**table),
        "copulas": lambda table: Copula(table.pop("members"), **table),
        "events": _read_event,
        "levers": lambda table: Lever(**table),
        "warnings": lambda table: EarlyWarning(**table),
        "links": _read_link,
        "scenarios": _read_scenario,
    }
    for key, reader in readers.items():
        if key in model:
            model[key] = {name: reader(table) for name, table in model[key].items()}
    if "targets" in model:
        model["targets"] = [_read_target(table) for table in model["targets"]]
    return model


def _read_quantity(written: Any) -> QuantityLike:
    if not isinstance(written, Mapping):
        value: float = written
        return value
    table = dict(written)
    distribution = Distribution.take(table)
    return Quantity(**table) if distribution is None else Quantity(distribution, **table)


def _read_quantities(written: Mapping[str, Any]) -> dict[str, QuantityLike]:
    return {key: _read_quantity(value) for key, value in written.items()}


def _read_indicator(written: Mapping[str, Any]) -> Indicator:
    table = dict(written)
    if "history" in table:
        table["history"] = _read_quantities(table["history"])
    if "process" in table:
        table["process"] = _read_process(table["process"])
    return Indicator(**table)


def _read_process(written: Mapping[str, Any]) -> processes.Process:
    table = dict(written)
    kind = _PROCESSES[table.pop("kind")]
    if "start" in table:
        table["start"] = _read_quantity(table["start"])
    if "values" in table:
        table["values"] = _read_quantities(table["values"])
    return kind(**table)


def _read_parameter(written: Any) -> Parameter:
    if not isinstance(written, Mapping):
        return Parameter(written)
    table = dict(written)
    distribution = Distribution.take(table)
    return Parameter(**table) if distribution is None else Parameter(distribution, **table)


def _read_shock(written: Mapping[str, Any]) -> Shock:
    table = dict(written)
    distribution = Distribution.take(table)
    return Shock(**table) if distribution is None else Shock(distribution, **table)


def _read_event(written: Mapping[str, Any]) -> Event:
    table = dict(written)
    table["size"] = _read_quantities(table["size"])
    if "duration" in table:
        table["duration"] = _read_quantity(table["duration"])
    return Event(**table)


def _read_link(written: Mapping[str, Any]) -> Link:
    table = dict(written)
    factors = table.pop("factors")
    read = {k: v if isinstance(v, str) else _read_quantity(v) for k, v in factors.items()}
    return Link(**table, factors=read)


def _read_scenario(written: Mapping[str, Any]) -> Scenario:
    table = dict(written)
    return Scenario([_read_change(change) for change in table.pop("changes", ())], **table)


def _read_change(written: Mapping[str, Any]) -> Change:
    table = dict(written)
    for action in table.keys() & {"set", "add", "scale"}:
        table[action] = _read_amount(table[action])
    return Change(**table)


def _read_amount(written: Any) -> Any:
    by_period = isinstance(written, Mapping) and all(key[:4].isdigit() for key in written)
    return written if by_period else _read_quantity(written)


def _read_target(written: Mapping[str, Any]) -> Target:
    table = dict(written)
    for bound in table.keys() & {"at_least", "at_most", "above", "below"}:
        if isinstance(table[bound], Mapping):
            table[bound] = Relative(**table[bound])
    return Target(**table)
