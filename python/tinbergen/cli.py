"""The shell command ``tinbergen``.

Exit codes: 0 done, also with findings; 1 findings under ``--strict``; 2 invalid input; 3 numerical
failure; 130 interrupted.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from tinbergen import __version__
from tinbergen.errors import MemoryLimitError, ModelError, NumericalError
from tinbergen.model import Model, read_plan, schema
from tinbergen.output import write_run
from tinbergen.runs import Runs
from tinbergen.settings import path_count, seed_number, threads_setting
from tinbergen.text import Align, aligned, format_percent

__all__ = ["main"]

_OK, _FINDINGS, _INVALID, _NUMERICAL, _INTERRUPTED = 0, 1, 2, 3, 130

_EXAMPLES = """\
examples:
  tinbergen run plans/yuecheng.toml --out out
      10,000 paths of every scenario: out/fan.csv, out/attainment.csv, out/run.json and charts
  tinbergen run plan.toml --paths 100000 --seed 1 --scenario baseline --no-charts --out out
      one scenario, reproducible to the last digit
  tinbergen check plan.toml --strict
      every problem of a plan as file:line: address: message; of a valid plan, what does not fit
      in it as kind: targets: message, and exit 1
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
        return _OK
    return code


def _guarded(options: argparse.Namespace) -> int:
    """Run a command, with every failure as a message and an exit code."""
    command: Callable[[argparse.Namespace], int] = options.command
    try:
        return command(options)
    except ModelError as error:
        return _fail(_INVALID, *map(str, error.problems))
    except NumericalError as error:
        return _fail(_NUMERICAL, *map(str, error.problems))
    except BrokenPipeError:
        raise
    except (MemoryLimitError, ImportError, KeyError, OSError, ValueError) as error:
        return _fail(_INVALID, str(error))
    except KeyboardInterrupt:
        return _fail(_INTERRUPTED, "interrupted")


def _fail(code: int, *lines: str) -> int:
    for line in lines:
        print(line, file=sys.stderr)
    return code


# Commands


def _run(options: argparse.Namespace) -> int:
    folder = _folder(options.out)
    model = read_plan(options.plan)
    runs = model.simulate(
        options.paths,
        seed=options.seed,
        scenarios=options.scenario,
        keep=options.keep,
        design=options.design,
        threads=options.threads,
    )
    paths = write_run(runs, folder, plan=options.plan)
    print(_attainment(runs))
    paths += _charts(runs, folder, options)
    print()
    for path in paths:
        print(path)
    return _OK


def _charts(runs: Runs, folder: Path, options: argparse.Namespace) -> list[Path]:
    """Draw charts: when asked, or when nothing is said and matplotlib is there."""
    if options.charts is False:
        return []
    try:
        return runs.plot.write(folder, language=options.language)
    except ImportError as error:
        if options.charts:
            raise
        print(f"no charts: {error}", file=sys.stderr)
        return []


def _check(options: argparse.Namespace) -> int:
    model = read_plan(options.plan)
    findings = model.check()
    if len(findings):
        print(findings.to_text())
    print(_summary(model, len(findings)))
    return _FINDINGS if findings and options.strict else _OK


def _schema(options: argparse.Namespace) -> int:
    print(json.dumps(schema(), indent=2, ensure_ascii=False))
    return _OK


def _folder(out: Path) -> Path:
    if out.exists() and not out.is_dir():
        raise NotADirectoryError(f"--out {out}: there is a file of that name; name a folder")
    out.mkdir(parents=True, exist_ok=True)
    return out


def _summary(model: Model, findings: int) -> str:
    counts = [
        f"{len(model.indicators)} indicators",
        f"{len(model.targets)} targets",
        f"{len(model.scenarios)} scenarios beside the baseline",
        f"{findings} finding{'' if findings == 1 else 's'}",
    ]
    return f"{model.name}: {', '.join(counts)}"


def _attainment(runs: Runs) -> str:
    """Lay out a row for each target and a column for each scenario."""
    table = runs.attainment()
    cells: dict[str, dict[str, str]] = {}
    for row in table.rows():
        cell = format_percent(row["probability"], row["low"], row["high"])
        cells.setdefault(row["target"], {})[row["scenario"]] = cell
    labels = {target.id: target.text() or "" for target in runs.model.targets}
    scenarios = list(runs)
    rows = [
        [target, labels.get(target, ""), *(by.get(name, "") for name in scenarios)]
        for target, by in cells.items()
    ]
    numbers: list[Align] = ["right"] * len(scenarios)
    return aligned(["target", "", *scenarios], rows, ["left", "left", *numbers])


# Options


class _Parser(argparse.ArgumentParser):
    """A parser whose usage errors are one line and exit 2."""

    def error(self, message: str) -> NoReturn:
        self.exit(_INVALID, f"{self.prog}: {message} (see {self.prog} --help)\n")


def _parser() -> argparse.ArgumentParser:
    layout = argparse.RawDescriptionHelpFormatter
    parser = _Parser(
        prog="tinbergen",
        description="From the targets of a plan to the probability that they are met, together.",
        epilog=_EXAMPLES,
        formatter_class=layout,
    )
    parser.add_argument("--version", action="version", version=f"tinbergen {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=_Parser)

    run = commands.add_parser(
        "run",
        help="simulate a plan, write fans and attainment",
        epilog=_EXAMPLES,
        formatter_class=layout,
    )
    _run_options(run)
    run.set_defaults(command=_run)

    check = commands.add_parser("check", help="find problems and contradictions of a plan")
    check.add_argument("plan", type=Path, metavar="PLAN", help="a plan file (TOML)")
    check.add_argument("--strict", action="store_true", help="exit 1 when there are findings")
    check.set_defaults(command=_check)

    printed = commands.add_parser("schema", help="print the JSON Schema of a plan file")
    printed.set_defaults(command=_schema)
    return parser


def _run_options(run: argparse.ArgumentParser) -> None:
    run.add_argument("plan", type=Path, metavar="PLAN", help="a plan file (TOML)")
    run.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder to write to")
    run.add_argument("--paths", type=_count, default=10_000, metavar="N", help="number of paths")
    run.add_argument(
        "--seed", type=_seed, metavar="S", help="seed; one is drawn and recorded unless given"
    )
    run.add_argument(
        "--scenario", action="append", metavar="NAME", help="a scenario to run (may be repeated)"
    )
    run.add_argument("--threads", type=_threads, metavar="T", help="number of threads")
    run.add_argument("--design", choices=("random", "antithetic", "lhs", "sobol"), default="random")
    run.add_argument(
        "--keep", action="append", metavar="NAME", help="an indicator to keep (may be repeated)"
    )
    run.add_argument(
        "--charts",
        action=argparse.BooleanOptionalAction,
        help="draw charts (when matplotlib is installed, unless said)",
    )
    run.add_argument("--language", default="en", metavar="CODE", help="language of chart labels")


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
