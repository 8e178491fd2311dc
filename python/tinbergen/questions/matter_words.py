"""What matters, in words: assumptions by their labels, and sentences about them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tinbergen.basics.words import commas, say
from tinbergen.questions.chance_words import amount_text, chance_text, percent_text
from tinbergen.questions.goal_words import goal_label

if TYPE_CHECKING:
    from tinbergen.questions.tornado import Tornado
    from tinbergen.written.model import Model

__all__ = ["input_text", "tornado_sentence"]

_PLACES = {
    "parameter": ("parameters",),
    "start": ("indicators",),
    "shock": ("shocks", "indicators"),
    "event": ("events",),
}
"""Where the label of an assumption is looked up: a shock without one is that of its indicator."""

_MOST = 3
"""Assumptions that a sentence names."""


def input_text(row: Mapping[str, Any], model: Model, language: str) -> str:
    """Name an assumption: its label, what kind it is, and the period where it is of one.

    Examples
    --------
    >>> import tinbergen as tb
    >>> row = {"kind": "parameter", "name": "trend_growth", "periods": ""}
    >>> input_text(row, tb.plans.yuecheng(), "en")
    'Trend growth in 2020'
    """
    name, _, period = str(row["name"]).partition("/")
    label, kind = name, str(row["kind"])
    for where in _PLACES[kind]:
        parts: Mapping[str, Any] = getattr(model, where)
        if name in parts and (text := parts[name].text(language)):
            label = text
            break
    periods = str(row["periods"])
    period = period or ("" if ".." in periods else periods)
    if kind != "parameter":
        about = [say(f"kind {kind}", language), period]
        label = say("input", language, label=label, about=commas(filter(None, about), language))
    return label


def tornado_sentence(found: Tornado, language: str) -> str:
    """Tell which assumptions move a probability most, and how far."""
    chance = chance_text(*found.probability, language)
    label = goal_label(found.of, found.model, language)
    clear = [row for row in found.table.rows() if row["clear"]]
    if not clear:
        return say("say tornado none", language, label=label, chance=chance)
    parts = [
        say(
            "say tornado split" if row["split"] else "say tornado part",
            language,
            input=input_text(row, found.model, language),
            low=amount_text(row["low"], language),
            high=amount_text(row["high"], language),
            at_low=percent_text(row["probability_low"], language),
            at_high=percent_text(row["probability_high"], language),
        )
        for row in clear[:_MOST]
    ]
    return say("say tornado", language, label=label, chance=chance, parts=commas(parts, language))
