//! Shares of paths: probabilities with intervals that fit the design, the weights and the strata.

use super::confidence::{Estimate, NORMAL, Probability, by_draw, estimate, of_pieces, wilson};
use super::moments::{Range, sum};
use super::score::{self, Draws};
use crate::ensemble::{Dependence, Ensemble};

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
/// replicates, or random numbers that strata share.
///
/// Wilson's interval, with the number of paths where they are independent and weigh the same, and in
/// other designs with the number of independent paths that would have the same standard error; Student's
/// t takes the place of the normal quantile when that rests on few pieces. Where no variation is seen (0
/// or all paths) the number of paths counts, so the interval never has width 0. Where paths weigh
/// differently, or strata share their random numbers, the interval of `score.rs`, which is Wilson's in
/// the simplest case.
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
    if ensemble.strata().len() > 1 || is_uneven(ensemble) {
        let z = match ensemble.dependence() {
            Dependence::Independent => NORMAL,
            _ => found.factor(),
        };
        let probability =
            score::interval(&draws(ensemble, met, given), p, z, ensemble.dependence());
        return Share { probability, error: found.error, paths };
    }
    Share { probability: by_error(&found, paths), error: found.error, paths }
}

/// Wilson's interval with the number of independent paths that would have the same standard error.
fn by_error(found: &Estimate, paths: f64) -> Probability {
    let p = found.value.clamp(0.0, 1.0);
    let spread = p * (1.0 - p);
    let count = if found.error == 0.0 || spread == 0.0 {
        paths
    } else {
        spread / (found.error * found.error)
    };
    wilson(p, count, found.factor())
}

/// The probability of what holds in so many of so many paths, all of equal weight: the numbers that
/// [`probability`] gives of the paths themselves. One count where paths are independent, else one for each
/// replicate.
pub(crate) fn probability_of_counts(hits: &[u64], paths: &[u64]) -> Probability {
    let all = paths.iter().sum::<u64>() as f64;
    let p = hits.iter().sum::<u64>() as f64 / all;
    if paths.len() == 1 {
        return wilson(p, all, NORMAL);
    }
    let pieces = hits.iter().zip(paths).filter(|(_, paths)| **paths > 0);
    let pieces: Vec<f64> = pieces.map(|(hits, paths)| *hits as f64 / *paths as f64).collect();
    by_error(&of_pieces(p, &pieces), all * all / all)
}

/// What is met in each independent draw, by weight.
fn draws(ensemble: &Ensemble, met: &[f64], given: Option<&[f64]>) -> Draws {
    let given = |i: usize| given.map_or(1.0, |given| given[i]);
    let mut weights = weighted_draws(ensemble, given);
    let mut hits = weighted_draws(ensemble, |i| met[i] * given(i));
    let scale = Range::of(&weights).mean();
    weights.iter_mut().chain(&mut hits).for_each(|value| *value /= scale);
    let strata = ensemble.strata().len();
    let counts = |i: usize| given(i) > 0.0 && ensemble.weights().is_none_or(|w| w[i] > 0.0);
    let where_met = |all: bool| -> Vec<f64> {
        let holds = |draw: usize| {
            let mut places = (0..strata).map(|s| s * weights.len() + draw).filter(|i| counts(*i));
            if all { places.all(|i| met[i] == 1.0) } else { places.any(|i| met[i] == 1.0) }
        };
        let weight = |(draw, weight): (usize, &f64)| if holds(draw) { *weight } else { 0.0 };
        weights.iter().enumerate().map(weight).collect()
    };
    let (every, any) = (where_met(true), where_met(false));
    Draws { hits, weights, every, any }
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
        None => sum(met.len(), |k| met[k]),
        Some(given) => met.iter().zip(given).map(|(a, b)| a * b).sum(),
    };
    let p = hits / all;
    let error = (p * (1.0 - p) / (all - 1.0).max(1.0)).sqrt();
    Share { probability: wilson(p, all, NORMAL), error, paths: all }
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

/// One number for each independent draw whose mean is the sum over paths of weight x value.
fn weighted_draws(ensemble: &Ensemble, value: impl Fn(usize) -> f64) -> Vec<f64> {
    let Some(weights) = ensemble.weights() else {
        return (0..ensemble.len()).map(value).collect();
    };
    let strata = ensemble.strata().len();
    let paths = weights.len() / strata;
    let of = |i: usize| -> f64 {
        let places = (0..strata).map(|s| s * paths + i);
        places.map(|index| weights[index] * value(index)).sum()
    };
    (0..paths).map(|i| paths as f64 * of(i)).collect()
}

/// One number for each independent draw whose mean is the share and whose variation is that of its
/// estimate; differences of two of them are the differences of two shares under common random numbers.
pub(crate) fn influence(ensemble: &Ensemble, met: &[f64], given: Option<&[f64]>) -> Vec<f64> {
    let given = match given {
        None if !is_uneven(ensemble) => return by_draw(met, ensemble.strata()),
        None => &vec![1.0; met.len()][..],
        Some(given) => given,
    };
    influence_of(ensemble, met, given)
}

/// The same for the mean of any finite numbers over the paths where the condition is 1.
pub(crate) fn influence_of(ensemble: &Ensemble, values: &[f64], given: &[f64]) -> Vec<f64> {
    let hits = weighted_draws(ensemble, |i| values[i] * given[i]);
    let base = weighted_draws(ensemble, |i| given[i]);
    let scale = Range::of(&base).mean();
    let ratio = Range::of(&hits).mean() / scale;
    hits.iter().zip(&base).map(|(a, b)| ratio + (a - ratio * b) / scale).collect()
}

/// The effective number of independent draws in which a condition holds.
fn effective(ensemble: &Ensemble, given: Option<&[f64]>) -> f64 {
    let draws = weighted_draws(ensemble, |i| given.map_or(1.0, |given| given[i]));
    let squares: f64 = draws.iter().map(|v| v * v).sum();
    let sum = draws.iter().sum::<f64>();
    if squares == 0.0 { 0.0 } else { sum * sum / squares }
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
