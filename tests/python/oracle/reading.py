"""A plan file as it is written: its periods, equations, changes and correlations, read from TOML."""

import re
import tomllib
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from oracle import language, processes


def ordinal(text):
    """Give the ordinal of a period and how many of its kind are in a year."""
    if found := re.fullmatch(r"(\d+)-Q([1-4])", text):
        return 4 * int(found[1]) + int(found[2]) - 1, 4
    if found := re.fullmatch(r"(\d+)-(\d\d)", text):
        return 12 * int(found[1]) + int(found[2]) - 1, 12
    return int(text), 1


def ends(span):
    """Give the ordinals of the first and the last period of a span."""
    first, _, last = span.partition("..")
    return ordinal(first)[0], ordinal(last or first)[0]


def period_text(place, frequency):
    """Write a period, as the names of streams do."""
    year, part = divmod(place, frequency)
    return {1: f"{year}", 4: f"{year}-Q{part + 1}", 12: f"{year}-{part + 1:02d}"}[frequency]


@dataclass
class Rule:
    """The equation of an indicator, ready to be used."""

    equation: language.Equation
    isolable: bool
    shock: str | None
    momentum: tuple | None = None
    mean: tuple | None = None
    start: object = None


class Plan:
    """A plan as written, with its equations read."""

    def __init__(self, text):
        self.written = tomllib.loads(text)
        self.first, self.last = ends(self.written["periods"])
        self.frequency = ordinal(self.written["periods"].partition("..")[0])[1]
        self.indicators = self.written.get("indicators", {})
        self.shocks = self.written.get("shocks", {})
        self.parameters = dict(self.written.get("parameters", {}))
        for block, part in self.written.get("draws", {}).items():
            for place, name in enumerate(part["parameters"]):
                column = [row[place] for row in part["rows"]]
                self.parameters[name] = {"draws": block, "column": column}
        self.copulas = {
            member: (name, part["df"])
            for name, part in self.written.get("copulas", {}).items()
            for member in part["members"]
        }
        self.events = self.written.get("events", {})
        self.scenarios = self.written.get("scenarios", {})
        self.targets = self.written.get("targets", [])
        self.history = {
            name: {ordinal(period)[0]: given for period, given in part.get("history", {}).items()}
            for name, part in self.indicators.items()
        }
        self.counts = {}
        self.rules = {}
        for name, part in self.indicators.items():
            if (rule := self._rule(name, part)) is not None:
                self.rules[name] = rule
                self._number_counts(rule.equation.right, name)

    def _rule(self, name, part):
        own = name if name in self.shocks else None
        if "equation" in part:
            equation = language.equation(part["equation"])
            isolable = language.isolable(equation.left, name)
            isolable = isolable and (name, 0) not in language.names(equation.right)
            return Rule(equation, isolable, own if equation.behavioural else None)
        if "process" not in part:
            return None
        terms = dict(part["process"])
        kind, shock, start = terms.pop("kind"), terms.pop("shock", own), terms.pop("start", None)
        spread, factor = terms.pop("spread", None), terms.pop("factor", None)
        loading = terms.pop("loading", 1)
        short = processes.PROCESSES[kind](name, **terms)
        if factor is not None:
            short.equation += f" + ({loading}) * shock({factor})"
        if spread is not None:  # then the shock stands in the equation, and is no residual
            short.equation += f" + ({spread}) * shock({shock or name})"
            shock = None
        text = short.equation.replace(processes.MOMENTUM, f"{processes.MOMENTUM}_{name}")
        equation = language.equation(text.replace("__given", f"__given_{name}"))
        rule = Rule(equation, True, shock)
        if short.momentum:
            rule.momentum = language.expression(short.momentum)
            rule.mean, rule.start = language.expression(short.mean), start
        return rule

    def _number_counts(self, tree, name):
        if tree[0] == "call" and tree[1] in language.RANDOM_COUNTS:
            number = sum(owner == name for owner, _, _ in self.counts.values())
            stream = f"count/{name}" + (f"/{number + 1}" if number else "")
            self.counts[id(tree)] = (name, stream, tree)
        for inner, _ in language.shifts(tree):
            self._number_counts(inner, name)

    @cached_property
    def drawn_from(self):
        """The first period in which a shock is drawn: after the history that ends first."""
        begin = [
            max(self.history[name]) + 1
            for name, rule in self.rules.items()
            if rule.equation.behavioural and self.history[name]
        ]
        return min([self.first, *begin])

    def changes(self, scenario):
        """Give the changes of a scenario, those of the one that it extends first."""
        if scenario == "baseline":
            return []
        part = self.scenarios[scenario]
        before = self.changes(part["extends"]) if "extends" in part else []
        return before + part.get("changes", [])

    def amounts(self, change):
        """Give what a change does: the action and its amount by period (one for all: a function)."""
        (action,) = change.keys() & {"set", "add", "scale"}
        amount = change[action]
        if isinstance(amount, dict) and all(re.match(r"\d", key) for key in amount):
            by = {ordinal(period)[0]: float(x) for period, x in amount.items()}
            return action, lambda t: by.get(t)
        begin, end = ends(change.get("periods", self.written["periods"]))
        return action, lambda t: amount if begin <= t <= end else None

    @cached_property
    def mixing(self):
        """The Cholesky factors of shocks and of parameters, in the order of declaration."""
        return {
            kind: self._factor(list(parts))
            for kind, parts in (("shock", self.shocks), ("parameter", self.parameters))
        }

    def _factor(self, members):
        matrix = np.eye(len(members))
        for pair, rho in self.written.get("correlations", {}).items():
            a, b = (part.strip() for part in pair.split(","))
            if a in members and b in members:
                i, j = members.index(a), members.index(b)
                matrix[i, j] = matrix[j, i] = rho
        return {
            name: dict(zip(members, row, strict=True))
            for name, row in zip(members, np.linalg.cholesky(matrix), strict=True)
        }
