"""What SECURITY.md promises of files of strangers, where Python has a part in it."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

import tinbergen as tb
from tinbergen.basics import files

PACKAGE = Path(tb.__file__).parent
CALLS = {"eval", "exec", "compile", "__import__", "breakpoint"}
MODULES = {
    "asyncio",
    "ctypes",
    "ftplib",
    "http",
    "marshal",
    "pickle",
    "requests",
    "shelve",
    "smtplib",
    "socket",
    "subprocess",
    "telnetlib",
    "urllib",
    "webbrowser",
    "xmlrpc",
}


def _reaching(source: str) -> set[str]:
    """Return what of a module could run text as code, start a program or reach a network."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            found |= {node.func.id} & CALLS
        elif isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names} & MODULES
        elif isinstance(node, ast.ImportFrom) and node.module != "urllib.parse":
            found |= {(node.module or "").split(".")[0]} & MODULES
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            found |= {f"{node.value.id}.{node.attr}"} & {"os.system", "os.popen", "os.execv"}
    return found


def test_the_package_runs_no_text_starts_no_program_and_reaches_no_network():
    found = {
        str(file.relative_to(PACKAGE)): _reaching(file.read_text(encoding="utf-8"))
        for file in PACKAGE.rglob("*.py")
    }
    assert len(found) > 50
    # Workers see whether their own errors can be sent: nothing is read that was not just written.
    known = {str(Path("questions", "jobs.py")): {"pickle"}}
    assert {name: what for name, what in found.items() if what} == known
    for bad in ("eval('1')", "import urllib.request", "from socket import socket", "os.system('')"):
        assert _reaching(bad)


WATCHED = """
import json, sys
from pathlib import Path
import tinbergen as tb

here = Path(sys.argv[1])
small = {"paths": 50, "seed": 1, "progress": False}

def work():
    plan = tb.read_plan(here / "plan.toml")
    plan.observe(here / "outturns.csv").simulate(**small)
    tb.read_text(here / "model.txt", data=here / "data.csv").simulate(**small)
    tb.read_eviews(here / "model.prg", data=here / "data.csv", periods="2021..2022")
    round = tb.read_round(here / "round")
    assert round.verify().ok, round.verify()
    for name in ("broken.toml", "model.prg", "data.csv"):
        try:
            tb.read_plan(here / name)
        except tb.ModelError:
            continue
        raise AssertionError(name)

work()  # modules are imported
opened, others = set(), set()

def hook(event, arguments):
    if event == "open" and isinstance(arguments[0], (str, bytes)):
        opened.add(str(arguments[0]))
    elif event.split(".")[0] in {"socket", "subprocess", "ctypes", "urllib", "exec", "pty"}:
        others.add(event)
    elif event in {"os.system", "os.exec", "os.fork", "os.posix_spawn", "os.remove", "os.rename"}:
        others.add(event)

sys.addaudithook(hook)
work()
print(json.dumps([sorted(opened), sorted(others)]))
"""

DATA = "period,x\n2020,1\n2021,1\n2022,2\n"
EVIEWS = "y = 0.5 * y(-1) + x\nx = @sin(system(1))"


def test_only_what_was_named_is_opened_and_nothing_else_is_reached(tmp_path):
    plan = tb.plans.path("yuecheng").read_bytes()
    (tmp_path / "plan.toml").write_bytes(plan)
    outturns = tb.plans.path("yuecheng").with_name("yuecheng_outturns.csv")
    (tmp_path / "outturns.csv").write_bytes(outturns.read_bytes())
    (tmp_path / "data.csv").write_text(DATA, encoding="utf-8")
    (tmp_path / "model.txt").write_text("periods 2021..2022\ny = x + 1\n", encoding="utf-8")
    (tmp_path / "model.prg").write_text(EVIEWS, encoding="utf-8")
    (tmp_path / "broken.toml").write_text('include = "/etc/passwd"\n', encoding="utf-8")
    runs = tb.plans.yuecheng().simulate(paths=50, seed=1, keep="gdp", scenarios="baseline")
    runs.archive(tmp_path / "round")
    command = [sys.executable, "-c", WATCHED, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    opened, others = json.loads(done.stdout)
    named = {str(path) for path in tmp_path.rglob("*") if path.is_file()}
    assert set(opened) <= named, sorted(set(opened) - named)
    assert {Path(file).name for file in opened} >= {"plan.toml", "round.json", "model.prg"}
    assert others == []


def test_a_file_that_cannot_be_meant_is_not_read(tmp_path, monkeypatch):
    plan = tb.plans.yuecheng()
    monkeypatch.setattr(files, "LARGEST", 1000)
    file = tmp_path / "large"
    file.write_bytes(b"#" * 1001)
    for read in (
        tb.read_plan,
        lambda path: tb.read_text(path, periods="2021..2022"),
        lambda path: tb.read_eviews(path, periods="2021..2022"),
        lambda path: tb.read_modelflow(path, periods="2021..2022"),
        lambda path: tb.read_frbus(path, path),
        lambda path: tb.read_text("y = x + 1", data=path, periods="2021..2022"),
        plan.observe,
    ):
        with pytest.raises(tb.ModelError, match="large: is larger than 1000 bytes"):
            read(file)


@pytest.fixture
def archived(tmp_path):
    runs = tb.plans.yuecheng().simulate(paths=50, seed=1, keep="gdp", scenarios="baseline")
    runs.archive(tmp_path / "round")
    return tmp_path / "round"


def _rewritten(folder, change):
    record = json.loads((folder / "round.json").read_text(encoding="utf-8"))
    change(record)
    (folder / "round.json").write_text(json.dumps(record), encoding="utf-8")


@pytest.mark.parametrize("name", ["/etc/passwd", "../secret", "plan.toml/../../secret", "C:\\x"])
def test_the_record_of_a_round_names_no_file_elsewhere(archived, name):
    _rewritten(archived, lambda record: record["files"].update({name: "0" * 64}))
    with pytest.raises(ValueError, match=r"names a file .* that no round has"):
        tb.read_round(archived)


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege")
@pytest.mark.parametrize("name", ["plan.toml", "attainment.csv", "round.json"])
def test_a_link_in_a_round_is_not_followed(archived, tmp_path, name):
    (archived / name).replace(tmp_path / "elsewhere")
    (archived / name).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ValueError, match="is a link; the files of a round lie in its folder"):
        tb.read_round(archived).verify()


@pytest.mark.parametrize(
    "text", ["", "[" * 100_000, "\xff", '{"format": 1}', "null", '{"a":' * 100_000]
)
def test_a_record_that_is_none_is_an_error(archived, text):
    (archived / "round.json").write_text(text, encoding="latin-1")
    with pytest.raises(ValueError, match=r"round\.json: "):
        tb.read_round(archived)
