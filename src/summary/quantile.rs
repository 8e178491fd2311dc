//! Exact quantiles of many numbers.
//!
//! A histogram of equal bins finds the bins in which the wanted ranks lie; only their contents are
//! sorted. The result is the order statistic itself, so it does not depend on the bins.

use std::borrow::Cow;

use super::moments::Range;
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
    let at = |rank: usize| ranks.binary_search(&rank).map_or(f64::NAN, |place| found[place]);
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
        sorted.sort_unstable_by(f64::total_cmp);
        return ranks.iter().map(|&rank| sorted[rank]).collect();
    }
    let width = Width::detect();
    let histogram = width.run(Histogram { values, bins });
    let wanted = bins_of(&histogram, ranks);
    let contents = width.run(Contents { values, bins, wanted: &wanted, histogram: &histogram });
    let mut found = Vec::with_capacity(ranks.len());
    for ((_, before), content) in wanted.iter().zip(contents) {
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
        let mut place = [u32::MAX; BINS + 1];
        for (k, &(bin, _)) in self.wanted.iter().enumerate() {
            place[bin] = k as u32;
            contents[k].reserve_exact(self.histogram[bin] as usize);
        }
        for part in self.values.chunks(SIDE) {
            for (&bin, &value) in self.bins.of(part).iter().zip(part) {
                let place = place[bin as usize & BINS];
                if place != u32::MAX {
                    contents[place as usize].push(value);
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

/// Quantiles of weighted values: the value at which the cumulated weight of the finite ones,
/// counted to the middle of each, reaches the level, with linear interpolation between.
pub fn weighted_quantiles(values: &[f64], weights: &[f64], levels: &[f64]) -> Vec<f64> {
    let pairs = values.iter().zip(weights).filter(|(value, _)| value.is_finite());
    let mut pairs: Vec<(f64, f64)> = pairs.map(|(v, w)| (*v, *w)).filter(|p| p.1 > 0.0).collect();
    if pairs.is_empty() {
        return vec![f64::NAN; levels.len()];
    }
    pairs.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    let mut sum = 0.0;
    let middles: Vec<f64> = pairs
        .iter()
        .map(|&(_, weight)| {
            sum += weight;
            sum - weight / 2.0
        })
        .collect();
    levels
        .iter()
        .map(|q| {
            let goal = q.clamp(0.0, 1.0) * sum;
            let above = middles.partition_point(|&middle| middle < goal);
            if above == 0 {
                return pairs[0].0;
            }
            if above == pairs.len() {
                return pairs[above - 1].0;
            }
            let (low, high) = (middles[above - 1], middles[above]);
            let part = (goal - low) / (high - low);
            pairs[above - 1].0 + part * (pairs[above].0 - pairs[above - 1].0)
        })
        .collect()
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

    #[test]
    fn equal_weights_change_nothing_but_the_convention_at_the_ends() {
        let values: Vec<f64> = (0..1001).map(f64::from).collect();
        let weights = vec![1.0; 1001];
        let found = weighted_quantiles(&values, &weights, &[0.25, 0.5]);
        assert!((found[0] - 250.0).abs() < 1.0 && (found[1] - 500.0).abs() < 1e-9, "{found:?}");
    }
}
