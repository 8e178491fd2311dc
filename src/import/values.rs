//! The value of an expression on data: what statements that make series or numbers say.

use crate::expr::{BinaryOp, Expr, Function, Node, UnaryOp};
use crate::math::pow;
use crate::period::Period;

/// The value of an expression without transforms in a period; none where a value is missing or the
/// expression is random.
pub(super) fn value(
    expr: &Expr,
    period: Period,
    of: &impl Fn(&str, Period) -> Option<f64>,
) -> Option<f64> {
    let at = |expr: &Expr| value(expr, period, of);
    Some(match &expr.node {
        Node::Number(number) => *number,
        Node::Period(period) => f64::from(period.ordinal()),
        Node::Now { shift } => f64::from((period - *shift as i32).ordinal()),
        Node::Name { name, lag } => of(name, period - *lag as i32)?,
        Node::Shock(_) => return None,
        Node::Unary(UnaryOp::Neg, a) => -at(a)?,
        Node::Unary(UnaryOp::Not, a) => f64::from(at(a)? == 0.0),
        Node::Binary(op, a, b) => binary(*op, at(a)?, at(b)?),
        Node::Call(function, arguments) => {
            let given: Option<Vec<f64>> = match function {
                Function::If => {
                    let chosen = if at(&arguments[0])? == 0.0 { 2 } else { 1 };
                    return at(&arguments[chosen]);
                }
                _ => arguments.iter().map(at).collect(),
            };
            let given = given?;
            match function {
                Function::Of(function) => function.of(given[0]),
                Function::Min => given.into_iter().fold(f64::INFINITY, f64::min),
                Function::Max => given.into_iter().fold(f64::NEG_INFINITY, f64::max),
                _ => return None,
            }
        }
    })
}

fn binary(op: BinaryOp, a: f64, b: f64) -> f64 {
    match op {
        BinaryOp::Add => a + b,
        BinaryOp::Sub => a - b,
        BinaryOp::Mul => a * b,
        BinaryOp::Div => a / b,
        BinaryOp::Pow => pow(a, b),
        BinaryOp::Lt => f64::from(a < b),
        BinaryOp::Le => f64::from(a <= b),
        BinaryOp::Gt => f64::from(a > b),
        BinaryOp::Ge => f64::from(a >= b),
        BinaryOp::Eq => f64::from(a == b),
        BinaryOp::Ne => f64::from(a != b),
        BinaryOp::And => f64::from(a != 0.0 && b != 0.0),
        BinaryOp::Or => f64::from(a != 0.0 || b != 0.0),
    }
}
