"""``tinbergen fit``: make a plan of a table of figures."""

from __future__ import annotations

import argparse
import sys

from tinbergen.basics.text import counted
from tinbergen.shell.figures import add_figures, fitted, keep_places
from tinbergen.shell.options import (
    OK,
    Commands,
    add_all,
    add_json,
    add_language,
    language_of,
    place,
    print_json,
    print_table,
)

__all__ = ["register"]

_EXAMPLES = """\
examples:
  tinbergen fit figures.csv --out plan.toml
      a column for each indicator, one for the years: what was found, and a plan that runs on from the last year
  tinbergen fit figures.csv --peers provinces.csv --event 2020 --out plan.toml
      with the experience of other provinces (a column names them), and without the year of the pandemic
  tinbergen fit panel.csv --entity Zhejiang --kind rd_share=share --out plan.toml
      one place of a table of many, the others being its peers
"""


def register(commands: Commands) -> None:
    """Add the command, with what it takes."""
    parser = commands.add_parser(
        "fit",
        help="make a plan of a table of figures",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "data", type=place, metavar="DATA", help="a table of figures (CSV, Excel, ODS)"
    )
    parser.add_argument(
        "--out", type=place, required=True, metavar="FILE", help="the new plan file"
    )
    add_figures(parser)
    parser.add_argument("--force", action="store_true", help="replace a file of that name")
    add_language(parser, "what was found")
    add_all(parser)
    add_json(parser)
    parser.set_defaults(command=_fit)


def _fit(options: argparse.Namespace) -> int:
    keep_places(options.out, options.data, options, "--out ")
    model = fitted(options.data, options.out.stem, options)
    report, language = model.fit_report, language_of(options, model)
    model.save(options.out)
    if options.json:
        rows = [dict(row) for row in report.parameters.rows()]
        told = report.in_words(language).splitlines()
        print_json({"plan": str(options.out), "parameters": rows, "sentences": told})
        return OK
    print_table(report.parameters, options, language)
    print()
    print(report.in_words(language))
    print(
        f"{options.out}: {model.name}, {model.periods}, {counted(len(model.indicators), 'indicator')}; "
        f"add targets to it, then tinbergen run {options.out}",
        file=sys.stderr,
    )
    return OK
