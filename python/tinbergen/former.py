"""Modules by their names before the package had rooms, so that what was pickled then is read."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterable
from types import ModuleType
from typing import Any

__all__ = ["register"]

_FORMER = {
    "analysis": ("questions.effects", "questions.structure"),
    "attain": ("questions.most_likely",),
    "blocks": ("questions.order",),
    "distribution": ("written.distributions", "written.composed_distributions"),
    "explanation": ("questions.explanation",),
    "findings": ("former",),
    "frames": ("basics.table",),
    "goal": ("written.goal",),
    "levers": ("questions.levers", "questions.frontier"),
    "mapping": ("basics.mapping",),
    "model": ("written.model",),
    "parts": ("written.parts",),
    "periods": ("basics.periods",),
    "process": ("written.process",),
    "quantity": ("written.quantity",),
    "rounds": ("io.rounds", "io.round_verification"),
    "scenario": ("written.scenario",),
    "simulation_plans": ("questions.simulation_plans",),
    "target": ("written.target",),
    "warning": ("written.early_warning",),
}
_RENAMED = {("blocks", "Explanation"): "ComputationOrder"}


class _Former(ModuleType):
    """A module that is elsewhere now: its names are looked up there."""

    def __getattr__(self, name: str) -> Any:
        former = self.__name__.partition(".")[2]
        now = _RENAMED.get((former, name), name)
        for room in _FORMER[former]:
            module = importlib.import_module(f"tinbergen.{room}")
            if now in vars(module):
                return vars(module)[now]
        raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")


def Finding(  # noqa: N802 (the name that pickles have)
    kind: str, targets: Iterable[str], indicators: Iterable[str], message: str, *rest: Any
) -> Any:
    """Make what was a finding: a note about targets and indicators."""
    note = importlib.import_module("tinbergen.results.notes").Note
    sources, resolve, values = rest
    return note.about(kind, targets, indicators, message, sources, resolve, values.items())


def Findings(findings: Iterable[Any]) -> Any:  # noqa: N802
    """Make what were findings."""
    return importlib.import_module("tinbergen.results.notes").Notes(findings)


def register() -> None:
    """Let former names be found by `pickle`."""
    for name in _FORMER:
        sys.modules.setdefault(f"tinbergen.{name}", _Former(f"tinbergen.{name}"))
