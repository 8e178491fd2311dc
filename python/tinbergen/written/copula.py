"""Dependence in the tails: what is large together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass

from tinbergen.errors import wrong_type
from tinbergen.written.parts import Labelled
from tinbergen.written.values import Label, label, number

__all__ = ["Copula"]


@dataclass(frozen=True, slots=True)
class Copula(Labelled):
    """Dependence in the tails of several shocks, or of several parameters: a Student-t copula.

    In a path (and period) the normal scores of all members are divided by one common number, so that
    large values come together, also where nothing is correlated. What each of them is drawn from does
    not change, and `correlations` between them are those of Student's t.

    Parameters
    ----------
    members
        Names of shocks, or of parameters; with one all that are correlated with it.
    df
        Degrees of freedom, from 1 to 1000: the fewer, the more often large values come together.
    label
        What a reader sees.
    source
        The page or section it is from.
    assumption
        Why it was assumed, when no source has it.

    Examples
    --------
    >>> Copula(["demand", "exports"], df=4)
    Copula(members=('demand', 'exports'), df=4.0, label=None, source=None, assumption=None)
    """

    members: Sequence[str]
    _: KW_ONLY
    df: float
    label: Label | None = None
    source: str | None = None
    assumption: str | None = None

    def __post_init__(self) -> None:
        if isinstance(self.members, str):
            raise wrong_type("members", "a list of names", self.members)
        object.__setattr__(self, "members", tuple(self.members))
        object.__setattr__(self, "df", number(self.df))
        object.__setattr__(self, "label", label(self.label))
