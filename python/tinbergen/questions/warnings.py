"""What early warnings say: of simulated paths, of what is known, of a round."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tinbergen import _core
from tinbergen.basics.table import Table
from tinbergen.errors import wrong_type
from tinbergen.written.outturns import Outturns

if TYPE_CHECKING:
    from tinbergen.results.ensemble import Ensemble
    from tinbergen.results.runs import Runs
    from tinbergen.written.model import Model

__all__ = ["alerts", "alerts_between", "warning_readings", "warning_record"]

_SHARES = (
    "fires",
    "missed",
    "missed_given_fires",
    "missed_given_quiet",
    "hit_rate",
    "false_alarms",
)


def warning_record(ensemble: Ensemble) -> Table:
    """Compute how good early warnings on indicators are, in simulated paths.

    Returns
    -------
    Table
        For each warning and period before its target is due: how often it fires, how often
        the target is missed (in all, where it fires, where it is quiet), the hit rate (fires
        where the target is missed) and the rate of false alarms (fires where it is met), each
        with its 95 % interval.

    Examples
    --------
    >>> import tinbergen as tb
    >>> slow = tb.EarlyWarning(indicator="gdp", below=1100, target="gdp-2025")
    >>> model = tb.plans.yuecheng().add(warnings={"slow": slow})
    >>> table = model.simulate(500, seed=1)["baseline"].warning_record()
    >>> table["period"].tolist()
    ['2021', '2022', '2023', '2024', '2025']
    """
    columns = _core.warning_record(ensemble.model._program(), ensemble._core)
    percent = [name + end for name in _SHARES for end in ("", "_low", "_high")]
    return Table(columns, percent=percent, shown=("warning", "period", *_SHARES))


def warning_readings(model: Model, outturns: Any = None) -> Table:
    """Evaluate early warnings on indicators in the periods that are known.

    Parameters
    ----------
    outturns
        Actual values as `observe` takes them: of each value the newest vintage counts, figures on
        another basis are left out. Or a table with columns indicator, period and value alone.
        They come before the histories.

    Returns
    -------
    Table
        Columns warning, severity, target, period, excess (how far it is from firing, in the
        unit of the indicator; at or above 0 it fires), fires, afterwards (was the target
        ``met`` or ``missed`` where that is known).

    Examples
    --------
    >>> import tinbergen as tb
    >>> slow = tb.EarlyWarning(indicator="gdp", below=900)
    >>> len(tb.plans.yuecheng().add(warnings={"slow": slow}).warning_readings())
    1
    """
    rows = []
    if outturns is not None:
        outturns = _newest(outturns)
        names = ("indicator", "period", "value")
        given: list[list[Any]] = [np.asarray(outturns[name]).tolist() for name in names]
        rows = [(str(n), str(p), float(v)) for n, p, v in zip(*given, strict=True)]
    columns = _core.warning_readings(model._to_core(), rows)
    missed = {None: "not known", True: "missed", False: "met"}
    return Table(
        {
            **_about(model, columns["warning"]),
            "period": columns["period"],
            "excess": columns["excess"],
            "fires": columns["fires"],
            "afterwards": [missed[value] for value in columns["missed"]],
        }
    )


def _newest(outturns: Any) -> Any:
    """Return, of a file or a table with vintages, the newest of each value, on the model's own basis."""
    is_file = isinstance(outturns, (str, os.PathLike, Outturns))
    if not is_file and "vintage" not in getattr(outturns, "columns", outturns):
        return outturns
    known = Outturns(outturns)
    table = known.as_of(known.vintages[-1]).table if known.vintages else known.table
    return table.filter(lambda row: not row["basis"])


def alerts(runs: Runs, before: Table | None = None, *, scenario: str = "baseline") -> Table:
    """Evaluate early warnings on probabilities.

    Parameters
    ----------
    before
        The attainment of the round before (``round.attainment``), for falls.
    scenario
        The scenario to look at.

    Returns
    -------
    Table
        Columns warning, severity, target, value, limit, fires, message.

    Examples
    --------
    >>> import tinbergen as tb
    >>> model = tb.plans.yuecheng().add(
    ...     warnings={"unlikely": tb.EarlyWarning(probability_below=0.5)}
    ... )
    >>> model.simulate(100, seed=1).alerts()["fires"].tolist()
    [True]
    """
    if before is not None and not _is_attainment(before):
        instead = "before.attainment()" if hasattr(before, "attainment") else ""
        expected = "the table attainment() of the run or round before"
        raise wrong_type("before", expected, before, instead)
    return alerts_between(runs.model, before, runs.attainment(), scenario)


def _is_attainment(table: object) -> bool:
    needed = {"scenario", "target", "probability"}
    return isinstance(table, Table) and needed <= set(table.columns)


def alerts_between(model: Model, before: Table | None, now: Table, scenario: str) -> Table:
    """Evaluate early warnings on probabilities, given the attainment of two rounds."""

    def pairs(table: Table) -> list[tuple[str, float]]:
        rows = table.filter(scenario=scenario).rows()
        return [(row["target"], row["probability"]) for row in rows]

    columns = _core.warning_alerts(
        model._to_core(), pairs(now), None if before is None else pairs(before)
    )
    rest = {name: columns[name] for name in ("value", "limit", "fires")}
    messages = [model.warnings[name].message or "" for name in columns["warning"]]
    table = {**_about(model, columns["warning"]), **rest, "message": messages}
    return Table(table, percent=["value", "limit"])


def _about(model: Model, names: Sequence[str]) -> dict[str, list[str]]:
    return {
        "warning": list(names),
        "severity": [model.warnings[name].severity for name in names],
        "target": [model.warnings[name].target or "all" for name in names],
    }
