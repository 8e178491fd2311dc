//! The figures of a panel as the sampler reads them.

use super::panel::Panel;
use super::prior::Prior;
use crate::error::Error;

/// Errors that can be formed, and what they are formed of; `[series][period]` in one row, series by series.
#[derive(Debug)]
pub(super) struct Data {
    /// Series.
    pub(super) count: usize,
    /// Periods in which an error might be formed.
    pub(super) periods: usize,
    /// The period of the panel in which the first of them is.
    pub(super) first: usize,
    /// The figure of a period.
    pub(super) now: Vec<f64>,
    /// That of the period before.
    pub(super) before: Vec<f64>,
    /// The change from the one before that; 0 without momentum.
    pub(super) change: Vec<f64>,
    /// 1 where the error can be formed and counts, else 0.
    pub(super) used: Vec<f64>,
    /// Errors that count, series by series.
    pub(super) errors: Vec<f64>,
    /// Covariates, `[series][covariate]`, with mean 0 and sd 1 over the panel.
    pub(super) covariates: Vec<f64>,
    /// Covariates of a series.
    pub(super) width: usize,
    /// The usual size of a change.
    pub(super) scale: f64,
    /// Mean and sd of the prior of the panel's mean.
    pub(super) centre: f64,
    pub(super) centre_sd: f64,
    /// How far the series' means lie apart: a variance.
    pub(super) apart: f64,
    /// The mean of each series' figures, and the centre without any.
    pub(super) means: Vec<f64>,
    /// Where each series stands: its last figure, and the centre without any.
    pub(super) last: Vec<f64>,
    /// Has a change an echo?
    pub(super) momentum: bool,
}

impl Data {
    pub(super) fn new(panel: &Panel, prior: &Prior) -> Result<Self, Error> {
        panel.check()?;
        prior.check()?;
        let momentum = panel.space.has_momentum();
        let (count, length) = (panel.series.len(), panel.periods());
        let first = if momentum { 2 } else { 1 };
        let periods = length.saturating_sub(first).max(1);
        let blank = vec![0.0; count * periods];
        let (mut now, mut before, mut change, mut used) =
            (blank.clone(), blank.clone(), blank.clone(), blank);
        for (i, series) in panel.series.iter().enumerate() {
            let x = &series.values;
            for t in first..length {
                let known = x[t - first..=t].iter().all(|x| x.is_finite());
                if known && !series.left_out.get(t).copied().unwrap_or(false) {
                    let place = i * periods + t - first;
                    (now[place], before[place], used[place]) = (x[t], x[t - 1], 1.0);
                    change[place] = if momentum { x[t - 1] - x[t - 2] } else { 0.0 };
                }
            }
        }
        let of = |i: usize| i * periods..(i + 1) * periods;
        let errors: Vec<f64> = (0..count).map(|i| used[of(i)].iter().sum()).collect();
        let known: Vec<Option<f64>> =
            panel.series.iter().map(|series| mean(&series.values)).collect();
        let found: Vec<f64> = known.iter().copied().flatten().collect();
        let middle = mean(&found).unwrap_or(0.0);
        let scale = match prior.scale {
            Some(scale) => scale,
            None => usual_change(panel).ok_or_else(|| {
                Error::at(
                    "panel",
                    "no series moves, or none has two figures one after the other: there is nothing to learn from; \
                     add series or periods, or give the prior a scale",
                )
            })?,
        };
        let apart = found.iter().map(|x| (x - middle) * (x - middle)).sum::<f64>()
            / found.len().max(1) as f64;
        let (covariates, width) = standardised(panel);
        Ok(Self {
            count,
            periods,
            first,
            now,
            before,
            change,
            used,
            errors,
            covariates,
            width,
            scale,
            centre: prior.centre.unwrap_or(middle),
            centre_sd: prior.centre_sd.unwrap_or(10.0 * (apart.sqrt() + scale)),
            apart,
            means: known.iter().map(|x| x.unwrap_or(middle)).collect(),
            last: panel.series.iter().map(|x| x.last().map_or(middle, |t| x.values[t])).collect(),
            momentum,
        })
    }

    /// The places of a series.
    pub(super) fn of(&self, series: usize) -> std::ops::Range<usize> {
        series * self.periods..(series + 1) * self.periods
    }

    /// The second number of the beta prior of wandering. Whether growth wanders is a question that a few short series
    /// cannot answer, and most growth does not: there it counts more, the fewer they are.
    pub(super) fn returning(&self, prior: &Prior) -> f64 {
        let few = if self.momentum { 1.0 } else { (20.0 / self.count as f64).max(1.0) };
        prior.unit_root.1 * few
    }

    /// What covariates add to the mean of a series.
    pub(super) fn explained(&self, series: usize, coefficients: &[f64]) -> f64 {
        let row = &self.covariates[series * self.width..(series + 1) * self.width];
        row.iter().zip(coefficients).map(|(x, c)| x * c).sum()
    }
}

/// The mean of the figures that are known.
fn mean(values: &[f64]) -> Option<f64> {
    let (mut sum, mut count) = (0.0, 0.0);
    for x in values.iter().filter(|x| x.is_finite()) {
        sum += x;
        count += 1.0;
    }
    (count > 0.0).then(|| sum / count)
}

/// The median over the series of the root of their mean squared change.
fn usual_change(panel: &Panel) -> Option<f64> {
    let of = |values: &[f64]| {
        let squares: Vec<f64> =
            values.windows(2).map(|pair| (pair[1] - pair[0]) * (pair[1] - pair[0])).collect();
        mean(&squares).map(f64::sqrt)
    };
    let moves = panel.series.iter().filter_map(|series| of(&series.values));
    let mut moves: Vec<f64> = moves.filter(|x| *x > 0.0).collect();
    moves.sort_by(f64::total_cmp);
    moves.get(moves.len() / 2).copied()
}

/// Covariates with mean 0 and sd 1; those that are the same for all series are 0.
fn standardised(panel: &Panel) -> (Vec<f64>, usize) {
    let width = panel.series.first().map_or(0, |series| series.covariates.len());
    let count = panel.series.len() as f64;
    let mut out = vec![0.0; panel.series.len() * width];
    for k in 0..width {
        let column = || panel.series.iter().map(|series| series.covariates[k]);
        let middle = column().sum::<f64>() / count;
        let sd = (column().map(|x| (x - middle) * (x - middle)).sum::<f64>() / count).sqrt();
        for (i, x) in column().enumerate() {
            out[i * width + k] = if sd > 1e-12 * middle.abs() { (x - middle) / sd } else { 0.0 };
        }
    }
    (out, width)
}
