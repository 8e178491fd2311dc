"""Models as files: plan files in TOML with their JSON Schema, and plain text."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from tinbergen import _core
from tinbergen.basics.files import read_input, write_atomically
from tinbergen.written.model import Model

__all__ = ["files_of", "largest_plan", "read_plan", "save", "schema", "to_text"]


def read_plan(path: str | os.PathLike[str]) -> Model:
    """Read a plan file.

    Parameters
    ----------
    path
        A model in TOML, in UTF-8; tables of joint draws that it names stand in its folder.

    Raises
    ------
    ModelError
        With every problem of the file, each with its line.

    Examples
    --------
    >>> import tinbergen as tb
    >>> tb.read_plan(tb.plans.path("yuecheng")).periods
    Span('2021..2035')
    """
    path = Path(path)
    return Model.from_toml(read_input(path, largest_plan()), file=str(path))


def largest_plan() -> int:
    """Return how many bytes a plan file may have.

    Examples
    --------
    >>> largest_plan()
    10485760
    """
    return _core.largest()["plan"]


def schema() -> dict[str, Any]:
    """Return the JSON Schema of a plan file, made from the types that read it.

    Examples
    --------
    >>> schema()["title"]
    'Model'
    """
    loaded: dict[str, Any] = json.loads(_core.schema())
    return loaded


def save(model: Model, path: str | os.PathLike[str]) -> Path:
    """Write the model to a plan file, and give its path.

    Joint draws of more than 1,000 rows are written to tables beside it, which the plan knows by their
    SHA-256: ``plan.fit.csv`` for the draws ``fit`` of ``plan.toml``.

    Examples
    --------
    >>> import tempfile, pathlib, tinbergen as tb
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     tb.Model("empty", "2021..2025").save(pathlib.Path(folder) / "plan.toml").name
    'plan.toml'
    """
    path = Path(path)
    plan, tables = files_of(model, path)
    for name, text in tables.items():
        write_atomically(name, text)
    return write_atomically(path, plan)


def files_of(model: Model, path: Path) -> tuple[str, dict[Path, str]]:
    """Return the text of the plan file of that path, and of the tables of draws beside it.

    Examples
    --------
    >>> text, tables = files_of(Model("empty", "2021..2025"), Path("plan.toml"))
    >>> text.splitlines()[1], tables
    ('name = "empty"', {})
    """
    plan, tables = model._to_core().to_plan_files(path.stem)
    return plan, {path.parent / name: text for name, text in tables}


def to_text(model: Model) -> str:
    r"""Write the model as plain text, one equation a line (``docs/text-format.md``).

    What is for readers only and has no words there, such as the description of the model, is
    told in a comment at the top.

    Raises
    ------
    ModelError
        With the parts that plain text cannot say: distributions, shocks, targets, scenarios.

    Examples
    --------
    >>> import tinbergen as tb
    >>> print(tb.read_text("periods 2021..2022\nparameter a = 0.5\ny = a * y[-1]").to_text())
    model "model"
    periods 2021..2022
    <BLANKLINE>
    parameter a = 0.5
    <BLANKLINE>
    y = a * y[-1]
    <BLANKLINE>
    <BLANKLINE>
    """
    return _core.to_text(model._to_core())
