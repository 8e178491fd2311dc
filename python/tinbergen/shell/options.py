"""Options that several commands share."""

from __future__ import annotations

import argparse
import codecs
import json
import math
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

from tinbergen.basics.language import LANGUAGES, language_tag
from tinbergen.basics.settings import path_count, seed_number, threads_setting
from tinbergen.basics.table import Table
from tinbergen.basics.table_text import to_text
from tinbergen.basics.words import say
from tinbergen.io.plan_files import largest_plan, read_plan
from tinbergen.results.notes import Notes
from tinbergen.shell.parser import FINDINGS, INVALID, OK, Commands, Parser
from tinbergen.shell.words import headings
from tinbergen.written.language import model_language
from tinbergen.written.model import Model

__all__ = [
    "FINDINGS",
    "INVALID",
    "OK",
    "STANDARD",
    "Commands",
    "Parser",
    "add_all",
    "add_json",
    "add_language",
    "add_out",
    "add_plan",
    "add_quiet",
    "add_sampling",
    "add_scenarios",
    "add_table",
    "folder",
    "keep_inputs",
    "language",
    "language_of",
    "place",
    "plan_of",
    "print_file",
    "print_json",
    "print_notes",
    "print_table",
    "scenario_labels",
    "table_options",
    "table_text",
]

STANDARD = Path("-")
"""Standard input, where a file is named."""


def place(text: str) -> Path:
    """Read the name of a file or a folder; an empty one, such as of a variable that is not set, is none."""
    if not text:
        raise argparse.ArgumentTypeError("the name is empty")
    return Path(text)


def add_plan(parser: argparse.ArgumentParser) -> None:
    """Add the plan file."""
    parser.add_argument(
        "plan", type=place, metavar="PLAN", help="a plan file (TOML); - for standard input"
    )
    parser.set_defaults(text=None)


def plan_of(options: argparse.Namespace) -> Model:
    """Read the plan that was named, or that comes through standard input."""
    if options.plan != STANDARD:
        return read_plan(options.plan)
    # One byte more than is allowed, so that what is larger is seen to be.
    options.text = sys.stdin.buffer.read(largest_plan() + 1)
    return Model.from_toml(options.text, file="standard input")


def add_sampling(parser: argparse.ArgumentParser) -> None:
    """Add how many paths are drawn from which seed, on how many threads."""
    parser.add_argument("--paths", type=_count, default=10_000, metavar="N", help="number of paths")
    parser.add_argument(
        "--seed", type=_seed, metavar="S", help="seed; one is drawn and recorded unless given"
    )
    parser.add_argument("--threads", type=_threads, metavar="T", help="number of threads")


def add_scenarios(parser: argparse.ArgumentParser) -> None:
    """Add which scenarios run."""
    parser.add_argument(
        "--scenario", action="append", metavar="NAME", help="a scenario to run (may be repeated)"
    )


def add_out(parser: argparse.ArgumentParser) -> None:
    """Add the folder that results are written to."""
    parser.add_argument(
        "--out",
        type=place,
        metavar="DIR",
        help="folder to write to; nothing is written unless given",
    )


def add_all(parser: argparse.ArgumentParser) -> None:
    """Add whether tables are printed whole."""
    parser.add_argument(
        "--all", action="store_true", help="print tables whole, however long and wide they are"
    )


def add_quiet(parser: argparse.ArgumentParser) -> None:
    """Add whether nothing but errors is told."""
    parser.add_argument(
        "--quiet", action="store_true", help="print nothing but errors and what --json asks for"
    )


def add_json(parser: argparse.ArgumentParser) -> None:
    """Add whether the answer is printed for programs, and whether nothing else is."""
    parser.add_argument("--json", action="store_true", help="print the answer as JSON")
    add_quiet(parser)


def print_json(answer: Mapping[str, Any]) -> None:
    """Print an answer as JSON; what is no finite number is null."""
    escaped = _unlike_utf8(sys.stdout)
    print(json.dumps(_plain(answer), indent=2, ensure_ascii=escaped, allow_nan=False))


def print_file(text: str) -> None:
    """Print what is read as a file, which is UTF-8 wherever it is printed."""
    if not _unlike_utf8(sys.stdout):
        print(text, end="")
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode())


def _unlike_utf8(stream: TextIO) -> bool:
    """Whether a stream is known to encode in another way."""
    encoding = getattr(stream, "encoding", None)
    return isinstance(encoding, str) and codecs.lookup(encoding).name != "utf-8"


def _plain(value: Any) -> Any:
    if isinstance(value, Table):
        return [_plain(row) for row in value.rows()]
    if isinstance(value, Notes):
        return [note.to_dict() for note in value]
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(part) for part in value]
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if isinstance(value, (bool, int, float, str, type(None))) else str(value)


def add_language(parser: argparse.ArgumentParser, what: str) -> None:
    """Add the language of what is printed or drawn."""
    parser.add_argument(
        "--language",
        type=language,
        metavar="LANGUAGE",
        help=f"language of {what}, {' or '.join(LANGUAGES)}; that of the plan's labels unless given",
    )


def language(text: str) -> str:
    """Read a language, or say which there are."""
    try:
        language_tag(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error).removeprefix("language: ")) from None
    return text


def language_of(options: argparse.Namespace, model: Model) -> str:
    """Return the language that was asked for, else that of the plan."""
    given: str | None = options.language
    return given or model_language(model)


def scenario_labels(model: Model, language: str) -> dict[str, str]:
    """Return what is printed for the names of scenarios: the names themselves in English, else labels."""
    if language_tag(language) == "en":
        return {}
    labels = {name: scenario.text(language) for name, scenario in model.scenarios.items()}
    known = {name: label for name, label in labels.items() if label}
    return {**{name: say(name, language) for name in ("baseline", "mixture")}, **known}


def print_table(
    table: Table,
    options: argparse.Namespace,
    language: str = "en",
    columns: Sequence[str] | None = None,
) -> None:
    """Print a table: as much of it as fits the terminal, or the whole, of some columns."""
    print(table_text(table, options, language, columns))


def table_text(
    table: Table,
    options: argparse.Namespace,
    language: str = "en",
    columns: Sequence[str] | None = None,
) -> str:
    """Lay out a table: what fits the terminal, or the whole where asked for or not on a terminal."""
    whole = options.all or not sys.stdout.isatty()
    return to_text(
        table,
        whole=whole,
        language=language,
        labels=headings(table.columns, language),
        rest="--all shows all",
        columns=columns,
    )


def add_table(parser: argparse._ActionsContainer) -> None:
    """Add how a table of data is read, where that is not to be seen."""
    parser.add_argument("--separator", metavar="SIGN", help="between the cells of a text")
    parser.add_argument("--decimal", metavar="SIGN", help="the decimal sign, . or ,")
    parser.add_argument("--encoding", metavar="NAME", help="the encoding of a text")
    parser.add_argument("--sheet", metavar="NAME", help="the sheet of a workbook")


def table_options(options: argparse.Namespace) -> dict[str, str]:
    """Return how a table is read, as far as it was said."""
    names = ("separator", "decimal", "encoding", "sheet")
    found = {name: getattr(options, name) for name in names}
    return {name: value for name, value in found.items() if value is not None}


def keep_inputs(written: Iterable[Path], *read: Path | None, option: str = "--out: ") -> None:
    """Refuse to write over what is read."""
    inputs = [file for file in read if file is not None and file.exists()]
    for file in written:
        if file.exists() and any(file.samefile(known) for known in inputs):
            raise FileExistsError(f"{option}{file} is read here; name another place")


def folder(out: Path) -> Path:
    """Make the folder that a command writes to."""
    if out.exists() and not out.is_dir():
        raise NotADirectoryError(f"--out {out}: there is a file of that name; name a folder")
    out.mkdir(parents=True, exist_ok=True)
    return out


def print_notes(notes: Notes, *but: str) -> None:
    """Print what a run has to say beside its numbers, but for what every run says."""
    for line in notes.but("contract", "storage", "effective_paths", *but)._folded():
        print(f"note: {line}", file=sys.stderr)


def _whole(text: str, check: Callable[[int], int | None], what: str) -> int:
    """Read a whole number of an option, or say what is wrong with it."""
    try:
        number = int(text.replace("_", "").replace(",", ""))
        check(number)
    except ValueError as error:
        reason = str(error) if "must be" in str(error) else f"{what} must be a whole number"
        raise argparse.ArgumentTypeError(reason) from None
    return number


def _count(text: str) -> int:
    return _whole(text, path_count, "paths")


def _seed(text: str) -> int:
    return _whole(text, seed_number, "seed")


def _threads(text: str) -> int:
    return _whole(text, threads_setting, "threads")
