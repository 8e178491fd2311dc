"""Levers in a notebook: what the page is told is what the library computes, to the bit, and what it sends becomes a scenario."""

import dataclasses
import json
import lzma
import shutil
import subprocess
import tomllib
from pathlib import Path

import numpy as np
import pytest

import tinbergen as tb
from tinbergen.report.live import read_engine

pytest.importorskip("anywidget")

LEVELS = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
SETTINGS = [
    {},
    {"scenario": "trade_friction"},
    {"levers": {"rd_subsidy": 0.05}},
    {"scenario": "trade_friction", "levers": {"rd_subsidy": 0.05, "investment": 0.02}},
    {"parameters": {"trend_growth": 0.061}, "bounds": {"gdp-2025": 1600.0}},
]


class Comm:
    """What a kernel sends its messages by; here they are kept."""

    comm_id, target_name = "one", "jupyter.widget"

    def __init__(self):
        self.sent = []

    def send(self, data=None, metadata=None, buffers=None):
        self.sent.append((data, buffers))

    def on_msg(self, callback):
        pass

    def on_close(self, callback):
        pass

    def close(self, *arguments, **options):
        pass


def with_comm(explorer):
    explorer.widget.comm = comm = Comm()
    comm.sent.clear()
    return comm


def said_by_page(explorer, content):
    explorer.widget._handle_msg(
        {"content": {"data": {"method": "custom", "content": content}}, "buffers": []}
    )


def asked(explorer, setting, paths=300):
    """Send what the page sends for a setting, and read what it is told."""
    comm = with_comm(explorer)
    whole = {"scenario": "baseline", "levers": {}, "parameters": {}, "bounds": {}, **setting}
    said_by_page(explorer, {"id": "v-1", "setting": whole, "paths": paths})
    ((data, buffers),) = comm.sent
    content = data["content"]
    assert (data["method"], content["id"]) == ("custom", "v-1")
    return content, np.frombuffer(buffers[0]) if buffers else None


def array(content, numbers, name):
    place = content["said"]["arrays"][name]
    size = int(np.prod(place["shape"]))
    return numbers[place["at"] : place["at"] + size].reshape(place["shape"])


def moved_by_hand(plan, setting):
    """The plan changed by hand, and the scenario that is the setting."""
    changes = [
        tb.Change(parameter=plan.levers[n].parameter, set=x)
        for n, x in setting.get("levers", {}).items()
    ]
    changes += [tb.Change(parameter=n, set=x) for n, x in setting.get("parameters", {}).items()]
    bounds, base = setting.get("bounds", {}), setting.get("scenario", "baseline")
    targets = [
        dataclasses.replace(target, at_least=bounds[target.id]) if target.id in bounds else target
        for target in plan.targets
    ]
    scenario = tb.Scenario(changes, extends=None if base == "baseline" else base)
    return plan.with_(targets=targets).add(
        scenarios={"setting": scenario}
    ), "setting" if changes else base


@pytest.fixture(scope="module")
def levers(plan):
    return plan.explore(300, seed=1, live="no")


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("known", [False, True])
def test_what_the_page_is_told_is_the_run_of_that_setting_to_the_bit(plan, levers, setting, known):
    by_hand, name = moved_by_hand(plan, setting)
    if known:
        levers = plan.observe(tb.plans.outturns()).explore(300, seed=1, live="no")
        runs = by_hand.observe(tb.plans.outturns()).simulate(300, seed=1, scenarios=[name])
    else:
        runs = by_hand.simulate(300, seed=1, scenarios=[name])
    content, numbers = asked(levers, setting)
    rows = runs.attainment()
    assert content["said"]["targets"] == rows["target"].tolist()
    told = array(content, numbers, "attainment")[0]
    for k, column in enumerate(("probability", "low", "high")):
        assert told[:, k].tobytes() == np.asarray(rows[column]).tobytes()
    fans = array(content, numbers, "fans")[0]
    assert fans.shape == (len(content["said"]["indicators"]), 15, 8)
    for fan, indicator in zip(fans, content["said"]["indicators"], strict=True):
        table = runs[name].fan(indicator, quantiles=LEVELS)
        for k, column in enumerate(table.columns[2:]):
            assert fan[:, k].tobytes() == np.asarray(table[column]).tobytes()
    limiting = runs.limiting()
    told = array(content, numbers, "limiting")[0]
    assert content["said"]["limiting"] == limiting["target"].tolist()
    for k, column in enumerate(
        ("gain", "gain_error", "without", "own", "own_low", "own_high", "missed")
    ):
        assert told[:, k].tobytes() == np.asarray(limiting[column], float).tobytes()
    if known:
        assert "met" not in content["said"]["arrays"]
    else:
        met = array(content, numbers, "met")[0]
        bits = (met.astype(np.uint32)[:, :, None] >> np.arange(32, dtype=np.uint32)) & 1
        counts = bits.reshape(len(met), -1).sum(1) / 300
        assert counts.tolist() == rows["probability"].tolist()[: len(met)]


def test_the_engine_in_the_page_is_told_the_same_as_the_kernel_says(plan, levers, tmp_path):
    node, root = shutil.which("node"), Path(__file__).parents[2]
    if node is None or not (root / "engine").is_dir() or read_engine() is None:
        pytest.skip("needs node and the engine: `make engine`")
    from tinbergen.report import live

    module = tmp_path / "engine.wasm"
    packed = live._FILE.read_bytes().partition(b"\n")[2]  # zeros are where the table would be
    module.write_bytes(lzma.LZMADecompressor(format=lzma.FORMAT_ALONE).decompress(packed))
    data = json.loads(plan.explore(300, seed=1, live="yes").widget._data)
    assert data["plan"]
    scenarios = []
    for setting in SETTINGS:
        by_hand, name = moved_by_hand(plan, setting)
        text = by_hand._to_core().to_plan_files("plan")[0]
        scenarios.append(
            {
                "plan": text, "paths": 300, "seed": 1, "design": "random", "scenarios": [name],
                "fans": data["fans"], "levels": LEVELS, "limiting": "all", "met": True,
            }
        )  # fmt: skip
    (tmp_path / "requests.json").write_text(json.dumps(scenarios))
    script = root / "tests/rust/engine.mjs"
    subprocess.run(
        [node, str(script), str(module), str(tmp_path / "requests.json"), str(tmp_path)], check=True
    )
    for k, setting in enumerate(SETTINGS):
        content, numbers = asked(levers, setting)
        there = {"said": json.loads((tmp_path / f"{k}.json").read_text())}
        theirs = np.frombuffer((tmp_path / f"{k}.numbers").read_bytes())
        for key in ("targets", "indicators", "limiting"):
            assert there["said"][key] == content["said"][key]
        for name in ("attainment", "fans", "limiting", "met"):
            assert (
                array(there, theirs, name).tobytes() == array(content, numbers, name).tobytes()
            ), name


@pytest.mark.parametrize("given", [None, "unemployment-every-year"])
def test_a_combination_is_told_as_the_library_counts_it(plan, given):
    """Of paths that do not weigh the same, since an actual value was typed in."""
    explorer = plan.explore(300, seed=1, live="no")
    setting = {"actual": {"gdp_real_growth 2022": 7.5}}
    wish = {"goal": "gdp-2025 and not rd-share-2025", "given": given}
    said, numbers = explorer.answer(setting, 300, wish)
    known = tb.Outturns(
        {"indicator": ["gdp_real_growth"], "period": [2022], "value": [7.5]}, vintage="2023-01-01"
    )
    runs = plan.observe(known).simulate(300, seed=1, scenarios=["baseline"])
    (row,) = runs.probability(wish["goal"], given=given).rows()
    at = said["arrays"]["goals"]["at"]
    expected = [row[name] for name in ("probability", "low", "high", "paths")]
    assert np.frombuffer(numbers)[at : at + 4].tolist() == expected
    assert "goals" not in explorer.answer(setting, 300)[0]["arrays"]


def test_the_button_gives_the_setting_to_python(plan):
    explorer = plan.explore(100, seed=1, live="no")
    with_comm(explorer)
    assert explorer.scenarios == {}
    for value in (0.05, 0.04):
        setting = {
            "scenario": "baseline",
            "levers": {"rd_subsidy": value},
            "parameters": {},
            "bounds": {},
        }
        said_by_page(explorer, {"keep": setting})
    kept = explorer.scenarios
    assert list(kept) == ["setting_1", "setting_2"]
    assert [one.changes[0].set for one in kept.values()] == [0.05, 0.04]
    runs = explorer.model.simulate(100, seed=1)
    assert {"setting_1", "setting_2"} <= set(runs)


def test_what_is_moved_in_the_page_stands_in_python_and_the_other_way_round(plan):
    explorer = plan.explore(100, seed=1, live="no")
    with_comm(explorer)
    moved = {
        "scenario": "trade_friction",
        "levers": {"rd_subsidy": 0.05},
        "parameters": {},
        "bounds": {"gdp-2025": 1600},
        "actual": {},
    }
    update = {"method": "update", "state": {"setting": moved}, "buffer_paths": []}
    explorer.widget._handle_msg({"content": {"data": update}, "buffers": []})
    assert explorer.setting == moved
    assert explorer.scenario == tb.Scenario(
        [tb.Change(parameter="rd_subsidy", set=0.05)], extends="trade_friction"
    )
    (target,) = [target for target in explorer.model.targets if target.id == "gdp-2025"]
    assert target.at_least == 1600
    explorer.setting = {"levers": {"rd_subsidy": 0.04}}
    assert explorer.setting == {
        "scenario": "baseline",
        "levers": {"rd_subsidy": 0.04},
        "parameters": {},
        "bounds": {},
        "actual": {},
    }


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"levers": {"none": 1}}, "no lever or target 'none'"),
        ({"bounds": {"none": 1}}, "no lever or target 'none'"),
        ({"parameters": {"trend_grwth": 1}}, "trend_growth"),
        ({"scenario": "slump of none", "levers": {"rd_subsidy": 0.05}}, "slump of none"),
        ({"speed": 1}, "no 'speed'"),
    ],
)
def test_what_the_plan_does_not_have_is_said(levers, setting, message):
    content, numbers = asked(levers, setting)
    assert message in content["wrong"]
    assert numbers is None
    with pytest.raises(ValueError, match=message):
        levers.setting = setting


def test_the_lever_of_an_uncertain_parameter_moves_its_middle(model):
    with_lever = model.add(levers={"push": tb.Lever("trend", range=(0.0, 0.1))})
    explorer = with_lever.explore(200, seed=1, live="no")
    content, numbers = asked(explorer, {"levers": {"push": 0.08}}, 200)
    scenario = tb.Scenario([tb.Change(parameter="trend", add=0.08 - 0.06)])
    runs = with_lever.add(scenarios={"s": scenario}).simulate(200, seed=1, scenarios=["s"])
    assert (
        array(content, numbers, "attainment")[0][:, 0].tolist()
        == runs.attainment()["probability"].tolist()
    )


@pytest.mark.skipif(shutil.which("node") is None, reason="needs node")
def test_the_page_writes_the_scenario_that_python_has(plan, levers):
    from test_front import ask

    known = json.loads(levers.widget._data)["levers"]
    for setting in SETTINGS[2:]:
        whole = {"scenario": "baseline", "levers": {}, "parameters": {}, "bounds": {}, **setting}
        levers.setting = whole
        (text,) = ask([["setting", "asScenario", [whole, known, "setting"]]])
        written = tomllib.loads(text)["scenarios"]["setting"]
        scenario = levers.scenario
        assert written.get("extends") == scenario.extends
        assert [tb.Change(**change) for change in written["changes"]] == list(scenario.changes)


def test_a_plan_without_targets_shows_fans():
    growth = tb.Indicator(history={2020: 1.0}, process=tb.process.growth(mean="trend", shock="x"))
    model = tb.Model(
        "none",
        "2021..2025",
        indicators={
            "x": growth,
            "given": tb.Indicator(history=dict.fromkeys(range(2020, 2026), 1.0)),
        },
        parameters={"trend": tb.normal(0.05, 0.01)},
        shocks={"x": tb.normal(0, 0.02)},
    )
    explorer = model.explore(200, seed=1, live="no")
    assert 'data-fan="x"' in explorer.widget._page
    assert 'data-fan="given"' not in explorer.widget._page
    content, numbers = asked(explorer, {"parameters": {"trend": 0.02}}, 200)
    assert content["said"]["targets"] == []
    at, (_, _, periods, width) = (content["said"]["arrays"]["fans"][key] for key in ("at", "shape"))
    found = numbers[at : at + periods * width].reshape(periods, width)
    moved = model.add(scenarios={"m": tb.Scenario([tb.Change(parameter="trend", set=0.02)])})
    expected = moved.simulate(200, seed=1, scenarios=["m"])["m"].fan("x", quantiles=(0.5,))
    assert found[:, 4].tolist() == expected["q50"].tolist()


def test_actual_values_are_known_to_the_kernel(plan):
    explorer = plan.explore(300, seed=1, live="no")
    explorer.setting = {"actual": {"gdp 2022": 1150.0}, "levers": {"rd_subsidy": 0.05}}
    content, numbers = asked(explorer, explorer.setting)
    at = content["said"]["arrays"]["attainment"]["at"]
    found = numbers[at:]
    tracked = explorer.model.observe(explorer.outturns, as_of="2023-01-01")
    rows = tracked.simulate(300, seed=1, scenarios=["setting"]).attainment()
    assert found[0] == rows["probability"][0]
    assert explorer.outturns.table["value"].tolist() == [1150.0]
    with pytest.raises(ValueError, match="gpd"):
        explorer.setting = {"actual": {"gpd 2022": 1.0}}


def test_it_says_what_it_cannot_do(plan):
    with pytest.raises(ValueError, match='"auto", "yes" or "no"'):
        plan.explore(10, seed=1, live="perhaps")
    with pytest.raises(tb.UnknownNameError):
        plan.explore(10, seed=1, scenario="none")


def test_the_page_is_that_of_the_report_and_hostile_texts_are_texts(plan):
    from test_report import HOSTILE, Page, plan_with

    made = []
    for texts in (["plain"], *([*HOSTILE[k:], *HOSTILE[:k]] for k in range(len(HOSTILE)))):
        explorer = plan_with(texts).explore(100, seed=1, live="no")
        found = Page(explorer.widget._page)
        made.append(found.tags)
        assert {"live", "answer", "targets", "setting", "keep", "moved"} <= set(found.values("id"))
        assert "script" not in {tag for tag, *_ in found.tags}
    assert all(tags == made[0] for tags in made[1:])
