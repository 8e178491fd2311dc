"""The words of an explanation, in English and Chinese."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tinbergen.text import format_value

if TYPE_CHECKING:
    from tinbergen.explanation import Explanation

__all__ = ["of_text", "part_text", "sentence"]

_PARTS = {
    "outturns": ("new outturns", "新的实际值"),
    "revisions": ("data revisions", "数据修订"),
    "parameters": ("parameters", "参数"),
    "equations": ("equations", "方程"),
    "shocks": ("distributions of shocks", "冲击分布"),
    "events": ("event risks", "事件风险"),
    "add_factors": ("add factors", "外加调整项"),
    "scenarios": ("scenario changes", "情景改动"),
    "targets": ("moved targets", "目标调整"),
    "periods": ("the span of periods", "时间跨度"),
    "settings": ("settings", "设置"),
}
_SURE = 2.0
"""Standard errors from which a part is told from nothing."""


def _zh(language: str) -> bool:
    return language.lower().startswith("zh")


def part_text(groups: Sequence[str], language: str) -> str:
    """Name a part in plain words; groups of one's own keep their name.

    Examples
    --------
    >>> part_text(["outturns"], "en"), part_text(["equations", "my group"], "zh")
    ('new outturns', '方程与my group')
    """
    place = 1 if _zh(language) else 0
    names = [_PARTS.get(group, (group, group))[place] for group in groups]
    return ("与" if place else " with ").join(names)


def of_text(found: Explanation, language: str) -> str:
    """Say what is explained."""
    zh = _zh(language)
    where = "" if found.scenario == "baseline" else found.scenario
    if isinstance(found.of, str):
        targets = {target.id: target.text(language) or target.id for target in found.model.targets}
        everything = "全部目标同时实现" if zh else "all targets together"
        goal = everything if found.of == "all" else targets.get(found.of, found.of)
        text = f"“{goal}”的概率" if zh else f"probability of {goal}"
    else:
        indicator, period, level = found.of
        name = found.model.indicators[indicator].text(language) or indicator
        text = (
            f"{name}{period}年的{100 * level:g}%分位数"
            if zh
            else f"{100 * level:g} % quantile of {name} in {period}"
        )
    if not where:
        return text
    return f"{text}(情景：{where})" if zh else f"{text}, scenario {where}"


def sentence(found: Explanation, language: str) -> str:
    """Say in one sentence or two what changed, and why."""
    return _chinese(found) if _zh(language) else _english(found)


def _ordered(found: Explanation) -> tuple[list[tuple[str, float]], list[str]]:
    """The parts that can be told from nothing, the largest first, and the names of the others."""
    rows = sorted(found.parts.rows(), key=lambda row: -abs(row["value"]))
    sure = [row for row in rows if abs(row["value"]) > _SURE * row["error"]]
    rest = [row["part"] for row in rows if row not in sure]
    return [(row["part"], row["value"]) for row in sure], rest


def _amounts(found: Explanation) -> tuple[str, str, str, str]:
    """The value before and after, the size of the change and its error, as text."""
    numbers = (found.before[0], found.after[0], abs(found.change[0]), found.change[1])
    if found.is_probability:
        before, after, size, error = (f"{100 * number:.1f}" for number in numbers)
        return f"{before} %", f"{after} %", size, error
    before, after, size, error = map(format_value, numbers)
    return before, after, size, error


def _size(found: Explanation, value: float) -> str:
    return f"{100 * abs(value):.1f}" if found.is_probability else format_value(abs(value))


def _english(found: Explanation) -> str:
    what = of_text(found, "en")
    before, after, size, error = _amounts(found)
    if found.change[0] == 0:
        return f"The {what} is unchanged at {after}{_but(found)}."
    verb = "rose" if found.change[0] > 0 else "fell"
    unit = " percentage points" if found.is_probability else ""
    text = (
        f"The {what} {verb} from {before} to {after}, by {size}{unit} (Monte Carlo error {error})"
    )
    sure, rest = _ordered(found)
    signed = [
        f"{part_text(found.groups[part], 'en')} {'+' if value > 0 else '-'}{_size(found, value)}"
        for part, value in sure
    ]
    if signed:
        text += f": {', '.join(signed)}"
    if rest:
        names = ", ".join(part_text(found.groups[part], "en") for part in rest)
        text += f"; not told from nothing: {names}"
    return text + "."


def _but(found: Explanation) -> str:
    """Parts that cancel each other."""
    sure, _ = _ordered(found)
    names = [part_text(found.groups[part], "en") for part, _ in sure]
    return f", though {' and '.join(names)} moved it, against each other" if len(sure) > 1 else ""


def _chinese(found: Explanation) -> str:
    what = of_text(found, "zh")
    before, after, size, error = (text.replace(" %", "%") for text in _amounts(found))
    if found.change[0] == 0:
        return f"{what}保持在{after}，没有变化。"
    verb = "升至" if found.change[0] > 0 else "降至"
    unit = "个百分点" if found.is_probability else ""
    direction = "上升" if found.change[0] > 0 else "下降"
    text = f"{what}由{before}{verb}{after}，{direction}{size}{unit}(蒙特卡罗误差{error})"
    sure, rest = _ordered(found)
    signed = [
        f"{part_text(found.groups[part], 'zh')}{'+' if value > 0 else '−'}{_size(found, value)}"
        for part, value in sure
    ]
    if signed:
        text += f"：{'，'.join(signed)}"
    if rest:
        names = "、".join(part_text(found.groups[part], "zh") for part in rest)
        text += f"；与零无法区分：{names}"
    return text + "。"
