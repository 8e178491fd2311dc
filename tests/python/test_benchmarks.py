"""The table of docs/benchmarks.md is what `make bench` writes, and names every workload and who stands beside us."""

import re
import runpy
import tomllib
from pathlib import Path

import pytest
from workloads import plan, plan_case, table

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/benchmarks.md").read_text(encoding="utf-8")


def written():
    return PAGE.split(table.BEGIN)[1].split(table.END)[0]


@pytest.fixture(scope="module")
def works():
    bench = runpy.run_path(str(ROOT / "benches/bench.py"))
    return bench["workloads"](False), bench["PACKAGES"]


def test_every_workload_has_a_table_with_the_library_first(works):
    tables = dict(
        zip(re.findall("^### (.*)$", written(), re.M), written().split("\n### ")[1:], strict=True)
    )
    assert list(tables) == [work.title for work in works[0]]
    for work in works[0]:
        lines = tables[work.title].splitlines()
        rows = [line for line in lines if line.startswith("| ") and line != table.HEAD]
        assert lines[2:4] == [table.HEAD, table.RULE]
        assert rows[0].startswith("| tinbergen ")
        assert all(line.count("|") == table.HEAD.count("|") for line in rows)
        names = [competitor.name for competitor in work.competitors]
        assert [name for name in names if name not in tables[work.title]] == []


def test_peers_are_in_the_group_that_make_bench_installs(works):
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    asked = " ".join(groups["dependency-groups"]["bench"])
    known = {"cargo", *(name for name in works[1] if name in asked)}
    needed = {
        name for work in works[0] for competitor in work.competitors for name in competitor.needs
    }
    assert needed <= known


def test_a_row_says_what_was_left_out():
    row = {
        "name": "slow",
        "note": "with intervals",
        "share": 0.01,
        "seconds": 12.3456,
        "range": [0.5, 12.5],
        "ratio": 3.14159,
        "ratio_range": [2.0, 123.4],
        "processor_seconds": 0.00123,
        "processor_ratio": 0.333,
    }
    assert table.row_of(row) == (
        "| slow (with intervals; extrapolated from 1 % of the work) | 12,346 | 500 to 12,500 "
        "| 3.14 | 2.00 to 123 | 1.23 | 0.33 |"
    )


def test_a_table_goes_between_its_marks(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(f"a\n{table.BEGIN}\nold\n{table.END}\nb\n", encoding="utf-8")
    table.into_page(page, "new")
    assert page.read_text(encoding="utf-8") == f"a\n{table.BEGIN}\n\nnew\n\n{table.END}\nb\n"


def test_answers_that_differ_are_refused():
    import numpy as np
    from workloads.common import DisagreementError

    case = plan_case.annual(paths=2_000)
    share = case.paths / 100_000
    found, other = plan.expert(case)(1), plan_case.with_tinbergen(case)(2)
    plan.agree("NumPy", found, other, share / 2)  # both have an error
    for k, off in ((0, 0.2), (1, 0.2), (2, 0.1)):
        moved = [part.copy() for part in found]
        moved[k] = moved[k] + off * (np.ptp(other[0]) if k < 2 else 1)
        with pytest.raises(DisagreementError):
            plan.agree("NumPy", moved, other, share / 2)


@pytest.fixture(scope="module")
def instructions():
    return runpy.run_path(str(ROOT / "scripts/instructions.py"))


def test_jobs_that_grew_are_told_with_by_how_much(instructions):
    known = {"a": 1_000, "b": 1_000, "gone": 5}
    told = instructions["compared"]({"a": 1_050, "b": 1_051, "new": 1}, known, 5)
    assert told == [
        "b: 1,051 instructions, 5.1 % more than 1,000; 5 % is allowed",
        "new: not in instructions.toml",
    ]


def test_the_file_of_instructions_has_every_job_and_is_read_as_it_is_written(instructions):
    text = (ROOT / "benches/instructions.toml").read_text(encoding="utf-8")
    known = tomllib.loads(text)
    assert list(known["counts"]) == list(instructions["JOBS"])
    pinned = tomllib.loads((ROOT / "rust-toolchain.toml").read_text(encoding="utf-8"))
    assert known["compiler"] == pinned["toolchain"]["channel"]
    instructions["written"].__globals__["compiler"] = lambda: known["compiler"]
    assert instructions["written"](known["counts"], known["allowed"]) == text


def test_nothing_is_counted_where_it_would_not_be_the_same(instructions, monkeypatch):
    monkeypatch.setattr("shutil.which", lambda name: None)
    assert "valgrind is not installed" in instructions["hindrance"]("1.0.0")
    monkeypatch.setattr("shutil.which", lambda name: name)
    monkeypatch.setattr("platform.machine", lambda: "x86_64")
    instructions["hindrance"].__globals__["compiler"] = lambda: "1.0.1"
    assert instructions["hindrance"]("1.0.1") is None
    assert "compiler 1.0.0, not of 1.0.1" in instructions["hindrance"]("1.0.0")
