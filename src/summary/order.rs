//! Order statistics of many numbers without sorting them.
//!
//! A histogram of equal bins finds the bins in which the wanted ranks lie; only their contents are
//! sorted. The result is the order statistic itself, so it does not depend on the bins.

use super::moments::{CHUNK, EIGHT, Range, across};
use crate::interrupt::{look, sort};
use crate::math::{Kernel, Width};

/// Bins of the histogram, numbered from 0 to this with both ends in use; one less than a power of
/// two, so that a mask keeps every bin inside.
const BINS: usize = 2047;
/// Fewer values than this are sorted at once.
const FEW: usize = 4096;
/// Values whose bins are found side by side.
const SIDE: usize = 64;
/// Values that are looked through together for any in a wanted bin.
const GLANCE: usize = 32;
/// So many bins are looked for at once; where more are wanted, values are looked up one by one.
const AT_ONCE: usize = 16;

/// The values of the given ranks (ascending, counted from 0) among values that are all finite and have this range.
pub(super) fn order_statistics(values: &[f64], range: &Range, ranks: &[usize]) -> Vec<f64> {
    match Bins::between(range.least, range.greatest) {
        Some(bins) if values.len() >= FEW => Binned::new(values, bins).order_statistics(ranks),
        _ => {
            let mut sorted = values.to_vec();
            sort(&mut sorted, f64::total_cmp);
            ranks.iter().map(|&rank| sorted[rank]).collect()
        }
    }
}

/// Bins of equal width; the outer ones hold what lies beyond them too.
#[derive(Clone, Copy)]
struct Bins {
    least: f64,
    scale: f64,
}

impl Bins {
    /// None where they would have no width, or one that is no number: then both ends are in different bins.
    fn between(least: f64, greatest: f64) -> Option<Self> {
        let scale = BINS as f64 / (greatest - least);
        (scale.is_finite() && scale > 0.0).then_some(Self { least, scale })
    }

    /// The bins of some values.
    #[inline(always)]
    fn of(self, values: &[f64; SIDE]) -> [u16; SIDE] {
        /// Adding it leaves a whole number in the low bits.
        const ROUND: f64 = 4_503_599_627_370_496.0;
        let mut bins = [0; SIDE];
        for (bin, value) in bins.iter_mut().zip(values) {
            let place = (value - self.least) * self.scale;
            // Not-a-number is in the first.
            let place = if place > 0.0 { place } else { 0.0 };
            let place = if place < BINS as f64 { place } else { BINS as f64 };
            *bin = (place + ROUND).to_bits() as u16;
        }
        bins
    }
}

/// Values in bins.
pub(super) struct Binned<'a> {
    values: &'a [f64],
    bins: Bins,
    width: Width,
    counted: Counted,
}

impl<'a> Binned<'a> {
    fn new(values: &'a [f64], bins: Bins) -> Self {
        let width = Width::detect();
        Self { values, bins, width, counted: width.run(Counting { values, bins }) }
    }

    /// With bins from the range of some of the values, which may not be finite; none of few values, or where those
    /// are all the same.
    pub(super) fn by_some(values: &'a [f64]) -> Option<Self> {
        /// So many values next to each other, in so many places.
        const SOME: usize = 32;
        if values.len() < FEW {
            return None;
        }
        let (mut least, mut greatest) = (f64::INFINITY, f64::NEG_INFINITY);
        for place in values.chunks(values.len() / SOME) {
            for &value in place.iter().take(SOME) {
                (least, greatest) = (least.min(value), greatest.max(value));
            }
        }
        Some(Self::new(values, Bins::between(least, greatest)?))
    }

    /// The sum of the values; not finite when one of them is not.
    pub(super) fn sum(&self) -> f64 {
        self.counted.sum
    }

    /// The values of the given ranks (ascending, counted from 0); all values are finite.
    pub(super) fn order_statistics(&self, ranks: &[usize]) -> Vec<f64> {
        let wanted = self.counted.bins_of(ranks);
        let Self { values, bins, .. } = *self;
        let taking = Taking { values, bins, counts: &self.counted.counts, wanted: &wanted };
        let contents = self.width.run(taking);
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
}

/// How many values each bin holds, and the sum of all.
struct Counted {
    counts: [u32; BINS + 1],
    sum: f64,
}

impl Counted {
    /// The bins in which the ranks lie, with how many values lie in the bins before.
    fn bins_of(&self, ranks: &[usize]) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        let mut before = 0;
        let mut ranks = ranks.iter().peekable();
        for (bin, &count) in self.counts.iter().enumerate() {
            let end = before + count as usize;
            if ranks.next_if(|&&rank| rank < end).is_some() {
                found.push((bin, before));
                while ranks.next_if(|&&rank| rank < end).is_some() {}
            }
            before = end;
        }
        found
    }
}

/// One pass: the sum is that of [`Range::of`], chunk by chunk and eight side by side.
struct Counting<'a> {
    values: &'a [f64],
    bins: Bins,
}

impl Kernel for Counting<'_> {
    type Output = Counted;

    #[inline(always)]
    fn run(self) -> Counted {
        let mut found = Counted { counts: [0; BINS + 1], sum: 0.0 };
        for chunk in self.values.chunks(CHUNK) {
            look();
            let mut side = [0.0; EIGHT];
            let (parts, rest) = chunk.as_chunks::<SIDE>();
            for part in parts {
                for eight in part.as_chunks::<EIGHT>().0 {
                    for lane in 0..EIGHT {
                        side[lane] += eight[lane];
                    }
                }
                for bin in self.bins.of(part) {
                    found.counts[usize::from(bin) & BINS] += 1;
                }
            }
            for (k, &value) in rest.iter().enumerate() {
                side[k % EIGHT] += value;
            }
            for &bin in &self.bins.of(&padded(rest))[..rest.len()] {
                found.counts[usize::from(bin) & BINS] += 1;
            }
            found.sum += across(side);
        }
        found
    }
}

/// Values for whose bins there is room, followed by zeros.
#[inline(always)]
fn padded(rest: &[f64]) -> [f64; SIDE] {
    let mut part = [0.0; SIDE];
    part[..rest.len()].copy_from_slice(rest);
    part
}

/// The values in the wanted bins, bin by bin.
struct Taking<'a> {
    values: &'a [f64],
    bins: Bins,
    counts: &'a [u32; BINS + 1],
    wanted: &'a [(usize, usize)],
}

impl Kernel for Taking<'_> {
    type Output = Vec<Vec<f64>>;

    #[inline(always)]
    fn run(self) -> Vec<Vec<f64>> {
        let mut contents = vec![Vec::new(); self.wanted.len()];
        let mut index = [u32::MAX; BINS + 1];
        for (k, &(bin, _)) in self.wanted.iter().enumerate() {
            index[bin] = k as u32;
            contents[k].reserve_exact(self.counts[bin] as usize);
        }
        let mut take = |bins: &[u16], values: &[f64]| {
            for (&bin, &value) in bins.iter().zip(values) {
                let index = index[usize::from(bin) & BINS];
                if index != u32::MAX {
                    contents[index as usize].push(value);
                }
            }
        };
        let few = few_bins(self.wanted);
        let (parts, rest) = self.values.as_chunks::<SIDE>();
        for part in parts {
            let bins = self.bins.of(part);
            let glances = bins.as_chunks::<GLANCE>().0;
            for (bins, values) in glances.iter().zip(part.chunks(GLANCE)) {
                if few.is_none_or(|few| has_any(bins, &few)) {
                    take(bins, values);
                }
            }
        }
        take(&self.bins.of(&padded(rest)), rest);
        contents
    }
}

/// The wanted bins, followed by what is no bin; none where there are too many.
fn few_bins(wanted: &[(usize, usize)]) -> Option<[u16; AT_ONCE]> {
    let mut few = [u16::MAX; AT_ONCE];
    for (k, (bin, _)) in wanted.iter().enumerate() {
        *few.get_mut(k)? = *bin as u16;
    }
    Some(few)
}

/// Is any of some bins one of a few? Those in the inner loop, so that the outer one is a vector loop.
#[inline(always)]
fn has_any(bins: &[u16; GLANCE], few: &[u16; AT_ONCE]) -> bool {
    let mut any = 0;
    for bin in bins {
        let mut hit = 0;
        for one in few {
            hit |= u16::from(bin == one);
        }
        any |= hit;
    }
    any != 0
}
