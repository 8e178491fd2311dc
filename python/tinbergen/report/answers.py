"""The parts of a report that answer: the first screen, targets, scenarios, changes, warnings, surprises."""

from __future__ import annotations

import math
from typing import Any

from tinbergen.basics.table import Table
from tinbergen.basics.words import semicolons
from tinbergen.io.rounds import side_by_side
from tinbergen.plots._targets import target_marks
from tinbergen.questions.chance_words import about_text, chance_text
from tinbergen.questions.explanation import diff
from tinbergen.questions.explanation_words import part_text
from tinbergen.report.blocks import Block, Dots, Sheet, Telling, Text, sheet_of
from tinbergen.report.glance import glance
from tinbergen.report.picture import fan_picture
from tinbergen.report.told import Told

__all__ = ["answer", "changes", "scenarios", "surprises", "targets", "warnings"]

_LEAST = 5


def answer(told: Told) -> list[Block]:
    """Tell on the first screen how likely the plan is, and what stands in the way."""
    if not told.model.targets:
        return [Text(told.say("report no targets"), "lead")]
    rows = told.chances
    joint = rows["all"]
    blocks: list[Block] = [
        Text(told.words.joint(), "lead", key="joint"),
        _dots(told, joint["probability"]),
        *([Text(told.words.limiting(), key="limiting")] if len(told.model.targets) > 1 else []),
        *glance(told),
        Text(told.say("report read"), "small"),
    ]
    sets = [name for name in rows if name in told.model.target_sets]
    if sets:
        sets.sort(key=lambda name: -rows[name]["probability"])
        blocks.append(_likely(told, told.say("report sets"), sets))
    least = sorted((target.id for target in told.model.targets), key=_chance_of(told))[:_LEAST]
    blocks.append(_likely(told, told.say("report least"), least))
    return blocks


def _chance_of(told: Told) -> Any:
    return lambda name: told.chances[name]["probability"]


def _dots(told: Told, share: float) -> Dots:
    filled = 0 if math.isnan(share) else round(100 * share)
    on, off = str(filled), str(100 - filled)
    if share > 0 and filled == 0:
        on, off = "<1", ">99"
    elif share < 1 and filled == 100:
        on, off = ">99", "<1"
    one = " one" if len(told.model.targets) == 1 else ""
    legend = [told.say(f"report dots on{one}", n=on), told.say(f"report dots off{one}", n=off)]
    about = told.say("report dots", n=filled, label=told.goal_label("all"))
    return Dots(filled, about, told.say("report dots of"), legend)


def _chance(told: Told, row: dict[str, Any]) -> str:
    value = row["probability"]
    if 0 < value < 1:
        return about_text(value, told.language)
    return chance_text(value, row["low"], row["high"], told.language)


def _likely(told: Told, caption: str, names: list[str]) -> Sheet:
    """Lay out a few targets or sets with how likely they are, in words and as bars."""
    rows = [[told.goal_label(name), _chance(told, told.chances[name])] for name in names]
    header = [told.say("report goal"), told.say("report chance")]
    bars = [float(told.chances[name]["probability"]) for name in names]
    return Sheet(caption, header, rows, ["left", "left"], bars=bars, keys=names)


def targets(told: Told) -> list[Block]:
    """Tell of each target: its fan, its sentence, what it wants, its source."""
    by: dict[str, list[Any]] = {}
    for target in told.model.targets:
        by.setdefault(target.indicator or target.id, []).append(target)
    if not by:
        by = {name: [] for name in told.fans}
    blocks: list[Block] = []
    for name, members in by.items():
        of_indicator = not members or members[0].indicator is not None
        label = told.label(told.model.indicators, name) if of_indicator else told.goal_label(name)
        kept = of_indicator and name in told.ensemble
        picture = fan_picture(told.ensemble, name, label, told.language) if kept else None
        sheet = _behind(told, name) if picture is not None else None
        lines = [_target(told, target) for target in members]
        blocks.append(Telling(name, label, picture, sheet, lines))
    if any(isinstance(block, Telling) and block.picture for block in blocks):
        legend = [told.say("sheet bands"), told.say("report marks")]
        blocks.insert(0, Text(semicolons(legend, told.language), "small"))
    if told.model.targets:
        table = told.attainment
        labels = [told.goal_label(name) for name in table["target"].tolist()]
        table = table.with_column("label", labels)
        names = ["label", "probability", "low", "high"]
        caption, headed = told.say("report all"), {"label": told.say("report goal")}
        blocks.append(
            sheet_of(table, caption, told.language, names=names, folded=True, headed=headed)
        )
    return blocks


def _target(told: Told, target: Any) -> dict[str, str]:
    marks, _ = target_marks(told.ensemble, target.indicator or "", None, told.language)
    same = [t.id for t in told.model.targets if t.indicator == target.indicator]
    placed = len(marks) == len(same)  # else it is not known which mark is whose
    wanted = marks[same.index(target.id)].text if placed and target.indicator else str(target)
    return {
        "id": target.id,
        "label": told.goal_label(target.id),
        "sentence": told.words.probability(target.id),
        "wanted": wanted,
        "foreign": "" if placed or told.language == "en" else "en",
        "nature": told.say(target.nature),
        "source": target.source or "",
        "assumption": target.assumption or "",
    }


def _behind(told: Told, name: str) -> Sheet:
    """Return the numbers behind a fan."""
    table = told.ensemble.fan(name)
    names = [column for column in table.columns if column != "indicator"]
    headed = {name: told.percent(name) for name in names if name[0] == "q" and name[1:].isdigit()}
    caption = told.say("report table")
    return sheet_of(table, caption, told.language, names=names, folded=True, headed=headed)


def scenarios(told: Told) -> list[Block]:
    """Compare scenarios: a sentence for each, and all probabilities side by side."""
    if not told.others or not told.model.targets:
        return []
    of = told.headline
    blocks: list[Block] = [Text(told.words.change(name, of)) for name in told.others]
    wide = told.runs.attainment(wide=True, language=told.language)
    names = [name for name in told.runs if name in wide.columns]
    labels = [told.goal_label(name) for name in wide["target"].tolist()]
    table = wide.with_column("label", labels)
    sheet = sheet_of(table, told.say("report scenarios"), told.language, names=["label", *names])
    header = [told.say("report goal"), *map(told.scenario_label, names)]
    blocks.append(Sheet(sheet.caption, header, sheet.rows, sheet.align))
    return blocks


def changes(told: Told) -> list[Block]:
    """Tell what changed since the round before, and why."""
    if told.before is None:
        return []
    language, before = told.language, told.before
    blocks: list[Block] = [Text(told.say("report before", name=before.name), "small")]
    if before.note:
        blocks.append(Text(f"{told.say('report judgement')}: {before.note}"))
    blocks += _explained(told)
    table = side_by_side(before.attainment, told.runs.attainment()).filter(scenario=told.scenario)
    labels = [told.goal_label(name) for name in table["target"].tolist()]
    names = ["label", "before", "after", "difference"]
    blocks.append(
        sheet_of(
            table.with_column("label", labels),
            told.say("report then and now"),
            language,
            names=names,
            headed={"label": told.say("report goal")},
        )
    )
    differences = diff(before.model, told.model)
    if len(differences):
        caption = told.say("report differences")
        blocks.append(
            sheet_of(differences, caption, language, folded=True, foreign=differences.columns)
        )
    return blocks


def _explained(told: Told) -> list[Block]:
    """Attribute the change of a probability to its causes."""
    found, basis = told.explained, told.runs.recipe.settings.get("basis")
    if found is None:
        return []
    blocks: list[Block] = [Text(found.text(told.language))]
    if basis:
        blocks.append(Text(told.say("report basis", basis=basis), "small"))
    if len(found.parts):
        caption = f"{told.say('report parts')}: {told.goal_label(told.headline)}"
        parts = Table(
            {
                "part": [
                    part_text(found.groups[name], told.language, told.model)
                    for name in found.parts["part"].tolist()
                ],
                "value": found.parts["value"],
                "error": found.parts["error"],
            },
            rates=["value", "error"],
        )
        blocks.append(sheet_of(parts, caption, told.language))
    return blocks


def warnings(told: Told) -> list[Block]:
    """Tell which early warnings fire, and how good each is."""
    if not told.model.warnings:
        return []
    before = None if told.before is None else told.before.attainment
    told_lines = [*told.words.alerts(before), *told.words.warnings()]
    return [Text(line) for line in told_lines]


def surprises(told: Told) -> list[Block]:
    """Tell which actual values were far from what was expected, and how far each was."""
    if told.runs.recipe.outturns is None:
        return []
    blocks: list[Block] = [Text(line) for line in told.words.surprises()]
    table = told.runs.surprises().filter(scenario=told.scenario)
    if len(table):
        labels = [told.label(told.model.indicators, n) for n in table["indicator"].tolist()]
        names = ["label", "period", "value", "expected", "sd", "deviations", "probability"]
        caption, headed = (
            told.say("report expected"),
            {"label": told.say("report actual indicator")},
        )
        table = table.with_column("label", labels)
        blocks.append(sheet_of(table, caption, told.language, names=names, headed=headed))
    return blocks
