"""What the command reads is never written over, and messages name what a person gave."""

import json
import shutil

import polars as pl
import pytest

import tinbergen as tb
from tinbergen.shell.cli import main

MODEL = "y = 0.5 * y(-1) + g\n"
DATA = "period,y,g\n2020,2.0,1.0\n2021,2.0,1.0\n2022,,1.0\n2023,,1.0\n"
FEW = ["--paths", "50", "--seed", "1"]


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "m.prg").write_text(MODEL)
    (tmp_path / "d.csv").write_text(DATA)
    shutil.copy(tb.plans.path("minimal"), tmp_path / "plan.toml")
    (tmp_path / "rounds.csv").write_text(
        "indicator,period,value,vintage\ngdp,2021,104,2022-03-01\n"
    )
    return tmp_path


@pytest.mark.parametrize(
    ("command", "file"),
    [
        (["import", "m.prg", "d.csv", "--out", "d.csv", "--force"], "d.csv"),
        (["import", "m.prg", "d.csv", "--out", "m.prg", "--force"], "m.prg"),
        (["explain", "plan.toml", "plan.toml", *FEW, "--out", "plan.toml"], "plan.toml"),
        (["track", "plan.toml", "rounds.csv", *FEW, "--no-charts", "--out", "."], "rounds.csv"),
    ],
)
def test_what_is_read_is_not_written_over(here, command, file, capsys):
    before = (here / file).read_bytes()
    assert main(command) == 2
    assert f"{file} is read here; name another place" in capsys.readouterr().err
    assert (here / file).read_bytes() == before


def test_a_folder_in_the_place_of_a_file_is_named_as_it_was_given(here, capsys):
    (here / "folder").mkdir()
    assert main(["import", "m.prg", "d.csv", "--out", "folder", "--force"]) == 2
    assert "--out folder: is a folder; name a file" in capsys.readouterr().err
    with pytest.raises(IsADirectoryError) as caught:
        tb.plans.minimal().save(here / "folder")
    assert caught.value.filename == str(here / "folder")


def test_a_file_in_no_folder_is_named_and_not_the_one_that_is_written_first(here):
    table = tb.plans.minimal().simulate(paths=50, seed=1).attainment()
    with pytest.raises(FileNotFoundError) as caught:
        table.to_parquet(here / "none" / "x.parquet")
    assert caught.value.filename == str(here / "none" / "x.parquet")


def test_how_a_table_is_read_can_be_said_in_the_shell(here, capsys):
    (here / "two.csv").write_text("period;y;g\n2020;2.000;1.000\n2021;2.000;1.000\n2022;;1.000\n")
    command = ["import", "m.prg", "two.csv", "--periods", "2022..2022", "--out", "out.toml"]
    assert main(command) == 2
    assert "--decimal" in capsys.readouterr().err
    assert main([*command, "--decimal", "."]) == 0
    assert tb.read_plan("out.toml").indicators["g"].history[2022] == 1.0
    assert main(["import", "m.prg", "--decimal", ",", "--out", "x.toml"]) == 2
    assert "--decimal: says how DATA is read" in capsys.readouterr().err
    (here / "later.csv").write_text("period;gdp\n2021;104,5\n")
    track = ["track", "plan.toml", "later.csv", *FEW, "--decimal", ","]
    assert main(track) == 2
    assert "--vintage" in capsys.readouterr().err
    assert main([*track, "--vintage", "2022-03-01"]) == 0
    archive = ["round", "archive", "plan.toml", *FEW, "--out", "r"]
    later = ["--outturns", "later.csv", "--decimal", ",", "--vintage", "2022-03-01"]
    assert main([*archive, *later]) == 0
    assert tb.read_round("r").outturns["value"].tolist() == [104.5]
    assert main([*archive[:-1], "s", "--vintage", "2022-03-01"]) == 2
    assert "--vintage: needs --outturns" in capsys.readouterr().err


def test_a_plan_that_cannot_be_run_yet_is_exit_1_of_import(here, capsys):
    assert main(["import", "m.prg", "d.csv", "--periods", "2022..2023", "--out", "a.toml"]) == 0
    (here / "lacks.prg").write_text("y = 0.5 * y(-1) + g + h\n")
    lacks = ["import", "lacks.prg", "d.csv", "--periods", "2022..2023", "--out", "b.toml"]
    assert main(lacks) == 1
    assert "b.toml" in capsys.readouterr().err
    assert (here / "b.toml").exists()


# --------------------------------------------------------------------------------------- rounds


@pytest.fixture
def archived(here):
    return tb.plans.minimal().simulate(paths=50, seed=1).archive(here / "rb")


def test_a_record_without_a_seal_says_so(archived):
    assert len(archived.notes) == 0
    file = archived.folder / "round.json"
    record = json.loads(file.read_text(encoding="utf-8"))
    del record["seal"]
    file.write_text(json.dumps({**record, "seed": 99}), encoding="utf-8")
    found = tb.read_round(archived.folder)
    assert [(note.address, note.kind) for note in found.notes] == [("round.json", "unsealed")]
    assert "has no seal" in str(found.notes[0])
    assert not found.verify()


def test_notes_and_comparisons_name_the_folder(archived, here, capsys):
    shutil.copytree(archived.folder, here / "rc")
    (here / "rc" / "fan.csv").unlink()
    found = tb.compare_rounds(archived.folder, here / "rc")
    assert found.heading == "rb -> rc (archived as rb)"
    assert "rc (archived as rb): is missing" in str(found.notes[0])
    assert main(["round", "compare", "rb", "rc"]) == 0
    assert "rb -> rc (archived as rb)" in capsys.readouterr().out


def test_a_round_without_its_plan_says_which_file_is_missing(archived):
    (archived.folder / "plan.toml").unlink()
    for read in (lambda: archived.model, lambda: tb.compare_rounds(archived, archived)):
        with pytest.raises(FileNotFoundError, match=r"plan\.toml: is missing, and was there"):
            read()


# ------------------------------------------------------------------------------------- messages


def test_a_series_without_periods_is_told_what_is_expected():
    with pytest.raises(TypeError, match="expected values by period"):
        tb.Indicator(history=pl.Series([1.0, 2.0]))


def test_a_name_that_differs_by_case_alone_is_the_nearest():
    assert str(tb.UnknownNameError("indicator", "GDP", ["jobs", "gdp"])).endswith('mean "gdp"?')


def test_problems_of_a_model_name_the_file_that_was_given(here):
    (here / "bomb.pcim").write_text("[1, 2]")
    (here / "lol.xml").write_text("<a>")
    with pytest.raises(tb.ModelError, match=r"^bomb\.pcim: "):
        tb.read_modelflow("bomb.pcim", periods="2020..2021")
    with pytest.raises(tb.ModelError, match=r"^lol\.xml: "):
        tb.read_frbus("lol.xml", "d.csv", periods="2020..2021")
