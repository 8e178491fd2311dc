"""Targets from Python: kinds as the core has them, formulas, bases, words, marks."""

from dataclasses import fields
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

import tinbergen as tb
from tinbergen import _core
from tinbergen.written import target as targets

PLAN = """
schema = 1
name = "targets"
periods = "2021..2025"
[indicators.gdp]
history = { 2020 = 100 }
process = { kind = "growth", mean = 0.05 }
[indicators.rd]
history = { 2020 = 2 }
process = { kind = "growth", mean = 0.09 }
[shocks.gdp]
normal = { sd = 0.02 }
[shocks.rd]
normal = { sd = 0.03 }
[[targets]]
id = "intensity"
label = { en = "R&D intensity", zh = "研发强度" }
equation = "rd / gdp"
unit = "share"
over = "median"
period = "2021..2025"
at_least = 0.0225
[[targets]]
id = "often"
indicator = "gdp"
of = "growth"
over = { at_least = 3 }
period = "2021..2025"
at_least = 0.05
[[targets]]
id = "half-more"
indicator = "rd"
of = "growth"
base = 2020
period = "2025"
at_least = 0.5
[warnings.thin]
equation = "rd / gdp"
over = { at_least = 2 }
window = 3
below = 0.02
target = "intensity"
"""


@pytest.fixture(scope="module")
def model():
    return tb.Model.from_toml(PLAN)


@pytest.fixture(scope="module")
def runs(model):
    return model.simulate(2000, seed=1)


def test_kinds_are_those_of_the_core():
    of, plain, counted = _core.target_kinds()
    assert list(get_args(targets.Of)) == of
    assert list(get_args(targets.Over)) == plain
    assert [f.name for f in fields(targets.Counted)] == counted
    written = Path(__file__).parents[2].joinpath("docs/plan-format.md").read_text("utf-8")
    for name in (*of, *plain):
        assert f"`{name}`" in written
    for name in counted:
        assert f"`{{ {name} = 3 }}`" in written


def test_targets_are_written_and_read_without_loss(model, tmp_path):
    model.save(tmp_path / "plan.toml")
    again = tb.read_plan(tmp_path / "plan.toml")
    assert again.targets == model.targets
    assert again.warnings == model.warnings
    built = tb.Target(
        "intensity",
        label={"en": "R&D intensity", "zh": "研发强度"},
        equation="rd / gdp",
        unit="share",
        over="median",
        period="2021..2025",
        at_least=0.0225,
    )
    assert built == model.targets[0]
    often = tb.Target(
        "often",
        indicator="gdp",
        of="growth",
        over={"at_least": 3},
        period="2021..2025",
        at_least=0.05,
    )
    assert often == model.targets[1]


def test_probabilities_are_those_that_numpy_counts(runs):
    gdp, rd = runs["baseline"]["gdp"], runs["baseline"]["rd"]
    growth = gdp / np.vstack([np.full(gdp.shape[1], 100.0), gdp[:-1]]) - 1
    met = {
        "intensity": np.median(rd / gdp, axis=0) >= 0.0225,
        "often": (growth >= 0.05).sum(axis=0) >= 3,
        "half-more": rd[-1] / 2.0 - 1 >= 0.5,
    }
    for name, paths in met.items():
        found = runs.probability(name)["probability"][0]
        assert found == pytest.approx(paths.mean(), abs=1e-12), name
        assert 0.02 < found < 0.98


def test_every_question_takes_them(model, runs):
    progress = list(runs.progress().rows())
    assert progress[0]["value"] == pytest.approx(0.02)
    assert progress[0]["required_growth"] > 0
    assert progress[2]["bound"] == pytest.approx(3.0)
    assert len(runs.first_met()) == 3
    assert len(runs.shortfall()) == 3
    record = runs["baseline"].warning_record()
    assert set(record["warning"]) == {"thin"}
    assert 0 < record["fires"].max() < 1
    model.check()


def test_words(model):
    assert [str(target) for target in model.targets] == [
        "median rd / gdp over 2021..2025 at least 0.0225",
        "growth of gdp in at least 3 of the 5 periods of 2021..2025 at least 5 %",
        "growth of rd since 2020 in 2025 at least 50 %",
    ]
    assert "median rd / gdp over 2021..2025" in model._repr_html_()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("rd / gdp", "rd / gpd"), '"gpd" is neither an indicator nor a parameter'),
        (("{ at_least = 3 }\nperiod", "{ at_least = 6 }\nperiod"), "6 periods are wanted"),
        (("base = 2020", "base = 2025"), "2025 does not lie before 2025"),
        (('of = "growth"\nbase', 'of = "level"\nbase'), "a level has no base"),
        (("{ at_least = 3 }\nperiod", "{ at_most = 3 }\nperiod"), "way to count periods"),
    ],
)
def test_what_makes_no_sense_is_refused(change, said):
    with pytest.raises(tb.ModelError, match=said):
        tb.Model.from_toml(PLAN.replace(*change)).simulate(10, seed=1)


def test_a_target_of_another_model_is_measured_or_refused(model):
    runs = model.simulate(500, seed=1, keep=["gdp"])
    table = runs.attainment()
    assert set(table["target"]) >= {"intensity", "often", "half-more", "all"}
    with pytest.raises(KeyError):
        runs["baseline"]["rd"]


def test_a_formula_has_a_fan_of_its_own(runs):
    ax = runs["baseline"].plot.fan("intensity")
    assert ax.get_title(loc="left").startswith("R&D intensity")
    shown = " ".join(text.get_text() for text in ax.texts)
    chance = runs.probability("intensity")["probability"][0]
    assert f"median ≥ 2.25 % (probability {100 * chance:.0f} %)".split(" (")[0] in shown


def test_a_model_with_them_can_be_hashed_and_is_not_changed_from_outside():
    over = {"at_least": np.int64(3)}
    target = tb.Target("t", indicator="gdp", period="2021..2025", over=over, at_least=1)
    over["at_least"] = 5
    assert "3 of the 5 periods" in str(target)
    assert hash(target) == hash(tb.Target(**{f: getattr(target, f) for f in target.__slots__}))


def test_a_formula_without_a_number_in_too_many_paths_is_an_error():
    text = PLAN.replace('equation = "rd / gdp"\nunit', 'equation = "log(rd - 3)"\nunit')
    runs = tb.Model.from_toml(text).simulate(500, seed=1)
    with pytest.raises(tb.NumericalError, match=r"targets\[0\].equation: not a finite number in"):
        runs.attainment()
    allowed = "failed_paths = 1\n" + text.lstrip()
    assert tb.Model.from_toml(allowed).simulate(500, seed=1).attainment()["probability"][0] < 0.5
