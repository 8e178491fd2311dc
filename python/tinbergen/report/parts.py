"""The parts of a report: a part is one function and one line in a list."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tinbergen.report import answers, inputs
from tinbergen.report.blocks import Block
from tinbergen.report.told import Told

__all__ = ["LEAVABLE", "PARTS", "Part", "Section", "left_out", "sections"]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a report.

    Parameters
    ----------
    key
        Its name; its heading is among the words.
    build
        What it says; an empty list where there is nothing it could say.
    stays
        Whether it cannot be left out.
    """

    key: str
    build: Callable[[Told], list[Block]]
    stays: bool = False


PARTS: tuple[Part, ...] = (
    Part("answer", answers.answer, stays=True),
    Part("targets", answers.targets),
    Part("scenarios", answers.scenarios),
    Part("changes", answers.changes),
    Part("warnings", answers.warnings),
    Part("surprises", answers.surprises),
    Part("consistency", inputs.consistency),
    Part("levers", inputs.levers),
    Part("assumptions", inputs.assumptions),
    Part("notes", inputs.notes),
    Part("method", inputs.method),
    Part("reproduce", inputs.reproduce),
)
"""The parts, in the order in which they are read."""

LEAVABLE: tuple[str, ...] = (
    *(part.key for part in PARTS if not part.stays),
    "costs",
    "tornado",
)
"""What can be left out: parts, the costs of levers, and how much each assumption matters."""


@dataclass(frozen=True, slots=True)
class Section:
    """A part with its heading and what it says."""

    key: str
    title: str
    blocks: list[Block]


def left_out(without: str | Iterable[str]) -> frozenset[str]:
    """Read what is left out: names, or one text with commas.

    Raises
    ------
    ValueError
        When it is nothing that can be left out; the message says what can.

    Examples
    --------
    >>> sorted(left_out("costs,notes"))
    ['costs', 'notes']
    >>> left_out("answer")
    Traceback (most recent call last):
        ...
    ValueError: without: "answer" cannot be left out; what can: targets, scenarios, ...
    """
    names = without.split(",") if isinstance(without, str) else list(without)
    found = frozenset(name.strip() for name in names if name.strip())
    for name in sorted(found):
        if name not in LEAVABLE:
            known = ", ".join(LEAVABLE)
            raise ValueError(f'without: "{name}" cannot be left out; what can: {known}')
    return found


def sections(told: Told, only: Iterable[str] = ()) -> list[Section]:
    """Return the parts that have something to say and are not left out; or only some of them.

    Examples
    --------
    >>> import tinbergen as tb
    >>> runs = tb.plans.minimal().simulate(paths=100, seed=1)
    >>> told = Told(runs, "en", "baseline", without=left_out("notes,assumptions"))
    >>> [section.key for section in sections(told)]
    ['answer', 'targets', 'scenarios', 'consistency', 'levers', 'method', 'reproduce']
    """
    found = []
    wanted = frozenset(only) or {part.key for part in PARTS}
    for part in (part for part in PARTS if part.key in wanted):
        blocks = [] if part.key in told.without else part.build(told)
        if blocks:
            found.append(Section(part.key, told.say(f"report {part.key}"), blocks))
    return found
