"""What holds for the package as a whole."""

import multiprocessing
import shutil
import subprocess
import tomllib
from importlib import metadata
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tinbergen as tb

ROOT = Path(__file__).parents[2]


def test_the_version_stands_in_one_place():
    cargo = tomllib.loads((ROOT / "Cargo.toml").read_text(encoding="utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert tb.__version__ == cargo["workspace"]["package"]["version"]
    assert tb.__version__ == metadata.version("tinbergen")
    assert "version" in project["dynamic"]


def test_every_licence_travels_with_the_package():
    files = {Path(file).name for file in metadata.metadata("tinbergen").get_all("License-File")}
    assert files == {"LICENSE-MIT", "LICENSE-APACHE", "LICENSE-JOE-KUO", "LICENSE-APACHE-2.0.txt"}


@pytest.mark.skipif(shutil.which("cargo") is None, reason="needs cargo")
def test_the_crate_has_no_python():
    command = ["cargo", "package", "-p", "tinbergen", "--list", "--allow-dirty", "--offline"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    files = listed.split()
    assert "src/lib.rs" in files
    assert "README.md" in files
    assert not [file for file in files if "python" in file or file.endswith(".py")]


def _simulate_in_child(model, queue):
    queue.put(model.simulate(2000, seed=1)["baseline"]["gdp"][-1].tolist())


@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="needs fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_fork_after_a_run_neither_hangs_nor_differs(model):
    here = model.simulate(2000, seed=1)["baseline"]["gdp"][-1]
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    child = context.Process(target=_simulate_in_child, args=(model, queue))
    child.start()
    there = queue.get(timeout=60)
    child.join(timeout=60)
    assert child.exitcode == 0
    assert np.array_equal(here, there)


PERIODS = st.one_of(
    st.integers(1000, 9999).map(str),
    st.builds("{}-Q{}".format, st.integers(1000, 9999), st.integers(1, 4)),
    st.builds("{}-{:02d}".format, st.integers(1000, 9999), st.integers(1, 12)),
)


@given(PERIODS)
def test_a_period_prints_what_it_read(text):
    assert tb.Period(str(tb.Period(text))) == tb.Period(text)


@given(st.integers(1500, 2500), st.integers(1, 4), st.integers(-400, 400))
def test_adding_periods_and_taking_them_away_cancels(year, quarter, by):
    period = tb.Period(f"{year}-Q{quarter}")
    assert (period + by) - by == period
    assert (period + by) - period == by


NAMES = st.from_regex(r"[a-z_\u4e00-\u9fff][a-z0-9_]{2,8}zz", fullmatch=True)
NUMBERS = st.floats(-1e12, 1e12, allow_subnormal=False)


@st.composite
def models(draw):
    """A model of a few indicators with numbers, labels and names of all sorts."""
    names = draw(st.lists(NAMES, min_size=1, max_size=4, unique=True))
    labels = st.one_of(st.none(), st.text(max_size=8), st.fixed_dictionaries({"zh": st.text()}))
    indicators = {
        name: tb.Indicator(
            label=draw(labels),
            history={2020: draw(NUMBERS)},
            process=tb.process.change(mean=draw(NUMBERS), persistence=draw(st.floats(0, 0.9))),
        )
        for name in names
    }
    shocks = {name: tb.normal(0, draw(st.floats(0, 1e6))) for name in names}
    targets = [
        tb.Target(f"t-{k}", indicator=name, period=2025, at_least=draw(NUMBERS))
        for k, name in enumerate(names)
    ]
    return tb.Model(
        draw(st.text(min_size=1, max_size=20)),
        "2021..2025",
        indicators=indicators,
        shocks=shocks,
        targets=targets,
    )


@given(models())
@settings(max_examples=60, deadline=None)
def test_a_plan_file_loses_nothing(model):
    again = tb.Model.from_toml(model.to_toml())
    assert again == model
    assert again.to_dict() == model.to_dict()
