"""What a check finds before anything is simulated: in Python and in the shell."""

import json
import pickle
import subprocess
import sys

import pytest

import tinbergen as tb
from tinbergen.shell.cli import main

FIRMS = """\
schema = 1
name = "firms"
periods = "2021..2025"
[indicators.firms]
history = { 2020 = { value = 344, source = "1.3" } }
process = { kind = "count", arrivals = 90 }
[[targets]]
id = "yearly"
indicator = "firms"
of = "change"
over = "every"
period = "2021..2025"
at_least = 70
source = "4.3"
[[targets]]
id = "in-2025"
indicator = "firms"
period = "2025"
at_least = 800
source = "4.3"
"""


@pytest.fixture
def firms():
    return tb.Model.from_toml(FIRMS)


def test_two_figures_that_do_not_fit_are_a_finding_with_numbers(firms):
    findings = firms.check()
    assert isinstance(findings, tb.Notes)
    assert len(findings) == 1
    (finding,) = findings
    assert finding.kind == "tension"
    assert finding.targets == ("yearly", "in-2025")
    assert finding.indicators == ("firms",)
    assert finding.sources == ("4.3",)
    assert finding.values["implied"] == 344 + 5 * 70
    assert finding.values["needed_change"] == pytest.approx((800 - 344) / 5)
    assert "694" in finding.message
    assert "91.2" in finding.message
    assert finding.resolve
    assert str(finding).startswith("tension: yearly, in-2025: ")


def test_findings_are_a_table_a_sequence_and_plain_data(firms):
    findings = firms.check()
    assert findings.columns == (
        "kind",
        "address",
        "targets",
        "indicators",
        "message",
        "sources",
        "resolve",
    )
    assert findings["targets"].tolist() == ["yearly, in-2025"]
    assert list(pickle.loads(pickle.dumps(findings))) == list(findings)
    (written,) = json.loads(json.dumps(findings.to_dict()))["notes"]
    assert written["values"]["bound"] == 800
    assert "694" in findings._repr_html_()
    assert "<table>" in findings._repr_html_()
    assert len(findings.of("infeasible")) == 0
    assert findings.of("infeasible")._repr_html_() == "<p>nothing to note</p>"
    with pytest.raises(TypeError):
        next(iter(findings)).values["implied"] = 0


def test_text_of_a_plan_is_escaped_in_a_notebook(firms):
    target = tb.Target("a<b>", indicator="firms", period=2025, at_least=1, source="<i>")
    page = firms.add(target).check()._repr_html_()
    assert "a&lt;b&gt;" in page
    assert "<b>" not in page
    assert "<i>" not in page


def test_the_contradictions_of_the_shipped_plan_are_found(plan):
    findings = plan.check()
    by_targets = {finding.targets: finding for finding in findings.of("tension")}
    residents = by_targets["gdp-2025", "gdp-per-capita-2025"]
    assert residents.values["implied"] == pytest.approx(882.35, abs=0.01)
    assert residents.values["jump_off"] == pytest.approx(770.36, abs=0.01)
    investment = by_targets[("investment-2021-2025",)]
    assert investment.values["needed_growth"] == pytest.approx(0.118, abs=5e-4)
    met = [finding.targets[0] for finding in findings.of("already_met")]
    assert met == ["social-insurance-2025", "medical-insurance-2025", "pm25-every-year"]


def test_what_the_equations_may_give_can_be_set(plan):
    assert len(plan.check(central=0.999).of("tension")) <= len(plan.check().of("tension"))
    for name in ("central", "rounding"):
        with pytest.raises(ValueError, match=name):
            plan.check(**{name: 1.5})


def test_a_plan_without_targets_gives_nothing():
    assert len(tb.Model("empty", "2021..2025").check()) == 0
    assert repr(tb.Model("empty", "2021..2025").check()) == "nothing to note"


def test_the_shell_prints_findings_and_counts_them_under_strict_only(tmp_path, capsys):
    file = tmp_path / "firms.toml"
    file.write_text(FIRMS, encoding="utf-8")
    assert main(["check", str(file)]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("tension: yearly, in-2025: ")
    assert "text: 4.3" in printed
    assert "to resolve it: raise yearly to 91.2" in printed
    assert printed.splitlines()[-1].endswith("1 finding")
    assert main(["check", str(file), "--strict"]) == 1
    assert main(["check", str(tb.plans.path("yuecheng")), "--strict"]) == 1
    file.write_text(FIRMS.replace("at_least = 800", "at_least = 690"), encoding="utf-8")
    capsys.readouterr()
    assert main(["check", str(file)]) == 0
    assert capsys.readouterr().out.startswith("overlap: in-2025, yearly: ")
    file.write_text(FIRMS.replace("at_least = 800", "at_leest = 800"), encoding="utf-8")
    assert main(["check", str(file), "--strict"]) == 2


def test_findings_in_chinese_print_on_a_plain_terminal(tmp_path):
    file = tmp_path / "plan.toml"
    text = FIRMS.replace('"4.3"', '"第四章"').replace("[indicators.firms]", '[indicators."企业"]')
    file.write_text(text.replace('"firms"', '"企业"'), encoding="utf-8")
    command = [sys.executable, "-m", "tinbergen", "check", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    assert "第四章" in done.stdout
    assert "企业 in 2025 = 694" in done.stdout
