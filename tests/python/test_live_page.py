"""The live page: a plan that is written in a browser is checked and computed as the library does."""

import json
import re
import runpy
from pathlib import Path

import pytest
from browsers import BROWSERS, opened
from test_report import HOSTILE, Page

import tinbergen as tb
from tinbergen.basics.language import LANGUAGES
from tinbergen.report import editor, live
from tinbergen.report.editor import editor_html
from tinbergen.report.live import read_engine
from tinbergen.report.picture import fan_picture

ROOT = Path(__file__).parents[2]
SHOWN = "document.documentElement.dataset.shown"
PLAN = tb.plans.path("minimal").read_text(encoding="utf-8")


def need_engine():
    if read_engine() is None:
        pytest.skip("needs the engine: `make engine`")


def write(page, text):
    """Write a plan as a person does, and wait until it is computed."""
    before = page.evaluate(SHOWN)
    page.set("#plan", text)
    page.wait(f"{SHOWN} !== {json.dumps(before)}")


def compared(page, text):
    """Hold what a page shows of a plan against the library."""
    model = tb.Model.from_toml(text)
    runs = model.simulate(10_000, seed=1, scenarios=["baseline"])
    words = runs.in_words("en")
    assert page.text("#joint") == words.joint()
    assert page.text("#limiting") == words.limiting()
    targets = {target.indicator for target in model.targets}
    for name in targets:
        picture = fan_picture(runs["baseline"], name, "", "en")
        shape = f'[data-fan="{name}"] .fan '
        assert (
            page.evaluate(
                f"document.querySelector({json.dumps(shape + '.centre')}).getAttribute('points')"
            )
            == picture.centre
        )
        bands = page.evaluate(
            f"[...document.querySelectorAll({json.dumps(shape + 'polygon')})].map(one => one.getAttribute('points'))"
        )
        assert bands == picture.bands
        marks = page.evaluate(f"document.querySelectorAll({json.dumps(shape + '.bound')}).length")
        assert marks == len(picture.marks)
    for target in model.targets:
        assert words.probability(target.id) in page.text(f'[data-fan="{target.indicator}"]')
    findings = page.text("#findings")
    assert all(found.message in findings for found in model.check())
    return runs


@pytest.mark.slow
@pytest.mark.parametrize("where", BROWSERS)
def test_a_visitor_changes_a_number_and_sees_what_the_library_gives(tmp_path, where):
    need_engine()
    file = tmp_path / "index.html"
    file.write_text(
        editor_html(
            [("Minimal", PLAN), ("Macro", tb.plans.path("macro").read_text(encoding="utf-8"))]
        ),
        encoding="utf-8",
    )
    with opened(file, where, tmp_path) as page:
        page.wait(SHOWN)
        compared(page, PLAN)
        wide = PLAN.replace("sd = 0.012", "sd = 0.03").replace("at_least = 1\n", "at_least = 1.3\n")
        assert wide != PLAN
        write(page, wide)
        compared(page, wide)

        wrong = wide.replace("sd = 0.03", "sd = -1").replace(
            'indicator = "gdp"', 'indicator = "gpd"'
        )
        page.set("#plan", wrong)
        page.wait("document.documentElement.dataset.problems > 0")
        with pytest.raises(tb.ModelError) as found:
            tb.Model.from_toml(wrong).simulate(1, seed=1)
        told = page.text("#problems")
        for problem in found.value.problems:
            assert f"{problem.address}: {problem.message}" in told
            assert f"line {problem.line}" in told
        page.click("#problems button")
        line = wrong.splitlines()[found.value.problems[0].line - 1]
        chosen = "(e => e.value.slice(e.selectionStart, e.selectionEnd))(document.getElementById('plan'))"
        assert page.evaluate(chosen) == line
        assert page.evaluate("document.activeElement.id") == "plan"

        write(page, PLAN)
        assert page.evaluate("document.querySelectorAll('#problems li').length") == 0
        page.set("#scenario", "slower_world")
        expected = tb.plans.minimal().simulate(10_000, seed=1, scenarios=["slower_world"])
        page.wait(
            f"document.getElementById('joint').textContent === {json.dumps(expected.in_words('en', scenario='slower_world').joint())}"
        )
        before = page.evaluate(SHOWN)
        page.set("#start", "1")
        page.wait(f"{SHOWN} !== {json.dumps(before)}")
        macro = tb.plans.macro().simulate(10_000, seed=1, scenarios=["baseline"]).in_words("en")
        page.wait(f"document.getElementById('joint').textContent === {json.dumps(macro.joint())}")


def made(monkeypatch, plans, language="en"):
    """The page with an engine that no test of these runs."""
    engine = live.Engine("AAAA", "0" * 32, [{"of": [], "text": "Permission is granted"}])
    monkeypatch.setattr(editor, "read_engine", lambda design: engine)
    return editor_html(plans, language)


def test_a_plan_to_begin_with_is_text_and_nothing_else(monkeypatch):
    tags = []
    for texts in ([("plain", "plain")], [(text, f"{text}</textarea>") for text in HOSTILE]):
        page = made(monkeypatch, texts * (len(HOSTILE) // len(texts)))
        found = Page(page)
        tags.append(found.tags)
        assert not [name for _, name, _ in found.attributes if name.startswith("on")]
        data = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.S)[1]
        assert not set("<>&") & set(data)
        assert json.loads(data)["plans"] == [
            text for _, text in texts * (len(HOSTILE) // len(texts))
        ]
    assert tags[0] == tags[1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_control_is_named_and_no_connection_is_allowed(monkeypatch, language):
    page = made(monkeypatch, [("a", PLAN)], language)
    controls = re.findall(r"<(?:select|textarea|input)[^>]* id=\"([^\"]+)\"", page)
    assert controls == ["start", "plan", "scenario", "other"]
    assert all(f'<label for="{name}"' in page for name in controls)
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)[1]
    assert policy.startswith("default-src &#39;none&#39;")
    assert "connect-src" not in policy
    assert "unsafe-inline" not in policy
    assert not re.search(r"""(?:src|href)=["'](?!#)""", page)


def test_without_an_engine_it_is_said_how_to_get_one(monkeypatch):
    monkeypatch.setattr(editor, "read_engine", lambda design: None)
    with pytest.raises(ValueError, match="`make engine` builds it"):
        editor_html([("a", PLAN)])


def test_the_script_writes_it_in_every_language(monkeypatch, tmp_path):
    script = ROOT / "scripts/live_page.py"
    if not script.exists():
        pytest.skip("needs the folder scripts/")
    engine = live.Engine("AAAA", "0" * 32, [])
    monkeypatch.setattr(editor, "read_engine", lambda design: engine)
    files = runpy.run_path(str(script))["write"](tmp_path)
    assert sorted(file.name for file in files) == ["de.html", "index.html", "zh.html"]
    for file in files:
        data = re.search(r'id="data">(.*?)</script>', file.read_text(encoding="utf-8"), re.S)[1]
        for plan in json.loads(data)["plans"]:
            tb.Model.from_toml(plan)
