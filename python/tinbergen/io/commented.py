"""A model that was fitted, as a commented plan with example targets: what `tinbergen new --from` writes."""

from __future__ import annotations

import math
import os
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from tinbergen.basics.files import write_atomically
from tinbergen.basics.words import commas, comment, number_text, semicolons
from tinbergen.io.plan_files import files_of
from tinbergen.questions import simulation
from tinbergen.results.fit_report import FitReport
from tinbergen.written.model import Model
from tinbergen.written.target import Target

__all__ = ["example_targets", "save_commented"]

_EXAMPLES = 3


def example_targets(model: Model, *, language: str = "en", seed: int = 1) -> list[Target]:
    """Make targets to begin with: a round number that about half of the paths reach in the last period.

    Parameters
    ----------
    model
        A model without targets; the first three indicators with a process get one each.
    language
        The language of the place that is left for its source.
    seed
        Of the 1,000 paths from which the numbers are taken.

    Examples
    --------
    >>> import tinbergen as tb
    >>> gdp = [100, 107, 113, 121, 130, 136, 144, 147]
    >>> print(example_targets(tb.fit({"year": range(2013, 2021), "gdp": gdp}))[0])
    gdp in 2025 at least 170
    """
    names = [name for name, part in model.indicators.items() if part.process is not None]
    names = names[:_EXAMPLES]
    paths = simulation.simulate(model, 1000, seed=seed, keep=names)["baseline"]
    last = model.periods.last
    found = []
    for name in names:
        low, middle, high = np.nanquantile(paths[name][-1], [0.25, 0.5, 0.75])
        bound = _round_near(float(middle), float(high - low) / 4)
        found.append(
            Target(
                f"{name}-{last}",
                indicator=name,
                period=last,
                at_least=bound,
                source=comment("source", language),
            )
        )
    return found


def _round_near(number: float, most: float) -> float:
    """Return the roundest number that is not further away than that."""
    if not (math.isfinite(number) and math.isfinite(most) and most > 0):
        return number
    digits = -math.floor(math.log10(most)) - 2
    for power in (digits, digits + 1, digits + 2):
        for step in (5.0, 2.0, 1.0):
            found = round(round(number / step, power) * step, max(power, 0) + 1)
            if abs(found - number) <= most:
                return found
    return number


def save_commented(
    model: Model,
    file: str | os.PathLike[str],
    *,
    data: str,
    language: str = "en",
    replace: bool = False,
) -> tuple[Path, ...]:
    """Write a fitted model as a plan file with comments, and give the files that were written.

    The plan is the one that `Model.save` writes; comments say of each series which process fits it,
    with which parameters and how sure, what the draws are, and how to go on.

    Parameters
    ----------
    model
        A model that `fit` made.
    file
        The new plan file; draws of more than 1,000 rows stand in a table beside it.
    data
        Where the figures come from, as the first line says it.
    language
        The language of comments: ``"en"``, ``"zh"`` or ``"de"``.
    replace
        Whether files of these names are replaced.

    Raises
    ------
    FileExistsError
        When there is a file of such a name, unless `replace`.

    Examples
    --------
    >>> import tempfile, pathlib, tinbergen as tb
    >>> gdp = [100, 107, 113, 121, 130, 136, 144, 147]
    >>> model = tb.fit({"year": range(2013, 2021), "gdp": gdp}, rows=200)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = pathlib.Path(folder) / "plan.toml"
    ...     names = save_commented(model, file, data="gdp.csv")
    ...     print(file.read_text().splitlines()[0])
    # A plan of the figures in gdp.csv: each series has the process that fits it. Change what you know better.
    """
    file = Path(file)
    plan, tables = files_of(model, file)
    texts = {file: "".join(_commented(plan, model, data, language)), **tables}
    for name in texts:
        if name.exists() and not replace:
            raise FileExistsError(f"{name}: there is a file of that name; replace=True replaces it")
    for name, text in reversed(texts.items()):  # the plan last, when what it names is there
        write_atomically(name, text)
    return tuple(texts)


def _commented(plan: str, model: Model, data: str, language: str) -> Iterator[str]:
    """Go through the lines of a plan file, with comments before those that begin a part."""
    yield _line(comment("head", language, data=data))
    yield _line(comment("commands", language))
    notes = {name: name for name in ("draws", "shocks", "correlations", "targets")}
    first, inside = True, ""
    for line in plan.splitlines(keepends=True):
        if line.startswith("[") and not inside:
            section, name = _header(line)
            if section == "indicators" and name:
                yield _line(_of_indicator(model, name, language, brackets=first))
                first = False
            elif section in notes:
                yield _line(comment(notes.pop(section), language))
        inside = _text_over(line, inside)
        yield line
    yield from _scenario(model, language)


def _text_over(line: str, inside: str) -> str:
    """Return what ends the text of several lines in which a line leaves us; nothing where it leaves us in none."""
    if inside:
        return "" if inside in line else inside
    opened = sorted((line.find(sign), sign) for sign in ('"""', "'''") if sign in line)
    return opened[0][1] if opened and line.count(opened[0][1]) % 2 else ""


def _line(text: str) -> str:
    """Return a comment; a label may have line breaks, which would end it."""
    return f"# {' '.join(text.split())}\n"


def _header(line: str) -> tuple[str, str]:
    """Return the section that a line begins and the part of it; no part where it goes on with one."""
    section, inside = next(iter(tomllib.loads(line).items()))
    name, deeper = next(iter(inside.items())) if isinstance(inside, dict) and inside else ("", {})
    return section, "" if deeper else name


def _of_indicator(model: Model, name: str, language: str, *, brackets: bool) -> str:
    """Tell which process a series has, with its parameters and how sure they are."""
    part = model.indicators[name]
    label = part.text(language) or name
    if part.process is None:
        return f"{label}: {comment('identity', language)}"
    report: FitReport = model.fit_report
    known = list(part.history)
    said = [
        comment("parameter", language, parameter=row["parameter"], **_numbers(row, language))
        for row in report.parameters.filter(indicator=name).rows()
    ]
    figures = comment(
        "figures",
        language,
        name=label,
        n=len(known),
        first=known[0],
        last=known[-1],
        kind=part.process.kind,
    )
    parts = [figures, commas(said, language)] if said else [figures]
    return semicolons([*parts, *([comment("brackets", language)] if brackets else [])], language)


def _numbers(row: Mapping[str, object], language: str) -> dict[str, str]:
    """Write an estimate and its interval with three digits, which is all that they have."""
    return {
        key: number_text(f"{float(f'{row[key]:.2e}'):,.12g}", language)
        for key in ("estimate", "low", "high")
    }


def _scenario(model: Model, language: str) -> Iterator[str]:
    """Offer a scenario, as lines that are comments: a first period twice as uncertain."""
    shock = next((name for name in model.shocks if name in model.indicators), None)
    if shock is None:
        return
    change = f'{{ shock = "{shock}", periods = "{model.periods.first}", scale = 2 }}'
    yield "\n" + _line(comment("scenario", language))
    yield f"# [scenarios.turbulent]\n# changes = [{change}]\n"
