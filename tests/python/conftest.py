"""What the tests share: a small model whose answers are known, the plan that ships, their runs."""

import os
import signal
import sys

import pytest

import tinbergen as tb

# What is printed is as wide as where there is no terminal, whoever runs the tests, and from where.
for _name in ("COLUMNS", "LINES"):
    os.environ.pop(_name, None)


@pytest.fixture(autouse=True, scope="session")
def interrupts_are_heard():
    """Undo what a shell does to what it runs in the background: SIGINT is ignored there."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(autouse=True)
def figures_are_closed():
    """Leave no figure open for the tests that come after: matplotlib warns beyond twenty."""
    yield
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close("all")


@pytest.fixture(scope="session")
def model():
    """Two log-linear indicators, an identity, a target of each kind and two scenarios."""
    return tb.Model(
        "small",
        periods="2021..2025",
        indicators={
            "gdp": tb.Indicator(
                label={"en": "GDP", "zh": "地区生产总值"},
                unit="CNY 100 million",
                history={2019: 960.0, 2020: 1000.0},
                process=tb.process.growth("trend", shock="demand"),
            ),
            "population": tb.Indicator(
                unit="10 thousand",
                history={2020: tb.uniform(70, 80)},
                equation="dlog(population) ~ 0.01",
            ),
            "per_head": tb.Indicator(equation="per_head = gdp / population"),
        },
        parameters={"trend": tb.Parameter(tb.normal(0.06, 0.01), source="judgement")},
        shocks={"demand": tb.normal(0, 0.02), "population": tb.normal(0, 0.005)},
        correlations={("demand", "population"): 0.3},
        targets=[
            tb.Target("gdp-2025", indicator="gdp", period=2025, at_least=1300),
            tb.Target(
                "growth",
                indicator="gdp",
                of="growth",
                over="every",
                period="2022..2025",
                above=0,
                nature="binding",
            ),
        ],
        target_sets={"both": ["gdp-2025", "growth"]},
        scenarios={
            "slump": tb.Scenario(
                [tb.Change(shock="demand", periods="2022..2023", add=-0.03)], probability=0.2
            ),
            "deep_slump": tb.Scenario(
                [tb.Change(parameter="trend", scale=0.9)], extends="slump", probability=0.1
            ),
        },
    )


@pytest.fixture(scope="session")
def model_runs(model):
    return model.simulate(2000, seed=1)


@pytest.fixture(scope="session")
def baseline(model_runs):
    return model_runs["baseline"]


@pytest.fixture(scope="session")
def plan():
    """The plan that ships."""
    return tb.plans.yuecheng()


@pytest.fixture(scope="session")
def runs(plan):
    return plan.simulate(paths=400, seed=1)


@pytest.fixture
def small():
    return tb.Model(
        "small",
        "2021..2023",
        indicators={
            "gdp": tb.Indicator(
                unit="CNY",
                label={"en": "Product", "zh": "地区生产总值"},
                history={2020: 100.0},
                process=tb.process.growth(mean=0.05, persistence=0.5),
            )
        },
        shocks={"gdp": tb.normal(0, 0.02)},
        targets=[tb.Target("t", indicator="gdp", period=2023, at_least=115)],
    )
