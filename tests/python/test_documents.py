"""What the documents show is what happens: every example of the package runs."""

import ast
import doctest
import importlib
import inspect
import pkgutil
import re
from pathlib import Path

import pytest

import tinbergen
from tinbergen import _core, plots

MODULES = [
    name
    for _, name, _ in pkgutil.walk_packages(tinbergen.__path__, "tinbergen.")
    if name not in ("tinbergen._core", "tinbergen.__main__")
]


@pytest.mark.parametrize("name", ["tinbergen", *MODULES])
def test_the_examples_of_a_module_run(name):
    flags = doctest.IGNORE_EXCEPTION_DETAIL | doctest.ELLIPSIS
    failures, _ = doctest.testmod(importlib.import_module(name), optionflags=flags)
    assert failures == 0


def test_every_public_name_is_there_and_documented():
    for name in tinbergen.__all__:
        thing = getattr(tinbergen, name)
        assert name == "__version__" or thing.__doc__, name


def _functions():
    """Every function and method of the package and of its stub, with its docstring."""
    root = Path(tinbergen.__file__).parent
    for file in [*root.rglob("*.py"), root / "_core.pyi"]:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and (text := ast.get_docstring(node)):
                yield f"{file.relative_to(root)}: {node.name}", text


def test_a_docstring_begins_as_a_reader_of_numpy_expects():
    """Return, Compute, Simulate: not what the function gives, says or holds."""
    odd = {"Give", "Gives", "Say", "Says", "Hold", "Holds", "Returns", "Computes", "Take"}
    assert [name for name, text in _functions() if text.split()[0].strip(",:.") in odd] == []


@pytest.mark.parametrize(
    "word",
    [
        "luck",
        "carried",
        "blame",
        "held to",
        "told from nothing",
        "gravest",
        "refused",
        "of nobody",
    ],
)
def test_documents_use_the_words_of_the_field(word):
    root = Path(__file__).parents[2]
    files = [*root.glob("docs/*.md"), root / "README.md", *root.glob("notebooks/*.ipynb")]
    files += [*Path(tinbergen.__file__).parent.rglob("*.py")]
    pattern = re.compile(rf"\b{word}\b", re.IGNORECASE)
    assert [file.name for file in files if pattern.search(file.read_text(encoding="utf-8"))] == []


# What the first word of a docstring may be: what a call does, as `numpydoc` has it.
VERBS = {
    "Accumulate",
    "Add",
    "Archive",
    "Attribute",
    "Begin",
    "Break",
    "Change",
    "Check",
    "Compare",
    "Compute",
    "Condition",
    "Convert",
    "Count",
    "Draw",
    "Estimate",
    "Evaluate",
    "Exchange",
    "Explain",
    "Fill",
    "Find",
    "Fit",
    "Fold",
    "Frame",
    "Freeze",
    "Import",
    "Join",
    "Keep",
    "Lay",
    "Leave",
    "Let",
    "Make",
    "Mark",
    "Measure",
    "Move",
    "Name",
    "Offer",
    "Open",
    "Print",
    "Put",
    "Read",
    "Refuse",
    "Remove",
    "Return",
    "Run",
    "Save",
    "Score",
    "Set",
    "Shorten",
    "Show",
    "Shrink",
    "Simulate",
    "Solve",
    "Split",
    "Stack",
    "Summarise",
    "Tell",
    "Trace",
    "Turn",
    "Write",
}


def _calls(thing, name):
    """Every function and method of a public thing, with the help that Python shows."""
    if not inspect.isclass(thing):
        if callable(thing):
            yield name, thing
        return
    owners = [owner for owner in thing.__mro__ if "tinbergen" in f"{owner.__module__} {owner}"]
    for key in dict.fromkeys(key for owner in owners for key in vars(owner)):
        member = getattr(thing, key)
        if not key.startswith("_") and callable(member) and not inspect.isclass(member):
            yield f"{name}.{key}", member


def test_the_help_of_every_call_begins_with_what_it_does():
    places = [(tinbergen, tinbergen.__all__), (tinbergen.process, tinbergen.process.__all__)]
    places += [(plots, plots.__all__), (_core, [n for n in dir(_core) if not n.startswith("_")])]
    found = {}
    for place, names in places:
        for name in names:
            found |= dict(_calls(getattr(place, name), f"{place.__name__}.{name}"))
    helps = {name: inspect.getdoc(call) for name, call in found.items()}
    first = {name: text.split()[0].strip(",:.") for name, text in helps.items() if text}
    assert len(first) > 180
    assert {name: word for name, word in first.items() if word not in VERBS} == {}
