"""What earlier versions wrote is still read, and their rounds verify to the last bit."""

import json
import pickle
import shutil
from pathlib import Path

import jsonschema
import pytest

import tinbergen as tb

VERSIONS = sorted(
    p for p in (Path(__file__).parents[1] / "golden" / "archive").iterdir() if p.is_dir()
)
ROUNDS = [round_ for version in VERSIONS for round_ in sorted(version.glob("round*"))]
SCHEMA = Path(__file__).parents[2] / "schema" / "plan.schema.json"


def test_version_0_1_0_is_kept():
    assert next(path.name for path in VERSIONS) == "0.1.0"
    assert [path.name for path in ROUNDS][:2] == ["round", "round_held"]


@pytest.mark.parametrize("version", VERSIONS, ids=lambda path: path.name)
def test_a_plan_with_every_key_is_read_and_fits_the_schema(version):
    model = tb.read_plan(version / "every_key.toml")
    assert model == tb.read_plan(version / "every_key.saved.toml")
    assert tb.Model.from_toml(model.to_toml()) == model
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(model.to_dict())


@pytest.mark.parametrize("folder", ROUNDS, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_an_archived_round_verifies(folder):
    archived = tb.read_round(folder)
    assert archived.record["versions"]["tinbergen"] == folder.parent.name
    found = archived.verify()
    assert found.ok, str(found)


def test_another_version_of_conditioning_is_said_in_place_of_numbers(tmp_path):
    held = next(path for path in ROUNDS if path.name == "round_held")
    found = tb.read_round(_of_a_later_version(held, tmp_path, conditioning=1)).verify()
    assert not found.ok
    assert "version 1 of conditioning on actual values gave the archived numbers" in str(found)


def test_archived_rounds_are_compared_with_each_other():
    found = tb.compare_rounds(*ROUNDS[:2])
    assert len(found.differences) == 0


def _of_a_later_version(folder, place, **changes):
    copied = shutil.copytree(folder, place / "round")
    record = json.loads((copied / "round.json").read_text(encoding="utf-8"))
    record |= {"versions": {"tinbergen": "99.1.0"}, **changes}
    (copied / "round.json").write_text(json.dumps(record), encoding="utf-8")
    return copied


def test_a_round_of_a_later_version_that_can_be_read_is_read(tmp_path):
    found = tb.read_round(_of_a_later_version(ROUNDS[0], tmp_path, later=True)).verify()
    assert found.ok
    assert "archived by tinbergen 99.1.0" in str(found)


def test_a_round_of_a_later_format_says_what_it_needs(tmp_path):
    folder = _of_a_later_version(ROUNDS[0], tmp_path, format=2)
    with pytest.raises(
        ValueError, match=r"reads format 1; needs tinbergen >= 99\.1\.0, which arch"
    ):
        tb.read_round(folder)


def test_a_round_whose_plan_has_later_keys_says_what_it_needs(tmp_path):
    folder = _of_a_later_version(ROUNDS[0], tmp_path)
    plan = folder / "plan.toml"
    plan.write_text("later = 1\n" + plan.read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.warns(tb.TouchedRoundWarning), pytest.raises(tb.ModelError) as caught:
        _ = tb.read_round(folder).model
    first, second = caught.value.problems
    assert first.message.startswith("needs tinbergen >= 99.1.0, which archived it; this is ")
    assert (second.line, second.address) == (1, "later")


def test_a_mistake_in_a_round_of_this_version_needs_no_other(tmp_path):
    folder = _of_a_later_version(ROUNDS[0], tmp_path, versions={"tinbergen": tb.__version__})
    (folder / "plan.toml").write_text("later = 1\n", encoding="utf-8")
    with pytest.warns(tb.TouchedRoundWarning), pytest.raises(tb.ModelError) as caught:
        _ = tb.read_round(folder).model
    assert "needs tinbergen" not in str(caught.value)


def test_a_plan_says_which_version_it_needs():
    plan = {"schema": 1, "name": "m", "periods": "2021..2025", "later": 1}
    with pytest.raises(tb.ModelError) as caught:
        tb.Model.from_dict(plan | {"requires": "99.1"})
    assert str(caught.value) == f"requires: needs tinbergen >= 99.1; this is {tb.__version__}"
    with pytest.raises(tb.ModelError, match='unknown key "later"'):
        tb.Model.from_dict(plan)
    model = tb.Model("m", "2021..2025", requires="0.1")
    assert tb.Model.from_toml(model.to_toml()).requires == "0.1"


def test_what_was_pickled_is_read():
    for version in VERSIONS:
        values = pickle.loads((version / "values.pickle").read_bytes())
        texts = values.pop("texts")
        # A column of whole numbers had decimals then.
        texts["inversion"] = texts["inversion"].replace("   20.00", "      20")
        assert {name: repr(value) for name, value in values.items()} == texts
        assert values["model"] == tb.read_plan(version / "every_key.toml")
