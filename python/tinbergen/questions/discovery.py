"""Discovery: in which circumstances a plan fails, as ranges of a few assumptions."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from tinbergen import _core
from tinbergen.basics.table import Table
from tinbergen.errors import ModelError, UnknownNameError
from tinbergen.questions.discovery_words import discovery_sentence
from tinbergen.questions.inputs import drawn
from tinbergen.questions.matter_words import input_text
from tinbergen.written.goal import GoalLike, goal_text

if TYPE_CHECKING:
    from tinbergen.results.runs import Runs
    from tinbergen.written.model import Model

__all__ = ["Discovery", "discover"]

_FEWEST = 30
"""Paths that boxes are looked for in, at least."""

_SEED = 1  # of the orders in which outcomes are dealt out again


def discover(
    runs: Runs,
    of: GoalLike = "all",
    *,
    method: Literal["prim", "cart"] = "prim",
    met: bool = False,
    scenario: str = "baseline",
    inputs: Sequence[str] | None = None,
    by_period: bool = False,
    least: float = 0.05,
    peel: float = 0.05,
    depth: int = 3,
) -> Discovery:
    """Find ranges of a few assumptions in which a goal is missed: scenario discovery.

    The box is found in every second path, and its coverage and density are those in the other paths, so that they are
    not flattered by the search.

    Parameters
    ----------
    of
        A target, a set or a combination of them: what is missed.
    method
        ``"prim"``: one box, by the patient rule induction method [1]_ [2]_. ``"cart"``: the leaves of a
        classification tree [3]_.
    met
        Look for paths that meet the goal, in place of those that miss it.
    scenario
        The scenario; also ``"mixture"``.
    inputs
        Addresses of the assumptions that are looked at (columns of `Ensemble.inputs`); all unless given.
    by_period
        Shocks and events period by period.
    least
        The least share of paths in a box or a leaf.
    peel
        The share that a peel takes off (prim).
    depth
        The most splits on the way to a leaf (cart).

    Returns
    -------
    Discovery
        It prints itself as a sentence and tables.

    Raises
    ------
    ModelError
        When all paths meet the goal, or none does.

    References
    ----------
    .. [1] J. H. Friedman and N. I. Fisher (1999), Bump hunting in high-dimensional data. Statistics and
       Computing 9, 123-143.
    .. [2] B. P. Bryant and R. J. Lempert (2010), Thinking inside the box. Technological Forecasting and
       Social Change 77, 34-49.
    .. [3] L. Breiman, J. H. Friedman, R. A. Olshen and C. J. Stone (1984), Classification and regression
       trees.

    Examples
    --------
    >>> import tinbergen as tb
    >>> runs = tb.plans.yuecheng().simulate(paths=2000, seed=1, scenarios="baseline")
    >>> found = runs.discover("gdp-2025")
    >>> bool(len(found.ranges) > 0)
    True
    >>> bool(found.boxes["density"][0] > 0.6)
    True
    """
    ensemble, goal = runs[scenario], goal_text(of)
    columns = drawn(ensemble, by_period=by_period)
    chosen = _chosen(columns, inputs)
    names = [columns["address"][k] for k in chosen]
    matrix = np.column_stack([columns["values"][k] for k in chosen])
    program = ensemble.model._program()
    are_met = _core.outcome(program, ensemble._core, ("met", goal, None))
    hits = are_met if met else 1.0 - are_met
    weights = np.ones(ensemble.paths) if ensemble.weights is None else np.asarray(ensemble.weights)
    # Pairs of antithetic paths stay together.
    first = np.arange(ensemble.paths) % 4 < 2
    _check(are_met > 0, weights > 0, first)
    _check_many(weights[first])
    if method == "prim":
        chance, _, ranges = _core.prim(
            matrix[first], hits[first], weights[first], peel, least, _SEED
        )
        count = 1
    elif method == "cart":
        _, chance, leaves, ranges = _core.cart(
            matrix[first], hits[first], weights[first], depth, least, _SEED
        )
        base = float(np.average(hits[first], weights=weights[first]))
        count = int(np.sum(leaves["density"] > base))
    else:
        raise ValueError(f"method must be 'prim' or 'cart', found {method!r}")
    rows = [
        {
            "box": region,
            "input": names[place],
            "low": low,
            "high": high,
            **{key: columns[key][chosen[place]] for key in ("kind", "name", "periods")},
        }
        for region, place, low, high in zip(
            ranges["region"], ranges["input"], ranges["low"], ranges["high"], strict=True
        )
        if region < count
    ]
    boxes = [
        _judged([row for row in rows if row["box"] == box], names, matrix, hits, weights, ~first)
        for box in range(count)
    ]
    keys = ("box", "input", "low", "high", "kind", "name", "periods")
    table = {key: [row[key] for row in rows] for key in keys}
    labels = [input_text(row, runs.model, "en") for row in rows]
    measures = ("coverage", "coverage_error", "density", "density_error", "mass")
    judged = {name: [box[name] for box in boxes] for name in measures}
    return Discovery(
        runs.model,
        goal,
        met,
        float(np.average(hits, weights=weights)),
        Table({"box": list(range(count)), **judged}, percent=measures),
        Table({**table, "label": labels}, shown=("box", "label", "low", "high")),
        chance,
    )


def _check(are_met: NDArray[np.bool_], counts: NDArray[np.bool_], first: NDArray[np.bool_]) -> None:
    """Refuse a goal that all paths meet, or none: also where only the half that is judged has another."""
    for rows, where in (
        (counts, ""),
        (counts & first, " of the half in which boxes are looked for"),
    ):
        found = set(are_met[rows].tolist())
        if len(found) < 2:
            how = "every path" if True in found else "no path"
            raise ModelError(f"of: {how}{where} meets the goal: there is nothing to tell apart")


def _check_many(weights: NDArray[np.float64]) -> None:
    """Refuse too few paths to look for boxes in."""
    worth = float(weights.sum() ** 2 / np.square(weights).sum())
    if worth < _FEWEST:
        raise ModelError(
            f"paths: the half of them in which boxes are looked for counts as {worth:.0f}, and {_FEWEST} are needed; "
            "simulate more paths"
        )


def _chosen(columns: Mapping[str, Any], inputs: Sequence[str] | None) -> list[int]:
    """Return the places of the assumptions that are looked at."""
    if inputs is not None:
        for name in inputs:
            if name not in columns["address"]:
                raise UnknownNameError("input", name, columns["address"])
        return [columns["address"].index(name) for name in inputs]
    varying = [k for k, values in enumerate(columns["values"]) if np.ptp(values) > 0]
    if not varying:
        raise ValueError("nothing is drawn in this run: there are no ranges to find")
    return varying


def _judged(
    ranges: Sequence[Mapping[str, Any]],
    names: Sequence[str],
    matrix: NDArray[np.float64],
    hits: NDArray[np.float64],
    weights: NDArray[np.float64],
    rows: NDArray[np.bool_],
) -> dict[str, float]:
    """Judge a box by paths that it was not found in."""
    inside = np.ones(len(hits), bool)
    for one in ranges:
        values = matrix[:, names.index(one["input"])]
        inside &= ~(values < one["low"]) & ~(values > one["high"])
    inside, hits, weights = inside[rows], hits[rows], weights[rows]
    coverage, coverage_error = _share(inside, weights * hits)
    density, density_error = _share(hits, weights * inside)
    return {
        "coverage": coverage,
        "coverage_error": coverage_error,
        "density": density,
        "density_error": density_error,
        "mass": float(np.average(inside, weights=weights)),
    }


def _share(values: NDArray[Any], weights: NDArray[np.float64]) -> tuple[float, float]:
    """Return a weighted share and its standard error, that of the linearised ratio."""
    total = weights.sum()
    if total <= 0:
        return float("nan"), float("nan")
    share = float(np.sum(weights * values) / total)
    return share, float(np.sqrt(np.sum((weights * (values - share)) ** 2)) / total)


@dataclass(frozen=True, eq=False)
class Discovery:
    """In which circumstances a goal is missed; made by `Runs.discover`.

    Parameters
    ----------
    model
        The model that was simulated.
    of
        The goal.
    met
        Whether paths that meet it were looked for, not those that miss it.
    share
        The share of such paths.
    boxes
        A row for each box: coverage (the share of these paths that lie in it), density (the share of the paths in it that
        are such) with their Monte Carlo errors, from paths that it was not found in; mass (the share of all
        paths).
    ranges
        A row for each range of a box: box, input (an address), low and high (NaN where there is no
        bound), kind, name, periods, label.
    chance
        How likely outcomes that have nothing to do with the assumptions give as much: the search is made again for 99
        random orders of the outcomes.

    Examples
    --------
    >>> import tinbergen as tb
    >>> runs = tb.plans.yuecheng().simulate(paths=2000, seed=1, scenarios="baseline")
    >>> runs.discover("gdp-2025").chance
    0.01
    """

    model: Model
    of: str
    met: bool
    share: float
    boxes: Table
    ranges: Table
    chance: float

    def in_words(self, language: str = "en") -> str:
        """Tell in a sentence where the paths lie that miss the goal."""
        return discovery_sentence(self, language)

    def __str__(self) -> str:
        return f"{self.in_words()}\n\n{self.boxes}\n\n{self.ranges}"

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        tables = self.boxes._repr_html_() + self.ranges._repr_html_()
        return f"<p>{html.escape(self.in_words())}</p>{tables}"
