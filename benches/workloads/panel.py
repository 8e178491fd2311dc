"""W5, the first half: a table of figures becomes a model with a posterior, and the model a fan.

A hundred series of twenty changes are fitted together (1,000 draws) and simulated (1,000 paths of five periods). No peer
fits the same model. statsmodels fits an autoregression to each series alone, by least squares, and forecasts it: that is
less work, and tells the scale.
"""

from functools import cache

import numpy as np

import tinbergen as tb
from workloads.common import LEVELS, OURS, Competitor, Workload, fan_of, within

SERIES, YEARS, ROWS, HORIZON, MEAN = 100, 20, 1000, 5, 0.03
NAMES = [f"region_{k}" for k in range(SERIES)]


@cache
def table():
    """Return levels whose growth returns to means around 3 %, with a shock that is common to all."""
    draws = np.random.default_rng(1)
    mean, growth = draws.normal(MEAN, 0.01, SERIES), np.full(SERIES, MEAN)
    levels = [np.full(SERIES, 100.0)]
    for _ in range(YEARS):
        own, common = draws.standard_t(5, SERIES), draws.standard_t(5)
        growth = mean + 0.4 * (growth - mean) + 0.015 * own + 0.01 * common
        levels.append(levels[-1] * np.exp(growth))
    columns = {name: [float(row[k]) for row in levels] for k, name in enumerate(NAMES)}
    return {"year": list(range(2000, 2001 + YEARS)), **columns}


def growth_of(bands, means):
    """Return the growth a year up to the last period: of the median of each series."""
    last = np.array([table()[name][-1] for name in NAMES])
    return np.log(bands[-1, :, 3] / last) / HORIZON, means


def with_tinbergen():
    """From the table to the fans."""
    kinds = dict.fromkeys(NAMES, "growth")

    def run(seed):
        model = tb.fit(table(), kinds=kinds, identities=[], periods=HORIZON, rows=ROWS, seed=seed)
        runs = model.simulate(ROWS, seed=seed, threads=2)
        return growth_of(*fan_of(runs["baseline"].fan(NAMES, quantiles=LEVELS), NAMES))

    return run


def statsmodels():
    """An autoregression of growth for each series, its forecast and its band."""
    from statsmodels.tsa.ar_model import AutoReg

    def run(_seed):
        found = []
        for name in NAMES:
            growth = np.diff(np.log(table()[name]))
            forecast = AutoReg(growth, 1).fit().get_prediction(YEARS, YEARS + HORIZON - 1)
            forecast.conf_int()
            found.append(np.mean(forecast.predicted_mean))
        return np.array(found), None

    return run


def agree(who, found, wanted, _share):
    """Refuse growth that is far from what the figures were made with, and far from the others'."""
    within(who, "mean growth a year", np.mean(found[0]) - np.mean(wanted[0]), 0.01)
    within(who, "growth a year of a series", found[0] - wanted[0], 0.06)


def w5() -> Workload:
    """Return the workload."""
    competitors = [
        Competitor(OURS, with_tinbergen, note="all series together, a posterior"),
        Competitor(
            "statsmodels, AutoReg",
            statsmodels,
            ("statsmodels",),
            note="each series alone, least squares: less work",
        ),
    ]
    title = "W5, a table of 100 series becomes a model and its fans"
    known = lambda _: (np.full(SERIES, MEAN), None)
    return Workload("W5", title, competitors, agree, known, numbers=SERIES * HORIZON * ROWS)
