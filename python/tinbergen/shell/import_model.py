"""``tinbergen import``: read a model of another program, write it as a plan file."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path
from typing import get_args

from tinbergen.basics.text import counted
from tinbergen.errors import ModelError
from tinbergen.io.any_model import Format, read_model
from tinbergen.results.notes import Note
from tinbergen.shell.options import (
    FINDINGS,
    OK,
    Commands,
    add_quiet,
    add_table,
    keep_inputs,
    place,
    table_options,
)
from tinbergen.written.data import Data
from tinbergen.written.model import Model

__all__ = ["register"]

_EXAMPLES = """\
examples:
  tinbergen import model.prg data.csv --out plan.toml
      an EViews program with its data; what could not be mapped is told, with its line
  tinbergen import pak.pcim --periods 2016..2030 --out pakistan.toml
      a World Bank country model, which has its data with it
  tinbergen import klein.mdl klein.csv --coefficient a1=16.2 --coefficient a2=0.19 --out klein.toml
      a model of bimets; coefficients that are not given are estimated from the data

exit codes: 0 done, 1 the plan cannot be run yet (what it lacks is told), 2 invalid input
"""


def register(commands: Commands) -> None:
    """Add the command, with what it takes."""
    parser = commands.add_parser(
        "import",
        help="read a model of another program, write it as a plan file",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("model", type=place, metavar="MODEL", help="the file of the model")
    parser.add_argument(
        "data", type=place, nargs="?", metavar="DATA", help="its series: text, xlsx or ods"
    )
    parser.add_argument(
        "--out", type=place, required=True, metavar="FILE", help="the new plan file"
    )
    parser.add_argument("--format", choices=get_args(Format), help="found out unless given")
    parser.add_argument(
        "--periods",
        metavar="FIRST..LAST",
        help="periods to simulate; all that the data allow unless given",
    )
    parser.add_argument(
        "--coefficient",
        action="append",
        type=_coefficient,
        metavar="NAME=VALUE",
        help="the value of a coefficient of a bimets model (may be repeated)",
    )
    add_table(parser)
    parser.add_argument("--force", action="store_true", help="replace a file of that name")
    add_quiet(parser)
    parser.set_defaults(command=_import)


def _import(options: argparse.Namespace) -> int:
    keep_inputs([options.out], options.model, options.data)
    if options.out.is_dir():
        raise IsADirectoryError(f"--out {options.out}: is a folder; name a file")
    if options.out.exists() and not options.force:
        raise FileExistsError(
            f"--out {options.out}: there is a file of that name; --force replaces it"
        )
    said, data = table_options(options), options.data
    if said:
        if data is None:
            raise ValueError(f"--{next(iter(said))}: says how DATA is read, and there is none")
        data = Data(data, **said)
    model = read_model(
        options.model,
        data,
        periods=options.periods,
        format=options.format,
        coefficients=dict(options.coefficient or ()) or None,
    )
    # Histories end where the model takes over.
    model = model.over(model.periods)
    model.save(options.out)
    for line, count in Counter(_line(options.model, note) for note in model.notes).items():
        print(line if count == 1 else f"{line} ({count} times)", file=sys.stderr)
    solved = sum(indicator.equation is not None for indicator in model.indicators.values())
    print(
        f"{options.out}: {model.name}, {model.periods}, {counted(solved, 'equation')}, "
        f"{counted(len(model.indicators) - solved, 'indicator')} without, {counted(len(model.parameters), 'parameter')}"
    )
    problems = _problems(model)
    for problem in problems:
        print(f"{options.out}: {problem}", file=sys.stderr)
    return FINDINGS if problems else OK


def _line(file: Path, note: Note) -> str:
    """Print a note with its place in the file, and what stands there."""
    line = int(note.values["line"]) if "line" in note.values else None
    text = "; ".join(note.sources).partition(": ")[2]
    place = f"{file}:{line}" if line is not None else str(file)
    return f"{place}: {note}" + (f": {text}" if text else "")


def _problems(model: Model) -> list[str]:
    """Name what a run of the plan would still lack."""
    try:
        model._program()
    except ModelError as error:
        return [str(problem) for problem in error.problems]
    return []


def _coefficient(text: str) -> tuple[str, float]:
    name, _, value = text.partition("=")
    try:
        return name.strip(), float(value)
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected NAME=VALUE, found {text!r}") from None
