"""The most likely path of a run that is held to outturns."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from tinbergen import _core
from tinbergen.attain import MostLikely
from tinbergen.frames import Table
from tinbergen.periods import Period

if TYPE_CHECKING:
    from tinbergen.model import Model
    from tinbergen.runs import Runs

__all__ = ["most_likely_given"]

_AUX = "outturn_as_target"
_TOLERANCE = 1e-6
_PATHS = 500
_SETS = ("all", "binding", "expected")


def most_likely_given(runs: Runs, goal: str, *, scenario: str) -> MostLikely:
    """Find the most likely path that goes through the outturns of a run and meets a goal.

    Every outturn is a target of its own: the figure, with its link factor and measurement error,
    within a millionth of what was published. The usual path is the most likely one that only goes
    through the outturns; the distance is what the goal adds to it.
    """
    held = runs._held
    if held is None:
        raise ValueError("the run is not held to outturns")
    wanted = _without_outturns(goal, runs.model)

    def nearest(more: str | None, end: str | None) -> tuple[float, Table, list[tuple[str, float]]]:
        model, ids = _with_targets(runs.model, held[0].table, end)
        started = model.simulate(_PATHS, seed=runs.info["seed"], scenarios=[scenario])
        text = " and ".join([*([f"({more})"] if more else []), *ids])
        program = model._program()
        distance, columns, prices = _core.most_likely(program, started._core, scenario, text)
        return distance, Table(columns), prices

    distance, table, prices = nearest(wanted, None)
    # The goal may look further ahead than the outturns.
    last = max((Period(p) for p in table["period"].tolist() if p), key=lambda p: p.ordinal)
    far, usual, _ = nearest(None, str(last))
    keys = zip(
        usual["kind"].tolist(), usual["name"].tolist(), usual["period"].tolist(), strict=True
    )
    known_values = dict(zip(keys, usual["value"].tolist(), strict=True))
    rows = [row for row in table.rows() if not row["name"].startswith(_AUX)]
    columns: dict[str, list[Any]] = {name: [row[name] for row in rows] for name in table.columns}
    columns["usual"] = [known_values[row["kind"], row["name"], row["period"]] for row in rows]
    own = [(name, price) for name, price in prices if not name.startswith(_AUX)]
    targets = {"target": [name for name, _ in own], "price": [price for _, price in own]}
    beyond = math.sqrt(max(distance**2 - far**2, 0.0))
    return MostLikely(_core.goal_text(goal), beyond, Table(columns), Table(targets))


def _with_targets(model: Model, known: Table, end: str | None) -> tuple[Model, list[str]]:
    """Give the model with a target for each side of each outturn, and their ids.

    At the end a target that is always met makes the path long enough.
    """
    from tinbergen.model import Model

    written = model.to_dict()
    indicators, targets = written["indicators"], written.setdefault("targets", [])
    ids: list[str] = []
    for k, row in enumerate(known.rows()):
        name, source = f"{_AUX}_{k}", indicators[row["indicator"]]
        if "equation" not in source and "process" not in source:
            raise ValueError(
                f"{row['indicator']}: the most likely path given outturns of an indicator without an "
                "equation is not known; put its values into the history of the plan"
            )
        factor = _factor(written, row)
        noisy = row["sd"] > 0
        sign = "~" if noisy else "="
        indicators[name] = {"equation": f"{name} {sign} {row['indicator']} * ({factor})"}
        if noisy:
            written.setdefault("shocks", {})[name] = {"normal": {"sd": row["sd"]}}
        room = _TOLERANCE * max(abs(row["value"]), 1e-6)
        for side, bound in (("at_least", -room), ("at_most", room)):
            ids.append(f"{name}-{side}")
            target = {"id": ids[-1], "indicator": name, "period": row["period"]}
            targets.append({**target, side: row["value"] + bound, "nature": "expected"})
    if end is not None:
        name = f"{_AUX}_end"
        indicators[name] = {"equation": f"{name} = 0 * {next(iter(indicators))}"}
        target = {"id": name, "indicator": name, "period": end, "at_least": -1.0}
        targets.append({**target, "nature": "expected"})
        ids.append(name)
    return Model.from_dict(written), ids


def _factor(written: dict[str, Any], row: dict[str, Any]) -> str:
    """Give the factor that leads to the basis of an outturn, as an expression."""
    if not row["basis"]:
        return "1"
    links = written.get("links", {})
    link = next(n for n, x in links.items() if row["basis"] in (n, x.get("basis")))
    factor = links[link]["factors"][row["indicator"]]
    if not isinstance(factor, dict):
        return str(factor)
    name = f"{_AUX}_factor_{link}_{row['indicator']}"
    written.setdefault("parameters", {})[name] = factor
    return name


def _without_outturns(goal: str, model: Model) -> str:
    """Write sets of all targets out, so that those of outturns do not count as members."""
    joint = ", " if "at_least(" in goal.replace(" ", "") else " and "
    for name in _SETS:
        members = [t.id for t in model.targets if name in ("all", t.nature)]
        listed = joint.join(f'"{member}"' for member in members)
        listed = listed if joint == ", " else f"({listed})"
        if members and name not in {t.id for t in model.targets}:
            goal = re.sub(rf'(?<![\w."-]){name}(?![\w."-])', listed.replace("\\", r"\\"), goal)
    return goal
