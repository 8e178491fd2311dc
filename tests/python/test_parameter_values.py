"""Parameters that are other numbers: a row for each path, a row for each setting, to the bit."""

import pickle
import random

import numpy as np
import pandas as pd
import polars as pl
import pytest
from oracle.generator import random_plan

import tinbergen as tb

PATHS = 40


def plan_of(seed):
    """Make a random plan that runs whatever fails in it."""
    written = tb.Model.from_toml(random_plan(seed)).to_dict()
    return tb.Model.from_dict({**written, "failed_paths": 1})


def chosen(model, rng):
    """Choose parameters of a plan with numbers that they can be: names, and a row for each path."""
    names = [name for name in model.parameters if name not in columns_of_draws(model)]
    names = rng.sample(names, min(3, len(names)))
    found = {}
    for name in names:
        value = model.parameters[name].value
        if isinstance(value, tb.Distribution):
            found[name] = value.sample(PATHS, seed=rng.randrange(1000))
        else:
            found[name] = value + 0.01 * np.array([rng.uniform(-1, 1) for _ in range(PATHS)])
    return found


def columns_of_draws(model):
    return {name for draws in model.draws.values() for name in draws.parameters}


def solves(model):
    """Say whether anything is solved for together, so that a solution has a tolerance."""
    return any(block.simultaneous for block in model.explain().blocks)


def run(model, **options):
    """Simulate; nothing where too many paths fail."""
    try:
        return model.simulate(seed=3, **options)
    except tb.NumericalError:
        return None


@pytest.mark.parametrize("seed", range(10))
def test_a_setting_is_the_model_with_these_numbers(seed):
    model = tb.Model.from_toml(random_plan(seed))
    columns = chosen(model, random.Random(seed))
    for design in ("random", "antithetic"):
        row = {name: float(column[7]) for name, column in columns.items()}
        written = {
            name: tb.Parameter(value, source=model.parameters[name].source)
            for name, value in row.items()
        }
        constant = run(model.add(parameters=written, replace=True), paths=PATHS, design=design)
        given = run(model, paths=PATHS, parameters=row, design=design)
        assert (constant is None) == (given is None)
        for scenario in () if given is None else given:
            a, b = given[scenario], constant[scenario]
            assert all(np.array_equal(a[n], b[n], equal_nan=True) for n in a.indicators), scenario
        if given is not None:
            assert given.attainment() == constant.attainment()


@pytest.mark.parametrize("design", ["random", "antithetic", "lhs", "sobol"])
@pytest.mark.parametrize("seed", range(6))
def test_a_path_is_that_of_its_row_alone(seed, design):
    model = plan_of(seed)
    columns = chosen(model, random.Random(seed))
    each = model.simulate(seed=3, paths=PATHS, parameters=columns, design=design)
    for path in (0, 17, PATHS - 1):
        row = {name: float(column[path]) for name, column in columns.items()}
        one = model.simulate(seed=3, paths=PATHS, parameters=row, design=design)
        for scenario in one if "mixture" not in one else list(one)[:-1]:
            for name in one[scenario].indicators:
                a, b = each[scenario][name][:, path], one[scenario][name][:, path]
                if solves(model):
                    np.testing.assert_allclose(a, b, rtol=1e-8, atol=1e-9, err_msg=name)
                else:
                    assert np.array_equal(a, b, equal_nan=True), (scenario, name)


@pytest.mark.parametrize("design", ["random", "antithetic", "lhs", "sobol"])
@pytest.mark.parametrize("seed", range(4))
def test_a_sweep_is_one_run_after_the_other(seed, design):
    model = plan_of(seed)
    columns = {name: column[:9] for name, column in chosen(model, random.Random(seed)).items()}
    indicators = list(model.indicators)[:2]
    scenarios = ["baseline", *list(model.scenarios)[:1]]
    swept = model.sweep(
        settings=columns,
        scenarios=scenarios,
        paths=PATHS,
        seed=3,
        design=design,
        indicators=indicators,
        quantiles=[0.1, 0.5],
    )
    assert len(swept) == 9 * len(scenarios)
    for place in (0, 4, 8, len(swept) - 1):
        row = list(swept.settings.rows())[place]
        scenario = row.pop("scenario")
        one = model.simulate(PATHS, seed=3, scenarios=scenario, parameters=row, design=design)
        ours = swept.attainment().filter(setting=place)
        theirs = one.attainment().filter(scenario=scenario)
        for column in ("target", "probability", "low", "high", "undefined", "h05", "h50"):
            assert np.array_equal(ours[column], theirs[column], equal_nan=column != "target"), (
                column
            )
        for name in indicators:
            a = swept.fan(name).filter(setting=place)
            b = one[scenario].fan(name, quantiles=[0.1, 0.5])
            for column in ("mean", "q10", "q50"):
                assert np.array_equal(a[column], b[column], equal_nan=True), (name, column)
    # What is asked about alone is all that is computed, with the same numbers.
    for of in [target.id for target in model.targets][:4]:
        run = {"paths": PATHS, "seed": 3, "design": design, "scenarios": scenarios}
        for fans in ([], indicators[:1]):
            alone = model.sweep(settings=columns, of=of, indicators=fans, **run)
            for column in ("probability", "low", "high", "undefined", "h05", "h50", "h95"):
                a = alone.attainment()[column]
                b = swept.attainment().filter(target=of)[column]
                assert np.array_equal(a, b, equal_nan=True), (of, column)
            for name in fans:
                a, b = alone.fan(name)["mean"], swept.fan(name)["mean"]
                assert np.array_equal(a, b, equal_nan=True), (of, name)


def test_levers_of_a_sweep_are_those_of_seek(plan):
    levers = ("rd_subsidy", "investment")
    grid = plan.isoquant(levers, "rd-share-2025", paths=200, seed=1, levels=[0.5])
    swept = plan.sweep(levers={name: np.unique(grid[name]) for name in levers}, paths=200, seed=1)
    found = dict(
        zip(
            zip(*(swept.settings[name].tolist() for name in levers), strict=True),
            swept.probability("rd-share-2025").tolist(),
            strict=True,
        )
    )
    assert len(grid) > 20
    for row in grid.rows():
        assert found[tuple(row[name] for name in levers)] == row["probability"]


def test_columns_come_from_whatever_has_them(plan):
    column = np.linspace(0.04, 0.09, 30)
    matrix = np.empty((30, len(plan.parameters)))
    for k, parameter in enumerate(plan.parameters.values()):
        value = parameter.value
        matrix[:, k] = value if isinstance(value, float) else value.quantile(0.5)
    matrix[:, list(plan.parameters).index("trend_growth")] = column
    frames = {
        "mapping": {"trend_growth": column},
        "list": {"trend_growth": column.tolist()},
        "pandas": pd.DataFrame({"trend_growth": column}),
        "series": {"trend_growth": pd.Series(column, index=range(5, 35))},
        "polars": pl.DataFrame({"trend_growth": column}),
        "arrow": pl.DataFrame({"trend_growth": column}).to_arrow(),
        "table": tb.Table({"trend_growth": column}),
    }
    expected = None
    for what, frame in frames.items():
        runs = plan.simulate(seed=1, scenarios="baseline", parameters=frame)
        assert runs.info["paths"] == 30
        assert np.array_equal(runs.info["parameters"]["trend_growth"], column), what
        found = np.asarray(runs["baseline"]["gdp"])
        expected = found if expected is None else expected
        assert np.array_equal(found, expected), what
    whole = plan.simulate(seed=1, scenarios="baseline", parameters=matrix)
    named = dict(zip(plan.parameters, matrix.T, strict=True))
    again = plan.simulate(seed=1, scenarios="baseline", parameters=named)
    assert np.array_equal(whole["baseline"]["gdp"], again["baseline"]["gdp"])


def test_a_parameter_that_is_no_random_number_may_differ_by_path():
    model = tb.Model(
        "m",
        "2021..2022",
        indicators={"y": tb.Indicator(equation="y = 2 * a + b * 3")},
        parameters={"a": 1.0, "b": 2.0},
        scenarios={
            "sets": tb.Scenario([tb.Change(parameter="a", set=5.0)]),
            "moves": tb.Scenario(
                [tb.Change(parameter="a", scale=2.0), tb.Change(parameter="a", add=1.0)]
            ),
        },
    )
    runs = model.simulate(seed=1, parameters={"a": [0.0, 1.0, 4.0]})
    assert runs["baseline"]["y"][1].tolist() == [6.0, 8.0, 14.0]
    assert runs["sets"]["y"][1].tolist() == [16.0, 16.0, 16.0]
    assert runs["moves"]["y"][1].tolist() == [2 * 1.0 + 6, 2 * 3.0 + 6, 2 * 9.0 + 6]


def test_what_is_given_replaces_what_is_drawn_and_nothing_else():
    def model(**options):
        return tb.Model(
            "m",
            "2021",
            indicators={"y": tb.Indicator(equation="y = a"), "z": tb.Indicator(equation="z = b")},
            parameters={"a": tb.normal(0, 1), "b": tb.normal(0, 1)},
            **options,
        )

    free = model(correlations={("a", "b"): 0.9})
    usual = free.simulate(50, seed=1)["baseline"]
    column = np.linspace(-1, 1, 50)
    given = free.simulate(seed=1, parameters={"a": column})["baseline"]
    assert np.array_equal(given["y"][0], column)
    assert np.array_equal(given["z"], usual["z"])
    rows = [[0.1, 1.0], [0.2, 2.0], [0.3, 3.0]]
    drawn = model().add(
        draws={"fit": tb.Draws(rows, parameters=("c", "d"))},
        indicators={
            "u": tb.Indicator(equation="u = c"),
            "v": tb.Indicator(equation="v = d"),
        },
    )
    usual = drawn.simulate(50, seed=1)["baseline"]
    given = drawn.simulate(seed=1, parameters={"c": column})["baseline"]
    assert np.array_equal(given["u"][0], column)
    assert np.array_equal(given["v"], usual["v"])


WRONG = {
    "unknown parameter": {"trend_grwth": 0.05},
    "30 numbers for 20 paths": {"trend_growth": np.zeros(30)},
    "not a finite number": {"trend_growth": [0.05] * 19 + [np.nan]},
    "parameters.trend_growth[3]": {"trend_growth": [0.05] * 3 + [np.inf] * 17},
    "differ in length": {"trend_growth": [0.05] * 20, "rd_drift": [0.05] * 3},
    "a matrix has a row for each path": np.zeros((20, 2)),
    "expected a number, or a list": {"trend_growth": [["a"]]},
    "expected names with numbers": "trend_growth",
    "expected the name of a parameter": {3: 0.5},
}


@pytest.mark.parametrize("message", WRONG)
def test_what_a_parameter_cannot_be_is_an_error_with_its_address(plan, message):
    with pytest.raises((ValueError, TypeError)) as error:
        plan.simulate(20, seed=1, parameters=WRONG[message])
    assert message in str(error.value)


def test_numbers_that_a_distribution_cannot_draw_are_errors(plan):
    model = tb.Model(
        "m",
        "2021",
        indicators={"y": tb.Indicator(equation="y = share")},
        parameters={"share": tb.uniform(0.2, 0.4)},
    )
    with pytest.raises(tb.ModelError, match=r"parameters.share\[1\]: 0.5 is outside .* 0.2 to 0.4"):
        model.simulate(seed=1, parameters={"share": [0.3, 0.5]})
    with pytest.raises(tb.ModelError, match=r"parameters.share: 0.5 is outside"):
        model.simulate(5, seed=1, parameters={"share": 0.5})
    with pytest.raises(tb.ModelError, match=r"settings\[1\].parameters.share: 0.5 is outside"):
        model.sweep({"share": [0.3, 0.5]}, paths=5, seed=1)
    with pytest.raises(tb.ModelError, match=r"settings\[0\].levers.rd_subsidy: .* range"):
        plan.sweep(levers={"rd_subsidy": [9.0]}, paths=5, seed=1)
    parameter = plan.levers["rd_subsidy"].parameter
    with pytest.raises(tb.ModelError, match=r"levers.rd_subsidy: it moves the parameter"):
        plan.sweep({parameter: [0.05]}, levers={"rd_subsidy": [0.05]}, paths=5, seed=1)


def test_questions_that_need_one_number_say_so(plan):
    each = {"trend_growth": np.linspace(0.05, 0.08, 50)}
    runs = plan.simulate(seed=1, scenarios="baseline", parameters=each)
    assert "trend_growth" in set(runs.requirements("gdp-2025")["name"].tolist())
    with pytest.raises(
        tb.ModelError, match=r"parameters.trend_growth: .* one number for all paths"
    ):
        runs.most_likely("gdp-2025")
    with pytest.raises(ValueError, match="doubles the paths"):
        plan.simulate(seed=1, parameters=each, until=0.1)
    with pytest.raises(TypeError, match="expected a number"):
        plan.observe(tb.plans.outturns()).simulate(50, seed=1, parameters=each)
    assert runs.trace("gdp", 2025, path=7).steps["value"][0] == runs["baseline"]["gdp"][4, 7]


def test_a_pickle_has_the_numbers(plan):
    each = {"trend_growth": np.linspace(0.05, 0.08, 50), "rd_drift": 0.05}
    runs = plan.simulate(seed=1, scenarios="baseline", parameters=each)
    again = pickle.loads(pickle.dumps(runs))
    assert np.array_equal(again["baseline"]["gdp"], runs["baseline"]["gdp"])
    assert np.array_equal(again.info["parameters"]["trend_growth"], each["trend_growth"])
