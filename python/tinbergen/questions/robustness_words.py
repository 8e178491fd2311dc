"""What is robust, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tinbergen.basics.words import commas, say
from tinbergen.questions.chance_words import amount_text, percent_text
from tinbergen.questions.goal_words import goal_label

if TYPE_CHECKING:
    from tinbergen.questions.robustness import Robustness

__all__ = ["robustness_sentence"]


def robustness_sentence(found: Robustness, language: str) -> str:
    """Tell which setting has the smallest largest regret, and which is likely enough in most futures."""
    table, count = found.table, len(found.futures)
    first = next(table.rows())
    about: dict[str, object] = {
        "label": goal_label(found.of, found.model, language),
        "n": str(len(table)),
        "m": str(count),
        "setting": _setting(found, found.best, language),
        "cost": amount_text(first["cost"], language),
        "regret": _points(first["max_regret"], language),
        "again": _points(found.confirmed[0], language),
    }
    if first["max_regret"] > 0:
        about["future"] = _future(found, int(first["max_regret_in"]), language)
        told = say("say robust regret", language, **about)
    else:
        told = say("say robust best", language, **about)
    row = found._cheapest_row()
    about["wanted"] = percent_text(found.wanted, language)
    if row is None:
        return told + say("say robust nowhere", language, **about)
    reached = next(one for k, one in enumerate(table.rows()) if k == row)
    about["k"] = str(round(reached["satisficing"] * count))
    about["cost"] = amount_text(reached["cost"], language)
    about["setting"] = _setting(found, found.cheapest or {}, language)
    return told + say("say robust reached", language, **about)


def _points(share: float, language: str) -> str:
    """Return a difference of probabilities in percentage points."""
    return amount_text(round(100 * share, 1), language)


def _setting(found: Robustness, places: Mapping[str, float], language: str) -> str:
    parts = [
        say(
            "say lever part",
            language,
            lever=found.model.levers[lever].text(language) or lever,
            value=amount_text(value, language),
        )
        for lever, value in places.items()
    ]
    return commas(parts, language)


def _future(found: Robustness, place: int, language: str) -> str:
    """Name a future: its scenario, and what parameters are in it."""
    row: Mapping[str, Any] = next(row for row in found.futures.rows() if row["future"] == place)
    name = str(row["scenario"])
    scenario = found.model.scenarios.get(name)
    label = (scenario.text(language) if scenario is not None else "") or name
    known = ("future", "scenario", "best", "probability")
    parts = [
        say(
            "say lever part",
            language,
            lever=found.model.parameters[key].text(language) or key,
            value=amount_text(value, language),
        )
        for key, value in row.items()
        if key not in known
    ]
    return commas([label, *parts], language)
