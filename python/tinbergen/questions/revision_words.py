"""A revision in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tinbergen.basics.words import percent_sign, say, semicolons
from tinbergen.questions.chance_words import amount_text, percent_text, share_text
from tinbergen.questions.goal_words import goal_sentence
from tinbergen.written.number_kinds import by_target

if TYPE_CHECKING:
    from tinbergen.questions.revision import Revision

__all__ = ["revision_sentence"]


def revision_sentence(found: Revision, language: str) -> str:
    """Tell with which bounds a plan is met, and how often."""
    value, low, high = found.confirmed
    moved = found.moved
    about: dict[str, object] = {
        "n": str(len(moved)),
        "before": share_text(*found.before, language),
        "chance": share_text(value, low, high, language),
        "low": percent_text(low, language),
        "high": percent_text(high, language),
        "names": semicolons(_parts(found, language), language),
    }
    key = "say revision" if len(moved) > 1 else "say revision one" if moved else "say revision none"
    if found.of == "all":
        return say(key, language, label=say("say revision plan", language), **about)
    return goal_sentence(key, found.of, found.plan, language, **about)


def _parts(found: Revision, language: str) -> list[str]:
    """Tell each bound that moved."""
    labels = {target.id: target.text(language) or target.id for target in found.plan.targets}
    kinds: Any = by_target(found.plan, ())[1]

    def number(row: dict[str, Any], name: str) -> str:
        if kinds.get(row["target"]) == "rate":
            return amount_text(100 * row[name], language) + percent_sign(language)
        return amount_text(row[name], language)

    return [
        say(
            "say revision part",
            language,
            label=labels[row["target"]],
            new=number(row, "revised"),
            old=number(row, "written"),
        )
        for row in found.table.rows()
        if row["revised"] != row["written"]
    ]
