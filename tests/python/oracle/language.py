"""The equation language of DESIGN.md section 5: its own tokens, tree and values.

A tree is a tuple: ("number", x), ("name", n), ("lag", tree, n), ("period",), ("date", text),
("shock", name), ("call", function, trees), ("op", sign, trees).
"""

import re
from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.special import ndtr, ndtri

TOKEN = re.compile(
    r"""\s*(?:(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?P<name>[^\W\d]\w*)|"(?P<date>[^"]*)"
    |(?P<sign>\*\*|<=|>=|==|!=|[-+*/^<>=~(),\[\]]))""",
    re.VERBOSE,
)
RANDOM_COUNTS = ("poisson", "negative_binomial", "binomial")


def expit(x):
    return 1 / (1 + np.exp(-x))


def logit(p):
    return np.log(p / (1 - p))


def unless_nan(function):
    """The function, or not-a-number where any of what it is worked out from is."""

    def checked(*operands):
        missing = sum(np.isnan(np.asarray(x, dtype=float)) for x in operands) > 0
        return np.where(missing, np.nan, function(*operands))

    return checked


def _chosen(c, a, b):
    return np.where(
        np.isnan(np.asarray(c, dtype=float)), np.nan, np.where(np.asarray(c) != 0, a, b)
    )


PLAIN = {
    "log": np.log,
    "exp": np.exp,
    "sqrt": np.sqrt,
    "abs": np.abs,
    "sin": np.sin,
    "cos": np.cos,
    "logit": logit,
    "expit": expit,
    "tan": np.tan,
    "tanh": np.tanh,
    "atanh": np.arctanh,
    "normcdf": ndtr,
    "norminv": ndtri,
    "normpdf": lambda x: np.exp(-np.square(x) / 2) / np.sqrt(2 * np.pi),
    "floor": np.floor,
    "ceil": np.ceil,
    "round": lambda x: np.copysign(np.floor(np.abs(x) + 0.5), x),
    "sign": np.sign,
    "mod": np.mod,
    "min": lambda *a: _reduce(np.minimum, a),
    "max": lambda *a: _reduce(np.maximum, a),
    "if": _chosen,
}
SHIFTING = {
    "diff": lambda at, t: at(t) - at(t - 1),
    "dlog": lambda at, t: np.log(at(t)) - np.log(at(t - 1)),
    "growth": lambda at, t: np.divide(at(t), at(t - 1)) - 1,
    "lag": lambda at, t, n: at(t - n),
    "movsum": lambda at, t, n: sum(at(t - i) for i in range(n)),
    "movavg": lambda at, t, n: sum(at(t - i) for i in range(n)) / n,
}
OPERATIONS = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "^": unless_nan(np.power),
    "<": unless_nan(np.less),
    "<=": unless_nan(np.less_equal),
    ">": unless_nan(np.greater),
    ">=": unless_nan(np.greater_equal),
    "==": unless_nan(np.equal),
    "!=": unless_nan(np.not_equal),
}
COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")
LOGIC = {
    "and": unless_nan(lambda a, b: (np.asarray(a) != 0) & (np.asarray(b) != 0)),
    "or": unless_nan(lambda a, b: (np.asarray(a) != 0) | (np.asarray(b) != 0)),
    "not": unless_nan(lambda a: np.asarray(a) == 0),
    "neg": np.negative,
}
UNDO = {"log": np.exp, "exp": np.log, "sqrt": np.square, "logit": expit, "expit": logit} | {
    "tanh": np.arctanh,
    "atanh": np.tanh,
    "normcdf": ndtri,
    "norminv": ndtr,
}


def _reduce(function, values):
    result = values[0]
    for value in values[1:]:
        result = function(result, value)
    return result


class _Parser:
    def __init__(self, text):
        self.tokens, place = [], 0
        text = text.split("#")[0].rstrip()
        while place < len(text):
            found = TOKEN.match(text, place)
            if found is None:
                raise ValueError(f"{text!r}: what is at {place}?")
            self.tokens.append((found.lastgroup, found[found.lastgroup]))
            place = found.end()
        self.tokens.append(("end", ""))

    def look(self, ahead=0):
        return self.tokens[ahead]

    def take(self, text=None):
        kind, found = self.tokens.pop(0)
        if text is not None and found != text:
            raise ValueError(f"expected {text!r}, found {found!r}")
        return kind, found

    def _binary(self, below, signs):
        tree = below()
        while self.look()[1] in signs and self.look()[0] in ("sign", "name"):
            sign = self.take()[1]
            tree = ("op", sign, (tree, below()))
        return tree

    def expression(self):
        return self._binary(self._and, ("or",))

    def _and(self):
        return self._binary(self._not, ("and",))

    def _not(self):
        if self.look() == ("name", "not"):
            self.take()
            return ("op", "not", (self._not(),))
        return self._compared()

    def _compared(self):
        terms, signs = [self._sum()], []
        while self.look()[0] == "sign" and self.look()[1] in COMPARISONS:
            signs.append(self.take()[1])
            terms.append(self._sum())
        links = [("op", sign, terms[k : k + 2]) for k, sign in enumerate(signs)]
        links = [(kind, sign, tuple(pair)) for kind, sign, pair in links]
        tree = links[0] if links else terms[0]
        for link in links[1:]:
            tree = ("op", "and", (tree, link))
        return tree

    def _sum(self):
        return self._binary(self._product, ("+", "-"))

    def _product(self):
        return self._binary(self._signed, ("*", "/"))

    def _signed(self):
        if self.look()[1] in ("-", "+") and self.look()[0] == "sign":
            sign = self.take()[1]
            tree = self._signed()
            return ("op", "neg", (tree,)) if sign == "-" else tree
        return self._power()

    def _power(self):
        tree = self._atom()
        if self.look()[1] in ("^", "**"):
            self.take()
            tree = ("op", "^", (tree, self._signed()))
        return tree

    def _atom(self):
        kind, text = self.take()
        if kind == "number":
            return ("number", float(text))
        if kind == "date":
            return ("date", text)
        if text == "(":
            tree = self.expression()
            self.take(")")
            return tree
        if kind != "name":
            raise ValueError(f"unexpected {text!r}")
        if text == "period":
            return ("period",)
        if text == "shock":
            self.take("(")
            name = self.take()[1]
            self.take(")")
            return ("shock", name)
        if self.look()[1] == "(" and (text in PLAIN or text in SHIFTING or text in RANDOM_COUNTS):
            self.take("(")
            trees = [self.expression()]
            while self.look()[1] == ",":
                self.take()
                trees.append(self.expression())
            self.take(")")
            if text in SHIFTING:
                whole = tuple(int(tree[1]) for tree in trees[1:])
                return ("call", text, (trees[0],), whole)
            return ("call", text, tuple(trees), ())
        return self._lagged(("name", text))

    def _lagged(self, tree):
        opening = self.look()[1]
        if opening in ("[", "("):
            self.take()
            self.take("-")
            tree = ("lag", tree, int(float(self.take()[1])))
            self.take("]" if opening == "[" else ")")
        return tree


@dataclass
class Equation:
    """Two sides; behavioural with `~`; `levels`: residual and add factor are added to the indicator."""

    left: tuple
    right: tuple
    behavioural: bool
    levels: bool = False


def expression(text):
    """Read an expression."""
    parser = _Parser(str(text))
    tree = parser.expression()
    parser.take("")
    return tree


def equation(text):
    """Read an equation."""
    parser = _Parser(text)
    left = parser.expression()
    sign = parser.take()[1]
    right = parser.expression()
    levels = parser.look()[1] == "in"
    if levels:
        parser.take("in")
        parser.take("levels")
    parser.take("")
    return Equation(left, right, sign == "~", levels)


def shifts(tree):
    """Give, as pairs (inner tree, by how much it is shifted), what a tree is made of."""
    kind = tree[0]
    if kind == "lag":
        return [(tree[1], tree[2])]
    if kind == "op":
        return [(inner, 0) for inner in tree[2]]
    if kind == "call" and tree[1] in SHIFTING:
        offsets = []
        SHIFTING[tree[1]](lambda t: offsets.append(-t) or 1.0, 0, *tree[3])
        return [(tree[2][0], by) for by in offsets]
    if kind == "call":
        return [(inner, 0) for inner in tree[2]]
    return []


@cache
def names(tree, shift=0):
    """Give all names of a tree with their lags."""
    found = {(tree[1], shift)} if tree[0] == "name" else set()
    return found.union(*(names(inner, shift + by) for inner, by in shifts(tree)))


def value(tree, t, place):
    """Give the value of a tree in period t; `place` knows names, shocks, dates and counts."""
    kind = tree[0]
    if kind == "number":
        return tree[1]
    if kind == "name":
        return place.name(tree[1], t)
    if kind == "lag":
        return value(tree[1], t - tree[2], place)
    if kind == "period":
        return float(t)
    if kind == "date":
        return float(place.ordinal(tree[1]))
    if kind == "shock":
        return place.shock(tree[1], t)
    if kind == "op" and tree[1] in COMPARISONS and any(inner[0] == "date" for inner in tree[2]):
        return _stretches(tree[1], *(_ends(inner, t, place) for inner in tree[2]))
    if kind == "op":
        values = [value(inner, t, place) for inner in tree[2]]
        if tree[1] in LOGIC:
            return LOGIC[tree[1]](*values) * 1.0
        return OPERATIONS[tree[1]](*values) * 1.0
    if tree[1] in SHIFTING:
        return SHIFTING[tree[1]](lambda s: value(tree[2][0], s, place), t, *tree[3])
    values = [value(inner, t, place) for inner in tree[2]]
    if tree[1] in PLAIN:
        return PLAIN[tree[1]](*values) * 1.0
    return place.count(tree, values, t)


def _ends(tree, t, place):
    """Give the first and the last period of what is compared: several where it is a coarser one."""
    if tree[0] == "date":
        return place.stretch(tree[1])
    return (value(tree, t, place),) * 2


def _stretches(sign, left, right):
    """Compare two stretches of periods: one is before the other, after it, or within it."""
    before, after = left[1] < right[0], left[0] > right[1]
    found = {
        "<": before,
        "<=": not after,
        ">": after,
        ">=": not before,
        "==": not (before or after),
    }
    return float(found.get(sign, before or after))


def isolable(tree, name):
    """Whether a name stands once in a tree, within what can be undone, and without a lag."""
    kind = tree[0]
    if kind == "name":
        return tree[1] == name
    if kind == "op" and tree[1] in ("+", "-", "*", "/", "neg", "^"):
        inside = [(name, 0) in names(inner) for inner in tree[2]]
        return sum(inside) == 1 and isolable(tree[2][inside.index(True)], name)
    if kind == "call" and (tree[1] in UNDO or tree[1] in ("diff", "dlog", "growth")):
        return (name, 0) in names(tree[2][0]) and isolable(tree[2][0], name)
    return False


def isolate(tree, name, result, t, place):
    """Give the value of a name with which a tree has a wanted value."""
    kind = tree[0]
    if kind == "name":
        return result
    if kind == "op" and tree[1] == "neg":
        return isolate(tree[2][0], name, -result, t, place)
    if kind == "op":
        first, second = tree[2]
        left = (name, 0) in names(first)
        other = value(second if left else first, t, place)
        undone = {
            "+": lambda: result - other,
            "-": lambda: result + other if left else other - result,
            "*": lambda: result / other,
            "/": lambda: result * other if left else other / result,
            "^": lambda: result ** (1 / other) if left else np.log(result) / np.log(other),
        }[tree[1]]()
        return isolate(first if left else second, name, undone, t, place)
    inner = tree[2][0]
    if tree[1] in UNDO:
        return isolate(inner, name, UNDO[tree[1]](result), t, place)
    before = value(inner, t - 1, place)
    undone = {
        "diff": lambda: before + result,
        "dlog": lambda: before * np.exp(result),
        "growth": lambda: before * (1 + result),
    }[tree[1]]()
    return isolate(inner, name, undone, t, place)
