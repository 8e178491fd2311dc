"""Actual values that a reader types in, beside those that the run is conditioned on."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from tinbergen.written.outturns import Outturns

__all__ = ["COLUMNS", "known_rows", "outturns_with"]

COLUMNS = ("indicator", "period", "value", "vintage", "basis", "sd", "source")
"""What is known of an actual value, in this order."""


def known_rows(known: Outturns | None) -> list[list[str | float | None]]:
    """Return actual values as rows of `COLUMNS`; None where nothing is said.

    Examples
    --------
    >>> known_rows(
    ...     Outturns(
    ...         {"indicator": ["gdp"], "period": [2021], "value": [9]}, vintage="2022-03-01"
    ...     )
    ... )
    [['gdp', '2021', 9.0, '2022-03-01', None, None, None]]
    """
    if known is None:
        return []
    return [[_plain(row[name]) for name in COLUMNS] for row in known.table.rows()]


def _plain(value: Any) -> str | float | None:
    if isinstance(value, float):
        return None if math.isnan(value) else float(value)
    return None if value is None or str(value) == "" else str(value)


def outturns_with(
    known: Outturns | None, as_of: str | None, typed: Mapping[str, float]
) -> tuple[Outturns, str]:
    """Put typed values to those that are known, and give the day as of which all of them are looked at.

    They are on the basis of the plan, without error of measurement, and known from the day after the year of the
    latest, or from the day of the others where that is later; each takes the place of what was known of it.

    Examples
    --------
    >>> found, day = outturns_with(None, None, {"gdp 2022": 108.0})
    >>> day, found.table["value"].tolist()
    ('2023-01-01', [108.0])
    """
    cells = {cell: cell.rpartition(" ")[::2] for cell in typed}
    latest = max(int(period[:4]) for _, period in cells.values())
    day = max(as_of or "", f"{latest + 1:04}-01-01")
    rows = [
        row
        for row in known_rows(known)
        if not (row[4] is None and row[3] == day and f"{row[0]} {row[1]}" in typed)
    ]
    rows += [[*cells[cell], value, day, None, None, None] for cell, value in typed.items()]
    columns = zip(COLUMNS, zip(*rows, strict=True), strict=True)
    return Outturns({name: list(column) for name, column in columns}), day
