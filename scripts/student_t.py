"""Write tests/golden/student_t.csv: quantiles of Student's t to the nearest double, by mpmath.

Run: python scripts/student_t.py (needs mpmath). Degrees of freedom, the probability above the quantile,
and the quantile, as the hexadecimal digits of their bits. The inputs are generated, always the same.
"""

import random
import struct
from pathlib import Path

import mpmath
from mpmath import mpf

mpmath.mp.dps = 50


def bits(x: float) -> str:
    """Give the bits of a number."""
    return struct.pack(">d", x).hex()


def beyond(t: mpf, df: mpf) -> mpf:
    """Give the probability above t."""
    return mpmath.betainc(df / 2, mpf(1) / 2, 0, df / (df + t * t), regularized=True) / 2


def inside(t: mpf, df: mpf) -> mpf:
    """Give the probability between the median and t, which near it has more digits."""
    return mpmath.betainc(mpf(1) / 2, df / 2, 0, t * t / (df + t * t), regularized=True) / 2


def quantile(df: float, p: float) -> float:
    """Solve for the quantile in its logarithm, by bisection and then Newton's method."""
    df, p = mpf(df), mpf(p)
    side, wanted = (inside, mpf(1) / 2 - p) if p > 0.25 else (beyond, p)
    rising = side is inside

    def gap(u: mpf) -> mpf:
        return mpmath.log(side(mpmath.exp(u), df) / wanted)

    low, high = mpf(-80), mpf(80)
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if (gap(middle) < 0) == rising else (low, middle)
    norm = mpmath.beta(df / 2, mpf(1) / 2) * mpmath.sqrt(df)
    u = (low + high) / 2
    for _ in range(20):
        t = mpmath.exp(u)
        density = (1 + t * t / df) ** (-(df + 1) / 2) / norm
        slope = (t * density if rising else -t * density) / side(t, df)
        step = gap(u) / slope
        u -= step
        if abs(step) < mpf(10) ** -40:
            return float(mpmath.exp(u))
    raise ArithmeticError(f"no quantile of {df} at {p}")


def inputs() -> list[tuple[float, float]]:
    """Give degrees of freedom and probabilities."""
    draw = random.Random(11)
    pairs = [
        (float(df), 1 - 0.975) for df in [*range(1, 130), 255, 499, 999, 1999, 4999, 9999, 10000]
    ]
    pairs += [(10 ** draw.uniform(0, 4), 1 - 0.975) for _ in range(150)]
    pairs += [(10 ** draw.uniform(0, 4), draw.uniform(1e-3, 0.5)) for _ in range(300)]
    pairs += [(float(draw.randrange(1, 200)), draw.uniform(1e-3, 0.5)) for _ in range(200)]
    pairs += [(10 ** draw.uniform(0, 4), 10 ** draw.uniform(-15, -1)) for _ in range(200)]
    pairs += [(10 ** draw.uniform(0, 4), 0.5 - 10 ** draw.uniform(-9, -1)) for _ in range(100)]
    return pairs


def main() -> None:
    """Write the file."""
    lines = [
        "# quantiles of Student's t by scripts/student_t.py, as the bits of doubles",
        "df,above,quantile",
    ]
    lines += [f"{bits(df)},{bits(p)},{bits(quantile(df, p))}" for df, p in inputs()]
    path = Path(__file__).parent.parent / "tests" / "golden" / "student_t.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
