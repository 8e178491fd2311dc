//! From equations with their lines to a model: what importers of text share.

use indexmap::{IndexMap, IndexSet};

use super::Data;
use crate::error::{Error, Problem};
use crate::expr::{Equation, Expr};
use crate::model::{Model, Note};
use crate::period::{Period, Span};

/// The largest text of a model, in bytes.
const LARGEST: usize = 64 << 20;

/// The text of a file, when it is UTF-8 and not too large.
pub(super) fn decoded<'a>(bytes: &'a [u8], file: &str) -> Result<&'a str, Error> {
    let wrong = |message: String, line| {
        Error::model(vec![Problem::new("", message).at_line(line)]).in_file(file)
    };
    if bytes.len() > LARGEST {
        let message = format!("is {} bytes large; at most {LARGEST} are read", bytes.len());
        return Err(wrong(message, None));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to();
        let line = 1 + bytes[..at].iter().filter(|byte| **byte == b'\n').count();
        let message = format!(
            "is not UTF-8: byte {} ({:#04x}) is no text; save it as UTF-8",
            at + 1,
            bytes[at]
        );
        wrong(message, Some(line))
    })
}

/// At most a hundred problems.
pub(super) fn first(mut problems: Vec<Problem>) -> Vec<Problem> {
    const MOST: usize = 100;
    problems.sort_by_key(|problem| problem.line.unwrap_or(0));
    if problems.len() > MOST {
        let more = problems.len() - MOST;
        problems.truncate(MOST);
        problems.push(Problem::new("", format!("and {more} more problems")));
    }
    problems
}

/// A statement and the line it begins on.
#[derive(Debug)]
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
    equations: Vec<Read>,
    data: &Data,
    file: &str,
) -> Result<(), Error> {
    let mut problems = Vec::new();
    let mut lines: IndexMap<String, usize> = IndexMap::new();
    let mut used: IndexSet<String> = model.indicators.keys().cloned().collect();
    for read in equations {
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
        return Err(Error::model(first(problems)).in_file(file));
    }
    let lower: IndexSet<String> = used.iter().map(|name| name.to_lowercase()).collect();
    let gone = data.names().filter(|name| !lower.contains(&name.to_lowercase())).count();
    for name in used {
        // Tables of data are read in lower case.
        let series = data.series(&name).or_else(|| data.series(&name.to_lowercase()));
        let known = series.into_iter().flatten();
        let history = known.map(|(period, value)| (*period, (*value).into()));
        model.indicators.entry(name).or_default().history.extend(history);
    }
    if gone > 0 {
        let message = format!("{gone} series of the data are used by no equation");
        model.notes.0.push(Note::new("unmapped", message));
    }
    without_data(model, data);
    Ok(())
}

/// What equations use and neither determine nor know: add factors are none, the rest is said.
fn without_data(model: &mut Model, data: &Data) {
    let (periods, mut notes) = (all_periods(model, data), Vec::new());
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
        if factor {
            let message = format!("{name} has no data and was taken for an add factor: 0");
            notes.push(Note::new("assumed", message).about(&name));
            if let Some(indicator) = model.indicators.get_mut(&name) {
                indicator.history = periods.iter().map(|p| (*p, 0.0.into())).collect();
            }
        } else {
            let message = format!("{name} has neither an equation nor data");
            notes.push(Note::new("unmapped", message).about(&name));
        }
    }
    model.notes.0.extend(notes);
}

/// From the first period of the data to the last of the model, or of the data.
pub(super) fn all_periods(model: &Model, data: &Data) -> Vec<Period> {
    let span = model.periods;
    let known = data.names().filter_map(|name| data.series(name)).flat_map(IndexMap::keys);
    let known = known.filter(|period| period.frequency() == span.frequency());
    let (mut first, mut last) = (span.first(), span.last());
    for period in known {
        if period.ordinal() < first.ordinal() {
            first = *period;
        }
        if period.ordinal() > last.ordinal() {
            last = *period;
        }
    }
    Span::new(first, last).map_or_else(|_| Vec::new(), |span| span.periods().collect())
}
