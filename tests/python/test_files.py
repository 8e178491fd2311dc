"""Archives survive kills, races and full disks, and say when they were touched; what is no file is refused."""

import errno
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import warnings
from pathlib import Path

import pytest

import tinbergen as tb
from tinbergen import _core
from tinbergen.basics import files
from tinbergen.shell.cli import main

pytestmark = pytest.mark.skipif(os.name == "nt", reason="needs fork, pipes and signals")

PLAN = """
schema = 1
name = "small"
periods = "2021..2022"
[indicators.gdp]
history = { 2020 = 100 }
process = { kind = "growth", mean = 0.05 }
[shocks.gdp]
normal = { sd = 0.02 }
[[targets]]
id = "gdp-2022"
indicator = "gdp"
period = 2022
at_least = 110
"""
TASKS = Path("/proc/self/task")
"""The threads of this process, where the system says."""
OPERATIONS = ("mkdir", "open", "write", "fsync", "rename", "rmdir", "unlink")
"""What a round comes to the disk by, in the module `os`; beside them the exchange of two folders."""


@pytest.fixture(scope="module")
def runs():
    return tb.Model.from_toml(PLAN).simulate(200, seed=2, threads=1)


@pytest.fixture(scope="module")
def before():
    return tb.Model.from_toml(PLAN).simulate(100, seed=1, threads=1)


class Fault:
    """Counts what is done to the disk, and lets the n-th of it fail, or ends the process there."""

    def __init__(self, at, deed, *, exchanges=True):
        self.at, self.deed, self.exchanges, self.count = at, deed, exchanges, 0

    def __enter__(self):
        self.saved = {name: getattr(os, name) for name in OPERATIONS}
        for name, operation in self.saved.items():
            setattr(os, name, self.counted(operation, half=name == "write"))
        self.exchange = _core.exchange
        usual = self.exchange if self.exchanges else lambda _a, _b: False
        _core.exchange = self.counted(usual)
        return self

    def __exit__(self, *_):
        for name, operation in self.saved.items():
            setattr(os, name, operation)
        _core.exchange = self.exchange

    def counted(self, operation, *, half=False):
        def run(*arguments, **options):
            self.count += 1
            if self.count != self.at:
                return operation(*arguments, **options)
            if self.deed == "fail":
                raise OSError(errno.ENOSPC, "No space left on device")
            if self.deed == "kill after":
                operation(*arguments, **options)
            elif half:
                operation(arguments[0], arguments[1][: len(arguments[1]) // 2])
            os.kill(os.getpid(), signal.SIGKILL)
            raise AssertionError("it was killed")

        return run


def attempt(work, fault):
    """Archive in a child with a fault; gives how it ended, and whether the fault came."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            with fault:
                try:
                    work()
                    status = 0
                except OSError:
                    status = 2
            os.write(writer, b"came" if fault.count >= fault.at else b"not")
        finally:
            os._exit(status)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        told = pipe.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return "killed", True
    return ("done", "", "failed")[os.WEXITSTATUS(status)], told == b"came"


@pytest.mark.parametrize("exchanges", [True, False], ids=["exchanged", "in steps"])
@pytest.mark.parametrize("deed", ["fail", "kill before", "kill after"])
@pytest.mark.parametrize("replace", [False, True])
def test_a_round_is_the_old_or_the_new_one_whatever_fails(
    before, runs, tmp_path, deed, replace, exchanges
):
    ends = {"done": 0, "failed": 0, "killed": 0}
    for at in range(1, 200):
        place = tmp_path / str(at)
        if replace:
            before.archive(place, name="old")
        else:
            place.parent.mkdir(exist_ok=True)
        fault = Fault(at, deed, exchanges=exchanges)
        end, came = attempt(
            lambda place=place: runs.archive(place, name="new", replace=replace), fault
        )
        ends[end] += 1
        there = None
        if replace or place.exists():
            there = tb.read_round(place)
            assert len(there.notes) == 0
            assert there.record["paths"] == {"old": 100, "new": 200}[there.name]
            assert there.attainment["probability"][0] > 0
        if end == "done":
            assert there.name == "new"
        # What comes after finds nothing in its way.
        assert runs.archive(place, name="later", replace=True).name == "later"
        assert tb.read_round(place).verify().ok
        if not came:
            break
        shutil.rmtree(place)
    else:
        pytest.fail("no end of operations")
    # Every operation was failed once: four files, their folder and the one around it.
    assert at >= (25 if replace else 19)
    if deed == "fail":
        assert ends["failed"] >= 15  # what is only tidied up may fail
    else:
        assert ends["killed"] >= at - 2  # the rename onto the old round fails by itself


def test_one_of_several_processes_archives_a_round(runs, tmp_path):
    for turn in range(20):
        place = tmp_path / str(turn)
        go, start = os.pipe()
        children = []
        for k in range(3):
            child = os.fork()
            if child == 0:
                os.close(start)
                os.read(go, 1)  # until all are let go
                status = 1
                try:
                    runs.archive(place, name=str(k))
                    status = 0
                except FileExistsError:
                    status = 2
                finally:
                    os._exit(status)
            children.append(child)
        os.close(go)
        os.close(start)
        ends = [os.WEXITSTATUS(os.waitpid(child, 0)[1]) for child in children]
        assert sorted(ends) == [0, 2, 2]
        assert tb.read_round(place).name == str(ends.index(0))
        assert tb.read_round(place).verify().ok
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_what_is_no_round_is_put_back(before, runs, tmp_path, monkeypatch):
    place = tmp_path / "round"
    before.archive(place)
    exchange = _core.exchange

    def meanwhile(a, b):
        # Another program puts a folder of its own in the place.
        shutil.rmtree(place)
        place.mkdir()
        (place / "letter.txt").write_text("mine")
        monkeypatch.setattr(_core, "exchange", exchange)
        return exchange(a, b)

    monkeypatch.setattr(_core, "exchange", meanwhile)
    with pytest.raises(FileExistsError, match="there is something already"):
        runs.archive(place, replace=True)
    assert (place / "letter.txt").read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["round"]


def test_drafts_of_killed_processes_are_removed_once_they_are_old(runs, tmp_path):
    fresh, old = tmp_path / ".round.0123abcd.tmp", tmp_path / ".round.4567abcd.tmp"
    other = tmp_path / ".other.4567abcd.tmp"
    for draft in (fresh, old, other):
        draft.mkdir()
    for draft in (old, other):
        os.utime(draft, (time.time() - 7200,) * 2)
    runs.archive(tmp_path / "round")
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {"round", fresh.name, other.name}


# Rounds that were touched


TOUCHES = {
    "attainment.csv": lambda text: text.replace("0.", "0.9", 1),
    "fan.csv": lambda text: text + "\n",
    "plan.toml": lambda text: text.replace("0.05", "0.06"),
    "note.md": lambda text: text + "!",
    "round.json": lambda text: text.replace('"seed": 2', '"seed": 3'),
}


@pytest.mark.parametrize("file", TOUCHES)
def test_a_round_that_was_touched_says_so_wherever_it_is_shown(
    runs, before, tmp_path, file, capsys
):
    before.archive(tmp_path / "a")
    runs.archive(tmp_path / "b", note="calm")
    path = tmp_path / "b" / file
    path.write_text(TOUCHES[file](path.read_text()))
    touched = tb.read_round(tmp_path / "b")
    assert [note.address for note in touched.notes] == [file]
    assert f"{file} was changed after it was archived" in repr(touched)
    warned = pytest.warns(tb.TouchedRoundWarning, match=f"b/{file}: was changed")
    reads = {
        "attainment.csv": lambda: touched.attainment,
        "plan.toml": lambda: touched.model,
        "note.md": lambda: touched.note,
    }
    if file in reads:
        with warned:
            reads[file]()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", tb.TouchedRoundWarning)
        found = tb.compare_rounds(tmp_path / "a", touched)
    assert [(note.address, note.kind) for note in found.notes] == [(file, "touched")]
    assert f"touched: {file}: b: was changed after it was archived" in repr(found)
    assert main(["round", "compare", str(tmp_path / "a"), str(tmp_path / "b")]) == 0
    shown = capsys.readouterr()
    assert f"{file}: b: was changed after" in shown.out
    if file in ("attainment.csv", "plan.toml"):
        assert shown.err.count(f"note: touched: {path}: was changed after it was archived") == 1
    assert main(["round", "verify", str(tmp_path / "b")]) == 1
    assert f"{file}: was changed" in capsys.readouterr().out


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_chart_of_rounds_names_the_files_that_were_touched(runs, before, tmp_path, language):
    pytest.importorskip("matplotlib").use("Agg")
    from matplotlib import pyplot as plt

    rounds = [before.archive(tmp_path / "a"), runs.archive(tmp_path / "b")]
    for touched in (False, True):
        if touched:
            path = tmp_path / "b" / "fan.csv"
            path.write_text(path.read_text() + "\n")
        ax = tb.plot_rounds(rounds, "all", language=language)
        told = " ".join(text.get_text() for text in ax.texts).replace("\n", " ")
        assert ("b/fan.csv" in told) is touched
        plt.close(ax.figure)


def test_a_table_that_was_made_unreadable_is_an_error(runs, tmp_path):
    archived = runs.archive(tmp_path / "a")
    (tmp_path / "a" / "attainment.csv").write_text("nonsense\n1\n")
    with (
        pytest.warns(tb.TouchedRoundWarning),
        pytest.raises(ValueError, match=r"attainment\.csv: is no table of probabilities"),
    ):
        _ = archived.attainment


def test_the_shell_conditions_what_it_archives_on_outturns(tmp_path, capsys):
    plan, known = tmp_path / "plan.toml", tmp_path / "known.csv"
    plan.write_text(PLAN)
    known.write_text("indicator,period,value,vintage\ngdp,2021,104.5,2022-03-01\n")
    arguments = ["round", "archive", str(plan), "--paths", "300", "--seed", "1", "--out"]
    assert main([*arguments, str(tmp_path / "a"), "--outturns", str(known)]) == 0
    archived = tb.read_round(tmp_path / "a")
    again = archived.simulate()
    assert (again["baseline"]["gdp"][0] == 104.5).all()
    assert archived.record["held"] == {"basis": None}
    assert archived.outturns["value"].tolist() == [104.5]
    assert main(["round", "verify", str(tmp_path / "a")]) == 0
    early = [str(tmp_path / "b"), "--outturns", str(known), "--as-of", "2022-01-01"]
    capsys.readouterr()
    main([*arguments, *early])
    assert main([*arguments, str(tmp_path / "c"), "--as-of", "2022-01-01"]) == 2
    assert "--as-of: needs --outturns" in capsys.readouterr().err


# What is no file


def _reads(tmp_path):
    plan = tb.Model.from_toml(PLAN)
    return {
        "plan": tb.read_plan,
        "text": lambda path: tb.read_text(path, periods="2021..2022"),
        "eviews": lambda path: tb.read_eviews(path, periods="2021..2022"),
        "modelflow": lambda path: tb.read_modelflow(path, periods="2021..2022"),
        "frbus": lambda path: tb.read_frbus(path, path),
        "frml": lambda path: tb.read_frml(path, periods="2021..2022"),
        "bimets": lambda path: tb.read_bimets(path, periods="2021..2022"),
        "dynare": lambda path: tb.read_dynare(path, periods="2021..2022"),
        "model": lambda path: tb.read_model(path, periods="2021..2022"),
        "data": lambda path: tb.read_text("y = x + 1", data=path, periods="2021..2022"),
        "outturns": plan.observe,
        "workbook": tb.read_workbook,
        "archived outturns": lambda path: plan.simulate(10, seed=1).archive(
            tmp_path / "never", outturns=path
        ),
    }


KINDS = [
    "plan",
    "text",
    "eviews",
    "modelflow",
    "frbus",
    "frml",
    "bimets",
    "dynare",
    "model",
    "data",
    "outturns",
    "workbook",
    "archived outturns",
]


@pytest.mark.parametrize("kind", KINDS)
def test_pipes_and_devices_are_refused(tmp_path, kind):
    read = _reads(tmp_path)[kind]
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path in (pipe, "/dev/zero", "/dev/null"):
        with pytest.raises(tb.ModelError, match="is a pipe or a device"):
            read(path)
    with pytest.raises(tb.ModelError, match="is a folder; name a file"):
        read(tmp_path)
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "nowhere")


def test_all_readers_are_tried(tmp_path):
    assert list(_reads(tmp_path)) == KINDS
    assert {f"read_{kind}" for kind in KINDS} >= {
        name for name in tb.__all__ if name.startswith("read_")
    } - {"read_round", "read_run"}  # folders


@pytest.mark.parametrize("name", ["plan.toml", "attainment.csv", "fan.csv", "round.json"])
def test_a_pipe_in_a_round_is_refused(runs, tmp_path, name):
    runs.archive(tmp_path / "round")
    (tmp_path / "round" / name).unlink()
    os.mkfifo(tmp_path / "round" / name)
    with pytest.raises(ValueError, match=f"{name}: is a pipe or a device"):
        tb.read_round(tmp_path / "round").verify()


def test_the_shell_refuses_a_pipe(tmp_path, capsys):
    os.mkfifo(tmp_path / "pipe")
    for arguments in (["check", str(tmp_path / "pipe")], ["check", "/dev/zero"]):
        assert main(arguments) == 2
        assert "is a pipe or a device" in capsys.readouterr().err


def test_nothing_is_read_of_a_file_that_is_too_large(tmp_path, monkeypatch):
    large = tmp_path / "large.toml"
    with large.open("wb") as file:
        file.truncate(1 << 40)  # without blocks on the disk
    read = []
    monkeypatch.setattr(os, "read", lambda *arguments: read.append(arguments))
    with pytest.raises(tb.ModelError, match="is larger than"):
        tb.read_plan(large)
    assert read == []


def test_a_file_that_grows_is_read_up_to_the_limit(tmp_path, monkeypatch):
    file = tmp_path / "grows"
    file.write_bytes(b"#" * 1000)
    monkeypatch.setattr(files, "_check", lambda *_: None)  # as if it had been small then
    with pytest.raises(tb.ModelError, match="is larger than 999 bytes"):
        files.read_input(file, 999)
    assert files.read_input(file, 1000) == b"#" * 1000


# Forks and pools


FORKS = """
import os, sys, threading, time
import tinbergen as tb
model = tb.Model.from_toml(sys.argv[1])
stop = False

def start_pools():
    k = 0
    while not stop:
        k += 1
        model.simulate(10, seed=1, threads=2 + k % 5, progress=False)

others = [threading.Thread(target=start_pools) for _ in range(2)]
for other in others:
    other.start()
forks = 0
try:
    end = time.monotonic() + float(sys.argv[2])
    while time.monotonic() < end:
        child = os.fork()
        if child == 0:
            model.simulate(10, seed=1, threads=2, progress=False)
            os._exit(0)
        forks += 1
        late = time.monotonic() + 20
        while os.waitpid(child, os.WNOHANG) == (0, 0):
            if time.monotonic() > late:
                os.kill(child, 9)
                sys.exit(f"fork {forks} hangs")
            time.sleep(0.001)
finally:
    stop = True
    for other in others:
        other.join()
print(forks, len(os.listdir("/proc/self/task")) if os.path.isdir("/proc/self/task") else 0)
"""


def test_a_fork_while_others_start_pools_does_not_hang_and_few_pools_are_kept():
    command = [sys.executable, "-W", "ignore", "-c", FORKS, PLAN, "5"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    forks, threads = map(int, done.stdout.split())
    assert forks > 20
    assert threads < 40


def test_pools_of_every_thread_count_are_not_kept():
    if not TASKS.is_dir():
        pytest.skip("counts threads in /proc")
    model = tb.Model.from_toml(PLAN)

    def unknown():
        return len(list(TASKS.iterdir())) - threading.active_count()

    others = unknown()  # those of other libraries
    for threads in range(1, 30):
        model.simulate(10, seed=1, threads=threads)
    late = time.monotonic() + 20
    while unknown() - others > 4 * 29:
        assert time.monotonic() < late, "threads do not end"
        time.sleep(0.05)
