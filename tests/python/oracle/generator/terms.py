"""Terms of right sides, near 0.01: functions of a draft and of how far back values have to reach."""

from oracle.generator.distributions import DISCRETE


def _of_level(template, lag):
    """Give a term made of a level, which looks that many periods back."""

    def term(d, back):
        x = d.pick("level", back + lag)
        y = d.pick("level", back + lag)
        return x and template.format(x=x, y=y, k=d.near(0.2), p=d.period(), q=d.period())

    return term


def _parameter_term(d, back):
    return d.parameter(0.004, 0.003)


def _discrete_term(d, back):
    name = f"p_{len(d.parameters)}"
    kinds = list(DISCRETE.values())
    d.parameters[name] = kinds[d.seed % len(kinds)](d)
    return f"0.002 * {name}"


def _joint_term(d, back):
    block = f"block_{len(d.draws)}"
    names = [f"{block}_{letter}" for letter in "ab"]
    rows = [[d.near(0.004), d.near(0.3)] for _ in range(d.rng.randrange(1, 12))]
    d.draws[block] = {"parameters": names, "rows": rows}
    return f"{names[0]} * (1 + {names[1]})"


def _shock_term(d, back):
    return (
        f"{d.near(0.5)} * shock({d.shock('demand', 0.01)})" if back == 0 or d.chance(0.5) else None
    )


def _share_term(d, back):
    s = d.pick("share", back + 1)
    if s is None:
        x = d.pick("level", back + 1)
        return x and f"0.05 * (expit(growth({x})) - 0.5)"
    return f"0.05 * (expit(logit({s}) / 2) - expit(0.5 * logit({s}[-1])))"


def _bounded_term(d, back):
    return f"max(min({d.parameter(0.005, 0.01)}, 0.02), -0.01, -0.02)"


TERMS = [
    _of_level("{k} * growth({x})", 1),
    _of_level("{k} * dlog({x})", 1),
    _of_level("{k} * diff(log({x}))", 1),
    _of_level("{k} * movavg(dlog({x}), 3)", 3),
    _of_level("{k} * movsum(growth({x}), 2) / 2", 2),
    _of_level("{k} * (lag(log({x}), 2) - log({x}[-3]))", 3),
    _of_level("{k} * ({x}(-1) / {x}(-2) - 1)", 2),
    _of_level('if(period >= "{p}" and period < "{q}", {k} * 0.1, -0.002)', 0),
    _of_level("0.01 * (not ({x} > {x}[-1]) or {x} <= 0)", 1),
    _of_level('0.005 * (period == "{p}") - 0.004 * (period != "{q}")', 0),
    _of_level('0.0005 * (period - "{p}")', 0),
    _of_level("0.02 * (sqrt({x} / {x}[-1]) - exp(-{k} / 100))", 1),
    _of_level("0.02 * (({x} / {x}[-1]) ^ 0.5 - ({y} / {y}[-1]) ** 2)", 1),
    _of_level("abs({k} * growth({x})) / 2 - {k} * 0.01", 1),
    _of_level("0.01 * (normcdf({k} + growth({x})) - tanh(dlog({x})))", 1),
    _of_level("{k} * atanh(growth({x})) + 0.001 * tan({k})", 1),
    _of_level("0.02 * norminv(0.5 + dlog({x}) / 4)", 1),
    _of_level("0.0005 * (round({k} * 7) + floor({k} * 5) - ceil({k} * 3))", 0),
    _of_level("0.001 * sign({x} - {x}[-1]) + 0.002 * normpdf({k} * mod(period, 3))", 1),
    _of_level("if({x} > {y}, 0.004, -dlog({y}) * 0.1)", 1),
    _of_level('0.01 * sin({x} / 20) * cos({k} * (period - "{p}"))', 0),
    _of_level("-0.01 * max({x}, {y}) / min({x}, {y}, {x} + {y})", 0),
    _parameter_term,
    _discrete_term,
    _joint_term,
    _shock_term,
    _share_term,
    _bounded_term,
]


def small(d, back):
    """Give a sum of terms around 0.01, from values at most that many periods before the span."""
    terms = [term(d, back) for term in d.due(TERMS, 1)]
    return " + ".join([f"{d.near(0.008)}", *filter(None, terms)])
