"""Charts of what a model does: responses, multipliers, contributions, eigenvalues, drivers."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle, FancyArrowPatch
from numpy.typing import NDArray

from tinbergen.basics.theme import Size, ThemeLike
from tinbergen.basics.words import say
from tinbergen.plots._edge import EdgeLabel, label_edge
from tinbergen.plots._frame import chart, footnote, frame_periods, headline
from tinbergen.plots._periods import set_periods, times_of
from tinbergen.plots._room import settle
from tinbergen.plots._style import look
from tinbergen.plots._text import indicator_label, label_of, wrap

__all__ = ["contributions", "drivers", "multipliers", "response", "stability"]


def _word(key: str, language: str, **values: Any) -> str:
    return say(f"model {key}", language, **values)


def _part(part: str, model: Any, language: str) -> str:
    """Name a part of a change: an indicator, a shock or a parameter, with its number where there is one."""
    number, colon, subject = part.rpartition(": ")
    if subject in model.indicators:
        return f"{number}{colon}{indicator_label(model, subject, language)}"
    kind, _, name = subject.partition(" ")
    if kind not in {"shock", "parameter"} or not name:
        return part
    if kind == "parameter" and name in model.parameters:
        name = label_of(model.parameters[name], name, language)
    return f"{number}{colon}{_word(f'part {kind}', language, name=name)}"


def _rows(table: Any, indicator: str | None) -> tuple[str, NDArray[np.bool_]]:
    """Return the indicator to draw and its rows."""
    names = np.asarray(table["indicator"], str)
    known = list(dict.fromkeys(names.tolist()))
    chosen = known[0] if indicator is None and known else indicator
    if chosen not in known:
        raise ValueError(f"the table has no indicator {chosen!r}; it has {', '.join(known)}")
    return str(chosen), names == chosen


def response(
    table: Any,
    indicator: str | None = None,
    *,
    measure: str = "difference",
    model: Any,
    language: str = "en",
    ax: Axes | None = None,
    figsize: Size | None = None,
    theme: ThemeLike = "light",
) -> Axes:
    """Draw the response of an indicator."""
    if measure not in ("difference", "percent", "level"):
        raise ValueError(f"measure must be 'difference', 'percent' or 'level', found {measure!r}")
    name, rows = _rows(table, indicator)
    periods = np.asarray(table["period"])[rows]
    x, unit = times_of(periods), model.indicators[name].unit
    values = np.asarray(table[measure], float)[rows]
    with chart(ax, 7.2, 4.2, figsize=figsize, theme=theme) as ax:
        random = bool((np.asarray(table["error"], float)[rows] > 0).any())
        if measure == "level":
            base = np.asarray(table["baseline"], float)[rows]
            ax.plot(x, base, color=look.grey, linewidth=look.pt(1.3), linestyle=(0, (5, 2)))
            ends = [EdgeLabel(float(base[-1]), _word("baseline", language), look.grey)]
            ends.append(EdgeLabel(float(values[-1]), _word("changed", language), look.centre))
        else:
            ends = []
            ax.axhline(0, color=look.ink, linewidth=look.pt(0.8), zorder=2)
            if random:
                low, high = ("q05", "q95") if measure == "difference" else _PERCENT
                ax.fill_between(
                    x,
                    np.asarray(table[low], float)[rows],
                    np.asarray(table[high], float)[rows],
                    color=look.fan[1],
                    linewidth=0,
                )
        ax.plot(
            x,
            values,
            color=look.centre,
            linewidth=look.pt(1.7),
            zorder=3,
            marker=".",
            markersize=look.pt(4),
        )
        frame_periods(
            ax,
            periods.tolist(),
            f"{indicator_label(model, name, language)} · {_word(measure, language)}",
            "%" if measure == "percent" else unit,
            language,
            note=_word("band", language) if random and measure != "level" else "",
            signed=measure != "level",
        )
        label_edge(ax, float(x[-1]), ends, settle(ax))
    return ax


_PERCENT = ("percent_q05", "percent_q95")


def multipliers(
    table: Any,
    indicator: str | None = None,
    *,
    model: Any,
    language: str = "en",
    ax: Axes | None = None,
    figsize: Size | None = None,
    theme: ThemeLike = "light",
) -> Axes:
    """Draw the multipliers of an indicator."""
    name, rows = _rows(table, indicator)
    periods = np.asarray(table["period"])[rows]
    x = times_of(periods)
    with chart(ax, 7.2, 4.2, figsize=figsize, theme=theme) as ax:
        ax.axhline(0, color=look.ink, linewidth=look.pt(0.8), zorder=2)
        ends = []
        styles = zip(("dynamic", "permanent"), (look.scenarios[1], look.scenarios[2]), strict=True)
        for key, color in styles:
            values = np.asarray(table[key], float)[rows]
            ax.plot(
                x,
                values,
                color=color,
                linewidth=look.pt(1.7),
                zorder=3,
                marker=".",
                markersize=look.pt(4),
            )
            ends.append(EdgeLabel(float(values[-1]), _word(key, language), color))
        set_periods(ax, periods[0], periods[-1])
        label = indicator_label(model, name, language)
        headline(ax, f"{label} · {_word('multipliers', language)}", "")
        label_edge(ax, float(x[-1]), ends, settle(ax))
    return ax


def contributions(
    table: Any,
    indicator: str | None = None,
    *,
    most: int = 7,
    model: Any,
    language: str = "en",
    ax: Axes | None = None,
    figsize: Size | None = None,
    theme: ThemeLike = "light",
) -> Axes:
    """Draw contributions as stacked bars with their total as a line."""
    name, rows = _rows(table, indicator)
    unit = model.indicators[name].unit
    parts = np.asarray(table["part"], str)[rows]
    periods = list(dict.fromkeys(np.asarray(table["period"], str)[rows].tolist()))
    names = list(dict.fromkeys(parts.tolist()))
    values = np.asarray(table["contribution"], float)[rows].reshape(len(periods), len(names))
    order = np.argsort(-np.abs(values).sum(axis=0), kind="stable")
    shown = [(names[k], values[:, k]) for k in order[:most]]
    if len(order) > most:
        rest = _word("rest", language, n=len(order) - most)
        shown.append((rest, values[:, order[most:]].sum(axis=1)))
    x = times_of(periods)
    width = 0.75 * (float(np.diff(x).min()) if len(x) > 1 else 1.0)
    with chart(ax, 7.6, 4.6, figsize=figsize, theme=theme) as ax:
        up, down = np.zeros(len(x)), np.zeros(len(x))
        for k, (part, row) in enumerate(shown):
            base = np.where(row >= 0, up, down)
            color = look.rule if len(order) > most and k == most else look.scenarios[(k + 1) % 8]
            text = wrap(_part(part, model, language), 28)
            ax.bar(
                x,
                row,
                width,
                bottom=base,
                color=color,
                edgecolor=look.ground,
                linewidth=0,
                hatch=look.hatches[k % len(look.hatches)],
                label=text,
                zorder=2,
            )
            up, down = up + np.maximum(row, 0), down + np.minimum(row, 0)
        ax.plot(
            x,
            values.sum(axis=1),
            color=look.ink,
            linewidth=look.pt(1.4),
            marker="o",
            markersize=look.pt(3.5),
            label=_word("total", language),
            zorder=4,
        )
        ax.axhline(0, color=look.ink, linewidth=look.pt(0.8), zorder=3)
        title = f"{indicator_label(model, name, language)} · {_word('contributions', language)}"
        orders = "all orders" if table.method.startswith("Shapley") else "two orders"
        note = _word(orders, language, n=len(order))
        frame_periods(ax, periods, title, unit, language, note=note, signed=True)
        ax.set_xlim(x[0] - width, x[-1] + width)
        ax.legend(
            loc="upper left",
            bbox_to_anchor=(1.01, 1.0),
            frameon=False,
            fontsize=look.small,
            borderaxespad=0.0,
        )
        settle(ax)
    return ax


def stability(
    table: Any,
    *,
    model: Any,
    language: str = "en",
    ax: Axes | None = None,
    figsize: Size | None = None,
    theme: ThemeLike = "light",
) -> Axes:
    """Draw eigenvalues with the unit circle."""
    del model
    real, imaginary = np.asarray(table["real"], float), np.asarray(table["imaginary"], float)
    outside = np.asarray(table["modulus"], float) > 1 + 1e-6
    with chart(ax, 5.2, 5.4, rules=False, figsize=figsize, theme=theme) as ax:
        ax.add_patch(Circle((0, 0), 1, fill=False, edgecolor=look.grey, linewidth=look.pt(1.0)))
        ax.axhline(0, color=look.rule, linewidth=look.pt(0.7))
        ax.axvline(0, color=look.rule, linewidth=look.pt(0.7))
        ax.scatter(
            real[~outside], imaginary[~outside], s=22, color=look.centre, alpha=0.75, zorder=3
        )
        ax.scatter(real[outside], imaginary[outside], s=30, color=look.target, marker="D", zorder=4)
        reach = max(1.15, 1.08 * float(np.abs(np.concatenate([real, imaginary])).max(initial=0)))
        ax.set_xlim(-reach, reach)
        ax.set_ylim(-reach, reach)
        ax.set_aspect("equal")
        headline(ax, _word("roots", language, period=table.period), "")
        verdict = _word(table.verdict, language)
        radius = f"{table.spectral_radius:.4f}"
        footnote(ax, _word("radius", language, radius=radius, verdict=verdict))
        settle(ax)
    return ax


def drivers(
    found: Any,
    *,
    model: Any,
    language: str = "en",
    ax: Axes | None = None,
    figsize: Size | None = None,
    theme: ThemeLike = "light",
) -> Axes:
    """Draw who drives whom, in columns by distance."""
    columns: dict[int, list[str]] = {}
    for name, distance in found.distance.items():
        columns.setdefault(distance, []).append(name)
    tallest = max(len(names) for names in columns.values())
    position = {}
    for distance, names in columns.items():
        for k, name in enumerate(names):
            position[name] = (float(distance), (len(names) - 1) / 2 - k)
    size = (2.2 + 2.1 * len(columns), min(1.6 + 0.42 * tallest, 30.0))
    with chart(ax, *size, keep="none", rules=False, figsize=figsize, theme=theme) as ax:
        ax.set_xticks([])
        ax.set_yticks([])
        for cause, effect, lags in found.edges:
            _arrow(ax, position[cause], position[effect], dashed=0 not in lags)
        for name, (x, y) in position.items():
            box = {
                "boxstyle": "square,pad=0.3" if name in found.exogenous else "round,pad=0.35",
                "facecolor": look.fan[0] if name == found.centre else look.ground,
                "edgecolor": look.centre if name == found.centre else look.grey,
                "linewidth": 0.8,
            }
            ax.text(x, y, name, ha="center", va="center", fontsize=look.small, bbox=box, zorder=4)
        ax.set_xlim(min(columns) - 0.55, max(columns) + 0.55)
        ax.set_ylim(-tallest / 2 - 0.2, tallest / 2 + 0.2)
        label = indicator_label(model, found.centre, language)
        headline(ax, _word("drivers", language, name=label), "")
        footnote(ax, _word("links", language))
        settle(ax)
    return ax


def _arrow(ax: Axes, a: tuple[float, float], b: tuple[float, float], *, dashed: bool) -> None:
    """Draw an arrow from one name to another; one to itself is a loop above it."""
    loop = a == b
    near = abs(a[0] - b[0]) < 0.5
    ax.add_patch(
        FancyArrowPatch(
            (a[0] - 0.1, a[1] + 0.15) if loop else a,
            (b[0] + 0.1, b[1] + 0.15) if loop else b,
            connectionstyle="arc3,rad=-1.2" if loop else f"arc3,rad={0.35 if near else 0.06}",
            arrowstyle="-|>",
            mutation_scale=look.pt(8),
            shrinkA=0 if loop else 16,
            shrinkB=0 if loop else 18,
            color=look.grey,
            linewidth=look.pt(0.7),
            linestyle=(0, (4, 2)) if dashed else "-",
            zorder=2,
        )
    )
