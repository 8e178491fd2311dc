"""One channel for what a model, a run and a round have to say beside their numbers."""

import dataclasses
import pickle
from types import SimpleNamespace

import numpy as np
import pytest

import tinbergen as tb
from tinbergen.questions.notes import notes_of_ensemble
from tinbergen.shell.cli import main

BREAKS = tb.Model(
    "breaks",
    "2021..2022",
    indicators={
        "x": tb.Indicator(equation="x ~ 0"),
        "y": tb.Indicator(equation="y = log(x)"),
    },
    shocks={"x": tb.normal(1, 1)},
    targets=[tb.Target("high", indicator="x", period=2022, at_least=3)],
    failed_paths=1,
)


def test_a_note_is_frozen_sorted_hashed_and_pickled():
    note = tb.Note("indicators.b", "warning", "no unit", indicators=("b",), values={"n": 1})
    first = tb.Note("indicators.a", "warning", "no unit", indicators=("a",))
    assert sorted([note, first]) == [first, note]
    assert len({note, first, tb.Note("indicators.a", "warning", "no unit", (), ("a",))}) == 2
    assert pickle.loads(pickle.dumps(note)) == note
    assert pickle.loads(pickle.dumps(note)).values == {"n": 1}
    assert str(note) == "warning: no unit"
    assert repr(note).startswith("Note(address='indicators.b', kind='warning', message='no unit'")
    with pytest.raises(dataclasses.FrozenInstanceError):
        note.kind = "other"
    with pytest.raises(TypeError):
        note.values["n"] = 2


def test_notes_are_a_sequence_and_a_table():
    notes = tb.Notes([tb.Note("a", "x", "one"), tb.Note("b", "y", "<two>")])
    assert [note.message for note in notes] == ["one", "<two>"]
    assert notes[1].address == "b"
    assert list(notes[:1]) == [notes[0]]
    assert notes["address"].tolist() == ["a", "b"]
    assert list(notes.of("y")) == list(notes.but("x")) == [notes[1]]
    assert repr(notes) == "x: a: one\ny: b: <two>"
    assert "&lt;two&gt;" in notes._repr_html_()
    assert repr(tb.Notes()) == "nothing to note"


def test_every_run_says_by_which_contract_its_numbers_came_about(runs):
    assert [note.kind for note in runs.notes] == ["storage", "contract"]
    (note,) = runs.notes.of("contract")
    assert note.address == "run.streams"
    assert "seed 1, 400 paths, design random" in note.message
    assert note.values["streams"] == runs.info["streams"]


def test_what_is_stored_of_the_paths_is_noted_with_its_bytes_and_the_reason():
    extra = {f"x{k}": tb.Indicator(equation="x ~ 0".replace("x", f"x{k}")) for k in range(3)}
    model = tb.Model(
        "stored",
        "2021..2024",
        indicators=extra,
        shocks={name: tb.normal(0, 1) for name in extra},
        targets=[tb.Target("t", indicator="x1", period=2024, at_least=0)],
        scenarios={"other": tb.Scenario([tb.Change(shock="x0", add=1.0)])},
    )

    def noted(runs):
        (note,) = runs.notes.of("storage")
        assert note.address == "run.storage"
        return note.message, dict(note.values)

    message, values = noted(model.simulate(1000, seed=1))
    assert message == (
        "the paths of 3 of 3 indicators, all that the model has, take 0.1 MB of memory and no file"
    )
    # The other scenario has an indicator of its own, and shares the rest.
    assert values == {"bytes": (3 + 1) * 4 * 1000 * 8, "indicators": 3, "asked": 3}
    message, values = noted(model.simulate(1000, seed=1, scenarios="baseline", keep="x1"))
    assert "1 of 3 indicators, as was asked for (keep), take 0.0 MB" in message
    assert values == {"bytes": 4 * 1000 * 8, "indicators": 1, "asked": 1}
    message, values = noted(model.simulate(1000, seed=1, scenarios="baseline", keep="x0"))
    assert "1 were asked for (keep), and targets and early warnings look at the others" in message
    # All periods of the one, and of the other the one in which a target looks at it.
    assert values == {"bytes": (4 + 1) * 1000 * 8, "indicators": 2, "asked": 1}


def test_parameters_that_are_other_numbers_in_a_run_are_noted_with_what_they_were():
    model = tb.Model(
        "parameters",
        "2021..2022",
        indicators={"x": tb.Indicator(equation="x ~ a + b")},
        parameters={"a": 1, "b": tb.normal(2, 0.5)},
        shocks={"x": tb.normal(0, 1)},
        scenarios={
            "set": tb.Scenario([tb.Change(parameter="a", set=5)]),
            "later": tb.Scenario([tb.Change(shock="x", add=1)], extends="set"),
            "added": tb.Scenario([tb.Change(parameter="a", add=5)]),
        },
    )
    assert not model.simulate(50, seed=1).notes.of("overridden")
    run = model.simulate(50, seed=1, parameters={"b": 2.25, "a": 3})
    notes = run.notes.of("overridden")
    assert notes["address"].tolist() == ["parameters.b", "parameters.a"]
    assert notes["message"].tolist() == [
        f"b is 2.25 in this run, where the model draws it from {tb.normal(2, 0.5)!r}",
        "a is 3 in this run, where the model has 1; scenarios that set it themselves: set, later",
    ]
    assert [dict(note.values) for note in notes] == [{"value": 2.25}, {"value": 3, "model": 1}]
    held = model.observe(
        {"indicator": ["x"], "period": [2021], "value": [4.0], "vintage": ["2022-03-01"]}
    )
    run = held.simulate(500, seed=1, scenarios="baseline", parameters={"a": 3})
    assert run.notes.of("overridden")["message"].tolist() == [
        "a is 3 in this run, where the model has 1"
    ]


def test_paths_that_failed_are_noted_with_their_number():
    runs = BREAKS.simulate(500, seed=1)
    note = runs.notes[0]
    assert (note.address, note.kind) == ("scenarios.baseline", "failed_paths")
    failed = runs["baseline"].failures()
    assert note.values["paths"] == failed["paths"][0] > 0
    assert f"y is no finite number in 2021 in {failed['paths'][0]} of 500 paths" in str(note)
    assert list(runs["baseline"].notes) == [note]


def test_an_early_warning_that_fires_is_noted():
    rule = tb.EarlyWarning(probability_below=0.5, target="high", message="look again")
    quiet = tb.EarlyWarning(probability_below=0.0001, target="high")
    model = BREAKS.add(warnings={"low": rule, "never": quiet})
    (note,) = model.simulate(500, seed=1).notes.of("early_warning")
    assert note.address == "warnings.low"
    assert note.message.startswith("high: look again: probability ")


def test_an_early_warning_on_what_is_known_is_noted(plan):
    slow = tb.EarlyWarning(indicator="gdp", below=1e6, target="gdp-2025")
    notes = plan.add(warnings={"slow": slow}).simulate(50, seed=1, scenarios="baseline").notes
    assert [note.message for note in notes.of("early_warning")] == ["gdp-2025: fires in 2020"]


def test_an_interval_that_stayed_too_wide_is_noted(plan):
    few = {"paths": 50, "most_paths": 100, "seed": 1, "scenarios": "baseline"}
    (note,) = plan.simulate(until=0.0001, **few).notes.of("interval")
    assert note.address == "run.until"
    assert note.values["half_width"] > note.values["wanted"] == 0.0001
    assert not plan.simulate(until=0.4, **few).notes.of("interval")


def test_a_scenario_that_changes_nothing_is_noted(model):
    idle = tb.Scenario([tb.Change(shock="demand", periods="2022", add=0.0)])
    runs = model.add(scenarios={"idle": idle}).simulate(50, seed=1)
    assert [note.address for note in runs.notes.of("changes_nothing")] == ["scenarios.idle"]
    kept = model.simulate(50, seed=1, scenarios=["baseline", "slump"], keep="population")
    assert [note.address for note in kept.notes.of("changes_nothing")] == ["scenarios.slump"]


def test_a_conditioned_run_says_what_its_paths_are_worth(plan):
    runs = plan.observe(tb.plans.outturns()).simulate(1000, seed=1, scenarios="baseline")
    (note,) = runs["baseline"].notes
    assert note.kind == "effective_paths"
    assert note.values["effective_paths"] == runs["baseline"].effective_paths


def test_few_effective_paths_are_a_surprise():
    def worth(paths):
        none = tb.Table({"indicator": []})
        weights = np.full(1000, 1e-3)
        paths = SimpleNamespace(
            scenario="s",
            paths=1000,
            weights=weights,
            evidence=-1.0,
            effective_paths=paths,
            tail_shape=None,
            unsolved_paths=0,
        )
        paths.failures = lambda: none
        return [note.kind for note in notes_of_ensemble(paths)]

    assert worth(99.0) == ["few_effective_paths"]
    assert worth(101.0) == ["effective_paths"]


def test_a_run_has_the_notes_of_its_model():
    text = tb.read_text("periods 2021..2021\ndata a 2021 = 2\ndata b 2021 = 7\nb ~ 3 * a")
    drawn = text.track("2021..2021")
    runs = drawn.simulate(1, seed=1)
    assert list(runs.notes.but("storage", "contract")) == list(drawn.notes)


def test_a_notebook_shows_the_notes_of_a_run():
    page = BREAKS.simulate(100, seed=1)._repr_html_()
    assert "<details><summary>notes</summary><table>" in page
    assert "is no finite number" in page


def test_the_shell_prints_what_a_run_has_to_say(tmp_path, capsys):
    file = BREAKS.save(tmp_path / "breaks.toml")
    out = str(tmp_path / "out")
    assert main(["run", str(file), "--no-charts", "--seed", "1", "--out", out]) == 0
    printed = capsys.readouterr().err
    assert printed.splitlines()[-1].startswith(
        "note: failed_paths: scenarios.baseline: y is no finite number in 2021"
    )
    assert "contract" not in printed
    assert "storage" not in printed


def test_a_name_that_is_gone_says_what_took_its_place():
    with pytest.raises(AttributeError, match=r"tinbergen\.Finding is tinbergen\.Note now"):
        _ = tb.Finding
    with pytest.raises(AttributeError, match=r"tinbergen\.Findings is tinbergen\.Notes now"):
        _ = tb.Findings
    with pytest.raises(AttributeError, match="no attribute 'Found'"):
        _ = tb.Found


def test_data_in_the_span_hold_no_equation_back_and_are_said():
    pd = pytest.importorskip("pandas")
    columns = {"g": [20.0, 20, 25, 25], "y": [50.0, 50, 50, 50]}
    frame = pd.DataFrame(columns, index=[2020, 2021, 2022, 2023])
    model = tb.read_eviews("y = 0.5*y(-1) + 1.25*g\n", data=frame, periods="2021..2023")
    (note,) = model.notes
    assert (note.kind, note.address) == ("not_used", "indicators.y")
    more = tb.Scenario(changes=[tb.Change(indicator="g", add=4.0)])
    runs = model.add(scenarios={"more": more}).simulate(1, seed=1)
    assert runs["baseline"]["y"].ravel().tolist() == [50, 56.25, 59.375]
    assert runs["more"]["y"].ravel().tolist() == [55, 63.75, 68.125]
    assert list(runs.notes.but("storage", "contract")) == [note]


def test_what_a_reader_said_stays_with_the_model_that_is_made_of_it():
    read = tb.read_eviews("y = x\nz = 2 * x\nsolve m", periods="2021..2022")
    (command, data) = read.notes
    assert (command.kind, data.indicators) == ("unmapped", ("x",))
    scenario = tb.Scenario(changes=[tb.Change(indicator="y", set=1.0)])
    assert list(read.add(scenarios={"one": scenario}).with_(label="m").notes) == [command, data]
    kept = {name: part for name, part in read.indicators.items() if name != "x"}
    assert list(read.with_(indicators=kept).notes) == [command]


def test_a_scenario_that_changes_nothing_beyond_what_it_acts_on_says_so():
    model = tb.Model(
        "idle",
        "2021..2022",
        indicators={
            "g": tb.Indicator(history={2021: 1, 2022: 1}),
            "x": tb.Indicator(history={2021: 2, 2022: 2}),
            "y": tb.Indicator(equation="y = 2 * g"),
        },
        scenarios={
            name: tb.Scenario(changes=[tb.Change(indicator=indicator, add=amount)])
            for name, indicator, amount in (("g", "g", 1), ("x", "x", 1), ("none", "g", 0))
        },
    )
    notes = model.simulate(1, seed=1).notes.of("changes_nothing")
    assert {note.address: note.message.split(",")[0] for note in notes} == {
        "scenarios.x": "it changes x",
        "scenarios.none": "no path of any indicator that was kept differs from the baseline",
    }
    alone = model.simulate(1, seed=1, keep=["x"]).notes.of("changes_nothing")
    assert {note.address for note in alone} == {"scenarios.g", "scenarios.none"}
