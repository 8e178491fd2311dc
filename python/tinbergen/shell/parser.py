"""What every command is made of and nothing else, so that the command starts quickly: its parser and its exit codes."""

from __future__ import annotations

import argparse
from typing import NoReturn, TypeAlias

__all__ = ["FINDINGS", "INVALID", "OK", "Commands", "Parser"]

OK, FINDINGS, INVALID = 0, 1, 2


class Parser(argparse.ArgumentParser):
    """A parser whose usage errors are one line and exit 2."""

    def error(self, message: str) -> NoReturn:
        """Print one line, and exit."""
        self.exit(INVALID, f"{self.prog}: {message} (see {self.prog} --help)\n")


Commands: TypeAlias = "argparse._SubParsersAction[Parser]"
