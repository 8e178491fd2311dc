"""``tinbergen revise``: the bounds with which a plan is met with a wanted probability."""

from __future__ import annotations

import argparse
from pathlib import Path

from tinbergen.questions.revision import Revision
from tinbergen.shell.options import (
    OK,
    Commands,
    add_all,
    add_json,
    add_language,
    add_plan,
    add_sampling,
    folder,
    keep_inputs,
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
  tinbergen revise plans/yuecheng.toml --probability 0.8 --of economy --out revised.toml
      the bounds with which the targets of a set are met together in 8 of 10 paths, as a plan file
  tinbergen revise plan.toml --probability 0.8 --hold gdp-2025 --spread distance --weight rd-share-2025=2
      one bound stays as it is; the others give by standard deviations, one of them twice as much
  tinbergen revise plan.toml --of gdp-2025 --charts out
      also out/bounds.csv, out/revision.png

exit codes: 0 done, 2 invalid input or out of reach, 3 numerical failure
"""


def register(commands: Commands) -> None:
    """Add the command, with what it takes."""
    revise = commands.add_parser(
        "revise",
        help="find the bounds with which a plan is met with a wanted probability",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_plan(revise)
    revise.add_argument(
        "--probability", type=float, default=0.8, metavar="P", help="0.8 unless said"
    )
    revise.add_argument(
        "--of", default="all", metavar="GOAL", help="a target, a set, or several joined by `and`"
    )
    revise.add_argument(
        "--hold", action="append", metavar="TARGET", help="a bound that stays (may be repeated)"
    )
    revise.add_argument(
        "--spread",
        choices=("probability", "distance"),
        default="probability",
        help="how bounds share what has to give: equally likely each, or by standard deviations",
    )
    revise.add_argument(
        "--weight",
        action="append",
        metavar="TARGET=W",
        help="with --spread distance: by how many times it gives (may be repeated)",
    )
    revise.add_argument(
        "--tighten", action="store_true", help="bounds may become tighter than they are written"
    )
    revise.add_argument(
        "--scenario", default="baseline", metavar="NAME", help="a scenario, or mixture"
    )
    add_sampling(revise)
    revise.add_argument("--out", type=place, metavar="FILE", help="where the revised plan is saved")
    revise.add_argument("--charts", type=place, metavar="DIR", help="folder for table and chart")
    add_language(revise, "the sentence, the table and the chart")
    add_json(revise)
    add_all(revise)
    revise.set_defaults(command=_revise)


def _revise(options: argparse.Namespace) -> int:
    if options.out is not None:
        keep_inputs([options.out], options.plan)
    out = folder(options.charts) if options.charts else None
    model = plan_of(options)
    language = language_of(options, model)
    found = model.revise(
        options.probability,
        of=options.of,
        scenario=options.scenario,
        hold=options.hold,
        spread=options.spread,
        weights=_weights(options.weight),
        tighten=options.tighten,
        paths=options.paths,
        seed=options.seed,
        threads=options.threads,
    )
    if options.json:
        answer = {name: getattr(found, name) for name in ("before", "found", "confirmed")}
        answer |= {"sentence": found.in_words(language), "bounds": found.table}
        print_json({**answer, "notes": found.notes})
    else:
        print(found.in_words(language))
        print_table(found.table, options, language, None if options.all else found.table.shown)
    print_notes(found.notes)
    if options.out:
        found.save(options.out)
    if out:
        found.table.to_csv(out / "bounds.csv")
        _chart(found, out / "revision.png", language)
    return OK


def _weights(given: list[str] | None) -> dict[str, float] | None:
    """Read ``TARGET=W``."""
    if not given:
        return None
    weights = {}
    for text in given:
        target, _, weight = text.rpartition("=")
        try:
            weights[target] = float(weight)
        except ValueError:
            target = ""
        if not target:
            raise ValueError(f"--weight {text}: expected TARGET=W, such as gdp-2025=2")
    return weights


def _chart(found: Revision, path: Path, language: str) -> None:
    """Draw the revision, when matplotlib is installed."""
    try:
        axes = found.plot(language=language)
    except ImportError:
        return
    figure = axes.figure
    figure.savefig(path, dpi=150, facecolor="white")  # type: ignore[union-attr]
