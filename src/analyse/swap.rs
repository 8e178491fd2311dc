//! An indicator that is held where it was, whatever else happens.

use super::{calm, inside, known, run};
use crate::error::Error;
use crate::model::{Action, Amount, Change, Model};
use crate::period::Span;

/// A change that holds an indicator on its path, that of the baseline with nothing random, by
/// solving for another one (an add factor or an exogenous indicator): put into a scenario with
/// a shock, the shock cannot move it. An indicator that is swapped for its own residual is `set`.
///
/// # Errors
/// Unknown names; periods outside the model's.
///
/// ```
/// use tinbergen::analyse::swap;
/// use tinbergen::{Model, model::{Indicator, Scenario}};
/// let mut model = Model::new("m", "2021..2022".parse()?)
///     .with_indicator("c", Indicator::from_equation("c ~ 0.5 * y"))
///     .with_indicator("y", Indicator::from_equation("y = c + 10"));
/// model.imported = true;
/// let change = swap(&model, "y", "c", "2021..2022".parse()?)?;
/// assert_eq!(change.by.as_deref(), Some("c"));
/// model.with_scenario("held", Scenario::of([change])).compile()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn swap(model: &Model, indicator: &str, residual: &str, span: Span) -> Result<Change, Error> {
    known(model, &[indicator, residual])?;
    inside(model, indicator, span.first())?;
    inside(model, indicator, span.last())?;
    let mut calm = calm(model);
    calm.scenarios.clear();
    let runs = run(&calm, &[indicator])?;
    let base = runs.get("baseline")?;
    let value = |period| base.row(indicator, period).map_or(f64::NAN, |row| row[0]);
    let values = span.periods().map(|period| (period, value(period))).collect();
    let by = Some(residual.to_owned()).filter(|by| by != indicator);
    let action = Action::Set(Amount::ByPeriod(values));
    Ok(Change { action, by, ..Change::of_indicator(indicator) })
}
