"""Which equation uses which indicator: the incidence matrix in the order of computation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from tinbergen.basics.theme import Size, ThemeLike
from tinbergen.basics.words import say
from tinbergen.plots._frame import chart, headline
from tinbergen.plots._room import settle
from tinbergen.plots._style import figure_of, look
from tinbergen.plots._text import wrap

if TYPE_CHECKING:
    from tinbergen.questions.order import ComputationOrder

__all__ = ["incidence"]

_NAMED = 60  # so many equations at most have their names on the axes
_FEW = 12  # names of so few are broken into lines
_LABELLED = 8  # so many of the largest blocks are labelled


def incidence(
    order: ComputationOrder,
    *,
    language: str = "en",
    ax: Axes | None = None,
    figsize: Size | None = None,
    theme: ThemeLike = "light",
) -> Axes:
    """Draw the incidence matrix of an order, blocks framed, feedback variables marked."""
    names: list[str] = []
    frames: list[tuple[int, int, tuple[str, ...]]] = []
    for block in order.blocks:
        # What is solved for is guessed first, so it comes first.
        rest = [name for name in block.indicators if name not in block.feedback]
        if block.simultaneous:
            frames.append((len(names), len(block.indicators), block.feedback))
        names += [*block.feedback, *rest]
    index = {name: k for k, name in enumerate(names)}
    solved = {name for _, _, feedback in frames for name in feedback}
    size = 6.5 if len(names) <= _NAMED else 8.5
    with chart(
        ax, size + 1.2, size + 0.4, rules=False, tight=True, figsize=figsize, theme=theme
    ) as axes:
        headline(axes, say("incidence", language), say("incidence axes", language))
        _axes(axes, names, solved)
        settle(axes)
        if axes.bbox.height * 72 / figure_of(axes).dpi < 1.1 * look.small * len(names):
            axes.set_xticks([])  # names would lie over each other
            axes.set_yticks([])
        _cells(axes, order, index, solved)
        _frames(axes, frames, len(names), language)
        return axes


def _cells(ax: Axes, order: ComputationOrder, index: dict[str, int], solved: set[str]) -> None:
    count = max(len(index), 1)
    points = ax.bbox.height * 72 / figure_of(ax).dpi
    area = max(1.0, min(60.0, (0.7 * points / count) ** 2))
    own = [(k, k) for k in index.values()]
    plain = [(index[b], index[a]) for a, b in order.needs if b not in solved]
    guessed = [(index[b], index[a]) for a, b in order.needs if b in solved]
    groups = (
        (own, look.grey, ""),
        (plain, look.centre, "uses"),
        (guessed, look.target, "uses a guess"),
    )
    for cells, color, label in groups:
        x, y = [x for x, _ in cells], [y for _, y in cells]
        ax.scatter(x, y, s=area, marker="s", color=color, linewidths=0, label=label or None)


def _frames(
    ax: Axes, frames: list[tuple[int, int, tuple[str, ...]]], total: int, language: str
) -> None:
    for first, count, _ in frames:
        corner = (first - 0.5, first - 0.5)
        ax.add_patch(
            Rectangle(
                corner, count, count, fill=False, edgecolor=look.target, linewidth=look.pt(1.2)
            )
        )
    largest = sorted(frames, key=lambda found: -found[1])[:_LABELLED]
    for first, count, feedback in largest:
        shown = ", ".join(feedback[:6]) + (", ..." if len(feedback) > 6 else "")
        text = wrap(say("block", language, n=str(count), names=shown), 36, longest=36)
        # Right of the diagonal and outside blocks there is nothing.
        if first + count < 0.6 * total:
            x, y, align = first + count + 0.7, float(first), "left"
        else:
            x, y, align = total - 1.0, first - 0.1 * total, "right"
        ax.text(x, y, text, fontsize=look.small, color=look.target, ha=align, va="center")


def _axes(ax: Axes, names: list[str], solved: set[str]) -> None:
    count = len(names)
    ax.set_xlim(-0.5, count - 0.5)
    ax.set_ylim(count - 0.5, -0.5)
    ax.set_aspect("equal", adjustable="box")
    for spine in ax.spines.values():
        spine.set_visible(True)
        spine.set_color(look.rule)
    if count > _NAMED:
        return
    labels = [wrap(name, 24, longest=24) for name in names] if count <= _FEW else names
    ax.set_xticks(range(count), labels, rotation=90, fontsize=look.small)
    ax.set_yticks(range(count), labels, fontsize=look.small)
    for tick in [*ax.get_xticklabels(), *ax.get_yticklabels()]:
        if tick.get_text().replace("\n", "") in solved:
            tick.set_color(look.target)
