"""Workbooks: one of a run, and one that is filled in and read again."""

import openpyxl
import pytest

import tinbergen as tb
from tinbergen.basics.language import LANGUAGES


@pytest.fixture(scope="module")
def run():
    return tb.plans.yuecheng().simulate(200, seed=1, scenarios=["baseline", "trade_friction"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_workbook_of_a_run_has_the_numbers_of_its_tables(run, tmp_path, language):
    book = openpyxl.load_workbook(run.to_workbook(tmp_path / "run.xlsx", language=language))
    words, attainment, fans, changes, assumptions, about = book.worksheets
    assert words["A2"].value == run.in_words(language).joint()
    table = run.attainment()
    headings = [cell.value for cell in attainment[1]]
    column = 1 + list(headings).index(
        {"en": "probability", "zh": "概率", "de": "Wahrscheinlichkeit"}[language]
    )
    found = [row[column - 1] for row in attainment.iter_rows(min_row=2, values_only=True)]
    assert found == pytest.approx(table["probability"].tolist())
    assert attainment.cell(2, column).number_format == "0.0%"
    assert fans.max_row == 1 + len(run.fan())
    assert changes.max_row == 1 + len(run.contrast("baseline", "trade_friction", []))
    sources = [row[5] for row in assumptions.iter_rows(min_row=2, values_only=True)]
    assert any("plan" in str(source) for source in sources)
    assert ("seed", "1") in list(about.iter_rows(values_only=True))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_filled_in_is_read_as_it_was_written(tmp_path, language):
    plan = tb.plans.yuecheng()
    file = tb.template(tmp_path / "plan.xlsx", model=plan, language=language)
    filled = tb.read_workbook(file)
    assert set(filled.indicators) == set(plan.indicators)
    assert filled.indicators["gdp"].history["2020"] == 1008.5
    assert filled.indicators["gdp"].unit == plan.indicators["gdp"].unit
    known = {target.id: target for target in plan.targets}
    assert len(filled.targets) > 20
    for target in filled.targets:
        assert target.bound == known[target.id].bound, target.id
        assert str(target.period) == str(known[target.id].period)
    assert filled.outturns is None


def test_outturns_and_figures_by_hand_become_a_model(tmp_path):
    file = tb.template(tmp_path / "plan.xlsx", years=[2023, 2024, 2025])
    book = openpyxl.load_workbook(file)
    book["Figures"].append(["jobs", "Jobs", "thousand jobs", "office", 100, 103.5, "106"])
    book["Targets"].append(
        ["more-jobs", "More jobs", "jobs", 2027, None, None, 110, None, None, None, "binding"]
    )
    book["Outturns"].append(["jobs", 2026, 108.2, "2026-11-01", "office"])
    book.save(file)
    filled = tb.read_workbook(file)
    assert list(filled.indicators["jobs"].history.values()) == [100.0, 103.5, 106.0]
    assert filled.targets[0].nature == "binding"
    assert filled.outturns.vintages == ("2026-11-01",)
    from dataclasses import replace

    jobs = replace(filled.indicators["jobs"], process=tb.process.growth(0.03, shock="e"))
    model = tb.Model(
        "jobs",
        "2026..2027",
        indicators={"jobs": jobs},
        shocks={"e": tb.normal(0, 0.01)},
        targets=list(filled.targets),
    )
    runs = model.observe(filled.outturns).simulate(200, seed=1)
    assert 0 < runs.attainment()["probability"][0] <= 1


def test_what_cannot_be_read_is_told_with_its_sheet_and_row(tmp_path):
    file = tb.template(tmp_path / "plan.xlsx", years=[2024, 2025])
    book = openpyxl.load_workbook(file)
    book["Figures"].append(["jobs", None, None, None, "many", 3])
    book["Figures"].append([None, "No name", None, None, 1, 2])
    book["Targets"].append(["t", None, "job", 2027, None, None, 110])
    book["Outturns"].append(["jobs", 2026, 1.0])
    book.save(file)
    with pytest.raises(tb.ModelError) as error:
        tb.read_workbook(file)
    told = str(error.value)
    for part in (
        "Figures!2.2024",
        "'many'",
        "Figures!3.indicator",
        "Targets!2",
        "'job'",
        "Outturns!2",
    ):
        assert part in told
    (tmp_path / "no.xlsx").write_text("no workbook")
    with pytest.raises(tb.ModelError, match="no workbook of Excel"):
        tb.read_workbook(tmp_path / "no.xlsx")


def test_tables_show_at_most_eight_columns_and_have_all(run):
    tables = {
        "attainment": run.attainment(),
        "contrast": run.contrast("baseline", "trade_friction", ["gdp"]),
        "fan": run.fan("gdp"),
        "limiting": run.limiting("innovation"),
        "first_met": run.first_met(),
        "shortfall": run.shortfall(),
        "progress": run.progress(),
        "requirements": run.requirements("rd-share-2025"),
        "pairs": run.pairs(),
        "response": run.model.response("trade_friction", of="gdp"),
    }
    for name, table in tables.items():
        assert len(table.shown) <= 8, name
        assert set(table.shown) <= set(table.columns)
        assert "_" not in repr(table).splitlines()[0], name
    assert "growth needed" in repr(run.progress()) + run.progress()._repr_html_()
    latex = run.progress().to_latex(language="de", whole=False)
    assert "nötiges Wachstum" in latex
    assert "8,26" in latex
    assert "required\\_growth" in run.progress().to_latex()


def test_answers_show_themselves_in_a_notebook(run):
    ensemble = run["baseline"]._repr_html_()
    assert "200 paths" in ensemble
    assert "Gross regional product" in ensemble
    assert "<table>" in run.most_likely("rd-share-2025")._repr_html_()
    assert run.model.drivers("gdp")._repr_html_().startswith("<pre>gdp")
    bare = tb.Model("m", "2021..2021", indicators={"x": tb.Indicator(equation="x = 1")})
    assert "1" in bare.simulate(10, seed=1)["baseline"]._repr_html_()
