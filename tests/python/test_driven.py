"""Tools of others that drive a model: a row a path, or a row a setting, and nothing compiles again."""

import numpy as np
import pytest

import tinbergen as tb


@pytest.fixture(scope="module")
def ishigami():
    """Ishigami's function, whose indices are known, as a plan."""
    names = ("a", "b", "c")
    return tb.Model(
        "Ishigami",
        "2021",
        indicators={
            "y": tb.Indicator(equation="y = sin(a) + 7 * sin(b)^2 + 0.1 * c^4 * sin(a)"),
        },
        parameters={name: tb.uniform(-np.pi, np.pi) for name in names},
        targets=[tb.Target("high", indicator="y", period=2021, at_least=5)],
    )


def indices():
    """Return the first-order and the total indices of Ishigami's function (A = 7, B = 0.1)."""
    a, b, pi = 7, 0.1, np.pi
    one = 0.5 * (1 + b * pi**4 / 5) ** 2
    two = a**2 / 8
    both = b**2 * pi**8 * (1 / 18 - 1 / 50)
    whole = one + two + both
    return np.array([one, two, 0]) / whole, np.array([one + both, two, both]) / whole


def test_salib_analyses_a_design_whose_rows_are_paths(ishigami):
    pytest.importorskip("SALib")
    from SALib.analyze import sobol as analyze
    from SALib.sample import sobol as sample

    problem = {"num_vars": 3, "names": ["a", "b", "c"], "bounds": [[-np.pi, np.pi]] * 3}
    design = sample.sample(problem, 1024, seed=1)
    runs = ishigami.simulate(seed=1, parameters=dict(zip(problem["names"], design.T, strict=True)))
    found = analyze.analyze(problem, np.array(runs["baseline"]["y"][0]), seed=1)
    first, total = indices()
    # Its own intervals at 95 %, three of them: false alarms about 1 in 10**8 for each index.
    assert np.all(np.abs(found["S1"] - first) < 3 * found["S1_conf"] + 1e-9)
    assert np.all(np.abs(found["ST"] - total) < 3 * found["ST_conf"] + 1e-9)


def test_salib_drives_probabilities_of_settings(plan):
    pytest.importorskip("SALib")
    from SALib.analyze import morris as analyze
    from SALib.sample import morris as sample

    names = ["trend_growth", "rd_drift", "investment_premium"]
    bounds = [[0.05, 0.09], [0.05, 0.13], [-0.02, 0.05]]
    problem = {"num_vars": 3, "names": names, "bounds": bounds}
    design = sample.sample(problem, 4, seed=1)
    swept = plan.sweep(settings=dict(zip(names, design.T, strict=True)), paths=200, seed=1)
    found = analyze.analyze(problem, design, swept.probability("rd-share-2025"), seed=1)
    # Common random numbers: what a target does not depend on has no effect at all.
    assert found["mu_star"][1] > 0.5
    assert found["mu_star"][1] > 5 * max(found["mu_star"][0], found["mu_star"][2])


def test_an_evaluation_at_a_time_compiles_once(plan, monkeypatch):
    compiled = []
    usual = tb.Model._to_core
    monkeypatch.setattr(tb.Model, "_to_core", lambda self: compiled.append(1) or usual(self))
    for growth in (0.05, 0.06, 0.07, 0.08):
        run = {"seed": 1, "scenarios": "baseline", "keep": []}
        plan.simulate(100, parameters={"trend_growth": growth}, **run).attainment()
    assert len(compiled) <= 1


def test_openturns_drives_a_model_as_its_function(ishigami):
    ot = pytest.importorskip("openturns")

    def evaluate(rows):
        return np.array(ishigami.simulate(seed=1, parameters=np.array(rows))["baseline"]["y"]).T

    function = ot.PythonFunction(3, 1, func_sample=evaluate)
    ot.RandomGenerator.SetSeed(1)
    law = ot.JointDistribution([ot.Uniform(-np.pi, np.pi)] * 3)
    experiment = ot.SobolIndicesExperiment(law, 2000)
    inputs = experiment.generate()
    found = ot.SaltelliSensitivityAlgorithm(inputs, function(inputs), 2000)
    first, total = indices()
    # Standard errors at this size are about 0.03.
    assert np.abs(np.array(found.getFirstOrderIndices()) - first).max() < 0.15
    assert np.abs(np.array(found.getTotalOrderIndices()) - total).max() < 0.15


def test_scikit_learn_fits_a_surrogate_of_a_sweep(plan):
    pytest.importorskip("sklearn")
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import RBF

    tried, held = np.linspace(0.05, 0.09, 9), np.array([0.0575, 0.0725])
    run = {"paths": 500, "seed": 1, "indicators": "gdp"}
    at = plan.sweep({"trend_growth": tried}, **run).mean("gdp", 2025)
    surrogate = GaussianProcessRegressor(RBF(0.02, "fixed"), normalize_y=True)
    surrogate.fit(tried[:, None], at)
    known = plan.sweep({"trend_growth": held}, **run).mean("gdp", 2025)
    assert np.allclose(surrogate.predict(held[:, None]), known, rtol=1e-4)


def test_scipy_finds_what_a_target_needs(plan):
    optimize = pytest.importorskip("scipy.optimize")

    def median_room(growth):
        swept = plan.sweep({"trend_growth": [growth]}, paths=500, seed=1)
        return swept.headroom("gdp-2025")[0]

    found = optimize.brentq(median_room, 0.03, 0.12, xtol=1e-6)
    assert 0.03 < found < 0.12
    around = plan.sweep({"trend_growth": [found - 1e-4, found + 1e-4]}, paths=500, seed=1)
    assert around.headroom("gdp-2025")[0] < 0 < around.headroom("gdp-2025")[1]
