//! Scores of forecasts that are stated as quantiles.

use super::bands::weighted_interval_score;
use super::figure::BANDS;
use crate::error::Error;

/// How good stated quantiles were for one figure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StatedScores {
    /// The median.
    pub median: f64,
    /// [`weighted_interval_score`] of the median and of all bands that the levels make.
    pub wis: f64,
    /// Where the actual value stands between the quantiles, by a straight line; half of the first level
    /// below all of them, likewise above: no more is known there.
    pub pit: f64,
    /// Low and high end of each of [`BANDS`]; not-a-number where it is not stated.
    pub ends: [(f64, f64); 3],
}

/// Scores a forecast that is stated as quantiles at levels, the median among them.
///
/// # Errors
/// When levels are not probabilities in order of size or have no 0.5, quantiles fall, or there are not as many.
///
/// ```
/// use tinbergen::scoring::stated_scores;
/// let found = stated_scores(&[0.1, 0.5, 0.9], &[-1.0, 0.0, 1.0], 0.5)?;
/// assert!((found.pit - 0.7).abs() < 1e-12 && found.ends[1] == (-1.0, 1.0));
/// # Ok::<(), tinbergen::Error>(())
/// ```
pub fn stated_scores(
    levels: &[f64],
    quantiles: &[f64],
    actual: f64,
) -> Result<StatedScores, Error> {
    check(levels, quantiles)?;
    let at = |level: f64| {
        let place = levels.iter().position(|other| (other - level).abs() < 1e-9);
        place.map(|k| quantiles[k])
    };
    let median = at(0.5).ok_or_else(|| {
        Error::at("quantile", "no 0.5 among the levels: a forecast is stated with its median")
    })?;
    let bands: Vec<(f64, f64, f64)> = levels
        .iter()
        .zip(quantiles)
        .filter(|(level, _)| **level < 0.5 - 1e-9)
        .filter_map(|(level, low)| Some((1.0 - 2.0 * level, *low, at(1.0 - level)?)))
        .collect();
    let ends = BANDS.map(|p| match (at(0.5 - p / 2.0), at(0.5 + p / 2.0)) {
        (Some(low), Some(high)) => (low, high),
        _ => (f64::NAN, f64::NAN),
    });
    let wis = weighted_interval_score(median, &bands, actual);
    Ok(StatedScores { median, wis, pit: place(levels, quantiles, actual), ends })
}

fn check(levels: &[f64], quantiles: &[f64]) -> Result<(), Error> {
    if levels.len() != quantiles.len() || levels.is_empty() {
        let message = format!(
            "{} levels for {} quantiles: needed is one of each",
            levels.len(),
            quantiles.len()
        );
        return Err(Error::at("quantile", message));
    }
    let rises = levels.windows(2).all(|pair| pair[0] < pair[1]);
    if !(rises && levels.iter().all(|level| *level > 0.0 && *level < 1.0)) {
        return Err(Error::at(
            "quantile",
            format!("levels {levels:?}: needed are probabilities between 0 and 1, each once"),
        ));
    }
    match quantiles.windows(2).position(|pair| !(pair[0] <= pair[1])) {
        Some(k) => Err(Error::at(
            "quantile",
            format!(
                "{} at {} is followed by {} at {}: quantiles never fall",
                quantiles[k],
                levels[k],
                quantiles[k + 1],
                levels[k + 1]
            ),
        )),
        None => Ok(()),
    }
}

fn place(levels: &[f64], quantiles: &[f64], actual: f64) -> f64 {
    let last = levels.len() - 1;
    if !actual.is_finite() {
        return f64::NAN;
    }
    if actual < quantiles[0] {
        return levels[0] / 2.0;
    }
    if actual > quantiles[last] {
        return f64::midpoint(levels[last], 1.0);
    }
    let below = quantiles.partition_point(|x| *x < actual).max(1).min(last.max(1)) - 1;
    let above = (below + 1).min(last);
    let (low, high) = (quantiles[below], quantiles[above]);
    let part = if high > low { (actual - low) / (high - low) } else { 0.5 };
    levels[below] + part * (levels[above] - levels[below])
}
