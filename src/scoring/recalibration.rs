//! Forecasts that are mended by how earlier ones did.

use super::benchmark::{back, there, whole_of};
use crate::fit::Kind;
use crate::math::normal_quantile;
use crate::summary::quantiles;

/// A shift and a widening of forecasts in standard normal scores: a path at the score `z` of its fan goes to where
/// the fan has the score `shift + spread z`. A shift of 0 and a spread of 1 change nothing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Recalibration {
    /// By how much actual values were above the median, in scores.
    pub shift: f64,
    /// How many times as wide the fans should have been.
    pub spread: f64,
}

/// So many right forecasts are taken to have been seen before the first: what is learnt from few is small.
const BEFORE: f64 = 20.0;
/// Places nearer to 0 or 1 count as this near: beyond, scores of few paths say little.
const NEAREST: f64 = 0.001;

impl Recalibration {
    /// Learns from the places ([`super::pit`]) of earlier figures whose actual values are known; places that are not
    /// finite are left out. With `z` their normal scores, `m` of them, and 20 right forecasts taken to have been seen
    /// before: `shift = sum of z / (m + 20)` and `spread^2 = (sum of (z - shift)^2 + 20) / (m + 20)`.
    ///
    /// Whoever calls it sees to it that they were known when the forecast was made.
    ///
    /// ```
    /// use tinbergen::scoring::Recalibration;
    /// assert_eq!(Recalibration::learnt(&[]), Recalibration { shift: 0.0, spread: 1.0 });
    /// assert!(Recalibration::learnt(&[0.01, 0.99, 0.02, 0.98]).spread > 1.1); // too narrow
    /// ```
    pub fn learnt(places: &[f64]) -> Self {
        let scores: Vec<f64> = places
            .iter()
            .filter(|place| place.is_finite())
            .map(|place| normal_quantile(place.clamp(NEAREST, 1.0 - NEAREST) - 0.5))
            .collect();
        let count = scores.len() as f64 + BEFORE;
        let shift = scores.iter().sum::<f64>() / count;
        let squares: f64 = scores.iter().map(|z| (z - shift) * (z - shift)).sum();
        Self { shift, spread: ((squares + BEFORE) / count).sqrt() }
    }

    /// The paths of a figure where they should have been. Their order stays, so that what moves together in a
    /// path still does. Between two paths lies a straight line, by their scores, on the scale of the series; beyond the last
    /// one the line from the median through it goes on. Values that are not finite stay as they are.
    ///
    /// ```
    /// use tinbergen::fit::Kind;
    /// use tinbergen::scoring::Recalibration;
    /// let twice = Recalibration { shift: 0.0, spread: 2.0 };
    /// let paths = twice.applied(&[-1.0, 0.0, 1.0], Kind::Level);
    /// assert!((paths[0] + 2.0).abs() < 1e-12 && paths[1].abs() < 1e-12 && (paths[2] - 2.0).abs() < 1e-12);
    /// ```
    pub fn applied(&self, values: &[f64], kind: Kind) -> Vec<f64> {
        let whole = whole_of(values);
        let fits = values.iter().all(|x| !x.is_finite() || there(kind, *x, whole).is_finite());
        let kind = if fits { kind } else { Kind::Level };
        let mut order: Vec<usize> = (0..values.len()).filter(|k| values[*k].is_finite()).collect();
        order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
        let (count, mut found) = (order.len(), values.to_vec());
        if count < 2 {
            return found;
        }
        let sorted: Vec<f64> = order.iter().map(|k| there(kind, values[*k], whole)).collect();
        let score = |k: usize| normal_quantile((k as f64 + 0.5) / count as f64 - 0.5);
        let scores: Vec<f64> = (0..count).map(score).collect();
        let median = quantiles(&sorted, &[0.5])[0];
        for (place, k) in order.iter().enumerate() {
            let wanted = self.shift + self.spread * scores[place];
            found[*k] = back(kind, at(&scores, &sorted, median, wanted), whole);
        }
        found
    }
}

/// Where sorted values have a score.
fn at(scores: &[f64], sorted: &[f64], median: f64, wanted: f64) -> f64 {
    let last = scores.len() - 1;
    if wanted <= scores[0] {
        return median + (sorted[0] - median) * wanted / scores[0];
    }
    if wanted >= scores[last] {
        return median + (sorted[last] - median) * wanted / scores[last];
    }
    let above = scores.partition_point(|z| *z < wanted).clamp(1, last);
    let (low, high) = (scores[above - 1], scores[above]);
    let part = (wanted - low) / (high - low);
    sorted[above - 1] + part * (sorted[above] - sorted[above - 1])
}
