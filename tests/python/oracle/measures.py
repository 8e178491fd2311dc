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


def no_growth(run, tree, t):
    """Say in which paths a growth() or dlog() of an expression is not defined in a period."""
    if tree[0] not in ("call", "op"):
        return np.zeros(run.streams.paths, bool)

    def below(part, s):
        return np.broadcast_to(language.value(part, s, run) <= 0, (run.streams.paths,))

    name, parts = tree[1], tree[2]
    first = parts[0]
    if name in ("growth", "dlog"):
        bad = below(first, t - 1) | no_growth(run, first, t) | no_growth(run, first, t - 1)
        return bad | below(first, t) if name == "dlog" else bad
    if name in language.SHIFTING:
        ago = {"diff": (0, 1), "lag": tree[3]}.get(name) or range(tree[3][0])
        return np.any([no_growth(run, first, t - k) for k in ago], axis=0)
    found = [no_growth(run, part, t) for part in parts]
    if name == "if":
        holds = np.broadcast_to(np.asarray(language.value(first, t, run)) != 0, found[0].shape)
        return found[0] | np.where(holds, found[1], found[2])
    return np.any(found, axis=0)


def undefined(run, what, first, last):
    """Say in which paths growth that counts over a span is not defined."""
    of, over = what.get("of", "level"), what.get("over", "last")
    subject = what["indicator"] if "indicator" in what else what["equation"]
    begin = last if over == "last" else first
    since = [ends(what["base"])[0]] if "base" in what else range(begin - 1, last)
    if of == "growth" and over == "mean" and "base" not in what:
        begin, end = level(run, subject, first - 1), level(run, subject, last)
        wrong = begin <= 0
        if last > first:
            wrong = wrong | (end / begin < 0)
        periods = [first - 1, last]
    elif of == "growth":
        wrong = np.any([level(run, subject, s) <= 0 for s in since], axis=0)
        periods = {*since, *range(begin, last + 1)}
    else:
        wrong = np.zeros(run.streams.paths, bool)
        periods = {*range(begin, last + 1), *(since if of == "change" else ())}
    tree = language.expression(subject)
    return np.any([wrong, *(no_growth(run, tree, t) for t in periods)], axis=0)


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
    value, wrong = measured(run, target, first, last), undefined(run, target, first, last)
    if "between" in target:
        low, high = target["between"]
        return np.where(wrong, -np.inf, np.minimum(value - low, high - value))
    (bound,) = target.keys() & BOUNDS.keys()
    limit = target[bound]
    if isinstance(limit, dict):
        own = {"of": target.get("of", "level"), "over": target.get("over", "last")}
        own |= {"base": target["base"]} if "base" in target else {}
        other = measured(run, {**own, **limit}, first, last)
        wrong = wrong | undefined(run, {**own, **limit}, first, last)
        limit = limit.get("times", 1.0) * other + limit.get("plus", 0.0)
    return np.where(wrong, -np.inf, BOUNDS[bound](value, limit))


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
        decides = np.where(np.isneginf(rooms).any(axis=0), -np.inf, decides)
        return np.where(np.isnan(rooms).any(axis=0), np.nan, decides)


def met(run, target):
    """Say in which paths a target is met; a path without a number does not meet it."""
    room = headroom(run, target)
    with np.errstate(invalid="ignore"):
        return room > 0 if target.keys() & set(STRICT) else room >= 0
