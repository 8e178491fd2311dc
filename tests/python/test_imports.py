"""Published models, read; skipped where their files are not beside the project."""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import tinbergen as tb

SHARED = Path(os.environ.get("TINBERGEN_SHARED", Path(__file__).parents[2] / ".." / "shared"))
NEEDS_MODELS = pytest.mark.skipif(not (SHARED / "models").exists(), reason="needs the models")

XML = """<model>
  <variable><name>c</name><standard_equation>
    <python_equation>log(c) - c_aerr = 0.25 * log(y) + 0.75 * log(c(-1))</python_equation>
  </standard_equation></variable>
  <variable><name>y</name><standard_equation>
    <python_equation>y - y_aerr = c + g</python_equation>
  </standard_equation></variable>
  <variable><name>g</name></variable>
</model>"""


def test_a_small_model_tracks_a_data_frame(tmp_path):
    pd = pytest.importorskip("pandas")
    quarters = pd.period_range("2019Q4", "2020Q2", freq="Q")
    columns = {"c": [60.0, 61, 63], "y": [100.0, 102, 104], "g": [40.0, 40, 42]}
    frame = pd.DataFrame(columns, index=quarters)
    (tmp_path / "model.xml").write_text(XML, encoding="utf-8")
    span = "2020-Q1..2020-Q2"
    model = tb.read_frbus(tmp_path / "model.xml", frame, periods=span)
    residual = model.residuals(span).filter(indicator="y", period="2020-Q1")["residual"][0]
    assert residual == 102 - 61 - 40
    runs = model.track(span).simulate(3, seed=1)
    assert np.allclose(runs["baseline"]["y"], [[102.0] * 3, [104.0] * 3], rtol=1e-12)


def test_a_broken_model_says_where(tmp_path):
    (tmp_path / "model.xml").write_text("<model>", encoding="utf-8")
    (tmp_path / "data.csv").write_text("obs,c\n2020Q1,1\n", encoding="utf-8")
    with pytest.raises(tb.ModelError, match="not readable as XML"):
        tb.read_frbus(tmp_path / "model.xml", tmp_path / "data.csv")
    (tmp_path / "x.pcim").write_bytes(b"nothing")
    with pytest.raises(tb.ModelError, match="cannot be unpacked"):
        tb.read_modelflow(tmp_path / "x.pcim", periods="2020..2021")


@NEEDS_MODELS
def test_frbus_tracks_its_data_in_every_path():
    folder = SHARED / "models" / "frbus"
    span = "2040-Q1..2041-Q4"
    model = tb.read_frbus(folder / "model.xml", folder / "longbase.csv", periods=span)
    data = model.indicators["xgdp"].history
    runs = model.track(span).simulate(2, seed=1)
    expected = [data[str(period)] for period in runs["baseline"].periods]
    assert np.allclose(runs["baseline"]["xgdp"][:, 0], expected, rtol=1e-11)


@NEEDS_MODELS
def test_a_country_model_answers_to_dearer_oil():
    file = SHARED / "models" / "worldbank" / "bol.pcim"
    model = tb.read_modelflow(file, periods="2020..2025").over("2020..2025")
    change = {"indicator": "wldfcrude_petro", "periods": "2021..2025", "add": 20}
    scenarios = {"dear": {"changes": [change]}}
    dear = tb.Model.from_dict(model.to_dict() | {"scenarios": scenarios})
    runs = dear.simulate(1, seed=1)
    gdp = "bolnygdpmktpkn"
    assert runs["dear"][gdp][0, 0] == runs["baseline"][gdp][0, 0]
    assert runs["dear"][gdp][-1, 0] != runs["baseline"][gdp][-1, 0]


SIM = """
model "SIM"
periods 2001..2060
parameter alpha1 = 0.6, alpha2 = 0.4, theta = 0.2   # Godley and Lavoie (2007), chapter 3
exogenous g
data h 2000 = 0
y = c + g
t = theta * y
yd = y - t
c = alpha1 * yd + alpha2 * h[-1]
h = h[-1] + yd - c
"""


def test_plain_text_is_read_with_a_table_beside_it(tmp_path):
    spending = pd.DataFrame({"G": [20.0] * 60}, index=[str(year) for year in range(2001, 2061)])
    file = tmp_path / "sim.txt"
    file.write_text(SIM, encoding="utf-8")
    model = tb.read_text(file, data=spending)
    y = model.simulate(1, seed=1)["baseline"]["y"][:, 0]
    assert y[:2] == pytest.approx([38.462, 47.929], abs=5e-4)
    assert y[-1] == pytest.approx(100, abs=1e-2)  # the steady state G / theta
    again = tb.read_text(model.to_text())
    assert np.array_equal(again.simulate(1, seed=1)["baseline"]["y"][:, 0], y)
    shorter = tb.read_text(SIM, data=spending, periods="2001..2005")
    assert str(shorter.periods) == "2001..2005"


def test_plain_text_refuses_what_it_cannot_say():
    with pytest.raises(tb.ModelError, match="plain text has no"):
        tb.plans.yuecheng().to_text()
    with pytest.raises(tb.ModelError, match=r"model.txt:1: .*expected"):
        tb.read_text("y = = 2", periods="2021..2022")


def test_notes_of_an_import_have_lines():
    text = "smpl 1 10\ny = c(1) * x\nz = x(-1) + z_a\nw = @hpf(x)"
    model = tb.read_eviews(text, periods="2021..2022")
    found = model.notes.of("unmapped")
    assert [finding.values.get("line") for finding in found] == [1, 2, 4, None]
    assert "line 4: w = @hpf(x)" in found["sources"].tolist()
    assert model.over("2021..2021").notes == model.notes
    assert model.notes.of("assumed")["indicators"].tolist() == ["z_a"]
