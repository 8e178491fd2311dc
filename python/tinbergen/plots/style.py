"""How charts look: fonts that show Chinese, colours that print, numbers that read well."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.ft2font import FT2Font

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["COLOURS", "HUE", "MARKERS", "displayable", "figure_text", "house_style", "number", "wrap"]

HUE = "#1b5e8c"
"""The hue of a fan."""
COLOURS = ("#1b5e8c", "#d1495b", "#2a9d6f", "#e0a030", "#7d5ba6", "#5b6770", "#8c4a1b", "#17becf")
"""Colours of scenarios, told apart by the colour-blind and in grey."""
MARKERS = ("o", "s", "D", "^", "v", "P", "X", "*")
"""Markers of scenarios."""

_FONT = Path(__file__).parent / "fonts" / "DroidSansFallback-GB2312.ttf"
_INSTALLED = ("Noto Sans CJK SC", "Source Han Sans SC", "WenQuanYi Micro Hei", "Microsoft YaHei")


@cache
def _families() -> tuple[str, ...]:
    """Fonts in the order in which a character is looked for."""
    font_manager.fontManager.addfont(_FONT)
    shipped = font_manager.FontProperties(fname=str(_FONT)).get_name()
    known = {entry.name for entry in font_manager.fontManager.ttflist}
    return ("DejaVu Sans", shipped, *(name for name in _INSTALLED if name in known))


@cache
def _glyphs() -> frozenset[int]:
    """Every character that some font of ours shows."""
    found: set[int] = set()
    for family in _families():
        path = font_manager.findfont(family, fallback_to_default=False)
        found |= set(FT2Font(str(path)).get_charmap())
    return frozenset(found)


def displayable(texts: Sequence[str]) -> str:
    """Give the first text of which every character can be shown, else the last.

    Examples
    --------
    >>> displayable(["地区生产总值", "GDP"])
    '地区生产总值'
    """
    for text in texts:
        if all(ord(character) in _glyphs() or character.isspace() for character in text):
            return text
    return texts[-1].encode("ascii", "replace").decode()


@contextmanager
def house_style() -> Iterator[None]:
    """Draw in the style of the house; the user's settings are left alone."""
    settings = {
        "font.family": list(_families()),
        "font.size": 9,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.edgecolor": "#555555",
        "axes.unicode_minus": True,
        "axes.titlesize": 11,
        "axes.titlelocation": "left",
        "axes.grid": True,
        "axes.axisbelow": True,
        "grid.color": "#e4e4e4",
        "grid.linewidth": 0.6,
        "xtick.color": "#555555",
        "ytick.color": "#555555",
        "figure.facecolor": "white",
        "savefig.facecolor": "white",
    }
    with mpl.rc_context(settings):
        yield


def number(value: float) -> str:
    """Write a number as a reader likes it.

    Examples
    --------
    >>> number(1500.0), number(-0.25), number(170000)
    ('1,500', '−0.25', '170,000')
    """
    magnitude = abs(value)
    text = f"{value:,.0f}" if magnitude >= 1000 or value == round(value) else f"{value:,.3g}"  # noqa: PLR2004
    return text.replace("-", "\N{MINUS SIGN}")


def wrap(text: str, width: int) -> str:
    """Break a long label; Chinese counts double and breaks anywhere.

    Examples
    --------
    >>> wrap("one two three", 8)
    'one two\\nthree'
    """
    if text.isascii():
        return "\n".join(textwrap.wrap(text, width)) or text
    half = max(width // 2, 1)
    return "\n".join(text[k : k + half] for k in range(0, len(text), half))


def figure_text(ax: Axes, text: str) -> None:
    """Put a small grey note under the axes."""
    ax.annotate(
        text,
        (0, 0),
        (0, -28),
        xycoords="axes fraction",
        textcoords="offset points",
        fontsize=7,
        color="#777777",
        va="top",
        annotation_clip=False,
    )
