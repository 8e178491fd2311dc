//! Models in plain text, one equation a line (docs/text-format.md).

use indexmap::IndexSet;

use super::Data;
use super::assemble::{Equations, Read, Statement, determined, put_together, statements};
use super::decoded::decoded;
use super::plain_said::Said;
use super::plain_values::{Constant, Given, fill, given, thousands};
use super::plain_words::{About, unquoted, word_and_language};
use super::undated;
use crate::error::{Error, Problem, near};
use crate::expr::{self, is_reserved};
use crate::interrupt::look;
use crate::model::{Model, Note, Parameter};
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
/// that goes on, `;` between several in one line, and declarations (docs/text-format.md). Values may stand
/// in the text or in the data. `periods` of the text are used unless others are given; periods without a
/// date (`1..60`) are the years 1001, 1002, ..., which a note says.
///
/// # Errors
/// Everything that cannot be read, that is said twice or that contradicts something else, each with its line.
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
    let all: Vec<Statement> = statements(&text, '#').into_iter().flat_map(several).collect();
    let mut reading = Reading {
        model: Model::new(file.trim_end_matches(".txt"), fallback(span)),
        span,
        values: Data::default(),
        constants: Vec::new(),
        about: Vec::new(),
        said: Said::default(),
        problems: Vec::new(),
    };
    reading.model.imported = true;
    let mut equations = Vec::new();
    for statement in &all {
        look();
        match declaration(&statement.text) {
            Some((word, rest)) => reading.declare(statement.line, word, rest),
            None => equations.push(statement),
        }
    }
    if reading.span.is_none() {
        let message = "says no periods; write a line such as \"periods 2021..2030\", or give them";
        reading.problems.push(Problem::new("", message));
    }
    let mut known: IndexSet<&str> = equations.iter().flat_map(|s| words(&s.text)).collect();
    let declared: Vec<String> = reading.declared().chain(data.names()).map(str::to_owned).collect();
    known.extend(declared.iter().map(String::as_str));
    for about in std::mem::take(&mut reading.about) {
        look();
        let line = about.line;
        if !known.contains(about.name.as_str()) && data.of(&about.name).is_none() {
            let hint = near(&about.name, known.iter().copied());
            reading.problem(line, format!("{} is not in the model{hint}", about.name));
        } else if let Err(message) = about.put(&mut reading.model) {
            reading.problem(line, message);
        }
    }
    let equations: Vec<Read> = equations.iter().filter_map(|s| reading.equation(s)).collect();
    if equations.is_empty() && reading.problems.is_empty() {
        reading.problems.push(Problem::new("", "has no equation"));
    }
    if !reading.problems.is_empty() {
        return Err(Error::first_by_line(reading.problems).in_file(file));
    }
    let mut together =
        fill(std::mem::take(&mut reading.constants), &equations, reading.values, &mut reading.model);
    let mut model = reading.model;
    for name in data.names() {
        look();
        let written = data.written(name);
        if together.series(name).is_none() && together.series(written).is_none() {
            let values = data.series(name).into_iter().flatten();
            together = together.with(written, values.map(|(period, value)| (*period, *value)));
        } else {
            let message = format!(
                "{written} stands in the text and in the data beside it; the values of the text are taken"
            );
            model.notes.0.push(Note::new("assumed", message).about(written));
        }
    }
    let together = together.noted_as(data);
    put_together(&mut model, Equations { read: equations, ..Equations::default() }, &together, file)?;
    Ok(model)
}

/// The statements of a line: `;` ends one outside quotation marks, but for texts, which go to the end.
fn several(statement: Statement) -> Vec<Statement> {
    let is_text = |text: &str| {
        declaration(text.trim()).is_some_and(|(word, _)| word_and_language(word).is_some())
    };
    let Statement { line, text } = statement;
    let (mut found, mut from, mut quoted) = (Vec::new(), 0, false);
    for (at, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            ';' if !quoted && !is_text(&text[from..]) => {
                found.push(text[from..at].trim().to_owned());
                from = at + 1;
            }
            _ => {}
        }
    }
    found.push(text[from..].trim().to_owned());
    found.retain(|text| !text.is_empty());
    found.into_iter().map(|text| Statement { line, text }).collect()
}

/// The words of a text: its names, and those of functions.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty())
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
    /// Values that hold wherever they are needed.
    constants: Vec<Constant>,
    about: Vec<About>,
    said: Said,
    problems: Vec<Problem>,
}

impl Reading {
    fn problem(&mut self, line: usize, message: impl Into<String>) {
        self.problems.push(Problem::new("", message).at_line(Some(line)));
    }

    fn declare(&mut self, line: usize, word: &str, rest: &str) {
        match word {
            "model" => {
                if self.once(line, word, "", "the model has a name") {
                    self.model.name = unquoted(rest);
                }
            }
            "periods" if !self.once(line, word, "", "the text says periods") => {}
            "periods" => match undated::span(rest).map_or_else(|| rest.parse::<Span>(), Ok) {
                Ok(span) => {
                    if self.span.is_none() {
                        if undated::span(rest).is_some() {
                            self.model.notes.0.push(undated::note(span));
                        }
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
                        self.said.exogenous(name, line);
                        self.model.indicators.entry(name.to_owned()).or_default();
                    } else {
                        self.model.stochastic.push(name.to_owned());
                    }
                }
            }
            "parameter" => {
                for (name, value) in self.numbers(line, rest) {
                    let what = format!("the parameter {name} has a value");
                    if self.is_name(line, &name) && self.once(line, word, &name, &what) {
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
        let whole = word;
        let Some((word, language)) = word_and_language(word) else { return };
        let (name, text) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        if text.trim().is_empty() {
            return self.problem(line, format!("expected \"{word} name text\""));
        }
        let what = format!("{name} has a statement \"{whole}\"");
        if self.is_name(line, name) && self.once(line, whole, name, &what) {
            let (name, text) = (name.to_owned(), unquoted(text));
            self.about.push(About { line, word, language, name, text });
        }
    }

    /// `data gdp 2020 = 1, 2021 = 2`, `data gdp 2020..2029 = 3`, `data gdp = 3`, and the same of add
    /// factors.
    fn series(&mut self, line: usize, word: &str, rest: &str) {
        let end = rest.find(|c: char| c.is_whitespace() || c == '=').unwrap_or(rest.len());
        let (name, values) = rest.split_at(end);
        if !self.is_name(line, name) {
            return;
        }
        let factors = word == "add_factor";
        let found = match given(values) {
            Ok(Given::Everywhere(value)) => {
                let what = format!("{name} has one {} for all periods", if factors { "add factor" } else { "value" });
                if !self.once(line, word, name, &what) {
                    return;
                }
                return self.constants.push(Constant { name: name.to_owned(), value, factors });
            }
            Ok(Given::Each(found)) => found,
            Err(messages) => {
                return messages.into_iter().for_each(|message| self.problem(line, message));
            }
        };
        if let Some(message) = self.said.values(name, factors, &found, line) {
            return self.problem(line, message);
        }
        if let Some(message) = thousands(values) {
            let note = Note::new("assumed", message).about(name);
            self.model.notes.0.push(note.at(line, &format!("{word} {rest}")));
        }
        if factors {
            self.model.indicators.entry(name.to_owned()).or_default().add_factors.extend(found);
        } else {
            let before = self.values.series(name).cloned().unwrap_or_default();
            let values = before.into_iter().chain(found);
            self.values = std::mem::take(&mut self.values).with_named(name, values);
        }
    }

    /// Whether a statement is the first of its word and name; another is a problem.
    fn once(&mut self, line: usize, word: &str, name: &str, what: &str) -> bool {
        let before = self.said.once(word, name, line);
        if let Some(before) = before {
            self.problem(line, format!("{what} already, in line {before}"));
        }
        before.is_none()
    }

    /// The names of what was declared.
    fn declared(&self) -> impl Iterator<Item = &str> {
        let constants = self.constants.iter().map(|constant| constant.name.as_str());
        let model = self.model.parameters.keys().chain(self.model.indicators.keys());
        model.map(String::as_str).chain(self.values.names()).chain(constants)
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
        if let Some(before) = self.said.is_exogenous(&indicator) {
            let message = format!("{indicator} has an equation, and line {before} calls it exogenous");
            self.problem(*line, message);
        }
        Some(Read { indicator, equation, line: *line, source: text.clone() })
    }
}
