"""What can go wrong, as classes that say whose mistake it is.

A mistake in a model is a `ModelError` with all its problems, each with its address. Numbers that
break while simulating are a `NumericalError`; a result too large for the memory limit is a
`MemoryLimitError`.
"""

from __future__ import annotations

import difflib
import reprlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tinbergen.basics.run_kinds import STREAMED, RunKind

__all__ = [
    "MemoryLimitError",
    "ModelError",
    "NotKeptError",
    "NotStoredError",
    "NumericalError",
    "Problem",
    "RecipeError",
    "TouchedRoundWarning",
    "UnknownNameError",
    "near",
    "wrong_type",
]


# A name that is longer is shown in part.
_LONGEST = 60
_LONGEST_ADDRESS = 200


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake, with its address.

    Parameters
    ----------
    file
        The file the model was read from, when there is one.
    line
        The line in that file, counted from 1.
    address
        Where in the model: ``indicators.gdp.process.mean``.
    message
        What was found and what was expected.

    Examples
    --------
    >>> str(Problem("plan.toml", 41, "indicators.gdp.mean", "must be a number"))
    'plan.toml:41: indicators.gdp.mean: must be a number'
    """

    file: str | None
    line: int | None
    address: str
    message: str

    def __str__(self) -> str:
        where = self.file or ("line" if self.line is not None else "")
        if self.line is not None:
            where += f":{self.line}" if self.file else f" {self.line}"
        address = self.address
        if len(address) > _LONGEST_ADDRESS:
            address = f"{address[:_LONGEST]}..."
        return ": ".join(part for part in (where, address, self.message) if part)


def _problems(given: str | Iterable[Problem]) -> tuple[Problem, ...]:
    if isinstance(given, str):
        return (Problem(None, None, "", given),)
    return tuple(given)


class ModelError(ValueError):
    """A model, or the question put to it, is wrong; all problems at once.

    Parameters
    ----------
    problems
        The problems, or one message.

    Attributes
    ----------
    problems : tuple of Problem
        Every mistake that was found, in the order of the file.

    Examples
    --------
    >>> error = ModelError([Problem(None, None, "indicators.gdp", "has no equation")])
    >>> print(error)
    indicators.gdp: has no equation
    >>> error.problems[0].address
    'indicators.gdp'
    """

    problems: tuple[Problem, ...]

    def __init__(self, problems: str | Iterable[Problem]) -> None:
        self.problems = _problems(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "\n".join(map(str, self.problems))


class NumericalError(ArithmeticError):
    """More paths broke (a value that is not finite) than the model tolerates.

    Parameters
    ----------
    problems
        The problems, or one message.

    Attributes
    ----------
    problems : tuple of Problem
        What broke, by indicator and period.
    """

    problems: tuple[Problem, ...]

    def __init__(self, problems: str | Iterable[Problem]) -> None:
        self.problems = _problems(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "\n".join(map(str, self.problems))


class MemoryLimitError(MemoryError):
    """The result would need more memory than the limit allows."""


class RecipeError(ValueError):
    """A run that was pickled cannot be made again as it was.

    Parameters
    ----------
    message
        Why not, and what to do.
    recipe
        What it was made of, where that can be read: ``error.recipe.simulate()`` runs it anew.
    """

    def __init__(self, message: str, recipe: Any = None) -> None:
        self.recipe = recipe
        super().__init__(message)


class TouchedRoundWarning(UserWarning):
    """A file of an archived round is read that was changed after it was archived."""


class UnknownNameError(KeyError):
    """A name that is not there, with the nearest one that is.

    Parameters
    ----------
    kind
        What was looked for: ``"indicator"``.
    name
        The name that was asked for.
    known
        The names that there are.

    Examples
    --------
    >>> print(UnknownNameError("indicator", "gpd", ["gdp", "employment"]))
    unknown indicator "gpd"; did you mean "gdp"?
    """

    def __init__(self, kind: str, name: object, known: Iterable[object]) -> None:
        names = tuple(map(str, known))
        text = str(name)
        shown = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
        hint = near(text, names) if len(text) <= _LONGEST else ""
        self.message = f'unknown {kind} "{shown}"{hint}'
        super().__init__(kind, name, names)

    def __str__(self) -> str:
        return self.message


class NotKeptError(KeyError):
    """The paths of an indicator were not kept.

    Examples
    --------
    >>> print(NotKeptError("gdp"))
    the paths of "gdp" were not kept: name it in keep=[...]
    """

    def __str__(self) -> str:
        return f'the paths of "{self.args[0]}" were not kept: name it in keep=[...]'


class NotStoredError(KeyError, AttributeError):
    """A run that keeps no path was asked for what needs its paths.

    Parameters
    ----------
    what
        What was asked for.
    kind
        What kind of run it is.

    Examples
    --------
    >>> print(NotStoredError("tornado"))
    tornado: a streamed run keeps no path; simulate with store="stored", which does
    >>> from tinbergen.basics.run_kinds import IN_FILES, tiled_for
    >>> print(NotStoredError("tornado", tiled_for("4 GB")))
    tornado: memory_limit=4 GB left no room for paths and made this a tiled run, which keeps none; allow more memory, keep fewer indicators (keep=), or simulate fewer paths
    >>> print(NotStoredError("tornado", IN_FILES))
    tornado: the paths of this run are in files, not in memory; read them (runs.paths("gdp"), runs.scan(), runs.to_xarray()), or simulate with store="stored"
    """

    def __init__(self, what: str, kind: RunKind = STREAMED) -> None:
        super().__init__(what, kind)

    def __str__(self) -> str:
        what, kind = self.args
        return f"{what}: {kind.way_out}"


class WorkerLostError(RuntimeError):
    """Workers of an executor died too often: with a range of paths, or all of them with their pool.

    Examples
    --------
    >>> print(WorkerLostError("paths 0 to 9 were lost with their worker 3 times"))
    paths 0 to 9 were lost with their worker 3 times
    """


def wrong_type(argument: str, expected: str, found: object, instead: str = "") -> TypeError:
    """Make the error of an argument of another type: what it is called, what is expected, what came.

    Parameters
    ----------
    argument
        The name of the argument: ``"history"``.
    expected
        What it takes.
    found
        What was given.
    instead
        What to pass in its place, where that is clear.

    Examples
    --------
    >>> print(wrong_type("after", "a model", "plan.toml", 'tb.read_plan("plan.toml")'))
    after: expected a model, found the text 'plan.toml'; pass tb.read_plan("plan.toml")
    """
    what = f"the text {reprlib.repr(found)}" if isinstance(found, str) else _kind(found)
    return TypeError(
        f"{argument}: expected {expected}, found {what}" + (instead and f"; pass {instead}")
    )


def _kind(found: object) -> str:
    if found is None or isinstance(found, (bool, int, float)):
        return reprlib.repr(found)
    name = type(found).__name__
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"


def near(name: str, known: Iterable[str]) -> str:
    """Offer the nearest known name, else list what there is when that is short.

    Examples
    --------
    >>> near("trend_grwth", ["gdp", "trend_growth"])
    '; did you mean "trend_growth"?'
    """
    names = list(known)
    alike = [other for other in names if other.casefold() == name.casefold()]
    best = alike or difflib.get_close_matches(name, names, n=1)
    if best:
        return f'; did you mean "{best[0]}"?'
    if 0 < len(names) <= 12:
        return "; there is " + ", ".join(f'"{other}"' for other in names)
    return ""
