"""Optional libraries, imported when they are needed and not before."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import Any

__all__ = ["first_of", "load"]

_EXTRA = {
    "anywidget": "explore",
    "jinja2": "report",
    "matplotlib": "plot",
    "openpyxl": "excel",
    "pyarrow": "arrow",
    "shtab": "completion",
    "tqdm": "progress",
    "weasyprint": "pdf",
}


def load(module: str) -> Any:
    """Import an optional library, or say which extra brings it.

    Parameters
    ----------
    module
        Its import name: ``"pandas"``, ``"matplotlib.pyplot"``.

    Raises
    ------
    ImportError
        When it is not installed.

    Examples
    --------
    >>> load("json").__name__
    'json'
    """
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        library = module.partition(".")[0]
        if (error.name or "").partition(".")[0] != library:
            raise
        extra = _EXTRA.get(library, library)
        raise ImportError(
            f'this needs {library}, which is not installed: pip install "tinbergen[{extra}]"',
            name=library,
        ) from error


def first_of(modules: Sequence[str]) -> str:
    """Name the first of several libraries that is installed, or say which extra brings one.

    Raises
    ------
    ImportError
        When none is.

    Examples
    --------
    >>> first_of(["no_such_library", "json"])
    'json'
    """
    for module in modules:
        try:
            load(module)
        except ImportError:
            continue
        return module
    extras = " or ".join(f"tinbergen[{_EXTRA.get(name, name)}]" for name in modules)
    raise ImportError(
        f"this needs {' or '.join(modules)}, and none of them is installed: pip install {extras}",
        name=modules[0],
    )
