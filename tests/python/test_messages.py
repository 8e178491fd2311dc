"""Messages in the terms of those who read them: arguments in Python, options in the shell."""

import errno
from pathlib import Path

import numpy as np
import pytest

import tinbergen as tb
from tinbergen.shell.cli import main

PLAN = tb.plans.path("yuecheng")


def _growing(**fields):
    return tb.Indicator(**{"history": {2020: 1.0}, "process": tb.process.growth(0.02), **fields})


@pytest.mark.parametrize(
    ("history", "said"),
    [
        ([1, 2, 3], "found a list"),
        (5, "found 5"),
        ("2020", "found the text '2020'"),
        (np.array([1.0, 2.0]), "found a ndarray"),
        ([(2020, 1, 2)], "found a list"),
        (["ab"], "found a list"),
    ],
)
def test_a_history_that_is_none_says_what_one_is(history, said):
    with pytest.raises(TypeError) as found:
        tb.Indicator(history=history)
    assert str(found.value).startswith("history: expected values by period, such as {2020: 100.0}")
    assert str(found.value).endswith(said)


def test_a_data_frame_is_told_from_its_columns():
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame({"gdp": [1.0, 2.0]}, index=[2020, 2021])
    with pytest.raises(TypeError, match=r"history: .*found a DataFrame; pass .*data\['gdp'\]"):
        tb.Indicator(history=frame)
    with pytest.raises(TypeError, match=r"add_factors: .*found a DataFrame"):
        tb.Indicator(history={2020: 1}, add_factors=frame)
    with pytest.raises(TypeError, match=r"indicators\['gdp'\]: expected an Indicator"):
        tb.Model("x", "2021..2025", indicators={"gdp": frame})
    with pytest.raises(ValueError, match='history: "0" is not a period'):
        tb.Indicator(history=pd.Series([1.0, 2.0]))


def test_distributions_of_scipy_without_a_counterpart_are_refused_where_they_are_given():
    stats = pytest.importorskip("scipy.stats")
    cauchy = stats.cauchy(0.1, 0.02)
    cases = {
        "shocks['gdp']: ": lambda: tb.Model("x", "2021..2025", shocks={"gdp": cauchy}),
        "parameters['a']: ": lambda: tb.Model("x", "2021..2025", parameters={"a": cauchy}),
        "history[2020]: ": lambda: tb.Indicator(history={2020: cauchy}),
        "": lambda: tb.Quantity(cauchy),
    }
    for start, given in cases.items():
        with pytest.raises(TypeError) as found:
            given()
        assert str(found.value).startswith(
            f"{start}expected a number or a distribution of tinbergen, found SciPy's cauchy, which has "
            "no exact counterpart here; pass one of tinbergen"
        )
    with pytest.raises(TypeError, match="mean: expected a number, found SciPy's distribution norm"):
        tb.process.growth(mean=stats.norm(0.1, 0.02))


def test_parts_of_another_kind_are_named_where_they_are_given():
    cases = {
        "shocks['gdp']: distribution: expected one such as tb.normal(0, 0.02), found 0.02": (
            lambda: tb.Model("x", "2021..2025", shocks={"gdp": 0.02})
        ),
        "indicators: expected a dictionary by name, found a list": (
            lambda: tb.Model("x", "2021..2025", indicators=[_growing()])
        ),
        "targets: expected a list of Target, found a dict": (
            lambda: tb.Model("x", "2021..2025", targets={"a": 1})
        ),
        "targets[0]: expected a Target, found the text 'a'": (
            lambda: tb.Model("x", "2021..2025", targets=["a"])
        ),
        "targets: expected a list of ids, found the text 'a'; pass ['a']": lambda: tb.TargetSet(
            "a"
        ),
        "changes[0]: expected a Change, found 1": lambda: tb.Scenario([1]),
    }
    for said, given in cases.items():
        with pytest.raises(TypeError) as found:
            given()
        assert str(found.value) == said


def test_what_is_compared_is_asked_for_by_name():
    plan = tb.plans.yuecheng()
    runs = plan.simulate(64, seed=1)
    cases = {
        "after: expected a Model, or what Model.observe gives, found the text 'x'; "
        "pass tb.read_plan('x')": lambda: tb.explain(plan, "x"),
        "before: expected a Model, or what Model.observe gives, found a Runs; pass before.model": (
            lambda: tb.explain(runs, plan)
        ),
        "before: expected the table attainment() of the run or round before, found a Runs; "
        "pass before.attainment()": lambda: runs.alerts(runs),
    }
    for said, asked in cases.items():
        with pytest.raises(TypeError) as found:
            asked()
        assert str(found.value) == said


def test_every_unknown_target_of_a_goal_is_told_and_no_argument_that_nobody_wrote():
    runs = tb.plans.yuecheng().simulate(64, seed=1)
    with pytest.raises(tb.ModelError) as found:
        runs.probability("gdp-2025 and first or at_least(2, second, first)")
    assert [problem.message.split(";")[0] for problem in found.value.problems] == [
        'unknown target or set "first"',
        'unknown target or set "second"',
    ]
    assert str(found.value).startswith("unknown target or set")


def test_junk_is_not_echoed_whole():
    junk = "x" * 100_000
    runs = tb.plans.yuecheng().simulate(64, seed=1)
    cases = [
        lambda: tb.Period(junk),
        lambda: tb.Span(junk),
        lambda: runs[junk],
        lambda: runs["baseline"][junk],
        lambda: runs.probability(junk),
        lambda: runs.probability(f"{junk} and ("),
        lambda: runs.attainment()[junk],
        lambda: tb.plans.yuecheng().simulate(64, keep=[junk]),
        lambda: tb.plans.yuecheng().simulate(64, scenarios=[junk]),
        lambda: tb.plans.yuecheng().simulate(64, design=junk),
        lambda: tb.plans.yuecheng().simulate(64, memory_limit=junk),
        lambda: tb.plans.yuecheng().simulate(junk),
        lambda: (
            tb.plans.yuecheng().add(tb.Target("t", equation=junk, period=2025, above=1)).check()
        ),
        lambda: tb.Model.from_toml(f"schema = 1\nname = 'a'\nperiods = '{junk}'\n{junk} = 1"),
        lambda: tb.Model.from_dict({"schema": 1, "name": "a", "periods": "2021..2025", junk: junk}),
    ]
    for k, case in enumerate(cases):
        with pytest.raises(Exception) as found:  # noqa: PT011
            case()
        assert len(str(found.value)) < 2_000, (k, len(str(found.value)))


def _said(capsys, *arguments):
    code = main([str(argument) for argument in arguments])
    return code, capsys.readouterr().err


def test_the_shell_speaks_of_options_and_not_of_arguments(capsys, tmp_path):
    run = ["round", "archive", PLAN, "--out", tmp_path / "round", "--paths", 64, "--seed", 1]
    assert main([str(word) for word in run]) == 0
    capsys.readouterr()
    code, said = _said(capsys, *run)
    assert code == 2
    assert "pass --replace" in said
    assert "=True" not in said


@pytest.mark.parametrize(
    "command",
    [
        ["check", "no such file"],
        ["run", "no such file", "--out", "{out}"],
        ["seek", "no such file"],
        ["explain", PLAN, "no such file"],
        ["round", "verify", "no such file"],
        ["round", "compare", "no such file", "nor this"],
        ["track", PLAN, "no such file", "--out", "{out}"],
        ["check", "{out}"],
    ],
)
def test_the_shell_says_which_file_is_not_there_without_numbers_of_the_system(
    command, capsys, tmp_path
):
    code, said = _said(capsys, *(str(word).format(out=tmp_path) for word in command))
    assert code == 2
    assert "Errno" not in said
    assert "Traceback" not in said
    assert "no such file" in said or Path(tmp_path).name in said


def test_a_full_disk_is_said_in_words(capsys, monkeypatch):
    def fails(*_):
        raise OSError(errno.ENOSPC, "No space left on device", "out/fan.csv")

    monkeypatch.setattr("tinbergen.shell.options.read_plan", fails)
    assert _said(capsys, "check", "x") == (2, "out/fan.csv: cannot be written: no space is left\n")


def test_a_dotted_key_that_is_too_deep_has_its_line(capsys, tmp_path):
    plan = tmp_path / "deep.toml"
    head = 'schema = 1\nname = "x"\nperiods = "2021..2025"\n'
    plan.write_text(head + ".".join("a" * 100_000) + " = 1\n")
    code, said = _said(capsys, "check", plan)
    assert code == 2
    assert said == f"{plan}:4: the dotted key of this line is nested too deep; write tables\n"
