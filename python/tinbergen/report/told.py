"""What all parts of a report look at: the runs, the language, the round before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from tinbergen.basics.table import Table
from tinbergen.basics.words import number_text, of_language, say
from tinbergen.questions.explanation import explain
from tinbergen.questions.explanation_sides import outturn_groups
from tinbergen.questions.goal_words import goal_label

if TYPE_CHECKING:
    from tinbergen.io.rounds import Round
    from tinbergen.questions.explanation import Explanation
    from tinbergen.questions.sentences import Answers
    from tinbergen.questions.workers import Executors
    from tinbergen.results.ensemble import Ensemble
    from tinbergen.results.runs import Runs
    from tinbergen.written.model import Model

__all__ = ["Told"]

_FANS = 24  # of a plan without targets, at most
_SPLIT = 3  # indicators with new actual values that are a cause each


@dataclass(frozen=True)
class Told:
    """A run that a report tells of.

    Parameters
    ----------
    runs
        The runs of the plan.
    language
        ``"en"``, ``"zh"``, ``"de"``.
    scenario
        The scenario that is told of.
    before
        The round before, if any.
    note
        A note of judgement.
    without
        What is left out.
    executor
        Whose workers make the runs behind what changed.
    """

    runs: Runs
    language: str
    scenario: str
    before: Round | None = None
    note: str | None = None
    without: frozenset[str] = frozenset()
    executor: Executors | None = None

    @property
    def model(self) -> Model:
        """The plan."""
        return self.runs.model

    @property
    def ensemble(self) -> Ensemble:
        """The paths that are told of."""
        return self.runs[self.scenario]

    @cached_property
    def words(self) -> Answers:
        """Its answers in sentences."""
        return self.runs.in_words(self.language, scenario=self.scenario)

    @cached_property
    def attainment(self) -> Table:
        """How likely each target and set is, in the scenario that is told of."""
        return self.runs.attainment().filter(scenario=self.scenario)

    @cached_property
    def chances(self) -> dict[str, dict[str, Any]]:
        """The same by target or set."""
        return {row["target"]: row for row in self.attainment.rows()}

    @cached_property
    def explained(self) -> Explanation | None:
        """What changed of the headline targets since the round before, and why; None without such a round.

        New actual values of few indicators are a cause each, of many they are one: each doubles the runs in between,
        which are conditioned on actual values and take long.
        """
        if self.before is None:
            return None
        info, recipe, before = self.runs.info, self.runs.recipe, self.before.side()
        after = self.model if recipe.outturns is None else recipe.observe()
        basis = recipe.settings.get("basis")
        options: dict[str, Any] = {"basis": basis} if basis else {}
        return explain(
            before,
            after,
            self.headline,
            scenario=self.scenario,
            paths=info["paths"],
            seed=info["seed"],
            design=info["design"],
            groups=None if len(outturn_groups(before, after)) <= _SPLIT else {},
            executor=self.executor,
            **options,
        )

    @property
    def others(self) -> list[str]:
        """The scenarios that it is compared with."""
        return [name for name in self.runs if name not in {self.scenario, "mixture"}]

    @property
    def fans(self) -> list[str]:
        """The indicators whose fans are shown: those with targets; of a plan without any, those that it computes."""
        names = [t.indicator for t in self.model.targets if t.indicator is not None]
        if not self.model.targets:
            of = self.model.indicators.items()
            names = [n for n, i in of if i.equation is not None or i.process is not None][:_FANS]
        return [name for name in dict.fromkeys(names) if name in self.ensemble]

    @property
    def gap(self) -> str:
        """What stands between two sentences."""
        return "" if self.language == "zh" else " "

    @property
    def headline(self) -> str:
        """What changes are told of: the headline targets where there are such, else all."""
        return "headline" if "headline" in self.model.target_sets else "all"

    @property
    def headline_label(self) -> str:
        """What they are called; one target by itself has its own name."""
        (first, *others) = self.model.targets or [None]
        return self.goal_label(self.headline if others or first is None else first.id)

    def say(self, key: str, **values: object) -> str:
        """Return a phrase in the language of the report.

        Examples
        --------
        >>> import tinbergen as tb
        >>> runs = tb.plans.minimal().simulate(paths=10, seed=1)
        >>> Told(runs, "de", "baseline").say("history")
        'Vergangenheit'
        """
        return say(key, self.language, **values)

    def label(self, parts: Mapping[str, Any], name: str) -> str:
        """Return what a part is called, else its name."""
        text = getattr(parts.get(name), "text", None)
        return (text(self.language) if text is not None else None) or name

    def scenario_label(self, name: str) -> str:
        """Return what a scenario is called."""
        if name not in self.model.scenarios and name in {"baseline", "mixture"}:
            return self.say(name)
        return self.label(self.model.scenarios, name)

    def goal_label(self, name: str) -> str:
        """Return what a target or a set is called."""
        return goal_label(name, self.model, self.language)

    @property
    def title(self) -> str:
        """What the plan is called."""
        return self.label({"": self.model}, "") or self.model.name

    def target_lines(self, target: Mapping[str, str]) -> list[str]:
        """Return what stands below the sentence of a target: what it wants, its source, why it is read so."""
        source = target["source"]
        about = [target["wanted"], target["nature"]]
        about += [self.say("report source", source=source)] if source else []
        why = target["assumption"] if "assumptions" not in self.without else ""
        return [" · ".join(about), *([why] if why else [])]

    def fan_text(self, label: str) -> str:
        """Return what is said of a fan to those who do not see it."""
        paths, scenario = self.count(self.ensemble.paths), self.scenario_label(self.scenario)
        return self.say("report fan", label=label, paths=paths, scenario=scenario)

    def percent(self, quantile: str) -> str:
        """Return the name of a quantile as people write it.

        Examples
        --------
        >>> import tinbergen as tb
        >>> runs = tb.plans.minimal().simulate(paths=10, seed=1)
        >>> Told(runs, "en", "baseline").percent("q05")
        '5 %'
        """
        return f"{int(quantile[1:])}{of_language(self.language).PERCENT}"

    def count(self, number: int) -> str:
        """Return a whole number as the language writes it."""
        return number_text(f"{number:,}", self.language)
