"""Rare events: probabilities that are too small to be counted."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tinbergen import _core
from tinbergen.basics.table import Table
from tinbergen.basics.words import number_text, say
from tinbergen.questions.chance_words import percent_text
from tinbergen.questions.goal_words import goal_sentence
from tinbergen.results.notes import Note, Notes
from tinbergen.written.goal import GoalLike, goal_text

if TYPE_CHECKING:
    from tinbergen.results.runs import Runs
    from tinbergen.written.model import Model

__all__ = ["Rare", "rare"]

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class Rare:
    """The probability of a rare event; made by `Runs.rare`.

    Parameters
    ----------
    of
        The goal.
    met
        Whether it is the probability that it is met, or that it is missed.
    probability, low, high
        The probability, and the ends of its 95 % interval.
    error
        Its standard error.
    paths
        Paths that were drawn for it.
    effective_paths
        How many equally weighted paths those in which it happens are worth.
    tail_shape
        The shape of the tail of their weights; from 0.7 on they are heavy. None where too few differ.
    ways
        Columns distance and share: how far each way to the event is from the median of all random numbers, in standard
        deviations, and what it brings of the probability. Empty where the event is not rare.
    splitting
        An estimate by another method, and the standard deviation of its logarithm.
    notes
        Why it is not reliable, if it is not.
    """

    of: str
    met: bool
    probability: float
    low: float
    high: float
    error: float
    paths: int
    effective_paths: float
    tail_shape: float | None
    ways: Table = field(repr=False)
    splitting: tuple[float, float] = field(repr=False)
    notes: Notes = field(repr=False)
    _model: Model = field(repr=False, compare=False)

    @property
    def reliable(self) -> bool:
        """Whether nothing speaks against the estimate."""
        return not self.notes

    def in_words(self, language: str = "en") -> str:
        """Tell how rare it is, as people count.

        Examples
        --------
        >>> import tinbergen as tb
        >>> x = tb.Indicator(equation="x ~ 0")
        >>> high = tb.Target("high", indicator="x", period=2021, at_least=4.75)
        >>> model = tb.Model(
        ...     "m",
        ...     "2021..2021",
        ...     indicators={"x": x},
        ...     shocks={"x": tb.normal(0, 1)},
        ...     targets=[high],
        ... )
        >>> model.simulate(10, seed=1).rare("high", missed=False).in_words()[:40]
        'high is met with a probability of 1.0 × '
        """
        key = "say rare met" if self.met else "say rare missed"
        sentence = goal_sentence(
            key,
            self.of,
            self._model,
            language,
            chance=_power(self.probability, language),
            low=_power(self.low, language),
            high=_power(self.high, language),
            one=number_text(f"{float(f'{1 / self.probability:.2g}'):,.0f}", language),
        )
        if self.reliable or not len(self.ways):
            return sentence
        return f"{sentence} {say('say rare doubt', language)}"

    def __str__(self) -> str:
        return self.in_words()

    def _repr_html_(self) -> str:
        notes = self.notes._repr_html_() if self.notes else ""
        return f"<p>{self.in_words()}</p>{self.ways._repr_html_()}{notes}"


def _power(share: float, language: str) -> str:
    """Write a probability as people read it: in percent, or with a power of ten where it is small."""
    if share >= 1e-3:
        return percent_text(share, language)
    mantissa, exponent = f"{share:.1e}".split("e")
    raised = str(int(exponent)).translate(_RAISED)
    return f"{number_text(mantissa, language)} \N{MULTIPLICATION SIGN} 10{raised}"


def rare(
    runs: Runs,
    of: GoalLike = "all",
    *,
    missed: bool = True,
    scenario: str = "baseline",
    paths: int = 10_000,
) -> Rare:
    """Estimate the probability that a goal is missed, or met, also where hardly any path of the run does so.

    Parameters
    ----------
    of
        A target, a set or a combination of them.
    missed
        Whether it is the probability that the goal is missed; that it is met with ``missed=False``.
    scenario
        The scenario.
    paths
        Paths that are drawn around the most likely ways to it.

    Returns
    -------
    Rare
        The probability with its interval, its ways, and in `notes` why it is not reliable, if it is not.

    Raises
    ------
    ModelError
        When a name is unknown, or no path that leads to the event was found.
    ValueError
        When the run is conditioned on actual values: its paths are drawn around these.

    See Also
    --------
    Runs.most_likely : The most likely path that meets a goal.

    Notes
    -----
    Importance sampling from a mixture of normal distributions of scores around the most likely path of each way to the
    event [1]_; the ways are found by splitting [2]_, which begins with paths of the model and so finds them whatever their shape.
    The seed and the parameters are those of the run. It is not reliable, and says so, with fewer than 100 effective paths, with heavy
    weights, where one path has a tenth of the whole, where splitting came by ways around which nothing was drawn, or gave another
    number.

    References
    ----------
    .. [1] A. Owen and Y. Zhou (2000), Safe and effective importance sampling. Journal of the American
       Statistical Association 95, 135-143.
    .. [2] S.-K. Au and J. L. Beck (2001), Estimation of small failure probabilities in high dimensions by
       subset simulation. Probabilistic Engineering Mechanics 16, 263-277.

    Examples
    --------
    >>> import tinbergen as tb
    >>> x = tb.Indicator(equation="x ~ 0")
    >>> high = tb.Target("high", indicator="x", period=2021, at_least=4.75)
    >>> model = tb.Model(
    ...     "m",
    ...     "2021..2021",
    ...     indicators={"x": x},
    ...     shocks={"x": tb.normal(0, 1)},
    ...     targets=[high],
    ... )
    >>> found = model.simulate(10, seed=1).rare("high", missed=False)
    >>> bool(0.95e-6 < found.probability < 1.1e-6), found.reliable
    (True, True)
    """
    if runs._given is not None:
        raise ValueError(
            "the run is conditioned on actual values, around which its paths are drawn; ask a run without them, with "
            "the values in the histories of the plan"
        )
    goal = goal_text(of)
    answer, ways = _core.rare(
        runs.model._program(), runs._core, scenario=scenario, of=goal, met=not missed, paths=paths
    )
    value, low, high = answer["probability"]
    name = _core.goal_text(goal)
    return Rare(
        of=name,
        met=not missed,
        probability=value,
        low=low,
        high=high,
        error=answer["error"],
        paths=answer["paths"],
        effective_paths=answer["effective_paths"],
        tail_shape=answer["tail_shape"],
        ways=Table(ways, percent=["share"]),
        splitting=answer["splitting"],
        notes=Notes(Note(f"rare.{name}", "not_reliable", text) for text in answer["doubts"]),
        _model=runs.model,
    )
