"""``tinbergen plans``: list the plans that come with the package, or print one."""

from __future__ import annotations

import argparse

from tinbergen.io import plans
from tinbergen.shell.options import (
    OK,
    Commands,
    add_all,
    add_json,
    add_language,
    print_file,
    print_json,
    print_table,
)

__all__ = ["register"]

_EXAMPLES = """\
examples:
  tinbergen plans
      what there is to look at, run and copy
  tinbergen plans minimal > plan.toml
      the file of one
  tinbergen plans portugal | tinbergen run -
      how likely its targets are
"""


def register(commands: Commands) -> None:
    """Add the command, with what it takes."""
    parser = commands.add_parser(
        "plans",
        help="list the plans that come with the package, or print one",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("name", nargs="?", metavar="NAME", help="the plan to print")
    add_language(parser, "the list")
    add_json(parser)
    add_all(parser)
    parser.set_defaults(command=_plans)


def _plans(options: argparse.Namespace) -> int:
    if options.name is not None:
        print_file(plans.path(options.name).read_text(encoding="utf-8"))
        return OK
    language = options.language or "en"
    table = plans.shipped(language=language)
    if options.json:
        print_json({"plans": list(table.rows())})
    else:
        print_table(table, options, language)
    return OK
