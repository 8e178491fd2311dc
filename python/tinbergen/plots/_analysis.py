"""Charts of what a model does: responses, multipliers, contributions, eigenvalues, drivers."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle, FancyArrowPatch
from numpy.typing import NDArray

from tinbergen.plots._edge import EdgeLabel, label_edge
from tinbergen.plots._periods import places, set_periods
from tinbergen.plots._style import (
    CENTRE,
    FAN,
    GREY,
    INK,
    RULE,
    SCENARIOS,
    SMALL,
    TARGET,
    canvas,
    footnote,
    frame,
    headline,
    set_levels,
    settle,
)
from tinbergen.plots._text import Numbers, indicator_label, is_share, wrap
from tinbergen.plots._words import unit_text

__all__ = ["contributions", "drivers", "multipliers", "response", "stability"]

_WORDS = {
    "difference": ("difference from the baseline", "与基准之差"),
    "percent": ("per cent of the baseline", "占基准的百分比"),
    "level": ("level", "水平"),
    "baseline": ("baseline", "基准"),
    "changed": ("changed", "变动后"),
    "band": ("band: 5–95 % of paths", "色带：5–95% 的路径"),
    "dynamic": ("once", "一次性"),
    "cumulative": ("once, in sum", "一次性，累计"),
    "permanent": ("for good", "持续"),
    "multipliers": ("effect of a unit", "每单位的效应"),
    "contributions": ("contributions to the change", "对变动的贡献"),
    "rest": ("{n} others", "其余 {n} 项"),
    "total": ("total", "合计"),
    "roots": ("Eigenvalues of the model around {period}", "{period} 附近模型的特征值"),
    "radius": ("largest modulus {radius}: {verdict}", "最大模 {radius}：{verdict}"),
    "stable": ("stable", "稳定"),
    "unit root": ("unit root", "单位根"),
    "explosive": ("explosive", "发散"),
    "drivers": ("What drives {name}, and what it drives", "{name} 的驱动因素及其影响"),
    "links": (
        "boxes: exogenous; dashed: with a lag only",
        "方框：外生变量；虚线：仅有滞后联系",
    ),
}


def _word(key: str, language: str, **values: Any) -> str:
    return _WORDS[key][language == "zh"].format(**values)


def _rows(table: Any, indicator: str | None) -> tuple[str, NDArray[np.bool_]]:
    """Give the indicator to draw and its rows."""
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
) -> Axes:
    """Draw the response of an indicator."""
    if measure not in ("difference", "percent", "level"):
        raise ValueError(f"measure must be 'difference', 'percent' or 'level', found {measure!r}")
    name, rows = _rows(table, indicator)
    periods = np.asarray(table["period"])[rows]
    x, unit = places(periods), model.indicators[name].unit
    values = np.asarray(table[measure], float)[rows]
    with canvas(ax, 7.2, 4.2) as ax:
        frame(ax)
        random = bool((np.asarray(table["error"], float)[rows] > 0).any())
        if measure == "level":
            base = np.asarray(table["baseline"], float)[rows]
            ax.plot(x, base, color=GREY, linewidth=1.3, linestyle=(0, (5, 2)))
            ends = [EdgeLabel(float(base[-1]), _word("baseline", language), GREY)]
            ends.append(EdgeLabel(float(values[-1]), _word("changed", language), CENTRE))
        else:
            ends = []
            ax.axhline(0, color=INK, linewidth=0.8, zorder=2)
            if random:
                low, high = ("q05", "q95") if measure == "difference" else _PERCENT
                ax.fill_between(
                    x,
                    np.asarray(table[low], float)[rows],
                    np.asarray(table[high], float)[rows],
                    color=FAN[1],
                    linewidth=0,
                )
        ax.plot(x, values, color=CENTRE, linewidth=1.7, zorder=3, marker=".", markersize=4)
        lines = set_periods(ax, periods[0], periods[-1])
        shown = {"percent": "%"}.get(measure, "" if is_share(unit) else unit_text(unit, language))
        if measure == "level":
            set_levels(ax, unit, language)
        else:
            share = is_share(unit) and measure == "difference"
            ax.yaxis.set_major_formatter(Numbers(share=share, signed=True, language=language))
        label = indicator_label(model, name, language)
        headline(ax, f"{label} · {_word(measure, language)}", shown)
        if random and measure != "level":
            footnote(ax, _word("band", language), lines=lines)
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
) -> Axes:
    """Draw the multipliers of an indicator."""
    name, rows = _rows(table, indicator)
    periods = np.asarray(table["period"])[rows]
    x = places(periods)
    with canvas(ax, 7.2, 4.2) as ax:
        frame(ax)
        ax.axhline(0, color=INK, linewidth=0.8, zorder=2)
        ends = []
        styles = zip(("dynamic", "permanent"), (SCENARIOS[1], SCENARIOS[2]), strict=True)
        for key, color in styles:
            values = np.asarray(table[key], float)[rows]
            ax.plot(x, values, color=color, linewidth=1.7, zorder=3, marker=".", markersize=4)
            ends.append(EdgeLabel(float(values[-1]), _word(key, language), color))
        lines = set_periods(ax, periods[0], periods[-1])
        label = indicator_label(model, name, language)
        headline(ax, f"{label} · {_word('multipliers', language)}", "")
        del lines
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
    x = places(periods)
    width = 0.75 * (float(np.diff(x).min()) if len(x) > 1 else 1.0)
    with canvas(ax, 7.6, 4.6) as ax:
        frame(ax)
        up, down = np.zeros(len(x)), np.zeros(len(x))
        for k, (part, row) in enumerate(shown):
            base = np.where(row >= 0, up, down)
            color = RULE if len(order) > most and k == most else SCENARIOS[(k + 1) % 8]
            label = model.indicators[part].text(language) if part in model.indicators else None
            text = wrap(label or part, 28)
            ax.bar(x, row, width, bottom=base, color=color, label=text, zorder=2)
            up, down = up + np.maximum(row, 0), down + np.minimum(row, 0)
        ax.plot(
            x,
            values.sum(axis=1),
            color=INK,
            linewidth=1.4,
            marker="o",
            markersize=3.5,
            label=_word("total", language),
            zorder=4,
        )
        ax.axhline(0, color=INK, linewidth=0.8, zorder=3)
        lines = set_periods(ax, periods[0], periods[-1])
        ax.set_xlim(x[0] - width, x[-1] + width)
        ax.yaxis.set_major_formatter(Numbers(share=is_share(unit), signed=True, language=language))
        title = f"{indicator_label(model, name, language)} · {_word('contributions', language)}"
        headline(ax, title, "" if is_share(unit) else unit_text(unit, language))
        ax.legend(
            loc="upper left",
            bbox_to_anchor=(1.01, 1.0),
            frameon=False,
            fontsize=SMALL,
            borderaxespad=0.0,
        )
        footnote(ax, table.method, lines=lines)
        settle(ax)
    return ax


def stability(table: Any, *, model: Any, language: str = "en", ax: Axes | None = None) -> Axes:
    """Draw eigenvalues with the unit circle."""
    del model
    real, imaginary = np.asarray(table["real"], float), np.asarray(table["imaginary"], float)
    outside = np.asarray(table["modulus"], float) > 1 + 1e-6
    with canvas(ax, 5.2, 5.4) as ax:
        frame(ax)
        ax.grid(visible=False)
        ax.add_patch(Circle((0, 0), 1, fill=False, edgecolor=GREY, linewidth=1.0))
        ax.axhline(0, color=RULE, linewidth=0.7)
        ax.axvline(0, color=RULE, linewidth=0.7)
        ax.scatter(real[~outside], imaginary[~outside], s=22, color=CENTRE, alpha=0.75, zorder=3)
        ax.scatter(real[outside], imaginary[outside], s=30, color=TARGET, marker="D", zorder=4)
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


def drivers(found: Any, *, model: Any, language: str = "en", ax: Axes | None = None) -> Axes:
    """Draw who drives whom, in columns by distance."""
    columns: dict[int, list[str]] = {}
    for name, distance in found.distance.items():
        columns.setdefault(distance, []).append(name)
    tallest = max(len(names) for names in columns.values())
    place = {}
    for distance, names in columns.items():
        for k, name in enumerate(names):
            place[name] = (float(distance), (len(names) - 1) / 2 - k)
    size = (2.2 + 2.1 * len(columns), min(1.6 + 0.42 * tallest, 30.0))
    with canvas(ax, *size) as ax:
        frame(ax, keep="none")
        ax.grid(visible=False)
        ax.set_xticks([])
        ax.set_yticks([])
        for cause, effect, lags in found.edges:
            _link(ax, place[cause], place[effect], dashed=0 not in lags)
        for name, (x, y) in place.items():
            box = {
                "boxstyle": "square,pad=0.3" if name in found.exogenous else "round,pad=0.35",
                "facecolor": FAN[0] if name == found.centre else "white",
                "edgecolor": CENTRE if name == found.centre else GREY,
                "linewidth": 0.8,
            }
            ax.text(x, y, name, ha="center", va="center", fontsize=SMALL, bbox=box, zorder=4)
        ax.set_xlim(min(columns) - 0.55, max(columns) + 0.55)
        ax.set_ylim(-tallest / 2 - 0.2, tallest / 2 + 0.2)
        label = indicator_label(model, found.centre, language)
        headline(ax, _word("drivers", language, name=label), "")
        footnote(ax, _word("links", language))
        settle(ax)
    return ax


def _link(ax: Axes, a: tuple[float, float], b: tuple[float, float], *, dashed: bool) -> None:
    """Draw an arrow from one name to another; one to itself is a loop above it."""
    loop = a == b
    near = abs(a[0] - b[0]) < 0.5
    ax.add_patch(
        FancyArrowPatch(
            (a[0] - 0.1, a[1] + 0.15) if loop else a,
            (b[0] + 0.1, b[1] + 0.15) if loop else b,
            connectionstyle="arc3,rad=-1.2" if loop else f"arc3,rad={0.35 if near else 0.06}",
            arrowstyle="-|>",
            mutation_scale=8,
            shrinkA=0 if loop else 16,
            shrinkB=0 if loop else 18,
            color=GREY,
            linewidth=0.7,
            linestyle=(0, (4, 2)) if dashed else "-",
            zorder=2,
        )
    )
