"""What makes a report move: the plan, the engine as WebAssembly, and in which paths targets are met."""

from __future__ import annotations

import base64
import json
import lzma
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tinbergen import _core
from tinbergen.basics.words import of_language
from tinbergen.report.actual import known_rows
from tinbergen.report.controls import bounds_of, levers_of, observed_of, parameters_of
from tinbergen.report.sobol import bytes_of, most_dimensions
from tinbergen.report.told import Told

if TYPE_CHECKING:
    from tinbergen.results.runs import Runs

__all__ = [
    "LEVELS",
    "PHRASES",
    "Engine",
    "Live",
    "LiveLike",
    "json_in_page",
    "live_in_notebook",
    "live_of",
    "met_bits",
    "read_engine",
]

LiveLike: TypeAlias = Literal["auto", "yes", "no"]

LEVELS = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
"""The quantiles of a fan that moves."""
_FEW = 1000
"""Paths while something is being moved."""
_FILE = Path(__file__).parent / "engine.wasm.lzma"
PHRASES = {
    "chance": "chance",
    "under": "chance under",
    "over": "chance over",
    "none": "chance none",
    "sure": "chance sure",
    "unknown": "chance unknown",
    "between": "chance between",
    "joint": "say joint",
    "joint_one": "say joint one",
    "limiting": "say limiting",
    "limiting_part": "say limiting part",
    "limiting_own": "say limiting own",
    "limiting_own_part": "say limiting own part",
    "limiting_none": "say limiting none",
    "probability": "say probability",
    "where": "in scenario",
    "verified": "report verified",
    "starting": "report starting",
    "none_here": "report no engine",
    "missing": "report missing",
    "now": "report now",
    "combined": "report combined",
    "kept": "report kept",
    "forget": "report forget",
    "combined_worth": "report combined worth",
    "verified_fans": "report verified fans",
    "now_fans": "report now fans",
    "worth": "report worth",
    "as_printed": "report as printed",
    "sure_to": "glance sure",
    "dots": "report dots",
    "dots_on": "report dots on",
    "dots_off": "report dots off",
    "dots_on_one": "report dots on one",
    "dots_off_one": "report dots off one",
    "all": "all",
}
"""What the page says, by the names that it knows them by."""


@dataclass(frozen=True)
class Engine:
    """The engine as it is in the file.

    Parameters
    ----------
    text
        How long the module is, where in it the table of Sobol' numbers belongs, and base64 of the packed module with as
        much of the table as is needed behind it.
    sources
        The digest of its core.
    notices
        The licences of what it was compiled from: each text, and whose it is.
    """

    text: str
    sources: str
    notices: list[dict[str, Any]]


def read_engine(
    design: str = "sobol", file: Path = _FILE, *, dimensions: int | None = None
) -> Engine | None:
    """Read the engine that comes with the package; None where it was not built.

    Parameters
    ----------
    design
        The design that it will be asked for: the table of Sobol' numbers, a third of what is
        packed, is left out where it is another.
    file
        The packed module (`scripts/engine.py`).
    dimensions
        How many dimensions of Sobol' points it is asked for at most; the rest of the table is left out.

    Raises
    ------
    ValueError
        When it is of another core than this package: its numbers might be others. When the licences of what is inside it
        are not beside it: they have to travel with it.

    Examples
    --------
    >>> read_engine(file=Path("no such file")) is None
    True
    """
    if not file.exists():
        return None
    first, _, rest = file.read_bytes().partition(b"\n")
    head = json.loads(first)
    sources = head["sources"]
    if sources != _core.sources:
        raise ValueError(
            f"{file.name}: is the engine of other sources ({sources[:8]}) than this package "
            f"({_core.sources[:8]}); `make engine` builds it anew"
        )
    module, table = rest[: head["packed"]], rest[head["packed"] :]
    kept = len(table) if dimensions is None else bytes_of(table, dimensions)
    kept = kept if design == "sobol" else 0
    beside = file.with_name(f"{file.name.partition('.')[0]}.notices.json")
    if not beside.exists():
        raise ValueError(f"{beside.name}: is not beside {file.name}; `make engine` writes both")
    notices = json.loads(beside.read_text(encoding="utf-8"))
    code = base64.b64encode(module + table[:kept]).decode()
    return Engine(f"{head['size']}:{head['table']}:{code}", sources, notices)


@dataclass(frozen=True)
class Live:
    """What a report needs to move.

    Parameters
    ----------
    data
        What the page knows, as JSON that may stand in a page.
    engine
        The engine; None where only combinations answer.
    levers, parameters, bounds, wishes, scenarios, observed, periods
        The controls: what each is called and where it stands.
    notebook
        Whether it is in a notebook, whose kernel computes.
    """

    data: str
    engine: Engine | None
    levers: list[dict[str, Any]]
    parameters: list[dict[str, Any]]
    bounds: list[dict[str, Any]]
    wishes: list[tuple[str, str]]
    scenarios: list[tuple[str, str]]
    observed: list[tuple[str, str]]
    periods: list[str]
    notebook: bool = False

    @property
    def moves(self) -> bool:
        """Whether there is somebody who computes: the engine, or the kernel of a notebook."""
        return self.notebook or self.engine is not None


def live_of(told: Told, live: LiveLike) -> Live | None:
    """Return what makes a report move; None where it is not to, or nothing could move.

    Raises
    ------
    ValueError
        When it has to be live (``"yes"``) and cannot be; the message says why.

    Examples
    --------
    >>> import tinbergen as tb
    >>> runs = tb.plans.minimal().simulate(paths=100, seed=1)
    >>> live_of(Told(runs, "en", "baseline"), "no") is None
    True
    """
    if live not in ("auto", "yes", "no"):
        raise ValueError(f'live: is "auto", "yes" or "no", not {live!r}')
    if live == "no" or told.scenario == "mixture":
        if live == "yes":
            raise ValueError("live: there is nothing to move: a mixture of scenarios")
        return None
    engine, reason = _engine_for(told)
    if live == "yes" and reason is not None:
        raise ValueError(f"live: {reason}")
    return None if engine is None and not told.model.targets else _made(told, engine)


def live_in_notebook(told: Told, live: LiveLike) -> Live:
    """Return what a notebook needs to move: the kernel computes, and the engine where it is only viewed.

    Raises
    ------
    ValueError
        When the engine has to be inside (``"yes"``) and cannot be.

    Examples
    --------
    >>> import tinbergen as tb
    >>> runs = tb.plans.minimal().simulate(paths=100, seed=1)
    >>> live_in_notebook(Told(runs, "en", "baseline"), "no").moves
    True
    """
    if live not in ("auto", "yes", "no"):
        raise ValueError(f'live: is "auto", "yes" or "no", not {live!r}')
    if told.scenario == "mixture":
        raise ValueError("explore: there is nothing to move: a mixture of scenarios")
    engine, reason = (None, None) if live == "no" else _engine_for(told)
    if live == "yes" and reason is not None:
        raise ValueError(f"live: {reason}")
    return _made(told, engine, notebook=True)


def _engine_for(told: Told) -> tuple[Engine | None, str | None]:
    """Return the engine for a run, or why there is none."""
    reason = _hindrance(told)
    known = told.runs.recipe.outturns
    most = most_dimensions(told.model, 0 if known is None else len(known))
    return (None, reason) if reason is not None else _engine(told.runs.info["design"], most)


def _engine(design: str, dimensions: int) -> tuple[Engine | None, str | None]:
    """Return the engine of this package, or why there is none."""
    try:
        engine = read_engine(design, dimensions=dimensions)
    except ValueError as error:
        return None, str(error)
    if engine is None:
        return None, "the engine is not in this installation; `make engine` builds it"
    return engine, None


def _hindrance(told: Told) -> str | None:
    """Tell why the plan cannot go into the file, if so."""
    settings, info = told.runs.recipe.settings, told.runs.info
    if "assumptions" in told.without:
        return "the plan has the assumptions that are left out"
    if settings.get("basis") or told.runs.recipe.least_effective is not None:
        return "the engine knows no basis and no limit of effective paths"
    if info.get("parameters"):
        return "parameters are other numbers in this run than in the plan"
    if told.model._to_core().to_plan_files("plan")[1]:
        return "the plan has tables of draws in files beside it"
    return None


def _plan(told: Told) -> str:
    """Write the plan, without what is left out."""
    model = told.model
    if "levers" in told.without:
        model = model.with_(levers={})
    elif "costs" in told.without:
        levers = {name: replace(lever, cost=None) for name, lever in model.levers.items()}
        model = model.with_(levers=levers)
    plan: str = model._to_core().to_plan_files("plan")[0]
    return plan


def _made(told: Told, engine: Engine | None, *, notebook: bool = False) -> Live:
    model, info, recipe = told.model, told.runs.info, told.runs.recipe
    scenarios = [name for name in told.runs if name != "mixture"]
    weighted = any(told.runs[name].weights is not None for name in scenarios)
    moves = notebook or engine is not None
    levers = levers_of(told) if moves and "levers" not in told.without else []
    parameters = parameters_of(told, {one["parameter"] for one in levers}) if moves else []
    bounds = bounds_of(told) if moves else []
    file = of_language(told.language)
    name = "setting"
    while name in model.scenarios:
        name += "_"
    known = recipe.outturns
    as_of = None if known is None else recipe.as_of or max(map(str, known.vintages))
    known = None if known is None or as_of is None else known.as_of(as_of)
    periods = [str(period) for period in told.ensemble.periods]
    observed = observed_of(told) if moves else []
    data = {
        "plan": "" if engine is None else _plan(told),
        "known": None if engine is None or known is None else known_rows(known),
        "as_of": as_of,
        "observed": [name for name, _ in observed],
        "periods": periods,
        "paths": told.ensemble.paths,
        "few": _FEW,
        "seed": info["seed"],
        "design": info["design"],
        "scenario": told.scenario,
        "scenarios": scenarios,
        "headline": told.headline,
        "headline_label": told.headline_label,
        "labels": {target.id: told.goal_label(target.id) for target in model.targets},
        "scenario_labels": {one: told.scenario_label(one) for one in scenarios},
        "targets": [target.id for target in model.targets],
        "printed": [
            [row["target"], float(row["probability"]), float(row["low"]), float(row["high"])]
            for row in told.attainment.rows()
        ],
        "ends": [] if model.targets or not moves else _ends(told),
        "fans": told.fans,
        "levers": levers,
        "parameters": [one["name"] for one in parameters],
        "bounds": {one["id"]: one["value"] for one in bounds},
        "met": None if weighted or not model.targets else _met(told, scenarios),
        "name": name,
        "weighted": weighted,
        "words": {
            "decimal": file.DECIMAL,
            "thousands": file.THOUSANDS,
            "percent": file.PERCENT,
            "semicolon": file.SEMICOLON,
            **{name: told.say(key) for name, key in PHRASES.items()},
        },
    }
    wishes = [(t.id, told.goal_label(t.id)) for t in model.targets] if moves or not weighted else []
    labels = [(one, told.scenario_label(one)) for one in scenarios]
    return Live(
        json_in_page(data),
        engine,
        levers,
        parameters,
        bounds,
        wishes,
        labels,
        observed,
        periods,
        notebook,
    )


def _ends(told: Told) -> list[tuple[str, list[float]]]:
    """Return where each fan ends: its mean and quantiles in the last period."""
    ends = []
    for name in told.fans:
        table = told.ensemble.fan(name, quantiles=LEVELS)
        ends.append((name, [float(table[column][-1]) for column in table.columns[2:]]))
    return [(name, numbers) for name, numbers in ends if np.isfinite(numbers).all()]


def json_in_page(data: Any) -> str:
    """Write data as JSON that may stand in a page.

    Examples
    --------
    >>> json_in_page("</script>")
    '"\\\\u003c/script\\\\u003e"'
    """
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def met_bits(runs: Runs, scenario: str) -> NDArray[np.uint8]:
    """Return in which paths each target is met: a row a target, 8 paths a byte, the first in the lowest bit.

    Examples
    --------
    >>> import tinbergen as tb
    >>> met_bits(tb.plans.minimal().simulate(paths=100, seed=1), "baseline").shape
    (1, 13)
    """
    rows = _core.paths_met(runs.model._program(), runs[scenario]._core)
    return np.array([list(row) for row in rows], np.uint8)


def _met(told: Told, scenarios: list[str]) -> str:
    """Pack in which paths targets are met: under common random numbers scenarios differ in few."""
    bits = [met_bits(told.runs, name) for name in scenarios]
    told_bits = b"".join((of ^ bits[0] if k else of).tobytes() for k, of in enumerate(bits))
    filters = [{"id": lzma.FILTER_LZMA1, "preset": 9 | lzma.PRESET_EXTREME, "lc": 0, "pb": 0}]
    packed = lzma.compress(told_bits, format=lzma.FORMAT_ALONE, filters=filters)
    return base64.b64encode(packed).decode()
