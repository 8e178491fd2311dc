//! Solving an equation for one of its indicators, symbolically.

use super::ast::{BinaryOp, Expr, Function, Node, UnaryOp};

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
    /// The left side has it more than once.
    #[error("the left side has {0} more than once; write it so that it stands there once")]
    Several(String),
    /// The left side wraps it into something that has no inverse.
    #[error("the left side cannot be solved for {0}: {1} has no inverse")]
    NoInverse(String, String),
}

/// Solves `lhs = rhs` for an indicator that stands once, without a lag, in `lhs`. Both sides must be
/// expanded (see [`Expr::expand`]).
///
/// # Errors
/// When the indicator stands there never or more than once, or within something that has no
/// inverse. `x^2` is solved for the positive root, as is `sqrt` by squaring.
pub fn isolate(lhs: &Expr, unknown: &str, rhs: Expr) -> Result<Isolated, IsolateError> {
    let (mut left, mut value, mut aliases) = (lhs.clone(), rhs, Vec::new());
    loop {
        match left.count_current(unknown) {
            0 => return Err(IsolateError::Absent(unknown.to_owned())),
            1 => {}
            _ => return Err(IsolateError::Several(unknown.to_owned())),
        }
        if matches!(left.node, Node::Name { .. }) {
            return Ok(Isolated { value, aliases });
        }
        if matches!(left.node, Node::Call(..)) {
            aliases.push((left.clone(), value.clone()));
        }
        (left, value) = peel(left, unknown, value)?;
    }
}

/// Takes the outermost operation of the left side over to the right.
fn peel(left: Expr, unknown: &str, value: Expr) -> Result<(Expr, Expr), IsolateError> {
    let no_inverse = |what: &str| Err(IsolateError::NoInverse(unknown.to_owned(), what.to_owned()));
    match left.node {
        Node::Unary(UnaryOp::Neg, inner) => {
            Ok((*inner, Expr::new(Node::Unary(UnaryOp::Neg, Box::new(value)))))
        }
        Node::Binary(op, a, b) => {
            let in_first = a.count_current(unknown) == 1;
            let take = |op, x, y| Expr::binary(op, x, y);
            Ok(match (op, in_first) {
                (BinaryOp::Add, true) => (*a, take(BinaryOp::Sub, value, *b)),
                (BinaryOp::Add, false) => (*b, take(BinaryOp::Sub, value, *a)),
                (BinaryOp::Sub, true) => (*a, take(BinaryOp::Add, value, *b)),
                (BinaryOp::Sub, false) => (*b, take(BinaryOp::Sub, *a, value)),
                (BinaryOp::Mul, true) => (*a, take(BinaryOp::Div, value, *b)),
                (BinaryOp::Mul, false) => (*b, take(BinaryOp::Div, value, *a)),
                (BinaryOp::Div, true) => (*a, take(BinaryOp::Mul, value, *b)),
                (BinaryOp::Div, false) => (*b, take(BinaryOp::Div, *a, value)),
                (BinaryOp::Pow, true) => {
                    let root = take(BinaryOp::Div, Expr::number(1.0), *b);
                    (*a, take(BinaryOp::Pow, value, root))
                }
                (BinaryOp::Pow, false) => {
                    let logs = |e: Expr| Expr::call(Function::Log, e);
                    (*b, take(BinaryOp::Div, logs(value), logs(*a)))
                }
                (op, _) => return no_inverse(&format!("\"{}\"", op.symbol())),
            })
        }
        Node::Call(function, mut arguments) if arguments.len() == 1 => {
            let inner = arguments.remove(0);
            let inverse = match function {
                Function::Log => Expr::call(Function::Exp, value),
                Function::Exp => Expr::call(Function::Log, value),
                Function::Logit => Expr::call(Function::Expit, value),
                Function::Expit => Expr::call(Function::Logit, value),
                Function::Sqrt => Expr::binary(BinaryOp::Pow, value, Expr::number(2.0)),
                other => return no_inverse(&format!("{}()", other.name())),
            };
            Ok((inner, inverse))
        }
        Node::Call(function, _) => no_inverse(&format!("{}()", function.name())),
        Node::Unary(UnaryOp::Not, _) => no_inverse("\"not\""),
        _ => Err(IsolateError::Absent(unknown.to_owned())),
    }
}
