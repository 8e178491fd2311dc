//! Equation lists as EViews programs and its model objects write them.
//!
//! What is an equation becomes one; what is a command to the program is told in
//! [`Model::notes`](crate::Model::notes), with its line and text.

use indexmap::IndexMap;

use super::Data;
use super::assemble::{
    Read, Statement, all_periods, decoded, determined, put_together, statements,
};
use super::eviews_terms::{Calendar, Terms};
use crate::error::{Error, Problem};
use crate::expr::{self, Equation};
use crate::model::{Indicator, Model, Note, Parameter};
use crate::period::Span;

/// Reads equations in the manner of EViews: `model.append y = ...`, `y = c(1) + c(2) * x(-1)`,
/// `equation e.ls dlog(y) = ...`, and values of coefficients, `c(1) = 0.3`. Comments begin with
/// an apostrophe, a line that ends with ` _` goes on. Names become lower case, `c(1)` the
/// parameter `c_1`.
///
/// Equations are behavioural when they have coefficients, come from an `equation` object or have a
/// transformed left side; others, and those appended with `@identity`, are identities.
///
/// # Errors
/// Text that is none or holds no equation, two equations for one variable. What cannot be mapped
/// is a note, and its equation is left out.
///
/// ```
/// use tinbergen::import::{Data, read_eviews};
/// let text = "' consumption\nc(1) = 0.6\nm.append d(log(co)) = c(1) * @pch(y) _\n + co_a\n\
///             m.append y = co + g\nsolve m";
/// let model = read_eviews(text.as_bytes(), &Data::default(), "2021..2025".parse()?, "m.prg")?;
/// let equation = model.indicators["co"].equation.as_ref().map(ToString::to_string);
/// assert_eq!(equation.as_deref(), Some("diff(log(co)) ~ c_1 * growth(y) + co_a"));
/// assert_eq!(model.notes()[0].to_string(), "line 6: unmapped: is a command, no equation: solve m");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn read_eviews(text: &[u8], data: &Data, span: Span, file: &str) -> Result<Model, Error> {
    let text = decoded(text, file)?.to_lowercase();
    let mut model = Model::new(file.trim_end_matches(".prg"), span);
    model.imported = true;
    let all = statements(&text, '\'');
    let coefficients = coefficients(&all);
    let mut calendar = Calendar::default();
    let periods = all_periods(&model, data);
    let mut reading = Vec::new();
    for statement in &all {
        match kind(&statement.text, &coefficients) {
            Kind::Coefficient => {}
            Kind::Command(why) => {
                model.notes.0.push(Note::new("unmapped", why).at(statement.line, &statement.text));
            }
            Kind::Equation { text, behavioural } => {
                let first = periods.first().copied().unwrap_or(span.first());
                let mut terms = Terms::new(&coefficients, data, first, &mut calendar);
                match equation(text, behavioural, statement, &mut terms) {
                    Ok(read) => {
                        let changed = std::mem::take(&mut terms.changed);
                        for message in changed {
                            let note = Note::new("changed", message).about(&read.indicator);
                            model.notes.0.push(note.at(statement.line, text));
                        }
                        reading.push(read);
                    }
                    Err(message) => {
                        let note = Note::new("unmapped", message);
                        model.notes.0.push(note.at(statement.line, &statement.text));
                    }
                }
            }
        }
    }
    if reading.is_empty() {
        let mut problems = vec![Problem::new("", "has no equation that can be read")];
        let notes = model.notes.0.iter().take(20);
        problems.extend(notes.map(|n| Problem::new("", n.message.clone()).at_line(n.line)));
        return Err(Error::model(problems).in_file(file));
    }
    for (name, value) in &coefficients {
        if let Some(value) = value {
            model.parameters.insert(name.clone(), Parameter::from(*value));
        }
    }
    for (name, value) in &calendar.series {
        let history = periods.iter().map(|period| (*period, value.at(*period).into())).collect();
        let indicator = Indicator { history, ..Indicator::default() };
        model.indicators.insert(name.clone(), indicator.with_label(value.label().as_str()));
    }
    put_together(&mut model, reading, data, file)?;
    Ok(model)
}

/// What a statement is.
enum Kind<'a> {
    /// It gives a coefficient its value, or declares a vector of them.
    Coefficient,
    /// Is it behavioural, as far as that is said?
    Equation { text: &'a str, behavioural: Option<bool> },
    /// Neither, and why.
    Command(&'static str),
}

/// The coefficients by name, with the values that statements give; a vector without any is there
/// by its own name.
pub(super) type Coefficients = IndexMap<String, Option<f64>>;

fn coefficients(statements: &[Statement]) -> Coefficients {
    let mut found = Coefficients::new();
    for Statement { text, .. } in statements {
        if let Some(rest) = text.strip_prefix("param ").or_else(|| text.strip_prefix("param\t")) {
            let words: Vec<&str> = rest.split_whitespace().collect();
            for pair in words.chunks(2) {
                if let (Some((vector, name)), Some(value)) =
                    (element(pair[0]), pair.get(1).and_then(|v| v.parse::<f64>().ok()))
                {
                    found.entry(vector).or_insert(None);
                    found.insert(name, Some(value));
                }
            }
        } else if let Some(rest) = text.strip_prefix("coef(") {
            if let Some((_, names)) = rest.split_once(')') {
                names.split_whitespace().for_each(|name| {
                    found.entry(name.to_owned()).or_insert(None);
                });
            }
        } else if let Some((left, right)) = text.split_once('=')
            && let (Some((vector, name)), Ok(value)) =
                (element(left.trim()), right.trim().parse::<f64>())
        {
            found.entry(vector).or_insert(None);
            found.insert(name, Some(value));
        }
    }
    found
}

/// `c(1)` as its vector and the name of a parameter.
fn element(text: &str) -> Option<(String, String)> {
    let (vector, rest) = text.split_once('(')?;
    let index: u32 = rest.strip_suffix(')')?.trim().parse().ok()?;
    let vector = vector.trim();
    let word = !vector.is_empty() && vector.chars().all(|c| c.is_alphanumeric() || c == '_');
    word.then(|| (vector.to_owned(), format!("{vector}_{index}")))
}

/// Words that begin a command.
const COMMANDS: [&str; 40] = [
    "solve",
    "smpl",
    "sample",
    "wfcreate",
    "wfopen",
    "wfsave",
    "wfclose",
    "create",
    "open",
    "close",
    "for",
    "next",
    "if",
    "else",
    "endif",
    "while",
    "wend",
    "genr",
    "series",
    "frml",
    "group",
    "show",
    "print",
    "freeze",
    "graph",
    "table",
    "delete",
    "fetch",
    "store",
    "import",
    "read",
    "write",
    "subroutine",
    "endsub",
    "call",
    "include",
    "scalar",
    "stop",
    "logmode",
    "pageload",
];

fn kind<'a>(text: &'a str, coefficients: &Coefficients) -> Kind<'a> {
    if text.starts_with("param ") || text.starts_with("coef(") {
        return Kind::Coefficient;
    }
    if text.contains(['{', '%', '!']) && !text.contains("!=") {
        return Kind::Command("has variables of the program, which only running it would fill in");
    }
    let word_end = text.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(text.len());
    let (word, rest) = text.split_at(word_end);
    let first = word.trim();
    if first == "equation" && rest.starts_with(char::is_whitespace) {
        return estimated(rest.trim_start());
    }
    if let Some(call) = rest.strip_prefix('.') {
        return method(call);
    }
    let command = COMMANDS.contains(&first) && rest.starts_with(char::is_whitespace);
    let is_assignment = rest.trim_start().starts_with(['=', '(']) && !command;
    let names_command = COMMANDS.contains(&first) || ["model", "smpl"].contains(&first);
    if names_command && !is_assignment || !text.contains('=') {
        return Kind::Command("is a command, no equation");
    }
    if let Some((left, right)) = text.split_once('=')
        && element(left.trim()).is_some_and(|(vector, _)| coefficients.contains_key(&vector))
        && right.trim().parse::<f64>().is_ok()
    {
        return Kind::Coefficient;
    }
    Kind::Equation { text, behavioural: None }
}

/// `equation name.ls y = ...`, or a list of regressors, which does not say how they enter.
fn estimated(rest: &str) -> Kind<'_> {
    let body = rest.split_once(char::is_whitespace).map(|(_, body)| body.trim());
    match body {
        Some(body) if body.contains('=') => Kind::Equation { text: body, behavioural: Some(true) },
        _ => Kind::Command("is to be estimated from a list of regressors; write it as an equation"),
    }
}

/// `model.append ...` and other things done to an object.
fn method(call: &str) -> Kind<'_> {
    let end = call.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(call.len());
    let (name, rest) = call.split_at(end);
    // Options in brackets say nothing about the equation.
    let rest = match rest.strip_prefix('(').and_then(|rest| rest.split_once(')')) {
        Some((_, rest)) => rest.trim(),
        None => rest.trim(),
    };
    match name {
        "append" | "merge" => {
            if let Some(identity) = rest.strip_prefix("@identity") {
                return Kind::Equation { text: identity.trim(), behavioural: Some(false) };
            }
            if let Some(behavioural) = rest.strip_prefix("@stochastic") {
                return Kind::Equation { text: behavioural.trim(), behavioural: Some(true) };
            }
            if rest.starts_with(['@', ':']) || !rest.contains('=') {
                return Kind::Command("links to another object of the workfile or sets an option");
            }
            Kind::Equation { text: rest, behavioural: None }
        }
        "ls" | "tsls" | "gmm" | "nls" if rest.contains('=') => {
            Kind::Equation { text: rest, behavioural: Some(true) }
        }
        _ => Kind::Command("is a command, no equation"),
    }
}

/// A statement as an equation.
fn equation(
    text: &str,
    behavioural: Option<bool>,
    statement: &Statement,
    terms: &mut Terms<'_>,
) -> Result<Read, String> {
    let (left, right) = sides(text).ok_or("has no equals sign outside brackets")?;
    let translated = (terms.translate(left)?, terms.translate(right)?);
    let parse = |text: &str| {
        expr::parse_expression(text)
            .map_err(|errors| errors.first().map_or_else(String::new, |e| e.annotated(text)))
    };
    let (lhs, rhs) = (parse(&translated.0)?, parse(&translated.1)?);
    let is_parameter = |name: &str| terms.is_coefficient(name);
    let indicator = determined(&lhs, is_parameter)
        .ok_or("has no variable without a lag on its left side, for which it could be solved")?;
    let transformed = !matches!(lhs.node, expr::Node::Name { .. });
    let behavioural = behavioural.unwrap_or(terms.has_coefficients || transformed);
    let source = statement.text.as_str();
    let equation = Equation { lhs, behavioural, levels: false, rhs, source: source.into() };
    Ok(Read { indicator, equation, line: statement.line, source: source.to_owned() })
}

/// Left and right of the first equals sign outside brackets that is no comparison.
fn sides(text: &str) -> Option<(&str, &str)> {
    let mut depth = 0i64;
    let bytes = text.as_bytes();
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            '=' if depth == 0 && !matches!(bytes.get(at.wrapping_sub(1)), Some(b'<' | b'>')) => {
                return Some((&text[..at], &text[at + 1..]));
            }
            _ => {}
        }
    }
    None
}
