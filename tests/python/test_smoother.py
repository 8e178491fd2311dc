"""A linear Gaussian plan conditioned on actual values, against the Kalman smoother of statsmodels."""

import math

import numpy as np
import pytest
from statsmodels.tsa.statespace.kalman_smoother import KalmanSmoother

import tinbergen as tb

PERIODS = range(2021, 2028)
SD = {"a": 0.5, "b": 0.8, "gdp": 0.02}
CORRELATION = np.array([[1.0, 0.6, 0.0], [0.6, 1.0, -0.4], [0.0, -0.4, 1.0]])
# Cells that are missing are not there: a ragged edge, and holes.
OUTTURNS = [
    ("a", 2021, 5.6, 0.3),
    ("a", 2023, 3.1, 0.0),
    ("a", 2024, 4.9, 0.5),
    ("b", 2022, 22.0, 0.0),
    ("b", 2023, 24.5, 1.0),
    ("gdp", 2022, 101.0, 0.0),
    ("gdp", 2023, 107.5, 0.0),
]


@pytest.fixture(scope="module")
def smoothed():
    """Means and variances of a, b and log gdp given the outturns, and the log likelihood.

    States: a, b, log gdp, its growth; a is an AR(1), b a local level with drift, growth an AR(1).
    """
    filter_ = KalmanSmoother(k_endog=3, k_states=4, k_posdef=3, nobs=len(PERIODS))
    endog, noise = np.full((3, len(PERIODS)), np.nan), np.zeros((3, 3, len(PERIODS)))
    for name, year, value, sd in OUTTURNS:
        place = list(SD).index(name)
        endog[place, year - 2021] = math.log(value) if name == "gdp" else value
        noise[place, place, year - 2021] = sd * sd
    filter_.bind(np.asfortranarray(endog))
    transition = np.array(
        [[0.7, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0.5], [0, 0, 0, 0.5]], dtype=float
    )
    intercept = np.array([0.3 * 4, 0.5, 0.5 * 0.03, 0.5 * 0.03])
    selection = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 1]], dtype=float)
    sd = np.array(list(SD.values()))
    state_cov = CORRELATION * np.outer(sd, sd)
    filter_["design"] = np.eye(3, 4)
    filter_["obs_cov"] = noise
    filter_["transition"] = transition
    filter_["state_intercept"] = intercept[:, None]
    filter_["selection"] = selection
    filter_["state_cov"] = state_cov
    known = np.array([5.0, 20.0, math.log(100), math.log(100 / 96)])
    start = intercept + transition @ known
    filter_.initialize_known(start, selection @ state_cov @ selection.T)
    found = filter_.smooth()
    means, variances = found.smoothed_state[:3], np.diagonal(found.smoothed_state_cov)[:, :3].T
    return means, variances, found.llf_obs.sum()


@pytest.fixture(scope="module")
def runs():
    """The same plan, held to the same outturns."""
    model = tb.Model(
        "linear",
        "2021..2027",
        indicators={
            "a": tb.Indicator(history={2020: 5.0}, equation="a ~ 4 + 0.7 * (a[-1] - 4)"),
            "b": tb.Indicator(history={2020: 20.0}, equation="diff(b) ~ 0.5"),
            "gdp": tb.Indicator(
                history={2019: 96.0, 2020: 100.0},
                equation="dlog(gdp) ~ 0.03 + 0.5 * (dlog(gdp[-1]) - 0.03)",
            ),
        },
        shocks={name: tb.normal(0.0, sd) for name, sd in SD.items()},
        correlations={("a", "b"): 0.6, ("b", "gdp"): -0.4},
    )
    columns = ("indicator", "period", "value", "sd")
    table = dict(zip(columns, map(list, zip(*OUTTURNS, strict=True)), strict=True))
    table["sd"] = [sd or "" for sd in table["sd"]]
    table["vintage"] = [f"{year + 1}-03-01" for year in table["period"]]
    return model.observe(table).simulate(40_000, seed=3, design="antithetic")


def test_paths_are_those_of_the_kalman_smoother(smoothed, runs):
    baseline = runs["baseline"]
    assert 1 / np.sum(baseline.weights**2) == pytest.approx(40_000)  # linear: all weights equal
    means, variances, _ = smoothed
    for place, name in enumerate(SD):
        values = np.log(baseline[name]) if name == "gdp" else baseline[name]
        found = np.average(values, axis=1, weights=baseline.weights)
        np.testing.assert_allclose(found, means[place], atol=1e-8)  # mirror images
        spread = np.average((values - found[:, None]) ** 2, axis=1, weights=baseline.weights)
        # Relative standard error of a variance sqrt(2 / 20,000) = 1 %; alarm below 1e-5 in 21.
        np.testing.assert_allclose(spread, variances[place], rtol=0.05, atol=1e-12)


def test_the_mean_weight_is_the_likelihood(smoothed, runs):
    # The density of gdp, not of its logarithm: two exact figures bring their Jacobian.
    jacobian = -math.log(101.0) - math.log(107.5)
    assert runs["baseline"].evidence == pytest.approx(smoothed[2] + jacobian, abs=1e-6)
