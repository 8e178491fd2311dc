//! Scores of a fan, figure by figure.

use super::bands::weighted_interval_score;
use super::log_score::log_score;
use super::paths::{Pit, path_scores};
use crate::ensemble::Ensemble;
use crate::error::Error;
use crate::period::Period;
use crate::summary::{quantiles, quantiles_in, weighted_quantiles};

/// How likely the bands are that a figure is held against.
pub const BANDS: [f64; 3] = [0.5, 0.8, 0.9];

/// How good the paths of a run were for one figure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FigureScores {
    /// The median of the paths.
    pub median: f64,
    /// [`crps`](super::crps).
    pub crps: f64,
    /// [`weighted_interval_score`] of the median and [`BANDS`].
    pub wis: f64,
    /// [`log_score`].
    pub log_score: f64,
    /// [`pit`](super::pit).
    pub pit: Pit,
    /// Low and high end of each of [`BANDS`].
    pub ends: [(f64, f64); 3],
    /// Does each of [`BANDS`], with its ends, hold the actual value?
    pub within: [bool; 3],
}

/// Scores the paths of an indicator in a period. Median and bands are those of a fan.
///
/// # Errors
/// When the indicator was not kept, or the period is not in the run.
pub fn figure_scores(
    ensemble: &Ensemble,
    indicator: &str,
    period: Period,
    actual: f64,
) -> Result<FigureScores, Error> {
    let paths = ensemble.paths(indicator)?;
    let place = ensemble.span().periods().position(|other| other == period).ok_or_else(|| {
        Error::at(indicator, format!("{period} is not in the run, {}", ensemble.span()))
    })?;
    let values = paths.row(place).to_vec();
    let found = quantiles_in(ensemble, &values, &levels());
    Ok(scores(&values, ensemble.weights(), &found, actual))
}

/// Scores paths of one figure from anywhere, which may have weights, as [`figure_scores`] does those of a run.
///
/// ```
/// use tinbergen::scoring::fan_scores;
/// let paths: Vec<f64> = (0..=100).map(f64::from).collect();
/// let found = fan_scores(&paths, None, 80.0);
/// assert_eq!((found.median, found.within), (50.0, [false, true, true]));
/// ```
pub fn fan_scores(values: &[f64], weights: Option<&[f64]>, actual: f64) -> FigureScores {
    let found = match weights {
        Some(weights) => weighted_quantiles(values, weights, &levels()),
        None => quantiles(values, &levels()),
    };
    scores(values, weights, &found, actual)
}

/// Both ends of each band, and the median.
fn levels() -> Vec<f64> {
    BANDS.iter().flat_map(|p| [0.5 - p / 2.0, 0.5 + p / 2.0]).chain([0.5]).collect()
}

/// The scores of values with their quantiles at [`levels`].
fn scores(values: &[f64], weights: Option<&[f64]>, found: &[f64], actual: f64) -> FigureScores {
    let median = found[2 * BANDS.len()];
    let ends: [(f64, f64); 3] = std::array::from_fn(|k| (found[2 * k], found[2 * k + 1]));
    let bands: Vec<(f64, f64, f64)> =
        BANDS.iter().zip(ends).map(|(&p, (low, high))| (p, low, high)).collect();
    let of_paths = path_scores(values, weights, actual);
    FigureScores {
        median,
        crps: of_paths.crps,
        wis: weighted_interval_score(median, &bands, actual),
        log_score: log_score(values, weights, actual),
        pit: of_paths.pit,
        ends,
        within: ends.map(|(low, high)| (low..=high).contains(&actual)),
    }
}
