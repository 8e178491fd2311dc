"""What a search of levers found, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tinbergen.basics.words import commas, say
from tinbergen.questions.chance_words import amount_text, chance_text, percent_text
from tinbergen.questions.goal_words import goal_label, goal_sentence

if TYPE_CHECKING:
    from tinbergen.questions.levers import Seek
    from tinbergen.written.model import Model

__all__ = ["lever_sentence"]


def lever_sentence(found: Seek, model: Model, language: str) -> str:
    """Tell what a search of levers found, with the plan as it is beside it."""
    moved = [
        say(
            "say lever part",
            language,
            lever=(model.levers[row["lever"]].text(language) or row["lever"]),
            value=amount_text(row["value"], language),
        )
        for row in found.settings.rows()
        if row["value"] != row["now"]
    ]
    about: dict[str, object] = {
        "wanted": percent_text(found.wanted, language),
        "before": chance_text(*found.before, language),
        "chance": chance_text(*found.confirmed, language),
        "settings": commas(moved, language),
        "cost": amount_text(found.cost, language),
    }
    if not found.reached:
        key = "say lever short" if moved else "say lever stuck"
    else:
        key = "say lever" if moved else "say lever none"
    if key == "say lever":
        return goal_sentence(key, found.of, model, language, **about)
    return say(key, language, label=goal_label(found.of, model, language), **about)
