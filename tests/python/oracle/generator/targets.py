"""Targets of a draft, with bounds among its paths."""

import itertools

import numpy as np

from oracle import measures

PERIOD_BY_PERIOD = ["every", {"at_least": 2}]
MEASURES = list(itertools.product(measures.OF, [*measures.OVER, *PERIOD_BY_PERIOD]))
BOUNDS = [*measures.BOUNDS, "between"]


def add_targets(d, plan, runs):
    """Add targets whose bounds lie among the paths of the baseline."""
    for number in range(9):
        of, over = MEASURES[(d.seed * 9 + number) % len(MEASURES)]
        kind = BOUNDS[(d.seed + number) % len(BOUNDS)]
        target = {"id": f"target-{number}", **_subject(d, of), "of": of, "over": over}
        target["period"] = d.span() if isinstance(over, dict) or d.chance(0.8) else d.period()
        if isinstance(over, dict):
            target["period"] = f"{d.period(d.first)}..{d.period(d.last)}"
        target["nature"] = d.rng.choice(["binding", "expected"])
        if (of, over) in BASED and d.chance(0.5):
            target["base"] = d.period(d.first - 1)
        limit = _limit(d, target) if kind != "between" and d.chance(0.3) else {}
        bound = _bound(d, runs["baseline"], target, kind, limit)
        if bound is not None:
            d.targets.append({**target, kind: bound})
    ids = [target["id"] for target in d.targets]
    if len(ids) > 3:
        d.sets = {
            "first": ids[:2],
            "labelled": {"label": {"en": "Others", "zh": "其他"}, "targets": ids[1:4]},
        }


BASED = [("change", "last"), ("growth", "last"), ("growth", "max"), ("change", "every")]


def _names(d, of):
    """Give the indicators that can be looked at so."""
    if of == "level":
        return list(d.kinds)
    return [n for n, k in d.kinds.items() if d.depth[n] and (of == "change" or k == "level")]


def _subject(d, of):
    """Give an indicator or a formula."""
    levels = [name for name in _names(d, of) if d.kinds[name] == "level"]
    if d.chance(0.25) and len(levels) > 1:
        a, b = d.rng.sample(levels, 2)
        return {"equation": f"100 * {a} / ({a} + {b})", "unit": "per cent"}
    return {"indicator": d.rng.choice(_names(d, of))}


def _limit(d, target):
    """Give a limit that moves with another indicator; its number comes later."""
    limit = {"indicator": d.rng.choice(_names(d, target["of"])), "times": d.near(1, 0.2)}
    if target["over"] not in PERIOD_BY_PERIOD and d.chance(0.5):
        limit["over"] = d.rng.choice(list(measures.OVER))
    if d.chance(0.3):
        limit["of"] = target["of"]
    return limit


def _bound(d, run, target, kind, limit):
    """Give a bound that some paths meet and some miss, or None where there is no number."""
    if kind == "between":
        # The middle of where the paths are: their room to a floor of 0 is what they are worth.
        room = np.sort(measures.headroom(run, {**target, "at_least": 0.0}))
    else:
        room = np.sort(
            measures.headroom(run, {**target, kind: {**limit, "plus": 0.0} if limit else 0.0})
        )
    if not np.isfinite(room).all() or np.abs(room).max() > 1e9:
        return None
    fifth = len(room) // 5
    if kind == "between":
        low, high = _short(room[fifth]), _short(room[-fifth])
        return [low, high if high > low else low + 1]
    middle = _short(d.rng.choice(list(room[fifth:-fifth])))
    number = middle if kind in ("at_least", "above") else -middle
    return {**limit, "plus": number} if limit else number


def _short(x):
    return float(f"{x:.5g}")
