"""The rooms of the Python package: no circle of imports, and none from a higher room."""

import ast
import importlib
import inspect
import pydoc
from pathlib import Path

import pytest

import tinbergen
from tinbergen import lazy

PACKAGE = Path(tinbergen.__file__).parent

FLOORS = ["basics", "written", "results", "questions", "plots", "io", "report", "shell"]
GROUND = ("_core", "errors", "lazy", "former")
"""Modules outside of a room that any room may use."""
DYNAMIC = {
    "tinbergen.basics.words",
    "tinbergen",
    "tinbergen.lazy",
    "tinbergen.former",
    "tinbergen.basics.optional",
}
"""Modules that import by a name that is computed: the names of the package, the lazy list, old names, optional libraries, the words of a language."""
LONGEST = 420
CHECKING = ("TYPE_CHECKING", "_typing.TYPE_CHECKING")


def modules_of(package: Path) -> dict[str, str]:
    """Return the source of every module by its full name, and the stub of a compiled one."""
    sources = {}
    for file in [*package.rglob("*.py"), *package.rglob("*.pyi")]:
        parts = [package.name, *file.relative_to(package).with_suffix("").parts]
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        sources[name] = file.read_text(encoding="utf-8")
    return sources


def running(tree: ast.AST):
    """Walk what runs: everything but the bodies of ``if TYPE_CHECKING``."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) in CHECKING:
            for other in node.orelse:
                yield other
                yield from running(other)
        else:
            yield node
            yield from running(node)


def imports_of(source: str, modules) -> set[str]:
    """Return the modules that a module imports when it runs, also inside of functions."""
    found = set()
    for node in running(ast.parse(source)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            full = [f"{node.module}.{alias.name}" for alias in node.names]
            names = [name if name in modules else node.module for name in full]
        else:
            continue
        found |= {name for name in names if name in modules}
    return found


def graph_of(package: Path) -> dict[str, set[str]]:
    modules = modules_of(package)
    return {name: imports_of(source, modules) for name, source in modules.items()}


def circle_in(graph: dict[str, set[str]]) -> list[str]:
    """Return a circle of imports; nothing where there is none."""
    done: set[str] = set()

    def visit(name: str, path: list[str]) -> list[str]:
        if name in path:
            return [*path[path.index(name) :], name]
        if name in done:
            return []
        for other in sorted(graph[name]):
            found = visit(other, [*path, name])
            if found:
                return found
        done.add(name)
        return []

    return next((found for name in sorted(graph) if (found := visit(name, []))), [])


def floor_of(name: str) -> int:
    _, _, rest = name.partition(".")
    room = rest.partition(".")[0]
    if room in FLOORS:
        return FLOORS.index(room)
    return 0 if room in GROUND else len(FLOORS)


def upward_in(graph: dict[str, set[str]]) -> list[str]:
    """Return the imports from a higher room."""
    return [
        f"{name} imports {other}"
        for name, others in sorted(graph.items())
        for other in sorted(others)
        if floor_of(other) > floor_of(name)
    ]


def test_no_module_is_in_a_circle_of_imports():
    assert circle_in(graph_of(PACKAGE)) == []


def test_no_room_imports_from_a_higher_one():
    assert upward_in(graph_of(PACKAGE)) == []


def test_every_folder_is_a_room_that_says_what_it_is():
    folders = {file.parent.name for file in PACKAGE.rglob("*.py")} - {"tinbergen"}
    assert folders == set(FLOORS)
    for room in FLOORS:
        about = importlib.import_module(f"tinbergen.{room}").__doc__
        assert about.startswith(f"Floor {FLOORS.index(room)}: ")


def test_modules_are_imported_by_a_computed_name_only_where_it_is_said():
    def dynamic(source: str) -> bool:
        names = ("import_module", "__import__", "LazyModule", "exec_module")
        called = (node.func for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
        return any(ast.unparse(name).rpartition(".")[2] in names for name in called)

    sources = modules_of(PACKAGE)
    assert {name for name, source in sources.items() if dynamic(source)} == DYNAMIC
    # `load` is for libraries of others.
    assert not [name for name, source in sources.items() if 'load("tinbergen' in source]


def test_every_lazy_name_is_there_and_documented_where_it_is_answered():
    owners = (lazy.ModelQuestions, lazy.RunsQuestions, lazy.EnsembleQuestions)
    for owner in owners:
        for name, value in vars(owner).items():
            if isinstance(value, lazy.LazyFunction):
                found = getattr(owner, name)
                assert found.__name__ == name
                assert found.__doc__
                rooms = ("tinbergen.questions.", "tinbergen.io.", "tinbergen.report.")
                assert found.__module__.startswith(rooms)


def test_what_editors_see_is_what_runs():
    """The lazy list names its modules twice: for types, and for the run."""
    types, run = {}, {}
    for node in ast.walk(ast.parse((PACKAGE / "lazy.py").read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module.startswith("tinbergen"):
            for alias in node.names:
                types[alias.asname] = f"{node.module}.{alias.name}"
        elif isinstance(node, ast.Assign) and ast.unparse(node.value).startswith("LazyModule("):
            run[node.targets[0].id] = f"tinbergen.{node.value.args[0].value}"
    assert run
    assert run == {name: types.get(name) for name in run}


def test_files_are_short():
    lengths = {file.name: file.read_text("utf-8").count("\n") for file in PACKAGE.rglob("*.py")}
    long = {name: lines for name, lines in lengths.items() if lines > LONGEST}
    assert {name for name in long if not name.startswith("words_")} == set()  # those are lists


@pytest.fixture
def house(tmp_path):
    """A small package with rooms, in order."""
    files = {
        "__init__.py": "from house.written.model import Model\n",
        "_core.pyi": "",
        "written/__init__.py": "",
        "written/model.py": "from typing import TYPE_CHECKING\n"
        "from house import _core\n"
        "if TYPE_CHECKING:\n    from house.questions import ask\n",
        "questions/__init__.py": "",
        "questions/ask.py": "from house.written import model\n",
    }
    package = tmp_path / "house"
    for name, text in files.items():
        file = package / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return package


def test_types_make_no_circle(house):
    graph = graph_of(house)
    assert graph["house.questions.ask"] == {"house.written.model"}
    assert graph["house.written.model"] == {"house._core"}
    assert circle_in(graph) == []
    assert upward_in(graph) == []


@pytest.mark.parametrize(
    "planted",
    [
        "from house.questions.ask import answer",
        "from house.questions import ask",
        "import house.questions.ask",
        "def later():\n    from house.questions import ask",
        "class Model:\n    def later(self):\n        if self:\n            import house.questions.ask",
        "if not TYPE_CHECKING:\n    from house.questions import ask",
        "if TYPE_CHECKING:\n    pass\nelse:\n    from house.questions import ask",
    ],
)
def test_a_planted_circle_is_seen(house, planted):
    file = house / "written/model.py"
    file.write_text(file.read_text(encoding="utf-8") + planted + "\n", encoding="utf-8")
    graph = graph_of(house)
    assert circle_in(graph) == ["house.written.model", "house.questions.ask", "house.written.model"]
    assert upward_in(graph) == ["house.written.model imports house.questions.ask"]


def test_a_planted_import_from_a_higher_room_is_seen(house):
    (house / "written/other.py").write_text("import house.questions.ask\n", encoding="utf-8")
    graph = graph_of(house)
    assert circle_in(graph) == []
    assert upward_in(graph) == ["house.written.other imports house.questions.ask"]


def test_a_planted_import_of_the_package_itself_is_seen(house):
    (house / "questions/other.py").write_text("import house\n", encoding="utf-8")
    assert upward_in(graph_of(house)) == ["house.questions.other imports house"]


def test_a_lazy_method_reads_like_any_other(model):
    signature = inspect.signature(model.seek)
    assert list(signature.parameters)[:3] == ["probability", "of", "levers"]
    assert tinbergen.Model.seek.__doc__.startswith("Find the cheapest setting of levers")
    assert inspect.ismethod(model.seek)
    assert "seek(" in pydoc.render_doc(tinbergen.Model, renderer=pydoc.plaintext)
    with pytest.raises(TypeError, match="unexpected keyword argument 'pathes'"):
        model.seek(pathes=10)


TYPED = """\
import tinbergen as tb

runs = tb.plans.yuecheng().simulate(paths=10, seed=1)
reveal_type(runs)
reveal_type(runs.probability("gdp-2025", given="jobs"))
reveal_type(runs["baseline"].warning_record())
reveal_type(runs.notes[0])
runs.model.seek(pathes=10)
"""


def test_types_of_lazy_methods_are_those_of_their_functions(tmp_path):
    mypy = pytest.importorskip("mypy.api")
    file = tmp_path / "typed.py"
    file.write_text(TYPED, encoding="utf-8")
    cache = Path(__file__).parents[2] / ".mypy_cache"
    out, _, _ = mypy.run(["--strict", "--cache-dir", str(cache), str(file)])
    kinds = ("results.runs.Runs", "basics.table.Table", "basics.table.Table", "results.notes.Note")
    revealed = [line.rpartition("note: ")[2] for line in out.splitlines() if "Revealed" in line]
    assert revealed == [f'Revealed type is "tinbergen.{kind}"' for kind in kinds]
    assert 'Unexpected keyword argument "pathes"; did you mean "paths"?' in out
