"""The sentences of the first screen beside the answer: what would help, what changed, how sure the numbers are."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TypeAlias

from tinbergen.basics.words import number_text, unit_text
from tinbergen.questions.chance_words import about_text
from tinbergen.report.blocks import Block, Text
from tinbergen.report.controls import stands
from tinbergen.report.told import Told
from tinbergen.written.distribution import Distribution
from tinbergen.written.scenario import Change, Scenario

__all__ = ["glance"]

Tried: TypeAlias = dict[tuple[str, float], float]
"""How likely a goal is, by lever and where it stands."""
_SURE = 1.96


def glance(told: Told) -> list[Block]:
    """Answer what is asked next: what would help most, what changed since the round before, how sure it is.

    Examples
    --------
    >>> import tinbergen as tb
    >>> runs = tb.plans.yuecheng().simulate(paths=500, seed=1, scenarios=["baseline"])
    >>> [block.key for block in glance(Told(runs, "en", "baseline"))]
    ['help', 'sure', '']
    """
    sentences = {"help": _help(told), "change": _change(told), "sure": _sure(told)}
    blocks: list[Block] = [Text(text, key=key) for key, text in sentences.items() if text]
    if told.before is None and "changes" not in told.without:
        blocks.append(Text(told.say("glance alone"), "small"))
    return blocks


def _help(told: Told) -> str:
    """Tell which lever by itself makes the headline targets likelier, at the better end of its range."""
    model, goal = told.model, told.headline
    other = told.runs.info.get("parameters") or told.runs.recipe.settings.get("basis")
    if not model.levers or "levers" in told.without or other:
        return ""
    reached = _tried(told, goal) if told.runs.recipe.outturns is None else _tried_given(told, goal)
    before, best = float(told.chances[goal]["probability"]), max(reached.values())
    spread = before * (1 - before) + best * (1 - best)
    noise = _SURE * math.sqrt(spread / told.ensemble.effective_paths)
    label = told.headline_label
    if not best - before > noise:
        return told.say("glance no lever", label=label)
    name, end = max(reached, key=lambda place: reached[place])
    return told.say(
        "glance lever",
        lever=told.label(model.levers, name),
        stands=_stands(told, name),
        value=number_text(f"{end:g}", told.language),
        unit=_unit(told, name),
        label=label,
        before=about_text(before, told.language),
        after=about_text(best, told.language),
    )


def _stands(told: Told, name: str) -> str:
    """Tell where a lever stands now."""
    now = stands(told, name, told.scenario)
    if now is None:
        return ""
    return told.say("glance stands", now=number_text(f"{now:g}", told.language))


def _unit(told: Told, name: str) -> str:
    """Tell in which unit a lever is told of."""
    unit = told.model.parameters[told.model.levers[name].parameter].unit
    return told.say("glance unit", unit=unit_text(unit, told.language)) if unit else ""


def _tried(told: Told, goal: str) -> Tried:
    """Return how likely a goal is with each lever at each end of its range."""
    reached: Tried = {}
    info = told.runs.info
    for name, lever in told.model.levers.items():
        ends = [float(end) for end in lever.range]
        found = told.model.sweep(
            levers={name: ends},
            scenarios=told.scenario,
            of=goal,
            paths=info["paths"],
            seed=info["seed"],
            design=info["design"],
            executor=told.executor,
        )
        reached |= {(name, end): p for end, p in zip(ends, found.probability(goal), strict=True)}
    return reached


def _tried_given(told: Told, goal: str) -> Tried:
    """Return the same of a run given actual values: each is a scenario of the plan."""
    recipe, info, model = told.runs.recipe, told.runs.info, told.model
    places: dict[str, tuple[str, float]] = {}
    scenarios: dict[str, Scenario] = {}
    for name, lever in model.levers.items():
        value = model.parameters[lever.parameter].value
        for end in map(float, lever.range):
            key = f"lever_{len(places)}"
            while key in model.scenarios:
                key += "_"
            places[key] = (name, end)
            base = None if told.scenario == "baseline" else told.scenario
            change = (
                Change(parameter=lever.parameter, add=end - float(value.quantile(0.5)))
                if isinstance(value, Distribution)
                else Change(parameter=lever.parameter, set=end)
            )
            scenarios[key] = Scenario([change], extends=base)
    with_levers = replace(recipe, model=recipe.model.add(scenarios=scenarios))
    table = with_levers.observe().attainment(
        info["paths"], seed=info["seed"], design=info["design"], scenarios=list(places)
    )
    rows = table.filter(target=goal).rows()
    return {places[row["scenario"]]: float(row["probability"]) for row in rows}


def _change(told: Told) -> str:
    found = None if "changes" in told.without else told.explained
    if found is None or told.before is None:
        return ""
    return told.say("glance change", name=told.before.name, text=found.text(told.language))


def _sure(told: Told) -> str:
    """Tell how far chance may move a number, and what it does not tell."""
    wide = [row["high"] - row["low"] for row in told.chances.values()]
    most = max((one for one in wide if math.isfinite(one)), default=0.0) / 2
    if most <= 0:
        return ""
    points = number_text(f"{100 * most:.1f}", told.language)
    return told.say("glance sure", points=points, paths=told.count(told.ensemble.paths))
