"""What a search of levers found, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tinbergen.basics.words import commas, say
from tinbergen.questions.chance_words import amount_text, chance_text, percent_text

if TYPE_CHECKING:
    from tinbergen.questions.levers import Seek
    from tinbergen.written.model import Model

__all__ = ["lever_sentence"]


def lever_sentence(found: Seek, model: Model, language: str) -> str:
    """Tell what a search of levers found, with the plan as it is beside it."""

    def label() -> str:
        for target in model.targets:
            if target.id == found.of:
                return target.text(language) or found.of
        return say("all", language) if found.of == "all" else found.of

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
        "label": label(),
        "wanted": percent_text(found.wanted, language),
        "before": chance_text(*found.before, language),
        "chance": chance_text(*found.confirmed, language),
        "settings": commas(moved, language),
        "cost": amount_text(found.cost, language),
    }
    if not found.reached:
        return say("say lever short" if moved else "say lever stuck", language, **about)
    return say("say lever" if moved else "say lever none", language, **about)
