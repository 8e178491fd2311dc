"""Print what pyproject.toml asks for: its groups and extras by name, one requirement a line.

`python scripts/requirements.py dev plot` is what `pip install --group dev` and `.[plot]` would
install, without the package itself, and needs nothing but Python: the pip of a new environment may be
too old to know of groups.
"""

import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

PROJECT = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))
GROUPS = PROJECT["dependency-groups"]
EXTRAS = PROJECT["project"]["optional-dependencies"]
OURSELVES = re.compile(rf"{PROJECT['project']['name']}\[([a-z, ]+)\]")


def requirements(name: str) -> Iterator[str]:
    """Yield the requirements of a group or an extra, and of those that it includes."""
    for entry in GROUPS.get(name) or EXTRAS[name]:
        if isinstance(entry, dict):
            yield from requirements(entry["include-group"])
        elif ours := OURSELVES.fullmatch(entry):
            for extra in ours[1].split(","):
                yield from requirements(extra.strip())
        else:
            yield entry


if __name__ == "__main__":
    wanted = (line for name in sys.argv[1:] for line in requirements(name))
    print("\n".join(dict.fromkeys(wanted)))
