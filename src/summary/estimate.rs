//! How sure a Monte Carlo estimate is: standard errors and intervals that fit the design.

use statrs::distribution::{ContinuousCDF, StudentsT};

use super::moments::{Range, mean_and_variance};
use crate::ensemble::{Dependence, Ensemble};

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
            return 1.959_963_984_540_054;
        }
        StudentsT::new(0.0, 1.0, self.freedom.max(1.0)).map_or(f64::NAN, |t| t.inverse_cdf(0.975))
    }
}

/// The weighted mean over strata of a number per path, seen as one number for each draw of luck:
/// paths of different strata at the same place share their luck.
pub(crate) fn by_luck(values: &[f64], strata: &[f64]) -> Vec<f64> {
    if let [_] = strata {
        return values.to_vec();
    }
    let paths = values.len() / strata.len();
    (0..paths)
        .map(|i| strata.iter().enumerate().map(|(s, weight)| weight * values[s * paths + i]).sum())
        .collect()
}

/// The mean of one number per draw of luck, with the error that fits how draws depend. Numbers
/// that are not finite are left out, and keep their place among the others.
pub(crate) fn estimate(luck: &[f64], dependence: Dependence) -> Estimate {
    let pieces = match dependence {
        Dependence::Independent => luck.iter().copied().filter(|v| v.is_finite()).collect(),
        Dependence::Pairs => means(luck, luck.len().div_ceil(2), |i| i / 2),
        Dependence::Replicates(replicates) => {
            let replicates = replicates as usize;
            means(luck, replicates, |i| i % replicates)
        }
    };
    let (_, variance) = mean_and_variance(&pieces);
    let (value, count) = (Range::of(luck).mean(), pieces.len().max(1) as f64);
    Estimate { value, error: (variance / count).sqrt(), freedom: count - 1.0 }
}

/// The means of groups of numbers; groups without a finite one are left out.
fn means(luck: &[f64], groups: usize, group_of: impl Fn(usize) -> usize) -> Vec<f64> {
    let mut sums = vec![(0.0, 0.0); groups];
    for (i, value) in luck.iter().enumerate().filter(|(_, value)| value.is_finite()) {
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

/// A share of paths: of all of them, or of those that meet a condition.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share {
    /// The share with its 95 % interval; not-a-number, from 0 to 1, where no path meets the
    /// condition.
    pub probability: Probability,
    /// Its Monte Carlo standard error.
    pub error: f64,
    /// How many equally weighted paths the condition holds in: their effective number where they
    /// weigh differently, `(sum w)^2 / sum w^2` (L. Kish 1965, Survey sampling).
    pub paths: f64,
}

/// The probability of what is 1 in some paths and 0 in the others.
pub(crate) fn probability(ensemble: &Ensemble, met: &[f64]) -> Probability {
    share(ensemble, met, None).probability
}

/// The share of what is 1 in some paths and 0 in the others, among the paths where the condition is
/// 1; among all when there is none.
///
/// With `w` the weights of paths, `a` what is met, `b` the condition: `R = sum w a b / sum w b`, a
/// ratio of two means. Its standard error is that of the mean of `w n (a b - R b) / sum w b` (the
/// linearised ratio: W. Cochran 1977, Sampling techniques, chapter 6), over independent paths, pairs,
/// replicates, or the shared luck of strata.
///
/// Wilson's interval, with the number of paths where they are independent and weigh the same, else
/// with the number of independent paths that would have the same standard error; Student's t takes
/// the place of the normal quantile when it rests on few pieces. Where paths weigh differently the
/// number is never more than their effective number. Where no variation is seen (0 or all paths)
/// the effective number of paths counts, so the interval never has width 0.
/// E. B. Wilson (1927), Probable inference, the law of succession, and statistical inference.
pub(crate) fn share(ensemble: &Ensemble, met: &[f64], given: Option<&[f64]>) -> Share {
    let plain = ensemble.weights().is_none() && ensemble.dependence() == Dependence::Independent;
    if plain && ensemble.strata().len() == 1 {
        return share_of_equals(met, given);
    }
    let influence = influence(ensemble, met, given);
    let paths = effective(ensemble, given);
    let found = estimate(&influence, ensemble.dependence());
    if paths == 0.0 {
        return nothing_known();
    }
    let p = found.value.clamp(0.0, 1.0);
    let spread = p * (1.0 - p);
    let count = if found.error == 0.0 || spread == 0.0 {
        paths
    } else {
        let same_error = spread / (found.error * found.error);
        if is_uneven(ensemble) { same_error.min(paths) } else { same_error }
    };
    Share { probability: wilson(p, count, found.factor()), error: found.error, paths }
}

/// Of independent paths of equal weight: plain counts.
fn share_of_equals(met: &[f64], given: Option<&[f64]>) -> Share {
    let all = match given {
        None => met.len() as f64,
        Some(given) => given.iter().sum(),
    };
    if all == 0.0 {
        return nothing_known();
    }
    let hits: f64 = match given {
        None => met.iter().sum(),
        Some(given) => met.iter().zip(given).map(|(a, b)| a * b).sum(),
    };
    let p = hits / all;
    let error = (p * (1.0 - p) / (all - 1.0).max(1.0)).sqrt();
    Share { probability: wilson(p, all, 1.959_963_984_540_054), error, paths: all }
}

fn nothing_known() -> Share {
    let probability = Probability { value: f64::NAN, low: 0.0, high: 1.0 };
    Share { probability, error: f64::NAN, paths: 0.0 }
}

/// Do paths of one stratum weigh differently?
fn is_uneven(ensemble: &Ensemble) -> bool {
    let Some(weights) = ensemble.weights() else { return false };
    let paths = weights.len() / ensemble.strata().len();
    weights.chunks(paths.max(1)).any(|part| part.iter().any(|weight| *weight != part[0]))
}

/// One number for each draw of luck whose mean is the sum over paths of weight x value.
fn weighted_luck(ensemble: &Ensemble, value: impl Fn(usize) -> f64) -> Vec<f64> {
    let Some(weights) = ensemble.weights() else {
        return (0..ensemble.len()).map(value).collect();
    };
    let strata = ensemble.strata().len();
    let paths = weights.len() / strata;
    let of = |i: usize| -> f64 {
        let places = (0..strata).map(|s| s * paths + i);
        places.map(|place| weights[place] * value(place)).sum()
    };
    (0..paths).map(|i| paths as f64 * of(i)).collect()
}

/// One number for each draw of luck whose mean is the share and whose variation is that of its
/// estimate; differences of two of them are the differences of two shares under common luck.
pub(crate) fn influence(ensemble: &Ensemble, met: &[f64], given: Option<&[f64]>) -> Vec<f64> {
    let given = match given {
        None if !is_uneven(ensemble) => return by_luck(met, ensemble.strata()),
        None => &vec![1.0; met.len()][..],
        Some(given) => given,
    };
    influence_of(ensemble, met, given)
}

/// The same for the mean of any finite numbers over the paths where the condition is 1.
pub(crate) fn influence_of(ensemble: &Ensemble, values: &[f64], given: &[f64]) -> Vec<f64> {
    let hits = weighted_luck(ensemble, |i| values[i] * given[i]);
    let base = weighted_luck(ensemble, |i| given[i]);
    let scale = Range::of(&base).mean();
    let ratio = Range::of(&hits).mean() / scale;
    hits.iter().zip(&base).map(|(a, b)| ratio + (a - ratio * b) / scale).collect()
}

/// The effective number of draws of luck in which a condition holds.
fn effective(ensemble: &Ensemble, given: Option<&[f64]>) -> f64 {
    let luck = weighted_luck(ensemble, |i| given.map_or(1.0, |given| given[i]));
    let squares: f64 = luck.iter().map(|v| v * v).sum();
    if squares == 0.0 { 0.0 } else { luck.iter().sum::<f64>().powi(2) / squares }
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
        let luck: Vec<f64> = (0..100).map(|i| if i % 2 == 0 { 1.0 } else { -1.0 }).collect();
        assert_eq!(estimate(&luck, Dependence::Pairs).error, 0.0);
        assert!(estimate(&luck, Dependence::Independent).error > 0.09);
    }

    #[test]
    fn broken_paths_do_not_shift_pairs() {
        let mut luck: Vec<f64> = (0..100).map(|i| if i % 2 == 0 { 1.0 } else { -1.0 }).collect();
        (luck[10], luck[11]) = (f64::NAN, f64::NAN);
        let found = estimate(&luck, Dependence::Pairs);
        assert_eq!((found.value, found.error, found.freedom), (0.0, 0.0, 48.0));
    }

    #[test]
    fn a_share_of_few_paths_has_the_interval_of_few_paths() {
        let span = "2021".parse().expect("a span");
        let rows = vec![("x".to_owned(), None, vec![vec![0.0; 263]])];
        let ensemble = Ensemble::from_rows("mine", span, rows).expect("rows that fit");
        let met: Vec<f64> = (0..263).map(|i| f64::from(u8::from(i < 81))).collect();
        let given: Vec<f64> =
            (0..263).map(|i| f64::from(u8::from((61..81).contains(&i)))).collect();
        // All of 20: Newcombe (1998), 20 of 20 gives 0.8389 to 1.
        let found = share(&ensemble, &met, Some(&given));
        assert_eq!(
            (found.paths, found.probability.value, found.probability.high),
            (20.0, 1.0, 1.0)
        );
        assert!((found.probability.low - 0.8389).abs() < 5e-5);
        let never = share(&ensemble, &met, Some(&[0.0; 263]));
        assert!(never.probability.value.is_nan() && never.paths == 0.0);
        assert_eq!((never.probability.low, never.probability.high), (0.0, 1.0));
    }

    #[test]
    fn strata_are_weighted_draw_by_draw() {
        assert_eq!(by_luck(&[1.0, 0.0, 1.0, 1.0], &[0.25, 0.75]), [1.0, 0.75]);
    }
}
