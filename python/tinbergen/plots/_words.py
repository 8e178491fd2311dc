"""The words that charts print, in English and Chinese."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["chinese", "semicolons", "unit_text", "word"]

_WORDS: dict[str, tuple[str, str]] = {
    "median": ("median", "中位数"),
    "mean": ("mean", "均值"),
    "history": ("history", "历史值"),
    "baseline": ("Baseline", "基准情景"),
    "mixture": ("Mixture of scenarios", "情景混合"),
    "all": ("All targets together", "全部目标同时实现"),
    "all binding": ("All binding targets", "全部约束性目标"),
    "all expected": ("All expected targets", "全部预期性目标"),
    "binding": ("binding", "约束性"),
    "expected": ("expected", "预期性"),
    "set": ("Together: {name}", "同时实现：{name}"),
    "met": ("probability {p}", "达成概率 {p}"),
    "a period": ("{x} a period", "每期 {x}"),
    "annual rate": ("{x} a year", "年均 {x}"),
    "rate": ("{x} a period", "每期平均 {x}"),
    "other targets": ("Not on this scale: {targets}", "不在此坐标上的目标：{targets}"),
    "paths": ("{n} paths", "{n} 条模拟路径"),
    "central": ("line in the fan: {path}", "扇形中线：{path}"),
    "bands": ("bands: {bands} of paths", "色带：{bands} 的路径"),
    "hollow": ("hollow dot: mean of an uncertain value", "空心点：不确定值的均值"),
    "half band": ("line: {path}; band: {bands} of paths", "线：{path}；色带：{bands} 的路径"),
    "attainment": ("How likely each target is", "各项目标的达成概率"),
    "interval": (
        "Share of paths in which a target is met, with its 95 % interval",
        "目标得到实现的路径所占比例及其95%置信区间",
    ),
    "contrast": ("{b} less {a}", "{b}减{a}"),
    "difference": ("Difference", "差异"),
    "error band": (
        "line: mean difference, dark band: its 95 % Monte Carlo error; light band: 5–95 % of paths",
        "线：平均差异；深色带：其95%蒙特卡罗误差；浅色带：5–95%的路径",
    ),
    "pairs given": (
        "Probability of the row (%), given that the column is met",
        "已知列目标实现时行目标的达成概率（%）",
    ),
    "pairs both": ("Probability that both are met (%)", "两项目标同时实现的概率（%）"),
    "pairs correlation": (
        "Correlation of being met (row and column)",
        "两项目标达成与否的相关系数",
    ),
    "pairs lift": (
        "How many times as often both are met as if independent",
        "同时实现的概率与相互独立时之比",
    ),
    "pairs under": ("dash: never met, nothing is known", "横线：从未实现，无从得知"),
    "cost": ("Cost", "成本"),
    "frontier": (
        "Probability, with its 95 % interval, over the cost of the cheapest setting",
        "最低成本的政策组合所能达到的概率及其95%置信区间",
    ),
    "isoquant": (
        "solid: same probability; dashed: same cost",
        "实线：等概率；虚线：等成本",
    ),
    "same": (
        "{n} targets and sets are as likely in both",
        "{n} 项目标或目标组在两种情景下概率相同",
    ),
    "equal": ("all are as likely in both", "两种情景下概率均相同"),
    "sheet bands": (
        "line in the fans: median; bands: 5–95 %, 10–90 %, 25–75 % of paths",
        "扇形中线：中位数；色带：5–95%、10–90%、25–75% 的路径",
    ),
    "by round": ("Probability by round", "各轮评估的达成概率"),
    "before": ("before", "之前"),
    "after": ("after", "之后"),
    "waterfall percent": (
        "percent; what each part contributes in percentage points, with its 95 % Monte Carlo error",
        "%；各部分的贡献(百分点)及其95%蒙特卡罗误差",
    ),
    "waterfall": (
        "what each part contributes, with its 95 % Monte Carlo error",
        "各部分的贡献及其95%蒙特卡罗误差",
    ),
    "requirements": ("What would have to be true: {goal}", "须具备的条件：{goal}"),
    "the goal": ("the goal", "实现目标"),
    "requirements note": (
        "Paths that meet it less the others, in standard deviations, with 95 % Monte Carlo errors; "
        "at the right the means of both",
        "实现目标的路径与其余路径之差（以标准差计）及其95%蒙特卡罗误差；右侧为两组均值",
    ),
    "requirements none": (
        "Nothing differs by more than noise: ask for more paths",
        "差异均未超出噪声：请增加模拟路径数",
    ),
    "when met": ("met", "实现"),
    "when missed": ("missed", "未实现"),
    "kind parameter": ("parameter", "参数"),
    "kind start": ("start", "初始值"),
    "kind shock": ("shock", "冲击"),
    "kind event": ("event", "事件"),
    "kind growth": ("growth", "增长"),
    "most likely": ("most likely path", "最可能路径"),
    "usual": ("usual path", "通常路径"),
    "most likely note": (
        "The most likely path that meets the goal, {distance} standard deviations from the usual one",
        "实现目标的最可能路径，与通常路径相距{distance}个标准差",
    ),
    "error bar": (
        "Difference in probability (percentage points), with its 95 % Monte Carlo error",
        "概率之差（百分点）及其95%蒙特卡罗误差",
    ),
}

_UNITS = {
    "cny": "元",
    "cny 10 thousand": "万元",
    "cny 100 million": "亿元",
    "usd": "美元",
    "usd 100 million": "亿美元",
    "percent": "%",
    "percent of gdp": "占GDP的%",
    "percent per year": "每年%",
    "persons": "人",
    "thousand persons": "千人",
    "10 thousand persons": "万人",
    "thousand jobs": "千个岗位",
    "firms": "家",
    "projects": "个项目",
    "stations": "个基站",
    "years": "年",
    "rank": "名次",
    "ratio": "比值",
    "hectares": "公顷",
    "square metres": "平方米",
    "microgram per cubic metre": "微克/立方米",
    "2020 = 1": "2020年=1",
    "log growth per year": "每年对数增长",
}


def word(key: str, language: str, **values: str) -> str:
    """Give a phrase in a language, English unless it is Chinese."""
    text = _WORDS[key][1 if chinese(language) else 0]
    return text.format(**values) if values else text


def unit_text(unit: str | None, language: str) -> str:
    """Give a unit in a language: the common ones have a Chinese name."""
    if unit is None:
        return ""
    return _UNITS.get(unit.lower(), unit) if chinese(language) else unit


def semicolons(parts: Iterable[str], language: str) -> str:
    """Join the parts of a note."""
    return ("\uff1b" if chinese(language) else "; ").join(parts)


def chinese(language: str) -> bool:
    """Say whether a language tag means Chinese: ``"zh"``, ``"zh-CN"``, ``"zh_Hans"``."""
    return language.lower().replace("_", "-").split("-")[0] == "zh"
