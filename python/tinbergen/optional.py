"""Optional libraries, imported when they are needed and not before."""

from __future__ import annotations

import importlib
from typing import Any

__all__ = ["load"]

_EXTRA = {"matplotlib": "plot", "pyarrow": "arrow", "tqdm": "progress"}


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
