"""Progress and Ctrl-C while a run goes on."""

import os
import signal
import sys
import threading
import time

import pytest

from tinbergen.basics import progress_bar as progress


def test_a_function_hears_of_every_batch_up_to_the_end(model):
    heard = []
    model.simulate(100_000, seed=1, progress=lambda done, total: heard.append((done, total)))
    done = [d for d, _ in heard]
    assert done == sorted(done)
    assert heard[-1] == (100_000, 100_000)
    assert len(heard) > 2


def test_what_a_function_raises_stops_the_run_and_comes_out(model):
    def stop(done, _):
        if done > 0:
            raise LookupError("enough")

    with pytest.raises(LookupError, match="enough"):
        model.simulate(1_000_000, seed=1, progress=stop)


@pytest.mark.alone
@pytest.mark.skipif(sys.platform == "win32", reason="signals differ there")
def test_ctrl_c_stops_a_run_within_a_moment(model):
    timer = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    begun = time.perf_counter()
    try:
        with pytest.raises(KeyboardInterrupt):
            model.simulate(20_000_000, seed=1, keep=["gdp"], progress=False)
    finally:
        timer.cancel()
    assert time.perf_counter() - begun < 5


def test_a_short_run_and_a_run_that_nobody_watches_stay_silent(model, capfd):
    model.simulate(100, seed=1, progress=True)
    model.simulate(100_000, seed=1)
    assert capfd.readouterr() == ("", "")


def test_without_tqdm_a_line_shows_and_goes(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "tqdm", None)
    monkeypatch.setattr(progress, "_PATIENCE", 0.0)
    with progress.reporting(True) as watch:
        watch(50, 200)
        watch(100, 200)
    shown = capsys.readouterr().err
    assert "\rsimulating:  25 %" in shown
    assert "\rsimulating:  50 %" in shown
    assert shown.endswith("\r")


def test_with_tqdm_its_bar_shows(monkeypatch, capsys):
    monkeypatch.setattr(progress, "_PATIENCE", 0.0)
    with progress.reporting(True) as watch:
        watch(50, 200)
    assert "simulating" in capsys.readouterr().err
