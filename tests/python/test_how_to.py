"""Pages that say how to do something: what they show is what comes out, and what links name is there."""

import os
import re
import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted((DOCS / "how-to").glob("*.md"))
RUNNING = [DOCS / "first-five-minutes.md", *PAGES]
RUN = runpy.run_path(str(ROOT / "scripts" / "pages.py"))["run"]
LINK = re.compile(r"\[[^\]]*\]\((?!https?:|mailto:)(?P<file>[^)#\s]*)(?:#(?P<heading>[^)\s]*))?\)")
FENCE = re.compile(r"^```.*?^```$|`[^`\n]*`", re.MULTILINE | re.DOTALL)


def read(file):
    return file.read_text(encoding="utf-8")


def slugs(text):
    """Return the anchors of the headings of a page, as code hosts make them."""
    headings = re.findall(r"^#+ (.*)$", FENCE.sub(lambda found: found[0].strip("`"), text), re.M)
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings
    }


@pytest.mark.parametrize("page", RUNNING, ids=[page.stem for page in RUNNING])
def test_what_a_page_shows_is_what_comes_out(page, tmp_path):
    pytest.importorskip("matplotlib").use("Agg")
    _, problems = RUN(read(page), tmp_path)
    assert problems == [], "\n".join(problems)


def test_there_are_at_least_twenty_pages_each_under_a_screen():
    assert len(PAGES) >= 20
    for page in PAGES:
        lines = read(page).splitlines()
        assert len(lines) <= 62, page.name
        assert max(map(len, lines)) <= 240, page.name
        assert lines[0].startswith("# ")
        # The words that people search for.
        assert re.fullmatch(r"\*[^*]+\.\*", lines[2]), page.name


def test_a_page_that_says_something_else_than_comes_out_fails(tmp_path):
    text = "# A\n\n```python\n>>> 1 + 1\n3\n```\n\n```console\n$ tinbergen plans --quiet\nx\n```\n"
    written, problems = RUN(text, tmp_path)
    assert [problem.splitlines()[0] for problem in problems] == [
        "line 4: expected",
        "line 9: expected",
    ]
    assert ">>> 1 + 1\n2\n```" in written
    assert RUN(written, tmp_path)[1] == []
    assert RUN("```sh\nrm -rf x\n```\n", tmp_path)[1]
    changed = "```text a.txt\none\n```\n\n```diff a.txt\n-{}\n+two\n```\n"
    RUN(changed.format("one"), tmp_path)
    assert (tmp_path / "a.txt").read_text() == "two\n"
    with pytest.raises(ValueError, match=r"a\.txt has not once"):
        RUN(changed.format("three"), tmp_path)
    assert RUN("```\nplain\n```\n```ruby\nx\n```\n", tmp_path)[1]


def _documents():
    for folder, _, names in os.walk(DOCS):
        yield from (Path(folder) / name for name in names if name.endswith(".md"))
    yield from (ROOT / name for name in ("README.md", "DESIGN.md", "CONTRIBUTING.md"))
    yield ROOT / "plans" / "README.md"


def test_every_link_between_documents_names_a_page_and_a_heading_that_are_there():
    broken = []
    for document in _documents():
        for link in LINK.finditer(FENCE.sub("", read(document))):
            target = (document.parent / link["file"]) if link["file"] else document
            if not target.exists():
                broken.append(f"{document.name}: {link[0]}: no such page")
            elif link["heading"] and link["heading"] not in slugs(read(target)):
                broken.append(f"{document.name}: {link[0]}: no such heading")
    assert broken == []


def test_at_least_thirty_questions_are_answered_by_a_heading():
    rows = re.findall(r"^\| (.+?) \| (.+) \|$", read(DOCS / "questions.md"), re.MULTILINE)[2:]
    assert len(rows) >= 30
    for question, answer in rows:
        links = list(LINK.finditer(answer))
        assert links, question
        assert all(link["heading"] for link in links), question
    assert len({question for question, _ in rows}) == len(rows)


def test_the_map_leads_to_every_document():
    text = read(DOCS / "README.md")
    reached = {(DOCS / link["file"]).resolve() for link in LINK.finditer(text)}
    pages = {page.resolve() for page in [*DOCS.glob("*.md"), *PAGES]}
    assert pages - reached - {(DOCS / "README.md").resolve()} == set()
