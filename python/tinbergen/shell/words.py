"""What the command says beside the answers themselves, in each language."""

from __future__ import annotations

from collections.abc import Iterable

from tinbergen.basics.language import is_chinese

__all__ = ["headings", "word"]

_CHINESE = {
    "actual values and what was expected before them ({})": "实际值与此前的预期({})",
    "before": "之前",
    "chance of less": "低于此值的概率",
    "differences": "处差异",
    "early warnings": "预警",
    "early warnings on probabilities, {}": "概率预警,{}",
    "early warnings on what is known": "已知数据预警",
    "indicator": "指标",
    "nothing": "无",
    "off by": "偏差",
    "seed {}, {} paths, {} coalitions": "种子{},{}条路径,{}个组合",
    "target ({})": "目标({})",
    "{} indicators": "{}个指标",
    "{} targets": "{}个目标",
    "{} scenarios beside the baseline": "基准之外{}个情景",
    "{} findings": "{}项发现",
    "{} paths, seed {}; --out DIR writes fans, tables and charts": "{}条路径,种子{};--out 文件夹:写出扇形图、表格和图表",
}


def word(english: str, language: str, *values: object) -> str:
    """Return a word or a sentence in a language, with values in its places.

    Examples
    --------
    >>> word("{} targets", "en", 3), word("{} targets", "zh", 3)
    ('3 targets', '3个目标')
    """
    text = _CHINESE[english] if is_chinese(language) else english
    return text.format(*values)


def headings(names: Iterable[str], language: str) -> dict[str, str]:
    """Return what is printed for the names of columns that have words here.

    Examples
    --------
    >>> headings(["off by", "gdp"], "zh")
    {'off by': '偏差'}
    """
    return {name: word(name, language) for name in names if name in _CHINESE}
