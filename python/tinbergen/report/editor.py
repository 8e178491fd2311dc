"""The live page: a plan that is checked and simulated in the browser while it is written, one file without a server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from tinbergen.basics.version import VERSION
from tinbergen.basics.words import of_language, say, semicolons
from tinbergen.plots._text import SHARES
from tinbergen.report.live import PHRASES, json_in_page, read_engine
from tinbergen.report.page import HERE, page_language, policy, template

if TYPE_CHECKING:
    from collections.abc import Sequence


__all__ = ["editor_html"]

_FEW, _PATHS, _SEED = 1000, 10_000, 1
_PHRASES = {
    **{
        name: PHRASES[name]
        for name in PHRASES
        if name not in {"verified", "now", "combined", "kept"}
    },
    "wrong": "editor wrong",
    "line": "editor line",
    "computed": "editor computed",
    "starting": "editor starting",
    "none_here": "editor no engine",
    "none_chosen": "editor none",
    "no_targets": "report no targets",
    "fits": "report fits",
    "fan": "report fan",
    "table": "report table",
    "mean": "mean",
    "baseline": "baseline",
}


def editor_html(plans: Sequence[tuple[str, str]], language: str = "en") -> str:
    """Lay out the page in which a plan is written, checked and simulated.

    Parameters
    ----------
    plans
        Plans to begin with: what each is called, and its text.
    language
        ``"en"``, ``"zh"``, ``"de"``.

    Raises
    ------
    ValueError
        When the package has no engine, or that of other sources: nothing could be computed.
    """
    engine = read_engine("random")
    if engine is None:
        raise ValueError("the engine is not in this installation; `make engine` builds it")
    file = of_language(language)
    data = {
        "plans": [text for _, text in plans],
        "paths": _PATHS,
        "few": _FEW,
        "seed": _SEED,
        "language": language,
        "shares": sorted(SHARES),
        "units": {} if language == "en" else file.UNITS,
        "words": {
            "decimal": file.DECIMAL,
            "thousands": file.THOUSANDS,
            "percent": file.PERCENT,
            "semicolon": file.SEMICOLON,
            **{name: say(key, language) for name, key in _PHRASES.items()},
        },
    }
    style = (HERE / "page.css").read_text(encoding="utf-8")
    script = (HERE / "front.js").read_text(encoding="utf-8")
    page: str = template("editor").render(
        language=page_language(language),
        say=lambda key, **values: say(key, language, **values),
        version=VERSION,
        labels=[label for label, _ in plans],
        plans=[text for _, text in plans],
        same=say("editor same", language, paths=_PATHS, seed=_SEED),
        legend=semicolons([say("sheet bands", language), say("report marks", language)], language),
        style=Markup(style),
        engine=engine,
        data=Markup(json_in_page(data)),
        script=Markup(script),
        policy=policy(style, script, moves=True, computes=True),
    )
    return page
