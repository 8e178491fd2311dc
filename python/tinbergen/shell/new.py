"""``tinbergen new``: write a commented plan to begin with."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from pathlib import Path

from tinbergen.basics.files import write_atomically
from tinbergen.basics.language import LANGUAGES
from tinbergen.io import commented, plan_files, plans
from tinbergen.shell.figures import add_figures, fitted, keep_places, said_of_figures
from tinbergen.shell.options import OK, STANDARD, Commands, add_quiet, language, place, print_file

__all__ = ["register"]

_EXAMPLES = """\
examples:
  tinbergen new plan.toml
      a plan of about forty lines, each block with a comment; then change names and figures
  tinbergen new plan.toml --quarterly --language zh
      by quarters, with targets on years; comments and labels in Chinese
  tinbergen new plan.toml --schema
      also plan.schema.json beside it, with which editors complete and check (docs/how-to/plan-files-in-an-editor.md)
  tinbergen new plan.toml --from figures.csv
      of your own figures: a process for each column, what its figures leave open, targets to change
  tinbergen new - | tinbergen run -
      what comes of it, without a file
"""

_SCHEMA = "plan.schema.json"


def register(commands: Commands) -> None:
    """Add the command, with what it takes."""
    parser = commands.add_parser(
        "new",
        help="write a commented plan to begin with",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "file", type=place, metavar="FILE", help="the new plan file; - prints the plan"
    )
    often = parser.add_mutually_exclusive_group()
    often.add_argument(
        "--annual", dest="frequency", action="store_const", const="annual", help="unless said"
    )
    often.add_argument(
        "--quarterly", dest="frequency", action="store_const", const="quarterly", help="by quarters"
    )
    parser.add_argument(
        "--language",
        type=language,
        default="en",
        metavar="LANGUAGE",
        help=f"language of comments and labels, {' or '.join(LANGUAGES)}; en unless given",
    )
    parser.add_argument(
        "--schema", action="store_true", help=f"also write {_SCHEMA}, and name it for editors"
    )
    parser.add_argument("--force", action="store_true", help="replace a file of that name")
    add_quiet(parser)
    figures = parser.add_argument_group("of your own figures")
    figures.add_argument(
        "--from",
        dest="data",
        type=place,
        metavar="DATA",
        help="a table of figures (CSV, Excel, ODS), a column for each indicator and one of periods",
    )
    add_figures(figures)
    parser.set_defaults(command=_new)


def _new(options: argparse.Namespace) -> int:
    if options.data is not None:
        return _from_figures(options)
    if said := said_of_figures(options):
        raise ValueError(f"{', '.join(said)}: of figures, which --from DATA names")
    text = plans.new_text(options.frequency or "annual", options.language)
    if options.file == STANDARD:
        if options.schema:
            raise ValueError("--schema: a plan that is printed has no folder for its schema")
        print_file(text)
        return OK
    schema = options.file.with_name(_SCHEMA)
    for file in [options.file, *([schema] if options.schema else [])]:
        if file.exists() and not options.force:
            raise FileExistsError(f"{file}: there is a file of that name; --force replaces it")
    write_atomically(options.file, text)
    return _told([options.file], options)


def _from_figures(options: argparse.Namespace) -> int:
    """Write the plan of a table of figures, with example targets."""
    if options.frequency is not None:
        raise ValueError(f"--{options.frequency}: how often figures come, their table says")
    if options.file == STANDARD:
        raise ValueError("--from: a plan that is printed has no folder for its draws; name a file")
    keep_places(options.file, options.data, options)
    model = fitted(options.data, options.file.stem, options)
    model = model.add(*commented.example_targets(model, language=options.language))
    written = commented.save_commented(
        model,
        options.file,
        data=options.data.name,
        language=options.language,
        replace=options.force,
    )
    return _told(written, options)


def _told(written: Iterable[Path], options: argparse.Namespace) -> int:
    """Write the schema too where it is asked for, and name what was written."""
    files = list(written)
    if options.schema:
        schema = options.file.with_name(_SCHEMA)
        content = json.dumps(plan_files.schema(), indent=2, ensure_ascii=False) + "\n"
        write_atomically(schema, content)
        text = options.file.read_text(encoding="utf-8")
        write_atomically(options.file, f"#:schema ./{_SCHEMA}\n{text}")
        files.append(schema)
    for file in files:
        print(file)
    return OK
