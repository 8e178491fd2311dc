"""Robustness of levers, held against the definitions in plain NumPy and against closed forms.

Probabilities are within 4.5 of their standard errors of the truth: a false alarm in 7 of a million checks. Seeds are
fixed.
"""

import html

import numpy as np
import pytest
from scipy.stats import norm

import tinbergen as tb
from tinbergen.basics.language import LANGUAGES

PLACES = [0.0, 0.5, 1.0, 1.5, 2.0]
PATHS = 2000


def made(seed):
    """Return a plan, and the chance of its goal by lever, gain and loss: y = gain x - loss x^2 + noise >= 0.3."""
    rng = np.random.default_rng(seed)
    gains = rng.uniform(-1, 2, 4).round(3)
    scenarios = {
        f"s{k}": tb.Scenario([tb.Change(parameter="gain", set=float(gain))], label=f"World {k}")
        for k, gain in enumerate(gains)
    }
    model = tb.Model(
        "robust",
        "2021..2022",
        indicators={
            "y": tb.Indicator(equation="y ~ gain * push - loss * push^2"),
            "z": tb.Indicator(equation="z ~ 0.1 * push"),
        },
        parameters={"push": 0, "gain": 1, "loss": tb.normal(0.4, 0.0001)},
        shocks={"y": tb.normal(0, 1), "z": tb.normal(0, 1)},
        levers={"effort": tb.Lever("push", range=(0, 2), cost="3 * x", label="Effort")},
        targets=[
            tb.Target("y", indicator="y", period=2022, at_least=0.3),
            tb.Target("z", indicator="z", period=2022, at_least=-0.5),
        ],
        scenarios=scenarios,
    )
    return model, dict(zip(scenarios, gains.tolist(), strict=True))


def chance(push, gain, loss):
    return norm.sf(0.3 - gain * push + loss * push**2)


@pytest.mark.parametrize("seed", range(6))
def test_regret_and_satisficing_are_their_definitions(seed):
    model, gains = made(seed)
    rng = np.random.default_rng(100 + seed)
    losses = rng.uniform(0.1, 0.9, 3).round(3)
    wanted = float(rng.uniform(0.35, 0.75))
    found = model.robustness(
        wanted,
        of="y",
        levers={"effort": PLACES},
        scenarios=list(gains),
        futures={"loss": losses},
        paths=PATHS,
        seed=seed,
    )
    # Every setting in every future by a run of its own.
    p = np.empty((len(PLACES), len(gains) * len(losses)))
    for s, place in enumerate(PLACES):
        for f, (name, loss) in enumerate((name, loss) for name in gains for loss in losses):
            run = model.simulate(
                PATHS, seed=seed, scenarios=name, parameters={"push": place, "loss": loss}
            )
            p[s, f] = run.attainment().filter(target="y")["probability"][0]
            truth = chance(place, gains[name], loss)
            assert abs(p[s, f] - truth) < 4.5 * np.sqrt(truth * (1 - truth) / PATHS) + 1e-3
    cells = found.cells
    assert cells["probability"].reshape(p.shape).tolist() == p.tolist()
    regret = np.array([[max(p[:, f]) - p[s, f] for f in range(p.shape[1])] for s in range(len(p))])
    assert np.array_equal(cells["regret"].reshape(p.shape), regret)
    order = sorted(range(len(p)), key=lambda s: (max(regret[s]), 3 * PLACES[s]))
    assert found.table["setting"].tolist() == order
    for row in found.table.rows():
        s = row["setting"]
        assert row["effort"] == PLACES[s]
        assert row["cost"] == pytest.approx(3 * PLACES[s])
        assert row["max_regret"] == max(regret[s])
        assert regret[s][row["max_regret_in"]] == max(regret[s])
        assert row["satisficing"] == sum(x >= wanted for x in p[s]) / p.shape[1]
        assert row["satisficing_low"] <= row["satisficing"] <= row["satisficing_high"]
        assert row["worst"] == min(p[s]) == p[s][row["worst_in"]]
    assert found.best == {"effort": PLACES[order[0]]}
    assert found.futures["best"].tolist() == p.argmax(axis=0).tolist()
    assert found.futures["loss"].tolist() == losses.tolist() * len(gains)
    share = (p >= wanted).mean(axis=1)
    cheapest = min((s for s in range(len(p)) if share[s] == share.max()), key=PLACES.__getitem__)
    assert found.cheapest == ({"effort": PLACES[cheapest]} if share.max() > 0 else None)


@pytest.mark.parametrize("seed", range(6))
def test_the_largest_regret_is_that_of_closed_forms_within_its_error(seed):
    model, gains = made(50 + seed)
    found = model.robustness(
        0.6, of="y", levers={"effort": PLACES}, scenarios=list(gains), paths=20_000, seed=seed
    )
    truth = np.array([[chance(place, gain, 0.4) for gain in gains.values()] for place in PLACES])
    largest = (truth.max(axis=0) - truth).max(axis=1)
    for row in found.table.rows():
        # The error of the largest of several numbers is no more than the largest of their errors.
        error = 2 * np.sqrt(0.25 / 20_000)
        assert row["max_regret_error"] <= error + 1e-4
        assert abs(row["max_regret"] - largest[row["setting"]]) < 4.5 * error
    least = largest[found.table["setting"][0]]
    assert found.confirmed[0] <= least + 4.5 * 2 * np.sqrt(0.25 / 20_000)


def test_regret_under_other_random_numbers_is_not_that_of_the_choice():
    """Where levers do nothing, the best of many is best by chance, and its regret is a matter of chance."""
    model, _ = made(1)
    idle = model.add(parameters={"gain": 0, "loss": 0}, replace=True)
    found = idle.robustness(
        0.3, of="y", levers={"effort": PLACES}, scenarios="baseline", paths=500, seed=3
    )
    assert found.table["max_regret"].tolist() == [0.0] * len(PLACES)
    assert found.best == {"effort": 0.0}, "of equally good ones the cheapest"
    again = idle.robustness(
        0.3, of="y", levers={"effort": PLACES}, scenarios="baseline", paths=500, seed=3
    )
    assert again.confirmed == found.confirmed
    assert "the best in every one" in found.in_words("en")


def test_futures_have_scenarios_of_their_own_and_settings_are_rows():
    model, gains = made(2)
    found = model.robustness(
        0.5,
        of="y and z",
        settings={"effort": [0.0, 1.0]},
        futures={"scenario": ["s0", "s3", "s1"], "loss": [0.2, 0.3, 0.4]},
        paths=500,
        seed=1,
    )
    assert found.futures["scenario"].tolist() == ["s0", "s3", "s1"]
    assert found.futures["loss"].tolist() == [0.2, 0.3, 0.4]
    run = model.simulate(500, seed=1, scenarios="s3", parameters={"push": 1.0, "loss": 0.3})
    both = run.probability("y and z")["probability"][0]
    assert found.cells.filter(setting=1, future=1)["probability"][0] == both
    everything = model.robustness(of="y", levers={"effort": [0, 1]}, paths=200, seed=1)
    assert everything.futures["scenario"].tolist() == ["baseline", *gains]


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_told_in_words(language):
    model, gains = made(4)
    run = {"of": "y", "levers": {"effort": PLACES}, "paths": 500, "seed": 1}
    reached = model.robustness(0.4, scenarios=list(gains), futures={"loss": [0.2, 0.6]}, **run)
    text = reached.in_words(language)
    assert "{" not in text
    assert "Effort" in text
    assert "World" in text
    nowhere = model.robustness(0.999, scenarios=list(gains), **run)
    assert nowhere.cheapest is None
    assert "{" not in nowhere.in_words(language)
    assert html.escape(nowhere.in_words()) in nowhere._repr_html_()


def test_what_cannot_be_compared_is_refused_by_name():
    model, _ = made(5)
    with pytest.raises(ValueError, match="one setting alone"):
        model.robustness(of="y", levers={"effort": [1.0]})
    with pytest.raises(ValueError, match="give `levers`"):
        model.robustness(of="y")
    with pytest.raises(ValueError, match="between 0 and 1"):
        model.robustness(80, of="y", levers={"effort": [0, 1]})
    with pytest.raises(tb.ModelError, match='unknown lever "efort"; did you mean "effort"'):
        model.robustness(of="y", levers={"efort": [0, 1]})
    with pytest.raises(tb.ModelError, match="outside of its range, from 0 to 2"):
        model.robustness(of="y", levers={"effort": [0, 3]})
    with pytest.raises(tb.ModelError, match='unknown target or set "x"'):
        model.robustness(of="x", levers={"effort": [0, 1]}, paths=10)
    with pytest.raises(tb.ModelError, match="which is given a number too"):
        model.robustness(of="y", levers={"effort": [0, 1]}, futures={"push": [1.0]}, paths=10)
    with pytest.raises(ValueError, match="leave `scenarios` out"):
        model.robustness(
            of="y", levers={"effort": [0, 1]}, futures={"scenario": ["s0"]}, scenarios="s1"
        )


def test_a_goal_alone_is_swept_as_it_is_among_all(plan):
    """The same numbers to the bit, also of a combination, and where less is computed for it."""
    asked = {"trend_growth": [0.05, 0.07], "rd_drift": [0.08, 0.12]}
    run = {"scenarios": ["baseline", "global_downturn"], "paths": 300, "seed": 2}
    whole = plan.sweep(asked, **run)
    for of in ("gdp-2025", "economy", "all"):
        alone = plan.sweep(asked, of=of, **run)
        assert alone.attainment()["target"].tolist() == [of] * len(alone)
        for name in ("probability", "low", "high", "undefined", "h05", "h50"):
            found = alone.attainment()[name]
            there = whole.attainment().filter(target=of)[name]
            assert np.array_equal(found, there, equal_nan=True), (of, name)
    either = plan.sweep(asked, of="gdp-2025 or rd-share-2025", indicators="gdp", **run)
    for setting in range(len(either)):
        values = {name: either.settings[name][setting] for name in asked}
        scenario = str(either.settings["scenario"][setting])
        runs = plan.simulate(300, seed=2, scenarios=scenario, parameters=values)
        wanted = runs.probability("gdp-2025 or rd-share-2025")["probability"][0]
        assert either.probability("gdp-2025 or rd-share-2025")[setting] == wanted
        mean = runs[scenario]["gdp"][9].mean()
        assert either.mean("gdp", 2030)[setting] == pytest.approx(mean, rel=1e-12)
    with pytest.raises(tb.UnknownNameError):
        either.probability("gdp-2025")


def test_settings_that_are_not_there_are_refused_by_the_argument():
    model, _ = made(5)
    run = {"of": "y", "paths": 10, "seed": 1}
    there = {"effort": [0, 1]}
    wrong = {
        r'^levers: no lever is named; .*\("effort"': {"levers": {}},
        r'^settings: no lever is named; .*"effort"': {"settings": {}},
        "^levers.effort: no number to try; give one": {"levers": {"effort": []}},
        "^settings.effort: no number to try; give one": {"settings": {"effort": []}},
        "^settings: one setting alone": {"settings": {"effort": [1]}},
        "^scenarios: no scenario .* leave it out": {"levers": there, "scenarios": []},
        "^futures: no parameter is named": {"levers": there, "futures": {}},
        "^futures.push: no number to try": {"levers": there, "futures": {"push": []}},
        "^futures: they have no row": {"levers": there, "futures": {"scenario": []}},
        '^settings: unknown lever "efort"; did you mean "effort"': {"settings": {"efort": [0, 1]}},
        r'^futures: unknown parameter "pusch"; did you mean "push"\?$': {
            "levers": there,
            "futures": {"pusch": [0, 1, 2]},
        },
    }
    for message, asked in wrong.items():
        with pytest.raises(ValueError, match=message):
            model.robustness(**asked, **run)
    with pytest.raises(TypeError, match=r"^levers: expected names with the numbers to try"):
        model.robustness(levers=["effort"], **run)
    swept = {
        '^parameters: unknown parameter "pusch"; did you mean "push"': {"parameters": {"pusch": 1}},
        '^levers: unknown lever "efort"; did you mean "effort"': {"levers": {"efort": [1]}},
        '^settings: unknown parameter or lever "efort"': {"settings": {"efort": [1]}},
        "^parameters.push: no number to try": {"parameters": {"push": []}},
        "^settings: they have no row": {"settings": {}},
        "^scenarios: no scenario was asked for": {"parameters": {"push": 1}, "scenarios": []},
        '^indicators: unknown indicator "yy"; did you mean "y"': {"indicators": "yy"},
    }
    for message, asked in swept.items():
        with pytest.raises(ValueError, match=message):
            model.sweep(**asked, **run)
