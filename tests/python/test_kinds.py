"""Kinds, names and columns stand in one list each; everything that repeats one is held to it."""

import dataclasses
import json
import re
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

import tinbergen as tb
from tinbergen import _core
from tinbergen.basics.settings import Design
from tinbergen.io import imports
from tinbergen.io import run_files as output
from tinbergen.written import composed_distributions, distributions

ROOT = Path(__file__).parents[2]
KINDS = {kind.kind: kind for kind in tb.Distribution.__subclasses__()}
SCHEMA = json.loads(_core.schema())["$defs"]


def text(*path):
    return ROOT.joinpath(*path).read_text(encoding="utf-8")


def test_every_distribution_has_a_class_and_a_builder():
    assert sorted(KINDS) == sorted(_core.distributions())
    for key, kind in KINDS.items():
        home = next(m for m in (distributions, composed_distributions) if hasattr(m, key))
        assert getattr(tb, key) is getattr(home, key) is kind
        assert {key, kind.__name__} <= set(home.__all__)
        assert key in tb.__all__


@pytest.mark.parametrize("key", _core.distributions())
def test_a_class_has_the_parameters_of_the_plan_file(key):
    kind = KINDS[key]
    table = SCHEMA[kind.__name__]
    fields = {field.name: field.default for field in dataclasses.fields(kind)}
    # The distribution inside another stands among the keys in a plan.
    assert set(fields) - {"distribution"} == set(table["properties"])
    for name, default in fields.items():
        given = table["properties"].get(name, {})
        if default is not dataclasses.MISSING:
            assert given["default"] == default, name
            assert name not in table.get("required", ())


@pytest.mark.parametrize("key", _core.distributions())
def test_the_plan_format_names_every_parameter_of_a_distribution(key):
    described = re.search(rf"`{key} {{ ([^}}]*) }}`", text("docs", "plan-format.md"))
    assert described, f"docs/plan-format.md has no `{key} {{ .. }}`"
    names = [name.strip() for name in re.sub(r"\s+", " ", described[1]).split(",")]
    table = SCHEMA[KINDS[key].__name__]
    inside = {"distribution"} if "distribution" in fields_of(key) else set()
    assert set(names) == set(table["properties"]) | inside


@pytest.mark.parametrize("key", _core.distributions())
def test_the_semantics_say_what_is_drawn(key):
    table = text("docs", "semantics.md").split("## What is drawn")[1].split("## Events")[0]
    assert any(f"`{key}`" in line.split("|")[1] for line in table.splitlines() if "|" in line)


def fields_of(key):
    return {field.name for field in dataclasses.fields(KINDS[key])}


NESTED = tb.mixture(
    [
        (0.5, tb.truncated(tb.normal(0, 1), min=-1, max=2)),
        (0.3, tb.weibull(1.5, 2)),
        (0.2, tb.discrete([1, 2.5], [0.4, 0.6])),
    ]
)
SOME = [
    NESTED,
    tb.truncated(tb.mixture([(1, tb.normal(0, 1)), (2, tb.gamma(2, 1))]), max=3),
    tb.elicited(2.6, q10=2.2, q90=3.4, min=0),
    tb.elicited(q05=1, q50=2, q95=np.float64(3)),
    tb.weibull(2, 3),
    tb.discrete(np.array([0.0, 1.0]), [0.5, 0.5]),
]


@pytest.mark.parametrize("drawn", SOME, ids=lambda drawn: drawn.kind)
def test_a_model_keeps_its_distributions(drawn):
    model = tb.Model(
        "m",
        "2021..2022",
        indicators={"x": tb.Indicator(history={2020: drawn}, equation="x ~ p * x[-1]")},
        parameters={"p": drawn},
        shocks={"x": drawn},
    )
    assert tb.Model.from_toml(model.to_toml()) == model
    assert tb.Model.from_dict(model.to_dict()) == model
    assert np.isfinite(model.simulate(100, seed=1)["baseline"]["x"]).all()


def drawn(distribution, paths=200_000):
    model = tb.Model(
        "m",
        "2021..2021",
        indicators={"x": tb.Indicator(equation="x ~ 0")},
        shocks={"x": distribution},
    )
    return model.simulate(paths, seed=1, design="lhs")["baseline"]["x"][0]


def test_draws_have_the_quantiles_that_were_stated():
    found = np.quantile(drawn(tb.elicited(q10=2.2, q50=2.6, q90=3.4, min=0)), [0.1, 0.5, 0.9])
    assert np.allclose(found, [2.2, 2.6, 3.4], atol=2e-3)


def test_draws_of_a_mixture_follow_scipy():
    stats = pytest.importorskip("scipy.stats")
    found = drawn(tb.mixture([(3, tb.normal(0, 1)), (1, tb.weibull(1.7, 2))]))
    parts = [(0.75, stats.norm()), (0.25, stats.weibull_min(1.7, scale=2))]
    # Latin hypercube: the statistic is far below that of independent draws.
    statistic = stats.kstest(found, lambda x: sum(p * part.cdf(x) for p, part in parts)).statistic
    assert statistic < 1e-3


def test_designs_stand_in_one_list():
    assert list(get_args(Design)) == _core.designs()
    for name in _core.designs():
        assert f"- `{name}`:" in text("docs", "streams.md")


def test_every_importer_has_a_function_that_says_what_it_reads():
    assert sorted(imports.__all__) == sorted(_core.importers())
    for name in _core.importers():
        read = getattr(tb, name)
        assert name in tb.__all__
        assert "Examples" in read.__doc__
        assert f"tinbergen::import::{name}" in text("docs", "adding.md")


def test_documents_have_the_columns_of_the_files():
    design = text("DESIGN.md")
    for file, columns in (("fan.csv", output.FAN), ("attainment.csv", output.ATTAINMENT)):
        names = ", ".join(column.name for column in columns)
        assert f"`{file}` ({names};" in design.replace("\n", " ")
        rounds = text("docs", "rounds.md")
        for column in columns:
            assert column.name in rounds or column.level is not None
        assert all(column.about for column in columns)


def test_a_column_is_an_entry_of_a_list():
    runs = tb.plans.yuecheng().simulate(300, seed=1, keep=["gdp", "population"])
    spread = output.Column("sd", "sd", output.over_paths(lambda x, weights: x.std(axis=1)))
    lines = output.fan_csv(runs, [*output.FAN, spread]).splitlines()
    assert lines[0].endswith(",sd")
    plain = output.fan_csv(runs).splitlines()
    assert [line.rsplit(",", 1)[0] for line in lines] == plain
    row = next(line for line in lines if line.startswith("baseline,population,2025"))
    expected = runs["baseline"]["population"][4].std()
    assert float(row.rsplit(",", 1)[1]) == expected


POSTERIORS = {
    "weibull": (tb.weibull(1.7, 2), lambda s: s.weibull_min(1.7, scale=2).pdf),
    "truncated": (tb.truncated(tb.normal(0, 1), min=0.5), lambda s: s.truncnorm(0.5, np.inf).pdf),
    "mixture": (
        tb.mixture([(1, tb.normal(-1, 0.3)), (3, tb.uniform(0, 2))]),
        lambda s: lambda p: 0.25 * s.norm(-1, 0.3).pdf(p) + 0.75 * s.uniform(0, 2).pdf(p),
    ),
    # Without limits and with the median in the middle a metalog is logistic.
    "elicited": (
        tb.elicited(1, q10=1 - np.log(9), q90=1 + np.log(9)),
        lambda s: s.logistic(1, 1).pdf,
    ),
}


@pytest.mark.parametrize("kind", POSTERIORS)
def test_outturns_move_a_drawn_parameter_as_bayes_says(kind):
    stats = pytest.importorskip("scipy.stats")
    prior, density = POSTERIORS[kind]
    model = tb.Model(
        "m",
        "2021..2022",
        indicators={"x": tb.Indicator(equation="x ~ p")},
        parameters={"p": prior},
        shocks={"x": tb.normal(0, 0.7)},
    )
    seen = {"indicator": ["x"], "period": [2021], "value": [0.9], "vintage": ["2022-02-01"]}
    held = model.observe(seen).simulate(100_000, seed=1)["baseline"]
    p = np.linspace(-40, 40, 400_001)
    likely = density(stats)(p) * stats.norm(0, 0.7).pdf(0.9 - p)
    expected = (p * likely).sum() / likely.sum()
    # 2022 is the parameter and a shock with mean 0: sd about 1, 1e5 paths, 6 standard errors.
    weights = np.ones(100_000) if held.weights is None else held.weights
    found = np.average(held["x"][1], weights=weights)
    effective = weights.sum() ** 2 / (weights**2).sum()
    assert effective > 10_000
    assert abs(found - expected) < 6 / np.sqrt(effective)


def test_what_mixes_single_values_is_not_moved_but_weighed():
    prior = tb.mixture([(1, tb.discrete([0.0], [1.0])), (1, tb.normal(2, 0.5))])
    model = tb.Model(
        "m",
        "2021..2022",
        indicators={"x": tb.Indicator(equation="x ~ p")},
        parameters={"p": prior},
        shocks={"x": tb.normal(0, 0.7)},
    )
    seen = {"indicator": ["x"], "period": [2021], "value": [0.9], "vintage": ["2022-02-01"]}
    held = model.observe(seen).simulate(100_000, seed=1)["baseline"]
    stats = pytest.importorskip("scipy.stats")
    masses = np.array([stats.norm(0, 0.7).pdf(0.9), stats.norm(2, np.hypot(0.7, 0.5)).pdf(0.9)])
    # The mean of the normal component given what was seen.
    given = 2 + (0.9 - 2) * 0.25 / (0.25 + 0.49)
    expected = masses[1] * given / masses.sum()
    found = np.average(held["x"][1], weights=held.weights)
    assert abs(found - expected) < 6 / np.sqrt(held.effective_paths)


def test_scaled_and_shifted_and_correlated():
    stats = pytest.importorskip("scipy.stats")
    drawn = tb.mixture([(1, tb.weibull(2, 1)), (1, tb.normal(3, 0.2))])
    other = tb.elicited(2.6, q10=2.2, q90=3.4)
    model = tb.Model(
        "m",
        "2021..2021",
        indicators={"x": tb.Indicator(equation="x ~ 0"), "y": tb.Indicator(equation="y ~ 0")},
        shocks={"x": drawn, "y": other},
        correlations={("x", "y"): 0.7},
        scenarios={
            "wide": tb.Scenario([tb.Change(shock="x", scale=2), tb.Change(shock="y", add=1)])
        },
    )
    runs = model.simulate(50_000, seed=1)
    x, y = runs["baseline"]["x"][0], runs["baseline"]["y"][0]
    # Spearman's rank correlation of a Gaussian copula.
    rank = stats.spearmanr(x, y).statistic
    assert abs(rank - 6 / np.pi * np.arcsin(0.35)) < 0.02
    mean = (np.sqrt(np.pi) / 2 + 3) / 2
    assert np.allclose(runs["wide"]["x"][0], mean + 2 * (x - mean), rtol=1e-12, atol=1e-12)
    assert np.allclose(runs["wide"]["y"][0], y + 1, rtol=1e-15)
    after = model.with_(shocks={"x": tb.weibull(2, 1), "y": other})
    assert "x" in str(tb.diff(model, after))
