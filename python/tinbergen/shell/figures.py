"""What is said of a table of figures that becomes a plan: shared by `fit` and `new --from`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import cast, get_args

from tinbergen.questions.fitting import Kind, fit
from tinbergen.shell.options import add_table, keep_inputs, place, table_options
from tinbergen.written.data import Data
from tinbergen.written.model import Model

__all__ = ["add_figures", "fitted", "keep_places", "said_of_figures"]


def add_figures(parser: argparse._ActionsContainer) -> None:
    """Add what can be said of the figures, and of how they are fitted."""
    parser.add_argument(
        "--periods",
        metavar="N",
        help="how many periods to simulate, or the last one; 5 unless given",
    )
    parser.add_argument(
        "--peers", type=place, metavar="FILE", help="the same indicators of other places"
    )
    parser.add_argument("--entity", metavar="NAME", help="the place of the table to fit")
    parser.add_argument(
        "--kind",
        action="append",
        type=_pair,
        metavar="NAME=KIND",
        help=f"the kind of a column: {', '.join(get_args(Kind))} (may be repeated)",
    )
    parser.add_argument(
        "--unit", action="append", type=_pair, metavar="NAME=UNIT", help="the unit of a column"
    )
    parser.add_argument(
        "--identity",
        action="append",
        metavar="EQUATION",
        help='an identity between columns, "gdp = primary + secondary"; found unless given',
    )
    parser.add_argument(
        "--event", action="append", metavar="PERIOD", help="a period of a declared event, left out"
    )
    parser.add_argument("--apart", action="store_true", help="each series by itself, not pooled")
    parser.add_argument(
        "--rows", type=int, default=2000, help="draws of the posterior; 2,000 unless given"
    )
    parser.add_argument("--seed", type=int, default=1, help="of these draws; 1 unless given")
    add_table(parser)


def fitted(data: Path, name: str, options: argparse.Namespace) -> Model:
    """Fit a table of figures, as was said."""
    periods, said = options.periods, table_options(options)
    return fit(
        Data(data, **said) if said else data,
        periods=int(periods)
        if periods is not None and periods.isdigit() and len(periods) < 4
        else periods,
        kinds=cast("dict[str, Kind]", dict(options.kind or ())),
        units=dict(options.unit or ()),
        peers=options.peers,
        entity=options.entity,
        identities=options.identity,
        events=options.event or (),
        pool=not options.apart,
        rows=options.rows,
        seed=options.seed,
        name=name,
    )


def said_of_figures(options: argparse.Namespace) -> list[str]:
    """Return the options among those of figures that were given."""
    parser = argparse.ArgumentParser(add_help=False)
    add_figures(parser)
    usual = vars(parser.parse_args([]))
    return [f"--{name}" for name, value in usual.items() if getattr(options, name) != value]


def keep_places(out: Path, data: Path, options: argparse.Namespace, option: str = "") -> None:
    """Refuse to write the plan, or the draws beside it, over what is read or what is there."""
    draws = out.with_name(f"{out.stem}.fit.csv")
    keep_inputs([out, draws], data, options.peers, option=option)
    if out.is_dir():
        raise IsADirectoryError(f"{option}{out}: is a folder; name a file")
    for file in (out, draws):
        if file.exists() and not options.force:
            raise FileExistsError(
                f"{option}{file}: there is a file of that name; --force replaces it"
            )


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name.strip() or not value.strip():
        raise argparse.ArgumentTypeError(f"expected NAME=VALUE, found {text!r}")
    return name.strip(), value.strip()
