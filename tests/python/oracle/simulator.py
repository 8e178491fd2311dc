"""A plan file simulated with NumPy: period by period, equation by equation, all paths at once."""

from functools import cache

import numpy as np
from scipy import stats

from oracle import distributions, language
from oracle.reading import Plan, ordinal, period_text
from oracle.streams import Streams

NAN = float("nan")


class Run:
    """One scenario of a plan, in all paths. `values[name][ordinal]` are numbers or arrays of paths."""

    def __init__(self, plan, scenario, streams):
        self.plan, self.streams = plan, streams
        self.subject = {"parameter": {}, "shock": {}, "indicator": {}}
        for change in plan.changes(scenario):
            (kind,) = change.keys() & self.subject.keys()
            action = (*plan.amounts(change), change.get("by"))
            self.subject[kind].setdefault(change[kind], []).append(action)
        self.parameter = cache(self._parameter)
        self.shock = cache(self._shock)
        self.values = {name: {} for name in plan.indicators}
        with np.errstate(all="ignore"):
            self.events = self._events()
            begin = min(
                (min(known) for known in plan.history.values() if known), default=plan.first
            )
            for t in range(min(begin, plan.first), plan.last + 1):
                self._step(t)

    # What is drawn

    def _drawn(self, written, stream, t):
        return distributions.read(written).quantile(self.streams.uniform(stream, t))

    def _mixed(self, kind, name, stream, t):
        """Give the uniform of a member of a correlated group, or of a copula."""
        row, (copula, df) = self.plan.mixing[kind][name], self.plan.copulas.get(name, (None, None))
        if copula is not None:
            scores = [
                w * stats.norm.ppf(self.streams.uniform(f"{kind}/{o}", t))
                for o, w in row.items()
                if w
            ]
            common = stats.chi2.ppf(self.streams.uniform(f"copula/{copula}", t), df)
            return stats.t.cdf(sum(scores) * np.sqrt(df / common), df)
        if all(weight == 0 for other, weight in row.items() if other != name):
            return self.streams.uniform(stream, t)
        scores = [
            w * stats.norm.ppf(self.streams.uniform(f"{kind}/{o}", t)) for o, w in row.items() if w
        ]
        return stats.norm.cdf(sum(scores))

    def _parameter(self, name):
        written = self.plan.parameters[name]
        if isinstance(written, dict) and "draws" in written:  # a row for all of a block
            column = np.array(written["column"], float)
            u = self.streams.uniform(f"draws/{written['draws']}", 0)
            value = column[np.minimum(np.floor(u * len(column)).astype(int), len(column) - 1)]
        else:
            u = self._mixed("parameter", name, f"parameter/{name}", 0)
            value = distributions.read(written).quantile(u)
        for action, amount, _ in self.subject["parameter"].get(name, []):
            given = amount(self.plan.first)
            if action == "set":
                value = distributions.read(given).quantile(u)
            else:
                value = value + given if action == "add" else value * given
        return value

    def _place(self, stream, n, t):
        """Give the place in lists of n values that a stream draws in a period."""
        at = lambda s: self.streams.uniform(f"shock/{stream}", s)
        rule = self.plan.written.get("streams", {}).get(stream)
        if rule is None:
            return np.floor(at(t) * n).astype(int)
        length = rule["length"]
        if rule["blocks"] == "moving":
            k = (t - self.plan.first) % int(length)
            return np.floor(at(t - k) * (n - int(length) + 1)).astype(int) + k
        place, open_ = np.zeros(self.streams.paths, int), np.ones(self.streams.paths, bool)
        for back in range(t + 1):
            u = at(t - back)
            begins = open_ & (u * length < 1)
            place[begins] = (np.floor(u * length * n).astype(int) + back)[begins] % n
            open_ &= ~begins
            if not open_.any():
                break
        return place

    def _shock(self, name, t):
        written = self.plan.shocks[name]
        drawn = distributions.read(written)
        stream = written.get("stream")
        if stream is not None and drawn.values is not None:
            value = drawn.values[self._place(stream, len(drawn.values), t)]
        elif stream is not None:
            value = drawn.quantile(self.streams.uniform(f"shock/{stream}", t))
        else:
            value = drawn.quantile(self._mixed("shock", name, f"shock/{name}", t))
        scale, shift = 1.0, 0.0
        for action, amount, _ in self.subject["shock"].get(name, []):
            given = amount(t)
            if given is not None and action == "add":
                shift += given
            elif given is not None:
                scale *= given
        value = drawn.mean + scale * (value - drawn.mean) + shift
        return value + self.events.get((name, t), 0.0)

    def _events(self):
        """Give what events add to shocks, by shock and period."""
        added = {}
        for name, event in self.plan.events.items():
            probability = language.value(language.expression(event["probability"]), 0, self)
            until = np.full(self.streams.paths, -1)
            broken = np.broadcast_to(
                np.logical_not(np.abs(np.subtract(probability, 0.5)) <= 0.5), until.shape
            )
            for t in range(self.plan.first, self.plan.last + 1):
                begins = self.streams.uniform(f"event/{name}/begin", t) < probability
                if not event.get("overlap", False):
                    begins &= until < t
                lasts = self._drawn(event.get("duration", 1), f"event/{name}/duration", t)
                lasts = np.broadcast_to(np.floor(lasts + 0.5), until.shape)
                broken = broken | (begins & ~(lasts >= 1))
                end = t + np.maximum(lasts, 1).astype(int) - 1
                until = np.where(begins, end, until)
                for shock, size in event["size"].items():
                    drawn = self._drawn(size, f"event/{name}/size/{shock}", t)
                    added[shock, t] = added.get((shock, t), 0.0) + np.where(broken, NAN, 0.0)
                    for s in range(t, self.plan.last + 1):
                        more = np.where(begins & (s <= end), drawn, 0.0)
                        added[shock, s] = added.get((shock, s), 0.0) + more
        return added

    # What equations ask for

    def ordinal(self, text):
        return ordinal(text)[0]

    def stretch(self, text):
        """Give the first and the last period of the plan that lie in a period."""
        place, per_year = ordinal(text)
        count = self.plan.frequency // per_year
        return place * count, place * count + count - 1

    def name(self, name, t):
        if name in self.values:
            return self.values[name].get(t, NAN)
        if name in self.plan.parameters:
            return self.parameter(name)
        kind, _, owner = name.removeprefix("__").partition("_")
        return self._momentum(owner, t) if kind == "momentum" else self._given(owner, t)

    def _momentum(self, name, t):
        """Give the growth (change) of the period before, or what stands for it at the start."""
        rule = self.plan.rules[name]
        if np.any(np.isfinite(self.name(name, t - 2))):
            return language.value(rule.momentum, t - 1, self)
        if rule.start is None:
            return language.value(rule.mean, t, self)
        return self._drawn(rule.start, f"start/{name}", 0)

    def _given(self, name, t):
        period = period_text(t, self.plan.frequency)
        values = self.plan.indicators[name]["process"]["values"]
        return self._drawn(values[period], f"path/{name}/{period}", 0) if period in values else NAN

    def count(self, tree, values, t):
        _, stream, _ = self.plan.counts[id(tree)]
        return distributions.COUNTS[tree[1]](self.streams.uniform(stream, t), *values)

    # A period

    def _step(self, t):
        """Give every indicator its value in a period."""
        plan, owners = self.plan, {}
        for name in plan.indicators:
            known = plan.history[name]
            rule = plan.rules.get(name)
            value, swapped = self._known(name, t), self._set(name, t)
            if swapped is not None:
                value, by = swapped
                if by is not None:
                    owners[by] = name
            if value is not None:
                self.values[name][t] = value
            elif rule is None or (
                rule.equation.behavioural and t <= max(known, default=plan.first - 1)
            ):
                continue
            else:
                owners.setdefault(name, name)
        for unknown in owners:
            self.values[unknown].pop(t, None)
        for block in _in_order(
            {name: self._needs(name, owner, t) & owners.keys() for name, owner in owners.items()}
        ):
            self._solve(block, owners, t)

    def _needs(self, unknown, owner, t):
        """Give the indicators of this period that an equation looks at; itself only if implicit."""
        rule = self.plan.rules[owner]
        trees = (rule.equation.left, rule.equation.right)
        found = {name for tree in trees for name, lag in language.names(tree) if lag == 0}
        if owner == unknown and rule.isolable:
            found.discard(owner)
        else:
            found.add(unknown)
        return found

    def _set(self, name, t):
        """Give what a scenario sets, and by what."""
        if name not in self.plan.rules:
            return None
        found = None
        for action, amount, by in self.subject["indicator"].get(name, []):
            if action == "set" and amount(t) is not None:
                found = amount(t), by
        return found

    def _known(self, name, t):
        """Give what is known: a history, for an exogenous indicator with what scenarios do to it."""
        value, period = self.plan.history[name].get(t), period_text(t, self.plan.frequency)
        if value is not None:
            value = (
                value
                if isinstance(value, float)
                else self._drawn(value, f"history/{name}/{period}", 0)
            )
        if name in self.plan.rules:
            return value
        for action, amount, _ in self.subject["indicator"].get(name, []):
            given = amount(t)
            if given is not None:
                value = (
                    given
                    if action == "set"
                    else value + given
                    if action == "add"
                    else value * given
                )
        return value

    def _residual(self, owner, t):
        """Give shock and add factors of an equation."""
        rule, period = self.plan.rules[owner], period_text(t, self.plan.frequency)
        more = self.plan.indicators[owner].get("add_factors", {}).get(period, 0.0)
        if rule.shock is not None:
            more = more + self.shock(rule.shock, t)
        for action, amount, _ in self.subject["indicator"].get(owner, []):
            if action == "add" and amount(t) is not None:
                more = more + amount(t)
        return more

    def _explicit(self, owner, t):
        """Give what an equation says its indicator is."""
        equation, more = self.plan.rules[owner].equation, self._residual(owner, t)
        right = language.value(equation.right, t, self)
        if equation.levels:
            return language.isolate(equation.left, owner, right, t, self) + more
        return language.isolate(equation.left, owner, right + more, t, self)

    def _gap(self, owner, t):
        """Give left side minus right side."""
        rule = self.plan.rules[owner]
        if rule.isolable:
            return self.values[owner][t] - self._explicit(owner, t)
        left, right = (
            language.value(tree, t, self) for tree in (rule.equation.left, rule.equation.right)
        )
        return left - right - self._residual(owner, t)

    def _solve(self, block, owners, t):
        """Solve a block of equations: one by itself, several by Newton's method in each path."""
        first = block[0]
        if len(block) == 1 and first not in self._needs(first, owners[first], t):
            self.values[first][t] = self._explicit(first, t)
            return
        shape = (self.streams.paths,)
        x = np.array(
            [np.broadcast_to(self.values[name].get(t - 1, 1.0), shape) for name in block], float
        )

        def gaps(x):
            for name, row in zip(block, x, strict=True):
                self.values[name][t] = row
            return np.array([np.broadcast_to(self._gap(owners[name], t), shape) for name in block])

        now = gaps(x)
        for _ in range(60):
            slopes = np.empty((*shape, len(block), len(block)))
            for i in range(len(block)):
                step = 1e-7 * (np.abs(x[i]) + 1e-3)
                moved = x.copy()
                moved[i] += step
                slopes[:, :, i] = ((gaps(moved) - now) / (moved[i] - x[i])).T
            slopes[~np.isfinite(slopes).all(axis=(1, 2))] = np.eye(len(block))
            move = np.linalg.solve(slopes, now.T[:, :, None])[:, :, 0].T
            for _ in range(30):
                after = gaps(x - move)
                worse = ~np.isfinite(after).all(axis=0)
                if not worse.any():
                    break
                move[:, worse] /= 2
            x, now = x - move, after
            if not (np.abs(move) > 1e-14 * np.abs(x)).any():
                break
        gaps(x)


def _in_order(needs):
    """Give strongly connected blocks, what is needed first (Tarjan)."""
    number, low, stack, blocks = {}, {}, [], []

    def visit(name):
        number[name] = low[name] = len(number)
        stack.append(name)
        for other in sorted(needs[name]):
            if other not in number:
                visit(other)
                low[name] = min(low[name], low[other])
            elif other in stack:
                low[name] = min(low[name], number[other])
        if low[name] == number[name]:
            at = stack.index(name)
            blocks.append(stack[at:])
            del stack[at:]

    for name in needs:
        if name not in number:
            visit(name)
    return blocks


def simulate(text, paths, seed, design="random"):
    """Simulate a plan: the plan, and a run for the baseline and every scenario."""
    plan, streams = Plan(text), Streams(seed, paths, design)
    return plan, {name: Run(plan, name, streams) for name in ("baseline", *plan.scenarios)}
