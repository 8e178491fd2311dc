"""Indicators with an equation, and exogenous ones: functions of a draft that add some."""

import re

from oracle.generator.terms import small


def _behavioural(left, kind="level", size=100.0, sd=0.01, right="{small}", lag=1, **more):
    """Give an equation with a shock of its own. In `left` and `right`, `Y` is the indicator."""

    def kind_of_equation(d):
        ragged = d.rng.randrange(4) if d.chance(0.3) else 0
        text = f"{left} ~ {right}".format(small=small(d, ragged + lag), k=d.near(0.3))
        if "X" in text and (x := d.pick("level", ragged + lag)):
            text = re.sub(r"\bX\b", x, text)
        name = d.add("y", kind, d.near(size, 0.3), ragged=ragged, drawn=d.chance(0.2), **more)
        d.indicators[name]["equation"] = re.sub(r"\bY\b", name, text)
        d.shock(name, sd)
        d.settable.append(name)
        if d.chance(0.3):
            d.indicators[name]["add_factors"] = {d.period(): d.near(sd), d.period(): -d.near(sd)}

    return kind_of_equation


def _identity(right, kind, lag=0):
    def kind_of_equation(d):
        x, y = d.pick("level", lag), d.pick("level", lag)
        s = d.pick("share", lag) or "0.4"
        text = right.format(x=x, y=y, s=s, p=d.period(), year=d.year())
        name = f"z_{len(d.indicators)}"
        if kind == "level" and d.chance(0.3):
            name = f"产值_{len(d.indicators)}"
        d.indicators[name] = {"equation": f"{name} = {text}"}
        # Only identities without lags are worked out backwards.
        needs = [n for n in d.depth if re.search(rf"\b{n}\b", text)]
        reach = 0 if lag else min(d.depth[n] for n in needs)
        d.kinds[name], d.depth[name], d.scale[name] = kind, reach, 100.0

    return kind_of_equation


def _stock_identity(d):
    x = d.pick("level", 1)
    name = d.add("stock", "level", d.near(300), known=3)
    d.indicators[name]["equation"] = f"{name} = 0.9 * {name}[-1] + 0.1 * {x}"
    d.depth[name] = 2


def _implicit(d):
    x, outside = d.pick("level", 1), small(d, 1)
    name = d.add("implicit", "level", d.near(100, 0.2), known=2)
    sign = d.rng.choice("=~")
    d.indicators[name]["equation"] = f"{name} / 100 + log({name}) {sign} 1 + log({x}) + {outside}"
    if sign == "~":
        d.shock(name, 0.01)


def _linear_twice(d):
    name = f"twice_{len(d.indicators)}"
    d.indicators[name] = {"equation": f"{name} - 0.2 * {name} = {d.pick('level')} # taken together"}
    d.kinds[name], d.depth[name], d.scale[name] = "level", 0, 100.0


def _market(d):
    """A price on which demand and supply depend."""
    number = len(d.indicators)
    demand, supply = f"demand_{number}", f"supply_{number}"
    income = d.pick("level", 1)
    price = d.add("price", "level", 1.0, known=2)
    d.indicators[price]["equation"] = f"{demand} = {supply}"
    d.indicators[demand] = {"equation": f"log({demand}) ~ log({income}) - 0.5 * log({price})"}
    d.indicators[supply] = {"equation": f"log({supply}) ~ log({income}[-1]) + 0.3 * log({price})"}
    for name in (demand, supply):
        d.shock(name, 0.01)
        d.kinds[name], d.depth[name], d.scale[name] = "level", 0, 100.0


def _linear_block(d):
    """Consumption and income: a linear block of three."""
    g = d.pick("level", 1)
    number = len(d.indicators)
    y, t = f"income_{number}", f"tax_{number}"
    c = d.add("consumption", "level", d.near(200), known=2)
    d.indicators[c]["equation"] = f"{c} ~ 0.6 * ({y} - {t}) + 0.2 * {c}[-1] + {d.near(3)}"
    d.indicators[y] = {"equation": f"{y} = {c} + {g}"}
    d.indicators[t] = {"equation": f"{t} = 0.2 * {y}"}
    d.shock(c, 1.0)
    for name in (y, t):
        d.kinds[name], d.depth[name], d.scale[name] = "level", 0, 200.0
    d.swaps.append((y, c))


def _loop(d):
    """A block of growth rates that look at each other, with a function that bends."""
    outside = small(d, 1)  # terms that jump have no place in a loop: it might have no solution
    a = d.add("a", "level", d.near(100), known=3)
    b = d.add("b", "level", d.near(100), known=3)
    d.indicators[a]["equation"] = f"dlog({a}) ~ 0.3 * dlog({b}) + {outside}"
    d.indicators[b]["equation"] = (
        f"growth({b}) ~ 0.02 * (sqrt({a} / {a}[-1]) - 0.5) + 0.1 * max(dlog({a}), 0)"
    )
    d.shock(a, 0.01)
    d.shock(b, 0.01)


def _counting(d):
    name = d.add("n", "count", d.near(80), integer=True)
    m = d.near(6)
    come = d.rng.choice(
        [
            f"poisson({m})",
            f"negative_binomial({m}, 0.05)",
            f"poisson({m}) + negative_binomial(3, 0.2)",
        ]
    )
    d.indicators[name]["equation"] = f"{name} ~ {name}[-1] + {come} - binomial({name}[-1], 0.05)"
    d.settable.append(name)


def exogenous(d):
    """Add an indicator that is known throughout."""
    name = d.add("x", "level", d.near(100))
    history = d.indicators[name]["history"]
    for place in range(d.first, d.last + 1):
        history[d.period(place)] = d.near(d.scale[name], 0.03)
    d.exogenous.append(name)


def _redrawn(d):
    """Two equations whose shocks draw whole periods of a past, in blocks or not."""
    stream = f"past_{len(d.indicators)}"
    if d.chance(0.7):
        d.streams[stream] = {
            "blocks": d.rng.choice(["moving", "stationary"]),
            "length": d.rng.choice([2, 3]),
        }
    for _ in range(2):
        name = d.add("r", "level", d.near(100))
        d.indicators[name]["equation"] = f"dlog({name}) ~ 0.01"
        values = [d.rng.gauss(0, 0.01) for _ in range(9)]
        d.shocks[name] = {"empirical": {"values": values}, "stream": stream}


EQUATIONS = [
    _behavioural("dlog(Y)"),
    _behavioural("growth(Y)"),
    _behavioural("diff(Y)", right="20 * ({small})", sd=1.0),
    _behavioural("dlog(Y)", right="{small} in levels", sd=1.0),
    _behavioural("log(Y / X)", right="{k} * log(Y[-1] / X[-1]) + {small}"),
    _behavioural("logit(Y)", kind="share", size=0.4, sd=0.05, right="0.9 * logit(Y[-1]) + {small}"),
    _behavioural("sqrt(Y)", right="1 + 0.9 * sqrt(Y[-1]) + {small}", sd=0.05),
    _behavioural("100 / Y - 1", right="0.3 * (100 / Y[-1] - 1) + {small}"),
    _behavioural("-Y ^ 0.5", right="-(0.5 * Y[-1] ^ 0.5 + 5)", sd=0.05),
    _behavioural("exp(Y)", kind="small", size=0.3, right="1.3 + {small}", sd=0.02),
    _behavioural("Y", right="0.7 * Y[-1] + 30 * (1 + {small})", sd=1.0),
    _identity("{x} + {y}", "level"),
    _identity("100 * {x} / ({y} + 1e-3)", "level"),
    _identity("{s} * {x} + movavg({y}, 2)", "level", 1),
    _identity("100 * growth({x}) - (dlog({y}) < 0)", "small", 1),
    _identity("{x} - {y}", "small"),
    _identity('if(period >= "{p}", {x}, {y}[-1])', "level", 1),
    _identity('if(period > "{year}", {x}, {y}) + 3 * ("{year}" >= period)', "level"),
    _identity('if(95 < {x} <= 105, {x}, {y} + ((period == "{year}") != (0 < {s} < 0.5)))', "level"),
    _stock_identity,
    _implicit,
    _linear_twice,
    _market,
    _linear_block,
    _loop,
    _counting,
    exogenous,
    _redrawn,
]
