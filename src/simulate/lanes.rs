//! Operations on rows: one number for each lane of a block, or one for all of them.

use crate::compile::{Binary, Unary, binary, select, unary};
use crate::math;

/// An operand: one number for all lanes, or one for each.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Value<'a> {
    Same(f64),
    Row(&'a [f64]),
}

impl Value<'_> {
    #[inline(always)]
    pub(crate) fn at(self, lane: usize) -> f64 {
        match self {
            Value::Same(value) => value,
            Value::Row(row) => row[lane],
        }
    }
}

#[inline(always)]
pub(crate) fn copy(a: Value<'_>, out: &mut [f64]) {
    match a {
        Value::Row(a) => out.copy_from_slice(a),
        Value::Same(a) => out.fill(a),
    }
}

#[inline(always)]
pub(crate) fn apply_unary(op: Unary, a: Value<'_>, out: &mut [f64]) {
    match a {
        Value::Row(a) => each_unary(op, a, out),
        Value::Same(a) => out.fill(unary(op, a)),
    }
}

#[inline(always)]
pub(crate) fn apply_binary(op: Binary, a: Value<'_>, b: Value<'_>, out: &mut [f64]) {
    match (a, b) {
        (Value::Row(a), Value::Row(b)) => each_binary(op, a, b, out),
        (Value::Row(a), Value::Same(b)) if op == Binary::Power => each_power(a, b, out),
        (Value::Row(a), Value::Same(b)) => each_binary(op, a, b, out),
        (Value::Same(a), Value::Row(b)) => each_binary(op, a, b, out),
        (Value::Same(a), Value::Same(b)) => out.fill(binary(op, a, b)),
    }
}

#[inline(always)]
pub(crate) fn apply_select(c: Value<'_>, a: Value<'_>, b: Value<'_>, out: &mut [f64]) {
    for (lane, out) in out.iter_mut().enumerate() {
        *out = select(c.at(lane), a.at(lane), b.at(lane));
    }
}

/// A row, or a number for all lanes.
trait Lanes: Copy {
    fn cut(self, lanes: usize) -> Self;
    fn at(self, lane: usize) -> f64;
}

impl Lanes for &[f64] {
    #[inline(always)]
    fn cut(self, lanes: usize) -> Self {
        &self[..lanes]
    }

    #[inline(always)]
    fn at(self, lane: usize) -> f64 {
        self[lane]
    }
}

impl Lanes for f64 {
    #[inline(always)]
    fn cut(self, _: usize) -> Self {
        self
    }

    #[inline(always)]
    fn at(self, _: usize) -> f64 {
        self
    }
}

/// One loop for each operation, so that the choice is made once per row and not once per path.
macro_rules! loops {
    ($op:expr, $body:ident, [$($case:path),+]) => {
        match $op { $($case => $body!($case),)+ }
    };
}

#[inline(always)]
fn each_unary(op: Unary, a: &[f64], out: &mut [f64]) {
    match op {
        Unary::Negate => out.iter_mut().zip(a).for_each(|(out, &a)| *out = unary(Unary::Negate, a)),
        Unary::Not => out.iter_mut().zip(a).for_each(|(out, &a)| *out = unary(Unary::Not, a)),
        Unary::Function(function) => function.each(a, out),
    }
}

#[inline(always)]
fn each_binary(op: Binary, a: impl Lanes, b: impl Lanes, out: &mut [f64]) {
    let (a, b) = (a.cut(out.len()), b.cut(out.len()));
    macro_rules! body {
        ($case:path) => {
            for lane in 0..out.len() {
                out[lane] = binary($case, a.at(lane), b.at(lane));
            }
        };
    }
    loops!(
        op,
        body,
        [
            Binary::Add,
            Binary::Subtract,
            Binary::Multiply,
            Binary::Divide,
            Binary::Power,
            Binary::Min,
            Binary::Max,
            Binary::Less,
            Binary::LessEqual,
            Binary::Equal,
            Binary::NotEqual,
            Binary::And,
            Binary::Or
        ]
    );
}

/// Powers with one exponent for all, bit by bit those of [`math::pow`], in loops without branches
/// where the exponent is 2 or no whole number.
#[inline(always)]
fn each_power(a: &[f64], b: f64, out: &mut [f64]) {
    if b == 2.0 {
        out.iter_mut().zip(a).for_each(|(out, &a)| *out = a * a);
    } else if b == -1.0 {
        out.iter_mut().zip(a).for_each(|(out, &a)| *out = 1.0 / a);
    } else if b.is_finite() && b.floor() != b {
        for (out, &a) in out.iter_mut().zip(a) {
            let power = math::exp(b * math::ln(a.abs()));
            let power = if a == 1.0 { 1.0 } else { power };
            *out = if a < 0.0 { f64::NAN } else { power };
        }
    } else {
        out.iter_mut().zip(a).for_each(|(out, &a)| *out = math::pow(a, b));
    }
}

#[cfg(test)]
mod tests {
    use super::{each_power, math};

    #[test]
    fn powers_with_one_exponent_are_those_of_the_language() {
        let bases = [-2.0, -1.0, -0.0, 0.0, 0.3, 1.0, 2.5, 1e300, f64::INFINITY, f64::NAN];
        for exponent in [0.0, 1.0, 2.0, 3.0, -1.0, -2.0, 0.5, -0.7, 1.3, 65.0, f64::NAN] {
            let mut out = [0.0; 10];
            each_power(&bases, exponent, &mut out);
            for (&base, found) in bases.iter().zip(out) {
                let expected = math::pow(base, exponent);
                let same =
                    found.to_bits() == expected.to_bits() || found.is_nan() && expected.is_nan();
                assert!(same, "{base} ^ {exponent}: {found} {expected}");
            }
        }
    }
}
