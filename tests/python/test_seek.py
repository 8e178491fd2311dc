"""`tinbergen seek`: what it prints and writes, and its exit codes."""

import csv
import math

import pytest

import tinbergen as tb
from tinbergen.shell.cli import main

# y = 10 + push + e with e normal of sd 2: P(y >= 12) = Phi((push - 2) / 2).
PLAN = """
schema = 1
name = "one lever"
periods = "2021..2022"

[indicators.y]
history = { 2020 = 10 }
equation = "y ~ 10 + push + 0.5 * pull"

[parameters.push]
value = 0
[parameters.pull]
value = 0

[shocks.y]
normal = { sd = 2 }

[levers.push]
parameter = "push"
range = [0, 5]
cost = 3
[levers.pull]
parameter = "pull"
range = [0, 2]
cost = 10

[[targets]]
id = "y-2021"
indicator = "y"
period = "2021"
at_least = 12
"""


@pytest.fixture
def plan(tmp_path):
    """A plan file whose probabilities are known in closed form."""
    path = tmp_path / "plan.toml"
    path.write_text(PLAN, encoding="utf-8")
    return path


def seek(*arguments):
    return main(["seek", *map(str, arguments)])


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_cheapest_setting_is_found_confirmed_and_written(plan, tmp_path, capsys):
    out = tmp_path / "out"
    options = ("--probability", 0.7, "--of", "y-2021", "--lever", "push", "--margin", 0)
    assert seek(plan, *options, "--paths", 20_000, "--seed", 1, "--out", out) == 0
    printed = capsys.readouterr().out
    assert "push" in printed
    assert {path.name for path in out.iterdir()} == {"settings.csv", "tried.csv"}
    (setting,) = rows(out / "settings.csv")
    # Phi^-1(0.7) = 0.5244: the lever stands at 2 + 2 x 0.5244. The error of a share of 20,000 paths
    # is 0.0032, over the density 0.174 a unit: five of them are 0.09; false alarm below 1e-6.
    assert setting["lever"] == "push"
    assert float(setting["value"]) == pytest.approx(2 + 2 * 0.524400512708041, abs=0.09)
    assert len(rows(out / "tried.csv")) >= 2


def test_the_frontier_is_written_with_its_chart(plan, tmp_path):
    pytest.importorskip("matplotlib")
    out = tmp_path / "out"
    options = ("--of", "y-2021", "--lever", "push", "--paths", 2000, "--seed", 1)
    assert seek(plan, "--probability", 0.5, *options, "--frontier", "--out", out) == 0
    assert (out / "frontier.png").read_bytes().startswith(b"\x89PNG")
    table = rows(out / "frontier.csv")
    probabilities = [float(row["probability"]) for row in table]
    costs = [float(row["cost"]) for row in table]
    assert probabilities == sorted(probabilities)
    assert costs == sorted(costs)
    for cost, probability in zip(costs, probabilities, strict=True):
        wanted = 0.5 * math.erfc(-(cost / 3 - 2) / 2 / math.sqrt(2))
        assert abs(probability - wanted) < 5 * math.sqrt(0.25 / 2000)


def test_what_cannot_be_reached_is_exit_1_and_says_how_near_it_comes(plan, capsys):
    options = ("--of", "y-2021", "--lever", "pull", "--paths", 2000, "--seed", 1)
    assert seek(plan, "--probability", 0.9, *options) == 1
    printed = capsys.readouterr().out
    # With pull at 2 the probability is Phi(-0.5) = 0.31.
    assert any(f"{percent}." in printed for percent in range(26, 37))
    found = tb.read_plan(plan).seek(0.9, of="y-2021", levers="pull", paths=2000, seed=1)
    for chance in (found.found, found.confirmed):
        assert f"({100 * chance[1]:.1f} to {100 * chance[2]:.1f})" in found.sentence


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (("--of", "y-2022"), 'did you mean "y-2021"?'),
        (("--lever", "puhs"), 'did you mean "push"?'),
        (("--probability", 1.5), "1.5"),
        (("--scenario", "basline"), 'did you mean "baseline"?'),
        (("--paths", 0), "--paths"),
    ],
)
def test_wrong_questions_are_exit_2(plan, capsys, more, message):
    try:
        code = seek(plan, *more)
    except SystemExit as stop:
        code = stop.code
    assert code == 2
    printed = capsys.readouterr().err
    assert message in printed
    assert "Traceback" not in printed


def test_a_lever_with_an_empty_range_is_a_mistake_with_its_line(plan, capsys):
    plan.write_text(PLAN.replace("range = [0, 5]", "range = [5, 0]"), encoding="utf-8")
    assert seek(plan, "--of", "y-2021") == 2
    printed = capsys.readouterr().err
    assert "plan.toml:" in printed
    assert "levers.push.range" in printed


def test_a_plan_without_levers_says_so(plan, capsys):
    text = PLAN[: PLAN.index("[levers.push]")] + PLAN[PLAN.index("[[targets]]") :]
    plan.write_text(text, encoding="utf-8")
    assert seek(plan, "--of", "y-2021") == 2
    assert "lever" in capsys.readouterr().err


def test_the_setting_can_be_simulated_as_a_scenario(plan):
    model = tb.read_plan(plan)
    found = model.seek(0.6, of="y-2021", levers="push", paths=5000, seed=2)
    assert found.reached
    assert dict(zip(found.settings["lever"], found.settings["value"], strict=True)).keys() >= {
        "push"
    }


UNCERTAIN = PLAN.replace("value = 0", "normal = { mean = 1, sd = 2 }", 1).replace(
    "value = 0", "value = 1"
)


def test_a_lever_moves_the_mean_of_what_is_uncertain(tmp_path, capsys):
    path = tmp_path / "plan.toml"
    # Its range ends where it stands; `pull` has no bearing on the target any more.
    text = UNCERTAIN.replace("range = [0, 5]", "range = [-2, 1]").replace("0.5 * pull", "0 * pull")
    path.write_text(text, encoding="utf-8")
    model = tb.read_plan(path)
    asked = {"of": "y-2021", "paths": 4000, "seed": 1}
    found = model.seek(0.5, **asked)
    runs = model.simulate(4000, seed=1)
    row = next(runs.attainment().filter(target="y-2021").rows())
    # P(10 + N(1, 4) + N(0, 4) >= 12) = Phi(-1 / sqrt(8)) = 0.362.
    assert found.before == (row["probability"], row["low"], row["high"])
    assert abs(row["probability"] - 0.362) < 5 * 0.0076
    assert not found.reached
    assert found.exact
    assert found.cost == 0
    assert found.settings["value"].tolist() == found.settings["now"].tolist() == [1, 1]
    assert found.found == found.before
    assert "cannot be reached; nothing that was tried is more likely than the plan as it is" in (
        found.sentence
    )
    # What is met by less than the margin is not said to be out of reach.
    close = model.seek(found.before[0] - 0.003, **asked)
    assert not close.reached
    assert close.margin > 0.003
    assert "is met by less than the margin of 1.8 %; nothing that was tried is more" in (
        close.sentence
    )
    # As a number in its place, whatever it is, it is held against the plan as it is written too.
    replaced = model.seek(0.5, replace=True, **asked)
    assert replaced.before == found.before
    assert replaced.found[0] >= replaced.before[0]
    assert seek(path, "--probability", 0.5, "--of", "y-2021", "--replace", "--paths", 500) in (0, 1)
    assert "the plan as it is" in capsys.readouterr().out


def test_what_is_found_is_what_its_scenario_gives(tmp_path):
    path = tmp_path / "plan.toml"
    path.write_text(UNCERTAIN, encoding="utf-8")
    model = tb.read_plan(path)
    for replace in (False, True):
        found = model.seek(0.6, of="y-2021", levers="push", replace=replace, paths=4000, seed=1)
        assert found.reached
        assert found.exact
        assert found.cost == pytest.approx(3 * abs(found.settings["value"][0] - 1))
        runs = model.add(scenarios={"pushed": found.scenario()}).simulate(4000, seed=1)
        rows = runs.attainment().filter(target="y-2021", scenario="pushed").rows()
        assert next(rows)["probability"] == pytest.approx(found.found[0], abs=0.0003)
        assert f"the plan as it is has {100 * found.before[0]:.1f} %" in found.sentence
    # No more is wanted than there is.
    found = model.seek(0.2, of="y-2021", paths=1000, seed=1)
    assert found.reached
    assert found.cost == 0
    assert found.sentence.startswith("y-2021: no lever has to be moved; the plan as it is has")
    assert not found.scenario().changes
