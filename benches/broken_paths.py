"""Broken paths of published models, held against a slow solver of their own, and orders of equations.

Residuals of the models' own past are drawn 1, 2, 5, 10 and 20 times their size, for FRB/US (24 quarters)
and World Bank models of Pakistan, Bolivia and Iraq (all add factors that equations carry). Two questions:

- Are the same paths broken when the equations stand in another order in the file? They must be, and all
  numbers must be the same to the bit.
- Does a slow method that shares nothing with the library solve a path that it calls broken? It reads the
  equations itself (tests/python/oracle), goes through them one after the other with damping (Gauss-Seidel),
  each kept where it gives no number, tries Newton's method in all unknowns of a block from where
  that leads, lets the residuals go to zero in steps, and the shocks grow from zero in steps. It
  should solve fewer than 1 in 100.

The files are not part of the project; their folder is given by TINBERGEN_SHARED or lies beside the
project.

Run: python benches/broken_paths.py [paths] [sample] [models, by commas]
"""

import os
import random
import sys
from collections import Counter
from pathlib import Path

import numpy as np

import tinbergen as tb

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "python"))

from oracle import language  # noqa: E402

SHARED = Path(os.environ.get("TINBERGEN_SHARED", ROOT / ".." / "shared"))
SIZES = (1, 2, 5, 10, 20)
ORDERS = 2
SPANS = {
    "frbus": ("2040-Q1..2045-Q4", "1975-Q1..2018-Q4"),
    "pak": ("2016..2030", "1990..2015"),
    "bol": ("2020..2035", "2000..2019"),
    "irq": ("2020..2040", "2000..2019"),
}
DAMPING = ((1.0, 60), (0.5, 150), (0.2, 250))


def published(name):
    """Give a published model that draws the residuals of its past."""
    span, past = SPANS[name]
    if name == "frbus":
        folder = SHARED / "models" / "frbus"
        model = tb.read_frbus(folder / "model.xml", folder / "longbase.csv", periods=span)
        return model.track(span).with_residuals(past)
    file = SHARED / "models" / "worldbank" / f"{name}.pcim"
    return tb.read_modelflow(file, periods=span).over(span).with_residuals(past)


def enlarged(model, size, order=None):
    """Give a model with larger residuals, an indicator for each shock, and equations in an order."""
    model = model.to_dict()
    shocks = list(model["shocks"])
    model["failed_paths"] = 1.0
    changes = [{"shock": shock, "scale": float(size)} for shock in shocks]
    model.setdefault("scenarios", {})["large"] = {"changes": changes}
    for shock in shocks:
        process = {"kind": "level", "mean": 0.0, "shock": shock}
        model["indicators"][f"probe_{shock}"] = {"process": process}
    names = list(model["indicators"])
    if order is not None:
        random.Random(order).shuffle(names)
    model["indicators"] = {name: model["indicators"][name] for name in names}
    return tb.Model.from_dict(model)


def ordinal(period):
    """Give a period as a whole number."""
    year, _, quarter = str(period).partition("-Q")
    return 4 * int(year) + int(quarter) - 1 if quarter else int(year)


class Place:
    """What names stand for in a period: what is being solved for, else what is known."""

    def __init__(self, known, shocks, now):
        self.known, self.shocks, self.now, self.found = known, shocks, now, {}

    def name(self, name, t):
        return self.found[name] if t == self.now and name in self.found else self.known(name, t)

    def shock(self, name, _):
        return self.shocks.get(name, 0.0)

    def ordinal(self, text):
        return ordinal(text)


class Slow:
    """A run of a model, and another way to solve it."""

    def __init__(self, model, paths):
        self.model = model
        run = model.simulate(paths, seed=1, scenarios=["large"])["large"]
        self.first = ordinal(run.periods[0])
        self.values = {name: np.array(run[name]) for name in model.indicators}
        written = model.indicators.items()
        self.equations = {k: language.equation(v.equation) for k, v in written if v.equation}
        self.history = {
            k: {ordinal(p): x for p, x in v.history.items() if isinstance(x, (int, float))}
            for k, v in written
        }
        self.add_factors = {
            k: {ordinal(p): x for p, x in (v.add_factors or {}).items()} for k, v in written
        }
        parameters = (model.parameters or {}).items()
        self.parameters = {k: v if isinstance(v, float) else v.value for k, v in parameters}
        self.blocks = model.explain().blocks

    def broken(self):
        """Give the paths in which any number is none."""
        finite = [np.isfinite(self.values[name]).all(axis=0) for name in self.equations]
        return np.flatnonzero(~np.all(finite, axis=0))

    def solve(self, path):
        """Solve the period in which a path broke: where that ends, and whether it is solved."""
        finite = np.all(
            [np.isfinite(self.values[name][:, path]) for name in self.equations], axis=0
        )
        row = int(np.argmin(finite))
        now = self.first + row

        def known(name, t):
            if name in self.parameters:
                return self.parameters[name]
            if 0 <= t - self.first < len(finite):
                here = t == now and name in self.equations
                return np.nan if here else self.values[name][t - self.first, path]
            return self.history[name].get(t, np.nan)

        shocks = {k: self.values[f"probe_{k}"][row, path] for k in self.model.shocks}
        place = Place(known, shocks, now)
        for block in self.blocks:
            names = [name for name in block.indicators if name in self.equations]
            if names and not block.feedback:
                place.found[names[0]] = self.value(names[0], place)
                if not np.isfinite(place.found[names[0]]):
                    return False, "an equation of its own"
            elif names and not self.block(names, place):
                return False, "a simultaneous block"
        return True, "solved"

    def value(self, name, place):
        """Give the value that the equation of an indicator gives it."""
        equation, now = self.equations[name], place.now
        residual = self.add_factors[name].get(now, 0.0)
        residual += place.shock(name, now) if equation.behavioural else 0.0
        left, right = equation.left, equation.right
        if equation.levels:
            plain = language.value(right, now, place)
            return language.isolate(left, name, plain, now, place) + residual
        if language.isolable(left, name):
            wanted = language.value(right, now, place) + residual
            return language.isolate(left, name, wanted, now, place)
        wanted = language.value(left, now, place) - residual
        return language.isolate(right, name, wanted, now, place)

    def missing(self, names, x, place):
        """Give what the equations give, minus what is put in; columns of `x` side by side."""
        place.found.update(zip(names, x, strict=True))
        return np.array([self.value(name, place) - place.found[name] + 0 * x[0] for name in names])

    def jacobian(self, names, x, place):
        """Give the derivatives by central differences."""
        step = 1e-6 * sizes(x)
        columns = np.repeat(x[:, None], len(x), axis=1)
        up = self.missing(names, columns + np.diag(step), place)
        return (up - self.missing(names, columns - np.diag(step), place)) / (2 * step)

    def newton(self, names, x, place, offset=0.0, steps=40):
        """Try Newton's method in all unknowns, with steps halved until they lead down."""
        for _ in range(steps):
            missing = self.missing(names, x, place) - offset
            size = sizes(x)
            if not np.isfinite(missing).all():
                return None
            if np.max(np.abs(missing / size)) < 1e-8:
                return x
            try:
                step = np.linalg.solve(self.jacobian(names, x, place), -missing)
            except np.linalg.LinAlgError:
                return None
            height = np.sum((missing / size) ** 2)
            share = 1.0
            while True:
                there = self.missing(names, x + share * step, place) - offset
                if np.sum((there / size) ** 2) < (1 - 1e-4 * share) * height:
                    break
                share /= 2
                if share < 1e-3:
                    return None
            x = x + share * step
        return None

    def follow(self, names, x, place, at):
        """Follow a solution from 0 to 1; `at` sets the stage and gives the offset there."""
        done, length = 0.0, 0.25
        while done < 1:
            there = min(1.0, done + length)
            found = self.newton(names, x, place, at(there), steps=8)
            if found is not None:
                x, done, length = found, there, 2 * length
            elif length < 1 / 256:
                return None
            else:
                length /= 2
        return x

    def block(self, names, place):
        """Solve a simultaneous block: is it solved?"""
        before = np.array([place.known(name, place.now - 1) for name in names])
        before = np.where(np.isfinite(before), before, 1.0)
        starts = [before]
        for damping, rounds in DAMPING:
            place.found.update(zip(names, before, strict=True))
            for k in range(rounds):
                change = 0.0
                for name in names:
                    value, old = self.value(name, place), place.found[name]
                    if np.isfinite(value):
                        change = max(change, abs(value - old) / max(abs(old), 1e-3))
                        place.found[name] = old + damping * (value - old)
                    else:
                        change = np.inf
                if change < 1e-9:
                    return True
                if k in (3, 20, rounds - 1):
                    starts.append(np.array([place.found[name] for name in names], dtype=float))
        starts = [x for x in starts if np.isfinite(x).all() and np.max(np.abs(x)) < 1e30]
        for x in starts:
            if self.newton(names, x, place) is not None:
                return True
            missing = self.missing(names, x, place)
            if np.isfinite(missing).all():
                found = self.follow(names, x, place, lambda share, m=missing: (1 - share) * m)
                if found is not None:
                    return True
        shocks = dict(place.shocks)

        def stage(share):
            place.shocks = {name: share * shock for name, shock in shocks.items()}
            return 0.0

        for x in starts[:3]:
            stage(0.0)
            x = self.newton(names, x, place)
            if x is not None and self.follow(names, x, place, stage) is not None:
                return True
        stage(1.0)
        return False


def sizes(x):
    """Give what unknowns are measured by."""
    return np.maximum(np.abs(x), 1e-3)


def main(paths=400, sample=100, models="frbus,pak,bol,irq"):
    """Print a line for each model and size of residuals."""
    np.seterr(all="ignore")
    for name in models.split(","):
        model = published(name)
        for size in SIZES:
            slow = Slow(enlarged(model, size), int(paths))
            broken = slow.broken()
            differ = 0
            for order in range(ORDERS):
                other = enlarged(model, size, order)
                run = other.simulate(int(paths), seed=1, scenarios=["large"])["large"]
                pairs = ((np.array(run[name]), x) for name, x in slow.values.items())
                differ += sum(not np.array_equal(a, b, equal_nan=True) for a, b in pairs)
            chosen = random.Random(0).sample(list(broken), min(int(sample), len(broken)))
            where = Counter(slow.solve(path)[1] for path in chosen)
            print(
                f"{name:6} x {size:2}: {len(broken)} of {paths} broken; {differ} indicators differ in "
                f"{ORDERS} other orders; of {len(chosen)} the slow solver solves "
                f"{where['solved']}, others end in {dict(where)}",
                flush=True,
            )


if __name__ == "__main__":
    main(*sys.argv[1:])
