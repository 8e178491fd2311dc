"""What a model does: responses, multipliers, contributions, eigenvalues, drivers, and their charts."""

import pickle

import numpy as np
import pytest

import tinbergen as tb
from tinbergen.analysis import Stability

matplotlib = pytest.importorskip("matplotlib")
matplotlib.use("Agg")

YEARS = range(2001, 2031)
SIM = "\n".join(
    [
        "periods 2001..2030",
        "parameter alpha1 = 0.6, alpha2 = 0.4, theta = 0.2",
        "data h 2000 = 0",
        *(f"data g {year} = 20" for year in YEARS),
        "y = c + g",
        "t = theta * y",
        "yd = y - t",
        "c ~ alpha1 * yd + alpha2 * h[-1]",
        "h = h[-1] + yd - c",
    ]
)


@pytest.fixture(scope="module")
def sim():
    return tb.read_text(SIM).add(
        scenarios={
            "more": tb.Scenario(
                [
                    tb.Change(indicator="g", periods="2010..2030", add=5),
                    tb.Change(parameter="theta", add=0.05),
                ]
            )
        }
    )


def test_responses_in_levels_differences_and_per_cent(sim):
    found = sim.response("more", of=["y", "h"])
    runs = sim.simulate(1, seed=1)
    before, after = (runs[name]["y"][:, 0] for name in ("baseline", "more"))
    y = found.filter(indicator="y")
    assert np.allclose(y["level"], after, rtol=1e-12)
    assert np.allclose(y["difference"], after - before, rtol=1e-10)
    assert np.allclose(y["percent"], 100 * (after / before - 1), atol=1e-10)
    again = sim.response(sim.scenarios["more"].changes, of="y")
    assert np.array_equal(again["difference"], y["difference"])
    random = sim.add(shocks={"c": tb.normal(0, 1)})
    spread = random.response("more", of="y", paths=500, seed=1)
    # A linear model: the change does the same in every path, unless it changes how shocks act.
    assert (spread["q95"] >= spread["q05"]).all()
    assert len(pickle.loads(pickle.dumps(found))) == len(found)
    for measure in ("difference", "percent", "level"):
        ax = spread.plot("y", measure=measure)
        assert ax.get_title(loc="left").startswith("y")
    with pytest.raises(ValueError, match="measure must be"):
        found.plot(measure="growth")
    with pytest.raises(KeyError):
        sim.response("mor")


def test_multipliers_and_roots_of_a_closed_form(sim):
    found = sim.multipliers("g", of="y", size=2)
    assert found["dynamic"][0] == pytest.approx(1 / (1 - 0.6 * 0.8))
    rho = 0.6 + 0.4 * 0.8 * 0.4 / (1 - 0.6 * 0.8)
    stable = sim.stability(2020)
    assert stable.spectral_radius == pytest.approx(rho, abs=1e-6)
    assert (stable.verdict, stable.states) == ("stable", (("h", 1),))
    assert isinstance(pickle.loads(pickle.dumps(stable)), Stability)
    assert "stable" in next(text.get_text() for text in stable.plot().texts)
    assert found.plot("y", language="zh").get_title(loc="left")
    with pytest.raises(KeyError, match="did you mean"):
        sim.multipliers("alpha")


def test_contributions_add_up_and_say_how(sim):
    found = sim.contributions("more", of="y")
    assert found.method.startswith("Shapley")
    total = found["contribution"].reshape(30, 2).sum(axis=1)
    assert np.allclose(total, sim.response("more", of="y")["difference"], atol=1e-10)
    assert set(found["part"]) == {"g", "parameter theta"}
    labels = [text.get_text() for text in found.plot("y").get_legend().get_texts()]
    assert labels[-1] == "total" or "total" in labels
    with pytest.raises(tb.ModelError, match="no add factors"):
        sim.contributions(of="y")


def test_drivers_in_every_form(sim):
    found = sim.drivers("c")
    assert found.distance["yd"] == -1
    assert found.distance["y"] == 1
    assert "h[-1]" in repr(found)
    assert found.dot.startswith("digraph")
    assert found.mermaid.startswith("flowchart")
    assert ("h", "c", (1,)) in found.edges
    assert len(found.table()) == len(found.edges)
    shown = {text.get_text() for text in found.plot().texts}
    assert set(found.distance) <= shown
    for options in ({"radius": 0}, {"side": "left"}):
        with pytest.raises(ValueError, match="must be"):
            sim.drivers("c", **options)
