"""Plan files that come with the package."""

from __future__ import annotations

import csv
from pathlib import Path

from tinbergen.errors import UnknownNameError
from tinbergen.frames import Table
from tinbergen.model import Model, read_plan

__all__ = ["names", "outturns", "path", "yuecheng"]

_FOLDER = Path(__file__).with_name("data")


def names() -> tuple[str, ...]:
    """Name the plans that there are.

    Examples
    --------
    >>> names()
    ('yuecheng',)
    """
    return tuple(sorted(file.stem for file in _FOLDER.glob("*.toml")))


def path(name: str = "yuecheng") -> Path:
    """Give the path of a plan file.

    Examples
    --------
    >>> path("yuecheng").name
    'yuecheng.toml'
    """
    if name not in names():
        raise UnknownNameError("plan", name, names())
    return _FOLDER / f"{name}.toml"


def outturns(name: str = "yuecheng") -> Table:
    """Read the outturns of a plan: what happened after its histories end.

    Returns
    -------
    Table
        Columns indicator, period, value, vintage (the date it was known), and others that the
        file has.

    Examples
    --------
    >>> outturns("yuecheng").columns[:3]
    ('indicator', 'period', 'value')
    """
    file = path(name).with_name(f"{name}_outturns.csv")
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    columns = {key: [row[key] for row in rows] for key in rows[0]}
    return Table({**columns, "value": [float(row["value"]) for row in rows]})


def yuecheng() -> Model:
    """Read the 14th five-year plan of Yuecheng District (Shaoxing, Zhejiang), 2021 to 2035.

    Examples
    --------
    >>> yuecheng().periods
    Span('2021..2035')
    """
    return read_plan(path("yuecheng"))
