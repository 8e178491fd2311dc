"""Processes by their kind: the equation that docs/plan-format.md says each stands for.

Where the growth (change) of the period before is looked at, the text has `MOMENTUM`, because it is `start` in the
first period when the history is too short to give it.
"""

from dataclasses import dataclass

MOMENTUM = "__momentum"


@dataclass
class Short:
    """What a process stands for: the equation as text, what its momentum is, and what starts it."""

    equation: str
    momentum: str = ""
    mean: str = ""
    shock_needed: bool = True


def _growth(x, mean, persistence=0):
    text = f"dlog({x}) ~ {mean} + ({persistence}) * ({MOMENTUM} - ({mean}))"
    return Short(text, f"dlog({x})", mean)


def _change(x, mean, persistence=0):
    text = f"diff({x}) ~ {mean} + ({persistence}) * ({MOMENTUM} - ({mean}))"
    return Short(text, f"diff({x})", mean)


def _level(x, mean, persistence=0, momentum=0):
    text = f"{x} ~ {mean} + ({persistence}) * ({x}[-1] - ({mean}))"
    if momentum == 0:
        return Short(text)
    # A change that is not known has no echo.
    return Short(f"{text} + ({momentum}) * {MOMENTUM}", f"diff({x})", "0")


def _share(x, drift=0, persistence=0, mean=None, pull=0, lower=0.0, upper=1.0):
    def logit(x):
        return f"logit(({x} - ({lower})) / ({upper} - ({lower})))"

    scaled = f"diff({logit(x)})"
    text = f"{scaled} ~ {drift} + ({persistence}) * ({MOMENTUM} - ({drift}))"
    if mean is not None:
        text += f" + ({pull}) * ({logit(f'({mean})')} - {logit(f'{x}[-1]')})"
    return Short(text, scaled, drift)


def _stock(x, depreciation, inflow):
    text = f"{x} ~ (1 - ({depreciation})) * {x}[-1] + {inflow}"
    return Short(text, shock_needed=False)


def _count(x, arrivals, departures=0, dispersion=None):
    come = f"poisson({arrivals})"
    if dispersion is not None:
        come = f"negative_binomial({arrivals}, {dispersion})"
    go = f" - binomial({x}[-1], {departures})" if departures != 0 else ""
    return Short(f"{x} ~ {x}[-1] + {come}{go}", shock_needed=False)


def _trend_to(x, value, by):
    text = f'{x} ~ {x}[-1] + ({value} - {x}[-1]) / max("{by}" - period + 1, 1)'
    return Short(text, shock_needed=False)


def _path(x, values):
    return Short(f"{x} ~ __given", shock_needed=False)


def _sinusoid(x, mean, amplitude, length, peak, persistence=0):
    # By the addition of a quarter of a cycle, so that it is not the cosine of the engine.
    turn = f'(6.283185307179586 * (period - "{peak}") / ({length}) + 1.5707963267948966)'
    cycle = f"({mean} + ({amplitude}) * sin{turn})"
    text = f"{x} ~ {cycle} + ({persistence}) * ({x}[-1] - lag({cycle}, 1))"
    return Short(text, shock_needed=False)


PROCESSES = {
    "growth": _growth,
    "change": _change,
    "level": _level,
    "share": _share,
    "stock": _stock,
    "count": _count,
    "trend_to": _trend_to,
    "path": _path,
    "sinusoid": _sinusoid,
}
