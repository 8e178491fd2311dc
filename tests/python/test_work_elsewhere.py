"""Questions whose runs the workers of an executor make: the answers of one process, whoever does what when."""

import os
import pickle
import signal
import threading
import time
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from multiprocessing import get_context
from multiprocessing.connection import wait

import numpy as np
import pytest
from elsewhere import fails, naive
from oracle.generator import random_plan

import tinbergen as tb
from tinbergen.errors import WorkerLostError
from tinbergen.questions import jobs, workers

GROWTH = np.linspace(0.04, 0.08, 21)


class Here(Executor):
    """Does at once what it is given; loses what it is told to lose, and remembers what it was sent."""

    def __init__(self, losing=lambda sent: None, workers=2):
        self.sent, self.losing, self._max_workers = [], losing, workers

    def submit(self, fn, /, key, job, task, what):
        self.sent.append((task.__name__, job is not None, what))
        future = Future()
        if (error := self.losing(self.sent)) is not None:
            future.set_exception(error)
        else:
            future.set_result(fn(key, job, task, what))
        return future


class Backwards(Executor):
    """Does what it was given last first, when it has enough of it or is waited for."""

    _max_workers = 3

    def __init__(self):
        self.kept = []

    def submit(self, fn, /, *args):
        future = Future()
        self.kept.append((future, fn, args))
        if len(self.kept) == 1:
            threading.Timer(0.05, self.work).start()
        return future

    def work(self):
        kept, self.kept = self.kept, []
        for future, fn, args in reversed(kept):
            if future.set_running_or_notify_cancel():
                future.set_result(fn(*args))


class Waiting(Executor):
    """Never begins."""

    _max_workers = 2

    def __init__(self):
        self.made = []

    def submit(self, fn, /, *args):
        self.made.append(Future())
        return self.made[-1]


def spawn():
    return ProcessPoolExecutor(2, mp_context=get_context("spawn"))


@pytest.fixture(scope="module")
def spawned():
    with spawn() as pool:
        yield pool


def told(table):
    """Everything that is in a table, to the bit."""
    return {
        name: values.tobytes() if values.dtype.kind == "f" else values.tolist()
        for name in table.columns
        for values in [np.asarray(table[name])]
    }


def later(plan):
    """The plan of the next round."""
    return plan.add(
        parameters={"rd_drift": tb.normal(0.05, 0.01), "okun": tb.normal(0.3, 0.05)},
        shocks={"demand": tb.normal(0, 0.02)},
        replace=True,
    )


def swept(plan, **more):
    asked = {"paths": 400, "seed": 3, "indicators": ["gdp", "rd_share"]}
    scenarios = ["baseline", "global_downturn"]
    found = plan.sweep({"trend_growth": GROWTH}, scenarios=scenarios, **asked, **more)
    return told(found.attainment()), told(found.fan("gdp")), told(found.fan("rd_share"))


def swept_levers(plan, **more):
    places = {"rd_subsidy": np.linspace(0, 0.04, 5), "investment": [0.0, 0.03, 0.06]}
    found = plan.sweep(levers=places, of=["rd-share-2025", "all"], paths=400, seed=3, **more)
    return told(found.attainment())


def robust(plan, **more):
    levers, scenarios = {"rd_subsidy": np.linspace(0, 0.04, 9)}, ["baseline", "global_downturn"]
    asked = {"of": "rd-share-2025", "levers": levers, "scenarios": scenarios}
    found = plan.robustness(0.3, **asked, paths=400, seed=2, **more)
    return told(found.table), told(found.cells), found.confirmed


def of_explanation(found):
    parts = told(found.parts), told(found.differences), found.exact, found.exact_change
    runs = found.before, found.after, found.change, found.seed, found.simulations
    return parts, runs, found.reasons


GROUPS = {"drift": ["parameters.rd_drift"], "okun": ["parameters.okun"]}


def explained(plan, **more):
    return of_explanation(
        tb.explain(plan, later(plan), "economy", paths=500, seed=4, groups=GROUPS, **more)
    )


def explained_quantile(plan, **more):
    of = ("quantile", "gdp", 2030, 0.1)
    return of_explanation(tb.explain(plan, later(plan), of, paths=500, seed=4, **more))


def explained_in_pairs(plan, **more):
    asked = {"design": "antithetic", "scenario": "global_downturn"}
    return of_explanation(tb.explain(plan, later(plan), "all", paths=500, seed=4, **asked, **more))


def explained_given(plan, **more):
    known = tb.Outturns(tb.plans.outturns())
    days = sorted(set(known.table["vintage"].tolist()))
    sides = plan.observe(known, as_of=days[0]), later(plan).observe(known, as_of=days[-1])
    return of_explanation(tb.explain(*sides, "economy", paths=300, seed=4, **more))


def sought(plan, probability=0.8, **more):
    levers = ["rd_subsidy", "investment", "firms"]
    found = plan.seek(probability, of="economy", levers=levers, paths=300, seed=1, **more)
    numbers = found.reached, found.cost, found.found, found.confirmed, found.before, found.margin
    notes = [str(note) for note in found.notes]
    return told(found.settings), told(found.tried), numbers, found.exact, notes


def redrawn(plan, **more):
    runs = plan.simulate(500, seed=6, scenarios="baseline", parameters={"okun": 0.2})
    groups = {"both": ["parameters.rd_drift", "parameters.trend_growth"]}
    of = ["gdp-2025", ("gdp", 2030)]
    return told(runs.sensitivity(of, method="redrawn", groups=groups, **more))


def figures(count=30):
    noise = np.random.default_rng(1).normal(2, 1, (2, count))
    years = list(range(1990, 1990 + count))
    return {"period": years, "pay_rate": noise[0].tolist(), "rate": noise[1].tolist()}


def of_backtest(found):
    return told(found.figures), told(found.scores()), told(found.coverage()), told(found.brier())


def backtested(plan, **more):
    target = tb.Target("fast", indicator="pay_rate", period=2020, at_least=2)
    asked = {"horizons": 2, "recalibrate": True, "targets": target}
    return of_backtest(tb.backtest(naive, figures(), **asked, **more))


def backtested_model(plan, **more):
    model = tb.Model(
        "m",
        "2020..2022",
        indicators={
            name: tb.Indicator(
                process=tb.process.level(mean=2, persistence=0.4),
                history=dict(zip(figures()["period"], figures()[name], strict=True)),
            )
            for name in ("pay_rate", "rate")
        },
        shocks={"pay_rate": tb.normal(0, 1), "rate": tb.normal(0, 1)},
    )
    found = tb.backtest(model, horizons=3, paths=200, **more)
    return told(found.figures), told(found.scores())


QUESTIONS = {
    "sweep": swept,
    "sweep of levers": swept_levers,
    "robustness": robust,
    "explain": explained,
    "explain, quantile": explained_quantile,
    "explain, pairs": explained_in_pairs,
    "explain, given actual values": explained_given,
    "seek": sought,
    "sensitivity": redrawn,
    "backtest": backtested,
    "backtest of a model": backtested_model,
}
FEW = ("sweep", "explain", "seek", "sensitivity", "backtest")


@pytest.fixture(scope="module")
def whole(plan):
    """What one process says; asked once."""
    said = {}

    def of(name):
        if name not in said:
            said[name] = QUESTIONS[name](plan)
        return said[name]

    return of


@pytest.mark.parametrize("name", QUESTIONS)
def test_threads_say_what_one_process_says(plan, whole, name):
    with ThreadPoolExecutor(3) as pool:
        assert QUESTIONS[name](plan, executor=pool) == whole(name)


@pytest.mark.parametrize("name", FEW)
def test_order_and_split_change_nothing(plan, whole, name):
    assert QUESTIONS[name](plan, executor=Backwards()) == whole(name)
    for count in (1, 7):
        pool = Here(workers=count)
        assert QUESTIONS[name](plan, executor=pool) == whole(name)
        assert len(pool.sent) > 1


@pytest.mark.parametrize("name", FEW)
def test_processes_say_what_one_process_says(plan, whole, spawned, name):
    assert QUESTIONS[name](plan, executor=spawned) == whole(name)


@pytest.mark.parametrize("name", FEW)
def test_what_it_is_about_travels_once_for_each_worker(plan, whole, name):
    jobs._known.clear()
    pool = Here()
    assert QUESTIONS[name](plan, executor=pool) == whole(name)
    assert sum(told for _, told, _ in pool.sent) <= 4
    # A worker that forgets it asks, and is told.
    forgetful = Here(lambda sent: jobs._known.clear() if len(sent) == 6 else None)
    jobs._known.clear()
    assert QUESTIONS[name](plan, executor=forgetful) == whole(name)
    assert len(forgetful.sent) > len(pool.sent)


@pytest.mark.parametrize("name", FEW)
def test_what_is_lost_is_sent_again_up_to_a_limit(plan, whole, name):
    def lose(times):
        return lambda sent: OSError("gone") if 1 < len(sent) <= 1 + times else None

    pool = Here(lose(2))
    assert QUESTIONS[name](plan, executor=pool) == whole(name)
    always = Here(lambda sent: OSError("gone") if len(sent) > 1 else None)
    with pytest.raises(WorkerLostError, match="were lost with their worker 3 times: OSError"):
        QUESTIONS[name](plan, executor=always)


@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL there")
@pytest.mark.parametrize("name", FEW)
def test_a_worker_that_is_killed_loses_nothing(plan, whole, name):
    pools, killed = [], []

    def make():
        pools.append(spawn())
        return pools[-1]

    def kill(done, total):
        if len(pools) == 1 and done and not killed:
            process = next(iter(pools[0]._processes.values()))
            killed.append(process)
            process.kill()
            # A pool that starts another worker at that moment breaks in a way of its own before Python 3.12.
            wait([process.sentinel])

    assert QUESTIONS[name](plan, executor=make, progress=kill) == whole(name)
    assert len(pools) == 2


def test_a_pool_that_always_breaks_is_given_up(plan):
    with pytest.raises(WorkerLostError, match="3 times"):
        swept(plan, executor=lambda: Here(lambda sent: BrokenProcessPool("broken")))
    with pytest.raises(WorkerLostError, match="give a function that makes one"):
        swept(plan, executor=Here(lambda sent: BrokenProcessPool("broken")))


@pytest.mark.parametrize("name", FEW)
def test_progress_is_told_and_stops(plan, name):
    told = []
    QUESTIONS[name](plan, executor=Here(), progress=lambda *at: told.append(at))
    # What coalitions there are is found first, which is no run.
    told = [at for at in told if name != "explain" or at != (0, 1)]
    done, total = zip(*told, strict=True)
    assert list(done) == sorted(done)
    assert done[0] == 0
    assert done[-1] == total[-1] > 1
    if name != "seek":  # which does not know how long it takes
        assert len(set(total)) == 1

    def stop(done, total):
        if done:
            raise KeyboardInterrupt

    pool = Here()
    with pytest.raises(KeyboardInterrupt):
        QUESTIONS[name](plan, executor=pool, progress=stop)
    whole = Here()
    QUESTIONS[name](plan, executor=whole)
    assert len(pool.sent) < len(whole.sent)


@pytest.mark.skipif(os.name == "nt", reason="no SIGINT to oneself there")
@pytest.mark.parametrize("name", FEW)
def test_ctrl_c_cancels_what_is_pending(plan, name):
    pool = Waiting()
    threading.Timer(1.5, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        QUESTIONS[name](plan, executor=pool)
    assert time.monotonic() - begun < 10
    assert pool.made
    assert all(future.cancelled() for future in pool.made)


def message(error, ask, *args, **more):
    with pytest.raises(error) as caught:
        ask(*args, **more)
    return str(caught.value)


def same_error(error, ask, *args, **more):
    """Check that an error is that of one process, and give the executor that was asked."""
    pool = Here(workers=3)
    found = message(error, ask, *args, **more, executor=pool)
    assert found == message(error, ask, *args, **more)
    return pool, found


def test_what_is_wrong_with_a_question_is_said_before_anything_is_sent(plan):
    for numbers in ([0.05, 1e400, 0.06], [np.nan] * 30):
        pool, found = same_error(
            tb.ModelError, plan.sweep, {"trend_growth": numbers}, paths=50, seed=1
        )
        assert "settings[" in found
        assert not pool.sent
    for ask, args, more in (
        (plan.sweep, ({"trend_grwth": [0.1]},), {}),
        (plan.seek, (0.5,), {"of": "al", "seed": 1}),
        (plan.seek, (0.5,), {"levers": "none", "seed": 1}),
        (plan.seek, (1.5,), {"seed": 1}),
        (tb.explain, (plan, later(plan), "al"), {}),
        (tb.explain, (plan, later(plan)), {"scenario": "nowhere"}),
    ):
        pool, _ = same_error(tb.ModelError, ask, *args, **more)
        assert not pool.sent
    runs = plan.simulate(200, seed=1, scenarios=["baseline"], design="sobol")
    for of, more in (("all", {}), ("al", {})):
        pool, _ = same_error(tb.ModelError, runs.sensitivity, of, method="redrawn", **more)
        assert not pool.sent


def breaking():
    """Return a model that breaks where its parameter is high, and whose lever moves it there."""
    return tb.Model(
        "breaking",
        "2021..2022",
        indicators={
            "x": tb.Indicator(equation="x ~ 0"),
            "y": tb.Indicator(equation="y = log(p + 3 - x)"),
        },
        shocks={"x": tb.normal(0, 1)},
        parameters={"p": 5.0},
        levers={"p": tb.Lever(parameter="p", range=(-9, 5), cost="0")},
        targets=[tb.Target("t", indicator="y", period=2022, at_least=2.1)],
    )


def test_the_first_setting_that_breaks_is_told_whatever_comes_back_first():
    model = breaking()
    numbers = np.linspace(5, -9, 60)
    found = message(tb.NumericalError, model.sweep, {"p": numbers}, paths=200, seed=1)
    assert "settings[" in found
    for pool in (Backwards(), Here(workers=4), Here(workers=1)):
        again = message(
            tb.NumericalError, model.sweep, {"p": numbers}, paths=200, seed=1, executor=pool
        )
        assert again == found
    same_error(tb.NumericalError, model.seek, 0.99, of="t", paths=100, seed=1)


def test_forecasts_that_fail_are_told_as_in_one_process(spawned):
    asked = {"horizons": 2, "origins": "2000..2006"}
    one, other = (
        tb.backtest(fails, figures(), **asked, **more) for more in ({}, {"executor": spawned})
    )
    assert one.figures == other.figures
    assert one.in_words() == other.in_words()
    for pool in (spawned, Backwards()):
        with pytest.raises(ZeroDivisionError, match="by no one"):
            tb.backtest(fails, figures(), horizons=2, executor=pool)


def test_a_function_that_cannot_travel_is_refused_and_threads_need_none(spawned):
    asked = {"actual": figures(), "horizons": 2}

    def inside(origin, known):
        return naive(origin, known)

    with pytest.raises(TypeError, match=r"executor: this cannot be sent .*ThreadPoolExecutor"):
        tb.backtest(inside, **asked, executor=spawned)
    with ThreadPoolExecutor(2) as pool:
        found = tb.backtest(inside, **asked, executor=pool)
    assert found.figures == tb.backtest(naive, **asked).figures


def test_a_function_of_the_same_name_is_not_taken_for_another():
    def of(shift):
        def forecast(origin, known):
            made = naive(origin, known)
            return {**made, "value": [value + shift for value in made["value"]]}

        return forecast

    with ThreadPoolExecutor(2) as pool:
        for shift in (0, 1, 2):
            asked = {"actual": figures(), "horizons": 1}
            found = tb.backtest(of(shift), **asked, executor=pool)
            assert found.figures == tb.backtest(of(shift), **asked).figures


def test_what_cannot_be_split_is_refused_by_name(plan, tmp_path):
    runs = plan.simulate(300, seed=1, scenarios="baseline")
    for method in ("given", "shapley"):
        with pytest.raises(
            ValueError, match=f'executor: method "{method}" reads the paths .*redrawn'
        ):
            runs.sensitivity("all", method=method, executor=Here())
    with pytest.raises(ValueError, match=r"executor: what this report says .*round before"):
        runs.report(tmp_path / "report.html", without="levers", executor=Here())
    stored = {
        "origin": [2000],
        "indicator": ["pay_rate"],
        "period": [2001],
        "path": [0],
        "value": [1],
    }
    with pytest.raises(ValueError, match="executor: stored forecasts are read"):
        tb.backtest(stored, figures(), executor=Here())
    for ask in (
        lambda: plan.sweep({"okun": [0.1]}, executor="dask"),
        lambda: plan.seek(0.5, executor="dask"),
        lambda: tb.explain(plan, later(plan), executor=3),
        lambda: tb.backtest(naive, figures(), executor=[]),
        lambda: runs.sensitivity("all", method="redrawn", executor="dask"),
    ):
        with pytest.raises(TypeError, match=r"executor: expected a concurrent.futures.Executor"):
            ask()


def test_a_report_explains_by_workers_what_it_says_alone(plan, tmp_path):
    pytest.importorskip("jinja2")
    pytest.importorskip("matplotlib")
    plan.simulate(200, seed=1, scenarios="baseline").archive(tmp_path / "before")
    runs = later(plan).simulate(200, seed=1, scenarios="baseline")
    asked = {"before": tmp_path / "before", "live": "no"}
    pool = Here()
    alone = runs.report(tmp_path / "alone.html", **asked).read_text(encoding="utf-8")
    found = runs.report(tmp_path / "found.html", **asked, executor=pool)
    assert found.read_text(encoding="utf-8") == alone
    assert {task for task, *_ in pool.sent} == {"runs", "sweep_block"}


def test_answers_of_models_that_do_not_differ_and_of_nothing_drawn(plan):
    same = tb.explain(plan, plan, paths=100, seed=1, executor=Here())
    assert of_explanation(same) == of_explanation(tb.explain(plan, plan, paths=100, seed=1))
    sure = tb.Model(
        "sure",
        "2021..2022",
        indicators={"x": tb.Indicator(equation="x = 1")},
        targets=[tb.Target("t", indicator="x", period=2021, at_least=0)],
    )
    runs = sure.simulate(100, seed=1)
    found = runs.sensitivity("t", method="redrawn", executor=Here())
    assert found == runs.sensitivity("t", method="redrawn")
    assert len(found) == 0


def test_without_a_seed_one_is_drawn_for_all_workers(plan):
    found = tb.explain(plan, later(plan), "economy", paths=300, executor=Here())
    again = tb.explain(plan, later(plan), "economy", paths=300, seed=found.seed)
    assert of_explanation(found) == of_explanation(again)
    swept = plan.sweep({"trend_growth": GROWTH}, paths=300, executor=Here(workers=4))
    rising = swept.probability("gdp-2025")
    assert (np.diff(rising) >= 0).all()  # common random numbers, whoever ran a setting


def test_bytes_that_are_no_part_of_an_explanation_are_refused(plan):
    work = tb._core.explaining(
        plan._to_core(), later(plan)._to_core(), {"paths": 100, "seed": 1}, goal="economy"
    )
    parts = [work.run(k, k + 1) for k in range(work.simulations)]
    assert work.simulations > 2
    assert pickle.dumps(work.finish(parts[::-1])) == pickle.dumps(work.explain())
    for wrong in (parts[1:], [*parts, parts[0]], [parts[0][:-1], *parts[1:]], []):
        with pytest.raises(tb.ModelError, match="no part of this run"):
            work.finish(wrong)
    with pytest.raises(tb.ModelError):
        work.run(0, work.simulations + 1)


def test_blocks_cover_all_and_no_more():
    for count in (1, 2, 7, 64, 1000):
        for crew in (1, 3, 200):
            cut = workers.blocks(count, crew, 64)
            assert [k for first, end in cut for k in range(first, end)] == list(range(count))
            assert max(end - first for first, end in cut) <= 64


@pytest.mark.slow
def test_dask_on_a_cluster_of_processes(plan, whole):
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        pool = client.get_executor()
        for name in FEW:
            killed = []

            def kill(done, total, killed=killed):
                if done and not killed:
                    killed.append(next(iter(client.run(os.getpid).values())))
                    os.kill(killed[0], signal.SIGKILL)

            if name != "backtest":  # its function is of this file, which workers cannot import
                assert QUESTIONS[name](plan, executor=pool) == whole(name)
                assert QUESTIONS[name](plan, executor=pool, progress=kill) == whole(name)
                assert killed
        assert backtested_model(plan, executor=pool) == whole("backtest of a model")


@pytest.mark.parametrize("seed", range(4))
def test_random_plans_say_the_same_by_parts_of_any_size_in_any_order(seed):
    plan = tb.Model.from_toml(random_plan(seed))
    chance = np.random.default_rng(seed)
    numbers = {
        name: parameter.value * (1 + 0.001 * chance.standard_normal(4))
        for name, parameter in plan.parameters.items()
        if isinstance(parameter.value, float)
    }
    # The later plan has other last known values of up to four indicators, a cause each.
    moved = {}
    for name, part in plan.indicators.items():
        known = {at: x for at, x in part.history.items() if isinstance(x, float)}
        if known and len(moved) < 4:
            last = max(known)
            moved[name] = replace(part, history={**part.history, last: known[last] * 1.01})
    groups = {name: [f"indicators.{name}.*"] for name in moved}
    other = plan.add(indicators=moved, replace=True)
    asked = {"paths": 60, "seed": seed}
    scenarios = ["baseline", *plan.scenarios]
    few = dict(list(numbers.items())[:2])

    sizes = []

    def said(**more):
        try:
            swept = told(plan.sweep(few, scenarios=scenarios, **asked, **more).attainment())
            found = tb.explain(plan, other, groups=groups, **asked, **more)
            sizes.append(found.simulations)
            return swept, of_explanation(found)
        except (tb.ModelError, tb.NumericalError) as error:
            return type(error), str(error)

    whole = said()
    for count in (1, int(chance.integers(2, 40))):
        assert said(executor=Here(workers=count)) == whole
    assert said(executor=Backwards()) == whole
    assert sizes == [] or min(sizes) > 1  # else it breaks, and is told so
