"""Ctrl-C is heard soon wherever the library computes; benches/interrupts.py has the walk."""

import os
import signal
import subprocess
import sys
import time

import interrupts
import pytest

import tinbergen as tb

pytestmark = [
    pytest.mark.alone,
    pytest.mark.skipif(sys.platform == "win32", reason="signals differ there"),
    # Python throws a signal away that comes while it forgets what nobody refers to any more, and says so.
    pytest.mark.filterwarnings(
        "ignore:Exception ignored in. <function WeakKeyDictionary:pytest.PytestUnraisableExceptionWarning"
    ),
]

SOON = 1.0
"""Seconds, by the clock or of the processor; the walk asks for 0.2 where nothing else runs."""


def test_everything_public_is_walked_or_quick_for_a_reason():
    walked = {name.split(",")[0] for name in interrupts.cases()}
    public = set(interrupts.surface())
    commands = {name for name in walked if name.startswith("tinbergen ")}
    assert len(public) > 150
    assert public - walked - set(interrupts.QUICK) == set(), "walk it, or say why it is quick"
    assert walked - commands - public == set(), "there is no such thing"
    assert set(interrupts.QUICK) - public == set(), "there is no such thing"
    assert walked & set(interrupts.QUICK) == set()
    assert all(len(reason) > 20 for reason in interrupts.QUICK.values())


SOME = [
    "Model.simulate",
    "Model.simulate, equations together",
    "Model.simulate, streamed",
    "Model.simulate, tiled",
    "Model.simulate, until",
    "Model.variance_split",
    "Model.check",
    "Model.rounds",
    "Model.seek",
    "Tracked.simulate",
    "Tracked.attainment",
    "explain",
    "read_plan",
    "Runs.attainment",
    "Runs.most_likely",
    "tinbergen run",
]


def late(names, moment):
    """Return which calls hear a signal late, twice: a machine that others use stops for a moment, or Python
    throws the signal away.
    """
    found = {}
    for _ in range(2):
        walked = interrupts.walk(names, moments=(moment,))
        found = {name: gaps for name, gaps in walked if not max(map(min, gaps)) < SOON}
        names = list(found)
    return found


@pytest.mark.parametrize("threads", ["1", "2"])
@pytest.mark.parametrize("name", SOME)
def test_ctrl_c_is_heard_and_the_library_works_on(name, threads, monkeypatch, capfd):
    monkeypatch.setenv("TINBERGEN_THREADS", threads)
    assert late([name], 0.3) == {}


@pytest.mark.slow
def test_all_of_the_walk_is_heard():
    assert late([name for name in interrupts.cases() if name not in SOME], 0.4) == {}


def test_a_signal_that_waits_when_the_library_is_first_used_is_no_panic():
    code = """
import os, signal, threading
import tinbergen as tb
plan = tb.plans.yuecheng()
caught = 0
for _ in range(20):
    try:
        threading.Timer(0.0, os.kill, (os.getpid(), signal.SIGINT)).start()
        plan.rounds(tb.plans.outturns(), paths=4000, seed=1, scenarios="baseline")
    except KeyboardInterrupt:
        caught += 1
print(caught, plan.simulate(10, seed=1)["baseline"]["gdp"].shape)
"""
    command = [sys.executable, "-W", "ignore", "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "20 (15, 10)\n"


def test_the_shell_says_that_it_was_interrupted():
    code = """
import sys
from tinbergen.shell.cli import main
print("ready", flush=True)
sys.exit(main(sys.argv[1:]))
"""
    asked = ["--probability", "0.9", "--of", "all", "--paths", "300000", "--seed", "1"]
    command = [sys.executable, "-W", "ignore", "-c", code, "seek", str(tb.plans.path()), *asked]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True) as process:
        assert process.stdout.readline() == "ready\n"
        time.sleep(0.5)
        os.kill(process.pid, signal.SIGINT)
        _, told = process.communicate(timeout=60)
    assert process.returncode == 130
    assert told.strip().endswith("interrupted")
