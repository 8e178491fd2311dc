"""``tinbergen check``: find problems and contradictions of a plan."""

from __future__ import annotations

import argparse
import re

from tinbergen.basics.language import language_tag
from tinbergen.shell.options import (
    FINDINGS,
    OK,
    Commands,
    add_json,
    add_language,
    add_plan,
    language_of,
    plan_of,
    print_json,
)
from tinbergen.shell.words import word
from tinbergen.written.model import Model

__all__ = ["register"]


def register(commands: Commands) -> None:
    """Add the command, with what it takes."""
    check = commands.add_parser("check", help="find problems and contradictions of a plan")
    add_plan(check)
    check.add_argument("--strict", action="store_true", help="exit 1 when there are findings")
    add_language(check, "what is counted; notes are in English")
    add_json(check)
    check.set_defaults(command=_check)


def _check(options: argparse.Namespace) -> int:
    model = plan_of(options)
    findings = model.check()
    if options.json:
        print_json({"plan": model.name, "findings": findings})
    elif len(findings):
        print(findings.to_text())
    if not options.json:
        print(_summary(model, len(findings), language_of(options, model)))
    return FINDINGS if findings and options.strict else OK


def _summary(model: Model, findings: int, language: str) -> str:
    counts = {
        "{} indicators": len(model.indicators),
        "{} targets": len(model.targets),
        "{} scenarios beside the baseline": len(model.scenarios),
        "{} findings": findings,
    }
    told = [word(text, language, count) for text, count in counts.items()]
    if language_tag(language) == "en":  # of one there is no plural
        told = [re.sub(r"^(1 \w+)s\b", r"\1", text) for text in told]
    return word("{}: {}", language, model.name, word(", ", language).join(told))
