"""The shell command."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import tinbergen as tb
from tinbergen.io import run_files as output


def run(*arguments):
    command = [sys.executable, "-m", "tinbergen", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)


def test_run_writes_the_documented_files(tmp_path):
    plan = tb.plans.path() if callable(tb.plans.path) else tb.plans.path
    done = run("run", plan, "--paths", 200, "--seed", 1, "--no-charts", "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    with (tmp_path / "attainment.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == [column.name for column in output.ATTAINMENT]
    assert {"all", "economy"} <= {row["target"] for row in rows}
    with (tmp_path / "fan.csv").open(encoding="utf-8") as file:
        header = next(csv.reader(file))
    assert header == [column.name for column in output.FAN]
    assert json.loads((tmp_path / "run.json").read_text())["seed"] == 1


def test_invalid_input_is_exit_2_with_file_line_and_address(tmp_path):
    plan = tmp_path / "plan.toml"
    plan.write_text('schema = 1\nname = "x"\nperiods = "2021..2025"\nscenaros = 1\n')
    done = run("check", plan)
    assert done.returncode == 2
    assert f"{plan}:4: scenaros: unknown key" in done.stderr
    assert run("check", tmp_path / "none.toml").returncode == 2


def test_numbers_that_break_are_exit_3(tmp_path):
    plan = tmp_path / "plan.toml"
    plan.write_text(
        'schema = 1\nname = "x"\nperiods = "2021..2025"\n[indicators.x]\nequation = "x = log(0 - 1)"\n'
    )
    done = run("run", plan, "--paths", 10, "--no-charts", "--out", Path(tmp_path) / "out")
    assert done.returncode == 3, done.stderr


def test_schema_is_json():
    done = run("schema")
    assert json.loads(done.stdout)["$schema"].startswith("https://json-schema.org")


def test_findings_count_under_strict_only(tmp_path):
    plan = tmp_path / "plan.toml"
    plan.write_text(
        'schema = 1\nname = "x"\nperiods = "2021..2025"\n[indicators.x]\nequation = "x = 1"\n'
        "[parameters]\nunused = 3\n"
    )
    assert run("check", plan).returncode == 0
    assert run("check", plan, "--strict").returncode == 1
