//! Exact quantiles of many numbers.
//!
//! A histogram of equal bins finds the bins in which the wanted ranks lie; only their contents are
//! sorted. The result is the order statistic itself, so it does not depend on the bins.

use std::borrow::Cow;

use super::moments::Range;
use crate::ensemble::Ensemble;
use crate::interrupt::{look, sort};
use crate::math::{Kernel, Width};

/// Bins of the histogram, numbered from 0 to this with both ends in use; one less than a power of
/// two, so that a mask keeps every bin inside.
const BINS: usize = 2047;
/// Fewer values than this are sorted at once.
const FEW: usize = 4096;

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
    ranged_quantiles(values, &Range::of(values), levels)
}

/// [`quantiles`] of values whose range is known.
pub(crate) fn ranged_quantiles(values: &[f64], range: &Range, levels: &[f64]) -> Vec<f64> {
    let count = range.finite;
    if count == 0 {
        return vec![f64::NAN; levels.len()];
    }
    let values = if count == values.len() {
        Cow::Borrowed(values)
    } else {
        values.iter().copied().filter(|v| v.is_finite()).collect()
    };
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
    let found = order_statistics(&values, range, &ranks);
    let at = |rank: usize| ranks.binary_search(&rank).map_or(f64::NAN, |index| found[index]);
    wanted
        .iter()
        .map(|&(rank, part)| {
            let low = at(rank);
            if part > 0.0 { low + part * (at(rank + 1) - low) } else { low }
        })
        .collect()
}

/// The values of the given ranks (ascending, counted from 0) among values that are all finite.
fn order_statistics(values: &[f64], range: &Range, ranks: &[usize]) -> Vec<f64> {
    let bins = Bins { least: range.least, scale: BINS as f64 / (range.greatest - range.least) };
    if values.len() < FEW || !bins.scale.is_finite() {
        let mut sorted = values.to_vec();
        sort(&mut sorted, f64::total_cmp);
        return ranks.iter().map(|&rank| sorted[rank]).collect();
    }
    let width = Width::detect();
    let histogram = width.run(Histogram { values, bins });
    let wanted = bins_of(&histogram, ranks);
    let contents = width.run(Contents { values, bins, wanted: &wanted, histogram: &histogram });
    let mut found = Vec::with_capacity(ranks.len());
    for ((_, before), content) in wanted.iter().zip(contents) {
        look();
        let rest = &ranks[found.len()..];
        let inside = rest.partition_point(|rank| rank - before < content.len());
        let inside: Vec<usize> = rest[..inside].iter().map(|rank| rank - before).collect();
        // A bin that holds many values has a histogram of its own.
        found.extend(order_statistics(&content, &Range::of(&content), &inside));
    }
    found
}

/// Bins of equal width from the least value on.
#[derive(Clone, Copy)]
struct Bins {
    least: f64,
    scale: f64,
}

/// Values whose bins are found side by side.
const SIDE: usize = 64;

impl Bins {
    /// The bins of at most [`SIDE`] values.
    #[inline(always)]
    fn of(self, values: &[f64]) -> [u32; SIDE] {
        /// Adding it leaves a whole number in the low bits.
        const ROUND: f64 = 4_503_599_627_370_496.0;
        let mut bins = [0; SIDE];
        for (bin, value) in bins.iter_mut().zip(values) {
            *bin = ((value - self.least) * self.scale + ROUND).to_bits() as u32 & BINS as u32;
        }
        bins
    }
}

/// How many values each bin holds.
struct Histogram<'a> {
    values: &'a [f64],
    bins: Bins,
}

impl Kernel for Histogram<'_> {
    type Output = [u32; BINS + 1];

    #[inline(always)]
    fn run(self) -> Self::Output {
        let mut counts = [0; BINS + 1];
        for part in self.values.chunks(SIDE) {
            for &bin in &self.bins.of(part)[..part.len()] {
                counts[bin as usize & BINS] += 1;
            }
        }
        counts
    }
}

/// The values in the wanted bins, bin by bin.
struct Contents<'a> {
    values: &'a [f64],
    bins: Bins,
    wanted: &'a [(usize, usize)],
    histogram: &'a [u32; BINS + 1],
}

impl Kernel for Contents<'_> {
    type Output = Vec<Vec<f64>>;

    #[inline(always)]
    fn run(self) -> Vec<Vec<f64>> {
        let mut contents = vec![Vec::new(); self.wanted.len()];
        let mut index = [u32::MAX; BINS + 1];
        for (k, &(bin, _)) in self.wanted.iter().enumerate() {
            index[bin] = k as u32;
            contents[k].reserve_exact(self.histogram[bin] as usize);
        }
        for part in self.values.chunks(SIDE) {
            for (&bin, &value) in self.bins.of(part).iter().zip(part) {
                let index = index[bin as usize & BINS];
                if index != u32::MAX {
                    contents[index as usize].push(value);
                }
            }
        }
        contents
    }
}

/// The bins in which the ranks lie, with how many values lie in the bins before.
fn bins_of(histogram: &[u32], ranks: &[usize]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut before = 0;
    let mut ranks = ranks.iter().peekable();
    for (bin, &count) in histogram.iter().enumerate() {
        let end = before + count as usize;
        if ranks.next_if(|&&rank| rank < end).is_some() {
            found.push((bin, before));
            while ranks.next_if(|&&rank| rank < end).is_some() {}
        }
        before = end;
    }
    found
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
        let low = sorted[h.floor() as usize];
        let high = sorted[(h.floor() as usize + 1).min(sorted.len() - 1)];
        low + (h - h.floor()) * (high - low)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        #[test]
        fn the_histogram_gives_what_sorting_gives(
            values in prop::collection::vec(
                prop_oneof![10 => -1e3..1e3f64, 1 => Just(f64::NAN), 1 => Just(7.0)], 1..20_000),
            q in 0.0..=1.0f64,
        ) {
            prop_assume!(values.iter().any(|v| v.is_finite()));
            prop_assert_eq!(quantiles(&values, &[q])[0].to_bits(), by_sorting(&values, q).to_bits());
        }
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
