//! Sums that do not depend on how the work was shared out.

use crate::interrupt::look;
use crate::math::{Kernel, Width};

/// Sums that run side by side, so that no addition waits for the one before.
pub(super) const EIGHT: usize = 8;
/// Numbers that are added up before sums are added to sums: fixed, so that a mean has the same
/// bits on any number of threads.
pub(super) const CHUNK: usize = 1024;

/// The sum of `term(k)` over all k below `count`: chunks in order, in each chunk eight sums side
/// by side.
#[inline(always)]
pub(super) fn sum(count: usize, term: impl Fn(usize) -> f64) -> f64 {
    let mut total = 0.0;
    for start in (0..count).step_by(CHUNK) {
        look();
        let end = count.min(start + CHUNK);
        let whole = end - (end - start) % EIGHT;
        let mut side = [0.0; EIGHT];
        for base in (start..whole).step_by(EIGHT) {
            for lane in 0..EIGHT {
                side[lane] += term(base + lane);
            }
        }
        for k in whole..end {
            side[k - whole] += term(k);
        }
        total += across(side);
    }
    total
}

/// Neighbours are added first.
#[inline(always)]
pub(super) fn across(side: [f64; EIGHT]) -> f64 {
    let [a, b, c, d, e, f, g, h] = side;
    ((a + b) + (c + d)) + ((e + f) + (g + h))
}

/// What one pass over values finds about those that are finite.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Range {
    /// How many there are.
    pub(crate) finite: usize,
    pub(crate) least: f64,
    pub(crate) greatest: f64,
    mean: f64,
}

impl Range {
    pub(crate) fn of(values: &[f64]) -> Self {
        Width::detect().run(Ranging(values))
    }

    /// Not-a-number when there are none.
    pub(crate) fn mean(&self) -> f64 {
        self.mean
    }

    /// The variance of the finite values that it is of, divided by one less than their number; not-a-number of
    /// fewer than two.
    pub(crate) fn variance(&self, values: &[f64]) -> f64 {
        let squares = Width::detect().run(Squares { values, mean: self.mean() });
        if self.finite > 1 { squares / (self.finite - 1) as f64 } else { f64::NAN }
    }
}

/// The squares of how far finite values are from a mean, added up.
struct Squares<'a> {
    values: &'a [f64],
    mean: f64,
}

impl Kernel for Squares<'_> {
    type Output = f64;

    #[inline(always)]
    fn run(self) -> f64 {
        let Self { values, mean } = self;
        let square =
            |value: f64| if value.is_finite() { (value - mean) * (value - mean) } else { 0.0 };
        sum(values.len(), |k| square(values[k]))
    }
}

struct Ranging<'a>(&'a [f64]);

impl Kernel for Ranging<'_> {
    type Output = Range;

    #[inline(always)]
    fn run(self) -> Range {
        let (mut finite, mut least, mut greatest, mut total) = (0, i64::MAX, i64::MIN, 0.0);
        for chunk in self.0.chunks(CHUNK) {
            look();
            let found = whole(chunk);
            let found = if found.is_finite() { found } else { finite_of(chunk) };
            finite += found.finite;
            least = least.min(found.least);
            greatest = greatest.max(found.greatest);
            total += found.sum;
        }
        let value = |key| f64::from_bits(key_of(key) as u64);
        let mut mean = total / finite as f64;
        if !mean.is_finite() {
            // A sum beyond the largest number, of which the mean is none; or there is no value, and no mean.
            let share = |value: f64| if value.is_finite() { value / finite as f64 } else { 0.0 };
            mean = if finite == 0 { f64::NAN } else { sum(self.0.len(), |k| share(self.0[k])) };
        }
        Range { finite, least: value(least), greatest: value(greatest), mean }
    }
}

/// What is found in a chunk, the extremes as [keys](key_of).
struct Found {
    finite: usize,
    least: i64,
    greatest: i64,
    sum: f64,
}

impl Found {
    /// Are all of its values finite?
    fn is_finite(&self) -> bool {
        const LARGEST: i64 = f64::MAX.to_bits() as i64;
        self.least >= key_of((-f64::MAX).to_bits() as i64) && self.greatest <= LARGEST
    }
}

/// Whole numbers that order as the values with these bits do, and the way back: their least and greatest make
/// a vector loop.
#[inline(always)]
const fn key_of(bits: i64) -> i64 {
    bits ^ ((bits >> 63) & i64::MAX)
}

/// Of a chunk as if all of it were finite; the sum is that of [`sum`].
#[inline(always)]
fn whole(chunk: &[f64]) -> Found {
    let (mut low, mut high, mut side) = ([i64::MAX; EIGHT], [i64::MIN; EIGHT], [0.0; EIGHT]);
    let mut see = |lane: usize, value: f64| {
        let key = key_of(value.to_bits() as i64);
        low[lane] = if key < low[lane] { key } else { low[lane] };
        high[lane] = if key > high[lane] { key } else { high[lane] };
        side[lane] += value;
    };
    let (eights, rest) = chunk.as_chunks::<EIGHT>();
    for eight in eights {
        for lane in 0..EIGHT {
            see(lane, eight[lane]);
        }
    }
    rest.iter().enumerate().for_each(|(lane, value)| see(lane, *value));
    let least = low.into_iter().fold(i64::MAX, i64::min);
    let greatest = high.into_iter().fold(i64::MIN, i64::max);
    Found { finite: chunk.len(), least, greatest, sum: across(side) }
}

/// Of the finite values of a chunk.
fn finite_of(chunk: &[f64]) -> Found {
    let keys = || chunk.iter().filter(|x| x.is_finite()).map(|x| key_of(x.to_bits() as i64));
    Found {
        finite: keys().count(),
        least: keys().min().unwrap_or(i64::MAX),
        greatest: keys().max().unwrap_or(i64::MIN),
        sum: sum(chunk.len(), |k| if chunk[k].is_finite() { chunk[k] } else { 0.0 }),
    }
}

/// Mean of the finite values by weight; not-a-number when these have none.
pub(crate) fn weighted_mean(values: &[f64], weights: &[f64]) -> f64 {
    let count = values.len().min(weights.len());
    let weight = |k: usize| if values[k].is_finite() { weights[k] } else { 0.0 };
    let value = |k: usize| if values[k].is_finite() { values[k] } else { 0.0 };
    let (total, weight) = (sum(count, |k| value(k) * weight(k)), sum(count, weight));
    if weight > 0.0 { total / weight } else { f64::NAN }
}

/// Mean and variance (divided by n - 1) of numbers that are all finite.
pub(crate) fn mean_and_variance(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = sum(values.len(), |k| values[k]) / n;
    let squares = sum(values.len(), |k| (values[k] - mean) * (values[k] - mean));
    (mean, if n > 1.0 { squares / (n - 1.0) } else { 0.0 })
}
