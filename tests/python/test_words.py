"""Words and sentences: the same in every language, and each sentence read beside its numbers."""

import re
from string import Formatter

import pytest

import tinbergen as tb
from tinbergen.basics.language import LANGUAGES
from tinbergen.basics.words import column_text, number_text, of_language, say, unit_text
from tinbergen.questions.chance_words import about_text, chance_text, percent_text

NAMES = ("NAME", "DECIMAL", "THOUSANDS", "PERCENT", "SPACE", "SEMICOLON", "STOP", "LIST", "PER")


def _gaps(text):
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_the_languages_are_the_files_of_words():
    assert LANGUAGES == ("en", "de", "zh")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_of_words_has_all_that_english_has(language):
    english, file = of_language("en"), of_language(language)
    assert all(isinstance(getattr(file, name), str) for name in NAMES)
    for of in ("WORDS", "COLUMNS", "COMMENTS", "SHELL", "UNITS"):
        assert list(getattr(file, of)) == list(getattr(english, of)), of
    optional = {"percent", "n", "of", "but"}  # how a language counts, and what it can leave unsaid
    for key, text in english.WORDS.items():
        assert _gaps(file.WORDS[key]) - optional <= _gaps(text), key
        assert _gaps(text) - optional <= _gaps(file.WORDS[key]), key
        assert file.WORDS[key].strip() or not text.strip() or key == "explain but", key
    assert {key: _gaps(text) for key, text in file.COMMENTS.items()} == {
        key: _gaps(text) for key, text in english.COMMENTS.items()
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_fonts_of_charts_show_every_word(language):
    from tinbergen.plots import _fonts

    file = of_language(language)
    for words in (file.WORDS, file.COLUMNS, file.UNITS):
        assert _fonts.unshown("".join(words.values())) == []


def test_numbers_and_units_are_written_as_in_the_language():
    assert number_text("1,234,567.8", "de") == "1.234.567,8"
    assert unit_text("CNY 100 million", "de") == "100 Mio. CNY"
    assert unit_text("亿元", "de") == "100 Mio. CNY"
    assert unit_text("Mrd. CNY", "zh") == "十亿元"
    assert unit_text("CNY per person", "en") == "CNY per person"
    assert column_text("required_growth", "de") == "nötiges Wachstum"
    assert column_text("my own column", "de") == "my own column"


def test_a_chart_in_german_has_german_words_and_numbers(runs):
    ax = runs["baseline"].plot.fan("gdp", language="de")
    texts = " ".join(text.get_text() for text in ax.texts).replace("\n", " ")
    assert "Wahrscheinlichkeit" in texts
    assert "≥ 1.500 (100 Mio. CNY)" in texts
    assert "Linie im Fächer: Median" in texts
    ax.figure.canvas.draw()
    assert "1.500" in [label.get_text() for label in ax.get_yticklabels()]


@pytest.mark.parametrize(
    ("value", "low", "high", "told"),
    [
        (0.0, 0.0, 0.0004, "under 1 in 2,000"),
        (0.0, 0.0, 0.00099, "under 1 in 1,000"),
        (0.0, 0.0, 0.6, "under 1 in 1"),
        (1.0, 0.999, 1.0, "over 999 in 1,000"),
        (0.0, 0.0, 0.0, "impossible in this model"),
        (1.0, 1.0, 1.0, "certain in this model"),
        (0.004, 0.003, 0.0054, "about 4 in 1,000 (between 0.30 % and 0.54 %)"),
        (0.456, 0.42, 0.5, "about 46 in 100 (between 42 % and 50 %)"),
        (0.9996, 0.999, 0.9998, "about 9,996 in 10,000 (between 99.90 % and 99.98 %)"),
        (float("nan"), 0.0, 1.0, "not known"),
    ],
)
def test_a_probability_is_told_as_people_count(value, low, high, told):
    assert chance_text(value, low, high) == told


def test_what_is_rounded_is_never_certain():
    for value in (1e-9, 0.00004, 0.0049, 0.5, 0.9951, 1 - 1e-9):
        for language in LANGUAGES:
            told = about_text(value, language) + percent_text(value, language)
            assert "impossible" not in told
            assert not re.search(r"(?<![\d.,])(0|100) ?%", told)


def test_a_language_that_is_not_there_is_refused_with_those_that_are(runs):
    with pytest.raises(ValueError, match='"fr" is not one of "en", "de", "zh"'):
        runs.in_words("fr")
    with pytest.raises(tb.UnknownNameError):
        runs.in_words(scenario="nonsense")


# Every answer, in every language


@pytest.fixture(scope="module")
def told():
    slow = tb.EarlyWarning(indicator="gdp", of="growth", below=0.05, target="gdp-2025")
    unlikely = tb.EarlyWarning(probability_below=0.5)
    model = tb.plans.yuecheng().add(warnings={"slow": slow, "unlikely": unlikely})
    runs = model.simulate(1000, seed=1)
    tracked = model.observe(tb.plans.outturns()).simulate(500, seed=1, scenarios="baseline")
    found = model.seek(0.4, of="rd-share-2025", levers="rd_subsidy", paths=300, seed=1)

    def answers(language):
        words = runs.in_words(language)
        return {
            "probability": words.probability("gdp-2025"),
            "combination": words.probability("gdp-2025 and not rd-share-2025"),
            "joint": words.joint(),
            "set": words.joint("headline"),
            "binding": words.joint("binding"),
            "limiting": words.limiting("innovation"),
            "limiting all": words.limiting(),
            "lower": words.change("trade_friction", "gdp-2025"),
            "higher": words.change("innovation_push", "rd-share-2025"),
            "same": words.change("innovation_push", "pm25-every-year"),
            "progress": words.progress("gdp-2025"),
            "requirement": words.requirement("rd-share-2025"),
            "surprise": " ".join(tracked.in_words(language).surprises()),
            "warning": " ".join(words.warnings()),
            "alert": " ".join(words.alerts()),
            "lever": found.in_words(language),
            "scenario": runs.in_words(language, scenario="trade_friction").probability("gdp-2025"),
            "headline": str(words),
        }

    return runs, answers


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_answer_has_a_sentence(told, language):
    _, answers = told
    for question, sentence in answers(language).items():
        assert sentence.endswith("。" if language == "zh" else "."), (question, sentence)
        assert "{" not in sentence, question
        assert "nan" not in sentence, (question, sentence)
        assert "_" not in sentence.replace("rd_subsidy", ""), (question, sentence)
        if language == "zh" and question not in {"combination", "warning", "alert"}:
            assert not re.search(r"[a-z]{5,}", sentence), (question, sentence)
        if language == "de":
            own = sentence.replace("R&D at 3.5 % of product", "")  # a label of the plan
            assert not re.search(r"\d\.\d\d?(?!\d) ?%", own), (question, sentence)


def test_sentences_have_the_numbers_of_the_tables(told):
    runs, answers = told
    said = answers("en")
    row = next(runs.attainment().filter(scenario="baseline", target="gdp-2025").rows())
    low, high = percent_text(row["low"]), percent_text(row["high"])
    expected = f"about {round(100 * row['probability'])} in 100 (between {low} and {high})"
    assert said["probability"] == f"Gross regional product of 1500: {expected}."
    table = runs.limiting("innovation").filter(scenario="baseline")
    first = table["target"][table["gain"].argmax()]
    label = next(target.text() for target in runs.model.targets if target.id == first)
    assert said["limiting"].startswith(f"What stands in the way most: {label} (without it ")
    row = next(runs.contrast("baseline", "trade_friction", []).filter(name="gdp-2025").rows())
    assert f"by {-100 * row['difference']:.1f} percentage points" in said["lower"]
    assert said["joint"] == "All 32 targets together: under 1 in 200."
    assert said["higher"].startswith("Innovation push raises the probability of")
    assert "no difference that can be told from chance" in said["same"]


def test_nothing_in_the_way_and_one_target_are_told_so():
    model = tb.Model(
        "sure",
        "2021..2022",
        indicators={"x": tb.Indicator(equation="x = 1")},
        targets=[tb.Target("x-2022", indicator="x", period=2022, at_least=0)],
    )
    words = model.simulate(100, seed=1).in_words()
    assert words.joint() == "The one target: over 19 in 20."
    assert words.limiting().startswith("Nothing stands in the way")
    assert say("say joint", "de", n=3, chance="x") == "Alle 3 Ziele zusammen: x."


def test_every_word_that_is_said_is_in_the_files():
    from pathlib import Path

    known = set(of_language("en").WORDS)
    room = Path(tb.__file__).parent
    found = {}
    for file in room.rglob("*.py"):
        for key in re.findall(r'(?<![\w.])(?:self\._)?say\(\s*"([^"{]+)"', file.read_text("utf-8")):
            found[key] = file.name
    assert {key: file for key, file in found.items() if key not in known} == {}
    assert len(found) > 90


MANY = {
    "en": (
        "All targets are met together with a probability of ",
        "At least one target is missed with a probability of ",
        "At least one binding target is missed in about ",
        "Where all targets are met together, ",
        "lowers the probability that all targets are met together from ",
        "All binding targets, one target: ",
        "fires: the probability that all targets are met together is ",
    ),
    "de": (
        "Alle Ziele zusammen werden mit einer Wahrscheinlichkeit von ",
        "Mindestens ein Ziel wird mit einer Wahrscheinlichkeit von ",
        "Mindestens ein verbindliches Ziel wird in etwa ",
        "Wo alle Ziele zusammen erreicht werden, ",
        "senkt die Wahrscheinlichkeit, dass alle Ziele zusammen erreicht werden, von ",
        "Alle verbindlichen Ziele, ein einziges Ziel: ",
        "schlägt an: die Wahrscheinlichkeit, dass alle Ziele zusammen erreicht werden, ist ",
    ),
    "zh": (
        "全部目标同时实现的概率为",
        "至少一项目标未实现的概率为",
        "至少一项约束性目标在",
        "全部目标同时实现时：",
        "使全部目标同时实现的概率从",
        "全部约束性目标，仅一项目标：",
        "触发：全部目标同时实现的概率为",
    ),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_about_all_targets_is_about_many(language):
    x, y = tb.Indicator(equation="x ~ p"), tb.Indicator(equation="y ~ q")
    model = tb.Model(
        "two",
        "2021..2021",
        indicators={"x": x, "y": y},
        parameters={"p": tb.normal(0, 1), "q": tb.normal(0, 1)},
        shocks={"x": tb.normal(0, 0.1), "y": tb.normal(0, 0.1)},
        targets=[
            tb.Target("x", indicator="x", period=2021, at_least=0, nature="binding"),
            tb.Target("y", indicator="y", period=2021, at_least=0, nature="expected"),
        ],
        scenarios={"low": tb.Scenario([tb.Change(indicator="x", add=-1)])},
        warnings={"w": tb.EarlyWarning(probability_below=0.5)},
    )
    runs = model.simulate(2000, seed=1)
    words = runs.in_words(language)
    told = (
        runs.rare(missed=False, paths=1000).in_words(language),
        runs.rare(paths=1000).in_words(language),
        runs.discover("binding").in_words(language),
        words.requirement(),
        words.change("low"),
        words.joint("binding"),
        *words.alerts(),
    )
    for sentence, part in zip(told, MANY[language], strict=True):
        assert part in sentence
        assert "{" not in sentence
    keys = [key for key in of_language(language).WORDS if key.startswith("say ")]
    for key in keys:
        assert not key.endswith(" all") or key.removesuffix(" all") in keys
