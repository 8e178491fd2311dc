"""The two sides of an explanation: their models, and the actual values they are conditioned on."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from tinbergen.basics.table import Table
from tinbergen.errors import wrong_type
from tinbergen.questions.conditioning import Tracked
from tinbergen.questions.explanation_words import OUTTURNS

if TYPE_CHECKING:
    from tinbergen import _core
    from tinbergen.written.model import Model

__all__ = ["known_of", "model_of", "outturn_groups"]

_MOST_INDICATORS = 5


def outturn_groups(before: Model | Tracked, after: Model | Tracked) -> dict[str, list[str]]:
    """Return a group for each indicator with new or revised actual values, unless they are many.

    Twice as many coalitions are simulated for each of them.
    """
    old, new = ({} if side is None else _values(side) for side in map(known_of, (before, after)))
    changed = {key[0] for key in old.keys() | new.keys() if old.get(key) != new.get(key)}
    if not 1 < len(changed) <= _MOST_INDICATORS:
        return {}
    order = [name for name in model_of(after, "after").indicators if name in changed]
    return {f"{OUTTURNS}.{name}": [f"{OUTTURNS}.{name}.*"] for name in order}


def _values(known: _core.Outturns) -> dict[tuple[str, str, str], float]:
    rows = Table(known.rows()).rows()
    return {(row["indicator"], row["period"], row["basis"]): row["value"] for row in rows}


def model_of(side: Model | Tracked, argument: str) -> Model:
    """Return the model of a side, and refuse what is none by the name of its argument."""
    if isinstance(side, Tracked):
        return side.model
    if hasattr(side, "_to_core"):
        return side
    instead = ""
    if isinstance(side, (str, os.PathLike)):
        instead = f"tb.read_plan({os.fspath(side)!r})"
    elif hasattr(side, "model"):
        instead = f"{argument}.model"
    raise wrong_type(argument, "a Model, or what Model.observe gives", side, instead)


def known_of(side: Model | Tracked) -> _core.Outturns | None:
    """Return the actual values that a side is conditioned on, if any."""
    return side.known._core if isinstance(side, Tracked) else None
