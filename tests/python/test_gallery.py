"""Every chart as people will have it: no text over another, none out of the figure, at any size."""

import sys
from pathlib import Path

import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.colors import to_rgb

import tinbergen as tb
from tinbergen import plots
from tinbergen.basics.theme import DARK, GREY, LIGHT

SCRIPTS = Path(__file__).parents[2] / "scripts"
sys.path.insert(0, str(SCRIPTS))

import gallery  # noqa: E402
import layout  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore:.*debug build.*:RuntimeWarning")

QUICK = [
    ("fan", "usual", "zh"),
    ("fan_actual", "tiny", "en"),
    ("attainment_1_12", "tiny", "en"),
    ("attainment_least", "usual", "zh"),
    ("compare_12", "tiny", "en"),
    ("compare_1", "slide", "en"),
    ("contrast_targets", "tiny", "zh"),
    ("pairs_2", "tiny", "en"),
    ("by_round_12", "tiny", "en"),
    ("isoquant", "usual", "en"),
    ("waterfall", "page", "zh"),
    ("drivers", "usual", "en"),
    ("hedgehog", "tiny", "zh"),
    ("pit", "slide", "en"),
    ("reliability", "tiny", "en"),
    ("warning_record", "tiny", "de"),
    ("spaghetti", "usual", "de"),
    ("page", "usual", "zh"),
    ("attainment_least", "own", "en"),
    ("frontier", "own", "zh"),
    ("isoquant", "own", "zh"),
    ("revision", "usual", "de"),
    ("revision", "tiny", "en"),
    ("revision_1", "slide", "zh"),
]


@pytest.fixture(autouse=True)
def _headless():
    plt.switch_backend("agg")
    yield
    plt.close("all")


@pytest.mark.parametrize(("chart", "variant", "language"), QUICK)
def test_nothing_in_a_chart_overlaps_or_leaves_the_figure(chart, variant, language):
    assert layout.problems_of(gallery.draw(chart, variant, language)) == []


@pytest.mark.slow
@pytest.mark.parametrize("variant", [*gallery.VARIANTS, "own"])
@pytest.mark.parametrize("chart", [*gallery.CHARTS, *gallery.SHEETS])
def test_nothing_in_any_chart_overlaps_or_leaves_the_figure(chart, variant):
    for language in gallery.LANGUAGES if gallery.is_drawn(chart, variant) else ():
        assert layout.problems_of(gallery.draw(chart, variant, language)) == []
        plt.close("all")


def _contrast(a, b):
    """Return the contrast of two colours as WCAG 2 has it: from 1 to 21."""

    def luminance(colour):
        rgb = np.asarray(to_rgb(colour))
        linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
        return linear @ [0.2126, 0.7152, 0.0722]

    dark, light = sorted((luminance(a), luminance(b)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("theme", "least"), [(LIGHT, 3.0), (DARK, 4.5), (GREY, 4.5)])
def test_names_of_scenarios_can_be_read_in_their_colours(theme, least):
    assert _contrast("black", "white") == pytest.approx(21)
    assert min(_contrast(colour, theme.ground) for colour in theme.scenarios) >= least
    assert min(_contrast(colour, theme.ground) for colour in (theme.ink, theme.grey)) >= 4.5


def test_the_layout_test_sees_what_is_wrong():
    figure, ax = plt.subplots(figsize=(4, 3))
    ax.text(0.5, 0.5, "one text")
    ax.text(0.52, 0.5, "another one")
    ax.text(0.9, 0.1, "a text that is longer than its figure")
    found = layout.problems_of(figure)
    assert any(' "another one"' in line and "lies over" in line for line in found)
    assert any("leaves the figure" in line for line in found)


def test_every_chart_of_the_library_is_in_the_gallery():
    charts = {
        name for name in plots.__all__ if callable(getattr(plots, name)) and name[0].islower()
    }
    drawn = {name.split("_")[0] for name in [*gallery.CHARTS, *gallery.SHEETS]}
    missing = {name for name in charts if name.split("_")[0] not in drawn}
    assert missing == {"subject", "write_charts", "write_rounds"}


# What a chart is asked for


@pytest.fixture(scope="module")
def many():
    return gallery.runs(40, 3)


def test_the_least_likely_can_be_chosen_and_what_is_left_out_is_said(many):
    ax = many.plot.attainment(least_likely=5, scenarios=["baseline"])
    table = many.attainment().filter(scenario="baseline")
    chances = {row["target"]: row["probability"] for row in table.rows()}
    ids = [target.id for target in many.model.targets]
    least = sorted(ids, key=lambda name: chances[name])[:5]
    texts = [text.get_text().replace("\n", " ") for text in ax.texts]
    for target in many.model.targets:
        assert (target.text() in texts) == (target.id in least)
    assert any("the 5 least likely of 40 targets" in text for text in texts)
    with pytest.raises(ValueError, match="least_likely"):
        many.plot.attainment(least_likely=0)


def test_a_small_figure_shows_what_has_room_and_says_so(many):
    ax = many.plot.attainment(figsize=(3.2, 2.4))
    said = " ".join(text.get_text() for text in ax.texts).replace("\n", " ")
    assert "least likely of 40 targets" in said
    assert "of 4 scenarios" in said


def test_texts_are_smaller_in_little_room_and_larger_on_a_slide(many):
    fan = many["baseline"].plot.fan
    sizes = [fan("x0", figsize=size).title.get_fontsize() for size in ((3.2, 2.4), None, "slide")]
    titles = [
        fan("x0", figsize=size).texts[-1].get_fontsize() for size in ((3.2, 2.4), None, "slide")
    ]
    assert len(sizes) == 3
    assert titles[0] < titles[1] < titles[2]
    slide = fan("x0", figsize="slide").figure.get_size_inches()
    assert slide[0] / slide[1] == pytest.approx(16 / 9, rel=1e-3)


def test_a_size_or_theme_that_is_not_known_is_refused_with_those_that_are(many):
    fan = many["baseline"].plot.fan
    with pytest.raises(ValueError, match='figsize: "poster" is not one of "slide"'):
        fan("x0", figsize="poster")
    with pytest.raises(ValueError, match='theme: "neon" is not one of light, dark, grey'):
        fan("x0", theme="neon")
    with pytest.raises(ValueError, match="figsize"):
        fan("x0", figsize=(0, 3))


@pytest.mark.parametrize("own", [False, True])
def test_a_dark_chart_is_light_on_dark(many, own):
    ax = plt.subplots(figsize=(7, 4))[1] if own else None
    ax = many["baseline"].plot.fan("x0", theme="dark", ax=ax)
    ax.figure.canvas.draw()
    pixels = layout.np.asarray(ax.figure.canvas.buffer_rgba())[..., :3].mean(axis=2)
    assert layout.np.median(pixels) < 60
    assert pixels.max() > 200


def test_a_grey_chart_has_no_colour(many):
    for ax in (
        many["baseline"].plot.fan("x0", theme="grey"),
        many.plot.compare("x0", theme="grey"),
        many.plot.attainment(least_likely=3, theme="grey"),
    ):
        ax.figure.canvas.draw()
        pixels = layout.np.asarray(ax.figure.canvas.buffer_rgba())[..., :3].astype(int)
        assert (pixels.max(axis=2) - pixels.min(axis=2)).max() <= 2


def test_colours_of_a_house_are_used(many):
    ours = plots.Theme(centre="#7a0019", target="#123456")
    ax = many["baseline"].plot.fan("x1", theme=ours)
    assert any(line.get_color() == "#7a0019" for line in ax.lines)
    assert any(line.get_color() == "#123456" for line in ax.lines)


def test_the_methods_take_what_the_functions_take():
    import inspect

    for name in ("attainment", "compare"):
        method = set(inspect.signature(getattr(tb.Runs.plot.fget(None), name)).parameters)
        function = set(inspect.signature(getattr(plots, name)).parameters) - {"runs"}
        assert method == function


# New charts


def test_single_paths_are_those_of_the_ensemble_and_one_is_marked(many):
    baseline = many["baseline"]
    ax = baseline.plot.spaghetti("x0", paths=20, marked=7)
    drawn = [line for line in ax.lines if line.get_gid() == "path"]
    assert len(drawn) == 20
    marked = next(line for line in ax.lines if line.get_gid() == "marked")
    assert marked.get_ydata()[1:].tolist() == pytest.approx(baseline["x0"][:, 7].tolist())
    note = " ".join(text.get_text() for text in ax.texts)
    assert "20 of 300 paths" in note
    with pytest.raises(ValueError, match="paths 0 to 299"):
        baseline.plot.spaghetti("x0", marked=300)


def test_the_path_in_the_middle_is_nearest_to_the_medians(many):
    baseline = many["baseline"]
    ax = baseline.plot.spaghetti("x0")
    marked = next(line for line in ax.lines if line.get_gid() == "marked").get_ydata()[1:]
    values = layout.np.asarray(baseline["x0"])
    medians = layout.np.median(values, axis=1)
    far = (((values - medians[:, None]) / values.std(axis=1)[:, None]) ** 2).sum(axis=0)
    assert marked.tolist() == pytest.approx(values[:, far.argmin()].tolist())


def test_a_warning_is_drawn_with_what_its_record_says():
    ensemble = gallery.runs(1, 1)["baseline"]
    table = ensemble.warning_record()
    ax = ensemble.plot.warning_record()
    for side in ("fires", "quiet"):
        dots = [line.get_xdata()[0] for line in ax.lines if line.get_gid() == side]
        known = table[f"missed_given_{side}"]
        assert dots == pytest.approx(known[layout.np.isfinite(known)].tolist())


def test_a_page_tells_the_plan_in_words_and_fans(many):
    figure = many.plot.page(language="en", headline=["target-1", "target-2"])
    texts = [text.get_text().replace("\n", " ") for text in figure.axes[0].texts]
    assert texts[0] == many.in_words().joint()
    assert texts[1] == many.in_words().limiting()
    assert len(figure.axes) == 4
    assert layout.problems_of(many.plot.page(figsize="page")) == []
    with pytest.raises(ValueError, match="is no target of the plan"):
        many.plot.page(headline=["nonsense"])
