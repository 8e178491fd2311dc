"""One workbook of a run (needs openpyxl)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tinbergen.basics.files import write_atomically
from tinbergen.basics.frames import workbook_bytes
from tinbergen.basics.table import Table
from tinbergen.basics.version import VERSION
from tinbergen.basics.words import column_text, say, unit_text
from tinbergen.written.target import Target

if TYPE_CHECKING:
    from tinbergen.results.runs import Runs
    from tinbergen.written.model import Model

__all__ = ["assumptions", "to_workbook"]


def to_workbook(runs: Runs, path: str | os.PathLike[str], *, language: str = "en") -> Path:
    """Write one workbook of a run, and give its path (needs openpyxl).

    Its sheets: the answers in words, attainment with intervals, fans of all indicators, what each
    scenario changes, assumptions with their sources, and how the run came about. Numbers are to
    the last digit; probabilities are shown in percent.

    Parameters
    ----------
    path
        The file, such as ``"run.xlsx"``.
    language
        Language of sheets, headings and labels: ``"en"``, ``"zh"``, ``"de"``.

    Examples
    --------
    >>> import tempfile
    >>> import tinbergen as tb
    >>> runs = tb.plans.yuecheng().simulate(paths=100, seed=1, scenarios=["baseline"])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     runs.to_workbook(f"{folder}/run.xlsx").name
    'run.xlsx'
    """
    tables = {
        "words": _words(runs, language),
        "attainment": _attainment(runs, language),
        "fans": _fans(runs, language),
        "changes": _changes(runs, language),
        "assumptions": assumptions(runs.model, language),
        "run": _run(runs),
    }
    sheets = {
        say(f"sheet {name}", language): (dict(table.items()), table.percent)
        for name, table in tables.items()
        if len(table)
    }
    return write_atomically(path, workbook_bytes(sheets, lambda name: column_text(name, language)))


def _words(runs: Runs, language: str) -> Table:
    """Return the answers in sentences."""
    if not runs.model.targets:
        return Table({})
    scenario = "baseline" if "baseline" in runs else next(iter(runs))
    words = runs.in_words(language, scenario=scenario)
    told = [words.joint(), words.limiting()]
    told += [words.joint(name) for name in runs.model.target_sets]
    told += [words.probability(target.id) for target in runs.model.targets]
    others = [name for name in runs if name not in {scenario, "mixture"}]
    told += [words.change(name) for name in others]
    return Table({"message": told})


def _label(parts: Mapping[str, Any], name: str, language: str) -> str:
    known = parts.get(name)
    text = getattr(known, "text", None)
    return (text(language) if text is not None else None) or ""


def _attainment(runs: Runs, language: str) -> Table:
    if not runs.model.targets:
        return Table({})
    table = runs.attainment()
    targets = {target.id: target for target in runs.model.targets}
    known = {**runs.model.target_sets, **targets}
    columns: dict[str, Any] = {name: table[name] for name in ("scenario", "target")}
    columns["label"] = [_label(known, name, language) for name in table["target"].tolist()]
    units = [_unit(runs.model, targets.get(name)) for name in table["target"].tolist()]
    columns |= {name: table[name] for name in table.columns if name not in columns}
    columns["unit"] = [unit_text(unit, language) for unit in units]
    return Table(columns, percent=table.percent)


def _unit(model: Model, target: Target | None) -> str | None:
    if target is None or target.indicator is None:
        return None
    return model.indicators[target.indicator].unit


def _fans(runs: Runs, language: str) -> Table:
    table = runs.fan()
    indicators = runs.model.indicators
    names = table["indicator"].tolist()
    columns: dict[str, Any] = {name: table[name] for name in ("scenario", "indicator")}
    columns["label"] = [_label(indicators, name, language) for name in names]
    columns["unit"] = [unit_text(indicators[name].unit, language) for name in names]
    columns |= {name: table[name] for name in table.columns if name not in columns}
    return Table(columns)


def _changes(runs: Runs, language: str) -> Table:
    """Return what each scenario changes in the probabilities of targets."""
    base = "baseline" if "baseline" in runs else next(iter(runs))
    others = [name for name in runs if name not in {base, "mixture"}]
    if not others or not runs.model.targets:
        return Table({})
    known = {**runs.model.target_sets, **{target.id: target for target in runs.model.targets}}
    tables = []
    for name in others:
        table = runs.contrast(base, name, []).filter(kind="target")
        columns: dict[str, Any] = {"scenario": [name] * len(table), "target": table["name"]}
        columns["label"] = [_label(known, target, language) for target in table["name"].tolist()]
        columns |= {name: table[name] for name in ("difference", "error")}
        tables.append(Table(columns, percent=["difference", "error"]))
    return Table.stack(tables)


def assumptions(model: Model, language: str = "en") -> Table:
    """Return every part of a model with what it is and where it is from.

    Examples
    --------
    >>> import tinbergen as tb
    >>> table = assumptions(tb.plans.yuecheng())
    >>> table.columns
    ('kind', 'name', 'label', 'unit', 'value', 'source', 'assumption')
    """
    rows: list[tuple[str, ...]] = []
    groups: list[tuple[str, Mapping[str, Any]]] = [
        ("indicator", model.indicators),
        ("parameter", model.parameters),
        ("shock", model.shocks),
        ("event", model.events),
        ("target", {target.id: target for target in model.targets}),
        ("scenario", model.scenarios),
        ("lever", model.levers),
    ]
    for kind, parts in groups:
        for name, part in parts.items():
            rows.append(
                (
                    kind,
                    str(name),
                    _label(parts, name, language),
                    unit_text(getattr(part, "unit", None), language),
                    _value(kind, part),
                    getattr(part, "source", None) or "",
                    getattr(part, "assumption", None) or "",
                )
            )
    names = ("kind", "name", "label", "unit", "value", "source", "assumption")
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(names)
    return Table(dict(zip(names, columns, strict=True)))


def _value(kind: str, part: Any) -> str:
    """Return what a part is, in the notation of Python."""
    if kind == "indicator":
        return str(part.equation or part.process or "")
    if kind == "target":
        direction, bound = part.bound
        return f"{direction} {bound}"
    for name in ("value", "distribution", "probability", "range"):
        found = getattr(part, name, None)
        if found is not None:
            return str(found)
    return str(part) if kind == "shock" else ""


def _run(runs: Runs) -> Table:
    info = {"tinbergen": VERSION, "plan": runs.model.name, **runs.info}
    return Table({"name": list(info), "value": [str(value) for value in info.values()]})
