"""Whether fans and probabilities are honest: histograms of places, reliability diagrams."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from tinbergen.basics.theme import Size, ThemeLike
from tinbergen.basics.words import say, semicolons
from tinbergen.plots._frame import chart, footnote, headline
from tinbergen.plots._hedgehog import BacktestLike, method_name
from tinbergen.plots._style import look
from tinbergen.plots._text import Numbers

__all__ = ["pit", "reliability"]


def pit(
    found: BacktestLike,
    *,
    method: str = "forecast",
    classes: int = 10,
    horizon: int | None = None,
    indicator: str | None = None,
    language: str = "en",
    ax: Axes | None = None,
    figsize: Size | None = None,
    theme: ThemeLike = "light",
) -> Axes:
    """Draw where actual values stood in their fans, with the band in which honest fans would stay.

    Parameters
    ----------
    found
        A backtest.
    method, classes, horizon, indicator
        As of `Backtest.pit`.
    language
        Language of words: ``"en"`` or ``"zh"``.
    ax
        Axes to draw on; a new figure unless given.
    figsize
        Width and height of a new figure in inches; or ``"slide"``, ``"page"``, ``"half page"``.
    theme
        The colours: ``"light"``, ``"dark"``, ``"grey"``, or a `tinbergen.plots.Theme`.
    """
    table = found.pit(method, classes=classes, horizon=horizon, indicator=indicator)
    left, right = np.asarray(table["from"], float), np.asarray(table["to"], float)
    share = np.asarray(table["share"], float)
    low, high = (float(np.asarray(table[name], float)[0]) for name in ("low", "high"))
    with chart(ax, 6.0, 3.8, figsize=figsize, theme=theme) as ax:
        ax.bar(
            left,
            share,
            width=right - left,
            align="edge",
            color=look.fan[2],
            edgecolor=look.ground,
            linewidth=look.pt(0.8),
            zorder=2,
            gid="share",
        )
        ax.fill_between(
            [0, 1], low, high, color=look.grey, alpha=0.22, linewidth=0, zorder=3, gid="band"
        )
        even = 1 / len(share)
        ax.plot(
            [0, 1],
            [even, even],
            color=look.ink,
            linewidth=look.pt(1.0),
            linestyle=(0, (4, 2)),
            zorder=4,
        )
        ax.set_xlim(0, 1)
        ax.set_ylim(0, 1.08 * max(high, float(share.max())))
        for axis in (ax.xaxis, ax.yaxis):
            axis.set_major_formatter(Numbers(share=True, language=language))
        headline(ax, _titled(say("pit", language), method, language), "")
        count = int(np.asarray(table["count"]).sum())
        note = [say("pit axis", language), say("pit band", language)]
        note.append(say("figures", language, n=f"{count:,}"))
        footnote(ax, semicolons(note, language))
    return ax


def reliability(
    found: BacktestLike,
    target: str | None = None,
    *,
    method: str = "forecast",
    classes: int = 5,
    label: str | None = None,
    language: str = "en",
    ax: Axes | None = None,
    figsize: Size | None = None,
    theme: ThemeLike = "light",
) -> Axes:
    """Draw how often targets were met over the probability that was stated, with consistency bars.

    Parameters
    ----------
    found
        A backtest.
    target, method, classes
        As of `Backtest.reliability`.
    label
        What a reader sees in place of the id of the target.
    language
        Language of words: ``"en"`` or ``"zh"``.
    ax
        Axes to draw on; a new figure unless given.
    figsize
        Width and height of a new figure in inches; or ``"slide"``, ``"page"``, ``"half page"``.
    theme
        The colours: ``"light"``, ``"dark"``, ``"grey"``, or a `tinbergen.plots.Theme`.
    """
    table = found.reliability(target, method=method, classes=classes)
    count = np.asarray(table["count"])
    kept = count > 0
    stated, happened, low, high = (
        np.asarray(table[name], float)[kept] for name in ("stated", "happened", "low", "high")
    )
    with chart(ax, 5.0, 4.6, figsize=figsize, theme=theme) as ax:
        ax.plot(
            [0, 1], [0, 1], color=look.grey, linewidth=look.pt(0.9), linestyle=(0, (4, 2)), zorder=2
        )
        ax.vlines(
            stated,
            low,
            high,
            color=look.fan[1],
            linewidth=look.pt(7),
            zorder=3,
            capstyle="butt",
            gid="bars",
        )
        ax.plot(stated, happened, color=look.centre, linewidth=look.pt(1.0), zorder=4)
        ax.plot(
            stated, happened, "o", color=look.centre, markersize=look.pt(7), markeredgecolor=look.ground, zorder=5,
            gid="happened",
        )  # fmt: skip
        for x, y, n in zip(stated, happened, count[kept].tolist(), strict=True):
            above = y < 0.88
            ax.annotate(
                f"{n:,}",
                (x, y),
                xytext=(7, 5 if above else -5),
                textcoords="offset points",
                va="bottom" if above else "top",
                fontsize=look.small,
                color=look.ink,
                path_effects=look.halo,
                zorder=6,
                annotation_clip=False,
            )
        ax.set_xlim(-0.02, 1.02)
        ax.set_ylim(-0.02, 1.02)
        for axis in (ax.xaxis, ax.yaxis):
            axis.set_major_formatter(Numbers(share=True, language=language))
        name = label or (say("all", language) if target == "all" else target)
        title = say("reliability of", language, name=name) if name else say("reliability", language)
        headline(ax, _titled(title, method, language), "")
        note = [say("reliability axis", language), say("consistency", language)]
        footnote(ax, semicolons(note, language))
    return ax


def _titled(title: str, method: str, language: str) -> str:
    return title if method == "forecast" else f"{title} · {method_name(method, language)}"
