"""Distributions in words: every kind has a name and named parameters in every language."""

import dataclasses

import pytest

import tinbergen as tb
from tinbergen.basics.language import LANGUAGES
from tinbergen.basics.words import of_language
from tinbergen.questions.distribution_words import distribution_name, distribution_text
from tinbergen.report.parts import sections
from tinbergen.report.told import Told
from tinbergen.written.distribution import Distribution

KINDS = sorted({kind.kind for kind in Distribution.__subclasses__()})
MADE = {
    "normal": tb.normal(0.07, 0.008),
    "pert": tb.pert(0.1, 0.3, 0.5),
    "student_t": tb.student_t(0, 0.07, 5),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_and_every_parameter_has_a_word(kind, language):
    file = of_language(language)
    assert file.WORDS[f"distribution {kind}"]
    (of, *_) = [one for one in Distribution.__subclasses__() if one.kind == kind]
    plain = {one.name for one in dataclasses.fields(of) if one.type in {"float", "float | None"}}
    named = {name for name in plain if not (name[0] == "q" and name[1:].isdigit())}
    assert named <= file.COLUMNS.keys()


def test_a_distribution_is_told_with_its_parameters():
    assert distribution_text(MADE["normal"], "en") == "normal (mean 0.07, standard deviation 0.008)"
    assert (
        distribution_text(MADE["student_t"], "zh") == "学生 t 分布（均值 0、标准差 0.07、自由度 5）"
    )
    expected = "PERT-Verteilung (Minimum 0,1, Modus 0,3, Maximum 0,5, Gewicht 4)"
    assert distribution_text(MADE["pert"], "de") == expected
    assert distribution_text(tb.mixture([(1.0, MADE["normal"])]), "en").startswith("mixture (")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_chart_has_its_name_in_the_language(language):
    pytest.importorskip("matplotlib")
    axes = MADE["pert"].plot(language=language)
    texts = " ".join(
        text.get_text() for text in axes.figure.findobj(lambda a: hasattr(a, "get_text"))
    )
    assert distribution_name(MADE["pert"], language) in texts


def test_assumptions_of_a_report_tell_distributions_in_words(plan):
    runs = plan.simulate(100, seed=1, scenarios=["baseline"])
    (part,) = sections(
        Told(runs, "zh", "baseline", without=frozenset({"tornado"})), ("assumptions",)
    )
    texts = [
        text for block in part.blocks if block.kind == "sheet" for row in block.rows for text in row
    ]
    assert "正态分布（均值 0.07、标准差 0.008）" in texts
    assert not any(text.startswith(("Normal(", "Pert(")) for text in texts)


def test_a_column_of_the_same_name_is_replaced():
    table = tb.Table({"a": [1, 2], "b": [3, 4]})
    assert table.with_column("b", ["x", "y"])["b"].tolist() == ["x", "y"]
    assert table.with_column("b", ["x", "y"]).columns == ("a", "b")
    assert table.with_column("c", [5, 6]).columns == ("c", "a", "b")
