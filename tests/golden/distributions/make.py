"""Distributions by SciPy and mpmath, as an oracle for those of plans.

Writes distributions.csv; each line begins with the distribution as a plan has it:

    mean;VALUE
    sd;VALUE
    sides;X;PROBABILITY OF AT MOST X;PROBABILITY OF MORE THAN X;DENSITY
    quantile;K;VALUE;SLOPE    at the uniform u = (K + 1/2) / 2^53; slope = density / min(u, 1 - u),
                              which turns an error of the quantile into one of the probability

Kinds that SciPy has are SciPy's; those of continuous kinds that were there before have their
quantiles in tests/golden/quantiles. Truncated distributions, mixtures and metalogs are worked out from
their definitions with mpmath: densities are integrated, distribution functions are halved, and a
metalog is fitted by its linear equations.

Run: python tests/golden/distributions/make.py (needs scipy and mpmath)
"""

import random
from pathlib import Path

from mpmath import (
    betainc,
    erfc,
    exp,
    gamma,
    gammainc,
    inf,
    log,
    lu_solve,
    matrix,
    mp,
    mpf,
    pi,
    quad,
    sqrt,
)
from scipy import stats

mp.dps = 40
K = [0, 2**10, 2**33, 2**49, 2**51, 2**52, 3 * 2**51, 2**53 - 2**49, 2**53 - 2**33, 2**53 - 1]
SHARES = [1e-12, 0.01, 0.3, 0.5, 0.8, 0.999]
draw = random.Random(1)


def toml(kind, **values):
    """Write a distribution as a plan has it."""
    return f"{kind} = {{ " + ", ".join(f"{k} = {text(v)}" for k, v in values.items()) + " }"


def text(value):
    """Write a number or a list."""
    return f"[{', '.join(map(text, value))}]" if isinstance(value, list) else repr(value)


def uniform_of(k):
    """Give the smaller side and whether it is the upper one."""
    u = (mpf(k) + mpf(1) / 2) / mpf(2) ** 53
    return (u, False) if u < mpf(1) / 2 else (1 - u, True)


def number(x):
    """Write a number with all its digits."""
    return mp.nstr(mpf(x), 20)


def lines(name, mean, sd, sides, quantile, continuous=True):
    """Give the lines of a distribution."""
    yield f"{name};mean;{number(mean)}"
    yield f"{name};sd;{number(sd)}"
    for share in SHARES:
        k = int(share * 2**53)
        x = float(quantile(k))
        below, above, density = sides(x)
        yield f"{name};sides;{x!r};{number(below)};{number(above)};{number(density)}"
    for k in K:
        q = quantile(k)
        slope = sides(q)[2] / uniform_of(k)[0] if continuous else 0
        yield f"{name};quantile;{k};{number(q)};{mp.nstr(mpf(slope), 8)}"


def of_scipy(name, frozen, continuous=True):
    """Give the lines of a distribution that SciPy has; its quantiles only where they are exact."""

    def sides(x):
        x = float(x)
        return frozen.cdf(x), frozen.sf(x), frozen.pdf(x) if continuous else 0

    def quantile(k):
        p, upper = uniform_of(k)
        return frozen.isf(float(p)) if upper else frozen.ppf(float(p))

    found = lines(name, frozen.mean(), frozen.std(), sides, quantile, continuous)
    # Quantiles of continuous kinds to 30 digits are in tests/golden/quantiles.
    # SciPy has no quantiles of counts in the last tails.
    deep = {f";quantile;{k};" for k in (K[0], K[1], K[-1])}
    keep = lambda line: not any(part in line for part in deep) and not continuous
    return [line for line in found if ";quantile;" not in line or keep(line)]


class Law:
    """A distribution in 40 digits: density, both sides, ends, and where to split integrals."""

    def __init__(self, name, density, below, above, ends, splits):
        self.name, self.density, self.ends, self.splits = name, density, ends, splits
        self.below, self.above = below, above

    def lines(self):
        """Give its lines."""
        a, b = self.ends
        points = sorted({a, b, *(x for x in self.splits if a < x < b)})
        mean = quad(lambda x: x * self.density(x), points)
        variance = quad(lambda x: (x - mean) ** 2 * self.density(x), points)

        def sides(x):
            x = mpf(x)
            return self.below(x), self.above(x), self.density(x)

        return lines(self.name, mean, sqrt(variance), sides, self.quantile)

    def quantile(self, k):
        """Halve the distribution function."""
        p, upper = uniform_of(k)
        low, high = self.ends
        middle = self.splits[0]
        step = mpf(1)
        far = (lambda x: self.above(x) < p) if upper else (lambda x: self.below(x) >= p)
        if high == inf:
            high = max(middle, low if low != -inf else middle) + step
            while not far(high):
                step, high = 2 * step, high + step
        step = mpf(1)
        if low == -inf:
            low = min(middle, high) - step
            while far(low):
                step, low = 2 * step, low - step
        for _ in range(300):
            half = (low + high) / 2
            low, high = (low, half) if far(half) else (half, high)
        return high


def normal(mean, sd):
    """Give a normal."""
    mean, sd = mpf(mean), mpf(sd)
    z = lambda x: (x - mean) / sd
    return Law(
        toml("normal", mean=float(mean), sd=float(sd)),
        lambda x: exp(-(z(x) ** 2) / 2) / sd / sqrt(2 * pi),
        lambda x: erfc(-z(x) / sqrt(2)) / 2,
        lambda x: erfc(z(x) / sqrt(2)) / 2,
        (-inf, inf),
        [mean + s * k * sd for k in (0, 1, 4, 12) for s in (1, -1)],
    )


def gamma_law(shape, scale):
    """Give a gamma."""
    a, s = mpf(shape), mpf(scale)
    return Law(
        toml("gamma", shape=shape, scale=scale),
        lambda x: (x / s) ** (a - 1) * exp(-x / s) / gamma(a) / s if x > 0 else mpf(0),
        lambda x: gammainc(a, 0, x / s, regularized=True) if x > 0 else mpf(0),
        lambda x: gammainc(a, x / s, regularized=True) if x > 0 else mpf(1),
        (mpf(0), inf),
        [a * s, 2 * a * s, a * s / 2, 10 * a * s + 40 * s],
    )


def beta_law(alpha, beta):
    """Give a beta."""
    a, b = mpf(alpha), mpf(beta)
    return Law(
        toml("beta", alpha=alpha, beta=beta),
        lambda x: x ** (a - 1) * (1 - x) ** (b - 1) / betainc(a, b) if 0 < x < 1 else mpf(0),
        lambda x: betainc(a, b, 0, min(max(x, mpf(0)), mpf(1)), regularized=True),
        lambda x: betainc(b, a, 0, min(max(1 - x, mpf(0)), mpf(1)), regularized=True),
        (mpf(0), mpf(1)),
        [a / (a + b)],
    )


def student(mean, sd, df):
    """Give a scaled t."""
    mean, df = mpf(mean), mpf(df)
    scale = mpf(sd) * sqrt((df - 2) / df)
    norm = gamma((df + 1) / 2) / gamma(df / 2) / sqrt(df * pi) / scale

    def tail(t):
        return betainc(df / 2, mpf(1) / 2, 0, df / (df + t * t), regularized=True) / 2

    def below(x):
        t = (x - mean) / scale
        return tail(t) if t < 0 else 1 - tail(t)

    return Law(
        toml("student_t", mean=float(mean), sd=sd, df=float(df)),
        lambda x: norm * (1 + ((x - mean) / scale) ** 2 / df) ** (-(df + 1) / 2),
        below,
        lambda x: below(2 * mean - x),
        (-inf, inf),
        [mean, mean + 5 * scale, mean - 5 * scale, mean + 500 * scale, mean - 500 * scale],
    )


def uniform(low, high):
    """Give a uniform."""
    a, b = mpf(low), mpf(high)
    share = lambda x: min(max(x, mpf(0)), mpf(1))
    return Law(
        toml("uniform", min=low, max=high),
        lambda x: 1 / (b - a) if a <= x <= b else mpf(0),
        lambda x: share((x - a) / (b - a)),
        lambda x: share((b - x) / (b - a)),
        (a, b),
        [(a + b) / 2, a, b],
    )


def triangular(low, mode, high):
    """Give a triangular."""
    a, c, b = mpf(low), mpf(mode), mpf(high)

    def density(x):
        if not a < x < b:
            return mpf(0)
        return 2 * (x - a) / (b - a) / (c - a) if x < c else 2 * (b - x) / (b - a) / (b - c)

    def below(x):
        x = min(max(x, a), b)
        if x < c:
            return (x - a) ** 2 / (b - a) / (c - a)
        return 1 - (b - x) ** 2 / (b - a) / (b - c)

    return Law(
        toml("triangular", min=low, mode=mode, max=high),
        density, below, lambda x: 1 - below(x), (a, b), [c, a, b],
    )  # fmt: skip


def truncated(law, low=None, high=None):
    """Cut a distribution."""
    a = law.ends[0] if low is None else max(mpf(low), law.ends[0])
    b = law.ends[1] if high is None else min(mpf(high), law.ends[1])
    from_above = law.above(a) < mpf(1) / 2 if a != -inf else False
    at_a = (mpf(0), mpf(1)) if a == -inf else (law.below(a), law.above(a))
    at_b = (mpf(1), mpf(0)) if b == inf else (law.below(b), law.above(b))
    mass = at_a[1] - at_b[1] if from_above else at_b[0] - at_a[0]
    inside = lambda x: min(max(x, a), b)
    limits = "".join(
        f", {key} = {value!r}" for key, value in (("min", low), ("max", high)) if value is not None
    )
    middle = a if b == inf else b if a == -inf else (a + b) / 2
    return Law(
        f"truncated = {{ {law.name}{limits} }}",
        lambda x: law.density(x) / mass if a <= x <= b else mpf(0),
        lambda x: (
            at_a[1] - law.above(inside(x)) if from_above else law.below(inside(x)) - at_a[0]
        ) / mass,
        lambda x: (
            law.above(inside(x)) - at_b[1] if at_b[1] < mpf(1) / 2 else at_b[0] - law.below(inside(x))
        ) / mass,
        (a, b),
        [middle, *law.splits, *(x + k for x in (a, b) if abs(x) != inf for k in (-1, 1))],
    )  # fmt: skip


def mixture(*parts):
    """Mix distributions."""
    total = sum(mpf(weight) for weight, _ in parts)
    share = [(mpf(weight) / total, law) for weight, law in parts]
    sum_of = lambda of: lambda x: sum(p * getattr(law, of)(x) for p, law in share)
    named = ", ".join(f"{{ weight = {weight!r}, {law.name} }}" for weight, law in parts)
    return Law(
        f"mixture = {{ components = [{named}] }}",
        sum_of("density"), sum_of("below"), sum_of("above"),
        (min(law.ends[0] for _, law in parts), max(law.ends[1] for _, law in parts)),
        [*(x for _, law in parts for x in law.splits),
         *(x for _, law in parts for x in law.ends if abs(x) != inf)],
    )  # fmt: skip


def elicited(outside, low, middle, high, least=None, most=None):
    """Fit a metalog of three terms by its linear equations."""
    least_, most_ = (None if x is None else mpf(x) for x in (least, most))
    if least is None and most is None:
        to, back = (lambda x: x), (lambda y: y)
    elif most is None:
        to, back = (lambda x: log(x - least_)), (lambda y: least_ + exp(y))
    elif least is None:
        to, back = (lambda x: -log(most_ - x)), (lambda y: most_ - exp(-y))
    else:
        to = lambda x: log((x - least_) / (most_ - x))
        back = lambda y: (least_ + most_ * exp(y)) / (1 + exp(y))
    levels = [mpf(outside) / 100, mpf(1) / 2, 1 - mpf(outside) / 100]
    logit = lambda y: log(y / (1 - y))
    rows = [[1, logit(y), (y - mpf(1) / 2) * logit(y)] for y in levels]
    a = lu_solve(matrix(rows), matrix([to(mpf(x)) for x in (low, middle, high)]))
    # In w = logit y, over which quantiles are smooth and weights y (1 - y) fall exponentially.
    share = lambda w: 1 / (1 + exp(-w))
    at = lambda w: back(a[0] + (a[1] + a[2] * (share(w) - mpf(1) / 2)) * w)
    weight = lambda w: share(w) * share(-w)
    points = [-inf, -40, -10, 0, 10, 40, inf]
    clip = lambda f: lambda w: f(w) if abs(w) < 400 else mpf(0)
    mean = quad(clip(lambda w: at(w) * weight(w)), points)
    sd = sqrt(quad(clip(lambda w: (at(w) - mean) ** 2 * weight(w)), points))

    def find(x):
        low_, high_ = mpf(-200), mpf(200)
        for _ in range(140):
            half = (low_ + high_) / 2
            low_, high_ = (low_, half) if at(half) > x else (half, high_)
        return low_

    def sides(x):
        w = find(mpf(x))
        step = mpf(10) ** -12
        slope = (at(w + step) - at(w - step)) / (2 * step)
        return share(w), share(-w), weight(w) / slope

    def quantile(k):
        p, upper = uniform_of(k)
        return at(-logit(p) if upper else logit(p))

    keys = {f"q{outside:02d}": low, "q50": middle, f"q{100 - outside}": high}
    limits = {key: x for key, x in (("min", least), ("max", most)) if x is not None}
    return lines(toml("elicited", **keys, **limits), mean, sd, sides, quantile)


def pick(low, high, digits=3):
    """Draw a parameter."""
    return round(draw.uniform(low, high), digits)


def all_lines():
    """Give the lines of all distributions."""
    for _ in range(4):
        m, s = pick(-2, 2), pick(0.1, 3)
        yield from of_scipy(toml("normal", mean=m, sd=s), stats.norm(m, s))
        df = pick(2.1, 30)
        scale = s * ((df - 2) / df) ** 0.5
        yield from of_scipy(toml("student_t", mean=m, sd=s, df=df), stats.t(df, m, scale))
        mean = pick(0.5, 100)
        variance = float(log(1 + (mpf(s) / mpf(mean)) ** 2))
        log_mean = float(log(mpf(mean)) - mpf(variance) / 2)
        frozen = stats.lognorm(variance**0.5, scale=float(exp(log_mean)))
        yield from of_scipy(toml("lognormal", mean=mean, sd=s), frozen)
        a, w = pick(-3, 3), pick(0.1, 8)
        yield from of_scipy(toml("uniform", min=a, max=a + w), stats.uniform(a, w))
        c = pick(0.1, 0.9)
        frozen = stats.triang((a + c * w - a) / w, a, w)
        yield from of_scipy(toml("triangular", min=a, mode=a + c * w, max=a + w), frozen)
        weight = pick(1, 9)
        frozen = stats.beta(1 + weight * c, 1 + weight * (1 - c), 0, w)
        yield from of_scipy(toml("pert", min=0.0, mode=c * w, max=w, weight=weight), frozen)
        alpha, beta = pick(0.3, 20), pick(0.3, 20)
        frozen = stats.beta(alpha, beta, 0, w)
        yield from of_scipy(toml("beta", alpha=alpha, beta=beta, min=0.0, max=w), frozen)
        shape = pick(0.2, 40)
        yield from of_scipy(toml("gamma", shape=shape, scale=s), stats.gamma(shape, scale=s))
        mean = pick(0.1, 60)
        yield from of_scipy(toml("poisson", mean=mean), stats.poisson(mean), False)
        p = pick(0.01, 0.99)
        yield from of_scipy(toml("bernoulli", probability=p), stats.bernoulli(p), False)
        values = sorted({pick(-5, 5, 1) for _ in range(7)})
        equal = stats.rv_discrete(values=(range(len(values)), [1 / len(values)] * len(values)))
        weights = [draw.randint(1, 9) for _ in values]
        shares = [weight / sum(weights) for weight in weights]
        for name, chances in (
            (toml("empirical", values=values[::-1]), equal.pk),
            (toml("discrete", values=values[::-1], probabilities=shares[::-1]), shares),
        ):
            yield from of_values(name, values, chances)
    for shape in (0.08, 0.4, 1.0, 1.7, 3.6, 25.0, 600.0, 1e5):
        yield from weibull(shape, pick(0.2, 50))
    smooth = [0.3, 1.0, 1.1, 4.0]
    yield from piecewise(smooth)
    for mode, uncertainty, skew in ((0.1, 0.5, -0.2), (2.0, 0.3, 0.4)):
        yield from two_piece(mode, uncertainty, skew)
    laws = [
        truncated(normal(0.02, 0.05), low=0.0),
        truncated(normal(1.0, 2.0), -1.0, 6.5),
        truncated(normal(0.0, 1.0), low=9.0),
        truncated(normal(0.0, 1.0), -12.0, -7.5),
        truncated(normal(100.0, 0.01), high=100.005),
        truncated(gamma_law(2.5, 3.0), 1.0, 30.0),
        truncated(gamma_law(0.4, 1.0), high=2.0),
        truncated(gamma_law(9.0, 0.12), low=3.0),
        truncated(beta_law(2.0, 5.0), 0.1, 0.6),
        truncated(beta_law(0.3, 0.6), high=0.9),
        truncated(student(0.0, 0.03, 3.0), low=-0.05),
        truncated(student(1.0, 0.5, 5.0), -1.0, 4.0),
        truncated(triangular(0.0, 2.0, 10.0), 1.0, 7.0),
        truncated(uniform(0.0, 2.0), high=1.5),
        mixture((0.9, normal(0.02, 0.01)), (0.1, normal(-0.06, 0.03))),
        mixture((1.0, normal(0.0, 1.0)), (1.0, normal(50.0, 0.001))),
        mixture((3.0, uniform(0.0, 1.0)), (1.0, uniform(2.0, 3.0))),
        mixture((0.5, gamma_law(3.0, 1.0)), (0.3, uniform(1.0, 2.0)), (0.2, normal(4.0, 2.0))),
        mixture((0.2, triangular(0.0, 1.0, 2.0)), (0.8, beta_law(2.0, 3.0))),
        mixture((0.7, student(0.0, 0.01, 4.0)), (0.3, truncated(normal(0.0, 0.02), high=0.0))),
        truncated(mixture((0.9, normal(0.02, 0.01)), (0.1, normal(-0.06, 0.03))), -0.05, 0.05),
    ]
    for law in laws:
        print(law.name)
        yield from law.lines()
    for case in (
        (10, 2.2, 2.6, 3.4),
        (10, -0.03, 0.01, 0.02),
        (5, 1.0, 2.0, 3.0),
        (25, 100.0, 104.0, 110.0),
        (10, 2.2, 2.6, 3.4, 0.0),
        (10, 1.0, 3.0, 20.0, 0.0, 100.0),
        (10, 1.0, 1.3, 2.0, 0.5),
        (5, -3.0, -1.0, -0.5, None, 0.0),
        (25, 0.2, 0.38, 0.6, 0.0, 1.0),
    ):
        yield from elicited(*case)


def of_values(name, values, chances):
    """Give the lines of a few values with their probabilities."""
    mean = sum(mpf(x) * mpf(p) for x, p in zip(values, chances, strict=True)) / sum(
        map(mpf, chances)
    )
    square = sum((mpf(x) - mean) ** 2 * mpf(p) for x, p in zip(values, chances, strict=True))

    def sides(x):
        below = sum(mpf(p) for value, p in zip(values, chances, strict=True) if value <= x)
        above = sum(mpf(p) for value, p in zip(values, chances, strict=True) if value > x)
        return below, above, 0

    def quantile(k):
        u = (mpf(k) + mpf(1) / 2) / mpf(2) ** 53
        return next(x for x in values if sides(x)[0] >= u or x == values[-1])

    return lines(name, mean, sqrt(square / sum(map(mpf, chances))), sides, quantile, False)


def weibull(shape, scale):
    """Give a Weibull by its closed forms, and SciPy's mean beside it where SciPy has the digits."""
    k, s = mpf(shape), mpf(scale)
    mean = s * gamma(1 + 1 / k)
    sd = s * sqrt(gamma(1 + 2 / k) - gamma(1 + 1 / k) ** 2)
    frozen = stats.weibull_min(shape, scale=scale)
    assert abs(frozen.mean() / mean - 1) < 1e-9

    def sides(x):
        y = (mpf(x) / s) ** k
        return -mp.expm1(-y), exp(-y), k / mpf(x) * y * exp(-y)

    def quantile(i):
        p, upper = uniform_of(i)
        return s * (-log(p) if upper else -mp.log1p(-p)) ** (1 / k)

    return lines(toml("weibull", shape=shape, scale=scale), mean, sd, sides, quantile)


def two_piece(mode, uncertainty, skew):
    """Give a two-piece normal from its density, with its scales from the Bank's definitions."""
    s, wanted = mpf(uncertainty), mpf(skew)
    # sqrt(2 / pi) (s2 - s1) = skew and 1 / s1^2 + 1 / s2^2 = 2 / s^2.
    scales = lambda g: (s / sqrt(1 - g), s / sqrt(1 + g))
    gap = lambda g: sqrt(2 / pi) * (scales(g)[1] - scales(g)[0]) - wanted
    low, high = mpf(-1), mpf(1)
    for _ in range(130):
        half = (low + high) / 2
        low, high = (half, high) if gap(half) > 0 else (low, half)
    s1, s2 = scales(low)
    top = sqrt(2 / pi) / (s1 + s2)
    side = lambda x: s1 if x < mode else s2
    density = lambda x: top * exp(-((x - mode) ** 2) / side(x) ** 2 / 2)
    tail = lambda x: side(x) / (s1 + s2) * erfc(abs(x - mode) / side(x) / sqrt(2))
    law = Law(
        toml("two_piece_normal", mode=mode, uncertainty=uncertainty, skew=skew),
        density,
        lambda x: tail(x) if x < mode else 1 - tail(x),
        lambda x: 1 - tail(x) if x < mode else tail(x),
        (-inf, inf),
        [mpf(mode) + k for k in (0, -1, 1, -8, 8)],
    )
    return [line for line in law.lines() if ";quantile;" not in line]


def piecewise(values):
    """Give the sides of a list that is drawn smoothly."""
    name = toml("empirical", values=values).replace(" }", ", smooth = true }")
    gaps = len(values) - 1
    pairs = [(mpf(a), mpf(b)) for a, b in zip(values, values[1:], strict=False)]
    between = lambda f, a, b: quad(lambda t: f(a + t * (b - a)), [0, 1])
    over = lambda f: sum(between(f, a, b) for a, b in pairs) / gaps
    mean = over(lambda x: x)
    yield f"{name};mean;{number(mean)}"
    yield f"{name};sd;{number(sqrt(over(lambda x: (x - mean) ** 2)))}"
    for x in (0.5, 1.05, 3.9):
        k = sum(value <= x for value in values) - 1
        width = mpf(values[k + 1]) - mpf(values[k])
        below = (k + (mpf(x) - mpf(values[k])) / width) / gaps
        yield f"{name};sides;{x!r};{number(below)};{number(1 - below)};{number(1 / width / gaps)}"


if __name__ == "__main__":
    made = ["# made by make.py with SciPy and mpmath", *all_lines()]
    path = Path(__file__).parent / "distributions.csv"
    path.write_text("\n".join(made) + "\n", encoding="utf-8")
    print(len(made) - 1, "numbers")
