//! Scores of a distribution.

use crate::math::integral;
use crate::model::Distribution;

/// The continuous ranked probability score of a distribution: the integral of `(F(x) - 1{x >= actual})^2`, by
/// quadrature of its distribution function. Not-a-number where it has no mean.
///
/// ```
/// use tinbergen::model::Distribution;
/// use tinbergen::scoring::crps_of;
/// let found = crps_of(&Distribution::normal(0.0, 1.0), 0.0);
/// let exact = (2f64.sqrt() - 1.0) / std::f64::consts::PI.sqrt();
/// assert!((found / exact - 1.0).abs() < 1e-11);
/// ```
pub fn crps_of(distribution: &Distribution, actual: f64) -> f64 {
    if !actual.is_finite() {
        return f64::NAN;
    }
    let cdf = distribution.cdf();
    let (low, high) = distribution.support();
    let below = |x: f64| cdf(x).below * cdf(x).below;
    let above = |x: f64| cdf(x).above * cdf(x).above;
    // Beyond the support the distribution function is 0 or 1.
    let outside = (low - actual).max(0.0) + (actual - high).max(0.0);
    let middle = actual.clamp(low, high);
    let mut knots = distribution.all_knots();
    knots.extend([low, middle, high]);
    knots.sort_unstable_by(f64::total_cmp);
    knots.dedup();
    let knots: Vec<f64> = knots.into_iter().filter(|x| (low..=high).contains(x)).collect();
    let pieces = knots.windows(2).map(|pair| {
        let (a, b) = (pair[0], pair[1]);
        // Beyond its last value nothing is left of what draws single values.
        if !distribution.has_density() && (a.is_infinite() || b.is_infinite()) {
            return 0.0;
        }
        if b <= middle { integral(&below, a, b) } else { integral(&above, a, b) }
    });
    outside + pieces.sum::<f64>()
}
