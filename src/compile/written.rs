//! Processes written out as the equations they stand for.

use crate::model::{Process, Term};

/// An equation as text, and what belongs to it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Written {
    /// `y = ...` or `y ~ ...`.
    pub(super) text: String,
    /// The equation in the first period after the jump-off, when the history is too short for the
    /// lag of its growth or change; [`START`] in it stands for the start value.
    pub(super) first: Option<String>,
    /// The shock it names.
    pub(super) shock: Option<String>,
    /// Does it need one?
    pub(super) needs_shock: bool,
}

/// The name that stands for the start value of a process in [`Written::first`].
pub(super) const START: &str = "start_in_the_jump_off_period";

/// A number as the language reads it.
fn number(value: f64) -> String {
    if value < 0.0 { format!("({value:?})") } else { format!("{value:?}") }
}

fn term(term: &Term) -> String {
    match term {
        Term::Number(value) => number(*value),
        Term::Expression(text) if is_word(text) => text.clone(),
        Term::Expression(text) => format!("({text})"),
    }
}

fn is_word(text: &str) -> bool {
    text.chars().all(|c| c.is_alphanumeric() || c == '_')
}

fn is_zero(term: &Term) -> bool {
    matches!(term, Term::Number(value) if *value == 0.0)
}

/// `left(x) ~ mean + persistence * (left(x[-1]) - mean)`, where `left` wraps an expression.
fn returning(
    left: impl Fn(&str) -> String,
    x: &str,
    mean: &Term,
    persistence: &Term,
    start: bool,
) -> (String, Option<String>) {
    let (now, before) = (left(x), left(&format!("{x}[-1]")));
    let mean = term(mean);
    if is_zero(persistence) {
        return (format!("{now} ~ {mean}"), None);
    }
    let persistence = term(persistence);
    let text = format!("{now} ~ {mean} + {persistence} * ({before} - {mean})");
    let first = if start {
        format!("{now} ~ {mean} + {persistence} * ({START} - {mean})")
    } else {
        format!("{now} ~ {mean}")
    };
    (text, Some(first))
}

/// `x = right`, or `x ~ right` when there is a shock.
fn perhaps_random(x: &str, right: &str, shock: Option<&String>, declared: bool) -> Written {
    let sign = if shock.is_some() || declared { "~" } else { "=" };
    let text = format!("{x} {sign} {right}");
    Written { text, first: None, shock: shock.cloned(), needs_shock: false }
}

/// The equation a process stands for. `declared`: is there a shock of the indicator's own name?
/// A `path` has no equation in the language: its values come from a table.
pub(super) fn write(x: &str, process: &Process, declared: bool) -> Option<Written> {
    let required = |(text, first): (String, Option<String>), shock: &Option<String>| Written {
        text,
        first,
        shock: shock.clone(),
        needs_shock: true,
    };
    Some(match process {
        Process::Growth { mean, persistence, start, shock } => {
            let left = |x: &str| format!("dlog({x})");
            required(returning(left, x, mean, persistence, start.is_some()), shock)
        }
        Process::Change { mean, persistence, start, shock } => {
            let left = |x: &str| format!("diff({x})");
            required(returning(left, x, mean, persistence, start.is_some()), shock)
        }
        Process::Share { drift, persistence, lower, upper, start, shock } => {
            let left = |x: &str| format!("diff(logit({}))", scaled(x, *lower, *upper));
            required(returning(left, x, drift, persistence, start.is_some()), shock)
        }
        Process::Level { mean, persistence, shock } => {
            let (text, _) = returning(str::to_owned, x, mean, persistence, false);
            required((text, None), shock)
        }
        Process::Stock { depreciation, inflow, shock } => {
            let right = format!("(1 - {}) * {x}[-1] + {}", term(depreciation), term(inflow));
            perhaps_random(x, &right, shock.as_ref(), declared)
        }
        Process::TrendTo { value, by, shock } => {
            let right =
                format!("{x}[-1] + ({} - {x}[-1]) / max(\"{by}\" - period + 1, 1)", term(value));
            perhaps_random(x, &right, shock.as_ref(), declared)
        }
        Process::Count { arrivals, departures, dispersion } => {
            let arrivals = match dispersion {
                None => format!("poisson({})", term(arrivals)),
                Some(d) => format!("negative_binomial({}, {})", term(arrivals), term(d)),
            };
            let departures = if is_zero(departures) {
                String::new()
            } else {
                format!(" - binomial({x}[-1], {})", term(departures))
            };
            let text = format!("{x} ~ {x}[-1] + {arrivals}{departures}");
            Written { text, first: None, shock: None, needs_shock: false }
        }
        Process::Path { .. } => return None,
    })
}

/// `(x - lower) / (upper - lower)`, as short as it can be.
fn scaled(x: &str, lower: f64, upper: f64) -> String {
    let top = if lower == 0.0 { x.to_owned() } else { format!("({x} - {})", number(lower)) };
    let width = upper - lower;
    if (width - 1.0).abs() < f64::EPSILON / 2.0 {
        top
    } else {
        format!("{top} / {}", number(width))
    }
}
