"""Why a probability or a quantile changed: what each group of differences contributes."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import compress
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from tinbergen import _core
from tinbergen.basics.model_columns import DifferenceColumns, ExplanationParts
from tinbergen.basics.periods import Period
from tinbergen.basics.progress_bar import reporting
from tinbergen.basics.settings import (
    memory_bytes,
    name_list,
    path_count,
    seed_number,
    threads_setting,
)
from tinbergen.basics.table import Table
from tinbergen.basics.text import (
    aligned,
    format_percent,
    format_points,
    format_rate,
    format_value,
)
from tinbergen.basics.theme import Size, ThemeLike
from tinbergen.lazy import charts
from tinbergen.questions.conditioning import Tracked
from tinbergen.questions.explanation_sides import model_of, outturn_groups
from tinbergen.questions.explanation_words import ends, of_text, part_text, sentence, table_words
from tinbergen.questions.explanation_work import explained
from tinbergen.results.notes import Note, Notes
from tinbergen.written.goal import Goal, GoalLike, goal_text
from tinbergen.written.target import Target

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from tinbergen.basics.settings import Design, RunSettings
    from tinbergen.questions.workers import Executors
    from tinbergen.written.model import Model

__all__ = ["Explanation", "Of", "diff", "explain"]

Of: TypeAlias = "GoalLike | tuple[str, str, Any, float]"
"""A goal, or ``("quantile", indicator, period, level)``."""


def diff(before: Model, after: Model) -> Table:
    """Return what differs between two models.

    Parameters
    ----------
    before, after
        The models.

    Returns
    -------
    Table
        Columns address, kind, before and after, the last two as in a plan file and empty where
        there is nothing. Kinds: outturns, revisions, parameters, equations, shocks, events,
        add_factors, scenarios, targets, periods, settings; and levers and texts, which change no
        probability.

    Examples
    --------
    >>> import tinbergen as tb
    >>> before = tb.plans.yuecheng()
    >>> after = before.add(parameters={"rd_drift": tb.normal(0.05, 0.01)}, replace=True)
    >>> diff(before, after).select("address", "kind")
    address              kind
    parameters.rd_drift  parameters
    """
    before, after = model_of(before, "before"), model_of(after, "after")
    return _differences(_core.diff(before._to_core(), after._to_core()))


def _differences(columns: DifferenceColumns) -> Table:
    return Table(
        {
            "address": columns["address"],
            "kind": columns["kind"],
            "before": [text or "" for text in columns["before"]],
            "after": [text or "" for text in columns["after"]],
        }
    )


def explain(
    before: Model | Tracked,
    after: Model | Tracked,
    of: Of = "all",
    *,
    groups: Mapping[str, str | Sequence[str]] | None = None,
    paths: int = 10_000,
    seed: int | None = None,
    scenario: str = "baseline",
    basis: str | None = None,
    design: Design = "random",
    threads: int | None = None,
    memory_limit: int | str | None = None,
    progress: bool | Callable[[int, int], object] | None = None,
    executor: Executors | None = None,
) -> Explanation:
    """Attribute the change of a probability or a quantile to what differs between two models.

    The differences of the models are put into groups, by kind unless said, and each group gets its
    Shapley value: what it changes, averaged over all orders in which the groups can be taken over
    from the later model. All models in between see the same random numbers, and the parts add up to the
    change exactly. Groups that cannot stand apart, because a model with only some of them would
    not compile, are one part. ``docs/explain.md`` has the method.

    Parameters
    ----------
    before, after
        The models, or what `Model.observe` gives: then new actual values and their revisions are
        groups of their own.
    of
        A goal (``"all"``, the id of a target, a set, ``"gdp and not jobs"``), or
        ``("quantile", indicator, period, level)``.
    groups
        Groups of one's own: a name, and addresses of differences in which ``*`` stands for any
        text. ``before.diff(after)`` has the addresses. What is not named stays with its kind.
        Unless given, new actual values of two to five indicators are a group for each, without
        those that change no path.
    paths, seed, design, threads, memory_limit, progress, executor
        As in `Model.simulate`; workers make the runs of coalitions, which are independent of each other.
    scenario
        The scenario to look at, or ``"mixture"``.
    basis
        The basis of a `Link`, as in `Tracked.simulate`.

    Raises
    ------
    ModelError
        When either model does not compile, what is asked for is not in both, or there are more
        than 12 groups.

    See Also
    --------
    Model.diff : What differs, address by address.
    compare_rounds : Two archived rounds side by side.

    References
    ----------
    .. [1] L. S. Shapley (1953), A value for n-person games. Contributions to the Theory of Games
       II, 307-317. Princeton University Press.

    Examples
    --------
    >>> import tinbergen as tb
    >>> before = tb.plans.yuecheng()
    >>> after = before.add(parameters={"rd_drift": tb.normal(0.05, 0.01)}, replace=True)
    >>> found = tb.explain(before, after, "rd-share-2025", paths=500, seed=1)
    >>> found.parts["part"].tolist()
    ['parameters']
    >>> sum(found.exact.values()) == found.exact_change
    True
    """
    quantile = _quantile(of)
    goal = None if quantile else goal_text(of)  # type: ignore[arg-type]
    own = outturn_groups(before, after) if groups is None else {}
    named = [
        (name, name_list(of) or []) for name, of in (own if groups is None else groups).items()
    ]
    with reporting(progress) as watch:
        run: RunSettings = {
            "paths": path_count(paths),
            "seed": seed_number(seed),
            "design": design,
            "threads": threads_setting(threads),
            "memory_limit": memory_bytes(memory_limit),
            "basis": basis,
        }
        asked = {"goal": goal, "quantile": quantile, "scenario": scenario, "groups": named}
        found = explained(before, after, run, asked, executor, watch)
    model = model_of(before, "before")
    return Explanation(found, goal or quantile or "all", scenario, model, idle=own)


def _quantile(of: Of) -> tuple[str, str, float] | None:
    if isinstance(of, (str, Goal, Target)):
        return None
    given: Sequence[Any] = of
    if len(given) != 4 or given[0] != "quantile":
        raise ValueError(f'of is a goal or ("quantile", indicator, period, level), not {of!r}')
    return given[1], str(Period(given[2])), float(given[3])


class Explanation:
    """Why a probability or a quantile changed; made by `explain`.

    Attributes
    ----------
    before, after, change : tuple of float
        The value and its Monte Carlo standard error.
    parts : Table
        Columns part, value (what it contributes; for a probability a fraction, 0.1 is ten
        percentage points), error (its Monte Carlo standard error as an estimate of the true
        contribution) and share (of the change; not a number where nothing changed).
    exact : dict
        The contribution of each part as a fraction; they add up to `exact_change`.
    differences : Table
        The differences in each part: part, address, kind, before, after.

    Examples
    --------
    >>> import tinbergen as tb
    >>> model = tb.plans.yuecheng()
    >>> tb.explain(model, model, paths=100, seed=1).parts["part"].tolist()
    []
    """

    def __init__(
        self,
        found: ExplanationParts,
        of: str | tuple[str, str, float],
        scenario: str,
        model: Model,
        idle: Iterable[str] = (),
    ) -> None:
        self.of, self.scenario, self.model = of, scenario, model
        self.before = found["before"]
        self.after = found["after"]
        self.change = found["change"]
        self.seed = found["seed"]
        self.paths = found["paths"]
        self.coalitions = found["coalitions"]
        self.simulations = found["simulations"]
        names = [" + ".join(groups) for groups in found["groups"]]
        # A group that nobody asked for and that changes no path has no bearing on the question.
        told = [
            name not in set(idle) or numerator != 0 or error > 0
            for name, numerator, error in zip(
                names, found["numerators"], found["errors"].tolist(), strict=True
            )
        ]
        self.groups = dict(zip(compress(names, told), compress(found["groups"], told), strict=True))
        reasons = zip(names, found["reasons"], strict=True)
        self.reasons: dict[str, str] = {name: why for name, why in reasons if why}
        denominator = found["denominator"]
        parts = zip(names, found["numerators"], strict=True)
        self.exact = {
            name: Fraction(numerator, denominator) for name, numerator in compress(parts, told)
        }
        self.exact_change = Fraction(found["numerator"], denominator)
        values, change = found["values"], self.change[0]
        shares = values / change if change else np.full(len(names), np.nan)
        kept = np.array(told, dtype=bool)
        columns = {
            "part": np.array(names, dtype=str)[kept],
            "value": values[kept],
            "error": found["errors"][kept],
            "share": shares[kept],
        }
        percent = ["value", "error", "share"] if self.is_probability else ["share"]
        self.parts = Table(columns, rates=percent)
        tables = [_differences(columns) for columns in compress(found["differences"], told)]
        names = list(compress(names, told))
        counts = [name for name, table in zip(names, tables, strict=True) for _ in table.rows()]
        merged = {key: [v for t in tables for v in t[key].tolist()] for key in _COLUMNS}
        self.differences = Table({"part": counts, **merged})

    @property
    def notes(self) -> Notes:
        """Which groups cannot stand apart, and why."""
        return Notes(
            Note(name, "together", f"{name} cannot stand apart: {why}")
            for name, why in self.reasons.items()
        )

    @property
    def is_probability(self) -> bool:
        """Whether it is a probability that is explained, and not a quantile."""
        return isinstance(self.of, str)

    def text(self, language: str = "en") -> str:
        """Return it as a sentence, in English or Chinese.

        Parameters
        ----------
        language
            ``"en"`` or ``"zh"``.

        Examples
        --------
        >>> import tinbergen as tb
        >>> model = tb.plans.yuecheng()
        >>> tb.explain(model, model, "gdp-2025", paths=100, seed=1).text().split(" is ")[1][:9]
        'unchanged'
        """
        return sentence(self, language)

    @property
    def plot(self) -> ExplanationPlots:
        """Charts: ``explanation.plot.waterfall()`` (needs matplotlib)."""
        return ExplanationPlots(self)

    def to_table(self) -> Table:
        """Return everything as one tidy table: before, the parts, after.

        Returns
        -------
        Table
            Columns part, value, error, share; the first row is ``before``, the last ``after``.
        """
        parts = self.parts
        return Table(
            {
                "part": ["before", *parts["part"].tolist(), "after"],
                "value": [self.before[0], *parts["value"].tolist(), self.after[0]],
                "error": [self.before[1], *parts["error"].tolist(), self.after[1]],
                "share": [np.nan, *parts["share"].tolist(), np.nan],
            },
            rates=[name for name in parts.kinds if parts.kinds[name] == "rate"],
        )

    def to_csv(self, path: Any = None) -> str:
        """Write `to_table` as CSV."""
        return self.to_table().to_csv(path)

    def _is_sure(self) -> bool:
        """Whether the change is large enough beside its error to take shares of it."""
        return abs(self.change[0]) > 2 * self.change[1]

    def _rows(self, language: str = "en") -> list[list[str]]:
        show = format_points if self.is_probability else format_value
        total = format_percent if self.is_probability else format_value
        first, last = ends(language)
        rows = [[first, total(self.before[0]), show(self.before[1]).lstrip("+"), ""]]
        for row in self.parts.rows():
            share = format_rate(row["share"]) if self._is_sure() else ""
            name = part_text(self.groups[row["part"]], language, self.model)
            rows.append([name, _signed(row["value"], show), show(row["error"]).lstrip("+"), share])
        return [*rows, [last, total(self.after[0]), show(self.after[1]).lstrip("+"), ""]]

    def to_text(self, *, language: str = "en") -> str:
        """Print what is explained, and the parts as a table, in English or Chinese.

        Examples
        --------
        >>> import tinbergen as tb
        >>> model = tb.plans.minimal()
        >>> print(tb.explain(model, model, paths=100, seed=1).to_text().splitlines()[0])
        probability of all targets together
        """
        header = ["", *table_words(language, self.is_probability)]
        table = aligned(header, self._rows(language), ["left", "right", "right", "right"])
        return f"{of_text(self, language)}\n{table}"

    def __repr__(self) -> str:
        return self.to_text()

    def _repr_html_(self) -> str:
        header = ["", "percentage points" if self.is_probability else "value", "error", "share"]
        cell = '<{0} style="text-align:{1}">{2}</{0}>'

        def line(tag: str, cells: Sequence[str]) -> str:
            sides = ["left", "right", "right", "right"]
            pairs = zip(cells, sides, strict=True)
            return "".join(cell.format(tag, side, html.escape(text)) for text, side in pairs)

        rows = "".join(f"<tr>{line('td', row)}</tr>" for row in self._rows())
        head = f"<thead><tr>{line('th', header)}</tr></thead>"
        return f"<p>{html.escape(self.text())}</p><table>{head}<tbody>{rows}</tbody></table>"


_COLUMNS = ("address", "kind", "before", "after")


def _signed(value: float, show: Callable[[float], str]) -> str:
    text = show(value)
    return f"+{text}" if value > 0 and text.strip("0.") else text


class ExplanationPlots:
    """Charts of an explanation."""

    __slots__ = ("_explanation",)

    def __init__(self, explanation: Explanation) -> None:
        self._explanation = explanation

    def waterfall(
        self,
        *,
        language: str = "en",
        ax: Axes | None = None,
        figsize: Size | None = None,
        theme: ThemeLike = "light",
    ) -> Axes:
        """Draw what each part contributes, from the value before to the value after.

        Parameters
        ----------
        language, ax, figsize, theme
            As of every chart.
        """
        return charts.waterfall(
            self._explanation, language=language, ax=ax, figsize=figsize, theme=theme
        )
