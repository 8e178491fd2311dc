"""The language that a plan is written in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from tinbergen.written.values import Label

if TYPE_CHECKING:
    from tinbergen.written.model import Model

__all__ = ["model_language"]

_CHINESE = re.compile("[\u4e00-\u9fff]")


def model_language(model: Model) -> str:
    """Return the language of a plan's labels: ``"zh"`` where they are Chinese alone, else ``"en"``.

    Examples
    --------
    >>> import tinbergen as tb
    >>> gdp = tb.Indicator(label="\u751f\u4ea7\u603b\u503c", equation="gdp = 1")
    >>> model_language(tb.Model("\u89c4\u5212", "2021..2025", indicators={"gdp": gdp}))
    'zh'
    """
    named = [*model.indicators.values(), *model.targets, *model.scenarios.values()]
    labels: list[Label] = [part.label for part in named if part.label]
    labels = labels or [model.label or model.name]
    return "zh" if labels and all(map(_is_chinese, labels)) else "en"


def _is_chinese(label: Label) -> bool:
    if isinstance(label, Mapping):
        mains = {tag.lower().replace("_", "-").partition("-")[0] for tag in label}
        return "zh" in mains and "en" not in mains
    return bool(_CHINESE.search(label))
