//! Sums of numbers and of their squares without any error of rounding, so that they do not depend on the
//! order in which numbers come, nor on how they are shared out.
//!
//! A sum is a whole number of the smallest unit that a double has, in pieces of 64 bits, each with room for
//! carries (the "small superaccumulator" of R. M. Neal 2015, Fast exact summation using small and large
//! superaccumulators, arXiv:1505.05571). Only what is asked of it in the end is rounded.

use super::natural::Natural;
use crate::error::Error;
use crate::packed::{Packed, Unpacked, damaged};

/// The unit is 2 to the power of minus so much. That of doubles is 1074; the rest puts numbers from 2^-14
/// to 2^18 into one piece.
const UNIT: i32 = 1074 + SHIFT as i32;
const SHIFT: u64 = 16;
const ONES: usize = 34;
const SQUARES: usize = 67;
/// Numbers that are added at most before carries are taken on.
const MOST: usize = 1024;

/// What finite numbers add up to, and their squares.
#[derive(Debug, Clone)]
pub(crate) struct ExactSums {
    count: u64,
    /// Numbers added since carries were taken on.
    pending: usize,
    ones: [i128; ONES],
    squares: [u128; SQUARES],
}

impl Default for ExactSums {
    fn default() -> Self {
        Self { count: 0, pending: 0, ones: [0; ONES], squares: [0; SQUARES] }
    }
}

impl ExactSums {
    /// Adds the finite ones of some numbers.
    #[inline(always)]
    pub(crate) fn add(&mut self, values: &[f64]) {
        for values in values.chunks(MOST) {
            if self.pending + values.len() > MOST {
                self.carry();
            }
            self.pending += values.len();
            self.add_few(values);
        }
    }

    /// Numbers of like size go into the same piece: it is written when another comes.
    #[inline(always)]
    fn add_few(&mut self, values: &[f64]) {
        let (mut place, mut one, mut low, mut high) = (0, 0_i128, 0_u128, 0_u128);
        let mut count = 0;
        for value in values {
            let bits = value.to_bits();
            let exponent = bits >> 52 & 0x7ff;
            if exponent == 0x7ff {
                continue;
            }
            count += 1;
            let whole = (bits & ((1 << 52) - 1)) | u64::from(exponent != 0) << 52;
            let position = exponent.max(1) - 1 + SHIFT;
            let here = (position >> 5) as usize;
            if here != place {
                self.put(place, one, low, high);
                (place, one, low, high) = (here, 0, 0, 0);
            }
            let sign = i128::from(bits as i64 >> 63);
            one += (i128::from(whole) << (position & 63) ^ sign) - sign;
            let (square, shift) = (u128::from(whole) * u128::from(whole), 2 * (position & 31));
            low += square << shift & u128::from(u64::MAX);
            high += square >> (64 - shift);
        }
        self.put(place, one, low, high);
        self.count += count;
    }

    #[inline(always)]
    fn put(&mut self, place: usize, one: i128, low: u128, high: u128) {
        self.ones[place / 2] += one;
        self.squares[place] += low;
        self.squares[place + 1] += high;
    }

    fn carry(&mut self) {
        carry(&mut self.ones);
        for k in 1..SQUARES {
            self.squares[k] += self.squares[k - 1] >> 64;
            self.squares[k - 1] &= u128::from(u64::MAX);
        }
        self.pending = 0;
    }

    /// Adds what others add up to.
    pub(crate) fn merge(&mut self, other: &Self) {
        let mut other = other.clone();
        other.carry();
        self.carry();
        self.ones.iter_mut().zip(other.ones).for_each(|(sum, part)| *sum += part);
        self.squares.iter_mut().zip(other.squares).for_each(|(sum, part)| *sum += part);
        self.count += other.count;
        self.carry();
    }

    /// Writes them: the pieces that are not zero.
    pub(crate) fn pack(&self, packed: &mut Packed) {
        let mut all = self.clone();
        all.carry();
        packed.whole(self.count);
        let ones: Vec<_> = all.ones.iter().enumerate().filter(|(_, one)| **one != 0).collect();
        packed.list(ones.into_iter(), |packed, (place, one)| {
            packed.whole(place as u64);
            packed.signed((*one >> 64) as i64);
            packed.whole(*one as u64);
        });
        let squares: Vec<_> = all.squares.iter().enumerate().filter(|(_, s)| **s != 0).collect();
        packed.list(squares.into_iter(), |packed, (place, square)| {
            packed.whole(place as u64);
            packed.whole((*square >> 64) as u64);
            packed.whole(*square as u64);
        });
    }

    /// Reads what was written.
    pub(crate) fn unpack(packed: &mut Unpacked<'_>) -> Result<Self, Error> {
        let mut sums = Self { count: packed.whole()?, ..Self::default() };
        for (place, high, low) in packed.list(|p| Ok((p.place(ONES)?, p.signed()?, p.whole()?)))? {
            sums.ones[place] = i128::from(high) << 64 | i128::from(low);
        }
        for (place, high, low) in
            packed.list(|p| Ok((p.place(SQUARES)?, p.whole()?, p.whole()?)))?
        {
            sums.squares[place] = u128::from(high) << 64 | u128::from(low);
        }
        // What was written had its carries taken on: all pieces but the last are below 2^64.
        let is_small = |part: &i128| (0..=i128::from(u64::MAX)).contains(part);
        let are_small = sums.squares.iter().all(|part| *part <= u128::from(u64::MAX));
        let last = sums.ones[ONES - 1].unsigned_abs() < 1 << 64;
        let fits = sums.ones[..ONES - 1].iter().all(is_small) && last && are_small;
        if fits { Ok(sums) } else { Err(damaged()) }
    }

    /// How many finite numbers.
    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    /// Their sum: is it negative, and how much is it?
    fn sum(&self) -> (bool, Natural) {
        let mut ones = self.ones;
        carry(&mut ones);
        let is_negative = ones[ONES - 1] < 0;
        if is_negative {
            ones.iter_mut().for_each(|part| *part = -*part);
            carry(&mut ones);
        }
        (is_negative, Natural(ones.iter().map(|part| *part as u64).collect()))
    }

    /// Their mean, to within a unit in the last place; not-a-number where there are none.
    pub(crate) fn mean(&self) -> f64 {
        let (is_negative, sum) = self.sum();
        let (leading, power) = sum.leading();
        let mean = scaled(leading as f64 / self.count as f64, power - UNIT);
        if is_negative { -mean } else { mean }
    }

    /// Their standard deviation (of a sample: the divisor is one less than their number), to within two
    /// units in the last place; not-a-number where there are fewer than two.
    pub(crate) fn sd(&self) -> f64 {
        if self.count < 2 {
            return f64::NAN;
        }
        let mut squares = self.clone();
        squares.carry();
        let squares = Natural(squares.squares.iter().map(|part| *part as u64).collect());
        let (_, sum) = self.sum();
        let excess = squares.times(&Natural(vec![self.count])).minus(&sum.times(&sum));
        let (leading, power) = excess.leading();
        let pairs = u128::from(self.count) * u128::from(self.count - 1);
        let twice = if power % 2 == 0 { 1.0 } else { 2.0 };
        let root = (leading as f64 * twice / pairs as f64).sqrt();
        scaled(root, power.div_euclid(2) - UNIT)
    }
}

/// Takes carries on: all pieces but the last are then from 0 to 2^64.
fn carry(pieces: &mut [i128; ONES]) {
    for k in 1..ONES {
        pieces[k] += pieces[k - 1] >> 64;
        pieces[k - 1] &= i128::from(u64::MAX);
    }
}

/// A number times a power of two.
fn scaled(number: f64, power: i32) -> f64 {
    let two = |power: i32| f64::from_bits(((power + 1023) as u64) << 52);
    let (mut number, mut power) = (number, power);
    while power.abs() > 1000 {
        let step = power.signum() * 1000;
        (number, power) = (number * two(step), power - step);
    }
    number * two(power)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(values: &[f64]) -> ExactSums {
        let mut sums = ExactSums::default();
        sums.add(values);
        sums
    }

    fn bits(sums: &ExactSums) -> (u64, u64, u64) {
        (sums.count(), sums.mean().to_bits(), sums.sd().to_bits())
    }

    #[test]
    fn what_cancels_leaves_what_is_small() {
        let sums = of(&[1e300, 1.0, f64::NAN, -1e300, f64::INFINITY, 1e-300, 2.0]);
        assert_eq!((sums.count(), sums.mean()), (5, 0.6));
        assert_eq!(of(&[f64::MAX, f64::MAX]).mean(), f64::MAX);
        assert_eq!(of(&[5e-324, 5e-324]).mean(), 5e-324);
        assert_eq!(of(&[-1.0, -2.0]).mean(), -1.5);
        assert!(of(&[]).mean().is_nan() && of(&[1.0]).sd().is_nan());
        // A mean a thousand million times the deviation, of which a sum of doubles knows nothing.
        assert_eq!(of(&[1e9 + 1.0, 1e9 + 2.0, 1e9 + 3.0]).sd(), 1.0);
        assert_eq!(of(&[3.0, 3.0, 3.0]).sd(), 0.0);
        assert_eq!(of(&[1e200, -1e200]).sd(), 1e200 * std::f64::consts::SQRT_2);
    }

    proptest! {
        /// Whole numbers of 1/1024, whose sums a whole number of the machine holds.
        #[test]
        fn they_are_those_of_whole_numbers(
            numbers in prop::collection::vec(-(1_i64 << 50)..1_i64 << 50, 2..3000),
            powers in prop::collection::vec(0..50_u32, 3000),
        ) {
            let numbers: Vec<i64> =
                numbers.iter().zip(powers).map(|(number, power)| number >> power).collect();
            let values: Vec<f64> = numbers.iter().map(|number| *number as f64 / 1024.0).collect();
            let sums = of(&values);
            let count = numbers.len() as f64;
            let sum: i128 = numbers.iter().map(|number| i128::from(*number)).sum();
            let mean = sum as f64 / count / 1024.0;
            prop_assert!((sums.mean() - mean).abs() <= 4e-16 * mean.abs());
            // Twice the product of all pairs of differences is a sum of squares without cancellation.
            let mean = sum as f64 / count;
            let squares: f64 = numbers.iter().map(|n| (*n as f64 - mean) * (*n as f64 - mean)).sum();
            let sd = (squares / (count - 1.0)).sqrt() / 1024.0;
            prop_assert!((sums.sd() - sd).abs() <= 1e-12 * sd, "{} {sd}", sums.sd());
        }

        #[test]
        fn order_and_division_change_no_bit(
            mut values in prop::collection::vec(any::<f64>(), 1..200),
            cut in 0..200_usize,
        ) {
            let whole = bits(&of(&values));
            let (a, b) = values.split_at(cut.min(values.len()));
            let mut merged = of(b);
            merged.merge(&of(a));
            prop_assert_eq!(bits(&merged), whole);
            let mut packed = Packed::default();
            merged.pack(&mut packed);
            let mut unpacked = Unpacked(&packed.0);
            prop_assert_eq!(bits(&ExactSums::unpack(&mut unpacked).expect("sums")), whole);
            prop_assert!(unpacked.end().is_ok());
            values.reverse();
            let mut one_by_one = ExactSums::default();
            values.iter().for_each(|value| one_by_one.add(&[*value]));
            prop_assert_eq!(bits(&one_by_one), whole);
        }
    }
}
