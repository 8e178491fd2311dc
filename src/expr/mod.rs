//! The equation language.
//!
//! `y = ...` is an identity and holds exactly in every path; `y ~ ...` is behavioural and has a
//! random term, in the space of the left side: `dlog(y) ~ ...` in log growth. With
//! `dlog(y) ~ ... in levels` the random term and the add factor are added to `y` itself.
//!
//! Every equation is for one indicator. Where that stands in a way that can be undone, mostly on the
//! left side (`log(y / p) = ...`), the equation is solved for it symbolically ([`solve`]); otherwise
//! it is implicit (`y + log(y) = ...`, or `demand = supply` for a price that both depend on): the
//! indicator is an unknown, found by Newton's method from its value in the period before.
//!
//! | written | means |
//! |---|---|
//! | `x`, `x[-1]`, `x(-1)` | an indicator now, a period ago |
//! | `trend_growth` | a parameter |
//! | `shock(demand)` | a further random term |
//! | `period`, `"2022"` | the current period and a given one, as places on the time line |
//! | `period >= "2022"` | among quarters or months the whole year: from its first period on (`>`: after its last) |
//! | `a or b`, `a and b`, `not a` | logic: 1 or 0; loosest first |
//! | `a < b`, `<=`, `>`, `>=`, `==`, `!=` | comparisons: 1 or 0 |
//! | `a < b <= c`, `a > b > c`, `a == b == c` | a chain: all of its comparisons hold, as in mathematics |
//! | `a + b`, `a - b` | |
//! | `a * b`, `a / b` | |
//! | `-a` | |
//! | `a ^ b` (or `a ** b`) | power, from the right; `-a ^ b` is `-(a ^ b)` |
//! | `if(c, a, b)` | `a` where `c` is not 0, else `b` |
//! | `log exp sqrt abs min max logit expit sin cos tan tanh atanh` | `logit(p) = log(p / (1 - p))`, `expit` its inverse; `sin`, `cos` and `tan` of radians; `ln` is `log` |
//! | `floor ceil round sign`, `mod(a, b)` | whole numbers, a half away from 0; `a - b * floor(a / b)` |
//! | `normcdf normpdf norminv` | probability below a standard normal score, its density, the score of a probability |
//! | `diff(e)`, `dlog(e)`, `growth(e)` | `e - e[-1]`, `log(e) - log(e[-1])`, `e / e[-1] - 1` |
//! | `lag(e, n)`, `movsum(e, n)`, `movavg(e, n)` | shift, sum and mean over `n` periods |
//! | `poisson(m)`, `negative_binomial(m, d)`, `binomial(n, p)` | random counts |
//!
//! `#` starts a comment. Names are Unicode identifiers. Leads are an error.

mod ast;
mod bases;
mod calendar;
mod expand;
mod function;
mod isolate;
mod lex;
mod parse;
mod print;
mod solved;
#[cfg(test)]
mod tests;
mod text;

pub use ast::{BinaryOp, Equation, Expr, Node, UnaryOp};
pub use function::Function;
pub use isolate::{IsolateError, Isolated, isolate};
pub use parse::{parse_equation, parse_expression};
pub use solved::{Solved, solve};
pub use text::{Language, Text};

use std::ops::Range;

/// The longest lag.
pub const LONGEST_LAG: u32 = 1000;

/// Words that cannot name an indicator or a parameter.
pub(crate) fn is_reserved(word: &str) -> bool {
    matches!(word, "period" | "shock" | "and" | "or" | "not")
        || Function::signatures().any(|known| known.name == word)
        || Function::ALIASES.iter().any(|(alias, _)| *alias == word)
}

/// What is wrong with the text of an equation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// Which bytes of the text.
    pub span: Range<usize>,
    /// What was found and what was expected.
    pub message: String,
}

impl SyntaxError {
    /// The message with the place in the text:
    /// `expected a number, a name or a bracket, found ")" at character 12 of "gdp = (a + ))"`.
    pub fn annotated(&self, source: &str) -> String {
        let start = self.span.start.min(source.len());
        let character = source.get(..start).map_or(0, |before| before.chars().count()) + 1;
        let place = if self.span.is_empty() && start == 0 {
            "in".to_owned() // what was put together stands nowhere
        } else {
            format!("at character {character} of")
        };
        let mut shown: String = source.chars().take(80).collect();
        if shown.len() < source.len() {
            shown.push_str("...");
        }
        format!("{}, {place} \"{shown}\"", self.message)
    }
}
