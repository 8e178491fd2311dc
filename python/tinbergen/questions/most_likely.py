"""The most likely path that meets a goal."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any

from tinbergen import _core
from tinbergen.basics.periods import Period
from tinbergen.basics.table import Table
from tinbergen.written.goal import GoalLike, goal_text
from tinbergen.written.model import Model
from tinbergen.written.values import Written

if TYPE_CHECKING:
    from tinbergen.results.runs import Runs

__all__ = ["MostLikely", "most_likely"]

_AUX = "outturn_as_target"
_TOLERANCE = 1e-6
_PATHS = 500
_SETS = ("all", "binding", "expected")


@dataclass(frozen=True)
class MostLikely:
    """The most likely path that meets a goal; made by `Runs.most_likely`.

    Parameters
    ----------
    of
        The goal.
    distance
        Its distance from the median of all random numbers, in standard deviations.
    table
        Columns kind (indicator, parameter, start, shock, event), name, period, value, usual.
    prices
        Columns target, price: by how much half the square of the distance would fall per unit of the
        bound; only targets that bind.
    """

    of: str
    distance: float
    table: Table = field(repr=False)
    prices: Table = field(repr=False)

    def _repr_html_(self) -> str:
        indicators = self.table.filter(kind="indicator")
        periods = indicators["period"].tolist()
        last = indicators.filter(period=periods[-1]) if periods else indicators
        about = escape(repr(self))
        return f"<p>{about}</p>{self.prices._repr_html_()}{last._repr_html_()}"


def most_likely(runs: Runs, of: GoalLike = "all", *, scenario: str = "baseline") -> MostLikely:
    """Find the most likely path that meets a goal, also where no path of the run does.

    Parameters
    ----------
    of
        A target, a set or a combination of them.
    scenario
        The scenario.

    Returns
    -------
    MostLikely
        Its distance from the median of all random numbers in standard deviations, a table of indicators
        period by period and of what is drawn (value, beside usual, its median), and
        the targets that keep it away, with their prices.

    See Also
    --------
    Runs.requirements : How the paths that meet a goal differ from the others.

    Notes
    -----
    Every random number is a function of an independent normal score; the path minimises the length
    of all scores subject to the targets, by sequential least distance programming [1]_. For a linear
    Gaussian plan it is the constrained mode.

    References
    ----------
    .. [1] C. L. Lawson and R. J. Hanson (1974), Solving Least Squares Problems. Prentice-Hall.

    Examples
    --------
    >>> import tinbergen as tb
    >>> runs = tb.plans.yuecheng().simulate(paths=200, seed=1, scenarios=["baseline"])
    >>> path = runs.most_likely("rd-share-2025")
    >>> share = path.table.filter(kind="indicator", name="rd_share", period="2025")
    >>> bool(3.5 <= share["value"][0] < 3.501)
    True
    """
    program, goal = runs.model._program(), goal_text(of)
    if runs._given is not None:
        return _given_outturns(runs, goal, scenario=scenario)
    distance, table, prices = _core.most_likely(program, runs._core, scenario, goal)
    targets = {"target": [name for name, _ in prices], "price": [price for _, price in prices]}
    return MostLikely(_core.goal_text(goal), distance, Table(table), Table(targets))


def _given_outturns(runs: Runs, goal: str, *, scenario: str) -> MostLikely:
    """Find the most likely path that goes through the actual values of a run and meets a goal.

    Every actual value is a target of its own: the figure, with its link factor and measurement error,
    within a millionth of what was published. The usual path is the most likely one that only goes
    through the actual values; the distance is what the goal adds to it.
    """
    given = runs._given
    if given is None:
        raise ValueError("the run is not conditioned on actual values")
    wanted = _without_outturns(goal, runs.model)
    settings: dict[str, Any] = {
        "seed": runs.info["seed"],
        "parameters": runs.info.get("parameters"),
    }

    def nearest(more: str | None, end: str | None) -> tuple[float, Table, list[tuple[str, float]]]:
        model, ids = _with_targets(runs.model, given[0].table, end)
        started = model.simulate(_PATHS, scenarios=[scenario], **settings)
        text = " and ".join([*([f"({more})"] if more else []), *ids])
        program = model._program()
        distance, columns, prices = _core.most_likely(program, started._core, scenario, text)
        return distance, Table(columns), prices

    distance, table, prices = nearest(wanted, None)
    # The goal may look further ahead than the actual values.
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
    """Return the model with a target for each side of each actual value, and their ids.

    At the end a target that is always met makes the path long enough.
    """
    written = model.to_dict()
    indicators, targets = written["indicators"], written.setdefault("targets", [])
    ids: list[str] = []
    for k, row in enumerate(known.rows()):
        name, source = f"{_AUX}_{k}", indicators[row["indicator"]]
        if "equation" not in source and "process" not in source:
            raise ValueError(
                f"{row['indicator']}: the most likely path given actual values of an indicator without an "
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


def _factor(written: Written, row: Mapping[str, Any]) -> str:
    """Return the factor that leads to the basis of an actual value, as an expression."""
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
    """Write sets of all targets out, so that those of actual values do not count as members."""
    joint = ", " if "at_least(" in goal.replace(" ", "") else " and "
    for name in _SETS:
        members = [t.id for t in model.targets if name in ("all", t.nature)]
        listed = joint.join(f'"{member}"' for member in members)
        listed = listed if joint == ", " else f"({listed})"
        if members and name not in {t.id for t in model.targets}:
            goal = re.sub(rf'(?<![\w."-]){name}(?![\w."-])', listed.replace("\\", r"\\"), goal)
    return goal
