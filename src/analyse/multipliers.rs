//! What a unit of an instrument does, period by period and in sum.

use super::{at_means, known, run};
use crate::error::Error;
use crate::model::{Change, Model, Scenario, Subject};
use crate::period::{Period, Span};

/// The effect of an instrument on an indicator in a period.
#[derive(Debug, Clone, PartialEq)]
pub struct Multiplier {
    /// The indicator.
    pub indicator: String,
    /// The period.
    pub period: Period,
    /// Change of the indicator in this period per unit of the instrument moved in the first.
    pub dynamic: f64,
    /// Their sum up to this period.
    pub cumulative: f64,
    /// Change of the indicator in this period when the instrument is moved in every period so far,
    /// per unit: in a linear model what `cumulative` is.
    pub permanent: f64,
}

/// Multipliers of an instrument (an indicator, a shock or a parameter) with nothing random: the
/// change of indicators per unit when it is moved by `size` in the first period of the span, and in
/// all its periods. An exogenous indicator moves itself, one with an equation by its add factor.
/// A parameter has no periods: its one-period effects are those of the permanent change.
///
/// # Errors
/// An unknown name; a size of 0; a model that does not compile or run.
///
/// ```
/// use tinbergen::model::{Indicator, Subject};
/// use tinbergen::{Model, analyse};
/// let y = Indicator::from_equation("y ~ 0.5 * y[-1]").with_history("2020".parse()?, 1.0);
/// let mut model = Model::new("m", "2021..2025".parse()?).with_indicator("y", y);
/// model.imported = true;
/// let rows = analyse::multipliers(&model, &Subject::Indicator("y".to_owned()), 1.0, &["y"])?;
/// assert!((rows[2].dynamic - 0.25).abs() < 1e-12 && (rows[2].cumulative - 1.75).abs() < 1e-12);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn multipliers(
    model: &Model,
    instrument: &Subject,
    size: f64,
    indicators: &[&str],
) -> Result<Vec<Multiplier>, Error> {
    known(model, indicators)?;
    if !(size.is_finite() && size != 0.0) {
        return Err(Error::at("size", format!("expected a number that is not 0, found {size}")));
    }
    let mut model = at_means(model);
    model.scenarios.clear();
    model.targets.clear();
    model.target_sets.clear();
    let span = model.periods;
    let change = |periods: Span| {
        let change = match instrument {
            Subject::Parameter(name) => Change::of_parameter(name),
            Subject::Shock(name) => Change::of_shock(name).over(periods),
            Subject::Indicator(name) => Change::of_indicator(name).over(periods),
        };
        Scenario::of([change.adding(size)])
    };
    let model = model
        .with_scenario("once", change(Span::single(span.first())))
        .with_scenario("always", change(span));
    let runs = run(&model, indicators)?;
    let row = |scenario: &str, name: &str| -> Result<Vec<f64>, Error> {
        Ok(runs.get(scenario)?.paths(name)?.column(0).to_vec())
    };
    let mut rows = Vec::new();
    for name in indicators {
        let (base, once, always) =
            (row("baseline", name)?, row("once", name)?, row("always", name)?);
        let mut cumulative = 0.0;
        for (t, period) in span.periods().enumerate() {
            let dynamic = (once[t] - base[t]) / size;
            cumulative += dynamic;
            let permanent = (always[t] - base[t]) / size;
            let indicator = (*name).to_owned();
            rows.push(Multiplier { indicator, period, dynamic, cumulative, permanent });
        }
    }
    Ok(rows)
}
