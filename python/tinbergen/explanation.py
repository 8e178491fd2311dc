"""Why a probability or a quantile changed: what each group of differences contributes."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from tinbergen import _core
from tinbergen.frames import Table
from tinbergen.goal import Goal, GoalLike, goal_text
from tinbergen.outturns import Tracked
from tinbergen.periods import Period
from tinbergen.progress import reporting
from tinbergen.reasons import of_text, part_text, sentence
from tinbergen.settings import memory_bytes, name_list, path_count, seed_number, threads_setting
from tinbergen.target import Target
from tinbergen.text import aligned, format_percent, format_value

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from tinbergen.model import Design, Model

__all__ = ["Explanation", "Of", "diff", "explain"]

Of: TypeAlias = "GoalLike | tuple[str, str, Any, float]"
"""A goal, or ``("quantile", indicator, period, level)``."""


def diff(before: Model, after: Model) -> Table:
    """Give what differs between two models, as a table.

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
    columns = _core.diff(before._to_core(), after._to_core())
    return _differences(columns)


def _differences(columns: Mapping[str, Any]) -> Table:
    return Table({name: [text or "" for text in values] for name, values in columns.items()})


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
) -> Explanation:
    """Say why a probability or a quantile changed from one model to another.

    The differences of the models are put into groups, by kind unless said, and each group gets its
    Shapley value: what it changes, averaged over all orders in which the groups can be taken over
    from the later model. All models in between see the same luck, and the parts add up to the
    change exactly. Groups that cannot stand apart, because a model with only some of them would
    not compile, are one part. ``docs/explain.md`` has the method.

    Parameters
    ----------
    before, after
        The models, or what `Model.observe` gives: then new outturns and revisions of outturns are
        groups of their own.
    of
        A goal (``"all"``, the id of a target, a set, ``"gdp and not jobs"``), or
        ``("quantile", indicator, period, level)``.
    groups
        Groups of one's own: a name, and addresses of differences in which ``*`` stands for any
        text. ``before.diff(after)`` has the addresses. What is not named stays with its kind.
    paths, seed, design, threads, memory_limit, progress
        As in `Model.simulate`.
    scenario
        The scenario to look at, or ``"mixture"``.
    basis
        The basis of a `Link`, as in `Tracked.simulate`.

    Raises
    ------
    ModelError
        When either model does not compile, what is asked for is not in both, or there are more
        than 12 groups.

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
    named = [(name, name_list(patterns) or []) for name, patterns in (groups or {}).items()]
    with reporting(progress) as watch:
        found = _core.explain(
            _model(before)._to_core(),
            _model(after)._to_core(),
            goal=goal,
            quantile=quantile,
            before_known=_known(before),
            after_known=_known(after),
            basis=basis,
            scenario=scenario,
            groups=named,
            paths=path_count(paths),
            seed=seed_number(seed),
            design=design,
            threads=threads_setting(threads),
            memory_limit=memory_bytes(memory_limit),
            watch=watch,
        )
    return Explanation(found, goal or quantile or "all", scenario, _model(before))


def _model(side: Model | Tracked) -> Model:
    return side.model if isinstance(side, Tracked) else side


def _known(side: Model | Tracked) -> _core.Outturns | None:
    return side.known._core if isinstance(side, Tracked) else None


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
        found: Mapping[str, Any],
        of: str | tuple[str, str, float],
        scenario: str,
        model: Model,
    ) -> None:
        self.of, self.scenario, self.model = of, scenario, model
        self.before: tuple[float, float] = found["before"]
        self.after: tuple[float, float] = found["after"]
        self.change: tuple[float, float] = found["change"]
        self.seed: int = found["seed"]
        self.paths: int = found["paths"]
        self.coalitions: int = found["coalitions"]
        self.simulations: int = found["simulations"]
        names = [" + ".join(groups) for groups in found["groups"]]
        self.groups = dict(zip(names, found["groups"], strict=True))
        reasons = zip(names, found["reasons"], strict=True)
        self.reasons: dict[str, str] = {name: why for name, why in reasons if why}
        denominator: int = found["denominator"]
        parts = zip(names, found["numerators"], strict=True)
        self.exact = {name: Fraction(numerator, denominator) for name, numerator in parts}
        self.exact_change = Fraction(found["numerator"], denominator)
        values, change = found["values"], self.change[0]
        shares = values / change if change else np.full(len(names), np.nan)
        columns = {"part": names, "value": values, "error": found["errors"], "share": shares}
        self.parts = Table(columns, percent=["share"])
        tables = [_differences(columns) for columns in found["differences"]]
        counts = [name for name, table in zip(names, tables, strict=True) for _ in table.rows()]
        merged = {key: [v for t in tables for v in t[key].tolist()] for key in _COLUMNS}
        self.differences = Table({"part": counts, **merged})

    @property
    def is_probability(self) -> bool:
        """Whether it is a probability that is explained, and not a quantile."""
        return isinstance(self.of, str)

    def text(self, language: str = "en") -> str:
        """Say it in a sentence, in English or Chinese.

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
        """Give everything as one tidy table: before, the parts, after.

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
            }
        )

    def to_csv(self, path: Any = None) -> str:
        """Write `to_table` as CSV."""
        return self.to_table().to_csv(path)

    def _is_sure(self) -> bool:
        """Whether the change is large enough beside its error to take shares of it."""
        return abs(self.change[0]) > 2 * self.change[1]

    def _rows(self) -> list[list[str]]:
        show = _points if self.is_probability else format_value
        total = format_percent if self.is_probability else format_value
        rows = [["before", total(self.before[0]), show(self.before[1]).lstrip("+"), ""]]
        for row in self.parts.rows():
            share = f"{100 * row['share']:.0f} %" if self._is_sure() else ""
            name = part_text(self.groups[row["part"]], "en")
            rows.append([name, _signed(row["value"], show), show(row["error"]).lstrip("+"), share])
        return [*rows, ["after", total(self.after[0]), show(self.after[1]).lstrip("+"), ""]]

    def __repr__(self) -> str:
        header = ["", "points" if self.is_probability else "value", "error", "share"]
        table = aligned(header, self._rows(), ["left", "right", "right", "right"])
        return f"{of_text(self, 'en')}\n{table}"

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


def _points(share: float) -> str:
    return f"{100 * share:.2f}"


def _signed(value: float, show: Callable[[float], str]) -> str:
    return f"+{show(value)}" if value > 0 else show(value)


class ExplanationPlots:
    """Charts of an explanation."""

    __slots__ = ("_explanation",)

    def __init__(self, explanation: Explanation) -> None:
        self._explanation = explanation

    def waterfall(self, *, language: str = "en", ax: Axes | None = None) -> Axes:
        """Draw what each part contributes, from the value before to the value after.

        Parameters
        ----------
        language
            Language of labels and words: ``"en"`` or ``"zh"``.
        ax
            Axes to draw on; a new figure unless given.
        """
        from tinbergen.plotting import _plots

        axes: Axes = _plots().waterfall(self._explanation, language=language, ax=ax)
        return axes
