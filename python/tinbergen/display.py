"""How a model shows itself in a notebook."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from tinbergen.errors import ModelError
from tinbergen.frames import Table
from tinbergen.target import Relative, Target
from tinbergen.text import format_value

if TYPE_CHECKING:
    from tinbergen.model import Model

__all__ = ["model_html", "target_text"]

_SIGNS = {"at_least": "≥", "at_most": "≤", "above": ">", "below": "<"}


def model_html(model: Model) -> str:
    """Lay out a model: its indicators with their equations, and its targets."""
    title = html.escape(model.text() or model.name)
    parts = [f"<h4>{title}</h4><p>{model.periods}</p>"]
    if model.description:
        parts.append(f"<p>{html.escape(model.description)}</p>")
    try:
        equations = model.equations()
    except ModelError as error:
        equations = {}
        problems = "".join(f"<li>{html.escape(str(problem))}</li>" for problem in error.problems)
        parts.append(f"<p>This model does not compile:</p><ul>{problems}</ul>")
    parts.append(_indicators(model, equations)._repr_html_())
    if model.targets:
        parts.append(_targets(model)._repr_html_())
    return "".join(parts)


def _indicators(model: Model, equations: dict[str, str]) -> Table:
    items = model.indicators.items()
    return Table(
        {
            "indicator": [name for name, _ in items],
            "label": [part.text() or "" for _, part in items],
            "unit": [part.unit or "" for _, part in items],
            "equation": [equations.get(name) or part.equation or "" for name, part in items],
        }
    )


def _targets(model: Model) -> Table:
    return Table(
        {
            "target": [target.id for target in model.targets],
            "what": [target_text(target) for target in model.targets],
            "nature": [target.nature for target in model.targets],
            "source": [target.source or "" for target in model.targets],
        }
    )


def target_text(target: Target) -> str:
    """Say in one line what a target wants.

    Examples
    --------
    >>> target_text(
    ...     Target(
    ...         "a",
    ...         indicator="gdp",
    ...         of="growth",
    ...         over="every",
    ...         period="2021..2025",
    ...         at_least=0.07,
    ...     )
    ... )
    'gdp, growth, every 2021..2025 ≥ 0.07000'
    """
    what = target.indicator if target.of == "level" else f"{target.indicator}, {target.of}"
    when = str(target.period) if target.over == "last" else f"{target.over} {target.period}"
    direction, limit = target.bound
    if direction == "between":
        wanted = f"between {format_value(limit[0])} and {format_value(limit[1])}"
    else:
        sign = _SIGNS.get(direction, "?")
        wanted = (
            f"{sign} {_relative(limit) if isinstance(limit, Relative) else format_value(limit)}"
        )
    return f"{what}, {when} {wanted}"


def _relative(limit: Relative) -> str:
    text = limit.indicator if limit.of in (None, "level") else f"{limit.of} of {limit.indicator}"
    text = text if limit.times == 1 else f"{format_value(limit.times)} × {text}"
    return text if limit.plus == 0 else f"{text} + {format_value(limit.plus)}"
