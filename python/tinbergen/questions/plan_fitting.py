"""The uncertain parameters of a plan, from figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from tinbergen import _core
from tinbergen.basics.periods import PeriodLike
from tinbergen.basics.settings import name_list
from tinbergen.errors import ModelError, Problem
from tinbergen.questions.fitting import Covariates, Peers, options_of, places_of, with_report
from tinbergen.results.fit_report import FitReport
from tinbergen.written.data import DataLike
from tinbergen.written.model import Model

__all__ = ["fit", "fit_report"]


def fit(
    model: Model,
    data: DataLike | None = None,
    *,
    of: str | Iterable[str] | None = None,
    peers: Peers | None = None,
    entity: str | None = None,
    events: Iterable[PeriodLike] = (),
    prior: Mapping[str, float | Sequence[float]] | None = None,
    pool: bool = True,
    covariates: Covariates | None = None,
    rows: int = 1000,
    seed: int = 1,
) -> Model:
    """Fit the uncertain parameters of a plan to figures; what is fixed stays.

    Fitted are parameters that stand as mean, drift or persistence of a process whose indicator is in the
    table, or that peers have, and that are drawn from a distribution, and the shock of that process
    where it moves nothing else. So are coefficients of a behavioural equation of an indicator in the
    table, by a regression with Student-t errors whose priors are the plan's own distributions (normal or
    uniform, within limits or without); the equation has to be linear in them, and what is uncertain in it
    is fitted together or stays. Numbers, the form of equations,
    histories, targets, scenarios and events stay as they are. The plan has draws ``fit`` in the place of the distributions. An indicator with few
    figures or none has the posterior that its peers give it; the report says so. Correlations of the
    plan with parameters that are fitted are left out, which the report says too.

    Parameters
    ----------
    data
        Figures of the indicators, as `tinbergen.fit` takes them; those of the plan's histories unless given.
        With `peers`, indicators that the table does not have are fitted from their histories too.
    of
        Names of parameters and shocks to fit, also such as are numbers, and shocks that move other indicators
        too; all that are uncertain unless given. A mean or drift may be an expression: the one uncertain parameter
        in it, or the one named here that moves it (through indicators too), is then what makes the mean
        of the first period that of the posterior.
    peers, entity, events, prior, pool, covariates, rows, seed
        As in `tinbergen.fit`. What peers lived through after the last figure of the plan is not looked at.

    Returns
    -------
    Model
        With `Model.fit_report`, whose `beside` has the plan's own numbers beside the fitted ones.

    Raises
    ------
    ModelError
        As `tinbergen.fit`; for names in `of` that cannot be fitted, and where nothing can.

    Examples
    --------
    >>> import tinbergen as tb
    >>> plan = tb.Model(
    ...     "plan",
    ...     "2021..2025",
    ...     indicators={
    ...         "gdp": tb.Indicator(history={2020: 147}, process=tb.process.growth("trend"))
    ...     },
    ...     parameters={"trend": tb.normal(0.06, 0.02)},
    ...     shocks={"gdp": tb.normal(0, 0.02)},
    ... )
    >>> gdp = [100, 107, 113, 121, 130, 136, 144, 147]
    >>> fitted = plan.fit({"year": range(2013, 2021), "gdp": gdp})
    >>> fitted.shocks["gdp"].distribution.kind
    'student_t'
    >>> row = next(iter(fitted.fit_report.beside.rows()))
    >>> row["parameter"], row["by_hand"]
    ('trend', 0.06)

    Coefficients of an equation: what the plan says of them is the prior.

    >>> plan = tb.Model(
    ...     "plan",
    ...     "2021..2025",
    ...     indicators={
    ...         "income": tb.Indicator(history={2020: 147}, process=tb.process.growth(0.05)),
    ...         "spending": tb.Indicator(
    ...             history={2020: 80}, equation="dlog(spending) ~ share * dlog(income)"
    ...         ),
    ...     },
    ...     parameters={"share": tb.normal(0.5, 0.5)},
    ...     shocks={"income": tb.normal(0, 0.02), "spending": tb.normal(0, 0.01)},
    ... )
    >>> spending = [60.0, 63.5, 66.5, 70.0, 74.0, 76.5, 80.0, 81.5]
    >>> table = {"year": range(2013, 2021), "income": gdp, "spending": spending}
    >>> row = next(iter(plan.fit(table).fit_report.beside.rows()))
    >>> row["parameter"], 0.7 < row["fitted"] < 0.95
    ('share', True)

    See Also
    --------
    tinbergen.score_plans : The plan and the fitted one, scored on what became known.
    """
    table, others = places_of(data, peers, entity)
    core, report = _core.fit_model(
        model._to_core(),
        None if table is None else table._core,
        [(place, other._core) for place, other in others],
        name_list(of),
        options_of(
            name=model.name,
            events=events,
            prior=prior,
            pool=pool,
            covariates=covariates,
            entity=entity,
            rows=rows,
            seed=seed,
        ),
    )
    return with_report(Model._from_core(core), report)


def fit_report(model: Model) -> FitReport:
    """Return what was found when the model was fitted."""
    report: FitReport | None = model.__dict__.get("_fit_report")
    if report is None:
        message = "the model was not fitted here; tb.fit(...) and Model.fit(...) give models with a report"
        raise ModelError([Problem(None, None, "fit_report", message)])
    return report
