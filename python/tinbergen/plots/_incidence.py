"""Which equation uses which indicator: the incidence matrix in the order of computation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from tinbergen.plots._style import CENTRE, GREY, RULE, SMALL, TARGET, canvas, frame

if TYPE_CHECKING:
    from tinbergen.blocks import Explanation

__all__ = ["incidence"]

_NAMED = 60  # so many equations at most have their names on the axes
_LABELLED = 8  # so many of the largest blocks are labelled


def incidence(explanation: Explanation, *, ax: Axes | None = None) -> Axes:
    """Draw the incidence matrix of an explanation, blocks framed, feedback variables marked."""
    names: list[str] = []
    frames: list[tuple[int, int, tuple[str, ...]]] = []
    for block in explanation.blocks:
        # What is solved for is guessed first, so it comes first.
        rest = [name for name in block.indicators if name not in block.feedback]
        if block.simultaneous:
            frames.append((len(names), len(block.indicators), block.feedback))
        names += [*block.feedback, *rest]
    place = {name: k for k, name in enumerate(names)}
    solved = {name for _, _, feedback in frames for name in feedback}
    size = 6.5 if len(names) <= _NAMED else 8.5
    with canvas(ax, size + 1.2, size) as axes:
        frame(axes)
        axes.grid(visible=False)
        _cells(axes, explanation, place, solved)
        _frames(axes, frames, len(names))
        _axes(axes, names, solved)
        return axes


def _cells(ax: Axes, explanation: Explanation, place: dict[str, int], solved: set[str]) -> None:
    count = max(len(place), 1)
    area = max(2.0, min(60.0, (330 / count) ** 2 * 0.5))
    own = [(k, k) for k in place.values()]
    plain = [(place[b], place[a]) for a, b in explanation.needs if b not in solved]
    guessed = [(place[b], place[a]) for a, b in explanation.needs if b in solved]
    groups = ((own, GREY, ""), (plain, CENTRE, "uses"), (guessed, TARGET, "uses a guess"))
    for cells, color, label in groups:
        x, y = [x for x, _ in cells], [y for _, y in cells]
        ax.scatter(x, y, s=area, marker="s", color=color, linewidths=0, label=label or None)


def _frames(ax: Axes, frames: list[tuple[int, int, tuple[str, ...]]], total: int) -> None:
    for first, count, _ in frames:
        corner = (first - 0.5, first - 0.5)
        ax.add_patch(Rectangle(corner, count, count, fill=False, edgecolor=TARGET, linewidth=1.2))
    largest = sorted(frames, key=lambda found: -found[1])[:_LABELLED]
    for first, count, feedback in largest:
        shown = ", ".join(feedback[:6]) + (", ..." if len(feedback) > 6 else "")
        text = f"{count} equations, solved for {shown}"
        # Right of the diagonal and outside blocks there is nothing.
        if first + count < 0.6 * total:
            x, y, align = first + count + 0.7, float(first), "left"
        else:
            x, y, align = total - 1.0, first - 0.1 * total, "right"
        ax.text(x, y, text, fontsize=SMALL, color=TARGET, ha=align, va="center")


def _axes(ax: Axes, names: list[str], solved: set[str]) -> None:
    count = len(names)
    ax.set_xlim(-0.5, count - 0.5)
    ax.set_ylim(count - 0.5, -0.5)
    ax.set_aspect("equal", adjustable="box")
    for spine in ax.spines.values():
        spine.set_visible(True)
        spine.set_color(RULE)
    ax.set_xlabel("indicator that is used")
    ax.set_ylabel("equation, in the order of computation")
    if count > _NAMED:
        return
    ax.set_xticks(range(count), names, rotation=90, fontsize=SMALL)
    ax.set_yticks(range(count), names, fontsize=SMALL)
    for tick in [*ax.get_xticklabels(), *ax.get_yticklabels()]:
        if tick.get_text() in solved:
            tick.set_color(TARGET)
