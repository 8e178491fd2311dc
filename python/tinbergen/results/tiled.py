"""Tiled runs: exact quantiles in the memory of a few periods, and no path."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tinbergen import _core
from tinbergen.basics.run_kinds import TILED, tiled_for
from tinbergen.results.pathless import PathlessEnsemble, PathlessRuns

if TYPE_CHECKING:
    from tinbergen.results.recipe import Recipe
    from tinbergen.written.model import Model

__all__ = ["TiledEnsemble", "TiledRuns"]


class TiledEnsemble(PathlessEnsemble):
    """What is known of the paths of one scenario, indicator by indicator and period by period.

    Examples
    --------
    >>> import tinbergen as tb
    >>> runs = tb.plans.yuecheng().simulate(paths=500, seed=1, store="tiled")
    >>> runs["baseline"]
    <TiledEnsemble 'baseline': 500 paths of 51 indicators over 2021..2035>
    """

    __slots__ = ()


class TiledRuns(PathlessRuns):
    """What a run says that keeps no path and is simulated a few periods at a time; ``Model.simulate(store="tiled")``.

    All paths go through a few periods, a *tile*, of which quantiles are taken, then all of them through the
    next. Fans and attainment are those of the run that stores its paths, to the bit. The levels of quantiles are
    chosen when it runs. What needs paths is a `NotStoredError`, the mixture of scenarios included.

    Examples
    --------
    >>> import tinbergen as tb
    >>> plan = tb.plans.yuecheng()
    >>> runs = plan.simulate(paths=2000, seed=1, store="tiled", scenarios="baseline")
    >>> stored = plan.simulate(paths=2000, seed=1, scenarios="baseline")
    >>> runs.fan() == stored.fan(), runs.attainment() == stored.attainment()
    (True, True)
    >>> runs["baseline"]["gdp"]
    Traceback (most recent call last):
    ...
    tinbergen.errors.NotStoredError: paths of "gdp": a tiled run keeps no path; simulate with store="stored", which does
    """

    _one = TiledEnsemble

    def __init__(
        self, model: Model, core: _core.Tiled, recipe: Recipe | None, limit: str | None = None
    ) -> None:
        super().__init__(model, core, recipe)
        self._core: _core.Tiled = core
        self._kept_as = TILED if limit is None else tiled_for(limit)

    @property
    def quantiles(self) -> tuple[float, ...]:
        """The levels of the quantiles that it has.

        Examples
        --------
        >>> import tinbergen as tb
        >>> runs = tb.plans.minimal().simulate(50, seed=1, store="tiled", quantiles=[0.01])
        >>> runs.quantiles[:2]
        (0.01, 0.05)
        """
        return tuple(self._core.levels)

    @property
    def tiles(self) -> int:
        """How many tiles its periods were cut into: as few as memory allows."""
        return self._core.tiles
