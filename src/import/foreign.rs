//! Expressions as other programs write them: one reader, and what differs as a [`Dialect`].

use std::ops::Range;

use super::foreign_tokens::{Placed, Token, tokens, twins};
use crate::expr::{self, BinaryOp, Expr, Function, Node, UnaryOp};

/// Brackets within brackets.
const NESTED: usize = 100;
/// Terms in a row, and whatever else makes a tree deep.
const IN_A_ROW: usize = 400;
/// The longest expression, in bytes.
const LONGEST: usize = 200_000;
/// Parts of an expression when functions of elsewhere are written out.
const MOST_PARTS: usize = 20_000;

/// What programs do not agree on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// As in mathematics and here: `-x^2` is `-(x^2)`, powers from the right, chains of comparisons.
    Mathematics,
    /// Signs first, then powers, and all from left to right: `-x^2` is `(-x)^2`.
    SignsFirst,
    /// As in mathematics, where neither powers nor comparisons may follow each other.
    NoRows,
}

/// An argument of a function: its text, and the expression that it is, or why it is none.
#[derive(Debug)]
pub(super) struct Argument<'a> {
    pub(super) text: &'a str,
    pub(super) expr: Result<Expr, String>,
}

impl Argument<'_> {
    /// A number as it stands there.
    pub(super) fn number(&self) -> Option<f64> {
        number(self.expr.as_ref().ok()?)
    }

    /// A whole number from 0 on.
    pub(super) fn whole(&self) -> Option<u32> {
        let value = self.number().filter(|value| value.fract() == 0.0)?;
        (0.0..=f64::from(expr::LONGEST_LAG)).contains(&value).then_some(value as u32)
    }

    /// What stands between quotation marks, or without them.
    pub(super) fn plain(&self) -> &str {
        self.text.trim().trim_matches(['"', '\'']).trim()
    }
}

/// The number that an expression is.
pub(super) fn number(expr: &Expr) -> Option<f64> {
    match &expr.node {
        Node::Number(value) => Some(*value),
        Node::Unary(UnaryOp::Neg, inner) => number(inner).map(|value| -value),
        _ => None,
    }
}

/// How a program writes expressions.
pub(super) trait Dialect {
    /// In which order it computes.
    const ORDER: Order;
    /// Signs that names may have in them, or begin with.
    const IN_NAMES: &'static [char];

    /// What a name by itself means.
    fn word(&mut self, name: &str) -> Result<Expr, String>;

    /// What a name with brackets means.
    fn call(&mut self, name: &str, arguments: Vec<Argument<'_>>) -> Result<Expr, String>;

    /// Something was read in another way than mathematics would.
    fn told(&mut self, _message: String) {}
}

/// Reads an expression.
pub(super) fn expression<D: Dialect>(text: &str, dialect: &mut D) -> Result<Expr, String> {
    if text.len() > LONGEST {
        return Err(format!("is {} bytes long; at most {LONGEST} are read", text.len()));
    }
    let tokens = tokens(text, D::IN_NAMES)?;
    let twins = twins(&tokens)?;
    let whole = 0..tokens.len();
    let mut reader = Reader { text, tokens, twins, dialect, depth: 0 };
    reader.range(whole)
}

/// A function of the language with names for what is put in: `a`, `b`, `c`.
pub(super) fn made<'a>(template: &str, parts: impl AsRef<[&'a Expr]>) -> Expr {
    const NAMES: [&str; 4] = ["a", "b", "c", "d"];
    let parts = parts.as_ref();
    let read = expr::parse_expression(template).unwrap_or_else(|_| Expr::number(f64::NAN));
    read.rewritten(&mut |part| {
        let name = part.plain_name()?;
        let at = NAMES.iter().position(|known| *known == name)?;
        parts.get(at).map(|expr| (*expr).clone())
    })
}

/// The same of arguments.
pub(super) fn made_of(template: &str, arguments: &[Argument<'_>]) -> Result<Expr, String> {
    let parts = arguments.iter().map(|argument| argument.expr.as_ref());
    let parts: Vec<&Expr> = parts.collect::<Result<_, _>>().map_err(String::clone)?;
    Ok(made(template, parts))
}

/// The functions that most programs have, by their names in lower case; none where it is another.
pub(super) fn common(name: &str, arguments: &[Argument<'_>]) -> Option<Result<Expr, String>> {
    let ours = match name {
        "log" | "ln" => "log",
        "exp" | "abs" | "sqrt" | "sin" | "cos" | "tan" | "tanh" | "atanh" | "floor" | "sign" => {
            name
        }
        "max" | "min" => {
            if arguments.len() < 2 {
                return Some(Err(format!("{name}() needs two numbers or more")));
            }
            let parts: Result<Vec<Expr>, String> =
                arguments.iter().map(|argument| argument.expr.clone()).collect();
            return Some(parts.and_then(|parts| called(name, parts)));
        }
        _ => return None,
    };
    Some(match arguments {
        [argument] => argument.expr.clone().and_then(|part| called(ours, vec![part])),
        _ => Err(format!("{name}() takes one number, found {}", arguments.len())),
    })
}

/// A function of the language by its name.
pub(super) fn called(name: &str, parts: Vec<Expr>) -> Result<Expr, String> {
    match Function::named(name, None) {
        Some(function) => Ok(Expr::new(Node::Call(function, parts))),
        None => Err(format!("{name}() is no function here")),
    }
}

/// An expression some periods ago.
pub(super) fn lagged(part: Expr, by: u32) -> Expr {
    match part.node {
        Node::Name { name, lag } => Expr::name(&name, lag + by),
        node if by == 0 => Expr::new(node),
        node => {
            let parts = vec![Expr::new(node), Expr::number(f64::from(by))];
            Expr::new(Node::Call(Function::Lag, parts))
        }
    }
}

struct Reader<'a, 'd, D> {
    text: &'a str,
    tokens: Vec<Placed<'a>>,
    twins: Vec<usize>,
    dialect: &'d mut D,
    depth: usize,
}

/// An expression and the depth of its tree.
type Deep = (Expr, usize);

/// How tightly operators bind, as in mathematics.
const NOT: u8 = 3;
const COMPARISON: u8 = 4;
const SIGN: u8 = 7;
const POWER: u8 = 8;

impl<'a, D: Dialect> Reader<'a, '_, D> {
    /// The expression of some of the tokens, and of all of them.
    fn range(&mut self, range: Range<usize>) -> Result<Expr, String> {
        let mut at = range.start;
        let (found, _) = self.binary(&mut at, range.end, 0)?;
        if at < range.end {
            return Err(format!("expected an operator, found \"{}\"", self.shown(at)));
        }
        Ok(found)
    }

    fn shown(&self, at: usize) -> &'a str {
        self.tokens.get(at).map_or("the end", |(_, range)| &self.text[range.clone()])
    }

    fn peek(&self, at: usize, end: usize) -> Option<Token<'a>> {
        self.tokens.get(at).filter(|_| at < end).map(|(token, _)| *token)
    }

    fn operator(&self, at: usize, end: usize) -> Option<(BinaryOp, u8)> {
        use BinaryOp::{Add, And, Div, Eq, Ge, Gt, Le, Lt, Mul, Ne, Or, Pow, Sub};
        Some(match self.peek(at, end)? {
            Token::Sign(sign) => match sign {
                "||" | "|" => (Or, 1),
                "&&" | "&" => (And, 2),
                "<" => (Lt, COMPARISON),
                "<=" => (Le, COMPARISON),
                ">" => (Gt, COMPARISON),
                ">=" => (Ge, COMPARISON),
                "=" | "==" => (Eq, COMPARISON),
                "<>" | "!=" | "~=" => (Ne, COMPARISON),
                "+" => (Add, 5),
                "-" => (Sub, 5),
                "*" => (Mul, 6),
                "/" => (Div, 6),
                "^" | "**" => (Pow, POWER),
                _ => return None,
            },
            Token::Word(word) if word.eq_ignore_ascii_case("or") => (Or, 1),
            Token::Word(word) if word.eq_ignore_ascii_case("and") => (And, 2),
            _ => return None,
        })
    }

    /// Operators that bind at least so tightly.
    fn binary(&mut self, at: &mut usize, end: usize, least: u8) -> Result<Deep, String> {
        self.enter()?;
        let first = *at;
        let mut left = self.operand(at, end)?;
        let (mut compared, mut raised) = (None, 0);
        while let Some((op, binding)) = self.operator(*at, end) {
            if binding < least {
                break;
            }
            *at += 1;
            let from_right = op == BinaryOp::Pow && D::ORDER == Order::Mathematics;
            let right = if op == BinaryOp::Pow && D::ORDER == Order::SignsFirst {
                self.operand(at, end)?
            } else {
                self.binary(at, end, if from_right { binding } else { binding + 1 })?
            };
            let deep = 1 + left.1.max(right.1);
            let signed = matches!(left.0.node, Node::Unary(UnaryOp::Neg, _));
            let next = op.is_comparison().then(|| right.clone());
            let made = match (compared.take(), &next) {
                (Some(middle), Some(_)) => self.row(middle, op, left, right)?,
                _ => (Expr::binary(op, left.0, right.0), deep),
            };
            compared = next;
            if op == BinaryOp::Pow {
                raised += 1;
                let bare = !matches!(self.peek(first, end), Some(Token::Sign("(")));
                self.tell_power(raised, signed && bare, first..*at, &made.0)?;
            }
            left = made;
            if left.1 > IN_A_ROW {
                return Err(format!(
                    "has more than {IN_A_ROW} terms in a row; put some in brackets"
                ));
            }
        }
        self.depth -= 1;
        Ok(left)
    }

    fn enter(&mut self) -> Result<(), String> {
        self.depth += 1;
        if self.depth > NESTED {
            return Err(format!("brackets are nested more than {NESTED} deep"));
        }
        Ok(())
    }

    /// A comparison after another.
    fn row(&mut self, middle: Deep, op: BinaryOp, left: Deep, right: Deep) -> Result<Deep, String> {
        let deep = 1 + left.1.max(right.1);
        match D::ORDER {
            Order::SignsFirst => {
                let made = Expr::binary(op, left.0, right.0);
                self.dialect.told(format!("comparisons are made from left to right: {made}"));
                Ok((made, deep))
            }
            Order::Mathematics => {
                let link = Expr::binary(op, middle.0, right.0);
                let deep = 1 + left.1.max(1 + middle.1.max(right.1));
                Ok((Expr::binary(BinaryOp::And, left.0, link), deep))
            }
            Order::NoRows => Err("a comparison after another needs brackets".to_owned()),
        }
    }

    /// Says of a power how it was read, where mathematics would read it otherwise.
    fn tell_power(
        &mut self,
        raised: usize,
        signed: bool,
        tokens: Range<usize>,
        made: &Expr,
    ) -> Result<(), String> {
        if D::ORDER == Order::NoRows && raised > 1 {
            return Err("a power of a power needs brackets".to_owned());
        }
        if D::ORDER == Order::SignsFirst && (raised > 1 || signed) {
            let from = self.tokens[tokens.start].1.start;
            let to = self.tokens[tokens.end - 1].1.end;
            self.dialect.told(format!(
                "signs come before powers, and powers from left to right: {} is read as {made}",
                &self.text[from..to]
            ));
        }
        Ok(())
    }

    fn operand(&mut self, at: &mut usize, end: usize) -> Result<Deep, String> {
        let Some(token) = self.peek(*at, end) else {
            return Err("expected a number, a name or a bracket, found the end".to_owned());
        };
        let here = *at;
        *at += 1;
        match token {
            Token::Number(value) => Ok((Expr::number(value), 1)),
            Token::Sign("+") => self.signed(at, end),
            Token::Sign("-") => {
                let (inner, depth) = self.signed(at, end)?;
                Ok(match inner.node {
                    Node::Unary(UnaryOp::Neg, inner) => (*inner, depth),
                    node => {
                        let inner = Box::new(Expr::new(node));
                        (Expr::new(Node::Unary(UnaryOp::Neg, inner)), depth + 1)
                    }
                })
            }
            Token::Sign("!") => self.not(at, end),
            Token::Word(word) if word.eq_ignore_ascii_case("not") => self.not(at, end),
            Token::Sign("(") => {
                let close = self.twins[here];
                let inner = self.binary(at, close, 0)?;
                if *at < close {
                    return Err(format!("expected an operator, found \"{}\"", self.shown(*at)));
                }
                *at = close + 1;
                Ok(inner)
            }
            Token::Word(name) => self.named(name, at, end),
            Token::Text | Token::Sign(_) => Err(format!(
                "expected a number, a name or a bracket, found \"{}\"",
                self.shown(here)
            )),
        }
    }

    fn signed(&mut self, at: &mut usize, end: usize) -> Result<Deep, String> {
        self.enter()?;
        let found = match D::ORDER {
            Order::SignsFirst => self.operand(at, end),
            _ => self.binary(at, end, SIGN),
        };
        self.depth -= 1;
        found
    }

    fn not(&mut self, at: &mut usize, end: usize) -> Result<Deep, String> {
        let (inner, depth) = self.binary(at, end, NOT)?;
        Ok((Expr::new(Node::Unary(UnaryOp::Not, Box::new(inner))), depth + 1))
    }

    fn named(&mut self, name: &'a str, at: &mut usize, end: usize) -> Result<Deep, String> {
        let Some(Token::Sign("(" | "[")) = self.peek(*at, end) else {
            return self.dialect.word(name).and_then(measured);
        };
        let (from, close) = (*at + 1, self.twins[*at]);
        let mut arguments = Vec::new();
        let mut first = from;
        let mut next = from;
        while next <= close {
            let ends = next == close || self.tokens[next].0 == Token::Sign(",");
            if ends {
                if first < next || close > from {
                    arguments.push(self.argument(first..next)?);
                }
                first = next + 1;
            } else if matches!(self.tokens[next].0, Token::Sign("(" | "[")) {
                next = self.twins[next];
            }
            next += 1;
        }
        *at = close + 1;
        self.dialect.call(name, arguments).and_then(measured)
    }

    fn argument(&mut self, range: Range<usize>) -> Result<Argument<'a>, String> {
        if range.is_empty() {
            return Err("a comma without a number before or after it".to_owned());
        }
        let text = self.tokens[range.start].1.start..self.tokens[range.end - 1].1.end;
        let depth = self.depth;
        let expr = self.range(range);
        self.depth = depth;
        Ok(Argument { text: &self.text[text], expr })
    }
}

/// With the depth of its tree; functions that stand here for several terms may multiply.
fn measured(expr: Expr) -> Result<Deep, String> {
    fn size(expr: &Expr) -> (usize, usize) {
        let parts = expr.parts().into_iter().map(size);
        let (deepest, all) = parts.fold((0, 0), |(d, a), (depth, size)| (d.max(depth), a + size));
        (deepest + 1, all + 1)
    }
    let (depth, parts) = size(&expr);
    if parts > MOST_PARTS {
        return Err(format!("comes to more than {MOST_PARTS} parts when written out"));
    }
    Ok((expr, depth))
}
