//! What targets count, in any arithmetic: nodes of a graph, intervals' cells, plain numbers.

use super::Of;
use crate::period::{Period, Span};

/// The periods of a target, and where its changes and growth are counted from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Window {
    pub(crate) of: Of,
    pub(crate) span: Span,
    /// The period that changes and growth are counted from; the one before each unless given.
    pub(crate) base: Option<Period>,
}

/// A number of an [`Arithmetic`].
pub(crate) type Number = u32;

/// Something that computes with levels: the meaning of a target is said once, and done in all of
/// them.
pub(crate) trait Arithmetic {
    /// The level of what the target is about in a period.
    fn level(&mut self, period: Period) -> Number;
    fn number(&mut self, value: f64) -> Number;
    fn add(&mut self, a: Number, b: Number) -> Number;
    fn subtract(&mut self, a: Number, b: Number) -> Number;
    fn divide(&mut self, a: Number, b: Number) -> Number;
    fn power(&mut self, a: Number, b: Number) -> Number;
    /// Growth is counted from this number: where it is not positive there is none.
    fn counted_from(&mut self, base: Number) -> Number;
    /// A root is taken of this number: where it is negative there is none.
    fn root_of(&mut self, number: Number) -> Number;
    fn min(&mut self, a: Number, b: Number) -> Number;
    fn max(&mut self, a: Number, b: Number) -> Number;
}

/// The numbers of the periods of a target: level, change or growth.
pub(crate) struct Numbers<'a> {
    pub(crate) window: Window,
    pub(crate) machine: &'a mut dyn Arithmetic,
}

impl Numbers<'_> {
    /// The number of one period.
    pub(crate) fn at(&mut self, period: Period) -> Number {
        let now = self.machine.level(period);
        match self.window.of {
            Of::Level => now,
            Of::Change => {
                let before = self.before(period);
                self.machine.subtract(now, before)
            }
            Of::Growth => {
                let before = self.before(period);
                let before = self.machine.counted_from(before);
                let ratio = self.machine.divide(now, before);
                let one = self.machine.number(1.0);
                self.machine.subtract(ratio, one)
            }
        }
    }

    /// The level that change and growth are counted from.
    fn before(&mut self, period: Period) -> Number {
        self.machine.level(self.window.base.unwrap_or(period - 1))
    }

    /// The growth per period, the same in each, from one period to another: defined from what is
    /// positive to what is not negative.
    pub(crate) fn compound(&mut self, from: Period, to: Period, periods: usize) -> Number {
        let (first, last) = (self.machine.level(from), self.machine.level(to));
        let first = self.machine.counted_from(first);
        let mut ratio = self.machine.divide(last, first);
        if periods > 1 {
            ratio = self.machine.root_of(ratio);
        }
        let power = self.machine.number(1.0 / periods as f64);
        let factor = self.machine.power(ratio, power);
        let one = self.machine.number(1.0);
        self.machine.subtract(factor, one)
    }

    /// The numbers of all periods put together, the first ones first.
    pub(crate) fn fold(
        &mut self,
        mut put: impl FnMut(&mut dyn Arithmetic, Number, Number) -> Number,
    ) -> Number {
        let mut all = self.at(self.window.span.first());
        for period in self.window.span.periods().skip(1) {
            let next = self.at(period);
            all = put(self.machine, all, next);
        }
        all
    }

    /// Their sum.
    pub(crate) fn sum(&mut self) -> Number {
        self.fold(|machine, sum, next| machine.add(sum, next))
    }

    /// The smallest first.
    pub(crate) fn sorted(&mut self) -> Vec<Number> {
        let mut numbers = Vec::with_capacity(self.window.span.len());
        for period in self.window.span.periods() {
            numbers.push(self.at(period));
        }
        sort(self.machine, &mut numbers);
        numbers
    }
}

/// Puts the smallest first, by least and greatest of pairs alone; not-a-number anywhere makes all of them
/// not-a-number. The pairs are those of Batcher's merge exchange (Knuth, The Art of Computer Programming 3,
/// 5.2.2, algorithm M): about `n log2(n)^2 / 4` of them.
pub(crate) fn sort(machine: &mut dyn Arithmetic, numbers: &mut [Number]) {
    let most = numbers.len().next_power_of_two() / 2;
    let mut stride = most;
    while stride > 0 {
        let (mut reach, mut offset, mut distance) = (most, 0, stride);
        loop {
            for k in (0..numbers.len() - distance).filter(|k| k & stride == offset) {
                let (a, b) = (numbers[k], numbers[k + distance]);
                (numbers[k], numbers[k + distance]) = (machine.min(a, b), machine.max(a, b));
            }
            if reach == stride {
                break;
            }
            (distance, offset) = (reach - stride, stride);
            reach /= 2;
        }
        stride /= 2;
    }
}

/// Plain numbers, with the levels of periods.
pub(crate) struct Scalars<'a> {
    values: Vec<f64>,
    levels: &'a dyn Fn(Period) -> f64,
}

impl<'a> Scalars<'a> {
    pub(crate) fn new(levels: &'a dyn Fn(Period) -> f64) -> Self {
        Self { values: Vec::new(), levels }
    }

    pub(crate) fn value(&self, number: Number) -> f64 {
        self.values[number as usize]
    }

    fn of(&mut self, a: Number, b: Number, op: impl Fn(f64, f64) -> f64) -> Number {
        let value = op(self.value(a), self.value(b));
        self.number(value)
    }
}

impl Arithmetic for Scalars<'_> {
    fn level(&mut self, period: Period) -> Number {
        self.number((self.levels)(period))
    }

    fn number(&mut self, value: f64) -> Number {
        self.values.push(value);
        self.values.len() as Number - 1
    }

    fn add(&mut self, a: Number, b: Number) -> Number {
        self.of(a, b, |a, b| a + b)
    }

    fn subtract(&mut self, a: Number, b: Number) -> Number {
        self.of(a, b, |a, b| a - b)
    }

    fn divide(&mut self, a: Number, b: Number) -> Number {
        self.of(a, b, |a, b| a / b)
    }

    fn power(&mut self, a: Number, b: Number) -> Number {
        self.of(a, b, crate::math::pow)
    }

    fn counted_from(&mut self, base: Number) -> Number {
        let value = self.value(base);
        if value > 0.0 { base } else { self.number(f64::NAN) }
    }

    fn root_of(&mut self, number: Number) -> Number {
        number // a power of what is negative is not a number
    }

    fn min(&mut self, a: Number, b: Number) -> Number {
        self.of(a, b, |a, b| if a < b || a.is_nan() { a } else { b })
    }

    fn max(&mut self, a: Number, b: Number) -> Number {
        self.of(a, b, |a, b| if a > b || a.is_nan() { a } else { b })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sorted(values: &[f64]) -> Vec<f64> {
        let mut scalars = Scalars::new(&|_| f64::NAN);
        let mut numbers: Vec<Number> = values.iter().map(|v| scalars.number(*v)).collect();
        sort(&mut scalars, &mut numbers);
        numbers.iter().map(|number| scalars.value(*number)).collect()
    }

    proptest! {
        #[test]
        fn pairs_sort(values in prop::collection::vec(-1e3..1e3f64, 0..70)) {
            let mut expected = values.clone();
            expected.sort_by(f64::total_cmp);
            prop_assert_eq!(sorted(&values), expected);
        }

        #[test]
        fn a_broken_number_breaks_all(n in 1usize..40, at in 0usize..40) {
            let mut values: Vec<f64> = (0..n).map(|k| ((k * 7) % 5) as f64).collect();
            values[at % n] = f64::NAN;
            prop_assert!(sorted(&values).iter().all(|value| value.is_nan()));
        }
    }
}
