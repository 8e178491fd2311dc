"""What the import of the package and the start of its command take."""

import subprocess
import sys

import pytest

import tinbergen as tb

TIMES = """
import resource, subprocess, sys
def took(*arguments):
    def used():
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return usage.ru_utime + usage.ru_stime
    before = used()
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
    return used() - before
took("-W", "ignore", "-c", "import tinbergen as tb; tb.Model")  # compiled once
base, package, shell = [], [], []
for _ in range(7):
    base.append(took("-c", "import numpy"))
    package.append(took("-W", "ignore", "-c", "import numpy, tinbergen"))
    shell.append(took("-W", "ignore", "-m", "tinbergen", "--version"))
print(min(package) - min(base), min(shell) - min(base))
"""


@pytest.mark.alone
@pytest.mark.skipif(sys.platform == "win32", reason="has no resource usage")
def test_the_package_is_imported_in_30_ms_and_the_command_starts_in_60():
    """Beyond Python and NumPy, in time of the processor: 5 and 16 ms where this was written."""
    command = [sys.executable, "-c", TIMES]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    package, shell = map(float, done.stdout.split())
    assert package < 0.030
    assert shell < 0.060


def test_what_the_import_does_not_need_is_not_imported():
    code = "import sys, tinbergen; print(*sys.modules)"
    command = [sys.executable, "-W", "ignore", "-c", code]
    loaded = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    rooms = [name for name in loaded if name.startswith(("tinbergen.written", "tinbergen.io"))]
    assert rooms == []
    assert not {"matplotlib", "pandas", "polars", "scipy", "importlib.metadata"} & set(loaded)


def test_every_name_has_one_home_and_types_see_the_same():
    names = [name for names in tb._HOMES.values() for name in names]
    assert len(names) == len(set(names))
    assert set(tb.__all__) == {*names, "__version__"}
    assert set(tb.__all__) <= set(dir(tb))
    for name in names:
        assert getattr(tb, name) is getattr(tb, name)
    source = __import__("inspect").getsource(tb)
    for home, names in tb._HOMES.items():
        for name in names:
            assert name in source.split(f"from tinbergen.{home} import ")[1].split("from ")[0]


def test_a_plan_is_read_first_thing():
    """What is imported late is there when a plan is the first thing that is asked for."""
    code = "import tinbergen as tb; print(len(tb.plans.yuecheng().parameters))"
    command = [sys.executable, "-W", "ignore", "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == str(len(tb.plans.yuecheng().parameters)), done.stderr


def test_a_name_that_is_not_there_is_an_error():
    with pytest.raises(AttributeError, match="no attribute 'Modell'"):
        _ = tb.Modell
    with pytest.raises(AttributeError, match=r"is tinbergen\.Note now"):
        _ = tb.Finding
