//! A tree of values that remembers where each stands, made from TOML or from JSON.

use std::num::IntErrorKind::{NegOverflow, PosOverflow};
use std::ops::Range;

use indexmap::IndexMap;
use toml::de::{DeTable, DeValue};

use crate::error::Problem;

/// A value and the bytes of the file it was read from.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) value: Tree,
    pub(super) span: Option<Range<usize>>,
}

/// The value.
#[derive(Debug, Clone)]
pub(super) enum Tree {
    Nothing,
    Bool(bool),
    /// A whole number that fits into 64 bits.
    Integer(i64),
    Float(f64),
    Text(String),
    Date(String),
    Array(Vec<Node>),
    Table(Table),
}

/// The entries of a table by key, each with the place of its key.
pub(super) type Table = IndexMap<String, (Node, Option<Range<usize>>)>;

impl Tree {
    /// As a person would name it.
    pub(super) fn describe(&self) -> String {
        match self {
            Self::Nothing => "nothing".to_owned(),
            Self::Bool(value) => value.to_string(),
            Self::Integer(value) => format!("the number {value}"),
            Self::Float(value) => format!("the number {value}"),
            Self::Text(text) => format!("the text \"{}\"", shortened(text)),
            Self::Date(text) => format!("the date {text}"),
            Self::Array(_) => "a list".to_owned(),
            Self::Table(_) => "a table".to_owned(),
        }
    }
}

/// At most 60 characters of a text.
pub(super) fn shortened(text: &str) -> String {
    let mut short: String = text.chars().take(60).collect();
    if short.len() < text.len() {
        short.push_str("...");
    }
    short
}

/// The tree of a TOML text, as far as it can be read, and what is wrong with it.
pub(super) fn from_toml(text: &str) -> (Node, Vec<Problem>) {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut numbers = Numbers { text, lines: Lines::of(text), wrong: Vec::new() };
    let value = Tree::Table(convert_table(table.get_ref(), &mut numbers));
    let mut problems: Vec<Problem> = Vec::new();
    for error in &errors {
        let problem = match error.span() {
            Some(span) if numbers.have_told(&span) => continue,
            Some(span) => {
                let message = error.message().replace('\n', ", ");
                Problem::new("", message).at_line(Some(numbers.lines.line(span.start)))
            }
            None => Problem::new("", too_deep(error.message())).at_line(most_dots(text)),
        };
        // Of a line of junk every word is wrong in the same way.
        if problems.last() != Some(&problem) {
            problems.push(problem);
        }
    }
    problems.extend(numbers.wrong.into_iter().map(|(_, problem)| problem));
    (Node { value, span: Some(table.span()) }, problems)
}

/// Numbers that are written as TOML does not write them: what a reader of TOML says of each is said once,
/// with what to write.
struct Numbers<'a> {
    text: &'a str,
    lines: Lines,
    wrong: Vec<(Range<usize>, Problem)>,
}

impl Numbers<'_> {
    /// Is what is wrong at this place told already?
    fn have_told(&self, span: &Range<usize>) -> bool {
        let near = |range: &Range<usize>| range.start <= span.start && span.start <= range.end;
        self.wrong.iter().any(|(range, _)| near(range))
    }

    fn tell(&mut self, span: &Range<usize>, message: String) -> Tree {
        let problem = Problem::new("", message).at_line(Some(self.lines.line(span.start)));
        self.wrong.push((span.clone(), problem));
        Tree::Nothing
    }

    fn not_a_number(&mut self, span: &Range<usize>) -> Tree {
        let written = self.text.get(span.clone()).unwrap_or_default().trim();
        let instead = plainly(written).map_or_else(String::new, |text| format!("; write {text}"));
        let message = format!("{} is not a number in TOML{instead}", shortened(written));
        self.tell(span, message)
    }
}

/// A number as TOML has it: digits on both sides of the point, and no zero before others.
fn plainly(written: &str) -> Option<String> {
    let (sign, digits) = match written.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", written.strip_prefix('+').unwrap_or(written)),
    };
    let (number, power) =
        digits.split_once(['e', 'E']).map_or((digits, None), |(n, p)| (n, Some(p)));
    let (whole, part) = number.split_once('.').map_or((number, None), |(w, p)| (w, Some(p)));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let has_digits = !whole.is_empty() || part.is_some_and(|part| !part.is_empty());
    if !(has_digits && is_digits(whole) && part.is_none_or(is_digits)) {
        return None;
    }
    let or_zero = |text: &str| if text.is_empty() { "0".to_owned() } else { text.to_owned() };
    let mut plain = format!("{sign}{}", or_zero(whole.trim_start_matches('0')));
    if let Some(part) = part {
        plain = format!("{plain}.{}", or_zero(part));
    }
    if let Some(power) = power {
        power.parse::<i32>().ok()?;
        plain = format!("{plain}e{power}");
    }
    (plain != written).then_some(plain)
}

/// What is said of text that is nested deeper than it is read, which has no place of its own.
fn too_deep(message: &str) -> String {
    if message.starts_with("recursion limit") {
        return "the dotted key of this line is nested too deep; write tables".to_owned();
    }
    message.replace('\n', ", ")
}

/// The line with the most dots, counted from 1.
fn most_dots(text: &str) -> Option<usize> {
    let dots = |line: &str| line.matches('.').count();
    let lines = text.lines().enumerate();
    lines.max_by_key(|(k, line)| (dots(line), std::cmp::Reverse(*k))).map(|(k, _)| k + 1)
}

/// Where the lines of a text end.
#[derive(Debug)]
pub(super) struct Lines {
    ends: Vec<usize>,
}

impl Lines {
    pub(super) fn of(text: &str) -> Self {
        Self { ends: text.match_indices('\n').map(|(end, _)| end).collect() }
    }

    /// The line on which a byte stands, counted from 1.
    pub(super) fn line(&self, at: usize) -> usize {
        1 + self.ends.partition_point(|end| *end < at)
    }
}

fn convert_table(table: &DeTable<'_>, numbers: &mut Numbers<'_>) -> Table {
    table
        .iter()
        .map(|(key, value)| {
            let node = Node {
                value: convert(value.get_ref(), &value.span(), numbers),
                span: Some(value.span()),
            };
            (key.get_ref().to_string(), (node, Some(key.span())))
        })
        .collect()
}

fn convert(value: &DeValue<'_>, span: &Range<usize>, numbers: &mut Numbers<'_>) -> Tree {
    match value {
        DeValue::String(text) => Tree::Text(text.to_string()),
        DeValue::Boolean(value) => Tree::Bool(*value),
        DeValue::Integer(digits) => match i64::from_str_radix(digits.as_str(), digits.radix()) {
            Ok(value) => Tree::Integer(value),
            Err(error) if matches!(error.kind(), PosOverflow | NegOverflow) => {
                let digits = shortened(digits.as_str());
                numbers.tell(span, format!("{digits} is too large a whole number"))
            }
            Err(_) => numbers.not_a_number(span),
        },
        DeValue::Float(digits) => match digits.as_str().parse() {
            Ok(value) => Tree::Float(value),
            Err(_) => numbers.not_a_number(span),
        },
        DeValue::Datetime(date) => Tree::Date(date.to_string()),
        DeValue::Array(items) => {
            let item = |item: &toml::Spanned<DeValue<'_>>| Node {
                value: convert(item.get_ref(), &item.span(), numbers),
                span: Some(item.span()),
            };
            Tree::Array(items.iter().map(item).collect())
        }
        DeValue::Table(table) => Tree::Table(convert_table(table, numbers)),
    }
}

/// The tree of a JSON value.
pub(super) fn from_json(value: serde_json::Value) -> Node {
    use serde_json::Value;
    let value = match value {
        Value::Null => Tree::Nothing,
        Value::Bool(value) => Tree::Bool(value),
        Value::Number(number) => match number.as_i64() {
            Some(value) => Tree::Integer(value),
            None => Tree::Float(number.as_f64().unwrap_or(f64::NAN)),
        },
        Value::String(text) => Tree::Text(text),
        Value::Array(items) => Tree::Array(items.into_iter().map(from_json).collect()),
        Value::Object(entries) => Tree::Table(
            entries.into_iter().map(|(key, value)| (key, (from_json(value), None))).collect(),
        ),
    };
    Node { value, span: None }
}
