//! From equations with their lines to a model: what importers of text share.

use indexmap::{IndexMap, IndexSet};

use super::Data;
use super::foreign::{self, Dialect};
use crate::error::{Error, Problem};
use crate::expr::{Equation, Expr, is_reserved, parse_equation};
use crate::interrupt::look;
use crate::model::{Model, Note};
use crate::period::{Frequency, Span};

/// A statement and the line it begins on.
#[derive(Debug, Clone)]
pub(super) struct Statement {
    pub(super) line: usize,
    pub(super) text: String,
}

/// The statements of a text: comments begin with a sign outside quotation marks, and a line that
/// ends with an underscore after a space goes on in the next.
pub(super) fn statements(text: &str, comment: char) -> Vec<Statement> {
    let mut found: Vec<Statement> = Vec::new();
    let mut goes_on = false;
    for (line, raw) in (1..).zip(text.lines()) {
        look();
        let code = raw[..comment_start(raw, comment)].trim_end();
        let (code, more) = match code.strip_suffix('_') {
            Some(rest) if rest.is_empty() || rest.ends_with(char::is_whitespace) => (rest, true),
            _ => (code, false),
        };
        match found.last_mut() {
            Some(last) if goes_on => {
                last.text.push(' ');
                last.text.push_str(code.trim());
            }
            _ => found.push(Statement { line, text: code.trim().to_owned() }),
        }
        goes_on = more;
    }
    found.retain(|statement| !statement.text.trim().is_empty());
    found
}

fn comment_start(line: &str, comment: char) -> usize {
    let mut quoted = false;
    for (at, c) in line.char_indices() {
        match c {
            '"' => quoted = !quoted,
            c if c == comment && !quoted => return at,
            _ => {}
        }
    }
    line.len()
}

/// An equation that was read, and where.
#[derive(Debug)]
pub(super) struct Read {
    pub(super) indicator: String,
    pub(super) equation: Equation,
    pub(super) line: usize,
    pub(super) source: String,
}

/// An equation that could not be read, and so is no part of the model.
#[derive(Debug)]
pub(super) struct LeftOut {
    pub(super) line: usize,
    pub(super) text: String,
    pub(super) why: String,
    /// What it would have been for, as far as that can be seen.
    pub(super) indicator: Option<String>,
}

/// What became of a text: equations that were read and those that were not.
#[derive(Debug, Default)]
pub(super) struct Equations {
    pub(super) read: Vec<Read>,
    pub(super) left_out: Vec<LeftOut>,
    /// How many more were left out, of which no more is kept.
    pub(super) more: usize,
}

/// More equations that cannot be read are counted, and not kept.
const MOST_LEFT_OUT: usize = 1_000;

impl Equations {
    /// One more, read or left out.
    pub(super) fn take(
        &mut self,
        statement: &Statement,
        read: Result<Read, String>,
        indicator: impl FnOnce() -> Option<String>,
    ) {
        match read {
            Ok(read) => self.read.push(read),
            Err(_) if self.left_out.len() >= MOST_LEFT_OUT => self.more += 1,
            Err(why) => self.left_out.push(LeftOut {
                line: statement.line,
                text: statement.text.clone(),
                why,
                indicator: indicator(),
            }),
        }
    }

    /// All that is wrong, where nothing could be read.
    pub(super) fn nothing(&self, notes: &[Note], file: &str) -> Error {
        let mut problems = vec![Problem::new("", "has no equation that can be read")];
        let told = notes.iter().map(|n| Problem::new("", n.message.clone()).at_line(n.line));
        let left = self.left_out.iter().map(|left| {
            let message = format!("{}: {}", left.why, shortened(&left.text));
            Problem::new("", message).at_line(Some(left.line))
        });
        problems.extend(left.chain(told).take(20));
        Error::model(problems).in_file(file)
    }
}

/// As much of a statement as a message has room for.
pub(super) fn shortened(text: &str) -> String {
    let mut shown: String = text.chars().take(80).collect();
    if shown.len() < text.len() {
        shown.push_str("...");
    }
    shown
}

/// Names of elsewhere as they may stand here: words of the language get an underscore.
#[derive(Debug, Default)]
pub(super) struct Names {
    known: IndexMap<String, String>,
    taken: IndexSet<String>,
    /// What was renamed since this was looked at last.
    pub(super) changed: Vec<String>,
}

impl Names {
    /// The name here of a name there.
    pub(super) fn here(&mut self, theirs: &str) -> String {
        if let Some(ours) = self.known.get(theirs) {
            return ours.clone();
        }
        let mut ours: String =
            theirs.chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect();
        if is_reserved(&ours) {
            ours.push('_');
        }
        while self.taken.contains(&ours) {
            ours.push('_');
        }
        if ours != theirs {
            self.changed.push(if is_reserved(theirs) {
                format!("{theirs} is a word of the language here and is called {ours}")
            } else {
                format!("{theirs} is called {ours} here")
            });
        }
        self.taken.insert(ours.clone());
        self.known.insert(theirs.to_owned(), ours.clone());
        ours
    }
}

/// Two sides as an equation that can be written, read back and expanded.
pub(super) fn equation<D: Dialect>(
    sides: (&str, &str),
    behavioural: bool,
    frequency: Frequency,
    dialect: &mut D,
) -> Result<Equation, String> {
    let lhs = foreign::expression(sides.0, dialect)?;
    let rhs = foreign::expression(sides.1, dialect)?;
    checked(Equation::new(lhs, behavioural, rhs), frequency)
}

/// An equation that can be written, read back as the same, and expanded.
pub(super) fn checked(equation: Equation, frequency: Frequency) -> Result<Equation, String> {
    let text = equation.to_string();
    let again = parse_equation(&text)
        .map_err(|errors| errors.first().map_or_else(String::new, |e| e.message.clone()))?;
    if again.lhs != equation.lhs || again.rhs != equation.rhs {
        return Err("cannot be written in the language here".to_owned());
    }
    equation
        .expand(frequency)
        .map_err(|errors| errors.first().map_or_else(String::new, |e| e.message.clone()))?;
    Ok(equation)
}

/// Left and right of the first equals sign outside brackets that is no comparison.
pub(super) fn sides(text: &str) -> Option<(&str, &str)> {
    let mut depth = 0i64;
    let bytes = text.as_bytes();
    for (at, c) in text.char_indices() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            '=' if depth == 0 => {
                let before = at.checked_sub(1).and_then(|before| bytes.get(before));
                let double = bytes.get(at + 1) == Some(&b'=');
                if !matches!(before, Some(b'<' | b'>' | b'!' | b'~' | b'=')) && !double {
                    return Some((&text[..at], &text[at + 1..]));
                }
            }
            _ => {}
        }
    }
    None
}

/// The first name that stands on the left side of an equation that cannot be read.
pub(super) fn guessed(text: &str) -> Option<String> {
    let left = sides(text).map_or(text, |(left, _)| left);
    let mut rest = left;
    while let Some(at) = rest.find(|c: char| c.is_alphabetic() || c == '_') {
        let (word, after) = word(&rest[at..]);
        if !after.trim_start().starts_with(['(', '[']) && !rest[..at].ends_with('@') {
            return Some(word.to_owned());
        }
        rest = after;
    }
    None
}

/// The first name without a lag on a left side that is no parameter: what the equation is for.
pub(super) fn determined(lhs: &Expr, is_parameter: impl Fn(&str) -> bool) -> Option<String> {
    let mut found = None;
    lhs.visit_names(&mut |name, lag| {
        if lag == 0 && found.is_none() && !is_parameter(name) {
            found = Some(name.to_owned());
        }
    });
    found
}

/// Puts equations and the data they use into a model, whose parameters are there already.
pub(super) fn put_together(
    model: &mut Model,
    equations: Equations,
    data: &Data,
    file: &str,
) -> Result<(), Error> {
    let Equations { read: equations, left_out, more } = equations;
    let mut problems = Vec::new();
    let mut lines: IndexMap<String, usize> = IndexMap::new();
    let mut used: IndexSet<String> = model.indicators.keys().cloned().collect();
    for read in equations {
        look();
        let Read { indicator: name, equation, line, source } = read;
        if let Some(before) = lines.get(&name) {
            let message = format!("{name} has an equation already, in line {before}: \"{source}\"");
            problems.push(Problem::new(&name, message).at_line(Some(line)));
            continue;
        }
        let mut use_name = |name: &str, _| {
            if !model.parameters.contains_key(name) {
                used.insert(name.to_owned());
            }
        };
        equation.lhs.visit_names(&mut use_name);
        equation.rhs.visit_names(&mut use_name);
        lines.insert(name.clone(), line);
        let indicator = model.indicators.entry(name).or_default();
        indicator.equation = Some(equation.into());
    }
    if !problems.is_empty() {
        return Err(Error::first_by_line(problems).in_file(file));
    }
    let data = &data.shared_out(used.iter().map(String::as_str));
    model.notes.0.extend(data.notes().iter().cloned());
    let gone = data.names().count() - data.taken(used.iter().map(String::as_str));
    for name in used {
        look();
        let known = data.of(&name).into_iter().flatten();
        let history = known.map(|(period, value)| (*period, (*value).into()));
        model.indicators.entry(name).or_default().history.extend(history);
    }
    say_left_out(model, left_out, |name| data.of(name).is_some_and(|known| !known.is_empty()));
    if more > 0 {
        let message = format!("and {more} more equations that cannot be read");
        model.notes.0.push(Note::new("unmapped", message));
    }
    if gone > 0 {
        let message = format!("{gone} series of the data are used by no equation");
        model.notes.0.push(Note::new("unmapped", message));
    }
    without_data(model, data);
    Ok(())
}

/// Says which equations are no part of the model, and what becomes of their indicators: data where
/// there are any.
pub(super) fn say_left_out(
    model: &mut Model,
    left_out: Vec<LeftOut>,
    has_data: impl Fn(&str) -> bool,
) {
    let mut notes = Vec::new();
    for LeftOut { line, text, why, indicator } in left_out {
        let Some(name) = indicator else {
            notes.push(Note::new("unmapped", why).at(line, &text));
            continue;
        };
        let there = model.indicators.get(&name);
        let known = there.is_some_and(|indicator| !indicator.history.is_empty());
        let becomes = match there {
            Some(indicator) if indicator.equation.is_some() => String::new(),
            Some(_) if known => {
                format!("; {name} is exogenous for that, with the values of the data")
            }
            Some(_) => format!("; what needs {name} lacks it, for the data have no {name} either"),
            None if has_data(&name) => {
                format!("; {name} is left out with it, for nothing else needs it")
            }
            None => String::new(),
        };
        notes.push(Note::new("unmapped", format!("{why}{becomes}")).about(&name).at(line, &text));
    }
    model.notes.0.extend(notes);
    model.notes.0.sort_by_key(|note| note.line.unwrap_or(usize::MAX));
}

/// What equations use and neither determine nor know: add factors are none, the rest is said.
fn without_data(model: &mut Model, data: &Data) {
    let (periods, mut notes) = (with_data(model.periods, data), Vec::new());
    let has = |name: &str| model.indicators.contains_key(name);
    let unknown: Vec<(String, bool)> = model
        .indicators
        .iter()
        .filter(|(_, i)| i.equation.is_none() && i.history.is_empty())
        .map(|(name, _)| {
            let factor = ["_a", "_aerr", "_add"].iter().filter_map(|end| name.strip_suffix(end));
            (name.clone(), factor.into_iter().any(&has))
        })
        .collect();
    for (name, factor) in unknown {
        look();
        if factor {
            let message = format!("{name} has no data and was taken for an add factor: 0");
            notes.push(Note::new("assumed", message).about(&name));
            if let Some(indicator) = model.indicators.get_mut(&name) {
                indicator.history = periods.periods().map(|period| (period, 0.0.into())).collect();
            }
        } else {
            let message = format!("{name} has neither an equation nor data");
            notes.push(Note::new("unmapped", message).about(&name));
        }
    }
    model.notes.0.extend(notes);
}

/// A span with all periods of the data.
pub(super) fn with_data(span: Span, data: &Data) -> Span {
    let known = data.names().filter_map(|name| data.series(name)).flat_map(IndexMap::keys);
    let known = known.copied().inspect(|_| look());
    Span::around([span.first(), span.last()].into_iter().chain(known)).unwrap_or(span)
}

/// How far back equations look.
pub(super) fn longest_lag(equations: &[Read], frequency: Frequency) -> u32 {
    let mut longest = 0;
    for read in equations {
        look();
        if let Ok(expanded) = read.equation.expand(frequency) {
            for side in expanded.sides() {
                side.visit_names(&mut |_, lag| longest = longest.max(lag));
            }
        }
    }
    longest
}

/// Letters, digits and underscores at the beginning of a text, and the rest.
pub(super) fn word(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(text.len());
    text.split_at(end)
}

/// What stands between blanks, or what else separates, outside brackets.
pub(super) fn listed(text: &str, separates: impl Fn(char) -> bool) -> Vec<&str> {
    let (mut found, mut depth, mut from) = (Vec::new(), 0_i64, None);
    for (at, c) in text.char_indices() {
        depth += i64::from(c == '(') - i64::from(c == ')');
        match (separates(c) && depth == 0, from) {
            (true, Some(begin)) => {
                found.push(&text[begin..at]);
                from = None;
            }
            (false, None) => from = Some(at),
            _ => {}
        }
    }
    found.extend(from.map(|begin| &text[begin..]));
    found
}
