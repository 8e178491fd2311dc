"""Answers in plain words: one sentence for each question, in every language, with its uncertainty.

The numbers are those of the tables, the words those of `tinbergen.basics.words`. A probability is told as
people count: *about 3 in 100*, with the ends of its 95 % interval; where no path met a target, *under 1 in*
so many as the interval says.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from tinbergen.basics.language import language_tag
from tinbergen.basics.words import (
    number_text,
    of_language,
    percent_sign,
    say,
    semicolons,
)
from tinbergen.questions.chance_words import about_text, amount_text, chance_text, percent_text
from tinbergen.questions.goal_words import goal_label, goal_sentence
from tinbergen.written.goal import GoalLike, goal_text

if TYPE_CHECKING:
    from tinbergen.basics.table import Table
    from tinbergen.results.runs import Runs
    from tinbergen.written.model import Model

__all__ = ["Answers", "in_words"]

_SURE = 1.96
_NAMED = 3  # targets that are named as standing in the way
_FAR = 0.025  # a lower or a higher figure was less likely than this: a surprise


def _points(difference: float, language: str) -> str:
    return number_text(f"{100 * abs(difference):.1f}", language)


class Answers:
    """What a run says, in sentences of one language; made by `Runs.in_words`.

    ``str()`` gives the headline: how likely all targets are together, and what stands in the way.
    """

    __slots__ = ("_language", "_runs", "_scenario")

    def __init__(self, runs: Runs, language: str, scenario: str) -> None:
        runs[scenario]  # an unknown name offers the nearest one
        language_tag(language)
        self._runs, self._language, self._scenario = runs, language, scenario

    @property
    def _model(self) -> Model:
        return self._runs.model

    def _say(self, key: str, **values: object) -> str:
        return say(key, self._language, **values)

    def _label(self, name: str) -> str:
        """Return what a target, a set or a goal is called."""
        return goal_label(name, self._model, self._language)

    def _of_goal(self, key: str, of: str, **values: object) -> str:
        return goal_sentence(key, of, self._model, self._language, **values)

    def _scenario_label(self, name: str) -> str:
        known = self._model.scenarios.get(name)
        if known is not None:
            return known.text(self._language) or name
        return self._say(name) if name in {"baseline", "mixture"} else name

    def _indicator_label(self, name: str) -> str:
        known = self._model.indicators.get(name)
        return (known.text(self._language) if known is not None else None) or name

    def _where(self, text: str) -> str:
        if self._scenario == "baseline":
            return text
        return self._say("in scenario", text=text, scenario=self._scenario_label(self._scenario))

    def _chance(self, row: dict[str, Any], stem: str = "") -> str:
        if stem:
            numbers = (row[stem], row[f"{stem}_low"], row[f"{stem}_high"])
        else:
            numbers = (row["probability"], row["low"], row["high"])
        return chance_text(*numbers, self._language)

    def _row(self, goal: str) -> dict[str, Any]:
        rows = self._runs.attainment().filter(scenario=self._scenario, target=goal)
        if len(rows):
            return next(rows.rows())
        return next(self._runs.probability(goal).filter(scenario=self._scenario).rows())

    def probability(self, of: GoalLike) -> str:
        """Tell how likely a target, a set or a combination of them is.

        Examples
        --------
        >>> import tinbergen as tb
        >>> runs = tb.plans.yuecheng().simulate(paths=1000, seed=1, scenarios=["baseline"])
        >>> runs.in_words().probability("gdp-2025")[:41]
        'Gross regional product of 1500: about 45 '
        """
        goal = goal_text(of)
        label = self._where(self._label(goal))
        return self._say("say probability", label=label, chance=self._chance(self._row(goal)))

    def joint(self, of: str = "all") -> str:
        """Tell how likely all targets of a set are together; of the plan unless given.

        Examples
        --------
        >>> import tinbergen as tb
        >>> runs = tb.plans.yuecheng().simulate(paths=1000, seed=1, scenarios=["baseline"])
        >>> runs.in_words().joint()
        'All 32 targets together: under 1 in 200.'
        """
        targets = self._model.targets
        if of in {"binding", "expected"}:
            count = sum(target.nature == of for target in targets)
        else:
            members = self._model.target_sets.get(of)
            count = len(targets) if members is None else len(list(members))
        chance, n = self._chance(self._row(of)), number_text(f"{count:,}", self._language)
        if of == "all":
            text = self._say("say joint one" if count == 1 else "say joint", n=n, chance=chance)
        else:
            key = "say joint set one" if count == 1 else "say joint set"
            text = self._say(key, label=self._label(of), n=n, chance=chance)
        if self._scenario == "baseline":
            return text
        return f"{self._scenario_label(self._scenario)}: {text}"

    def limiting(self, of: GoalLike = "all") -> str:
        """Tell which targets stand in the way of all of a set.

        Examples
        --------
        >>> import tinbergen as tb
        >>> runs = tb.plans.yuecheng().simulate(paths=1000, seed=1, scenarios=["baseline"])
        >>> runs.in_words().limiting("economy").startswith("What stands in the way most: ")
        True
        """
        rows = list(self._runs.limiting(of).filter(scenario=self._scenario).rows())
        if all(row["missed"] <= 0 or math.isnan(row["missed"]) for row in rows):
            return self._say("say limiting none")
        gained = [row for row in rows if row["gain"] > _SURE * row["gain_error"]]
        if gained:
            gained.sort(key=lambda row: -row["gain"])
            parts = [
                self._say(
                    "say limiting part",
                    label=self._label(row["target"]),
                    without=percent_text(row["without"], self._language),
                    both=percent_text(row["without"] - row["gain"], self._language),
                )
                for row in gained[:_NAMED]
            ]
            return self._say("say limiting", names=semicolons(parts, self._language))
        least = sorted(rows, key=lambda row: row["own"])[:_NAMED]
        parts = [
            self._say(
                "say limiting own part",
                label=self._label(row["target"]),
                chance=self._short(row, "own"),
            )
            for row in least
        ]
        return self._say("say limiting own", names=semicolons(parts, self._language))

    def _short(self, row: dict[str, Any], stem: str) -> str:
        """Return a probability without its interval, unless no path or every path has it."""
        value = row[stem]
        return about_text(value, self._language) if 0 < value < 1 else self._chance(row, stem)

    def change(self, scenario: str, of: str = "all") -> str:
        """Tell what a scenario changes in the probability of a target, under common random numbers.

        Examples
        --------
        >>> import tinbergen as tb
        >>> runs = tb.plans.yuecheng().simulate(paths=1000, seed=1)
        >>> runs.in_words().change("trade_friction", "gdp-2025").startswith("Trade friction lowers")
        True
        """
        table = self._runs.contrast(self._scenario, scenario, [])
        row = next(table.filter(kind="target", name=of).rows(), None)
        if row is None:
            raise ValueError(f"{of}: name a target or a set, for its probability in two scenarios")
        before = self._row(of)["probability"]
        after = next(self._runs.attainment().filter(scenario=scenario, target=of).rows())[
            "probability"
        ]
        difference, error = float(row["difference"]), float(row["error"])
        about: dict[str, object] = {
            "scenario": self._scenario_label(scenario),
            "before": percent_text(before, self._language),
            "after": percent_text(after, self._language),
        }
        if abs(difference) <= _SURE * error or difference == 0:
            most = _points(abs(difference) + _SURE * error, self._language)
            return self._of_goal("say same", of, most=most, **about)
        low, high = abs(difference) - _SURE * error, abs(difference) + _SURE * error
        return self._of_goal(
            "say raises" if difference > 0 else "say lowers",
            of,
            points=_points(difference, self._language),
            low=_points(low, self._language),
            high=_points(high, self._language),
            **about,
        )

    def progress(self, target: str) -> str:
        """Tell where a target stands, and what it takes from now on.

        Examples
        --------
        >>> import tinbergen as tb
        >>> runs = tb.plans.yuecheng().simulate(paths=1000, seed=1, scenarios=["baseline"])
        >>> "from now on it takes 8.3 % a period" in runs.in_words().progress("gdp-2025")
        True
        """
        row = next(self._runs.progress().filter(scenario=self._scenario, target=target).rows())
        about = {
            "label": self._label(target),
            "status": self._status(str(row["status"])),
            "chance": self._chance(row),
        }
        needed, expected = row["required_growth"], row["predicted_growth"]
        if not (math.isfinite(needed) and math.isfinite(expected)):
            return self._say("say progress", **about)
        pace = {"needed": self._rate(needed), "expected": self._rate(expected)}
        return self._say("say progress pace", **about, **pace)

    def _status(self, status: str) -> str:
        key = f"status {status.replace('_', ' ')}"
        try:
            return self._say(key)
        except KeyError:
            return status

    def _rate(self, rate: float) -> str:
        text = number_text(f"{100 * rate:.1f}", self._language)
        return text.replace("-", "\N{MINUS SIGN}") + percent_sign(self._language)

    def requirement(self, of: GoalLike = "all") -> str:
        """Tell what sets the paths apart that meet a goal.

        Examples
        --------
        >>> import tinbergen as tb
        >>> runs = tb.plans.yuecheng().simulate(paths=1000, seed=1, scenarios=["baseline"])
        >>> "is higher" in runs.in_words().requirement("rd-share-2025")
        True
        """
        table = self._runs.requirements(of, scenario=self._scenario)
        rows = [row for row in table.rows() if row["clear"] and not row["of_goal"]][:_NAMED]
        goal = goal_text(of)
        if not rows:
            return self._of_goal("say requirement none", goal)
        parts = [
            self._say(
                f"say requirement {'higher' if row['difference'] > 0 else 'lower'}",
                name=self._driver(row),
                kind=self._say(f"kind {row['kind']}"),
                met=amount_text(row["met"], self._language),
                missed=amount_text(row["missed"], self._language),
            )
            for row in rows
        ]
        return self._of_goal("say requirement", goal, names=semicolons(parts, self._language))

    def _driver(self, row: dict[str, Any]) -> str:
        name = str(row["name"]).partition("/")[0]
        for parts in (self._model.parameters, self._model.events, self._model.indicators):
            known: Any = parts.get(name)
            text = known.text(self._language) if hasattr(known, "text") else None
            if text:
                return str(text)
        return name

    def surprises(self) -> list[str]:
        """Tell which actual values were far from what was expected, a sentence for each."""
        found = self._runs.surprises().filter(scenario=self._scenario)
        far = [
            row for row in found.rows() if min(row["probability"], 1 - row["probability"]) < _FAR
        ]
        told = [
            self._say(
                "say surprise",
                label=self._indicator_label(row["indicator"]),
                period=row["period"],
                value=amount_text(row["value"], self._language),
                expected=amount_text(row["expected"], self._language),
                sd=amount_text(row["sd"], self._language),
                chance=percent_text(row["probability"], self._language),
            )
            for row in far
        ]
        return told or [self._say("say no surprise")]

    def warnings(self) -> list[str]:
        """Tell how good each early warning on an indicator is, in the period in which it tells most.

        Examples
        --------
        >>> import tinbergen as tb
        >>> slow = tb.EarlyWarning(indicator="gdp", below=1100, target="gdp-2025", label="Slow")
        >>> model = tb.plans.yuecheng().add(warnings={"slow": slow})
        >>> runs = model.simulate(500, seed=1, scenarios="baseline")
        >>> runs.in_words().warnings()[0][:12]
        'Slow (2021):'
        """
        table = self._runs[self._scenario].warning_record()
        best: dict[str, dict[str, Any]] = {}
        for row in table.rows():
            score = row["hit_rate"] - row["false_alarms"]
            known = best.get(row["warning"])
            if math.isfinite(score) and (
                known is None or score > known["hit_rate"] - known["false_alarms"]
            ):
                best[row["warning"]] = row
        return [self._warning(name, row) for name, row in best.items()]

    def _warning(self, name: str, row: dict[str, Any]) -> str:
        known = self._model.warnings[name]
        return self._of_goal(
            "say warning",
            known.target or "all",
            warning=known.text(self._language) or name,
            period=row["period"],
            fires=self._short(row, "fires"),
            given=self._short(row, "missed_given_fires"),
            quiet=self._short(row, "missed_given_quiet"),
        )

    def alerts(self, before: Table | None = None) -> list[str]:
        """Tell which early warnings on probabilities fire.

        Parameters
        ----------
        before
            The attainment of the round before, for falls.

        Examples
        --------
        >>> import tinbergen as tb
        >>> unlikely = tb.EarlyWarning(probability_below=0.5, label="Unlikely")
        >>> runs = tb.plans.yuecheng().add(warnings={"u": unlikely}).simulate(100, seed=1)
        >>> runs.in_words().alerts()
        ['Unlikely fires: the probability that all targets are met together is under 1 in 20, below 50 %.']
        """
        table = self._runs.alerts(before, scenario=self._scenario)
        told = []
        for row in table.rows():
            if not row["fires"]:
                continue
            known = self._model.warnings[row["warning"]]
            falls = known.falls_by is not None
            value = _points(row["value"], self._language) if falls else self._now(row["target"])
            limit = (_points if falls else percent_text)(row["limit"], self._language)
            told.append(
                self._of_goal(
                    "say alert fall" if falls else "say alert",
                    row["target"],
                    warning=known.text(self._language) or row["warning"],
                    value=value,
                    limit=limit,
                )
            )
        return told or [self._say("say no alert")]

    def _now(self, target: str) -> str:
        row = self._row(target)
        value = row["probability"]
        return about_text(value, self._language) if 0 < value < 1 else self._chance(row)

    def __iter__(self) -> Iterator[str]:
        yield self.joint()
        yield self.limiting()

    def __str__(self) -> str:
        return of_language(self._language).SPACE.join(self) if self._model.targets else ""

    def __repr__(self) -> str:
        return str(self)


def in_words(runs: Runs, language: str = "en", *, scenario: str = "baseline") -> Answers:
    """Return what a run says in plain words, a sentence for each question.

    Parameters
    ----------
    language
        ``"en"``, ``"zh"``, ``"de"``.
    scenario
        The scenario that is told of.

    Returns
    -------
    Answers
        Prints as the headline; its methods answer one question each.

    Examples
    --------
    >>> import tinbergen as tb
    >>> runs = tb.plans.yuecheng().simulate(paths=1000, seed=1, scenarios=["baseline"])
    >>> print(str(runs.in_words()).partition(". ")[0])
    All 32 targets together: under 1 in 200
    >>> print(str(runs.in_words("de")).partition(". ")[0])
    Alle 32 Ziele zusammen: weniger als 1 von 200
    """
    return Answers(runs, language, scenario)
