"""Why probabilities changed, and rounds that can be verified."""

import json
from fractions import Fraction

import pytest

import tinbergen as tb
from tinbergen.io.round_charts import probabilities
from tinbergen.shell.cli import main


@pytest.fixture(scope="module")
def before():
    return tb.Model(
        "plan",
        "2021..2026",
        indicators={
            "gdp": tb.Indicator(
                label={"en": "Product", "zh": "生产总值"},
                history={2020: 100.0},
                process=tb.process.growth("trend"),
            )
        },
        parameters={"trend": 0.05},
        shocks={"gdp": tb.normal(0, 0.02)},
        targets=[
            tb.Target(
                "gdp-2025",
                indicator="gdp",
                period=2025,
                at_least=128.0,
                label={"en": "product in 2025", "zh": "2025年生产总值"},
            )
        ],
    )


@pytest.fixture(scope="module")
def after(before):
    target = tb.Target("gdp-2025", indicator="gdp", period=2025, at_least=120.0)
    return before.add(
        target, parameters={"trend": 0.03}, shocks={"gdp": tb.normal(0, 0.03)}, replace=True
    )


def test_parts_add_up_exactly_to_the_change(before, after):
    found = tb.explain(before, after, paths=2000, seed=1)
    assert found.parts["part"].tolist() == ["parameters", "shocks", "targets"]
    assert sum(found.exact.values(), Fraction(0)) == found.exact_change
    assert found.exact_change * 2000 == round(2000 * (found.after[0] - found.before[0]))
    assert found.parts["value"].sum() == pytest.approx(found.change[0], abs=1e-12)
    assert found.parts["share"].sum() == pytest.approx(1)
    runs = [model.simulate(2000, seed=1).attainment() for model in (before, after)]
    ends = [table.filter(target="all")["probability"][0] for table in runs]
    assert [found.before[0], found.after[0]] == ends


def test_the_sentence_says_what_moved_in_english_and_chinese(before, after):
    found = tb.explain(before, after, "gdp-2025", paths=5000, seed=1)
    text = found.text()
    assert text.startswith("The probability of product in 2025 ")
    assert "moved targets +" in text
    assert "parameters -" in text
    assert found.text("zh").startswith("“2025年生产总值”的概率由")
    assert "参数−" in found.text("zh")
    assert "unchanged" in tb.explain(before, before, paths=100, seed=1).text()
    assert "没有变化" in tb.explain(before, before, paths=100, seed=1).text("zh")


def test_a_quantile_is_explained(before, after):
    found = tb.explain(before, after, ("quantile", "gdp", 2025, 0.5), paths=4000, seed=1)
    assert found.parts["part"].tolist() == ["parameters", "shocks"]
    assert sum(found.exact.values(), Fraction(0)) == found.exact_change
    assert not found.is_probability
    assert found.text().startswith("The 50 % quantile of Product in 2025 fell from ")


def test_differences_are_a_table(before, after):
    table = before.diff(after).filter(kind=["parameters", "shocks", "targets"])
    assert table["address"].tolist() == ["parameters.trend", "shocks.gdp", "targets.gdp-2025"]
    assert table["before"][0] == "0.05"
    assert table["after"][0] == "0.03"


def test_explanations_print_and_are_written(before, after, tmp_path):
    found = tb.explain(before, after, paths=1000, seed=1)
    assert "before" in repr(found)
    assert "<table>" in found._repr_html_()
    found.to_csv(tmp_path / "parts.csv")
    rows = (tmp_path / "parts.csv").read_text().splitlines()
    assert rows[0] == "part,value,error,share"
    assert [row.split(",")[0] for row in (rows[1], rows[-1])] == ["before", "after"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_waterfall_ends_where_the_later_model_is(before, after, language):
    pytest.importorskip("matplotlib").use("Agg")
    from matplotlib import pyplot as plt

    found = tb.explain(before, after, paths=1000, seed=1)
    ax = found.plot.waterfall(language=language)
    ends = [line.get_xdata()[0] for line in ax.lines if line.get_gid() == "ends"]
    assert ends == pytest.approx([100 * found.before[0], 100 * found.after[0]])
    bars = [(p.get_x(), p.get_width()) for p in ax.patches]
    assert sum(width for _, width in bars) == pytest.approx(100 * found.change[0])
    plt.close(ax.figure)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"of": "gdp-2024"}, "did you mean"),
        ({"of": ("mean", "gdp", 2025, 0.5)}, "quantile"),
        ({"of": ("quantile", "gdp", 2025, 1.5)}, "level"),
        ({"of": ("quantile", "gpd", 2025, 0.5)}, "did you mean"),
        ({"groups": {"a": "nothing.*"}}, "groups.a: no difference"),
        ({"scenario": "slump"}, "no scenario"),
        ({"paths": 0}, "paths"),
    ],
)
def test_questions_that_make_no_sense_say_so(before, after, arguments, message):
    with pytest.raises((ValueError, TypeError), match=message):
        tb.explain(before, after, **{"paths": 100, "seed": 1, **arguments})


def test_progress_is_told_and_can_stop_it(before, after):
    told = []

    def watch(done, total):
        told.append((done, total))
        if done > 200:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tb.explain(before, after, paths=100, seed=1, progress=watch)
    assert told[-1][1] == 400


# Rounds


@pytest.fixture
def archived(before, tmp_path):
    outturns = tb.Table(
        {"indicator": ["gdp"], "period": ["2021"], "value": [104.5], "vintage": ["2022-03-01"]}
    )
    runs = before.simulate(400, seed=2**63 + 5, design="antithetic")
    return runs.archive(tmp_path / "2021", outturns=outturns, note="calm")


def test_a_round_is_verified_to_the_bit(archived, before):
    assert archived.verify().ok
    again = tb.read_round(archived.folder)
    assert again.model == before
    assert (again.note, again.outturns["value"].tolist()) == ("calm", [104.5])
    assert again.record["seed"] == 2**63 + 5
    assert again.attainment == before.simulate(
        400, seed=2**63 + 5, design="antithetic"
    ).attainment().select("scenario", "target", "probability", "low", "high", "undefined")


def test_what_was_changed_is_found(archived):
    fan = archived.folder / "fan.csv"
    fan.write_text(fan.read_text().replace("2023", "2032", 1))
    (archived.folder / "extra.txt").write_text("x")
    (archived.folder / "note.md").unlink()
    found = archived.verify()
    assert not found
    told = "\n".join(found.problems)
    assert "fan.csv: was changed" in told
    assert "fan.csv: 1 lines differ" in told
    assert "extra.txt: was not archived" in told
    assert "note.md: is missing" in told


def test_a_changed_plan_is_not_simulated(archived):
    plan = archived.folder / "plan.toml"
    plan.write_text(plan.read_text().replace("0.05", "0.06"))
    found = archived.verify()
    assert found.problems == ("plan.toml: was changed after it was archived",)


def _rewrite(archived, **changes):
    file = archived.folder / "round.json"
    record = {**json.loads(file.read_text()), **changes}
    file.write_text(json.dumps(record))


def test_numbers_that_differ_are_shown(archived):
    _rewrite(archived, seed=7)
    found = tb.read_round(archived.folder).verify()
    assert any("fan.csv:" in problem and "is now" in problem for problem in found.problems)


def test_other_streams_are_named(archived):
    _rewrite(archived, streams=99)
    assert "streams 99" in str(tb.read_round(archived.folder).verify())


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"files": {"../../etc/passwd": "0" * 64}}, "no round has"),
        ({"files": {"plan.toml": "short"}}, "no SHA-256"),
        ({"files": {}}, "has no plan.toml"),
        ({"seed": -1}, '"seed" cannot be -1'),
        ({"paths": True}, '"paths" cannot be True'),
        ({"format": 2}, "format 2"),
        ({"scenarios": []}, '"scenarios" cannot be'),
    ],
)
def test_a_record_that_cannot_be_trusted_is_refused(archived, changes, message):
    _rewrite(archived, **changes)
    with pytest.raises(ValueError, match=message):
        tb.read_round(archived.folder)


def test_folders_that_are_no_rounds_say_so(tmp_path, archived):
    with pytest.raises(FileNotFoundError, match="no such folder"):
        tb.read_round(tmp_path / "nowhere")
    with pytest.raises(ValueError, match=r"has no round\.json"):
        tb.read_round(tmp_path)
    with pytest.raises(ValueError, match="is a file, not the folder of a round"):
        tb.read_round(archived.folder / "plan.toml")
    (archived.folder / "round.json").write_bytes(b"\xff{")
    with pytest.raises(ValueError, match="cannot be read"):
        tb.read_round(archived.folder)


def test_nothing_is_overwritten_in_silence(archived, before, tmp_path):
    runs = before.simulate(100, seed=3)
    with pytest.raises(FileExistsError, match="replace=True"):
        runs.archive(archived.folder)
    assert runs.archive(archived.folder, replace=True).record["seed"] == 3
    other = tmp_path / "letters"
    other.mkdir()
    (other / "letter.txt").write_text("mine")
    with pytest.raises(FileExistsError, match="is no round"):
        runs.archive(other, replace=True)
    with pytest.raises(NotADirectoryError):
        runs.archive(other / "letter.txt")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["2021", "letters"]


def test_rounds_are_compared_and_drawn(archived, after, tmp_path):
    second = after.simulate(400, seed=1).archive(tmp_path / "2022")
    found = archived.compare(second)
    row = next(found.probabilities.filter(target="all").rows())
    assert row["difference"] == pytest.approx(row["after"] - row["before"])
    assert row["before_low"] < row["before"] < row["before_high"]
    assert row["after_low"] < row["after"] < row["after_high"]
    assert "parameters.trend" in found.differences["address"].tolist()
    why = found.explain()
    assert (why.seed, why.paths) == (1, 400)
    assert probabilities([archived, second])["round"].tolist() == ["2021"] * 2 + ["2022"] * 2
    pytest.importorskip("matplotlib").use("Agg")
    from matplotlib import pyplot as plt

    ax = tb.plot_rounds([archived, second], ["all", "gdp-2025"])
    assert [label.get_text() for label in ax.get_xticklabels()] == ["2021", "2022"]
    plt.close(ax.figure)
    with pytest.raises(KeyError, match="gdp-2025"):
        tb.plot_rounds([archived], "gdp-2026")


# Shell


def test_the_shell_archives_verifies_compares_and_explains(before, after, tmp_path, capsys):
    for name, model in (("a", before), ("b", after)):
        model.save(tmp_path / f"{name}.toml")
        arguments = ["--out", str(tmp_path / name), "--paths", "300", "--seed", "1"]
        assert main(["round", "archive", str(tmp_path / f"{name}.toml"), *arguments]) == 0
    a, b = str(tmp_path / "a"), str(tmp_path / "b")
    assert main(["round", "verify", a]) == 0
    assert main(["round", "compare", a, b, "--explain", "all"]) == 0
    assert "parameters.trend" in capsys.readouterr().out
    out = str(tmp_path / "parts.csv")
    arguments = ["--seed", "1", "--paths", "300", "--out", out, "--group", "mine=parameters.*"]
    assert main(["explain", a, f"{b}.toml", *arguments]) == 0
    printed = capsys.readouterr().out
    assert "mine: parameters.trend: 0.05 -> 0.03" in printed
    assert main(["explain", a, b, "--quantile", "gdp", "2025", "0.5", "--language", "zh"]) == 0
    (tmp_path / "b" / "fan.csv").write_text("gone")
    assert main(["round", "verify", b]) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["explain", "{a}", "{nowhere}"],
        ["explain", "{a}", "{a}", "--group", "x"],
        ["explain", "{a}", "{a}", "--quantile", "gdp", "2025", "half"],
        ["explain", "{a}", "{a}", "--of", "gdp-2024"],
        ["round", "verify", "{nowhere}"],
        ["round", "archive", "{a}", "--out", "{a}"],
    ],
)
def test_the_shell_refuses_bad_input(before, tmp_path, capsys, arguments):
    a = before.save(tmp_path / "a.toml")
    given = [text.format(a=a, nowhere=tmp_path / "nowhere") for text in arguments]
    assert main(given) == 2
    assert capsys.readouterr().err.strip()


# Early warnings


@pytest.fixture(scope="module")
def warned(before):
    return before.add(
        warnings={
            "slow": tb.EarlyWarning(
                indicator="gdp", of="growth", below=0.04, target="gdp-2025", severity="watch"
            ),
            "unlikely": tb.EarlyWarning(probability_below=0.9, message="look again"),
            "worse": tb.EarlyWarning(falls_by=0.1),
        }
    )


def test_warnings_are_part_of_a_plan_file(warned):
    assert tb.Model.from_toml(warned.to_toml()) == warned
    assert tb.Model.from_dict(warned.to_dict()).warnings["slow"].below == 0.04


def test_warnings_have_a_record_in_simulated_paths(warned):
    table = warned.simulate(4000, seed=1)["baseline"].warning_record()
    assert set(table["warning"].tolist()) == {"slow"}
    row = next(table.filter(period="2025").rows())
    assert row["missed_given_fires"] > row["missed"] > row["missed_given_quiet"]
    assert row["missed_given_fires_low"] < row["missed_given_fires"]
    assert row["hit_rate"] > row["false_alarms"]


def test_warnings_are_read_on_outturns(warned):
    outturns = tb.Table(
        {"indicator": ["gdp"] * 2, "period": ["2021", "2022"], "value": [103.0, 110.0]}
    )
    table = warned.warning_readings(outturns)
    assert table["fires"].tolist() == [True, False]
    assert table["excess"].tolist() == pytest.approx([0.01, 0.04 - 7 / 103])
    assert table["afterwards"].tolist() == ["not known"] * 2


def test_warnings_are_read_on_the_newest_vintage_of_a_file(warned, tmp_path):
    file = tmp_path / "outturns.csv"
    file.write_text(
        "indicator,period,value,vintage\n"
        "gdp,2021,90,2022-03-01\ngdp,2021,103,2023-03-01\ngdp,2022,110,2023-03-01\n"
    )
    for outturns in (file, str(file), tb.Outturns(file), tb.Outturns(file).table):
        table = warned.warning_readings(outturns)
        assert table["excess"].tolist() == pytest.approx([0.01, 0.04 - 7 / 103])
    assert str(table).split("\n")[1].split()[-3:] == ["true", "not", "known"]


def test_the_shell_tells_warnings_by_vintage(warned, tmp_path, capsys):
    warned.save(tmp_path / "plan.toml")
    rows = "gdp,2021,101,2022-03-01\ngdp,2022,101.5,2023-03-01\n"
    (tmp_path / "outturns.csv").write_text(f"indicator,period,value,vintage\n{rows}")
    files = [str(tmp_path / name) for name in ("plan.toml", "outturns.csv")]
    options = ["--out", str(tmp_path / "out"), "--paths", "500", "--seed", "1", "--no-charts"]
    assert main(["track", *files, *options]) == 0
    printed = capsys.readouterr().out
    known = printed.split("early warnings on what is known")[1]
    assert "slow" in known.split("early warnings on probabilities, 2022-03-01")[0]
    assert "early warnings on probabilities, 2022-03-01" in known


def test_warnings_on_probabilities_are_told_between_rounds(warned, tmp_path):
    first = warned.simulate(500, seed=1).archive(tmp_path / "1")
    changed = warned.add(parameters={"trend": 0.03}, replace=True)
    second = changed.simulate(500, seed=1).archive(tmp_path / "2")
    table = first.compare(second).alerts()
    assert dict(zip(table["warning"].tolist(), table["fires"].tolist(), strict=True)) == {
        "unlikely": True,
        "worse": True,
    }
    assert table["message"].tolist() == ["look again", ""]


# Outturns


@pytest.fixture(scope="module")
def known():
    return tb.Outturns(
        {
            "indicator": ["gdp"] * 3,
            "period": [2021, 2021, 2022],
            "value": [103.0, 104.0, 112.0],
            "vintage": ["2022-03-01", "2023-01-20", "2023-03-01"],
        }
    )


def test_outturns_and_revisions_are_groups_of_the_explanation(before, known):
    early, late = before.observe(known, as_of="2022-12-31"), before.observe(known)
    found = tb.explain(early, late, paths=2000, seed=1)
    assert found.parts["part"].tolist() == ["outturns", "revisions"]
    assert sum(found.exact.values(), Fraction(0)) == found.exact_change
    assert set(found.differences["address"].tolist()) == {
        "outturns.gdp.2021",
        "outturns.gdp.2022",
    }
    runs = [side.simulate(2000, seed=1).attainment() for side in (early, late)]
    ends = [table.filter(target="all")["probability"][0] for table in runs]
    assert [found.before[0], found.after[0]] == pytest.approx(ends, abs=1e-8)


def test_a_round_that_is_conditioned_on_outturns_is_verified(before, known, tmp_path):
    first = before.simulate(500, seed=1).archive(tmp_path / "1")
    second = before.observe(known).simulate(500, seed=1).archive(tmp_path / "2")
    assert second.verify().ok, str(second.verify())
    assert second.outturns["value"].tolist() == [104.0, 112.0]
    assert first.compare(second).explain().parts["part"].tolist() == ["outturns"]
    table = second.folder / "outturns.csv"
    table.write_text(table.read_text().replace("112", "113"))
    assert second.verify().problems == ("outturns.csv: was changed after it was archived",)
    with pytest.raises(ValueError, match="conditioned on actual values already"):
        before.observe(known).simulate(500, seed=1).archive(tmp_path / "3", outturns=known.table)


def test_the_outturns_of_yuecheng_are_told_apart():
    model = tb.plans.yuecheng()
    groups = {"growth": "outturns.gdp_real_growth.*", "level": "outturns.gdp.*"}
    found = tb.explain(
        model,
        model.observe(tb.plans.outturns()),
        "gdp-2025",
        groups=groups,
        paths=4000,
        seed=1,
        basis="new boundary",
    )
    assert sum(found.exact.values(), Fraction(0)) == found.exact_change
    value = dict(zip(found.parts["part"].tolist(), found.parts["value"].tolist(), strict=True))
    # Growth of 4 % in 2022 was far below the plan's 8.5 %; the level on the new boundary was not.
    assert value["growth"] < -0.05
    assert value["level"] > 0.05
