//! Transforms written out as lags.

use super::ast::{BinaryOp, Expr, Node};
use super::{Function, LONGEST_LAG, SyntaxError, calendar};
use crate::math::Elementary;
use crate::period::Frequency;

/// The most parts that the transforms of an expression may come to: each `diff` within another
/// doubles what stands inside.
const MOST_PARTS: usize = 100_000;
/// The square root of 2 pi.
const ROOT_OF_TURN: f64 = 2.506_628_274_631_000_7;

impl Expr {
    /// The same without transforms: `diff(e)` becomes `e - e[-1]`, `dlog(e)` becomes
    /// `log(e) - log(e[-1])`, `growth(e)` becomes `e / e[-1] - 1`, `lag(e, n)` is `e` shifted,
    /// `movsum(e, n)` and `movavg(e, n)` are the sum and the mean of `e`, `e[-1]`, ..,
    /// `e[-(n - 1)]`; `mod`, `tan` and `normpdf` become what they are made of. And with every period at a frequency: `period >= "2022"` becomes
    /// `period >= "2022-Q1"` among quarters, `period > "2022"` becomes `period > "2022-Q4"`.
    ///
    /// # Errors
    /// A shift that is not a whole number, one that is too long, or one of a random term; transforms
    /// that come to more than 100,000 parts; a period of a finer frequency, and one of a coarser
    /// frequency that is not compared with something.
    ///
    /// ```
    /// use tinbergen::expr::parse_expression;
    /// use tinbergen::period::Frequency::Quarterly;
    /// let written = |text: &str| parse_expression(text).and_then(|read| {
    ///     read.expand(Quarterly).map_err(|error| vec![error])
    /// });
    /// assert_eq!(written("diff(x)")?.to_string(), "x - x[-1]");
    /// assert_eq!(written("period > \"2022\"")?.to_string(), "period > \"2022-Q4\"");
    /// assert!(written("period > \"2022-05\"").is_err());
    /// # Ok::<(), Vec<tinbergen::expr::SyntaxError>>(())
    /// ```
    pub fn expand(&self, frequency: Frequency) -> Result<Self, SyntaxError> {
        self.expand_within(frequency, &mut { MOST_PARTS })
    }

    /// The same, with so many parts left to be made.
    fn expand_within(&self, frequency: Frequency, left: &mut usize) -> Result<Self, SyntaxError> {
        let span = self.span.clone();
        let node = match &self.node {
            Node::Unary(op, a) => Node::Unary(*op, Box::new(a.expand_within(frequency, left)?)),
            Node::Binary(op, a, b) => {
                if let Some(comparison) = calendar::comparison(*op, a, b, frequency)? {
                    self.charge(comparison.size(), left)?;
                    return comparison.expand_within(frequency, left);
                }
                let a = a.expand_within(frequency, left)?;
                let b = b.expand_within(frequency, left)?;
                if *op == BinaryOp::Sub {
                    calendar::years_beside([&a, &b].into_iter(), frequency)?;
                }
                Node::Binary(*op, Box::new(a), Box::new(b))
            }
            Node::Call(function, arguments) => {
                let expanded = arguments.iter().map(|a| a.expand_within(frequency, left));
                let expanded = expanded.collect::<Result<Vec<_>, _>>()?;
                if matches!(function, Function::Min | Function::Max) {
                    calendar::years_beside(expanded.iter(), frequency)?;
                }
                return self.expand_call(function, expanded, left);
            }
            Node::Period(period) => {
                calendar::place(*period, &span, frequency)?;
                self.node.clone()
            }
            leaf => leaf.clone(),
        };
        Ok(Self { node, span })
    }

    fn expand_call(
        &self,
        function: &Function,
        mut arguments: Vec<Self>,
        left: &mut usize,
    ) -> Result<Self, SyntaxError> {
        let copies = match function {
            Function::Diff
            | Function::Dlog
            | Function::Growth
            | Function::Tan
            | Function::Normpdf
            | Function::Mod => 2,
            Function::Movsum | Function::Movavg => whole(&arguments[1], 1)?,
            _ => 0,
        };
        let parts = if copies == 0 { 0 } else { copies as usize * arguments[0].size() };
        self.charge(parts, left)?;
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
            Function::Mod => {
                let (a, b) = (first, arguments[1].clone());
                self.charge(10 * (a.size() + b.size()), left)?;
                modulo(a, b)
            }
            Function::Tan => {
                let cos = Self::call(Function::Of(Elementary::Cos), first.clone());
                let sin = Self::call(Function::Of(Elementary::Sin), first);
                Self::binary(BinaryOp::Div, sin, cos)
            }
            Function::Normpdf => {
                let square = Self::binary(BinaryOp::Mul, first.clone(), first);
                let half = Self::binary(BinaryOp::Mul, Self::literal(-0.5), square);
                let power = Self::call(Function::Of(Elementary::Exp), half);
                Self::binary(BinaryOp::Div, power, Self::number(ROOT_OF_TURN))
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

    /// Counts parts that it is written out as.
    fn charge(&self, parts: usize, left: &mut usize) -> Result<(), SyntaxError> {
        *left = left.checked_sub(parts).ok_or_else(|| SyntaxError {
            span: self.span.clone(),
            message: format!("transforms come to more than {MOST_PARTS} parts when written out"),
        })?;
        Ok(())
    }

    /// Of how many parts it is made.
    pub(super) fn size(&self) -> usize {
        1 + self.parts().into_iter().map(Self::size).sum::<usize>()
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

/// `a - b floor(a / b)`, which rounding may leave on the other side of 0; no number where the quotient is
/// too large to be known to a whole number.
fn modulo(a: Expr, b: Expr) -> Expr {
    const KNOWN: f64 = 9_007_199_254_740_992.0; // 2^53
    let binary = |op, x: &Expr, y: &Expr| Expr::binary(op, x.clone(), y.clone());
    let of = |function, x: &Expr| Expr::call(Function::Of(function), x.clone());
    let choose = |condition, yes, no| Expr::new(Node::Call(Function::If, vec![condition, yes, no]));
    let ratio = binary(BinaryOp::Div, &a, &b);
    let rest =
        binary(BinaryOp::Sub, &a, &binary(BinaryOp::Mul, &b, &of(Elementary::Floor, &ratio)));
    let zero = Expr::number(0.0);
    let is_beyond = binary(BinaryOp::Lt, &binary(BinaryOp::Mul, &rest, &b), &zero);
    let rest = choose(is_beyond, binary(BinaryOp::Add, &rest, &b), rest);
    let is_known = binary(BinaryOp::Lt, &of(Elementary::Abs, &ratio), &Expr::number(KNOWN));
    choose(is_known, rest, of(Elementary::Log, &Expr::literal(-1.0)))
}

/// The whole number that a shift or a window must be.
pub(super) fn whole(number: &Expr, least: u32) -> Result<u32, SyntaxError> {
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
