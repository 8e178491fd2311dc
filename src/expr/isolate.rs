//! Solving an equation for one of its indicators, symbolically.

use super::Function;
use super::ast::{BinaryOp, Expr, Node, UnaryOp};
use crate::math::{Elementary, Inverse, Shape};

/// An equation solved for an indicator.
#[derive(Debug, Clone, PartialEq)]
pub struct Isolated {
    /// The value of the indicator.
    pub value: Expr,
    /// Transforms of the indicator whose value is known once the equation is solved:
    /// `log(x)` is `r + log(x[-1])` in `dlog(x) = r`.
    pub aliases: Vec<(Expr, Expr)>,
}

/// Why an equation cannot be solved for an indicator.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IsolateError {
    /// The left side does not have it.
    #[error("the left side does not have {0} without a lag, for which it should be solved")]
    Absent(String),
    /// The left side has it more than once, and not in a linear way; or it cancels out.
    #[error("the left side has {0} more than once, and not in a linear way, or it cancels out")]
    Several(String),
    /// The left side wraps it into something that has no inverse.
    #[error("the left side cannot be solved for {0}: {1} has no inverse")]
    NoInverse(String, String),
}

/// Solves `lhs = rhs` for an indicator that stands in `lhs` without a lag: once within what can be
/// undone, or several times in a linear way (`y - 0.2 * y`). Both sides must be expanded (see
/// [`Expr::expand`]).
///
/// # Errors
/// When the indicator stands there never, more than once in another way, or within something that
/// has no inverse. Even powers have two roots, and are left to be solved from the value before, as are
/// powers that are not known; `sqrt` and broken powers are undone for what is not negative.
pub fn isolate(lhs: &Expr, unknown: &str, rhs: Expr) -> Result<Isolated, IsolateError> {
    let (mut left, mut value, mut aliases) = (lhs.clone(), rhs, Vec::new());
    loop {
        if left.count_current(unknown) == 0 {
            return Err(IsolateError::Absent(unknown.to_owned()));
        }
        if matches!(left.node, Node::Name { .. }) {
            return Ok(Isolated { value, aliases });
        }
        if matches!(left.node, Node::Call(..)) {
            aliases.push((left.clone(), value.clone()));
        }
        if is_on_both_sides(&left, unknown) {
            let found = linear(&left, unknown).filter(|(slope, _)| !vanishes(slope));
            let Some((slope, rest)) = found else {
                return Err(IsolateError::Several(unknown.to_owned()));
            };
            let value = match rest {
                Some(rest) => Expr::binary(BinaryOp::Sub, value, rest),
                None => value,
            };
            let value = Expr::binary(BinaryOp::Div, value, slope);
            return Ok(Isolated { value, aliases });
        }
        (left, value) = peel(left, unknown, value)?;
    }
}

/// Does the indicator stand on both sides of the outermost operation?
fn is_on_both_sides(expr: &Expr, unknown: &str) -> bool {
    expr.parts().into_iter().filter(|part| part.count_current(unknown) > 0).count() > 1
}

/// A linear expression in the unknown as its slope and the rest.
fn linear(expr: &Expr, unknown: &str) -> Option<(Expr, Option<Expr>)> {
    let has = |expr: &Expr| expr.count_current(unknown) > 0;
    let negative = |expr: Expr| Expr::new(Node::Unary(UnaryOp::Neg, Box::new(expr)));
    Some(match &expr.node {
        Node::Name { .. } if has(expr) => (Expr::number(1.0), None),
        Node::Unary(UnaryOp::Neg, a) => {
            let (slope, rest) = linear(a, unknown)?;
            (negative(slope), rest.map(negative))
        }
        Node::Binary(op @ (BinaryOp::Add | BinaryOp::Sub), a, b) => {
            let signed = |expr: Expr| if *op == BinaryOp::Sub { negative(expr) } else { expr };
            match (has(a), has(b)) {
                (true, true) => {
                    let ((slope_a, rest_a), (slope_b, rest_b)) =
                        (linear(a, unknown)?, linear(b, unknown)?);
                    let rest = match (rest_a, rest_b) {
                        (Some(a), Some(b)) => Some(Expr::binary(*op, a, b)),
                        (Some(a), None) => Some(a),
                        (None, b) => b.map(signed),
                    };
                    (Expr::binary(*op, slope_a, slope_b), rest)
                }
                (true, false) => {
                    let (slope, rest) = linear(a, unknown)?;
                    let b = b.as_ref().clone();
                    let rest = rest.map_or_else(
                        || signed(b.clone()),
                        |rest| Expr::binary(*op, rest, b.clone()),
                    );
                    (slope, Some(rest))
                }
                _ => {
                    let (slope, rest) = linear(b, unknown)?;
                    let a = a.as_ref().clone();
                    let rest = rest.map_or(a.clone(), |rest| Expr::binary(*op, a, rest));
                    (signed(slope), Some(rest))
                }
            }
        }
        Node::Binary(op @ (BinaryOp::Mul | BinaryOp::Div), a, b) if has(a) && !has(b) => {
            let (slope, rest) = linear(a, unknown)?;
            let by = |expr: Expr| match op {
                BinaryOp::Mul if is_one(&expr) => b.as_ref().clone(),
                _ => Expr::binary(*op, expr, b.as_ref().clone()),
            };
            (by(slope), rest.map(by))
        }
        Node::Binary(BinaryOp::Mul, a, b) if has(b) && !has(a) => {
            let (slope, rest) = linear(b, unknown)?;
            let by = |expr: Expr| match expr {
                one if is_one(&one) => a.as_ref().clone(),
                other => Expr::binary(BinaryOp::Mul, a.as_ref().clone(), other),
            };
            (by(slope), rest.map(by))
        }
        _ => return None,
    })
}

fn is_one(expr: &Expr) -> bool {
    matches!(expr.node, Node::Number(number) if number == 1.0)
}

/// Is it 0 whatever its names stand for, as far as can be seen? Then an unknown cancels out.
fn vanishes(expr: &Expr) -> bool {
    let same = |a: &Expr, b: &Expr| a.to_string() == b.to_string();
    match &expr.node {
        Node::Unary(UnaryOp::Neg, a) | Node::Binary(BinaryOp::Div, a, _) => vanishes(a),
        Node::Binary(BinaryOp::Mul, a, b) => vanishes(a) || vanishes(b),
        Node::Binary(BinaryOp::Sub, a, b) if same(a, b) => true,
        _ => expr.constant() == Some(0.0),
    }
}

/// The root of an odd whole power, negative where the value is.
fn odd_root(value: Expr, power: f64) -> Expr {
    let negative = |expr: Expr| Expr::new(Node::Unary(UnaryOp::Neg, Box::new(expr)));
    let root = |expr: Expr| Expr::binary(BinaryOp::Pow, expr, Expr::number(1.0 / power));
    let below = Expr::binary(BinaryOp::Lt, value.clone(), Expr::number(0.0));
    let left = negative(root(negative(value.clone())));
    Expr::new(Node::Call(Function::If, vec![below, left, root(value)]))
}

/// The root of a broken power, of what is not negative: no such power is negative.
fn root(value: Expr, power: f64) -> Expr {
    let below = Expr::binary(BinaryOp::Lt, value.clone(), Expr::number(0.0));
    let none = Expr::call(Function::Of(Elementary::Log), value.clone());
    let root = Expr::binary(BinaryOp::Pow, value, Expr::number(1.0 / power));
    Expr::new(Node::Call(Function::If, vec![below, none, root]))
}

/// Takes the outermost operation of the left side over to the right.
fn peel(left: Expr, unknown: &str, value: Expr) -> Result<(Expr, Expr), IsolateError> {
    let no_inverse = |what: &str| Err(IsolateError::NoInverse(unknown.to_owned(), what.to_owned()));
    match left.node {
        Node::Unary(UnaryOp::Neg, inner) => {
            Ok((*inner, Expr::new(Node::Unary(UnaryOp::Neg, Box::new(value)))))
        }
        Node::Binary(op, a, b) => {
            let in_first = a.count_current(unknown) > 0;
            let take = |op, x, y| Expr::binary(op, x, y);
            Ok(match (op, in_first) {
                (BinaryOp::Add, true) => (*a, take(BinaryOp::Sub, value, *b)),
                (BinaryOp::Add, false) => (*b, take(BinaryOp::Sub, value, *a)),
                (BinaryOp::Sub, true) => (*a, take(BinaryOp::Add, value, *b)),
                (BinaryOp::Sub, false) => (*b, take(BinaryOp::Sub, *a, value)),
                (BinaryOp::Mul, _) if vanishes(&a) || vanishes(&b) => {
                    return Err(IsolateError::Several(unknown.to_owned()));
                }
                (BinaryOp::Mul, true) => (*a, take(BinaryOp::Div, value, *b)),
                (BinaryOp::Mul, false) => (*b, take(BinaryOp::Div, value, *a)),
                (BinaryOp::Div, true) => (*a, take(BinaryOp::Mul, value, *b)),
                (BinaryOp::Div, false) => (*b, take(BinaryOp::Div, *a, value)),
                (BinaryOp::Pow, true) => match b.constant() {
                    Some(power) if power % 2.0 == 0.0 => return no_inverse("an even power"),
                    Some(power) if power.fract() == 0.0 => (*a, odd_root(value, power)),
                    Some(power) if power.is_finite() => (*a, root(value, power)),
                    _ => return no_inverse("a power that is no number"),
                },
                (BinaryOp::Pow, false) => {
                    let logs = |e: Expr| Expr::call(Function::Of(Elementary::Log), e);
                    (*b, take(BinaryOp::Div, logs(value), logs(*a)))
                }
                (op, _) => return no_inverse(&format!("\"{}\"", op.symbol())),
            })
        }
        Node::Call(function, mut arguments) if arguments.len() == 1 => {
            let inner = arguments.remove(0);
            let Function::Of(function) = function else {
                return no_inverse(&format!("{}()", function.name()));
            };
            let inverse = match function.shape() {
                Shape::Rising { inverse: Inverse::By(inverse), .. } => {
                    Expr::call(Function::Of(inverse), value)
                }
                Shape::Rising { inverse: Inverse::Square, .. } => {
                    let below = Expr::binary(BinaryOp::Lt, value.clone(), Expr::number(0.0));
                    let square = Expr::binary(BinaryOp::Mul, value.clone(), value.clone());
                    // No root is negative: no number, as it should be.
                    let none = Expr::call(Function::Of(function), value);
                    Expr::new(Node::Call(Function::If, vec![below, none, square]))
                }
                Shape::Size | Shape::Wave { .. } | Shape::Steps => {
                    return no_inverse(&format!("{}()", function.name()));
                }
            };
            Ok((inner, inverse))
        }
        Node::Call(function, _) => no_inverse(&format!("{}()", function.name())),
        Node::Unary(UnaryOp::Not, _) => no_inverse("\"not\""),
        _ => Err(IsolateError::Absent(unknown.to_owned())),
    }
}
