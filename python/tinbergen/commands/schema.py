"""``tinbergen schema``: print the JSON Schema of a plan file."""

from __future__ import annotations

import argparse
import json

from tinbergen.commands.options import OK, Commands
from tinbergen.model import schema

__all__ = ["register"]


def register(commands: Commands) -> None:
    """Say what the command takes."""
    printed = commands.add_parser("schema", help="print the JSON Schema of a plan file")
    printed.set_defaults(command=_schema)


def _schema(options: argparse.Namespace) -> int:
    print(json.dumps(schema(), indent=2, ensure_ascii=False))
    return OK
