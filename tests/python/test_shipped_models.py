"""Published models that ship, against a solver that uses nothing of tinbergen."""

import csv
import runpy
from pathlib import Path

import numpy as np
import pytest

import tinbergen as tb

ROOT = Path(__file__).parents[2]
MODELS = ROOT / "tests" / "models"
ORACLE = runpy.run_path(str(ROOT / "scripts" / "solve_models.py"))


def test_every_model_is_solved_elsewhere():
    assert sorted(path.name for path in MODELS.iterdir()) == sorted(ORACLE["MODELS"])


@pytest.mark.parametrize("name", ORACLE["MODELS"])
def test_a_model_is_what_another_solver_gives(name):
    folder = MODELS / name
    run = tb.read_text(folder / "model.txt", data=folder / "data.csv").simulate(paths=1, seed=1)
    solved = ORACLE["solve"](name)
    for indicator in next(iter(solved.values())):
        wanted = np.array([row[indicator] for row in solved.values()])
        np.testing.assert_allclose(run["baseline"][indicator][:, 0], wanted, rtol=1e-11, atol=1e-11)


@pytest.mark.parametrize("name", ORACLE["MODELS"])
def test_the_table_that_is_kept_is_that_of_the_solver(name):
    text = (MODELS / name / "expected.csv").read_text(encoding="utf-8")
    kept = {int(row.pop("year")): row for row in csv.DictReader(text.splitlines())}
    solved = ORACLE["solve"](name)
    assert list(kept) == list(solved)
    for year, row in solved.items():
        assert list(kept[year]) == list(row)
        np.testing.assert_allclose(
            [float(cell) for cell in kept[year].values()],
            list(row.values()),
            rtol=1e-12,
            atol=1e-12,
        )


def _least_squares(left, *right):
    return np.linalg.lstsq(np.column_stack([np.ones(len(left)), *right]), left, rcond=None)[0]


def test_the_coefficients_of_klein_are_those_of_two_stage_least_squares():
    with (MODELS / "klein1" / "history.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    all_years = {name: np.array([float(row[name]) for row in rows]) for name in rows[0]}
    now = {name: values[1:] for name, values in all_years.items()}
    before = {name: values[:-1] for name, values in all_years.items()}
    wages = now["wp"] + now["wg"]
    np.testing.assert_allclose(now["c"] + now["i"] + now["g"], now["x"])
    np.testing.assert_allclose(now["x"] - now["t"] - now["wp"], now["p"])
    np.testing.assert_allclose(before["k"] + now["i"], now["k"])
    # Ordinary least squares, as published.
    found = _least_squares(now["c"], now["p"], before["p"], wages)
    np.testing.assert_allclose(found, [16.237, 0.193, 0.090, 0.796], atol=5e-4)
    # In two stages: what is endogenous on the right side is replaced by its fit.
    known = [before[n] for n in ("p", "k", "x")] + [now[n] for n in ("a", "t", "g", "wg")]

    def fitted(values):
        return np.column_stack([np.ones(21), *known]) @ _least_squares(values, *known)

    profits, product = fitted(now["p"]), fitted(now["x"])
    found = [
        *_least_squares(now["c"], profits, before["p"], fitted(wages)),
        *_least_squares(now["i"], profits, before["p"], before["k"]),
        *_least_squares(now["wp"], product, before["x"], now["a"]),
    ]
    said = [16.555, 0.01730, 0.21623, 0.81018, 20.278, 0.15022, 0.61594, -0.15779]
    said += [1.5003, 0.43886, 0.14667, 0.13040]
    np.testing.assert_allclose(found, said, rtol=5e-5, atol=5e-6)
    model = (MODELS / "klein1" / "model.txt").read_text(encoding="utf-8")
    assert all(f"{number:.5g}"[:6] in model for number in map(abs, said))
