//! Models in plain text, one equation a line (docs/text-format.md).

use super::Data;
use super::assemble::{Read, Statement, decoded, determined, first, put_together, statements};
use super::plain_words::{About, unquoted, word_and_language};
use crate::error::{Error, Problem, near};
use crate::expr::{self, is_reserved};
use crate::model::{Model, Parameter};
use crate::period::{Period, Span};

/// Words that begin a declaration when a name follows them.
const DECLARATIONS: [&str; 12] = [
    "model",
    "periods",
    "parameter",
    "exogenous",
    "data",
    "add_factor",
    "stochastic",
    "label",
    "unit",
    "prices",
    "source",
    "assumption",
];

/// Reads a model in plain text: one equation a line, `#` before comments, ` _` at the end of a line
/// that goes on, and declarations (docs/text-format.md). Values may stand in the text or in the
/// data. `periods` of the text are used unless others are given.
///
/// # Errors
/// Everything that cannot be read, each with its line.
///
/// ```
/// use tinbergen::import::{Data, read_text};
/// let text = "
///     periods 2001..2003
///     parameter theta = 0.2, alpha = 0.6   # tax rate, propensity to consume
///     data g 2001 = 20, 2002 = 20, 2003 = 20
///     y = alpha * (1 - theta) * y + g
/// ";
/// let model = read_text(text.as_bytes(), &Data::default(), None, "multiplier.txt")?;
/// let runs = model.compile()?.simulate(&tinbergen::Sampling::new(1, 1))?;
/// let y = runs.get("baseline")?.paths("y")?[(0, 0)];
/// assert!((y - 20.0 / (1.0 - 0.6 * 0.8)).abs() < 1e-12);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn read_text(text: &[u8], data: &Data, span: Option<Span>, file: &str) -> Result<Model, Error> {
    let text = decoded(text, file)?;
    let all = statements(text, '#');
    let mut reading = Reading {
        model: Model::new(file.trim_end_matches(".txt"), fallback(span)),
        span,
        values: Data::default(),
        about: Vec::new(),
        problems: Vec::new(),
    };
    reading.model.imported = true;
    let mut equations = Vec::new();
    for statement in &all {
        match declaration(&statement.text) {
            Some((word, rest)) => reading.declare(statement.line, word, rest),
            None => equations.push(statement),
        }
    }
    if reading.span.is_none() {
        let message = "says no periods; write a line such as \"periods 2021..2030\", or give them";
        reading.problems.push(Problem::new("", message));
    }
    for about in std::mem::take(&mut reading.about) {
        let line = about.line;
        if let Err(message) = about.put(&mut reading.model) {
            reading.problem(line, message);
        }
    }
    let equations: Vec<Read> = equations.iter().filter_map(|s| reading.equation(s)).collect();
    if equations.is_empty() && reading.problems.is_empty() {
        reading.problems.push(Problem::new("", "has no equation"));
    }
    if !reading.problems.is_empty() {
        return Err(Error::model(first(reading.problems)).in_file(file));
    }
    let mut together = reading.values;
    for name in data.names() {
        if together.series(name).is_none() {
            let values = data.series(name).into_iter().flatten();
            together = together.with(name, values.map(|(period, value)| (*period, *value)));
        }
    }
    let mut model = reading.model;
    put_together(&mut model, equations, &together, file)?;
    Ok(model)
}

/// Stands in until the periods are known.
fn fallback(span: Option<Span>) -> Span {
    span.unwrap_or_else(|| Span::single(Period::year(1)))
}

/// A declaration: its word and the rest. `data = x + 1` is an equation of `data`.
fn declaration(text: &str) -> Option<(&str, &str)> {
    let end = text.find(char::is_whitespace)?;
    let rest = text[end..].trim_start();
    let word = &text[..end];
    if !DECLARATIONS.contains(&word) && word_and_language(word).is_none() {
        return None;
    }
    let follows = rest.starts_with(|c: char| c.is_alphanumeric() || c == '_' || c == '"');
    follows.then_some((word, rest))
}

struct Reading {
    model: Model,
    span: Option<Span>,
    values: Data,
    about: Vec<About>,
    problems: Vec<Problem>,
}

impl Reading {
    fn problem(&mut self, line: usize, message: impl Into<String>) {
        self.problems.push(Problem::new("", message).at_line(Some(line)));
    }

    fn declare(&mut self, line: usize, word: &str, rest: &str) {
        match word {
            "model" => self.model.name = unquoted(rest),
            "periods" => match rest.parse::<Span>() {
                Ok(span) => {
                    if self.span.is_none() {
                        self.model.periods = span;
                        self.span = Some(span);
                    }
                }
                Err(error) => self.problem(line, error.to_string()),
            },
            "exogenous" | "stochastic" => {
                for name in rest.split(',').map(str::trim) {
                    if !self.is_name(line, name) {
                        continue;
                    }
                    if word == "exogenous" {
                        self.model.indicators.entry(name.to_owned()).or_default();
                    } else {
                        self.model.stochastic.push(name.to_owned());
                    }
                }
            }
            "parameter" => {
                for (name, value) in self.numbers(line, rest) {
                    if self.is_name(line, &name) {
                        self.model.parameters.insert(name, Parameter::from(value));
                    }
                }
            }
            "data" | "add_factor" => self.series(line, word, rest),
            _ => self.about(line, word, rest),
        }
    }

    /// `label gdp Gross domestic product`, `label[zh] gdp 国内生产总值`.
    fn about(&mut self, line: usize, word: &str, rest: &str) {
        let Some((word, language)) = word_and_language(word) else { return };
        let (name, text) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        if text.trim().is_empty() {
            return self.problem(line, format!("expected \"{word} name text\""));
        }
        if self.is_name(line, name) {
            let (name, text) = (name.to_owned(), unquoted(text));
            self.about.push(About { line, word, language, name, text });
        }
    }

    /// `data gdp 2020 = 1, 2021 = 2` and the same of add factors.
    fn series(&mut self, line: usize, word: &str, rest: &str) {
        let (name, values) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        if !self.is_name(line, name) {
            return;
        }
        let mut found: Vec<(Period, f64)> = Vec::new();
        for (period, value) in self.numbers(line, values) {
            match super::data::period(&period) {
                Ok(period) => found.push((period, value)),
                Err(message) => self.problem(line, message),
            }
        }
        if word == "add_factor" {
            self.model.indicators.entry(name.to_owned()).or_default().add_factors.extend(found);
        } else {
            let before = self.values.series(name).cloned().unwrap_or_default();
            let values = before.into_iter().chain(found);
            self.values = std::mem::take(&mut self.values).with_named(name, values);
        }
    }

    fn is_name(&mut self, line: usize, name: &str) -> bool {
        let mut characters = name.chars();
        let begins = characters.next().is_some_and(|c| c.is_alphabetic() || c == '_');
        let good = begins && characters.all(|c| c.is_alphanumeric() || c == '_');
        if !good {
            self.problem(line, format!("expected a name, found \"{name}\""));
        } else if is_reserved(name) {
            self.problem(line, format!("\"{name}\" is a word of the equation language"));
            return false;
        }
        good
    }

    /// `a = 1, b = 2`.
    fn numbers(&mut self, line: usize, text: &str) -> Vec<(String, f64)> {
        let mut found = Vec::new();
        for part in text.split(',') {
            let pair = part.split_once('=').map(|(key, value)| (key.trim(), value.trim()));
            let number = pair.and_then(|(key, value)| Some((key, value.parse::<f64>().ok()?)));
            match number {
                Some((key, value)) if value.is_finite() => found.push((key.to_owned(), value)),
                _ => self.problem(
                    line,
                    format!("expected \"name = number\", found \"{}\"", part.trim()),
                ),
            }
        }
        found
    }

    /// `y = ...`, or `y: left = right` where the left side begins with another name.
    fn equation(&mut self, statement: &Statement) -> Option<Read> {
        let Statement { line, text } = statement;
        let (named, body) = match text.split_once(':') {
            Some((name, body)) if !name.contains(['=', '~', '"', '(']) => (Some(name.trim()), body),
            _ => (None, text.as_str()),
        };
        let equation = match expr::parse_equation(body) {
            Ok(equation) => equation,
            Err(errors) => {
                for error in errors {
                    let first = body.split_whitespace().next().unwrap_or_default();
                    let hint = near(first, DECLARATIONS);
                    self.problem(*line, format!("{}{hint}", error.annotated(body.trim())));
                }
                return None;
            }
        };
        let is_parameter = |name: &str| self.model.parameters.contains_key(name);
        let found = match named {
            Some(name) => self.is_name(*line, name).then(|| name.to_owned()),
            None => determined(&equation.lhs, is_parameter),
        };
        let Some(indicator) = found else {
            if named.is_none() {
                let message = "no name without a lag stands on the left side; say for which one \
                               it is: \"y: left = right\"";
                self.problem(*line, message);
            }
            return None;
        };
        Some(Read { indicator, equation, line: *line, source: text.clone() })
    }
}
