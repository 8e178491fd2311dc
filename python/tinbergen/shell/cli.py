"""The shell command ``tinbergen``.

Exit codes: 0 done, also with findings; 1 findings under ``--strict``; 2 invalid input; 3 numerical
failure; 130 interrupted.
"""

from __future__ import annotations

import argparse
import errno
import io
import os
import re
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from functools import partial
from typing import TYPE_CHECKING

from tinbergen.basics.version import VERSION
from tinbergen.lazy import LazyFunction
from tinbergen.shell.parser import INVALID, OK, Parser

if TYPE_CHECKING:
    from typing import TextIO

__all__ = ["main"]

_NUMERICAL, _INTERRUPTED = 3, 130

_ARGUMENT = re.compile(r"\b(?P<name>[a-z_]+)=(True|\[\.\.\.\])")
_READING = re.compile(
    r"\b(?P<name>separator|decimal|encoding|sheet|vintage)=(?P<value>\"[^\"]*\")?"
)
_OUT_OF_MEMORY = "the machine has no more memory: ask for fewer paths, scenarios or indicators"

_COMMANDS = {
    "new": ("new", "write a commented plan to begin with"),
    "fit": ("fit", "make a plan of a table of figures"),
    "run": ("run", "simulate a plan, write fans and attainment"),
    "check": ("check", "find problems and contradictions of a plan"),
    "track": ("track", "condition a plan on actual values: probabilities by vintage"),
    "report": ("report", "write a run as one file that anyone can read in a browser"),
    "seek": ("seek", "find the cheapest setting of levers for a wanted probability"),
    "revise": ("revise", "find the bounds with which a plan is met with a wanted probability"),
    "explain": ("explain", "say why a probability changed between two plans or rounds"),
    "import": ("import_model", "read a model of another program, write it as a plan file"),
    "round": ("round", "archive a run, verify it to the bit, compare two"),
    "plans": ("plans", "list the plans that come with the package, or print one"),
    "schema": ("schema", "print the JSON Schema of a plan file"),
    "completion": ("completion", "print what makes a shell complete commands, options and files"),
}
"""The commands: the module of each, which is imported when the command is asked for, and its line of
help, which is that of the module too."""

_EXAMPLES = """\
examples:
  tinbergen new plan.toml
      a commented plan to begin with
  tinbergen run plan.toml
      how likely its targets are, each and together
  tinbergen run plans/yuecheng.toml --out out
      10,000 paths of every scenario: out/fan.csv, out/attainment.csv, out/run.json and charts
  tinbergen run plan.toml --paths 100000 --seed 1 --scenario baseline --no-charts --out out
      one scenario, reproducible to the last digit
  tinbergen check plan.toml --strict
      every problem of a plan as file:line: address: message; of a valid plan, what does not fit
      in it as kind: targets: message, and exit 1
  tinbergen explain rounds/2022 rounds/2023 --of all
      why a probability changed between two plans or rounds
  tinbergen round archive plan.toml --out rounds/2022
      one folder that can be verified to the bit
  tinbergen report plan.toml --out report.html
      the same in words and pictures, one file for anyone
  tinbergen seek plan.toml --probability 0.8 --of economy
      the cheapest setting of the plan's levers with which its set "economy" is met so likely
  tinbergen revise plan.toml --probability 0.8 --out revised.toml
      the bounds with which the plan is met in 8 of 10 paths, as a plan file
  tinbergen import model.prg data.csv --out plan.toml
      a model of another program (EViews, modelflow, bimets, Dynare, FRB/US) as a plan file
  tinbergen schema > plan.schema.json
      the JSON Schema of a plan file, for editors

A plan named - is read from standard input. --json prints an answer for programs, --quiet nothing but errors.
NO_COLOR is respected; nothing but the help of newer Pythons is printed in colours.

exit codes: 0 done, 1 findings under --strict, 2 invalid input, 3 numerical failure
TINBERGEN_THREADS sets the default of --threads.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command, and give its exit code.

    Parameters
    ----------
    arguments
        Those of the command; ``sys.argv`` unless given.

    Examples
    --------
    >>> main(["check", "no such file"])
    2
    """
    _take_any_text()
    given = sys.argv[1:] if arguments is None else list(arguments)
    try:
        options = _parser([name for name in given if name in _COMMANDS][:1]).parse_args(given)
        options.parser = partial(_parser, list(_COMMANDS))
        with _notes_for_warnings():
            code = _guarded(options)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader of a pipe went away: nothing is left to say
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except KeyboardInterrupt:  # also while it starts, which takes a moment
        return _fail(_INTERRUPTED, "interrupted")
    return code


def _take_any_text() -> None:
    """Let nothing that was computed be lost because the output is closed, or has no signs for it."""
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
    elif isinstance(sys.stdout, io.TextIOWrapper) and sys.stdout.errors == "strict":
        sys.stdout.reconfigure(errors="backslashreplace")


@contextmanager
def _notes_for_warnings() -> Iterator[None]:
    """Print what the package warns of as a note, each once."""
    from tinbergen.errors import TouchedRoundWarning

    with warnings.catch_warnings():
        warnings.simplefilter("once", TouchedRoundWarning)
        usual = warnings.showwarning
        told = set()

        def show(
            message: Warning | str,
            category: type[Warning],
            filename: str,
            lineno: int,
            file: TextIO | None = None,
            line: str | None = None,
        ) -> None:
            if issubclass(category, TouchedRoundWarning):
                if str(message) not in told:  # a change of filters forgets what was told once
                    print(f"note: touched: {message}", file=sys.stderr)
                told.add(str(message))
            else:
                usual(message, category, filename, lineno, file, line)

        warnings.showwarning = show
        yield


def _guarded(options: argparse.Namespace) -> int:
    """Run a command, with every failure as a message and an exit code."""
    from tinbergen.errors import ModelError, NumericalError

    command: Callable[[argparse.Namespace], int] = options.command
    try:
        with _quiet(options):
            return command(options)
    except ModelError as error:
        return _fail(INVALID, *map(str, error.problems))
    except NumericalError as error:
        return _fail(_NUMERICAL, *map(str, error.problems))
    except BrokenPipeError:
        raise
    except MemoryError as error:
        return _fail(INVALID, str(error) or _OUT_OF_MEMORY)
    except OSError as error:
        return _fail(INVALID, _file_trouble(error))
    except (ImportError, KeyError, ValueError) as error:
        return _fail(INVALID, str(error))


@contextmanager
def _quiet(options: argparse.Namespace) -> Iterator[None]:
    """Let nothing be printed but JSON that is asked for, where nothing else is wanted."""
    if not getattr(options, "quiet", False):
        yield
        return
    with open(os.devnull, "w", encoding="utf-8") as nothing, ExitStack() as stack:  # noqa: PTH123
        stack.enter_context(redirect_stderr(nothing))
        if not getattr(options, "json", False):
            stack.enter_context(redirect_stdout(nothing))
        yield


def _file_trouble(error: OSError) -> str:
    """Return what is wrong with a file: its name and the reason, without numbers of the system."""
    if error.strerror is None:
        return str(error)
    reasons = {
        errno.ENOENT: "there is no such file or folder",
        errno.EISDIR: "is a folder; name a file",
        errno.ENOTDIR: "a part of the path is a file, and no folder",
        errno.EACCES: "may not be opened: permission denied",
        errno.ENOSPC: "cannot be written: no space is left",
    }
    reason = reasons.get(error.errno or 0) or error.strerror[:1].lower() + error.strerror[1:]
    return reason if error.filename is None else f"{os.fsdecode(error.filename)}: {reason}"


def _fail(code: int, *lines: str) -> int:
    for line in lines:
        print(_in_options(line), file=sys.stderr)
    return code


def _in_options(message: str) -> str:
    """Name options where a message names arguments of Python: ``replace=True`` is ``--replace``."""
    message = _READING.sub(
        lambda found: f"--{found['name']} {found['value'] or ''}".strip(), message
    )
    return _ARGUMENT.sub(lambda found: "--" + found["name"].replace("_", "-"), message)


def _parser(names: Sequence[str]) -> argparse.ArgumentParser:
    """Make the parser, with all that the named commands take and a line of help of the others."""
    parser = Parser(
        prog="tinbergen",
        description="From the targets of a plan to the probability that they are met, together.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"tinbergen {VERSION}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=Parser)
    for name, (module, about) in _COMMANDS.items():
        if name in names:
            LazyFunction(f"tinbergen.shell.{module}", "register")(commands)
        else:
            commands.add_parser(name, help=about)
    return parser
