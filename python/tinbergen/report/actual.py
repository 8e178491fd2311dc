"""Actual values that a reader types in, beside those that the run is conditioned on."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tinbergen._core import Outturns as CoreOutturns
from tinbergen.written.data import cells_of_text
from tinbergen.written.outturns import Outturns

__all__ = ["known_rows", "outturns_with"]

_HEAD = "indicator,period,value,vintage"


def known_rows(known: Outturns | None) -> list[tuple[str, str, str, str]]:
    """Return rows of actual values as lines of a table: what each is about, when known, its basis, the line.

    Examples
    --------
    >>> known_rows(
    ...     Outturns(
    ...         {"indicator": ["gdp"], "period": [2021], "value": [9]}, vintage="2022-03-01"
    ...     )
    ... )
    [('gdp 2021', '2022-03-01', '', 'gdp,2021,9.0,2022-03-01,,,')]
    """
    if known is None:
        return []
    table, rows = known.table, []
    for k, row in enumerate(table.rows()):
        line = table.filter(np.arange(len(table)) == k).to_csv().partition("\n")[2].rstrip("\n")
        about = f"{row['indicator']} {row['period']}"
        rows.append((about, str(row["vintage"]), str(row["basis"] or ""), line))
    return rows


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
    latest = max(int(cell.rpartition(" ")[2][:4]) for cell in typed)
    day = max(as_of or "", f"{latest + 1:04}-01-01")
    rows = known_rows(known)
    head = known.table.to_csv().partition("\n")[0] if known is not None and rows else _HEAD
    kept = [
        line
        for about, vintage, basis, line in rows
        if not (basis == "" and vintage == day and about in typed)
    ]
    rest = "," * (head.count(",") - _HEAD.count(","))
    for cell, value in typed.items():
        indicator, _, period = cell.rpartition(" ")
        kept.append(f"{indicator},{period},{value!r},{day}{rest}")
    text = "\n".join([head, *kept, ""])
    return Outturns._of(CoreOutturns(cells_of_text(text, "outturns"), None)), day
