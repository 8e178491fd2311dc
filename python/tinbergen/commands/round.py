"""``tinbergen round``: archive a run as a folder, verify it to the bit, compare two."""

from __future__ import annotations

import argparse
from pathlib import Path

from tinbergen.commands.options import FINDINGS, OK, Commands, add_plan, add_sampling
from tinbergen.frames import Table
from tinbergen.model import read_plan
from tinbergen.rounds import compare_rounds, read_round

__all__ = ["register"]

_EXAMPLES = """\
examples:
  tinbergen round archive plan.toml --out rounds/2022 --seed 1 --outturns outturns.csv
      the plan, its outturns, seed, versions, hashes and results in one folder
  tinbergen round verify rounds/2022
      computed again, every number to the last bit; exit 1 when anything differs
  tinbergen round compare rounds/2022 rounds/2023
      probabilities side by side, and what differs between the plans
"""


def register(commands: Commands) -> None:
    """Say what the command takes."""
    parser = commands.add_parser(
        "round",
        help="archive a run, verify it to the bit, compare two",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    actions = parser.add_subparsers(required=True, metavar="ACTION", parser_class=type(parser))
    archive = actions.add_parser("archive", help="simulate a plan, and archive it as a folder")
    add_plan(archive)
    archive.add_argument("--out", type=Path, required=True, metavar="DIR", help="the new folder")
    add_sampling(archive)
    archive.add_argument(
        "--scenario", action="append", metavar="NAME", help="a scenario to run (may be repeated)"
    )
    archive.add_argument("--outturns", type=Path, metavar="FILE", help="outturns (CSV) to keep")
    archive.add_argument("--note", metavar="TEXT", help="a note of judgement")
    archive.add_argument("--replace", action="store_true", help="replace a round of that name")
    archive.set_defaults(command=_archive)
    verify = actions.add_parser("verify", help="compute a round again, and say what differs")
    verify.add_argument("folder", type=Path)
    verify.set_defaults(command=_verify)
    compare = actions.add_parser("compare", help="put two rounds side by side")
    compare.add_argument("before", type=Path)
    compare.add_argument("after", type=Path)
    compare.add_argument("--explain", metavar="GOAL", help="say why this probability changed")
    compare.set_defaults(command=_compare)


def _archive(options: argparse.Namespace) -> int:
    runs = read_plan(options.plan).simulate(
        options.paths, seed=options.seed, scenarios=options.scenario, threads=options.threads
    )
    archived = runs.archive(
        options.out, outturns=options.outturns, note=options.note, replace=options.replace
    )
    print(archived)
    print(archived.folder)
    _warn(runs.alerts())
    return OK


def _verify(options: argparse.Namespace) -> int:
    found = read_round(options.folder).verify()
    print(found)
    return OK if found.ok else FINDINGS


def _compare(options: argparse.Namespace) -> int:
    found = compare_rounds(options.before, options.after)
    print(found)
    _warn(found.alerts())
    if options.explain:
        why = found.explain(options.explain)
        print(f"\n{why.text()}\n\n{why}")
    return OK


def _warn(alerts: Table) -> None:
    """Print the early warnings on probabilities that fire."""
    fired = alerts.filter(lambda row: row["fires"])
    if len(fired):
        print(f"\nearly warnings\n{fired}")
