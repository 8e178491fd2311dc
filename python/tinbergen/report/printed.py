"""The report as PDF: its page, laid out for paper by WeasyPrint."""

from __future__ import annotations

import hashlib
import io
import logging
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._g_l_y_f import Glyph

from tinbergen.basics.optional import load
from tinbergen.basics.version import VERSION
from tinbergen.plots._fonts import FILE, unshown
from tinbergen.report.page import report_html
from tinbergen.report.told import Told

__all__ = ["pdf_of"]

_PAPER = """
@font-face{font-family:"Tinbergen CJK";src:url("FONT")}
@page{size:A4;margin:16mm 16mm 18mm;@bottom-left{content:"tinbergen VERSION";font:8pt sans-serif;color:#4d5a67}@bottom-right{content:counter(page) " / " counter(pages);font:8pt sans-serif;color:#4d5a67}}
body{font-family:"Noto Sans","DejaVu Sans","Noto Sans CJK SC","Tinbergen CJK",sans-serif}
pre,code{font-family:"DejaVu Sans Mono",monospace,"Tinbergen CJK"}
"""


def pdf_of(told: Told) -> bytes:
    """Lay out a report as PDF (needs WeasyPrint), with tags for screen readers and links.

    Chinese is set in the font that comes with the package where the machine has none. A character that no font has
    is a warning that names it.
    """
    weasyprint = load("weasyprint")
    page = report_html(told, "no")
    missing = unshown(re.sub(r"<[^>]*>", "", page))
    if missing:
        warnings.warn(
            f"no font has {' '.join(missing)}: the file shows boxes there; "
            'a font such as "Noto Sans CJK SC", once installed, is found',
            UserWarning,
            stacklevel=2,
        )
    style = _drawn_style(page)
    page = re.sub(r"(<svg\b[^>]*>)", lambda found: f"{found[1]}<style>{style}</style>", page)
    fonts = load("weasyprint.text.fonts").FontConfiguration()
    sheet = _PAPER.replace("FONT", FILE.as_uri()).replace("VERSION", VERSION)
    with _quiet():
        paper = weasyprint.CSS(string=sheet, font_config=fonts, url_fetcher=_given)
        document = weasyprint.HTML(string=page, url_fetcher=_given)
        written: bytes = document.write_pdf(
            stylesheets=[paper],
            font_config=fonts,
            pdf_tags=True,
            pdf_identifier=hashlib.sha256(page.encode()).digest()[:16],
        )
    return written


def _given(url: str, *_: Any, **__: Any) -> Any:
    """Hand over the font, and nothing else: a report asks nothing of any network."""
    if url != FILE.as_uri():
        raise ValueError(f"{url}: a report fetches nothing")
    response = load("weasyprint.urls").URLFetcherResponse
    return response(url, _font(), {"Content-Type": "font/ttf"})


@cache
def _font() -> bytes:
    """Return the font of the package with a space, which charts take from another font and a page from the same."""
    font = TTFont(FILE)
    if " " not in map(chr, font.getBestCmap()):
        font["glyf"]["space"] = Glyph()
        font["hmtx"]["space"] = (font["head"].unitsPerEm // 4, 0)
        for table in font["cmap"].tables:
            table.cmap[ord(" ")] = "space"
    file = io.BytesIO()
    font.save(file)
    return file.getvalue()


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep to itself what WeasyPrint says of rules for screens."""
    loggers = [logging.getLogger(name) for name in ("weasyprint", "fontTools")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


def _drawn_style(page: str) -> str:
    """Return the rules of the page for drawings, to stand in each: drawings see no other."""
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
    rules = re.sub(r"@media[^{]*\{.*", "", style[1] if style else "", flags=re.DOTALL)
    colours = dict(re.findall(r"(--\w+):([^;}]+)", rules))
    kept = []
    for selectors, body in re.findall(r"([^{}]+)\{([^{}]*)\}", rules):
        if "fill" in body or "stroke" in body or ".fan text" in selectors:
            plain = re.sub(r"var\((--\w+)\)", lambda found: colours[found[1]], body)
            kept.append(f"{selectors.strip()}{{{plain}}}")
    return "".join(kept)
