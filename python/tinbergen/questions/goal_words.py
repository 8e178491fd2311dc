"""Goals in words: what a goal is called, and sentences about one target or about many together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tinbergen.basics.words import say
from tinbergen.written.goal import goal_text

if TYPE_CHECKING:
    from tinbergen.written.model import Model

__all__ = ["goal_label", "goal_sentence"]

_MANY = ("all", "binding", "expected")
"""Sets that every plan has; their labels are plural."""


def goal_label(of: str, model: Model, language: str) -> str:
    """Name a goal by the label of its target or set.

    Examples
    --------
    >>> import tinbergen as tb
    >>> goal_label("binding", tb.plans.yuecheng(), "en")
    'All binding targets'
    """
    if of in _MANY:
        return say("all" if of == "all" else f"all {of}", language)
    for target in model.targets:
        if of in (target.id, goal_text(target.id)):
            return target.text(language) or of
    known = model.target_sets.get(of)
    return (known.text(language) if known is not None else None) or of


def goal_sentence(key: str, of: str, model: Model, language: str, **values: object) -> str:
    """Tell a sentence about a goal; about the targets of a plan it is another one, since they are many.

    A sentence about many may have ``{every}`` of them, and ``{some}`` that is missed, with a capital where it begins so.

    Examples
    --------
    >>> import tinbergen as tb
    >>> plan = tb.plans.yuecheng()
    >>> goal_sentence("say requirement", "gdp-2025", plan, "en", names="growth is higher")
    'Where Gross regional product of 1500 is met, growth is higher.'
    >>> goal_sentence("say requirement", "all", plan, "en", names="growth is higher")
    'Where all targets are met together, growth is higher.'
    """
    if of not in _MANY:
        return say(key, language, label=goal_label(of, model, language), **values)
    every, some = say(f"goal {of}", language), say(f"goal one {of}", language)
    said = {"every": every, "Every": _capital(every), "some": some, "Some": _capital(some)}
    return say(f"{key} all", language, **said, **values)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
