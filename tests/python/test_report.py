"""The report: what it says is what the tables say, what strangers write is text in it, and it asks nothing of anybody."""

import base64
import hashlib
import html
import itertools
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

import tinbergen as tb
from tinbergen.basics.language import LANGUAGES
from tinbergen.basics.words import of_language
from tinbergen.report.page import report_html
from tinbergen.report.parts import LEAVABLE, PARTS, left_out, sections
from tinbergen.report.picture import BANDS, fan_picture
from tinbergen.report.told import Told
from tinbergen.shell.cli import main

VOID = {"meta", "link", "br", "hr", "img", "input", "circle", "line", "rect", "path"}


class Page(HTMLParser):
    """A page as a reader of HTML sees it: tags with their attributes, and text by section."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.tags, self.attributes, self.open = [], [], []
        self.texts, self.section = {}, ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, *(name for name, _ in attrs)))
        self.attributes += [(tag, name, value) for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)
        if tag in {"section", "head"}:
            self.section = dict(attrs).get("id", tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, *(name for name, _ in attrs)))
        self.attributes += [(tag, name, value) for name, value in attrs]

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open:
            self.texts[self.section] = f"{self.texts.get(self.section, '')} {data}"

    def text(self, section):
        return " ".join(self.texts[section].split())

    def values(self, name):
        return [value for _, key, value in self.attributes if key == name]


def page_of(runs, language="en", scenario="baseline", live="no", **options):
    text = report_html(Told(runs, language, scenario, **options), live)
    return text, Page(text)


@pytest.fixture(scope="module")
def page(runs):
    return page_of(runs)


def test_the_first_screen_answers_in_the_words_of_the_run(page, runs):
    words = runs.in_words()
    text = page[1].text("answer")
    assert text.index(words.joint()) < text.index(words.limiting())
    rows = {row["target"]: row for row in runs.attainment().filter(scenario="baseline").rows()}
    for name, known in runs.model.target_sets.items():
        assert f"{known.text()} about {round(100 * rows[name]['probability'])} in 100" in text or (
            rows[name]["probability"] < 0.01
        )
    least = min(runs.model.targets, key=lambda target: rows[target.id]["probability"])
    assert least.text() in text.partition("least likely")[2]


def test_every_target_has_its_sentence_its_source_and_its_fan(page, runs):
    _, found = page
    words, text = runs.in_words(), found.text("targets")
    for target in runs.model.targets:
        assert words.probability(target.id) in text
        assert f"source: {target.source}" in text
    about = {target.indicator for target in runs.model.targets}
    assert set(found.values("data-fan")) == about
    # Behind each picture stands the table of its numbers.
    assert text.count("The numbers behind the picture") >= 2 * len(about)


def test_a_fan_is_drawn_where_its_quantiles_are(runs):
    ensemble = runs["baseline"]
    for name in ("gdp", "rd_share", "unemployment"):
        picture = fan_picture(ensemble, name, name, "en")
        table = ensemble.fan(name)
        # 34 above the field, 28 below it, on a sheet of 270: each tenth is 0.1 of a unit at most.
        scale = (picture.high - picture.low) / (270 - 34 - 28)

        def value(y, picture=picture, scale=scale):
            return picture.high - (float(y) - 34) * scale

        for points, (low, high) in zip(picture.bands, BANDS, strict=True):
            heights = [value(point.split(",")[1]) for point in points.split()]
            count = len(heights) // 2
            ends = [heights[:count][-15:], heights[count:][::-1][-15:]]
            for drawn, column in zip(ends, (low, high), strict=True):
                assert drawn == pytest.approx(table[column][-15:].tolist(), abs=0.051 * scale)
        for y, text in picture.rows:
            assert value(y) == pytest.approx(float(text.replace(",", "")), abs=0.051 * scale)


def test_it_asks_nothing_of_anybody_and_runs_nothing(page):
    text, found = page
    assert not [tag for tag, *_ in found.tags if tag in {"script", "iframe", "object", "img"}]
    assert all(value.startswith("#") for value in found.values("href"))
    assert found.values("src") == []
    assert not [name for _, name, _ in found.attributes if name.startswith("on")]
    policy = next(value for value in found.values("content") if "default-src" in value)
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    assert "url(" not in style
    assert "@import" not in style
    assert len(text.encode()) < 2_000_000


def test_what_can_be_pointed_at_is_there_once(page):
    ids = page[1].values("id")
    assert len(ids) == len(set(ids))
    for name in ("aria-labelledby", "href"):
        assert {value.lstrip("#") for value in page[1].values(name)} <= set(ids)
    assert all(page[1].values("aria-label"))


SWING = re.compile(
    r'<tr><th scope="row">([^<]*)</th><td><svg class="swing".*?</svg></td><td class="n">([^<]*)</td>'
    r'<td class="n">([^<]*)</td><td class="n">([^<]*)</td><td class="n">([^<]*)</td></tr>'
)


def test_how_much_each_assumption_matters_is_what_the_tornado_says(plan):
    runs = plan.simulate(2000, seed=1, scenarios=["baseline", "trade_friction"])
    for scenario in runs:
        text, found = page_of(runs, scenario=scenario)
        tornado = runs.tornado("headline", scenario=scenario)
        assert tornado.in_words() in found.text("assumptions")
        clear = [row for row in tornado.table.rows() if row["clear"]]
        rows = list(SWING.finditer(text))
        assert len(rows) == min(12, len(clear)) > 3
        top = float(re.search(r'<th scope="col">0 to (\d+) %</th>', text)[1]) / 100
        for row, shown in zip(clear, rows, strict=False):
            assert row["label"] == html.unescape(shown[1])
            for end, place in (("low", 3), ("high", 5)):
                percent, error = shown[place].split(" % ± ")
                assert float(percent) == pytest.approx(100 * row[f"probability_{end}"], abs=0.5)
                sd = 196 * row[f"probability_{end}_error"]
                assert float(error) == pytest.approx(sd, abs=0.051)
                dot = re.search(f'<circle class="{end}" cx="([-0-9.]+)"', shown[0])[1]
                where = 200 * row[f"probability_{end}"] / top
                assert float(dot) == pytest.approx(where, abs=0.051)
        stands = runs.attainment().filter(scenario=scenario, target="headline")["probability"][0]
        line = re.search('<line class="stands" x1="([-0-9.]+)"', text)[1]
        assert float(line) == pytest.approx(200 * stands / top, abs=0.051)


def test_what_limits_the_plan_is_told_of_where_all_together_is_too_rare(model):
    """All of these are met in no path: nothing moves that. One of them is met in half."""
    rare = tb.Target("never", indicator="gdp", period=2025, at_least=1e9)
    runs = model.add(rare).with_(target_sets={}).simulate(2000, seed=1)
    _, found = page_of(runs)
    assert "All targets" in found.text("answer") or "All 3 targets" in found.text("answer")
    least = min(
        (row for row in runs.limiting().filter(scenario="baseline").rows() if row["own"] > 0),
        key=lambda row: row["own"],
    )
    expected = runs.tornado(least["target"])
    assert any(expected.table["clear"])
    assert expected.in_words() in found.text("assumptions")


def test_nothing_is_told_of_assumptions_where_noise_hides_them_or_they_are_left_out(model):
    few = model.simulate(20, seed=1)
    with pytest.raises(tb.ModelError) as told:
        few.tornado("all")
    _, found = page_of(few)
    assert "cannot be told from so few paths" in found.text("assumptions")
    assert str(told.value.problems[0]) in found.text("assumptions")
    enough = model.simulate(2000, seed=1)
    sentence = enough.tornado("all").in_words()
    assert sentence in page_of(enough)[1].text("assumptions")
    for without in ("tornado", "assumptions"):
        text, found = page_of(enough, without=left_out(without))
        assert "swing" not in re.sub("<style>.*?</style>", "", text, flags=re.DOTALL)
        assert sentence not in " ".join(found.texts.values())
    said = page_of(enough, without=left_out("tornado"))[1].text("holds")
    assert "Left out when it was written: How much each assumption matters" in said


HOSTILE = (
    "<script>alert(1)</script>",
    '" onload="alert(1)',
    "' onmouseover='alert(1)",
    "]]></style></title><script>alert(2)</script>",
    "\u202eevil\u2066 \u200f",
    "{{ 7 * 7 }}{% raw %}",
    "<!-- &amp; <svg/onload=alert(1)>",
    "javascript:alert(1)",
)


def plan_with(texts):
    """A small plan whose every text is one of these, in turn."""
    text = itertools.cycle(texts)
    return tb.Model(
        next(text),
        "2021..2023",
        label=next(text),
        description=next(text),
        indicators={
            "gdp": tb.Indicator(
                label=next(text),
                unit=next(text),
                source=next(text),
                history={2019: 97.0, 2020: 100.0},
                process=tb.process.growth("trend", shock="gdp"),
            )
        },
        parameters={"trend": tb.Parameter(tb.normal(0.05, 0.01), label=next(text), source=next(text))},
        shocks={"gdp": tb.normal(0, 0.02)},
        targets=[
            tb.Target(
                "a", indicator="gdp", period=2023, at_least=115,
                label=next(text), source=next(text), assumption=next(text),
            ),
            tb.Target(
                "b", equation="gdp / 2", unit=next(text), period=2022, at_most=56, label=next(text)
            ),
        ],
        target_sets={"both": tb.TargetSet(["a", "b"], label=next(text))},
        scenarios={
            "slump": tb.Scenario([tb.Change(shock="gdp", add=-0.01)], label=next(text), source=next(text))
        },
        levers={"push": tb.Lever("trend", range=(0, 0.1), cost="3 * x", label=next(text), assumption=next(text))},
        warnings={"w": tb.EarlyWarning(probability_below=0.9, label=next(text))},
    )  # fmt: skip


def test_what_a_plan_says_is_text_and_nothing_else():
    plain, made = ["plain text"], []
    for texts in (plain, *([*HOSTILE[k:], *HOSTILE[:k]] for k in range(len(HOSTILE)))):
        runs = plan_with(texts).simulate(200, seed=1)
        # Units that nobody knows are findings: those are looked at by themselves.
        _, found = page_of(runs, without=left_out("consistency,notes"))
        made.append(found.tags)
        text, found = page_of(runs, note=texts[0])
        assert {tag for tag, *_ in found.tags} == {tag for tag, *_ in made[0]}
        assert not [name for _, name, _ in found.attributes if name.startswith("on")]
        assert "49" not in found.text("head")
        assert not set("\u202e\u2066\u200f") & set(text)
        if texts is not plain:
            everything = " ".join(found.texts.values())
            assert "<script>alert(1)</script>" in everything  # as a reader sees it
            assert '" onload="alert(1)' in everything
    # The page has the same tags, with the same attributes, whatever the plan says.
    assert all(tags == made[0] for tags in made[1:])


@pytest.mark.parametrize("language", ["en", "zh", "de"])
def test_it_is_in_one_language(runs, language):
    text, found = page_of(runs, language)
    words = of_language(language).WORDS
    assert re.search('<html lang="([^"]+)"', text)[1].startswith(language)
    for part in PARTS:
        if part.key in found.texts:
            assert words[f"report {part.key}"] in found.text(part.key)
    if language == "zh":
        assert not re.search(r"[A-Za-z]{5,}", found.text("answer"))


def test_what_is_left_out_is_not_there_and_named(runs, plan):
    text, found = page_of(runs, without=left_out("costs,notes,levers"))
    assert {"notes", "levers"} & set(found.values("id")) == set()
    assert "Left out when it was written: Costs of levers; Levers" in found.text("holds")
    costs = [lever.cost for lever in plan.levers.values() if isinstance(lever.cost, str)]
    assert costs
    assert not [cost for cost in costs if cost in text]
    assert plan.levers["rd_subsidy"].assumption not in text
    with_costs, _ = page_of(runs)
    assert all(cost in with_costs for cost in costs)
    only_costs, found = page_of(runs, without=left_out(["costs"]))
    assert "levers" in found.values("id")
    assert not [cost for cost in costs if cost in only_costs]


def test_every_part_can_be_left_out_but_the_answer(runs):
    _, found = page_of(runs, without=frozenset(LEAVABLE))
    assert [value for value in found.values("id") if "-" not in value] == [
        "main",
        "answer",
        "holds",
    ]
    with pytest.raises(ValueError, match='"answer" cannot be left out; what can: targets'):
        left_out("answer")


def test_it_says_how_the_numbers_are_had_again(runs, tmp_path, page):
    plan = tmp_path / "plan.toml"
    runs.model.save(plan)
    told = page[1].text("reproduce")
    command = re.search(r"tinbergen (run plan.toml .*?) --out out", told)[1].split()
    assert main([*command[:1], str(plan), *command[2:], "--no-charts", "--out", str(tmp_path)]) == 0
    for name in ("attainment.csv", "fan.csv", "plan.toml"):
        assert hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() in told


def test_the_same_run_is_the_same_file(model, tmp_path):
    files = [
        model.simulate(300, seed=3).report(tmp_path / f"{k}.html").read_bytes() for k in range(2)
    ]
    assert files[0] == files[1]


def test_actual_values_and_the_round_before_are_told(model, tmp_path):
    before = model.simulate(300, seed=1).archive(tmp_path / "first", note="before any figure")
    slump = tb.EarlyWarning(probability_below=0.99, target="gdp-2025", label="Low growth")
    known = tb.Outturns(
        {"indicator": ["gdp"], "period": ["2021"], "value": [1010.0]}, vintage="2022-03-01"
    )
    runs = model.add(warnings={"low": slump}).observe(known).simulate(300, seed=1)
    _, found = page_of(runs, before=before)
    changes = found.text("changes")
    assert "The round before: first" in changes
    assert "before any figure" in changes
    expected = tb.explain(
        model, runs.recipe.observe(), "all", paths=300, seed=1, design="random"
    ).text()
    assert expected in changes
    assert "new actual values" in changes
    assert runs.in_words().surprises()[0] in found.text("surprises")
    assert "Low growth fires" in found.text("warnings")
    assert "equally weighted" in found.text("method")
    assert "track plan.toml outturns.csv" in found.text("reproduce")


def test_new_actual_values_of_many_indicators_are_one_cause(plan, tmp_path):
    one = {"paths": 200, "seed": 1, "scenarios": ["baseline"]}
    before = plan.simulate(**one).archive(tmp_path / "first")
    runs = plan.observe(tb.plans.outturns()).simulate(**one)
    _, found = page_of(runs, before=before)
    changes = found.text("changes")
    assert "new actual values of" not in changes
    after = runs.recipe.observe()
    assert tb.explain(plan, after, "headline", groups={}, paths=200, seed=1).text() in changes


def test_a_plan_without_targets_says_so():
    model = tb.Model("none", "2021..2022", indicators={"x": tb.Indicator(equation="x = 1")})
    _, found = page_of(model.simulate(10, seed=1))
    assert "nothing can be said" in found.text("answer")
    assert "x" in found.text("targets")


def test_the_command_writes_it(tmp_path, capsys):
    plan = tmp_path / "plan.toml"
    tb.plans.minimal().save(plan)
    out = tmp_path / "report.html"
    settings = [
        "--paths",
        "100",
        "--seed",
        "1",
        "--out",
        str(out),
        "--language",
        "de",
        "--live",
        "no",
    ]
    assert main(["report", str(plan), *settings, "--without", "notes"]) == 0
    assert str(out) in capsys.readouterr().out
    runs = tb.read_plan(plan).simulate(100, seed=1)
    expected = report_html(Told(runs, "de", "baseline", without=left_out("notes")), "no")
    assert out.read_text(encoding="utf-8") == expected


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--without", "everything"], '"everything" cannot be left out; what can: targets'),
        (["--basis", "new"], "--basis: needs --outturns"),
        (["--scenario", "none"], "none"),
        (["--before", "no such round"], "no such round: there is no such folder"),
    ],
)
def test_what_is_wrong_is_said_with_a_way_out(tmp_path, capsys, options, message):
    plan = tmp_path / "plan.toml"
    tb.plans.minimal().save(plan)
    out = tmp_path / "report.html"
    assert main(["report", str(plan), "--paths", "50", "--out", str(out), *options]) == 2
    assert message in capsys.readouterr().err
    assert not out.exists()


def test_the_plan_is_never_written_over(tmp_path, capsys):
    plan = tmp_path / "plan.toml"
    tb.plans.minimal().save(plan)
    before = plan.read_bytes()
    assert main(["report", str(plan), "--out", str(plan)]) == 2
    assert "is read here; name another place" in capsys.readouterr().err
    assert plan.read_bytes() == before


def test_dots_are_as_many_as_the_share(model_runs):
    share = model_runs.probability("all").filter(scenario="baseline")["probability"][0]
    text, _ = page_of(model_runs)
    dots = re.search(r'<svg class="dots".*?</svg>', text, re.DOTALL)[0]
    assert dots.count("<circle") == 100
    assert dots.count('class="on"') == round(100 * share)
    assert f"at least one missed: {100 - round(100 * share)}" in text
    assert np.isfinite(share)


@pytest.mark.parametrize("name", ["report.txt", "report.2025", "report.xlsx"])
def test_an_ending_that_no_report_has_is_refused_before_anything_is_simulated(
    name, tmp_path, capsys
):
    assert main(["report", str(tb.plans.path("minimal")), "--out", str(tmp_path / name)]) == 2
    said = capsys.readouterr().err
    assert f"{name}: a report is html, pdf, docx, pptx" in said
    assert "--format html" in said
    assert not list(tmp_path.iterdir())


def test_an_ending_may_be_any_where_the_format_is_said(model_runs, tmp_path):
    text = model_runs.report(tmp_path / "report.2025", format="html").read_text(encoding="utf-8")
    assert text.startswith("<!doctype html>")
    assert model_runs.report(tmp_path / "report.HTM").read_text(encoding="utf-8")[:5] == "<!doc"


@pytest.mark.parametrize(
    ("name", "missing", "extra"),
    [
        ("r.html", "jinja2", "report"),
        ("r.docx", "docx", "docx"),
        ("r.docx", "jinja2", "docx"),
        ("r.pptx", "matplotlib", "pptx"),
        ("r.pdf", "weasyprint", "pdf"),
    ],
)
def test_what_is_missing_names_the_extra_of_the_format(
    name, missing, extra, monkeypatch, tmp_path, capsys
):
    """Of a format whose library is missing, and of what every format stands on."""
    from tinbergen.report import write

    def load(module):
        if module == missing:
            raise ImportError(f"no {module}", name=module)

    monkeypatch.setattr(write, "load", load)
    assert main(["report", str(tb.plans.path("minimal")), "--out", str(tmp_path / name)]) == 2
    said = capsys.readouterr().err
    assert f"needs {missing}, which is not installed" in said
    assert f'pip install "tinbergen[{extra}]"' in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_findings_are_named_in_the_language_of_the_reader(language):
    file = Path(__file__).parents[2] / "docs/consistency.md"
    if not file.exists():
        pytest.skip("needs the folder docs/")
    table = file.read_text(encoding="utf-8").partition("| kind | when |")[2].partition("\n\n")[0]
    kinds = re.findall(r"^\| `(\w+)`", table, re.MULTILINE)
    assert len(kinds) == 10
    assert all(of_language(language).WORDS[f"finding {kind}"] for kind in kinds)


def test_what_does_not_fit_names_targets_as_people_do(plan):
    runs = plan.simulate(50, seed=1, scenarios=["baseline"])
    (part,) = sections(Told(runs, "zh", "baseline"), ("consistency",))
    rows = part.blocks[0].rows
    assert rows[0][:2] == ["存在张力", "地区生产总值达1500亿元；人均生产总值达17万元"]
    assert not part.blocks[0].foreign & {0, 1}
