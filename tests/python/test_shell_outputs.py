"""What the command writes and prints goes where it was said to, whatever stands there, or nothing is lost by it."""

import errno
import io
import json
import os
import stat
import subprocess
import sys
import threading

import pytest

import tinbergen as tb
from tinbergen.basics import files
from tinbergen.shell import cli
from tinbergen.shell.cli import main

PLAN = str(tb.plans.path("minimal"))
FEW = ["--paths", "50", "--seed", "1"]
posix = pytest.mark.skipif(os.name == "nt", reason="needs links, pipes and permissions")


def explained(out):
    return main(["explain", PLAN, PLAN, *FEW, "--out", str(out)])


def shell(*arguments, **options):
    command = [sys.executable, "-W", "ignore", "-m", "tinbergen", *arguments]
    return subprocess.run(command, capture_output=True, check=False, timeout=300, **options)


def names(folder):
    return sorted(file.name for file in folder.iterdir())


def failing_write(after):
    """Write, and find no space after so many pieces."""
    count, usual = 0, os.write

    def write(descriptor, piece):
        nonlocal count
        count += 1
        if count > after:
            raise OSError(errno.ENOSPC, "No space left on device")
        return usual(descriptor, piece)

    return write


def test_a_disk_that_is_full_is_told_with_the_file_and_the_older_one_stays(
    tmp_path, capsys, monkeypatch
):
    out = tmp_path / "parts.csv"
    out.write_text("older")
    monkeypatch.setattr(os, "write", failing_write(0))
    code = explained(out)
    monkeypatch.undo()
    assert (code, out.read_text()) == (2, "older")
    assert capsys.readouterr().err == f"{out}: cannot be written: no space is left\n"
    assert names(tmp_path) == ["parts.csv"]


def test_a_round_that_finds_no_space_is_told_with_its_folder(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(os, "write", failing_write(2))
    code = main(["round", "archive", PLAN, *FEW, "--out", str(tmp_path / "round")])
    monkeypatch.undo()
    assert code == 2
    assert capsys.readouterr().err == f"{tmp_path / 'round'}: cannot be written: no space is left\n"
    assert names(tmp_path) == []


def test_a_folder_where_nothing_can_be_written_or_removed_is_told_with_the_file_that_was_named(
    tmp_path, capsys, monkeypatch
):
    def refused(file, *_arguments, **_options):
        raise OSError(errno.EROFS, "Read-only file system", os.fspath(file))

    monkeypatch.setattr(files.os, "open", refused)
    monkeypatch.setattr(files.Path, "unlink", refused)
    with pytest.raises(OSError, match="Read-only") as caught:
        files.write_atomically(tmp_path / "x.csv", "x")
    monkeypatch.undo()
    assert caught.value.filename == str(tmp_path / "x.csv")


@posix
def test_a_link_stays_a_link_and_what_it_points_to_is_written(tmp_path):
    (tmp_path / "data").mkdir()
    for name in ("there.csv", "not-yet.csv"):
        (tmp_path / name).symlink_to(f"data/{name}")
    (tmp_path / "data" / "there.csv").write_text("older")
    for name in ("there.csv", "not-yet.csv"):
        assert explained(tmp_path / name) == 0
        assert (tmp_path / name).is_symlink()
        assert (tmp_path / "data" / name).read_text().startswith("part,")
    assert names(tmp_path / "data") == ["not-yet.csv", "there.csv"]


@posix
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o666])
def test_who_may_read_a_file_may_read_the_one_that_replaces_it_and_nobody_else(tmp_path, mode):
    out = tmp_path / "parts.csv"
    out.write_text("older")
    out.chmod(mode)
    assert explained(out) == 0
    assert out.read_text() != "older"
    assert stat.S_IMODE(out.stat().st_mode) == mode


@posix
def test_a_pipe_is_written_to_and_stays_a_pipe(tmp_path):
    out, told = tmp_path / "pipe", []
    os.mkfifo(out)
    reader = threading.Thread(target=lambda: told.append(out.read_text()), daemon=True)
    reader.start()
    assert explained(out) == 0
    reader.join(60)
    assert told
    assert told[0].startswith("part,")
    assert stat.S_ISFIFO(out.stat().st_mode)


@pytest.mark.parametrize(
    "command",
    [
        ["run", PLAN, *FEW, "--out", ""],
        ["report", PLAN, *FEW, "--out", ""],
        ["run", ""],
        ["new", ""],
        ["round", "archive", PLAN, "--out", ""],
    ],
)
def test_an_empty_name_is_not_this_folder(command, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        main(command)
    assert ended.value.code == 2
    assert "the name is empty" in capsys.readouterr().err
    assert names(tmp_path) == []


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_an_output_without_the_signs_loses_nothing(encoding):
    """As on Windows, where what is sent to a file is written in the code page of the system."""
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    plan = tb.plans.path("yuecheng")
    told = shell("run", plan, *FEW, "--language", "zh", env=environment)
    assert (told.returncode, told.stderr) == (0, b"")
    assert rb"\u" in told.stdout
    answer = shell("plans", "--json", "--language", "zh", env=environment).stdout
    assert json.loads(answer.decode(encoding)) == json.loads(
        shell("plans", "--json", "--language", "zh").stdout
    )
    for name in ("yuecheng", "portugal"):
        printed = shell("plans", name, env=environment).stdout
        assert (
            printed.decode("utf-8").splitlines()
            == tb.plans.path(name).read_text("utf-8").splitlines()
        )


@pytest.mark.parametrize(
    "command", [["run", PLAN, *FEW], ["check", PLAN, "--json"], ["schema"], ["plans"]]
)
def test_an_output_that_is_closed_is_nobody_who_reads(command, monkeypatch):
    monkeypatch.setattr(sys, "stdout", None)
    assert main(command) == 0
    sys.stdout.close()


def test_one_of_two_plans_comes_through_standard_input(monkeypatch, capsys):
    plan = tb.plans.path("minimal").read_bytes()
    for command in (["-", PLAN], [PLAN, "-"]):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(plan)))
        assert main(["explain", *command, *FEW]) == 0
    told = capsys.readouterr()
    assert main(["explain", PLAN, PLAN, *FEW]) == 0
    assert told.out == 2 * capsys.readouterr().out
    assert main(["explain", "-", "-", *FEW]) == 2
    assert "standard input" in capsys.readouterr().err


def test_ctrl_c_while_the_command_starts_is_exit_130(monkeypatch, capsys):
    def pressed(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "_parser", pressed)
    assert main(["run", PLAN]) == 130
    assert capsys.readouterr().err == "interrupted\n"


@pytest.mark.parametrize("module", ["numpy", "tinbergen.errors"])
def test_ctrl_c_while_the_package_is_imported_is_no_mistake_of_the_core(module):
    code = f"""
import sys
class Pressed:
    def find_spec(name, *_):
        if name == {module!r}:
            raise KeyboardInterrupt
sys.meta_path.insert(0, Pressed)
try:
    import tinbergen
except KeyboardInterrupt:
    print("interrupted")
"""
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (told.stdout, told.stderr) == ("interrupted\n", "")
