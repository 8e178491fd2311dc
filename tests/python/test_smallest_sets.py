"""Sets of targets that `check` calls infeasible: they are, and without any one of them they are not."""

import numpy as np
import pytest
from scipy.optimize import linprog

import tinbergen as tb

YEARS = 3


def generated(seed):
    """Random walks with bounded steps, sums of them, and targets: a plan, and its rows in the steps."""
    rng = np.random.default_rng(seed)
    walks = int(rng.integers(2, 5))
    indicators = {
        f"w{k}": {"history": {"2020": 0.0}, "process": {"kind": "change", "mean": 0}}
        for k in range(walks)
    }
    rows = {f"w{k}": np.eye(walks)[k] for k in range(walks)}
    for s in range(int(rng.integers(1, 4))):
        factors = rng.integers(-2, 4, size=walks)
        if not factors.any():
            factors[0] = 1
        terms = " + ".join(f"({f}) * w{k}" for k, f in enumerate(factors) if f)
        indicators[f"s{s}"] = {"equation": f"s{s} = {terms}"}
        rows[f"s{s}"] = factors.astype(float)
    targets, wanted = [], {}
    for t in range(int(rng.integers(3, 9))):
        name = str(rng.choice(list(rows)))
        year = int(rng.integers(1, YEARS + 1))
        floor = bool(rng.integers(2))
        reach = np.abs(rows[name]).sum() * year
        bound = float(np.round(rng.uniform(-0.5, 0.95) * reach, 3)) * (1 if floor else -1)
        targets.append(
            {
                "id": f"t{t}",
                "indicator": name,
                "period": str(2020 + year),
                "at_least" if floor else "at_most": bound,
            }
        )
        steps = np.concatenate([rows[name] if y < year else 0 * rows[name] for y in range(YEARS)])
        sign = -1.0 if floor else 1.0
        wanted[f"t{t}"] = (sign * steps, sign * bound)
    plan = tb.Model.from_dict(
        {
            "schema": 1,
            "name": "generated",
            "periods": f"2021..{2020 + YEARS}",
            "indicators": indicators,
            "shocks": {f"w{k}": {"uniform": {"min": -1, "max": 1}} for k in range(walks)},
            "targets": targets,
        }
    )
    return plan, wanted


def can_be(wanted, ids):
    """Ask a linear program whether targets can be met together."""
    matrix = np.array([wanted[k][0] for k in ids])
    bounds = np.array([wanted[k][1] for k in ids])
    if not len(ids):
        return True
    found = linprog(np.zeros(matrix.shape[1]), matrix, bounds, bounds=(-1, 1), method="highs")
    assert found.status in (0, 2)
    return found.status == 0


@pytest.mark.parametrize("block", range(4))
def test_sets_that_cannot_be_met_are_the_smallest(block):
    sets = 0
    for seed in range(100 * block, 100 * (block + 1)):
        plan, wanted = generated(seed)
        for note in plan.check():
            if note.kind not in ("infeasible", "out_of_reach"):
                continue
            sets += 1
            ids = list(note.targets)
            assert not can_be(wanted, ids), (seed, ids)
            for left_out in ids:
                assert can_be(wanted, [k for k in ids if k != left_out]), (seed, ids, left_out)
    assert sets > 30
