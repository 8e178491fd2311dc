"""Runs are pickled by recipe: made again they are the same to the bit, or an error says why not."""

import copy
import json
import multiprocessing
import pickle
import re
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from elsewhere import median_and_back
from hypothesis import given, settings
from hypothesis import strategies as st

import tinbergen as tb
from tinbergen import _core
from tinbergen.results import recipe as recipes
from tinbergen.results.recipe import runs_again

DESIGNS = ("random", "antithetic", "lhs", "sobol")


def again(thing):
    return pickle.loads(pickle.dumps(thing))


def same_paths(a, b):
    assert a.indicators == b.indicators
    assert a.periods == b.periods
    assert a.scenario == b.scenario
    for name in a.indicators:
        assert np.array_equal(a[name], b[name], equal_nan=True), name
    assert (a.weights is None) == (b.weights is None)
    if a.weights is not None:
        assert np.array_equal(a.weights, b.weights)
    assert a.evidence == b.evidence
    assert a.failures() == b.failures()
    assert a.broken() == b.broken()


def same_runs(a, b):
    assert list(a) == list(b)
    for name in a:
        same_paths(a[name], b[name])
    assert a.attainment() == b.attainment()
    drop = ("threads",)
    assert {k: v for k, v in a.info.items() if k not in drop} == {
        k: v for k, v in b.info.items() if k not in drop
    }
    assert a.model == b.model
    assert list(a.notes) == list(b.notes)


@pytest.fixture(scope="module")
def tracked(plan):
    return plan.observe(tb.plans.outturns(), as_of="2023-04-14")


@pytest.fixture(scope="module")
def plan():
    return tb.plans.yuecheng()


@pytest.mark.parametrize(
    "asked",
    [
        {"paths": 50, "seed": 1},
        {"paths": 50},
        {"paths": 10, "seed": 2**64 - 1, "keep": ["gdp"]},
        {"paths": 10, "seed": 0, "keep": []},
        {"paths": 20, "seed": 3, "scenarios": "slump"},
        {"paths": 20, "seed": 3, "scenarios": ["slump", "baseline"], "threads": 1},
        {"paths": 16, "seed": 3, "parameters": {"trend": 0.1 + 0.2}},
        {"paths": 64, "seed": 3, "until": 0.05, "until_of": "gdp-2025", "most_paths": 2048},
        *({"paths": 32, "seed": 4, "design": design} for design in DESIGNS),
    ],
    ids=str,
)
def test_runs_come_back_to_the_bit(model, asked):
    runs = model.simulate(**asked)
    same_runs(again(runs), runs)
    for name in runs:
        same_paths(again(runs[name]), runs[name])


@pytest.mark.parametrize("design", DESIGNS)
def test_an_ensemble_alone_is_what_it_was_among_others(plan, tracked, design):
    for source in (plan, tracked):
        runs = source.simulate(128, seed=5, design=design, keep=["gdp", "rd_share"])
        ensemble = runs["global_downturn"]
        assert ensemble._recipe.settings["scenarios"] == ["global_downturn"]
        same_paths(again(ensemble), ensemble)
    same_paths(again(runs["mixture"]), runs["mixture"])


def test_tracked_models_and_what_they_simulate_come_back(plan, tracked):
    twice = again(tracked)
    assert twice.known.table == tracked.known.table
    assert twice.model == tracked.model
    asked = {"paths": 200, "seed": 6, "scenarios": "baseline"}
    runs = tracked.simulate(**asked)
    same_runs(twice.simulate(**asked), runs)
    same_runs(again(runs), runs)
    assert again(runs).surprises() == runs.surprises()
    measured = {
        "indicator": ["gdp", "gdp"],
        "period": ["2021", "2022"],
        "value": [1234.5678901234567, 1300.1],
        "vintage": ["2022-03-01", "2023-03-01"],
        "relative_sd": [0.012345678901234567, 0.01],
        "source": ['a "yearbook", part 2', ""],
    }
    other = plan.observe(measured, least_effective=7)
    runs = other.simulate(100, seed=7, scenarios="baseline", keep="gdp")
    same_runs(again(runs), runs)
    moved = tracked.simulate(100, seed=8, scenarios="baseline", basis="new boundary", keep="gdp")
    same_runs(again(moved), moved)


def test_paths_that_failed_come_back_as_such():
    broken = tb.Model(
        "breaks",
        "2021..2022",
        indicators={
            "x": tb.Indicator(history={2020: 1.0}, equation="x ~ 0 * x[-1]"),
            "y": tb.Indicator(equation="y = log(x)"),
        },
        shocks={"x": tb.normal(0, 1)},
        failed_paths=1.0,
    )
    runs = broken.simulate(200, seed=1)
    assert np.isnan(runs["baseline"]["y"]).any()
    same_runs(again(runs), runs)


def test_not_a_number_has_one_hash_whatever_its_bits():
    bits = np.array([0x7FF8000000000000, 0xFFF8000000000001, 0x3FF0000000000000], dtype=np.uint64)
    odd, plain = bits.view(np.float64), np.array([np.nan, np.nan, 1.0])
    hashes = []
    for numbers in (odd, plain):
        found = recipes.hash_of_paths([])
        recipes.add_numbers(found, numbers)
        hashes.append(found.hexdigest())
    assert hashes[0] == hashes[1]


def test_the_hash_sees_every_path_weight_and_share(model):
    runs = model.simulate(8, seed=1)
    same = model.simulate(8, seed=1)
    assert runs._sha256 == same._sha256
    others = (
        model.simulate(8, seed=2),
        model.simulate(9, seed=1),
        model.simulate(8, seed=1, keep="gdp"),
        model.simulate(8, seed=1, scenarios="slump"),
    )
    assert runs._sha256 not in {other._sha256 for other in others}
    without = [m.simulate(64, seed=1, keep=[]) for m in (model, model.with_(failed_paths=0.5))]
    assert without[0]._sha256 == without[1]._sha256
    stricter = [tb.Target("gdp-2025", indicator="gdp", period=2025, at_least=1400)]
    moved = model.with_(targets=stricter, target_sets={}).simulate(64, seed=1, keep=[])
    looser = [tb.Target("gdp-2025", indicator="gdp", period=2025, at_least=1200)]
    loose = model.with_(targets=looser, target_sets={}).simulate(64, seed=1, keep=[])
    assert moved._sha256 != loose._sha256  # no paths, but other shares


def test_copies_are_the_thing_itself_since_it_never_changes(model, model_runs, tracked):
    for thing in (model_runs, model_runs["slump"], model_runs["mixture"], tracked):
        assert copy.copy(thing) is thing
        assert copy.deepcopy(thing) is thing
        assert copy.deepcopy({"a": [thing]})["a"][0] is thing
    assert copy.deepcopy(model) == model
    assert copy.copy(model) == model


def test_a_model_and_its_runs_keep_what_the_importer_said():
    text = "y = 0.5 * y(-1) + g\nz = no_such_function(y)\n"
    data = {"period": [2020, 2021, 2022, 2023], "g": [1.0] * 4, "y": [2.0, np.nan, np.nan, np.nan]}
    model = tb.read_eviews(text, data=_frame(data), periods="2021..2023")
    assert len(model.notes)
    for copied in (again(model), copy.deepcopy(model), again(again(model)), model.with_(name="b")):
        assert list(copied.notes) == list(model.notes)
    assert again(model) == model
    runs = model.simulate(10, seed=1)
    same_runs(again(runs), runs)


def _frame(columns):
    pandas = pytest.importorskip("pandas")
    return pandas.DataFrame(columns).set_index("period")


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")  # threads run, none of them ours
@pytest.mark.filterwarnings("ignore:.*fork:RuntimeWarning")
@pytest.mark.parametrize("method", ["spawn", "forkserver", "fork"])
def test_pools_of_processes_take_and_give_runs(model, method):
    if method not in multiprocessing.get_all_start_methods():
        pytest.skip(f"no {method} there")
    runs = model.simulate(100, seed=9)
    context = multiprocessing.get_context(method)
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        median, ensemble = pool.submit(median_and_back, runs).result(timeout=120)
    assert median == np.median(runs["baseline"]["gdp"])
    same_paths(ensemble, runs["baseline"])


# Refusals


def test_another_contract_is_refused_and_says_what_to_do(model, tracked, monkeypatch):
    runs = model.simulate(20, seed=1)
    pickles = [pickle.dumps(thing) for thing in (runs, runs["slump"], tracked)]
    monkeypatch.setattr(_core, "streams", _core.streams + 1)
    for pickled in pickles:
        with pytest.raises(
            tb.RecipeError, match=r"version 1 of the contract.* has version 2"
        ) as found:
            pickle.loads(pickled)
        assert re.search(r"error\.recipe\.(simulate|observe)\(\)", str(found.value))
    with pytest.raises(tb.RecipeError) as found:
        pickle.loads(pickles[0])
    same_paths(found.value.recipe.simulate()["slump"], runs["slump"])  # it was no other one, here


def changed(runs, **content):
    """Return the recipe of runs with other content, and a hash that fits."""
    _, (text, _) = runs.__reduce__()
    return resealed(json.dumps({**json.loads(text), **content}))


def resealed(text):
    raw = text.encode(errors="surrogatepass")
    return text, recipes.hashlib.sha256(raw).hexdigest()


def test_other_numbers_are_refused(model):
    runs = model.simulate(20, seed=1)
    with pytest.raises(
        tb.RecipeError, match=r"gives other numbers than it had.*where it was 000000"
    ):
        runs_again(*changed(runs, sha256="0" * 64))
    moved = dict(runs.recipe.settings, seed=2)
    with pytest.raises(tb.RecipeError, match="gives other numbers"):
        runs_again(*changed(runs, settings=moved))
    same_runs(runs_again(*changed(runs)), runs)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"recipe": 2}, "reads recipes of format 1, not 2"),
        ({"model": 3}, "model is int"),
        ({"model": "schema = 1\nname ="}, "cannot read the model"),
        ({"settings": []}, "settings is list"),
        ({"settings": {"paths": 10, "threads": 4}}, "threads is no setting"),
        ({"settings": {"paths": "10"}}, "cannot run.*paths must be a whole number"),
        ({"settings": {"paths": -1}}, "cannot run.*paths must be"),
        ({"settings": {"paths": True}}, "cannot run.*paths must be"),
        ({"settings": {"seed": 0.5}}, "cannot run.*seed must be"),
        ({"settings": {"design": "\ud800"}}, "cannot run"),
        ({"settings": {"design": ["a"]}}, "cannot run"),
        ({"settings": {"scenarios": ["nowhere"]}}, "cannot run.*nowhere"),
        ({"settings": {"scenarios": [[1]]}}, "cannot run"),
        ({"settings": {"keep": {"a": 1}}}, "cannot run"),
        ({"settings": {"parameters": [1]}}, "cannot run"),
        ({"settings": {"basis": "b"}}, "cannot run.*basis"),
        ({"notes": [1]}, "cannot read"),
        ({"notes": [["sung", [], "la", None, ""]]}, "cannot read.*no notes"),
        ({"notes": [["drawn", [], "la", -1, ""]]}, "cannot read"),
        ({"outturns": "a,b\n1,2\n"}, "cannot read.*outturns"),
        ({"outturns": "\ud800"}, "cannot read"),
        ({"model": "\ud800"}, "cannot read"),
        ({"as_of": "yesterday", "outturns": "indicator,period,value,vintage\n"}, "cannot run"),
        ({"sha256": None}, "sha256 is NoneType"),
        ({"streams": "1"}, "streams is str"),
    ],
    ids=str,
)
def test_a_recipe_that_was_written_by_a_stranger_is_an_error(model, content, message):
    runs = model.simulate(4, seed=1)
    with pytest.raises(tb.RecipeError, match=f"(?s){message}"):
        runs_again(*changed(runs, **content))


@pytest.mark.parametrize(
    "text", ["", "[]", "1", "null", "{", "[" * 100_000, '{"recipe": 1}'], ids=len
)
def test_what_is_no_recipe_is_an_error(text):
    with pytest.raises(tb.RecipeError, match="damaged"):
        runs_again(*resealed(text))


@settings(max_examples=60, deadline=None)
@given(place=st.floats(0, 1, exclude_max=True), character=st.characters())
def test_a_damaged_recipe_is_never_run(model_text, place, character):
    text, seal = model_text
    at = int(place * len(text))
    damaged = text[:at] + character + text[at + 1 :]
    if damaged != text:
        with pytest.raises(tb.RecipeError, match="damaged"):
            runs_again(damaged, seal)


@pytest.fixture(scope="module")
def model_text(model):
    return model.simulate(4, seed=1).__reduce__()[1]


@pytest.mark.parametrize("key", recipes._KEYS)
def test_a_recipe_without_a_part_is_an_error(model_text, key):
    content = json.loads(model_text[0])
    del content[key]
    with pytest.raises(tb.RecipeError, match=f"it has no {key}"):
        runs_again(*resealed(json.dumps(content)))


@settings(max_examples=40, deadline=None)
@given(
    place=st.floats(0, 1, exclude_max=True),
    character=st.characters(exclude_characters="0123456789"),
)
def test_a_recipe_that_was_changed_by_hand_is_the_run_or_an_error(model_text, place, character):
    text, _ = model_text
    at = int(place * len(text))
    try:
        found = runs_again(*resealed(text[:at] + character + text[at + 1 :]))
    except tb.RecipeError:
        return
    assert found._sha256 in text


def test_paths_that_no_run_made_say_that_they_have_no_recipe(model):
    from tinbergen.plots._subject import subject

    ratio = tb.Target("ratio", equation="gdp / population", period=2025, at_least=1)
    drawn = subject(model.add(ratio).simulate(5, seed=1)["baseline"], "ratio")
    with pytest.raises(TypeError, match="no recipe"):
        pickle.dumps(drawn)


GOLDEN = Path(__file__).parents[1] / "golden" / "recipe.json"


def test_a_recipe_of_another_computer_gives_its_numbers_here():
    """A run with a mixture, conditioned on an outturn that was measured with an error."""
    text, seal = json.loads(GOLDEN.read_text(encoding="utf-8"))
    runs = runs_again(text, seal)
    assert list(runs) == ["baseline", "slump", "mixture"]
    assert runs["baseline"].weights is not None
