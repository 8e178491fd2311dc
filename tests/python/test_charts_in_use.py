"""Charts where people use them: in figures of their own, in dark styles, with long names, after new data."""

from itertools import combinations

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import pyplot as plt

import tinbergen as tb
from tinbergen import plots
from tinbergen.basics.words import unit_text


@pytest.fixture(autouse=True)
def _headless():
    plt.switch_backend("agg")
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def runs():
    return tb.plans.yuecheng().simulate(300, seed=1)


def _texts(ax):
    return [text.get_text() for text in ax.texts]


def _note(ax):
    return " ".join(_texts(ax)).replace("\n", " ")


def _small(scenarios=None, **target):
    asked = {"indicator": "gdp", "period": 2025, "at_least": 110, **target}
    return tb.Model(
        "small",
        "2021..2025",
        indicators={
            "gdp": tb.Indicator(
                unit="bn", history={2020: 100}, process=tb.process.growth(0.02, shock="demand")
            )
        },
        shocks={"demand": tb.normal(0, 0.02)},
        targets=[tb.Target("gdp-2025", **asked)],
        scenarios=scenarios or {},
    )


LONG = "Haushaltskonsolidierung"
LINES = "A scenario with a long name that takes a number of lines above its column of numbers"


def _headings(ax):
    """Return the boxes of the names of scenarios above their columns."""
    ax.figure.draw_without_rendering()
    found = [text for text in ax.texts if text.xyann[1] == 17 and text.get_text()]
    return [text.get_window_extent() for text in found]


def test_headings_of_scenarios_never_run_into_each_other(runs):
    scenarios = {
        "a": tb.Scenario([tb.Change(shock="demand", add=-0.01)], label=LONG),
        "b": tb.Scenario([tb.Change(shock="demand", add=0.01)], label=LONG),
        "c": tb.Scenario([tb.Change(shock="demand", add=0.02)], label=LINES),
    }
    small = _small(scenarios).simulate(100, seed=1)
    for ax in (
        small.plot.attainment(),
        runs.plot.attainment(),
        runs.plot.attainment(language="zh"),
    ):
        boxes = sorted(_headings(ax), key=lambda box: box.x0)
        assert len(boxes) >= 4
        assert all(a.x1 < b.x0 for a, b in zip(boxes, boxes[1:], strict=False))


def test_rows_of_one_target_stand_apart_under_a_long_heading():
    scenario = tb.Scenario([tb.Change(shock="demand", add=0.01)], label=LINES)
    ax = _small({"long": scenario}).simulate(100, seed=1).plot.attainment()
    ax.figure.draw_without_rendering()
    assert ax.bbox.height * 72 / ax.figure.dpi > 30
    levels = {text.get_text(): text.get_window_extent() for text in ax.texts}
    first, second = levels["gdp-2025"], levels["All targets together"]
    assert first.y0 > second.y1


def test_the_chart_of_the_shipped_plan_fits_a_page_and_a_set_can_be_chosen(runs):
    ax = runs.plot.attainment()
    width, height = ax.figure.get_size_inches()
    assert width < 15
    assert height < 17
    economy = runs.plot.attainment(targets="economy")
    targets = tb.plans.yuecheng().target_sets["economy"]
    labels = [target.text() for target in runs.model.targets if target.id in targets]
    shown = _texts(economy)
    assert all(label in " ".join(shown).replace("\n", " ") for label in labels)
    assert "Together: Economy" in shown
    assert "All targets together" not in shown
    assert "All targets together" in _texts(runs.plot.attainment(targets=["gdp-2025", "all"]))
    with pytest.raises(tb.UnknownNameError, match='unknown target or set "economie"; did you mean'):
        runs.plot.attainment(targets="economie")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_in_a_figure_of_ones_own_nothing_leaves_its_place(runs, language):
    figure, axes = plt.subplots(2, 2, figsize=(13, 9))
    places = [ax.get_position().frozen() for ax in axes.flat]
    names = ["gdp", "urbanisation", "high_tech_firms", "unemployment"]
    for ax, name in zip(axes.flat, names, strict=True):
        runs["baseline"].plot.fan(name, language=language, ax=ax)
    figure.draw_without_rendering()
    boxes = [ax.get_tightbbox() for ax in axes.flat]
    assert not any(a.overlaps(b) for a, b in combinations(boxes, 2))
    assert all(figure.bbox.contains(box.x0, box.y0) for box in boxes)
    assert all(figure.bbox.contains(box.x1, box.y1) for box in boxes)
    for ax, place in zip(axes.flat, places, strict=True):  # and none is where another was put
        assert place.contains(*ax.get_position().min)
        assert place.contains(*ax.get_position().max)


def test_a_figure_with_a_layout_lays_itself_out(runs):
    figure, axes = plt.subplots(1, 2, figsize=(13, 4), layout="constrained")
    runs["baseline"].plot.fan("gdp", ax=axes[0])
    axes[1].set_title("mine")
    figure.draw_without_rendering()
    assert axes[0].get_tightbbox().x1 <= axes[1].get_tightbbox().x0


@pytest.mark.parametrize("own", [False, True])
def test_in_a_dark_style_a_chart_stands_on_white(runs, own, tmp_path):
    with plt.style.context("dark_background"):
        ax = plt.subplots(figsize=(7, 4))[1] if own else None
        ax = runs["baseline"].plot.fan("gdp", ax=ax)
        path = tmp_path / "dark.png"
        ax.figure.savefig(path, dpi=50)
    pixels = plt.imread(path)[..., :3].mean(axis=2)
    # Around the ticks at the left there is dark ink on a light ground.
    x = int(ax.bbox.x0 * 50 / ax.figure.dpi)
    top, bottom = (int(pixels.shape[0] - y * 50 / ax.figure.dpi) for y in (ax.bbox.y1, ax.bbox.y0))
    ticks = pixels[top:bottom, max(x - 25, 0) : x - 2]
    assert np.median(ticks) > 0.95
    assert ticks.min() < 0.5
    assert (pixels[0, 0] < 0.1) == own  # a figure of the user keeps its ground


def test_a_light_figure_and_a_transparent_one_stay_as_they_are(runs):
    figure, ax = plt.subplots(facecolor="#fffff0")
    runs["baseline"].plot.fan("gdp", ax=ax)
    figure.canvas.draw()
    assert tuple(np.asarray(figure.canvas.buffer_rgba())[0, 0][:3]) == (255, 255, 240)
    own = runs["baseline"].plot.fan("gdp").figure
    own.patch.set_alpha(0.0)
    own.canvas.draw()
    assert np.asarray(own.canvas.buffer_rgba())[0, 0][3] == 0


def test_every_chart_that_makes_a_figure_takes_its_size(runs):
    model = tb.plans.yuecheng()
    charts = [
        lambda **o: runs["baseline"].plot.fan("gdp", **o),
        lambda **o: runs.plot.compare("gdp", **o),
        lambda **o: runs.plot.attainment(targets="economy", **o),
        lambda **o: runs.plot.contrast("baseline", "trade_friction", "gdp", **o),
        lambda **o: runs.plot.contrast("baseline", "trade_friction", **o),
        lambda **o: runs.plot.pairs(["gdp-2025", "rd-share-2025"], **o),
        lambda **o: runs.plot.requirements("gdp-2025", **o),
        lambda **o: plots.frontier(
            model.frontier("gdp-2025", paths=100, seed=1), model=model, of="gdp-2025", **o
        ),
    ]
    for chart in charts:
        assert chart(figsize=(5.5, 4.5)).figure.get_size_inches().tolist() == [5.5, 4.5]
    with pytest.raises(ValueError, match="figsize: axes were given"):
        runs["baseline"].plot.fan("gdp", ax=plt.subplots()[1], figsize=(5, 4))


def test_a_bound_has_its_unit_and_close_targets_each_their_probability(runs):
    assert "≥ 1,500 (CNY 100 million)\nprobability" in " ".join(
        _texts(runs["baseline"].plot.fan("gdp"))
    )
    assert "≥ 1,500亿元" in " ".join(_texts(runs["baseline"].plot.fan("gdp", language="zh")))
    two = next(t for t in _texts(runs["baseline"].plot.fan("urbanisation")) if "≥ 83 %" in t)
    assert two.count("probability") == 2
    assert "% %" not in two


@pytest.mark.parametrize("language", ["en", "zh"])
def test_compared_scenarios_stand_beside_the_target(runs, language):
    ax = runs.plot.compare("gdp", language=language)
    assert [line.get_ydata()[0] for line in ax.lines if line.get_gid() == "target"] == [1500]
    assert any("1,500" in text for text in _texts(ax))
    bare = runs.plot.compare("gdp", targets=False)
    assert not [line for line in bare.lines if line.get_gid() == "target"]


def test_a_sheet_of_some_indicators_says_how_many_there_are(runs, tmp_path, monkeypatch):
    notes = []
    usual = mpl.figure.Figure.supxlabel
    monkeypatch.setattr(
        mpl.figure.Figure,
        "supxlabel",
        lambda self, text, **options: notes.append(text) or usual(self, text, **options),
    )
    # The charts of each indicator are not looked at here, and take long.
    for other in ("_fan", "_change"):
        monkeypatch.setattr(plots._write, other, lambda *_: mpl.figure.Figure((1, 1)))
    runs.plot.write(tmp_path)
    assert notes[0].startswith("12 of ")
    assert "indicators with targets; each has a chart of its own" in notes[0]
    fans = len(list(tmp_path.glob("fan_*.png")))
    assert notes[0].startswith(f"12 of {fans} ")


def _observed(**further):
    table = {
        "indicator": ["gdp", "gdp"],
        "period": [2021, 2022],
        "value": [103.0, 106.0],
        "vintage": ["2022-03-01", "2023-03-01"],
    }
    return _small().observe({**table, **further}).simulate(300, seed=1)["baseline"]


def test_exact_actual_values_continue_the_history_and_the_fan_begins_after_them():
    ensemble = _observed()
    assert {str(p): v for p, v in ensemble.actual("gdp").items()} == {"2021": 103.0, "2022": 106.0}
    ax = ensemble.plot.fan("gdp")
    history = next(line for line in ax.lines if line.get_label() == "history")
    assert history.get_xdata().tolist() == [2020, 2021, 2022]
    assert history.get_ydata().tolist() == [100, 103, 106]
    centre = next(line for line in ax.lines if line.get_label() == "median")
    assert centre.get_xdata().tolist() == [2022, 2023, 2024, 2025]
    assert "dots: actual values" in _note(ax)
    assert "实心点：实际值" in _note(ensemble.plot.fan("gdp", language="zh")).replace(" ", "")


def test_actual_values_with_an_error_are_dots_over_the_fan():
    ax = _observed(sd=[1.0, 1.0]).plot.fan("gdp")
    dots = next(line for line in ax.lines if line.get_gid() == "actual")
    assert dots.get_xdata().tolist() == [2021, 2022]
    assert dots.get_ydata().tolist() == [103, 106]
    assert "actual" not in _note(_small().simulate(50).plot.compare("gdp"))


def test_units_are_in_the_language_of_the_chart():
    assert unit_text("CNY per person", "zh") == "元/人"
    assert unit_text("CNY per person", "de") == "CNY je Person"
    assert unit_text("万人", "en") == "10 thousand persons"
    assert unit_text("亿元", "zh") == "亿元"


def test_languages_that_are_not_there_are_refused_with_those_that_are(runs):
    for ask in (
        lambda: runs["baseline"].plot.fan("gdp", language="fr"),
        lambda: runs.plot.attainment(language="fr"),
        lambda: runs.plot.compare("gdp", language="french"),
        lambda: tb.explain(runs.model, runs.model, paths=64, seed=1).text("fr"),
        lambda: runs.attainment(wide=True, language="fr"),
        lambda: runs.attainment().to_text(language="fr"),
    ):
        with pytest.raises(
            ValueError, match=r'language: "fr[a-z]*" is not one of "en", "de", "zh"'
        ):
            ask()


def _narrow(level, spread, unit=None):
    """Return paths around a level, so many times its size apart."""
    rate = tb.Indicator(unit=unit, history={2019: level, 2020: level}, equation="x ~ x[-1]")
    return tb.Model(
        "narrow",
        "2021..2023",
        indicators={"x": rate},
        shocks={"x": tb.normal(0, spread * (abs(level) or 1.0) or 1e-300)},
        targets=[tb.Target("kept", indicator="x", period=2023, at_least=level)],
    ).simulate(100, seed=1)


@pytest.mark.parametrize("level", [2.0, 1.0e9, 3.0e-6, -7.25, 0.0])
@pytest.mark.parametrize("spread", [0.0, 1e-12, 1e-9, 1e-6, 1e-3])
def test_the_ticks_of_a_narrow_fan_can_be_told_apart_and_all_of_it_is_on_the_axis(level, spread):
    runs = _narrow(level, spread, "share" if level == 3.0e-6 and spread > 1e-9 else None)
    baseline = runs["baseline"]
    for ax, least in (
        (baseline.plot.fan("x"), 0.05),
        (runs.plot.compare("x", figsize=(3.2, 2.4)), 0.25),
    ):
        low, high = np.quantile(np.asarray(baseline["x"]), [least, 1 - least])
        ax.figure.canvas.draw()
        bottom, top = ax.get_ylim()
        assert bottom <= min(low, level) <= max(high, level) <= top
        ticks = [tick for tick in ax.yaxis.get_major_ticks() if bottom <= tick.get_loc() <= top]
        texts = [tick.label1.get_text() for tick in ticks]
        assert len(texts) >= 2
        assert len(set(texts)) == len(texts)
        assert ax.yaxis.get_offset_text().get_text() == ""
        plt.close("all")


def test_ticks_without_digits_have_one_exponent():
    numbers = plots._text.Numbers(language="de")
    assert numbers.format_ticks([-2e-7, 0.0, 1.5e-7]) == [
        "−2,0e-7".replace("-", "−"),
        "0,0e−7",
        "1,5e−7",
    ]
    assert numbers.format_ticks([0.0, 0.25, 1000.0]) == ["0,00", "0,25", "1.000,00"]
    assert plots._text.Numbers(signed=True).format_ticks([2e-6, 4e-6]) == ["+2e−6", "+4e−6"]


def test_a_line_break_in_a_label_is_a_space_where_a_chart_breaks_lines_itself():
    label = "Gross fixed\ncapital formation"
    model = tb.Model(
        "broken",
        "2021..2023",
        label="My\nplan",
        indicators={"x": tb.Indicator(label=label, unit="EUR\nbillion", history={2020: 100.0},
                                      process=tb.process.growth(0.02))},
        shocks={"x": tb.normal(0, 0.02)},
        targets=[tb.Target("x-2023", indicator="x", period=2023, at_least=105, label=label)],
        scenarios={"s": tb.Scenario([tb.Change(shock="x", add=0.01)], label="slow\ngrowth")},
    )  # fmt: skip
    runs = model.simulate(200, seed=1)
    ax = runs["baseline"].plot.fan("x", figsize="slide")
    assert ax.get_title(loc="left") == "Gross fixed capital formation · Baseline"
    assert ax.get_ylabel() == "EUR billion"
    assert any(text.get_text().startswith("My plan; 200 paths") for text in ax.texts)
    texts = [text.get_text() for text in runs.plot.attainment().texts]
    assert {"Gross fixed capital formation", "slow growth"} <= {
        text.replace("\n", " ") for text in texts
    }
