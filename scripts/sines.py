"""Write tests/golden/sines.csv: sines and cosines to the nearest double, by mpmath.

Run: python scripts/sines.py (needs mpmath). The numbers are written as the hexadecimal digits of their
bits. Among them are those that lie closest to multiples of pi / 2, where the reduction is hardest.
"""

import math
import random
import struct
from pathlib import Path

import mpmath

mpmath.mp.prec = 400


def bits(x: float) -> str:
    """Give the bits of a number."""
    return struct.pack(">d", x).hex()


def closest(limit: int) -> list[float]:
    """Give the doubles below a limit that lie closest to a multiple of pi / 2, for their size."""
    found = []
    for n in range(1, limit):
        x = float(n * mpmath.pi / 2)
        found.append((abs(n * mpmath.pi / 2 - mpmath.mpf(x)) / math.ulp(x), x))
    return [x for _, x in sorted(found)[:200]]


def inputs() -> list[float]:
    """Give the numbers, always the same."""
    draw = random.Random(7)
    xs = [0.0, 1e-300, 1e-9, 1.0, math.pi / 4, math.pi / 2, math.pi, 1e6, -1e6]
    xs += [draw.uniform(-10, 10) for _ in range(400)]
    xs += [draw.uniform(-1e6, 1e6) for _ in range(400)]
    xs += [draw.choice((-1, 1)) * 10 ** draw.uniform(-12, 6) for _ in range(200)]
    xs += [float(draw.randrange(1, 636_000) * mpmath.pi / 2) for _ in range(300)]
    return xs + closest(50_000)


def main() -> None:
    """Write the file."""
    lines = ["# sines and cosines by scripts/sines.py, as the bits of doubles", "x,sin,cos"]
    for x in inputs():
        sine, cosine = float(mpmath.sin(mpmath.mpf(x))), float(mpmath.cos(mpmath.mpf(x)))
        lines.append(f"{bits(x)},{bits(sine)},{bits(cosine)}")
    path = Path(__file__).parent.parent / "tests" / "golden" / "sines.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
