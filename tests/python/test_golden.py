"""Golden cases that both languages read: what Rust says, Python says."""

import csv
from pathlib import Path

import numpy as np
import pytest

import tinbergen as tb

GOLDEN = Path(__file__).parents[1] / "golden"
BROKEN = sorted((GOLDEN / "invalid").glob("*.toml"))


@pytest.mark.parametrize("file", BROKEN, ids=lambda file: file.stem)
def test_a_broken_plan_says_what_is_wrong_and_where(file):
    with pytest.raises(tb.ModelError) as caught:
        tb.Model.from_toml(file.read_bytes(), file=file.name).check()
    expected = file.with_suffix(".expected").read_text(encoding="utf-8")
    assert f"{caught.value}\n" == expected
    assert len(caught.value.problems) == len(expected.splitlines())


def test_there_are_broken_plans():
    assert len(BROKEN) >= 80


def test_the_numbers_of_a_seed_are_those_of_rust_to_the_bit():
    model = tb.read_plan(GOLDEN / "contract.toml")
    weak = model.simulate(4, seed=42)["weak"]
    with (GOLDEN / "contract.csv").open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.reader(lines) if not row[0].startswith("#")]
    assert len(rows) == 16
    for indicator, period, *bits in rows:
        known = np.array([int(word, 16) for word in bits], dtype=np.uint64)
        found = weak[indicator][int(period)].view(np.uint64)
        assert np.array_equal(found, known), (indicator, period)


def test_the_contract_survives_the_builders_to_the_bit():
    model = tb.read_plan(GOLDEN / "contract.toml")
    again = tb.Model.from_dict(model.to_dict())
    a, b = (m.simulate(50, seed=42)["weak"]["spending"] for m in (model, again))
    assert np.array_equal(a, b)


def test_blocks_of_periods_are_those_of_rust():
    model = tb.read_plan(GOLDEN / "streams.toml")
    runs = model.simulate(8, seed=42)["baseline"]
    with (GOLDEN / "streams.csv").open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.reader(lines) if not row[0].startswith("#")]
    assert len(rows) == 36
    for indicator, period, *values in rows:
        assert runs[indicator][int(period)].tolist() == [float(value) for value in values]
