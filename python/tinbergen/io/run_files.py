"""The files that ``tinbergen run`` writes.

A column of ``fan.csv`` or ``attainment.csv`` is an entry in `FAN` or `ATTAINMENT` (docs/adding.md).
"""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tinbergen.basics.files import read_input, write_atomically
from tinbergen.basics.table import Table
from tinbergen.basics.version import VERSION
from tinbergen.results.ensemble import QUANTILES, quantile_name
from tinbergen.results.pathless import PathlessRuns
from tinbergen.results.runs import Runs

__all__ = [
    "ATTAINMENT",
    "CHARTS",
    "FAN",
    "Column",
    "attainment_csv",
    "charts_before",
    "fan_csv",
    "over_paths",
    "write_run",
]

CHARTS = ("attainment.png", "fans.png", "scenarios.png", "change_*.png", "fan_*.png")
"""How the charts are called that `tinbergen.plots.write_charts` makes of a run."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a file.

    Parameters
    ----------
    name
        What its header says.
    about
        What it is, with its unit.
    of
        Its values from the runs and the table of the file; the column of that name in the table
        unless given.
    level
        For a quantile of a fan: its probability.
    """

    name: str
    about: str
    of: Callable[[Any, Table], ArrayLike] | None = None
    level: float | None = None


def quantile(level: float) -> Column:
    """Return the column of a quantile of a fan.

    Examples
    --------
    >>> quantile(0.05).name
    'q05'
    """
    about = f"{100 * level:g} % quantile over paths, in the unit of the indicator"
    return Column(quantile_name(level), about, level=level)


def over_paths(
    of: Callable[[NDArray[np.float64], NDArray[np.float64] | None], ArrayLike],
) -> Callable[[Runs, Table], ArrayLike]:
    """Make a column of a fan from paths: an array (periods, paths) and their weights, if any.

    Examples
    --------
    >>> import tinbergen as tb
    >>> runs = tb.plans.yuecheng().simulate(paths=100, seed=1, keep=["gdp"])
    >>> largest = Column(
    ...     "largest", "largest value", over_paths(lambda x, weights: x.max(axis=1))
    ... )
    >>> fan_csv(runs, [*FAN[:4], largest]).splitlines()[0]
    'scenario,indicator,period,mean,largest'
    """

    def values(runs: Runs, table: Table) -> ArrayLike:
        # The rows of a fan: scenario by scenario, indicator by indicator, period by period.
        parts = []
        for scenario in dict.fromkeys(table["scenario"].tolist()):
            ensemble = runs[scenario]
            names = table.filter(scenario=scenario)["indicator"].tolist()
            parts += [of(ensemble[name], ensemble.weights) for name in dict.fromkeys(names)]
        return np.concatenate([np.asarray(part) for part in parts])

    return values


FAN: tuple[Column, ...] = (
    Column("scenario", "name of the scenario"),
    Column("indicator", "name of the indicator"),
    Column("period", "period of the span"),
    Column("mean", "mean over paths, in the unit of the indicator"),
    *map(quantile, QUANTILES),
)
"""The columns of ``fan.csv``."""

ATTAINMENT: tuple[Column, ...] = (
    Column("scenario", "name of the scenario"),
    Column("target", "id of the target, name of a set, or all, binding, expected"),
    Column("probability", "probability that it is met, from 0 to 1"),
    Column("low", "lower end of the 95 % interval of the probability"),
    Column("high", "upper end of the 95 % interval of the probability"),
    Column("undefined", "share of paths in which growth it counts is not defined, from 0 to 1"),
)
"""The columns of ``attainment.csv``."""


def fan_csv(runs: Runs | PathlessRuns, columns: Sequence[Column] = FAN) -> str:
    """Write the fans of all scenarios and kept indicators as CSV, with the columns of `FAN`."""
    levels = [column.level for column in columns if column.level is not None]
    return _csv(columns, runs, runs.fan(quantiles=levels))


def attainment_csv(runs: Runs | PathlessRuns, columns: Sequence[Column] = ATTAINMENT) -> str:
    """Write how likely each target is as CSV, with the columns of `ATTAINMENT`."""
    return _csv(columns, runs, runs.attainment())


def _csv(columns: Sequence[Column], runs: Runs | PathlessRuns, table: Table) -> str:
    def values(column: Column) -> ArrayLike:
        return table[column.name] if column.of is None else column.of(runs, table)

    return Table({column.name: values(column) for column in columns}).to_csv()


def write_run(
    runs: Runs | PathlessRuns, folder: Path, *, plan: Path, text: bytes | None = None
) -> list[Path]:
    """Write ``fan.csv``, ``attainment.csv`` and ``run.json``, and give their paths.

    Parameters
    ----------
    runs
        What was simulated.
    folder
        Where; it must exist.
    plan
        The plan file; its hash goes into ``run.json``.
    text
        What it says, where it is no file; read unless given.
    """
    texts = {"fan.csv": fan_csv(runs), "attainment.csv": attainment_csv(runs)}
    paths = [write_atomically(folder / name, text) for name, text in texts.items()]
    hashes = {name: _sha256(text.encode()) for name, text in texts.items()}
    record: dict[str, Any] = {
        **runs.info,
        "versions": {
            "tinbergen": VERSION,
            "python": platform.python_version(),
            "numpy": np.__version__,
        },
        "plan": {"file": plan.name, "sha256": _sha256(read_input(plan) if text is None else text)},
        "outputs": hashes,
        "scenarios": list(runs),
    }
    said = json.dumps(record, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
    return [*paths, write_atomically(folder / "run.json", said)]


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def charts_before(folder: Path, written: Sequence[Path]) -> list[Path]:
    """Return the charts in a folder that are of a run before: none of those that were written now.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as name:
    ...     there, now = (Path(name) / file for file in ("fan_gdp.png", "fan_jobs.png"))
    ...     _ = there.write_bytes(b""), now.write_bytes(b"")
    ...     [file.name for file in charts_before(Path(name), [now])]
    ['fan_gdp.png']
    """
    there = {file for pattern in CHARTS for file in folder.glob(pattern)}
    return sorted(there - set(written))
