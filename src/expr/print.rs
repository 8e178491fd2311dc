//! Expressions as text, with no more brackets than needed.

use std::fmt;

use super::ast::{BinaryOp, Equation, Expr, NEG, NOT, Node, UnaryOp};

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write(self, 0, f)
    }
}

impl fmt::Display for Equation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.behavioural { "~" } else { "=" };
        let levels = if self.levels { " in levels" } else { "" };
        write!(f, "{} {sign} {}{levels}", self.lhs, self.rhs)
    }
}

/// How tightly the outermost operator binds; what has none binds tightest.
fn binding(expr: &Expr) -> u8 {
    match &expr.node {
        Node::Binary(op, ..) => op.binding(),
        Node::Unary(UnaryOp::Neg, _) => NEG,
        Node::Unary(UnaryOp::Not, _) => NOT,
        Node::Number(value) if value.is_sign_negative() => NEG,
        _ => u8::MAX,
    }
}

fn write(expr: &Expr, least: u8, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if binding(expr) < least {
        f.write_str("(")?;
        write(expr, 0, f)?;
        return f.write_str(")");
    }
    match &expr.node {
        Node::Number(value) => write!(f, "{value}"),
        Node::Period(period) => write!(f, "\"{period}\""),
        Node::Now { shift: 0 } => f.write_str("period"),
        Node::Now { shift } => write!(f, "(period - {shift})"),
        Node::Name { name, lag: 0 } => f.write_str(name),
        Node::Name { name, lag } => write!(f, "{name}[-{lag}]"),
        Node::Shock(name) => write!(f, "shock({name})"),
        Node::Unary(UnaryOp::Neg, a) => {
            f.write_str("-")?;
            write(a, NEG, f)
        }
        Node::Unary(UnaryOp::Not, a) => {
            f.write_str("not ")?;
            write(a, NOT, f)
        }
        Node::Binary(op, a, b) => {
            let binding = op.binding();
            let right = *op == BinaryOp::Pow;
            // One comparison within another is no chain.
            let apart = right || op.is_comparison();
            write(a, if apart { binding + 1 } else { binding }, f)?;
            write!(f, " {} ", op.symbol())?;
            write(b, if right { binding } else { binding + 1 }, f)
        }
        Node::Call(function, arguments) => {
            write!(f, "{}(", function.name())?;
            for (k, argument) in arguments.iter().enumerate() {
                if k > 0 {
                    f.write_str(", ")?;
                }
                write(argument, 0, f)?;
            }
            if let Some(stream) = function.stream() {
                write!(f, ", \"{stream}\"")?;
            }
            f.write_str(")")
        }
    }
}
