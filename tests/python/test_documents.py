"""What the documents show is what happens: every example of the package runs."""

import doctest
import importlib
import pkgutil

import pytest

import tinbergen

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
