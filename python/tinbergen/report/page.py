"""The page of a report: what is told, laid out by a template."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from tinbergen.basics.version import VERSION
from tinbergen.report.live import Live, LiveLike, live_of
from tinbergen.report.parts import PARTS, Section, sections
from tinbergen.report.picture import HEIGHT, WIDTH
from tinbergen.report.told import Told

__all__ = ["HERE", "page_language", "policy", "report_html", "seen", "template"]

HERE = Path(__file__).parent
"""Where templates, style and script are."""
_CONTROLS = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)
"""Characters that a reader does not see and that change how others are read."""


def report_html(told: Told, live: LiveLike = "auto") -> str:
    """Lay out a report as a page.

    Examples
    --------
    >>> import tinbergen as tb
    >>> runs = tb.plans.minimal().simulate(paths=100, seed=1)
    >>> report_html(Told(runs, "en", "baseline")).startswith("<!doctype html>")
    True
    """
    style = (HERE / "page.css").read_text(encoding="utf-8")
    moving = live_of(told, live)
    script = (HERE / "front.js").read_text(encoding="utf-8") if moving else ""
    parts = sections(told)
    page: str = template("page").render(
        language=page_language(told.language),
        title=told.title,
        say=told.say,
        told=told,
        paths=told.count(told.ensemble.paths),
        seed=told.runs.info["seed"],
        version=VERSION,
        sections=parts,
        holds=_holds(told, parts, moving),
        style=Markup(style),
        live=moving,
        data=Markup(moving.data) if moving else "",
        script=Markup(script),
        policy=policy(
            style,
            script,
            moves=moving is not None,
            computes=moving is not None and moving.engine is not None,
        ),
        width=WIDTH,
        height=HEIGHT,
    )
    return page


def template(name: str) -> Template:
    """Read a template; what stands in its gaps is escaped.

    Examples
    --------
    >>> template("page").name
    'page.html.jinja'
    """
    environment = Environment(
        loader=FileSystemLoader(HERE),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(f"{name}.html.jinja")


def page_language(language: str) -> str:
    """Return the language as HTML names it.

    Examples
    --------
    >>> page_language("zh")
    'zh-Hans'
    """
    return {"zh": "zh-Hans"}.get(language, language)


def seen(text: str) -> str:
    r"""Remove from a text what a reader does not see, and what turns the direction of others.

    Examples
    --------
    >>> seen("to the\u202e left")
    'to the left'
    """
    return _CONTROLS.sub("", text)


def _finalize(value: Any) -> Any:
    return value if isinstance(value, Markup) or not isinstance(value, str) else seen(value)


def policy(style: str, script: str, *, moves: bool, computes: bool) -> str:
    """Allow the style and the script of the page, and nothing else; no connection at all.

    Examples
    --------
    >>> policy("", "", moves=False, computes=False)[:31]
    "default-src 'none'; style-src '"
    """
    allowed = ["default-src 'none'", f"style-src '{_source(style)}'", "img-src data:"]
    if moves:
        engine = " 'wasm-unsafe-eval'" if computes else ""
        allowed.append(f"script-src '{_source(script)}'{engine}")
        allowed += ["worker-src blob:"] if computes else []
    return "; ".join([*allowed, "base-uri 'none'", "form-action 'none'"])


def _source(text: str) -> str:
    """Name a text as a policy does, so that no other is taken."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _holds(told: Told, parts: list[Section], moving: Live | None) -> list[str]:
    """Tell what the file holds, what was left out, and what there was nothing to say of."""
    here = {part.key for part in parts}
    rest = [part.key for part in PARTS if part.key not in here and part.key not in told.without]

    def names(keys: Iterable[str]) -> str:
        return "; ".join(told.say(f"report {key}") for key in keys)

    lines = [told.say("report held", names=names(part.key for part in parts))]
    if rest:
        lines.append(told.say("report not given", names=names(rest)))
    if told.before is None and told.model.targets and "changes" not in told.without:
        lines.append(told.say("report rounds"))
    if told.without:
        lines.append(told.say("report left out", names=names(sorted(told.without))))
    if moving and moving.engine:
        about = {"version": VERSION, "sources": moving.engine.sources[:12]}
        lines.append(told.say("report inside", **about))
    elif moving:
        lines.append(told.say("report bits inside"))
    return [*lines, told.say("report offline")]
