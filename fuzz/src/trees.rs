//! Trees from bytes: equations and goals as their printers may meet them.

use arbitrary::{Result, Unstructured};
use tinbergen::expr::{BinaryOp, Expr, Function, Node, UnaryOp, parse_expression};
use tinbergen::plan::Goal;

/// How deep trees are made: well within what is read back.
pub(crate) const DEEPEST: usize = 20;

const NAMES: [&str; 6] = ["x", "gdp", "trend_growth", "in", "levels", "国内生产总值"];
const TARGETS: [&str; 7] = ["gdp-2025", "x", "R&D share", "and", "at_least", "it's", "a \"b\""];
const OPERATIONS: [BinaryOp; 13] = [
    BinaryOp::Add,
    BinaryOp::Sub,
    BinaryOp::Mul,
    BinaryOp::Div,
    BinaryOp::Pow,
    BinaryOp::Lt,
    BinaryOp::Le,
    BinaryOp::Gt,
    BinaryOp::Ge,
    BinaryOp::Eq,
    BinaryOp::Ne,
    BinaryOp::And,
    BinaryOp::Or,
];
/// Functions with arguments of their number, each as it is written.
const CALLS: [&str; 20] = [
    "log(x)",
    "exp(x)",
    "sqrt(x)",
    "abs(x)",
    "logit(x)",
    "expit(x)",
    "normcdf(x)",
    "round(x)",
    "mod(x, x)",
    "tan(x)",
    "diff(x)",
    "dlog(x)",
    "growth(x)",
    "min(x, x)",
    "max(x, x, x)",
    "if(x, x, x)",
    "poisson(x)",
    "poisson(x, \"arrivals\")",
    "negative_binomial(x, x)",
    "binomial(x, x)",
];

fn name(bytes: &mut Unstructured<'_>) -> Result<String> {
    Ok((*bytes.choose(&NAMES)?).to_owned())
}

/// A number as it can be written: finite, and not below 0.
fn number(bytes: &mut Unstructured<'_>) -> Result<f64> {
    let value: f64 = bytes.arbitrary()?;
    Ok(if value.is_finite() { value.abs() } else { 1.5 })
}

/// A function, and how many arguments it takes.
fn function(bytes: &mut Unstructured<'_>) -> Result<(Function, usize)> {
    match parse_expression(bytes.choose(&CALLS)?).expect("each of them is read").node {
        Node::Call(function, arguments) => Ok((function, arguments.len())),
        other => unreachable!("{other:?} is a function"),
    }
}

/// An expression.
pub(crate) fn expression(bytes: &mut Unstructured<'_>, deepest: usize) -> Result<Expr> {
    let kinds = if deepest == 0 { 4 } else { 9 };
    let node = match bytes.int_in_range(0..=kinds)? {
        0 => Node::Number(number(bytes)?),
        1 => Node::Name { name: name(bytes)?, lag: bytes.int_in_range(0..=1_000)? },
        2 => Node::Shock(name(bytes)?),
        3 => Node::Now { shift: 0 },
        4 => {
            Node::Period(format!("{:04}", bytes.int_in_range(1..=9_999)?).parse().expect("a year"))
        }
        5 => {
            let operation = if bytes.arbitrary()? { UnaryOp::Neg } else { UnaryOp::Not };
            Node::Unary(operation, Box::new(expression(bytes, deepest - 1)?))
        }
        6 => {
            let (function, arguments) = function(bytes)?;
            let argument = |_| expression(bytes, deepest - 1);
            Node::Call(function, (0..arguments).map(argument).collect::<Result<_>>()?)
        }
        _ => {
            let operation = *bytes.choose(&OPERATIONS)?;
            let left = Box::new(expression(bytes, deepest - 1)?);
            Node::Binary(operation, left, Box::new(expression(bytes, deepest - 1)?))
        }
    };
    Ok(Expr::new(node))
}

/// A combination of targets, as its operators and builders make it.
pub(crate) fn goal(bytes: &mut Unstructured<'_>, deepest: usize) -> Result<Goal> {
    let kinds = if deepest == 0 { 0 } else { 4 };
    Ok(match bytes.int_in_range(0..=kinds)? {
        0 => Goal::of(*bytes.choose(&TARGETS)?),
        1 => !goal(bytes, deepest - 1)?,
        2 => goal(bytes, deepest - 1)? & goal(bytes, deepest - 1)?,
        3 => goal(bytes, deepest - 1)? | goal(bytes, deepest - 1)?,
        _ => {
            let count = bytes.int_in_range(1..=4)?;
            let goals = (0..count).map(|_| goal(bytes, deepest - 1)).collect::<Result<Vec<_>>>()?;
            Goal::at_least(bytes.int_in_range(1..=count)?, goals)
        }
    })
}
