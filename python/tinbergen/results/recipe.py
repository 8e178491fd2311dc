"""Recipes: how a run is kept in a pickle, and made again.

A run is a function of its model, its settings and its seed, and a pickle of it has these and no
paths: unpickling runs it again. That gives the same numbers to the bit, or an error: the recipe has
the version of the contract of the random numbers (docs/streams.md) and a hash of the numbers.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NoReturn, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from tinbergen import _core
from tinbergen.basics.version import VERSION
from tinbergen.errors import RecipeError
from tinbergen.written.data import cells_of_text
from tinbergen.written.model import Model
from tinbergen.written.outturns import Outturns

if TYPE_CHECKING:
    from tinbergen.basics.run_columns import Until
    from tinbergen.questions.conditioning import Tracked
    from tinbergen.results.ensemble import Ensemble
    from tinbergen.results.runs import Runs

__all__ = [
    "Recipe",
    "add_numbers",
    "asked",
    "ensemble_again",
    "hash_of_paths",
    "recipe_of",
    "runs_again",
    "tracked_again",
    "written",
]

_FORMAT = 1
_SETTINGS = {
    "paths",
    "seed",
    "scenarios",
    "keep",
    "design",
    "parameters",
    "basis",
    "store",
    "first_path",
    "quantiles",
}
_DAMAGED = "this recipe is damaged: {}; the model and its settings have to be run again by hand"


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a run was made of.

    Parameters
    ----------
    model
        The model, before anything was observed.
    settings
        What `Model.simulate` or `Tracked.simulate` was asked, without what changes no number.
    outturns
        The actual values that it is conditioned on, if any.
    as_of, least_effective
        As in `Model.observe`.
    until
        What a run said that doubled its paths until an interval was narrow enough.

    Examples
    --------
    >>> import tinbergen as tb
    >>> runs = tb.plans.yuecheng().simulate(paths=10, seed=1)
    >>> runs.recipe.settings["seed"], runs.recipe.simulate().attainment() == runs.attainment()
    (1, True)
    """

    model: Model
    settings: dict[str, Any] = field(default_factory=dict)
    outturns: Outturns | None = None
    as_of: str | None = None
    least_effective: float | None = None
    until: Until | None = None

    def observe(self) -> Tracked:
        """Condition the model on the actual values again."""
        outturns, limit = self.outturns, self.least_effective
        return self.model.observe(outturns, as_of=self.as_of, least_effective=limit)

    def simulate(self) -> Runs:
        """Run it again, under the contract of this version, whatever numbers that gives."""
        if self.outturns is not None:
            return self.observe().simulate(**self.settings)
        runs: Runs = self.model.simulate(**self.settings)
        if self.until is not None:
            runs._until = self.until
        return runs

    def of(self, scenario: str) -> Recipe:
        """Return the recipe of one scenario alone; a mixture needs all of them."""
        if scenario == "mixture":
            return self
        return replace(self, settings={**self.settings, "scenarios": [scenario]})


def asked(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings of a run that decide its numbers, as `Model.simulate` takes them.

    Examples
    --------
    >>> asked({"paths": 10, "keep": None, "threads": 2, "parameters": [("okun", 0.1)]})
    {'paths': 10, 'parameters': {'okun': 0.1}}
    """
    given = {k: v for k, v in settings.items() if k in _SETTINGS and v is not None}
    if "parameters" in given:
        given["parameters"] = dict(given["parameters"])
    return given


def hash_of_paths(ensembles: Iterable[Ensemble]) -> Any:
    """Return the SHA-256 of the paths and weights of ensembles, to which more may be added.

    Every not-a-number counts the same, since processors differ in its bits.

    Examples
    --------
    >>> import tinbergen as tb
    >>> runs = tb.plans.yuecheng().simulate(paths=10, seed=1, scenarios="baseline")
    >>> hash_of_paths([runs["baseline"]]).hexdigest()[:8]  # doctest: +SKIP
    '9a3c0b5e'
    """
    found = hashlib.sha256()
    for ensemble in ensembles:
        names = [ensemble.scenario, *ensemble.indicators]
        found.update(json.dumps([names, list(map(str, ensemble.periods)), ensemble.paths]).encode())
        rows = [row for name in ensemble.indicators for row in ensemble[name]]
        for row in rows if ensemble.weights is None else [*rows, ensemble.weights]:
            add_numbers(found, row)
    return found


def add_numbers(found: Any, numbers: NDArray[np.float64]) -> None:
    """Add numbers to a hash, each as eight bytes, the lowest first."""
    missing = np.isnan(numbers)
    plain = np.where(missing, np.nan, numbers) if missing.any() else numbers
    found.update(np.ascontiguousarray(plain, dtype="<f8").data)


def written(recipe: Recipe, sha256: str, scenario: str | None = None) -> tuple[str, str]:
    """Write a recipe as JSON, and the hash of that.

    Parameters
    ----------
    recipe
        The recipe.
    sha256
        The hash of the numbers.
    scenario
        The scenario, for one ensemble.
    """
    known = recipe.outturns
    plan, tables = recipe.model._to_core().to_plan_files("plan")
    content = {
        "recipe": _FORMAT,
        "version": VERSION,
        "streams": _core.streams,
        "sha256": sha256,
        "scenario": scenario,
        "model": plan,
        "notes": _core.notes(recipe.model._to_core()),
        "settings": recipe.settings,
        "outturns": None if known is None else known._core.to_csv(),
        "as_of": recipe.as_of,
        "least_effective": recipe.least_effective,
        "until": recipe.until,
    }
    if tables:
        content["tables"] = dict(tables)  # of joint draws that a plan file has no room for
    text = json.dumps(content, ensure_ascii=False, default=np.ndarray.tolist)
    return text, hashlib.sha256(text.encode()).hexdigest()


def runs_again(text: str, seal: str) -> Runs:
    """Make the runs of a recipe again, to the bit."""
    content, recipe = _read(text, seal)
    return _again(content, recipe, recipe.simulate)


def recipe_of(text: str, seal: str) -> Recipe:
    """Read a recipe that was written, under the contract of this version."""
    content, recipe = _read(text, seal)
    if content["streams"] != _core.streams:
        raise RecipeError(
            f"these numbers were drawn under version {content['streams']} of the contract between a seed and "
            f"its numbers; tinbergen {VERSION} has version {_core.streams}",
            recipe,
        )
    return recipe


def ensemble_again(text: str, seal: str) -> Ensemble:
    """Make an ensemble of a recipe again, to the bit."""
    content, recipe = _read(text, seal)
    return _again(content, recipe, lambda: recipe.simulate()[content["scenario"]])


def tracked_again(text: str, seal: str) -> Tracked:
    """Condition the model of a recipe again on the same values."""
    content, recipe = _read(text, seal)
    return _again(content, recipe, recipe.observe)


class _Hashed(Protocol):
    @property
    def _sha256(self) -> str: ...


_Made = TypeVar("_Made", bound=_Hashed)


def _again(content: dict[str, Any], recipe: Recipe, make: Callable[[], _Made]) -> _Made:
    made_by = f"tinbergen {content['version']}"
    anew = f"error.recipe.{'simulate' if recipe.settings else 'observe'}()"
    if content["streams"] != _core.streams:
        raise RecipeError(
            f"these numbers were drawn by {made_by} under version {content['streams']} of the contract "
            f"between a seed and its numbers; tinbergen {VERSION} has version {_core.streams}, which gives "
            f"others. Unpickle them with {made_by}, or run the recipe anew, which gives other numbers: "
            f"{anew}",
            recipe,
        )
    try:
        made = make()
        found = made._sha256
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        message = f"tinbergen {VERSION} cannot run this recipe of {made_by} again: {error}"
        raise RecipeError(message, recipe) from error
    if found != content["sha256"]:
        raise RecipeError(
            f"run again by tinbergen {VERSION}, this recipe of {made_by} gives other numbers than it had "
            f"(SHA-256 {found[:12]}..., where it was {content['sha256'][:12]}...). Unpickle it with {made_by}, "
            f"or take the numbers of this version: {anew}",
            recipe,
        )
    return made


def _read(text: str, seal: str) -> tuple[dict[str, Any], Recipe]:
    """Read a recipe, and refuse one that is none, or no longer what was written."""
    if hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest() != seal:
        _refuse("its text is not what was written")
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        _refuse("it is no JSON")
    if not isinstance(content, dict) or content.get("recipe") != _FORMAT:
        kind = content.get("recipe") if isinstance(content, dict) else None
        _refuse(f"tinbergen {VERSION} reads recipes of format {_FORMAT}, not {kind!r}")
    for key, kinds in _KEYS.items():
        if key not in content:
            _refuse(f"it has no {key}")
        if not isinstance(content[key], kinds):
            _refuse(f"{key} is {type(content[key]).__name__}")
    settings = content["settings"]
    if odd := sorted(settings.keys() - _SETTINGS):
        _refuse(f"{odd[0]} is no setting")
    try:
        tables = [(name, text.encode()) for name, text in content.get("tables", {}).items()]
        core = _core.Model.from_toml(content["model"].encode(), None, tables)
        notes = [tuple(note) for note in content["notes"]]
        model = Model._from_core(_core.Model.from_json(core.to_json(), notes))
        table = content["outturns"]
        outturns = None
        if table is not None:
            outturns = Outturns._of(_core.Outturns(cells_of_text(table, "outturns")))
    except (AttributeError, OverflowError, TypeError, ValueError) as error:
        raise RecipeError(
            f"tinbergen {VERSION} cannot read the model of this recipe of tinbergen "
            f"{content['version']}: {error}"
        ) from error
    options = {key: content[key] for key in ("as_of", "least_effective", "until")}
    return content, Recipe(model, settings, outturns, **options)


_KEYS: dict[str, type | tuple[type, ...]] = {
    "version": str,
    "streams": int,
    "sha256": str,
    "scenario": (str, type(None)),
    "model": str,
    "notes": list,
    "settings": dict,
    "outturns": (str, type(None)),
    "as_of": (str, type(None)),
    "least_effective": (int, float, type(None)),
    "until": (dict, type(None)),
}


def _refuse(why: str) -> NoReturn:
    raise RecipeError(_DAMAGED.format(why))
