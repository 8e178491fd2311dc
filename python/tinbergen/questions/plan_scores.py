"""How good plans were, one beside the other, once the actual values are known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import numpy as np

from tinbergen import _core
from tinbergen.basics.periods import Period, Span
from tinbergen.basics.settings import path_count, seed_number
from tinbergen.basics.table import Table
from tinbergen.errors import ModelError
from tinbergen.questions.attainment import probability
from tinbergen.questions.conditioning import observe
from tinbergen.questions.run_scores import scores
from tinbergen.questions.scores import log_score
from tinbergen.results.ensemble import Ensemble
from tinbergen.results.plan_scores import PlanScores, TargetOutcome
from tinbergen.results.runs import Runs
from tinbergen.written.model import Model
from tinbergen.written.outturns import Outturns
from tinbergen.written.target import Target, named_in, target_text

__all__ = ["score_plans"]


def score_plans(
    plans: Mapping[str, Model],
    actual: Outturns | Any,
    *,
    as_of: str | date | None = None,
    targets: Target | Iterable[Target] = (),
    scenario: str = "baseline",
    paths: int = 10_000,
    seed: int = 1,
) -> PlanScores:
    """Score several plans on what became known: one made by hand, say, and the same one fitted.

    All plans are simulated from what was known on one day, and scored on the figures that became known after it
    and that each of them forecast. Figures on another basis than the histories are held against the plan on that
    basis (see `Link`). Targets whose figures are all known are scored too.

    Parameters
    ----------
    plans
        Plans by name; the others are compared with the first.
    actual
        The actual values: an `Outturns`, or what it is made of. Of each figure the newest vintage counts.
    as_of
        The day: plans are conditioned on what was known at its end. Nothing of it unless given.
    targets
        More targets, that all plans are asked for beside their own.
    scenario
        The scenario that is scored.
    paths, seed
        As of `Model.simulate`; the same random numbers for all plans.

    Returns
    -------
    PlanScores
        Tables ``figures``, ``scores``, ``targets`` and ``brier``; printing it says in sentences what was found.

    Raises
    ------
    ModelError
        When no figure became known that all plans forecast; for actual values that a plan cannot have.
    ValueError
        When there is no plan.

    See Also
    --------
    Runs.scores : Scores of one run.
    backtest : The same at many origins.

    Notes
    -----
    The scores are those of ``docs/scores.md``: CRPS and logarithmic score of each figure, Brier score of the targets. To put
    figures of different units together, each plan's CRPS is divided by that of the first, and the
    geometric mean of the ratios taken; logarithmic scores are compared by their difference, which has no unit.
    The figures of one region and a few periods depend on each other: no test is made.

    Examples
    --------
    >>> import tinbergen as tb
    >>> def plan(mean, sd):
    ...     gdp = tb.Indicator(history={2020: 100}, process=tb.process.growth(mean))
    ...     return tb.Model(
    ...         "p", "2021..2022", indicators={"gdp": gdp}, shocks={"gdp": tb.normal(0, sd)}
    ...     )
    >>> found = score_plans(
    ...     {"bold": plan(0.06, 0.01), "wide": plan(0.04, 0.02)},
    ...     tb.Outturns({"year": [2021, 2022], "gdp": [103, 106]}, vintage="2023-03-01"),
    ...     targets=tb.Target("gdp-2022", indicator="gdp", period=2022, at_least=105),
    ... )
    >>> print(found.sentences[0])
    2 plans scored on 2 figures of 1 indicator, 2021 to 2022, as known before any of them.
    >>> bool(found.scores()["crps_ratio"][1] < 1)
    True
    >>> found.targets["happened"].tolist()
    [True]
    """
    if not plans:
        raise ValueError("plans: expected at least one plan by its name")
    more = [targets] if isinstance(targets, Target) else list(targets)
    known = Outturns(actual)
    day = str(as_of) if as_of is not None else _day_before(known.vintages)
    setting = (scenario, path_count(paths), seed_number(seed))
    asked = {
        name: _Asked(plan.add(*more) if more else plan, known, day, setting)
        for name, plan in plans.items()
    }
    found = {name: one.figures() for name, one in asked.items()}
    first = next(iter(found.values()))
    common = [key for key in first if all(key in rows for rows in found.values())]
    if not common:
        raise ModelError(
            "actual: no figure that became known after the day is one that every plan forecast; give actual values of "
            "their indicators and periods, or an earlier day (as_of=...)"
        )
    rows = [{"plan": name, **rows[key]} for name, rows in found.items() for key in common]
    outcomes, undecided = _outcomes(asked)
    figures = Table(
        {key: [row[key] for row in rows] for key in rows[0]}, percent=["pit"], shown=_SHOWN
    )
    return PlanScores(
        figures, outcomes, undecided, tuple(asked), None if as_of is None else str(as_of)
    )


_SHOWN = ("plan", "indicator", "period", "actual", "median", "crps", "log_score", "pit")


def _day_before(days: Sequence[str]) -> str:
    """Return the day before any figure was published."""
    if not days:
        raise ModelError("actual: there is no actual value; give at least one")
    return str(date.fromisoformat(min(days)) - timedelta(days=1))


class _Asked:
    """A plan as of a day, and what it says of what became known after it."""

    def __init__(
        self, plan: Model, known: Outturns, day: str, setting: tuple[str, int, int | None]
    ) -> None:
        self.plan, self._known, self._day, self._setting = plan, known, day, setting
        self._runs: dict[str, Runs] = {}

    @cached_property
    def values(self) -> dict[str, dict[tuple[str, Period], float]]:
        """The newest actual values by basis; on that of the histories, these too."""
        newest = self._known.as_of(max(self._known.vintages))
        found: dict[str, dict[tuple[str, Period], float]] = {"": {}}
        for name, indicator in self.plan.indicators.items():
            for period, value in indicator.history.items():
                if isinstance(value, (int, float)):
                    found[""][name, Period(period)] = float(value)
        for row in newest.table.rows():
            found.setdefault(row["basis"], {})[row["indicator"], Period(row["period"])] = row[
                "value"
            ]
        return found

    def runs(self, basis: str) -> Runs:
        """Return the runs on a basis, made once."""
        if basis not in self._runs:
            scenario, paths, seed = self._setting
            if not basis and not len(self._known.as_of(self._day)):
                runs = self.plan.simulate(paths, seed=seed, scenarios=scenario)
            else:
                tracked = observe(self.plan, self._known, as_of=self._day)
                runs = tracked.simulate(paths, seed=seed, scenarios=scenario, basis=basis or None)
            self._runs[basis] = runs
        return self._runs[basis]

    def figures(self) -> dict[tuple[str, str, str], dict[str, Any]]:
        """Return the scores of each figure by indicator, period and basis."""
        found: dict[tuple[str, str, str], dict[str, Any]] = {}
        for basis in self.values:
            if basis not in {"", *(link.basis for link in self.plan.links.values())}:
                continue
            runs = self.runs(basis)
            try:
                table = scores(runs, self._known)
            except ModelError:
                continue  # nothing became known on this basis
            ensemble = runs[self._setting[0]]
            for row in table.rows():
                key = (row["indicator"], row["period"], basis)
                found[key] = _row(ensemble, row, basis)
        return found

    def decided(self, target: Target) -> tuple[str, bool] | None:
        """Return the basis on which all figures of a target are known, and whether it was met."""
        span = Span(target.period) if target.period is not None else Span(self.plan.periods)
        before = 0 if target.of == "level" and target.equation is None else 1
        periods = list(Span(span.first - before, span.last))
        if target.base is not None:
            periods.insert(0, Period(target.base))
        names = named_in(target, list(self.plan.indicators))
        for basis, values in self.values.items():
            if not names or any((n, p) not in values for n in names for p in periods):
                continue
            whole = Span(min(periods), max(periods))
            nothing = float("nan")
            blocks = [
                (name, np.array([[values.get((name, p), nothing)] for p in whole]))
                for name in names
            ]
            met = _core.target_met(target_text(target), str(whole), blocks)
            return basis, bool(met[0])
        return None

    def probability(self, basis: str, goal: str) -> float:
        """Return the probability of a goal on a basis."""
        return float(probability(self.runs(basis), goal)["probability"][0])


def _row(ensemble: Ensemble, row: Mapping[str, Any], basis: str) -> dict[str, Any]:
    place = [str(period) for period in ensemble.periods].index(row["period"])
    paths = ensemble[row["indicator"]][place]
    kept = ("indicator", "period", "actual", "median", "crps", "wis", "pit")
    within = ("within_50", "within_80", "within_90")
    return {
        **{key: row[key] for key in kept},
        "log_score": log_score(paths, row["actual"], weights=ensemble.weights),
        **{key: row[key] for key in within},
        "basis": basis,
    }


def _outcomes(asked: Mapping[str, _Asked]) -> tuple[list[TargetOutcome], int]:
    """Return the targets that all plans have and whose figures are known, and how many are open."""
    first = next(iter(asked.values()))
    shared = [
        target
        for target in first.plan.targets
        if all(any(other == target for other in one.plan.targets) for one in asked.values())
    ]
    outcomes: list[TargetOutcome] = []
    by_basis: dict[str, list[TargetOutcome]] = {}
    for target in shared:
        decided = first.decided(target)
        if decided is None:
            continue
        basis, met = decided
        stated = {name: one.probability(basis, target.id) for name, one in asked.items()}
        outcome = TargetOutcome(target.id, str(target.period), basis, met, stated)
        outcomes.append(outcome)
        by_basis.setdefault(basis, []).append(outcome)
    open_ones = len(shared) - len(outcomes)
    for basis, several in by_basis.items():
        if len(several) > 1:
            goal = " and ".join(outcome.target for outcome in several)
            stated = {name: one.probability(basis, goal) for name, one in asked.items()}
            met = all(outcome.happened for outcome in several)
            outcomes.append(TargetOutcome("all", "", basis, met, stated))
    return outcomes, open_ones
