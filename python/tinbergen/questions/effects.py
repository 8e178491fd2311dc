"""What a change does: responses, multipliers, contributions of its parts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from tinbergen import _core
from tinbergen.basics.settings import name_list
from tinbergen.basics.theme import Size, ThemeLike
from tinbergen.errors import UnknownNameError
from tinbergen.lazy import analysis_charts
from tinbergen.results.model_table import ModelTable
from tinbergen.written.draws import in_draws
from tinbergen.written.model import Model
from tinbergen.written.scenario import Change, Scenario

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Contributions", "Multipliers", "Responses", "contributions", "multipliers", "response"]

Changes: TypeAlias = "str | Change | Iterable[Change]"


class Responses(ModelTable):
    """What a change does, by indicator and period.

    Columns indicator, period, baseline, level, difference, percent, error (Monte Carlo standard
    error of the difference), q05, q95 (quantiles of the difference over paths), percent_q05 and
    percent_q95.
    """

    __slots__ = ()
    _few = (
        "indicator", "period", "baseline", "level", "difference", "percent", "q05", "q95",
    )  # fmt: skip

    def plot(
        self,
        indicator: str | None = None,
        *,
        measure: Literal["difference", "percent", "level"] = "difference",
        language: str = "en",
        ax: Axes | None = None,
        figsize: Size | None = None,
        theme: ThemeLike = "light",
    ) -> Axes:
        """Draw the response of an indicator; the first one unless given."""
        return analysis_charts.response(
            self,
            indicator,
            measure=measure,
            model=self._model,
            language=language,
            ax=ax,
            figsize=figsize,
            theme=theme,
        )


class Multipliers(ModelTable):
    """Effects per unit of an instrument: columns indicator, period, dynamic, cumulative, permanent.

    ``dynamic`` is the effect of one unit in the first period, ``cumulative`` its sum so far,
    ``permanent`` the effect of one unit in every period.
    """

    __slots__ = ()

    def plot(
        self,
        indicator: str | None = None,
        *,
        language: str = "en",
        ax: Axes | None = None,
        figsize: Size | None = None,
        theme: ThemeLike = "light",
    ) -> Axes:
        """Draw the multipliers of an indicator; the first one unless given."""
        return analysis_charts.multipliers(
            self,
            indicator,
            model=self._model,
            language=language,
            ax=ax,
            figsize=figsize,
            theme=theme,
        )


class Contributions(ModelTable):
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
        figsize: Size | None = None,
        theme: ThemeLike = "light",
    ) -> Axes:
        """Draw contributions as stacked bars; the smallest beyond `most` parts as one."""
        return analysis_charts.contributions(
            self,
            indicator,
            most=most,
            model=self._model,
            language=language,
            ax=ax,
            figsize=figsize,
            theme=theme,
        )


def _names(model: Model, of: str | Sequence[str] | None) -> list[str]:
    names = name_list(of)
    chosen = list(model.indicators) if names is None else list(names)
    for name in chosen:
        model.indicators[name]  # an unknown name offers the nearest one
    return chosen


def response(
    model: Model,
    changes: str | Change | Iterable[Change],
    *,
    of: str | Sequence[str] | None = None,
    paths: int | None = None,
    seed: int = 0,
) -> Responses:
    r"""Compute what a change does to indicators, in levels, differences and per cent.

    Parameters
    ----------
    changes
        Name of a scenario, a change, or several.
    of
        The indicators; all of them unless given.
    paths
        How many paths, under common random numbers with and without the change; one with everything at
        its mean unless given.
    seed
        Seed of the paths.

    Returns
    -------
    Responses
        A table, with a chart by ``.plot("gdp", measure="percent")``.

    See Also
    --------
    Runs.contrast : Two scenarios of a run.
    Model.contributions : What the parts of a change contribute.

    Examples
    --------
    >>> import tinbergen as tb
    >>> model = tb.read_text(
    ...     "periods 2021..2023\ndata g 2021 = 20, 2022 = 20, 2023 = 20\ny = 2 * g"
    ... )
    >>> found = model.response(tb.Change(indicator="g", periods="2022", add=1), of="y")
    >>> found["difference"].tolist(), found["percent"].tolist()
    ([0.0, 2.0, 0.0], [0.0, 5.0, 0.0])
    """
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
        {"paths": paths or 1, "seed": seed, "scenarios": ["baseline", name], "keep": names}
    )
    pair = (runs.ensemble("baseline"), runs.ensemble(name))
    return Responses(_core.response(*pair, names), model)


def multipliers(
    model: Model, instrument: str, *, of: str | Sequence[str] | None = None, size: float = 1.0
) -> Multipliers:
    r"""Compute effects per unit of an instrument, with everything random at its mean.

    Parameters
    ----------
    instrument
        An exogenous indicator, one with an equation (by its add factor), a shock or a parameter.
    of
        The indicators; all of them unless given.
    size
        By how much the instrument is moved; effects are divided by it.

    Returns
    -------
    Multipliers
        A table: ``dynamic`` (one unit in the first period), ``cumulative`` (its sum so far),
        ``permanent`` (one unit in every period).

    Raises
    ------
    UnknownNameError
        When there is no such instrument or indicator.

    See Also
    --------
    Model.response : What any change does, period by period.

    Examples
    --------
    >>> import tinbergen as tb
    >>> model = tb.read_text("periods 2021..2023\ndata y 2020 = 1\ny ~ 0.5 * y[-1]")
    >>> model.multipliers("y")["cumulative"].round(6).tolist()
    [1.0, 1.5, 1.75]
    """
    kinds: dict[str, Mapping[str, Any]] = {
        "indicator": model.indicators,
        "parameter": {**model.parameters, **in_draws(model)},
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
    r"""Split what a scenario does over its parts, or history over the residuals of equations.

    Up to eight parts: Shapley values. More: the average over the order as written and its
    reverse. Both add up to the whole change exactly; ``.method`` says which it was.

    Parameters
    ----------
    scenario
        Its name; unless given, what the add factors of a tracked model contribute, equation by
        equation: history minus what the model alone would have given.
    of
        The indicators; all of them unless given.
    by
        Whether all changes to one indicator are one part, or each change is.

    Returns
    -------
    Contributions
        A table with ``.method``, and a chart by ``.plot("gdp")``.

    See Also
    --------
    tinbergen.explain : The same for a probability or a quantile.

    Examples
    --------
    >>> import tinbergen as tb
    >>> model = tb.read_text("periods 2021..2021\ndata a 2021 = 2\ndata b 2021 = 3\ny = a * b")
    >>> more = tb.Scenario([tb.Change(indicator="a", add=1), tb.Change(indicator="b", add=2)])
    >>> found = model.add(scenarios={"more": more}).contributions("more", of="y")
    >>> dict(zip(found["part"].tolist(), found["contribution"].round(6).tolist()))
    {'a': 4.0, 'b': 5.0}
    """
    if by not in ("subject", "change"):
        raise ValueError(f"by must be 'subject' or 'change', found {by!r}")
    if scenario is not None:
        model.scenarios[scenario]
    names = _names(model, of)
    method, table = _core.contributions(model._to_core(), scenario, by, names)
    return Contributions(table, model, method)
