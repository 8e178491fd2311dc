"""Charts: the right numbers, and labels that display."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest
from tinbergen import plots
from tinbergen.plots.labels import apart


@pytest.fixture(autouse=True)
def _headless():
    plt.switch_backend("agg")
    yield
    plt.close("all")


def test_the_median_line_is_the_median(runs):
    axes = runs["baseline"].plot.fan("gdp")
    line = next(line for line in axes.lines if line.get_label() == "median")
    median = runs["baseline"].fan("gdp", quantiles=[0.5])["q50"]
    assert list(line.get_ydata()[1:]) == pytest.approx(list(median))
    assert line.get_ydata()[0] == 1008.5  # the fan begins at the jump-off


def test_chinese_labels_have_glyphs_and_settings_are_left_alone(runs):
    before = dict(mpl.rcParams)
    axes = runs["baseline"].plot.fan("gdp", language="zh")
    assert "地区生产总值" in axes.get_title(loc="left")
    axes.figure.canvas.draw()  # a missing glyph would warn, and warnings are errors
    runs.plot.attainment(language="zh").figure.canvas.draw()
    assert dict(mpl.rcParams) == before


def test_targets_are_marked(runs):
    axes = runs["baseline"].plot.fan("gdp")
    assert any("1,500" in text.get_text() for text in axes.texts)


def test_charts_are_written(runs, tmp_path):
    written = plots.write_charts(runs, tmp_path / "charts")
    assert {"attainment.png", "fans.png", "fan_gdp.png"} <= {path.name for path in written}
    assert all(path.stat().st_size > 10_000 for path in written)


def test_labels_keep_their_distance():
    placed = apart([1.0, 1.0, 1.1, 9.0], 0.5)
    assert (
        min(b - a for a, b in zip(sorted(placed), sorted(placed)[1:], strict=False)) >= 0.5 - 1e-9
    )


def test_scenarios_are_compared(runs):
    axes = plots.compare(runs, "gdp", ["baseline", "trade_friction"])
    assert [line.get_label() for line in axes.lines] == ["baseline", "trade_friction"]
