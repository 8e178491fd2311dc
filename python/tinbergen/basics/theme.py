"""How charts may look: their colours and their size. Nothing here needs matplotlib."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

__all__ = ["DARK", "GREY", "LIGHT", "Size", "Theme", "ThemeLike", "theme_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """The colours of a chart, as matplotlib knows colours.

    Those of the light theme are the defaults, so that a house style names what differs.

    Parameters
    ----------
    ground
        What a chart stands on.
    ink
        Texts, history and actual values.
    grey
        What is beside the point: axes, notes, guides.
    rule, faint
        Lines between rows and behind values; the weaker ones.
    fan
        The bands of a fan, from the outermost to the innermost.
    centre
        The line in a fan, and what a chart is about.
    target
        Targets, and what stands against the plan.
    scenarios
        Scenarios in their order; from the first on again where there are more.

    Examples
    --------
    >>> import tinbergen as tb
    >>> ours = tb.plots.Theme(
    ...     centre="#7a0019", fan=("#f3dbe0", "#e5b3bd", "#d6858f", "#c65a68")
    ... )
    >>> runs = tb.plans.yuecheng().simulate(paths=100, seed=1, keep=["gdp"])
    >>> ax = runs["baseline"].plot.fan("gdp", theme=ours)
    >>> next(line for line in ax.lines if line.get_label() == "median").get_color()
    '#7a0019'
    """

    ground: str = "white"
    ink: str = "#1a1a1a"
    grey: str = "#6b6b6b"
    rule: str = "#c9c9c9"
    faint: str = "#e2e2e2"
    fan: Sequence[str] = ("#dbe7f3", "#b3cde5", "#85afd6", "#5a93c6")
    centre: str = "#0b3a6b"
    target: str = "#b8420a"
    scenarios: Sequence[str] = (
        "#1a1a1a", "#0072b2", "#d55e00", "#009e73", "#b0578d", "#a67c00", "#3f9bd0", "#7a7a7a",
    )  # fmt: skip


ThemeLike: TypeAlias = Theme | Literal["light", "dark", "grey"]
"""A theme, or the name of one."""

Size: TypeAlias = tuple[float, float] | Literal["slide", "page", "half page"]
"""Width and height in inches, or what a figure is for."""

LIGHT = Theme()
DARK = Theme(
    ground="#14181d",
    ink="#f0f0f0",
    grey="#a3a8ae",
    rule="#454b52",
    faint="#30353b",
    fan=("#1d3147", "#26486d", "#326598", "#4484c2"),
    centre="#cfe4fa",
    target="#ff9a5c",
    scenarios=(
        "#f0f0f0", "#56b4e9", "#ff8c42", "#2fd0a0", "#e58fc2", "#e6c34a", "#8ecdf2", "#9a9fa5",
    ),
)  # fmt: skip
GREY = Theme(
    fan=("#e8e8e8", "#d0d0d0", "#b2b2b2", "#929292"),
    centre="#222222",
    target="#000000",
    scenarios=(
        "#000000", "#757575", "#333333", "#606060", "#1f1f1f", "#727272", "#484848", "#6a6a6a",
    ),
)  # fmt: skip
_NAMED = {"light": LIGHT, "dark": DARK, "grey": GREY}


def theme_of(theme: ThemeLike) -> Theme:
    """Return a theme by its name.

    Raises
    ------
    ValueError
        When there is none of that name.

    Examples
    --------
    >>> theme_of("grey").centre
    '#222222'
    """
    if isinstance(theme, Theme):
        return theme
    if theme not in _NAMED:
        raise ValueError(
            f'theme: "{theme}" is not one of {", ".join(_NAMED)}; or give a tinbergen.plots.Theme'
        )
    return _NAMED[theme]
