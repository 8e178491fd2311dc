"""``tinbergen run``: simulate a plan, write fans and attainment."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any, get_args

from tinbergen.basics.settings import Design
from tinbergen.basics.table_text import to_blocks, to_text
from tinbergen.io.run_files import charts_before, write_run
from tinbergen.results.pathless import PathlessRuns
from tinbergen.results.runs import Runs
from tinbergen.shell.options import (
    OK,
    Commands,
    add_all,
    add_json,
    add_language,
    add_out,
    add_plan,
    add_sampling,
    add_scenarios,
    folder,
    language_of,
    plan_of,
    print_json,
    print_notes,
    scenario_labels,
)
from tinbergen.shell.words import word

__all__ = ["register"]

_EXAMPLES = """\
examples:
  tinbergen run plan.toml
      how likely each target is, and all of them together
  tinbergen run plans/yuecheng.toml --out out
      10,000 paths of every scenario: out/fan.csv, out/attainment.csv, out/run.json and charts
  tinbergen run plan.toml --paths 100000 --seed 1 --scenario baseline --no-charts --out out
      one scenario, reproducible to the last digit
  tinbergen run plan.toml --paths 10000000 --store streamed --out out
      ten million paths in the memory of ten thousand
"""


def register(commands: Commands) -> None:
    """Add the command, with what it takes."""
    run = commands.add_parser(
        "run",
        help="simulate a plan, write fans and attainment",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_plan(run)
    add_out(run)
    add_sampling(run)
    add_scenarios(run)
    run.add_argument("--design", choices=get_args(Design), default="random")
    run.add_argument(
        "--keep", action="append", metavar="NAME", help="an indicator to keep (may be repeated)"
    )
    run.add_argument(
        "--store",
        choices=("stored", "tiled", "streamed"),
        help="tiled: the same numbers in the memory of a few periods, without paths; streamed: quantiles "
        "with an error that is told, in memory that does not grow with the number of paths",
    )
    run.add_argument(
        "--charts",
        action=argparse.BooleanOptionalAction,
        help="draw charts (when matplotlib is installed, unless said)",
    )
    add_language(run, "labels and charts")
    add_json(run)
    add_all(run)
    run.set_defaults(command=_run)


def _run(options: argparse.Namespace) -> int:
    out = folder(options.out) if options.out else None
    if options.charts and not out:
        raise ValueError("--charts: needs --out, a folder to write them to")
    if options.charts and options.store in ("tiled", "streamed"):
        raise ValueError(
            f"--charts: a {options.store} run has no paths to draw; leave --charts or --store out"
        )
    model = plan_of(options)
    settings: dict[str, Any] = {
        "seed": options.seed,
        "scenarios": options.scenario,
        "keep": options.keep,
        "design": options.design,
        "threads": options.threads,
    }
    runs: Runs | PathlessRuns = model.simulate(options.paths, **settings, store=options.store)
    paths = write_run(runs, out, plan=options.plan, text=options.text) if out else []
    if not options.json:
        print(attainment_text(runs, options))
    print_notes(runs.notes)
    paths += _charts(runs, out, options) if out else []
    if out and (left := charts_before(out, paths)):
        names = ", ".join(file.name for file in left)
        print(f"note: before: of a run before this one in {out}: {names}", file=sys.stderr)
    if options.json:
        answer = {"plan": model.name, **runs.info, "attainment": runs.attainment()}
        print_json({**answer, "notes": runs.notes, "files": [str(path) for path in paths]})
        return OK
    if not paths:
        print(f"\n{_how(runs, language_of(options, model))}")
    for path in ["", *paths] if paths else []:
        print(path)
    return OK


def _how(runs: Runs | PathlessRuns, language: str) -> str:
    """Tell how the same numbers are had again, and how files."""
    paths, seed = f"{runs.info['paths']:,}", runs.info["seed"]
    told = "{} paths, seed {}; --out DIR writes fans, tables and charts"
    return word(told, language, paths, seed)


def _charts(runs: Runs | PathlessRuns, folder: Path, options: argparse.Namespace) -> list[Path]:
    """Draw charts: when asked, or when nothing is said and matplotlib is there."""
    if options.charts is False or isinstance(runs, PathlessRuns):
        return []
    try:
        return runs.plot.write(folder, language=language_of(options, runs.model))
    except ImportError as error:
        if options.charts:
            raise
        print(f"no charts: {error}", file=sys.stderr)
        return []


def attainment_text(runs: Runs | PathlessRuns, options: argparse.Namespace) -> str:
    """Lay out a row for each target and a column for each scenario."""
    language = language_of(options, runs.model)
    table = runs.attainment(wide=True, language=language)
    labels = scenario_labels(runs.model, language)
    if options.all or not sys.stdout.isatty():
        return to_text(table, columns=table.shown, language=language, labels=labels)
    keys = 1 + ("label" in table.shown)
    return to_blocks(table, keys=keys, language=language, labels=labels)
