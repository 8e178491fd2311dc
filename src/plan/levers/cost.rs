//! What a setting of a lever costs.
//!
//! A lever that stays where it is costs nothing; a move costs the difference.

use crate::compile::{Binary, binary};
use crate::error::Error;
use crate::expr::{BinaryOp, Expr, Function, Node, UnaryOp};
use crate::math;
use crate::model::{Lever, Term};

/// The cost of a setting, counted from where its lever stands now.
#[derive(Debug, Clone)]
pub(super) struct Cost {
    written: Written,
    /// Where it stands, and what that costs as it is written.
    now: (f64, f64),
}

#[derive(Debug, Clone)]
enum Written {
    PerUnit(f64),
    Expression(Expr),
}

impl Cost {
    /// Of a lever, when it has one.
    pub(super) fn of(name: &str, lever: &Lever, now: f64) -> Result<Option<Self>, Error> {
        let address = format!("levers.{name}.cost");
        let written = match &lever.cost {
            None => return Ok(None),
            Some(Term::Number(number)) => Written::PerUnit(*number),
            Some(Term::Expression(text)) => {
                let parsed = text.tree().map_err(|errors| {
                    let messages: Vec<_> = errors.iter().map(|e| e.message.clone()).collect();
                    Error::at(&address, messages.join("; "))
                })?;
                Written::Expression(parsed.clone())
            }
        };
        let mut at_now = 0.0;
        for x in lever.range.into_iter().chain([now]) {
            at_now = written.at(x).map_err(|message| Error::at(&address, message))?;
            if !at_now.is_finite() {
                return Err(Error::at(&address, format!("is {at_now} at x = {x}")));
            }
        }
        Ok(Some(Self { written, now: (now, at_now) }))
    }

    /// What it costs to go from where the lever stands to a setting: by how much the cost as it is written
    /// differs there, whichever way.
    pub(super) fn from_now(&self, x: f64) -> Result<f64, String> {
        match self.written {
            Written::PerUnit(cost) => Ok((cost * (x - self.now.0)).abs()),
            Written::Expression(_) => Ok((self.written.at(x)? - self.now.1).abs()),
        }
    }
}

impl Written {
    fn at(&self, x: f64) -> Result<f64, String> {
        match self {
            Self::PerUnit(cost) => Ok(cost * x),
            Self::Expression(expression) => value(expression, x),
        }
    }
}

fn value(expression: &Expr, x: f64) -> Result<f64, String> {
    let truth = |holds: bool| f64::from(u8::from(holds));
    match &expression.node {
        Node::Number(number) => Ok(*number),
        Node::Name { name, lag: 0 } if name == "x" => Ok(x),
        Node::Name { name, .. } => {
            Err(format!("\"{name}\" is not known here; a cost is an expression in the setting x"))
        }
        Node::Unary(UnaryOp::Neg, a) => Ok(-value(a, x)?),
        Node::Unary(UnaryOp::Not, a) => Ok(truth(value(a, x)? == 0.0)),
        Node::Binary(op, a, b) => {
            let (a, b) = (value(a, x)?, value(b, x)?);
            Ok(match op {
                BinaryOp::Add => a + b,
                BinaryOp::Sub => a - b,
                BinaryOp::Mul => a * b,
                BinaryOp::Div => a / b,
                BinaryOp::Pow => math::pow(a, b),
                BinaryOp::Lt => truth(a < b),
                BinaryOp::Le => truth(a <= b),
                BinaryOp::Gt => truth(a > b),
                BinaryOp::Ge => truth(a >= b),
                BinaryOp::Eq => truth(a == b),
                BinaryOp::Ne => truth(a != b),
                BinaryOp::And => truth(a != 0.0 && b != 0.0),
                BinaryOp::Or => truth(a != 0.0 || b != 0.0),
            })
        }
        Node::Call(function, arguments) => {
            let given = arguments.iter().map(|a| value(a, x)).collect::<Result<Vec<_>, _>>()?;
            let fold = |op| Ok(given[1..].iter().fold(given[0], |a, b| binary(op, a, *b)));
            match function {
                Function::Of(function) => Ok(function.of(given[0])),
                Function::Min => fold(Binary::Min),
                Function::Max => fold(Binary::Max),
                Function::If => Ok(if given[0] == 0.0 { given[2] } else { given[1] }),
                Function::Mod => {
                    let (rest, of) = (given[0] % given[1], given[1]);
                    Ok(if rest != 0.0 && (rest < 0.0) != (of < 0.0) { rest + of } else { rest })
                }
                Function::Tan => Ok(math::sin(given[0]) / math::cos(given[0])),
                Function::Normpdf => Ok(math::normpdf(given[0])),
                Function::Diff
                | Function::Dlog
                | Function::Growth
                | Function::Movavg
                | Function::Movsum
                | Function::Lag
                | Function::Poisson { .. }
                | Function::NegativeBinomial { .. }
                | Function::Binomial { .. } => Err(format!(
                    "{}() looks at other periods or at chance, and cannot stand in a cost",
                    function.name()
                )),
            }
        }
        _ => Err("a cost is an expression in the setting x".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::parse_expression;

    #[test]
    fn costs_are_expressions_in_the_setting() {
        let at = |text: &str, x| value(&parse_expression(text).expect(text), x);
        assert_eq!(at("120 * x + 800 * x ^ 2", 0.5), Ok(260.0));
        assert_eq!(at("if(x > 0, 10 + max(x, 2), 0)", 1.0), Ok(12.0));
        assert!(at("x * gdp", 1.0).expect_err("unknown").contains("\"gdp\" is not known"));
        assert!(at("x[-1]", 1.0).is_err() && at("shock(x)", 1.0).is_err());
    }
}
