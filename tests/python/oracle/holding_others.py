"""The engine held against the independent simulator where numbers cannot be the same to the bit, or
are written down: other designs, conditioning, mixtures of few paths, orders of changes, exports.

What is drawn otherwise is compared as a statistician would: a mean may be off by six of its standard
errors. One comparison in 500 million does so by chance, and some thousand are made of a plan.
"""

import csv
import io
import random

import numpy as np

import tinbergen as tb
from oracle import measures
from oracle.generator import random_plan
from oracle.holding import hold_plan
from oracle.reading import period_text
from oracle.simulator import simulate

MANY = 6000
FAR = 6.0
OTHER_SEED = 900_001
"""The oracle's own seed where it must not share numbers with the engine."""


def _moments(row, weights):
    """Mean, and its standard error for paths that weigh differently."""
    mean = np.sum(weights * row)
    return mean, np.sqrt(np.sum(weights**2 * (row - mean) ** 2))


def _random_cells(plan, run):
    """Give indicators and periods that differ between paths."""
    for name in plan.indicators:
        for t in range(plan.first, plan.last + 1):
            row = np.asarray(measures.level(run, name, t))
            if row.shape and np.isfinite(row).all() and np.std(row) > 1e-9 * np.abs(row).max():
                yield name, t, row


def _bounded(row, like):
    """Bring numbers between -1 and 1 by the middle and spread of others: all moments are finite there."""
    low, middle, high = np.quantile(like, [0.25, 0.5, 0.75])
    return np.tanh((row - middle) / ((high - low) or np.std(like)))


def hold_designs(seed):
    """Hold the mean of every cell under every design against the oracle's random paths.

    Numbers are brought between -1 and 1: where persistence may lie above one, levels have no mean.
    """
    text = random_plan(seed)
    plan, runs = simulate(text, MANY, OTHER_SEED)
    equal = np.full(MANY, 1 / MANY)
    for design in ("antithetic", "lhs", "sobol"):
        found = tb.Model.from_toml(text).simulate(2048, seed=seed, design=design)
        for scenario, run in runs.items():
            for name, t, row in _random_cells(plan, run):
                ours = _bounded(found[scenario][name][t - plan.first], row)
                row = _bounded(row, row)
                mean, error = _moments(row, equal)
                # A design spreads no wider than independent paths would.
                spread = np.hypot(error, np.std(row) / np.sqrt(2048 / 2))
                place = (design, scenario, name, period_text(t, plan.frequency))
                assert abs(ours.mean() - mean) < FAR * spread + 1e-9 * abs(mean), place


def hold_conditioning(seed):
    """Hold a run given measured figures against the oracle's paths, weighed by the figures' density.

    Models with a copula are not conditioned: they are held without it.
    """
    written = tb.Model.from_toml(random_plan(seed)).to_dict()
    text = tb.Model.from_dict({k: v for k, v in written.items() if k != "copulas"}).to_toml()
    rng = random.Random(seed)
    plan, runs = simulate(text, MANY, OTHER_SEED)
    run = runs["baseline"]
    cells = [cell for cell in _random_cells(plan, run) if cell[0] in plan.rules]
    figures, ln_weights = [], np.zeros(MANY)
    for name, t, row in rng.sample(cells, min(2, len(cells))):
        sd = 0.7 * np.std(row)
        value = row[rng.randrange(MANY)] + rng.gauss(0, sd)
        figures.append((name, period_text(t, plan.frequency), value, sd))
        ln_weights += -0.5 * ((value - row) / sd) ** 2 - np.log(sd) - 0.5 * np.log(2 * np.pi)
    weights = np.exp(ln_weights - ln_weights.max())
    evidence = ln_weights.max() + np.log(weights.mean())
    weights /= weights.sum()
    worth = 1 / np.sum(weights**2)
    if not figures or worth < 300:
        return
    names, periods, values, sds = zip(*figures, strict=True)
    vintage = ["2100-01-01"] * len(figures)
    known = tb.Outturns(
        {"indicator": names, "period": periods, "value": values, "vintage": vintage, "sd": sds}
    )
    tracked = tb.Model.from_toml(text).observe(known, as_of="2100-01-01", least_effective=0)
    found = tracked.simulate(MANY, seed=seed, scenarios="baseline")["baseline"]
    ours = np.full(MANY, 1 / MANY) if found.weights is None else np.asarray(found.weights)
    assert found.effective_paths > 100, (figures, found.effective_paths)
    error = np.hypot(np.sqrt(1 / worth - 1 / MANY), found.evidence_error)
    assert abs(found.evidence - evidence) < FAR * error + 1e-3, (figures, found.evidence, evidence)
    for name, t, row in _random_cells(plan, run):
        mean, error = _moments(row, weights)
        here, own = _moments(np.asarray(found[name])[t - plan.first], ours)
        size = 1e-6 * np.std(row)
        assert abs(here - mean) < FAR * np.hypot(error, own) + size, (figures, name, t, here, mean)


def hold_orders(seed):
    """Hold plans whose scenarios have their changes in other orders against the oracle."""
    written = tb.Model.from_toml(random_plan(seed)).to_dict()
    rng = random.Random(seed)
    for scenario in written.get("scenarios", {}).values():
        rng.shuffle(scenario.get("changes", []))
    hold_plan(tb.Model.from_dict(written).to_toml(), seed)


def hold_mixtures(seed):
    """Hold the mixture of few and of unequal scenarios against the sums of its parts."""
    written = tb.Model.from_toml(random_plan(seed)).to_dict()
    rng = random.Random(seed)
    shares = [0.001, 0.02, 0.3]
    for scenario in written.get("scenarios", {}).values():
        scenario["probability"] = rng.choice(shares)
    model = tb.Model.from_dict(written)
    weights = {name: part.probability or 0.0 for name, part in model.scenarios.items()}
    if not weights:
        return
    weights["baseline"] = 1 - sum(weights.values())
    for paths in (3, 40):
        runs = model.simulate(paths, seed=seed)
        table = runs.fan()
        by_scenario = {
            name: {
                (row["indicator"], row["period"]): row for row in table.filter(scenario=name).rows()
            }
            for name in runs
        }
        for cell, row in by_scenario["mixture"].items():
            mean = sum(weights[name] * by_scenario[name][cell]["mean"] for name in weights)
            assert abs(row["mean"] - mean) <= 1e-12 * abs(mean) + 1e-300, (paths, cell)
            quantiles = [value for key, value in row.items() if key[:1] == "q"]
            assert quantiles == sorted(quantiles), (paths, cell, quantiles)
            values = np.concatenate(
                [
                    runs[name][cell[0]][list(map(str, runs[name].periods)).index(cell[1])]
                    for name in weights
                ]
            )
            assert values.min() <= quantiles[0] <= quantiles[-1] <= values.max(), (paths, cell)
        for row in runs.attainment().filter(scenario="mixture").rows():
            assert 0 <= row["low"] <= row["probability"] <= row["high"] <= 1, (paths, row)


def hold_exports(seed):
    """Hold what is written to tables and frames against the paths, to the last bit."""
    runs = tb.Model.from_toml(random_plan(seed)).simulate(16, seed=seed)
    for scenario in runs:
        ensemble = runs[scenario]
        frame, polars = ensemble.to_pandas(), ensemble.to_polars()
        dataset = ensemble.to_xarray()
        for name in ensemble.indicators:
            paths = np.asarray(ensemble[name])
            for values in (frame[name].to_numpy(), polars[name].to_numpy()):
                in_order = values.reshape(paths.shape), values.reshape(paths.shape[::-1]).T
                assert any(np.array_equal(each, paths, equal_nan=True) for each in in_order), name
            array = dataset[name].transpose("period", "path").to_numpy()
            assert np.array_equal(array, paths, equal_nan=True), name
    for table in (runs.fan(), runs.attainment()):
        rows = list(csv.DictReader(io.StringIO(table.to_csv())))
        assert len(rows) == len(table)
        for name in table.columns:
            column = table[name].tolist()
            if isinstance(column[0], float):
                again = [float(row[name] or "nan") for row in rows]
                assert np.array_equal(again, column, equal_nan=True), name


OTHERS = {
    "designs": hold_designs,
    "conditioning": hold_conditioning,
    "orders of changes": hold_orders,
    "mixtures": hold_mixtures,
    "exports": hold_exports,
}
"""What is held in other ways, by name."""
