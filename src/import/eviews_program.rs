//! Statements of an EViews program that give numbers: coefficients, scalars, series, samples.

use indexmap::{IndexMap, IndexSet};

use super::Data;
use super::assemble::Statement;
use super::eviews_calendar::date;
use super::eviews_terms::{Coefficients, Terms};
use super::foreign::{self, Argument, Dialect, Order, common};
use super::values::value;
use crate::expr::Expr;
use crate::period::{Frequency, Period, Span};

/// Numbers that the program gives by name.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    pub(super) coefficients: Coefficients,
    pub(super) scalars: IndexMap<String, f64>,
    /// What gives no number though it should, by line.
    pub(super) unread: IndexMap<usize, String>,
}

/// Expressions of numbers, coefficients and scalars.
struct Constants<'a>(&'a Numbers);

impl Dialect for Constants<'_> {
    const ORDER: Order = Order::SignsFirst;
    const IN_NAMES: &'static [char] = &['@'];

    fn word(&mut self, name: &str) -> Result<Expr, String> {
        let known = self.0.scalars.get(name).copied();
        known.map(Expr::literal).ok_or_else(|| format!("{name} has no number"))
    }

    fn call(&mut self, name: &str, arguments: Vec<Argument<'_>>) -> Result<Expr, String> {
        if let [argument] = arguments.as_slice()
            && let Some(index) = argument.whole()
            && let Some(Some(value)) = self.0.coefficients.values.get(&format!("{name}_{index}"))
        {
            return Ok(Expr::literal(*value));
        }
        common(name.trim_start_matches('@'), &arguments)
            .unwrap_or_else(|| Err(format!("{name}() has no number")))
    }
}

/// The number that a text is.
fn constant(text: &str, known: &Numbers) -> Result<f64, String> {
    if let Ok(value) = text.trim().parse::<f64>()
        && value.is_finite()
    {
        return Ok(value);
    }
    let expr = foreign::expression(text, &mut Constants(known))?;
    let found = value(&expr, Period::year(1), &|_, _| None).filter(|value| value.is_finite());
    found.ok_or_else(|| format!("\"{}\" is no number", text.trim()))
}

/// `c(1)` as its vector and the name of a parameter.
pub(super) fn element(text: &str) -> Option<(String, String)> {
    let (vector, rest) = text.split_once('(')?;
    let index: u32 = rest.strip_suffix(')')?.trim().parse().ok()?;
    let vector = vector.trim();
    is_word(vector).then(|| (vector.to_owned(), format!("{vector}_{index}")))
}

pub(super) fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_alphanumeric() || c == '_')
}

/// What follows a word of a program.
pub(super) fn after<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let rest = text.strip_prefix(word)?;
    rest.starts_with([' ', '\t', '(']).then(|| rest.trim_start())
}

impl Numbers {
    /// All that the statements of a program give.
    pub(super) fn of(statements: &[Statement]) -> Self {
        let mut found = Self::default();
        for statement in statements {
            if let Err(message) = found.read(statement) {
                found.unread.insert(statement.line, message);
            }
        }
        found
    }

    fn read(&mut self, Statement { text, line }: &Statement) -> Result<(), String> {
        if let Some(rest) = after(text, "param") {
            let words: Vec<&str> = rest.split_whitespace().collect();
            for pair in words.chunks(2) {
                let value = pair.get(1).map(|value| constant(value, self));
                if let (Some((vector, name)), Some(value)) = (element(pair[0]), value) {
                    self.coefficients.declare(vector);
                    self.coefficients.give(name, *line, value?);
                }
            }
        } else if let Some(rest) = after(text, "coef").and_then(|rest| rest.strip_prefix('(')) {
            let (size, names) = rest.split_once(')').ok_or("a bracket without its twin")?;
            let (names, value) = match names.split_once('=') {
                Some((names, value)) => (names, Some(constant(value, self)?)),
                None => (names, None),
            };
            let size = size.trim().parse::<u32>().unwrap_or(0).min(10_000);
            for name in names.split_whitespace() {
                self.coefficients.declare(name.to_owned());
                let Some(value) = value else { continue };
                for k in 1..=size {
                    self.coefficients.give(format!("{name}_{k}"), *line, value);
                }
            }
        } else if let Some((vector, values)) = filled(text) {
            let values = values.split([',', ' ', '\t']).filter(|part| !part.is_empty());
            let values = values.map(|part| constant(part, self)).collect::<Result<Vec<_>, _>>()?;
            self.coefficients.declare(vector.to_owned());
            for (k, value) in (1..).zip(values) {
                self.coefficients.give(format!("{vector}_{k}"), *line, value);
            }
        } else if let Some(rest) = after(text, "scalar") {
            let Some((name, value)) = rest.split_once('=') else { return Ok(()) };
            let name = name.trim();
            if !is_word(name) {
                return Err(format!("expected a name, found \"{name}\""));
            }
            let value = constant(value, self)?;
            self.scalars.insert(name.to_owned(), value);
        } else if let Some((left, right)) = text.split_once('=')
            && let (Some((vector, name)), Ok(value)) = (element(left.trim()), constant(right, self))
        {
            self.coefficients.declare(vector);
            self.coefficients.give(name, *line, value);
        }
        Ok(())
    }

    /// Does a statement do nothing but give numbers that were read?
    pub(super) fn has_read(&self, Statement { text, line }: &Statement) -> bool {
        if self.unread.contains_key(line) {
            return false;
        }
        let names = ["param", "coef"].iter().any(|word| after(text, word).is_some());
        let scalar = after(text, "scalar").is_some_and(|rest| rest.contains('='));
        let assigned = text.split_once('=').is_some_and(|(left, right)| {
            element(left.trim())
                .is_some_and(|(vector, _)| self.coefficients.values.contains_key(&vector))
                && constant(right, self).is_ok()
        });
        names || scalar || assigned || filled(text).is_some()
    }
}

/// `b.fill 0.1, 0.2`: the vector and its values, where no option says where they go.
fn filled(text: &str) -> Option<(&str, &str)> {
    let (vector, rest) = text.split_once(".fill")?;
    let values = rest.strip_prefix("(s)").unwrap_or(rest);
    (is_word(vector.trim()) && values.starts_with(char::is_whitespace))
        .then(|| (vector.trim(), values.trim()))
}

/// The periods that statements which make series are for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Sample {
    /// All that there are.
    All,
    /// From one to another.
    Of(Span),
    /// Those for which something holds, which only running the program would tell.
    Unknown,
}

impl Sample {
    /// `smpl @all`, `smpl 2000 2005`, and others.
    pub(super) fn read(text: &str, frequency: Frequency) -> Self {
        let words: Vec<&str> = text.split_whitespace().collect();
        match words.as_slice() {
            ["@all"] => Self::All,
            [first, last] => match (date(first), date(last)) {
                (Ok(first), Ok(last)) => {
                    let ends = (first.within(frequency), last.within(frequency));
                    let span = match ends {
                        (Some((first, _)), Some((_, last))) => Span::new(first, last).ok(),
                        _ => None,
                    };
                    span.map_or(Self::Unknown, Self::Of)
                }
                _ => Self::Unknown,
            },
            _ => Self::Unknown,
        }
    }

    fn has(self, period: Period) -> bool {
        match self {
            Self::All => true,
            Self::Of(span) => span.contains(period),
            Self::Unknown => false,
        }
    }
}

/// `series y = ...` and `genr y = ...`: the name and the expression.
pub(super) fn generated(text: &str) -> Option<(&str, &str)> {
    let rest = ["series", "genr"].iter().find_map(|word| after(text, word))?;
    let (name, body) = rest.split_once('=')?;
    is_word(name.trim()).then(|| (name.trim(), body.trim()))
}

/// Series that a program makes, put into its data period by period.
pub(super) fn generate(
    name: &str,
    body: &str,
    sample: Sample,
    periods: &[Period],
    terms: &mut Terms<'_>,
    (data, numbers): (&mut Data, &Numbers),
) -> Result<(), String> {
    if matches!(sample, Sample::Unknown) {
        return Err("is for a sample that only running the program would tell".to_owned());
    }
    let Some(first) = periods.first() else { return Ok(()) };
    let expr = foreign::expression(body, terms)?;
    let expr = expr.expand(first.frequency()).map_err(|error| error.message)?;
    let mut known: IndexSet<&str> = IndexSet::new();
    expr.visit_names(&mut |name, _| {
        known.insert(name);
    });
    let unknown = known.into_iter().find(|known| {
        *known != name
            && !terms.is_coefficient(known)
            && !numbers.scalars.contains_key(*known)
            && !terms.calendar.series.contains_key(*known)
            && data.series(known).is_none()
    });
    if let Some(unknown) = unknown {
        return Err(format!("makes a series of {unknown}, of which there are no data"));
    }
    let mut series = data.series(name).cloned().unwrap_or_default();
    let mut made = 0;
    for period in periods.iter().filter(|period| sample.has(**period)) {
        let of = |wanted: &str, at: Period| {
            let coefficient = terms.coefficients.values.get(wanted).copied().flatten();
            if let Some(number) = coefficient.or_else(|| numbers.scalars.get(wanted).copied()) {
                return Some(number);
            }
            if let Some(calendar) = terms.calendar.series.get(wanted) {
                return Some(calendar.at(at));
            }
            if wanted == name { series.get(&at).copied() } else { data.value(wanted, at) }
        };
        let found = value(&expr, *period, &of).filter(|value| value.is_finite());
        match found {
            Some(value) => {
                made += 1;
                series.insert(*period, value);
            }
            None => {
                series.shift_remove(period);
            }
        }
    }
    if made == 0 {
        return Err("gives no number in any period of the data".to_owned());
    }
    *data = std::mem::take(data).with(name, series);
    Ok(())
}
