"""Runs: what a simulation gives, one ensemble for each scenario."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from tinbergen import _core
from tinbergen.ensemble import QUANTILES, Ensemble
from tinbergen.errors import UnknownNameError
from tinbergen.frames import Table
from tinbergen.optional import load
from tinbergen.plotting import RunsPlots
from tinbergen.settings import name_list

if TYPE_CHECKING:
    import xarray as xr

    from tinbergen.model import Model

__all__ = ["Runs"]


class Runs(Mapping[str, Ensemble]):
    """One ensemble for each scenario, by name; made by `Model.simulate`.

    All scenarios see the same luck. When scenarios have probabilities there is one more ensemble,
    ``mixture``.

    Examples
    --------
    >>> import tinbergen as tb
    >>> runs = tb.plans.yuecheng().simulate(paths=500, seed=1)
    >>> "baseline" in runs
    True
    >>> runs.info["seed"]
    1
    """

    def __init__(self, model: Model, core: _core.Ensembles) -> None:
        self._model = model
        self._core = core
        self._ensembles: dict[str, Ensemble] = {}

    @property
    def model(self) -> Model:
        """The model that was simulated."""
        return self._model

    @cached_property
    def info(self) -> dict[str, Any]:
        """How the numbers came about: seed, paths, design, streams, version, hash of the model."""
        return self._core.info

    def __getitem__(self, scenario: str) -> Ensemble:
        if scenario not in self._ensembles:
            if scenario not in self._core.names:
                raise UnknownNameError("scenario", scenario, self._core.names)
            self._ensembles[scenario] = Ensemble(self._model, self._core.ensemble(scenario))
        return self._ensembles[scenario]

    def __iter__(self) -> Iterator[str]:
        return iter(self._core.names)

    def __len__(self) -> int:
        return len(self._core.names)

    def attainment(self) -> Table:
        """Say how likely each target is, and how likely they are together.

        Returns
        -------
        Table
            Columns scenario, target, probability with its 95 % interval (low, high), and quantiles
            of the headroom, the distance to the bound in the target's unit (h05 to h95; positive
            when met). Rows besides the targets: ``all``, ``binding`` and ``expected`` where there
            are such, and each named set; these have no headroom.

        Examples
        --------
        >>> import tinbergen as tb
        >>> runs = tb.plans.yuecheng().simulate(paths=500, seed=1)
        >>> table = runs.attainment().filter(scenario="baseline", target="all")
        >>> bool(0 <= table["low"][0] <= table["probability"][0] <= table["high"][0] <= 1)
        True
        """
        return Table(self._core.attainment(), percent=("probability", "low", "high"))

    def contrast(self, a: str, b: str, indicators: str | Sequence[str] | None = None) -> Table:
        """Compare two scenarios path by path, under the same luck.

        Parameters
        ----------
        a, b
            Names of scenarios; differences are b - a.
        indicators
            Indicators to compare; all kept ones unless given. Targets are always compared.

        Returns
        -------
        Table
            Columns kind, name, period, difference (its mean), error (the Monte Carlo error),
            independent_error (what it would be without common luck), q05, q50, q95.

        Examples
        --------
        >>> import tinbergen as tb
        >>> model = tb.plans.yuecheng()
        >>> runs = model.simulate(paths=500, seed=1)
        >>> table = runs.contrast("baseline", list(model.scenarios)[0])
        >>> bool(table["difference"].size > 0)
        True
        """
        for name in (a, b):
            self[name]
        return Table(self._core.contrast(a, b, name_list(indicators)))

    def fan(
        self, indicators: str | Sequence[str] | None = None, quantiles: Sequence[float] = QUANTILES
    ) -> Table:
        """Summarise indicators of all scenarios by their mean and quantiles in each period.

        Examples
        --------
        >>> import tinbergen as tb
        >>> runs = tb.plans.yuecheng().simulate(paths=500, seed=1)
        >>> runs.fan("gdp").columns[:4]
        ('scenario', 'indicator', 'period', 'mean')
        """
        return Table.stack(
            [_with_scenario(name, self[name].fan(indicators, quantiles)) for name in self]
        )

    @property
    def plot(self) -> RunsPlots:
        """Charts of all scenarios: ``runs.plot.attainment()`` (needs matplotlib)."""
        return RunsPlots(self)

    def to_xarray(self) -> xr.DataTree:
        """Convert to an xarray tree with one dataset for each scenario.

        Examples
        --------
        >>> import tinbergen as tb
        >>> tree = tb.plans.yuecheng().simulate(paths=10, seed=1).to_xarray()
        >>> dict(tree["baseline"].sizes)
        {'period': 15, 'path': 10}
        """
        tree: xr.DataTree = load("xarray").DataTree.from_dict(
            {name: self[name].to_xarray() for name in self}, name=self._model.name
        )
        return tree

    def __repr__(self) -> str:
        return f"<Runs of {self._model.name!r}: {', '.join(self)}>"

    def _repr_html_(self) -> str:
        return self.attainment()._repr_html_()


def _with_scenario(name: str, table: Table) -> Table:
    columns = {column: table[column] for column in table.columns}
    return Table({"scenario": [name] * len(table), **columns})
