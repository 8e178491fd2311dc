"""Pack the engine for reports: ``python scripts/engine.py MODULE.wasm engine.wasm.gz`` (`make engine`).

The table of Sobol' numbers hardly compresses, and only one design reads it. Its place in the module is written at the
end, in a section of its own, so that a report of another design can leave it out.
"""

import gzip
import sys
from pathlib import Path

TABLE = Path(__file__).parents[1] / "src/sample/data/sobol.bin"


def packed(module: bytes, table: bytes) -> bytes:
    """Add the section, and compress; the same bytes every time."""
    if module.count(table) != 1:
        raise ValueError(f"the table of {TABLE.name} is in the module {module.count(table)} times")
    place = f"tinbergen-sobol:{module.index(table):08x}{len(table):08x}".encode()
    section = bytes([len(place)]) + place
    return gzip.compress(module + bytes([0, len(section)]) + section, 9, mtime=0)


if __name__ == "__main__":
    module, out = map(Path, sys.argv[1:])
    out.write_bytes(packed(module.read_bytes(), TABLE.read_bytes()))
