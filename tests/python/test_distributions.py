"""Distributions by themselves, against SciPy: quantiles, probabilities, draws; and those of SciPy taken."""

import numpy as np
import pytest
from scipy import stats

import tinbergen as tb

OURS = {
    "norm": (tb.normal(0.3, 2.0), stats.norm(0.3, 2.0)),
    "t": (tb.student_t(1.0, np.sqrt(5 / 3), 5), stats.t(5, 1.0)),
    "lognorm": (
        tb.lognormal(np.exp(0.2 + 0.045), np.exp(0.245) * np.sqrt(np.expm1(0.09))),
        stats.lognorm(0.3, scale=np.exp(0.2)),
    ),
    "uniform": (tb.uniform(-1, 3), stats.uniform(-1, 4)),
    "triang": (tb.triangular(0, 1, 4), stats.triang(0.25, 0, 4)),
    "beta": (tb.beta(2, 5, -1, 3), stats.beta(2, 5, -1, 4)),
    "gamma": (tb.gamma(2.5, 1.5), stats.gamma(2.5, scale=1.5)),
    "weibull_min": (tb.weibull(1.7, 3), stats.weibull_min(1.7, scale=3)),
    "poisson": (tb.poisson(3.7), stats.poisson(3.7)),
    "bernoulli": (tb.bernoulli(0.3), stats.bernoulli(0.3)),
    "truncnorm": (
        tb.truncated(tb.normal(0.5, 2.0), min=0.0, max=3.0),
        stats.truncnorm(-0.25, 1.25, 0.5, 2.0),
    ),
    "halfnorm": (tb.truncated(tb.normal(1.0, 2.0), min=1.0), stats.halfnorm(1.0, 2.0)),
    "expon": (tb.gamma(1, 2.5), stats.expon(scale=2.5)),
    "erlang": (tb.gamma(3, 0.5), stats.erlang(3, scale=0.5)),
    "chi2": (tb.gamma(1.5, 2), stats.chi2(3)),
    "rayleigh": (tb.weibull(2, 2 * np.sqrt(2)), stats.rayleigh(scale=2)),
    "randint": (tb.empirical(range(1, 7)), stats.randint(1, 7)),
    "custom": (
        tb.discrete([1, 4, 9], [0.2, 0.5, 0.3]),
        stats.rv_discrete(values=([1, 4, 9], [0.2, 0.5, 0.3])),
    ),
}
P = np.array([1e-12, 1e-6, 0.013, 0.1, 0.25, 0.5, 0.77, 0.9, 0.999, 1 - 1e-6])


@pytest.mark.parametrize("name", OURS)
def test_quantiles_and_probabilities_are_those_of_scipy(name):
    ours, theirs = OURS[name]
    expected = theirs.ppf(P)
    assert ours.quantile(P) == pytest.approx(expected, rel=1e-9, abs=1e-9)
    x = np.concatenate([expected, expected + 0.3, expected - 0.4])
    assert ours.cdf(x) == pytest.approx(theirs.cdf(x), rel=1e-10, abs=1e-14)


@pytest.mark.parametrize("name", OURS)
def test_a_distribution_of_scipy_is_taken_wherever_one_is(name):
    ours, theirs = OURS[name]
    for taken in (
        tb.Parameter(theirs).value,
        tb.Shock(theirs).distribution,
        tb.Quantity(theirs).value,
        tb.Event(0.1, size={"x": theirs}).size["x"],
        tb.Indicator(history={2020: theirs}).history[2020],
        tb.mixture([(1, theirs)]).components[0].distribution,
        tb.Change(parameter="a", set=theirs).set,
    ):
        assert type(taken) is type(ours)
        assert taken.quantile(P) == pytest.approx(theirs.ppf(P), rel=1e-9, abs=1e-9)
    assert tb.Model("m", 2021, parameters={"a": theirs}).parameters["a"].value == taken


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (stats.cauchy(0, 1), "found SciPy's cauchy, which has no exact counterpart"),
        (stats.norm, r"found SciPy's norm, .* pass it with its parameters, scipy.stats.norm"),
        (stats.gamma(2, loc=1), "SciPy's gamma: it is shifted by loc = 1"),
        (stats.t(2), "SciPy's t: df = 2 has no standard deviation"),
        (stats.norm([0, 1], 1), "SciPy's norm has an array for loc"),
    ],
)
def test_what_has_no_counterpart_is_refused_by_name(given, message):
    with pytest.raises(TypeError, match=message):
        tb.Parameter(given)
    with pytest.raises(TypeError, match=message):
        tb.Shock(given)


def test_the_new_classes_of_scipy_are_taken():
    if not hasattr(stats, "Normal"):
        pytest.skip("SciPy before 1.15")
    assert tb.Parameter(stats.Normal(mu=1.0, sigma=2.0)).value == tb.normal(1, 2)
    assert tb.Parameter(stats.Uniform(a=1.0, b=2.0)).value == tb.uniform(1, 2)


KINDS = {
    **{name: ours for name, (ours, _) in OURS.items()},
    "two_piece_normal": tb.two_piece_normal(0, 0.02, -0.005),
    "pert": tb.pert(0, 1, 4),
    "smooth": tb.empirical([1, 2, 5, 9], smooth=True),
    "elicited": tb.elicited(q10=2.2, q50=2.6, q90=3.4),
    "mixture": tb.mixture([(0.9, tb.normal(2, 1)), (0.1, tb.uniform(5, 9))]),
}


def test_every_kind_is_here():
    assert {kind.kind for kind in KINDS.values()} == {
        kind.kind for kind in tb.Distribution.__subclasses__()
    }


@pytest.mark.parametrize("name", KINDS)
def test_quantiles_and_probabilities_are_each_others_way_back(name):
    kind = KINDS[name]
    p = (np.arange(200) + 0.5) / 200
    x = kind.quantile(p)
    assert (np.diff(x) >= 0).all()
    assert (kind.cdf(x) >= p - 1e-9).all()
    assert (kind.cdf(np.nextafter(x, -np.inf) - 1e-9 * (1 + abs(x))) <= p + 1e-9).all()
    low, high = kind.quantile([0.0, 1.0])
    assert kind.cdf(high) == 1.0
    assert np.isnan(kind.cdf(np.nan))
    assert kind.cdf([-np.inf, np.inf]).tolist() == [0.0, 1.0]
    assert low <= x[0]
    assert kind.quantile(0.3).__class__ is float
    assert kind.quantile([[0.1, 0.2], [0.3, 0.4]]).shape == (2, 2)


@pytest.mark.parametrize("name", KINDS)
def test_draws_are_those_of_the_distribution(name):
    kind = KINDS[name]
    drawn = kind.sample(20_000, seed=5)
    assert np.array_equal(drawn[:100], kind.sample(100, seed=5))
    assert not np.array_equal(drawn, kind.sample(20_000, seed=6))
    # The distance of Kolmogorov and Smirnov; false alarm below 1e-6 for each kind.
    x = np.unique(drawn)
    distance = np.abs(np.searchsorted(np.sort(drawn), x, side="right") / 20_000 - kind.cdf(x)).max()
    assert distance < 2.7 / np.sqrt(20_000)


def test_far_tails_are_right():
    assert tb.normal(0, 1).quantile(1e-100) == pytest.approx(stats.norm.ppf(1e-100), rel=1e-10)
    assert tb.student_t(0, 1, 3).quantile(1e-30) == pytest.approx(
        stats.t(3, 0, np.sqrt(1 / 3)).ppf(1e-30), rel=1e-8
    )
    assert tb.gamma(2, 1).quantile(1e-40) == pytest.approx(stats.gamma(2).ppf(1e-40), rel=1e-8)


def test_what_cannot_be_asked_says_so():
    with pytest.raises(ValueError, match=r"p: expected probabilities from 0 to 1, found 1\.2"):
        tb.normal(0, 1).quantile([0.1, 1.2])
    with pytest.raises(ValueError, match="found nan"):
        tb.normal(0, 1).quantile(np.nan)
    with pytest.raises(tb.ModelError, match=r"normal\.sd: expected a number of at least 0"):
        tb.normal(0, -1).cdf(0)
    with pytest.raises(ValueError, match="n: expected a number of draws"):
        tb.normal(0, 1).sample(-1)
    with pytest.raises(ValueError, match="seed: expected a whole number"):
        tb.normal(0, 1).sample(1, seed=-1)
    assert len(tb.normal(0, 1).sample(5)) == 5


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_kind_is_drawn(name, language):
    pytest.importorskip("matplotlib")
    from matplotlib import pyplot as plt

    axes = KINDS[name].plot(language=language)
    assert axes.get_title(loc="left")
    plt.close(axes.figure)
