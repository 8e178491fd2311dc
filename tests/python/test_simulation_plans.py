"""Simulation plans: tracking, swaps, targets and instruments, equations held against paths."""

import os
import pickle
from pathlib import Path

import numpy as np
import pytest

import tinbergen as tb

SHARED = Path(os.environ.get("TINBERGEN_SHARED", Path(__file__).parents[2] / ".." / "shared"))
NEEDS_MODELS = pytest.mark.skipif(not (SHARED / "models").exists(), reason="needs the models")

YEARS = range(2001, 2021)
SIM = "\n".join(
    [
        "periods 2001..2020",
        "parameter alpha1 = 0.6, alpha2 = 0.4, theta = 0.2",
        "data hh 2000 = 0",
        "data hs 2000 = 0",
        *(f"data g {year} = 20" for year in YEARS),
        "y = c + g",
        "t = theta * y",
        "yd = y - t",
        "c ~ alpha1 * yd + alpha2 * hh[-1]",
        "hh = hh[-1] + yd - c",
        "hs = hs[-1] + g - t",
    ]
)


@pytest.fixture(scope="module")
def sim():
    return tb.read_text(SIM)


def test_targets_and_instruments_in_every_form(sim):
    pd = pytest.importorskip("pandas")
    wanted = np.linspace(60, 100, 20)
    series = pd.Series(wanted, index=pd.period_range("2001", "2020", freq="Y"))
    by_period = dict(zip(YEARS, wanted, strict=True))
    found = [sim.invert({"y": form}, "g") for form in (wanted, list(wanted), series, by_period)]
    for one in found:
        assert np.allclose(one["after"], found[0]["after"], rtol=1e-12)
        assert np.allclose(one.targets["reached"], wanted, rtol=1e-11)
    # By hand: y (1 - 0.6 x 0.8) = g + 0.4 hh[-1].
    wealth, expected = 0.0, []
    for income in wanted:
        expected.append(0.52 * income - 0.4 * wealth)
        wealth += 0.8 * income - (0.48 * income + 0.4 * wealth)
    assert np.allclose(found[0]["after"], expected, rtol=1e-10)
    assert set(found[0]["kind"]) == {"exogenous"}
    assert found[0]["before"].tolist() == [20.0] * 20


def test_an_inversion_is_a_scenario_and_a_table(sim):
    more = tb.Scenario([tb.Change(indicator="g", periods="2010..2020", add=5)])
    model = sim.add(scenarios={"more": more})
    found = model.invert({"y": 120, "hh": {2020: 90}}, ["c", "g"], scenario="more")
    assert found.scenario.extends == "more"
    runs = model.add(scenarios={"met": found.scenario}).simulate(1, seed=1)
    assert np.allclose(runs["met"]["y"], 120, rtol=1e-10)
    assert runs["met"]["hh"][-1, 0] == pytest.approx(90, rel=1e-10)
    assert len(found.filter(instrument="g")) == 1
    again = pickle.loads(pickle.dumps(found))
    assert again.scenario == found.scenario
    assert again.targets["reached"].tolist() == found.targets["reached"].tolist()
    with pytest.raises(tb.ModelError, match="as many of the one as of the other"):
        sim.invert({"y": 100}, ["c", "g"])
    with pytest.raises(tb.ModelError, match='did you mean "hh"'):
        sim.invert({"hhh": 100}, ["c"])
    with pytest.raises(ValueError, match="3 values for the 20 periods"):
        sim.invert({"y": [1, 2, 3]}, ["c"])


def test_what_is_swapped_stays_where_it_was(sim):
    more = tb.Change(indicator="g", add=5)
    hold = sim.swap("y", "c", "2005..2010")
    runs = sim.add(scenarios={"held": tb.Scenario([more, hold])}).simulate(1, seed=1)
    before, held = runs["baseline"]["y"][:, 0], runs["held"]["y"][:, 0]
    assert np.allclose(held[4:10], before[4:10], rtol=1e-12)
    assert (held[:4] > before[:4]).all()
    own = sim.swap("c", "c")
    assert own.by is None
    same = sim.add(scenarios={"same": tb.Scenario([own])}).simulate(1, seed=1)
    assert np.allclose(same["same"]["y"], same["baseline"]["y"], rtol=1e-12)
    with pytest.raises(tb.ModelError, match="not within the model's periods"):
        sim.swap("y", "c", "1999")


def test_the_equation_left_out_holds_in_every_path(sim):
    model = sim.add(
        shocks={"c": tb.normal(0, 1)},
        scenarios={"more": tb.Scenario([tb.Change(indicator="g", add=5)])},
    ).add(parameters={"alpha1": tb.normal(0.6, 0.02)}, replace=True)
    runs = model.simulate(200, seed=1)
    table = runs.identity_check("hh = hs", behavioural=True)
    assert set(table["scenario"]) == {"baseline", "more"}
    assert (table["relative"] < 1e-12).all()
    assert (table["periods"] == 20).all()
    assert "hh = hs" in table["equation"].tolist()
    wrong = runs.identity_check("hh = 2 * hs", scenario="more")
    assert (wrong["kind"][0], wrong["equation"][0]) == ("further", "hh = 2 * hs")
    assert wrong["relative"][0] > 0.1
    with pytest.raises(KeyError):
        runs.identity_check(scenario="les")
    with pytest.raises(tb.ModelError, match="did you mean"):
        runs.identity_check("hh = hss")


def test_tracking_takes_a_table(sim):
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame(
        {"C": np.linspace(30, 60, 20), "Y": np.linspace(50, 81, 20)}, index=[str(y) for y in YEARS]
    )
    for name in ("t", "yd", "hh", "hs"):
        frame[name] = sim.simulate(1, seed=1)["baseline"][name][:, 0]
    tracked = sim.track("2001..2020", data=frame)
    base = tracked.simulate(1, seed=1)["baseline"]
    for name in frame.columns:
        assert np.allclose(base[name.lower()][:, 0], frame[name], rtol=1e-12)
    note = tracked.notes.of("tracked")
    assert len(note) == 1
    exact = sim.track("2001..2020", data=frame, identities=False)
    assert not exact.notes.of("tracked")
    base = exact.simulate(1, seed=1)["baseline"]
    assert np.allclose(base["y"], base["c"] + 20, rtol=1e-12)


def test_nothing_is_anticipated():
    with pytest.raises(ValueError, match="no equation has a lead"):
        tb.Change(indicator="g", add=1, anticipated=True)
    assert tb.Change(indicator="g", add=1, anticipated=False) == tb.Change(indicator="g", add=1)
    with pytest.raises(tb.ModelError, match="lead"):
        tb.read_text("periods 2021..2022\ny = 0.5 * y(+1)").simulate(1)


@NEEDS_MODELS
def test_residuals_of_a_country_model_are_drawn():
    file = SHARED / "models" / "worldbank" / "pak.pcim"
    model = tb.read_modelflow(file, periods="2016..2018").over("2016..2018")
    drawn = model.with_residuals("1990..2015", of=["pakneconprvtkn", "pakpanusatls"])
    assert list(drawn.shocks) == ["pakneconprvtkn_a", "pakpanusatls_a"]
    runs = drawn.simulate(50, seed=1)
    assert np.ptp(runs["baseline"]["paknygdpmktpkn"][-1]) > 0
    assert (runs.identity_check(behavioural=True)["relative"] < 1e-9).all()
