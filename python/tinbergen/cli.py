"""The shell command ``tinbergen``.

Exit codes: 0 done, also with findings; 1 findings under ``--strict``; 2 invalid input; 3 numerical
failure; 130 interrupted.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence

from tinbergen import __version__
from tinbergen.commands import check, explain, round, run, schema, seek, track
from tinbergen.commands.options import INVALID, OK, Parser
from tinbergen.errors import MemoryLimitError, ModelError, NumericalError

__all__ = ["main"]

_NUMERICAL, _INTERRUPTED = 3, 130

_COMMANDS = (run, check, track, seek, explain, round, schema)

_EXAMPLES = """\
examples:
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
  tinbergen seek plan.toml --probability 0.8 --of economy
      the cheapest setting of the plan's levers with which its set "economy" is met so likely
  tinbergen schema > plan.schema.json
      the JSON Schema of a plan file, for editors

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
    options = _parser().parse_args(arguments)
    try:
        code = _guarded(options)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader of a pipe went away: nothing is left to say
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    return code


def _guarded(options: argparse.Namespace) -> int:
    """Run a command, with every failure as a message and an exit code."""
    command: Callable[[argparse.Namespace], int] = options.command
    try:
        return command(options)
    except ModelError as error:
        return _fail(INVALID, *map(str, error.problems))
    except NumericalError as error:
        return _fail(_NUMERICAL, *map(str, error.problems))
    except BrokenPipeError:
        raise
    except (MemoryLimitError, ImportError, KeyError, OSError, ValueError) as error:
        return _fail(INVALID, str(error))
    except KeyboardInterrupt:
        return _fail(_INTERRUPTED, "interrupted")


def _fail(code: int, *lines: str) -> int:
    for line in lines:
        print(line, file=sys.stderr)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="tinbergen",
        description="From the targets of a plan to the probability that they are met, together.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"tinbergen {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=Parser)
    for command in _COMMANDS:
        command.register(commands)
    return parser
