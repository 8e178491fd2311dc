"""Revision: the bounds with which a plan is met with a wanted probability."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tinbergen import _core
from tinbergen.basics.settings import name_list
from tinbergen.basics.table import Table
from tinbergen.basics.theme import Size, ThemeLike
from tinbergen.lazy import charts
from tinbergen.questions.revision_words import revision_sentence
from tinbergen.results.notes import Note, Notes
from tinbergen.written.goal import GoalLike, goal_text
from tinbergen.written.model import Model
from tinbergen.written.number_kinds import by_target

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from tinbergen.results.runs import Runs

__all__ = ["Revision", "revise"]

Interval = tuple[float, float, float]
"""A probability and the ends of its 95 % interval."""

SPREADS = ("probability", "distance")
_LEVELS = ("written", "single", "single_low", "single_high", "revised", "low", "high", "give", "sd")
_SHARES = ("before", "single_confirmed", "after")
_SHOWN = ("target", "side", "written", "before", "single", "single_low", "single_high", "revised", "low", "high", "after")  # fmt: skip


@dataclass(frozen=True)
class Revision:
    """Bounds with which a plan is met with a wanted probability; made by `Runs.revise`.

    Parameters
    ----------
    of
        The targets that are met together.
    wanted
        The probability that was wanted.
    table
        A row for each number that a bound names: target, side (``"at_least"``, ``"above"``, ...), held,
        written; `before`, how likely the target is as it is written; `single` with `single_low` and
        `single_high`, the bound that is met by itself with the wanted probability, and its 95 % interval;
        `single_confirmed`, how likely that is with another seed; `revised` with `low` and `high`, the bound
        with which all are met together; `after`, how likely the target is so with another seed; `give`, what the
        bound gave, and `sd`, the standard deviation of what counts around its bound, both in the unit of what
        counts; h05 to h95, quantiles of the headroom as it is written.
    before
        How likely all of them are together as they are written, with the 95 % interval.
    found
        How likely they are with the new bounds, in the paths from which those were found.
    confirmed
        How likely they are with another seed.
    confirmed_seed
        That seed.
    plan
        The revised plan: ``revision.plan.save("revised.toml")``.
    notes
        What the consistency of the revised plan says that it did not say of the plan as it is written.
    """

    of: str
    wanted: float
    table: Table = field(repr=False)
    before: Interval
    found: Interval
    confirmed: Interval
    confirmed_seed: int = field(repr=False)
    plan: Model = field(repr=False, compare=False)
    notes: Notes = field(repr=False, default_factory=Notes)

    @property
    def moved(self) -> tuple[str, ...]:
        """The ids of the targets whose bounds are others than they are written."""
        rows = self.table.rows()
        moved = (row["target"] for row in rows if row["revised"] != row["written"])
        return tuple(dict.fromkeys(map(str, moved)))

    def save(self, path: str | os.PathLike[str]) -> None:
        """Save the revised plan as a plan file.

        Examples
        --------
        >>> import tinbergen as tb
        >>> from pathlib import Path
        >>> from tempfile import TemporaryDirectory
        >>> runs = tb.plans.yuecheng().simulate(paths=500, seed=1, scenarios=["baseline"])
        >>> with TemporaryDirectory() as folder:
        ...     file = Path(folder) / "revised.toml"
        ...     runs.revise(0.8, of="rd-share-2025").save(file)
        ...     tb.read_plan(file) != runs.model
        True
        """
        self.plan.save(path)

    def in_words(self, language: str = "en") -> str:
        """Tell what was found, as people count, with the labels of the plan.

        Examples
        --------
        >>> import tinbergen as tb
        >>> runs = tb.plans.yuecheng().simulate(paths=2000, seed=1, scenarios=["baseline"])
        >>> runs.revise(0.8, of="economy").in_words().split(" (")[0]
        'With these 3 bounds Economy is met in about 79 in 100 paths'
        """
        return revision_sentence(self, language)

    def plot(
        self,
        *,
        language: str = "en",
        ax: Axes | None = None,
        figsize: Size | None = None,
        theme: ThemeLike = "light",
    ) -> Axes:
        """Draw old and new bounds beside what is expected (needs matplotlib)."""
        return charts.revision(
            self.table,
            model=self.plan,
            wanted=self.wanted,
            language=language,
            ax=ax,
            figsize=figsize,
            theme=theme,
        )

    def __str__(self) -> str:
        return self.in_words()

    def _repr_html_(self) -> str:
        about = f"<details><summary>notes</summary>{self.notes._repr_html_()}</details>"
        notes = about if self.notes else ""
        return f"<p>{self.in_words()}</p>{self.table._repr_html_()}{notes}"


def revise(
    runs: Runs,
    probability: float = 0.8,
    *,
    of: GoalLike = "all",
    scenario: str = "baseline",
    hold: str | Sequence[str] | None = None,
    spread: str = "probability",
    weights: Mapping[str, float] | None = None,
    tighten: bool = False,
) -> Revision:
    """Find the bounds with which targets are met with a wanted probability, each alone and all together.

    Parameters
    ----------
    probability
        The probability that is wanted.
    of
        A target, a set, or several joined by ``and``.
    scenario
        The scenario, or ``"mixture"``.
    hold
        Targets whose bounds stay as they are.
    spread
        How the others share what has to give: ``"probability"``, every target that gives is, alone, as likely
        as every other one that does; ``"distance"``, every one gives by the same number of standard deviations.
    weights
        With ``"distance"``: by how many times that number a target gives; 1 unless given.
    tighten
        Whether bounds may become tighter than they are written, where a target is likelier than it has
        to be.

    Returns
    -------
    Revision
        The bounds with their intervals, the probability before, found and confirmed with another seed, and
        the revised plan.

    Raises
    ------
    ModelError
        When held targets, or targets that are not defined in some paths, leave the probability out of reach: it
        names them, and says how likely the best is. When a name is unknown, or `of` is not some targets together.

    See Also
    --------
    Model.seek : Levers in place of bounds.

    Notes
    -----
    The headroom of a target is the distance to its bound, so that each path says how much the bound would have to
    give. Alone the bound is the order statistic of that; together all bounds move along one line, and the order
    statistic is that of the place on the line at which a path meets them all. Intervals are those of Woodruff
    [1]_. Bounds are rounded to the easier side by less than a thousandth of a standard deviation. A floor becomes lower,
    a ceiling higher, a range wider at both ends, a limit that moves with another indicator by its `plus`.

    References
    ----------
    .. [1] R. S. Woodruff (1952), Confidence intervals for medians and other position measures. Journal of
       the American Statistical Association 47, 635-646.

    Examples
    --------
    >>> import tinbergen as tb
    >>> runs = tb.plans.yuecheng().simulate(paths=2000, seed=1, scenarios=["baseline"])
    >>> found = runs.revise(0.8, of="economy")
    >>> found.before[0] < 0.5 and found.found[0] >= 0.8
    True
    >>> why = tb.explain(runs.model, found.plan, of="economy", paths=500, seed=1)
    """
    by = tuple(weights.items()) if weights is not None else ()
    if spread not in SPREADS:
        raise ValueError(f'spread: expected "probability" or "distance", found {spread!r}')
    if by and spread != "distance":
        raise ValueError('weights: they multiply standard deviations; say spread="distance"')
    tracked = None if runs._given is None else runs.model.observe(runs._given[0])._core
    goal = goal_text(of)
    answer, columns, found, core = _core.revise(
        runs.model._program(),
        runs._core,
        probability=float(probability),
        of=goal,
        scenario=scenario,
        hold=name_list(hold) or [],
        weights=[(name, float(weight)) for name, weight in by] if spread == "distance" else None,
        tighten=tighten,
        tracked=tracked,
    )
    model = runs.model
    table = Table(columns, percent=_SHARES, row_kinds=by_target(model, _LEVELS), shown=_SHOWN)
    return Revision(
        of=_core.goal_text(goal),
        wanted=float(probability),
        table=table,
        before=answer["before"],
        found=answer["found"],
        confirmed=answer["confirmed"],
        confirmed_seed=answer["confirmed_seed"],
        plan=Model._from_core(core),
        notes=Notes([*_overridden(runs), *(Note.about(*parts) for parts in found)]),
    )


def _overridden(runs: Runs) -> list[Note]:
    """Tell which parameters were other numbers in the run: those of the revised plan are as they are written."""
    names = list(runs.info.get("parameters") or {})
    if not names:
        return []
    message = f"the run had other numbers for {', '.join(names)}; the revised plan has them as they are written"
    return [Note("run.parameters", "overridden", message)]
