"""What the uncertainty of a run comes from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from tinbergen.basics.progress_bar import reporting
from tinbergen.basics.settings import name_list, path_count, seed_number, threads_setting
from tinbergen.basics.table import Table

if TYPE_CHECKING:
    from tinbergen.written.model import Model

__all__ = ["variance_split"]


def variance_split(
    model: Model,
    paths: int = 10_000,
    *,
    seed: int | None = None,
    scenario: str = "baseline",
    indicators: str | Sequence[str] | None = None,
    threads: int | None = None,
    progress: bool | Callable[[int, int], object] | None = None,
) -> Table:
    """Compute how much of the uncertainty comes from parameters, shocks, events and the start.

    Parameters
    ----------
    paths
        Number of paths in each of the samples that are compared.
    seed, threads, progress
        As in `simulate`.
    scenario
        The scenario to look at.
    indicators
        Indicators to split; all of them unless given. Targets are always split.

    Returns
    -------
    Table
        Columns kind, name, period, part, first (share of the variance that this part explains
        alone), first_error, total (with its interactions), total_error.

    Notes
    -----
    First-order and total Sobol' indices, by the estimators of Saltelli et al. [1]_ and Jansen [2]_.

    References
    ----------
    .. [1] A. Saltelli et al. (2010), Variance based sensitivity analysis of model output. Computer
       Physics Communications 181, 259-270.
    .. [2] M. J. W. Jansen (1999), Analysis of variance designs for model output. Computer Physics
       Communications 117, 35-43.

    Examples
    --------
    >>> import tinbergen as tb
    >>> split = tb.plans.yuecheng().variance_split(200, seed=1, indicators=["gdp"])
    >>> sorted(set(split["kind"].tolist()))
    ['indicator', 'target']
    """
    program = model._program()
    with reporting(progress) as watch:
        columns = program.variance_split(
            paths=path_count(paths),
            seed=seed_number(seed),
            scenario=scenario,
            indicators=name_list(indicators),
            threads=threads_setting(threads),
            watch=watch,
        )
    return Table(columns)
