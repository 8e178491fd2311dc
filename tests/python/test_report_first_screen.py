"""The sentences of the first screen of a report: what would help, what changed, how sure the numbers are."""

import dataclasses
import re
from html import escape

import pytest
from test_report import page_of

import tinbergen as tb
from tinbergen.basics.language import LANGUAGES
from tinbergen.basics.words import number_text, say, unit_text
from tinbergen.questions.chance_words import about_text
from tinbergen.report.answers import _dots
from tinbergen.report.controls import levers_of, stands
from tinbergen.report.parts import left_out, sections
from tinbergen.report.told import Told


def moved_by_hand(plan, name, end, paths, goal):
    """How likely a goal is with a lever at an end of its range, by a scenario of the plan."""
    lever = plan.levers[name]
    now = plan.parameters[lever.parameter].value
    change = {"set": end} if isinstance(now, float) else {"add": end - float(now.quantile(0.5))}
    scenario = tb.Scenario([tb.Change(parameter=lever.parameter, **change)])
    runs = plan.add(scenarios={"moved": scenario}).simulate(paths, seed=1, scenarios=["moved"])
    return runs.probability(goal)["probability"][0]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["yuecheng", "minimal"])
def test_the_first_screen_says_which_lever_would_help_most_and_how_sure_the_numbers_are(
    name, language
):
    plan = tb.read_plan(tb.plans.path(name))
    runs = plan.simulate(1000, seed=1, scenarios=["baseline"])
    told = Told(runs, language, "baseline")
    goal = told.headline
    reached = {
        (lever, end): moved_by_hand(plan, lever, float(end), 1000, goal)
        for lever, one in plan.levers.items()
        for end in one.range
    }
    lever, end = max(reached, key=lambda place: reached[place])
    blocks = {block.key: block.text for block in told_first(told) if block.kind == "text"}
    before = runs.probability(goal)["probability"][0]
    one = plan.targets[0].id if len(plan.targets) == 1 else goal
    unit = unit_text(plan.parameters[plan.levers[lever].parameter].unit, language)
    assert unit
    assert blocks["help"] == say(
        "glance lever", language, lever=told.label(plan.levers, lever), value=number_text(f"{end:g}", language),
        stands=say("glance stands", language, now="0"), unit=say("glance unit", language, unit=unit),
        label=told.goal_label(one), before=about_text(before, language), after=about_text(reached[lever, end], language),
    )  # fmt: skip
    rows = runs.attainment().rows()
    widest = max(row["high"] - row["low"] for row in rows)
    points = number_text(f"{50 * widest:.1f}", language)
    paths = number_text("1,000", language)
    assert blocks["sure"] == say("glance sure", language, points=points, paths=paths)


def test_a_lever_is_told_of_given_actual_values_too(plan):
    """Each lever as a scenario of the plan that is held to the same values."""
    runs = plan.observe(tb.plans.outturns()).simulate(300, seed=1, scenarios=["baseline"])
    reached = {}
    for name, lever in plan.levers.items():
        assert isinstance(plan.parameters[lever.parameter].value, float)
        for end in lever.range:
            scenario = tb.Scenario([tb.Change(parameter=lever.parameter, set=float(end))])
            given = plan.add(scenarios={"moved": scenario}).observe(tb.plans.outturns())
            found = given.simulate(300, seed=1, scenarios=["moved"]).probability("headline")
            reached[name, end] = found["probability"][0]
    name, end = max(reached, key=lambda place: reached[place])
    texts = {b.key: b.text for b in told_first(Told(runs, "en", "baseline")) if b.kind == "text"}
    before = runs.probability("headline")["probability"][0]
    assert texts["help"] == say(
        "glance lever", "en", lever=plan.levers[name].text("en"), value=f"{float(end):g}", label="Headline targets",
        stands=", now at 0,", unit=f" (unit: {plan.parameters[plan.levers[name].parameter].unit})",
        before=about_text(before, "en"), after=about_text(reached[name, end], "en"),
    )  # fmt: skip


def told_first(told):
    """The blocks of the first screen."""
    return sections(told, ("answer",))[0].blocks


def test_levers_that_do_not_help_are_told_so(plan):
    """A lever that nothing depends on; and none are told of where they are left out."""
    idle = plan.with_(
        parameters={**plan.parameters, "idle": tb.Parameter(0.0)},
        levers={"idle": tb.Lever("idle", range=(0.0, 1.0))},
    )
    runs = idle.simulate(300, seed=1, scenarios=["baseline"])
    keys = {b.key: b.text for b in told_first(Told(runs, "en", "baseline")) if b.kind == "text"}
    assert keys["help"].startswith("What would help: no lever by itself")
    told = Told(runs, "en", "baseline", without=left_out("levers"))
    assert "help" not in {b.key for b in told_first(told) if b.kind == "text"}


def test_the_first_screen_says_what_changed_since_the_round_before(plan, tmp_path):
    before = plan.with_(
        targets=[
            dataclasses.replace(target, at_least=1200) if target.id == "gdp-2025" else target
            for target in plan.targets
        ]
    )
    before.simulate(300, seed=1).archive(tmp_path / "2022")
    runs = plan.simulate(300, seed=1)
    _, found = page_of(runs, before=tb.read_round(tmp_path / "2022"), live="no")
    first, later = found.text("answer"), found.text("changes")
    sentence = tb.explain(before, plan, "headline", paths=300, seed=1).text()
    assert f"What changed since the round “2022”: {sentence}" in first
    assert sentence in later
    assert "The probability of Headline targets" in sentence
    assert say("glance alone", "en") not in first
    assert say("report rounds", "en") not in found.text("holds")


@pytest.mark.parametrize("language", LANGUAGES)
def test_that_no_round_was_given_is_said_quietly_and_below_how_to_give_one(plan, language):
    runs = plan.simulate(100, seed=1, scenarios=["baseline"])
    quiet, how = say("glance alone", language), say("report rounds", language)
    _, found = page_of(runs, language, live="no")
    assert quiet in found.text("answer")
    assert how in found.text("holds")
    told = Told(runs, language, "baseline")
    (line,) = (block for block in told_first(told) if block.kind == "text" and block.text == quiet)
    assert line.role == "small"
    _, found = page_of(runs, language, live="no", without=left_out("changes"))
    assert quiet not in found.text("answer")
    assert how not in found.text("holds")


def test_a_lever_stands_where_its_scenario_has_it():
    """Scenarios that set, add and scale, one on another; not where what is changed is uncertain."""
    levers = {"push": tb.Lever("a", range=(0.0, 9.0)), "drawn": tb.Lever("b", range=(0.0, 9.0))}
    plan = tb.plans.minimal().add(
        parameters={"a": tb.Parameter(2.0, unit="share of GDP"), "b": tb.normal(1, 0.5)},
        levers=levers,
        scenarios={
            "set": tb.Scenario([tb.Change(parameter="a", set=3)]),
            "more": tb.Scenario([tb.Change(parameter="a", add=1.5)], extends="set"),
            "most": tb.Scenario([tb.Change(parameter="a", scale=2), tb.Change(parameter="b", add=1)], extends="more"),
        },
    )  # fmt: skip
    told = Told(plan.simulate(20, seed=1), "en", "most")
    found = [stands(told, "push", name) for name in ("baseline", "slower_world", "set", "more", "most")]  # fmt: skip
    assert found == [2.0, 2.0, 3.0, 4.5, 9.0]
    assert [stands(told, "drawn", name) for name in ("baseline", "more", "most")] == [1.0, 1.0, None]  # fmt: skip
    rows = {row["name"]: row for row in levers_of(told)}
    assert rows["push"]["in"] == {"set": "3", "more": "4.5", "most": "9"}
    assert rows["push"]["about"] == "push (as the plan stands 2; unit: share of GDP)"
    assert rows["drawn"]["in"] == {}
    assert rows["drawn"]["about"] == "drawn (as the plan stands 1)"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_dots_say_themselves_what_they_are(plan, language):
    """Nothing, little and all: what is written beside them never says more than the paths."""
    runs = plan.simulate(100, seed=1, scenarios=["baseline"])
    text, _ = page_of(runs, language, live="no")
    shown = re.search(r"<figcaption>(.*?)</figcaption>", text, re.DOTALL)[1]
    for key, n in (("report dots of", ""), ("report dots on", "0"), ("report dots off", "100")):
        assert say(key, language, n=n) in shown
    told = Told(runs, language, "baseline")
    for share, on, off in ((0.004, "&lt;1", "&gt;99"), (0.5, "50", "50"), (0.997, "&gt;99", "&lt;1"), (1.0, "100", "0")):  # fmt: skip
        dots = _dots(told, share)
        assert [escape(one) for one in dots.legend] == [
            say("report dots on", language, n=on),
            say("report dots off", language, n=off),
        ]
        assert dots.filled == round(100 * share)
    one, _ = page_of(tb.plans.minimal().simulate(100, seed=1), language, live="no")
    assert say("report dots off one", language, n="") in one
    assert say("report dots off", language, n="") not in one
