"""Any input under a megabyte is read, compiled and checked soon and in little memory, or refused by its size."""

import subprocess
import sys

import pytest

from tinbergen import _core

SECONDS, MEGABYTES = 2.0, 500
SLOWER = 4 if _core.debug_build else 1
"""A build for tests is so many times slower."""

HEAD = 'schema = 1\nname = "m"\nperiods = "2021..2030"\n'
GDP = """
[indicators.gdp]
history = { 2020 = 100 }
process = { kind = "growth", mean = 0.05 }
[shocks.gdp]
normal = { sd = 0.02 }
"""
FLAT = '[indicators.x{k}]\nhistory = {{ 2020 = 100 }}\nequation = "x{k} = x{k}[-1]"\n'
TARGET = """
[[targets]]
id = "t{k}"
indicator = "gdp"
"""
GROWTH = """
[indicators.x{k}]
history = {{ 2020 = 100 }}
process = {{ kind = "growth", mean = 0.05 }}
[shocks.x{k}]
normal = {{ sd = 0.02 }}
"""


def many(count, text, **more):
    def number(k):
        return {name: of(k) for name, of in more.items()}

    return "".join(text.format(k=k, **number(k)) for k in range(count))


def targets(count, rest, **more):
    return HEAD + GDP + many(count, TARGET + rest, **more)


def solved_together(count):
    text = (
        "[indicators.x{k}]\nhistory = {{ 2020 = 100 }}\n"
        'equation = "x{k} = 0.1 * x{next} + 0.1 * log(1 + x{other}) + {k}"\n'
    )
    of = {"next": lambda k: (k + 1) % count, "other": lambda k: (k + 7) % count}
    return HEAD + many(count, text, **of)


def mixture(count):
    parts = "{{ normal = {{ mean = {k}, sd = 1 }}, weight = 1 }}"
    other = "{{ student_t = {{ sd = 1, df = 5 }}, weight = 2 }}"
    text = "[parameters.p{k}]\nmixture = {{ components = [" + parts + ", " + other + "] }}\n"
    return HEAD + many(count, text)


def chain(count):
    first = '[scenarios.s0]\nchanges = [{ shock = "gdp", add = -0.01 }]\n'
    rest = '[scenarios.s{k}]\nextends = "s{before}"\nchanges = [{{ shock = "gdp", add = -0.01 }}]\n'
    return HEAD + GDP + first + many(count, rest, before=lambda k: k - 1).split("\n", 3)[3]


CASES = {
    "equal targets": targets(4000, "period = 2025\nat_least = 110\n"),
    "targets": targets(4000, "period = {year}\nat_least = {k}\n", year=lambda k: 2021 + k % 10),
    "targets in every period": targets(
        4000, 'period = "2021..2030"\nof = "growth"\nover = "every"\nat_least = -0.{k}\n'
    ),
    "medians": targets(3000, 'period = "2021..2030"\nover = "median"\nat_least = {k}\n'),
    "a chain of scenarios": chain(5000),
    "scenarios": HEAD
    + GDP
    + many(8000, '[scenarios.s{k}]\nchanges = [{{ shock = "gdp", add = -0.01 }}]\n'),
    "indicators": HEAD + many(5000, GROWTH),
    "a long span": HEAD.replace("2030", "9999") + many(3000, FLAT),
    "equations solved together": solved_together(300),
    "many equations solved together": solved_together(3000),
    "gammas": HEAD
    + many(
        8000, "[parameters.p{k}]\ngamma = {{ shape = {a}, scale = 2 }}\n", a=lambda k: 1 + k / 1e3
    ),
    "mixtures": mixture(1500),
    "events": HEAD
    + GDP
    + many(
        3000,
        "[events.e{k}]\nprobability = 0.01\n"
        "size = {{ gdp = {{ normal = {{ mean = -0.04, sd = 0.01 }} }} }}\n",
    ),
}

RUN = """
import resource, sys, time
import tinbergen as tb
def used():
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return kilobytes / (1 << 20 if sys.platform == "darwin" else 1 << 10)
text = sys.stdin.read()
before, began = used(), time.process_time()
try:
    model = tb.Model.from_toml(text)
    model.equations()
    model.check()
except tb.ModelError:
    pass
print(time.process_time() - began, used() - before)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="has no resource usage")
@pytest.mark.parametrize("name", CASES)
def test_what_is_small_ends_soon(name):
    text = CASES[name]
    assert 1000 < len(text) < 1_050_000
    command = [sys.executable, "-W", "ignore", "-c", RUN]
    done = subprocess.run(
        command, input=text, capture_output=True, text=True, check=False, timeout=600
    )
    assert done.returncode == 0, done.stderr
    seconds, megabytes = map(float, done.stdout.split())
    assert seconds < SECONDS * SLOWER
    assert megabytes < MEGABYTES
