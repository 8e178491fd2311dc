//! From a column to periods: its frequency, the order of day and month, fiscal calendars.

use std::collections::HashSet;

use super::Cell;
use super::dates::{Stamp, of_cell};
use crate::outturns::Date;
use crate::period::{Frequency, Period};

/// What is wrong with a cell: its place in the column, and the message.
pub(crate) type Wrong = (usize, String);

/// The periods of a column.
#[derive(Debug)]
pub(crate) struct Periods {
    pub(crate) periods: Vec<Period>,
    /// What was assumed, in words.
    pub(crate) assumed: Option<String>,
}

/// What to write instead.
const WRITE: &str = "write a year \"2025\", a quarter \"2025-Q4\", a month \"2025-12\" or dates such as \
                     2025-12-31";

fn shown(cell: &Cell) -> String {
    cell.as_written().chars().take(40).collect()
}

/// The periods of the cells of a column, none of which is missing.
pub(crate) fn periods_of(cells: &[&Cell]) -> Result<Periods, Vec<Wrong>> {
    let stamps = stamps(cells, "a period")?;
    let mut assumed = None;
    if let Some(wrong) = no_months(cells, &stamps) {
        return Err(vec![wrong]);
    }
    let has_dates =
        stamps.iter().any(|stamp| matches!(stamp, Stamp::Date(_) | Stamp::Ambiguous { .. }));
    let periods = if has_dates {
        let (dates, day_first) = days(cells, &stamps)?;
        let frequency = frequency(&dates).map_err(|message| vec![(0, message)])?;
        let periods: Vec<Period> = dates.iter().map(|date| date.period(frequency)).collect();
        let order = order(day_first).map(|order| format!(", {order},")).unwrap_or_default();
        assumed = Some(format!(
            "dates{order} are taken for {} periods ({} for {})",
            frequency,
            shown(cells[0]),
            periods[0]
        ));
        periods
    } else {
        let parts = part_frequency(&stamps);
        let of_the_year = cells.iter().find(|cell| cell.as_written().ends_with("年度"));
        if let Some(Ok(frequency)) = parts {
            assumed =
                Some(format!("{} and the like are taken for {frequency} periods", shown(cells[0])));
        } else if let Some(year) = of_the_year {
            assumed =
                Some(format!("{} and the like are taken for years of the calendar", shown(year)));
        }
        let mut periods = Vec::with_capacity(stamps.len());
        for stamp in &stamps {
            periods.push(match (*stamp, &parts) {
                (Stamp::Part { year, part }, Some(Ok(frequency))) => {
                    Period::from_ordinal(*frequency, year * frequency.per_year() + part - 1)
                }
                (Stamp::Period(period) | Stamp::Padded(period), _) => period,
                _ => {
                    let message = format!(
                        "\"{}\" may be a quarter or a month; write 2025-Q1 or 2025-01",
                        shown(cells[0])
                    );
                    return Err(vec![(0, message)]);
                }
            });
        }
        periods
    };
    Ok(Periods { periods, assumed })
}

/// What would be read as months and are none: fiscal years (`2019/20`, `2020-21`), quarters (`2019:01` to
/// `2019:04` and again).
fn no_months(cells: &[&Cell], stamps: &[Stamp]) -> Option<Wrong> {
    let months: Option<Vec<(i32, i32)>> = stamps
        .iter()
        .map(|stamp| match stamp {
            Stamp::Period(period) | Stamp::Padded(period)
                if period.frequency() == Frequency::Monthly =>
            {
                Some((period.calendar_year(), period.part()))
            }
            _ => None,
        })
        .collect();
    let months = months?;
    let years: HashSet<i32> = months.iter().map(|(year, _)| *year).collect();
    if years.len() < 2 {
        return None;
    }
    if months.iter().all(|(year, month)| (year + 1) % 100 == *month) {
        return Some((0, fiscal(&shown(cells[0]), 12)));
    }
    let padded = stamps.iter().all(|stamp| matches!(stamp, Stamp::Padded(_)));
    let has_all = |year: &i32| (1..=4).all(|part| months.contains(&(*year, part)));
    if padded && months.iter().all(|(_, month)| *month <= 4) && years.iter().any(has_all) {
        let message = format!(
            "\"{}\" and the others are the first four months of each year, or quarters; write 2025-Q1 or 2025-01",
            shown(cells[0])
        );
        return Some((0, message));
    }
    None
}

/// Says which periods are of another frequency than the first.
pub(super) fn mixed(periods: &[Period]) -> Vec<Wrong> {
    let Some(first) = periods.first() else { return Vec::new() };
    let frequency = first.frequency();
    let mixed = periods.iter().enumerate().filter(|(_, p)| p.frequency() != frequency);
    let told = |(at, period): (usize, &Period)| {
        let message = format!(
            "{period} is {} and {first} is {frequency}; a table has one frequency",
            period.frequency()
        );
        (at, message)
    };
    mixed.map(told).collect()
}

/// The days of a column, such as vintages, and what was assumed of their order.
pub(crate) fn dates_of(cells: &[&Cell]) -> Result<(Vec<Date>, Option<String>), Vec<Wrong>> {
    let mut stamps = Vec::with_capacity(cells.len());
    let mut wrong = Vec::new();
    for (at, cell) in cells.iter().enumerate() {
        if let Some(stamp @ (Stamp::Date(_) | Stamp::Ambiguous { .. })) = of_cell(cell) {
            stamps.push(stamp);
            continue;
        }
        let message = format!(
            "\"{}\" is not a date; expected year-month-day, such as 2023-04-14",
            shown(cell)
        );
        wrong.push((at, message));
    }
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let (dates, day_first) = days(cells, &stamps)?;
    let assumed = order(day_first).map(|order| {
        let at =
            stamps.iter().position(|stamp| matches!(stamp, Stamp::Ambiguous { .. })).unwrap_or(0);
        format!("dates have {order} ({} for {})", shown(cells[at]), dates[at])
    });
    Ok((dates, assumed))
}

/// Where the day stands, in words.
fn order(day_first: Option<bool>) -> Option<&'static str> {
    day_first.map(
        |day_first| {
            if day_first { "the day before the month" } else { "the month before the day" }
        },
    )
}

fn stamps(cells: &[&Cell], what: &str) -> Result<Vec<Stamp>, Vec<Wrong>> {
    let read: Vec<Option<Stamp>> = cells.iter().map(|cell| of_cell(cell)).collect();
    let wrong = read.iter().zip(cells).enumerate().filter(|(_, (stamp, _))| stamp.is_none());
    let wrong: Vec<Wrong> = wrong
        .map(|(at, (_, cell))| {
            let shown = shown(cell);
            let message = if is_fiscal_year(&shown) {
                fiscal(&shown, 12)
            } else {
                format!("\"{shown}\" is not {what}; {WRITE}")
            };
            (at, message)
        })
        .collect();
    if wrong.is_empty() { Ok(read.into_iter().flatten().collect()) } else { Err(wrong) }
}

/// The days, and whether the day stands first where the order was to be found.
fn days(cells: &[&Cell], stamps: &[Stamp]) -> Result<(Vec<Date>, Option<bool>), Vec<Wrong>> {
    let (mut day_first, mut month_first) = (None, None);
    for (at, stamp) in stamps.iter().enumerate() {
        if let Stamp::Ambiguous { first, second, .. } = stamp {
            if *first > 12 {
                day_first.get_or_insert(at);
            }
            if *second > 12 {
                month_first.get_or_insert(at);
            }
        }
    }
    let is_ambiguous = |stamp: &Stamp| matches!(stamp, Stamp::Ambiguous { .. });
    let order = match (day_first, month_first) {
        (Some(a), Some(b)) => {
            let message = format!(
                "\"{}\" has the day first and \"{}\" the month; write dates as year-month-day",
                shown(cells[a]),
                shown(cells[b])
            );
            return Err(vec![(b, message)]);
        }
        (Some(_), None) => Some(true),
        (None, Some(_)) => Some(false),
        (None, None) => None,
    };
    if let (None, Some(at)) = (order, stamps.iter().position(is_ambiguous)) {
        let message = format!(
            "\"{}\" may begin with the day or with the month, and no other date of the column tells; write \
             dates as year-month-day",
            shown(cells[at])
        );
        return Err(vec![(at, message)]);
    }
    let (mut dates, mut wrong) = (Vec::with_capacity(stamps.len()), Vec::new());
    for (at, stamp) in stamps.iter().enumerate() {
        let date = match *stamp {
            Stamp::Date(date) => Some(date),
            Stamp::Ambiguous { first, second, year } => match order {
                Some(true) => Date::new(year, second, first),
                _ => Date::new(year, first, second),
            },
            Stamp::Period(_) | Stamp::Part { .. } | Stamp::Padded(_) => None,
        };
        if let Some(date) = date {
            dates.push(date);
        } else {
            let message =
                format!("\"{}\" is not a date as the others of the column are", shown(cells[at]));
            wrong.push((at, message));
        }
    }
    if wrong.is_empty() { Ok((dates, order)) } else { Err(wrong) }
}

/// Quarters or months where parts of years are single digits; an error where they may be either.
fn part_frequency(stamps: &[Stamp]) -> Option<Result<Frequency, ()>> {
    let parts: Vec<(i32, i32)> = stamps
        .iter()
        .filter_map(|stamp| match stamp {
            Stamp::Part { year, part } => Some((*year, *part)),
            _ => None,
        })
        .collect();
    if parts.is_empty() {
        return None;
    }
    let has = |year: i32, part: i32| parts.contains(&(year, part));
    let is_month = |stamp: &Stamp| matches!(stamp, Stamp::Period(period) | Stamp::Padded(period) if period.frequency() == Frequency::Monthly);
    if stamps.iter().any(is_month) || parts.iter().any(|(_, part)| *part > 4) {
        return Some(Ok(Frequency::Monthly));
    }
    // The year goes on after its fourth part.
    let turns = parts.len() <= 100_000
        && parts
            .iter()
            .take(16)
            .any(|&(year, part)| part == 4 && has(year + 1, 1) && !has(year, 5));
    Some(if turns { Ok(Frequency::Quarterly) } else { Err(()) })
}

/// How often dates come.
fn frequency(dates: &[Date]) -> Result<Frequency, String> {
    let mut months: Vec<i32> = dates.iter().map(|date| date.months()).collect();
    months.sort_unstable();
    months.dedup();
    if months.len() == 1 {
        let distinct: HashSet<&Date> = dates.iter().collect();
        let message = if distinct.len() > 1 {
            "dates are less than a month apart; put them together by month, quarter or year"
                .to_owned()
        } else {
            format!("one date does not say how often; {WRITE}")
        };
        return Err(message);
    }
    let step = months.windows(2).map(|pair| pair[1] - pair[0]).min().unwrap_or(1);
    let distinct: HashSet<&Date> = dates.iter().collect();
    if distinct.len() > months.len() {
        return Err("several dates lie in one month; put them together by month, quarter or year"
            .to_owned());
    }
    let regular = |step: i32| months.iter().all(|month| (month - months[0]) % step == 0);
    let (frequency, count) = match step {
        12.. if regular(12) => (Frequency::Annual, 12),
        3.. if regular(3) && step < 12 && step != 6 => (Frequency::Quarterly, 3),
        6 if regular(6) => {
            return Err("dates are half a year apart; half-years are no periods here: give years, quarters or \
                        months"
                .to_owned());
        }
        1 => (Frequency::Monthly, 1),
        _ => return Err(format!("dates come at no regular interval; {WRITE}")),
    };
    calendar(dates, count)?;
    Ok(frequency)
}

/// Are these the first or the last days, or days within, of years and quarters of the calendar?
fn calendar(dates: &[Date], count: i32) -> Result<(), String> {
    if count == 1 {
        return Ok(());
    }
    let (first_month, last_month) = (0, count - 1);
    let place = |date: &Date| date.months().rem_euclid(count);
    // The first or the last day, or that of work, which is at most three days off.
    let starts = dates.iter().all(|date| date.day() <= 4);
    let ends = dates.iter().all(|date| date.days_left_in_month() <= 3);
    let calendar = dates.iter().all(|date| {
        let place = place(date);
        match (starts, ends) {
            (true, _) => place == first_month,
            (_, true) => place == last_month,
            // A day within: of a quarter any, of a year near its ends, as the last day of trade is.
            _ if count == 3 => true,
            _ => place == last_month && date.day() > 20 || place == first_month && date.day() < 11,
        }
    });
    if calendar {
        return Ok(());
    }
    Err(fiscal(&dates[0].to_string(), count))
}

/// `2012/13`, `2012-13`.
fn is_fiscal_year(text: &str) -> bool {
    let pair = text.split_once(['/', '-']);
    let years =
        pair.and_then(|(a, b)| Some((a.parse::<i32>().ok()?, b.parse::<i32>().ok()?, b.len())));
    years.is_some_and(|(first, next, digits)| match digits {
        2 => (first + 1) % 100 == next,
        _ => first + 1 == next,
    })
}

/// What is said of fiscal calendars; a quarter has three months, a year twelve.
pub(super) fn fiscal(example: &str, months: i32) -> String {
    let (what, such) = if months == 3 { ("quarter", "2025-Q1") } else { ("year", "2025") };
    format!(
        "\"{example}\" and those after it neither begin nor end {what}s of the calendar: these may be fiscal \
         {what}s. Write the {what} that each is to be taken for, such as {such}"
    )
}
