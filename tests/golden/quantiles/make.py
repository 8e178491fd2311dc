"""Quantiles to 30 digits with mpmath, as an oracle for the inverse distribution functions.

Writes quantiles.csv: distribution (a TOML inline table), k (the 53-bit integer of the uniform
u = (k + 1/2) / 2^53), the quantile, and the slope f(q) / min(u, 1 - u), which turns an error of the
quantile into a relative error of the probability.

Run: python tests/golden/quantiles/make.py (needs mpmath)
"""

from pathlib import Path

from mpmath import betainc, erfinv, exp, findroot, gamma, gammainc, log, mp, mpf, pi, quad, sqrt

mp.dps = 40
K = [0, 1, 1000, 2**23, 2**33, 2**43, 2**49, 2**51, 2**52 - 1, 2**52, 3 * 2**51, 2**53 - 2**49]
K += [2**53 - 2**43, 2**53 - 2**33, 2**53 - 2**23, 2**53 - 1001, 2**53 - 2, 2**53 - 1]


def tail(k):
    """The smaller side and whether it is the upper one."""
    u = (mpf(k) + mpf(1) / 2) / mpf(2) ** 53
    return (u, False) if u < mpf(1) / 2 else (1 - u, True)


def score(k):
    p, upper = tail(k)
    z = sqrt(2) * erfinv(2 * p - 1)
    return -z if upper else z


def phi(z):
    return exp(-z * z / 2) / sqrt(2 * pi)


def solve(lower, upper_side, density, k, guess, variable=lambda y: y):
    """Root of ln(side(x(y))) = ln(p) from a guess of y; slope is f / p."""
    p, upper = tail(k)
    side = upper_side if upper else lower
    y = findroot(lambda y: log(side(variable(y))) - log(p), guess, tol=1e-50, maxsteps=200)
    x = variable(y)
    return x, density(x) / p


def normal(mean, sd):
    return lambda k: (mean + sd * score(k), phi(score(k)) / sd / tail(k)[0])


def student(mean, sd, df):
    df, scale = mpf(df), sd * sqrt((mpf(df) - 2) / df)
    norm = gamma((df + 1) / 2) / gamma(df / 2) / sqrt(df * pi)

    def at(k):
        p, upper = tail(k)
        side = lambda t: betainc(df / 2, mpf(1) / 2, 0, df / (df + t * t), regularized=True) / 2
        guess = log(-score(k) if not upper else score(k)) if p < 0.3 else mpf(-1)
        if p > mpf("0.4999999"):
            t = (mpf(1) / 2 - p) / norm
        else:
            y = findroot(lambda y: log(side(exp(y))) - log(p), (guess, guess + mpf(1) / 2), tol=1e-50, maxsteps=300)
            t = exp(y)
        density = norm * (1 + t * t / df) ** (-(df + 1) / 2)
        return mean + (t if upper else -t) * scale, density / scale / p

    return at


def gamma_(shape, scale):
    a = mpf(shape)
    lower = lambda x: gammainc(a, 0, x, regularized=True)
    upper = lambda x: gammainc(a, x, regularized=True)
    density = lambda x: x ** (a - 1) * exp(-x) / gamma(a)

    def at(k):
        z = score(k)
        wilson = a * (1 - 1 / (9 * a) + z / (3 * sqrt(a))) ** 3
        small = (tail(k)[0] * gamma(a + 1)) ** (1 / a)
        guess = log(small if not tail(k)[1] and small < a / 2 or wilson <= 0 else wilson)
        x, slope = solve(lower, upper, density, k, (guess, guess + mpf("0.01")), exp)
        return x * scale, slope / scale

    return at


def beta_(alpha, beta, low=0, high=1):
    a, b = mpf(alpha), mpf(beta)
    lower = lambda x: betainc(a, b, 0, x, regularized=True)
    upper = lambda x: betainc(a, b, x, 1, regularized=True)
    density = lambda x: x ** (a - 1) * (1 - x) ** (b - 1) / betainc(a, b)

    def at(k):
        p, up = tail(k)
        z = score(k)
        centre = log(a / b) + z * sqrt(1 / a + 1 / b)
        x, slope = solve(lower, upper, density, k, (centre, centre + mpf("0.05")), lambda y: 1 / (1 + exp(-y)))
        return low + (high - low) * x, slope / (high - low)

    return at


def lognormal(mean, sd):
    variance = log(1 + (mpf(sd) / mean) ** 2)
    mu = log(mpf(mean)) - variance / 2

    def at(k):
        z = score(k)
        x = exp(mu + sqrt(variance) * z)
        return x, phi(z) / sqrt(variance) / x / tail(k)[0]

    return at


def triangular(low, mode, high):
    low, mode, high = mpf(low), mpf(mode), mpf(high)
    share = (mode - low) / (high - low)

    def at(k):
        u = (mpf(k) + mpf(1) / 2) / mpf(2) ** 53
        p = tail(k)[0]
        if u <= share:
            x = low + sqrt(u * (high - low) * (mode - low))
            return x, 2 * (x - low) / (high - low) / (mode - low) / p
        x = high - sqrt((1 - u) * (high - low) * (high - mode))
        return x, 2 * (high - x) / (high - low) / (high - mode) / p

    return at


def uniform(low, high):
    def at(k):
        u = (mpf(k) + mpf(1) / 2) / mpf(2) ** 53
        return low + (high - low) * u, 1 / mpf(high - low) / tail(k)[0]

    return at


CASES = {
    "normal = { mean = 0.25, sd = 2.0 }": normal(mpf("0.25"), mpf(2)),
    "lognormal = { mean = 3.0, sd = 1.5 }": lognormal(3, mpf("1.5")),
    "uniform = { min = 1.0, max = 4.0 }": uniform(mpf(1), mpf(4)),
    "triangular = { min = 1.0, mode = 1.5, max = 4.0 }": triangular(1, mpf("1.5"), 4),
    "student_t = { sd = 1.0, df = 3.0 }": student(0, mpf(1), 3),
    "student_t = { mean = 1.0, sd = 0.5, df = 30.0 }": student(1, mpf("0.5"), 30),
    "gamma = { shape = 0.5, scale = 2.0 }": gamma_(mpf("0.5"), 2),
    "gamma = { shape = 3.0, scale = 1.0 }": gamma_(3, 1),
    "gamma = { shape = 400.0, scale = 1.0 }": gamma_(400, 1),
    "beta = { alpha = 2.0, beta = 3.0 }": beta_(2, 3),
    "beta = { alpha = 40.0, beta = 25.0, min = -1.0, max = 1.0 }": beta_(40, 25, -1, 1),
    "pert = { min = 0.0, mode = 2.0, max = 10.0 }": beta_(mpf("1.8"), mpf("4.2"), 0, 10),
}

if __name__ == "__main__":
    lines = ["# made by make.py with mpmath; distribution;k;quantile;slope"]
    for name, quantile in CASES.items():
        for k in K:
            q, slope = quantile(k)
            lines.append(f"{name};{k};{mp.nstr(q, 25)};{mp.nstr(slope, 8)}")
    (Path(__file__).parent / "quantiles.csv").write_text("\n".join(lines) + "\n")
    print(len(lines) - 1, "quantiles")
