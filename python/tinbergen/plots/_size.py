"""How large a new figure is: as large as its chart needs, as said, or for a slide or a page."""

from __future__ import annotations

from matplotlib.axes import Axes

from tinbergen.basics.theme import Size
from tinbergen.plots._room import SMALLEST, inches_of, scale_of

__all__ = ["room_for", "scale_in", "size_of"]

_SIZES: dict[str, tuple[float, float]] = {
    "slide": (13.333, 7.5),  # 16:9
    "page": (6.3, 9.2),  # what margins leave of A4
    "half page": (6.3, 4.4),
}
_LARGEST = 2.0  # texts on a slide are at most so many times as large as usual


def size_of(figsize: Size | None, needed: tuple[float, float]) -> tuple[float, float]:
    """Return width and height in inches.

    Raises
    ------
    ValueError
        When it is neither two numbers nor a known name.

    Examples
    --------
    >>> size_of("slide", (7.2, 4.4)), size_of((5, 3), (7.2, 4.4)), size_of(None, (7.2, 4.4))
    ((13.333, 7.5), (5.0, 3.0), (7.2, 4.4))
    """
    if figsize is None:
        return needed
    if isinstance(figsize, str):
        if figsize not in _SIZES:
            names = ", ".join(f'"{name}"' for name in _SIZES)
            raise ValueError(
                f'figsize: "{figsize}" is not one of {names}; or give width and height in inches'
            )
        return _SIZES[figsize]
    width, height = figsize
    if not (0 < width < 1000 and 0 < height < 1000):
        raise ValueError(f"figsize: width and height in inches, not {width} and {height}")
    return float(width), float(height)


def room_for(
    ax: Axes | None, figsize: Size | None, needed: tuple[float, float]
) -> tuple[float, float]:
    """Return the width and height that a chart may take with texts of the usual size, in inches.

    With the smallest texts it fits the axes of the user, or a figure of a size; else it may take
    what it needs.
    """
    if ax is None and figsize is None:
        return needed
    width, height = size_of(figsize, needed) if ax is None else inches_of(ax)
    return width / SMALLEST, 0.95 * height / SMALLEST  # a title may take another line


def scale_in(
    figsize: Size | None, size: tuple[float, float], needed: tuple[float, float], *, tight: bool
) -> float:
    """Return how many times as large as usual the texts of a new figure are.

    They are smaller where there is too little room, and larger only on a slide.
    """
    if figsize == "slide":
        there = min(size[0] / needed[0], size[1] / needed[1])
        if there > 1:
            return min(there, _LARGEST)
    return scale_of(size, needed, tight=tight)
