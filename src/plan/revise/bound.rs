//! Bounds that give.

use crate::math::pow;
use crate::model::Bound;

/// New bounds are rounded to a power of ten that is no more than this share of a standard deviation.
const FINE: f64 = 1e-3;

/// A bound eased by so much: a floor is lower, a ceiling higher, a range wider at both ends; tighter where it is
/// less than 0.
///
/// The headroom of every kind of target is the distance to its bound, of the period that decides where there are
/// several; so it grows by what the bound gives, in every path and by the same.
pub(super) fn eased(bound: &Bound, give: f64) -> Bound {
    bound.moved(|low| low - give, |high| high + give)
}

/// The same with few digits, rounded to the easier side by less than a thousandth of a standard deviation of the
/// headroom. What gives nothing stays as it is written.
pub(super) fn eased_and_rounded(bound: &Bound, give: f64, sd: f64) -> Bound {
    if give == 0.0 {
        return bound.clone();
    }
    let step = Step::within(FINE * sd);
    bound.moved(|low| step.below(low - give), |high| -step.below(-(high + give)))
}

/// By how much a bound is rounded: a power of ten.
#[derive(Debug, Clone, Copy)]
enum Step {
    /// So many of it are 1, or it is so many.
    Parts(f64),
    Whole(f64),
    None,
}

impl Step {
    /// The greatest that is no more than a number.
    fn within(most: f64) -> Self {
        if !(most.is_finite() && most > 1e-290) {
            return Self::None;
        }
        let (mut digits, mut step) = (0.0, 1.0);
        while step > most {
            digits += 1.0;
            step = 1.0 / pow(10.0, digits);
        }
        if digits > 0.0 {
            return Self::Parts(pow(10.0, digits));
        }
        while 10.0 * step <= most {
            step *= 10.0;
        }
        Self::Whole(step)
    }

    /// The greatest multiple that is no more than a number.
    fn below(self, number: f64) -> f64 {
        let rounded = match self {
            Self::Parts(parts) => (number * parts).floor() / parts,
            Self::Whole(whole) => (number / whole).floor() * whole,
            Self::None => number,
        };
        if rounded.is_finite() { rounded } else { number }
    }
}

/// By how much more a bound has to give for the next path: a step of its rounding, or what a number of its size
/// can tell apart.
pub(super) fn further(give: f64, sd: f64) -> f64 {
    let least = 4.0 * f64::EPSILON * (give.abs() + sd).max(f64::MIN_POSITIVE);
    let step = match Step::within(FINE * sd) {
        Step::Parts(parts) => 1.0 / parts,
        Step::Whole(whole) => whole,
        Step::None => 0.0,
    };
    give + step.max(least)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Limit;

    fn floor_of(bound: &Bound) -> f64 {
        bound.numbers().0.expect("a floor")
    }

    #[test]
    fn bounds_are_rounded_to_the_easier_side() {
        let floor = Bound::AtLeast(Limit::Number(1500.0));
        assert_eq!(floor_of(&eased_and_rounded(&floor, 67.891_23, 84.0)), 1432.1);
        assert_eq!(floor_of(&eased_and_rounded(&floor, 67.891_23, 84_000.0)), 1430.0);
        let ceiling = Bound::AtMost(Limit::Number(0.05));
        let found = eased_and_rounded(&ceiling, 0.012_345_6, 0.004).numbers().1;
        assert_eq!(found, Some(0.062_346));
        let range = eased_and_rounded(&Bound::Between([-1.0, 1.0]), 0.25, 0.0);
        assert_eq!(range, Bound::Between([-1.25, 1.25]));
        assert_eq!(eased_and_rounded(&floor, 0.0, 84.0), floor);
    }
}
