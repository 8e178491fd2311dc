//! What a scenario does to an indicator, beside the baseline.

use crate::ensemble::Ensemble;
use crate::error::Error;
use crate::period::Period;
use crate::summary::{contrast, quantiles};

/// An indicator in a period, in one scenario and beside another.
#[derive(Debug, Clone, PartialEq)]
pub struct Response {
    /// The indicator.
    pub indicator: String,
    /// The period.
    pub period: Period,
    /// Its mean in the first scenario.
    pub baseline: f64,
    /// Its mean in the second.
    pub level: f64,
    /// Mean of the differences path by path, second minus first.
    pub difference: f64,
    /// Mean of the differences in per cent of the first, path by path.
    pub percent: f64,
    /// Monte Carlo standard error of the difference; 0 where nothing is random.
    pub error: f64,
    /// The 5 % and 95 % quantiles of the differences.
    pub quantiles: [f64; 2],
    /// The same of the differences in per cent.
    pub percent_quantiles: [f64; 2],
}

/// The response of indicators to what scenario `b` changes against `a`, under common random numbers.
///
/// # Errors
/// When an indicator was not kept, or the two are not scenarios of one run.
pub fn response(a: &Ensemble, b: &Ensemble, indicators: &[&str]) -> Result<Vec<Response>, Error> {
    let mut rows = Vec::new();
    for name in indicators {
        let (first, second) = (a.paths(name)?, b.paths(name)?);
        for (index, found) in contrast(a, b, name)?.into_iter().enumerate() {
            let pairs = first.row(index).into_iter().zip(second.row(index));
            let both: Vec<(f64, f64)> = pairs.map(|(x, y)| (*x, *y)).collect();
            let both: Vec<_> = both.into_iter().filter(|(x, y)| (x + y).is_finite()).collect();
            let mean = |value: fn(&(f64, f64)) -> f64| {
                both.iter().map(value).sum::<f64>() / both.len() as f64
            };
            let percent = |(x, y): &(f64, f64)| 100.0 * (y - x) / x.abs();
            let shares: Vec<f64> = both.iter().map(percent).collect();
            let one = both.len() < 2;
            let bands = quantiles(&shares, &[0.05, 0.95]);
            rows.push(Response {
                indicator: (*name).to_owned(),
                period: found.period,
                baseline: mean(|(x, _)| *x),
                level: mean(|(_, y)| *y),
                difference: found.mean,
                percent: mean(percent),
                error: if one { 0.0 } else { found.error },
                quantiles: [found.quantiles[0], found.quantiles[2]],
                percent_quantiles: [bands[0], bands[1]],
            });
        }
    }
    Ok(rows)
}
