"""Charts: the numbers in the artists, labels that display, settings left alone."""

import tomllib
from dataclasses import dataclass, field
from io import BytesIO
from itertools import combinations
from pathlib import Path
from types import SimpleNamespace

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.colors import to_rgb
from matplotlib.font_manager import get_font
from matplotlib.image import imread
from matplotlib.text import Annotation

import tinbergen as tb
from tinbergen import plots
from tinbergen.basics.theme import LIGHT
from tinbergen.plots import _edge, _fonts, _style, _text


@pytest.fixture(autouse=True)
def _headless():
    plt.switch_backend("agg")
    yield
    plt.close("all")


# Paths that come from elsewhere: all that a chart asks for


@dataclass
class Target:
    id: str
    bound: tuple
    period: str = "2023"
    of: str = "level"
    over: str = "last"
    indicator: str = "x"
    nature: str = "expected"
    label: object = None
    source: str | None = None


@dataclass
class Model:
    targets: list = field(default_factory=list)
    unit: str | None = "CNY"
    label: object = None
    history: dict = field(default_factory=lambda: {"2020": 100.0})
    name: str = "a model from elsewhere"
    scenarios: dict = field(default_factory=dict)

    @property
    def indicators(self):
        return {"x": SimpleNamespace(label=self.label, unit=self.unit, history=self.history)}


class Paths:
    scenario = "baseline"
    weights = None

    def __init__(self, model, periods=("2021", "2022", "2023"), paths=200, values=None):
        steps = np.random.default_rng(1).normal(0.05, 0.03, (len(periods), paths))
        self.model, self.periods, self.paths = model, list(periods), paths
        self.values = 100 * np.exp(steps.cumsum(axis=0)) if values is None else values

    def __getitem__(self, indicator):
        return {"x": self.values}[indicator]

    def __contains__(self, indicator):
        return indicator == "x"

    def history(self, indicator):
        known = self.model.indicators[indicator].history.items()
        return {period: value for period, value in known if isinstance(value, float)}

    def fan(self, indicator, quantiles):
        columns = {"indicator": [indicator] * len(self.periods), "period": self.periods}
        columns["mean"] = self[indicator].mean(axis=1)
        columns |= {f"q{q}": np.quantile(self[indicator], q, axis=1) for q in quantiles}
        return Table(columns)


class Table(dict):
    @property
    def columns(self):
        return tuple(self)


def fan_of(*targets, **options):
    parts = {key: options.pop(key) for key in ("unit", "label", "history") if key in options}
    return plots.fan(Paths(Model(list(targets), **parts)), "x", **options)


def texts(ax):
    """Every text of a chart, with the title and the unit."""
    shown = [ax.get_title(loc="left"), ax.get_ylabel(), *(text.get_text() for text in ax.texts)]
    return [text for text in shown if text]


def written(ax):
    """Every text as one string, without the line breaks."""
    return " ".join(texts(ax)).replace("\n", " ")


def marks(ax):
    return [line.get_xydata().tolist() for line in ax.lines if line.get_gid() == "target"]


def boxes(ax, chosen):
    """The rectangles that texts take in a drawn figure."""
    ax.figure.canvas.draw()
    return [mpl.text.Text.get_window_extent(text) for text in ax.texts if chosen(text)]


def apart(rectangles):
    return not any(a.overlaps(b) for a, b in combinations(rectangles, 2))


# Fans


def test_each_band_of_a_fan_lies_between_its_quantiles(runs):
    baseline = runs["baseline"]
    ax = baseline.plot.fan("gdp", quantiles=(0.05, 0.25, 0.5, 0.75, 0.95))
    table = baseline.fan("gdp", quantiles=(0.05, 0.25, 0.75, 0.95))
    pairs = [("q05", "q95"), ("q25", "q75")]
    for band, (low, high) in zip(ax.collections, pairs, strict=True):
        corners = band.get_paths()[0].vertices
        for k, year in enumerate(range(2021, 2036)):
            here = corners[corners[:, 0] == year, 1]
            assert here.min() == pytest.approx(table[low][k])
            assert here.max() == pytest.approx(table[high][k])


def test_a_fan_begins_at_the_last_known_value(runs):
    ax = runs["baseline"].plot.fan("gdp")
    median = next(line for line in ax.lines if line.get_label() == "median")
    assert median.get_xydata()[0].tolist() == [2020, 1008.5]
    table = runs["baseline"].fan("gdp", quantiles=[0.5])
    assert median.get_ydata()[1:].tolist() == pytest.approx(table["q50"].tolist())
    assert [band.get_paths()[0].vertices[:, 0].min() for band in ax.collections] == [2020] * 3


def test_a_fan_without_the_median_shows_the_mean_and_says_so():
    ax = fan_of(quantiles=(0.1, 0.9))
    assert "mean" in texts(ax)
    assert "line in the fan: mean" in written(ax)
    assert "median" not in written(ax)
    line = next(line for line in ax.lines if line.get_label() == "mean")
    assert line.get_ydata()[-1] == pytest.approx(Paths(Model()).values[-1].mean())


@pytest.mark.parametrize("quantiles", [(0.05, 0.5), (-0.1, 1.1), (0.1, 0.2, 0.9)])
def test_quantiles_that_make_no_bands_are_an_error_and_leave_no_figure(quantiles):
    with pytest.raises(ValueError, match="quantiles"):
        fan_of(quantiles=quantiles)
    assert plt.get_fignums() == []


def test_a_chart_that_fails_half_way_closes_its_figure(monkeypatch):
    monkeypatch.setattr(plots._fan, "draw_marks", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        fan_of()
    assert plt.get_fignums() == []


def test_labels_at_the_edge_name_the_quantiles_from_top_to_bottom_and_keep_apart():
    flat = np.full((3, 200), 100.0)  # all quantiles meet in one place
    for values in (None, flat):
        ax = plots.fan(Paths(Model(), values=values), "x")
        edge = [text for text in ax.texts if text.get_text().endswith(("%", "median"))]
        edge = [text for text in edge if isinstance(text, Annotation)]
        rectangles = boxes(ax, lambda text, edge=edge: text in edge)
        assert len(rectangles) == 7
        assert apart(rectangles)
        falling = sorted(zip(rectangles, edge, strict=True), key=lambda pair: -pair[0].y0)
        order = [text.get_text() for _, text in falling]
        assert order == ["95 %", "90 %", "75 %", "median", "25 %", "10 %", "5 %"]


def test_a_gap_in_the_history_is_dotted_and_a_drawn_value_is_hollow():
    drawn = tb.Quantity(tb.uniform(90, 110), source="a guess")
    ax = fan_of(history={"2015": 60.0, "2020": 100.0})
    dotted = [line for line in ax.lines if line.get_linestyle() == ":"]
    assert [line.get_xydata().tolist() for line in dotted] == [[[2015, 60], [2020, 100]]]
    paths = Paths(Model(history={"2020": drawn}))
    paths.history = lambda _: {"2020": 100.0}
    ax = plots.fan(paths, "x")
    hollow = [line for line in ax.lines if line.get_markerfacecolor() == "white"]
    assert hollow[0].get_xydata().tolist() == [[2020, 100]]
    assert "hollow dot" in written(ax)


def test_history_can_be_cut_or_left_out():
    history = {str(year): float(year) for year in range(2010, 2021)}
    known = [line for line in fan_of(history=history).lines if line.get_label() == "history"]
    assert len(known[0].get_xdata()) == 11
    paths = Paths(Model(history=history))
    for asked, expected in ((3, 3), (False, 0)):
        ax = plots.fan(paths, "x", history=asked)
        known = [line for line in ax.lines if line.get_label() == "history"]
        assert len(known[0].get_xdata()) == expected


# Targets


@pytest.mark.parametrize(
    ("target", "mark", "text"),
    [
        (Target("a", ("at_least", 110.0)), [[2023, 110]], "≥ 110"),
        (Target("a", ("below", 110.5)), [[2023, 110.5]], "< 110.5"),
        (Target("a", ("between", (108.0, 112.0))), [[2023, 108], [2023, 112]], "108 – 112"),
        (
            Target("a", ("at_most", 120.0), "2021..2023", over="every"),
            [[2021, 120], [2023, 120]],
            "every year ≤ 120",
        ),
        (
            Target("a", ("at_least", 330.0), "2021..2023", over="sum"),
            [[2021, 110], [2023, 110]],
            "sum 2021–2023 ≥ 330 CNY (110 CNY a year)",
        ),
        (
            Target("a", ("at_least", 0.1), "2021..2023", of="growth", over="mean"),
            [[2023, 100 * 1.1**3]],
            "≥ 133.1 CNY (10 % a year)",
        ),
        (
            Target("a", ("at_least", 12.0), "2021..2023", of="change", over="sum"),
            [[2023, 112]],
            "≥ 112",
        ),
    ],
)
def test_a_target_is_marked_where_it_lies(target, mark, text):
    ax = fan_of(target)
    assert len(marks(ax)) == 1
    np.testing.assert_allclose(marks(ax)[0], mark)
    assert any(shown.startswith(text) for shown in texts(ax))


@pytest.mark.parametrize(
    "target",
    [
        Target("grow", ("at_least", 0.1), "2021..2023", of="growth", over="every"),
        Target("grow", ("at_least", SimpleNamespace(indicator="y", times=1.0, plus=0.0))),
        Target("grow", ("at_least", 0.1), "2022..2023", of="growth", over="mean"),  # no base
    ],
)
def test_a_target_without_a_place_on_the_scale_is_named_below(target):
    target.label = {"en": "Grow every year", "zh": "每年增长"}
    ax = fan_of(target)
    assert marks(ax) == []
    assert "Not on this scale: Grow every year" in written(ax)
    assert "每年增长" in written(fan_of(target, language="zh"))


def test_growth_from_an_uncertain_base_has_no_place():
    target = Target("a", ("at_least", 0.1), "2021..2023", of="growth", over="mean")
    paths = Paths(Model([target], history={"2020": tb.Quantity(tb.uniform(90, 110))}))
    assert marks(plots.fan(paths, "x")) == []


def test_the_probability_beside_a_mark_is_the_share_of_paths_that_meet_it():
    values = np.array([[90.0] * 4, [100.0, 110, 120, 130], [100.0, 120, 120, np.nan]])
    for bound, of_last in (
        (("at_least", 120.0), 50),
        (("above", 120.0), 0),
        (("at_most", 100.0), 25),
    ):
        paths = Paths(Model([Target("a", bound)]), values=values, paths=4)
        paths.fan = lambda *_, **__: Paths(Model()).fan(
            "x", (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
        )
        assert f"probability {of_last} %" in written(plots.fan(paths, "x"))


def test_probabilities_counted_in_paths_are_those_of_the_table(runs):
    table = runs.attainment()
    for target in runs.model.targets:
        for name in ("baseline", "mixture"):
            counted = plots._targets.probability_of(runs[name], None)(target)
            looked_up = plots._targets.probability_of(runs[name], table)(target)
            if counted is not None:
                assert counted.interval is None
                assert counted.share == pytest.approx(looked_up.share, abs=1e-12), target.id
                low, high = looked_up.interval
                assert low <= looked_up.share <= high


def test_what_every_path_meets_is_told_by_its_interval_beside_a_fan(runs):
    table = runs.attainment()
    rows = [row for row in table.filter(scenario="baseline").rows() if row["probability"] == 1]
    by_id = {target.id: target for target in runs.model.targets}
    row = next(row for row in rows if row["target"] in by_id)
    told = plots._text.probability(1.0, "en", (row["low"], row["high"]))
    assert told.startswith(">")
    target = by_id[row["target"]]
    ax = plots.fan(runs["baseline"], target.indicator, attainment=table)
    assert f"probability {told}" in written(ax)


def test_texts_of_targets_stay_inside_the_axes_and_clear_of_each_other(runs):
    for name in ("gdp", "urbanisation", "waste_sorting_urban", "pm25", "fixed_asset_investment"):
        ax = runs["baseline"].plot.fan(name)
        rectangles = boxes(ax, lambda text: "probability" in text.get_text().split("Not on")[0])
        frame = ax.get_window_extent().expanded(1.05, 1.05)
        assert rectangles
        assert apart(rectangles)
        assert all(frame.contains(r.x0, r.y0) and frame.contains(r.x1, r.y1) for r in rectangles)


def test_texts_of_targets_in_near_periods_stand_apart():
    targets = [
        Target("every", ("at_least", 100.0), "2021..2023", over="every"),
        Target("sum", ("at_least", 330.0), "2021..2022", over="sum"),
        Target("last", ("at_least", 115.0)),
        Target("first", ("at_most", 104.0), "2021"),
    ]
    ax = fan_of(*targets)
    rectangles = boxes(ax, lambda text: "\nprobability" in text.get_text())
    assert len(rectangles) == 4
    assert apart(rectangles)


def test_no_tick_stands_where_no_share_can_be(runs):
    ax = runs["baseline"].plot.fan("waste_sorting_urban")
    assert max(ax.get_yticks()) <= 100


# Attainment


def test_rows_of_the_attainment_chart_are_in_the_order_of_the_plan_and_all_is_last(runs):
    ax = runs.plot.attainment(scenarios=["baseline"])
    shown = [text.get_text().replace("\n", " ") for text in ax.texts]
    labels = [target.text("en") for target in runs.model.targets]
    places = [shown.index(label) for label in labels]
    assert places == sorted(places)
    heights = {text.get_text().replace("\n", " "): text.xy[1] for text in ax.texts}
    assert heights["All targets together"] == max(
        heights[row] for row in [*labels, "All targets together"]
    )
    assert ax.yaxis_inverted()


def test_dots_intervals_and_numbers_are_those_of_the_table(runs):
    names = ["baseline", "innovation_push"]
    ax = runs.plot.attainment(scenarios=names)
    table = runs.attainment()
    dots = [line for line in ax.lines if line.get_gid() == "dots"]
    for name, line, bars in zip(names, dots, ax.collections, strict=True):
        own = table.filter(scenario=name)
        assert sorted(line.get_xdata()) == pytest.approx(sorted(own["probability"]))
        ends = np.array([bar[:, 0] for bar in bars.get_segments()])
        assert sorted(ends[:, 0]) == pytest.approx(sorted(own["low"]))
        assert sorted(ends[:, 1]) == pytest.approx(sorted(own["high"]))
    own = table.filter(scenario="baseline", target="gdp-2025")
    assert _text.probability(float(own["probability"][0]), "en") in texts(ax)
    assert {line.get_xdata()[0] for line in ax.lines if line.get_gid() == "guide"} == {0.5, 0.8}


def test_rows_of_the_attainment_chart_never_overlap_or_leave_the_figure(runs):
    for language in ("en", "zh"):
        ax = runs.plot.attainment(language=language)
        rectangles = boxes(ax, lambda text: text.get_text())
        assert apart(rectangles)
        page = ax.figure.bbox
        assert all(page.contains(r.x0, r.y0) and page.contains(r.x1, r.y1) for r in rectangles)


def test_the_attainment_chart_names_sections_and_binding_targets(runs):
    assert any(text.endswith("\nbinding") for text in texts(runs.plot.attainment()))
    assert "plan 12.3" in texts(runs.plot.attainment())
    chinese = texts(runs.plot.attainment(language="zh"))
    assert {"全部目标同时实现", "基准情景", "plan 11.3\n约束性"} <= set(chinese)


def test_an_unknown_scenario_is_an_error_that_leaves_no_figure(runs):
    with pytest.raises(tb.UnknownNameError):
        runs.plot.attainment(scenarios=["nonsense"])
    with pytest.raises(ValueError, match="no scenario"):
        runs.plot.compare("gdp", [])
    assert plt.get_fignums() == []


# Comparison and contrast


def test_scenarios_are_compared_by_their_medians_and_middle_halves(runs):
    names = ["baseline", "trade_friction"]
    ax = runs.plot.compare("gdp", names)
    for name, label, band in zip(
        names, ("Baseline", "Trade friction"), ax.collections, strict=True
    ):
        table = runs[name].fan("gdp", quantiles=(0.25, 0.5, 0.75))
        line = next(line for line in ax.lines if line.get_label() == label)
        assert line.get_ydata()[1:].tolist() == pytest.approx(table["q50"].tolist())
        last = band.get_paths()[0].vertices
        last = last[last[:, 0] == 2035, 1]
        assert [last.min(), last.max()] == pytest.approx([table["q25"][-1], table["q75"][-1]])


@pytest.mark.parametrize("language", ["en", "zh"])
def test_labels_of_compared_scenarios_never_overlap(runs, language):
    ax = runs.plot.compare("gdp", list(runs), language=language)
    rectangles = boxes(ax, lambda text: text.get_position()[0] in (6, 14))
    assert len(rectangles) == len(runs)
    assert apart(rectangles)


def test_a_contrast_shows_the_difference_with_its_monte_carlo_error(runs):
    table = runs.contrast("baseline", "trade_friction", ["exports"])
    rows = table["kind"] == "indicator"
    ax = runs.plot.contrast("baseline", "trade_friction", "exports")
    assert ax.lines[0].get_ydata().tolist() == pytest.approx(table["difference"][rows].tolist())
    corners = ax.collections[1].get_paths()[0].vertices
    last = corners[corners[:, 0] == 2035, 1]
    error = 1.96 * float(table["error"][rows][-1])
    assert (last.max() - last.min()) / 2 == pytest.approx(error)
    assert ax.get_title(loc="left") == "Goods exports · Trade friction minus Baseline"


def test_a_contrast_of_targets_shows_those_that_change(runs):
    table = runs.contrast("baseline", "trade_friction", [])
    changed = table["difference"][(table["difference"] != 0) | (table["error"] > 0)]
    ax = runs.plot.contrast("baseline", "trade_friction", language="zh")
    dots = next(line for line in ax.lines if line.get_gid() == "dots")
    assert sorted(dots.get_xdata()) == pytest.approx(sorted(100 * changed))
    assert f"{len(table) - len(changed)} 项" in written(ax)


def test_a_contrast_of_several_indicators_asks_for_one(runs):
    table = runs.contrast("baseline", "trade_friction", ["gdp", "exports"])
    with pytest.raises(ValueError, match="gdp, exports"):
        plots.contrast(table, "imports")


# Words and fonts


def test_labels_are_in_the_language_asked_for(runs):
    english, chinese = (runs["baseline"].plot.fan("gdp", language=x) for x in ("en", "zh-CN"))
    assert english.get_title(loc="left") == "Gross regional product · Baseline"
    assert english.get_ylabel() == "CNY 100 million"
    assert chinese.get_title(loc="left") == "地区生产总值 · 基准情景"
    assert chinese.get_ylabel() == "亿元"
    assert "中位数" in texts(chinese)


def test_the_shipped_font_alone_shows_every_label_of_the_plan(monkeypatch):
    monkeypatch.setattr(_fonts, "_INSTALLED", ())  # a machine without any Chinese font
    assert _fonts.families() == ["DejaVu Sans", "Tinbergen CJK"]
    plan = tb.plans.path().read_text(encoding="utf-8")
    tomllib.loads(plan)
    assert _fonts.unshown(plan) == []


def test_the_shipped_font_has_all_characters_of_gb_2312_and_fits_a_package():
    known = get_font(_fonts.FILE).get_charmap()
    rows = range(0xB0, 0xF8)
    pairs = (bytes((a, b)).decode("gb2312", "ignore") for a in rows for b in range(0xA1, 0xFF))
    hanzi = {text for text in pairs if len(text) == 1}
    assert len(hanzi) == 6763
    assert [c for c in hanzi if ord(c) not in known] == []
    assert _fonts.FILE.stat().st_size < 2_500_000
    licence = (_fonts.FILE.parent / "LICENSE-APACHE-2.0.txt").read_text()
    assert "Apache License" in licence


def test_chinese_is_drawn_and_not_as_boxes():
    font = get_font(_fonts.FILE)
    pictures = []
    for character in "地区生产总值":
        font.set_size(32, 72)
        font.set_text(character)
        font.draw_glyphs_to_bitmap()
        pictures.append(np.array(font.get_image()).tobytes())
    assert len(set(pictures)) == 6  # boxes would all look the same


@pytest.mark.parametrize("kind", ["png", "pdf", "svg"])
def test_no_glyph_is_missing_in_any_chart_or_format(runs, kind):
    drawn = [
        runs["baseline"].plot.fan("high_tech_firms", language="zh"),
        runs.plot.attainment(language="zh"),
        runs.plot.compare("gdp", language="zh"),
        runs.plot.contrast("baseline", "weak_investment", language="zh"),
        runs.plot.contrast("baseline", "weak_investment", "gdp", language="zh"),
    ]
    for ax in drawn:
        file = BytesIO()
        ax.figure.savefig(file, format=kind)  # a missing glyph would warn: an error here
        assert len(file.getvalue()) > 10_000


def test_the_settings_of_the_user_are_left_alone_and_never_reach_a_chart(runs):
    with mpl.rc_context({"font.family": ["serif"], "font.size": 5, "text.usetex": False}):
        before = dict(mpl.rcParams)
        figure, mine = plt.subplots()
        runs["baseline"].plot.fan("gdp", language="zh", ax=mine)
        plots.attainment(runs, language="zh").figure.canvas.draw()
        figure.canvas.draw()  # the title was made under the user's settings
        assert dict(mpl.rcParams) == before
        assert mine.get_xticklabels()[0].get_fontfamily()[0] == "DejaVu Sans"


def test_no_text_is_smaller_than_eight_points(runs):
    for ax in (runs["baseline"].plot.fan("gdp"), runs.plot.attainment(), runs.plot.compare("gdp")):
        ax.figure.canvas.draw()
        shown = [*ax.texts, ax.title, ax.yaxis.label, *ax.get_xticklabels(), *ax.get_yticklabels()]
        assert min(text.get_fontsize() for text in shown) >= 8


def test_a_label_that_no_font_shows_gives_way_with_one_warning():
    label = {"en": "Product", "zh": "\U0002a6d6生产"}
    with pytest.warns(UserWarning, match=r"U\+2A6D6"):
        ax = fan_of(label=label, language="zh")
    assert ax.get_title(loc="left").startswith("Product")
    assert fan_of(label=label, language="zh").get_title(loc="left").startswith("Product")  # silent
    with pytest.warns(UserWarning, match="no font"):
        assert fan_of(label="\U0002a6d7").get_title(loc="left").startswith("x")


def test_a_dollar_in_a_label_is_a_dollar():
    ax = fan_of(label="From $1 to $2", unit="$ and $")
    ax.figure.canvas.draw()
    assert ax.get_title(loc="left").startswith("From $1 to $2")
    assert not ax.yaxis.label.get_parse_math()


def test_a_label_in_another_language_is_better_than_none():
    assert fan_of(label={"fr": "Produit"}).get_title(loc="left") == "Produit · Baseline"
    assert fan_of().get_title(loc="left") == "x · Baseline"


# Numbers, lines, periods


def test_numbers_read_well():
    assert [_text.number(x) for x in (1500, -0.25, 170000.0, 83.456, 0.0, -0.00001)] == [
        "1,500", "−0.25", "170,000", "83.46", "0", "−0.00001",
    ]  # fmt: skip
    assert _text.Numbers().format_ticks([-1000, 0, 1500]) == ["−1,000", "0", "1,500"]
    assert _text.Numbers().format_ticks([0, 0.25, 0.5]) == ["0.00", "0.25", "0.50"]
    assert _text.Numbers(share=True, language="zh").format_ticks([0, 0.5]) == ["0%", "50%"]


def test_probabilities_are_never_rounded_to_certainty():
    given = (0.0, 1e-5, 0.004, 0.6149, 0.993, 0.9995, 1 - 1e-9, 1.0, float("nan"))
    shown = [_text.probability(p, "en") for p in given]
    assert shown == [
        "0 %", "<0.1 %", "0.4 %", "61 %", "99.3 %", ">99.9 %", ">99.9 %", "100 %", "–",
    ]  # fmt: skip


def test_long_labels_wrap_between_words_and_between_chinese_characters():
    assert _text.wrap("Gross regional product per resident", 15) == (
        "Gross regional\nproduct per\nresident"
    )
    chinese = _text.wrap("城镇生活垃圾分类覆盖率（全部城镇）。", 12)
    assert chinese.replace("\n", "") == "城镇生活垃圾分类覆盖率（全部城镇）。"
    assert all(line[0] not in "）。，" and line[-1] != "（" for line in chinese.split("\n"))


def test_labels_move_apart_as_little_as_possible():
    random = np.random.default_rng(7)
    for _ in range(200):
        wanted = np.sort(random.uniform(0, 10, 6)).tolist()
        gaps = random.uniform(0.1, 2, 6).tolist()
        moved = _edge.spread(wanted, gaps)
        assert (np.diff(moved) >= np.array(gaps[1:]) - 1e-9).all()
        for k in range(6):  # no single label can move closer to where it wants to be
            step = 1e-4 * np.sign(np.round(wanted[k] - moved[k], 6))
            other = moved.copy()
            other[k] += step
            if step and (np.diff(other) >= np.array(gaps[1:]) - 1e-9).all():
                pytest.fail("a label stands off its place without need")


@pytest.mark.parametrize(
    ("periods", "ticks"),
    [
        ([str(year) for year in range(2021, 2036)], ["2020", "2025", "2030", "2035"]),
        (["2021", "2022", "2023"], ["2020", "2021", "2022", "2023"]),
        (
            ["2021-Q1", "2021-Q2", "2021-Q3"],
            ["Q4\n2020", "Q1\n2021", "Q2", "Q3"],
        ),
        ([f"{2021 + k // 4}-Q{k % 4 + 1}" for k in range(20)], [str(y) for y in range(2021, 2026)]),
        ([f"{2021 + k // 12}-{k % 12 + 1:02}" for k in range(36)], ["2021", "2022", "2023"]),
    ],
)
def test_ticks_fit_the_frequency(periods, ticks):
    last = {"Q": "2020-Q4", "-": "2020-12"}
    known = next((last[sign] for sign in last if sign in periods[0]), "2020")
    ax = plots.fan(Paths(Model(history={known: 100.0}), periods), "x")
    ax.figure.canvas.draw()
    first, end = ax.get_xlim()
    inside = [t for t in ax.get_xticklabels() if first <= t.get_position()[0] <= end]
    assert [t.get_text() for t in inside] == ticks


def test_bands_and_scenarios_can_be_told_apart_in_grey():
    def grey(color):
        return np.dot(to_rgb(color), (0.299, 0.587, 0.114))

    shades = [grey(color) for color in LIGHT.fan]
    assert (np.diff(shades) < -0.07).all()
    assert grey(LIGHT.centre) < shades[-1] - 0.25
    assert len(set(_style.MARKERS)) == len(LIGHT.scenarios) == 8


# Files


@pytest.mark.parametrize("language", ["en", "zh"])
def test_all_charts_are_written_without_a_window_or_a_trace(plan, tmp_path, language):
    runs = plan.simulate(paths=200, seed=1, keep=["gdp", "urbanisation", "exports"])
    before = dict(mpl.rcParams)
    paths = plots.write_charts(runs, tmp_path / "charts", language=language)
    changes = [f"change_{name}.png" for name in runs if name not in {"baseline", "mixture"}]
    names = ["attainment.png", "fans.png", "scenarios.png", *changes]
    names += ["fan_gdp.png", "fan_urbanisation.png"]  # exports have no target
    assert [path.name for path in paths] == names
    assert sorted(p.name for p in (tmp_path / "charts").iterdir()) == sorted(names)
    assert imread(tmp_path / "charts/fan_gdp.png").shape[:2] == (660, 1080)  # 7.2 x 4.4 inches
    assert plt.get_fignums() == []
    assert dict(mpl.rcParams) == before


def test_a_plan_without_targets_has_no_charts_of_targets(tmp_path):
    model = tb.Model("plain", "2021..2022", indicators={"x": tb.Indicator(equation="x = 1")})
    assert plots.write_charts(model.simulate(paths=10, seed=1), tmp_path) == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_title_of_few_pairs_stays_inside_the_figure(runs, language):
    ax = runs.plot.pairs(["gdp-2025", "rd-share-2025"], language=language)
    figure = ax.figure
    figure.canvas.draw()
    for text in ax.texts:
        assert text.get_window_extent().x1 <= figure.bbox.x1, text.get_text()


@pytest.mark.parametrize(
    "drawn", ["set_title(", "set_ylabel(unit", "plt.figure(", "spine.set_visible(side"]
)
def test_the_frame_of_a_chart_is_drawn_in_one_place(drawn):
    files = Path(plots.__file__).parent.glob("*.py")
    assert [file.name for file in files if drawn in file.read_text("utf-8")] == ["_frame.py"]


def test_a_long_text_of_an_early_target_begins_inside_the_axes(plan):
    runs = plan.simulate(200, seed=1, scenarios="baseline", keep="new_urban_jobs")
    ax = runs["baseline"].plot.fan("new_urban_jobs")
    ax.figure.canvas.draw()
    told = [text for text in ax.texts if "sum 2021" in text.get_text()]
    assert len(told) == 1
    # Half a letter of tolerance: widths of letters are estimates.
    assert told[0].get_window_extent().x0 >= ax.bbox.x0 - 4
