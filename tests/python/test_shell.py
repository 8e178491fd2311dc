"""The shell command: files, columns, messages and exit codes."""

import csv
import hashlib
import json
import os
import signal
import subprocess
import sys
import time

import pytest

import tinbergen as tb
from tinbergen.io import run_files as output
from tinbergen.shell.cli import main

PLAN = str(tb.plans.path())
BROKEN = """\
schema = 1
name = "broken"
periods = "2021..2022"
[indicators.gdp]
history = { 2020 = 1 }
equation = "gdp = gpd[-1]"
[scenarios.slump]
changes = [{ parameter = "trend", add = 1 }]
"""
NUMERICAL = """\
schema = 1
name = "breaks"
periods = "2021..2022"
[indicators.x]
history = { 2020 = 1 }
equation = "x = log(0 - x[-1])"
"""


def shell(*arguments, **options):
    environment = {**os.environ, **options.pop("env", {})}
    return subprocess.run(
        [sys.executable, "-m", "tinbergen", *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
        env=environment,
        **options,
    )


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run") / "new" / "folder"
    done = shell("run", PLAN, "--paths", 500, "--seed", 1, "--no-charts", "--out", folder)
    assert (done.returncode, done.stderr) == (0, "")
    return folder, done.stdout


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_fan_csv_has_a_row_for_each_scenario_indicator_and_period(out):
    table = rows(out[0] / "fan.csv")
    assert list(table[0]) == [column.name for column in output.FAN]
    plan = tb.plans.yuecheng()
    runs = plan.simulate(500, seed=1)
    assert len(table) == len(runs) * len(plan.indicators) * 15
    first = runs["baseline"].fan("gdp")
    found = [row for row in table if (row["scenario"], row["indicator"]) == ("baseline", "gdp")]
    assert [float(row["q50"]) for row in found] == first["q50"].tolist()


def test_attainment_csv_has_targets_sets_and_all(out):
    table = rows(out[0] / "attainment.csv")
    assert list(table[0]) == [column.name for column in output.ATTAINMENT]
    plan = tb.plans.yuecheng()
    wanted = {target.id for target in plan.targets} | set(plan.target_sets)
    wanted |= {"all", "binding", "expected"}
    assert {row["target"] for row in table if row["scenario"] == "baseline"} == wanted


def test_run_json_says_how_the_numbers_came_about(out):
    folder, _ = out
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert (record["seed"], record["paths"], record["design"]) == (1, 500, "random")
    assert record["streams"] == 1
    assert record["versions"]["tinbergen"] == tb.__version__
    digest = hashlib.sha256(tb.plans.path().read_bytes()).hexdigest()
    assert record["plan"] == {"file": "yuecheng.toml", "sha256": digest}
    for name, known in record["outputs"].items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == known


def test_it_prints_the_attainment_and_the_paths_it_wrote(out):
    folder, printed = out
    for name in ("fan.csv", "attainment.csv", "run.json"):
        assert str(folder / name) in printed
    assert sorted(file.name for file in folder.iterdir()) == [
        "attainment.csv",
        "fan.csv",
        "run.json",
    ]
    assert any(line.startswith("all ") and line.endswith("%") for line in printed.splitlines())


def test_the_same_seed_writes_the_same_bytes(out, tmp_path):
    arguments = ["--paths", 500, "--seed", 1, "--no-charts", "--threads", 1, "--out", tmp_path]
    assert shell("run", PLAN, *arguments).returncode == 0
    for name in ("fan.csv", "attainment.csv"):
        assert (tmp_path / name).read_bytes() == (out[0] / name).read_bytes()


def test_one_scenario_and_some_indicators_may_be_asked_for(tmp_path):
    done = shell(
        "run", PLAN, "--paths", 100, "--scenario", "baseline", "--keep", "gdp", "--keep",
        "population", "--no-charts", "--out", tmp_path,
    )  # fmt: skip
    assert done.returncode == 0
    table = rows(tmp_path / "fan.csv")
    assert {(row["scenario"], row["indicator"]) for row in table} == {
        ("baseline", "gdp"),
        ("baseline", "population"),
    }


@pytest.mark.parametrize("command", [["check"], ["run", "--out", "unused"]])
def test_every_problem_is_a_line_with_file_line_and_address(tmp_path, command):
    plan = tmp_path / "broken.toml"
    plan.write_text(BROKEN, encoding="utf-8")
    done = shell(*command, plan, cwd=tmp_path)
    assert done.returncode == 2
    lines = done.stderr.splitlines()
    for start in ("6: indicators.gdp.equation: ", "8: scenarios.slump.changes[0].parameter: "):
        assert any(line.startswith(f"{plan}:{start}") for line in lines)
    assert all(line.startswith(f"{plan}:") for line in lines)
    assert done.stdout == ""


def test_a_numerical_failure_is_exit_3(tmp_path):
    plan = tmp_path / "breaks.toml"
    plan.write_text(NUMERICAL, encoding="utf-8")
    done = shell("run", plan, "--out", tmp_path / "out", "--no-charts")
    assert done.returncode == 3
    assert "indicators.x" in done.stderr


def test_check_is_0_with_findings_and_1_when_strict(tmp_path, capsys):
    plan = tmp_path / "warns.toml"
    plan.write_text(
        'schema = 1\nname = "warns"\nperiods = "2021..2022"\n'
        "[indicators.a]\nprices = 'current'\nhistory = {2020=1}\nequation = 'a = a[-1]'\n"
        "[indicators.b]\nprices = 'constant 2020'\nhistory = {2020=1}\nequation = 'b = b[-1]'\n"
        "[indicators.c]\nequation = 'c = a / b'\n",
        encoding="utf-8",
    )
    assert main(["check", str(plan)]) == 0
    assert "warning: indicators.c" in capsys.readouterr().out
    assert main(["check", str(plan), "--strict"]) == 1


def test_schema_prints_json(capsys):
    assert main(["schema"]) == 0
    assert json.loads(capsys.readouterr().out) == tb.schema()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "required"),
        (["seek", PLAN, "--probability"], "expected one argument"),
        (["run", PLAN, "--out", "x", "--paths", "0"], "paths must be a whole number from 1"),
        (["run", PLAN, "--out", "x", "--paths", "many"], "paths must be a whole number"),
        (["run", PLAN, "--out", "x", "--seed", "-1"], "seed must be"),
        (["run", PLAN, "--out", "x", "--design", "sobl"], "invalid choice"),
        (["fly"], "invalid choice"),
    ],
)
def test_wrong_usage_is_exit_2_in_one_line(arguments, message, capsys):
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    printed = capsys.readouterr().err
    assert message in printed
    assert len(printed.splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["check", "nowhere.toml"], "nowhere.toml"),
        (["run", PLAN, "--out", PLAN], "there is a file of that name"),
        (["run", PLAN, "--out", "{tmp}", "--scenario", "basline"], 'did you mean "baseline"?'),
    ],
)
def test_invalid_input_is_exit_2_without_a_traceback(arguments, message, tmp_path, capsys):
    assert main([argument.replace("{tmp}", str(tmp_path)) for argument in arguments]) == 2
    printed = capsys.readouterr().err
    assert message in printed
    assert "Traceback" not in printed


def test_the_environment_sets_the_default_of_threads(tmp_path):
    arguments = ["run", PLAN, "--paths", 100, "--no-charts", "--out", tmp_path]
    assert shell(*arguments, env={"TINBERGEN_THREADS": "1"}).returncode == 0
    assert json.loads((tmp_path / "run.json").read_text())["threads"] == 1
    done = shell(*arguments, env={"TINBERGEN_THREADS": "some"})
    assert done.returncode == 2
    assert "TINBERGEN_THREADS" in done.stderr


def test_help_has_examples():
    done = shell("--help")
    assert done.returncode == 0
    assert "tinbergen run plans/yuecheng.toml --out out" in done.stdout


@pytest.mark.alone
@pytest.mark.skipif(sys.platform == "win32", reason="signals differ there")
def test_ctrl_c_is_exit_130_without_a_traceback(tmp_path):
    # However long it takes to start: it says when it simulates, and has more to do than it can.
    code = """
import sys
from tinbergen.shell import cli, run
usual = run.plan_of
def begun(options):
    plan = usual(options)
    print("begun", flush=True)
    return plan
run.plan_of = begun
sys.exit(cli.main(sys.argv[1:]))
"""
    process = subprocess.Popen(
        [sys.executable, "-c", code, "run", PLAN, "--paths", "1000000000", "--store", "streamed",
         "--scenario", "baseline", "--keep", "gdp", "--no-charts", "--out", str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    assert process.stdout.readline() == "begun\n"
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=30)
    assert process.returncode == 130, error
    assert error.strip() == "interrupted"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="a shell pipe is needed")
def test_a_pipe_that_closes_early_is_quiet():
    command = f"{sys.executable} -m tinbergen schema | head -c 10"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    assert (done.stdout[:1], done.stderr) == ("{", "")


def test_what_is_piped_says_what_is_known_of_a_target_that_no_path_meets(tmp_path):
    """Wilson's interval of 0 of 10 ends at 27.8 %: a zero would be a claim."""
    plan = tb.plans.minimal().add(tb.Target("far", indicator="gdp", period=2025, at_least=1e9))
    plan.save(tmp_path / "plan.toml")
    done = shell("run", str(tmp_path / "plan.toml"), "--paths", "10", "--seed", "1")
    (row,) = (line for line in done.stdout.splitlines() if line.startswith("far"))
    assert row.split()[1:3] == ["<27.8", "%"]
    assert " 0 %" not in row
