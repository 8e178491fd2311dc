//! How sure a Monte Carlo estimate is: standard errors that fit the design, and Wilson's interval.

use super::moments::{Range, mean_and_variance};
use crate::ensemble::Dependence;
use crate::math::{Tail, student_t_quantile};

/// The factor on the error for a 95 % interval where it is known.
pub(crate) const NORMAL: f64 = 1.959_963_984_540_054;

/// An estimate with its Monte Carlo standard error and how many independent pieces it rests on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The estimate.
    pub value: f64,
    /// Its Monte Carlo standard error.
    pub error: f64,
    /// Degrees of freedom of the error: independent pieces - 1.
    pub freedom: f64,
}

impl Estimate {
    /// The factor on the error for a 95 % interval.
    pub fn factor(&self) -> f64 {
        if self.freedom > 1e4 {
            return NORMAL;
        }
        student_t_quantile(Tail { p: 1.0 - 0.975, upper: true }, self.freedom.max(1.0))
    }
}

/// The weighted mean over strata of a number per path, seen as one number for each independent draw:
/// paths of different strata at the same place share their random numbers.
pub(crate) fn by_draw(values: &[f64], strata: &[f64]) -> Vec<f64> {
    if let [_] = strata {
        return values.to_vec();
    }
    let paths = values.len() / strata.len();
    (0..paths)
        .map(|i| strata.iter().enumerate().map(|(s, weight)| weight * values[s * paths + i]).sum())
        .collect()
}

/// The mean of one number per independent draw, with the error that fits how draws depend. Numbers
/// that are not finite are left out, and keep their place among the others.
pub(crate) fn estimate(draws: &[f64], dependence: Dependence) -> Estimate {
    let pieces = match dependence {
        Dependence::Independent => draws.iter().copied().filter(|v| v.is_finite()).collect(),
        Dependence::Pairs => means(draws, draws.len().div_ceil(2), |i| i / 2),
        Dependence::Replicates(replicates) => {
            let replicates = replicates as usize;
            means(draws, replicates, |i| i % replicates)
        }
    };
    of_pieces(Range::of(draws).mean(), &pieces)
}

/// A mean with the error that independent pieces of it show.
pub(crate) fn of_pieces(value: f64, pieces: &[f64]) -> Estimate {
    let (_, variance) = mean_and_variance(pieces);
    let count = pieces.len().max(1) as f64;
    Estimate { value, error: (variance / count).sqrt(), freedom: count - 1.0 }
}

/// The means of groups of numbers; groups without a finite one are left out.
fn means(draws: &[f64], groups: usize, group_of: impl Fn(usize) -> usize) -> Vec<f64> {
    let mut sums = vec![(0.0, 0.0); groups];
    for (i, value) in draws.iter().enumerate().filter(|(_, value)| value.is_finite()) {
        let (total, count) = &mut sums[group_of(i)];
        *total += value;
        *count += 1.0;
    }
    sums.into_iter().filter(|(_, count)| *count > 0.0).map(|(total, count)| total / count).collect()
}

/// A probability with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Probability {
    /// The estimate: the share of paths.
    pub value: f64,
    /// Lower end of the 95 % interval.
    pub low: f64,
    /// Upper end of the 95 % interval.
    pub high: f64,
}

/// Wilson's interval for a share `p` of `n`.
pub(crate) fn wilson(p: f64, n: f64, z: f64) -> Probability {
    let shrink = 1.0 + z * z / n;
    let centre = (p + z * z / (2.0 * n)) / shrink;
    let half = z / shrink * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    Probability {
        value: p,
        low: (centre - half).clamp(0.0, p),
        high: (centre + half).clamp(p, 1.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wilson_gives_the_published_interval() {
        // Newcombe (1998), table I: 81 of 263 gives 0.2553 to 0.3662.
        let found = wilson(81.0 / 263.0, 263.0, 1.959_964);
        assert!((found.low - 0.2553).abs() < 5e-5 && (found.high - 0.3662).abs() < 5e-5);
        // 0 of 20 gives 0 to 0.1611.
        let found = wilson(0.0, 20.0, 1.959_964);
        assert!(found.low == 0.0 && (found.high - 0.1611).abs() < 5e-5);
    }

    #[test]
    fn perfect_mirror_images_leave_no_error() {
        let draws: Vec<f64> = (0..100).map(|i| if i % 2 == 0 { 1.0 } else { -1.0 }).collect();
        assert_eq!(estimate(&draws, Dependence::Pairs).error, 0.0);
        assert!(estimate(&draws, Dependence::Independent).error > 0.09);
    }

    #[test]
    fn broken_paths_do_not_shift_pairs() {
        let mut draws: Vec<f64> = (0..100).map(|i| if i % 2 == 0 { 1.0 } else { -1.0 }).collect();
        (draws[10], draws[11]) = (f64::NAN, f64::NAN);
        let found = estimate(&draws, Dependence::Pairs);
        assert_eq!((found.value, found.error, found.freedom), (0.0, 0.0, 48.0));
    }

    #[test]
    fn strata_are_weighted_draw_by_draw() {
        assert_eq!(by_draw(&[1.0, 0.0, 1.0, 1.0], &[0.25, 0.75]), [1.0, 0.75]);
    }
}
