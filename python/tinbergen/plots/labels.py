"""Labels at the right edge that do not overlap."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["apart", "right_labels"]


def apart(positions: Sequence[float], gap: float) -> list[float]:
    """Move positions as little as it takes to keep a gap between neighbours.

    Examples
    --------
    >>> apart([0.0, 0.1, 5.0], 1.0)
    [-0.45, 0.55, 5.0]
    """
    order = np.argsort(positions, kind="stable")
    groups: list[tuple[list[int], float]] = []
    for k in order:
        groups.append(([int(k)], float(positions[k])))
        while len(groups) > 1:
            (before, low), (after, high) = groups[-2], groups[-1]
            reach = (len(before) + len(after)) / 2 * gap
            if high - low >= reach - 1e-12:
                break
            members = before + after
            centre = float(np.mean([positions[i] for i in members]))
            groups[-2:] = [(members, centre)]
    moved = [0.0] * len(positions)
    for members, centre in groups:
        for place, k in enumerate(members):
            moved[k] = centre + (place - (len(members) - 1) / 2) * gap
    return moved


def right_labels(
    ax: Axes,
    x: float,
    values: Sequence[float],
    texts: Sequence[str],
    colours: Sequence[str],
    size: float = 8,
) -> None:
    """Write texts beside the right end of lines, apart from each other."""
    low, high = ax.get_ylim()
    height = ax.get_window_extent().height * 72 / ax.figure.dpi
    gap = (high - low) * size * 1.25 / max(height, 1.0)
    for value, place, text, colour in zip(values, apart(values, gap), texts, colours, strict=True):
        ax.annotate(
            text,
            (x, value),
            (6, (place - value) / (high - low) * height),
            textcoords="offset points",
            fontsize=size,
            color=colour,
            va="center",
            annotation_clip=False,
        )
