"""One ensemble: all simulated paths of one scenario."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tinbergen import _core
from tinbergen.errors import NotKeptError, UnknownNameError
from tinbergen.frames import Table
from tinbergen.mapping import Series
from tinbergen.optional import load
from tinbergen.periods import Period
from tinbergen.plotting import EnsemblePlots
from tinbergen.settings import name_list

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa
    import xarray as xr

    from tinbergen.model import Model

__all__ = ["QUANTILES", "Ensemble", "quantile_name"]

QUANTILES = (0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95)
"""The quantiles of a fan unless others are asked for."""


class Ensemble:
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

    __slots__ = ("_core", "_model")

    def __init__(self, model: Model, core: _core.Ensemble) -> None:
        self._model = model
        self._core = core

    @property
    def model(self) -> Model:
        """The model that was simulated."""
        return self._model

    @property
    def scenario(self) -> str:
        """Name of the scenario."""
        return self._core.scenario

    @property
    def indicators(self) -> tuple[str, ...]:
        """Names of the indicators whose paths were kept."""
        return tuple(self._core.indicators)

    @property
    def periods(self) -> tuple[Period, ...]:
        """Periods of the span, in the order of the rows."""
        return tuple(map(Period, self._core.periods))

    @property
    def paths(self) -> int:
        """Number of paths."""
        return self._core.paths

    @property
    def weights(self) -> NDArray[np.float64] | None:
        """Weights of the paths, which sum to 1; None when all weigh the same."""
        return self._core.weights

    @property
    def effective_paths(self) -> float:
        """How many equally weighted paths the paths are worth: ``1 / sum(weights**2)``."""
        return _core.evidence(self._core)[1]

    @property
    def evidence(self) -> float | None:
        """Logarithm of the density of the outturns in the scenario; None for a run held to none.

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

    def __getitem__(self, indicator: str) -> NDArray[np.float64]:
        self._known(indicator)
        if indicator not in self:
            raise NotKeptError(indicator)
        return self._core.values(indicator)

    def __contains__(self, indicator: object) -> bool:
        return indicator in self._core.indicators

    def __len__(self) -> int:
        return self.paths

    def history(self, indicator: str) -> Series[float]:
        """Give the known values before the span; the mean where a value is drawn.

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
        names = self._names(indicators)
        probabilities = [float(q) for q in quantiles]
        if not all(0 <= q <= 1 for q in probabilities):
            raise ValueError(f"quantiles are probabilities between 0 and 1, not {quantiles}")
        raw = self._core.fan(names, probabilities)
        bands = raw.pop("bands")
        labels = [quantile_name(q) for q in probabilities]
        return Table({**raw, **{label: bands[:, k] for k, label in enumerate(labels)}})

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
        """Give the first paths that broke, at most 100: which equation broke first, and with what.

        Returns
        -------
        Table
            With columns path, period, indicator, reason, equation and values (what the equation
            uses, in words).

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

    def warning_record(self) -> Table:
        """Say how good early warnings on indicators are, in simulated paths.

        Returns
        -------
        Table
            For each warning and period before its target is due: how often it fires, how often
            the target is missed (in all, where it fires, where it is quiet), the hit rate (fires
            where the target is missed) and the rate of false alarms (fires where it is met), each
            with its 95 % interval.

        Examples
        --------
        >>> import tinbergen as tb
        >>> slow = tb.EarlyWarning(indicator="gdp", below=1100, target="gdp-2025")
        >>> model = tb.plans.yuecheng().add(warnings={"slow": slow})
        >>> table = model.simulate(500, seed=1)["baseline"].warning_record()
        >>> table["period"].tolist()
        ['2021', '2022', '2023', '2024', '2025']
        """
        from tinbergen.warning import record

        return record(self)

    @property
    def plot(self) -> EnsemblePlots:
        """Charts of this ensemble: ``ensemble.plot.fan("gdp")`` (needs matplotlib)."""
        return EnsemblePlots(self)

    # Other libraries

    def to_pandas(self, indicators: str | Sequence[str] | None = None) -> pd.DataFrame:
        """Convert paths to a pandas data frame, one row for each period and path.

        Parameters
        ----------
        indicators
            One name or several; all kept indicators unless given.

        Returns
        -------
        pandas.DataFrame
            A column for each indicator; the index has a level of pandas Periods and one of paths.

        Examples
        --------
        >>> import tinbergen as tb
        >>> baseline = tb.plans.yuecheng().simulate(paths=10, seed=1)["baseline"]
        >>> baseline.to_pandas("gdp").groupby("period").mean().shape
        (15, 1)
        """
        pandas = load("pandas")
        names = self._names(indicators)
        span = self._model.periods.to_pandas().rename("period")
        paths = pandas.RangeIndex(self.paths, name="path")
        index = pandas.MultiIndex.from_product([span, paths])
        frame: pd.DataFrame = pandas.DataFrame(
            {name: self[name].ravel() for name in names}, index=index
        )
        return frame

    def to_polars(self, indicators: str | Sequence[str] | None = None) -> pl.DataFrame:
        """Convert paths to a polars data frame with columns period, path and the indicators.

        Examples
        --------
        >>> import tinbergen as tb
        >>> baseline = tb.plans.yuecheng().simulate(paths=10, seed=1)["baseline"]
        >>> baseline.to_polars("gdp").columns
        ['period', 'path', 'gdp']
        """
        frame: pl.DataFrame = load("polars").DataFrame(self._long(indicators))
        return frame

    def to_arrow(self, indicators: str | Sequence[str] | None = None) -> pa.Table:
        """Convert paths to a pyarrow table with columns period, path and the indicators.

        Examples
        --------
        >>> import tinbergen as tb
        >>> baseline = tb.plans.yuecheng().simulate(paths=10, seed=1)["baseline"]
        >>> baseline.to_arrow("gdp").num_rows
        150
        """
        table: pa.Table = load("pyarrow").table(self._long(indicators))
        return table

    def to_xarray(self, indicators: str | Sequence[str] | None = None) -> xr.Dataset:
        """Convert paths to an xarray dataset with dimensions period and path.

        Periods are text, so that the dataset can be written to netCDF and Zarr.

        Examples
        --------
        >>> import tinbergen as tb
        >>> baseline = tb.plans.yuecheng().simulate(paths=10, seed=1)["baseline"]
        >>> dict(baseline.to_xarray().sizes)
        {'period': 15, 'path': 10}
        """
        coords: dict[str, Any] = {"period": list(map(str, self.periods))}
        coords["path"] = np.arange(self.paths)
        if self.weights is not None:
            coords["weight"] = ("path", self.weights)
        variables = {}
        for name in self._names(indicators):
            part = self._model.indicators[name]
            notes = {"units": part.unit, "long_name": part.text()}
            attrs = {key: value for key, value in notes.items() if value}
            variables[name] = (("period", "path"), self[name], attrs)
        dataset: xr.Dataset = load("xarray").Dataset(
            variables, coords, {"model": self._model.name, "scenario": self.scenario}
        )
        return dataset

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """Hand the paths to any library that reads Arrow (needs pyarrow or polars)."""
        try:
            stream: Any = self.to_arrow()
        except ImportError:
            stream = self.to_polars()
        capsule: object = stream.__arrow_c_stream__(requested_schema)
        return capsule

    def __repr__(self) -> str:
        return (
            f"<Ensemble {self.scenario!r}: {self.paths:,} paths of {len(self.indicators)} "
            f"indicators over {self._model.periods}>"
        )

    def _long(self, indicators: str | Sequence[str] | None) -> dict[str, Any]:
        names = self._names(indicators)
        clash = {"period", "path"} & set(names)
        if clash:
            raise ValueError(
                f'an indicator is called "{clash.pop()}" like a column of the table: '
                "name the others in indicators=[...]"
            )
        periods = np.array(list(map(str, self.periods)))
        return {
            "period": np.repeat(periods, self.paths),
            "path": np.tile(np.arange(self.paths), len(periods)),
            **{name: self[name].ravel() for name in names},
        }

    def _names(self, indicators: str | Sequence[str] | None) -> list[str]:
        names = name_list(indicators)
        if names is None:
            return list(self.indicators)
        for name in names:
            self._known(name)
        return names

    def _known(self, indicator: str) -> None:
        if indicator not in self._model.indicators:
            raise UnknownNameError("indicator", indicator, self._model.indicators)


def quantile_name(probability: float) -> str:
    """Name the column of a quantile: q05, q50, q97_5.

    Examples
    --------
    >>> quantile_name(0.05), quantile_name(0.975)
    ('q05', 'q97_5')
    """
    whole, _, part = f"{100 * probability:.6f}".rstrip("0").partition(".")
    return f"q{whole.zfill(2)}" + (f"_{part}" if part else "")
