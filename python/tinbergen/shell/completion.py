"""``tinbergen completion``: print what makes a shell complete commands, options and files."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from tinbergen.basics.optional import load
from tinbergen.shell.options import OK, Commands, place

__all__ = ["register"]

_SHELLS = ("bash", "zsh", "tcsh")

_EXAMPLES = """\
examples:
  tinbergen completion bash > ~/.local/share/bash-completion/completions/tinbergen
  tinbergen completion zsh > ~/.zsh/completions/_tinbergen      # a folder of $fpath
  tinbergen completion tcsh | sudo tee /etc/profile.d/tinbergen.completion.csh

needs shtab: pip install "tinbergen[completion]"
"""


def register(commands: Commands) -> None:
    """Add the command, with what it takes."""
    parser = commands.add_parser(
        "completion",
        help="print what makes a shell complete commands, options and files",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("shell", choices=_SHELLS)
    parser.set_defaults(command=_completion)


def _completion(options: argparse.Namespace) -> int:
    shtab = load("shtab")
    parser: argparse.ArgumentParser = options.parser()
    for action in _actions(parser):
        if action.type is place:
            folder = action.metavar == "DIR"
            action.complete = shtab.DIRECTORY if folder else shtab.FILE  # type: ignore[attr-defined]
    print(shtab.complete(parser, options.shell))
    return OK


def _actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """Go through the arguments of a parser and of all its commands."""
    for action in parser._actions:
        yield action
        if isinstance(action, argparse._SubParsersAction):
            for sub in action.choices.values():
                yield from _actions(sub)
