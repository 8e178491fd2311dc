"""An explanation in words: the same numbers and the same sentence in every language."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import TYPE_CHECKING

from tinbergen.basics.text import format_value
from tinbergen.basics.words import column_text, commas, number_text, of_language, percent_sign, say
from tinbergen.questions.goal_words import goal_label

if TYPE_CHECKING:
    from tinbergen.questions.explanation import Explanation
    from tinbergen.written.model import Model

__all__ = ["OUTTURNS", "ends", "of_text", "part_text", "sentence", "table_words"]

OUTTURNS = "outturns"
"""The kind of new actual values; ``outturns.gdp`` are those of an indicator."""

_SURE = 2.0
"""Standard errors from which a part is told from zero."""


def part_text(groups: Sequence[str], language: str, model: Model | None = None) -> str:
    """Name a part in plain words; groups of one's own keep their name.

    Parameters
    ----------
    groups
        The groups of the part.
    language
        ``"en"``, ``"zh"``, ``"de"``.
    model
        Where labels of indicators are looked up.

    Examples
    --------
    >>> part_text(["outturns"], "en"), part_text(["equations", "my group"], "zh")
    ('new actual values', '方程与my group')
    """
    names = [_group_text(group, language, model) for group in groups]
    return reduce(lambda a, b: say("explain with", language, a=a, b=b), names)


def _group_text(group: str, language: str, model: Model | None) -> str:
    if f"part {group}" in of_language("en").WORDS:
        return say(f"part {group}", language)
    kind, _, name = group.partition(".")
    if kind != OUTTURNS or not name:
        return group
    known = None if model is None else model.indicators.get(name)
    label = (known.text(language) if known else None) or name
    return say("explain outturns of", language, label=label)


def of_text(found: Explanation, language: str) -> str:
    """Name what is explained."""
    if isinstance(found.of, str):
        if found.of == "all":
            goal = say("explain all", language)
        else:
            goal = goal_label(found.of, found.model, language)
        text = say("explain probability", language, goal=goal)
    else:
        indicator, period, level = found.of
        name = found.model.indicators[indicator].text(language) or indicator
        part = number_text(f"{100 * level:g}", language)
        text = say("explain quantile", language, level=part, name=name, period=period)
    if found.scenario == "baseline":
        return text
    scenario = found.model.scenarios[found.scenario].text(language) or found.scenario
    return say("explain scenario", language, text=text, scenario=scenario)


def ends(language: str) -> tuple[str, str]:
    """Name the first and the last row of the table: before and after."""
    return say("before", language), say("after", language)


def table_words(language: str, points: bool) -> tuple[str, str, str]:
    """Name the columns of the table: the value (in percentage points or not), its error, its share."""
    value = say("explain points column", language) if points else column_text("value", language)
    return value, column_text("error", language), column_text("share", language)


def sentence(found: Explanation, language: str) -> str:
    """Tell in one sentence or two what changed, and why."""
    what = of_text(found, language)
    before, after, size, error = _amounts(found, language)
    change = found.change[0]
    if change == 0:
        return say("explain same", language, what=what, after=after, but=_but(found, language))
    text = say(
        "explain rose" if change > 0 else "explain fell",
        language,
        what=what,
        before=before,
        after=after,
        size=size,
        unit=say("explain points", language) if found.is_probability else "",
        error=error,
    )
    sure, rest = _ordered(found)
    signed = [
        f"{_name(found, part, language)} {_plus(value, language)}{_size(found, value, language)}"
        for part, value in sure
    ]
    if of_language(language).SPACE == "":
        signed = [part.replace(" +", "+").replace(" −", "−") for part in signed]
    if signed:
        text += say("explain parts", language, parts=_listed(signed, language))
    if rest:
        names = commas((_name(found, part, language) for part in rest), language)
        text += say("explain rest", language, parts=names)
    stop: str = of_language(language).STOP
    return text + stop.strip()


def _listed(parts: Sequence[str], language: str) -> str:
    """Join parts with their sizes; Chinese has a comma of its own for them."""
    return "\uff0c".join(parts) if of_language(language).SPACE == "" else ", ".join(parts)


def _plus(value: float, language: str) -> str:
    return "+" if value > 0 else say("minus sign", language)


def _name(found: Explanation, part: str, language: str) -> str:
    return part_text(found.groups[part], language, found.model)


def _ordered(found: Explanation) -> tuple[list[tuple[str, float]], list[str]]:
    """The parts that can be told from zero, the largest first, and the names of the others."""
    rows = sorted(found.parts.rows(), key=lambda row: -abs(row["value"]))
    sure = [row for row in rows if abs(row["value"]) > _SURE * row["error"]]
    rest = [row["part"] for row in rows if row not in sure]
    return [(row["part"], row["value"]) for row in sure], rest


def _amounts(found: Explanation, language: str) -> tuple[str, str, str, str]:
    """The value before and after, the size of the change and its error, as text."""
    numbers = (found.before[0], found.after[0], abs(found.change[0]), found.change[1])
    sign = ""
    if found.is_probability:
        texts = [f"{100 * number:.1f}" for number in numbers]
        sign = percent_sign(language)
    else:
        texts = [format_value(number) for number in numbers]
    before, after, size, error = (number_text(text, language) for text in texts)
    return before + sign, after + sign, size, error


def _size(found: Explanation, value: float, language: str) -> str:
    text = f"{100 * abs(value):.1f}" if found.is_probability else format_value(abs(value))
    return number_text(text, language)


def _but(found: Explanation, language: str) -> str:
    """Parts that cancel each other."""
    sure, _ = _ordered(found)
    names = [_name(found, part, language) for part, _ in sure]
    if len(names) < 2:
        return ""
    both = reduce(lambda a, b: say("and", language, a=a, b=b), names)
    return say("explain but", language, parts=both)
