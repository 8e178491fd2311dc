"""Fonts that show Chinese on any machine."""

from __future__ import annotations

import warnings
from functools import cache
from pathlib import Path

from matplotlib.font_manager import FontProperties, findfont, fontManager, get_font

__all__ = ["FILE", "families", "shown", "unshown"]

_LATIN = "DejaVu Sans"  # comes with matplotlib
_OURS = "Tinbergen CJK"
FILE = Path(__file__).with_name("fonts") / "TinbergenCJK.ttf"
_INSTALLED = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Microsoft YaHei",
    "PingFang SC",
    "Hiragino Sans GB",
    "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei",
    "Droid Sans Fallback",
    "SimHei",
    "SimSun",
    "Arial Unicode MS",
)


def families() -> list[str]:
    """Name the font families of a chart, in the order in which each character looks for a glyph."""
    known = set(fontManager.get_font_names())
    if _OURS not in known:
        fontManager.addfont(FILE)
    return [_LATIN, _OURS, *(name for name in _INSTALLED if name in known)]


@cache
def _characters(chain: tuple[str, ...]) -> frozenset[int]:
    files = {findfont(FontProperties(family=[name])) for name in chain}
    return frozenset(code for file in files for code in get_font(file).get_charmap())


def unshown(text: str) -> list[str]:
    """Return the characters of a text that no font of the chart has."""
    known = _characters(tuple(families()))
    return sorted({c for c in text if ord(c) not in known and not c.isspace()})


def shown(*texts: str) -> str:
    """Return the first text that can be shown in full, and warn if that is not the first one.

    Parameters
    ----------
    *texts
        Texts by preference, such as a label, the label in other languages, and the name. When none
        can be shown in full, the last one is, with a question mark for each character without a
        glyph. A line break in it is a space: charts break lines where they have to.
    """
    for text in texts:
        if not unshown(text):
            break
        _warn(text)
    else:
        text = "".join("?" if c in unshown(texts[-1]) else c for c in texts[-1])
    return " ".join(line.strip() for line in text.splitlines()) if text else text


@cache
def _warn(text: str) -> None:
    """Warn once of a text that cannot be shown."""
    missing = " ".join(f"{c} (U+{ord(c):04X})" for c in unshown(text))
    warnings.warn(
        f'no font has {missing} of "{text}": another label is shown; '
        'a font such as "Noto Sans CJK SC", once installed, is found',
        UserWarning,
        stacklevel=2,
    )
