//! Scores of quantiles and of bands.

/// The score of a quantile of a level: `2 (1{actual <= quantile} - level) (quantile - actual)`, whose mean over
/// all levels is the continuous ranked probability score.
///
/// ```
/// use tinbergen::scoring::quantile_score;
/// assert_eq!(quantile_score(3.0, 0.5, 1.0), 2.0);
/// assert_eq!(quantile_score(3.0, 0.9, 4.0), 1.8);
/// ```
pub fn quantile_score(quantile: f64, level: f64, actual: f64) -> f64 {
    let side = if actual <= quantile { 1.0 - level } else { level };
    2.0 * side * (quantile - actual).abs()
}

/// The score of a band that has a probability (0.8 for one from the 10 % to the 90 % quantile): its width, and
/// `2 / (1 - probability)` times by how far the actual value lies outside (Gneiting and Raftery 2007, section 6.2).
///
/// ```
/// use tinbergen::scoring::interval_score;
/// assert_eq!(interval_score(1.0, 3.0, 0.8, 2.0), 2.0);
/// assert!((interval_score(1.0, 3.0, 0.8, 3.5) - 7.0).abs() < 1e-12);
/// ```
pub fn interval_score(low: f64, high: f64, probability: f64, actual: f64) -> f64 {
    let outside = (low - actual).max(0.0) + (actual - high).max(0.0);
    let score = (high - low) + 2.0 / (1.0 - probability) * outside;
    if actual.is_nan() { f64::NAN } else { score }
}

/// The weighted interval score of a median and bands, each with its probability, low and high end: an
/// approximation of the continuous ranked probability score by what a published fan tells (J. Bracher, E. L. Ray,
/// T. Gneiting and N. G. Reich 2021, Evaluating epidemic forecasts in an interval format, PLOS Computational Biology 17).
///
/// `(|actual - median| / 2 + sum of (1 - p) / 2 x interval score) / (number of bands + 1/2)`
///
/// ```
/// use tinbergen::scoring::weighted_interval_score;
/// let found = weighted_interval_score(2.0, &[(0.5, 1.0, 3.0)], 2.0);
/// assert!((found - 0.25 * 2.0 / 1.5).abs() < 1e-15);
/// ```
pub fn weighted_interval_score(median: f64, bands: &[(f64, f64, f64)], actual: f64) -> f64 {
    let of_band = |&(probability, low, high): &(f64, f64, f64)| {
        (1.0 - probability) / 2.0 * interval_score(low, high, probability, actual)
    };
    let sum = (actual - median).abs() / 2.0 + bands.iter().map(of_band).sum::<f64>();
    sum / (bands.len() as f64 + 0.5)
}
