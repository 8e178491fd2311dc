"""Indicators with a process: functions of a draft that add one."""

import random

from oracle.generator.draft import DEPTH
from oracle.generator.terms import small


def _process(kind, size=100.0, sd=0.01, history=DEPTH, **terms):
    """Give a process; terms are functions of the draft."""

    def make(d):
        short = history == 1 or d.chance(0.5)
        ragged = 0 if short else d.rng.randrange(3)
        written = {name: term(d, ragged + 1) for name, term in terms.items()}
        if "start" in written and not (short and d.chance(0.6)):
            del written["start"]
        name = d.add(
            kind,
            {"share": "share", "count": "count"}.get(kind, "level"),
            d.near(size, 0.3),
            ragged=ragged,
            known=1 if short else history,
            drawn=kind not in ("count", "share") and d.chance(0.3),
            integer=kind == "count",
        )
        process = {"kind": kind, **written}
        if sd is not None:
            if d.chance(0.3):
                process["shock"] = d.shock("demand" if sd == 0.01 else f"luck_{len(d.shocks)}", sd)
            else:
                d.shock(name, sd)
            _add_to(d, name, process, sd)
        d.indicators[name]["process"] = process
        d.settable.append(name)

    return make


def _add_to(d, name, process, sd):
    """Add what processes may have besides, to some; what is drawn for the rest of the plan stays what it is."""
    kind, own = process["kind"], random.Random(f"{name} {sorted(process)} {len(d.shocks)}")
    state = d.rng.getstate()
    if kind != "stock" and own.random() < 0.3:
        process["spread"] = d.parameter(1.0, 0.1) if own.random() < 0.5 else 1.2
    if kind != "stock" and own.random() < 0.2:
        process["factor"] = d.shock(f"common_{len(d.shocks)}", sd)
        process["loading"] = 0.6
    if kind == "level" and own.random() < 0.4:
        process["momentum"] = 0.3
    if kind == "share" and own.random() < 0.4:
        process |= {"mean": 0.55, "pull": 0.2}
    d.rng.setstate(state)


def _bounds(d):
    name = d.add("bounded", "share", 0.4, known=1)
    d.indicators[name]["process"] = {
        "kind": "share",
        "drift": 0.02,
        "lower": 0.1,
        "upper": 0.9,
        "persistence": 0.3,
    }
    d.shock(name, 0.1)


def _path_process(d):
    name = d.add("path", "level", d.near(100), known=2)
    values = {d.period(t): d.near(d.scale[name], 0.05) for t in range(d.first, d.last + 1)}
    if d.chance(0.5):
        values[d.period()] = {"normal": {"mean": d.scale[name], "sd": 1.0}}
    d.indicators[name]["process"] = {"kind": "path", "values": values}
    if d.chance(0.5):
        d.shock(name, 0.5)


def _gliding(d):
    name = d.add("glide", "level", d.near(100), known=2)
    value = f"{d.pick('level', 1)} * 1.1" if d.chance(0.5) else d.near(120)
    d.indicators[name]["process"] = {"kind": "trend_to", "value": value, "by": d.period()}
    if d.chance(0.5):
        d.shock(name, 0.5)


def _swinging(d):
    name = d.add("cycle", "level", d.near(100), known=2)
    d.indicators[name]["process"] = {
        "kind": "sinusoid",
        "mean": f"{d.pick('level', 1)} * 0.9" if d.chance(0.5) else d.near(100),
        "amplitude": d.near(5),
        "length": d.near(8),
        "peak": d.period(),
        "persistence": 0.4,
    }
    if d.chance(0.5):
        d.shock(name, 0.5)


def _persistence(d, back):
    return d.parameter(0.4, 0.05) if d.chance(0.3) else d.near(0.4)


PROCESSES = [
    _process(
        "growth",
        mean=lambda d, b: small(d, b),
        persistence=_persistence,
        start=lambda d, b: {"normal": {"mean": 0.02, "sd": 0.01}},
    ),
    _process("growth", mean=lambda d, b: d.parameter(0.02, 0.005)),
    _process(
        "change",
        sd=1.0,
        mean=lambda d, b: d.near(2),
        persistence=_persistence,
        start=lambda d, b: d.near(1.5),
    ),
    _process("level", sd=2.0, mean=lambda d, b: f"110 + {small(d, b)}", persistence=_persistence),
    _process(
        "share",
        size=0.5,
        sd=0.05,
        drift=lambda d, b: small(d, b),
        persistence=_persistence,
        start=lambda d, b: {"uniform": {"min": -0.02, "max": 0.05}},
    ),
    _process(
        "stock",
        sd=1.0,
        depreciation=lambda d, b: d.near(0.1),
        inflow=lambda d, b: f"12 + {small(d, b)}",
    ),
    _process(
        "stock", sd=None, history=1, depreciation=lambda d, b: d.near(0.1), inflow=lambda d, b: 9.0
    ),
    _process(
        "count", sd=None, history=1, arrivals=lambda d, b: d.near(8), departures=lambda d, b: 0.05
    ),
    _process(
        "count",
        sd=None,
        history=1,
        arrivals=lambda d, b: f"10 * exp({small(d, 1)})",
        dispersion=lambda d, b: 0.1,
    ),
    _bounds,
    _path_process,
    _gliding,
    _swinging,
]
