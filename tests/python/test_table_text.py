"""Tables as people read them: numbers by kind, as wide as the terminal, nothing cut without a mark."""

import re
import shutil

import numpy as np
import pytest

import tinbergen as tb
from tinbergen.basics.table_text import to_blocks, to_text
from tinbergen.basics.text import format_points, format_rate, format_value, width
from tinbergen.basics.words import column_text
from tinbergen.shell.cli import main

GDP = {"history": {2020: 100}, "process": tb.process.growth(0.02)}


@pytest.fixture(scope="module")
def runs():
    return tb.plans.yuecheng().simulate(300, seed=1)


@pytest.fixture(params=[60, 80, 120, 205])
def columns(request, monkeypatch):
    size = shutil.os.terminal_size((request.param, 24))
    monkeypatch.setattr(shutil, "get_terminal_size", lambda *_, **__: size)
    return request.param


def test_every_table_fits_the_terminal_and_says_what_it_leaves_out(runs, columns):
    slow = tb.EarlyWarning(indicator="gdp", below=1100, target="gdp-2025")
    model = tb.plans.yuecheng().add(warnings={"slow": slow})
    record = model.simulate(300, seed=1)["baseline"].warning_record()
    tables = [
        runs.attainment(),
        runs.attainment(wide=True),
        runs.limiting("economy"),
        runs.progress(),
        runs.shortfall(),
        runs.first_met(),
        runs.pairs(["gdp-2025", "rd-share-2025"]),
        runs.fan("gdp"),
        record,
        tb.plans.outturns(),
    ]
    for table in tables:
        text = repr(table)
        lines = text.splitlines()
        assert max(map(width, lines)) <= columns
        header = re.split(r"  +", lines[0].strip())
        shown = [column_text(name, "en") for name in table.columns]
        hidden = len(table.columns) - sum(name in shown for name in header)
        said = f"{hidden} of {len(table.columns)} columns"
        assert (said in " ".join(lines[-2:])) == (hidden > 0)
        whole = table.to_text().splitlines()
        assert len(whole) == len(table) + 1
        assert all(name in whole[0] for name in table.columns)


def test_wide_tables_of_the_shell_lose_nothing(runs):
    table = runs.attainment(wide=True)
    blocks = to_blocks(table, keys=2, terminal=80)
    assert max(map(width, blocks.splitlines())) <= 80
    for name in runs:
        assert sum(name in line.split() for line in blocks.splitlines()) == 1
    one = next(row for row in table.rows() if row["target"] == "gdp-2025")
    for name in runs:
        assert f"{100 * one[name]:.1f} %" in blocks


def test_the_wide_table_is_that_of_the_long_one(runs):
    wide, long = runs.attainment(wide=True), runs.attainment()
    for name in runs:
        rows = long.filter(scenario=name)
        assert np.array_equal(wide[name], rows["probability"])
        assert np.array_equal(wide[f"{name}_low"], rows["low"])
    assert wide.shown == ("target", "label", *runs)
    assert runs.attainment(wide=True, language="zh")["label"][0] == "地区生产总值达1500亿元"
    never = wide.filter(target="all")
    assert never["baseline"][0] == 0
    assert "<" in repr(never).splitlines()[1]  # no path, but not impossible


def test_counts_have_no_decimals_and_growth_is_in_percent(runs):
    firms = runs["baseline"].fan("high_tech_firms")
    assert "." not in firms.to_text().split("q95", 1)[1]
    mixed = runs["baseline"].fan(["high_tech_firms", "rd_share"])
    lines = mixed.to_text().splitlines()[1:]
    assert all("." not in line for line in lines if line.startswith("high_tech_firms"))
    assert all("." in line for line in lines if line.startswith("rd_share"))
    progress = runs.progress().filter(scenario="baseline", target="gdp-2025")
    assert f"{100 * progress['required_growth'][0]:.2f} %" in progress.to_text()
    headroom = runs.attainment().filter(target="foreign-investment-growth", scenario="baseline")
    assert "%" in headroom.select("target", "h50").to_text()


@pytest.mark.parametrize(
    ("value", "text"),
    [(498.0, "498"), (1000.0, "1,000"), (-0.0, "0"), (12.5, "12.50"), (-1e-9, "-1.000e-09")],
)
def test_whole_numbers_have_no_decimals_and_nothing_has_no_sign(value, text):
    assert format_value(value) == text


def test_no_rounded_number_is_minus_nothing():
    assert format_rate(-0.000001) == "0.00 %"
    assert format_points(-0.000001) == "0.00"
    assert "-0 " not in to_text(tb.Table({"a": [-0.0, -1e-7]}, rates=["a"]))


def test_numbers_of_one_thing_have_decimals_together():
    table = tb.Table({"x": [12.0, 12.5], "y": [12.0, 13.0]})
    assert table.to_text().splitlines() == ["    x   y", "12.00  12", "12.50  13"]


def test_where_a_ceiling_is_met_already_nothing_is_required():
    model = tb.Model(
        "jobs",
        "2021..2025",
        indicators={
            "unemployment": tb.Indicator(
                unit="percent", history={2020: 6.5}, process=tb.process.change(0.0)
            ),
            "gdp": tb.Indicator(**GDP),
        },
        shocks={"unemployment": tb.normal(0, 0.1), "gdp": tb.normal(0, 0.01)},
        targets=[
            tb.Target(
                "low", indicator="unemployment", period="2021..2025", over="every", at_most=7
            ),
            tb.Target("lower", indicator="unemployment", period=2025, at_most=5),
            tb.Target("floor", indicator="gdp", period=2025, at_least=90),
            tb.Target("more", indicator="gdp", period=2025, at_least=110),
        ],
    )
    runs = model.simulate(100, seed=1)
    rows = {row["target"]: row for row in runs.progress().rows()}
    for met in ("low", "floor"):
        assert np.isnan(rows[met]["required_growth"])
        assert np.isnan(rows[met]["required_change"])
    assert rows["lower"]["required_growth"] == pytest.approx((5 / 6.5) ** 0.2 - 1)
    assert rows["more"]["required_growth"] == pytest.approx(1.1**0.2 - 1)
    assert set(runs.required_paths()["target"].tolist()) == {"lower", "more"}


def _chinese_plan(path):
    model = tb.Model(
        "规划",
        "2021..2025",
        label="五年规划",
        indicators={"gdp": tb.Indicator(label="地区生产总值", unit="亿元", **GDP)},
        shocks={"gdp": tb.normal(0, 0.01)},
        targets=[
            tb.Target("a", indicator="gdp", period=2025, at_least=110, label="总值达110亿元"),
        ],
        scenarios={"slow": tb.Scenario([tb.Change(shock="gdp", add=-0.01)], label="低增长")},
    )
    return model.save(path)


def test_the_shell_prints_tables_of_chinese_plans_in_chinese(tmp_path, capsys):
    plan = _chinese_plan(tmp_path / "plan.toml")
    run = ["run", str(plan), "--paths", "64", "--seed", "1", "--no-charts", "--out", str(tmp_path)]
    assert main(run) == 0
    said = capsys.readouterr().out
    assert all(word in said for word in ("目标", "总值达110亿元", "低增长", "基准情景"))
    assert main([*run, "--language", "en"]) == 0
    assert "target" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        main([*run, "--language", "fr"])
    assert '"fr" is not one of' in capsys.readouterr().err


def test_on_a_terminal_the_shell_cuts_long_tables_and_all_shows_them(tmp_path, capsys, monkeypatch):
    size = shutil.os.terminal_size((80, 24))
    monkeypatch.setattr(shutil, "get_terminal_size", lambda *_, **__: size)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    plan = str(tb.plans.path("yuecheng"))
    rounds = [str(tmp_path / name) for name in ("a", "b")]
    for seed, name in enumerate(rounds):
        archive = ["round", "archive", plan, "--out", name, "--paths", "64", "--seed", str(seed)]
        assert main(archive) == 0
    capsys.readouterr()
    assert main(["round", "compare", *rounds]) == 0
    cut = capsys.readouterr().out
    assert "left out; --all shows all)" in cut
    assert "to_text" not in cut
    assert max(map(width, cut.splitlines())) <= 80
    assert main(["round", "compare", *rounds, "--all"]) == 0
    whole = capsys.readouterr().out
    assert "left out" not in whole
    assert len(whole.splitlines()) > len(cut.splitlines())


def test_a_line_break_in_a_text_does_not_break_its_row():
    table = tb.Table({"lab|el": ["one\ntwo\r\nthree", "four"], "x": [1.0, 2.0]})
    assert len(table.to_text().splitlines()) == 3
    assert "one two three" in table.to_text()
    assert [line.count(" | ") for line in table.to_markdown().splitlines()] == [1] * 4
    assert r"lab\|el" in table.to_markdown()
    assert sum("one two three" in line for line in table.to_latex().splitlines()) == 1
