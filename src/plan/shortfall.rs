//! How far paths are from a target: quantiles, the mean of the worst, and what is missing on average.

use super::attainment::Met;
use super::headroom::{is_undefined, room_quantiles};
use crate::ensemble::Ensemble;
use crate::error::Error;
use crate::model::Model;
use crate::summary::{Share, estimate, influence_of, probability, share};

/// A mean in natural units with its Monte Carlo standard error; not-a-number where there are no
/// paths to take it of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MeanWithError {
    /// The mean.
    pub value: f64,
    /// Its standard error.
    pub error: f64,
}

/// How far the paths of an ensemble are from a target, in the unit of what counts.
#[derive(Debug, Clone, PartialEq)]
pub struct Shortfall {
    /// The target.
    pub target: String,
    /// Its probability.
    pub met: Share,
    /// Quantiles of the headroom at the levels asked for.
    pub quantiles: Vec<f64>,
    /// The mean of the headroom.
    pub mean: MeanWithError,
    /// Expected shortfall: the mean of the headroom in the worst share of paths that was asked for.
    pub worst: MeanWithError,
    /// What is missing on average, paths that meet the target counting as 0: mean of max(0, -h).
    pub missing: MeanWithError,
    /// What is missing on average in the paths that miss the target.
    pub missing_if_missed: MeanWithError,
    /// The share of paths in which growth that it counts is not defined. Their headroom is minus
    /// infinity, and so are the means that they are part of (what is missing is infinite), without an error.
    pub undefined: f64,
    /// Paths without a number, left out of all of these but the probability.
    pub failed: usize,
}

/// How far the paths are from each target. With `h` the headroom and `q` its quantile at `tail`, the
/// expected shortfall is the mean of `h` over the share `tail` of paths with the least headroom:
/// `q + mean(min(h - q, 0)) / tail` (R. T. Rockafellar and S. Uryasev 2002, Conditional value-at-risk
/// for general loss distributions); its error is that of this mean at the estimated `q`.
///
/// # Errors
/// Levels or a tail that are no probabilities; an ensemble without the rows that targets need.
pub fn shortfall(
    model: &Model,
    ensemble: &Ensemble,
    levels: &[f64],
    tail: f64,
) -> Result<Vec<Shortfall>, Error> {
    if let Some(odd) = levels.iter().find(|level| !(0.0..=1.0).contains(*level)) {
        return Err(Error::at("quantiles", format!("{odd} is no probability from 0 to 1")));
    }
    if !(tail > 0.0 && tail <= 1.0) {
        let message = format!("{tail} is no share of paths; expected more than 0 and at most 1");
        return Err(Error::at("tail", message));
    }
    let met = Met::new(model, ensemble)?;
    let row = |(index, target): (usize, &crate::model::Target)| {
        let room = met.headroom(index);
        let finite: Vec<f64> = room.iter().map(|r| f64::from(u8::from(r.is_finite()))).collect();
        let undefined: Vec<f64> =
            room.iter().map(|r| f64::from(u8::from(is_undefined(*r)))).collect();
        let undefined = probability(ensemble, &undefined).value;
        let mean = |given: &[f64], value: &dyn Fn(f64) -> f64| {
            if undefined > 0.0 {
                return MeanWithError { value: value(f64::NEG_INFINITY), error: f64::NAN };
            }
            let safe = |r: &f64| if r.is_finite() { value(*r) } else { 0.0 };
            mean_of(ensemble, &room.iter().map(safe).collect::<Vec<_>>(), given)
        };
        let bands = |levels: &[f64]| room_quantiles(ensemble, room, levels);
        let q = bands(&[tail])[0];
        let missed: Vec<f64> =
            met.target(index).iter().zip(&finite).map(|(met, f)| (1.0 - met) * f).collect();
        Shortfall {
            target: target.id.clone(),
            met: share(ensemble, met.target(index), None),
            quantiles: bands(levels),
            mean: mean(&finite, &|r| r),
            worst: mean(&finite, &|r| if r.is_finite() { q + (r - q).min(0.0) / tail } else { r }),
            missing: mean(&finite, &|r| (-r).max(0.0)),
            missing_if_missed: mean(&missed, &|r| (-r).max(0.0)),
            undefined,
            failed: room.iter().filter(|room| room.is_nan()).count(),
        }
    };
    Ok(model.targets.iter().enumerate().map(row).collect())
}

/// The weighted mean of finite numbers over the paths that meet a condition.
fn mean_of(ensemble: &Ensemble, values: &[f64], given: &[f64]) -> MeanWithError {
    if given.iter().all(|given| *given == 0.0) {
        return MeanWithError { value: f64::NAN, error: f64::NAN };
    }
    let found = estimate(&influence_of(ensemble, values, given), ensemble.dependence());
    MeanWithError { value: found.value, error: found.error }
}
