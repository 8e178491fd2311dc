//! From tokens to a tree, by precedence (Pratt 1973, Top down operator precedence).

use std::ops::Range;
use std::sync::Arc;

use super::ast::{BinaryOp, Equation, Expr, NEG, NOT, Node, UnaryOp};
use super::lex::{Token, tokens};
use super::{Function, LONGEST_LAG, SyntaxError};
use crate::error::{counted, near};
use crate::interrupt::look;

/// Longest text of an equation, in bytes.
const LONGEST: usize = 100_000;
/// Deepest tree: brackets within brackets, and terms of a sum.
const DEEPEST: usize = 500;
/// The most parts that chains of comparisons may repeat: `a < b < c` has `b` twice.
const MOST_REPEATED: usize = 10_000;

/// Reads an equation.
///
/// # Errors
/// What is wrong with it, and where.
///
/// ```
/// use tinbergen::expr::parse_equation;
/// let equation = parse_equation("dlog(jobs) ~ 0.3 * (dlog(gdp) - trend)").expect("it is right");
/// assert_eq!(equation.to_string(), "dlog(jobs) ~ 0.3 * (dlog(gdp) - trend)");
/// ```
pub fn parse_equation(text: &str) -> Result<Equation, Vec<SyntaxError>> {
    let mut parser = Parser::new(text).map_err(|error| vec![error])?;
    parser.equation(text).map_err(|error| vec![error])
}

/// Reads an expression.
///
/// # Errors
/// What is wrong with it, and where.
pub fn parse_expression(text: &str) -> Result<Expr, Vec<SyntaxError>> {
    let mut parser = Parser::new(text).map_err(|error| vec![error])?;
    let whole = parser.expression(0).and_then(|expr| {
        parser.expect_end()?;
        Ok(expr)
    });
    whole.map(|(expr, _)| expr).map_err(|error| vec![error])
}

struct Parser {
    tokens: Vec<(Token, Range<usize>)>,
    at: usize,
    depth: usize,
    /// How many parts chains of comparisons have repeated.
    repeated: usize,
}

/// The last comparison of a chain and its right side, which the next one begins with.
struct Comparison {
    op: BinaryOp,
    term: Deep,
}

/// An expression and the depth of its tree.
type Deep = (Expr, usize);

impl Parser {
    fn new(text: &str) -> Result<Self, SyntaxError> {
        look();
        if text.len() > LONGEST {
            let message = format!("is {} bytes long; at most {LONGEST} are read", text.len());
            return Err(SyntaxError { span: 0..0, message });
        }
        Ok(Self { tokens: tokens(text)?, at: 0, depth: 0, repeated: 0 })
    }

    fn peek(&self) -> &Token {
        &self.tokens[self.at].0
    }

    fn span(&self) -> Range<usize> {
        self.tokens[self.at].1.clone()
    }

    fn advance(&mut self) {
        self.at = (self.at + 1).min(self.tokens.len() - 1);
    }

    fn error<T>(&self, message: impl Into<String>) -> Result<T, SyntaxError> {
        Err(SyntaxError { span: self.span(), message: message.into() })
    }

    fn unexpected<T>(&self, wanted: &str) -> Result<T, SyntaxError> {
        self.error(format!("expected {wanted}, found {}", self.peek().describe()))
    }

    fn accept(&mut self, sign: &'static str) -> bool {
        let found = *self.peek() == Token::Sign(sign);
        if found {
            self.advance();
        }
        found
    }

    fn expect(&mut self, sign: &'static str) -> Result<(), SyntaxError> {
        if self.accept(sign) { Ok(()) } else { self.unexpected(&format!("\"{sign}\"")) }
    }

    fn expect_end(&self) -> Result<(), SyntaxError> {
        if *self.peek() == Token::End {
            return Ok(());
        }
        self.unexpected("an operator or the end")
    }

    fn equation(&mut self, text: &str) -> Result<Equation, SyntaxError> {
        let (lhs, _) = self.expression(0)?;
        let behavioural = match self.peek() {
            Token::Sign("=") => false,
            Token::Sign("~") => true,
            _ => return self.unexpected("\"=\" (an identity) or \"~\" (a behavioural equation)"),
        };
        self.advance();
        let (rhs, _) = self.expression(0)?;
        let levels = self.levels(behavioural)?;
        self.expect_end()?;
        if !behavioural && rhs.has_count() {
            let message = "a random count needs a behavioural equation: write \"~\" for \"=\"";
            return Err(SyntaxError { span: rhs.span, message: message.to_owned() });
        }
        Ok(Equation { lhs, behavioural, levels, rhs, source: Arc::from(text) })
    }

    /// `in levels` after the right side. The words mean nothing elsewhere.
    fn levels(&mut self, behavioural: bool) -> Result<bool, SyntaxError> {
        let word = |token: &Token, wanted: &str| matches!(token, Token::Word(w) if w == wanted);
        if !word(self.peek(), "in") {
            return Ok(false);
        }
        if !behavioural {
            return self.error("an identity has no residual that could be in levels");
        }
        self.advance();
        if !word(self.peek(), "levels") {
            return self.unexpected("\"levels\" after \"in\"");
        }
        self.advance();
        Ok(true)
    }

    /// An expression of operators that bind at least so tightly.
    fn expression(&mut self, least: u8) -> Result<Deep, SyntaxError> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return self.error(format!("is nested more than {DEEPEST} deep"));
        }
        let left = self.operand()?;
        let left = self.continued(left, least)?;
        self.depth -= 1;
        Ok(left)
    }

    /// What follows an operand, as far as it binds at least so tightly. By itself, so that brackets
    /// within brackets take little of the stack.
    #[inline(never)]
    fn continued(&mut self, mut left: Deep, least: u8) -> Result<Deep, SyntaxError> {
        let mut last: Option<Comparison> = None;
        while let Some(op) = self.operator() {
            let binding = op.binding();
            if binding < least {
                break;
            }
            let sign = self.span();
            self.advance();
            // A power is right associative, a comparison a link of a chain, the rest go left.
            let right = self.expression(if op == BinaryOp::Pow { binding } else { binding + 1 })?;
            let next = op.is_comparison().then(|| Comparison { op, term: right.clone() });
            let made = match (last.take(), &next) {
                (Some(before), Some(_)) => {
                    self.check_chain(&before, op, sign)?;
                    let (term, depth) = before.term;
                    let depth = 2 + left.1.max(1 + depth.max(right.1));
                    let further = Expr::binary(op, term, right.0);
                    (Expr::binary(BinaryOp::And, left.0, further), depth)
                }
                _ => (Expr::binary(op, left.0, right.0), 1 + left.1.max(right.1)),
            };
            if made.1 > DEEPEST {
                let message =
                    format!("has more than {DEEPEST} terms in a row; put some in brackets");
                return self.error(message);
            }
            (left, last) = (made, next);
        }
        Ok(left)
    }

    /// Can a comparison be followed by another? As in mathematics: where both go the same way.
    fn check_chain(
        &mut self,
        before: &Comparison,
        op: BinaryOp,
        sign: Range<usize>,
    ) -> Result<(), SyntaxError> {
        use BinaryOp::{Eq, Ge, Gt, Le, Lt};
        let (first, second) = (before.op.symbol(), op.symbol());
        let error = |message: String| Err(SyntaxError { span: sign.clone(), message });
        if !matches!((before.op, op), (Lt | Le, Lt | Le) | (Gt | Ge, Gt | Ge) | (Eq, Eq)) {
            return error(format!(
                "\"{second}\" after \"{first}\" is no chain of comparisons, which go one way, as in \
                 \"0 < x <= 1\"; write \"a {first} b and b {second} c\", or brackets around the \
                 comparison whose 1 or 0 is compared"
            ));
        }
        if before.term.0.has_count() {
            return error(
                "a random count would be drawn once for each comparison of a chain; give it an \
                 indicator of its own and compare that"
                    .to_owned(),
            );
        }
        // Chains within chains would double what stands inside again and again.
        self.repeated += before.term.0.size();
        if self.repeated > MOST_REPEATED {
            return error(format!(
                "chains of comparisons come to more than {MOST_REPEATED} parts when written out"
            ));
        }
        Ok(())
    }

    fn operator(&self) -> Option<BinaryOp> {
        Some(match self.peek() {
            Token::Sign("+") => BinaryOp::Add,
            Token::Sign("-") => BinaryOp::Sub,
            Token::Sign("*") => BinaryOp::Mul,
            Token::Sign("/") => BinaryOp::Div,
            Token::Sign("^") => BinaryOp::Pow,
            Token::Sign("<") => BinaryOp::Lt,
            Token::Sign("<=") => BinaryOp::Le,
            Token::Sign(">") => BinaryOp::Gt,
            Token::Sign(">=") => BinaryOp::Ge,
            Token::Sign("==") => BinaryOp::Eq,
            Token::Sign("!=") => BinaryOp::Ne,
            Token::Word(word) if word == "and" => BinaryOp::And,
            Token::Word(word) if word == "or" => BinaryOp::Or,
            _ => return None,
        })
    }

    fn operand(&mut self) -> Result<Deep, SyntaxError> {
        let span = self.span();
        let token = self.peek().clone();
        match token {
            Token::Number(value) => {
                self.advance();
                Ok((Expr { node: Node::Number(value), span }, 1))
            }
            Token::Text(text) => match text.parse() {
                Ok(period) => {
                    self.advance();
                    Ok((Expr { node: Node::Period(period), span }, 1))
                }
                Err(error) => self.error(error.to_string()),
            },
            Token::Sign("+") => {
                self.advance();
                self.expression(NEG)
            }
            Token::Sign("-") => {
                self.advance();
                let (a, depth) = self.expression(NEG)?;
                let span = span.start..a.span.end;
                Ok((Expr { node: Node::Unary(UnaryOp::Neg, Box::new(a)), span }, depth + 1))
            }
            Token::Sign("(") => {
                self.advance();
                let inner = self.expression(0)?;
                self.expect(")")?;
                Ok(inner)
            }
            Token::Word(word) => self.word(&word, span),
            _ => self.unexpected("a number, a name or a bracket"),
        }
    }

    #[inline(never)]
    fn word(&mut self, word: &str, span: Range<usize>) -> Result<Deep, SyntaxError> {
        self.advance();
        match word {
            "not" => {
                let (a, depth) = self.expression(NOT)?;
                let span = span.start..a.span.end;
                return Ok((
                    Expr { node: Node::Unary(UnaryOp::Not, Box::new(a)), span },
                    depth + 1,
                ));
            }
            "and" | "or" => {
                self.at -= 1;
                return self.unexpected("a number, a name or a bracket");
            }
            "period" => return Ok((Expr { node: Node::Now { shift: 0 }, span }, 1)),
            _ => {}
        }
        if *self.peek() == Token::Sign("(") && !self.is_lag() {
            return self.call(word, span);
        }
        let lag = if self.accept("[") {
            let lag = self.lag(word)?;
            self.expect("]")?;
            lag
        } else if self.accept("(") {
            let lag = self.lag(word)?;
            self.expect(")")?;
            lag
        } else {
            0
        };
        let span = span.start..self.tokens[self.at - 1].1.end;
        Ok((Expr { node: Node::Name { name: word.to_owned(), lag }, span }, 1))
    }

    /// Is the bracket that follows a lag, as in `x(-1)`? Only where the name is not a function.
    fn is_lag(&self) -> bool {
        let word = match &self.tokens[self.at - 1].0 {
            Token::Word(word) => word.as_str(),
            _ => return false,
        };
        let kind = |k: usize| self.tokens.get(self.at + k).map(|(token, _)| token);
        let signed = matches!(kind(1), Some(Token::Sign("-" | "+")));
        let number = matches!(kind(1 + usize::from(signed)), Some(Token::Number(_)));
        let closed = matches!(kind(2 + usize::from(signed)), Some(Token::Sign(")")));
        number && closed && word != "shock" && Function::named(word, None).is_none()
    }

    /// The number in `x[-1]`.
    fn lag(&mut self, name: &str) -> Result<u32, SyntaxError> {
        let back = self.accept("-");
        let ahead = !back && (self.accept("+") || *self.peek() != Token::Number(0.0));
        let Token::Number(value) = *self.peek() else {
            return self.unexpected("a number of periods, as in x[-1]");
        };
        if ahead && value > 0.0 {
            let message = format!(
                "{name}[{value}] is a lead; leads are not supported, only lags such as {name}[-1]"
            );
            return self.error(message);
        }
        if value.fract() != 0.0 || value > f64::from(LONGEST_LAG) {
            let message =
                format!("a lag is a whole number of periods up to {LONGEST_LAG}, not {value}");
            return self.error(message);
        }
        self.advance();
        Ok(value as u32)
    }

    fn call(&mut self, word: &str, span: Range<usize>) -> Result<Deep, SyntaxError> {
        let word = Function::plain_name(word);
        let name_span = span.clone();
        self.expect("(")?;
        if word == "shock" {
            let Token::Word(name) = self.peek().clone() else {
                return self.unexpected("the name of a shock");
            };
            self.advance();
            self.expect(")")?;
            let span = span.start..self.tokens[self.at - 1].1.end;
            return Ok((Expr { node: Node::Shock(name), span }, 1));
        }
        let Some(known) = Function::signatures().find(|known| known.name == word) else {
            let names = Function::signatures().map(|known| known.name);
            let hint = near(word, names.chain(["shock"]));
            let message = format!("unknown function \"{word}\"{hint}");
            return Err(SyntaxError { span: name_span, message });
        };
        let (least, most) = (known.least, known.most);
        let mut arguments = Vec::new();
        let (mut deepest, mut stream) = (0, None);
        loop {
            match self.peek() {
                Token::Text(text)
                    if Function::named(word, None).is_some_and(|f| f.is_count())
                        && arguments.len() == most =>
                {
                    stream = Some(text.clone());
                    self.advance();
                }
                _ => {
                    let (argument, depth) = self.expression(0)?;
                    deepest = deepest.max(depth);
                    arguments.push(argument);
                }
            }
            if !self.accept(",") {
                break;
            }
        }
        self.expect(")")?;
        if arguments.len() < least || arguments.len() > most {
            let at_least = if least == most { "" } else { "at least " };
            let wanted = counted(least, "argument");
            let message = format!("{word}() takes {at_least}{wanted}, found {}", arguments.len());
            return Err(SyntaxError { span: name_span, message });
        }
        let span = span.start..self.tokens[self.at - 1].1.end;
        match Function::named(word, stream) {
            Some(function) => {
                Ok((Expr { node: Node::Call(function, arguments), span }, deepest + 1))
            }
            None => self.error(format!("unknown function \"{word}\"")),
        }
    }
}
