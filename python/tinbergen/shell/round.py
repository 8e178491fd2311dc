"""``tinbergen round``: archive a run as a folder, verify it to the bit, compare two."""

from __future__ import annotations

import argparse

from tinbergen.basics.table import Table
from tinbergen.io.rounds import compare_rounds, read_round
from tinbergen.results.runs import Runs
from tinbergen.shell.options import (
    FINDINGS,
    OK,
    Commands,
    add_all,
    add_json,
    add_language,
    add_plan,
    add_sampling,
    add_scenarios,
    add_table,
    language_of,
    place,
    plan_of,
    print_json,
    print_notes,
    print_table,
    table_options,
)
from tinbergen.shell.words import word
from tinbergen.written.outturns import Outturns

__all__ = ["register"]

_EXAMPLES = """\
examples:
  tinbergen round archive plan.toml --out rounds/2022 --seed 1 --outturns outturns.csv
      the plan, conditioned on actual values, with its seed, versions, hashes and results in one folder
  tinbergen round verify rounds/2022
      computed again, every number to the last bit; exit 1 when anything differs
  tinbergen round compare rounds/2022 rounds/2023
      probabilities side by side, and what differs between the plans
"""


def register(commands: Commands) -> None:
    """Add the command, with what it takes."""
    parser = commands.add_parser(
        "round",
        help="archive a run, verify it to the bit, compare two",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    actions = parser.add_subparsers(required=True, metavar="ACTION", parser_class=type(parser))
    archive = actions.add_parser("archive", help="simulate a plan, and archive it as a folder")
    add_plan(archive)
    archive.add_argument("--out", type=place, required=True, metavar="DIR", help="the new folder")
    add_sampling(archive)
    add_scenarios(archive)
    archive.add_argument(
        "--outturns",
        type=place,
        metavar="FILE",
        help="actual values to condition the run on: text, xlsx or ods",
    )
    archive.add_argument(
        "--vintage",
        metavar="DATE",
        help="the day all of it was known, for a table without the column",
    )
    add_table(archive)
    archive.add_argument(
        "--as-of", metavar="DATE", help="those known on this day; now unless given"
    )
    archive.add_argument("--basis", metavar="NAME", help="figures on the basis of this link")
    archive.add_argument("--note", metavar="TEXT", help="a note of judgement")
    archive.add_argument("--replace", action="store_true", help="replace a round of that name")
    add_language(archive, "tables")
    add_json(archive)
    add_all(archive)
    archive.set_defaults(command=_archive)
    verify = actions.add_parser("verify", help="compute a round again, and say what differs")
    verify.add_argument("folder", type=place)
    add_json(verify)
    verify.set_defaults(command=_verify)
    compare = actions.add_parser("compare", help="put two rounds side by side")
    compare.add_argument("before", type=place)
    compare.add_argument("after", type=place)
    compare.add_argument("--explain", metavar="GOAL", help="say why this probability changed")
    add_language(compare, "tables and the sentence")
    add_json(compare)
    add_all(compare)
    compare.set_defaults(command=_compare)


def _archive(options: argparse.Namespace) -> int:
    runs = _simulated(options)
    archived = runs.archive(options.out, note=options.note, replace=options.replace)
    if options.json:
        answer = {"folder": str(archived.folder), **runs.info, "attainment": runs.attainment()}
        print_json({**answer, "alerts": runs.alerts(), "notes": runs.notes})
        return OK
    print(archived)
    print(archived.folder)
    _warn(runs.alerts(), options, language_of(options, runs.model))
    print_notes(runs.notes, "early_warning")
    return OK


def _simulated(options: argparse.Namespace) -> Runs:
    """Simulate the plan, conditioned on actual values where they were given."""
    model = plan_of(options)
    settings = {"seed": options.seed, "scenarios": options.scenario, "threads": options.threads}
    runs: Runs
    if options.outturns is None:
        for name in ("as_of", "basis", "vintage", *table_options(options)):
            if getattr(options, name) is not None:
                raise ValueError(f"--{name.replace('_', '-')}: needs --outturns")
        runs = model.simulate(options.paths, **settings)
        return runs
    table = table_options(options)
    outturns = Outturns(options.outturns, vintage=options.vintage, **table)
    tracked = model.observe(outturns, as_of=options.as_of)
    return tracked.simulate(options.paths, basis=options.basis, **settings)


def _verify(options: argparse.Namespace) -> int:
    found = read_round(options.folder).verify()
    if options.json:
        print_json({"ok": found.ok, "problems": found.problems, "notes": found.notes})
    else:
        print(found)
    return OK if found.ok else FINDINGS


def _compare(options: argparse.Namespace) -> int:
    found = compare_rounds(options.before, options.after)
    language = language_of(options, found.after.model)
    why = found.explain(options.explain) if options.explain else None
    if options.json:
        answer = {"probabilities": found.probabilities, "differences": found.differences}
        said = {"sentence": why.text(language), "parts": why.to_table()} if why else {}
        print_json({**answer, **said, "alerts": found.alerts(), "notes": found.notes})
        return OK
    for note in found.notes:
        print(note)
    print(found.heading)
    print_table(found.probabilities, options, language)
    print(f"\n{len(found.differences)} {word('differences', language)}")
    print_table(found.differences, options, language)
    _warn(found.alerts(), options, language)
    if why:
        print(f"\n{why.text(language)}\n\n{why}")
    return OK


def _warn(alerts: Table, options: argparse.Namespace, language: str) -> None:
    """Print the early warnings on probabilities that fire."""
    fired = alerts.filter(lambda row: row["fires"])
    if len(fired):
        print(f"\n{word('early warnings', language)}")
        print_table(fired, options, language)
