"""The report as a document of Word: headings, sentences, tables and pictures that can be edited."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from tinbergen.basics.text import width
from tinbergen.basics.version import VERSION
from tinbergen.report.blocks import Block, Code, Dots, Sheet, Swings, Telling, Text
from tinbergen.report.images import DOTS, dots_image, fan_image, without_clock
from tinbergen.report.page import page_language, seen
from tinbergen.report.parts import sections
from tinbergen.report.told import Told

__all__ = ["document_of"]

_SOFT = RGBColor(0x4D, 0x5A, 0x67)
_CHINESE = "Microsoft YaHei"  # the reader's machine puts another in its place where it has none
_WIDE = 17.0  # cm between the margins
_LETTER = 0.0353 * 0.58  # cm in width for each point, of a letter that is not wide
_MOST = 20  # letters beyond which a column is not made wider for a word
_LIMIT = 9  # columns beyond which a table is set smaller


def document_of(told: Told) -> bytes:
    """Write a report as a document of Word (needs python-docx).

    Examples
    --------
    >>> import tinbergen as tb
    >>> runs = tb.plans.minimal().simulate(paths=100, seed=1)
    >>> document_of(Told(runs, "en", "baseline"))[:2]
    b'PK'
    """
    made = Document()
    _set_up(made, told)
    made.add_heading(seen(told.title), 0)
    run = {"paths": told.count(told.ensemble.paths), "seed": told.runs.info["seed"]}
    _text(made, told.say("report run", scenario=told.scenario_label(told.scenario), **run), "small")
    if told.model.description:
        _text(made, told.model.description, "small")
    for section in sections(told):
        made.add_heading(seen(section.title), 1)
        for block in section.blocks:
            _block(made, told, block)
    file = io.BytesIO()
    made.save(file)
    return without_clock(file.getvalue())


def _set_up(made: Any, told: Told) -> None:
    """Set paper, fonts, language and properties; there is no clock in them."""
    page = made.sections[0]
    page.orientation, page.page_width, page.page_height = WD_ORIENT.PORTRAIT, Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2)
    for name in ("Normal", "Title", "Heading 1", "Heading 2"):
        style = made.styles[name]
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        fonts.set(qn("w:eastAsia"), _CHINESE)
    made.styles["Normal"].font.name = "Calibri"  # as the headings
    made.styles["Normal"].font.size = Pt(10.5)
    language = OxmlElement("w:lang")
    tag = page_language(told.language).replace("zh-Hans", "zh-CN")
    language.set(qn("w:eastAsia" if tag == "zh-CN" else "w:val"), tag)
    made.styles["Normal"].element.get_or_add_rPr().append(language)
    about = made.core_properties
    about.title, about.author, about.comments = seen(told.title), "", f"tinbergen {VERSION}"
    about.created = about.modified = dt.datetime(1980, 1, 1)
    about.language = tag


def _block(made: Any, told: Told, block: Block) -> None:
    if isinstance(block, Text):
        _text(made, block.text, block.role)
    elif isinstance(block, Code):
        made.add_paragraph().add_run(seen(block.text)).font.name = "Courier New"
    elif isinstance(block, Dots):
        _picture(made, dots_image(block.filled), Cm(3.2), block.about)
        _dots(made, block)
    elif isinstance(block, Sheet):
        _sheet(made, block)
    elif isinstance(block, Swings):
        rows = [
            [row.label, row.values[0], row.chances[0], row.values[1], row.chances[1]]
            for row in block.rows
        ]
        header = [block.header[0], *block.header[2:]]
        _table(made, block.caption, header, rows, ["left", "right", "right", "right", "right"])
    elif isinstance(block, Telling):
        _telling(made, told, block)


def _telling(made: Any, told: Told, block: Telling) -> None:
    made.add_heading(seen(block.label), 2)
    for target in block.targets:
        lines = [_text(made, target["sentence"], "bold")]
        lines += [_text(made, line, "small") for line in told.target_lines(target)]
        for line in lines:  # on the page of their picture
            line.paragraph_format.keep_with_next = block.picture is not None
    if block.picture is not None:
        about = told.fan_text(block.label)
        _picture(made, fan_image(told, block.key), Cm(16.5), about)
    if block.sheet is not None:
        _sheet(made, block.sheet)


def _text(made: Any, text: str, role: str = "") -> Any:
    paragraph = made.add_paragraph()
    paragraph.paragraph_format.space_after = Pt(3)
    run = paragraph.add_run(seen(text))
    if role == "lead":
        run.font.size, run.bold = Pt(16), True
    elif role == "small":
        run.font.size, run.font.color.rgb = Pt(9), _SOFT
    elif role == "bold":
        run.bold = True
    return paragraph


def _picture(made: Any, image: bytes, width: Any, about: str) -> None:
    """Put a picture, with its text for those who do not see it."""
    shape = made.add_picture(io.BytesIO(image), width=width)
    shape._inline.docPr.set("descr", seen(about))


def _dots(made: Any, block: Dots) -> None:
    """Write what dots are, each kind beside its colour."""
    paragraph = _text(made, f"{block.of}:", "small")
    for text, colour in zip(block.legend, DOTS, strict=True):
        mark, words = paragraph.add_run("  \u25cf "), paragraph.add_run(seen(text))
        mark.font.size = words.font.size = Pt(9)
        mark.font.color.rgb = RGBColor.from_string(colour[1:].upper())


def _sheet(made: Any, block: Sheet) -> None:
    _table(made, block.caption, block.header, block.rows, block.align)


def _widths(header: Sequence[str], rows: Sequence[Sequence[str]], points: float) -> list[Cm]:
    """Share the width of a page among columns: room for the longest word of each, the rest by how long its texts are."""
    least, more = [], []
    for column in zip(header, *rows, strict=True):
        word = max((width(part) for text in column for part in text.split()), default=0)
        least.append(min(word, _MOST) + 3.5)
        more.append(max(min(max(map(width, column)), 3 * _MOST) + 3.5 - least[-1], 0.0))
    room = _WIDE / (_LETTER * points) - sum(least)
    share = max(room, 0.0) / max(sum(more), 1.0)
    wanted = [one + share * rest for one, rest in zip(least, more, strict=True)]
    return [Cm(_WIDE * one / sum(wanted)) for one in wanted]


def _rules(table: Any) -> None:
    """Put a thin line below each row, as the page has it."""
    borders = OxmlElement("w:tblBorders")
    for side, colour in (("top", "1C2733"), ("bottom", "1C2733"), ("insideH", "D5DBE1")):
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", colour)):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    table._tbl.tblPr.append(borders)


def _table(
    made: Any,
    caption: str,
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    align: Sequence[str],
) -> None:
    heading = made.add_paragraph()
    heading.paragraph_format.keep_with_next = True
    heading.paragraph_format.space_before = Pt(6)
    heading.add_run(seen(caption)).bold = True
    table = made.add_table(len(rows) + 1, len(header))
    table.autofit = False
    _rules(table)
    size = Pt(9 if len(header) < _LIMIT else 7.5)
    widths = _widths(header, rows, size.pt)
    for column, wide in zip(table.columns, widths, strict=True):
        column.width = wide
    cells = iter(table._cells)  # by rows; asking for each by its place would take long
    for k, row in enumerate([header, *rows]):
        for text, side, wide in zip(row, align, widths, strict=True):
            cell = next(cells)
            cell.width = wide
            paragraph = cell.paragraphs[0]
            run = paragraph.add_run(seen(text))
            run.font.size, run.bold = size, k == 0
            paragraph.paragraph_format.space_after = Pt(0)
            if side == "right":
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for row in table.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    first = OxmlElement("w:tblHeader")  # repeated on every page, and read out as heading
    table.rows[0]._tr.get_or_add_trPr().append(first)
    made.add_paragraph().paragraph_format.space_after = Pt(0)
