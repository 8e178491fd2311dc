//! Histograms whose edges are fixed before anything is counted: counts of the same edges are added, in any
//! order, and quantiles are known to within a bin.

use std::collections::BTreeMap;

use super::quantile::quantiles;
use crate::error::Error;
use crate::packed::{Packed, Unpacked, damaged};

/// Bins for each doubling of the distance, as a power of two.
const FINE: u32 = 9;
/// Bins on either side that are counted in a list: up to 16 times the scale. Those beyond, which few numbers
/// reach, are counted by name.
const NEAR: i32 = 4 << FINE;
/// The bits of 1.
const ONE: u64 = 0x3ff0_0000_0000_0000;
/// The least scale, as a part of the centre.
const NARROW: f64 = 1e-12;

/// Where bins begin and end: finest around a centre, and wider in proportion to the distance from it. A bin
/// at `x` is at most `(scale + |x - centre|) / 512` wide, however far `x` lies.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Edges {
    centre: f64,
    scale: f64,
}

impl Edges {
    /// For numbers like these: around their median, by the distance between their quartiles.
    pub(crate) fn of(sample: &[f64]) -> Self {
        let found = quantiles(sample, &[0.25, 0.5, 0.75]);
        let centre = if found[1].is_finite() { found[1] } else { 0.0 };
        let least = (NARROW * centre.abs()).max(1e-100);
        let spread = found[2] - found[0];
        let scale = if spread.is_finite() && spread > least { spread } else { least };
        Self { centre, scale }
    }

    /// The bin of a finite number: from 0 up above the centre, from -1 down below it.
    #[inline(always)]
    fn bin(self, value: f64) -> i32 {
        let away = (value - self.centre) / self.scale;
        let bin = (((1.0 + away.abs()).to_bits() - ONE) >> (52 - FINE)) as i32;
        if away < 0.0 { -1 - bin } else { bin }
    }

    /// Where a bin begins and ends, as near as doubles say it: a number in the bin is nowhere else.
    fn ends(self, bin: i32) -> (f64, f64) {
        let side = if bin < 0 { -1 - bin } else { bin };
        let at = |side: i32| {
            let away = f64::from_bits(ONE + ((side as u64) << (52 - FINE))) - 1.0;
            if away.is_finite() { away * self.scale } else { f64::INFINITY }
        };
        // Where the distance is more than a double holds, it begins at the greatest of them.
        let (near, far) = (at(side).min(f64::MAX * self.scale.min(1.0)), at(side + 1));
        let (low, high) = if bin < 0 { (-far, -near) } else { (near, far) };
        let (low, high) = (self.centre + low, self.centre + high);
        let rounding = |end: f64| 4.0 * f64::EPSILON * (self.centre.abs() + end.abs());
        (low - rounding(low), high + rounding(high))
    }
}

/// How many numbers each bin holds.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Histogram {
    edges: Edges,
    near: Vec<u32>,
    /// By bin; of one that is near what its count of 32 bits has no room for.
    far: BTreeMap<i32, u64>,
}

impl Histogram {
    pub(crate) fn new(edges: Edges) -> Self {
        Self { edges, near: vec![0; 2 * NEAR as usize], far: BTreeMap::new() }
    }

    /// Counts the finite ones of some numbers.
    #[inline(always)]
    pub(crate) fn add(&mut self, values: &[f64]) {
        for value in values.iter().filter(|value| value.is_finite()) {
            let bin = self.edges.bin(*value);
            match self.near.get_mut((bin + NEAR) as usize) {
                Some(count) => *count += 1,
                None => *self.far.entry(bin).or_insert(0) += 1,
            }
        }
    }

    /// Has another one the same edges?
    pub(crate) fn fits(&self, other: &Self) -> bool {
        self.edges == other.edges
    }

    /// Adds the counts of another one with the same edges.
    pub(crate) fn merge(&mut self, other: &Self) {
        for ((bin, sum), count) in (-NEAR..NEAR).zip(&mut self.near).zip(&other.near) {
            let (wrapped, is_full) = sum.overflowing_add(*count);
            *sum = wrapped;
            if is_full {
                *self.far.entry(bin).or_insert(0) += 1 << 32;
            }
        }
        for (bin, count) in &other.far {
            *self.far.entry(*bin).or_insert(0) += count;
        }
    }

    /// Bins that hold something, in order, with how many numbers they hold.
    fn filled(&self) -> impl Iterator<Item = (i32, u64)> {
        let far = |range| self.far.range(range).map(|(bin, count)| (*bin, *count));
        let is_plain = self.far.range(-NEAR..NEAR).next().is_none();
        let more = move |bin: i32| if is_plain { None } else { self.far.get(&bin) };
        let near = (-NEAR..NEAR).zip(&self.near);
        let near = near
            .map(move |(bin, count)| (bin, u64::from(*count) + more(bin).copied().unwrap_or(0)))
            .filter(|(_, count)| *count > 0);
        far(i32::MIN..-NEAR).chain(near).chain(far(NEAR..i32::MAX))
    }

    /// Between which numbers the one of a rank (counted from 0) is, and which part of the way it is likely
    /// to be from the one to the other.
    pub(crate) fn at(&self, rank: u64) -> ([f64; 2], f64) {
        let mut before = 0;
        for (bin, count) in self.filled() {
            if rank < before + count {
                let (low, high) = self.edges.ends(bin);
                return ([low, high], ((rank - before) as f64 + 0.5) / count as f64);
            }
            before += count;
        }
        ([f64::NAN; 2], f64::NAN)
    }

    /// Writes it: edges, and the bins that hold something.
    pub(crate) fn pack(&self, packed: &mut Packed) {
        packed.numbers(&[self.edges.centre, self.edges.scale]);
        let filled: Vec<_> = self.filled().collect();
        let mut before = -i64::from(i32::MAX);
        packed.list(filled.into_iter(), |packed, (bin, count)| {
            packed.whole((i64::from(bin) - before) as u64);
            packed.whole(count);
            before = i64::from(bin);
        });
    }

    /// Reads what was written.
    pub(crate) fn unpack(packed: &mut Unpacked<'_>) -> Result<Self, Error> {
        let edges = Edges { centre: packed.number()?, scale: packed.number()? };
        let mut found = Self::new(edges);
        let mut bin = -i64::from(i32::MAX);
        for (step, count) in packed.list(|p| Ok((p.whole()?, p.whole()?)))? {
            bin = i64::try_from(step)
                .ok()
                .and_then(|step| bin.checked_add(step))
                .ok_or_else(damaged)?;
            let place = i32::try_from(bin).map_err(|_| damaged())?;
            let near = found.near.get_mut(place.saturating_add(NEAR) as usize);
            match (near, u32::try_from(count)) {
                (Some(near), Ok(count)) => *near = count,
                _ => _ = found.far.insert(place, count),
            }
        }
        Ok(found)
    }

    /// How many numbers it holds.
    pub(crate) fn count(&self) -> u64 {
        self.filled().map(|(_, count)| count).fold(0, u64::saturating_add)
    }

    /// How many bytes it takes.
    pub(crate) fn bytes() -> usize {
        2 * NEAR as usize * size_of::<u32>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_number_lies_between_the_ends_of_its_bin(
            sample in prop::collection::vec(-1e6..1e6_f64, 0..9),
            scale in -300..300_i32,
            value in any::<f64>().prop_filter("finite", |value| value.is_finite()),
        ) {
            let two = f64::powi(2.0, scale);
            let edges = Edges::of(&sample.iter().map(|x| x * two).collect::<Vec<_>>());
            for value in [value, edges.centre, edges.centre + value % (9.0 * edges.scale), 0.0] {
                let (low, high) = edges.ends(edges.bin(value));
                prop_assert!(low <= value && value <= high, "{low} {value} {high} {edges:?}");
                let bound = (edges.scale + (value - edges.centre).abs()) / 512.0;
                let size = edges.centre.abs() + value.abs() + edges.scale;
                let rounding = 32.0 * f64::EPSILON * size;
                prop_assert!(high - low <= bound + rounding || !high.is_finite() || !low.is_finite());
            }
        }

        #[test]
        fn what_is_written_is_read_and_counts_may_be_of_any_size(
            values in prop::collection::vec(any::<f64>(), 0..60),
            near in prop::collection::vec(-9.0..9.0_f64, 1..60),
            twice in 0..40_u32,
        ) {
            let mut histogram = Histogram::new(Edges::of(&near));
            histogram.add(&values);
            histogram.add(&near);
            let once = histogram.clone();
            for _ in 0..twice {
                let half = histogram.clone();
                histogram.merge(&half);
            }
            let counts = once.filled().map(|(bin, count)| (bin, count << twice));
            prop_assert!(histogram.filled().eq(counts));
            prop_assert_eq!(histogram.count(), once.count() << twice);
            let mut packed = Packed::default();
            histogram.pack(&mut packed);
            let mut unpacked = Unpacked(&packed.0);
            let again = Histogram::unpack(&mut unpacked).expect("a histogram");
            prop_assert!(unpacked.end().is_ok() && again.fits(&histogram));
            prop_assert!(again.filled().eq(histogram.filled()));
        }

        #[test]
        fn bins_are_in_the_order_of_numbers(a in any::<f64>(), b in any::<f64>()) {
            prop_assume!(a.is_finite() && b.is_finite());
            let edges = Edges::of(&[1.0, 2.0, 4.0]);
            prop_assert!((a <= b && edges.bin(a) <= edges.bin(b)) || (b <= a && edges.bin(b) <= edges.bin(a)));
        }
    }
}
