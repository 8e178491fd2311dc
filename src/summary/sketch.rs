//! What is known of numbers that went by: how many, their moments and extremes, and a histogram. It takes the
//! same memory for any number of them, and does not depend on their order.

use super::histogram::{Edges, Histogram};
use crate::error::Error;
use crate::math::ExactSums;
use crate::packed::{Packed, Unpacked, damaged};

/// Numbers that went by; those that are not finite are left out.
#[derive(Debug, Clone)]
pub(crate) struct Sketch {
    sums: ExactSums,
    least: f64,
    greatest: f64,
    histogram: Histogram,
}

/// A quantile that is known to within a bin.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct NearQuantile {
    pub(crate) value: f64,
    /// The exact quantile is no further from it than this.
    pub(crate) error: f64,
}

impl Sketch {
    /// Of no numbers yet.
    pub(crate) fn new(edges: Edges) -> Self {
        let (least, greatest) = (f64::INFINITY, f64::NEG_INFINITY);
        Self { sums: ExactSums::default(), least, greatest, histogram: Histogram::new(edges) }
    }

    /// Takes some numbers.
    #[inline(always)]
    pub(crate) fn add(&mut self, values: &[f64]) {
        for &value in values.iter().filter(|value| value.is_finite()) {
            self.least = if value < self.least { value } else { self.least };
            self.greatest = if value > self.greatest { value } else { self.greatest };
        }
        self.sums.add(values);
        self.histogram.add(values);
    }

    /// Do bins of another one begin and end where these do?
    pub(crate) fn fits(&self, other: &Self) -> bool {
        self.histogram.fits(&other.histogram)
    }

    /// Takes what another one with the same edges took.
    pub(crate) fn merge(&mut self, other: &Self) {
        self.sums.merge(&other.sums);
        self.least = self.least.min(other.least);
        self.greatest = self.greatest.max(other.greatest);
        self.histogram.merge(&other.histogram);
    }

    /// How many.
    pub(crate) fn count(&self) -> u64 {
        self.sums.count()
    }

    pub(crate) fn mean(&self) -> f64 {
        self.sums.mean()
    }

    pub(crate) fn sd(&self) -> f64 {
        self.sums.sd()
    }

    /// The least and the greatest of them; not-a-number where there are none.
    pub(crate) fn range(&self) -> [f64; 2] {
        // Of two zeros the one that came first would stay.
        if self.count() == 0 { [f64::NAN; 2] } else { [self.least + 0.0, self.greatest + 0.0] }
    }

    /// The quantile by linear interpolation between order statistics, as
    /// [`quantiles`](super::quantiles) takes it, where so many numbers are less than all of these: what
    /// one of them goes into is minus infinity.
    pub(crate) fn quantile(&self, level: f64, below: u64) -> NearQuantile {
        let count = below + self.count();
        if count == 0 {
            return NearQuantile { value: f64::NAN, error: f64::NAN };
        }
        let h = (count - 1) as f64 * level.clamp(0.0, 1.0);
        let (rank, part) = (h.floor() as u64, h - h.floor());
        if rank < below {
            return NearQuantile { value: f64::NEG_INFINITY, error: 0.0 };
        }
        let low = self.at(rank - below);
        let high = if part > 0.0 { self.at(rank + 1 - below) } else { low };
        let between = |of: fn(&(f64, [f64; 2])) -> f64| of(&low) + part * (of(&high) - of(&low));
        let (value, from, to) = (between(|at| at.0), between(|at| at.1[0]), between(|at| at.1[1]));
        NearQuantile { value, error: (value - from).max(to - value) }
    }

    /// About the number of a rank, and between which numbers it is. The least and the greatest are known.
    fn at(&self, rank: u64) -> (f64, [f64; 2]) {
        if rank == 0 {
            return (self.least, [self.least; 2]);
        }
        if rank + 1 >= self.count() {
            return (self.greatest, [self.greatest; 2]);
        }
        let ([low, high], part) = self.histogram.at(rank);
        let [low, high] = [low, high].map(|end| end.clamp(self.least, self.greatest));
        (low + part * (high - low), [low, high])
    }

    /// Writes it.
    pub(crate) fn pack(&self, packed: &mut Packed) {
        self.sums.pack(packed);
        // Of two zeros the one that came first would stay.
        packed.numbers(&[self.least + 0.0, self.greatest + 0.0]);
        self.histogram.pack(packed);
    }

    /// Reads what was written.
    pub(crate) fn unpack(packed: &mut Unpacked<'_>) -> Result<Self, Error> {
        let sums = ExactSums::unpack(packed)?;
        let (least, greatest) = (packed.number()?, packed.number()?);
        let histogram = Histogram::unpack(packed)?;
        if histogram.count() != sums.count() {
            return Err(damaged());
        }
        Ok(Self { sums, least, greatest, histogram })
    }

    /// How many bytes it takes.
    pub(crate) fn bytes() -> usize {
        size_of::<Option<Self>>() + Histogram::bytes()
    }
}
