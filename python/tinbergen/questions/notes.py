"""What a model, an ensemble and a run have to say: one channel, one type."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from tinbergen import _core
from tinbergen.basics.text import counted
from tinbergen.questions.warnings import alerts, warning_readings
from tinbergen.results.notes import Note, Notes
from tinbergen.written.distribution import Distribution
from tinbergen.written.draws import in_draws

if TYPE_CHECKING:
    from tinbergen.basics.model_columns import NoteParts
    from tinbergen.results.ensemble import Ensemble
    from tinbergen.results.pathless import PathlessEnsemble, PathlessRuns
    from tinbergen.results.runs import Runs
    from tinbergen.written.data import Data
    from tinbergen.written.model import Model
    from tinbergen.written.outturns import Outturns
    from tinbergen.written.scenario import Change

__all__ = [
    "notes_of_ensemble",
    "notes_of_model",
    "notes_of_pathless",
    "notes_of_runs",
    "notes_of_table",
]

_VARIANCE, _HEAVY = 0.5, 0.7
"""Shapes of the tail of weights: their variance may be infinite; estimates cannot be relied on."""

_SURPRISING = 4.0
"""Actual values beyond so many standard deviations are pointed out."""

_FEW = 0.1
"""Conditioned paths that are worth less than this share of their number are few."""

_LARGE = 10.0
"""Times the mean weight: where the largest weight is below it, the tail of the weights does not matter."""


def notes_of_model(model: Model) -> Notes:
    """Return what whoever read or made a model had to assume, leave out or change."""
    return Notes(_of_maker(model))


def _of_maker(model: Model) -> Iterator[Note]:
    yield from _as_notes(_core.notes(model._to_core()))


def notes_of_table(table: Data | Outturns) -> Notes:
    """Return what had to be assumed to read a table, and what looks odd."""
    return Notes(_as_notes(table._core.notes()))


def _as_notes(parts: list[NoteParts]) -> Iterator[Note]:
    for kind, indicators, message, line, text in parts:
        source = [] if line is None else [f"line {line}: {text}".rstrip(": ")]
        values = [] if line is None else [("line", float(line))]
        yield Note.about(kind, [], indicators, message, source, "", values)


def notes_of_ensemble(ensemble: Ensemble) -> Notes:
    """Return what is worth knowing of the paths of a scenario: those that failed, their weights."""
    return Notes([*_failed(ensemble), *_worth(ensemble)])


def _failed(ensemble: Ensemble | PathlessEnsemble) -> Iterator[Note]:
    rows = list(ensemble.failures().rows())
    if not rows:
        return
    first, more = rows[0], len(rows) - 1
    also = f", and in {counted(more, 'more period')} of indicators" if more else ""
    yield Note(
        f"scenarios.{ensemble.scenario}",
        "failed_paths",
        f"{first['indicator']} is no finite number in {first['period']} in {first['paths']:,} of "
        f"{ensemble.paths:,} paths{also}; broken() says why",
        values={"paths": float(first["paths"])},
    )


def _worth(ensemble: Ensemble) -> Iterator[Note]:
    if ensemble.weights is None or ensemble.evidence is None:
        return
    worth, shape = ensemble.effective_paths, ensemble.tail_shape
    few = worth < _FEW * ensemble.paths
    tail = ""
    # Weights that hardly range have a bound, whatever the fit to a few levels of them says.
    is_large = float(ensemble.weights.max()) * ensemble.paths > _LARGE
    if shape is not None and shape > _VARIANCE and is_large:
        tail = f"; the variance of their weights may be infinite (tail shape {shape:.2f})"
    yield Note(
        f"scenarios.{ensemble.scenario}",
        "few_effective_paths" if few else "effective_paths",
        f"conditioned on actual values, {ensemble.paths:,} paths are worth {worth:,.0f}{tail}",
        values={"effective_paths": worth} | ({} if shape is None else {"tail_shape": shape}),
    )
    if shape is not None and shape > _HEAVY and is_large:
        yield Note(
            f"scenarios.{ensemble.scenario}",
            "heavy_weights",
            f"a few paths decide (tail shape of the weights {shape:.2f}, beyond {_HEAVY}): intervals "
            "are too narrow, and other seeds may say something else",
            values={"tail_shape": shape},
        )
    if unsolved := ensemble.unsolved_paths:
        yield Note(
            f"scenarios.{ensemble.scenario}",
            "unsolved_paths",
            f"in {unsolved:,} of {ensemble.paths:,} paths no random numbers were found that give the actual "
            "values of a period together; they count as paths that cannot meet them: if they can, the evidence "
            "is too low and probabilities lean to the other paths; a measurement error (sd) beside one of the "
            "values helps",
            values={"paths": float(unsolved)},
        )


def _nothing_known(runs: Runs) -> Iterator[Note]:
    """Point out that a run is conditioned on nothing."""
    if runs._given is None or len(runs._given[0]):
        return
    recipe = runs._recipe
    days = [] if recipe.outturns is None else recipe.outturns.vintages
    if recipe.as_of is not None and days:
        why = f"was known on {recipe.as_of}; the first is of {days[0]}: is that the day that was meant?"
    else:
        why = "is in the table"
    yield Note("outturns", "nothing_known", f"not one actual value {why}")


def _surprising(runs: Runs) -> Iterator[Note]:
    """Name the actual values that are far from what was expected before them."""
    if runs._given is None:
        return
    rows = runs.surprises().filter(lambda row: abs(row["deviations"]) > _SURPRISING)
    for row in rows.rows():
        basis = f" on the basis {row['basis']}" if row["basis"] else ""
        yield Note(
            f"scenarios.{row['scenario']}",
            "surprising",
            f"{row['indicator']} of {row['value']:g} in {row['period']}{basis} is "
            f"{abs(row['deviations']):.1f} standard deviations "
            f"{'above' if row['deviations'] > 0 else 'below'} what was expected before it, "
            f"{row['expected']:g}: is the figure right, and the model as uncertain as it should be?",
            indicators=(row["indicator"],),
            values={"deviations": row["deviations"], "probability": row["probability"]},
        )


def notes_of_runs(runs: Runs) -> Notes:
    """Return what a run has to say: surprises first, how its numbers came about last."""
    of_paths = [note for name in runs for note in notes_of_ensemble(runs[name])]
    grave = [note for note in of_paths if note.kind != "effective_paths"]
    return Notes(
        [
            *_nothing_known(runs),
            *grave,
            *_surprising(runs),
            *_fired(runs),
            *_wide(runs),
            *_idle(runs),
            *_of_compiler(runs.model),
            *_of_maker(runs.model),
            *(() if runs._given is None else notes_of_table(runs._given[0])),
            *(note for note in of_paths if note.kind == "effective_paths"),
            *_overridden(runs),
            _storage(runs),
            _contract(runs),
        ]
    )


def notes_of_pathless(runs: PathlessRuns) -> Notes:
    """Return what a run that keeps no path has to say."""
    return Notes(
        [
            *(note for part in runs.values() for note in _failed(part)),
            *_of_compiler(runs.model),
            *_of_maker(runs.model),
            *_overridden(runs),
            _summaries(runs),
            _contract(runs),
        ]
    )


def _summaries(runs: PathlessRuns) -> Note:
    size, (first, *_) = runs.bytes, runs.values()
    mixed = any(scenario.probability for scenario in runs.model.scenarios.values())
    rest = "; the mixture of scenarios needs paths" if mixed else ""
    return Note(
        "run.storage",
        "storage",
        f"{runs._kept_as.storage(size)}{rest}",
        values={"bytes": float(size), "indicators": float(len(first.indicators))},
    )


def _fired(runs: Runs) -> Iterator[Note]:
    """Name the early warnings that fire, on probabilities and on what is known."""
    if not runs.model.warnings:
        return
    scenario = "baseline" if "baseline" in runs else next(iter(runs))
    for row in alerts(runs, scenario=scenario).filter(lambda row: row["fires"]).rows():
        message = f"probability {100 * row['value']:.1f} %, limit {100 * row['limit']:.1f} %"
        yield _warned(row, message, ("probability", row["value"]))
    known = None if runs._given is None else runs._given[0]
    for row in warning_readings(runs.model, known).filter(lambda row: row["fires"]).rows():
        yield _warned(row, f"fires in {row['period']}", ("excess", row["excess"]))


def _warned(row: dict[str, object], message: str, value: tuple[str, float]) -> Note:
    said = f"{row['message']}: {message}" if row.get("message") else message
    address, target = f"warnings.{row['warning']}", str(row["target"])
    return Note(address, "early_warning", f"{target}: {said}", values=dict([value]))


def _wide(runs: Runs) -> Iterator[Note]:
    until = runs.info.get("until")
    if until is not None and not until["reached"]:
        yield Note(
            "run.until",
            "interval",
            f"the interval of {until['of']} in {until['scenario']} has a half-width of "
            f"{until['half_width']:.4f}, where {until['wanted']:.4f} was wanted",
            values={"half_width": until["half_width"], "wanted": until["wanted"]},
        )


def _idle(runs: Runs) -> Iterator[Note]:
    """Name the scenarios that change nothing that was kept, or nothing beyond what they act on."""
    if "baseline" not in runs:
        return
    baseline = runs["baseline"]
    for name in runs:
        if name in ("baseline", "mixture"):
            continue
        acted = [key for key in _acts_on(runs.model, name) if key in baseline.indicators]
        others = [key for key in baseline.indicators if key not in acted]
        if not _same(baseline, runs[name], others):
            continue
        if _same(baseline, runs[name], acted):
            message = "no path of any indicator that was kept differs from the baseline"
        elif others and not any(_matters_itself(runs.model, key) for key in acted):
            message = (
                f"it changes {', '.join(acted)}, and no other indicator that was kept differs from the "
                "baseline: do equations use what it changes, in these periods?"
            )
        else:
            continue
        yield Note(f"scenarios.{name}", "changes_nothing", message)


def _matters_itself(model: Model, name: str) -> bool:
    """Tell whether a change of an indicator is a result: it has an equation, or a target is on it."""
    indicator = model.indicators[name]
    has_equation = indicator.equation is not None or indicator.process is not None
    return has_equation or any(name in re.split(r"\W+", t.subject) for t in model.targets)


def _acts_on(model: Model, name: str) -> list[str]:
    """List the indicators that a scenario, or one that it extends, sets or adds to."""
    return list(dict.fromkeys(c.indicator for c in _changes(model, name) if c.indicator))


def _same(a: Ensemble, b: Ensemble, names: list[str]) -> bool:
    if not a.indicators or (a.weights is None) != (b.weights is None):
        return False
    pairs = [(a[name], b[name]) for name in names]
    if a.weights is not None and b.weights is not None:
        pairs.append((a.weights, b.weights))
    return all(np.array_equal(x, y, equal_nan=True) for x, y in pairs)


def _of_compiler(model: Model) -> Iterator[Note]:
    for address, message in model._program().warnings:
        yield Note(address, "warning", message)


def _overridden(runs: Runs | PathlessRuns) -> Iterator[Note]:
    """Name parameters that are other numbers than in the model, and what they are there."""
    for name, number in runs.info.get("parameters", {}).items():
        each = np.ndim(number) > 0  # a number for each path
        low, high = float(np.min(number)), float(np.max(number))
        values = {"lowest": low, "highest": high} if each else {"value": low}
        said = (
            f"a number of its own in each path, from {low:g} to {high:g}," if each else f"{low:g}"
        )
        block = in_draws(runs.model).get(name)
        value = None if block else runs.model.parameters[name].value
        if value is None:
            was = f"takes it from the draws {block}"
        elif isinstance(value, Distribution):
            was = f"draws it from {value!r}"
        else:
            was, values["model"] = f"has {value:g}", float(value)
        stays = [scenario for scenario in runs if _sets(runs.model, scenario, name)]
        rest = f"; scenarios that set it themselves: {', '.join(stays)}" if stays else ""
        message = f"{name} is {said} in this run, where the model {was}{rest}"
        yield Note(f"parameters.{name}", "overridden", message, values=values)


def _sets(model: Model, name: str, parameter: str) -> bool:
    """Tell whether a scenario, or one that it extends, sets a parameter."""
    return any(c.parameter == parameter and c.set is not None for c in _changes(model, name))


def _changes(model: Model, name: str) -> Iterator[Change]:
    """Go through the changes of a scenario and of those that it extends."""
    while name in model.scenarios:
        yield from model.scenarios[name].changes
        name = model.scenarios[name].extends or ""


def _storage(runs: Runs) -> Note:
    stored = runs._core.storage
    total, (_, indicators, asked) = sum(part[0] for part in stored), stored[0]
    all_of_them = len(runs.model.indicators)
    if indicators < all_of_them and asked < indicators:
        why = f"{asked} were asked for (keep), and targets and early warnings look at the others"
    elif indicators < all_of_them:
        why = "as was asked for (keep)"
    else:
        why = "all that the model has"
    return Note(
        "run.storage",
        "storage",
        f"the paths of {indicators} of {all_of_them} indicators, {why}, take {total / 1e6:,.1f} MB of "
        "memory and no file",
        values={"bytes": float(total), "indicators": float(indicators), "asked": float(asked)},
    )


def _contract(runs: Runs | PathlessRuns) -> Note:
    info = runs.info
    return Note(
        "run.streams",
        "contract",
        f"seed {info['seed']}, {info['paths']:,} paths, design {info['design']}: the random numbers of "
        f"version {info['streams']} of the contract (docs/streams.md)",
        values={"streams": float(info["streams"])},
    )
