"""Shared pieces of the tests."""

import pytest
import tinbergen as tb


@pytest.fixture(scope="session")
def plan():
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
