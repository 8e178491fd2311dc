//! Counts that only grow: arrivals per period, whose posterior has a closed form.

use super::column::Column;
use super::report::Report;
use crate::model::process::Count;
use crate::model::{Distribution, Model, Process, Term};

/// Gives a count its process.
///
/// Arrivals of a period are Poisson with a mean that is the same in all periods; with Jeffreys' prior (a gamma
/// with shape 1/2 and no rate) and `n` periods with `a` arrivals in all, the posterior of the mean is gamma with
/// shape `a + 1/2` and scale `1 / n` (Gelman et al., Bayesian Data Analysis, section 2.6).
pub(super) fn fit(model: &mut Model, report: &mut Report, column: &Column, events: &[bool]) {
    let (mut arrivals, mut periods) = (0.0, 0.0);
    for (t, pair) in column.figures.windows(2).enumerate() {
        let left_out = events.get(t + 1).copied().unwrap_or(false);
        let come = pair[1] - pair[0];
        if come.is_finite() && !left_out {
            arrivals += come.max(0.0);
            periods += 1.0;
        }
    }
    let (shape, scale) = (arrivals + 0.5, 1.0 / f64::max(periods, 1.0));
    let posterior = Distribution::gamma(shape, scale);
    let inverse = posterior.inverse();
    // The normal scores of one chance in ten, even odds, nine in ten.
    let tenth = 1.281_551_565_544_600_4;
    let found = [-tenth, 0.0, tenth].map(|score| inverse.at(score));
    report.add_count(column, shape, scale, &found);
    let name = format!("{}_arrivals", column.name);
    let process: Process =
        Count { arrivals: name.as_str().into(), departures: Term::Number(0.0), dispersion: None }
            .into();
    if let Some(indicator) = model.indicators.get_mut(&column.name) {
        indicator.process = Some(process);
    }
    model.parameters.insert(name, posterior.into());
}
