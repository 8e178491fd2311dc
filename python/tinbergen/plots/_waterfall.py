"""The waterfall of an explanation: from the value before to the value after, part by part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.axes import Axes

from tinbergen.basics.theme import Size, ThemeLike
from tinbergen.basics.words import say
from tinbergen.plots._fonts import shown
from tinbergen.plots._frame import canvas, footnote, frame_rows, headline
from tinbergen.plots._style import look
from tinbergen.plots._text import Numbers, number, wrap
from tinbergen.questions.explanation_words import of_text, part_text

if TYPE_CHECKING:
    from tinbergen.questions.explanation import Explanation

__all__ = ["waterfall"]

_HIGH, _ERRORS = 0.56, 1.96


def waterfall(
    explanation: Explanation,
    *,
    language: str = "en",
    ax: Axes | None = None,
    figsize: Size | None = None,
    theme: ThemeLike = "light",
) -> Axes:
    """Draw what each part contributes to a change, with its 95 % Monte Carlo error.

    Rises are drawn full and falls hatched, so that they can be told apart in grey as well.

    Parameters
    ----------
    explanation
        What `tinbergen.explain` gives.
    language
        Language of labels and words: ``"en"`` or ``"zh"``.
    ax
        Axes to draw on; a new figure, as tall as it needs to be, unless given.
    figsize
        Width and height of a new figure in inches; or ``"slide"``, ``"page"``, ``"half page"``.
    theme
        The colours: ``"light"``, ``"dark"``, ``"grey"``, or a `tinbergen.plots.Theme`.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.

    Examples
    --------
    >>> import tinbergen as tb
    >>> model = tb.plans.yuecheng()
    >>> ax = tb.explain(model, model, paths=100, seed=1).plot.waterfall()
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['before', 'after']
    """
    rows = list(explanation.parts.rows())
    names = [
        part_text(explanation.groups[row["part"]], language, explanation.model) for row in rows
    ]
    labels = [say("before", language), *names, say("after", language)]
    scale = 100.0 if explanation.is_probability else 1.0
    title = of_text(explanation, language)
    with canvas(ax, 7.2, 1.7 + 0.42 * len(labels), figsize=figsize, theme=theme) as ax:
        frame_rows(ax, [wrap(shown(label), 30) for label in labels])
        ends = _bars(ax, explanation, scale, language)
        ax.set_ylim(len(labels) - 0.4, -0.6)
        low, high = min(ends), max(ends)
        room = 0.14 * max(high - low, 1e-12)
        ax.set_xlim(low - room, high + room)
        if explanation.is_probability:
            ax.xaxis.set_major_formatter(Numbers(language=language))
        headline(ax, title[:1].upper() + title[1:], "")
        unit = say("waterfall percent" if explanation.is_probability else "waterfall", language)
        footnote(ax, unit)
    return ax


def _bars(ax: Axes, explanation: Explanation, scale: float, language: str) -> list[float]:
    """Draw the bars and their numbers; give all ends."""
    at = scale * explanation.before[0]
    last = len(explanation.parts) + 1
    ends = [at, scale * explanation.after[0]]
    for row_at, (value, _) in ((0, explanation.before), (last, explanation.after)):
        ax.plot(
            [scale * value],
            [row_at],
            "D",
            color=look.ink,
            markersize=look.pt(7),
            zorder=4,
            gid="ends",
        )
        _number(ax, scale * value, row_at, number(scale * value, 3, language), 8)
    for row_at, row in enumerate(explanation.parts.rows(), start=1):
        value, error = scale * row["value"], _ERRORS * scale * row["error"]
        ax.plot([at, at], [row_at - 1, row_at], color=look.grey, linewidth=look.pt(0.7), zorder=1)
        rises = value >= 0
        ax.barh(
            row_at,
            value,
            _HIGH,
            left=at,
            facecolor=look.centre if rises else look.ground,
            edgecolor=look.centre if rises else look.target,
            hatch="" if rises else "//////",
            linewidth=look.pt(1.0),
            zorder=2,
        )
        at += value
        ax.hlines(row_at, at - error, at + error, color=look.ink, linewidth=look.pt(1.3), zorder=3)
        ends += [at - error, at + error]
        text = number(value, 3, language)
        _number(ax, max(at + error, at - value), row_at, f"+{text}" if value > 0 else text, 4)
    ax.plot([at, at], [last - 1, last], color=look.grey, linewidth=look.pt(0.7), zorder=1)
    return ends


def _number(ax: Axes, x: float, y: float, text: str, shift: float) -> None:
    ax.annotate(
        text,
        (x, y),
        xytext=(look.pt(shift), 0),
        textcoords="offset points",
        va="center",
        ha="left",
        fontsize=look.small,
        color=look.ink,
        annotation_clip=False,
    )
