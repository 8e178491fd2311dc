"""Runs whose paths the workers of an executor work out: the numbers of one process, whoever does what when."""

import os
import pickle
import signal
import threading
import time
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context

import numpy as np
import pytest

import tinbergen as tb
from tinbergen.errors import WorkerLostError
from tinbergen.questions import jobs, run_ranges

PATHS = 5000


class Here(Executor):
    """Does at once what it is given; loses what it is told to lose, and remembers what it was sent."""

    def __init__(self, losing=lambda sent: None):
        self.sent, self.made, self.losing = [], [], losing

    def submit(self, fn, /, key, job, task, what):
        self.sent.append((job is not None, what))
        future = Future()
        self.made.append(future)
        if (error := self.losing(self.sent)) is not None:
            future.set_exception(error)
        else:
            future.set_result(fn(key, job, task, what))
        return future


class Waiting(Executor):
    """Never begins."""

    def __init__(self):
        self.made = []

    def submit(self, fn, /, *args):
        self.made.append(Future())
        return self.made[-1]


def said(runs):
    """Return everything that a streamed run says."""
    return runs.fan(quantiles=(0, 0.01, 0.5, 0.95, 1)), runs.moments(), runs.attainment()


def same(found, whole):
    return all(a == b for a, b in zip(said(found), said(whole), strict=True))


def same_paths(found, whole):
    for name in whole:
        for indicator in whole[name]:
            if not np.array_equal(found[name][indicator], whole[name][indicator], equal_nan=True):
                return False
    return found.attainment() == whole.attainment()


@pytest.fixture(scope="module")
def small():
    return tb.plans.minimal()


@pytest.fixture(scope="module")
def spawned():
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        yield pool


@pytest.fixture(scope="module")
def streamed(plan):
    return plan.simulate(PATHS, seed=5, store="streamed")


def spawn():
    return ProcessPoolExecutor(2, mp_context=get_context("spawn"))


@pytest.mark.parametrize("size", [None, 1, 7, 1024, 1999, 9999])
def test_threads_give_the_numbers_of_one_process(plan, size):
    asked = {"seed": 5, "scenarios": ["baseline"], "keep": ["gdp"]}
    paths = 60 if size == 1 else 3000
    whole = plan.simulate(paths, **asked, store="streamed")
    with ThreadPoolExecutor(3) as pool:
        found = plan.simulate(paths, **asked, store="streamed", executor=pool, range_paths=size)
        assert same(found, whole)
        kept = plan.simulate(paths, **asked, executor=pool, range_paths=size)
    assert same_paths(kept, plan.simulate(paths, **asked))
    assert found.info["paths"] == kept.info["paths"] == paths


def test_processes_give_the_numbers_of_one_process(plan, streamed, spawned):
    found = plan.simulate(PATHS, seed=5, store="streamed", executor=spawned, range_paths=700)
    assert same(found, streamed)
    assert same(pickle.loads(pickle.dumps(found)), streamed)
    stored = plan.simulate(3000, seed=5, executor=spawned, range_paths=700)
    whole = plan.simulate(3000, seed=5)
    assert same_paths(stored, whole)
    assert stored.contrast("baseline", "global_downturn") == whole.contrast(
        "baseline", "global_downturn"
    )
    assert pickle.loads(pickle.dumps(stored)).attainment() == whole.attainment()


@pytest.mark.parametrize("design", ["random", "antithetic", "lhs", "sobol"])
def test_every_design_and_a_number_for_each_path(plan, design):
    each = np.linspace(0.04, 0.08, 1500)
    asked = {"seed": 2, "design": design, "scenarios": ["baseline"], "parameters": {"okun": each}}
    with ThreadPoolExecutor(2) as pool:
        spread = {"executor": pool, "range_paths": 333}
        assert same_paths(plan.simulate(1500, **asked, **spread), plan.simulate(1500, **asked))
        if design == "antithetic":
            with pytest.raises(tb.ModelError, match=r"design: .*antithetic"):
                plan.simulate(1500, **asked, **spread, store="streamed")
        else:
            found = plan.simulate(1500, **asked, **spread, store="streamed")
            assert same(found, plan.simulate(1500, **asked, store="streamed"))


def test_models_with_joint_draws_events_and_equations_go_out_whole():
    for name in ("macro", "portugal", "minimal"):
        model = getattr(tb.plans, name)()
        pool = Here()
        found = model.simulate(1200, seed=1, store="streamed", executor=pool, range_paths=500)
        assert same(found, model.simulate(1200, seed=1, store="streamed"))


def test_a_model_travels_once_for_each_worker():
    pool = Here()
    pool._max_workers = 2
    model = tb.plans.minimal()
    for seed in (71, 72):  # another run is told anew
        pool.sent.clear()
        model.simulate(100, seed=seed, store="streamed", executor=pool, range_paths=5)
        assert len(pool.sent) == 20
        assert sum(told for told, _ in pool.sent) == 4
    # A worker that does not know it asks, and is told.
    pool.sent.clear()
    jobs._known.clear()
    forgetful = Here(lambda sent: jobs._known.clear() if len(sent) == 10 else None)
    forgetful._max_workers = 2
    found = model.simulate(100, seed=71, store="streamed", executor=forgetful, range_paths=5)
    again = len(forgetful.sent) - 20
    assert 1 <= again <= 4
    assert sum(told for told, _ in forgetful.sent) == 4 + again
    assert same(found, model.simulate(100, seed=71, store="streamed"))


def test_a_range_that_is_lost_is_sent_again_up_to_a_limit(small):
    asked = {"seed": 5, "scenarios": ["baseline"], "keep": ["gdp"]}
    whole = small.simulate(1000, **asked, store="streamed")

    def lose(piece, times):
        def losing(sent):
            count = sum(other == piece for _, other in sent)
            return OSError("gone") if sent[-1][1] == piece and count <= times else None

        return losing

    pool = Here(lose((300, 400), 2))
    found = small.simulate(1000, **asked, store="streamed", executor=pool, range_paths=100)
    assert same(found, whole)
    assert len(pool.sent) == 12
    pool = Here(lose((300, 400), 3))
    with pytest.raises(WorkerLostError, match=r"paths 300 to 399 were lost .* 3 times: OSError"):
        small.simulate(1000, **asked, store="streamed", executor=pool, range_paths=100)
    assert sum(piece == (300, 400) for _, piece in pool.sent) == 3


@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL there")
def test_a_worker_that_is_killed_loses_nothing(small):
    asked = {"seed": 5, "scenarios": ["baseline"], "keep": ["gdp"], "store": "streamed"}
    whole = small.simulate(40_000, **asked)
    pools = []

    def make():
        pools.append(spawn())
        return pools[-1]

    killed = set()

    def kill(done, total):
        if len(pools) == 1 and 0 < done < total and pools[0] not in killed:
            killed.add(pools[0])
            os.kill(next(iter(pools[0]._processes)), signal.SIGKILL)

    found = small.simulate(40_000, **asked, executor=make, range_paths=1000, progress=kill)
    assert len(pools) == 2
    assert same(found, whole)
    pools[:] = [spawn()]
    asked |= {"executor": pools[0], "range_paths": 1000, "progress": kill}
    with pools[0], pytest.raises(WorkerLostError, match="give a function that makes one"):
        small.simulate(40_000, **asked)


def test_a_pool_that_always_breaks_is_given_up(small):
    made = []

    def make():
        made.append(Here(lambda sent: BrokenProcessPool("broken")))
        return made[-1]

    with pytest.raises(WorkerLostError, match="3 times"):
        small.simulate(100, seed=1, store="streamed", executor=make)
    assert len(made) == 4


@pytest.mark.parametrize("design", ["random", "lhs", "sobol"])
def test_paths_are_numbered_beyond_what_32_bits_hold(small, design):
    settings = {"paths": 2**36, "seed": 1, "scenarios": ["baseline"], "keep": ["gdp"]}
    ranges = tb._core.ranges(small._program(), {**settings, "design": design})

    def rows(first, end):
        return ranges.stored(first, end).rows("baseline", "gdp")

    first = rows(0, 1000)
    for base in (2**31, 2**32, 2**33, 2**36 - 1000):
        found = rows(base, base + 1000)
        assert not (found[-1] == first[-1]).any()  # no number comes again
        assert np.array_equal(found[:, 480:600], rows(base + 480, base + 600))
        assert found[-1].mean() == pytest.approx(first[-1].mean(), abs=8)  # 5 standard errors


def test_ranges_far_out_are_merged_to_the_bit(small):
    first = 2**40 - 3000
    asked = {"seed": 1, "store": "streamed"}
    whole = small.simulate(3000, first_path=first, **asked)
    parts = [
        small.simulate(1000, first_path=first, **asked),
        small.simulate(2000, first_path=first + 1000, **asked),
    ]
    assert same(parts[1].merge(parts[0]), whole)
    read = small.simulate(3000, first_path=0, **asked)
    assert whole.moments() != read.moments()


def test_points_of_a_sobol_sequence_that_come_again_are_refused(small):
    with pytest.raises(
        ValueError, match=r"paths: the points of design sobol come again after 2\*\*36"
    ):
        small.simulate(2**36 + 1, design="sobol", store="streamed", seed=1)


def broken(limit):
    """Return a model of whose paths one in about 370 fails."""
    return tb.Model(
        "m",
        "2021..2022",
        indicators={
            "x": tb.Indicator(equation="x ~ 0"),
            "y": tb.Indicator(equation="y = log(x + 3)"),
        },
        shocks={"x": tb.normal(0, 1)},
        failed_paths=limit,
    )


def test_how_many_paths_may_fail_is_judged_over_the_whole():
    for store in ("streamed", "stored"):
        whole = broken(0.01).simulate(4000, seed=1, store=store)
        found = broken(0.01).simulate(4000, seed=1, store=store, executor=Here(), range_paths=50)
        assert found["baseline"].failures() == whole["baseline"].failures()
        assert found["baseline"].broken() == whole["baseline"].broken()
        assert len(found["baseline"].broken()) > 3
        messages = []
        for more in ({}, {"executor": Here(), "range_paths": 50}):
            with pytest.raises(tb.NumericalError) as caught:
                broken(0.0001).simulate(4000, seed=1, store=store, **more)
            messages.append(str(caught.value))
        assert messages[0] == messages[1]
    # A range that is run by hand is judged when it is asked, so that others can be put beside it.
    first = int(whole["baseline"].broken()["path"][0])
    part = broken(0.02).simulate(1, seed=1, store="streamed", first_path=first)
    with pytest.raises(tb.NumericalError):
        part.fan()
    before = broken(0.02).simulate(first, seed=1, store="streamed", first_path=0)
    assert first > 50  # one of more than fifty paths is within the limit
    assert len(part.merge(before).fan()) == 4


def test_what_goes_wrong_with_the_run_is_said_as_in_one_process(plan):
    pool = Here()
    for settings, error in (
        ({"keep": "gpd"}, tb.ModelError),
        ({"scenarios": "baselin"}, tb.ModelError),
        ({"memory_limit": 1000}, tb.MemoryLimitError),
    ):
        for store in ("streamed", "stored"):
            messages = []
            for more in ({}, {"executor": pool}):
                with pytest.raises(error) as caught:
                    plan.simulate(100, seed=1, store=store, **settings, **more)
                messages.append(str(caught.value))
            assert messages[0] == messages[1]
    assert not pool.sent


def test_an_error_of_a_worker_arrives_as_it_is(small, monkeypatch):
    def fail(ranges, piece):
        raise tb.ModelError("too bad")

    monkeypatch.setattr(run_ranges, "stream", fail)
    pool = Here()
    with pytest.raises(tb.ModelError, match="too bad"):
        small.simulate(100, seed=1, store="streamed", executor=pool)
    assert len(pool.sent) == 1
    error = tb.UnknownNameError("scenario", "a", ["b"])
    assert str(jobs._sendable(error)) in (str(error), f"UnknownNameError: {error}")
    other = run_ranges.RunJob(None, {}, version="0.0", sources="elsewhere")
    kind, found = jobs.work("no such run", other, fail, (0, 1))
    assert kind == "failed"
    assert "install the same" in str(found)


def test_progress_is_told_and_stops(small):
    told = []
    asked = {"seed": 1, "scenarios": "baseline", "keep": "gdp", "store": "streamed"}
    small.simulate(
        1000, **asked, executor=Here(), range_paths=100, progress=lambda *at: told.append(at)
    )
    assert told == [(done, 1000) for done in range(0, 1001, 100)]

    def stop(done, total):
        if done >= 300:
            raise KeyboardInterrupt

    pool = Here()
    pool._max_workers = 1
    with pytest.raises(KeyboardInterrupt):
        small.simulate(1000, **asked, executor=pool, range_paths=100, progress=stop)
    assert len(pool.sent) < 10


@pytest.mark.skipif(os.name == "nt", reason="no SIGINT to oneself there")
def test_ctrl_c_cancels_what_is_pending(small):
    pool = Waiting()
    pool._max_workers = 2
    threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        small.simulate(1000, seed=1, store="streamed", executor=pool, range_paths=10)
    assert time.monotonic() - begun < 5
    assert len(pool.made) == 4
    assert all(future.cancelled() for future in pool.made)


def test_what_does_not_go_together_is_refused_by_name(plan):
    with pytest.raises(ValueError, match="until: an executor"):
        plan.simulate(seed=1, until=0.1, executor=Here())
    with pytest.raises(ValueError, match="first_path: an executor"):
        plan.simulate(10, seed=1, store="streamed", first_path=5, executor=Here())
    with pytest.raises(ValueError, match=r"range_paths: .*executor="):
        plan.simulate(10, seed=1, range_paths=5)
    with pytest.raises(ValueError, match="range_paths must be a whole number from 1"):
        plan.simulate(10, seed=1, range_paths=0, executor=Here())
    with pytest.raises(TypeError, match=r"executor: expected a concurrent.futures.Executor"):
        plan.simulate(10, seed=1, executor="dask")
    with pytest.raises(TypeError, match="executor: expected a function that makes an executor"):
        plan.simulate(10, seed=1, executor=lambda: 3)


def test_rows_that_scenarios_share_are_kept_once(plan):
    bytes_of = [
        plan.simulate(100, seed=1, store="streamed", scenarios=names).bytes
        for names in (["baseline"], ["baseline", "global_downturn"])
    ]
    assert bytes_of[0] < bytes_of[1] < 1.9 * bytes_of[0]


@pytest.mark.slow
def test_dask_on_a_cluster_of_processes(plan, streamed):
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        pool = client.get_executor()
        found = plan.simulate(PATHS, seed=5, store="streamed", executor=pool, range_paths=700)
        assert same(found, streamed)
        stored = plan.simulate(2000, seed=5, executor=pool, range_paths=700)
        assert same_paths(stored, plan.simulate(2000, seed=5))
        whole = plan.simulate(60_000, seed=5, store="streamed")

        killed = []

        def kill(done, total):
            if not killed and 0 < done < total:
                pid = next(iter(client.run(os.getpid).values()))
                killed.append(pid)
                os.kill(pid, signal.SIGKILL)

        found = plan.simulate(
            60_000, seed=5, store="streamed", executor=pool, range_paths=2000, progress=kill
        )
        assert killed
        assert same(found, whole)
