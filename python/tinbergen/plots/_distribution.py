"""The chart of a distribution: its density, or the probability of each value."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from tinbergen.basics.theme import Size, ThemeLike
from tinbergen.basics.words import number_text, say
from tinbergen.plots._frame import chart, footnote, headline
from tinbergen.plots._style import look
from tinbergen.questions.distribution_words import distribution_name
from tinbergen.written.distribution import Distribution

__all__ = ["distribution"]

_POINTS = 601
_MOST_BARS, _SPACED_BARS = 400, 60


def distribution(
    of: Distribution,
    *,
    language: str = "en",
    ax: Axes | None = None,
    figsize: Size | None = None,
    theme: ThemeLike = "light",
) -> Axes:
    """Draw a distribution; see `Distribution.plot`."""
    low, median, high = of.quantile([0.05, 0.5, 0.95]).tolist()
    *ends, has_density = of._support()
    with chart(ax, 6.0, 3.4, figsize=figsize, theme=theme) as ax:
        if has_density:
            x = _places(of, ends[0], ends[1])
            height = _slopes(of, x)
            ax.fill_between(x, height, color=look.fan[0], linewidth=0)
            inner = (x >= low) & (x <= high)
            ax.fill_between(x[inner], height[inner], color=look.fan[2], linewidth=0)
            ax.plot(x, height, color=look.centre, linewidth=look.pt(1.4))
        else:
            x, height = _bars(of)
            dark = (x >= low) & (x <= high)
            colours = [look.fan[3] if one else look.fan[1] for one in dark]
            gap = float(np.diff(x).min()) if len(x) > 1 else 1.0
            wide = 0.8 if len(x) <= _SPACED_BARS else 1.0
            ax.bar(x, height, width=wide * gap, color=colours, linewidth=0)
        ax.axvline(median, color=look.centre, linewidth=look.pt(1.0))
        ax.set_ylim(0, 1.05 * float(height.max()))
        what = say("density" if has_density else "chance of each", language)
        headline(ax, distribution_name(of, language), what)
        numbers = {"median": median, "low": low, "high": high}
        shown = {name: _text(value, language) for name, value in numbers.items()}
        footnote(ax, say("drawn range", language, **shown))
    return ax


def _text(value: float, language: str) -> str:
    return number_text(f"{value:.4g}", language).replace("-", "\u2212")


def _places(of: Distribution, low: float, high: float) -> NDArray[np.float64]:
    """Return where the density is looked at: where nearly all draws fall, and no further than the ends."""
    first, last = of.quantile([0.001, 0.999])
    room = 0.1 * (last - first)
    if room == 0:
        room = max(abs(float(first)), 1.0) * 0.1
    return np.linspace(max(low, first - room), min(high, last + room), _POINTS)


def _slopes(of: Distribution, x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the density between neighbours: finite also where it has a pole."""
    below = of.cdf(x)
    step = np.diff(below) / np.diff(x)
    return np.concatenate([step[:1], (step[1:] + step[:-1]) / 2, step[-1:]])


def _bars(of: Distribution) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return values with their probabilities: each where they are few, else the likeliest of them."""
    values = np.unique(of.quantile((np.arange(4000) + 0.5) / 4000))
    weights = of.cdf(values) - of.cdf(np.nextafter(values, -np.inf))
    if len(values) > _MOST_BARS:
        kept = np.sort(np.argsort(-weights, kind="stable")[:_MOST_BARS])
        values, weights = values[kept], weights[kept]
    return values, weights
