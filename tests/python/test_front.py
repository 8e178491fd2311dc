"""What moves in a report: the same words and counts as in Python, and the same bits as the library in a browser."""

import base64
import dataclasses
import itertools
import json
import lzma
import os
import re
import runpy
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest
from browsers import BROWSERS, CHROMIUM, browser, opened

import tinbergen as tb
from tinbergen import _core
from tinbergen.basics.language import LANGUAGES
from tinbergen.basics.words import of_language, say
from tinbergen.plots._history import drawn_periods
from tinbergen.plots._text import Numbers, is_share
from tinbergen.questions.chance_words import about_text, chance_text, percent_text
from tinbergen.report import live as live_module
from tinbergen.report import picture
from tinbergen.report.actual import known_rows, outturns_with
from tinbergen.report.answers import _dots
from tinbergen.report.live import live_of, read_engine
from tinbergen.report.page import report_html
from tinbergen.report.parts import left_out, sections
from tinbergen.report.picture import fan_picture
from tinbergen.report.sobol import bytes_of
from tinbergen.report.told import Told
from tinbergen.written.target import target_text

FRONT = Path(__file__).parents[2] / "front"
NODE = shutil.which("node")
needs_node = pytest.mark.skipif(
    NODE is None or not FRONT.is_dir(), reason="needs node and the folder front/"
)


def ask(questions):
    """Ask modules of the front end."""
    script = Path(__file__).with_name("front.mjs")
    done = subprocess.run(
        [NODE, str(script)], input=json.dumps(questions), capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def words_of(language):
    file = of_language(language)
    names = {name: key for name, key in live_module.PHRASES.items() if name in
             {"chance", "under", "over", "none", "sure", "unknown", "between"} or "limiting" in name}  # fmt: skip
    said = {name: say(key, language) for name, key in names.items()}
    signs = {"decimal": file.DECIMAL, "thousands": file.THOUSANDS, "percent": file.PERCENT}
    return {**signs, "semicolon": file.SEMICOLON, **said}


@needs_node
@pytest.mark.parametrize("language", LANGUAGES)
def test_probabilities_are_told_in_the_words_of_python(language):
    random = np.random.default_rng(1)
    shares = [0.0, 1.0, 0.5, 0.125, 0.00005, 0.99995, 0.095, 0.0095, 0.105, 0.115, 0.025]
    shares += [k / 10_000 for k in range(0, 10_001, 7)] + [k / 512 for k in range(513)]
    shares += random.uniform(size=1000).tolist() + (10.0 ** random.uniform(-9, 0, 1000)).tolist()
    ends = [(max(0.0, x - 0.01 * k), min(1.0, x + 0.013 * k)) for k, x in enumerate(shares)]
    words = words_of(language)
    questions = [["chances", "percentText", [x, words]] for x in shares]
    questions += [["chances", "aboutText", [x, words]] for x in shares]
    questions += [
        ["chances", "chanceText", [x, *e, words]] for x, e in zip(shares, ends, strict=True)
    ]
    expected = [percent_text(x, language) for x in shares]
    expected += [about_text(x, language) for x in shares]
    expected += [chance_text(x, *e, language) for x, e in zip(shares, ends, strict=True)]
    assert ask(questions) == expected


@needs_node
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_stands_in_the_way_is_told_in_the_words_of_python(language):
    """Random plans of few or many targets: gains, ties, targets that nothing or everything meets."""
    random = np.random.default_rng(4)
    words, questions, expected = words_of(language), [], []
    for k in range(60):
        count = int(random.integers(1, 7))
        bounds = random.choice([-9.0, -1.0, 0.0, 0.5, 2.0, 9.0], count)
        shocks = random.choice(["a", "b"], count)
        model = tb.Model(
            "made",
            "2021",
            indicators={
                name: tb.Indicator(history={2020: 0.0}, equation=f"{name} ~ 0") for name in "ab"
            },
            shocks={name: tb.normal(0, 1) for name in "ab"},
            targets=[
                tb.Target(f"t{i}", indicator=str(shock), period=2021, at_least=float(bound))
                for i, (shock, bound) in enumerate(zip(shocks, bounds, strict=True))
            ],
        )
        runs = model.simulate(200, seed=k, design=["random", "sobol", "antithetic"][k % 3])
        names = ("gain", "gain_error", "without", "own", "own_low", "own_high", "missed")
        rows = [
            {
                "label": row["target"],
                # Not-a-number is no JSON; in the page it is a number of the engine.
                "numbers": [None if np.isnan(row[name]) else float(row[name]) for name in names],
            }
            for row in runs.limiting().rows()
        ]
        questions.append(["chances", "limitingText", [rows, words]])
        expected.append(runs.in_words(language).limiting())
    assert len(set(expected)) > 20
    assert ask(questions) == expected


def drawn(runs, indicator, language):
    """Ask for the picture of a fan as the live page draws it, and give it as Python does."""
    ensemble, model = runs["baseline"], runs.model
    one = model.indicators[indicator]
    levels = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
    table = ensemble.fan(indicator, quantiles=levels)
    numbers = np.column_stack([table[column] for column in table.columns[2:]])
    marks = []
    for target in model.targets:
        known = [(str(p), v.value if hasattr(v, "value") else v) for p, v in one.history.items()]
        known = [(p, float(v)) for p, v in known if isinstance(v, (int, float))]
        found = _core.target_mark(target_text(target), known)
        if found and target.indicator == indicator:
            direction, (first, last), (low, high), *_ = found
            marks.append(
                {"direction": direction, "first": first, "last": last, "low": low, "high": high}
            )
    fan = {
        "periods": [str(period) for period in ensemble.periods],
        "known": [[str(p), float(v)] for p, v in ensemble.history(indicator).items()],
        "drawn": sorted(drawn_periods(model, indicator)),
        "numbers": numbers.ravel().tolist(),
        "marks": marks,
        "share": is_share(one.unit),
    }  # fmt: skip
    expected = json.loads(
        json.dumps(dataclasses.asdict(fan_picture(ensemble, indicator, "", language)))
    )
    for name in ("indicator", "title", "unit", "actual"):
        del expected[name]
    return ["draw", "layOut", [fan, words_of(language)]], expected


@needs_node
@pytest.mark.parametrize("name", ["yuecheng", "macro", "minimal", "portugal"])
def test_a_fan_is_drawn_from_numbers_as_python_draws_it(name):
    runs = tb.read_plan(tb.plans.path(name)).simulate(200, seed=1, scenarios=["baseline"])
    names = [name for name in runs.model.indicators if name in runs["baseline"]]
    languages = itertools.cycle(LANGUAGES)
    asked, expected = zip(*(drawn(runs, one, next(languages)) for one in names), strict=True)
    for found, wanted in zip(ask(list(asked)), expected, strict=True):
        assert found == wanted


@needs_node
def test_dots_are_told_of_as_python_does(plan):
    told = Told(plan.simulate(10, seed=1, scenarios=["baseline"]), "en", "baseline")
    shares = [0.0, 1.0, 0.004, 0.005, 0.0051, 0.995, 0.9951, *np.random.default_rng(4).random(200)]
    found = ask([["chances", "dotsOf", [float(share)]] for share in shares])
    for share, one in zip(shares, found, strict=True):
        dots = _dots(told, share)
        on, off = (text.rpartition(" ")[2] for text in dots.legend)
        assert (one["filled"], one["on"], one["off"]) == (dots.filled, on, off)


@needs_node
def test_the_ticks_of_a_fan_are_those_of_matplotlib():
    random = np.random.default_rng(7)
    ends = []
    for _ in range(3000):
        middle = float(random.choice([0.0, 1.0, -1.0])) * 10.0 ** random.uniform(-7, 9)
        size = 10.0 ** random.uniform(-6, 9)
        ends.append((middle - size * random.uniform(), middle + size * random.uniform()))
    ends = [(low, high) for low, high in ends if high - low > 1e-9 * max(abs(low), abs(high))]
    expected = [[t for t in picture._ticks(*e) if e[0] <= t <= e[1]] for e in ends]
    found = ask([["draw", "ticks", list(e)] for e in ends])
    for e, ours, theirs in zip(ends, found, expected, strict=True):
        assert ours == pytest.approx(theirs, rel=1e-9, abs=1e-9 * (e[1] - e[0])), e
    texts = ask(
        [["draw", "tickTexts", [t, k % 2 == 0, words_of("de")]] for k, t in enumerate(expected)]
    )
    for k, (ours, theirs) in enumerate(zip(texts, expected, strict=True)):
        assert ours == Numbers(share=k % 2 == 0, language="de").format_ticks(theirs)


def bits_of(runs):
    """The bits of a report, as it holds them."""
    data = json.loads(live_of(Told(runs, "en", "baseline"), "auto").data)
    return data, list(lzma.decompress(base64.b64decode(data["met"])))


@needs_node
@pytest.mark.parametrize("paths", [333, 1024])
def test_combinations_are_counted_as_the_library_does(plan, paths):
    runs = plan.simulate(paths, seed=2, scenarios=["baseline", "trade_friction"])
    data, packed = bits_of(runs)
    scenarios = data["scenarios"]
    ids, shape = data["targets"], [len(scenarios), len(data["targets"]), paths]
    (read,) = ask([["bits", "readMet", [packed, *shape]]])
    random = np.random.default_rng(3)
    chosen, questions = [], []
    for _ in range(60):
        places = random.choice(len(ids), 4, replace=False).tolist()
        kinds = random.choice(["met", "missed", "given"], 4, p=[0.5, 0.25, 0.25]).tolist()
        at = int(random.integers(len(scenarios)))
        chosen.append((at, places, kinds))
        questions.append(
            ["bits", "countMet", [read[at], paths, list(zip(places, kinds, strict=True))]]
        )
    for (at, places, kinds), found in zip(chosen, ask(questions), strict=True):
        told = [
            ids[k] if kind != "missed" else f"not {ids[k]}"
            for k, kind in zip(places, kinds, strict=True)
        ]
        given = [name for name, kind in zip(told, kinds, strict=True) if kind == "given"]
        row = next(
            runs.probability(" and ".join(told), given=" and ".join(given) or None)
            .filter(scenario=scenarios[at])
            .rows()
        )
        assert found["of"] == (row["paths"] if given else paths)
        if found["of"]:
            assert found["met"] / found["of"] == row["probability"]
            ((low, high),) = ask([["bits", "wilson", [found["met"], found["of"]]]])
            assert (low, high) == pytest.approx((row["low"], row["high"]), abs=1e-12)


@needs_node
def test_a_setting_is_a_scenario_of_the_plan_and_survives_a_link():
    levers = [
        {"name": "a", "parameter": 'odd "name"\\', "now": 0.5, "keeps": True},
        {"name": "b", "parameter": "tax", "now": 0, "keeps": False},
    ]
    setting = {
        "scenario": "slump", "levers": {"a": 0.75, "b": 1e-7}, "parameters": {"增长": 0.05}, "bounds": {"gdp": 3},
        "actual": {"gdp 2022": 1.5},
    }  # fmt: skip
    known = {
        "scenarios": ["slump"],
        "levers": ["a", "b"],
        "parameters": ["增长"],
        "targets": ["gdp"],
        "indicators": ["gdp"],
        "periods": ["2021", "2022"],
    }
    text, link = ask(
        [
            ["setting", "asScenario", [setting, levers, "my setting"]],
            ["setting", "asLink", [setting]],
        ]
    )
    assert tomllib.loads(text)["scenarios"]["my setting"] == {
        "extends": "slump",
        "changes": [
            {"parameter": 'odd "name"\\', "add": 0.25},
            {"parameter": "tax", "set": 1e-7},
            {"parameter": "增长", "set": 0.05},
        ],
    }
    forged = {
        **setting,
        "levers": {"a": "1; drop", "none": 2},
        "bounds": {"__proto__": 1},
        "actual": {"gdp 2022": "x", "gdp 1999": 1},
    }
    wrong = base64.urlsafe_b64encode(json.dumps(forged).encode()).decode().rstrip("=")
    back, taken, nothing, other = ask(
        [["setting", "ofLink", [hash, known]] for hash in
         (link, f"#set={wrong}", "#set=!!", link.replace("#set", "#sit"))]
    )  # fmt: skip
    assert back == setting
    assert (taken["levers"], taken["bounds"], taken["actual"]) == ({}, {}, {})
    assert nothing is None
    assert other is None


def test_without_the_engine_there_are_bits_and_what_is_missing_is_said(runs, monkeypatch):
    monkeypatch.setattr(live_module, "read_engine", lambda design, **_: None)
    told = Told(runs, "en", "baseline")
    text = report_html(told, "auto")
    assert "not the plan, and no engine" in text
    assert 'id="engine"' not in text
    assert "wasm-unsafe-eval" not in text
    assert json.loads(live_of(told, "auto").data)["plan"] == ""
    with pytest.raises(ValueError, match="`make engine` builds it"):
        live_of(told, "yes")


def packing():
    """Packing as `make engine` does it."""
    script = FRONT.parent / "scripts/engine.py"
    if not script.exists():
        pytest.skip("needs the folder scripts/")
    return runpy.run_path(str(script))["packed"]


def module_of(sources, table, rest=b"the rest"):
    return b"\0asm tinbergen-sources:" + sources.encode() + table + rest


def test_an_engine_of_other_sources_is_refused(tmp_path):
    packed, table = packing(), b"0123456789"
    file = tmp_path / "engine.wasm.lzma"
    file.write_bytes(packed(module_of("0" * 32, table), table))
    with pytest.raises(ValueError, match="is the engine of other sources"):
        read_engine(file=file)
    file.write_bytes(packed(module_of(_core.sources, table, b"da"), table))
    with pytest.raises(
        ValueError, match=r"engine\.notices\.json: is not beside engine\.wasm\.lzma"
    ):
        read_engine(file=file)
    (tmp_path / "engine.notices.json").write_text("[]")
    assert read_engine(file=file).sources == _core.sources


@needs_node
def test_the_table_of_a_design_is_in_the_engine_of_that_design_alone(tmp_path):
    """What is not in a report are zeros in the module that its page unpacks."""
    packed = packing()
    table = FRONT.parent.joinpath("src/sample/data/sobol.bin").read_bytes()[:5000]
    module = module_of(_core.sources, table)
    file = tmp_path / "engine.wasm.lzma"
    (tmp_path / "engine.notices.json").write_text("[]")
    file.write_bytes(packed(module, table))

    def inside(design, dimensions=None):
        size, place, text = read_engine(design, file, dimensions=dimensions).text.split(":")
        assert int(size) == len(module)
        (found,) = ask([["lzma", "unpack", [list(base64.b64decode(text))]]])
        place, rest = int(place), bytes(found["rest"])
        return bytes(found["found"][:place]) + rest + bytes(found["found"][place + len(rest) :])

    assert inside("sobol") == module
    assert inside("random") == module.replace(table, bytes(5000))
    some = bytes_of(table, 50)
    assert inside("sobol", 50) == module.replace(table, table[:some] + bytes(5000 - some))
    with pytest.raises(ValueError, match="0 times"):
        packed(b"nothing", table)


@needs_node
def test_the_page_unpacks_what_python_packs():
    """Every setting of the coder, over random bytes with near and far repeats, and what stands behind."""
    random = np.random.default_rng(11)
    texts, packs = [b"", b"a"], []
    for k in range(40):
        parts = [random.bytes(int(random.integers(0, 400))) for _ in range(6)]
        parts += [bytes([int(random.integers(3))]) * int(random.integers(1, 3000))]
        parts += [bytes(random.integers(97, 101, 3000).astype(np.uint8))]
        order = random.integers(len(parts), size=30)
        texts.append(
            b"".join(parts[place] for place in order) + (bytes(300_000) + parts[0]) * (k == 0)
        )
    for k, text in enumerate(texts):
        lc = k % 5
        setting = {"preset": k % 10, "lc": lc, "lp": int(random.integers(5 - lc)), "pb": k // 5 % 5}
        filters = [{"id": lzma.FILTER_LZMA1, **setting}]
        packs.append(lzma.compress(text, format=lzma.FORMAT_ALONE, filters=filters))
    sizes = [
        int(random.integers(2 * len(text) + 2)) if k % 2 else len(text)
        for k, text in enumerate(texts)
    ]
    found = ask(
        [
            ["lzma", "unpack", [[*pack, 7, 8, 9], size]]
            for pack, size in zip(packs, sizes, strict=True)
        ]
    )
    for text, unpacked in zip(texts, found, strict=True):
        assert bytes(unpacked["found"]) == text
        assert unpacked["rest"] == [7, 8, 9]


@needs_node
def test_what_is_cut_off_or_damaged_is_refused():
    pack = lzma.compress(b"how likely " * 500 + bytes(range(256)), format=lzma.FORMAT_ALONE)
    damaged = [pack[: len(pack) // 2], pack[:20], pack[:13], pack[:18] + b"\xff" * 9 + pack[27:]]
    script = f"""
        import {{ unpack }} from {json.dumps((FRONT / "src/lzma.js").as_uri())};
        for (const pack of {json.dumps([list(one) for one in damaged])}) {{
            try {{ unpack(Uint8Array.from(pack)); console.log("taken"); }}
            catch (error) {{ console.log(error.constructor.name); }}
        }}"""
    done = subprocess.run(
        [NODE, "--input-type=module", "-e", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["RangeError"] * len(damaged)


def test_the_beginning_of_the_table_is_as_long_as_its_dimensions():
    """Read bit by bit here, as the core does."""
    file = FRONT.parent / "src/sample/data/sobol.bin"
    if not file.exists():
        pytest.skip("needs the folder src/")
    table = file.read_bytes()
    bits = np.unpackbits(np.frombuffer(table, np.uint8), bitorder="little")
    at, ends = 0, [0]
    for _ in range(21_200):
        polynomial = int(bits[at : at + 20] @ (1 << np.arange(20)))
        degree = int(np.log2(polynomial))
        at += 20 + sum(range(degree))
        ends.append(-(-at // 8))
    assert ends[-1] == len(table)
    for dimensions in (1, 2, 3, 77, 1234, 21_201):
        assert bytes_of(table, dimensions) == ends[dimensions - 1]
    assert bytes_of(table, 30_000) == len(table)


def engine_of(monkeypatch):
    """Let there be an engine, which no test of these runs."""
    notice = {
        "of": [{"name": "a", "version": "1", "licence": "MIT", "copyright": ["Copyright <b> & c"]}],
        "text": "Permission is granted & so on",
    }
    one = live_module.Engine("AAAA", _core.sources, [notice])
    monkeypatch.setattr(live_module, "read_engine", lambda design, **_: one)


def test_licences_travel_with_the_engine(runs, monkeypatch):
    from test_report import page_of

    assert "notices" not in page_of(runs, live="no")[1].values("id")
    engine_of(monkeypatch)
    _, found = page_of(runs, live="auto")
    assert "a 1 (MIT), Copyright <b> & c" in found.text("holds")
    assert "Permission is granted & so on" in found.text("holds")


def test_every_crate_of_the_engine_has_its_notice(tmp_path):
    script = FRONT.parent / "scripts/notices.py"
    if not script.exists() or shutil.which("cargo") is None:
        pytest.skip("needs the folder scripts/ and cargo")
    file = tmp_path / "engine.notices.json"
    done = subprocess.run([sys.executable, str(script), str(file)], capture_output=True, text=True)
    if done.returncode and "wasm32" in done.stderr:
        pytest.skip("needs the sources of the crates")
    assert done.returncode == 0, done.stderr
    groups = json.loads(file.read_text(encoding="utf-8"))
    told = {(one["name"], one["version"]) for group in groups for one in group["of"]}
    tree = [
        "cargo",
        "tree",
        "--locked",
        "-p",
        "tinbergen-engine",
        "--target",
        "wasm32-unknown-unknown",
    ]
    tree += ["-e", "normal,no-proc-macro", "--prefix", "none"]
    lines = subprocess.run(tree, cwd=FRONT.parent, check=True, capture_output=True, text=True)
    inside = {tuple(line.split()[:2]) for line in lines.stdout.splitlines() if line.strip()}
    assert {(name, version.removeprefix("v")) for name, version in inside} <= told
    assert {"tinbergen", "serde_json", "the standard library of Rust"} <= {name for name, _ in told}
    granted = (
        "Permission is hereby granted",
        "Apache License",
        "freely",
        "Redistribution",
        "UNICODE",
    )
    assert all(any(word in group["text"] for word in granted) for group in groups)
    assert len({group["text"] for group in groups}) == len(groups)
    owners = {one["name"]: one["copyright"] for group in groups for one in group["of"]}
    assert owners["ndarray"] == [
        'Copyright (c) 2015 - 2021 Ulrik Sverdrup "bluss", Jim Turner, and ndarray developers'
    ]
    assert str(Path.home()) not in file.read_text(encoding="utf-8")


def test_what_is_left_out_is_not_in_the_plan_inside(runs, plan, monkeypatch):
    engine_of(monkeypatch)
    cost = plan.levers["rd_subsidy"].cost

    def inside(*without):
        found = live_of(Told(runs, "en", "baseline", without=left_out(without)), "auto")
        return json.loads(found.data)["plan"]

    assert cost in inside()
    assert "[levers." in inside()
    assert cost not in inside("costs")
    assert "[levers." not in inside("levers")
    assert inside("assumptions") == ""
    with pytest.raises(ValueError, match="the assumptions that are left out"):
        live_of(Told(runs, "en", "baseline", without=left_out("assumptions")), "yes")


def test_what_a_plan_says_cannot_leave_its_place(monkeypatch):
    from test_report import HOSTILE, page_of, plan_with

    engine_of(monkeypatch)
    made = []
    for texts in (["plain"], *([*HOSTILE[k:], *HOSTILE[:k]] for k in range(len(HOSTILE)))):
        runs = plan_with(texts).simulate(100, seed=1)
        text, found = page_of(runs, live="auto", without=left_out("consistency,notes"))
        made.append(found.tags)
        data = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.S)[1]
        assert not set("<>&") & set(data)
        assert json.loads(data)["labels"]["a"] in texts
    assert all(tags == made[0] for tags in made[1:])


@needs_node
def test_the_bundle_is_fresh_and_its_types_are_right(tmp_path):
    tools = FRONT / "node_modules"
    if not tools.is_dir():
        pytest.skip("needs `npm install` in front/")
    subprocess.run([NODE, str(tools / "typescript/bin/tsc"), "-p", str(FRONT)], check=True)
    bundle = tmp_path / "front.js"
    options = ["--bundle", "--format=iife", "--global-name=tinbergen"]
    options += ["--target=es2022", "--minify", "--charset=utf8"]
    command = [str(tools / ".bin/esbuild"), "src/main.js", *options, f"--outfile={bundle}"]
    subprocess.run(command, check=True, cwd=FRONT, capture_output=True)
    assert bundle.read_bytes() == (Path(live_module.__file__).parent / "front.js").read_bytes()


@pytest.mark.slow
def test_a_reader_in_a_browser_sees_the_bits_of_the_library(plan, tmp_path):
    with browser() as playwright:
        if read_engine() is None:
            pytest.skip("needs the engine: `make engine`")
        file = plan.simulate(1000, seed=1).report(tmp_path / "report.html", live="yes")
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = chromium.new_page(viewport={"width": 1100, "height": 900})
        asked, wrong = [], []
        page.on("request", lambda request: asked.append(request.url.partition(":")[0]))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(file.as_uri())
        page.wait_for_selector("html[data-verified]", state="attached", timeout=60_000)
        rows = len(plan.targets) + 3 + len(plan.target_sets)
        assert page.evaluate("document.documentElement.dataset.verified") == f"{rows}/{rows}"

        page.fill("#lever-1", "0.05")
        page.dispatch_event("#lever-1", "change")
        page.wait_for_selector("html[data-took]", state="attached", timeout=60_000)
        setting = tomllib.loads(page.input_value("#setting"))["scenarios"]["setting"]
        assert setting == {"changes": [{"parameter": "rd_subsidy", "set": 0.05}]}
        scenario = tb.Scenario([tb.Change(**change) for change in setting["changes"]])
        moved = plan.add(scenarios={"setting": scenario}).simulate(
            1000, seed=1, scenarios="setting"
        )
        said = page.inner_text('[data-target="rd-share-2025"] .chance')
        words = moved.in_words("en", scenario="setting")
        assert said.partition(": ")[2] == words.probability("rd-share-2025").partition(": ")[2]
        assert page.inner_text('[data-told="limiting"]') == words.limiting()
        printed = Told(plan.simulate(1000, seed=1), "en", "baseline")
        lines = {one.key: one.text for one in sections(printed)[0].blocks if one.kind == "text"}
        told = "document.querySelector('[data-told=help]').textContent"
        assert page.evaluate(told) == f"For the plan as printed. {lines['help']}"
        with_moved = Told(moved, "en", "setting")
        again = {one.key: one.text for one in sections(with_moved)[0].blocks if one.kind == "text"}
        assert page.inner_text("[data-told=sure]") == again["sure"]
        (dots,) = (one for one in sections(with_moved)[0].blocks if one.kind == "dots")
        assert page.inner_text(".hundred .missed") == dots.legend[1]
        picture = page.get_attribute('[data-fan="rd_share"]', "data-low")
        drawn = page.get_attribute('[data-fan="rd_share"] .centre', "points").split()[-1]
        low, high = float(picture), float(page.get_attribute('[data-fan="rd_share"]', "data-high"))
        median = moved["setting"].fan("rd_share")["q50"][-1]
        height = 34 + 208 * min(max((high - median) / (high - low), 0), 1)
        assert float(drawn.split(",")[1]) == pytest.approx(height, abs=0.051)
        page.click("#moved .reset")
        page.wait_for_selector("#moved", state="hidden", timeout=60_000)
        assert page.evaluate(told) == lines["help"]
        page.select_option("#scenario", "innovation_push")  # levers stand where it has them
        page.wait_for_selector("#moved", state="visible", timeout=60_000)
        assert [page.input_value(f"#lever-{k}") for k in (1, 2, 3, 4)] == ["0.04", "0", "0.5", "20"]
        assert "[scenarios." not in page.input_value("#setting")
        page.fill("#lever-1", "0")
        page.dispatch_event("#lever-1", "change")
        (change,) = tomllib.loads(page.input_value("#setting"))["scenarios"]["setting"]["changes"]
        assert change == {"parameter": "rd_subsidy", "set": 0}
        page.click("#moved .reset")
        page.wait_for_selector("#moved", state="hidden", timeout=60_000)
        assert page.input_value("#lever-4") == "0"
        assert "#" not in page.inner_text("#state")
        assert set(asked) <= {"file", "blob"}
        assert wrong == []

        axe = os.environ.get("TINBERGEN_AXE") or FRONT / "node_modules/axe-core/axe.min.js"
        for width in (1100, 390):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            if Path(axe).exists():
                page.evaluate(Path(axe).read_text(encoding="utf-8"))
                page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
                assert [rule["id"] for rule in page.evaluate("axe.run()")["violations"]] == []
        page.emulate_media(media="print")
        page.set_viewport_size(
            {"width": 718, "height": 1000}
        )  # A4 without the margins of a browser
        wide = "[...document.querySelectorAll('table')].filter(one => one.getBoundingClientRect().right > innerWidth)"
        assert page.evaluate(f"{wide}.map(one => one.textContent.slice(0, 80))") == []
        chromium.close()


VERIFIED = "document.documentElement.dataset.verified"
SAID = """Object.fromEntries([...document.querySelectorAll("[data-target]")].map(
  one => [one.dataset.target, one.querySelector(".chance").textContent.split(": ").slice(1).join(": ")]))"""


def shown(page, expected, names):
    """Wait until a page says of targets what is expected, to the letter."""
    wanted = {name: expected.probability(name).partition(": ")[2] for name in names}
    for name, text in wanted.items():
        page.wait(f"({SAID})[{json.dumps(name)}] === {json.dumps(text)}")


@pytest.mark.slow
@pytest.mark.parametrize("where", BROWSERS)
@pytest.mark.parametrize("kind", ["random", "antithetic", "lhs", "sobol", "given actual values"])
def test_every_design_is_computed_again_and_moves_as_the_plan_would(plan, tmp_path, kind, where):
    scenario = tb.Scenario(
        [tb.Change(parameter="rd_subsidy", set=0.05), tb.Change(parameter="investment_push", set=0.02)],
        extends="trade_friction",
    )  # fmt: skip
    targets = [
        dataclasses.replace(target, at_least=1600) if target.id == "gdp-2025" else target
        for target in plan.targets
    ]
    moved = plan.with_(targets=targets).add(scenarios={"setting": scenario})
    if kind == "given actual values":
        both = [model.observe(tb.plans.outturns()) for model in (plan, moved)]
        options = {"paths": 300, "seed": 1}
    else:
        both, options = [plan, moved], {"paths": 300, "seed": 1, "design": kind}
    runs = both[0].simulate(**options)
    expected = both[1].simulate(scenarios=["setting"], **options).in_words("en", scenario="setting")
    if read_engine() is None:
        pytest.skip("needs the engine: `make engine`")
    file = runs.report(tmp_path / "report.html", live="yes", without="tornado")
    with opened(file, where, tmp_path) as page:
        same, _, rows = page.wait(VERIFIED).partition("/")
        assert same == rows
        page.set("#scenario", "trade_friction")
        for name, value in (("#lever-1", "0.05"), ("#lever-2", "0.02"), ("#bound-1", "1600")):
            page.set(name, value)
        shown(page, expected, ("gdp-2025", "rd-share-2025", "unemployment-every-year"))


@pytest.mark.slow
@pytest.mark.parametrize("where", BROWSERS)
@pytest.mark.parametrize("given", [False, True])
def test_an_actual_value_that_is_typed_in_is_known_to_the_run(plan, tmp_path, given, where):
    """In a run without actual values, and in one that has some, of the same indicator too."""
    base = plan.observe(tb.plans.outturns()) if given else plan
    runs = base.simulate(400, seed=1)
    if read_engine() is None:
        pytest.skip("needs the engine: `make engine`")
    file = runs.report(tmp_path / "report.html", live="yes", without="tornado")
    with opened(file, where, tmp_path) as page:
        page.wait(VERIFIED)
        assert page.evaluate("document.querySelector('#actual-add').disabled") is False
        for name, period, value in (("rd_share", "2023", 3.1), ("gdp_real_growth", "2024", 2.5)):
            page.set("#actual-indicator", name)
            page.set("#actual-period", period)
            page.set("#actual-value", str(value))
            page.click("#actual-add")
        page.set("#lever-1", "0.05")
        copied = page.evaluate("document.querySelector('#setting').value")
        text = re.search(r"# actual values, as of (.*):\n((?:# .*\n)+)", copied)
        day, typed = text[1], re.sub("^# ", "", text[2], flags=re.M)
        known = (
            tb.Outturns(tb.plans.outturns()).table.to_csv()
            if given
            else typed.splitlines()[0] + "\n"
        )
        rows = [
            line + "," * (known.splitlines()[0].count(",") - line.count(","))
            for line in typed.splitlines()[1:]
        ]
        table = tmp_path / "outturns.csv"
        table.write_text(known + "\n".join(rows) + "\n", encoding="utf-8")
        scenario = tb.Scenario([tb.Change(parameter="rd_subsidy", set=0.05)])
        moved = plan.add(scenarios={"setting": scenario}).observe(tb.Outturns(table), as_of=day)
        expected = moved.simulate(400, seed=1, scenarios=["setting"]).in_words(
            "en", scenario="setting"
        )
        shown(page, expected, ("gdp-2025", "rd-share-2025", "unemployment-every-year"))
        assert page.text('[data-told="limiting"]') == expected.limiting()
        assert page.evaluate("document.querySelectorAll('#actual-list li').length") == 2
        assert page.evaluate("document.querySelectorAll('[data-fan=rd_share] .typed').length") == 1
        page.click("#actual-list button")
        page.click("#actual-list button")
        page.click("#moved .reset")
        page.wait("document.getElementById('moved').hidden")
        assert page.evaluate("document.querySelectorAll('.typed').length") == 0


@pytest.mark.slow
@pytest.mark.parametrize("where", BROWSERS)
@pytest.mark.parametrize("given", [False, True])
def test_combinations_of_paths_that_weigh_differently_are_those_of_the_library(
    plan, tmp_path, given, where
):
    """In a run that is held to actual values, and in one to which a reader adds one: counted by the engine."""
    base = plan.observe(tb.plans.outturns()) if given else plan
    runs = base.simulate(400, seed=1)
    if read_engine() is None:
        pytest.skip("needs the engine: `make engine`")
    file = runs.report(tmp_path / "report.html", live="yes", without="tornado")
    chosen = {"gdp-2025": "met", "rd-share-2025": "missed", "unemployment-every-year": "given"}
    goal, condition = (
        "gdp-2025 and not rd-share-2025 and unemployment-every-year",
        "unemployment-every-year",
    )
    with opened(file, where, tmp_path) as page:
        page.wait(VERIFIED)
        if not given:
            page.set("#actual-indicator", "gdp_real_growth")
            page.set("#actual-period", "2022")
            page.set("#actual-value", "7.5")
            page.click("#actual-add")
            known = tb.Outturns({
                "indicator": ["gdp_real_growth"], "period": [2022], "value": [7.5], "vintage": ["2023-01-01"],
            })  # fmt: skip
            runs = plan.observe(known).simulate(400, seed=1, scenarios=["baseline"])
        for name, wish in chosen.items():
            page.set(f"[data-wish={name}]", wish)
        (row,) = runs.probability(goal, given=condition).filter(scenario="baseline").rows()
        told = f"document.querySelector('#combined').dataset.met === {json.dumps(js_number(row['probability']))}"
        page.wait(told)
        text = chance_text(row["probability"], row["low"], row["high"], "en")
        worth = f"{round(row['paths']):,}"
        assert page.text("#combined") == say(
            "report combined worth", "en", chance=text, worth=worth
        )


def js_number(number):
    """A number as JavaScript writes it."""
    return str(number).removesuffix(".0")


@pytest.mark.slow
@pytest.mark.parametrize("where", BROWSERS)
def test_a_plan_without_targets_moves(plan, tmp_path, where):
    """Its fans are computed again, and follow a lever."""
    bare = plan.with_(targets=[], target_sets={}, warnings={})
    runs = bare.simulate(400, seed=1)
    if read_engine() is None:
        pytest.skip("needs the engine: `make engine`")
    file = runs.report(tmp_path / "report.html", live="yes")
    scenario = tb.Scenario([tb.Change(parameter="rd_subsidy", set=0.05)])
    moved = bare.add(scenarios={"setting": scenario}).simulate(400, seed=1, scenarios="setting")
    with opened(file, where, tmp_path) as page:
        fans = page.evaluate("document.querySelectorAll('.fan').length")
        assert page.wait(VERIFIED) == f"{fans}/{fans}"
        assert page.text("#state").startswith("The engine computed the printed fans again")
        page.set("#lever-1", "0.05")
        page.wait("document.documentElement.dataset.took?.endsWith('for 400')")
        assert page.text("#state") == "The fans show the plan as moved (400 paths)."
        svg = "document.querySelector('[data-fan=rd_share]')"
        low, high = (float(page.evaluate(f"{svg}.dataset.{end}")) for end in ("low", "high"))
        points = page.evaluate(f"{svg}.querySelector('.centre').getAttribute('points')").split()
        median = moved["setting"].fan("rd_share")["q50"][-1]
        height = 34 + 208 * min(max((high - median) / (high - low), 0), 1)
        assert float(points[-1].split(",")[1]) == pytest.approx(height, abs=0.051)


@needs_node
def test_typed_values_make_the_table_that_python_makes(tmp_path):
    random = np.random.default_rng(5)
    for _ in range(40):
        names = [str(name) for name in random.choice(["gdp", "jobs", "增长"], 2, replace=False)]
        periods = [
            str(period)
            for period in random.choice(["2021", "2022-Q3", "2023-04"], 2, replace=False)
        ]
        typed = {
            f"{n} {p}": float(random.normal(100, 30)) for n, p in zip(names, periods, strict=True)
        }
        known, as_of = None, None
        if random.uniform() < 0.7:
            days = [
                str(day)
                for day in random.choice(
                    ["2024-01-01", "2024-05-02", "2025-01-01"], 2, replace=False
                )
            ]
            known = tb.Outturns({
                "indicator": [names[0], names[0]], "period": [periods[0]] * 2, "value": [1.5, 2.5],
                "vintage": days, "source": ['a "quoted, text"', ""],
            })  # fmt: skip
            as_of = max(days)
        found, day = outturns_with(known, as_of, typed)
        rows = None if known is None else known_rows(known)
        setting = {"scenario": "baseline", "actual": typed}
        (page,) = ask([["setting", "asOutturns", [setting, rows, as_of]]])
        assert page["as_of"] == day
        file = tmp_path / "outturns.csv"
        file.write_text(page["outturns"], encoding="utf-8")
        read = tb.Outturns(file)
        assert read.table == found.table
        assert dict(zip(zip(read.table["indicator"].tolist(), read.table["period"].tolist(), strict=True), read.table["value"].tolist(), strict=True)).items() >= {
            tuple(cell.rsplit(" ", 1)): value for cell, value in typed.items()}.items()  # fmt: skip
