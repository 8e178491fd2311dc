"""What a discovery found, in words."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import reduce
from typing import TYPE_CHECKING, Any

from tinbergen.basics.words import say
from tinbergen.questions.chance_words import about_text, amount_text, percent_text
from tinbergen.questions.goal_words import goal_sentence
from tinbergen.questions.matter_words import input_text

if TYPE_CHECKING:
    from tinbergen.questions.discovery import Discovery
    from tinbergen.written.model import Model

__all__ = ["discovery_sentence"]

_LEVEL = 0.05


def discovery_sentence(found: Discovery, language: str) -> str:
    """Tell where the paths lie that miss a goal, or that there is no telling."""
    about = (found.of, found.model, language)
    side = "met" if found.met else "missed"
    share = about_text(found.share, language)
    if found.chance > _LEVEL or len(found.ranges) == 0:
        return goal_sentence(f"say discovery none {side}", *about, share=share)
    first = found.ranges.filter(box=0)
    parts = [_range_text(row, found.model, language) for row in first.rows()]
    return goal_sentence(
        f"say discovery {side}",
        *about,
        share=share,
        coverage=_share(float(found.boxes["coverage"][0]), language),
        density=percent_text(float(found.boxes["density"][0]), language),
        ranges=reduce(lambda a, b: say("and", language, a=a, b=b), parts),
    )


def _share(share: float, language: str) -> str:
    """Tell the share of paths that lie in a box, which may be all of them."""
    return about_text(share, language) if 0 < share < 1 else percent_text(share, language)


def _range_text(row: Mapping[str, Any], model: Model, language: str) -> str:
    """Tell a range: below, above, between; of an event that it does not begin, or how often."""
    name = input_text(row, model, language)
    low, high = row["low"], row["high"]
    if row["kind"] == "event" and math.isnan(low) and high < 1:
        return say("range never", language, input=name)
    if row["kind"] == "event" and math.isnan(high) and 0 < low <= 1:
        return say("range some", language, input=name)
    ends = {"low": amount_text(low, language), "high": amount_text(high, language)}
    key = "range below" if math.isnan(low) else "range above" if math.isnan(high) else "range"
    return say(key, language, input=name, **ends)
