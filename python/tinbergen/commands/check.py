"""``tinbergen check``: find problems and contradictions of a plan."""

from __future__ import annotations

import argparse

from tinbergen.commands.options import FINDINGS, OK, Commands, add_plan
from tinbergen.model import Model, read_plan

__all__ = ["register"]


def register(commands: Commands) -> None:
    """Say what the command takes."""
    check = commands.add_parser("check", help="find problems and contradictions of a plan")
    add_plan(check)
    check.add_argument("--strict", action="store_true", help="exit 1 when there are findings")
    check.set_defaults(command=_check)


def _check(options: argparse.Namespace) -> int:
    model = read_plan(options.plan)
    findings = model.check()
    if len(findings):
        print(findings.to_text())
    print(_summary(model, len(findings)))
    return FINDINGS if findings and options.strict else OK


def _summary(model: Model, findings: int) -> str:
    scenarios = len(model.scenarios)
    counts = [
        f"{len(model.indicators)} indicators",
        f"{len(model.targets)} targets",
        f"{scenarios} scenario{'' if scenarios == 1 else 's'} beside the baseline",
        f"{findings} finding{'' if findings == 1 else 's'}",
    ]
    return f"{model.name}: {', '.join(counts)}"
