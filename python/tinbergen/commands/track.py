"""``tinbergen track``: hold a plan to what became known."""

from __future__ import annotations

import argparse
import json
import sys
from itertools import pairwise
from pathlib import Path

from tinbergen.commands.options import OK, Commands, add_plan, add_sampling, folder
from tinbergen.files import write_atomically
from tinbergen.frames import Table
from tinbergen.model import Model, read_plan
from tinbergen.output import write_run
from tinbergen.outturns import Outturns
from tinbergen.runs import Runs
from tinbergen.text import Align, aligned, format_chance
from tinbergen.warning import alerts, readings

__all__ = ["register"]

_EXAMPLES = """\
examples:
  tinbergen track plans/yuecheng.toml plans/yuecheng_outturns.csv --out out
      out/fan.csv, out/attainment.csv given all that is known, out/rounds.csv with the probability
      of every target before and after each vintage, out/rounds.png with those that moved most,
      out/run.json
  tinbergen track plan.toml outturns.csv --as-of 2023-04-14 --basis "new boundary" --out out
      as it looked on a day, with the figures of the basis that outturns are published on
"""


def register(commands: Commands) -> None:
    """Add the command."""
    track = commands.add_parser(
        "track",
        help="hold a plan to outturns: probabilities by vintage",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_plan(track)
    track.add_argument("outturns", type=Path, metavar="OUTTURNS", help="table of outturns in CSV")
    track.add_argument("--as-of", metavar="DATE", help="look as of this day; now unless given")
    track.add_argument("--basis", metavar="NAME", help="figures on the basis of this link")
    track.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder to write to")
    add_sampling(track)
    track.add_argument(
        "--scenario", action="append", metavar="NAME", help="a scenario to run (may be repeated)"
    )
    track.add_argument(
        "--charts",
        action=argparse.BooleanOptionalAction,
        help="draw the chart (when matplotlib is installed, unless said)",
    )
    track.add_argument("--language", default="en", metavar="CODE", help="language of chart labels")
    track.set_defaults(command=_track)


def _track(options: argparse.Namespace) -> int:
    out = folder(options.out)
    model = read_plan(options.plan)
    outturns = Outturns(options.outturns)
    tracked = model.observe(outturns, as_of=options.as_of)
    runs = tracked.simulate(
        options.paths,
        seed=options.seed,
        scenarios=options.scenario,
        threads=options.threads,
        basis=options.basis,
    )
    paths = write_run(runs, out, plan=options.plan)
    dates = outturns.as_of(options.as_of).vintages if options.as_of else None
    rounds = model.rounds(
        outturns,
        paths=options.paths,
        seed=runs.info["seed"],
        dates=dates,
        scenarios=options.scenario,
        threads=options.threads,
        basis=options.basis,
    )
    paths.append(write_atomically(out / "rounds.csv", rounds.to_csv()))
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    record["outturns"] = {"file": options.outturns.name, "as_of": options.as_of}
    text = json.dumps(record, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
    write_atomically(out / "run.json", text)
    scenario = next(iter(runs))
    paths += _chart(rounds, runs, out, options)
    cells: dict[str, dict[str, str]] = {}
    for row in rounds.filter(scenario=scenario).rows():
        cell = format_chance(row["probability"], row["low"], row["high"])
        cells.setdefault(row["target"], {})[row["as_of"] or "before"] = cell
    names = list(dict.fromkeys(day or "before" for day in rounds["as_of"].tolist()))
    lines = [[target, *(by.get(name, "") for name in names)] for target, by in cells.items()]
    numbers: list[Align] = ["right"] * len(names)
    print(aligned([f"target ({scenario})", *names], lines, ["left", *numbers]))
    _warn(model, rounds, outturns, scenario, options.as_of)
    print()
    for path in paths:
        print(path)
    return OK


def _warn(
    model: Model, rounds: Table, outturns: Outturns, scenario: str, as_of: str | None
) -> None:
    """Print the early warnings that fire: on what is known, and on probabilities by vintage."""
    if not model.warnings:
        return
    known = outturns if as_of is None else outturns.as_of(as_of)
    table = readings(model, known)
    _print_fired("early warnings on what is known", table)
    days = list(dict.fromkeys(rounds["as_of"].tolist()))
    for before, day in pairwise(days):
        table = alerts(model, rounds.filter(as_of=day), rounds.filter(as_of=before), scenario)
        _print_fired(f"early warnings on probabilities, {day}", table)


def _print_fired(title: str, table: Table) -> None:
    fired = table.filter(lambda row: row["fires"])
    if len(fired):
        print(f"\n{title}\n{fired}")


def _chart(rounds: Table, runs: Runs, out: Path, options: argparse.Namespace) -> list[Path]:
    """Draw probabilities by vintage: when asked, or when nothing is said and matplotlib is there."""
    if options.charts is False or not runs.model.targets:
        return []
    try:
        from tinbergen.plots import write_rounds
    except ImportError as error:
        if options.charts:
            raise
        print(f"no chart: {error}", file=sys.stderr)
        return []
    scenario = next(iter(runs))
    language = options.language
    return [write_rounds(rounds, out, model=runs.model, scenario=scenario, language=language)]
