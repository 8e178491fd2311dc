"""Random plans held against the independent simulator for as long as one likes.

Run: PYTHONPATH=tests/python python -m oracle [minutes] [first seed]
"""

import sys
import time
import traceback

from oracle.holding import hold
from oracle.holding_others import OTHERS


def main():
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
    kinds = {"paths": hold, **OTHERS}
    end, done, failed = time.monotonic() + 60 * minutes, dict.fromkeys(kinds, 0), []
    while time.monotonic() < end:
        for kind, held in kinds.items():
            try:
                held(seed)
            except Exception:
                failed.append((kind, seed))
                print(f"{kind}, seed {seed}\n{traceback.format_exc()}", flush=True)
            done[kind] += 1
        seed += 1
    print(
        ", ".join(f"{count} {kind}" for kind, count in done.items()),
        f"; {len(failed)} failed: {failed}",
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
