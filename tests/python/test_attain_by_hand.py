"""Attainment recomputed from the paths with NumPy alone: every target of a real plan, exactly."""

from dataclasses import replace

import numpy as np
import pytest

import tinbergen as tb

OVER = {
    "sum": lambda rows: rows.sum(axis=0),
    "min": lambda rows: rows.min(axis=0),
    "max": lambda rows: rows.max(axis=0),
    "last": lambda rows: rows[-1],
    "mean": lambda rows: rows.mean(axis=0),
}


@pytest.fixture(scope="module")
def runs():
    """The founding case in all its scenarios; uncertain starts are set to their means, since paths
    before the span are not given out."""
    plan = tb.plans.yuecheng()
    known = plan.simulate(10, seed=1)["baseline"]
    certain = {
        name: replace(part, history={year: known.history(name)[year] for year in part.history})
        for name, part in plan.indicators.items()
        if part.history
    }
    plan = plan.add(indicators=certain, replace=True)
    return plan.simulate(2_000, seed=17)


def counted(ensemble, indicator, of, over, span):
    """What counts of an indicator, put together over a span; the value before it is known."""
    periods = [str(period) for period in ensemble.periods]
    first, last = (periods.index(str(end)) for end in (span.first, span.last))
    values = ensemble[indicator]
    history = ensemble.history(indicator)
    before = values[first - 1] if first else np.full(values.shape[1], history[span.first - 1])
    if over == "mean" and of == "growth":
        return (values[last] / before) ** (1 / (last - first + 1)) - 1
    rows = values[first : last + 1]
    if of != "level":
        earlier = np.vstack([before, rows[:-1]])
        rows = rows / earlier - 1 if of == "growth" else rows - earlier
    return OVER[over](rows)


def held(ensemble, target, span):
    """In which paths a target is met over a span."""
    over = "last" if target.over == "every" else target.over
    value = counted(ensemble, target.indicator, target.of, over, span)
    kind, limit = target.bound
    if kind == "between":
        return (value >= limit[0]) & (value <= limit[1])
    if isinstance(limit, tb.Relative):
        parts = limit.of or target.of, limit.over or over
        limit = limit.times * counted(ensemble, limit.indicator, *parts, span) + limit.plus
    tests = {"at_least": np.greater_equal, "above": np.greater}
    tests |= {"at_most": np.less_equal, "below": np.less}
    return tests[kind](value, limit)


def met(ensemble, target):
    """In which paths a target is met."""
    if target.over != "every":
        return held(ensemble, target, target.period)
    return np.all([held(ensemble, target, tb.Span(f"{p}..{p}")) for p in target.period], axis=0)


def test_every_probability_of_the_founding_case_is_what_numpy_counts(runs):
    model = runs.model
    known = {name: list(targets) for name, targets in model.target_sets.items()}
    known["all"] = [target.id for target in model.targets]
    for nature in ("binding", "expected"):
        known[nature] = [target.id for target in model.targets if target.nature == nature]
    for scenario in ("baseline", *model.scenarios):
        ensemble = runs[scenario]
        hits = {target.id: met(ensemble, target) for target in model.targets}
        table = runs.attainment().filter(scenario=scenario)
        assert len(table) == len(hits) + len(known)
        for name, probability in zip(table["target"], table["probability"], strict=True):
            together = (
                hits[name] if name in hits else np.all([hits[t] for t in known[name]], axis=0)
            )
            # Where a bound is met on the edge, the last bit of a power or a sum may decide.
            assert abs(probability - together.mean()) <= 1 / 2_000, (scenario, name)


def test_the_mixture_weighs_scenarios_by_their_probabilities(runs):
    table = runs.attainment()
    weights = {name: s.probability or 0.0 for name, s in runs.model.scenarios.items()}
    weights["baseline"] = 1 - sum(weights.values())
    mixture = table.filter(scenario="mixture")
    for target, probability in zip(mixture["target"], mixture["probability"], strict=True):
        rows = table.filter(target=target)
        parts = dict(zip(rows["scenario"], rows["probability"], strict=True))
        expected = sum(weight * parts[name] for name, weight in weights.items() if weight)
        assert probability == pytest.approx(expected, abs=1e-12)
