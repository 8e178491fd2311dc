"""Packs the direction numbers of Joe and Kuo into src/sample/data/sobol.bin.

Source: S. Joe and F. Y. Kuo, new-joe-kuo-6.21201 (BSD-3), as shipped with SciPy. For each dimension
from the second on: the primitive polynomial with all its coefficients (20 bits), then the initial
numbers m_2 .. m_s without their last bit, which is always 1 (i - 1 bits for m_i). Bits are packed from
the lowest of each byte on.

Run: python scripts/sobol_directions.py (needs scipy)
"""

from pathlib import Path

import numpy as np
import scipy.stats

source = Path(scipy.stats.__file__).parent / "_sobol_direction_numbers.npz"
data = np.load(source)
bits: list[int] = []
for polynomial, numbers in zip(data["poly"][1:], data["vinit"][1:], strict=True):
    bits += [int(polynomial) >> k & 1 for k in range(20)]
    degree = int(polynomial).bit_length() - 1
    for i in range(2, degree + 1):
        m = int(numbers[i - 1])
        assert m % 2 == 1 and m < 2**i
        bits += [m >> k & 1 for k in range(1, i)]
target = Path(__file__).parent.parent / "src" / "sample" / "data" / "sobol.bin"
target.write_bytes(np.packbits(np.array(bits, dtype=np.uint8), bitorder="little").tobytes())
print(target.stat().st_size, "bytes")
