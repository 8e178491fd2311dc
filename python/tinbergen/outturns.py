"""Outturns: what became known, and when; and a model held to it."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tinbergen import _core
from tinbergen._core import Outturns as CoreOutturns
from tinbergen.frames import Table
from tinbergen.progress import reporting
from tinbergen.settings import memory_bytes, name_list, path_count, seed_number, threads_setting

if TYPE_CHECKING:
    from tinbergen.model import Design, Model
    from tinbergen.runs import Runs

__all__ = ["Outturns", "Tracked", "attainment_by_round", "observe"]

# Not-a-number in these columns of a table is an empty cell; among values it is a mistake.
_OPTIONAL = ("sd", "relative_sd")


class Outturns:
    """Actual values with their vintages: one row for each value.

    Columns ``indicator``, ``period``, ``value``, ``vintage`` (the day it was published), and any of
    ``basis`` (when it is not that of the histories, see `Link`), ``sd`` or ``relative_sd`` (of the
    measurement error; exact when empty), ``source`` and ``note``.

    Parameters
    ----------
    table
        A CSV file, a pandas or polars data frame, a mapping of columns or a `Table`.

    Raises
    ------
    ModelError
        With every row that cannot be: each with its file and line.

    Examples
    --------
    >>> outturns = Outturns(
    ...     {
    ...         "indicator": ["gdp", "gdp"],
    ...         "period": [2021, 2021],
    ...         "value": [1120, 1126],
    ...         "vintage": ["2022-03-01", "2023-01-20"],
    ...     }
    ... )
    >>> outturns.vintages
    ('2022-03-01', '2023-01-20')
    >>> outturns.as_of("2022-12-31").table["value"].tolist()
    [1120.0]
    """

    __slots__ = ("_core",)
    _core: CoreOutturns

    def __init__(self, table: Any) -> None:
        if isinstance(table, Outturns):
            self._core = table._core
        elif isinstance(table, (str, os.PathLike)):
            path = Path(table)
            self._core = CoreOutturns.from_csv(path.read_bytes(), str(path))
        else:
            self._core = CoreOutturns.from_csv(_written(table).encode(), "outturns")

    @classmethod
    def _of(cls, core: CoreOutturns) -> Outturns:
        new = object.__new__(cls)
        new._core = core
        return new

    @property
    def vintages(self) -> tuple[str, ...]:
        """The days on which anything was published, in order."""
        return tuple(self._core.vintages)

    @property
    def table(self) -> Table:
        """All rows: indicator, period, value, vintage, basis, sd, source."""
        return Table(self._core.rows())

    def as_of(self, day: str | date) -> Outturns:
        """Give what was known at the end of a day: of each value the newest vintage."""
        return self._of(self._core.as_of(str(day)))

    def __len__(self) -> int:
        return len(self.table)

    def __repr__(self) -> str:
        return f"<Outturns: {len(self)} values, {len(self.vintages)} vintages>"

    def _repr_html_(self) -> str:
        return self.table._repr_html_()


class Tracked:
    """A model held to outturns; made by `Model.observe`.

    Paths go through what is exactly known, everything else is what the model says given it: shocks
    are backed out, what is correlated with them moves along, and parameters are learnt by Bayes'
    rule. Paths carry weights where the model is not linear; every summary uses them.
    """

    __slots__ = ("_core", "_model")

    def __init__(self, core: _core.Tracked) -> None:
        from tinbergen.model import Model

        self._core = core
        self._model = Model._from_core(core.model)

    @property
    def model(self) -> Model:
        """The model; what a scenario sets for a period that is now known has given way."""
        return self._model

    @property
    def known(self) -> Outturns:
        """The outturns that it is held to, one vintage for each value."""
        return Outturns._of(self._core.known)

    def simulate(
        self,
        paths: int = 10_000,
        *,
        seed: int | None = None,
        scenarios: str | Sequence[str] | None = None,
        keep: str | Sequence[str] | None = None,
        design: Design = "random",
        basis: str | None = None,
        threads: int | None = None,
        memory_limit: int | str | None = None,
        progress: bool | Callable[[int, int], object] | None = None,
    ) -> Runs:
        """Simulate, as `Model.simulate` does.

        Parameters
        ----------
        paths, seed, scenarios, keep, design, threads, memory_limit, progress
            As in `Model.simulate`.
        basis
            The basis of a `Link`: figures, and with them targets, are those of the new basis.

        Raises
        ------
        NumericalError
            When so few paths are near the outturns that nothing can be said.

        Examples
        --------
        >>> import tinbergen as tb
        >>> model = tb.plans.yuecheng()
        >>> tracked = model.observe(tb.plans.outturns())
        >>> runs = tracked.simulate(4000, seed=1, scenarios="baseline", basis="new boundary")
        >>> round(float(runs["baseline"]["gdp"][1, 0]), 2)
        1271.04
        """
        from tinbergen.runs import Runs

        with reporting(progress) as watch:
            core = self._core.simulate(
                paths=path_count(paths),
                seed=seed_number(seed),
                scenarios=name_list(scenarios),
                keep=name_list(keep),
                design=design,
                threads=threads_setting(threads),
                memory_limit=memory_bytes(memory_limit),
                basis=basis,
                watch=watch,
            )
        return Runs(self._model, core, held=(self.known, basis))

    def attainment(
        self,
        paths: int = 10_000,
        *,
        seed: int | None = None,
        scenarios: str | Sequence[str] | None = None,
        design: Design = "random",
        basis: str | None = None,
        threads: int | None = None,
    ) -> Table:
        """Say how likely each target and set is, given what is known.

        The probabilities are those of ``simulate(...).attainment()``, but only what targets and
        outturns need is simulated and nothing is stored, which takes a fraction of the time.

        Parameters
        ----------
        paths, seed, scenarios, design, basis, threads
            As in `simulate`.

        Returns
        -------
        Table
            Columns scenario, target, probability, low and high (95 % interval), effective_paths.

        Raises
        ------
        NumericalError
            When so few paths are near the outturns that nothing can be said.

        Examples
        --------
        >>> import tinbergen as tb
        >>> tracked = tb.plans.yuecheng().observe(tb.plans.outturns())
        >>> table = tracked.attainment(2000, seed=1, scenarios="baseline")
        >>> row = next(table.filter(target="gdp-2025").rows())
        >>> row["low"] < row["probability"] < row["high"], row["effective_paths"] > 1500
        (True, True)
        """
        columns = _core.attainment_given(
            self._core,
            paths=path_count(paths),
            seed=seed_number(seed),
            scenarios=name_list(scenarios),
            design=design,
            threads=threads_setting(threads),
            basis=basis,
        )
        return Table(columns, percent=("probability", "low", "high"))

    def __repr__(self) -> str:
        return f"<Tracked {self._model.name!r}: {len(self.known)} outturns>"


def observe(
    model: Model,
    outturns: Any,
    *,
    as_of: str | date | None = None,
    least_effective: float | None = None,
) -> Tracked:
    """Hold a model to what was known on a day, see `Model.observe`."""
    day = None if as_of is None else str(as_of)
    core = _core.observe(model._program(), Outturns(outturns)._core, day, least_effective)
    return Tracked(core)


def attainment_by_round(
    model: Model,
    outturns: Any,
    *,
    paths: int = 10_000,
    seed: int | None = None,
    dates: Iterable[str | date] | None = None,
    scenarios: str | Sequence[str] | None = None,
    basis: str | None = None,
    threads: int | None = None,
    least_effective: float | None = None,
) -> Table:
    """Say how likely each target was in each round, see `Model.rounds`."""
    columns = _core.attainment_by_round(
        model._program(),
        Outturns(outturns)._core,
        paths=path_count(paths),
        seed=seed_number(seed),
        dates=None if dates is None else [str(day) for day in dates],
        scenarios=name_list(scenarios),
        threads=threads_setting(threads),
        basis=basis,
        least_effective=least_effective,
    )
    return Table(columns, percent=("probability", "low", "high"))


def _written(table: Any) -> str:
    """Write a data frame or a mapping of columns as CSV."""
    if hasattr(table, "write_csv"):  # polars
        return str(table.write_csv())
    if isinstance(table, Table):
        table = {name: list(table[name]) for name in table.columns}
    if not isinstance(table, Mapping) and hasattr(table, "to_csv"):  # pandas
        return str(table.to_csv(index=False))
    if not isinstance(table, Mapping):
        raise TypeError(
            "outturns are a CSV file, a data frame or a mapping of columns, "
            f"not {type(table).__name__}"
        )
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(table)
    columns = [
        ["" if name in _OPTIONAL and cell != cell else cell for cell in column]
        for name, column in table.items()
    ]
    writer.writerows(zip(*columns, strict=True))
    return out.getvalue()
