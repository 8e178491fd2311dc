"""Paths as labelled arrays of xarray, which is imported here and nowhere else."""

from __future__ import annotations

import os
from collections.abc import Hashable
from typing import TYPE_CHECKING, Any, overload

import numpy as np
import xarray as xr
from xarray.indexes import PandasIndex

from tinbergen.basics.periods import Period
from tinbergen.questions.run_folder import RunFolder
from tinbergen.results.path_frames import Selection, refuse_clashes
from tinbergen.results.runs import Runs

if TYPE_CHECKING:
    from tinbergen.results.ensemble import Ensemble

__all__ = ["PeriodIndex", "to_xarray"]


class PeriodIndex(PandasIndex):
    """Periods as text, found by whatever `Period` reads: ``sel(period=2025)``, ``sel(period="2025")``.

    A year stands for all its quarters or months. Files have the text.
    """

    __slots__ = ()

    def sel(
        self, labels: dict[Hashable, Any], method: str | None = None, tolerance: Any = None
    ) -> Any:
        """Translate periods to their text, and look it up."""
        return super().sel(
            {name: self._label(label) for name, label in labels.items()}, method, tolerance
        )

    def _label(self, label: Any) -> Any:
        if isinstance(label, slice):
            first, last = self._ends(label.start)[0], self._ends(label.stop)[1]
            return slice(first, last, label.step)
        if isinstance(label, (xr.DataArray, xr.Variable)):
            return label if label.dtype.kind == "b" else label.copy(data=_texts(label.values))
        if isinstance(label, (list, tuple, np.ndarray)) or hasattr(label, "to_numpy"):
            array = label if isinstance(label, np.ndarray) else np.array(label, dtype=object)
            if array.ndim:
                return array if array.dtype.kind == "b" else _texts(array)
            label = array[()]
        first, last = self._ends(label)
        year = first != last and (first in self.index or last in self.index)
        return slice(first, last) if year else first

    def _ends(self, label: Any) -> tuple[Any, Any]:
        """Return the first and the last of our periods that lie in a period."""
        try:
            period = Period(label)
            frequency = Period(str(self.index[0])).frequency
            if period.frequency == "annual":
                ends = Period(period.start, frequency), Period(period.end, frequency)
                return str(ends[0]), str(ends[1])
        except (TypeError, ValueError, IndexError):
            return label, label
        return str(period), str(period)


def _texts(labels: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Write periods as text, and leave alone what is none."""

    def text(label: Any) -> Any:
        try:
            return str(Period(label))
        except (TypeError, ValueError):
            return label

    found = np.empty(labels.shape, dtype=object)
    for place, label in np.ndenumerate(labels):
        found[place] = text(label)
    return found


@overload
def to_xarray(paths: Ensemble, indicators: Selection = None) -> xr.Dataset: ...
@overload
def to_xarray(paths: Runs | RunFolder, indicators: Selection = None) -> xr.DataTree: ...
def to_xarray(
    paths: Ensemble | Runs | RunFolder, indicators: Selection = None
) -> xr.Dataset | xr.DataTree:
    """Convert paths to an xarray dataset with dimensions period and path; runs to a tree of them.

    Periods are text, so that the dataset can be written to netCDF and Zarr, and are selected as years,
    text or `Period` objects. Where paths do not weigh the same, the coordinate ``weight`` has their
    weights: ``dataset["gdp"].weighted(dataset["weight"])``. Of a run with ``store="zarr"`` nothing is read but what
    is asked for.

    Parameters
    ----------
    indicators
        One name or several; all kept indicators unless given.

    Returns
    -------
    xarray.Dataset or xarray.DataTree
        The paths of an ensemble, or for the runs of all scenarios one dataset for each of them.

    Examples
    --------
    >>> import numpy as np
    >>> import tinbergen as tb
    >>> runs = tb.plans.yuecheng().simulate(paths=10, seed=1)
    >>> dataset = runs["baseline"].to_xarray()
    >>> dict(dataset.sizes)
    {'period': 15, 'path': 10}
    >>> bool((dataset["gdp"].sel(period=2025) == dataset["gdp"].sel(period="2025")).all())
    True
    >>> mixture = runs.to_xarray("gdp")["mixture"]
    >>> mean = mixture["gdp"].weighted(mixture["weight"]).mean("path").sel(period=2025)
    >>> bool(np.isclose(mean, runs["mixture"].fan("gdp")["mean"][4], rtol=1e-12))
    True
    """
    if isinstance(paths, Runs):
        datasets = {name: _dataset(paths[name], indicators) for name in paths}
        return xr.DataTree.from_dict(datasets, name=paths.model.name)
    if isinstance(paths, RunFolder):
        if paths.store != "zarr":
            raise TypeError(
                f'to_xarray: xarray does not read {paths.store}; read it with scan(), or write store="zarr"'
            )
        paths.check_files()
        opened = {name: _opened(paths, name, indicators) for name in paths}
        return xr.DataTree.from_dict(opened, name=paths.model.name)
    return _dataset(paths, indicators)


def _opened(folder: RunFolder, scenario: str, indicators: Selection) -> xr.Dataset:
    """Open the arrays of a scenario, and read none of them."""
    names = folder[scenario]._names(indicators)
    group = folder.files(scenario)[0].relative_to(folder.folder).parts[0]
    data = xr.open_zarr(os.fspath(folder.folder), group=group, chunks=None)
    data = data.drop_vars([str(name) for name in data.data_vars if name not in names])
    texts = np.array(list(map(str, data["period"].values)))
    index = PeriodIndex(texts, "period", texts.dtype)
    periods = xr.Coordinates(index.create_variables(), {"period": index})
    found: xr.Dataset = data.drop_vars("period").assign_coords(periods)
    return found


def _dataset(ensemble: Ensemble, indicators: Selection) -> xr.Dataset:
    names = ensemble._names(indicators)
    texts = np.array(list(map(str, ensemble.periods)))
    index = PeriodIndex(texts, "period", texts.dtype)
    coords: dict[str, Any] = {"path": np.arange(ensemble.paths)}
    if ensemble.weights is not None:
        coords["weight"] = ("path", ensemble.weights)
    refuse_clashes(["period", *coords], names)
    variables = {}
    for name in names:
        part = ensemble.model.indicators[name]
        notes = {"units": part.unit, "long_name": part.text()}
        attrs = {key: value for key, value in notes.items() if value}
        variables[name] = (("period", "path"), ensemble[name], attrs)
    periods = xr.Coordinates(index.create_variables(), {"period": index})
    about = {"model": ensemble.model.name, "scenario": ensemble.scenario}
    return xr.Dataset(variables, periods.assign(coords), about)
