//! Dates of EViews, and series that the calendar gives.

use indexmap::IndexMap;

use super::data::period;
use super::foreign::made;
use crate::expr::{Expr, Node};
use crate::period::Period;

/// Series that the calendar gives, by the name they got.
#[derive(Debug, Default)]
pub(super) struct Calendar {
    pub(super) series: IndexMap<String, CalendarSeries>,
}

/// A number of each period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CalendarSeries {
    Year,
    Part,
    Is(i32),
}

impl CalendarSeries {
    pub(super) fn at(self, period: Period) -> f64 {
        match self {
            Self::Year => f64::from(period.calendar_year()),
            Self::Part => f64::from(period.part()),
            Self::Is(part) => f64::from(u8::from(period.part() == part)),
        }
    }

    pub(super) fn label(self) -> String {
        match self {
            Self::Year => "the calendar year".to_owned(),
            Self::Part => "the quarter or month of the year".to_owned(),
            Self::Is(part) => format!("1 in part {part} of each year, else 0"),
        }
    }
}

/// Periods since one.
pub(super) fn trend(from: Period) -> Expr {
    against("a - b", from)
}

/// The period held against another.
pub(super) fn against(template: &str, other: Period) -> Expr {
    let (now, other) = (Expr::new(Node::Now { shift: 0 }), Expr::new(Node::Period(other)));
    made(template, [&now, &other])
}

/// A period in quotation marks.
pub(super) fn date(text: &str) -> Result<Period, String> {
    let text = text.trim().trim_matches('"').trim().to_uppercase();
    let plain = match text.split_once(':') {
        // 1990:1 is a quarter where there are four, as older programs write it.
        Some((year, part)) => format!("{year}Q{part}"),
        None => text.replace('M', "-"),
    };
    let month =
        plain.split_once('-').filter(|(_, m)| m.len() == 1 && m.chars().all(char::is_numeric));
    let plain = month.map_or(plain.clone(), |(year, month)| format!("{year}-0{month}"));
    period(&plain)
}

/// `@during("1990q1 1992q4")`.
pub(super) fn during(text: &str) -> Result<Expr, String> {
    let mut words = text.split_whitespace();
    let (Some(first), last) = (words.next(), words.next_back()) else {
        return Err("@during() needs a first and a last period".to_owned());
    };
    let (first, last) = (date(first)?, date(last.unwrap_or(first))?);
    let (from, to) = (against("a >= b", first), against("a <= b", last));
    Ok(made("a and b", [&from, &to]))
}
