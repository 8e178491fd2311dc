"""The report: what is told is laid out by a template, and written as one file."""

from __future__ import annotations

import base64
import hashlib
import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from tinbergen.basics.files import write_atomically
from tinbergen.basics.language import language_tag
from tinbergen.basics.version import VERSION
from tinbergen.io.rounds import Round, read_round
from tinbergen.report.live import Live, LiveLike, live_of
from tinbergen.report.parts import PARTS, Section, left_out, sections
from tinbergen.report.picture import HEIGHT, WIDTH
from tinbergen.report.told import Told
from tinbergen.written.language import model_language

if TYPE_CHECKING:
    from tinbergen.results.runs import Runs

__all__ = ["HERE", "page_language", "report", "report_html", "template"]

HERE = Path(__file__).parent
"""Where templates, style and script are."""
_CONTROLS = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)
"""Characters that a reader does not see and that change how others are read."""


def report(
    runs: Runs,
    path: str | os.PathLike[str],
    *,
    language: str | None = None,
    scenario: str | None = None,
    before: Round | str | os.PathLike[str] | None = None,
    note: str | None = None,
    without: str | Iterable[str] = (),
    live: LiveLike = "auto",
) -> Path:
    """Write the run as a report, one file that is read in a browser, and give its path (needs Jinja2 and matplotlib).

    It asks nothing of any network: it can be mailed, printed and read on a phone, and needs no script to be read. Where
    the package has the engine, the reader can move levers, parameters and bounds and combine targets,
    computed in the browser with the same random numbers.
    Its first screen says in words how likely the plan is and what stands in the way; then come each target with
    its fan, its sentence and its source, scenarios side by side, what changed since the round before and
    why, early warnings, surprises of the actual values, what does not fit in the plan, levers,
    assumptions with their sources, method and Monte Carlo error, and how the numbers are computed again.
    docs/report.md has what each part says.

    Parameters
    ----------
    path
        The file, such as ``"report.html"``.
    language
        ``"en"``, ``"zh"``, ``"de"``; that of the plan's labels unless given.
    scenario
        The scenario that is told of; the first of the runs unless given.
    before
        The round before, or its folder: what changed since then is attributed to its causes.
    note
        A note of judgement.
    without
        What is left out: ``"costs,notes"``, or a list; parts (``"targets"``, ``"scenarios"``,
        ``"changes"``, ``"warnings"``, ``"surprises"``, ``"consistency"``, ``"levers"``,
        ``"assumptions"``, ``"notes"``, ``"method"``, ``"reproduce"``) and ``"costs"``, those of levers.
    live
        Whether it moves: ``"auto"``, as far as the package and the plan allow; ``"yes"``, with the plan and the
        engine inside, else an error; ``"no"``, neither script nor plan inside.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    ValueError
        When something cannot be left out, the language is none of the library, or it is to be live
        and cannot be.

    See Also
    --------
    Runs.to_workbook : The same numbers as a workbook.
    Runs.in_words : The sentences.

    Examples
    --------
    >>> import tempfile
    >>> import tinbergen as tb
    >>> runs = tb.plans.yuecheng().simulate(paths=100, seed=1, scenarios=["baseline"])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     runs.report(f"{folder}/report.html", without="levers").name
    'report.html'
    """
    told = Told(
        runs,
        language_tag(language or model_language(runs.model)),
        scenario or next(iter(runs)),
        before if before is None or isinstance(before, Round) else read_round(before),
        note,
        left_out(without),
    )
    runs[told.scenario]  # an unknown name offers the nearest one
    return write_atomically(path, report_html(told, live))


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
        title=told.label({"": told.model}, "") or told.model.name,
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
        policy=_policy(style, script, moving),
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
        finalize=_seen,
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


def _seen(value: Any) -> Any:
    """Remove from a text what a reader does not see, before it is escaped."""
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    return _CONTROLS.sub("", value)


def _policy(style: str, script: str, moving: Live | None) -> str:
    """Allow the style and the script of the page, and nothing else; no connection at all."""
    allowed = ["default-src 'none'", f"style-src '{_source(style)}'", "img-src data:"]
    if moving:
        engine = " 'wasm-unsafe-eval'" if moving.engine else ""
        allowed.append(f"script-src '{_source(script)}'{engine}")
        allowed += ["worker-src blob:"] if moving.engine else []
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
    if told.without:
        lines.append(told.say("report left out", names=names(sorted(told.without))))
    if moving and moving.engine:
        about = {"version": VERSION, "sources": moving.engine.sources[:12]}
        lines.append(told.say("report inside", **about))
    elif moving:
        lines.append(told.say("report bits inside"))
    return [*lines, told.say("report offline")]
