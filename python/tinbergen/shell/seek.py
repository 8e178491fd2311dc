"""``tinbergen seek``: the cheapest setting of levers for a wanted probability."""

from __future__ import annotations

import argparse
from pathlib import Path

from tinbergen.questions.frontier import Frontier
from tinbergen.shell.options import (
    FINDINGS,
    OK,
    Commands,
    add_all,
    add_json,
    add_language,
    add_plan,
    add_sampling,
    folder,
    language_of,
    place,
    plan_of,
    print_json,
    print_notes,
    print_table,
)

__all__ = ["register"]

_EXAMPLES = """\
examples:
  tinbergen seek plans/yuecheng.toml --probability 0.8 --of investment-2021-2025
      by all levers of the plan: the cheapest setting, confirmed with another seed
  tinbergen seek plan.toml --probability 0.5 --of "gdp-2025 and rd-share-2025" --lever rd_subsidy --lever investment
      two levers for a combination of targets
  tinbergen seek plan.toml --probability 0.8 --of innovation --frontier --out out
      also what each probability costs: out/frontier.csv, out/frontier.png

exit codes: 0 reached, 1 it cannot be reached, 2 invalid input, 3 numerical failure
"""


def register(commands: Commands) -> None:
    """Add the command, with what it takes."""
    seek = commands.add_parser(
        "seek",
        help="find the cheapest setting of levers for a wanted probability",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_plan(seek)
    seek.add_argument("--probability", type=float, default=0.8, metavar="P", help="0.8 unless said")
    seek.add_argument(
        "--of", default="all", metavar="GOAL", help="a target, a set or a combination of them"
    )
    seek.add_argument(
        "--lever",
        action="append",
        metavar="NAME",
        help="a lever (may be repeated); all unless said",
    )
    seek.add_argument("--scenario", default="baseline", metavar="NAME", help="where it is moved")
    seek.add_argument(
        "--replace",
        action="store_true",
        help="put a number in the place of an uncertain parameter; its mean is moved unless said",
    )
    add_sampling(seek)
    seek.add_argument("--margin", type=float, metavar="M", help="how far above P it has to be")
    seek.add_argument("--frontier", action="store_true", help="also what each probability costs")
    seek.add_argument("--out", type=place, metavar="DIR", help="folder for tables and the chart")
    add_language(seek, "the tables and the chart")
    add_json(seek)
    add_all(seek)
    seek.set_defaults(command=_seek)


def _seek(options: argparse.Namespace) -> int:
    out = folder(options.out) if options.out else None
    model = plan_of(options)
    asked = {"of": options.of, "levers": options.lever, "scenario": options.scenario}
    asked |= {"replace": options.replace}
    asked |= {"paths": options.paths, "seed": options.seed, "threads": options.threads}
    found = model.seek(options.probability, margin=options.margin, **asked)
    language = language_of(options, model)
    answer = {"sentence": found.sentence, "reached": found.reached, "settings": found.settings}
    if not options.json:
        print(found.sentence)
        print_table(found.settings, options, language)
    print_notes(found.notes)
    if out:
        found.tried.to_csv(out / "tried.csv")
        found.settings.to_csv(out / "settings.csv")
    if options.frontier:
        frontier = model.frontier(**asked)
        answer["frontier"] = frontier
        if not options.json:
            print()
            print_table(frontier, options, language)
        if out:
            frontier.to_csv(out / "frontier.csv")
            _chart(frontier, out / "frontier.png", language)
    if options.json:
        print_json({**answer, "notes": found.notes})
    return OK if found.reached else FINDINGS


def _chart(frontier: object, path: Path, language: str) -> None:
    """Draw the frontier, when matplotlib is installed."""
    if not isinstance(frontier, Frontier):
        return
    try:
        axes = frontier.plot(language=language)
    except ImportError:
        return
    figure = axes.figure
    figure.savefig(path, dpi=150, facecolor="white")  # type: ignore[union-attr]
