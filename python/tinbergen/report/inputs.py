"""The parts of a report that say what it rests on: findings, levers, assumptions, method, how it is computed again."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from tinbergen.basics.table import Table
from tinbergen.basics.version import VERSION
from tinbergen.basics.words import of_language, semicolons, unit_text
from tinbergen.io.run_files import attainment_csv, fan_csv
from tinbergen.io.workbook import assumptions as assumptions_of
from tinbergen.questions.chance_words import amount_text, percent_text
from tinbergen.questions.distribution_words import distribution_text
from tinbergen.report.blocks import Block, Code, Text, sheet_of
from tinbergen.report.controls import middle_of
from tinbergen.report.matters import matters
from tinbergen.report.told import Told
from tinbergen.results.notes import Notes
from tinbergen.written.distribution import Distribution

__all__ = ["assumptions", "consistency", "levers", "method", "notes", "reproduce"]

_TEXTS = ("message", "resolve")
_SHOWN = ("label", "value", "unit", "source", "assumption")


def _notes(
    told: Told, found: Notes, caption: str, english: tuple[str, ...] = ("kind", *_TEXTS)
) -> Block:
    rows = [(note.kind, note.subject, note.message, note.resolve) for note in found]
    kinds, subjects, messages, resolve = zip(*rows, strict=True)
    subjects = tuple(_named(told, subject) for subject in subjects)
    columns: dict[str, Any] = {"kind": kinds, "what": subjects, "message": messages}
    if any(resolve):
        columns["resolve"] = resolve
    table = Table(columns)
    return sheet_of(table, caption, told.language, foreign=english)


def consistency(told: Told) -> list[Block]:
    """Tell what does not fit in the plan, before anything is drawn."""
    found = told.model.check()
    if not len(found):
        return [Text(told.say("report fits"))]
    words = of_language(told.language).WORDS
    notes = [replace(note, kind=words.get(f"finding {note.kind}", note.kind)) for note in found]
    return [_notes(told, Notes(notes), told.say("report consistency"), english=_TEXTS)]


def _named(told: Told, subject: str) -> str:
    """Put labels in the place of the names of targets."""
    targets = {target.id for target in told.model.targets}
    names = subject.split(", ")
    return semicolons(
        [told.goal_label(one) if one in targets else one for one in names], told.language
    )


def levers(told: Told) -> list[Block]:
    """List what a decision-maker can move, within which range, and at which cost."""
    rows = []
    for name, lever in told.model.levers.items():
        low, high = (amount_text(end, told.language) for end in lever.range)
        parameter = told.model.parameters[lever.parameter]
        rows.append(
            {
                "lever": told.label(told.model.levers, name),
                "now": amount_text(middle_of(parameter.value), told.language),
                "range": told.say("report range", low=low, high=high),
                "unit": unit_text(parameter.unit, told.language),
                "cost": "" if lever.cost is None else str(lever.cost),
                "assumption": getattr(lever, "assumption", None) or "",
            }
        )
    if not rows:
        return []
    hidden = {"costs": "cost", "assumptions": "assumption"}
    left = {hidden[w] for w in told.without & hidden.keys()}
    left |= set() if any(row["unit"] for row in rows) else {"unit"}
    names = [n for n in rows[0] if n not in left]
    table = Table({name: [row[name] for row in rows] for name in names})
    return [sheet_of(table, told.say("report levers"), told.language)]


def assumptions(told: Told) -> list[Block]:
    """Tell how much each assumption matters, and list every part of the plan with its source."""
    table = assumptions_of(told.model, told.language)
    plain = {
        "indicator": told.model.equations(),
        "target": {target.id: str(target) for target in told.model.targets},
    }
    found = []
    for kind in dict.fromkeys(table["kind"].tolist()):
        if kind == "lever":  # they have a part of their own, which may be left out
            continue
        rows = table.filter(kind=kind)
        names = rows["name"].tolist()
        labels = [label or name for label, name in zip(rows["label"].tolist(), names, strict=True)]
        written = zip(rows["value"].tolist(), names, strict=True)
        values = [plain.get(kind, {}).get(name, value) for value, name in written]
        drawn = _drawn(told, kind)
        values = [drawn.get(name, value) for name, value in zip(names, values, strict=True)]
        rows = rows.with_column("label", labels).with_column("value", values)
        kept = [name for name in _SHOWN if any(rows[name].tolist())]
        heading = told.say(f"report kind {kind}")
        found.append(sheet_of(rows, heading, told.language, names=kept, folded=True))
    rests = Text(told.say("report rests"), "small", hint=told.say("report rests open"))
    return [*matters(told), rests, *found]


def _drawn(told: Told, kind: str) -> dict[str, str]:
    """Tell the distributions of parameters or shocks in words."""
    parts: dict[str, Mapping[str, Any]] = {
        "parameter": told.model.parameters,
        "shock": told.model.shocks,
    }
    of = parts.get(kind, {})
    found = {
        name: getattr(one, "value", getattr(one, "distribution", one)) for name, one in of.items()
    }
    return {
        name: distribution_text(one, told.language)
        for name, one in found.items()
        if isinstance(one, Distribution)
    }


def notes(told: Told) -> list[Block]:
    """Tell what the run has to say beside its numbers, and what was noted by whoever made it."""
    found = Notes([*told.model.notes, *told.runs.notes])
    blocks: list[Block] = []
    if told.note:
        blocks.append(Text(f"{told.say('report judgement')}: {told.note}"))
    if len(found):
        blocks.append(_notes(told, found, told.say("report notes")))
    return blocks


def method(told: Told) -> list[Block]:
    """Tell how probabilities come about, and how far chance can move them."""
    paths = told.count(told.ensemble.paths)
    blocks: list[Block] = [
        Text(told.say("report method paths", paths=paths)),
        Text(told.say("report method share")),
    ]
    rows = [row for row in told.chances.values() if np.isfinite(row["high"] - row["low"])]
    if rows:
        widest = max(rows, key=lambda row: row["high"] - row["low"])
        ends = {end: percent_text(widest[end], told.language) for end in ("low", "high")}
        label = told.goal_label(widest["target"])
        blocks.append(Text(told.say("report method error", label=label, **ends)))
    if told.runs.recipe.outturns is not None:
        worth = told.count(round(told.ensemble.effective_paths))
        blocks.append(Text(told.say("report method weights", worth=worth)))
    blocks.append(Text(told.say("report method limits")))
    return blocks


def reproduce(told: Told) -> list[Block]:
    """Tell how the same numbers are had again, to the last bit."""
    info, recipe = told.runs.info, told.runs.recipe
    command = f"tinbergen run plan.toml --paths {info['paths']} --seed {info['seed']}"
    command += "" if info["design"] == "random" else f" --design {info['design']}"
    if recipe.outturns is not None:
        day = f" --as-of {recipe.as_of}" if recipe.as_of else ""
        basis = recipe.settings.get("basis")
        command = command.replace("run plan.toml", "track plan.toml outturns.csv") + day
        command += f" --basis {basis}" if basis else ""
    changed = info.get("parameters") or {}
    rows: dict[str, str] = {
        "tinbergen": VERSION,
        "python": platform.python_version(),
        "numpy": np.__version__,
        "seed": str(info["seed"]),
        "paths": str(info["paths"]),
        "design": str(info["design"]),
        "streams": str(info["streams"]),
        **{f"parameter {name}": str(value) for name, value in changed.items()},
        told.say("report hash plan"): _sha256(told.model._to_core().to_plan_files("plan")[0]),
        told.say("report hash", file="attainment.csv"): _sha256(attainment_csv(told.runs)),
        told.say("report hash", file="fan.csv"): _sha256(fan_csv(told.runs)),
    }
    table = Table({"name": list(rows), "value": list(rows.values())})
    return [
        Text(told.say("report again")),
        Code(f"{command} --out out"),
        sheet_of(table, told.say("report reproduce"), told.language),
    ]


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
