"""What a model does: responses, multipliers, contributions, eigenvalues, drivers, and their charts."""

import os
import pickle
from pathlib import Path

import numpy as np
import pytest

import tinbergen as tb
from tinbergen.questions.structure import Stability

matplotlib = pytest.importorskip("matplotlib")
matplotlib.use("Agg")

SHARED = Path(os.environ.get("TINBERGEN_SHARED", Path(__file__).parents[2] / ".." / "shared"))
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


def test_eigenvalues_are_those_of_numpy():
    rng = np.random.default_rng(7)
    names = [f"x{k}" for k in range(8)]
    sizes = 10.0 ** np.arange(-4, 4)
    a = rng.normal(scale=0.15, size=(3, 8, 8)) * sizes[:, None] / sizes
    lines = ["periods 2001..2001"]
    for i, name in enumerate(names):
        terms = [
            f"({float(a[lag, i, j])!r}) * {names[j]}[-{lag + 1}]"
            for lag in range(3)
            for j in range(8)
        ]
        lines.append(f"{name} ~ " + " + ".join(terms))
        lines.append(f"data {name} 1998 = {sizes[i]}, 1999 = {sizes[i]}, 2000 = {sizes[i]}")
    found = tb.read_text("\n".join(lines)).stability(2001)
    top = np.concatenate(a, axis=1)
    companion = np.zeros((24, 24))
    order = [found.states.index((name, lag + 1)) for lag in range(3) for name in names]
    companion[:8], companion[8:, :16] = top, np.eye(16)
    assert np.allclose(found.matrix[np.ix_(order, order)], companion, rtol=1e-6, atol=1e-12)
    expected = np.sort(np.abs(np.linalg.eigvals(found.matrix)))[::-1]
    assert np.allclose(found["modulus"], expected, rtol=1e-8)


def test_eigenvalues_of_frbus_are_those_of_lapack():
    folder = SHARED / "models" / "frbus"
    if not folder.exists():
        pytest.skip("the model is not here")
    span = "2040-Q1..2040-Q4"
    model = tb.read_frbus(folder / "model.xml", folder / "longbase.csv", periods=span)
    found = model.track(span).stability("2040-Q2")
    expected = np.sort(np.abs(np.linalg.eigvals(found.matrix)))[::-1]
    # Where many roots are next to zero, LAPACK's are those of rounding.
    large = expected > 0.3
    assert large.sum() > 50
    assert np.allclose(found["modulus"][: large.sum()], expected[large], rtol=1e-6)


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
