"""Correlations, event risks and scenarios of a draft."""

import itertools


def add_event(d):
    """Add an event risk that some shocks feel."""
    shocks = d.rng.sample(sorted(d.shocks), min(2, len(d.shocks)))
    durations = [
        1,
        2,
        {"uniform": {"min": 0.5, "max": 4.0}},
        {"empirical": {"values": [1, 2, 4]}},
        {"discrete": {"values": [1, 2, 3], "probabilities": [0.5, 0.3, 0.2]}},
    ]
    probability = d.near(0.15)
    if d.chance(0.5):
        name = f"p_{len(d.parameters)}"
        d.parameters[name] = {"uniform": {"min": 0.05, "max": 0.3}}
        probability = f"0.8 * {name}"
    sizes = [
        -0.01,
        {"normal": {"mean": -0.02, "sd": 0.005}},
        {"uniform": {"min": -0.03, "max": 0.0}},
    ]
    d.events[f"event_{len(d.events)}"] = {
        "probability": probability,
        "size": {shock: d.rng.choice(sizes) for shock in shocks},
        "duration": durations[(d.seed + len(d.events)) % len(durations)],
        "overlap": d.chance(0.5),
    }


def _some_periods(d, amount):
    """Give an amount for the whole span, for some periods or by period."""
    choice = d.rng.randrange(3)
    if choice == 0:
        return {}, amount
    if choice == 1:
        return {"periods": d.span()}, amount
    return {}, {d.period(): amount, d.period(): amount / 2}


def _of_parameter(action, amount):
    def change(d):
        names = sorted([*d.parameters, *d.in_draws()])
        name = d.rng.choice(names) if names else None
        return name and {"parameter": name, action: amount(d)}

    return change


def _of_shock(action, amount):
    def change(d):
        names = sorted(d.shocks)
        when, given = _some_periods(d, amount(d))
        return names and {"shock": d.rng.choice(names), action: given, **when}

    return change


def _add_factor(d):
    names = [n for n in d.settable if n in d.shocks]
    when, given = _some_periods(d, 0.004)
    return {"indicator": d.rng.choice(names), "add": given, **when} if names else None


def _exogenised(d):
    if not d.settable:
        return None
    name = d.rng.choice(d.settable)
    known = d.scale[name]
    value = float(round(known)) if d.kinds[name] == "count" else known
    return {"indicator": name, "set": {d.period(): value, d.period(): value}}


def _of_exogenous(action, amount):
    def change(d):
        if not d.exogenous:
            return None
        when, given = _some_periods(d, amount(d))
        return {"indicator": d.rng.choice(d.exogenous), action: given, **when}

    return change


def _swapped(d):
    if not d.swaps:
        return None
    held, by = d.rng.choice(d.swaps)
    return {"indicator": held, "set": {d.period(): 500.0}, "by": by}


CHANGES = [
    _of_parameter("set", lambda d: 0.01),
    _of_parameter("set", lambda d: {"normal": {"mean": 0.01, "sd": 0.002}}),
    _of_parameter("add", lambda d: 0.003),
    _of_parameter("scale", lambda d: 1.1),
    _of_shock("add", lambda d: -0.01),
    _of_shock("scale", lambda d: 1.3),
    _add_factor,
    _exogenised,
    _of_exogenous("set", lambda d: 105.0),
    _of_exogenous("add", lambda d: 4.0),
    _of_exogenous("scale", lambda d: 1.05),
    _swapped,
]


def add_scenarios(d):
    """Add two scenarios, and a third that extends the first."""
    for number in range(3):
        changes = [change(d) for change in d.due(CHANGES, 2)]
        if number == 1:
            changes = [CHANGES[(d.seed + 6) % len(CHANGES)](d), *changes[1:]]
        part = {"changes": [change for change in changes if change]}
        if number < 2:
            part["probability"] = d.near(0.2)
        if number == 2:
            part["extends"] = "scenario_0"
        d.scenarios[f"scenario_{number}"] = part


def add_correlations(d):
    """Tie shocks, and parameters, in a chain; some of these chains by a copula as well."""
    free = [name for name, shock in d.shocks.items() if "stream" not in shock]
    drawn = [n for n, p in d.parameters.items() if isinstance(p, dict) and "value" not in p]
    for turn, names in enumerate((free, drawn)):
        chain = d.rng.sample(names, min(3, len(names)))
        for a, b in itertools.pairwise(chain):
            d.correlations[f"{a}, {b}"] = round(d.rng.uniform(-0.6, 0.6), 2)
        if len(chain) > 1 and (d.seed + turn) % 3 == 0:
            others = [name for name in names if name not in chain][: d.seed % 2]
            members = d.rng.sample([*chain, *others], len(chain) + len(others))
            d.copulas[f"copula_{turn}"] = {"members": members, "df": d.near(5, 0.7)}
