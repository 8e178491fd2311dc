//! Dates of vintages.

use std::fmt;
use std::str::FromStr;

use crate::error::Error;
use crate::period::{Frequency, Period};
use crate::system;

/// A day of the calendar: the vintage of an outturn, or the day on which one looks.
///
/// ```
/// use tinbergen::outturns::Date;
/// let (earlier, later): (Date, Date) = ("2023-04-14".parse()?, "2024-01-31".parse()?);
/// assert!(earlier < later);
/// assert!("2023-02-30".parse::<Date>().is_err());
/// # Ok::<(), tinbergen::outturns::DateError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: i32,
    month: u8,
    day: u8,
}

/// A text that is no date.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not a date; expected year-month-day, such as 2023-04-14")]
pub struct DateError(String);

impl Date {
    /// The day, when the calendar has it.
    pub fn new(year: i32, month: u8, day: u8) -> Option<Self> {
        let valid = (1..=9999).contains(&year) && (1..=12).contains(&month);
        (valid && (1..=days(year, month)).contains(&day)).then_some(Self { year, month, day })
    }

    /// Today, in universal time.
    ///
    /// # Errors
    /// Without the feature `system` there is no clock.
    pub fn today() -> Result<Self, Error> {
        system::days().map(Self::of_days)
    }

    /// The day so many days after the first of 1970 (the algorithm of H. Hinnant, public domain).
    pub(crate) fn of_days(days: i64) -> Self {
        let shifted = days + 719_468;
        let era = shifted.div_euclid(146_097);
        let of_era = shifted.rem_euclid(146_097);
        let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * of_year + 2) / 153;
        let day = (of_year - (153 * shifted_month + 2) / 5 + 1) as u8;
        let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 } as u8;
        let year = (year_of_era + era * 400) as i32 + i32::from(month <= 2);
        Self { year, month, day }
    }

    /// The first day of a period.
    pub fn first_of(period: Period) -> Self {
        let months = 12 / period.frequency().per_year();
        let month = (period.part() - 1) * months + 1;
        Self { year: period.calendar_year(), month: month as u8, day: 1 }
    }

    /// The period of a frequency that it lies in.
    pub(crate) fn period(self, frequency: Frequency) -> Period {
        let months = 12 / frequency.per_year();
        Period::from_ordinal(frequency, self.months().div_euclid(months))
    }

    /// Its month on the time line of months: 12 x year + month - 1.
    pub(crate) fn months(self) -> i32 {
        self.year * 12 + i32::from(self.month) - 1
    }

    /// The day of its month.
    pub(crate) fn day(self) -> u8 {
        self.day
    }

    pub(crate) fn days_left_in_month(self) -> u8 {
        days(self.year, self.month) - self.day
    }

    /// Is it more than a day later? Clocks of different places differ by less.
    pub(crate) fn is_well_after(self, other: Self) -> bool {
        self > other.next()
    }

    fn next(self) -> Self {
        if self.day < days(self.year, self.month) {
            return Self { day: self.day + 1, ..self };
        }
        match self.month {
            12 => Self { year: self.year + 1, month: 1, day: 1 },
            month => Self { month: month + 1, day: 1, ..self },
        }
    }
}

fn days(year: i32, month: u8) -> u8 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl FromStr for Date {
    type Err = DateError;

    /// A time of day after the date is left out, when it is one: tables often write midnight.
    fn from_str(text: &str) -> Result<Self, DateError> {
        let text = text.trim();
        let shown = || DateError(text.chars().take(40).collect());
        let (date, time) = match text.split_once(['T', ' ']) {
            Some((date, time)) => (date, Some(time)),
            None => (text, None),
        };
        let is_time = |time: &str| {
            time.starts_with(|c: char| c.is_ascii_digit())
                && time.chars().all(|c| c.is_ascii_digit() || ":.+-Z".contains(c))
        };
        if !time.is_none_or(is_time) {
            return Err(shown());
        }
        let parts: Vec<&str> = date.split('-').collect();
        let number = |part: &str, width: usize| {
            let digits = part.len() == width && part.bytes().all(|b| b.is_ascii_digit());
            if digits { part.parse::<i32>().ok() } else { None }
        };
        let read = || match parts.as_slice() {
            [year, month, day] => {
                Self::new(number(year, 4)?, number(month, 2)? as u8, number(day, 2)? as u8)
            }
            _ => None,
        };
        read().ok_or_else(shown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_since_1970_give_the_calendar() {
        let date = |days| Date::of_days(days).to_string();
        assert_eq!(date(0), "1970-01-01");
        assert_eq!(date(11_016), "2000-02-29");
        assert_eq!(date(19_461), "2023-04-14");
        #[cfg(feature = "system")]
        assert!(Date::today().ok() > Date::new(2024, 1, 1));
    }

    #[test]
    fn only_days_of_the_calendar_are_dates() {
        for text in ["2023-4-14", "14.04.2023", "2023-04-31", "2023-04-14 noon", "", "2023"] {
            assert!(text.parse::<Date>().is_err(), "{text}");
        }
        assert_eq!("2024-02-29T00:00:00".parse::<Date>().map(|d| d.day), Ok(29));
    }

    #[test]
    fn a_period_begins_on_its_first_day() {
        let first = |text: &str| Date::first_of(text.parse().expect("a period")).to_string();
        assert_eq!(first("2022"), "2022-01-01");
        assert_eq!(first("2022-Q3"), "2022-07-01");
        assert_eq!(first("2022-11"), "2022-11-01");
    }
}
