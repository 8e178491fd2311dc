//! An equation in the form in which its indicator is computed.

use super::Function;
use super::ast::{BinaryOp, Equation, Expr, Node, UnaryOp};
use super::isolate::{IsolateError, Isolated, isolate};
use crate::math::Elementary;

/// An equation solved for an indicator, or what is left of it where that cannot be done.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Solved {
    /// The indicator is a value.
    Explicit(Isolated),
    /// The indicator is the number at which the two sides are the same.
    Implicit {
        /// The right side minus the left, with the residual.
        gap: Expr,
        /// How large the gap would be if nothing cancelled out: what it is measured by.
        size: Expr,
    },
}

/// Solves an equation for an indicator, with a residual in the space of its left side or, when the
/// equation says so, in levels. Both sides must be expanded (see [`Expr::expand`]). The indicator is
/// isolated from the left side, else from the right one when it does not stand on the left, else the
/// equation is implicit: also `y^2 = x - y`, since a root is not defined for every trial of `y`.
///
/// # Errors
/// An equation in levels that is implicit, and why it is.
///
/// ```
/// use tinbergen::expr::{Solved, parse_equation, solve};
/// let value = |text: &str| match solve(&parse_equation(text).expect("it is right"), "y", None) {
///     Ok(Solved::Explicit(solved)) => solved.value.to_string(),
///     Ok(Solved::Implicit { gap, .. }) => format!("implicit: {gap}"),
///     Err(error) => error.to_string(),
///     Ok(_) => unreachable!(),
/// };
/// assert_eq!(value("log(y / p) = x"), "exp(x) * p");
/// assert_eq!(value("y - t * y = x"), "x / (1 - t)");
/// assert_eq!(value("x = y + z"), "x - z");
/// assert_eq!(value("y + log(y) = x"), "implicit: x - (y + log(y))");
/// ```
pub fn solve(
    equation: &Equation,
    unknown: &str,
    residual: Option<Expr>,
) -> Result<Solved, IsolateError> {
    let Equation { lhs, rhs, levels, .. } = equation;
    let with = |op, side: &Expr| match &residual {
        Some(residual) if !levels => Expr::binary(op, side.clone(), residual.clone()),
        _ => side.clone(),
    };
    let (left, right) = (|| with(BinaryOp::Sub, lhs), || with(BinaryOp::Add, rhs));
    let isolated = match isolate(lhs, unknown, right()) {
        Err(IsolateError::Absent(_)) => isolate(rhs, unknown, left()),
        // With the indicator on the right too, trials of it may leave the domain of an inverse.
        Ok(_) if rhs.count_current(unknown) > 0 && is_partial(lhs, unknown) && !levels => {
            Err(IsolateError::Several(unknown.to_owned()))
        }
        other => other,
    };
    match isolated {
        Ok(Isolated { value, aliases }) => Ok(Solved::Explicit(match residual {
            // The transforms hold for the value without the residual.
            Some(residual) if *levels => {
                Isolated { value: Expr::plus(value, residual), aliases: Vec::new() }
            }
            _ => Isolated { value, aliases },
        })),
        Err(error) if *levels => Err(error),
        Err(_) => {
            let gap = Expr::binary(BinaryOp::Sub, right(), lhs.clone());
            Ok(Solved::Implicit { size: size(&gap), gap })
        }
    }
}

impl Equation {
    /// The equation whose residual, left side minus right side, is the residual of this one: of one in
    /// levels `y ~ ...` with the right side solved for `y`.
    ///
    /// # Errors
    /// An equation in levels that cannot be solved for its indicator.
    pub fn with_plain_residual(self, unknown: &str) -> Result<Self, IsolateError> {
        if !self.levels {
            return Ok(self);
        }
        match solve(&self, unknown, None)? {
            Solved::Explicit(solved) => {
                Ok(Self { lhs: Expr::name(unknown, 0), rhs: solved.value, levels: false, ..self })
            }
            Solved::Implicit { .. } => Ok(self),
        }
    }
}

/// Is there an operation around the indicator whose inverse is not defined for every number?
fn is_partial(lhs: &Expr, unknown: &str) -> bool {
    let has = |expr: &Expr| expr.count_current(unknown) > 0;
    let here = match &lhs.node {
        Node::Call(Function::Of(function), _) => {
            !function.inverse().is_some_and(Elementary::is_whole)
        }
        Node::Binary(BinaryOp::Pow, ..) | Node::Call(..) => true,
        _ => false,
    };
    has(lhs) && (here || lhs.parts().into_iter().any(|part| is_partial(part, unknown)))
}

/// The size of an expression if nothing cancelled out: sums of sizes in place of sums.
fn size(expr: &Expr) -> Expr {
    let absolute = |expr: &Expr| Expr::call(Function::Of(Elementary::Abs), expr.clone());
    match &expr.node {
        Node::Unary(UnaryOp::Neg, a) => size(a),
        Node::Binary(BinaryOp::Add | BinaryOp::Sub, a, b) => Expr::plus(size(a), size(b)),
        Node::Binary(op @ (BinaryOp::Mul | BinaryOp::Div), a, b) => {
            let b = if *op == BinaryOp::Mul { size(b) } else { absolute(b) };
            Expr::binary(*op, size(a), b)
        }
        Node::Number(value) => Expr::number(value.abs()),
        Node::Call(function, _) if function.is_count() => Expr::number(0.0),
        _ => absolute(expr),
    }
}
