"""Functions of the language against SciPy and NumPy, over generated numbers."""

import numpy as np
import pytest
from oracle.language import PLAIN

import tinbergen as tb

DRAW = np.random.default_rng(5)
WIDE = np.concatenate([DRAW.normal(0, 3, 300), DRAW.uniform(-37, 37, 200), [0.0, 1e-9, -1e-12]])
OPEN = np.concatenate([DRAW.uniform(-1, 1, 300), [1e-9, 1 - 1e-12, -1 + 1e-9, 0.0]])
UNIT = np.concatenate([DRAW.uniform(0, 1, 300), 10.0 ** DRAW.uniform(-300, -1, 200), [1 - 1e-12]])
HALVES = np.concatenate([DRAW.uniform(-50, 50, 300), np.arange(-8, 8.5, 0.5)])

CASES = {
    "normcdf": WIDE,
    "normpdf": WIDE,
    "norminv": UNIT,
    "tanh": WIDE,
    "atanh": OPEN,
    "tan": DRAW.uniform(-1.5, 1.5, 300),
    "floor": HALVES,
    "ceil": HALVES,
    "round": HALVES,
    "sign": HALVES,
}


def computed(equation, **columns):
    """Give what the engine makes of columns of numbers."""
    years = [2000 + k for k in range(len(next(iter(columns.values()))))]
    indicators = {"y": tb.Indicator(equation=equation)}
    for name, column in columns.items():
        indicators[name] = tb.Indicator(history=dict(zip(years, column.tolist(), strict=True)))
    model = tb.Model("functions", f"{years[0]}..{years[-1]}", indicators=indicators)
    return model.simulate(1, seed=1)["baseline"]["y"][:, 0]


@pytest.mark.parametrize("name", CASES)
def test_a_function_of_one_number_is_that_of_another_program(name):
    x = CASES[name]
    expected = PLAIN[name](x)
    found = computed(f"y = {name}(x)", x=x)
    # What rounding of 1 - p leaves of a score near 1 is not the function's.
    assert np.allclose(found, expected, rtol=4e-13, atol=1e-320)


def test_the_rest_of_a_division_has_the_sign_of_the_divisor():
    a, b = DRAW.uniform(-50, 50, 400), DRAW.choice([-7.0, -2.5, 0.75, 3.0, 12.0], 400)
    assert np.allclose(computed("y = mod(a, b)", a=a, b=b), np.mod(a, b), atol=1e-12)
    k = np.arange(-12.0, 12.0)
    assert np.array_equal(computed("y = mod(k, 4)", k=k), np.mod(k, 4))


def test_ln_is_log_and_is_written_so():
    model = tb.read_text("periods 2021..2021\ny = ln(8) / ln(2)")
    assert model.indicators["y"].equation == "y = log(8) / log(2)"
    assert model.simulate(1, seed=1)["baseline"]["y"][0, 0] == pytest.approx(3, rel=1e-15)


def test_an_equation_is_solved_for_what_stands_inside():
    x = DRAW.uniform(0.05, 0.95, 200)
    found = computed("normcdf(2 * y - 1) = x", x=x)
    assert np.allclose(PLAIN["normcdf"](2 * found - 1), x, rtol=1e-12)
    found = computed("tanh(y / 3) = x", x=x)
    assert np.allclose(np.tanh(found / 3), x, rtol=1e-12)
