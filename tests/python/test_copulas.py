"""Student-t copulas against SciPy and the closed form of tail dependence."""

import numpy as np
import pytest
from scipy import stats

import tinbergen as tb


def pair(df, r, paths, *, kind="shock", seed=1):
    """Draw two standard normals by a copula; give their uniforms, shape (2, paths)."""
    drawn = {"a": tb.normal(0, 1), "b": tb.normal(0, 1)}
    shocks = kind == "shock"
    equations = {n: f"{n}_ ~ shock({n})" if shocks else f"{n}_ = {n}" for n in drawn}
    model = tb.Model(
        "tails",
        "2021",
        indicators={f"{n}_": tb.Indicator(equation=text) for n, text in equations.items()},
        shocks={
            **(drawn if shocks else {}),
            **({"a_": tb.normal(0, 0), "b_": tb.normal(0, 0)} if shocks else {}),
        },
        parameters={} if shocks else drawn,
        correlations={("a", "b"): r} if r else {},
        copulas={"tails": tb.Copula(["b", "a"], df=df)},
    )
    runs = model.simulate(paths, seed=seed)
    return stats.norm.cdf(np.array([runs["baseline"][f"{n}_"][0] for n in drawn]))


@pytest.mark.parametrize(
    ("df", "r", "kind"), [(3, 0.5, "shock"), (6.5, -0.3, "parameter"), (1, 0, "shock")]
)
def test_the_joint_distribution_is_that_of_scipy(df, r, kind):
    paths = 200_000
    u = pair(df, r, paths, kind=kind)
    for margin in u:
        assert stats.kstest(margin, "uniform").pvalue > 1e-6
    t = stats.multivariate_t(shape=[[1, r], [r, 1]], df=df, seed=1)
    for a, b in ((0.05, 0.05), (0.05, 0.95), (0.3, 0.6), (0.01, 0.02), (0.9, 0.9)):
        expected = t.cdf(stats.t.ppf([a, b], df), maxpts=200_000, random_state=1)
        found = np.mean((u[0] < a) & (u[1] < b))
        # Six standard errors, and the error of SciPy's integral; false alarm below 1e-8 each.
        assert abs(found - expected) < 6 * np.sqrt(expected * (1 - expected) / paths) + 1e-4


@pytest.mark.parametrize(("df", "r"), [(2, 0.5), (4, 0.0), (4, 0.7)])
def test_tail_dependence_is_that_of_the_closed_form(df, r):
    paths, q = 2_000_000, 0.002
    u = pair(df, r, paths, seed=3)
    limit = 2 * stats.t.cdf(-np.sqrt((df + 1) * (1 - r) / (1 + r)), df + 1)
    for tail in (u < q, u > 1 - q):
        found = np.mean(tail[0] & tail[1]) / q
        # The share converges to the limit from above, as q^(2 / df): near it at 2 in 1,000.
        error = 6 * np.sqrt(limit / (q * paths))
        assert limit - error < found < limit + error + 1.2 * q ** (2 / df)
    # Without the copula there is none: a Gaussian pair of the same correlation.
    gauss = stats.multivariate_normal(cov=[[1, r], [r, 1]]).cdf(stats.norm.ppf([q, q])) / q
    assert np.mean((u[0] < q) & (u[1] < q)) / q > gauss + 6 * np.sqrt(limit / (q * paths))


def test_with_many_degrees_of_freedom_it_is_the_gaussian_copula():
    u = pair(1000, 0.5, 50_000)
    z = stats.norm.ppf(u)
    # Standard error 0.75 / sqrt(n) = 0.0034; false alarm below 1e-6.
    assert np.corrcoef(z)[0, 1] == pytest.approx(0.5, abs=0.017)


def test_a_copula_leaves_all_other_numbers_as_they_are():
    shocks = {n: tb.student_t(0, 1, 5) for n in ("a", "b", "c")}
    indicators = {n: tb.Indicator(equation=f"{n} ~ 0") for n in shocks}
    model = tb.Model("m", "2021..2023", indicators=indicators, shocks=shocks)
    tied = model.with_(copulas={"tails": tb.Copula(["a", "b"], df=3)})
    for design in ("random", "antithetic"):
        one = model.simulate(50, seed=2, design=design)["baseline"]
        other = tied.simulate(50, seed=2, design=design)["baseline"]
        assert np.array_equal(one["c"], other["c"])
        assert not np.array_equal(one["a"], other["a"])
    assert np.array_equal(
        tied.simulate(50, seed=2, threads=1)["baseline"]["a"],
        tied.simulate(200, seed=2, threads=2)["baseline"]["a"][:, :50],
    )


def test_a_model_with_a_copula_is_written_without_loss_and_not_observed():
    model = tb.Model(
        "m",
        "2021..2023",
        indicators={n: tb.Indicator(equation=f"{n} ~ 0") for n in "ab"},
        shocks={n: tb.normal(0, 1) for n in "ab"},
        copulas={"tails": tb.Copula(["a", "b"], df=3, source="page 3", label={"en": "Tails"})},
    )
    assert tb.Model.from_toml(model.to_toml()) == model
    known = {"indicator": ["a"], "period": [2021], "value": [0.3], "vintage": ["2022-03-01"]}
    with pytest.raises(ValueError, match=r"copulas\.tails: a run is conditioned on actual values"):
        model.observe(known)
    found = tb.diff(model, model.with_(copulas={}))
    assert found["address"].tolist() == ["copulas.tails"]
