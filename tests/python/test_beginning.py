"""A beginning: plans that ship, a new plan, and what the shell command offers around them."""

import dataclasses
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from fnmatch import fnmatch
from pathlib import Path

import jsonschema
import pytest

import tinbergen as tb
from tinbergen.basics.language import LANGUAGES
from tinbergen.basics.words import comment, number_text
from tinbergen.io import commented, run_files
from tinbergen.shell import cli
from tinbergen.shell.cli import main

ROOT = Path(__file__).parents[2]
PLANS = ("macro", "minimal", "portugal", "yuecheng")
KINDS = [(often, language) for often in ("annual", "quarterly") for language in ("en", "zh", "de")]


def shell(*arguments, **options):
    command = [sys.executable, "-m", "tinbergen", *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, encoding="utf-8", check=False, timeout=120, **options
    )


# ------------------------------------------------------------------------- plans that ship


def test_every_plan_of_the_folder_ships_with_the_package():
    assert tb.plans.names() == PLANS
    assert {file.stem for file in (ROOT / "plans").glob("*.toml")} == set(PLANS)
    for name in PLANS:
        assert tb.plans.path(name).read_bytes() == (ROOT / "plans" / f"{name}.toml").read_bytes()
        assert getattr(tb.plans, name)().name == tb.plans.read(name).name


@pytest.mark.parametrize("name", PLANS)
def test_a_plan_that_ships_has_every_part_in_both_languages(name):
    model = tb.plans.read(name)
    assert model.targets
    assert model.scenarios
    assert model.levers
    assert model.shocks
    assert any(isinstance(one.value, tb.Distribution) for one in model.parameters.values())
    for part in [model, *model.indicators.values(), *model.targets, *model.scenarios.values()]:
        assert part.text("en")
        assert part.text("zh") != part.text("en")


@pytest.mark.parametrize("name", PLANS)
def test_every_figure_of_a_plan_has_a_source_or_says_that_it_is_assumed(name):
    plan = tomllib.loads((ROOT / "plans" / f"{name}.toml").read_text(encoding="utf-8"))

    def said(part):
        return isinstance(part, dict) and bool(part.get("source") or part.get("assumption"))

    bare = [f"indicators.{key}" for key, part in plan["indicators"].items() if not said(part)]
    for room in ("parameters", "shocks", "events", "scenarios", "levers"):
        bare += [f"{room}.{key}" for key, part in plan.get(room, {}).items() if not said(part)]
    bare += [target["id"] for target in plan["targets"] if not said(target)]
    assert bare == []


@pytest.mark.parametrize("name", ["macro", "minimal", "portugal"])
def test_no_target_of_an_example_is_certain_and_no_finding_is_left(name):
    model = tb.plans.read(name)
    assert not model.check()
    table = model.simulate(paths=2000, seed=1).attainment().filter(scenario="baseline")
    assert all(0.005 < chance < 0.95 for chance in table["probability"])


def test_the_names_and_figures_of_actual_values_are_of_plans_that_have_some():
    assert len(tb.plans.outturns("yuecheng"))
    with pytest.raises(FileNotFoundError, match='"minimal" comes without actual values'):
        tb.plans.outturns("minimal")
    with pytest.raises(tb.UnknownNameError, match='did you mean "portugal"'):
        tb.plans.read("portugl")


def test_the_shell_lists_and_prints_them(capsys):
    assert main(["plans"]) == 0
    said = capsys.readouterr().out
    assert all(name in said for name in PLANS)
    assert main(["plans", "--language", "zh"]) == 0
    assert "葡萄牙" in capsys.readouterr().out
    assert main(["plans", "minimal"]) == 0
    assert capsys.readouterr().out == (ROOT / "plans" / "minimal.toml").read_text(encoding="utf-8")


# ---------------------------------------------------------------------------------- a new plan


@pytest.mark.parametrize(("often", "language"), KINDS)
def test_a_new_plan_is_short_commented_and_passes_a_strict_check(often, language, tmp_path, capsys):
    file = tmp_path / "plan.toml"
    assert main(["new", str(file), f"--{often}", "--language", language]) == 0
    assert capsys.readouterr().out.strip() == str(file)
    lines = [line for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    assert len(lines) <= 45
    assert sum("#" in line for line in lines) >= 12
    assert main(["check", str(file), "--strict"]) == 0
    assert main(["run", str(file), "--paths", "500", "--seed", "1"]) == 0
    model = tb.read_plan(file)
    assert model.periods.frequency == often
    table = model.simulate(paths=500, seed=1).attainment().filter(scenario="baseline")
    assert all(0.02 < chance < 0.9 for chance in table["probability"])
    said = capsys.readouterr().out
    assert ("目标" in said) == (language == "zh")


def test_a_new_plan_replaces_nothing_unless_told(tmp_path, capsys):
    file = tmp_path / "plan.toml"
    file.write_text("mine")
    assert main(["new", str(file)]) == 2
    assert "--force replaces it" in capsys.readouterr().err
    assert file.read_text() == "mine"
    assert main(["new", str(file), "--force"]) == 0
    with pytest.raises(FileExistsError, match="replace=True"):
        tb.plans.new(file)
    assert tb.plans.new(file, frequency="quarterly", replace=True) == file
    with pytest.raises(tb.UnknownNameError, match="frequency"):
        tb.plans.new_text("monthly")
    with pytest.raises(ValueError, match='"fr" is not one of'):
        tb.plans.new_text("annual", "fr")


FIGURES = """year,GDP (EUR billion),R&D share (%),R&D (EUR billion)
""" + "".join(
    f"{2012 + k},{gdp},{share},{share * gdp / 100}\n"
    for k, (gdp, share) in enumerate(
        zip(
            [100, 101.4, 103.9, 106.1, 109.0, 112.2, 114.6, 116.9, 112.1, 118.0, 121.5, 122.3],
            [1.61, 1.66, 1.65, 1.72, 1.78, 1.83, 1.81, 1.9, 1.97, 1.95, 2.02, 2.05],
            strict=True,
        )
    )
)  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_new_plan_of_figures_is_that_of_a_fit_with_comments_and_targets(
    language, tmp_path, capsys
):
    data, file = tmp_path / "data.csv", tmp_path / "plan.toml"
    data.write_text(FIGURES, encoding="utf-8")
    command = ["new", str(file), "--from", str(data), "--language", language, "--event", "2020"]
    product = "rd = rd_share * gdp / 100"
    assert main([*command, "--periods", "7", "--identity", product, "--schema"]) == 0
    beside = tmp_path / "plan.fit.csv", tmp_path / "plan.schema.json"
    assert capsys.readouterr().out.split() == [str(file), *map(str, beside)]
    model = tb.read_plan(file)
    fitted = tb.fit(data, events=[2020], periods=7, identities=[product], rows=2000, name="plan")
    assert model == fitted.add(*model.targets)
    # Every parameter with its interval, every identity as one.
    text = file.read_text(encoding="utf-8")
    told = [line for line in text.splitlines() if line.startswith("# ")]
    rows = list(fitted.fit_report.parameters.rows())
    assert len(rows) == 6
    for row in rows:
        estimate, low, high = (
            number_text(f"{float(f'{row[key]:.2e}'):,.12g}", language)
            for key in ("estimate", "low", "high")
        )
        assert any(
            re.search(rf"{row['parameter']} {estimate} ?[((]{low} \w+ {high}", line)
            for line in told
        ), row
    assert sum(comment("identity", language) in line for line in told) == 1
    assert (sum("12" in line and "2023" in line for line in told)) == 2
    # Targets on what was fitted, neither sure nor out of reach.
    assert [target.indicator for target in model.targets] == ["gdp", "rd_share"]
    table = model.simulate(paths=4000, seed=2).attainment().filter(scenario="baseline")
    assert all(0.3 < chance < 0.7 for chance in table["probability"][:2])
    assert main(["check", str(file), "--strict"]) == 0
    # The scenario that is offered is one, once its signs are taken away.
    head, offer = text.rsplit("# [scenarios", 1)
    file.write_text(f"{head}[scenarios{offer.replace('# ', '')}", encoding="utf-8")
    assert list(tb.read_plan(file).scenarios) == ["turbulent"]


def test_comments_change_nothing_in_a_plan_and_stay_on_their_lines(tmp_path):
    figures = {"year": list(range(2012, 2024)), "a": [100 + k + (k * k) % 7 for k in range(12)]}
    model = tb.fit(figures, rows=100)
    label = "two\nlines\n[indicators.b]"
    part = dataclasses.replace(model.indicators["a"], label=label)
    report = model.fit_report
    model = model.add(indicators={"a": part}, replace=True)
    model._set(_fit_report=report)
    file = tmp_path / "plan.toml"
    assert commented.save_commented(model, file, data="x\ny.csv") == (file,)
    assert tomllib.loads(file.read_text(encoding="utf-8")) == tomllib.loads(model.to_toml())
    with pytest.raises(FileExistsError, match="replace=True"):
        commented.save_commented(model, file, data="x.csv")


@pytest.mark.parametrize(
    ("number", "most", "wanted"),
    [(184.37, 3.1, 185.0), (0.02318, 0.0004, 0.023), (-3.2, 0.06, -3.2), (7.0, 0.0, 7.0),
     (4641.3, 30.0, 4650.0), (1.0e9 + 5, 1e3, 1e9)],
)  # fmt: skip
def test_an_example_is_the_roundest_number_that_is_near(number, most, wanted):
    assert commented._round_near(number, most) == wanted


def test_what_is_said_of_figures_needs_figures_and_replaces_nothing(tmp_path, capsys):
    data, file = tmp_path / "data.csv", tmp_path / "plan.toml"
    data.write_text(FIGURES, encoding="utf-8")
    new = ["new", str(file)]
    for command, message in {
        (*new, "--rows", "9", "--event", "2020"): "--event, --rows: of figures, which --from DATA",
        (*new, "--from", str(data), "--quarterly"): "--quarterly: how often figures come",
        ("new", "-", "--from", str(data)): "name a file",
        ("new", str(data), "--from", str(data), "--force"): "is read here; name another place",
        ("new", str(tmp_path), "--from", str(data)): "is a folder; name a file",
        (*new, "--from", str(tmp_path / "no.csv")): "no such file",
        (*new, "--from", str(data), "--kind", "gpd=growth"): 'did you mean "gdp"',
    }.items():
        assert main(list(command)) == 2
        assert message in capsys.readouterr().err
    assert sorted(tmp_path.iterdir()) == [data]
    (tmp_path / "plan.fit.csv").write_text("mine")
    for command in ([*new, "--from", str(data)], ["fit", str(data), "--out", str(file)]):
        assert main(command) == 2
        assert "plan.fit.csv: there is a file of that name; --force" in capsys.readouterr().err
    assert (tmp_path / "plan.fit.csv").read_text() == "mine"
    assert main([*new, "--from", str(data), "--force", "--rows", "1500"]) == 0
    assert len(tb.read_plan(file).draws["fit"].rows) == 1500


def test_a_new_plan_with_a_schema_names_it_for_editors(tmp_path):
    assert main(["new", str(tmp_path / "plan.toml"), "--schema", "--quiet"]) == 0
    first, *rest = (tmp_path / "plan.toml").read_text(encoding="utf-8").splitlines()
    assert first == "#:schema ./plan.schema.json"
    schema = json.loads((tmp_path / "plan.schema.json").read_text(encoding="utf-8"))
    assert schema == tb.schema()
    jsonschema.validate(tomllib.loads("\n".join(rest)), schema)


@pytest.mark.parametrize("name", PLANS)
def test_the_schema_accepts_plans_that_ship_and_refuses_a_slip(name):
    plan = tomllib.loads((ROOT / "plans" / f"{name}.toml").read_text(encoding="utf-8"))
    jsonschema.validate(plan, tb.schema())
    plan["targets"][0]["at_leest"] = 1
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(plan, tb.schema())


def test_an_editor_completes_and_checks_with_the_schema(tmp_path):
    """Taplo is what Even Better TOML asks, and Neovim, Helix and Zed."""
    taplo = shutil.which("taplo") or shutil.which("taplo", path=Path(sys.executable).parent)
    if taplo is None:
        pytest.skip("needs taplo")
    assert main(["new", str(tmp_path / "plan.toml"), "--schema", "--quiet"]) == 0
    text = (tmp_path / "plan.toml").read_text(encoding="utf-8")
    (tmp_path / "slip.toml").write_text(text.replace("at_least = 113", "at_leest = 113"))

    def checked(name):
        command = [taplo, "check", name]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert checked("plan.toml").returncode == 0
    done = checked("slip.toml")
    assert done.returncode == 1
    assert "slip.toml:34" in done.stderr


# ------------------------------------------------------------------------------------ the shell


def test_a_plan_comes_through_standard_input(tmp_path):
    text = (ROOT / "plans" / "minimal.toml").read_text(encoding="utf-8")
    out = tmp_path / "out"
    done = shell("run", "-", "--paths", 200, "--seed", 1, "--no-charts", "--out", out, input=text)
    assert (done.returncode, done.stderr) == (0, "")
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert len(record["plan"]["sha256"]) == 64
    done = shell("check", "-", input="schema = 1\nnam = 'x'\n")
    assert done.returncode == 2
    assert "standard input:2: nam: unknown key" in done.stderr


def test_what_comes_through_standard_input_has_the_limit_of_files(monkeypatch, capsys):
    endless = io.TextIOWrapper(io.BytesIO(b"#" * (11 << 20)))
    monkeypatch.setattr("sys.stdin", endless)
    assert main(["check", "-"]) == 2
    assert "a plan file has at most 10485760" in capsys.readouterr().err
    assert endless.buffer.tell() == 10485761


def test_run_without_a_folder_writes_nothing_and_says_how(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    plan = str(tb.plans.path("minimal"))
    assert main(["run", plan, "--paths", "100", "--seed", "7"]) == 0
    assert "100 paths, seed 7; --out DIR writes" in capsys.readouterr().out
    assert main(["run", plan, "--paths", "100", "--seed", "7", "--language", "zh"]) == 0
    assert "种子7" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []
    assert main(["run", plan, "--charts"]) == 2
    assert "--charts: needs --out" in capsys.readouterr().err
    outturns = str(ROOT / "plans" / "yuecheng_outturns.csv")
    track = ["track", str(tb.plans.path("yuecheng")), outturns, "--paths", "100", "--seed", "7"]
    assert main(track) == 0
    assert "gdp-2025" in capsys.readouterr().out
    assert main([*track, "--charts"]) == 2
    assert list(tmp_path.iterdir()) == []


def test_charts_of_a_run_before_are_named(tmp_path, capsys):
    plan, few = str(tb.plans.path("minimal")), ["--paths", "50", "--seed", "1"]
    assert main(["run", plan, *few, "--out", str(tmp_path)]) == 0
    said = capsys.readouterr()
    charts = {Path(line).name for line in said.out.split() if line.endswith(".png")}
    assert "before" not in said.err
    assert all(any(fnmatch(chart, one) for one in run_files.CHARTS) for chart in charts)
    one = tb.plans.read("minimal").simulate(50, seed=1, scenarios=["baseline"])
    fewer = {file.name for file in one.plot.write(tmp_path)}
    assert main(["run", plan, *few, "--scenario", "baseline", "--out", str(tmp_path)]) == 0
    told = next(line for line in capsys.readouterr().err.splitlines() if "note: before" in line)
    assert set(
        told.partition(": of a run before this one in ")[2].partition(": ")[2].split(", ")
    ) == (charts - fewer)
    assert charts - fewer


def _json_commands(tmp_path):
    plan, few = str(tb.plans.path("portugal")), ["--paths", "200", "--seed", "1"]
    yuecheng = str(tb.plans.path("yuecheng"))
    outturns = str(ROOT / "plans" / "yuecheng_outturns.csv")
    out, before = str(tmp_path / "out"), str(tmp_path / "before")
    lever = ["--of", "rd-2030", "--probability", "0.3", "--lever", "rd_programme"]
    return {
        "plans": ["plans"],
        "run": ["run", plan, *few],
        "check": ["check", yuecheng],
        "seek": ["seek", plan, *few, *lever],
        "explain": ["explain", plan, plan, *few, "--of", "rd-2030"],
        "track": ["track", yuecheng, outturns, *few, "--no-charts", "--out", out,
                  "--scenario", "baseline"],
        "archive": ["round", "archive", plan, *few, "--out", before],
        "verify": ["round", "verify", before],
        "compare": ["round", "compare", before, before],
    }  # fmt: skip


WITH_JSON = ("plans", "run", "check", "seek", "explain", "track", "archive", "verify", "compare")


def test_json_is_all_that_is_printed_and_can_be_read_by_anything(tmp_path, capsys):
    commands = _json_commands(tmp_path)
    assert tuple(commands) == WITH_JSON

    def constant(name):
        raise AssertionError(f"{name} is not JSON")

    for name, command in commands.items():
        assert main([*command, "--json", "--quiet"]) in (0, 1), name
        said = capsys.readouterr()
        answer = json.loads(said.out, parse_constant=constant)
        assert (isinstance(answer, dict), said.err) == (True, ""), name
    assert main([*commands["run"], "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["paths"], answer["seed"], answer["files"]) == (200, 1, [])
    expected = tb.plans.portugal().simulate(paths=200, seed=1).attainment()
    assert [row["probability"] for row in answer["attainment"]] == expected["probability"].tolist()


def test_quiet_prints_nothing_but_errors(tmp_path, capsys):
    for name, command in _json_commands(tmp_path).items():
        if name != "plans":
            assert main([*command, "--quiet"]) in (0, 1), name
            said = capsys.readouterr()
            assert (said.out, said.err) == ("", ""), name
    assert main(["run", "no such file", "--quiet"]) == 2
    assert "no such file" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["run", "track", "seek", "explain", "plans", "new"])
def test_a_language_that_is_not_there_is_an_error(command, capsys):
    with pytest.raises(SystemExit) as caught:
        main([command, "x", "--language", "fr"])
    assert caught.value.code == 2
    assert '"fr" is not one of "en", "de", "zh"' in capsys.readouterr().err


def test_a_language_may_have_a_region(capsys):
    plan = str(tb.plans.path("minimal"))
    assert main(["run", plan, "--paths", "50", "--seed", "1", "--language", "zh-CN"]) == 0
    assert "基准情景" in capsys.readouterr().out


@pytest.mark.skipif(sys.platform == "win32", reason="needs a terminal of its own")
@pytest.mark.parametrize("colour", [{"NO_COLOR": "1"}, {}])
def test_nothing_is_printed_in_colours_also_on_a_terminal(colour):
    import pty

    environment = {key: value for key, value in os.environ.items() if "COLOR" not in key}
    for command in (["check", tb.plans.path("yuecheng")], ["run", tb.plans.path("minimal")]):
        reader, writer = pty.openpty()
        arguments = [sys.executable, "-m", "tinbergen", *map(str, command)]
        process = subprocess.Popen(
            arguments, stdout=writer, stderr=writer, env={**environment, **colour}
        )
        os.close(writer)
        said = b""
        try:
            while part := os.read(reader, 65536):
                said += part
        except OSError:  # the other end is closed
            pass
        os.close(reader)
        assert process.wait(timeout=60) == 0
        assert said
        assert b"\x1b[" not in said


# ----------------------------------------------------------------------------------- completion


@pytest.mark.parametrize("kind", ["bash", "zsh", "tcsh"])
def test_a_shell_completes_every_command_and_option(kind, capsys):
    pytest.importorskip("shtab")
    assert main(["completion", kind]) == 0
    said = capsys.readouterr().out
    assert all(command in said for command in cli._COMMANDS)
    if kind != "tcsh":  # which completes what all commands share
        assert "--probability" in said
        assert "--outturns" in said


@pytest.mark.skipif(sys.platform == "win32", reason="needs bash")
def test_bash_completes_files_and_options(tmp_path):
    pytest.importorskip("shtab")
    (tmp_path / "plan.toml").write_text("")
    (tmp_path / "complete").write_text(shell("completion", "bash").stdout)
    script = """source complete
    COMP_WORDS=(tinbergen {words}); COMP_CWORD={at}; _shtab_tinbergen; echo "${{COMPREPLY[@]}}"
    """
    for words, at, wanted in (
        ("run pl", 2, "plan.toml"),
        ("run --see", 2, "--seed"),
        ("tra", 1, "track"),
    ):
        text = script.format(words=words, at=at)
        done = subprocess.run(
            ["bash", "-c", text], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert wanted in done.stdout.split(), (words, done.stderr)


def test_completion_says_what_it_needs(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "shtab", None)
    assert main(["completion", "bash"]) == 2
    assert 'pip install "tinbergen[completion]"' in capsys.readouterr().err


def test_the_help_of_a_command_says_the_same_in_the_list():
    listed = cli._parser([])
    whole = cli._parser(list(cli._COMMANDS))

    def lines(parser):
        actions = parser._subparsers._group_actions[0]
        return {choice.dest: choice.help for choice in actions._choices_actions}

    assert lines(listed) == lines(whole)


def test_what_stands_around_the_answers_is_in_the_language_of_the_plan(tmp_path, capsys):
    before, after = tmp_path / "a.toml", tmp_path / "b.toml"
    text = tb.plans.new_text("annual", "zh")
    before.write_text(text, encoding="utf-8")
    after.write_text(text.replace("mean = 0.05,", "mean = 0.06,"), encoding="utf-8")
    few = ["--paths", "200", "--seed", "1"]
    for command, wanted in {
        ("check", before): "3个指标,2个目标,基准之外1个情景,0项发现",
        ("run", before, *few): "200条路径,种子1",
        ("explain", before, after, *few): "百分点",
    }.items():
        assert main(list(map(str, command))) == 0
        assert wanted in capsys.readouterr().out
        assert main([*map(str, command), "--language", "en"]) == 0
        assert wanted not in capsys.readouterr().out
    track = ["track", str(tb.plans.path("yuecheng")), str(ROOT / "plans" / "yuecheng_outturns.csv")]
    assert main([*track, *few, "--scenario", "baseline", "--language", "zh"]) == 0
    said = capsys.readouterr().out
    assert all(
        text in said for text in ("目标(baseline)", "之前", "实际值与此前的预期", "低于此值的概率")
    )
    assert "chance of less" not in said
