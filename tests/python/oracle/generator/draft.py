"""A plan in the making, and how it is written down."""

import json
import random
import re

from oracle.generator.distributions import CENTRED, POSITIVE
from oracle.reading import period_text

DEPTH = 8  # periods known before the span, where a history is not short
STARTS = {1: 2021, 4: 4 * 2021 + 1, 12: 12 * 2021 + 4}


class Draft:
    """A plan in the making: `kinds` says of each indicator what it is like, `depth` how far back it is known."""

    def __init__(self, seed, attempt):
        self.rng, self.seed = random.Random(f"{seed}/{attempt}"), seed
        self.frequency = (1, 4, 12)[seed % 3]
        self.first = STARTS[self.frequency] + self.rng.randrange(self.frequency)
        self.last = self.first + self.rng.randrange(5, 11)
        self.indicators, self.parameters, self.shocks, self.streams = {}, {}, {}, {}
        self.draws, self.copulas = {}, {}
        self.correlations, self.events, self.scenarios, self.targets = {}, {}, {}, []
        self.sets, self.kinds, self.depth, self.scale = {}, {}, {}, {}
        self.exogenous, self.swaps, self.settable = [], [], []

    # Choosing

    def near(self, size, spread=0.5):
        """Give a number near another one, with few digits."""
        return float(f"{size * self.rng.uniform(1 - spread, 1 + spread):.3g}")

    def chance(self, probability):
        return self.rng.random() < probability

    def due(self, kinds, more):
        """Give the entry whose turn it is, and others by chance."""
        return [kinds[self.seed % len(kinds)], *self.rng.choices(kinds, k=more)]

    def period(self, place=None):
        place = self.rng.randint(self.first, self.last) if place is None else place
        return period_text(place, self.frequency)

    def year(self):
        """Give a whole year, also where periods are shorter."""
        return self.period()[:4]

    def span(self, longest=4):
        first = self.rng.randint(self.first, self.last - 1)
        return f"{self.period(first)}..{self.period(self.rng.randint(first, min(self.last, first + longest)))}"

    def pick(self, kind, back=0, without=()):
        """Give an indicator of a kind whose values reach that far back, or None."""
        found = [
            n
            for n, k in self.kinds.items()
            if k == kind and self.depth[n] >= back and n not in without
        ]
        return self.rng.choice(found) if found else None

    # Adding

    def add(self, stem, kind, size, *, ragged=0, known=DEPTH, drawn=False, integer=False, **part):
        """Add an indicator with a history that ends `ragged` periods before the last one before the span."""
        name = f"{stem}_{len(self.indicators)}"
        end = self.first - 1 - ragged
        level, history = size, {}
        for place in range(end, end - known, -1):
            history[self.period(place)] = float(round(level)) if integer else float(f"{level:.6g}")
            step = self.rng.gauss(0.012, 0.01)
            level = (
                level + 0.3 * step
                if kind == "share"
                else level + step * 0.1
                if kind == "small"
                else level / (1 + step)
            )
            level = min(max(level, 0.05), 0.95) if kind == "share" else level
        if drawn and history:
            last = self.period(end)
            history[last] = self.rng.choice(POSITIVE)(self, history[last], history[last] / 20)
        if history:
            part["history"] = dict(
                sorted(history.items(), key=lambda item: (len(item[0]), item[0]))
            )
        self.indicators[name], self.kinds[name], self.scale[name] = part, kind, size
        self.depth[name] = known + ragged
        return name

    def shock(self, name, size):
        """Declare a shock around 0."""
        if name not in self.shocks:
            kinds = list(CENTRED.values())
            turn = kinds[(self.seed + len(self.shocks)) % len(kinds)]
            self.shocks[name] = turn(self, 0.0, size)
        return name

    def in_draws(self):
        """Give the parameters that are drawn in rows."""
        return [name for block in self.draws.values() for name in block["parameters"]]

    def parameter(self, centre, size):
        """Add a parameter near a number, drawn or fixed."""
        name = f"p_{len(self.parameters)}"
        kinds = list(CENTRED.values())
        turn = kinds[(self.seed + len(self.parameters)) % len(kinds)]
        written = turn(self, centre, size)
        if self.chance(0.3):
            written = {"value": self.near(centre)} if self.chance(0.5) else self.near(centre)
        self.parameters[name] = written
        return name


def toml(value):
    """Write a value in one line of TOML."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(k)} = {toml(v)}" for k, v in value.items()) + " }"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(toml, value)) + "]"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


def _key(name):
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else json.dumps(name, ensure_ascii=False)


def written(d):
    """Write a draft as a plan file."""
    lines = ["schema = 1", f'name = "random plan {d.seed}"']
    lines += [f'periods = "{d.period(d.first)}..{d.period(d.last)}"', "failed_paths = 0.05"]
    tables = {
        "indicators": d.indicators,
        "parameters": d.parameters,
        "draws": d.draws,
        "shocks": d.shocks,
        "streams": d.streams,
        "copulas": d.copulas,
        "events": d.events,
        "scenarios": d.scenarios,
    }
    for table, parts in tables.items():
        fixed = {name: part for name, part in parts.items() if not isinstance(part, dict)}
        if fixed:
            lines += ["", f"[{table}]", *(f"{_key(k)} = {toml(v)}" for k, v in fixed.items())]
        for name, part in parts.items():
            if isinstance(part, dict):
                lines += [
                    "",
                    f"[{table}.{_key(name)}]",
                    *(f"{_key(k)} = {toml(v)}" for k, v in part.items()),
                ]
    for table, parts in (("correlations", d.correlations), ("target_sets", d.sets)):
        if parts:
            lines += ["", f"[{table}]", *(f"{_key(k)} = {toml(v)}" for k, v in parts.items())]
    for target in d.targets:
        lines += ["", "[[targets]]", *(f"{_key(k)} = {toml(v)}" for k, v in target.items())]
    return "\n".join(lines) + "\n"
