"""Write the licences of what is inside the engine: ``python scripts/notices.py engine.notices.json`` (`make engine`).

A report with the engine inside is a copy of the crates that it was compiled from, and their notices travel with it. They are
those of `cargo tree` for the module; texts are read from the sources of the crates, and the same text stands once.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parents[1]
TARGET = "wasm32-unknown-unknown"
OF_THE_CRATE = ["-p", "tinbergen-engine", "--target", TARGET, "-e", "normal,no-proc-macro"]
_TITLE = re.compile(r"(The )?MIT License( \(MIT\))?:?|={3,}|\s*", re.IGNORECASE)
_GRANT = "Permission is hereby granted"
_OWNER = re.compile(r"^copyright (\(c\)|©) .*\d{4}.*$", re.IGNORECASE)
_RUST = "Copyright (c) The Rust Project Contributors"


def cargo(*arguments: str) -> str:
    """Ask cargo about what is locked."""
    command = ["cargo", *arguments, "--locked"]
    return subprocess.run(command, check=True, capture_output=True, text=True, cwd=HERE).stdout


def inside() -> set[tuple[str, str]]:
    """Name the crates of the module with their versions."""
    lines = cargo("tree", *OF_THE_CRATE, "--prefix", "none", "--no-dedupe", "-f", "{p}")
    return {
        (line.split()[0], line.split()[1].removeprefix("v")) for line in lines.splitlines() if line
    }


def texts_of(folder: Path, licence: str) -> list[str]:
    """Read the texts that a copy has to carry: of a choice of licences the shortest is taken."""
    files = sorted([*folder.glob("LICEN[CS]E*"), *folder.glob("COPYING*")])
    by = {file.name.upper(): file.read_text("utf-8") for file in files if file.is_file()}
    besides = [text for name, text in by.items() if "UNICODE" in name and " AND " in licence]
    is_choice = re.search(r"\bOR\b|/", licence) is not None
    for part in ("MIT", "ZLIB", "APACHE"):
        if not re.search(part, licence, re.IGNORECASE):
            continue
        for name, text in by.items():
            plain = re.fullmatch(r"(LICEN[CS]E|COPYING)(\.(TXT|MD))?", name) and not is_choice
            if part in name or plain:
                return [text, *besides]
    raise SystemExit(f"{folder.name}: no text of its licence ({licence}) is in its sources")


def parted(text: str) -> tuple[list[str], str]:
    """Part a text into who has the copyright and what is granted, both without how lines were broken."""
    if "Apache License" in text:
        return [], _joined((HERE / "LICENSE-APACHE").read_text("utf-8"))
    before, grant, after = text.replace("\r", "").partition(_GRANT)
    if grant and "UNICODE" not in before:
        paragraphs = _joined(before).split("\n\n")
        return [one for one in paragraphs if not _TITLE.fullmatch(one)], _joined(grant + after)
    lines = text.replace("\r", "").splitlines()
    owners = [line.strip() for line in lines if _OWNER.match(line.strip())]
    return owners, _joined("\n".join(line for line in lines if line.strip() not in owners))


def _joined(text: str) -> str:
    paragraphs = (" ".join(part.split()) for part in re.split(r"\n\s*\n", text.replace("\r", "")))
    return "\n\n".join(filter(None, paragraphs))


def notices() -> list[dict[str, object]]:
    """Gather the texts, each with the crates that it is of."""
    here = inside()
    groups: dict[str, list[dict[str, object]]] = {}

    def add(
        name: str, version: str, licence: str, text: str, owners: list[str] | None = None
    ) -> None:
        found, granted = parted(text)
        row = {"name": name, "version": version, "licence": licence}
        groups.setdefault(granted, []).append({**row, "copyright": owners or found})

    packages = json.loads(cargo("metadata", "--format-version", "1"))["packages"]
    for package in sorted(packages, key=lambda package: (package["name"], package["version"])):
        name, version, licence = package["name"], package["version"], package["license"]
        if (name, version) not in here:
            continue
        here.remove((name, version))
        folder = Path(package["manifest_path"]).parent
        folder = HERE if package["source"] is None else folder
        for text in texts_of(folder, licence):
            add(name, version, licence, text)
    if here:
        raise SystemExit(f"cargo metadata does not know {sorted(here)}")
    version = subprocess.run(
        ["rustc", "--version"], check=True, capture_output=True, text=True
    ).stdout
    mit = (HERE / "LICENSE-MIT").read_text("utf-8")
    add("the standard library of Rust", version.split()[1], "MIT OR Apache-2.0", mit, [_RUST])
    sobol = (HERE / "src/sample/data/LICENSE-JOE-KUO").read_text("utf-8")
    add("the direction numbers of Joe and Kuo", "2008", "BSD-3-Clause", sobol)
    return [{"of": rows, "text": text} for text, rows in groups.items()]


if __name__ == "__main__":
    text = json.dumps(notices(), ensure_ascii=False, indent=1, sort_keys=True)
    Path(sys.argv[1]).write_text(f"{text}\n", encoding="utf-8")
