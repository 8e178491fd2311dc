"""How a model shows itself in a notebook."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from tinbergen.basics.table import Table
from tinbergen.errors import ModelError

if TYPE_CHECKING:
    from tinbergen.written.model import Model

__all__ = ["model_html"]


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
            "what": [str(target) for target in model.targets],
            "nature": [target.nature for target in model.targets],
            "source": [target.source or "" for target in model.targets],
        }
    )
