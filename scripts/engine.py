"""Pack the engine for reports: ``python scripts/engine.py MODULE.wasm engine.wasm.lzma`` (`make engine`).

The table of Sobol' numbers hardly compresses, and only one design reads it, up to some dimension. It is taken out of the
module and stands behind it, so that a report takes as much of it as its plan can need. The file begins with a line of JSON:
of which sources the core is, how long the module is, where in it the table belongs, and how long it is packed.
"""

import json
import lzma
import re
import sys
from pathlib import Path

TABLE = Path(__file__).parents[1] / "src/sample/data/sobol.bin"
FILTERS = [
    {
        "id": lzma.FILTER_LZMA1,
        "preset": 9 | lzma.PRESET_EXTREME,
        "lc": 4,
        "lp": 0,
        "pb": 0,
    }
]
"""Those that make a module of WebAssembly smallest: its codes are bytes on no boundary."""


def packed(module: bytes, table: bytes) -> bytes:
    """Pack a module; the same bytes every time, by the same version of liblzma."""
    if module.count(table) != 1:
        raise ValueError(f"the table of {TABLE.name} is in the module {module.count(table)} times")
    found = re.search(rb"tinbergen-sources:([0-9a-f]{32})", module)
    if found is None:
        raise ValueError("the module does not say of which sources it is")
    place = module.index(table)
    module = module[:place] + bytes(len(table)) + module[place + len(table) :]
    small = lzma.compress(module, format=lzma.FORMAT_ALONE, filters=FILTERS)
    head = {
        "sources": found[1].decode(),
        "size": len(module),
        "table": place,
        "packed": len(small),
    }
    return json.dumps(head).encode() + b"\n" + small + table


if __name__ == "__main__":
    source, out = map(Path, sys.argv[1:])
    out.write_bytes(packed(source.read_bytes(), TABLE.read_bytes()))
