"""The report: what is told, written as one file."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from tinbergen.basics.files import write_atomically
from tinbergen.basics.language import language_tag
from tinbergen.basics.optional import load
from tinbergen.io.rounds import Round, read_round
from tinbergen.report.told import Told
from tinbergen.written.language import model_language

if TYPE_CHECKING:
    from tinbergen.questions.workers import Executors
    from tinbergen.report.live import LiveLike
    from tinbergen.results.runs import Runs

__all__ = ["Format", "format_of", "report"]

Format: TypeAlias = Literal["html", "pdf", "docx", "pptx"]
"""What a report can be written as."""

_PAGE = ("jinja2", "matplotlib")
_LIBRARIES = {
    "html": ("report", _PAGE),
    "pdf": ("pdf", ("weasyprint", *_PAGE)),
    "docx": ("docx", ("docx", *_PAGE)),
    "pptx": ("pptx", ("pptx", *_PAGE)),
}
"""The extra that a format needs, and what it brings."""


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
    format: Format | None = None,
    executor: Executors | None = None,
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
        engine inside, else an error; ``"no"``, neither script nor plan inside. Only a page moves.
    format
        ``"html"``, or the same content without what moves as ``"pdf"`` (needs WeasyPrint: ``tinbergen[pdf]``),
        ``"docx"`` (``tinbergen[docx]``) or ``"pptx"`` (``tinbergen[pptx]``); what the ending of the file says unless given.
    executor
        As of `Model.simulate`, for what is run again: what changed since `before`, whose causes take many runs, and
        levers at the ends of their ranges, but for runs given actual values. All else comes from the paths that are here.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    ValueError
        When the ending of the file is that of no format, something cannot be left out, the language is none of the
        library, or it is to be live and cannot be.
    ImportError
        When what writes the format is not installed; the message names the extra.

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
    chosen = format_of(path, format)
    if live == "yes" and chosen != "html":
        raise ValueError(f"live: a {chosen} file does not move; write a page, report.html")
    from tinbergen.report.parts import left_out  # now that what it needs is there

    told = Told(
        runs,
        language_tag(language or model_language(runs.model)),
        scenario or next(iter(runs)),
        before if before is None or isinstance(before, Round) else read_round(before),
        note,
        left_out(without),
        executor,
    )
    if executor is not None and not _runs_again(told):
        raise ValueError(
            "executor: what this report says comes from the paths that are here, and nothing is run for it; leave it "
            "out, or name the round before, whose changes are attributed by many runs"
        )
    runs[told.scenario]  # an unknown name offers the nearest one
    return write_atomically(path, _written(told, chosen, live))


def _runs_again(told: Told) -> bool:
    """Whether anything is run for a report that workers can do."""
    changes = told.before is not None and "changes" not in told.without
    levers = bool(told.model.levers) and "levers" not in told.without
    return changes or (levers and told.runs.recipe.outturns is None)


def format_of(path: str | os.PathLike[str], format: str | None = None) -> Format:
    """Return the format of a report: what is asked for, else what the ending of its file says, a page where it has none.

    Raises
    ------
    ValueError
        When it is none that a report can have.
    ImportError
        When what writes it is not installed; the message names the extra.

    Examples
    --------
    >>> format_of("report.html"), format_of("report")
    ('html', 'html')
    """
    known = get_args(Format)
    names = ", ".join(known)
    if format is not None and format not in known:
        raise ValueError(f"format: is one of {names}, not {format!r}")
    ending = Path(path).suffix.lower().removeprefix(".")
    wanted = format or {"": "html", "htm": "html"}.get(ending, ending)
    found: Format | None = next((one for one in known if one == wanted), None)
    if found is None:
        name = Path(path).name
        raise ValueError(
            f"{name}: a report is {names}, and its name ends with one of them; "
            f'or say what to write: format="html", on the command line --format html'
        )
    _need(found)
    return found


def _need(format: Format) -> None:
    """Import what a format needs, or say which extra brings it."""
    extra, libraries = _LIBRARIES[format]
    for library in libraries:
        try:
            load(library)
        except ImportError as error:
            raise ImportError(
                f"a report as {format} needs {error.name or library}, which is not installed: "
                f'pip install "tinbergen[{extra}]"',
                name=library,
            ) from error
        except OSError as error:  # WeasyPrint is there, and what it stands on is not
            raise ImportError(
                f"pdf: WeasyPrint needs Pango, a library of the system (Debian: apt install libpango-1.0-0 libpangoft2-1.0-0; "
                f"macOS: brew install pango), or write report.docx: {error}"
            ) from error


def _written(told: Told, format: Format, live: LiveLike) -> str | bytes:
    if format == "html":
        from tinbergen.report.page import report_html

        return report_html(told, live)
    if format == "pdf":
        from tinbergen.report.printed import pdf_of as write
    elif format == "docx":
        from tinbergen.report.document import document_of as write
    else:
        from tinbergen.report.slides import slides_of as write
    return write(told)
