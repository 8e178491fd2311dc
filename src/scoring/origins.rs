//! How sure a mean over forecasts is that were made at origins next to each other.
//!
//! Forecasts of neighbouring origins look at the same years, so their hits and misses go together, and
//! an interval that takes them for independent is far too narrow. Here whole origins are what is drawn again, in
//! blocks of neighbours as long as the forecasts reach.

use std::collections::{BTreeMap, BTreeSet};

use crate::summary::{Estimate, NORMAL, Probability, wilson};

/// The sums of one origin: what is divided, and by what.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OriginSums {
    /// Hits, or losses of a forecast.
    pub of: f64,
    /// Cases, or losses of another forecast.
    pub by: f64,
}

/// A ratio of sums over origins in order of time, with the standard error of the bootstrap of moving blocks of so
/// many neighbouring origins (H. R. Künsch 1989), blocks that begin at the last origins going on with the first (D. N. Politis
/// and J. P. Romano 1992).
///
/// The variance is worked out rather than drawn: with `e_i = (of_i - ratio by_i) / sum of by`, `n` origins and
/// blocks of `b`, it is `sum over all n blocks of (sum of e in the block)^2 / b`, what resamples without end
/// would give of the linearised ratio, times `n / (n - b)` because the mean was estimated too. Degrees of freedom are
/// the blocks that fit into the origins less one. Blocks are at most half as long as the origins are many.
///
/// ```
/// use tinbergen::scoring::{OriginSums, origin_ratio};
/// let sums = [1.0, 0.0, 1.0, 1.0].map(|of| OriginSums { of, by: 1.0 });
/// let found = origin_ratio(&sums, 1);
/// assert_eq!(found.value, 0.75);
/// assert!((found.error - 0.25).abs() < 1e-15); // sd / sqrt(n) of independent ones
/// ```
pub fn origin_ratio(origins: &[OriginSums], block: usize) -> Estimate {
    let kept: Vec<OriginSums> =
        origins.iter().copied().filter(|sums| sums.of.is_finite() && sums.by > 0.0).collect();
    let (count, total) = (kept.len(), kept.iter().map(|sums| sums.by).sum::<f64>());
    let value = kept.iter().map(|sums| sums.of).sum::<f64>() / total;
    let length = block.clamp(1, (count / 2).max(1));
    let pull: Vec<f64> = kept.iter().map(|sums| (sums.of - value * sums.by) / total).collect();
    let squares: f64 = (0..count)
        .map(|first| (first..first + length).map(|k| pull[k % count]).sum::<f64>())
        .map(|sum| sum * sum)
        .sum();
    let (n, b) = (count as f64, length as f64);
    let error = (squares / b * n / (n - b)).sqrt();
    let freedom = (n / b).floor() - 1.0;
    Estimate { value, error: if count < 2 { f64::NAN } else { error }, freedom }
}

/// A 95 % interval by Student's t of an estimate over origins.
pub fn origin_interval(estimate: &Estimate) -> (f64, f64) {
    let half = estimate.factor() * estimate.error;
    (estimate.value - half, estimate.value + half)
}

/// A share of cases (hits over cases in each origin) with a 95 % interval that knows that origins depend on each other:
/// Wilson's for as many independent cases as would have the error of [`origin_ratio`], with Student's t in place of the
/// normal. Cases count at most for as many as they are, and at least for the blocks of origins
/// that do not overlap. Where none or every case is a hit, those blocks are all that is known.
///
/// ```
/// use tinbergen::scoring::{OriginSums, origin_share};
/// let sums: Vec<_> = (0..30).map(|k| OriginSums { of: if k % 10 < 8 { 5.0 } else { 0.0 }, by: 5.0 }).collect();
/// let (alone, together) = (origin_share(&sums, 1), origin_share(&sums, 5));
/// assert!(alone.low < 0.8 && together.high > 0.8);
/// ```
pub fn origin_share(origins: &[OriginSums], block: usize) -> Probability {
    let found = origin_ratio(origins, block);
    let cases: f64 = origins.iter().filter(|sums| sums.by > 0.0).map(|sums| sums.by).sum();
    if !(cases > 0.0 && found.value.is_finite()) {
        return Probability { value: f64::NAN, low: 0.0, high: 1.0 };
    }
    let (p, blocks) = (found.value, found.freedom + 1.0);
    let alike = p * (1.0 - p) / (found.error * found.error);
    let effective = if alike.is_finite() && p * (1.0 - p) > 0.0 { alike } else { blocks };
    let effective = effective.clamp(blocks.max(1.0).min(cases), cases);
    wilson(p.clamp(0.0, 1.0), effective, found.factor())
}

/// Classes of equal width of numbers from 0 to 1, the share of cases in each, and the band in which 95 % of
/// the shares of right forecasts would lie.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PitClass {
    /// The class: places from this on,
    pub from: f64,
    /// and below this (of the last class: up to it).
    pub to: f64,
    /// The cases in it.
    pub count: usize,
    /// Their share of all.
    pub share: f64,
    /// The band of right forecasts, whose shares are all alike.
    pub band: (f64, f64),
}

/// A histogram of places ([`super::pit`]) of figures, each with its origin (0, 1, .. in order of time), with a band that
/// knows that origins depend on each other: the error of a share of `1 / classes` among independent cases, times the
/// square root of how much larger the variances of [`origin_ratio`] are over all classes, at least 1.
///
/// ```
/// use tinbergen::scoring::pit_histogram;
/// let places: Vec<f64> = (0..100).map(|k| (f64::from(k) + 0.5) / 100.0).collect();
/// let origins: Vec<usize> = (0..100).collect();
/// let classes = pit_histogram(&places, &origins, 10, 1);
/// assert!(classes.iter().all(|class| class.count == 10 && class.band.0 < 0.1 && class.band.1 > 0.1));
/// ```
pub fn pit_histogram(
    places: &[f64],
    origins: &[usize],
    classes: usize,
    block: usize,
) -> Vec<PitClass> {
    let width = 1.0 / classes as f64;
    let class_of = |place: f64| ((place / width) as usize).min(classes.saturating_sub(1));
    let cases: Vec<(usize, usize)> = places
        .iter()
        .zip(origins)
        .filter(|(place, _)| place.is_finite())
        .map(|(place, origin)| (class_of(*place), *origin))
        .collect();
    let total = cases.len() as f64;
    let (mut found, mut alone) = (0.0, 0.0);
    for class in 0..classes {
        let sums = by_origin(cases.iter().map(|(other, origin)| {
            (*origin, OriginSums { of: f64::from(u8::from(*other == class)), by: 1.0 })
        }));
        let ratio = origin_ratio(&sums, block);
        found += ratio.error * ratio.error;
        alone += ratio.value * (1.0 - ratio.value) / total;
    }
    let more = if alone > 0.0 && found.is_finite() { (found / alone).max(1.0) } else { 1.0 };
    let many = cases.iter().map(|(_, origin)| origin).collect::<BTreeSet<_>>().len();
    let freedom = (many / block.max(1)) as f64 - 1.0;
    let error = (width * (1.0 - width) / total * more).sqrt();
    let half = Estimate { value: width, error, freedom }.factor() * error;
    (0..classes)
        .map(|class| {
            let count = cases.iter().filter(|(other, _)| *other == class).count();
            PitClass {
                from: class as f64 * width,
                to: (class + 1) as f64 * width,
                count,
                share: count as f64 / total,
                band: ((width - half).max(0.0), (width + half).min(1.0)),
            }
        })
        .collect()
}

/// In which 95 % of the shares that happened would lie, class by class of [`super::reliability`], if the stated
/// probabilities were right (consistency bars, J. Bröcker and L. A. Smith 2007, Increasing the reliability of
/// reliability diagrams, Weather and Forecasting 22): around the mean stated probability, with the error of
/// independent cases times the square root of how much larger the variance of `happened - stated` is over blocks
/// of origins, at least 1. Not-a-number in a class without a case.
///
/// ```
/// use tinbergen::scoring::consistency_bars;
/// let bars = consistency_bars(&[0.5; 40], &[true; 40], &(0..40).collect::<Vec<_>>(), 1, 1);
/// assert!((bars[0].0 - 0.34).abs() < 0.01 && (bars[0].1 - 0.66).abs() < 0.01);
/// ```
pub fn consistency_bars(
    stated: &[f64],
    happened: &[bool],
    origins: &[usize],
    classes: usize,
    block: usize,
) -> Vec<(f64, f64)> {
    let width = 1.0 / classes as f64;
    let class_of = |p: f64| ((p / width) as usize).min(classes.saturating_sub(1));
    let cases: Vec<(f64, f64, usize)> = stated
        .iter()
        .zip(happened)
        .zip(origins)
        .filter(|((p, _), _)| p.is_finite())
        .map(|((p, met), origin)| (*p, f64::from(u8::from(*met)), *origin))
        .collect();
    let sums = by_origin(
        cases.iter().map(|(p, met, origin)| (*origin, OriginSums { of: met - p, by: 1.0 })),
    );
    let count = cases.len() as f64;
    let (error, alone) = (
        origin_ratio(&sums, block).error,
        cases.iter().map(|(p, _, _)| p * (1.0 - p)).sum::<f64>() / (count * count),
    );
    let more = error * error / alone;
    let more = if more.is_finite() { more.max(1.0) } else { 1.0 };
    (0..classes)
        .map(|class| {
            let here: Vec<f64> =
                cases.iter().map(|(p, _, _)| *p).filter(|p| class_of(*p) == class).collect();
            let n = here.len() as f64;
            let mean = here.iter().sum::<f64>() / n;
            let variance = here.iter().map(|p| p * (1.0 - p)).sum::<f64>() / (n * n) * more;
            let half = NORMAL * variance.sqrt();
            ((mean - half).max(0.0), (mean + half).min(1.0))
        })
        .collect()
}

/// The sums of each origin, in order of their numbers.
fn by_origin(cases: impl Iterator<Item = (usize, OriginSums)>) -> Vec<OriginSums> {
    let mut found: BTreeMap<usize, OriginSums> = BTreeMap::new();
    for (origin, sums) in cases {
        let here = found.entry(origin).or_insert(OriginSums { of: 0.0, by: 0.0 });
        here.of += sums.of;
        here.by += sums.by;
    }
    found.into_values().collect()
}
