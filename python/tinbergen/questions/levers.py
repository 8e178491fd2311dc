"""Levers: the cheapest setting for a wanted probability."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tinbergen import _core
from tinbergen.basics.progress_bar import reporting
from tinbergen.basics.settings import name_list
from tinbergen.basics.table import Table
from tinbergen.basics.text import format_chance, format_percent, format_value
from tinbergen.questions.frontier import PERCENT, of_settings
from tinbergen.questions.idle_levers import idle_notes, lever_run
from tinbergen.questions.lever_words import lever_sentence
from tinbergen.questions.lever_work import seek_by
from tinbergen.results.notes import Notes
from tinbergen.written.goal import GoalLike, goal_text
from tinbergen.written.scenario import Change, Scenario

if TYPE_CHECKING:
    from tinbergen.questions.workers import Executors
    from tinbergen.written.model import Model

__all__ = ["Seek", "seek"]

Interval = tuple[float, float, float]
"""A probability and the ends of its 95 % interval."""


@dataclass(frozen=True)
class Seek:
    """The cheapest setting of levers with a wanted probability; made by `Model.seek`.

    Parameters
    ----------
    of
        The goal.
    wanted
        The probability that was wanted.
    reached
        Whether there is a setting with the probability and the margin.
    settings
        Columns lever, now, value, cost; when it cannot be reached those that come nearest, which may
        be where the levers stand now. Of an uncertain parameter `now` is the mean, and `value` where
        it is moved to.
    cost
        What the setting costs, counted from where the levers stand now.
    found
        Its probability in the search, with its interval.
    confirmed
        Its probability with another seed, with its interval.
    before
        The probability of the plan as it is written, no lever moved.
    margin
        How far above the wanted probability the estimate had to be.
    exact
        Whether no cheaper setting with whole steps is possible; when it cannot be reached, whether
        no such setting reaches it.
    tried
        All that was tried: a column for each lever, cost, probability, low, high.
    notes
        What there is to know beside it: levers that change nothing about the goal.
    """

    of: str
    wanted: float
    reached: bool
    settings: Table
    cost: float
    found: Interval
    confirmed: Interval
    before: Interval
    margin: float
    exact: bool
    tried: Table = field(repr=False)
    notes: Notes = field(repr=False, default_factory=Notes)
    _parameters: Mapping[str, str] = field(repr=False, default_factory=dict)
    _keeps_spread: Mapping[str, bool] = field(repr=False, default_factory=dict)
    _in_scenario: str = field(repr=False, default="baseline")
    _model: Model | None = field(repr=False, compare=False, default=None)

    def scenario(self, label: str | None = None) -> Scenario:
        """Return the setting as a scenario, to be added to the model.

        Examples
        --------
        >>> import tinbergen as tb
        >>> model = tb.plans.yuecheng()
        >>> found = model.seek(0.4, of="rd-share-2025", levers="rd_subsidy", paths=500, seed=1)
        >>> with_it = model.add(scenarios={"subsidy": found.scenario("R&D subsidy")})
        >>> "subsidy" in with_it.scenarios
        True
        """
        changes = [
            self._change(row["lever"], float(row["now"]), float(row["value"]))
            for row in self.settings.rows()
            if row["value"] != row["now"]
        ]
        extends = None if self._in_scenario == "baseline" else self._in_scenario
        return Scenario(changes, label=label, extends=extends)

    def _change(self, lever: str, now: float, value: float) -> Change:
        """Return what the setting of a lever does to its parameter."""
        parameter = self._parameters[lever]
        if self._keeps_spread.get(lever, False):
            return Change(parameter=parameter, add=value - now)
        return Change(parameter=parameter, set=value)

    @property
    def sentence(self) -> str:
        """What was found, in words; the plan as it is written is always told."""
        moved = [
            f"{row['lever']} at {format_value(row['value'])}"
            for row in self.settings.rows()
            if row["value"] != row["now"]
        ]
        wanted = format_percent(self.wanted)
        chance, before = format_chance(*self.found), format_chance(*self.before)
        under = f"[with another seed {format_chance(*self.confirmed)}]"
        setting, cost = ", ".join(moved), f"at a cost of {format_value(self.cost)}"
        if not self.reached:
            verb = "cannot be reached" if self.exact else "was not reached"
            if self.found[0] >= self.wanted:
                verb = f"is met by less than the margin of {format_percent(self.margin)}"
            if not moved:
                return (
                    f"{self.of}: {wanted} {verb}; nothing that was tried is more likely than the plan "
                    f"as it is, with {before} {under}"
                )
            return (
                f"{self.of}: {wanted} {verb}; {setting} comes nearest with {chance} {under} {cost}; "
                f"the plan as it is has {before}"
            )
        if not moved:
            return f"{self.of}: no lever has to be moved; the plan as it is has {before} {under}"
        rest = "" if self.exact else "; a cheaper setting cannot be ruled out"
        return f"{self.of}: {setting} {cost} gives {chance} {under}; the plan as it is has {before}{rest}"

    def in_words(self, language: str = "en") -> str:
        """Tell what was found, as people count, with the labels of the model.

        Examples
        --------
        >>> import tinbergen as tb
        >>> model = tb.plans.yuecheng()
        >>> found = model.seek(0.4, of="rd-share-2025", levers="rd_subsidy", paths=500, seed=1)
        >>> found.in_words().startswith("R&D subsidy at 0.0")
        True
        """
        if self._model is None:
            return self.sentence
        return lever_sentence(found=self, model=self._model, language=language)

    def __str__(self) -> str:
        return self.sentence

    def _repr_html_(self) -> str:
        about = f"<details><summary>notes</summary>{self.notes._repr_html_()}</details>"
        notes = about if self.notes else ""
        return f"<p>{self.sentence}</p>{self.settings._repr_html_()}{notes}"


def seek(
    model: Model,
    probability: float = 0.8,
    *,
    of: GoalLike = "all",
    levers: str | Sequence[str] | None = None,
    scenario: str = "baseline",
    replace: bool = False,
    paths: int = 10_000,
    seed: int | None = None,
    margin: float | None = None,
    most: int = 2_000,
    threads: int | None = None,
    progress: bool | Callable[[int, int], object] | None = None,
    executor: Executors | None = None,
) -> Seek:
    """Find the cheapest setting of levers with which a goal is met with a wanted probability.

    Parameters
    ----------
    probability
        The probability that is wanted.
    of
        A target, a set or a combination of them.
    levers
        Names of levers; all of the model unless given.
    scenario
        The scenario in which they are moved.
    replace
        Whether a setting takes the place of an uncertain parameter, so that nothing is uncertain about
        it any more. Its mean is moved, and it keeps its spread, unless given.
    paths, seed, threads, progress
        As in `simulate`; all settings see the same random numbers, and what is found is confirmed
        under others.
    executor
        As in `simulate`: its workers do the settings of a round, at most eight that the search needs next, or
        more where it looks at whole lists of them. Where a round is one setting, one worker works.
    margin
        How far above `probability` the estimate has to be; so far that others confirm it
        19 times in 20 unless given.
    most
        Settings tried at most.

    Returns
    -------
    Seek
        The setting, what it costs, and its probability in the search and confirmed.

    Raises
    ------
    ModelError
        When a lever or the goal is unknown.

    See Also
    --------
    Model.frontier : What each probability costs.
    Model.isoquant : Two levers, and the same probability.

    Notes
    -----
    Costs count from where a lever stands now: one that has no bearing stays there. Steps of levers are
    searched by branch and bound, and cheaper settings that were not tried are tried then, where they
    are few or a lever was seen to turn. ``exact`` is true where all of them were tried, or every lever
    keeps its direction in all that was tried, and false where `most` is too few to tell.

    Examples
    --------
    >>> import tinbergen as tb
    >>> plan = tb.plans.yuecheng()
    >>> found = plan.seek(0.6, of="rd-share-2025", levers="rd_subsidy", paths=1000, seed=1)
    >>> found.reached, found.settings["lever"].tolist()
    (True, ['rd_subsidy'])
    """
    names, goal = name_list(levers) or [], goal_text(of)
    run = lever_run(goal, names, scenario, replace, paths, seed, threads)
    asked: dict[str, Any] = {"probability": float(probability), "margin": margin, "most": most}
    with reporting(progress) as watch:
        if executor is None:
            found = _core.seek(model._program(), run, watch=watch, **asked)
            idle = _core.idle_levers(model._program(), run, watch)
        else:
            found, idle = seek_by(executor, model, run, asked, watch)
    answer, settings, tried = found
    return Seek(
        of=_core.goal_text(goal),
        wanted=float(probability),
        settings=Table({name: settings[name] for name in ("lever", "now", "value", "cost")}),
        tried=Table(of_settings(tried, settings["lever"]), percent=PERCENT),
        _parameters={name: lever.parameter for name, lever in model.levers.items()},
        _keeps_spread=dict(zip(settings["lever"], settings["keeps_spread"], strict=True)),
        _in_scenario=scenario,
        _model=model,
        reached=answer["reached"],
        cost=answer["cost"],
        found=answer["found"],
        confirmed=answer["confirmed"],
        before=answer["before"],
        margin=answer["margin"],
        exact=answer["exact"],
        notes=idle_notes(model, goal, idle),
    )
