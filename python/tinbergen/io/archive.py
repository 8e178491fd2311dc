"""Archiving: a run kept as one folder, whole or not at all."""

from __future__ import annotations

import json
import os
import platform
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tinbergen.basics.files import read_input
from tinbergen.basics.table import Table
from tinbergen.basics.version import VERSION
from tinbergen.io.folders import place_folder, standing
from tinbergen.io.round_record import (
    CONDITIONING,
    FORMAT,
    MANIFEST,
    SUMMARIES,
    RoundRecord,
    sealed,
    sha256,
)
from tinbergen.io.rounds import Round
from tinbergen.io.run_files import attainment_csv, fan_csv

if TYPE_CHECKING:
    from tinbergen.results.runs import Runs

__all__ = ["archive"]


def archive(
    runs: Runs,
    folder: str | os.PathLike[str],
    *,
    name: str | None = None,
    outturns: Any = None,
    note: str | None = None,
    replace: bool = False,
) -> Round:
    """Archive the run as one folder that can be verified to the bit.

    Parameters
    ----------
    folder
        Where; it must not be there yet, or be empty.
    name
        Name of the round; that of the folder unless given.
    outturns
        Actual values with vintages that were known, kept beside the run, which they do not change: a
        table, a data frame, columns by name, or the path of a CSV file. Those that a model is
        conditioned on (`Model.observe`) are archived without being given.
    note
        A note of judgement.
    replace
        Whether a round of that name may be replaced.

    Raises
    ------
    FileExistsError
        When there is something already. Of several processes that archive in one place at a time
        without `replace`, one succeeds.

    Examples
    --------
    >>> import tempfile, pathlib, tinbergen as tb
    >>> runs = tb.plans.yuecheng().simulate(paths=100, seed=1, keep="gdp")
    >>> with tempfile.TemporaryDirectory() as place:
    ...     runs.archive(pathlib.Path(place) / "2021").name
    '2021'
    """
    target = Path(folder)
    _refuse(target, replace=replace)
    plan, tables = runs.model._to_core().to_plan_files("plan")
    contents: dict[str, bytes] = {
        "plan.toml": plan.encode(),
        **{file: text.encode() for file, text in tables},
        "fan.csv": fan_csv(runs).encode(),
        "attainment.csv": attainment_csv(runs).encode(),
    }
    given = runs._given
    if given is not None:
        if outturns is not None:
            raise ValueError(
                "outturns: the run is conditioned on actual values already; they are archived"
            )
        outturns = given[0].table
    if outturns is not None:
        contents["outturns.csv"] = _csv(outturns).encode()
    if note is not None:
        contents["note.md"] = note.encode()
    info = runs.info
    if info.get("parameters"):
        said = ", ".join(
            f"{name} = {value if isinstance(value, float) else 'a number for each path'}"
            for name, value in info["parameters"].items()
        )
        raise ValueError(
            f"parameters: the run has {said}, which the plan does not say; set it in the model, "
            "simulate that and archive it"
        )
    scenarios = [scenario for scenario in runs if scenario != "mixture"]
    everything = [*runs.model.indicators]
    kept = list(runs[scenarios[0]].indicators)
    record: RoundRecord = {
        "format": FORMAT,
        "name": target.name if name is None else name,
        "plan": runs.model.name,
        "seed": info["seed"],
        "paths": info["paths"],
        "design": info["design"],
        "streams": info["streams"],
        "summaries": SUMMARIES,
        "conditioning": CONDITIONING,
        "scenarios": scenarios,
        "keep": None if kept == everything else kept,
        "held": None if given is None else {"basis": given[1]},
        "versions": {
            "tinbergen": VERSION,
            "python": platform.python_version(),
            "numpy": np.__version__,
        },
        "files": {file: sha256(content) for file, content in contents.items()},
    }
    text = json.dumps(sealed(record), indent=2, ensure_ascii=False) + "\n"
    contents[MANIFEST] = text.encode()
    place_folder(target, contents, replaced=_is_round if replace else None)
    return Round(target)


def _refuse(folder: Path, *, replace: bool) -> None:
    """Refuse to write over what is there."""
    if not folder.name or folder.name in {".", ".."}:
        raise ValueError(f"{folder}: name a folder for the round")
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise NotADirectoryError(f"{folder}: there is a file of that name; name a folder")
    there = standing(folder)
    if not there.is_dir() or not any(there.iterdir()):
        return
    if not replace:
        raise FileExistsError(
            f"{folder}: there is something already; name another, or pass replace=True"
        )
    if not _is_round(there):
        raise FileExistsError(f"{folder}: is no round, so it is not replaced; name another folder")


def _is_round(folder: Path) -> bool:
    return (folder / MANIFEST).is_file()


def _csv(outturns: Any) -> str:
    """Write a table of outturns: our own, a data frame, a mapping of columns or a CSV file."""
    if isinstance(outturns, Table):
        return outturns.to_csv()
    if isinstance(outturns, (str, os.PathLike)):
        return read_input(outturns).decode()
    if hasattr(outturns, "to_table"):
        return str(outturns.to_table().to_csv())
    if hasattr(outturns, "columns"):
        return Table({str(name): list(outturns[name]) for name in outturns.columns}).to_csv()
    return Table(dict(outturns)).to_csv()
