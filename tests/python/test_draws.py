"""Joint draws: what samplers give becomes rows, of which a path takes one."""

import pickle
from types import SimpleNamespace

import numpy as np
import pandas as pd
import polars as pl
import pytest

import tinbergen as tb


@pytest.fixture
def rows():
    rng = np.random.default_rng(1)
    level = rng.normal(0.06, 0.01, 400)
    return np.column_stack([level, 0.9 - 6 * level + rng.normal(0, 0.05, 400)])


def model_of(draws, **more):
    return tb.Model(
        "joint",
        "2021..2023",
        indicators={
            "x": tb.Indicator(equation="x ~ level + persistence * x[-1]", history={2020: 1.0}),
            "level_seen": tb.Indicator(equation="level_seen = level"),
            "persistence_seen": tb.Indicator(equation="persistence_seen = persistence"),
        },
        draws={"fit": draws},
        shocks={"x": tb.normal(0, 0.01)},
        **more,
    )


NAMES = ["level", "persistence"]


def test_every_path_has_a_row_of_the_table(rows):
    runs = model_of(tb.Draws(rows, parameters=NAMES)).simulate(2000, seed=3)
    found = np.column_stack([runs["baseline"][f"{name}_seen"][0] for name in NAMES])
    places = {tuple(row): k for k, row in enumerate(rows)}
    counts = np.bincount([places[tuple(row)] for row in found], minlength=400)
    # 400 rows, 5 paths each on average: chi squared with 399 degrees; false alarm below 1e-6.
    assert ((counts - 5) ** 2 / 5).sum() < 399 + 5 * np.sqrt(2 * 399)


class _Variable:
    def __init__(self, dims, values):
        self.dims, self.values = dims, values


def _arviz(rows):
    """What InferenceData and DataTree have in common."""
    chains = rows.reshape(4, 100, 2)
    posterior = SimpleNamespace(
        data_vars={
            "level": _Variable(("chain", "draw"), chains[:, :, 0]),
            "beta": _Variable(("draw", "chain", "k"), np.swapaxes(chains[:, :, 1:], 0, 1)),
        }
    )
    return SimpleNamespace(posterior=posterior)


def test_rows_come_from_whatever_samplers_give(rows):
    expected = tb.Draws(rows, parameters=NAMES)
    frame = pd.DataFrame(rows, columns=NAMES)
    assert tb.Draws(frame) == expected
    assert tb.Draws(frame.assign(lp__=1.0, chain=0, draw=range(400))) == expected
    assert tb.Draws(pl.from_pandas(frame)) == expected
    assert tb.Draws(dict(zip(NAMES, rows.T, strict=True))) == expected
    renamed = {"level": "level", "beta_0": "persistence"}
    assert tb.Draws(_arviz(rows), parameters=renamed) == expected
    assert (
        tb.Draws(
            _arviz(rows).posterior.__class__(
                data_vars=_arviz(rows).posterior.data_vars, dims=("chain", "draw", "k")
            ),
            parameters=renamed,
        )
        == expected
    )
    stan = {"level": rows[:, 0], "beta": rows[:, 1:]}
    assert tb.Draws(SimpleNamespace(stan_variables=lambda: stan), parameters=renamed) == expected
    assert tb.Draws(SimpleNamespace(get_samples=lambda: stan), parameters=renamed) == expected
    columns = frame.rename(columns={"persistence": "beta[0]"})
    assert tb.Draws(columns).parameters == ("level", "beta_0")
    fit = SimpleNamespace(param_names=("level", "beta"), to_frame=lambda: columns)
    assert tb.Draws(fit, parameters=renamed) == expected


def test_arviz_itself_is_understood(rows):
    az = pytest.importorskip("arviz")
    data = az.from_dict(
        {"posterior": {"level": rows[:, 0].reshape(4, 100), "beta": rows[:, 1].reshape(4, 100)}}
    )
    found = tb.Draws(data, parameters={"level": "level", "beta": "persistence"})
    assert found == tb.Draws(rows, parameters=NAMES)


@pytest.mark.parametrize(
    ("data", "options", "message"),
    [
        ("fit.csv", {}, "expected draws of parameters"),
        (3, {}, "expected draws of parameters"),
        (np.zeros((2, 2)), {}, "an array has no names"),
        (np.zeros((2, 2)), {"parameters": ["a"]}, "1 names for 2 columns"),
        (np.zeros((2, 2)), {"parameters": ["a", "a"]}, "'a' is there twice"),
        (np.zeros(3), {"parameters": ["a"]}, "a row for each draw"),
        ({"a": [1.0], "b": [1.0, 2.0]}, {}, "2 numbers, and 1 of 'a'"),
        ({"a": [1.0, float("nan")]}, {}, "found nan in row 1"),
        ({"a": ["x"]}, {}, "not all of them are numbers"),
        ({"a": []}, {}, "there is no row"),
        ({"lp__": [1.0]}, {}, "there is no parameter"),
        ({"alpha": [1.0]}, {"parameters": ["alhpa"]}, 'did you mean "alpha"'),
        ({"alpha": [1.0]}, {"parameters": "alpha"}, "a list of names"),
        ({"b[0]": [1.0], "b_0": [1.0]}, {}, "'b_0' is there twice"),
    ],
)
def test_what_is_no_table_of_draws_says_what_is_wrong(data, options, message):
    with pytest.raises((TypeError, ValueError, LookupError), match=None) as caught:
        tb.Draws(data, **options)
    assert message in str(caught.value)


def test_draws_never_change(rows):
    draws = tb.Draws(rows, parameters=NAMES, label={"en": "posterior"}, source="fit of 2020")
    with pytest.raises(AttributeError, match="never change"):
        draws.label = "x"
    with pytest.raises(ValueError, match="read-only"):
        draws.rows[0, 0] = 1
    assert pickle.loads(pickle.dumps(draws)) == draws
    assert hash(draws) == hash(tb.Draws(rows, parameters=NAMES))
    assert len(draws.thinned(100)) == 100


def test_a_model_with_draws_is_saved_and_read_without_loss(rows, tmp_path):
    model = model_of(tb.Draws(rows, parameters=NAMES, label={"en": "fit"}, source="here"))
    assert tb.Model.from_toml(model.to_toml()) == model
    assert tb.read_plan(model.save(tmp_path / "plan.toml")) == model
    assert [file.name for file in tmp_path.iterdir()] == ["plan.toml"]
    many = np.repeat(rows, 4, axis=0)
    large = model.with_(draws={"fit": tb.Draws(many, parameters=NAMES)})
    with pytest.raises(tb.ModelError, match=r"draws\.fit: a plan file has at most 1000 rows"):
        large.to_toml()
    assert tb.read_plan(large.save(tmp_path / "large.toml")) == large
    table = tmp_path / "large.fit.csv"
    assert np.array_equal(pd.read_csv(table).to_numpy(), many)
    table.write_text(table.read_text().replace("0.06", "0.07"))
    with pytest.raises(
        tb.ModelError, match=r"draws\.fit\.sha256: .* is not the table of this plan"
    ):
        tb.read_plan(tmp_path / "large.toml")


def test_runs_are_pickled_and_archived_with_their_draws(rows, tmp_path):
    many = np.repeat(rows, 3, axis=0)
    runs = model_of(tb.Draws(many, parameters=NAMES)).simulate(200, seed=1)
    again = pickle.loads(pickle.dumps(runs))
    assert np.array_equal(again["baseline"]["x"], runs["baseline"]["x"])
    first = runs.archive(tmp_path / "first")
    assert first.verify().ok
    assert (tmp_path / "first" / "plan.fit.csv").is_file()
    assert first.model == runs.model
    other = model_of(tb.Draws(rows, parameters=NAMES)).simulate(200, seed=1)
    second = other.archive(tmp_path / "second")
    found = tb.compare_rounds(first, second).differences
    assert found["address"].tolist() == ["draws.fit"]
    table = tmp_path / "first" / "plan.fit.csv"
    table.write_text(table.read_text() + "0.1,0.2\n")
    assert "plan.fit.csv: was changed" in str(first.verify())


def test_a_block_is_one_part_of_an_explanation(rows):
    target = tb.Target("grown", indicator="x", period=2023, at_least=0.27)
    before = model_of(tb.Draws(rows[:200], parameters=NAMES), targets=[target])
    after = model_of(tb.Draws(rows[200:] + np.array([0.01, 0]), parameters=NAMES), targets=[target])
    found = tb.explain(before, after, of="grown", paths=2000, seed=1)
    change = after.simulate(2000, seed=1).attainment()["probability"][0]
    change -= before.simulate(2000, seed=1).attainment()["probability"][0]
    assert found.differences["address"].tolist() == ["draws.fit"]
    assert found.exact == {"parameters": pytest.approx(change, abs=1e-12)}


def test_questions_about_parameters_know_those_of_draws(rows):
    target = tb.Target("grown", indicator="x", period=2023, at_least=0.27)
    model = model_of(
        tb.Draws(rows, parameters=NAMES),
        targets=[target],
        levers={"level": tb.Lever("level", range=(0.0, 0.2))},
        scenarios={"more": tb.Scenario([tb.Change(parameter="level", add=0.01)])},
    )
    runs = model.simulate(2000, seed=1)
    assert "level" in runs.requirements("grown").to_pandas()["name"].tolist()
    assert model.multipliers("level", of="x")["dynamic"].tolist()[0] == pytest.approx(1.0)
    assert "draws fit" in str(model.simulate(10, seed=1, parameters={"level": 0.05}).notes)
    with pytest.raises(ValueError, match='draws "fit"'):
        runs.most_likely("grown")
    with pytest.raises(
        tb.ModelError, match=r'correlations\."level, other": parameter "level" is drawn'
    ):
        model.with_(
            parameters={"other": tb.normal(0, 1)}, correlations={("level", "other"): 0.5}
        ).simulate(2)
