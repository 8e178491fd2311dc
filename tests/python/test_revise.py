"""Revised bounds against SciPy's multivariate normal distribution, brute force, and the plan that is saved."""

import itertools
import json

import numpy as np
import pytest
from scipy import optimize, stats

import tinbergen as tb
from tinbergen.shell.cli import main

PATHS = 40_000


def gaussians(correlation, bounds, sides, sds):
    """Normal numbers around 0 with a bound each; `correlation` by pair."""
    names = [f"x{k}" for k in range(len(bounds))]
    return tb.Model(
        "gaussians",
        "2021..2021",
        indicators={name: tb.Indicator(equation=f"{name} ~ 0") for name in names},
        shocks={name: tb.normal(0, sd) for name, sd in zip(names, sds, strict=True)},
        correlations=dict(correlation),
        targets=[
            tb.Target(name, indicator=name, period=2021, **{side: bound})
            for name, bound, side in zip(names, bounds, sides, strict=True)
        ],
    )


CASES = [
    ((0.5, 1.0), (1.0, 2.0), {("x0", "x1"): 0.6}),
    ((0.2, 0.9, 1.4), (1.0, 0.5, 3.0), {("x0", "x1"): 0.5, ("x1", "x2"): 0.3, ("x0", "x2"): -0.2}),
]


def joint(eases, correlation):
    """The probability that every standard number lies below its ease."""
    size = len(eases)
    matrix = np.eye(size)
    for (a, b), value in correlation.items():
        i, j = int(a[1:]), int(b[1:])
        matrix[i, j] = matrix[j, i] = value
    found = stats.multivariate_normal(np.zeros(size), matrix, seed=1)
    return float(found.cdf(np.asarray(eases)))


@pytest.mark.parametrize(("bounds", "sds", "correlation"), CASES)
@pytest.mark.parametrize("spread", ["probability", "distance"])
def test_correlated_targets_have_the_multivariate_quantiles(bounds, sds, correlation, spread):
    # Floors: x >= bound is met by -x below -bound, of the same correlations.
    sides = ["at_least"] * len(bounds)
    model = gaussians(correlation, bounds, sides, sds)
    found = model.revise(0.8, spread=spread, paths=PATHS, seed=2)
    start = [-bound / sd for bound, sd in zip(bounds, sds, strict=True)]

    def short(at):
        eases = [at] * len(bounds) if spread == "probability" else [s + at for s in start]
        return joint(eases, correlation) - 0.8

    at = optimize.brentq(short, 0, 8, xtol=1e-4)
    eases = [at] * len(bounds) if spread == "probability" else [s + at for s in start]
    # The error of a quantile is below 0.008 standard deviations; of 6 of them, and 0.001 of rounding.
    for row, ease, sd in zip(found.table.rows(), eases, sds, strict=True):
        assert row["revised"] / sd == pytest.approx(-ease, abs=0.05)
        assert row["low"] <= row["revised"] * (1 + 1e-9) + 1e-3 * sd
        assert row["revised"] <= row["high"] + 1e-12
        assert row["single"] / sd == pytest.approx(stats.norm.ppf(0.2), abs=0.05)
    value, low, high = found.confirmed
    assert low < value < high
    # A difference of two estimates: 5 of its standard errors, sqrt(2 x 0.16 / 40,000) = 0.0028.
    assert value == pytest.approx(0.8, abs=0.014)


def test_no_tighter_place_on_the_line_is_enough_on_random_plans():
    # Brute force: every path's own place, and the number of paths met at each.
    random = np.random.default_rng(5)
    for trial in range(6):
        size = int(random.integers(2, 5))
        bounds, sds = random.uniform(0, 1.5, size), random.uniform(0.2, 3, size)
        sides = list(random.choice(["at_least", "above", "at_most", "below"], size))
        names = [f"x{k}" for k in range(size)]
        pairs = list(itertools.combinations(names, 2))
        correlation = {pair: float(random.uniform(-0.2, 0.4)) for pair in pairs}
        model = gaussians(correlation, bounds.tolist(), sides, sds.tolist())
        wanted = float(random.choice([0.5, 0.75, 0.9]))
        runs = model.simulate(800, seed=trial)
        paths = np.array([runs["baseline"][name][0] for name in names])
        signs = np.array([-1.0 if side in ("at_most", "below") else 1.0 for side in sides])
        lacking = (signs * bounds)[:, None] - signs[:, None] * paths
        for spread in ("probability", "distance"):
            found = runs.revise(wanted, spread=spread)
            gives = np.array([row["give"] for row in found.table.rows()])
            assert (lacking <= gives[:, None] + 1e-9).all(axis=0).mean() >= wanted
            if spread == "distance":
                needed = np.maximum(lacking / lacking.std(axis=1)[:, None], 0).max(axis=0)
                at = np.sort(needed)[int(np.ceil(wanted * 800)) - 1]
                assert gives / lacking.std(axis=1) == pytest.approx(np.full(size, at), abs=2e-3)
            else:
                ranks = np.array([(row[None, :] <= row[:, None]).mean(axis=1) for row in lacking])
                needed = np.where(lacking <= 0, 0, ranks).max(axis=0)
                at = np.sort(needed)[int(np.ceil(wanted * 800)) - 1]
                each = np.array(
                    [max(0.0, np.sort(row)[max(round(at * 800), 1) - 1]) for row in lacking]
                )
                assert gives / sds == pytest.approx(each / sds, abs=3e-3)


@pytest.fixture(scope="module")
def found(runs):
    return runs.revise(0.8, of="economy")


def test_the_revised_plan_is_saved_runs_and_is_explained(runs, found, tmp_path):
    file = tmp_path / "revised.toml"
    found.save(file)
    plan = tb.read_plan(file)
    assert plan == found.plan
    again = plan.simulate(runs.info["paths"], seed=found.confirmed_seed, scenarios=["baseline"])
    row = again.attainment().filter(target="economy", scenario="baseline")
    assert (row["probability"][0], row["low"][0], row["high"][0]) == found.confirmed
    differences = tb.explain(runs.model, plan, of="economy", paths=500, seed=1).differences
    addresses = {row["address"] for row in differences.rows()}
    assert addresses == {f"targets.{name}" for name in found.moved}
    assert {row["target"] for row in found.table.rows()} == set(
        runs.model.target_sets["economy"].targets
    )


def test_a_run_made_for_it_gives_the_same(plan):
    runs = plan.simulate(1000, seed=4, scenarios=["baseline"])
    one = plan.revise(0.7, of="economy", paths=1000, seed=4)
    other = runs.revise(0.7, of="economy")
    assert one.table["revised"].tolist() == other.table["revised"].tolist()
    assert one.confirmed == other.confirmed


def test_its_sentence_names_bounds_in_three_languages(found):
    n = len(found.moved)
    said = found.in_words()
    assert said.startswith(f"With these {n} bounds Economy is met in about ")
    assert "instead of" in said
    assert str(found) == said
    assert f"采用这{n}项目标值" in found.in_words("zh")
    assert f"Mit diesen {n} Zielwerten" in found.in_words("de")
    assert said.split("<table")[0][:20] in found._repr_html_()


def test_what_cannot_be_is_an_error_that_says_so(runs):
    with pytest.raises(tb.ModelError, match=r"hold\.gdp-2025: it is held, and met in "):
        runs.revise(0.8, of="economy", hold="gdp-2025")
    with pytest.raises(tb.ModelError, match="not some targets that are all to be met"):
        runs.revise(0.8, of="gdp-2025 or rd-share-2025")
    with pytest.raises(ValueError, match='spread: expected "probability" or "distance"'):
        runs.revise(0.8, spread="odds")
    with pytest.raises(
        ValueError, match='weights: they multiply standard deviations; say spread="distance"'
    ):
        runs.revise(0.8, weights={"gdp-2025": 2})
    with pytest.raises(tb.ModelError, match=r"weights\.gdp-2025: -1"):
        runs.revise(0.8, of="gdp-2025", spread="distance", weights={"gdp-2025": -1})


def test_runs_that_are_conditioned_weigh_their_paths(plan):
    tracked = plan.observe(tb.plans.outturns(), as_of="2023-04-14")
    runs = tracked.simulate(1000, seed=1, scenarios=["baseline"])
    found = runs.revise(0.8, of="economy")
    weights = runs["baseline"].weights
    assert found.found[0] >= 0.8
    # 5 standard errors of the difference of two shares of the effective paths.
    error = (2 * 0.16 / (1 / np.sum(weights**2))) ** 0.5
    assert abs(found.confirmed[0] - 0.8) < 5 * error
    plain = plan.simulate(1000, seed=1, scenarios=["baseline"]).revise(0.8, of="economy")
    assert plain.table["revised"].tolist() != found.table["revised"].tolist()


def test_the_command_writes_a_plan_a_table_and_a_chart(tmp_path, capsys, plan):
    file = tmp_path / "plan.toml"
    plan.save(file)
    asked = ["revise", str(file), "--of", "economy", "--paths", "500", "--seed", "1"]
    out, charts = tmp_path / "revised.toml", tmp_path / "out"
    assert main([*asked, "--out", str(out), "--charts", str(charts)]) == 0
    said = capsys.readouterr().out
    assert said.startswith("With these ")
    assert "instead of" in said
    assert tb.read_plan(out).targets != plan.targets
    assert (charts / "bounds.csv").exists()
    assert (charts / "revision.png").exists()
    assert main([*asked, "--json", "--spread", "distance", "--weight", "gdp-2025=2"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["confirmed"][0] > answer["before"][0]
    assert main([*asked, "--weight", "gdp-2025"]) == 2
    assert "expected TARGET=W" in capsys.readouterr().err
    assert main([*asked, "--out", str(file)]) == 2
    assert main([*asked, "--hold", "gdp-2025"]) == 2
    assert "it is held" in capsys.readouterr().err


def test_the_chart_has_both_bounds_of_each_target(runs, found):
    ax = found.plot()
    assert len(ax.get_yticklabels()) == len(found.moved)
    texts = [text.get_text() for text in ax.texts]
    row = found.table.filter(target="gdp-2025")
    assert f"{row['written'][0]:,.0f}" in texts
    met = runs.revise(0.05, of="gdp-2025")
    assert met.moved == ()
    assert "no bound" in met.in_words().lower()
    met.plot()


def test_no_path_is_no_proof_that_there_is_none():
    """A bound 4.5 standard deviations away: 3.4 in a million, of which 200 paths have none."""
    model = gaussians({}, [4.5], ["at_least"], [1.0])
    runs = model.simulate(200, seed=1)
    assert runs.attainment()["probability"].tolist() == [0.0, 0.0]
    said = {language: runs.revise(0.5).in_words(language) for language in ("en", "de", "zh")}
    # Wilson's interval of 0 of 200 ends at 1.9 %.
    assert "as it is written, in under 1 in 50:" in said["en"]
    assert "wie geschrieben in weniger als 1 von 50:" in said["de"]
    assert not any(
        word in text for text in said.values() for word in ("impossible", "unmöglich", "不可能")
    )
