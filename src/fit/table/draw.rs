//! The posterior of a panel, in the units of a plan.

use super::column::Column;
use super::kind::Kind;
use super::panels::Panel;
use crate::error::Error;
use crate::fit::{Posterior, Prior, Series, Settings, Space, fit};
use crate::math::expit_between;

/// Draws of one column of a panel, a number for each row, in the units of its process.
#[derive(Debug, Clone, Default)]
pub(super) struct ColumnDraws {
    pub(super) mean: Vec<f64>,
    pub(super) persistence: Vec<f64>,
    pub(super) momentum: Vec<f64>,
    /// Standard deviation of its own error.
    pub(super) sd: Vec<f64>,
    /// Standard deviation of what the panel's common shock gives it.
    pub(super) loading: Vec<f64>,
}

/// The posterior of a panel.
#[derive(Debug)]
pub(super) struct Drawn {
    pub(super) posterior: Posterior,
    pub(super) columns: Vec<ColumnDraws>,
}

/// Draws the parameters of a panel.
///
/// Periods of declared events are left out: what happens in them belongs to the event risks.
pub(super) fn draw(
    panel: &Panel,
    columns: &[Column],
    events: &[bool],
    prior: &Prior,
    settings: &Settings,
) -> Result<Drawn, Error> {
    let space = match panel.kind {
        Kind::Growth => Space::Growth,
        Kind::Change | Kind::Count => Space::Change,
        Kind::Level => Space::Level,
        Kind::Share => Space::Share,
    };
    let covariates = |k: usize| panel.covariates.get(k).cloned().unwrap_or_default();
    let all = panel.names.iter().zip(&panel.series).enumerate();
    let series = all.map(|(k, (name, values))| Series {
        name: name.clone(),
        values: values.clone(),
        left_out: events.to_vec(),
        covariates: covariates(k),
    });
    let whole = crate::fit::Panel { series: series.collect(), space };
    let posterior = fit(&whole, prior, settings)?;
    let in_plan = |(place, column): (usize, &usize)| {
        columns_of(&posterior, place, panel, columns[*column].limits())
    };
    let drawn = panel.columns.iter().enumerate().map(in_plan).collect();
    Ok(Drawn { posterior, columns: drawn })
}

/// The draws of one series in the units of its process.
fn columns_of(
    posterior: &Posterior,
    place: usize,
    panel: &Panel,
    limits: (f64, f64),
) -> ColumnDraws {
    let column = |of: &ndarray::Array2<f64>| -> Vec<f64> { of.column(place).to_vec() };
    let mut mean = column(&posterior.mean);
    if panel.kind == Kind::Share {
        mean.iter_mut().for_each(|mean| *mean = expit_between(mean.clamp(-25.0, 25.0), limits));
    }
    ColumnDraws {
        mean,
        persistence: column(&posterior.persistence),
        momentum: column(&posterior.momentum),
        sd: column(&posterior.sd),
        loading: column(&posterior.loading),
    }
}

impl ColumnDraws {
    /// The standard deviation of all that happens in a period.
    pub(super) fn total_sd(&self) -> Vec<f64> {
        let both = self.sd.iter().zip(&self.loading);
        both.map(|(sd, loading)| (sd * sd + loading * loading).sqrt()).collect()
    }
}

impl Drawn {
    /// The errors of a series of the panel at the medians of its parameters, in standard deviations; NaN
    /// where there is none.
    pub(super) fn errors(&self, values: &[f64], place: usize) -> Vec<f64> {
        let of = |of: &ndarray::Array2<f64>| quantile(&of.column(place).to_vec(), 0.5);
        let posterior = &self.posterior;
        let (mean, persistence) = (of(&posterior.mean), of(&posterior.persistence));
        let momentum = of(&posterior.momentum);
        let (sd, loading) = (of(&posterior.sd), of(&posterior.loading));
        let sd = (sd * sd + loading * loading).sqrt();
        let at = |t: usize, lag: usize| {
            t.checked_sub(lag).and_then(|t| values.get(t)).copied().unwrap_or(f64::NAN)
        };
        let error = |t: usize| {
            let (now, before) = (at(t, 0), at(t, 1));
            let moved = before - at(t, 2);
            let again = if moved.is_finite() { momentum * moved } else { 0.0 };
            (now - before - (1.0 - persistence) * (mean - before) - again) / sd
        };
        (0..values.len()).map(error).collect()
    }
}

/// A quantile of numbers, between the two nearest.
pub(super) fn quantile(numbers: &[f64], probability: f64) -> f64 {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    let place = probability * (sorted.len().max(1) - 1) as f64;
    let (below, above) = (place.floor() as usize, place.ceil() as usize);
    match (sorted.get(below), sorted.get(above)) {
        (Some(a), Some(b)) => a + (b - a) * (place - place.floor()),
        _ => f64::NAN,
    }
}
