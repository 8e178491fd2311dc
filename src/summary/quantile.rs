//! Exact quantiles of many numbers, and of numbers with weights.

use super::moments::Range;
use super::order::{Binned, order_statistics};
use crate::ensemble::Ensemble;
use crate::interrupt::sort;

/// Quantiles by linear interpolation between order statistics: with `h = (n - 1) q`,
/// `x[floor h] + (h - floor h) (x[floor h + 1] - x[floor h])` (type 7 of Hyndman and Fan, the
/// default of NumPy and R). Not-a-number when there is no finite value. Values that are not finite
/// are left out.
///
/// ```
/// use tinbergen::summary::quantiles;
/// assert_eq!(quantiles(&[4.0, 1.0, 3.0, 2.0], &[0.0, 0.5, 1.0]), [1.0, 2.5, 4.0]);
/// ```
pub fn quantiles(values: &[f64], levels: &[f64]) -> Vec<f64> {
    mean_and_quantiles(values, levels).1
}

/// The mean of the values that are finite, and their [`quantiles`].
pub(crate) fn mean_and_quantiles(values: &[f64], levels: &[f64]) -> (f64, Vec<f64>) {
    if let Some(binned) = Binned::by_some(values)
        && binned.sum().is_finite()
    {
        let mean = binned.sum() / values.len() as f64;
        return (mean, interpolated(values.len(), levels, |ranks| binned.order_statistics(ranks)));
    }
    let range = Range::of(values);
    if range.finite == 0 {
        return (f64::NAN, vec![f64::NAN; levels.len()]);
    }
    let of = |values: &[f64]| {
        interpolated(values.len(), levels, |ranks| order_statistics(values, &range, ranks))
    };
    let quantiles = if range.finite == values.len() {
        of(values)
    } else {
        of(&values.iter().copied().filter(|value| value.is_finite()).collect::<Vec<f64>>())
    };
    (range.mean(), quantiles)
}

/// Quantiles of so many values between the order statistics of ascending ranks, counted from 0.
fn interpolated(count: usize, levels: &[f64], find: impl FnOnce(&[usize]) -> Vec<f64>) -> Vec<f64> {
    let wanted: Vec<(usize, f64)> = levels
        .iter()
        .map(|q| {
            let h = (count - 1) as f64 * q.clamp(0.0, 1.0);
            (h.floor() as usize, h - h.floor())
        })
        .collect();
    let mut ranks: Vec<usize> =
        wanted.iter().flat_map(|&(rank, _)| [rank, (rank + 1).min(count - 1)]).collect();
    ranks.sort_unstable();
    ranks.dedup();
    let found = find(&ranks);
    let at = |rank: usize| ranks.binary_search(&rank).map_or(f64::NAN, |index| found[index]);
    wanted
        .iter()
        .map(|&(rank, part)| {
            let low = at(rank);
            if part > 0.0 { between(low, at(rank + 1), part) } else { low }
        })
        .collect()
}

/// A part of the way from a number to a greater one, also where their distance is beyond the largest number.
fn between(low: f64, high: f64, part: f64) -> f64 {
    let distance = high - low;
    if distance.is_finite() { low + part * distance } else { low * (1.0 - part) + high * part }
}

/// Quantiles of weighted values: type 7 for weights.
///
/// With `n` the effective number of values, `(sum w)^2 / sum w^2` (Kish), the quantile at level `q` is
/// the mean of the weighted quantile function over the window from `q (n - 1) / n` to
/// `(q (n - 1) + 1) / n` (A. Akinshin 2023, Weighted quantile estimators, arXiv:2304.07265). Equal
/// weights give what [`quantiles`] gives, to the bit. Tied values count as one of their joint weight,
/// and the order of the values has no bearing. Values that are not finite are left out, and those
/// without a weight.
///
/// ```
/// use tinbergen::summary::{quantiles, weighted_quantiles};
/// let values = [4.0, 1.0, 3.0, 2.0];
/// assert_eq!(weighted_quantiles(&values, &[2.0; 4], &[0.3]), quantiles(&values, &[0.3]));
/// // Half of the weight is on 4: n = 10^2 / 34, and the window at 0.5 reaches from 0.33 to 0.67.
/// let found = weighted_quantiles(&values, &[5.0, 2.0, 2.0, 1.0], &[0.5])[0];
/// assert!((found - 3.5).abs() < 1e-9);
/// ```
pub fn weighted_quantiles(values: &[f64], weights: &[f64], levels: &[f64]) -> Vec<f64> {
    let pairs = values.iter().zip(weights);
    of_atoms(pairs.map(|(value, weight)| (*value, *weight)).collect(), levels)
}

/// The quantiles of one number for each path of an ensemble: [`quantiles_of`].
pub(crate) fn quantiles_in(ensemble: &Ensemble, values: &[f64], levels: &[f64]) -> Vec<f64> {
    quantiles_of(values, ensemble.weights(), ensemble.strata().len(), levels)
}

/// The quantiles of one number for each path: of equal ones, of weighted ones, or of those of a
/// mixture, where strata that agree in a draw are one path of their joint weight. So an indicator that
/// no scenario touches has the quantiles in the mixture that it has in each of them.
pub(crate) fn quantiles_of(
    values: &[f64],
    weights: Option<&[f64]>,
    strata: usize,
    levels: &[f64],
) -> Vec<f64> {
    let Some(weights) = weights else { return quantiles(values, levels) };
    if strata == 1 {
        return weighted_quantiles(values, weights, levels);
    }
    let draws = values.len() / strata;
    let mut atoms: Vec<(f64, f64)> = Vec::with_capacity(values.len());
    for draw in 0..draws {
        let first = atoms.len();
        for place in (0..strata).map(|stratum| stratum * draws + draw) {
            match atoms[first..].iter_mut().find(|(value, _)| *value == values[place]) {
                Some((_, weight)) => *weight += weights[place],
                None => atoms.push((values[place], weights[place])),
            }
        }
    }
    of_atoms(atoms, levels)
}

/// The quantiles of values with weights, whose number is that of independent pieces.
fn of_atoms(mut atoms: Vec<(f64, f64)>, levels: &[f64]) -> Vec<f64> {
    atoms.retain(|(value, weight)| value.is_finite() && *weight > 0.0);
    let Some(&(_, first)) = atoms.first() else { return vec![f64::NAN; levels.len()] };
    if atoms.iter().all(|(_, weight)| *weight == first) {
        let values: Vec<f64> = atoms.iter().map(|(value, _)| *value).collect();
        return quantiles(&values, levels);
    }
    // By weight too, so that sums have the same bits for every order of the values.
    sort(&mut atoms, |a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let mut sum = 0.0;
    let ends: Vec<f64> = atoms
        .iter()
        .map(|&(_, weight)| {
            sum += weight;
            sum
        })
        .collect();
    let one = atoms.iter().map(|(_, weight)| (weight / sum) * (weight / sum)).sum::<f64>();
    let window = sum * one.min(1.0);
    let mean = |left: f64| {
        let right = left + window;
        let first = ends.partition_point(|&end| end <= left).min(atoms.len() - 1);
        let last = ends.partition_point(|&end| end < right).min(atoms.len() - 1);
        let base = atoms[first].0;
        let mut found = base;
        for k in first + 1..=last {
            let part = ends[k].min(right) - ends[k - 1];
            found += (atoms[k].0 - base) * (part / window);
        }
        found.clamp(base, atoms[last].0)
    };
    levels.iter().map(|level| mean(level.clamp(0.0, 1.0) * (sum - window))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn by_sorting(values: &[f64], q: f64) -> f64 {
        let mut sorted: Vec<f64> = values.iter().copied().filter(|v| v.is_finite()).collect();
        sorted.sort_by(f64::total_cmp);
        let h = (sorted.len() - 1) as f64 * q;
        let (low, part) = (sorted[h.floor() as usize], h - h.floor());
        let high = sorted[(h.floor() as usize + 1).min(sorted.len() - 1)];
        if part == 0.0 { low } else { between(low, high, part) }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        #[test]
        fn the_histogram_gives_what_sorting_gives(
            mut values in prop_oneof![
                prop::collection::vec(
                    prop_oneof![10 => -1e3..1e3f64, 1 => Just(f64::NAN), 1 => Just(7.0)], 1..20_000),
                // Nearly all in a few places, far from each other.
                prop::collection::vec(
                    prop_oneof![(-3..3i32).prop_map(f64::from), any::<f64>(), 0.0..1e-12f64], 4096..9000),
                prop::collection::vec(prop_oneof![Just(f64::MAX), Just(f64::MIN), 0.0..1.0f64], 4096..9000),
                prop::collection::vec((0..700i32).prop_map(|k| 0.1f64.powi(k - 300)), 4096..9000),
            ],
            in_order in any::<bool>(),
            far in prop::collection::vec((any::<usize>(), any::<f64>()), 0..4),
            q in 0.0..=1.0f64,
        ) {
            if in_order {
                values.sort_by(f64::total_cmp);
            }
            for (place, value) in far {
                let count = values.len();
                values[place % count] = value;
            }
            prop_assume!(values.iter().any(|v| v.is_finite()));
            let (mean, found) = mean_and_quantiles(&values, &[0.0, q, 1.0]);
            prop_assert_eq!(found[1].to_bits(), by_sorting(&values, q).to_bits());
            prop_assert_eq!(found[0].to_bits(), by_sorting(&values, 0.0).to_bits());
            prop_assert_eq!(found[2].to_bits(), by_sorting(&values, 1.0).to_bits());
            prop_assert_eq!(mean.to_bits(), Range::of(&values).mean().to_bits());
        }
    }

    #[test]
    fn values_of_any_size_have_quantiles() {
        let values: Vec<f64> =
            (0..5000).map(|k| if k % 3 == 0 { f64::MAX } else { f64::MIN }).collect();
        assert_eq!(quantiles(&values, &[0.1, 0.9]), [f64::MIN, f64::MAX]);
    }

    #[test]
    fn many_levels_are_exact() {
        let values: Vec<f64> = (0..30_000).map(|k| f64::from(k * 7919 % 30_011)).collect();
        let levels: Vec<f64> = (0..=500).map(|k| f64::from(k) / 500.0).collect();
        let expected: Vec<f64> = levels.iter().map(|q| by_sorting(&values, *q)).collect();
        assert_eq!(quantiles(&values, &levels), expected);
    }

    #[test]
    fn extreme_tails_and_ties_are_exact() {
        let mut values = vec![0.0; 50_000];
        values[17] = 1e300;
        values[18] = -1e-300;
        assert_eq!(quantiles(&values, &[0.0, 0.5, 1.0]), [-1e-300, 0.0, 1e300]);
    }

    #[test]
    fn nothing_finite_gives_not_a_number() {
        assert!(quantiles(&[f64::NAN], &[0.5])[0].is_nan());
        assert!(weighted_quantiles(&[], &[], &[0.5])[0].is_nan());
    }

    /// The same by another way: differences of the integral of the quantile function.
    fn by_integral(pairs: &[(f64, f64)], q: f64) -> f64 {
        let mut pairs: Vec<_> =
            pairs.iter().copied().filter(|p| p.0.is_finite() && p.1 > 0.0).collect();
        pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
        let sum: f64 = pairs.iter().map(|p| p.1).sum();
        let n = sum * sum / pairs.iter().map(|p| p.1 * p.1).sum::<f64>();
        let integral = |to: f64| {
            let mut before = 0.0;
            let mut total = 0.0;
            for (value, weight) in &pairs {
                total += value * (to * sum - before).clamp(0.0, *weight) / sum;
                before += weight;
            }
            total
        };
        n * (integral((q * (n - 1.0) + 1.0) / n) - integral(q * (n - 1.0) / n))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]
        #[test]
        fn weighted_quantiles_are_means_of_the_quantile_function(
            pairs in prop::collection::vec((
                prop_oneof![4 => -10.0..10.0f64, 2 => (-3..3i32).prop_map(f64::from), 1 => Just(f64::NAN)],
                prop_oneof![4 => 0.0..1.0f64, 1 => Just(0.0), 2 => Just(0.5)]), 1..60),
            q in 0.0..=1.0f64,
            seed in any::<u64>(),
        ) {
            let (values, weights): (Vec<f64>, Vec<f64>) = pairs.iter().copied().unzip();
            prop_assume!(pairs.iter().any(|p| p.0.is_finite() && p.1 > 0.0));
            let found = weighted_quantiles(&values, &weights, &[q])[0];
            let expected = by_integral(&pairs, q);
            prop_assert!((found - expected).abs() < 1e-9, "{} and {}", found, expected);
            // Another order, the same bits.
            let mut other = pairs.clone();
            for k in (1..other.len()).rev() {
                other.swap(k, (seed.rotate_left(k as u32) % (k as u64 + 1)) as usize);
            }
            let (values, weights): (Vec<f64>, Vec<f64>) = other.into_iter().unzip();
            prop_assert_eq!(weighted_quantiles(&values, &weights, &[q])[0].to_bits(), found.to_bits());
        }

        #[test]
        fn equal_weights_give_the_quantiles_without_weights(
            values in prop::collection::vec((-4..4i32).prop_map(f64::from), 1..80),
            q in 0.0..=1.0f64,
            weight in 1e-3..1e3f64,
            split in 0.0..1.0f64,
        ) {
            let plain = quantiles(&values, &[q])[0];
            let weights = vec![weight; values.len()];
            prop_assert_eq!(weighted_quantiles(&values, &weights, &[q])[0].to_bits(), plain.to_bits());
            // Nearly equal ones, nearly the same: there is no jump.
            let nearly: Vec<f64> =
                (0..values.len()).map(|k| weight * (1.0 + 1e-13 * (k % 3) as f64)).collect();
            prop_assert!((weighted_quantiles(&values, &nearly, &[q])[0] - plain).abs() < 1e-9);
            // Strata that agree in every draw are no strata.
            let twice = [&values[..], &values[..]].concat();
            let n = values.len() as f64;
            let weights: Vec<f64> =
                [vec![split / n; values.len()], vec![(1.0 - split) / n; values.len()]].concat();
            let found = quantiles_of(&twice, Some(&weights), 2, &[q])[0];
            prop_assert_eq!(found.to_bits(), plain.to_bits());
        }
    }
}
