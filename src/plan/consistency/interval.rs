//! Intervals with open and closed ends.
//!
//! Ends are rounded to nearest, not outward: [`Interval::meet`] forgives a gap of a few parts in
//! 10^9, many times what rounding can make of one.

/// One end of an interval. Infinite ends are closed, since no value reaches them anyway.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct End {
    pub(super) at: f64,
    pub(super) open: bool,
}

/// All numbers between two ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Interval {
    pub(super) lo: End,
    pub(super) hi: End,
}

/// The gap that rounding may open between intervals that touch, as a share of their ends.
const ROUNDING: f64 = 1e-9;

fn closed(at: f64) -> End {
    End { at, open: false }
}

fn open(at: f64) -> End {
    End { at, open: at.is_finite() }
}

/// The lower of two; where they agree the open one if `narrow`, else the closed one.
fn lower(a: End, b: End, narrow: bool) -> End {
    match a.at.partial_cmp(&b.at) {
        Some(std::cmp::Ordering::Less) => a,
        Some(std::cmp::Ordering::Equal) if a.open == narrow => a,
        _ => b,
    }
}

fn upper(a: End, b: End, narrow: bool) -> End {
    match a.at.partial_cmp(&b.at) {
        Some(std::cmp::Ordering::Greater) => a,
        Some(std::cmp::Ordering::Equal) if a.open == narrow => a,
        _ => b,
    }
}

impl End {
    fn plus(self, other: Self) -> Self {
        End { at: self.at + other.at, open: self.open || other.open }
    }

    /// Nothing times anything is nothing, also where the other end is infinite.
    fn times(self, other: Self) -> Self {
        if self.at == 0.0 || other.at == 0.0 {
            let reached = (self.at == 0.0 && !self.open) || (other.at == 0.0 && !other.open);
            return End { at: 0.0, open: !reached };
        }
        End { at: self.at * other.at, open: self.open || other.open }
    }

    /// The end under an increasing function.
    fn through(self, f: impl Fn(f64) -> f64, limit: bool) -> Self {
        let at = f(self.at);
        End { at, open: at.is_finite() && (self.open || (limit && self.at.is_infinite())) }
    }
}

impl Interval {
    pub(super) const WHOLE: Self = Self {
        lo: End { at: f64::NEG_INFINITY, open: false },
        hi: End { at: f64::INFINITY, open: false },
    };

    /// Between two numbers, both included.
    pub(super) fn closed(lo: f64, hi: f64) -> Self {
        Self { lo: closed(lo), hi: closed(hi) }.or_whole()
    }

    /// One number.
    pub(super) fn point(at: f64) -> Self {
        Self::closed(at, at)
    }

    pub(super) fn at_least(lo: f64) -> Self {
        Self { lo: closed(lo), ..Self::WHOLE }.or_whole()
    }

    pub(super) fn at_most(hi: f64) -> Self {
        Self { hi: closed(hi), ..Self::WHOLE }.or_whole()
    }

    pub(super) fn above(lo: f64) -> Self {
        Self { lo: open(lo), ..Self::WHOLE }.or_whole()
    }

    pub(super) fn below(hi: f64) -> Self {
        Self { hi: open(hi), ..Self::WHOLE }.or_whole()
    }

    /// Not-a-number says nothing.
    pub(super) fn or_whole(mut self) -> Self {
        if self.lo.at.is_nan() {
            self.lo = Self::WHOLE.lo;
        }
        if self.hi.at.is_nan() {
            self.hi = Self::WHOLE.hi;
        }
        self
    }

    fn is_empty(self) -> bool {
        self.lo.at > self.hi.at || (self.lo.at == self.hi.at && (self.lo.open || self.hi.open))
    }

    pub(super) fn has(self, x: f64) -> bool {
        let above = x > self.lo.at || (x == self.lo.at && !self.lo.open);
        above && (x < self.hi.at || (x == self.hi.at && !self.hi.open))
    }

    pub(super) fn is_point(self) -> bool {
        self.lo.at == self.hi.at
    }

    /// The number it has been narrowed to, but for rounding.
    pub(super) fn number(self) -> Option<f64> {
        let width = self.hi.at - self.lo.at;
        let size = self.lo.at.abs().max(self.hi.at.abs());
        (size.is_finite() && width <= 1e-6 * size).then(|| f64::midpoint(self.lo.at, self.hi.at))
    }

    /// Is every number of it in the other?
    pub(super) fn is_within(self, other: Self) -> bool {
        let low = self.lo.at > other.lo.at
            || (self.lo.at == other.lo.at && (self.lo.open || !other.lo.open));
        let high = self.hi.at < other.hi.at
            || (self.hi.at == other.hi.at && (self.hi.open || !other.hi.open));
        (low || other.lo.at == f64::NEG_INFINITY) && (high || other.hi.at == f64::INFINITY)
    }

    /// Have the two no number in common, whatever rounding did?
    pub(super) fn misses(self, other: Self) -> bool {
        self.meet(other, 0.0).is_none()
    }

    /// The numbers in both; none if there are none. A gap that rounding may have made is closed:
    /// `scale` is the size of the numbers that were added to make the ends.
    pub(super) fn meet(self, other: Self, scale: f64) -> Option<Self> {
        let met = Self { lo: upper(self.lo, other.lo, true), hi: lower(self.hi, other.hi, true) };
        if !met.is_empty() {
            return Some(met);
        }
        let gap = met.lo.at - met.hi.at;
        let size = met.lo.at.abs().max(met.hi.at.abs()).max(scale);
        let rounded = gap > 0.0 && gap <= ROUNDING * size && size.is_finite();
        rounded.then(|| Self::closed(met.hi.at, met.lo.at))
    }

    /// The smallest interval around both.
    pub(super) fn hull(self, other: Self) -> Self {
        Self { lo: lower(self.lo, other.lo, false), hi: upper(self.hi, other.hi, false) }
    }

    /// The largest finite end, for the size of rounding.
    pub(super) fn size(self) -> f64 {
        let finite = |x: f64| if x.abs() < 1e100 { x.abs() } else { 0.0 };
        finite(self.lo.at).max(finite(self.hi.at))
    }

    pub(super) fn negate(self) -> Self {
        let flip = |end: End| End { at: -end.at, ..end };
        Self { lo: flip(self.hi), hi: flip(self.lo) }
    }

    pub(super) fn plus(self, other: Self) -> Self {
        Self { lo: self.lo.plus(other.lo), hi: self.hi.plus(other.hi) }.or_whole()
    }

    pub(super) fn minus(self, other: Self) -> Self {
        self.plus(other.negate())
    }

    pub(super) fn times(self, other: Self) -> Self {
        let [a, b, c, d] = [
            self.lo.times(other.lo),
            self.lo.times(other.hi),
            self.hi.times(other.lo),
            self.hi.times(other.hi),
        ];
        let lo = lower(lower(a, b, false), lower(c, d, false), false);
        let hi = upper(upper(a, b, false), upper(c, d, false), false);
        Self { lo, hi }.or_whole()
    }

    /// All `x` with `x * divisor = self` for some divisor of the other; whole where both have 0.
    pub(super) fn over(self, divisor: Self) -> Self {
        if divisor.has(0.0) && self.has(0.0) {
            return Self::WHOLE;
        }
        if divisor.lo.at < 0.0 && divisor.hi.at > 0.0 {
            return Self::WHOLE;
        }
        let invert = |end: End, zero: f64| match end.at {
            0.0 => closed(zero),
            at if at.is_infinite() => open(0.0),
            at => End { at: 1.0 / at, ..end },
        };
        let inverse = if divisor.lo.at >= 0.0 {
            Self { lo: invert(divisor.hi, f64::INFINITY), hi: invert(divisor.lo, f64::INFINITY) }
        } else {
            let least = f64::NEG_INFINITY;
            Self { lo: invert(divisor.hi, least), hi: invert(divisor.lo, least) }
        };
        self.times(inverse)
    }

    /// Under an increasing function, within the numbers for which it is defined; none if none is.
    /// `limit`: does an infinite end lead to a finite value that is never reached?
    pub(super) fn through(self, domain: Self, limit: bool, f: impl Fn(f64) -> f64) -> Option<Self> {
        let inside = self.meet(domain, 0.0)?;
        Some(Self { lo: inside.lo.through(&f, limit), hi: inside.hi.through(&f, limit) }.or_whole())
    }

    pub(super) fn least(self, other: Self) -> Self {
        Self { lo: lower(self.lo, other.lo, false), hi: lower(self.hi, other.hi, true) }
    }

    pub(super) fn most(self, other: Self) -> Self {
        Self { lo: upper(self.lo, other.lo, true), hi: upper(self.hi, other.hi, false) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn strict_ends_that_touch_have_nothing_in_common() {
        assert!(Interval::below(1.6).meet(Interval::at_least(1.6), 0.0).is_none());
        assert!(Interval::at_most(1.6).meet(Interval::at_least(1.6), 0.0).is_some());
        assert!(Interval::at_most(1.6).misses(Interval::at_least(1.61)));
    }

    #[test]
    fn dividing_by_an_interval_that_has_0_says_what_it_can() {
        let half = Interval::closed(1.0, 2.0).over(Interval::closed(0.0, 4.0));
        assert_eq!((half.lo.at, half.hi.at), (0.25, f64::INFINITY));
        assert_eq!(Interval::closed(-1.0, 1.0).over(Interval::closed(0.0, 1.0)), Interval::WHOLE);
        let below = Interval::point(1.0).over(Interval::closed(-4.0, -2.0));
        assert_eq!((below.lo.at, below.hi.at), (-0.5, -0.25));
    }

    fn ends() -> impl Strategy<Value = (f64, f64)> {
        (-50.0..50.0_f64, 0.0..20.0_f64).prop_map(|(lo, width)| (lo, lo + width))
    }

    proptest! {
        #[test]
        fn what_numbers_give_is_in_what_their_intervals_give(
            (a, b) in (ends(), ends()), (s, t) in (0.0..=1.0_f64, 0.0..=1.0_f64),
        ) {
            let (x, y) = (a.0 + s * (a.1 - a.0), b.0 + t * (b.1 - b.0));
            let (p, q) = (Interval::closed(a.0, a.1), Interval::closed(b.0, b.1));
            let near = |interval: Interval, z: f64| interval.meet(Interval::point(z), 100.0).is_some();
            prop_assert!(near(p.plus(q), x + y) && near(p.minus(q), x - y) && near(p.times(q), x * y));
            prop_assert!(near(p.least(q), x.min(y)) && near(p.most(q), x.max(y)));
            if y != 0.0 {
                prop_assert!(near(p.over(q), x / y));
            }
        }
    }
}
