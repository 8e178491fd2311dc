"""Streamed runs: what the paths of a run add up to, and no path.

They take the same memory for any number of paths. Counts are whole numbers and sums are exact, so that
ranges of paths, run here or elsewhere, are merged to what one run gives, to the bit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tinbergen import _core
from tinbergen.basics.run_kinds import STREAMED
from tinbergen.errors import wrong_type
from tinbergen.results.pathless import PathlessEnsemble, PathlessRuns

if TYPE_CHECKING:
    from tinbergen.results.recipe import Recipe
    from tinbergen.written.model import Model

__all__ = ["StreamedEnsemble", "StreamedRuns"]


class StreamedEnsemble(PathlessEnsemble):
    """What the paths of one scenario add up to, indicator by indicator and period by period.

    Examples
    --------
    >>> import tinbergen as tb
    >>> runs = tb.plans.yuecheng().simulate(paths=500, seed=1, store="streamed")
    >>> runs["baseline"]
    <StreamedEnsemble 'baseline': 500 paths of 51 indicators over 2021..2035>
    """

    __slots__ = ()


class StreamedRuns(PathlessRuns):
    """What the paths of each scenario add up to; made by ``Model.simulate(store="streamed")``.

    Probabilities and their intervals are those of stored paths, to the bit; means and standard deviations are
    exact sums; quantiles come from histograms, and stand beside a bound on their error. What needs paths is a
    `NotStoredError`, the mixture of scenarios included.

    Examples
    --------
    >>> import tinbergen as tb
    >>> runs = tb.plans.yuecheng().simulate(paths=2000, seed=1, store="streamed")
    >>> stored = tb.plans.yuecheng().simulate(paths=2000, seed=1)
    >>> targets = runs.attainment().filter(scenario="baseline").select("target", "low", "high")
    >>> targets == stored.attainment().filter(scenario="baseline").select(
    ...     "target", "low", "high"
    ... )
    True
    >>> runs["baseline"]["gdp"]
    Traceback (most recent call last):
    ...
    tinbergen.errors.NotStoredError: paths of "gdp": a streamed run keeps no path; simulate with store="stored", which does
    """

    _kept_as = STREAMED
    _one = StreamedEnsemble

    def __init__(self, model: Model, core: _core.Streamed, recipe: Recipe | None) -> None:
        super().__init__(model, core, recipe)
        self._core: _core.Streamed = core

    def merge(self, other: StreamedRuns) -> StreamedRuns:
        """Return what one run of the paths of both gives, to the bit.

        Parameters
        ----------
        other
            Another range of the paths of the same run (``first_path``), from here or from elsewhere.

        Raises
        ------
        ModelError
            When they are no ranges of one run, or have a path in common.

        Examples
        --------
        >>> import tinbergen as tb
        >>> plan = tb.plans.minimal()
        >>> first = plan.simulate(3000, seed=1, store="streamed")
        >>> rest = plan.simulate(2000, seed=1, store="streamed", first_path=3000)
        >>> whole = plan.simulate(5000, seed=1, store="streamed")
        >>> rest.merge(first).fan() == whole.fan()
        True
        """
        if not isinstance(other, StreamedRuns):
            raise wrong_type("other", STREAMED.name, other)
        return StreamedRuns(self._model, self._core.merge(other._core), None)
