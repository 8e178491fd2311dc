"""``tinbergen schema``: print the JSON Schema of a plan file."""

from __future__ import annotations

import argparse
import json

from tinbergen.io.plan_files import schema
from tinbergen.shell.options import OK, Commands, print_file

__all__ = ["register"]


def register(commands: Commands) -> None:
    """Add the command, with what it takes."""
    printed = commands.add_parser("schema", help="print the JSON Schema of a plan file")
    printed.set_defaults(command=_schema)


def _schema(options: argparse.Namespace) -> int:
    print_file(json.dumps(schema(), indent=2, ensure_ascii=False) + "\n")
    return OK
