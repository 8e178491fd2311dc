"""One ensemble: all simulated paths of one scenario."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tinbergen import _core
from tinbergen.basics.mapping import Series
from tinbergen.basics.settings import name_list
from tinbergen.basics.table import Table
from tinbergen.basics.text import counted
from tinbergen.errors import NotKeptError, UnknownNameError, wrong_type
from tinbergen.lazy import EnsembleQuestions
from tinbergen.results.ensemble_plotting import EnsemblePlots
from tinbergen.results.one_scenario import OneScenario
from tinbergen.results.path_frames import PathFrames, Selection, path_columns
from tinbergen.results.recipe import Recipe, ensemble_again, hash_of_paths, written
from tinbergen.written.number_kinds import by_indicator

if TYPE_CHECKING:
    from tinbergen.basics.frames import Columns
    from tinbergen.basics.run_columns import FanColumns
    from tinbergen.written.model import Model

__all__ = ["QUANTILES", "Ensemble", "fan_table", "quantile_levels", "quantile_name"]

QUANTILES = (0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95)
"""The quantiles of a fan unless others are asked for."""


class Ensemble(OneScenario, EnsembleQuestions, PathFrames):
    """All paths of one scenario; made by `Model.simulate`.

    ``ensemble["gdp"]`` is the array of an indicator's paths, shape (periods of the span, paths):
    a read-only view of the memory of the simulation, which lives as long as the view does.

    Examples
    --------
    >>> import tinbergen as tb
    >>> baseline = tb.plans.yuecheng().simulate(paths=500, seed=1)["baseline"]
    >>> baseline["gdp"].shape
    (15, 500)
    >>> fan = baseline.fan("gdp", quantiles=(0.05, 0.5, 0.95))
    >>> fan.columns
    ('indicator', 'period', 'mean', 'q05', 'q50', 'q95')
    """

    __slots__ = ("_core", "_model", "_recipe", "_run")

    def __init__(
        self,
        model: Model,
        core: _core.Ensemble,
        recipe: Recipe | None = None,
        run: _core.Ensembles | None = None,
    ) -> None:
        self._model = model
        self._core = core
        self._recipe = recipe
        self._run = run

    @property
    def weights(self) -> NDArray[np.float64] | None:
        """Weights of the paths, which sum to 1; None when all weigh the same."""
        return self._core.weights

    @property
    def effective_paths(self) -> float:
        """How many equally weighted paths the paths are worth: ``1 / sum(weights**2)``."""
        return _core.evidence(self._core)[2]

    @property
    def evidence(self) -> float | None:
        """Logarithm of the density of the actual values in the scenario; None for a run that is conditioned on none.

        Differences between models or scenarios are log Bayes factors.

        Examples
        --------
        >>> import tinbergen as tb
        >>> runs = (
        ...     tb.plans.yuecheng()
        ...     .observe(tb.plans.outturns())
        ...     .simulate(2000, seed=1, scenarios=["baseline", "global_downturn"])
        ... )
        >>> runs["global_downturn"].evidence > runs["baseline"].evidence
        True
        """
        return _core.evidence(self._core)[0]

    @property
    def evidence_error(self) -> float | None:
        """Standard error of `evidence`: ``sqrt(1 / effective_paths - 1 / paths)``.

        It is that of the logarithm of a mean of weights, to first order; None for a run that is
        conditioned on nothing.
        """
        return _core.evidence(self._core)[1]

    @property
    def unsolved_paths(self) -> int:
        """Paths given up where several random numbers of a period were solved for together.

        Nobody knows whether they could meet the actual values. They count as if they could not, so
        that the evidence is at least what is said; where there are any, ``notes`` says so.

        Examples
        --------
        >>> import tinbergen as tb
        >>> tracked = tb.plans.yuecheng().observe(tb.plans.outturns())
        >>> tracked.simulate(2000, seed=1, scenarios="baseline")["baseline"].unsolved_paths
        0
        """
        return _core.evidence(self._core)[4]

    @property
    def tail_shape(self) -> float | None:
        """Shape ``k`` of a generalised Pareto distribution fitted to the largest weights.

        Below 0 the weights have a bound. From 0.5 on their variance may be infinite: effective
        paths, standard errors and intervals may then be too good. None where all weights are the
        same, or too few differ.

        References
        ----------
        .. [1] A. Vehtari, D. Simpson, A. Gelman, Y. Yao and J. Gabry (2024), Pareto smoothed
           importance sampling. Journal of Machine Learning Research 25(72).

        Examples
        --------
        >>> import tinbergen as tb
        >>> tracked = tb.plans.yuecheng().observe(tb.plans.outturns())
        >>> runs = tracked.simulate(2000, seed=1, scenarios="baseline")
        >>> runs["baseline"].tail_shape < 0.5
        True
        """
        return _core.evidence(self._core)[3]

    @property
    def _sha256(self) -> str:
        digest: str = hash_of_paths([self]).hexdigest()
        return digest

    def __reduce__(self) -> tuple[Any, ...]:
        if self._recipe is None:
            raise TypeError("these paths were made for a chart, not by a run: there is no recipe")
        return ensemble_again, written(self._recipe, self._sha256, self.scenario)

    def __copy__(self) -> Ensemble:
        return self  # it never changes

    def __deepcopy__(self, memo: dict[int, Any]) -> Ensemble:
        return self

    def __getitem__(self, indicator: str) -> NDArray[np.float64]:
        self._known(indicator)
        if indicator not in self:
            raise NotKeptError(indicator)
        return self._core.values(indicator)

    def __contains__(self, indicator: object) -> bool:
        return indicator in self._core.indicators

    def __iter__(self) -> Iterator[str]:
        return iter(self.indicators)

    def __len__(self) -> int:
        return self.paths

    def history(self, indicator: str) -> Series[float]:
        """Return the known values before the span; the mean where a value is drawn.

        Where an identity has no history, its value in the period before the span is what its
        equation gives.

        Examples
        --------
        >>> import tinbergen as tb
        >>> baseline = tb.plans.yuecheng().simulate(paths=10, seed=1)["baseline"]
        >>> 2020 in baseline.history("gdp")
        True
        """
        self._known(indicator)
        periods, values = self._core.history(indicator)
        return Series(dict(zip(periods, values.tolist(), strict=True)))

    def actual(self, indicator: str) -> Series[float]:
        """Return the actual values that the run is conditioned on, on the basis that it is on.

        Paths go through those that are exact, and near those that have an error of measurement.

        Examples
        --------
        >>> import tinbergen as tb
        >>> tracked = tb.plans.yuecheng().observe(tb.plans.outturns())
        >>> runs = tracked.simulate(1000, seed=1, scenarios="baseline", basis="new boundary")
        >>> runs["baseline"].actual("gdp")
        {Period('2022'): 1271.04}
        """
        self._known(indicator)
        recipe = self._recipe
        if recipe is None or recipe.outturns is None or not recipe.outturns.vintages:
            return Series()
        known = recipe.outturns.as_of(recipe.as_of or recipe.outturns.vintages[-1])
        basis = recipe.settings.get("basis") or ""
        rows = known.table.filter(indicator=indicator, basis=basis)
        return Series(dict(zip(rows["period"].tolist(), rows["value"].tolist(), strict=True)))

    def fan(
        self, indicators: str | Sequence[str] | None = None, quantiles: Sequence[float] = QUANTILES
    ) -> Table:
        """Summarise indicators by their mean and quantiles in each period.

        Parameters
        ----------
        indicators
            One name or several; all kept indicators unless given.
        quantiles
            Probabilities between 0 and 1.

        Returns
        -------
        Table
            Columns indicator, period, mean, and one for each quantile: q05, q50, ...

        Examples
        --------
        >>> import tinbergen as tb
        >>> baseline = tb.plans.yuecheng().simulate(paths=500, seed=1)["baseline"]
        >>> len(baseline.fan(["gdp", "population"], quantiles=[0.5]))
        30
        """
        names, levels = self._names(indicators), quantile_levels(quantiles)
        return fan_table(self._model, self._core.fan(names, levels), levels)

    def failures(self) -> Table:
        """Count the paths that broke (a value that is not finite), by indicator and period.

        Examples
        --------
        >>> import tinbergen as tb
        >>> runs = tb.plans.yuecheng().simulate(paths=10, seed=1)
        >>> runs["baseline"].failures().columns
        ('indicator', 'period', 'paths')
        """
        return Table(self._core.failures())

    def broken(self) -> Table:
        """Return the first paths that broke, at most 100: which equation broke first, and with what.

        Returns
        -------
        Table
            With columns path, period, indicator, reason, equation, numbers (the equation with numbers
            in the place of names) and values (what it uses, in words).

        Examples
        --------
        >>> import tinbergen as tb
        >>> model = tb.Model(
        ...     "m",
        ...     "2021..2021",
        ...     indicators={
        ...         "x": tb.Indicator(equation="x ~ 0"),
        ...         "y": tb.Indicator(equation="y = log(x)"),
        ...     },
        ...     shocks={"x": tb.normal(0, 1)},
        ...     failed_paths=1,
        ... )
        >>> broken = model.simulate(paths=100, seed=1)["baseline"].broken()
        >>> str(broken["indicator"][0]), str(broken["values"][0]).startswith("x = -")
        ('y', True)
        """
        return Table(_core.broken(self._core))

    @property
    def plot(self) -> EnsemblePlots:
        """Charts of this ensemble: ``ensemble.plot.fan("gdp")`` (needs matplotlib)."""
        return EnsemblePlots(self)

    def __repr__(self) -> str:
        return (
            f"<Ensemble {self.scenario!r}: {counted(self.paths, 'path')} of "
            f"{counted(len(self.indicators), 'indicator')} over {self._model.periods}>"
        )

    def _repr_html_(self) -> str:
        wanted = dict.fromkeys(target.indicator for target in self._model.targets)
        names = [name for name in wanted if name is not None and name in self][:8]
        names = names or list(self.indicators)[:8]
        text = f"<p>{escape(repr(self))}</p>"
        if not names:
            return text
        last = self.fan(names, quantiles=[0.05, 0.5, 0.95]).filter(period=self.periods[-1])
        labels = [self._model.indicators[name].text() or name for name in names]
        units = [self._model.indicators[name].unit or "" for name in names]
        return text + last.with_column("unit", units).with_column("label", labels)._repr_html_()

    def _columns_of(self, indicators: Selection) -> Columns:
        values = {name: self[name] for name in self._names(indicators)}
        return path_columns(list(map(str, self.periods)), self.paths, self.weights, values)

    def _names(self, indicators: Selection) -> list[str]:
        names = name_list(indicators)
        if names is None:
            return list(self.indicators)
        for name in names:
            self._known(name)
        return names

    def _known(self, indicator: str) -> None:
        if indicator not in self._model.indicators:
            raise UnknownNameError("indicator", indicator, self._model.indicators)


def quantile_levels(quantiles: Sequence[float]) -> list[float]:
    """Check the levels of a fan.

    Examples
    --------
    >>> quantile_levels((0.05, 1))
    [0.05, 1.0]
    """
    if isinstance(quantiles, (str, bytes)) or not isinstance(quantiles, Iterable):
        raise wrong_type(
            "quantiles", "numbers between 0 and 1, such as [0.05, 0.5, 0.95]", quantiles
        )
    levels = [float(q) for q in quantiles]
    if not all(0 <= q <= 1 for q in levels):
        raise ValueError(f"quantiles are probabilities between 0 and 1, not {quantiles}")
    return levels


def fan_table(model: Model, columns: FanColumns, levels: Sequence[float]) -> Table:
    """Make the table of a fan of what the core gives, whether paths are stored or not."""
    bands = columns["bands"]
    by_name = {quantile_name(q): bands[:, k] for k, q in enumerate(levels)}
    rest = {name: values for name, values in columns.items() if name not in ("bands", "error")}
    error = {"error": columns["error"]} if "error" in columns else {}
    shown = ("indicator", "period", "q05", "q25", "q50", "q75", "q95", *error)
    return Table(
        {**rest, **by_name, **error},
        row_kinds=by_indicator(model, ("mean", *by_name, *error)),
        shown=shown if tuple(levels) == tuple(QUANTILES) else (),
    )


def quantile_name(probability: float) -> str:
    """Name the column of a quantile: q05, q50, q97_5.

    Examples
    --------
    >>> quantile_name(0.05), quantile_name(0.975)
    ('q05', 'q97_5')
    """
    whole, _, part = f"{100 * probability:.6f}".rstrip("0").partition(".")
    return f"q{whole.zfill(2)}" + (f"_{part}" if part else "")
