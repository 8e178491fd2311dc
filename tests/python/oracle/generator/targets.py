"""Targets of a draft, with bounds among its paths."""

import itertools

import numpy as np

from oracle import measures
from oracle.reading import ends

MEASURES = list(itertools.product(measures.OF, [*measures.OVER, "every"]))
BOUNDS = [*measures.BOUNDS, "between"]


def add_targets(d, plan, runs):
    """Add targets whose bounds lie among the paths of the baseline."""
    run = runs["baseline"]
    for number in range(9):
        of, over = MEASURES[(d.seed * 9 + number) % len(MEASURES)]
        kind = BOUNDS[(d.seed + number) % len(BOUNDS)]
        names = [n for n, k in d.kinds.items() if of != "growth" or (k == "level" and d.depth[n])]
        names = [n for n in names if of == "level" or d.depth[n]]
        name = d.rng.choice(names)
        target = {"id": f"target-{number}", "indicator": name, "of": of, "over": over}
        target["period"] = d.period() if d.chance(0.2) else d.span()
        target["nature"] = d.rng.choice(["binding", "expected"])
        limit = {}
        if d.chance(0.3) and kind != "between":
            limit = {"indicator": d.rng.choice(names), "times": d.near(1, 0.2), "plus": 0.0}
            if over != "every" and d.chance(0.5):
                limit["over"] = d.rng.choice(list(measures.OVER))
            if d.chance(0.3):
                limit["of"] = of
        target[kind] = limit or 0.0
        if kind == "between":
            target[kind] = [0.0, 0.0]
        room = measures.headroom(
            run, {**target, "between": [0, 1e300]} if kind == "between" else target
        )
        room = np.sort(room[np.isfinite(room)])
        if len(room) < run.streams.paths or abs(room[-1]) > 1e9:
            continue
        if kind == "between":
            value = np.sort(
                measures.measured(
                    run,
                    {**target, "over": "last" if over == "every" else over},
                    *ends(target["period"]),
                )
            )
            low, high = _short(value[len(value) // 5]), _short(value[-len(value) // 5])
            target[kind] = [low, high if high > low else low + 1]
        else:
            middle = _short(d.rng.choice(list(room[len(room) // 5 : -len(room) // 5])))
            bound = middle if kind in ("at_least", "above") else -middle
            target[kind] = {**limit, "plus": bound} if limit else bound
        d.targets.append(target)
    ids = [target["id"] for target in d.targets]
    if len(ids) > 3:
        d.sets = {
            "first": ids[:2],
            "labelled": {"label": {"en": "Others", "zh": "其他"}, "targets": ids[1:4]},
        }


def _short(x):
    return float(f"{x:.5g}")
