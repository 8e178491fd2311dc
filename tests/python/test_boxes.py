"""Boxes of PRIM beside those of EMA Workbench, on the same samples (`scripts/prim_reference.py`)."""

import csv
import runpy
from pathlib import Path

import numpy as np
import pytest

from tinbergen import _core

ROOT = Path(__file__).parents[2]
SCRIPT = runpy.run_path(str(ROOT / "scripts" / "prim_reference.py"))
SAMPLES = {name: (inputs, hits) for name, inputs, hits in SCRIPT["samples"]()}

CLOSE = 0.0151
"""Of a density, two rows of the smallest box (150): EMA Workbench cuts at a quantile, PRIM here at a value."""


def reference():
    """Return the boxes of each sample: coverage, density."""
    lines = (ROOT / "tests" / "golden" / "prim.csv").read_text(encoding="utf-8").splitlines()
    found = {}
    for row in csv.DictReader(lines[1:]):
        found.setdefault(row["sample"], []).append((float(row["coverage"]), float(row["density"])))
    return found


def ours(name):
    """Return the boxes on the way, the whole first, and the ranges that are chosen."""
    inputs, hits = SAMPLES[name]
    chance, boxes, ranges = _core.prim(
        np.ascontiguousarray(inputs), hits.astype(float), None, 0.05, 0.05, 1
    )
    way = np.column_stack([boxes["coverage"], boxes["density"], boxes["mass"]])[1:]
    return chance, way, ranges


@pytest.mark.parametrize("name", SAMPLES)
def test_at_the_coverage_of_each_box_of_ema_workbench_ours_is_as_dense(name):
    _, way, _ = ours(name)
    coverage, density = way[::-1, 0], way[::-1, 1]
    boxes = reference()[name]
    assert len(boxes) > 5
    ahead = []
    for at, dense in boxes:
        # The densest of ours that covers as much, or what lies between two of them.
        covers = density[coverage >= at - 1e-9]
        best = max([*covers, np.interp(at, coverage, density)])
        assert best >= dense - CLOSE, (name, at, dense, best)
        ahead.append(best - dense)
    assert np.mean(ahead) > -0.002, "no worse on the whole way"


@pytest.mark.parametrize("name", SAMPLES)
def test_measures_of_boxes_are_those_of_counting(name):
    inputs, hits = SAMPLES[name]
    chance, way, ranges = ours(name)
    assert chance == 0.01
    last = len(way)
    for region in (0, 1, last // 2, last):
        inside = np.ones(len(hits), bool)
        parts = zip(ranges["region"], ranges["input"], ranges["low"], ranges["high"], strict=True)
        for of, column, low, high in parts:
            if of == region:
                values = inputs[:, column]
                inside &= ~(values < low) & ~(values > high)
        if region > 0:
            counted = [hits[inside].sum() / hits.sum(), hits[inside].mean(), inside.mean()]
            assert way[region - 1] == pytest.approx(counted, abs=1e-11)
    assert way[0] == pytest.approx([1.0, hits.mean(), 1.0])
