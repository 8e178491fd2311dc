"""``tinbergen explain``: say why a probability or a quantile changed between two plans or rounds."""

from __future__ import annotations

import argparse
from pathlib import Path

from tinbergen.commands.options import OK, Commands, add_sampling
from tinbergen.explanation import Of, explain
from tinbergen.model import Model, read_plan
from tinbergen.outturns import Tracked
from tinbergen.rounds import read_round

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
    """Say what the command takes."""
    parser = commands.add_parser(
        "explain",
        help="say why a probability changed between two plans or rounds",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("before", type=Path, help="a plan file, or the folder of a round")
    parser.add_argument("after", type=Path, help="the same, later")
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
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the parts as CSV")
    parser.add_argument("--language", default="en", metavar="CODE", help="en or zh")
    parser.set_defaults(command=_explain)


def read_either(path: Path) -> Model | Tracked:
    """Read a plan file; or an archived round, held to its outturns if the run was."""
    return read_round(path).side() if path.is_dir() else read_plan(path)


def _explain(options: argparse.Namespace) -> int:
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
    print(found.text(options.language))
    print()
    print(found)
    for name, reason in found.reasons.items():
        print(f"\n{name} cannot stand apart: {reason}")
    if len(found.differences):
        print()
        for row in found.differences.rows():
            before, after = row["before"] or "nothing", row["after"] or "nothing"
            print(f"{row['part']}: {row['address']}: {before} -> {after}")
    print(f"\nseed {found.seed}, {found.paths:,} paths, {found.coalitions} coalitions")
    if options.out is not None:
        found.to_csv(options.out)
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
