"""How soon Ctrl-C is heard: a walk of the public surface, and the longest gap of each call.

Every call runs for more than two seconds, by itself or over and over. Another process sends SIGINT
at several moments; the gap is from then to the moment `KeyboardInterrupt` is caught: by the clock, and
in processor time where the system says how much was used, which is less where others are busy and more
where several threads are. After each the library has to work on. `QUICK` names what is not walked, and why; tests/python/test_interrupts.py
holds that nothing public is in neither.
"""

from __future__ import annotations

import argparse
import importlib
import inspect
import math
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from functools import cache

from interrupt_cases import Call, cases, plan
from interrupt_quick import QUICK

import tinbergen as tb
from tinbergen.results import ensemble_plotting, plotting

__all__ = ["QUICK", "cases", "surface", "walk"]

SENDER = """
import os, signal, sys, time
for line in sys.stdin:
    process, delay = line.split()
    time.sleep(float(delay))
    try:
        with open(f"/proc/{process}/stat") as file:
            words = file.read().rpartition(")")[2].split()
        used = (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")
    except OSError:
        used = float("-inf")
    sent = time.monotonic()
    os.kill(int(process), signal.SIGINT)
    print(sent, used, flush=True)
"""
MOMENTS = (0.15, 0.4, 0.77, 1.21, 1.83)
"""When the signal comes, in seconds after the call."""


def surface() -> Iterator[str]:
    """Name every public callable and property: functions, methods, accessors of charts."""
    classes = {"EnsemblePlots": ensemble_plotting.EnsemblePlots, "RunsPlots": plotting.RunsPlots}
    for name in tb.__all__:
        thing = getattr(tb, name)
        if inspect.ismodule(thing):
            if name == "process":
                yield name
            else:
                yield from (f"{name}.{function}" for function in thing.__all__)
        elif inspect.isclass(thing) and issubclass(thing, (Exception, Warning)):
            continue
        elif inspect.isclass(thing) and issubclass(
            thing, (tb.Table, tb.Period, tb.Span, tb.Distribution)
        ):
            yield name
        elif inspect.isclass(thing):
            classes[name] = thing
        elif callable(thing):
            yield name
    for name, thing in classes.items():
        if f"{name}Plots" not in classes and not name.endswith("Plots"):
            yield name
        for method, what in inspect.getmembers(thing):
            is_data = (
                not callable(what) and not isinstance(what, property) and not hasattr(what, "func")
            )
            if not method.startswith("_") and not is_data:
                yield f"{name}.{method}"


class Sender:
    """Another process, which sends SIGINT to this one."""

    def __init__(self) -> None:
        pipe = subprocess.PIPE
        arguments = [sys.executable, "-c", SENDER]
        self.process = subprocess.Popen(
            arguments, stdin=pipe, stdout=pipe, text=True, start_new_session=True
        )

    def end(self) -> None:
        """Let it go."""
        self.process.communicate()

    def gap(self, call: Call, delay: float) -> tuple[float, float]:
        """Return the seconds from the signal to the exception, and the processor's.

        Not a number when the call ended before.
        """
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        ended = False
        try:
            self.process.stdin.write(f"{os.getpid()} {delay}\n")
            self.process.stdin.flush()
            call()
            ended = True
            time.sleep(delay + 5)  # the signal is still to come
        except KeyboardInterrupt:
            caught, used = time.monotonic(), time.process_time()
        except Exception:
            with suppress(KeyboardInterrupt):
                time.sleep(30)
            raise
        sent, used_then = map(float, self.process.stdout.readline().split())
        return (float("nan"),) * 2 if ended else (caught - sent, used - used_then)


def works_on() -> bool:
    """Tell whether the library still answers, and as before."""
    again = plan().simulate(100, seed=1, scenarios="baseline", keep="gdp", progress=False)
    return round(float(again["baseline"]["gdp"][-1, -1]), 6) == _before()


@cache
def _before() -> float:
    again = plan().simulate(100, seed=1, scenarios="baseline", keep="gdp", progress=False)
    return round(float(again["baseline"]["gdp"][-1, -1]), 6)


def walk(
    names: list[str], moments: tuple[float, ...] = MOMENTS
) -> Iterator[tuple[str, list[tuple[float, float]]]]:
    """Yield the gaps of each call, by the clock and in processor time."""
    # A library that a signal leaves imported by half does not work on: these are there before the first.
    for library in ("anywidget", "jinja2", "matplotlib.pyplot", "openpyxl", "pandas", "xarray"):
        with suppress(ImportError):
            importlib.import_module(library)
    sender, all_cases = Sender(), cases()
    _before()
    try:
        for name in names:
            call = all_cases[name]()
            gaps = []
            for delay in moments:
                gap = sender.gap(call, delay)
                # Python throws away what is raised while it collects garbage: that signal says nothing.
                if math.isnan(gap[0]):
                    gap = sender.gap(call, delay)
                gaps.append(gap)
                assert works_on(), name
            yield name, gaps
    finally:
        sender.end()


def main() -> int:
    """Walk, and print a table; exit 1 when a gap is too long."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="calls to walk; all of them unless named")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--longest", type=float, default=0.2, help="seconds that a gap may take")
    options = parser.parse_args()
    os.environ["TINBERGEN_THREADS"] = str(options.threads)
    print(
        f"threads {options.threads}, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors"
    )
    late = 0
    for name, gaps in walk(options.names or list(cases())):
        longest = max(gap for gap, _ in gaps)
        is_late = not longest <= options.longest
        late += is_late
        shown = " ".join(f"{gap:6.3f}" for gap, _ in gaps)
        used = max(used for _, used in gaps)
        print(
            f"{name:40} {longest:6.3f} {used:6.3f}   {shown}{'   LATE' if is_late else ''}",
            flush=True,
        )
    print(f"{late} late")
    return 1 if late else 0


if __name__ == "__main__":
    raise SystemExit(main())
