"""``tinbergen run``: simulate a plan, write fans and attainment."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import get_args

from tinbergen.commands.options import OK, Commands, add_plan, add_sampling, folder
from tinbergen.model import Design, read_plan
from tinbergen.output import write_run
from tinbergen.runs import Runs
from tinbergen.text import Align, aligned, format_percent

__all__ = ["register"]

_EXAMPLES = """\
examples:
  tinbergen run plans/yuecheng.toml --out out
      10,000 paths of every scenario: out/fan.csv, out/attainment.csv, out/run.json and charts
  tinbergen run plan.toml --paths 100000 --seed 1 --scenario baseline --no-charts --out out
      one scenario, reproducible to the last digit
"""


def register(commands: Commands) -> None:
    """Say what the command takes."""
    run = commands.add_parser(
        "run",
        help="simulate a plan, write fans and attainment",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_plan(run)
    run.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder to write to")
    add_sampling(run)
    run.add_argument(
        "--scenario", action="append", metavar="NAME", help="a scenario to run (may be repeated)"
    )
    run.add_argument("--design", choices=get_args(Design), default="random")
    run.add_argument(
        "--keep", action="append", metavar="NAME", help="an indicator to keep (may be repeated)"
    )
    run.add_argument(
        "--charts",
        action=argparse.BooleanOptionalAction,
        help="draw charts (when matplotlib is installed, unless said)",
    )
    run.add_argument("--language", default="en", metavar="CODE", help="language of chart labels")
    run.set_defaults(command=_run)


def _run(options: argparse.Namespace) -> int:
    out = folder(options.out)
    model = read_plan(options.plan)
    runs = model.simulate(
        options.paths,
        seed=options.seed,
        scenarios=options.scenario,
        keep=options.keep,
        design=options.design,
        threads=options.threads,
    )
    paths = write_run(runs, out, plan=options.plan)
    print(_attainment(runs))
    paths += _charts(runs, out, options)
    print()
    for path in paths:
        print(path)
    return OK


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
