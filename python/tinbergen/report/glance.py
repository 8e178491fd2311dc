"""The sentences of the first screen beside the answer: what would help, what changed, how sure the numbers are."""

from __future__ import annotations

import math

from tinbergen.basics.words import number_text
from tinbergen.questions.chance_words import about_text
from tinbergen.report.blocks import Block, Text
from tinbergen.report.told import Told

__all__ = ["glance"]

_SURE = 1.96


def glance(told: Told) -> list[Block]:
    """Answer what is asked next: what would help most, what changed since the round before, how sure it is.

    Examples
    --------
    >>> import tinbergen as tb
    >>> runs = tb.plans.yuecheng().simulate(paths=500, seed=1, scenarios=["baseline"])
    >>> [block.key for block in glance(Told(runs, "en", "baseline"))]
    ['help', 'sure']
    """
    sentences = {"help": _help(told), "change": _change(told), "sure": _sure(told)}
    return [Text(text, key=key) for key, text in sentences.items() if text]


def _help(told: Told) -> str:
    """Tell which lever by itself makes the headline targets likelier, at the better end of its range."""
    runs, model = told.runs, told.model
    given = runs.recipe.outturns is not None or runs.info.get("parameters")
    if not model.levers or "levers" in told.without or given:
        return ""
    info, goal = runs.info, told.headline
    reached: dict[tuple[str, float], float] = {}
    for name, lever in model.levers.items():
        ends = [float(end) for end in lever.range]
        found = model.sweep(
            levers={name: ends},
            scenarios=told.scenario,
            of=goal,
            paths=info["paths"],
            seed=info["seed"],
            design=info["design"],
        )
        reached |= {(name, end): p for end, p in zip(ends, found.probability(goal), strict=True)}
    before, best = float(told.chances[goal]["probability"]), max(reached.values())
    noise = _SURE * math.sqrt((before * (1 - before) + best * (1 - best)) / info["paths"])
    label = told.goal_label(goal)
    if not best - before > noise:
        return told.say("glance no lever", label=label)
    name, end = max(reached, key=lambda place: reached[place])
    return told.say(
        "glance lever",
        lever=told.label(model.levers, name),
        value=number_text(f"{end:g}", told.language),
        label=label,
        before=about_text(before, told.language),
        after=about_text(best, told.language),
    )


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
