//! Sums that do not depend on how the work was shared out.

use crate::interrupt::look;
use crate::math::{Kernel, Width};

/// Sums that run side by side, so that no addition waits for the one before.
const SIDE: usize = 8;
/// Numbers that are added up before sums are added to sums: fixed, so that a mean has the same
/// bits on any number of threads.
const CHUNK: usize = 1024;

/// The sum of `term(k)` over all k below `count`: chunks in order, in each chunk eight sums side
/// by side.
#[inline(always)]
fn sum(count: usize, term: impl Fn(usize) -> f64) -> f64 {
    let mut total = 0.0;
    for start in (0..count).step_by(CHUNK) {
        look();
        let end = count.min(start + CHUNK);
        let whole = end - (end - start) % SIDE;
        let mut side = [0.0; SIDE];
        for base in (start..whole).step_by(SIDE) {
            for lane in 0..SIDE {
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
fn across(side: [f64; SIDE]) -> f64 {
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
    pub(crate) sum: f64,
}

impl Range {
    pub(crate) fn of(values: &[f64]) -> Self {
        Width::detect().run(Ranging(values))
    }

    /// Not-a-number when there are none.
    pub(crate) fn mean(&self) -> f64 {
        self.sum / self.finite as f64
    }
}

struct Ranging<'a>(&'a [f64]);

impl Kernel for Ranging<'_> {
    type Output = Range;

    #[inline(always)]
    fn run(self) -> Range {
        const EXPONENT: i64 = 0x7ff0_0000_0000_0000;
        // Whole numbers that order as the values do: their least and greatest make a vector loop.
        let ordered = |bits: i64| bits ^ ((bits >> 63) & i64::MAX);
        let (mut finite, mut least, mut greatest, mut total) = (0, i64::MAX, i64::MIN, 0.0);
        for chunk in self.0.chunks(CHUNK) {
            look();
            for value in chunk {
                let bits = value.to_bits() as i64;
                let is_finite = bits & EXPONENT != EXPONENT;
                let key = ordered(bits);
                let (low, high) = if is_finite { (key, key) } else { (i64::MAX, i64::MIN) };
                finite += i64::from(is_finite);
                least = if low < least { low } else { least };
                greatest = if high > greatest { high } else { greatest };
            }
            total += sum(chunk.len(), |k| if chunk[k].is_finite() { chunk[k] } else { 0.0 });
        }
        let value = |key| f64::from_bits(ordered(key) as u64);
        let (least, greatest) = (value(least), value(greatest));
        Range { finite: finite as usize, least, greatest, sum: total }
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
