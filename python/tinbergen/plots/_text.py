"""Labels, numbers and line breaks."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.ticker import Formatter

from tinbergen.plots._fonts import shown
from tinbergen.plots._types import LabelledLike, ModelLike
from tinbergen.plots._words import chinese, word
from tinbergen.text import width

__all__ = [
    "Numbers",
    "indicator_label",
    "label_of",
    "number",
    "percent",
    "probability",
    "scenario_label",
    "set_label",
    "wrap",
]

_WIDE = "\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef"
_OPEN, _CLOSE = "(（“‘《〈「『【〔[", ",.;:!?)，。、；：！？）”’》〉」』】〕…%％]"
_UNIT = re.compile(
    rf"\s+|[{re.escape(_OPEN)}]*[{_WIDE}][{re.escape(_CLOSE)}]*|[^\s{_WIDE}]+[{re.escape(_CLOSE)}]*"
)
_SHARES = {"share", "fraction", "probability", "proportion"}


def label_of(part: LabelledLike, name: str, language: str) -> str:
    """Give the label of a part in a language; in another one, or its name, if it must be."""
    label = part.label
    if isinstance(label, Mapping):
        texts = [label[key] for key in sorted(label, key=lambda key: _distance(key, language))]
    else:
        texts = [label] if label else []
    return shown(*texts, name)


def _distance(tag: str, language: str) -> int:
    """Say how far a language tag is from another: the same, the same language, or not."""
    main = [text.lower().replace("_", "-").partition("-")[0] for text in (tag, language)]
    return 0 if tag == language else 1 if main[0] == main[1] else 2


def indicator_label(model: ModelLike, name: str, language: str) -> str:
    """Give the label of an indicator."""
    return label_of(model.indicators[name], name, language)


def set_label(model: ModelLike | None, name: str, language: str) -> str:
    """Give the label of a set of targets; its name without a model."""
    if model is None:
        return shown(name)
    known = model.target_sets.get(name)
    return word("set", language, name=label_of(known, name, language) if known else shown(name))


def scenario_label(model: ModelLike, name: str, language: str) -> str:
    """Give the label of a scenario; the baseline and the mixture have one without being declared."""
    if name in model.scenarios:
        return label_of(model.scenarios[name], name, language)
    if name in {"baseline", "mixture"}:
        return word(name, language)
    return shown(name)


def number(value: float, digits: int = 4) -> str:
    """Print a number with so many significant digits, at least its whole part, without zeros.

    Examples
    --------
    >>> number(1500), number(-0.25), number(170000.0), number(83.456)
    ('1,500', '−0.25', '170,000', '83.46')
    """
    if not math.isfinite(value):
        return str(value)
    decimals = digits - 1 - math.floor(math.log10(abs(value))) if value else 0
    return _signed(f"{value:,.{min(max(decimals, 0), 12)}f}")


def _signed(text: str) -> str:
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in {"-0", ""} else text.replace("-", "\N{MINUS SIGN}")


def percent(share: float, language: str, digits: int = 3) -> str:
    """Print a share in percent, as a language does."""
    return number(100 * share, digits) + ("%" if chinese(language) else " %")


def probability(share: float, language: str, low: float = 1.0, high: float = 0.0) -> str:
    """Print a probability in whole percent, finer near 0 and 1, and 0 and 1 only if they are.

    Where no path or every path meets a target, the far end of the interval says what is known.

    Examples
    --------
    >>> [probability(p, "en") for p in (0.6149, 0.004, 1e-5, 0.9996, 1.0)]
    ['61 %', '0.4 %', '<0.1 %', '>99.9 %', '100 %']
    >>> probability(0.0, "en", high=0.012), probability(1.0, "en", low=0.9997)
    ('<1.2 %', '>99.9 %')
    """
    sign = "%" if chinese(language) else " %"
    if math.isnan(share):
        return "–"
    if share == 0 and high > 0:
        return f"<{100 * max(high, 0.001):.1f}{sign}"
    if share == 1 and low < 1:
        return f">{100 * min(low, 0.999):.1f}{sign}"
    if 0 < share < 0.0005:
        return f"<0.1{sign}"
    if 0.9995 <= share < 1:
        return f">99.9{sign}"
    fine = 0 < share < 0.0095 or 0.9905 < share < 1
    return f"{100 * share:.{1 if fine else 0}f}{sign}"


def is_share(unit: str | None) -> bool:
    """Say whether numbers of a unit are shares of 1, which people read in percent."""
    return (unit or "").lower() in _SHARES


def is_percent(unit: str | None) -> bool:
    """Say whether a unit is percent, or percent of something."""
    return (unit or "").lower().split(" ")[0] in {"percent", "%"}


def amount(value: float, unit: str | None, language: str) -> str:
    """Print a number of an indicator, with its sign when it is a share or in percent."""
    if is_share(unit) or is_percent(unit):
        return percent(value if is_share(unit) else value / 100, language, 4)
    return number(value)


class Numbers(Formatter):
    """Tick labels with thousands separators, a true minus and no more decimals than needed."""

    def __init__(self, *, share: bool = False, signed: bool = False, language: str = "en") -> None:
        self._factor = 100.0 if share else 1.0
        self._sign = ("%" if chinese(language) else " %") if share else ""
        self._plus = "+" if signed else ""

    def __call__(self, x: float, pos: int | None = None) -> str:
        return self.format_ticks([x])[0]

    def format_ticks(self, values: Sequence[float]) -> list[str]:
        """Print the ticks of an axis, all with the same decimals."""
        scaled = [self._factor * float(value) for value in values]
        decimals = next((d for d in range(9) if _exact(scaled, d)), 9)
        texts = [f"{v:{self._plus if v else ''},.{decimals}f}" for v in scaled]
        return [text.replace("-", "\N{MINUS SIGN}") + self._sign for text in texts]


def _exact(values: Sequence[float], decimals: int) -> bool:
    scale = max((abs(v) for v in values), default=0.0) or 1.0
    return all(abs(round(v, decimals) - v) <= 1e-9 * scale for v in values)


def wrap(text: str, columns: float) -> str:
    """Break a text into lines of at most so many columns; a Chinese character takes two.

    English breaks at spaces, Chinese anywhere but before closing and after opening punctuation.

    Examples
    --------
    >>> print(wrap("Days with good air", 12))
    Days with
    good air
    >>> print(wrap("城镇生活垃圾分类(全覆盖)。", 14))
    城镇生活垃圾分
    类(全覆盖)。
    """
    lines = [""]
    for unit in _UNIT.findall(text):
        if width(lines[-1] + unit) > columns and lines[-1] and not unit.isspace():
            lines.append("")
        if lines[-1] or not unit.isspace():
            lines[-1] += unit
    return "\n".join(line.rstrip() for line in lines)


def name_of(value: Any) -> str:
    """Print a period or a span the way charts do: ``2021–2025``."""
    return str(value).replace("..", "–")
