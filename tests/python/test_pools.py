"""Executors that break in ways of their own: workers that die while they send, functions that cannot be imported."""

import importlib
import os
import subprocess
import sys
import threading
import time
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.context import SpawnProcess
from pathlib import Path

import elsewhere
import pytest

import tinbergen as tb
from tinbergen.questions import pools

ROOT = Path(__file__).parents[2]
PLAN = ROOT / "plans" / "minimal.toml"


def spawned():
    return ProcessPoolExecutor(2, mp_context=get_context("spawn"))


def wait_for(come, seconds=60.0):
    until = time.monotonic() + seconds
    while not come() and time.monotonic() < until:
        time.sleep(0.01)
    assert come()


@pytest.mark.skipif(os.name == "nt", reason="pipes of another kind")
def test_a_pool_that_waits_for_a_worker_that_died_is_made_to_notice(monkeypatch):
    monkeypatch.setattr(pools, "_GRACE", 0.3)
    context = get_context("fork" if sys.platform == "linux" else "spawn")
    pool = ProcessPoolExecutor(1, mp_context=context)
    future = pool.submit(time.sleep, 60)
    while not pool._processes or not next(iter(pool._processes.values())).is_alive():
        time.sleep(0.01)
    # What a worker does that dies in the middle: a length, and less than that.
    pool._result_queue._writer._send((100).to_bytes(4, "big") + b"begun")
    time.sleep(0.2)
    next(iter(pool._processes.values())).kill()
    time.sleep(0.5)
    assert not future.done()  # the pool does not notice by itself
    lookout, begun = pools.Lookout(), time.monotonic()
    while not future.done() and time.monotonic() - begun < 20:
        lookout.is_stuck(pool)
        time.sleep(0.05)
    assert isinstance(future.exception(timeout=0), BrokenProcessPool)
    pool.shutdown()


def test_a_pool_that_never_notices_is_given_up(monkeypatch):
    class Stuck(Executor):
        def submit(self, fn, /, *args):
            return Future()

    made = []

    def make():
        made.append(Stuck() if not made else ThreadPoolExecutor(1))
        return made[-1]

    monkeypatch.setattr(pools, "_ended", lambda pool: [1] if isinstance(pool, Stuck) else [])
    monkeypatch.setattr(pools, "_end", lambda pool: None)
    monkeypatch.setattr(pools, "_PATIENCE", 0.2)
    model = tb.plans.minimal()
    found = model.simulate(100, seed=1, store="streamed", executor=make, range_paths=30)
    assert found.fan() == model.simulate(100, seed=1, store="streamed").fan()
    assert len(made) == 2


def test_a_worker_that_a_pool_starts_while_it_breaks_is_ended():
    class Broken(ProcessPoolExecutor):
        def submit(self, fn, /, *args):
            raise BrokenProcessPool("broken")

    late = get_context("spawn").Process(target=time.sleep, args=(60,))
    late.start()
    pool = Broken(1, mp_context=get_context("spawn"))
    pool._processes = {late.pid: late}
    with pytest.raises(tb.errors.WorkerLostError):
        tb.plans.minimal().simulate(10, executor=pool)
    late.join(20)
    assert late.exitcode not in (None, 0)


def test_a_pool_that_breaks_while_it_starts_a_worker_is_made_again(monkeypatch):
    made, start = [], SpawnProcess.start

    def make():
        made.append(ProcessPoolExecutor(2, mp_context=get_context("spawn")))
        return made[-1]

    def breaks(process):
        pool = made[-1]
        if len(made) == 1 and pool._processes:
            next(iter(pool._processes.values())).kill()
            # Where submit() locks the pool it does not break before its worker has started.
            until = time.monotonic() + (5 if sys.version_info < (3, 12) else 0.2)
            while not pool._call_queue._reader.closed and time.monotonic() < until:
                time.sleep(0.01)
        start(process)

    monkeypatch.setattr(SpawnProcess, "start", breaks)
    model = tb.plans.minimal()
    found = model.simulate(100, seed=1, store="streamed", executor=make, range_paths=30)
    assert found.fan() == model.simulate(100, seed=1, store="streamed").fan()
    assert len(made) == 2


@pytest.mark.parametrize("error", [BrokenPipeError, ConnectionRefusedError, EOFError])
def test_a_worker_that_ends_while_it_is_started_is_started_again(monkeypatch, error):
    """Its pipe has no reader then, or the server that it was to come from is gone."""
    started, start = [], SpawnProcess.start

    def ends(process):
        started.append(process)
        if len(started) == 2:
            raise error(32, "the other side is gone")
        start(process)

    monkeypatch.setattr(SpawnProcess, "start", ends)
    model = tb.plans.minimal()
    found = model.simulate(100, seed=1, store="streamed", executor=spawned, range_paths=30)
    assert found.fan() == model.simulate(100, seed=1, store="streamed").fan()
    assert len(started) > 2


@pytest.mark.skipif(os.name == "nt", reason="locks of another kind")
def test_a_pool_whose_worker_is_killed_while_it_is_shut_down_is_waited_for_no_longer_than_it_takes(
    tmp_path,
):
    """The worker that held the lock of the queue is gone, and the others wait for it."""
    pool = ProcessPoolExecutor(2, mp_context=get_context("spawn"))
    begun = [tmp_path / name for name in "ab"]
    working = [pool.submit(elsewhere.begin_and_sleep, file, 1.0) for file in begun]
    wait_for(lambda: all(file.exists() for file in begun))
    workers, lock = list(pool._processes.values()), pool._call_queue._rlock
    assert lock.acquire(
        timeout=30
    )  # as if by the one that is killed; the other waits for it once it is idle
    closing = threading.Thread(target=pools.finish, args=(pool,), daemon=True)
    closing.start()
    assert [future.result(60) for future in working] == [None, None]
    wait_for(lambda: not pool._executor_manager_thread.is_alive() or not pool._pending_work_items)
    time.sleep(0.3)
    workers[0].kill()
    closing.join(60)
    ended = not closing.is_alive()
    for worker in workers:
        worker.kill()
    assert ended


def test_what_a_pool_says_that_is_not_broken_is_heard():
    class Full(ThreadPoolExecutor):
        def submit(self, fn, /, *args):
            raise OSError("no more threads")

    with pytest.raises(OSError, match="no more threads"):
        tb.plans.minimal().simulate(10, executor=Full(1))


def test_workers_that_retire_are_not_missed():
    class Process:
        exitcode = 0

    pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"), max_tasks_per_child=1)
    pool._processes = {1: Process()}
    assert pools._ended(pool) == []
    pool._max_tasks_per_child = None
    assert pools._ended(pool) == [1]
    assert pools._ended(ThreadPoolExecutor(1)) == []


@pytest.mark.parametrize("executor", [Executor(), Executor])
def test_the_abstract_class_is_refused(executor):
    with pytest.raises(TypeError, match="executor: Executor is the abstract class"):
        tb.plans.minimal().simulate(10, executor=executor)


PROGRAM = """
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_all_start_methods, get_context
import tinbergen as tb

data = {"gdp": {year: 1.02 ** (year - 1990) * (1 + 0.01 * (year % 3)) for year in range(1990, 2020)}}

def outside(data):
    return tb.fit(data)

if __name__ == "__main__":
    def inside(data):
        return tb.fit(data)

    with ProcessPoolExecutor(1, mp_context=get_context(sys.argv[1])) as pool:
        if sys.argv[1] == "fork":
            pool.submit(int).result()
        asked = {"paths": 20, "executor": pool}
        try:
            found = tb.backtest({"inside": inside, "outside": outside}[sys.argv[2]], data, **asked)
        except Exception as error:
            print(type(error).__name__, error)
        else:
            print(type(found).__name__)
        print(pool.submit(int).result() if sys.argv[1] == "spawn" else "")
"""


@pytest.mark.skipif(os.name == "nt", reason="takes long there")
def test_functions_of_the_program_that_workers_cannot_import_are_refused(tmp_path):
    (tmp_path / "program.py").write_text(PROGRAM)

    def told(*args):
        done = subprocess.run(
            [sys.executable, tmp_path / "program.py", *args],
            capture_output=True,
            text=True,
            timeout=100,
        )
        return done.stdout

    found = told("spawn", "inside")
    assert found.startswith("TypeError executor: a worker cannot import what it was sent")
    assert "'inside'" in found
    assert "define functions in a module" in found
    assert found.endswith("\n0\n")  # the pool lives
    assert told("spawn", "outside").startswith("Backtest")


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_functions_of_modules_that_workers_do_not_have_are_refused(tmp_path, monkeypatch, method):
    if method not in get_all_start_methods():
        pytest.skip("not here")
    (tmp_path / "of_this_test.py").write_text("def forecast(data):\n    return None\n")
    with ProcessPoolExecutor(1, mp_context=get_context(method)) as pool:
        pool.submit(int).result()  # a worker is there, and knows nothing of the module
        monkeypatch.syspath_prepend(tmp_path)
        forecast = importlib.import_module("of_this_test").forecast
        data = {"x": {year: float(year % 7) for year in range(1990, 2020)}}
        with pytest.raises(TypeError, match=r"cannot import what .*No module named 'of_this_test'"):
            tb.backtest(forecast, data, executor=pool)
        assert pool.submit(int).result() == 0


def test_a_mistake_has_its_file_and_line_whoever_meets_it(tmp_path):
    tried, asked = {"trend_growth": [0.05, 1e3, 1e4]}, {"paths": 50, "seed": 1}
    (tmp_path / "other.toml").write_text(PLAN.read_text())
    with (
        ThreadPoolExecutor(1) as threads,
        ProcessPoolExecutor(1, mp_context=get_context("spawn")) as processes,
    ):
        for file in (PLAN, tmp_path / "other.toml"):
            model, messages = tb.read_plan(file), []
            for executor in (None, threads, processes):
                with pytest.raises(tb.NumericalError) as caught:
                    model.sweep(tried, **asked, executor=executor)
                messages.append(str(caught.value))
            assert f"{file}:" in messages[0]
            assert messages[0] == messages[1] == messages[2]
