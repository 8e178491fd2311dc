"""Labels, numbers and line breaks."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.ticker import Formatter

from tinbergen.basics.text import clipped, width
from tinbergen.basics.words import number_text, percent_sign, say
from tinbergen.plots._fonts import shown
from tinbergen.plots._types import LabelledLike, ModelLike

__all__ = [
    "SHARES",
    "Numbers",
    "indicator_label",
    "label_of",
    "number",
    "percent",
    "probability",
    "scenario_label",
    "set_label",
    "short",
    "wrap",
]

_WIDE = "\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef"
_OPEN, _CLOSE = "(（“‘《〈「『【〔[", ",.;:!?)，。、；：！？）”’》〉」』】〕…%％]"
_UNIT = re.compile(
    rf"\s+|[{re.escape(_OPEN)}]*[{_WIDE}][{re.escape(_CLOSE)}]*|[^\s{_WIDE}]+[{re.escape(_CLOSE)}]*"
)
SHARES = {"share", "fraction", "probability", "proportion"}


def label_of(part: LabelledLike, name: str, language: str) -> str:
    """Return the label of a part in a language; in another one, or its name, if it must be."""
    label = part.label
    if isinstance(label, Mapping):
        texts = [label[key] for key in sorted(label, key=lambda key: _distance(key, language))]
    else:
        texts = [label] if label else []
    return shown(*texts, name)


def _distance(tag: str, language: str) -> int:
    """Measure how far a language tag is from another: the same, the same language, or not."""
    main = [text.lower().replace("_", "-").partition("-")[0] for text in (tag, language)]
    return 0 if tag == language else 1 if main[0] == main[1] else 2


def indicator_label(model: ModelLike, name: str, language: str) -> str:
    """Return the label of an indicator."""
    return label_of(model.indicators[name], name, language)


def set_label(model: ModelLike | None, name: str, language: str) -> str:
    """Return the label of a set of targets; its name without a model."""
    if model is None:
        return shown(name)
    known = model.target_sets.get(name)
    return say("set", language, name=label_of(known, name, language) if known else shown(name))


def scenario_label(model: ModelLike, name: str, language: str) -> str:
    """Return the label of a scenario; the baseline and the mixture have one without being declared."""
    if name in model.scenarios:
        return label_of(model.scenarios[name], name, language)
    if name in {"baseline", "mixture"}:
        return say(name, language)
    return shown(name)


def number(value: float, digits: int = 4, language: str = "en") -> str:
    """Print a number with so many significant digits, at least its whole part, without zeros.

    Examples
    --------
    >>> number(1500), number(-0.25), number(170000.0), number(83.456)
    ('1,500', '−0.25', '170,000', '83.46')
    """
    if not math.isfinite(value):
        return str(value)
    decimals = digits - 1 - math.floor(math.log10(abs(value))) if value else 0
    return number_text(_signed(f"{value:,.{min(max(decimals, 0), 12)}f}"), language)


def _signed(text: str) -> str:
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in {"-0", ""} else text.replace("-", "\N{MINUS SIGN}")


def percent(share: float, language: str, digits: int = 3) -> str:
    """Print a share in percent, as a language does."""
    return number(100 * share, digits, language) + percent_sign(language)


def probability(share: float, language: str, interval: tuple[float, float] | None = None) -> str:
    """Print a probability in whole percent, finer near 0 and 1, and 0 and 1 only if they are.

    Where no path or every path meets a target, the far end of its interval says what is known, if there is one.

    Examples
    --------
    >>> [probability(p, "en") for p in (0.6149, 0.004, 1e-5, 0.9996, 1.0)]
    ['61 %', '0.4 %', '<0.1 %', '>99.9 %', '100 %']
    >>> probability(0.0, "en", (0.0, 0.012)), probability(1.0, "en", (0.9997, 1.0))
    ('<1.2 %', '>99.9 %')
    """
    sign = percent_sign(language)
    if math.isnan(share):
        return "–"
    low, high = (share, share) if interval is None else interval
    if share == 0 and high > 0:
        return number_text(f"<{100 * max(high, 0.001):.1f}", language) + sign
    if share == 1 and low < 1:
        return number_text(f">{100 * min(low, 0.999):.1f}", language) + sign
    if 0 < share < 0.0005:
        return number_text("<0.1", language) + sign
    if 0.9995 <= share < 1:
        return number_text(">99.9", language) + sign
    fine = 0 < share < 0.0095 or 0.9905 < share < 1
    return number_text(f"{100 * share:.{1 if fine else 0}f}", language) + sign


def is_share(unit: str | None) -> bool:
    """Tell whether numbers of a unit are shares of 1, which people read in percent."""
    return (unit or "").lower() in SHARES


def is_percent(unit: str | None) -> bool:
    """Tell whether a unit is percent, or percent of something."""
    return (unit or "").lower().split(" ")[0] in {"percent", "%"}


def amount(value: float, unit: str | None, language: str) -> str:
    """Print a number of an indicator, with its sign when it is a share or in percent."""
    if is_share(unit) or is_percent(unit):
        return percent(value if is_share(unit) else value / 100, language, 4)
    return number(value, language=language)


_DECIMALS, _TINY = 9, 1e-5  # decimals at most; what is smaller has an exponent


class Numbers(Formatter):
    """Tick labels with thousands separators, a true minus and no more decimals than needed."""

    def __init__(self, *, share: bool = False, signed: bool = False, language: str = "en") -> None:
        self._factor = 100.0 if share else 1.0
        self._sign = percent_sign(language) if share else ""
        self._language = language
        self._plus = "+" if signed else ""

    def __call__(self, x: float, pos: int | None = None) -> str:
        return self.format_ticks([x])[0]

    def format_ticks(self, values: Sequence[float]) -> list[str]:
        """Print the ticks of an axis, all with the same decimals."""
        scaled = [self._factor * float(value) for value in values]
        most = max(map(abs, scaled), default=0.0)
        decimals, power = _decimals(scaled), 0
        if 0 < most < 1 and (most < _TINY or decimals >= _DECIMALS):
            power = math.floor(math.log10(most))
            scaled = [v / 10.0**power for v in scaled]
            decimals = _decimals(scaled)
        texts = [f"{v:{self._plus if v else ''},.{decimals}f}" for v in scaled]
        texts = [f"{text}e{power}" for text in texts] if power else texts
        texts = [text.replace("-", "\N{MINUS SIGN}") for text in texts]
        return [number_text(text, self._language) + self._sign for text in texts]


def _decimals(values: Sequence[float]) -> int:
    """Count the decimals with which all are what they are."""
    return next((d for d in range(_DECIMALS) if _exact(values, d)), _DECIMALS)


def _exact(values: Sequence[float], decimals: int) -> bool:
    scale = max((abs(v) for v in values), default=0.0) or 1.0
    ordered = sorted(values)
    apart = min((b - a for a, b in zip(ordered, ordered[1:], strict=False)), default=scale)
    close = max(min(1e-9 * scale, 1e-3 * apart), 1e-15 * scale)
    return all(abs(round(v, decimals) - v) <= close for v in values)


def wrap(text: str, columns: float, *, longest: float = math.inf) -> str:
    """Break a text into lines of at most so many columns; a Chinese character takes two.

    English breaks at spaces, Chinese anywhere but before closing and after opening punctuation.
    A word stays whole, unless it is longer than `longest`.

    Examples
    --------
    >>> print(wrap("Days with good air", 12))
    Days with
    good air
    >>> print(wrap("城镇生活垃圾分类(全覆盖)。", 14))
    城镇生活垃圾分
    类(全覆盖)。
    >>> print(wrap("Haushaltskonsolidierung", 14, longest=14))
    Haushaltskon-
    solidierung
    """
    lines = [""]
    units = _UNIT.findall(text)
    units = [p for u in units for p in (_parts(u, columns) if width(u) > longest else [u])]
    for unit in units:
        if width(lines[-1] + unit) > columns and lines[-1] and not unit.isspace():
            lines.append("")
        if lines[-1] or not unit.isspace():
            lines[-1] += unit
    return "\n".join(line.rstrip() for line in lines)


def _parts(long: str, columns: float) -> list[str]:
    """Break a word that is longer than a line into parts of about the same length."""
    if width(long) <= columns or width(long) < 4 or long.isspace():
        return [long]
    pieces = [piece for piece in re.split(r"(?<=[_/\-])", long) if piece]
    if len(pieces) > 1:
        return [part for piece in pieces for part in _parts(piece, columns)]
    count = math.ceil(len(long) / max(columns - 1, 3))
    size = math.ceil(len(long) / count)
    found = [long[k : k + size] for k in range(0, len(long), size)]
    return [*(f"{part}-" for part in found[:-1]), found[-1]]


def short(text: str, columns: int) -> str:
    """Shorten a text to one line: what tells it apart is often at its end, so the middle goes.

    Examples
    --------
    >>> short("Gross fixed capital formation of district 2", 24)
    'Gross fixed … district 2'
    >>> short("Haushaltskonsolidierung 11", 24)
    'Haushaltskonsolidie … 11'
    """
    line = " ".join(text.replace("-\n", "").split("\n"))
    if width(line) <= columns:
        return line
    units = _UNIT.findall(line)
    first, last = 1, len(units)
    while first < last and width("".join(units[: first + 1])) <= 0.55 * columns:
        first += 1
    start = "".join(units[:first]).rstrip()
    room = columns - 3 - width(units[-1].strip())
    if len(units) > 1 and first == 1 and width(start) > room >= 4:
        start = clipped(start, room + 3).removesuffix("...")
    while last > first and width("".join(units[last - 1 :])) <= columns - width(start) - 3:
        last -= 1
    return f"{start} … {''.join(units[last:]).lstrip()}".rstrip()


def name_of(value: Any) -> str:
    """Print a period or a span the way charts do: ``2021–2025``."""
    return str(value).replace("..", "–")
