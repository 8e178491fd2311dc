"""Uncertainty from data: redrawn residuals, coefficients as uncertain as their estimates."""

import os
from pathlib import Path

import numpy as np
import pytest

import tinbergen as tb

SHARED = Path(os.environ.get("TINBERGEN_SHARED", Path(__file__).parents[2] / ".." / "shared"))
FRBUS = SHARED / "models" / "frbus"


@pytest.fixture(scope="module")
def fitted():
    """Least squares of an autoregression, by NumPy: model, estimates, their covariance."""
    rng = np.random.default_rng(1)
    y = [0.0]
    for shock in rng.normal(0, 1, 60):
        y.append(0.3 + 0.6 * y[-1] + shock)
    y = np.array(y)
    x = np.column_stack([np.ones(60), y[:-1]])
    estimate, *_ = np.linalg.lstsq(x, y[1:], rcond=None)
    residual = y[1:] - x @ estimate
    covariance = residual @ residual / 58 * np.linalg.inv(x.T @ x)
    history = {1960 + k: value for k, value in enumerate(y.tolist())}
    model = tb.Model(
        "ar",
        "2021..2030",
        indicators={"y": tb.Indicator(equation="y ~ a + b * y[-1]", history=history)},
        parameters={"a": float(estimate[0]), "b": float(estimate[1])},
    )
    return model, residual, covariance


def test_the_redrawn_residuals_are_those_of_least_squares(fitted):
    model, residual, _ = fitted
    drawn = model.with_residuals("1961..2020")
    assert drawn.shocks["y"].distribution.values == pytest.approx(residual, abs=1e-13)
    assert [note.kind for note in drawn.notes] == ["drawn"]
    assert "1 equation over 1961..2020" in drawn.notes["message"][0]
    assert tb.Model.from_toml(drawn.to_toml()) == drawn


def test_a_process_has_the_residuals_of_the_equation_that_it_stands_for():
    rng = np.random.default_rng(2)
    gdp = 100 * np.exp(np.cumsum(rng.normal(0.05, 0.02, 20)))
    share = 40 + np.cumsum(rng.normal(0.2, 0.5, 20))
    years = range(2001, 2021)
    model = tb.Model(
        "processes",
        "2021..2025",
        indicators={
            "gdp": tb.Indicator(
                history=dict(zip(years, gdp.tolist(), strict=True)),
                process=tb.process.growth("trend", persistence=0.4, shock="demand"),
            ),
            "share": tb.Indicator(
                history=dict(zip(years, share.tolist(), strict=True)),
                process=tb.process.share(drift=0.01, upper=100),
            ),
        },
        parameters={"trend": tb.normal(0.05, 0.01)},
        shocks={"demand": tb.normal(0, 0.02), "share": tb.normal(0, 0.02)},
    )
    growth = np.diff(np.log(gdp))
    expected = growth[1:] - 0.05 - 0.4 * (growth[:-1] - 0.05)
    table = model.residuals("2003..2020")
    assert table.filter(indicator="gdp")["residual"] == pytest.approx(expected, abs=1e-13)
    odds = np.diff(np.log(share / (100 - share))) - 0.01
    assert table.filter(indicator="share")["residual"] == pytest.approx(odds[1:], abs=1e-12)
    drawn = model.with_residuals("2003..2020", demean=False)
    assert drawn.shocks["demand"].distribution.values == pytest.approx(expected, abs=1e-13)
    assert drawn.shocks["share"].distribution.values == pytest.approx(odds[1:], abs=1e-12)
    assert drawn.simulate(50, seed=1)["baseline"]["gdp"].shape == (5, 50)
    one = model.with_(
        indicators={
            **model.indicators,
            "other": tb.Indicator(
                history=dict(zip(years, gdp.tolist(), strict=True)),
                process=tb.process.growth(0.05, shock="demand"),
            ),
        }
    )
    notes = one.with_residuals("2003..2020").notes
    assert any("other shares its shock demand with another" in note.message for note in notes)


def test_uncertain_coefficients_have_the_covariance_of_their_estimates(fitted):
    model, _, covariance = fitted
    drawn = model.with_coefficients(["a", "b"], covariance)
    # Without shocks, y in 2021 is a + b y(2020): its variance is known in closed form.
    still = drawn.with_(shocks={}, imported=True)
    last = model.indicators["y"].history["2020"]
    paths = still.simulate(200_000, seed=3)["baseline"]["y"][0]
    weights = np.array([1.0, last])
    variance = weights @ covariance @ weights
    # The standard error of a variance is variance x sqrt(2 / n) = 0.32 %: false with probability
    # 6e-5 for another seed.
    assert paths.var() == pytest.approx(variance, rel=4 * np.sqrt(2 / 200_000))


def test_questions_that_make_no_sense_are_refused(fitted):
    model = fitted[0]
    for options, message in [
        ({"draw": "bootstrap"}, "draw must be one of"),
        ({"draw": "moving"}, "needs block="),
        ({"draw": "iid", "block": 4}, "has no blocks"),
        ({"draw": "moving", "block": 2.5}, "whole number of periods"),
        ({"draw": "moving", "block": 100}, "do not fit into 60"),
        ({"of": ["z"]}, "unknown indicator"),
    ]:
        with pytest.raises(ValueError, match=message):
            model.with_residuals("1961..2020", **options)
    for matrix in ([[1.0]], [[1.0, 2.0], [2.0, 1.0]], [[1.0, 0.5], [0.4, 1.0]], [[np.nan] * 2] * 2):
        with pytest.raises(tb.ModelError):
            model.with_coefficients(["a", "b"], matrix)
    with pytest.raises(tb.ModelError, match="unknown parameter"):
        model.with_coefficients(["c"], [[1.0]])


@pytest.mark.skipif(not FRBUS.exists(), reason="needs the models")
def test_frbus_is_one_call_away_from_fans():
    span = "2040-Q1..2041-Q4"
    model = tb.read_frbus(FRBUS / "model.xml", FRBUS / "longbase.csv", periods=span).track(span)
    assert len(model.stochastic) == 52
    for options in ({}, {"draw": "stationary", "block": 8}, {"draw": "normal"}):
        drawn = model.with_residuals("1975-Q1..2018-Q4", **options)
        assert len(drawn.shocks) == 52
        fan = drawn.simulate(200, seed=1)["baseline"].fan("xgdp", (0.05, 0.95))
        assert (fan["q95"] > fan["q05"]).all()
    wide = model.with_residuals("2010-Q1..2018-Q4", draw="normal")
    assert "52 equations have only 36 periods" in wide.notes.of("drawn")["message"][0]
    found = model.import_check("2000-Q1..2018-Q4")
    assert set(found["verdict"]) == {"identity holds", "behavioural residual"}
