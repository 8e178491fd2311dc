//! The value of an expression outside the engine: on data, or in all paths of a run at once.
//!
//! A second way to compute what the engine computes, by walking the text's tree: what equations are
//! held against must not be what solved them.

use std::borrow::Cow;

use crate::compile::{Binary, Unary, binary, select, unary};
use crate::expr::{BinaryOp, Expr, Function, Node, UnaryOp};
use crate::period::Period;

/// One number for all paths, or one for each.
#[derive(Debug, Clone)]
pub(crate) enum Lanes<'a> {
    One(f64),
    Each(Cow<'a, [f64]>),
}

/// Where names have their values.
pub(crate) trait Values {
    /// Of an indicator in a period, or of a parameter: not-a-number where there is none.
    fn named(&self, name: &str, period: Period) -> Lanes<'_>;
    /// Of a random term.
    fn shock(&self, name: &str, period: Period) -> Lanes<'_>;
    /// Of a random count with some arguments; not-a-number where it is not known.
    fn count(&self, _function: &Function, _arguments: &[f64], _period: Period) -> f64 {
        f64::NAN
    }
}

impl<'a> Lanes<'a> {
    /// In a path.
    pub(crate) fn at(&self, path: usize) -> f64 {
        match self {
            Self::One(value) => *value,
            Self::Each(values) => values[path],
        }
    }

    pub(crate) fn map(self, f: impl Fn(f64) -> f64) -> Lanes<'a> {
        match self {
            Self::One(value) => Lanes::One(f(value)),
            Self::Each(values) => {
                let mut values = values.into_owned();
                values.iter_mut().for_each(|value| *value = f(*value));
                Lanes::Each(Cow::Owned(values))
            }
        }
    }

    pub(crate) fn with(self, other: Lanes<'a>, f: impl Fn(f64, f64) -> f64) -> Lanes<'a> {
        match (self, other) {
            (a, Lanes::One(b)) => a.map(|a| f(a, b)),
            (Lanes::One(a), b) => b.map(|b| f(a, b)),
            (Lanes::Each(a), Lanes::Each(b)) => {
                let mut values = a.into_owned();
                values.iter_mut().zip(b.iter()).for_each(|(a, b)| *a = f(*a, *b));
                Lanes::Each(Cow::Owned(values))
            }
        }
    }
}

/// The value of an expression whose short forms are written out, in a period.
pub(crate) fn value<'a>(on: &'a impl Values, expr: &Expr, period: Period) -> Lanes<'a> {
    let of = |expr: &Expr| value(on, expr, period);
    match &expr.node {
        Node::Number(value) => Lanes::One(*value),
        Node::Period(period) => Lanes::One(f64::from(period.ordinal())),
        Node::Now { shift } => Lanes::One(f64::from(period.ordinal() - *shift as i32)),
        Node::Name { name, lag } => on.named(name, period + -(*lag as i32)),
        Node::Shock(name) => on.shock(name, period),
        Node::Unary(UnaryOp::Neg, a) => of(a).map(|a| -a),
        Node::Unary(UnaryOp::Not, a) => of(a).map(|a| unary(Unary::Not, a)),
        Node::Binary(op, a, b) => {
            let (a, b) = (of(a), of(b));
            match op {
                BinaryOp::Add => a.with(b, |a, b| a + b),
                BinaryOp::Sub => a.with(b, |a, b| a - b),
                BinaryOp::Mul => a.with(b, |a, b| a * b),
                BinaryOp::Div => a.with(b, |a, b| a / b),
                BinaryOp::Gt => b.with(a, |b, a| binary(Binary::Less, b, a)),
                BinaryOp::Ge => b.with(a, |b, a| binary(Binary::LessEqual, b, a)),
                BinaryOp::Pow => a.with(b, |a, b| binary(Binary::Power, a, b)),
                BinaryOp::Lt => a.with(b, |a, b| binary(Binary::Less, a, b)),
                BinaryOp::Le => a.with(b, |a, b| binary(Binary::LessEqual, a, b)),
                BinaryOp::Eq => a.with(b, |a, b| binary(Binary::Equal, a, b)),
                BinaryOp::Ne => a.with(b, |a, b| binary(Binary::NotEqual, a, b)),
                BinaryOp::And => a.with(b, |a, b| binary(Binary::And, a, b)),
                BinaryOp::Or => a.with(b, |a, b| binary(Binary::Or, a, b)),
            }
        }
        Node::Call(function, arguments) if function.is_count() => {
            let arguments: Vec<f64> = arguments.iter().map(|a| of(a).at(0)).collect();
            Lanes::One(on.count(function, &arguments, period))
        }
        Node::Call(function, arguments) => call(function, arguments.iter().map(of).collect()),
    }
}

fn call<'a>(function: &Function, arguments: Vec<Lanes<'a>>) -> Lanes<'a> {
    let mut arguments = arguments.into_iter();
    let mut next = || arguments.next().unwrap_or(Lanes::One(f64::NAN));
    let first = next();
    match function {
        Function::Of(function) => first.map(|a| function.of(a)),
        Function::Min => arguments.fold(first, |a, b| a.with(b, |a, b| binary(Binary::Min, a, b))),
        Function::Max => arguments.fold(first, |a, b| a.with(b, |a, b| binary(Binary::Max, a, b))),
        Function::If => choose(&first, &next(), &next()),
        // Written out before, or random.
        Function::Diff
        | Function::Dlog
        | Function::Growth
        | Function::Movavg
        | Function::Movsum
        | Function::Lag
        | Function::Mod
        | Function::Tan
        | Function::Normpdf
        | Function::Poisson { .. }
        | Function::NegativeBinomial { .. }
        | Function::Binomial { .. } => Lanes::One(f64::NAN),
    }
}

fn choose<'a>(condition: &Lanes<'_>, a: &Lanes<'_>, b: &Lanes<'_>) -> Lanes<'a> {
    let paths = [condition, a, b].into_iter().find_map(|lanes| match lanes {
        Lanes::Each(values) => Some(values.len()),
        Lanes::One(_) => None,
    });
    let at = |path| select(condition.at(path), a.at(path), b.at(path));
    match paths {
        None => Lanes::One(at(0)),
        Some(paths) => Lanes::Each((0..paths).map(at).collect()),
    }
}

/// A number where an equation has a name, as a reader sees it: also one below 0, or none.
pub(super) fn number(value: f64) -> Expr {
    if value.is_finite() { Expr::literal(value) } else { Expr::name(&format!("{value}"), 0) }
}

/// The terms of a sum, the expression itself where it is none.
pub(crate) fn terms<'a>(expr: &'a Expr, found: &mut Vec<&'a Expr>) {
    match &expr.node {
        Node::Binary(BinaryOp::Add | BinaryOp::Sub, a, b) => {
            terms(a, found);
            terms(b, found);
        }
        _ => found.push(expr),
    }
}
