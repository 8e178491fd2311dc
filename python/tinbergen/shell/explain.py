"""``tinbergen explain``: say why a probability or a quantile changed between two plans or rounds."""

from __future__ import annotations

import argparse
from pathlib import Path

from tinbergen.io.rounds import read_round
from tinbergen.questions.conditioning import Tracked
from tinbergen.questions.explanation import Of, explain
from tinbergen.shell.options import (
    OK,
    STANDARD,
    Commands,
    add_json,
    add_language,
    add_sampling,
    keep_inputs,
    language_of,
    place,
    plan_of,
    print_json,
)
from tinbergen.shell.words import word
from tinbergen.written.model import Model

__all__ = ["read_either", "register"]

_EXAMPLES = """\
examples:
  tinbergen explain plan-2021.toml plan-2022.toml
      why the probability of all targets together changed, by kind of difference
  tinbergen explain rounds/2022 rounds/2023 --of gdp-2025 --seed 1 --out parts.csv
      two archived rounds, one target, reproducible, also as a table
  tinbergen explain a.toml b.toml --quantile gdp 2025 0.5 --group "growth=parameters.trend*,indicators.gdp*"
      a median, with a group of one's own
"""


def register(commands: Commands) -> None:
    """Add the command, with what it takes."""
    parser = commands.add_parser(
        "explain",
        help="say why a probability changed between two plans or rounds",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "before", type=place, help="a plan file, or the folder of a round; - for standard input"
    )
    parser.add_argument("after", type=place, help="the same, later")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--of", default="all", metavar="GOAL", help="a target, a set, a combination")
    what.add_argument("--quantile", nargs=3, metavar=("INDICATOR", "PERIOD", "LEVEL"))
    parser.add_argument("--basis", metavar="NAME", help="the basis of a link to look at")
    parser.add_argument("--scenario", default="baseline", metavar="NAME")
    parser.add_argument(
        "--group",
        action="append",
        default=[],
        metavar="NAME=ADDRESS,...",
        help="a group of differences (may be repeated); * stands for any text",
    )
    add_sampling(parser)
    parser.add_argument("--out", type=place, metavar="FILE", help="write the parts as CSV")
    add_language(parser, "the sentence and the table")
    add_json(parser)
    parser.set_defaults(command=_explain)


def read_either(path: Path) -> Model | Tracked:
    """Read a plan; or an archived round, conditioned on its actual values if the run was."""
    return read_round(path).side() if path.is_dir() else plan_of(argparse.Namespace(plan=path))


def _explain(options: argparse.Namespace) -> int:
    if options.before == options.after == STANDARD:
        raise ValueError(
            "-: one plan comes through standard input, not both; name a file of the other"
        )
    if options.out is not None:
        keep_inputs([options.out], options.before, options.after)
    found = explain(
        read_either(options.before),
        read_either(options.after),
        _of(options),
        groups=dict(map(_group, options.group)),
        paths=options.paths,
        seed=options.seed,
        scenario=options.scenario,
        basis=options.basis,
        threads=options.threads,
    )
    if options.out is not None:
        found.to_csv(options.out)
    language = language_of(options, found.model)
    sentence = found.text(language)
    if options.json:
        answer = {"sentence": sentence, "parts": found.to_table(), "differences": found.differences}
        print_json({**answer, "seed": found.seed, "paths": found.paths, "notes": found.notes})
        return OK
    print(sentence)
    print()
    print(found.to_text(language=language))
    for note in found.notes:
        print(f"\n{note.message}")
    if len(found.differences):
        print()
        for row in found.differences.rows():
            nothing = word("nothing", language)
            before, after = row["before"] or nothing, row["after"] or nothing
            print(f"{row['part']}: {row['address']}: {before} -> {after}")
    numbers = (found.seed, f"{found.paths:,}", found.coalitions)
    print(f"\n{word('seed {}, {} paths, {} coalitions', language, *numbers)}")
    if options.out is not None:
        print(options.out)
    return OK


def _of(options: argparse.Namespace) -> Of:
    if options.quantile is None:
        goal: str = options.of
        return goal
    indicator, period, level = options.quantile
    try:
        return "quantile", indicator, period, float(level)
    except ValueError:
        raise ValueError(f"--quantile: the level is a number from 0 to 1, not {level!r}") from None


def _group(text: str) -> tuple[str, list[str]]:
    name, equals, addresses = text.partition("=")
    if not equals or not name.strip() or not addresses.strip():
        raise ValueError(f"--group {text!r}: write NAME=ADDRESS, or NAME=ADDRESS,ADDRESS")
    return name.strip(), [address.strip() for address in addresses.split(",")]
