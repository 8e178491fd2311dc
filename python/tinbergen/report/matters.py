"""How much each assumption matters: what a probability is at the ends of each, in a report."""

from __future__ import annotations

from typing import Any

from tinbergen.basics.words import number_text, semicolons
from tinbergen.errors import ModelError
from tinbergen.questions.chance_words import amount_text, percent_text
from tinbergen.questions.matter_words import input_text
from tinbergen.questions.tornado import Tornado
from tinbergen.report.blocks import Block, Swing, Swings, Text
from tinbergen.report.told import Told

__all__ = ["matters"]

_SURE = 1.96
_MOST = 12
_FIELD = 100.0


def matters(told: Told) -> list[Block]:
    """Tell which assumptions move a probability most: of the headline goal, else of what limits it.

    A goal that hardly any path meets, or hardly any misses, moves by no more than noise; then the
    target that stands in the way most is told of.

    Examples
    --------
    >>> import tinbergen as tb
    >>> runs = tb.plans.yuecheng().simulate(paths=1000, seed=1, scenarios=["baseline"])
    >>> [block.kind for block in matters(Told(runs, "en", "baseline"))]
    ['text', 'swings', 'text']
    """
    if not told.model.targets or {"assumptions", "tornado"} & told.without:
        return []
    found = None
    try:
        for goal in _goals(told):
            one = told.runs.tornado(goal, scenario=told.scenario)
            found = one if found is None or any(one.table["clear"]) else found
            if any(found.table["clear"]):
                break
    except ModelError as error:  # so few paths that nothing can be told from noise
        return [
            Text(told.say("report no tornado"), "small"),
            Text(semicolons(map(str, error.problems), "en"), "small", foreign=True),
        ]
    return [] if found is None else _told(told, found)


def _goals(told: Told) -> list[str]:
    """Return the headline goal, then what stands in its way most, of what some paths meet and some miss."""
    of = told.headline
    rows = told.runs.limiting(of).filter(scenario=told.scenario).rows()
    moved = [row for row in rows if 0 < row["own"] < 1]
    gained = [row for row in moved if row["gain"] > _SURE * row["gain_error"]]
    if gained:
        return [of, max(gained, key=lambda row: float(row["gain"]))["target"]]
    return [of, *(row["target"] for row in sorted(moved, key=lambda row: float(row["own"]))[:1])]


def _told(told: Told, found: Tornado) -> list[Block]:
    language = told.language
    clear = [row for row in found.table.rows() if row["clear"]]
    blocks: list[Block] = [Text(found.in_words(language))]
    if not clear:
        return blocks
    shown = clear[:_MOST]
    stands = found.probability[0]
    most = max(stands, *(_end(row, end) + _error(row, end) for row in shown for end in _ENDS))
    top = next(top for top in _TOPS if top >= min(most, 1.0))
    scale = _FIELD / top
    header = [
        told.say("report tornado input"),
        f"0 {told.say('report tornado to')} {percent_text(top, language)}",
        *(told.say(f"report tornado {key}") for key in ("low", "at low", "high", "at high")),
    ]
    rows = [
        Swing(
            input_text(row, told.model, language),
            [amount_text(row[end], language) for end in _ENDS],
            [_chance(row, end, language) for end in _ENDS],
            [scale * _end(row, end) for end in _ENDS],
            [scale * _error(row, end) for end in _ENDS],
        )
        for row in shown
    ]
    goal = told.goal_label(found.of)
    blocks.append(
        Swings(
            told.say("report tornado of", label=goal),
            header,
            rows,
            scale * stands,
        )
    )
    rest = told.count(len(found.table) - len(shown))
    blocks.append(Text(told.say("report tornado read", rest=rest), "small"))
    return blocks


_ENDS = ("low", "high")
_TOPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0)
"""What the axis of the probabilities may end with."""


def _end(row: dict[str, Any], end: str) -> float:
    return float(row[f"probability_{end}"])


def _error(row: dict[str, Any], end: str) -> float:
    return _SURE * float(row[f"probability_{end}_error"])


def _chance(row: dict[str, Any], end: str, language: str) -> str:
    """Write a probability with its error: 12 % ± 0.8."""
    error = number_text(f"{100 * _error(row, end):.1f}", language)
    return f"{percent_text(_end(row, end), language)} ± {error}"
