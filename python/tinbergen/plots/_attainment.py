"""The attainment chart: how likely each target is, and all of them together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, cast

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, NullLocator
from matplotlib.transforms import offset_copy

from tinbergen.basics.theme import LIGHT, Size, ThemeLike
from tinbergen.basics.words import say, semicolons
from tinbergen.errors import UnknownNameError
from tinbergen.plots._frame import chart, footnote
from tinbergen.plots._room import settle
from tinbergen.plots._rows import (
    LABEL,
    SHORT,
    Row,
    column_width,
    label_rows,
    least_size,
    row_positions,
    row_size,
    rows_of,
    title_rows,
)
from tinbergen.plots._size import room_for
from tinbergen.plots._style import MARKERS, dressed, figure_of, look, width_of
from tinbergen.plots._text import Numbers, label_of, probability, scenario_label, wrap
from tinbergen.plots._types import ModelLike, RunsLike, TableLike

__all__ = ["attainment"]

_APART = 0.047  # inches between the scenarios of a row, where they are few
_ROW = 0.2  # inches that the scenarios of a row take at most
_GUIDES = (0.5, 0.8)
_HEADING, _LONGEST = 11, 16  # columns of text of a heading, and of a word in it


Values = Mapping[tuple[str, str], tuple[float, float, float]]
"""Probability, low and high by scenario and target."""


def attainment(
    runs: RunsLike,
    *,
    language: str = "en",
    ax: Axes | None = None,
    figsize: Size | None = None,
    theme: ThemeLike = "light",
    scenarios: Sequence[str] | None = None,
    targets: str | Sequence[str] | None = None,
    least_likely: int | None = None,
) -> Axes:
    """Draw how likely each target is, with its 95 % interval, and how likely all are together.

    One row for each target in the order of the plan; below them the rows of those that are met
    together. Dashed guides stand at 50 % and 80 %. Where a figure of a given size has too little room,
    the likeliest targets and the last scenarios are left out, and the note says so.

    Parameters
    ----------
    runs
        The ensembles of all scenarios, with their table of attainment.
    language
        Language of labels and words: ``"en"`` or ``"zh"``.
    ax
        Axes to draw on; a new figure, as tall as it needs to be, unless given.
    figsize
        Width and height of a new figure in inches; or ``"slide"``, ``"page"``, ``"half page"``.
    theme
        The colours: ``"light"``, ``"dark"``, ``"grey"``, or a `tinbergen.plots.Theme`.
    scenarios
        The scenarios to show; all of them unless given.
    targets
        What to show: the name of a set, whose members and joint probability are shown, or ids of
        targets and names of sets; everything unless given.
    least_likely
        Show so many targets, those that are least likely in the first scenario.

    Returns
    -------
    matplotlib.axes.Axes
        The axes: probability on the horizontal axis, inches from the top on the vertical one.

    Examples
    --------
    >>> import tinbergen as tb
    >>> runs = tb.plans.yuecheng().simulate(paths=100, seed=1)
    >>> ax = runs.plot.attainment(scenarios=["baseline", "innovation_push"])
    >>> "All targets together" in [text.get_text() for text in ax.texts]
    True
    """
    names = list(runs) if scenarios is None else list(scenarios)
    ensembles = [runs[name] for name in names]  # an unknown name is an error here
    if not ensembles:
        raise ValueError("there is no scenario to draw")
    table = runs.attainment()
    values = _values(table)
    present = list(dict.fromkeys(map(str, table["target"])))
    if targets is not None:
        present = _chosen(present, runs.model, targets)
    shown = _Shown(runs.model, present, names, values, language)
    if least_likely is not None:
        shown = shown.least_likely(least_likely)
    shown = shown.within(*room_for(ax, figsize, shown.size[:2]))
    size, rows = shown.size, shown.rows
    with chart(
        ax, *size[:2], least=least_size(size), rules=False, tight=True, figsize=figsize, theme=theme
    ) as ax:
        _prepare(ax, rows, language)
        positions, labels = row_positions(rows), shown.labels
        column = column_width(labels)
        left = label_rows(ax, rows, positions, len(labels), column)
        _header(ax, labels, language, left, column)
        for k, name in enumerate(shown.scenarios):
            found = {row.target: values.get((name, row.target)) for row in rows}
            _scenario(ax, k, len(labels), positions, found, language, column)
        note = [label_of(runs.model, runs.model.name, language)]
        note.append(say("paths", language, n=f"{ensembles[0].paths:,}"))
        note += _left_out(shown, present, len(ensembles), language)
        footnote(ax, semicolons(note, language), left=left)
        settle(ax)
        _set_ticks(ax)
    return ax


def _set_ticks(ax: Axes) -> None:
    """Name as many probabilities on the axis as have room."""
    room = width_of(ax) / look.pt(34)  # the widest label, with a space
    ticks = [0, 0.2, 0.5, 0.8, 1] if room > 5 else [0, 0.5, 1] if room > 2 else [0, 1]
    ax.xaxis.set_major_locator(FixedLocator(ticks))


def _left_out(shown: _Shown, present: Sequence[str], scenarios: int, language: str) -> list[str]:
    """Name how many targets and scenarios are shown, where some are not."""
    targets = {target.id for target in shown.model.targets}
    there, here = (sum(name in targets for name in names) for names in (present, shown.present))
    told = []
    if here < there:
        told.append(say("least likely", language, n=str(here), all=str(there)))
    if len(shown.scenarios) < scenarios:
        n = str(len(shown.scenarios))
        told.append(say("some scenarios", language, n=n, all=str(scenarios)))
    return told


@dataclass(frozen=True)
class _Shown:
    """What the chart shows: some rows, some scenarios."""

    model: ModelLike
    present: Sequence[str]
    scenarios: Sequence[str]
    values: Values
    language: str
    columns: int = LABEL

    @property
    def labels(self) -> list[str]:
        """The headings of the columns of numbers."""
        names = (scenario_label(self.model, name, self.language) for name in self.scenarios)
        return [wrap(name, _HEADING, longest=_LONGEST) for name in names]

    @cached_property
    def rows(self) -> list[Row]:
        """The rows."""
        least = 0.1 + _apart(len(self.scenarios)) * len(self.scenarios)
        return rows_of(self.present, self.model, self.language, least=least, columns=self.columns)

    @property
    def size(self) -> tuple[float, float, float]:
        """The width and height of the figure in inches, and the height of the rows."""
        labels = self.labels
        with dressed(LIGHT):  # in texts of the usual size
            column, above = column_width(labels), _above(labels)
            return row_size(self.rows, len(labels), column=column, above=above)

    def least_likely(self, count: int) -> _Shown:
        """Leave out all but so many targets, and what is met together but for all targets."""
        if count < 1:
            raise ValueError(f"least_likely: a number of targets from 1 on, not {count}")
        targets = {target.id for target in self.model.targets}
        first = self.scenarios[0]
        unknown = (2.0, 0.0, 0.0)
        by_chance = sorted(
            (name for name in self.present if name in targets),
            key=lambda name: self.values.get((first, name), unknown)[0],
        )
        kept = {*by_chance[:count], "all"}
        return replace(self, present=[name for name in self.present if name in kept])

    def within(self, width: float, height: float) -> _Shown:
        """Leave out what has no room: scenarios from the last on, targets from the likeliest on."""
        shown = self
        if least_size(shown.size)[0] > width:
            shown = replace(shown, columns=SHORT)
        while least_size(shown.size)[0] > width and len(shown.scenarios) > 1:
            shown = replace(shown, scenarios=shown.scenarios[:-1])
        count = sum(row.group == 0 for row in shown.rows)
        while shown.size[1] > height and count > 1:
            over = shown.size[1] - height
            count = max(1, count - max(1, int(over / 0.5)))
            shown = shown.least_likely(count)
        return shown


def _chosen(present: Sequence[str], model: ModelLike, targets: str | Sequence[str]) -> list[str]:
    """Return the rows that were asked for: of one set its members too."""
    wanted = [targets] if isinstance(targets, str) else [str(name) for name in targets]
    for name in wanted:
        if name not in present:
            raise UnknownNameError("target or set", name, present)
    members: set[str] = set()
    if isinstance(targets, str) and targets in model.target_sets:
        members = set(map(str, cast("Any", model.target_sets[targets])))
    elif isinstance(targets, str) and targets in {"binding", "expected"}:
        members = {target.id for target in model.targets if target.nature == targets}
    return [name for name in present if name in members or name in wanted]


def _apart(scenarios: int) -> float:
    """Return the distance of the scenarios of a row in inches."""
    return min(_APART, _ROW / scenarios)


def _values(table: TableLike) -> Values:
    names = zip(map(str, table["scenario"]), map(str, table["target"]), strict=True)
    numbers = zip(*(map(float, table[key]) for key in ("probability", "low", "high")), strict=True)
    return dict(zip(names, numbers, strict=True))


def _prepare(ax: Axes, rows: Sequence[Row], language: str) -> None:
    """Set axes, guides and title."""
    ax.set_xlim(-0.015, 1.015)
    ax.set_ylim(row_size(rows, 0)[2], 0.0)
    _set_ticks(ax)
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_major_formatter(Numbers(share=True, language=language))
    ax.yaxis.set_major_locator(NullLocator())
    ax.tick_params(axis="x", top=True, labeltop=True)
    ax.spines["top"].set_visible(True)
    for guide in _GUIDES:
        ax.axvline(
            guide,
            color=look.grey,
            linewidth=look.pt(0.8),
            linestyle=(0, (4, 3)),
            zorder=1,
            gid="guide",
        )


def _above(labels: Sequence[str]) -> float:
    """Return the points that the names of scenarios take above the axes."""
    return look.pt(24) + 1.15 * look.small * (1 + max(label.count("\n") for label in labels))


def _header(ax: Axes, labels: Sequence[str], language: str, left: float, column: float) -> None:
    """Write the title, and over its column of numbers each scenario with its marker."""
    figure = figure_of(ax)
    at: dict[str, Any] = {"textcoords": "offset points", "va": "bottom", "annotation_clip": False}
    for k, label in enumerate(labels):
        size: dict[str, Any] = {
            "fontsize": look.small,
            "linespacing": 1.1,
            "ha": "right",
            "color": look.ink,
        }
        ax.annotate(
            label,
            (1, 1),
            xycoords="axes fraction",
            xytext=(_across(k, column), look.pt(17)),
            **at,
            **size,
        )
        corner = offset_copy(
            ax.transAxes, figure, _across(k, column) - look.pt(4), look.pt(9), units="points"
        )
        ax.plot([1], [1], transform=corner, clip_on=False, gid="key", **_marker(k))
    title, under = say("attainment", language), say("interval", language)
    title_rows(ax, title, under, left=left, right=column * len(labels), above=_above(labels))


def _across(k: int, column: float) -> float:
    """Return the right end of a column of numbers, in points right of the axes."""
    return column * (k + 1) - look.pt(4)


def _color(k: int) -> str:
    return look.scenarios[k % len(look.scenarios)]


def _marker(k: int) -> dict[str, Any]:
    return {
        "color": _color(k),
        "marker": MARKERS[k % len(MARKERS)],
        "markersize": 4.5 if MARKERS[k % len(MARKERS)] in "osD" else 5.5,
        "markeredgecolor": look.ground,
        "markeredgewidth": 0.3,
        "linestyle": "none",
    }


def _scenario(
    ax: Axes,
    k: int,
    count: int,
    positions: Mapping[str, float],
    found: Mapping[str, tuple[float, float, float] | None],
    language: str,
    column: float,
) -> None:
    """Draw the dots, intervals and numbers of one scenario."""
    shift = _apart(count) * (k - (count - 1) / 2)
    known = [(positions[name], value) for name, value in found.items() if value is not None]
    if not known:
        return
    y = np.array([y + shift for y, _ in known])
    p, low, high = np.array([value for _, value in known]).T
    ax.hlines(y, low, high, color=_color(k), linewidth=look.pt(1.3), zorder=3)
    marker = _marker(k)
    marker["markersize"] *= look.pt(
        max(_apart(count) / _APART, 0.7)
    )  # smaller where they stand close
    ax.plot(p, y, zorder=4, gid="dots", clip_on=False, **marker)
    for y_of_row, value in known:
        text = ax.annotate(
            probability(value[0], language, (value[1], value[2])),
            (1, y_of_row),
            xycoords=ax.get_yaxis_transform(),
            xytext=(_across(k, column), 0),
            textcoords="offset points",
            ha="right",
            va="center",
            color=look.ink,
            fontsize=look.small,
            annotation_clip=False,
        )
        text.set_in_layout(False)  # no wider than its heading
