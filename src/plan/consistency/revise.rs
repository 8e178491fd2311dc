//! What an operation says of its result, and what a result says of the operands.

use std::f64::consts::{PI, TAU};

use super::interval::Interval;
use crate::compile::{Binary, Unary};
use crate::math::{Domain, Elementary, Inverse, Shape, exp, ln, pow};
use crate::sample::Count;

/// Truth of a comparison that may go either way.
fn either() -> Interval {
    Interval::closed(0.0, 1.0)
}

fn truth(holds: bool) -> Interval {
    Interval::point(f64::from(holds))
}

/// The results of an operation on one number; none when it is defined for none of them.
pub(super) fn unary(op: Unary, a: Interval) -> Option<Interval> {
    match op {
        Unary::Negate => Some(a.negate()),
        Unary::Not if !a.has(0.0) => Some(truth(false)),
        Unary::Not => Some(if a.is_point() { truth(true) } else { either() }),
        Unary::Function(function) => match function.shape() {
            Shape::Rising { domain, .. } => {
                a.through(of(domain), ends(function), |x| function.of(x))
            }
            Shape::Size => Some(magnitude(a)),
            Shape::Wave { peak } => Some(wave(function, peak, a)),
            // An open end is as good as closed: what is flat up to it is reached before it.
            Shape::Steps => Some(Interval::closed(function.of(a.lo.at), function.of(a.hi.at))),
        },
    }
}

fn of(domain: Domain) -> Interval {
    let Domain { low, high, open } = domain;
    if open {
        Interval { lo: Interval::above(low).lo, hi: Interval::below(high).hi }
    } else {
        Interval::closed(low, high)
    }
}

/// Does a function that rises have a limit at infinity that it does not reach?
fn ends(function: Elementary) -> bool {
    function.is_whole()
}

/// The values of a wave: its ends, but for a top or a bottom between them.
fn wave(function: Elementary, peak: f64, a: Interval) -> Interval {
    let (low, high) = (a.lo.at, a.hi.at);
    let ends = (function.of(low), function.of(high));
    let all = Interval::closed(-1.0, 1.0);
    if !(high - low < TAU) || !ends.0.is_finite() || !ends.1.is_finite() {
        return all;
    }
    // A little wider, for the rounding of pi.
    let has = |top: f64| {
        let turn = ((low - 1e-9 - top) / TAU).ceil();
        top + turn * TAU <= high + 1e-9
    };
    let hi = if has(peak) { 1.0 } else { ends.0.max(ends.1) };
    let lo = if has(peak + PI) { -1.0 } else { ends.0.min(ends.1) };
    Interval::closed(lo, hi)
}

fn magnitude(a: Interval) -> Interval {
    if a.lo.at >= 0.0 {
        a
    } else if a.hi.at <= 0.0 {
        a.negate()
    } else {
        let away = a.hull(a.negate());
        Interval { lo: Interval::at_least(0.0).lo, ..away }
    }
}

/// The operands that can give a result.
pub(super) fn unary_operand(op: Unary, z: Interval, a: Interval) -> Option<Interval> {
    match op {
        Unary::Negate => Some(z.negate()),
        Unary::Not => Some(Interval::WHOLE),
        Unary::Function(function) => match function.shape() {
            Shape::Rising { inverse: Inverse::By(inverse), .. } => {
                let Shape::Rising { domain, .. } = inverse.shape() else { return None };
                z.through(of(domain), ends(inverse), |z| inverse.of(z))
            }
            Shape::Rising { inverse: Inverse::Square, domain } => {
                z.through(of(domain), false, |z| z * z)
            }
            Shape::Wave { .. } => z.meet(Interval::closed(-1.0, 1.0), 0.0).map(|_| Interval::WHOLE),
            Shape::Steps => Some(Interval::WHOLE),
            Shape::Size => {
                let z = z.meet(Interval::at_least(0.0), 0.0)?;
                Some(match (a.lo.at >= 0.0, a.hi.at <= 0.0) {
                    (true, _) => z,
                    (_, true) => z.negate(),
                    _ => z.hull(z.negate()),
                })
            }
        },
    }
}

/// The results of an operation on two numbers, made of numbers of a size.
pub(super) fn binary(op: Binary, a: Interval, b: Interval, scale: f64) -> Option<Interval> {
    let apart = a.meet(b, scale).is_none();
    let below = a.hi.at < b.lo.at && apart;
    let above = a.lo.at > b.hi.at && apart;
    let equal = a.is_point() && b.is_point() && a.lo.at == b.lo.at;
    let decided = |yes: bool, no: bool| match (yes, no) {
        (true, _) => truth(true),
        (_, true) => truth(false),
        _ => either(),
    };
    let (a_true, a_false) = (!a.has(0.0), a.is_point() && a.has(0.0));
    let (b_true, b_false) = (!b.has(0.0), b.is_point() && b.has(0.0));
    Some(match op {
        Binary::Add => a.plus(b),
        Binary::Subtract => a.minus(b),
        Binary::Multiply => a.times(b),
        Binary::Divide => a.over(b),
        Binary::Power => return power(a, b),
        Binary::Min => a.least(b),
        Binary::Max => a.most(b),
        Binary::Less => decided(below, above || a.lo.at == b.hi.at),
        Binary::LessEqual => decided(below || a.hi.at == b.lo.at, above),
        Binary::Equal => decided(equal, below || above),
        Binary::NotEqual => decided(below || above, equal),
        Binary::And => decided(a_true && b_true, a_false || b_false),
        Binary::Or => decided(a_true || b_true, a_false && b_false),
    })
}

fn power(a: Interval, b: Interval) -> Option<Interval> {
    if let Some(n) = whole(b) {
        let even = n % 2.0 == 0.0;
        let base = if even { magnitude(a) } else { a };
        let raised = |base: Interval, n: f64| {
            if base.lo.at >= 0.0 || n > 0.0 {
                base.through(Interval::WHOLE, false, |x| pow(x, n)).unwrap_or(Interval::WHOLE)
            } else {
                Interval::WHOLE
            }
        };
        return Some(if n > 0.0 {
            raised(base, n)
        } else if n == 0.0 {
            Interval::point(1.0)
        } else {
            Interval::point(1.0).over(raised(base, -n))
        });
    }
    let a = a.meet(Interval::at_least(0.0), 0.0)?;
    if let (true, at) = (b.is_point(), b.lo.at) {
        let rising = a.through(Interval::WHOLE, false, |x| pow(x, at.abs()))?;
        return Some(if at > 0.0 { rising } else { Interval::point(1.0).over(rising) });
    }
    let logs =
        a.through(Interval::WHOLE, false, |x| if x > 0.0 { ln(x) } else { f64::NEG_INFINITY });
    let result = logs?.times(b).through(Interval::WHOLE, false, exp)?;
    Some(Interval {
        lo: Interval::at_least(result.lo.at).lo,
        hi: Interval::at_most(result.hi.at).hi,
    })
}

/// The whole number that an exponent is.
fn whole(b: Interval) -> Option<f64> {
    (b.is_point() && b.lo.at.fract() == 0.0 && b.lo.at.abs() < 1e6).then_some(b.lo.at)
}

/// The first and the second operand that can give a result, given what is known of the other.
pub(super) fn binary_operands(
    op: Binary,
    z: Interval,
    a: Interval,
    b: Interval,
    scale: f64,
) -> (Option<Interval>, Option<Interval>) {
    let beyond = |z, other, larger| Some(beyond(z, other, larger, scale));
    let whole = Some(Interval::WHOLE);
    match op {
        Binary::Add => (Some(z.minus(b)), Some(z.minus(a))),
        Binary::Subtract => (Some(z.plus(b)), Some(a.minus(z))),
        Binary::Multiply => (Some(z.over(b)), Some(z.over(a))),
        Binary::Divide => (Some(z.times(b)), Some(a.over(z))),
        Binary::Power => (root(z, a, b), whole),
        Binary::Min => (beyond(z, b, false), beyond(z, a, false)),
        Binary::Max => (beyond(z, b, true), beyond(z, a, true)),
        _ => (whole, whole),
    }
}

/// One of two numbers whose smaller (larger) one is `z`: it is no smaller (larger) than that, and
/// it is `z` itself where the other cannot be, whatever rounding did.
fn beyond(z: Interval, other: Interval, larger: bool, scale: f64) -> Interval {
    if z.meet(other, scale).is_none() {
        z
    } else if larger {
        Interval { hi: z.hi, ..Interval::WHOLE }
    } else {
        Interval { lo: z.lo, ..Interval::WHOLE }
    }
}

/// The base of a power with a fixed exponent.
fn root(z: Interval, a: Interval, b: Interval) -> Option<Interval> {
    let (true, n) = (b.is_point(), b.lo.at) else { return Some(Interval::WHOLE) };
    if n == 0.0 || (whole(b).is_some() && a.lo.at < 0.0) {
        return Some(Interval::WHOLE);
    }
    let z = z.meet(Interval::at_least(0.0), 0.0)?;
    let raised = if n > 0.0 { z } else { Interval::point(1.0).over(z) };
    let base = raised.through(Interval::at_least(0.0), false, |z| pow(z, 1.0 / n.abs()));
    base.map(|base| Interval { lo: Interval::at_least(base.lo.at.max(0.0)).lo, ..base })
}

/// Random counts: no less than 0; of trials no more than there are.
pub(super) fn count(count: Count, a: Interval) -> Interval {
    let none = a.is_point() && a.lo.at == 0.0;
    match count {
        _ if none => Interval::point(0.0),
        Count::Binomial => Interval::closed(0.0, a.hi.at.max(0.0)),
        Count::Poisson | Count::NegativeBinomial => Interval::at_least(0.0),
    }
}
