"""``tinbergen report``: write a run as one file that anyone can read in a browser."""

from __future__ import annotations

import argparse
from typing import get_args

from tinbergen.basics.settings import Design
from tinbergen.lazy import LazyFunction
from tinbergen.results.runs import Runs
from tinbergen.shell.options import (
    OK,
    Commands,
    add_json,
    add_language,
    add_plan,
    add_sampling,
    add_table,
    keep_inputs,
    language_of,
    place,
    plan_of,
    print_json,
    print_notes,
    table_options,
)
from tinbergen.written.model import Model
from tinbergen.written.outturns import Outturns

__all__ = ["register"]

_EXAMPLES = """\
examples:
  tinbergen report plan.toml --out report.html
      one file in words and pictures, to be mailed, printed, and read on a phone
  tinbergen report plan.toml --outturns outturns.csv --before rounds/2022 --out report.html
      given actual values, with what changed since a round that was archived
  tinbergen report plan.toml --without costs,notes,levers --language zh --out report.html
      in Chinese, without what is not for everybody
  tinbergen report plan.toml --out report.pdf
      on paper; report.docx and report.pptx can be edited
"""

_format_of = LazyFunction("tinbergen.report.write", "format_of")
_left_out = LazyFunction("tinbergen.report.parts", "left_out")


def register(commands: Commands) -> None:
    """Add the command, with what it takes."""
    report = commands.add_parser(
        "report",
        help="write a run as one file that anyone can read in a browser",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_plan(report)
    report.add_argument(
        "--out", type=place, required=True, metavar="FILE", help="the file to write, report.html"
    )
    add_sampling(report)
    report.add_argument(
        "--scenario", metavar="NAME", help="the scenario that is told of; the baseline unless given"
    )
    report.add_argument("--design", choices=get_args(Design), default="random")
    report.add_argument(
        "--outturns",
        type=place,
        metavar="FILE",
        help="actual values to condition the run on: text, xlsx or ods",
    )
    report.add_argument(
        "--vintage",
        metavar="DATE",
        help="the day all of it was known, for a table without the column",
    )
    report.add_argument("--as-of", metavar="DATE", help="look as of this day; now unless given")
    report.add_argument("--basis", metavar="NAME", help="figures on the basis of this link")
    add_table(report)
    report.add_argument(
        "--before",
        type=place,
        metavar="ROUND",
        help="folder of the round before: what changed since",
    )
    report.add_argument("--note", metavar="TEXT", help="a note of judgement")
    report.add_argument(
        "--without",
        default="",
        metavar="PARTS",
        help="what is left out, such as costs,notes,levers",
    )
    report.add_argument(
        "--live",
        choices=("auto", "yes", "no"),
        default="auto",
        help="whether it moves: as far as it can, with the plan and the engine inside, or not at all",
    )
    report.add_argument(
        "--format",
        choices=("html", "pdf", "docx", "pptx"),
        help="what is written; what the ending of the file says unless given (tinbergen[pdf], [docx], [pptx])",
    )
    add_language(report, "the report")
    add_json(report)
    report.set_defaults(command=_report)


def _report(options: argparse.Namespace) -> int:
    keep_inputs([options.out], options.plan, options.outturns)
    _format_of(options.out, options.format)  # before anything is simulated
    without = _left_out(options.without)
    model = plan_of(options)
    runs = _simulated(model, options)
    written = runs.report(
        options.out,
        language=language_of(options, model),
        scenario=options.scenario,
        before=options.before,
        note=options.note,
        without=without,
        live=options.live,
        format=options.format,
    )
    print_notes(runs.notes)
    if options.json:
        print_json({"plan": model.name, **runs.info, "notes": runs.notes, "files": [str(written)]})
    else:
        print(written)
    return OK


def _simulated(model: Model, options: argparse.Namespace) -> Runs:
    """Simulate the plan, conditioned on actual values where they are given."""
    if options.outturns is None:
        for name in ("vintage", "as_of", "basis"):
            if getattr(options, name) is not None:
                option = name.replace("_", "-")
                raise ValueError(f"--{option}: needs --outturns, a file of actual values")
        return model.simulate(
            options.paths, seed=options.seed, design=options.design, threads=options.threads
        )
    outturns = Outturns(options.outturns, vintage=options.vintage, **table_options(options))
    return model.observe(outturns, as_of=options.as_of).simulate(
        options.paths,
        seed=options.seed,
        design=options.design,
        threads=options.threads,
        basis=options.basis,
    )
