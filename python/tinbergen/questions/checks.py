"""Checks of a model: contradictions of a plan, equations that data do not obey."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tinbergen import _core
from tinbergen.basics.periods import Span, SpanLike
from tinbergen.basics.table import Table
from tinbergen.results.notes import Note, Notes

if TYPE_CHECKING:
    from tinbergen.written.model import Model

__all__ = ["check", "import_check", "residuals"]


def check(model: Model, *, central: float = 0.9, rounding: float = 0.005) -> Notes:
    """Find what does not fit in the plan, before anything is simulated.

    The equations are evaluated by interval arithmetic; no random number is drawn.
    ``docs/consistency.md`` has the rules.

    Parameters
    ----------
    central
        The share of the probability, around the centre, within which a number is what the
        plan's own equations give.
    rounding
        By how much figures of the plan are rounded, as a share of themselves.

    Returns
    -------
    tinbergen.Notes
        Targets that cannot be met, alone or together; numbers that targets imply and the plan
        does not say; figures that disagree or come twice; indicators without a base; targets
        that are met already; warnings of the compiler. Empty when nothing was found.

    Raises
    ------
    ModelError
        With every problem of a model that does not compile.

    See Also
    --------
    Model.notes : What whoever read the model had to assume.
    Model.import_check : Equations compared with data.

    Examples
    --------
    >>> import tinbergen as tb
    >>> found = tb.plans.yuecheng().check().of("tension")
    >>> [round(finding.values["implied"]) for finding in found if "implied" in finding.values]
    [882, 694]
    >>> tb.Model("empty", "2021..2025").add(
    ...     indicators={"gdp": tb.Indicator(equation="gdp = gpd[-1]")}
    ... ).check()
    Traceback (most recent call last):
        ...
    tinbergen.errors.ModelError: ...
    """
    for name, share in (("central", central), ("rounding", rounding)):
        if not 0 <= share < 1:
            raise ValueError(f"{name} must be a share from 0 to 1, found {share}")
    found = model._program().check(central=float(central), rounding=float(rounding))
    return Notes(Note.about(*parts) for parts in found)


def residuals(model: Model, periods: SpanLike) -> Table:
    """Compute left side minus right side of every equation on the histories, also of those that processes stand for.

    Returns
    -------
    Table
        With columns indicator, period and residual, in the space of the left side; not a
        number where a value is missing.

    Examples
    --------
    >>> import tinbergen as tb
    >>> b = tb.Indicator(equation="b ~ 3", history={2021: 3.5})
    >>> tb.Model("m", "2021..2021", indicators={"b": b}).residuals("2021..2021")
    indicator  period  residual
    b          2021      0.5000
    """
    indicators, names, values = model._to_core().residuals(str(Span(periods)))
    columns = {"indicator": indicators, "period": names, "residual": np.array(values)}
    return Table(columns)


def import_check(model: Model, periods: SpanLike) -> Table:
    """Compare every equation with the histories: the best test that an import is right.

    Worst first: identities that do not hold, equations with missing data, behavioural equations
    by the relative size of their residuals, identities that hold.

    Returns
    -------
    Table
        With columns indicator, verdict (``"does not hold"``, ``"missing data"``, ``"behavioural
        residual"``, ``"identity holds"``), relative (the largest residual over the root mean
        square of the left side), largest (that residual, in the space of the left side), at (its
        period), size (root mean square of the residuals), periods (how many have a residual) and
        missing (names without data and the first period they are needed in).

    Examples
    --------
    >>> import tinbergen as tb
    >>> model = tb.Model(
    ...     "m",
    ...     "2021..2021",
    ...     indicators={
    ...         "a": tb.Indicator(equation="a ~ 2", history={2021: 2.5}),
    ...         "b": tb.Indicator(equation="b = 2 * a", history={2021: 5.0}),
    ...     },
    ... )
    >>> [(row["indicator"], row["verdict"]) for row in model.import_check("2021..2021").rows()]
    [('a', 'behavioural residual'), ('b', 'identity holds')]
    """
    return Table(_core.import_check(model._to_core(), str(Span(periods))))
