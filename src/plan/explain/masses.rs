//! Shares of a probability as whole numbers, so that what is made of them adds up exactly.

use crate::ensemble::{Dependence, Ensemble};
use crate::math::log2_ceiling;
use crate::summary::quantiles_of;

/// Probabilities of scenarios in a mixture are counted in parts of this many.
pub(super) const FINE: i64 = 1 << 32;
/// Batches of independent paths, for the errors of quantiles.
const BATCHES: usize = 32;

/// For each independent draw how much of the probability is met, in parts of `unit`.
pub(super) fn masses(met: &[f64], strata: &[f64], unit: i64) -> Vec<i64> {
    if let [_] = strata {
        return met.iter().map(|met| *met as i64 * unit).collect();
    }
    let mut shares: Vec<i64> =
        strata.iter().map(|share| (share * unit as f64).round() as i64).collect();
    let rest = unit - shares.iter().sum::<i64>();
    if let Some(largest) = shares.iter_mut().max() {
        *largest += rest;
    }
    let draws = met.len() / strata.len();
    let mass = |i: usize| {
        let parts = shares.iter().enumerate();
        parts.map(|(s, share)| share * met[s * draws + i] as i64).sum()
    };
    (0..draws).map(mass).collect()
}

/// The same of paths with weights that add up to 1: what is lost by rounding goes to the heaviest, so
/// that all paths together are all of the probability.
pub(super) fn weighted_masses(met: &[f64], weights: &[f64], strata: usize, unit: i64) -> Vec<i64> {
    let draws = met.len() / strata;
    let scale = draws as f64 * unit as f64;
    let mut shares: Vec<i64> = weights.iter().map(|w| (w * scale).round() as i64).collect();
    let rest = draws as i64 * unit - shares.iter().sum::<i64>();
    if let Some(heaviest) = shares.iter_mut().max() {
        *heaviest += rest;
    }
    let mass =
        |i: usize| (0..strata).map(|s| shares[s * draws + i] * met[s * draws + i] as i64).sum();
    (0..draws).map(mass).collect()
}

/// What each independent draw contributes to a ratio of weighted sums, `P + n w (met - P)`: their spread
/// is that of the estimate (the delta method).
pub(super) fn influences(met: &[f64], weights: &[f64], strata: usize, unit: f64) -> Vec<f64> {
    let draws = met.len() / strata;
    let p: f64 = weights.iter().zip(met).map(|(w, met)| w * met).sum();
    let of = |i: usize| draws as f64 * weights[i] * (met[i] - p);
    (0..draws).map(|i| unit * (p + (0..strata).map(|s| of(s * draws + i)).sum::<f64>())).collect()
}

/// The quantile in each of several batches of paths that are independent of each other: the
/// replicates of the design, or runs of neighbours.
pub(super) fn batched(ensemble: &Ensemble, row: &[f64], level: f64) -> Vec<f64> {
    let strata = ensemble.strata().len();
    let draws = row.len() / strata;
    let batches = match ensemble.dependence() {
        Dependence::Replicates(replicates) => replicates as usize,
        _ => BATCHES.min((draws / 20).max(1)),
    };
    let size = draws.div_ceil(batches).next_multiple_of(2);
    let batch_of = |path: usize| match ensemble.dependence() {
        Dependence::Replicates(_) => path % draws % batches,
        _ => path % draws / size,
    };
    let mut values = vec![(Vec::new(), Vec::new()); batches];
    for (path, value) in row.iter().enumerate() {
        let (kept, weights) = &mut values[batch_of(path)];
        kept.push(*value);
        weights.extend(ensemble.weights().map(|weights| weights[path]));
    }
    let filled = values.iter().filter(|(kept, _)| !kept.is_empty());
    filled
        .map(|(kept, weights)| {
            quantiles_of(kept, (!weights.is_empty()).then_some(weights), strata, &[level])[0]
        })
        .collect()
}

/// Numbers as whole ones over a common power of two, to the last bit of the largest.
pub(super) fn fixed(values: &[f64]) -> (Vec<i128>, i128) {
    let largest = values.iter().fold(0.0f64, |largest, value| largest.max(value.abs()));
    let exponent = if largest > 0.0 { 60 - log2_ceiling(largest) } else { 0 };
    let unit = 1i128 << exponent.clamp(0, 90);
    (values.iter().map(|value| (value * unit as f64).round() as i128).collect(), unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_of_scenarios_add_up_to_the_unit() {
        let strata = [0.1, 0.2, 0.7];
        let met = [1.0, 0.0, 1.0, 0.0, 1.0, 1.0]; // two independent draws, three scenarios
        let masses = masses(&met, &strata, FINE);
        assert_eq!(masses[0], FINE);
        assert!((masses[1] as f64 / FINE as f64 - 0.7).abs() < 1e-9);
    }

    #[test]
    fn fixed_numbers_keep_every_bit_of_the_largest() {
        let values = [1271.0437, -1e-3, 0.0];
        let (whole, unit) = fixed(&values);
        assert_eq!(whole[0] as f64 / unit as f64, values[0]);
        assert!((whole[1] as f64 / unit as f64 + 1e-3).abs() < 1e-14);
        assert_eq!(fixed(&[0.0]), (vec![0], 1));
        // A power of two is the top of its range, the next number the bottom of one.
        assert_eq!([fixed(&[8.0]).1, fixed(&[8.0f64.next_up()]).1], [1 << 57, 1 << 56]);
    }
}
