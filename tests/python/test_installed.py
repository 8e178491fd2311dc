"""What is published, in empty environments: a wheel does what the README says, a crate what its example says."""

import json
import os
import runpy
import shutil
import subprocess
import sys
import tarfile
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = runpy.run_path(str(ROOT / "scripts" / "wheel.py"))
MINORS = (11, 12, 13, 14)


def python(minor):
    """Return a Python of a version, where this machine has one."""
    own = Path(sys.executable) if sys.version_info[1] == minor else None
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    places = [own, *sorted(pyenv.glob(f"3.{minor}.*/bin/python"))]
    found = shutil.which(f"python3.{minor}")
    return next((str(place) for place in places if place and place.exists()), found)


def run(*command, cwd):
    """Run a command in a folder, and return what it prints: with nothing of this environment in the way."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, env=own)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel():
    """Return the wheel that `make wheel` built."""
    found = sorted((ROOT / "dist").glob("tinbergen-*manylinux*.whl"))
    if not found:
        pytest.skip("`make wheel` builds the wheel that this installs")
    return found[-1]


def test_the_platform_of_a_wheel_is_read_from_what_auditwheel_says():
    text = 'x.whl is consistent with\nthe following platform tag:\n"manylinux_2_17_x86_64".\n'
    assert SCRIPT["oldest"](text) == (2, 17)
    assert SCRIPT["oldest"](text.replace("2_17", "2_34")) == (2, 34)
    assert SCRIPT["oldest"]('the following platform tag: "linux_x86_64"') is None


@pytest.mark.slow
@pytest.mark.parametrize("minor", MINORS)
def test_a_wheel_does_what_the_readme_shows_in_an_empty_environment(wheel, minor, tmp_path):
    interpreter = python(minor)
    if interpreter is None:
        pytest.skip(f"there is no Python 3.{minor} here")
    run(interpreter, "-m", "venv", tmp_path / "fresh", cwd=tmp_path)
    bin_ = tmp_path / "fresh" / "bin"
    pip = [bin_ / "python", "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    run(*pip, "--only-binary", ":all:", wheel, cwd=tmp_path)
    for file in ("README.md", "plans/minimal.toml"):
        shutil.copy(ROOT / file, tmp_path)
    run(bin_ / "python", "-m", "doctest", "README.md", cwd=tmp_path)
    table = run(bin_ / "tinbergen", "run", "minimal.toml", "--seed", "1", cwd=tmp_path)
    assert "baseline" in table
    # Nothing but NumPy comes along.
    packages = json.loads(run(bin_ / "python", "-m", "pip", "list", "--format=json", cwd=tmp_path))
    names = {package["name"] for package in packages} - {"pip", "setuptools"}
    assert names == {"numpy", "tinbergen"}


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("cargo") is None, reason="needs cargo")
def test_a_new_program_runs_the_example_of_the_readme_with_the_packed_crate(tmp_path):
    version = tomllib.loads((ROOT / "Cargo.toml").read_text())["workspace"]["package"]["version"]
    packed = f"tinbergen-{version}"
    pack = ["package", "-q", "--locked", "--no-verify", "--allow-dirty", "-p", "tinbergen"]
    run("cargo", *pack, "--target-dir", tmp_path / "packed", cwd=ROOT)
    with tarfile.open(tmp_path / "packed" / "package" / f"{packed}.crate") as crate:
        crate.extractall(tmp_path, filter="data")
    program = tmp_path / "program"
    (program / "src").mkdir(parents=True)
    (program / "Cargo.toml").write_text(f"""
        [package]
        name = "program"
        edition = "2024"
        [dependencies]
        tinbergen = {{ path = "../{packed}" }}
        [profile.dev]
        debug = false
    """)
    # The versions that are here: what is new in a registry is no matter of this crate.
    shutil.copy(tmp_path / packed / "Cargo.lock", program)
    example = (ROOT / "README.md").read_text(encoding="utf-8").split("```rust\n")[1].split("```")[0]
    example = example.replace("# Ok::", "Ok::")
    main = f"fn main() -> Result<(), tinbergen::Error> {{\n{example}}}\n"
    (program / "src" / "main.rs").write_text(
        main.replace("assert!(", 'println!("{}", rows[0].probability.value);\nassert!('),
        encoding="utf-8",
    )
    # Kept beside the other builds: all but the crate itself is compiled once.
    own = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "packed"
    shown = run("cargo", "run", "-q", "--target-dir", own, cwd=program)
    assert 0 < float(shown) < 0.5
