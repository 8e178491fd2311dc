//! Transforms written out as lags.

use super::ast::{BinaryOp, Expr, Node};
use super::{Function, LONGEST_LAG, SyntaxError};
use crate::math::Elementary;

impl Expr {
    /// The same without transforms: `diff(e)` becomes `e - e[-1]`, `dlog(e)` becomes
    /// `log(e) - log(e[-1])`, `growth(e)` becomes `e / e[-1] - 1`, `lag(e, n)` is `e` shifted,
    /// `movsum(e, n)` and `movavg(e, n)` are the sum and the mean of `e`, `e[-1]`, ..,
    /// `e[-(n - 1)]`.
    ///
    /// # Errors
    /// A shift that is not a whole number, one that is too long, or one of a random term.
    pub fn expand(&self) -> Result<Self, SyntaxError> {
        let span = self.span.clone();
        let node = match &self.node {
            Node::Unary(op, a) => Node::Unary(*op, Box::new(a.expand()?)),
            Node::Binary(op, a, b) => {
                Node::Binary(*op, Box::new(a.expand()?), Box::new(b.expand()?))
            }
            Node::Call(function, arguments) => {
                let expanded = arguments.iter().map(Self::expand).collect::<Result<Vec<_>, _>>()?;
                return self.expand_call(function, expanded);
            }
            leaf => leaf.clone(),
        };
        Ok(Self { node, span })
    }

    fn expand_call(
        &self,
        function: &Function,
        mut arguments: Vec<Self>,
    ) -> Result<Self, SyntaxError> {
        let log = |e: Self| Self::call(Function::Of(Elementary::Log), e);
        let first = arguments[0].clone();
        let expanded = match function {
            Function::Diff => {
                let before = first.shift(1)?;
                Self::binary(BinaryOp::Sub, first, before)
            }
            Function::Dlog => {
                let before = log(first.shift(1)?);
                Self::binary(BinaryOp::Sub, log(first), before)
            }
            Function::Growth => {
                let before = first.shift(1)?;
                let ratio = Self::binary(BinaryOp::Div, first, before);
                Self::binary(BinaryOp::Sub, ratio, Self::number(1.0))
            }
            Function::Lag => {
                let by = whole(&arguments[1], 0)?;
                first.shift(by)?
            }
            Function::Movsum | Function::Movavg => {
                let n = whole(&arguments[1], 1)?;
                let mut sum = first.clone();
                for k in 1..n {
                    sum = Self::plus(sum, first.shift(k)?);
                }
                match function {
                    Function::Movavg => {
                        Self::binary(BinaryOp::Div, sum, Self::number(f64::from(n)))
                    }
                    _ => sum,
                }
            }
            Function::Of(_)
            | Function::Min
            | Function::Max
            | Function::If
            | Function::Poisson { .. }
            | Function::NegativeBinomial { .. }
            | Function::Binomial { .. } => {
                let node = Node::Call(function.clone(), std::mem::take(&mut arguments));
                return Ok(Self { node, span: self.span.clone() });
            }
        };
        Ok(Self { node: expanded.node, span: self.span.clone() })
    }

    /// The same some periods ago: every lag grows. Parameters are the same in all periods, so a lag
    /// on one says nothing.
    ///
    /// # Errors
    /// A random term has no lag; a lag has a limit.
    pub fn shift(&self, by: u32) -> Result<Self, SyntaxError> {
        let error = |message: String| SyntaxError { span: self.span.clone(), message };
        let node = match &self.node {
            Node::Name { name, lag } if lag + by > LONGEST_LAG => {
                return Err(error(format!(
                    "the lag of {name} is longer than {LONGEST_LAG} periods"
                )));
            }
            Node::Name { name, lag } => Node::Name { name: name.clone(), lag: lag + by },
            Node::Now { shift } => Node::Now { shift: shift + by },
            Node::Shock(name) => {
                return Err(error(format!("shock({name}) has no lag")));
            }
            Node::Unary(op, a) => Node::Unary(*op, Box::new(a.shift(by)?)),
            Node::Binary(op, a, b) => {
                Node::Binary(*op, Box::new(a.shift(by)?), Box::new(b.shift(by)?))
            }
            Node::Call(function, _) if function.is_count() => {
                return Err(error(format!("{}() is random and has no lag", function.name())));
            }
            Node::Call(function, arguments) => {
                let shifted = arguments.iter().map(|a| a.shift(by)).collect::<Result<_, _>>()?;
                Node::Call(function.clone(), shifted)
            }
            leaf => leaf.clone(),
        };
        Ok(Self { node, span: self.span.clone() })
    }
}

/// The whole number that a shift or a window must be.
fn whole(number: &Expr, least: u32) -> Result<u32, SyntaxError> {
    let most = if least == 0 { LONGEST_LAG } else { 400 };
    match number.node {
        Node::Number(value)
            if value.fract() == 0.0 && (f64::from(least)..=f64::from(most)).contains(&value) =>
        {
            Ok(value as u32)
        }
        _ => Err(SyntaxError {
            span: number.span.clone(),
            message: format!("expected a whole number of periods from {least} to {most}"),
        }),
    }
}
