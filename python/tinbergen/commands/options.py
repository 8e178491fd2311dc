"""Options that several commands share."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn, TypeAlias

from tinbergen.settings import path_count, seed_number, threads_setting

__all__ = ["FINDINGS", "INVALID", "OK", "Commands", "Parser", "add_plan", "add_sampling", "folder"]

OK, FINDINGS, INVALID = 0, 1, 2


class Parser(argparse.ArgumentParser):
    """A parser whose usage errors are one line and exit 2."""

    def error(self, message: str) -> NoReturn:
        """Print one line, and exit."""
        self.exit(INVALID, f"{self.prog}: {message} (see {self.prog} --help)\n")


Commands: TypeAlias = "argparse._SubParsersAction[Parser]"


def add_plan(parser: argparse.ArgumentParser) -> None:
    """Take the plan file."""
    parser.add_argument("plan", type=Path, metavar="PLAN", help="a plan file (TOML)")


def add_sampling(parser: argparse.ArgumentParser) -> None:
    """Take how many paths are drawn from which seed, on how many threads."""
    parser.add_argument("--paths", type=_count, default=10_000, metavar="N", help="number of paths")
    parser.add_argument(
        "--seed", type=_seed, metavar="S", help="seed; one is drawn and recorded unless given"
    )
    parser.add_argument("--threads", type=_threads, metavar="T", help="number of threads")


def folder(out: Path) -> Path:
    """Make the folder that a command writes to."""
    if out.exists() and not out.is_dir():
        raise NotADirectoryError(f"--out {out}: there is a file of that name; name a folder")
    out.mkdir(parents=True, exist_ok=True)
    return out


def _whole(text: str, check: Callable[[int], int | None], what: str) -> int:
    """Read a whole number of an option, or say what is wrong with it."""
    try:
        number = int(text.replace("_", "").replace(",", ""))
        check(number)
    except ValueError as error:
        reason = str(error) if "must be" in str(error) else f"{what} must be a whole number"
        raise argparse.ArgumentTypeError(reason) from None
    return number


def _count(text: str) -> int:
    return _whole(text, path_count, "paths")


def _seed(text: str) -> int:
    return _whole(text, seed_number, "seed")


def _threads(text: str) -> int:
    return _whole(text, threads_setting, "threads")
