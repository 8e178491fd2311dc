"""``tinbergen track``: condition a plan on what became known."""

from __future__ import annotations

import argparse
import json
import sys
from itertools import pairwise
from pathlib import Path

from tinbergen.basics.files import write_atomically
from tinbergen.basics.table import Table
from tinbergen.basics.table_text import to_blocks, to_text
from tinbergen.basics.text import format_chance, format_percent, format_value
from tinbergen.io.run_files import write_run
from tinbergen.lazy import charts
from tinbergen.questions.warnings import alerts_between, warning_readings
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
    add_table,
    folder,
    keep_inputs,
    language_of,
    place,
    plan_of,
    print_json,
    print_notes,
    print_table,
    table_options,
)
from tinbergen.shell.words import word
from tinbergen.written.model import Model
from tinbergen.written.outturns import Outturns

__all__ = ["register"]

_FILES = ("fan.csv", "attainment.csv", "rounds.csv", "rounds.png", "run.json")

_EXAMPLES = """\
examples:
  tinbergen track plan.toml outturns.csv
      the probability of every target before and after each vintage, and how surprising actual values were
  tinbergen track plans/yuecheng.toml plans/yuecheng_outturns.csv --out out
      out/fan.csv, out/attainment.csv given all that is known, out/rounds.csv with the probability
      of every target before and after each vintage, out/rounds.png with those that moved most,
      out/run.json
  tinbergen track plan.toml outturns.csv --as-of 2023-04-14 --basis "new boundary" --out out
      as it looked on a day, with the figures of the basis that actual values are published on
"""


def register(commands: Commands) -> None:
    """Add the command, with what it takes."""
    track = commands.add_parser(
        "track",
        help="condition a plan on actual values: probabilities by vintage",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_plan(track)
    track.add_argument(
        "outturns", type=place, metavar="OUTTURNS", help="table of actual values: text, xlsx or ods"
    )
    track.add_argument(
        "--vintage",
        metavar="DATE",
        help="the day all of it was known, for a table without the column",
    )
    track.add_argument("--as-of", metavar="DATE", help="look as of this day; now unless given")
    track.add_argument("--basis", metavar="NAME", help="figures on the basis of this link")
    add_out(track)
    add_table(track)
    add_sampling(track)
    add_scenarios(track)
    track.add_argument(
        "--charts",
        action=argparse.BooleanOptionalAction,
        help="draw the chart (when matplotlib is installed, unless said)",
    )
    add_language(track, "labels and the chart")
    add_json(track)
    add_all(track)
    track.set_defaults(command=_track)


def _track(options: argparse.Namespace) -> int:
    out = folder(options.out) if options.out else None
    if options.charts and not out:
        raise ValueError("--charts: needs --out, a folder to write them to")
    model = plan_of(options)
    if out:
        keep_inputs([out / name for name in _FILES], options.plan, options.outturns)
    outturns = Outturns(options.outturns, vintage=options.vintage, **table_options(options))
    tracked = model.observe(outturns, as_of=options.as_of)
    runs = tracked.simulate(
        options.paths,
        seed=options.seed,
        scenarios=options.scenario,
        threads=options.threads,
        basis=options.basis,
    )
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
    scenario = next(iter(runs))
    paths = _written(runs, rounds, out, options) if out else []
    if options.json:
        answer = {"plan": model.name, **runs.info, "rounds": rounds, "surprises": runs.surprises()}
        print_json({**answer, "notes": runs.notes, "files": [str(path) for path in paths]})
        return OK
    print(_rounds_text(rounds, scenario, options, language_of(options, model)))
    _surprises(runs, scenario, options)
    _warn(model, rounds, outturns, scenario, options)
    print_notes(runs.notes, "early_warning")
    for path in ["", *paths] if paths else []:
        print(path)
    return OK


def _written(runs: Runs, rounds: Table, out: Path, options: argparse.Namespace) -> list[Path]:
    """Write the files of the run, the probabilities by vintage and their chart."""
    paths = write_run(runs, out, plan=options.plan, text=options.text)
    paths.append(write_atomically(out / "rounds.csv", rounds.to_csv()))
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    record["outturns"] = {"file": options.outturns.name, "as_of": options.as_of}
    text = json.dumps(record, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
    write_atomically(out / "run.json", text)
    return [*paths, *_chart(rounds, runs, out, options)]


def _rounds_text(rounds: Table, scenario: str, options: argparse.Namespace, language: str) -> str:
    """Lay out a row for each target and a column for each vintage."""
    by: dict[str, dict[str, str]] = {}
    for row in rounds.filter(scenario=scenario).rows():
        cell = format_chance(row["probability"], row["low"], row["high"])
        if row["undefined"] > 0:
            cell += f", growth undefined in {format_percent(row['undefined'])}"
        by.setdefault(row["target"], {})[row["as_of"] or "before"] = cell
    days = list(dict.fromkeys(day or "before" for day in rounds["as_of"].tolist()))
    columns = {day: [cells.get(day, "") for cells in by.values()] for day in days}
    table = Table({"target": list(by), **columns})
    whole = options.all or not sys.stdout.isatty()
    labels = {"target": word("target ({})", language, scenario)}
    lay_out = to_text if whole else to_blocks
    return lay_out(table, language=language, labels=labels)


def _surprises(runs: Runs, scenario: str, options: argparse.Namespace) -> None:
    """Print how surprising each actual value was."""
    table = runs.surprises().filter(scenario=scenario)
    if not len(table):
        return
    language = language_of(options, runs.model)
    told = "actual values and what was expected before them ({})"
    print(f"\n{word(told, language, scenario)}")
    rows = list(table.rows())
    columns = {
        "indicator": [f"{row['indicator']} {row['basis']}".rstrip() for row in rows],
        "period": [row["period"] for row in rows],
        "value": [row["value"] for row in rows],
        "expected": [
            f"{format_value(row['expected'])} ± {format_value(row['sd'])}" for row in rows
        ],
        "off by": [f"{row['deviations']:+.1f} sd" for row in rows],
        "chance of less": [row["probability"] for row in rows],
    }
    print_table(Table(columns, percent=["chance of less"]), options, language)


def _warn(
    model: Model, rounds: Table, outturns: Outturns, scenario: str, options: argparse.Namespace
) -> None:
    """Print the early warnings that fire: on what is known, and on probabilities by vintage."""
    if not model.warnings:
        return
    known = outturns if options.as_of is None else outturns.as_of(options.as_of)
    table = warning_readings(model, known)
    language = language_of(options, model)
    _print_fired(word("early warnings on what is known", language), table, options, language)
    days = list(dict.fromkeys(rounds["as_of"].tolist()))
    for before, day in pairwise(days):
        table = alerts_between(
            model, rounds.filter(as_of=before), rounds.filter(as_of=day), scenario
        )
        title = word("early warnings on probabilities, {}", language, day)
        _print_fired(title, table, options, language)


def _print_fired(title: str, table: Table, options: argparse.Namespace, language: str) -> None:
    fired = table.filter(lambda row: row["fires"])
    if len(fired):
        print(f"\n{title}")
        print_table(fired, options, language)


def _chart(rounds: Table, runs: Runs, out: Path, options: argparse.Namespace) -> list[Path]:
    """Draw probabilities by vintage: when asked, or when nothing is said and matplotlib is there."""
    if options.charts is False or not runs.model.targets:
        return []
    scenario, language = next(iter(runs)), language_of(options, runs.model)
    try:
        path = charts.write_rounds(
            rounds, out, model=runs.model, scenario=scenario, language=language
        )
    except ImportError as error:
        if options.charts:
            raise
        print(f"no chart: {error}", file=sys.stderr)
        return []
    return [path]
