"""How surprising actual values were, against the textbook's prediction of an autoregression.

Means and standard deviations of 4,000 paths are allowed five of their standard errors, probabilities
as well: of some 30 comparisons a false alarm in fewer than 1 of 10,000 runs; the seed is fixed.
"""

import math
import subprocess
import sys

import numpy as np
import pytest
from scipy import stats

import tinbergen as tb

RHO, SD, FIRST = 0.6, 2.0, 10.0
PATHS = 4000


def walk(links=None):
    return tb.Model(
        "walk",
        "2021..2024",
        indicators={
            "x": tb.Indicator(equation="x ~ 4 + 0.6 * x[-1]", history={"2020": FIRST}),
            "unseen": tb.Indicator(equation="unseen = 2 * x"),
        },
        parameters={"factor": 1.1},
        links=links or {},
        shocks={"x": tb.normal(0, SD)},
    )


def outturns(values, **columns):
    rows = {"indicator": ["x"] * len(values), "period": [2021 + k for k in range(len(values))]}
    return tb.Outturns(rows | {"value": values, "vintage": ["2024-12-31"] * len(values)} | columns)


def expected(values, errors):
    """Predict by the scalar Kalman filter: mean and standard deviation of each figure."""
    mean, variance = FIRST, 0.0
    for value, error in zip(values, errors, strict=True):
        mean, variance = 4 + RHO * mean, RHO**2 * variance + SD**2
        yield mean, math.sqrt(variance + error**2)
        gain = variance / (variance + error**2)
        mean, variance = mean + gain * (value - mean), variance * (1 - gain)


@pytest.mark.parametrize("errors", [(0, 0, 0), (1, 1, 1), (0, 2, 0), (0.1, 0, 3)])
def test_predictions_are_those_of_the_kalman_filter(errors):
    values = [11.0, 7.0, 12.5]
    sd = [error or math.nan for error in errors]
    runs = walk().observe(outturns(values, sd=sd)).simulate(1000, seed=3)
    table = runs.surprises(paths=PATHS)
    assert table["period"].tolist() == ["2021", "2022", "2023"]
    for row, value, (mean, spread) in zip(
        table.rows(), values, expected(values, errors), strict=True
    ):
        worth = row["effective_paths"]
        assert worth > 3000
        assert row["value"] == value
        assert abs(row["expected"] - mean) < 5 * spread / math.sqrt(worth)
        assert abs(row["sd"] / spread - 1) < 5 / math.sqrt(2 * worth)
        right = stats.norm.cdf(value, mean, spread)
        error = math.sqrt(right * (1 - right) / worth)
        assert abs(row["probability"] - right) < 5 * error
        assert abs(row["deviations"] - (value - mean) / spread) < 0.2


def test_figures_on_another_basis_are_measured_by_it():
    link = tb.Link(2021, factors={"x": "factor"}, basis="new")
    known = outturns([11.0 * 1.1], basis=["new"])
    runs = walk({"new": link}).observe(known).simulate(500, seed=1)
    row = next(runs.surprises(paths=PATHS).rows())
    assert row["basis"] == "new"
    assert abs(row["expected"] - 11.0) < 5 * 2.2 / math.sqrt(PATHS)
    assert abs(row["deviations"] - 0.5) < 0.1


def test_a_model_that_is_right_is_surprised_evenly():
    """The transform is uniform over figures that the model itself draws: Kolmogorov's test, 1 in 1000."""
    model = walk()
    drawn = model.simulate(200, seed=5)["baseline"]["x"]
    found = []
    for path in range(0, 200, 2):
        runs = model.observe(outturns(drawn[:2, path].tolist())).simulate(100, seed=2)
        found += runs.surprises(paths=500)["probability"].tolist()
    assert stats.kstest(found, "uniform").pvalue > 1e-3


def test_what_is_beyond_four_is_noted_and_nothing_else():
    far = FIRST + 5.2 * SD
    runs = walk().observe(outturns([far, 4 + RHO * far])).simulate(1000, seed=1)
    notes = [note for note in runs.notes if note.kind == "surprising"]
    assert len(notes) == 1
    assert notes[0].address == "scenarios.baseline"
    assert "x of 20.4 in 2021 is 5." in notes[0].message
    assert "above what was expected before it" in notes[0].message
    assert notes[0].values["deviations"] == pytest.approx(5.2, abs=0.2)


def test_a_run_as_of_a_day_to_come_is_looked_at_as_of_that_day():
    """What would be a surprise, if it came: today's run of tomorrow's value."""
    wanted = {"indicator": ["x"], "period": ["2024"], "value": [14.0], "vintage": ["2999-01-01"]}
    tracked = walk().observe(tb.Outturns(wanted), as_of="2999-01-01")
    (row,) = tracked.simulate(200, seed=1).surprises(paths=200).rows()
    assert (row["period"], row["value"]) == ("2024", 14.0)


def test_a_run_without_actual_values_is_refused():
    with pytest.raises(tb.ModelError, match="conditioned on no actual values"):
        walk().simulate(10, seed=1).surprises()


def test_the_command_prints_them(tmp_path):
    plan, known = tmp_path / "plan.toml", tmp_path / "known.csv"
    walk().save(plan)
    known.write_text("indicator,period,value,vintage\nx,2021,20.4,2022-03-01\n")
    command = [sys.executable, "-m", "tinbergen", "track", plan, known, "--out", tmp_path / "out"]
    done = subprocess.run(
        [*map(str, command), "--paths", "1000", "--no-charts"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "actual values and what was expected before them (baseline)" in done.stdout
    line = next(line for line in done.stdout.splitlines() if line.startswith("x "))
    assert line.split()[1:3] == ["2021", "20.40"]
    assert "+5." in line
    assert "surprising" in done.stdout + done.stderr


def test_the_error_of_the_evidence_is_that_of_its_estimates():
    """Over 40 seeds the evidence scatters as its error says: chi squared, 1 in 1000 on either side."""
    model = tb.Model(
        "curved",
        "2021..2022",
        indicators={
            "a": tb.Indicator(equation="a ~ 0"),
            "x": tb.Indicator(equation="x ~ exp(0.7 * a)"),
        },
        shocks={"a": tb.normal(0, 1), "x": tb.normal(0, 0.5)},
    )
    known = tb.Outturns(
        {"indicator": ["x"], "period": [2021], "value": [3.0], "vintage": ["2022-03-01"]}
    )
    tracked = model.observe(known)
    each = [tracked.simulate(2000, seed=seed)["baseline"] for seed in range(40)]
    evidence = np.array([ensemble.evidence for ensemble in each])
    error = np.array([ensemble.evidence_error for ensemble in each])
    a = np.linspace(-8, 8, 40_001)
    right = np.log(
        np.sum(stats.norm.pdf(3.0, np.exp(0.7 * a), 0.5) * stats.norm.pdf(a)) * (a[1] - a[0])
    )
    scores = (evidence - right) / error
    low, high = stats.chi2.ppf([1e-3, 1 - 1e-3], 40)
    assert low < np.sum(scores**2) < high
    assert all(ensemble.tail_shape is None or ensemble.tail_shape < 0.5 for ensemble in each)
