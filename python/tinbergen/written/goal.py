"""Goals: Boolean combinations of targets and sets of targets."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from tinbergen import _core
from tinbergen.written.target import Target

__all__ = ["Goal", "GoalLike", "at_least", "goal", "goal_list", "goal_text"]


class Goal:
    """A combination of targets: ``tb.goal("gdp-2025") & ~tb.goal("jobs")``.

    Parameters
    ----------
    text
        Ids of targets and names of sets with ``and``, ``or``, ``not`` (or ``& | !``), parentheses,
        and ``at_least(3, a, b, c)``, which counts the members of a set one by one. Names with other
        characters than letters, digits and ``_ - .`` stand in quotes.

    Examples
    --------
    >>> import tinbergen as tb
    >>> tb.goal("gdp-2025") & ~(tb.goal("rd") | tb.goal("jobs"))
    Goal('gdp-2025 and not (rd or jobs)')
    >>> Goal("a & !b | c")
    Goal('a and not b or c')
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = _core.goal_text(text)

    def __and__(self, other: GoalLike) -> Goal:
        return Goal(f"({self}) and ({goal_text(other)})")

    def __or__(self, other: GoalLike) -> Goal:
        return Goal(f"({self}) or ({goal_text(other)})")

    def __invert__(self) -> Goal:
        return Goal(f"not ({self})")

    def __bool__(self) -> bool:
        raise TypeError("goals are joined by & | and ~, not by `and`, `or` and `not`")

    def __str__(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return f"Goal({self._text!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Goal) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __reduce__(self) -> tuple[type[Goal], tuple[str]]:
        return Goal, (self._text,)


GoalLike: TypeAlias = "Goal | Target | str"
"""A goal, a target, or the text of a goal."""


def goal(name: str | Target) -> Goal:
    """Return the goal that one target, or all targets of a set, are met; any name will do.

    Parameters
    ----------
    name
        Id of a target or name of a set, or a `Target`.

    Examples
    --------
    >>> goal("R&D share")
    Goal('"R&D share"')
    """
    text = name.id if isinstance(name, Target) else name
    quote = "'" if '"' in text else '"'
    return Goal(f"{quote}{text}{quote}")


def at_least(count: int, *goals: GoalLike) -> Goal:
    """Return the goal that at least so many are met; the members of a set are counted one by one.

    Examples
    --------
    >>> at_least(25, "all")
    Goal('at_least(25, all)')
    """
    return Goal(f"at_least({count}, {', '.join(map(goal_text, goals))})")


def goal_text(of: GoalLike) -> str:
    """Write a goal as text.

    Examples
    --------
    >>> goal_text("a & b")
    'a & b'
    """
    return str(goal(of)) if isinstance(of, Target) else str(of)


def goal_list(of: GoalLike | Iterable[GoalLike]) -> list[str]:
    """Make a list of texts of one goal or several.

    Examples
    --------
    >>> goal_list("all"), goal_list(["gdp", "jobs"])
    (['all'], ['gdp', 'jobs'])
    """
    one = isinstance(of, (str, Goal, Target))
    return [goal_text(of)] if one else [goal_text(each) for each in of]  # type: ignore[arg-type, union-attr]
