"""Print what CHANGELOG.md says of the version in Cargo.toml, and refuse a tag that is not that version.

`python scripts/release_notes.py --tag v0.2.0` is what the release workflow runs before it builds anything.
"""

import argparse
import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]


def version(root: Path = ROOT) -> str:
    """Return the version, which stands in Cargo.toml alone."""
    cargo = tomllib.loads((root / "Cargo.toml").read_text(encoding="utf-8"))
    found: str = cargo["workspace"]["package"]["version"]
    return found


def notes(wanted: str, root: Path = ROOT) -> str:
    """Return the section of a version, without its heading."""
    text = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    for section in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        heading, _, body = section.partition("\n")
        if heading.split(",")[0].strip() == wanted:
            return body.strip() + "\n"
    raise SystemExit(f'CHANGELOG.md: no section "## {wanted}"')


def problems(tag: str | None, root: Path = ROOT) -> list[str]:
    """Name what stands in the way of a release under a tag."""
    now = version(root)
    found = []
    if tag is not None and tag != f"v{now}":
        found.append(f"the tag is {tag}, but Cargo.toml has version {now}: expected v{now}")
    text = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    if tag is not None and not re.search(rf"^## {re.escape(now)}, \d{{4}}-\d\d-\d\d$", text, re.M):
        found.append(f'CHANGELOG.md: the section of {now} has no day: write "## {now}, 2026-01-31"')
    citation = (root / "CITATION.cff").read_text(encoding="utf-8")
    cited = re.search(r"^version: *\"?([^\"\n]+)", citation, re.M)
    if cited and cited[1].strip() != now:
        found.append(f"CITATION.cff has version {cited[1].strip()}, not {now}")
    return found


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tag", help="the tag that is released, v and the version")
    given = parser.parse_args()
    if wrong := problems(given.tag):
        sys.exit("\n".join(wrong))
    print(notes(version()), end="")
