"""The paths of a formula, drawn as those of an indicator."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

from tinbergen import _core
from tinbergen.results.ensemble import Ensemble
from tinbergen.written.parts import Indicator

if TYPE_CHECKING:
    from tinbergen.written.model import Model
    from tinbergen.written.target import Target

__all__ = ["subject"]


def subject(ensemble: Ensemble, name: str) -> Ensemble:
    """Return what has the paths of that name: of a target on a formula, those of its formula."""
    model = ensemble.model
    formulas = {target.id: target for target in model.targets if target.equation is not None}
    if name in formulas and name not in model.indicators:
        return _subject(ensemble, formulas[name])
    return ensemble


def _subject(ensemble: Ensemble, target: Target) -> Ensemble:
    """Return the paths of a formula as those of an indicator with the id of its target."""
    model = ensemble.model
    core = _core.subject(model._program(), ensemble._core, target.id)
    about = Indicator(label=target.label or target.id, unit=target.unit)
    plain = replace(target, indicator=target.id, equation=None, unit=None)
    words = SimpleNamespace(
        name=model.name,
        label=model.label,
        indicators={target.id: about},
        targets=[plain],
        target_sets={},
        scenarios=model.scenarios,
    )
    return Ensemble(cast("Model", words), core)
