"""Write the live page, a file for each language: ``python scripts/live_page.py FOLDER`` (`make page`).

A plan is checked and simulated while it is written, by the engine in the page. It can lie on any
web server, or be opened from a disk.
"""

import sys
import tomllib
from pathlib import Path

import tinbergen as tb
from tinbergen.basics.language import LANGUAGES
from tinbergen.io.plan_files import read_plan
from tinbergen.report.editor import editor_html

PLANS = ("minimal", "yuecheng", "macro")


def write(folder: Path) -> list[Path]:
    """Write the page in every language; the English one is what a server shows first."""
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for language in LANGUAGES:
        texts = [tb.plans.path(name).read_text(encoding="utf-8") for name in PLANS]
        plans = [
            (read_plan(tb.plans.path(name)).text(language) or name, text)
            for name, text in zip(PLANS, texts, strict=True)
        ]
        new = tb.plans.new_text(language=language)
        plans.append((tomllib.loads(new)["name"], new))
        name = "index.html" if language == "en" else f"{language}.html"
        (folder / name).write_text(editor_html(plans, language), encoding="utf-8")
        files.append(folder / name)
    return files


if __name__ == "__main__":
    for file in write(Path(sys.argv[1])):
        print(file)
