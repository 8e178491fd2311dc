"""Plans scored on what became known, one beside the other."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tinbergen.basics.table import Table
from tinbergen.basics.words import number_text, percent_sign, say

__all__ = ["PlanScores", "TargetOutcome"]


@dataclass(frozen=True)
class TargetOutcome:
    """A target whose figures are known.

    Parameters
    ----------
    target
        Its id; ``all`` for all of one basis together.
    period
        Its period.
    basis
        The basis of its figures; empty for that of the histories.
    happened
        Whether it was met.
    probability
        Its probability by plan.
    """

    target: str
    period: str
    basis: str
    happened: bool
    probability: dict[str, float]


class PlanScores:
    """Plans scored on what became known; made by `score_plans`. All scores are losses: less is better.

    Parameters
    ----------
    figures
        One row for each plan and figure: plan, indicator, period, actual, median, crps, wis, pit, log_score,
        within_50, within_80, within_90 (whether the band holds the actual value), basis.
    outcomes
        Targets whose figures are known.
    undecided
        How many targets of the plans are open.
    plans
        Names of the plans; the others are compared with the first.
    as_of
        The day whose knowledge the plans have; none where they know no actual value.

    Examples
    --------
    >>> import tinbergen as tb
    >>> known = tb.Outturns({"year": [2021], "x": [1.0]}, vintage="2022-03-01")
    >>> x = tb.Indicator(history={2020: 0}, process=tb.process.change(0))
    >>> plan = tb.Model("p", "2021..2021", indicators={"x": x}, shocks={"x": tb.normal(0, 1)})
    >>> found = tb.score_plans({"plan": plan}, known)
    >>> found.scores()["held_80"].tolist()
    [1.0]
    """

    __slots__ = ("_outcomes", "as_of", "figures", "plans", "undecided")

    def __init__(
        self,
        figures: Table,
        outcomes: Sequence[TargetOutcome],
        undecided: int,
        plans: tuple[str, ...],
        as_of: str | None,
    ) -> None:
        self.figures = figures
        self.undecided = undecided
        self.plans = plans
        self.as_of = as_of
        self._outcomes = tuple(outcomes)

    def scores(self) -> Table:
        """Return the scores of each plan over all figures.

        Columns plan, figures, crps_ratio (the geometric mean over the figures of its CRPS over that of the first plan),
        log_score (the mean), and held_50, held_80, held_90 (which part of the figures the band held).
        """
        base = self._of(self.plans[0])["crps"]
        rows = []
        for plan in self.plans:
            here = self._of(plan)
            with np.errstate(divide="ignore", invalid="ignore"):
                ratio = float(np.exp(np.mean(np.log(here["crps"] / base))))
            held = {f"held_{k}": float(np.mean(here[f"within_{k}"])) for k in (50, 80, 90)}
            log_score = float(np.mean(here["log_score"]))
            row = {"plan": plan, "figures": len(here), "crps_ratio": ratio, "log_score": log_score}
            rows.append({**row, **held})
        columns = {key: [row[key] for row in rows] for key in rows[0]}
        return Table(columns, percent=["held_50", "held_80", "held_90"])

    @property
    def targets(self) -> Table:
        """Targets whose figures are known: target, period, basis, happened, and the probability by plan."""
        outcomes = self._outcomes
        return Table(
            {
                "target": [one.target for one in outcomes],
                "period": [one.period for one in outcomes],
                "basis": [one.basis for one in outcomes],
                "happened": [one.happened for one in outcomes],
                **{plan: [one.probability[plan] for one in outcomes] for plan in self.plans},
            },
            percent=self.plans,
        )

    def brier(self) -> Table:
        """Return the Brier score of each plan over single targets: plan, targets, brier; no rows without targets."""
        single = [one for one in self._outcomes if one.target != "all"]
        gaps = {
            plan: [(one.probability[plan] - one.happened) ** 2 for one in single]
            for plan in self.plans
        }
        plans = list(self.plans) if single else []
        return Table(
            {
                "plan": plans,
                "targets": [len(single)] * len(plans),
                "brier": [float(np.mean(gaps[plan])) for plan in plans],
            }
        )

    @property
    def sentences(self) -> tuple[str, ...]:
        """What was found, in plain words."""
        return self._told("en")

    def in_words(self, language: str = "en") -> str:
        """Return what was found as a text, a sentence a line.

        Parameters
        ----------
        language
            ``"en"``, ``"zh"``, ``"de"``.
        """
        return "\n".join(self._told(language))

    def __repr__(self) -> str:
        return "\n".join(self.sentences)

    def _repr_html_(self) -> str:
        sentences = "".join(f"<li>{html.escape(sentence)}</li>" for sentence in self.sentences)
        return f"{self.scores()._repr_html_()}<ul>{sentences}</ul>"

    def _of(self, plan: str) -> Table:
        return self.figures.filter(plan=plan)

    def _told(self, language: str) -> tuple[str, ...]:
        def number(text: str) -> str:
            return number_text(text, language)

        def percent(share: float) -> str:
            return f"{100 * share:.0f}{percent_sign(language)}"

        def many(what: str, count: int) -> str:
            # "1 figure", "6 figures": the words that backtests use.
            return say(f"backtest {what}" + ("" if count == 1 else "s"), language, n=count)

        first = self._of(self.plans[0])
        periods = sorted(first["period"].tolist())
        known = say("plan scores blind", language)
        if self.as_of is not None:
            known = say("plan scores as of", language, day=self.as_of)
        lines = [
            say(
                "plan scores about",
                language,
                plans=say(
                    "plan scores plan" + ("" if len(self.plans) == 1 else "s"),
                    language,
                    n=len(self.plans),
                ),
                figures=many("figure", len(first)),
                indicators=many("indicator", len(set(first["indicator"].tolist()))),
                first=periods[0],
                last=periods[-1],
                known=known,
            )
        ]
        brier = {row["plan"]: row["brier"] for row in self.brier().rows()}
        base = None
        for row in self.scores().rows():
            base = base or row
            held = say(
                "plan scores held",
                language,
                plan=row["plan"],
                held=round(row["held_80"] * row["figures"]),
                n=row["figures"],
                score=number(f"{row['log_score']:.2f}"),
            )
            lines.append(held)
            if row is not base:
                change = row["crps_ratio"] - 1
                lines.append(
                    say(
                        "plan scores lower" if change < 0 else "plan scores higher",
                        language,
                        plan=row["plan"],
                        other=base["plan"],
                        change=percent(abs(change)),
                        gain=number(f"{row['log_score'] - base['log_score']:+.2f}"),
                    )
                )
        for plan, score in brier.items():
            count = sum(one.target != "all" for one in self._outcomes)
            lines.append(
                say("plan scores brier", language, plan=plan, n=count, score=number(f"{score:.3f}"))
            )
        if self.undecided:
            lines.append(say("plan scores undecided", language, n=self.undecided))
        lines.append(say("plan scores dependent", language))
        return tuple(lines)
