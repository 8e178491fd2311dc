//! Values of series in plain text: of single periods, of ranges, and of all periods.

use super::Data;
use super::assemble::{Read, longest_lag};
use super::data::period;
use super::undated;
use crate::model::Model;
use crate::period::{Period, Span};

/// Values at most of one statement.
const MOST: usize = 100_000;

/// What a statement gives of a series.
#[derive(Debug)]
pub(super) enum Given {
    /// One value for all periods.
    Everywhere(f64),
    /// Values of periods.
    Each(Vec<(Period, f64)>),
}

/// A value that holds wherever it is needed.
#[derive(Debug)]
pub(super) struct Constant {
    pub(super) name: String,
    pub(super) value: f64,
    /// Is it an add factor?
    pub(super) factors: bool,
}

/// `2020 = 1, 2021 = 2`, `2020..2024 = 3`, `2020 = 1, 2, 3` (of 2020, 2021 and 2022), `= 3`.
pub(super) fn given(text: &str) -> Result<Given, Vec<String>> {
    if let Some(value) = text.trim_start().strip_prefix('=') {
        return match number(value) {
            Some(value) => Ok(Given::Everywhere(value)),
            None => Err(vec![format!("expected a number, found \"{}\"", value.trim())]),
        };
    }
    let (mut found, mut problems) = (Vec::new(), Vec::new());
    // Where values without a period of their own go, and the end of the range they are for.
    let mut next: Option<(Period, Option<Period>)> = None;
    let mut ranges: Vec<(Span, Vec<f64>)> = Vec::new();
    for part in text.split(',') {
        let pair = part.split_once('=');
        let value = number(pair.map_or(part, |(_, value)| value));
        let wrong = || format!("expected \"period = number\", found \"{}\"", part.trim());
        let Some(value) = value else {
            problems.push(wrong());
            continue;
        };
        match (pair, &mut next) {
            (Some((when, _)), _) => match range(when) {
                Ok(span) if when.contains("..") => {
                    ranges.push((span, vec![value]));
                    next = Some((span.first(), Some(span.last())));
                }
                Ok(span) => {
                    found.push((span.first(), value));
                    next = Some((span.first() + 1, None));
                }
                Err(message) => {
                    problems.push(message);
                    next = None;
                }
            },
            (None, Some((_, Some(_)))) => {
                if let Some((_, values)) = ranges.last_mut() {
                    values.push(value);
                }
            }
            (None, Some((period, None))) => {
                found.push((*period, value));
                *period = *period + 1;
            }
            (None, None) => problems.push(wrong()),
        }
    }
    for (span, values) in ranges {
        if found.len() + span.len() > MOST {
            problems.push(format!("has more than {MOST} values"));
        } else if values.len() == 1 {
            found.extend(span.periods().map(|period| (period, values[0])));
        } else if values.len() == span.len() {
            found.extend(span.periods().zip(values));
        } else {
            problems.push(format!(
                "{} values for the {} periods of {}..{}",
                values.len(),
                span.len(),
                span.first(),
                span.last()
            ));
        }
    }
    if problems.is_empty() { Ok(Given::Each(found)) } else { Err(problems) }
}

/// Says how `1,234` was read: it may have been meant as a number of thousands.
pub(super) fn thousands(text: &str) -> Option<String> {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let parts: Vec<&str> = text.split(',').collect();
    parts.windows(2).find_map(|pair| {
        let before = pair[0].rsplit('=').next()?.trim();
        let after = pair[1].trim_end();
        let whole = after.split('.').next()?;
        let first = before.trim_start_matches('-');
        let grouped = (1..=3).contains(&first.len()) && digits(first) && !first.starts_with('0');
        (grouped && whole.len() == 3 && digits(whole)).then(|| {
            format!(
                "\"{before},{after}\" was read as two values, {before} and {after}; one number is written \
                 without a comma, {before}{after}, and a space behind the comma of two says so"
            )
        })
    })
}

fn number(text: &str) -> Option<f64> {
    text.trim().parse::<f64>().ok().filter(|value| value.is_finite())
}

fn range(text: &str) -> Result<Span, String> {
    let one = |text: &str| {
        let text = text.trim();
        undated::read(text).map_or_else(|| period(text), Ok)
    };
    match text.split_once("..") {
        Some((first, last)) => {
            Span::new(one(first)?, one(last)?).map_err(|error| error.to_string())
        }
        None => Ok(Span::single(one(text)?)),
    }
}

/// Puts constants where they are needed: into the span, and as far before it as equations look back; those
/// of an indicator with an equation only before it.
pub(super) fn fill(
    constants: Vec<Constant>,
    equations: &[Read],
    mut data: Data,
    model: &mut Model,
) -> Data {
    let span = model.periods;
    let longest = longest_lag(equations, span.frequency());
    for Constant { name, value, factors } in constants {
        let solved = equations.iter().any(|read| read.indicator == name);
        if factors {
            let values = span.periods().map(|period| (period, value));
            let factors = &mut model.indicators.entry(name).or_default().add_factors;
            for (period, value) in values {
                factors.entry(period).or_insert(value);
            }
            continue;
        }
        let before = longest.max(u32::from(solved)) as i32;
        let last = if solved { span.first() - 1 } else { span.last() };
        let Ok(all) = Span::new(span.first() - before, last) else { continue };
        let known = data.series(&name).cloned().unwrap_or_default();
        let mut values: Vec<(Period, f64)> = all.periods().map(|period| (period, value)).collect();
        // What is given for a period holds there.
        values.extend(known);
        data = data.with_named(&name, values);
    }
    data
}
