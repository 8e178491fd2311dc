"""The report as PDF, document and slides: read back, they have the words and numbers of the page."""

import importlib
import io
import re
import sys
import zipfile

import pytest
from test_report import HOSTILE, plan_with

import tinbergen as tb
from tinbergen.report.parts import sections
from tinbergen.report.told import Told
from tinbergen.shell.cli import main

LIBRARY = {"pdf": "weasyprint", "docx": "docx", "pptx": "pptx"}


def need(format):
    try:
        importlib.import_module(LIBRARY[format])
    except ImportError:
        pytest.skip(f"needs tinbergen[{format}]")
    except OSError as error:
        pytest.skip(f"needs Pango: {error}")
    if format == "pdf":
        pytest.importorskip("pypdf", reason="needs pypdf")


@pytest.fixture(scope="module")
def told_runs():
    plan = tb.plans.minimal()
    target = tb.Target("half", indicator="gdp", period=2030, at_least=150, label={"en": "Half way", "zh": "走到一半"}, source="page 7")  # fmt: skip
    return plan.with_(targets=[*plan.targets, target]).simulate(400, seed=2)


def texts_of(file, format):
    """Every text of a file, and how many pictures it has and what is said of each."""
    if format == "pdf":
        from pypdf import PdfReader

        pages = PdfReader(file).pages
        numbered = re.compile(
            r"^\s*(tinbergen \S+\s+)?\d+ / \d+\s*|(\s*tinbergen \S+)?\s*\d+ / \d+\s*$"
        )  # a text may go on to the next page
        return "\n".join(numbered.sub("", page.extract_text()) for page in pages), None
    if format == "docx":
        from docx import Document

        made = Document(file)
        parts = [paragraph.text for paragraph in made.paragraphs]
        parts += [cell.text for table in made.tables for row in table.rows for cell in row.cells]
        about = [shape._inline.docPr.get("descr") for shape in made.inline_shapes]
        return "\n".join(parts), about
    from pptx import Presentation

    parts, about = [], []
    for slide in Presentation(file).slides:
        for shape in slide.shapes:
            if shape.has_text_frame:
                parts.append(shape.text_frame.text)
            if shape.has_table:
                parts += [cell.text for row in shape.table.rows for cell in row.cells]
            if shape.shape_type == 13:
                about.append(shape._element.nvPicPr.cNvPr.get("descr"))
    return "\n".join(parts), about


def squeezed(text):
    """Leave out what a line break may have done to a text."""
    return re.sub(r"[\s\u00ad-]+", "", text)


def expected(told, format):
    """Every text that the parts of the report give, but what a format leaves out."""
    for section in sections(told):
        yield section.title
        for block in section.blocks:
            if block.kind == "dots":
                yield from [block.of, *block.legend]
            if block.kind in {"text", "code"}:
                yield block.text
            elif block.kind == "sheet":
                yield from (cell for row in [block.header, *block.rows] for cell in row)
            elif block.kind == "swings":
                for row in block.rows:
                    yield from (row.label, *row.values, *row.chances)
            elif block.kind == "telling":
                yield block.label
                for target in block.targets:
                    yield target["sentence"]
                    yield target["source"]
                if format != "pptx":
                    yield from (cell for row in block.sheet.rows for cell in row)


@pytest.mark.parametrize("language", ["en", "zh", "de"])
@pytest.mark.parametrize("format", LIBRARY)
def test_it_has_the_words_and_numbers_of_the_page(told_runs, tmp_path, format, language):
    need(format)
    file = told_runs.report(tmp_path / f"report.{format}", language=language)
    text, about = texts_of(file, format)
    found, told = squeezed(text), Told(told_runs, language, "baseline")
    wanted = [squeezed(one) for one in expected(told, format)]
    assert len(wanted) > 100
    assert [one for one in wanted if one not in found] == []
    if about is not None:
        assert len(about) == 2
        assert told.fan_text(told.label(told.model.indicators, "gdp")) in about


@pytest.mark.parametrize("without", ["", "notes", "notes,reproduce", "reproduce,method"])
def test_no_page_of_a_small_plan_has_a_footer_alone(told_runs, tmp_path, without):
    """Whatever is left out: the last page has all that the file holds, and each page its number."""
    need("pdf")
    from pypdf import PdfReader

    file = told_runs.report(tmp_path / "report.pdf", without=without)
    pages = [page.extract_text() for page in PdfReader(file).pages]
    told = Told(told_runs, "en", "baseline")
    title, last = told.say("report holds"), squeezed(told.say("report offline"))
    assert squeezed(title) in squeezed(pages[-1])
    assert last in squeezed(pages[-1])
    for k, text in enumerate(pages):
        assert f"{k + 1} / {len(pages)}" in text
        assert f"tinbergen {tb.__version__}" in text
        assert len(squeezed(text)) > 200


@pytest.mark.parametrize("format", LIBRARY)
def test_the_same_run_is_the_same_file(told_runs, tmp_path, format):
    need(format)
    both = [told_runs.report(tmp_path / f"{k}.{format}", without="assumptions") for k in range(2)]
    assert both[0].read_bytes() == both[1].read_bytes()
    assert str(tmp_path).encode() not in both[0].read_bytes()


@pytest.mark.filterwarnings("ignore:no font has")
@pytest.mark.parametrize("format", LIBRARY)
def test_what_a_plan_says_is_text_there_too(tmp_path, format):
    need(format)
    runs = plan_with(HOSTILE).simulate(100, seed=1)
    text, _ = texts_of(
        runs.report(tmp_path / f"report.{format}", without="consistency,notes"), format
    )
    assert squeezed("<script>alert(1)</script>") in squeezed(text)
    assert squeezed("{{ 7 * 7 }}{% raw %}") in squeezed(text)
    assert not set("\u202e\u2066\u200f") & set(text)


@pytest.mark.parametrize("format", ["docx", "pptx"])
def test_an_office_program_opens_parts_that_are_whole(told_runs, tmp_path, format):
    need(format)
    from lxml import etree

    file = told_runs.report(tmp_path / f"report.{format}", without="assumptions,method")
    with zipfile.ZipFile(file) as parts:
        assert parts.testzip() is None
        assert {part.date_time for part in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        for name in parts.namelist():
            if name.endswith((".xml", ".rels")):
                etree.parse(io.BytesIO(parts.read(name)))


def test_slides_hold_what_is_on_them(tmp_path):
    """A plan of many long texts: tables go on, and nothing is below the edge."""
    need("pptx")
    from pptx import Presentation

    runs = plan_with([f"{word} " * 30 for word in ("one", "two", "three")]).simulate(100, seed=1)
    file = runs.report(tmp_path / "report.pptx")
    made = Presentation(file)
    assert len(made.slides) < 40
    for slide in made.slides:
        shapes = list(slide.shapes)
        for k, a in enumerate(shapes):
            assert a.top + a.height <= made.slide_height
            assert a.left + a.width <= made.slide_width
            for b in shapes[k + 1 :]:
                beside = a.left + a.width <= b.left or b.left + b.width <= a.left
                assert beside or a.top + a.height <= b.top + 9 or b.top + b.height <= a.top + 9


def test_no_slide_has_a_legend_alone_and_each_is_called_after_what_is_on_it(told_runs, tmp_path):
    need("pptx")
    from pptx import Presentation

    told = Told(told_runs, "en", "baseline")
    parts = {section.key: section for section in sections(told)}
    legend, *fans, table = parts["targets"].blocks
    made = {}
    for slide in Presentation(told_runs.report(tmp_path / "report.pptx")).slides:
        made.setdefault(slide.shapes.title.text_frame.text, []).append(slide)
    first, *_ = (made[fan.label][0] for fan in fans)
    texts = [shape.text_frame.text for shape in first.shapes if shape.has_text_frame]
    assert parts["targets"].title in texts
    assert legend.text in texts
    assert any(shape.shape_type == 13 for shape in first.shapes)
    for slide in made[parts["targets"].title]:
        tables = [shape.table for shape in slide.shapes if shape.has_table]
        assert [cell.text for cell in tables[0].rows[0].cells] == list(table.header)


@pytest.mark.parametrize(
    ("label", "usual"),
    [("short", True), (" ".join(["many words"] * 16), False), ("很长的指标名称" * 12, False)],
)
def test_a_long_title_is_set_smaller_and_leaves_the_room_below_it(tmp_path, label, usual):
    need("pptx")
    from pptx import Presentation

    runs = plan_with([label]).simulate(50, seed=1)
    sizes = {}
    for slide in Presentation(runs.report(tmp_path / "report.pptx")).slides:
        title = slide.shapes.title
        (run,) = title.text_frame.paragraphs[0].runs
        # A letter is at least half as wide as it is high, one of Chinese as wide; lines are 1.2 of it apart.
        wide = sum(1.0 if ord(sign) > 0x2E80 else 0.5 for sign in run.text) * run.font.size
        lines = -(-wide // (title.width - 180_000))
        assert lines * 1.2 * run.font.size <= title.height + 180_000
        sizes[run.text] = run.font.size.pt
    assert (sizes[label] == 26) == usual


@pytest.mark.parametrize("language", ["en", "zh", "de"])
@pytest.mark.parametrize("format", LIBRARY)
def test_what_can_be_done_on_a_screen_is_not_said_on_paper(told_runs, tmp_path, format, language):
    need(format)
    hint = squeezed(Told(told_runs, language, "baseline").say("report rests open"))
    page = told_runs.report(tmp_path / "report.html", language=language).read_text("utf-8")
    assert hint in squeezed(page)
    assert ".screen" in re.search(r"@media print\{.*", page)[0]
    text, _ = texts_of(told_runs.report(tmp_path / f"r.{format}", language=language), format)
    assert hint not in squeezed(text)


@pytest.mark.parametrize("format", LIBRARY)
def test_what_is_missing_is_named_with_its_extra(told_runs, tmp_path, monkeypatch, format):
    monkeypatch.setitem(sys.modules, LIBRARY[format], None)
    with pytest.raises(ImportError, match=rf'pip install "tinbergen\[{format}\]"'):
        told_runs.report(tmp_path / f"report.{format}")
    assert not list(tmp_path.iterdir())


def test_a_system_without_pango_is_told_what_it_needs(told_runs, tmp_path, monkeypatch):
    def no_library(module):
        raise OSError(f"cannot load library of {module}")

    monkeypatch.setattr("tinbergen.report.write.load", no_library)
    with pytest.raises(ImportError, match=r"needs Pango, a library of the system.*report\.docx"):
        told_runs.report(tmp_path / "report.pdf")


def test_what_cannot_be_asked_for_is_said(told_runs, tmp_path):
    with pytest.raises(ValueError, match="format: is one of html, pdf, docx, pptx, not 'odt'"):
        told_runs.report(tmp_path / "report", format="odt")
    with pytest.raises(ValueError, match="live: a docx file does not move"):
        told_runs.report(tmp_path / "report.docx", live="yes")


def test_the_command_writes_what_the_ending_says(tmp_path):
    need("docx")
    plan = tmp_path / "plan.toml"
    tb.plans.minimal().save(plan)
    for name, more in (("a.docx", []), ("b", ["--format", "docx"])):
        options = ["--paths", "50", "--seed", "1", "--without", "assumptions", *more]
        assert main(["report", str(plan), "--out", str(tmp_path / name), *options]) == 0
    assert (tmp_path / "a.docx").read_bytes() == (tmp_path / "b").read_bytes()
    assert zipfile.is_zipfile(tmp_path / "b")


def test_chinese_needs_no_font_of_the_machine(told_runs, tmp_path):
    """Where the machine has no Chinese font, the one of the package is in the file."""
    need("pdf")
    from pypdf import PdfReader

    file = told_runs.report(tmp_path / "report.pdf", language="zh", without="assumptions")
    fonts = {str(font["/BaseFont"]) for page in PdfReader(file).pages
             for font in (f.get_object() for f in page["/Resources"]["/Font"].values())}  # fmt: skip
    assert any("CJK" in font or "Noto" in font or "Hei" in font for font in fonts), fonts
