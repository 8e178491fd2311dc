"""The report as slides: an answer, a target or a table each, that can be edited and shown."""

from __future__ import annotations

import datetime as dt
import io
import math
from collections.abc import Sequence
from typing import Any

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.text import PP_ALIGN
from pptx.util import Cm, Pt

from tinbergen.basics.text import width
from tinbergen.basics.version import VERSION
from tinbergen.report.blocks import Block, Code, Dots, Sheet, Swings, Telling, Text
from tinbergen.report.images import DOTS, dots_image, fan_image, without_clock
from tinbergen.report.page import page_language, seen
from tinbergen.report.parts import Section, sections
from tinbergen.report.told import Told

__all__ = ["slides_of"]

_WIDE, _HIGH = 33.867, 19.05  # cm, 16 by 9
_LEFT, _TOP, _BOTTOM = 1.6, 3.1, 17.9
_TITLES = (26, 22, 18, 15, 12, 10, 8)
"""Points: a title has the most with which it leaves the room below it."""
_INK, _SOFT = RGBColor(0x1C, 0x27, 0x33), RGBColor(0x4D, 0x5A, 0x67)
_LINE = 0.0353 * 1.25  # cm in height for each point of a letter
_LETTER = 0.0353 * 0.55  # cm in width for each point, of a letter that is not wide
_BOLD = 1.12  # a letter that is bold is as much wider
_CHINESE = "Microsoft YaHei"  # the reader's machine puts another in its place where it has none
_MOST = 60  # letters beyond which a column is not made wider
_TOGETHER = 3  # rows of a table, at the least, at the end of a slide


class _Deck:
    """Slides that are filled from top to bottom."""

    def __init__(self, told: Told) -> None:
        self.told = told
        self.made: Any = Presentation()
        self.made.slide_width, self.made.slide_height = Cm(_WIDE), Cm(_HIGH)
        self.title = ""
        self.at = _BOTTOM
        self.slide: Any = None

    def new(self, title: str) -> None:
        """Begin a slide."""
        self.title = title
        self.slide = self.made.slides.add_slide(self.made.slide_layouts[5])  # a title, and room
        shape = self.slide.shapes.title
        shape.left, shape.top, shape.width, shape.height = Cm(_LEFT), Cm(0.7), Cm(_WIDE - 2 * _LEFT), Cm(2)  # fmt: skip
        shape.text_frame.word_wrap = True
        shape.text_frame.text = ""
        heights = {size: self.height(title, size, (_WIDE - 2 * _LEFT) / _BOLD) for size in _TITLES}
        size = next((size for size, height in heights.items() if height <= _TOP - 0.7), _TITLES[-1])
        self.write(shape.text_frame.paragraphs[0], title, size, bold=True)
        self.at = _TOP

    def room(self, height: float) -> None:
        """Begin another slide where so much does not fit on this one."""
        if self.at > _TOP and self.at + height > _BOTTOM:
            self.new(self.title)

    def write(
        self, paragraph: Any, text: str, size: float, *, bold: bool = False, soft: bool = False
    ) -> None:
        """Write a text with a font of its own for Chinese."""
        paragraph.alignment = PP_ALIGN.LEFT
        run = paragraph.add_run()
        run.text = seen(text)
        run.font.size, run.font.bold = Pt(size), bold
        run.font.color.rgb = _SOFT if soft else _INK
        properties = run._r.get_or_add_rPr()
        properties.set("lang", page_language(self.told.language).replace("zh-Hans", "zh-CN"))
        east = properties.makeelement(f"{{{properties.nsmap['a']}}}ea", {"typeface": _CHINESE})
        properties.append(east)

    def text(
        self, text: str, size: float = 16, *, wide: float = _WIDE - 2 * _LEFT, **look: bool
    ) -> None:
        """Write a paragraph."""
        height = self.height(text, size, wide / (_BOLD if look.get("bold") else 1.0))
        self.room(height)
        box = self.slide.shapes.add_textbox(Cm(_LEFT), Cm(self.at), Cm(wide), Cm(height))
        frame = box.text_frame
        frame.word_wrap = True
        frame.margin_top = frame.margin_bottom = 0
        self.write(frame.paragraphs[0], text, size, **look)
        self.at += height

    def height(self, text: str, size: float, wide: float = _WIDE - 2 * _LEFT) -> float:
        """Return how high a paragraph is."""
        return _lines(text, wide - 0.5, size) * size * _LINE + 0.25

    def picture(self, image: bytes, about: str, *, wide: float, left: float, top: float) -> float:
        """Put a picture, with its text for those who do not see it, and give its height."""
        shape = self.slide.shapes.add_picture(io.BytesIO(image), Cm(left), Cm(top), width=Cm(wide))
        shape._element.nvPicPr.cNvPr.set("descr", seen(about))
        return float(shape.height) / float(Cm(1))


def slides_of(told: Told) -> bytes:
    """Write a report as slides of PowerPoint (needs python-pptx).

    The tables of numbers behind the fans are not among them: documents and pages have those.

    Examples
    --------
    >>> import tinbergen as tb
    >>> runs = tb.plans.minimal().simulate(paths=100, seed=1)
    >>> slides_of(Told(runs, "en", "baseline"))[:2]
    b'PK'
    """
    deck = _Deck(told)
    about = deck.made.core_properties
    about.title, about.author, about.comments = seen(told.title), "", f"tinbergen {VERSION}"
    about.created = about.modified = dt.datetime(1980, 1, 1)
    deck.new(told.title)
    run = {"paths": told.count(told.ensemble.paths), "seed": told.runs.info["seed"]}
    deck.text(told.say("report run", scenario=told.scenario_label(told.scenario), **run), soft=True)
    if told.model.description:
        deck.text(told.model.description, soft=True)
    for section in sections(told):
        _section(deck, section)
    file = io.BytesIO()
    deck.made.save(file)
    return without_clock(file.getvalue())


def _section(deck: _Deck, section: Section) -> None:
    blocks = section.blocks
    first = next((k for k, block in enumerate(blocks) if not isinstance(block, Text)), 0)
    legend = [block for block in blocks[:first] if isinstance(block, Text)]
    if blocks and isinstance(blocks[first], Telling):
        _tellings(deck, section, legend)
        return
    deck.new(section.title)
    beside = any(isinstance(block, Dots) for block in blocks)
    for block in blocks:
        if beside and isinstance(block, Sheet):
            deck.at, beside = max(deck.at, _TOP + 6.7), False  # below the dots
        _block(deck, block, _WIDE - 2 * _LEFT - (8.0 if beside else 0))


def _tellings(deck: _Deck, section: Section, legend: Sequence[Text]) -> None:
    """Tell of each indicator on a slide of its own: the first has the heading, the first picture the legend."""
    heading, told = section.title, False
    for block in section.blocks[len(legend) :]:
        if isinstance(block, Telling):
            _telling(deck, block, heading, legend)
            heading, told = "", True
            legend = [] if block.picture is not None else legend
            continue
        if told:
            deck.new(section.title)
        told = False
        _block(deck, block, _WIDE - 2 * _LEFT)


def _block(deck: _Deck, block: Block, wide: float) -> None:
    if isinstance(block, Text):
        size = {"lead": 24, "small": 13}.get(block.role, 16)
        deck.text(
            block.text, size, wide=wide, bold=block.role == "lead", soft=block.role == "small"
        )
    elif isinstance(block, Code):
        deck.text(block.text, 14)
    elif isinstance(block, Dots):
        _dots(deck, block)
    elif isinstance(block, Sheet):
        _table(deck, block.caption, block.header, block.rows, block.align)
    elif isinstance(block, Swings):
        rows = [[r.label, r.values[0], r.chances[0], r.values[1], r.chances[1]] for r in block.rows]
        header = [block.header[0], *block.header[2:]]
        _table(deck, block.caption, header, rows, ["left", "right", "right", "right", "right"])


def _dots(deck: _Deck, block: Dots) -> None:
    """Put the dots at the right, and below them what they are."""
    left = _WIDE - _LEFT - 7.2
    high = deck.picture(dots_image(block.filled), block.about, wide=4.2, left=left, top=_TOP)
    box = deck.slide.shapes.add_textbox(Cm(left), Cm(_TOP + high + 0.1), Cm(7.2), Cm(2.2))
    frame = box.text_frame
    frame.word_wrap = True
    frame.margin_left = frame.margin_top = frame.margin_bottom = 0
    deck.write(frame.paragraphs[0], block.of, 12, soft=True)
    for text, colour in zip(block.legend, DOTS, strict=True):
        paragraph = frame.add_paragraph()
        deck.write(paragraph, "\u25cf ", 12)
        paragraph.runs[0].font.color.rgb = RGBColor.from_string(colour[1:].upper())
        deck.write(paragraph, text, 12)


def _telling(deck: _Deck, block: Telling, heading: str, legend: Sequence[Text]) -> None:
    """Tell of an indicator on a slide of its own."""
    deck.new(block.label)
    if heading:
        deck.text(heading, 13, soft=True)
    for target in block.targets:
        deck.text(target["sentence"], 16, bold=True)
        for line in deck.told.target_lines(target):
            deck.text(line, 12, soft=True)
    if block.picture is not None:
        image, about = fan_image(deck.told, block.key), deck.told.fan_text(block.label)
        below = sum(deck.height(text.text, 12) for text in legend)
        deck.room(7.0 + below)
        wide = min(26.0, (_BOTTOM - deck.at - below - 0.2) * 6.6 / 3.0)
        deck.at += deck.picture(image, about, wide=wide, left=_LEFT, top=deck.at + 0.2) + 0.2
        for text in legend:
            deck.text(text.text, 12, soft=True)


def _lines(text: str, wide: float, size: float) -> int:
    """Estimate how many lines a text takes."""
    room = max(wide / (_LETTER * size), 4.0)
    return sum(max(1, math.ceil(width(line) * 1.04 / room)) for line in text.split("\n"))


def _widths(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[float]:
    """Share the width of a slide among columns, by what stands in them."""
    wanted = [
        min(max(width(row[k]) for row in [header, *rows]), _MOST) + 2.0 for k in range(len(header))
    ]
    whole = _WIDE - 2 * _LEFT
    return [whole * one / sum(wanted) for one in wanted]


def _fitting(
    rows: Sequence[Sequence[str]], widths: Sequence[float], size: float, room: float
) -> tuple[list[Sequence[str]], list[float]]:
    """Find the first rows as far as they fit, with their heights."""
    page: list[Sequence[str]] = []
    heights: list[float] = []
    for row in rows:
        lines = max(_lines(text, w - 0.5, size) for text, w in zip(row, widths, strict=True))
        height = lines * size * _LINE + 0.2
        if sum(heights) + height > room:
            break
        page, heights = [*page, row], [*heights, height]
    return page, heights


def _table(
    deck: _Deck,
    caption: str,
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    align: Sequence[str],
) -> None:
    """Lay a table out, on as many slides as it takes."""
    size = 12 if len(header) <= 6 else 10
    widths = _widths(header, rows)
    top = max(_lines(text, w - 0.5, size) for text, w in zip(header, widths, strict=True))
    head = top * size * _LINE + 0.2
    lines = _lines(caption, _WIDE - 2 * _LEFT - 0.5, 14)
    above = 0.0 if caption == deck.title else lines * 14 * _LINE + 0.25
    left = list(rows)
    while left:
        page, heights = _fitting(left, widths, size, _BOTTOM - deck.at - head - above)
        if not page or (len(page) < min(len(left), _TOGETHER) and deck.at > _TOP):
            deck.new(deck.title)
            page, heights = _fitting(left, widths, size, _BOTTOM - deck.at - head - above)
        page, heights = page or left[:1], heights or [_BOTTOM - deck.at - head - above]
        left = left[len(page) :]
        if above:
            deck.text(caption, 14, bold=True)
        shape = deck.slide.shapes.add_table(
            len(page) + 1, len(header), Cm(_LEFT), Cm(deck.at), Cm(_WIDE - 2 * _LEFT), Cm(head + sum(heights))
        )  # fmt: skip
        table = shape.table
        for column, wide in zip(table.columns, widths, strict=True):
            column.width = Cm(wide)
        for k, row in enumerate([header, *page]):
            table.rows[k].height = Cm([head, *heights][k])
            for cell, text, side in zip(table.rows[k].cells, row, align, strict=True):
                cell.margin_top = cell.margin_bottom = Cm(0.05)
                cell.fill.background()
                deck.write(cell.text_frame.paragraphs[0], text, size, bold=k == 0)
                cell.text_frame.word_wrap = True
                if side == "right":
                    cell.text_frame.paragraphs[0].alignment = PP_ALIGN.RIGHT
        deck.at += head + sum(heights) + 0.4
