"""Probabilities round by round, as a table and as a chart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from tinbergen.basics.table import Table
from tinbergen.basics.theme import Size, ThemeLike
from tinbergen.errors import UnknownNameError
from tinbergen.io.rounds import Round
from tinbergen.lazy import charts

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from tinbergen.written.model import Model

__all__ = ["plot_rounds", "probabilities"]


def probabilities(rounds: Iterable[Round]) -> Table:
    """Stack the attainment of several rounds: round, scenario, target, probability, low, high."""
    tables = []
    for one in rounds:
        table = one.attainment
        columns = {name: table[name] for name in table.columns}
        tables.append(Table({"round": [one.name] * len(table), **columns}, percent=table.percent))
    if not tables:
        raise ValueError("there is no round")
    return Table.stack(tables)


def plot_rounds(
    rounds: Iterable[Round] | Table,
    targets: str | Sequence[str] = "all",
    *,
    scenario: str = "baseline",
    model: Model | None = None,
    language: str = "en",
    ax: Axes | None = None,
    figsize: Size | None = None,
    theme: ThemeLike = "light",
) -> Axes:
    """Draw the probability of targets round by round (needs matplotlib).

    Parameters
    ----------
    rounds
        The archived rounds, the oldest first; or the table of `Model.rounds`, vintage by vintage.
        Files that are not as they were archived are named under the chart.
    targets
        Ids of targets or names of sets.
    scenario
        The scenario to look at.
    model
        Where labels are looked up; that of the last archived round unless given.
    language
        ``"en"`` or ``"zh"``.
    ax
        Axes to draw on; a new figure unless given.
    figsize
        Width and height of a new figure in inches; or ``"slide"``, ``"page"``, ``"half page"``.
    theme
        The colours: ``"light"``, ``"dark"``, ``"grey"``, or a `tinbergen.plots.Theme`.

    Examples
    --------
    >>> import tinbergen as tb
    >>> plan = tb.plans.yuecheng()
    >>> table = plan.rounds(tb.plans.outturns(), paths=4000, seed=1, scenarios="baseline")
    >>> ax = tb.plot_rounds(table, ["gdp-2025", "economy"], model=plan)
    >>> [label.get_text() for label in ax.get_xticklabels()]
    ['before', '2023-04-14']
    """
    touched: list[str] = []
    if isinstance(rounds, Table):
        table, column = rounds, "as_of"
    else:
        archived = list(rounds)
        table, column = probabilities(archived), "round"
        model = model or archived[-1].model
        touched = [f"{one.name}/{note.address}" for one in archived for note in one.notes]
    _known("scenario", [scenario], table["scenario"].tolist())
    table = table.filter(scenario=scenario)
    names = [targets] if isinstance(targets, str) else list(targets)
    _known("target or set", names, table["target"].tolist())
    return charts.by_round(
        table,
        names,
        model=model,
        column=column,
        touched=touched,
        language=language,
        ax=ax,
        figsize=figsize,
        theme=theme,
    )


def _known(kind: str, names: Iterable[str], known: Sequence[str]) -> None:
    """Refuse a name that is not known, with near ones."""
    for name in names:
        if name not in known:
            raise UnknownNameError(kind, name, list(dict.fromkeys(known)))
