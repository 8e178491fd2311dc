//! The logarithmic score of paths.

use crate::interrupt::look;
use crate::math::{exp, ln, pow};
use crate::summary::{quantiles, weighted_quantiles};

/// The logarithmic score of paths, which may have weights: minus the logarithm of their density at the actual
/// value (I. J. Good 1952). Paths have no density of their own, so that of a normal kernel around each is
/// taken, with the bandwidth of Silverman's rule, `1.06 min(sd, interquartile range / 1.34) n^(-1/5)` with `n` the
/// effective number of paths. In logarithms of the unit of the figure; less is better.
///
/// An actual value far beyond all paths scores as the tail of the nearest kernels, which says little of the
/// forecast's own tail: a score for fans of many paths that reach as far as the actual values do (F. Krüger, S.
/// Lerch, T. Thorarinsdottir and T. Gneiting 2021, Predictive inference based on Markov chain Monte Carlo
/// output, International Statistical Review 89).
///
/// Values that are not finite are left out, and so are paths without a weight. Not-a-number where fewer than
/// two different values are left, and where the actual value is none.
///
/// ```
/// use tinbergen::scoring::log_score;
/// let near = log_score(&[0.0, 1.0, 2.0, 3.0], None, 1.5);
/// assert!(near < log_score(&[0.0, 1.0, 2.0, 3.0], None, 4.0));
/// ```
pub fn log_score(values: &[f64], weights: Option<&[f64]>, actual: f64) -> f64 {
    look();
    let weight = |k: usize| weights.map_or(1.0, |weights| weights[k]);
    let kept: Vec<(f64, f64)> = (0..values.len())
        .map(|k| (values[k], weight(k)))
        .filter(|(x, w)| x.is_finite() && *w > 0.0)
        .collect();
    let total: f64 = kept.iter().map(|(_, w)| w).sum();
    let mean = kept.iter().map(|(x, w)| w * x).sum::<f64>() / total;
    let squares: f64 = kept.iter().map(|(_, w)| w * w).sum();
    let count = total * total / squares;
    let sum: f64 = kept.iter().map(|(x, w)| w * (x - mean) * (x - mean)).sum();
    let variance = sum / total * count / (count - 1.0);
    let spread = quartile_spread(&kept, weights.is_some()) / 1.34;
    let sd = variance.sqrt();
    // Where half of the paths are at one value, the spread of the others has to do.
    let scale = if spread > 0.0 { sd.min(spread) } else { sd };
    let width = 1.06 * scale * pow(count, -0.2);
    if !(width > 0.0) || !actual.is_finite() {
        return f64::NAN;
    }
    let depth = |x: f64| 0.5 * ((actual - x) / width) * ((actual - x) / width);
    let least = kept.iter().map(|(x, _)| depth(*x)).fold(f64::INFINITY, f64::min);
    let sum: f64 = kept.iter().map(|(x, w)| w * exp(least - depth(*x))).sum();
    least - ln(sum / total) + ln(width) + 0.5 * ln(std::f64::consts::TAU)
}

/// The upper quartile less the lower.
fn quartile_spread(kept: &[(f64, f64)], weighted: bool) -> f64 {
    let values: Vec<f64> = kept.iter().map(|(x, _)| *x).collect();
    let ends = if weighted {
        let weights: Vec<f64> = kept.iter().map(|(_, w)| *w).collect();
        weighted_quantiles(&values, &weights, &[0.25, 0.75])
    } else {
        quantiles(&values, &[0.25, 0.75])
    };
    ends[1] - ends[0]
}
