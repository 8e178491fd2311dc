"""What a model does: responses, multipliers, contributions, stability, who drives whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from tinbergen import _core
from tinbergen.errors import UnknownNameError
from tinbergen.frames import Table
from tinbergen.model import Model
from tinbergen.optional import load
from tinbergen.scenario import Change, Scenario
from tinbergen.settings import name_list

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes
    from numpy.typing import NDArray


__all__ = [
    "Contributions",
    "Drivers",
    "Multipliers",
    "Responses",
    "Stability",
    "contributions",
    "drivers",
    "multipliers",
    "responses",
    "stability",
]

Changes: TypeAlias = "str | Change | Iterable[Change]"


class _ModelTable(Table):
    """A table that knows the model it is of, for labels in charts."""

    __slots__ = ("_model",)

    def __init__(self, columns: Mapping[str, Any], model: Model) -> None:
        super().__init__(columns)
        self._model = model

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), ({name: self[name] for name in self.columns}, self._model)


def _charts() -> Any:
    load("matplotlib")
    return load("tinbergen.plots._analysis")


class Responses(_ModelTable):
    """What a change does, by indicator and period.

    Columns indicator, period, baseline, level, difference, percent, error (Monte Carlo standard
    error of the difference), q05, q95 (quantiles of the difference over paths), percent_q05 and
    percent_q95.
    """

    __slots__ = ()

    def plot(
        self,
        indicator: str | None = None,
        *,
        measure: Literal["difference", "percent", "level"] = "difference",
        language: str = "en",
        ax: Axes | None = None,
    ) -> Axes:
        """Draw the response of an indicator; the first one unless given."""
        axes: Axes = _charts().response(
            self, indicator, measure=measure, model=self._model, language=language, ax=ax
        )
        return axes


class Multipliers(_ModelTable):
    """Effects per unit of an instrument: columns indicator, period, dynamic, cumulative, permanent.

    ``dynamic`` is the effect of one unit in the first period, ``cumulative`` its sum so far,
    ``permanent`` the effect of one unit in every period.
    """

    __slots__ = ()

    def plot(
        self, indicator: str | None = None, *, language: str = "en", ax: Axes | None = None
    ) -> Axes:
        """Draw the multipliers of an indicator; the first one unless given."""
        axes: Axes = _charts().multipliers(
            self, indicator, model=self._model, language=language, ax=ax
        )
        return axes


class Contributions(_ModelTable):
    """What the parts of a change contribute: columns indicator, period, part, contribution.

    The contributions of a period add up to the whole change; `method` says how effects that work
    together were shared out.
    """

    __slots__ = ("method",)
    method: str

    def __init__(self, columns: Mapping[str, Any], model: Model, method: str = "") -> None:
        super().__init__(columns, model)
        self.method = method

    def __reduce__(self) -> tuple[Any, ...]:
        return Contributions, ({n: self[n] for n in self.columns}, self._model, self.method)

    def plot(
        self,
        indicator: str | None = None,
        *,
        most: int = 7,
        language: str = "en",
        ax: Axes | None = None,
    ) -> Axes:
        """Draw contributions as stacked bars; the smallest beyond `most` parts as one."""
        axes: Axes = _charts().contributions(
            self, indicator, most=most, model=self._model, language=language, ax=ax
        )
        return axes


class Stability(_ModelTable):
    """Eigenvalues, the largest first: columns modulus, real, imaginary, cycle (in periods).

    `spectral_radius` is the largest modulus, `verdict` ``"stable"``, ``"unit root"`` or
    ``"explosive"``, `states` the lagged values the dynamics start from, `matrix` the companion
    matrix: how much each state, a period later, moves with each state now.
    """

    __slots__ = ("matrix", "period", "spectral_radius", "states", "verdict")

    def __init__(
        self,
        columns: Mapping[str, Any],
        model: Model,
        period: str,
        verdict: str,
        spectral_radius: float,
        states: Sequence[tuple[str, int]],
        matrix: NDArray[np.float64],
    ) -> None:
        super().__init__(columns, model)
        self.matrix = matrix
        self.period, self.verdict, self.spectral_radius = period, verdict, spectral_radius
        self.states = tuple(states)

    def __reduce__(self) -> tuple[Any, ...]:
        columns = {name: self[name] for name in self.columns}
        known = (self.period, self.verdict, self.spectral_radius, self.states, self.matrix)
        return Stability, (columns, self._model, *known)

    def plot(self, *, language: str = "en", ax: Axes | None = None) -> Axes:
        """Draw the eigenvalues with the unit circle."""
        axes: Axes = _charts().stability(self, model=self._model, language=language, ax=ax)
        return axes


class Drivers:
    """Who drives whom around one indicator.

    Parameters
    ----------
    centre
        The indicator in the middle.
    distance
        Steps from it by name: below 0 what drives it, above what it drives.
    edges
        Links: name of the cause, name of the effect, lags.
    exogenous
        The names without an equation.
    text, dot, mermaid
        The graph as indented text, for Graphviz, and for Mermaid.
    """

    __slots__ = ("_model", "centre", "distance", "dot", "edges", "exogenous", "mermaid", "text")

    def __init__(
        self,
        centre: str,
        names: Sequence[tuple[str, int, bool]],
        edges: Sequence[tuple[str, str, Sequence[int]]],
        text: str,
        dot: str,
        mermaid: str,
        model: Model,
    ) -> None:
        self.centre = centre
        self.distance = {name: distance for name, distance, _ in names}
        self.exogenous = frozenset(name for name, _, known in names if known)
        self.edges = tuple((cause, effect, tuple(lags)) for cause, effect, lags in edges)
        self.text, self.dot, self.mermaid = text, dot, mermaid
        self._model = model

    def table(self) -> Table:
        """Give the links as a table: from, to, lags."""
        return Table(
            {
                "from": [cause for cause, _, _ in self.edges],
                "to": [effect for _, effect, _ in self.edges],
                "lags": [", ".join(map(str, lags)) for _, _, lags in self.edges],
            }
        )

    def plot(self, *, language: str = "en", ax: Axes | None = None) -> Axes:
        """Draw the graph: causes on the left, effects on the right; lagged links are dashed."""
        axes: Axes = _charts().drivers(self, model=self._model, language=language, ax=ax)
        return axes

    def __repr__(self) -> str:
        return self.text.rstrip()


def _names(model: Model, of: str | Sequence[str] | None) -> list[str]:
    names = name_list(of)
    chosen = list(model.indicators) if names is None else list(names)
    for name in chosen:
        model.indicators[name]  # an unknown name offers the nearest one
    return chosen


def responses(
    model: Model,
    changes: Changes,
    *,
    of: str | Sequence[str] | None = None,
    paths: int | None = None,
    seed: int = 0,
) -> Responses:
    """Give the response to a change; see `Model.response`."""
    names = _names(model, of)
    if isinstance(changes, str):
        name, model_with = changes, model
        model.scenarios[name]
    else:
        parts = [changes] if isinstance(changes, Change) else list(changes)
        name = "response"
        while name in model.scenarios:
            name += "_"
        model_with = model.add(scenarios={name: Scenario(parts)})
    core = model_with._to_core()
    core = _core.at_means(core) if paths is None else core
    runs = core.compile().simulate(
        paths=paths or 1, seed=seed, scenarios=["baseline", name], keep=names
    )
    pair = (runs.ensemble("baseline"), runs.ensemble(name))
    return Responses(_core.response(*pair, names), model)


def multipliers(
    model: Model,
    instrument: str,
    *,
    of: str | Sequence[str] | None = None,
    size: float = 1.0,
) -> Multipliers:
    """Give the multipliers of an instrument; see `Model.multipliers`."""
    kinds: dict[str, Mapping[str, Any]] = {
        "indicator": model.indicators,
        "parameter": model.parameters,
        "shock": model.shocks,
    }
    kind = next((kind for kind, names in kinds.items() if instrument in names), None)
    if kind is None:
        known = [name for names in kinds.values() for name in names]
        raise UnknownNameError("instrument", instrument, known)
    names = _names(model, of)
    table = _core.multipliers(model._to_core(), kind, instrument, float(size), names)
    return Multipliers(table, model)


def contributions(
    model: Model,
    scenario: str | None = None,
    *,
    of: str | Sequence[str] | None = None,
    by: Literal["subject", "change"] = "subject",
) -> Contributions:
    """Give what the parts of a change contribute; see `Model.contributions`."""
    if by not in ("subject", "change"):
        raise ValueError(f"by must be 'subject' or 'change', found {by!r}")
    if scenario is not None:
        model.scenarios[scenario]
    names = _names(model, of)
    method, table = _core.contributions(model._to_core(), scenario, by, names)
    return Contributions(table, model, method)


def stability(model: Model, period: Any = None) -> Stability:
    """Give the eigenvalues of a model; see `Model.stability`."""
    at = str(model.periods.first if period is None else period)
    verdict, radius, states, table, matrix = _core.stability(model._to_core(), at)
    return Stability(table, model, at, verdict, radius, states, matrix)


def drivers(
    model: Model,
    indicator: str,
    *,
    radius: int = 1,
    side: Literal["both", "causes", "effects"] = "both",
) -> Drivers:
    """Give who drives whom around an indicator; see `Model.drivers`."""
    if side not in ("both", "causes", "effects"):
        raise ValueError(f"side must be 'both', 'causes' or 'effects', found {side!r}")
    if radius < 1:
        raise ValueError(f"radius must be at least 1, found {radius}")
    model.indicators[indicator]
    found = _core.drivers(model._to_core(), indicator, radius, side)
    return Drivers(indicator, *found, model)
