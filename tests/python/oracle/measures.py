"""What targets are worth in each path, as docs/targets.md and docs/plan-format.md say."""

import numpy as np

from oracle import language
from oracle.reading import ends

OF = {
    "level": lambda now, before: now,
    "change": lambda now, before: now - before,
    "growth": lambda now, before: now / before - 1,
}
OVER = {
    "last": lambda rows: rows[-1],
    "sum": lambda rows: rows.sum(axis=0),
    "mean": lambda rows: rows.mean(axis=0),
    "median": lambda rows: np.median(rows, axis=0),
    "min": lambda rows: rows.min(axis=0),
    "max": lambda rows: rows.max(axis=0),
}
BOUNDS = {
    "at_least": lambda value, limit: value - limit,
    "above": lambda value, limit: value - limit,
    "at_most": lambda value, limit: limit - value,
    "below": lambda value, limit: limit - value,
}
STRICT = ("above", "below")


def level(run, subject, t):
    """Give the value of an indicator, or of a formula, in all paths."""
    value = language.value(language.expression(subject), t, run)
    return np.broadcast_to(value, (run.streams.paths,)).astype(float)


def measured(run, what, first, last):
    """Give what counts of an indicator, put together over a span."""
    of, over = what.get("of", "level"), what.get("over", "last")
    subject = what["indicator"] if "indicator" in what else what["equation"]
    rows = [level(run, subject, t) for t in range(first - 1, last + 1)]
    if (of, over) == ("growth", "mean") and "base" not in what:
        return (rows[-1] / rows[0]) ** (1 / (last - first + 1)) - 1
    earlier = rows[:-1]
    if "base" in what:
        earlier = [level(run, subject, ends(what["base"])[0])] * (last - first + 1)
    rows = [OF[of](now, before) for before, now in zip(earlier, rows[1:], strict=True)]
    return OVER[over](np.array(rows))


def bounded(run, target, first, last):
    """Give the distance to the bound over a span."""
    value = measured(run, target, first, last)
    if "between" in target:
        low, high = target["between"]
        return np.minimum(value - low, high - value)
    (bound,) = target.keys() & BOUNDS.keys()
    limit = target[bound]
    if isinstance(limit, dict):
        own = {"of": target.get("of", "level"), "over": target.get("over", "last")}
        own |= {"base": target["base"]} if "base" in target else {}
        other = measured(run, {**own, **limit}, first, last)
        limit = limit.get("times", 1.0) * other + limit.get("plus", 0.0)
    return BOUNDS[bound](value, limit)


def headroom(run, target):
    """Give the distance of a target to its bound in every path, positive where it is met."""
    first, last = ends(target["period"])
    with np.errstate(all="ignore"):
        over = target.get("over")
        if over != "every" and not isinstance(over, dict):
            return bounded(run, target, first, last)
        single = {**target, "over": "last"}
        rooms = np.array([bounded(run, single, t, t) for t in range(first, last + 1)])
        wanted = over["at_least"] if isinstance(over, dict) else len(rooms)
        decides = np.sort(rooms, axis=0)[len(rooms) - wanted]
        return np.where(np.isnan(rooms).any(axis=0), np.nan, decides)


def met(run, target):
    """Say in which paths a target is met; a path without a number does not meet it."""
    room = headroom(run, target)
    with np.errstate(invalid="ignore"):
        return room > 0 if target.keys() & set(STRICT) else room >= 0
