"""Run what pages in Markdown show, and say where something else comes out: ``python scripts/pages.py docs/how-to/*.md``.

With ``--write`` the pages are given what comes out. What a block is, its first line says:

- ```` ```toml plan.toml ````, ```` ```csv data.csv ````, ```` ```text model.prg ````: a file, written before what follows runs;
- ```` ```diff plan.toml ````: what is changed in a file, lines - and the lines + that come in their place;
- ```` ```toml ````: a part of a plan file, which has to be TOML;
- ```` ```python ````: examples as in a docstring, all of a page one after the other;
- ```` ```console ````: commands ``$ tinbergen ...`` with what they print, in the folder of the files; ``> file`` keeps it;
- ```` ```sh ````: not run; only `pip`.
"""

from __future__ import annotations

import argparse
import contextlib
import doctest
import io
import os
import re
import shlex
import sys
import tempfile
import tomllib
import traceback
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_BLOCK = re.compile(
    r"^```(?P<kind>\w+)(?: (?P<file>\S+))?\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)
_FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def run(text: str, folder: Path) -> tuple[str, list[str]]:
    """Run a page in a folder, and return it with what came out, and what was not as it said."""
    names: dict[str, Any] = {"__name__": "__main__"}
    problems: list[str] = []

    def ran(found: re.Match[str]) -> str:
        kind, file, block = found["kind"], found["file"], found["text"]
        line = text.count("\n", 0, found.start()) + 2
        if kind == "diff":
            _change(folder / file, block)
            return found[0]
        if file:
            (folder / file).write_text(block, encoding="utf-8")
            return found[0]
        if kind == "toml":
            tomllib.loads(block)
            return found[0]
        if kind == "sh":
            if not block.startswith("pip install"):
                problems.append(f"line {line}: sh is for pip alone; what can be run is console")
            return found[0]
        steps = {"python": _examples, "console": _commands}.get(kind)
        if steps is None:
            problems.append(f"line {line}: no such block: {kind}")
            return found[0]
        with contextlib.chdir(folder):
            parts = []
            for at, source, wanted, got in steps(block, names):
                parts.append(source + got)
                if not doctest.OutputChecker().check_output(wanted, got, _FLAGS):
                    problems.append(f"line {line + at}: expected\n{wanted}but there came\n{got}")
        return f"```{kind}\n{''.join(parts)}```"

    return _BLOCK.sub(ran, text), problems


def _change(file: Path, block: str) -> None:
    """Put lines + in the place of lines -, which have to be there once."""
    lines = block.splitlines(keepends=True)
    old, new = ("".join(line[1:] for line in lines if line[0] == sign) for sign in "-+")
    text = file.read_text(encoding="utf-8")
    if text.count(old) != 1 or any(line[0] not in "-+" for line in lines):
        raise ValueError(f"{file.name} has not once what is to change in it: {old}")
    file.write_text(text.replace(old, new), encoding="utf-8")


def _examples(block: str, names: dict[str, Any]) -> Iterator[tuple[int, str, str, str]]:
    """Run the examples of a block of Python; give line, source, what was expected and what came."""
    end = 0
    lines = block.splitlines(keepends=True)
    for example in doctest.DocTestParser().get_examples(block):
        between = "".join(lines[end : example.lineno])
        size = example.source.count("\n")
        end = example.lineno + size + example.want.count("\n")
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            try:
                exec(compile(example.source, "<page>", "single"), names)
            except Exception:  # as in a docstring, an error is something that is shown
                said.write(traceback.format_exc(limit=0))
        source = "".join(lines[example.lineno : example.lineno + size])
        yield example.lineno, between + source, example.want, said.getvalue()


def _commands(block: str, names: dict[str, Any]) -> Iterator[tuple[int, str, str, str]]:
    """Run the commands of a block."""
    from tinbergen.shell.cli import main

    at = 0
    for part in re.split(r"^(?=\$ )", block, flags=re.MULTILINE):
        if not part:
            continue
        command, _, wanted = part.partition("\n")
        program, *words = shlex.split(command.removeprefix("$ "))
        if program != "tinbergen":
            raise ValueError(f"{command}: only tinbergen is run")
        out = words[words.index(">") + 1] if ">" in words else None
        words = words[: words.index(">")] if out else words
        said = io.StringIO()
        with (
            contextlib.redirect_stdout(said),
            contextlib.redirect_stderr(said),
            contextlib.suppress(SystemExit),
        ):
            main(words)
        got = said.getvalue().replace("\\", "/") if os.name == "nt" else said.getvalue()
        if out:
            Path(out).write_text(got, encoding="utf-8")
            got = ""
        yield at, f"{command}\n", wanted, got
        at += part.count("\n")


def main(arguments: list[str] | None = None) -> int:
    """Run pages, and say what is not as they say."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("pages", nargs="+", type=Path)
    parser.add_argument("--write", action="store_true", help="write what comes out into the pages")
    options = parser.parse_args(arguments)
    os.environ.setdefault("MPLBACKEND", "Agg")
    warnings.filterwarnings("ignore", message="this is a debug build")
    wrong = 0
    for page in options.pages:
        with tempfile.TemporaryDirectory() as folder:
            text, problems = run(page.read_text(encoding="utf-8"), Path(folder))
        if options.write:
            page.write_text(text, encoding="utf-8")
        else:
            wrong += len(problems)
            print("".join(f"{page}: {problem}\n" for problem in problems), end="")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
