//! Periods of the calendar: a year, a quarter or a month, and spans of them.
//!
//! A [`Period`] is a frequency and an ordinal; arithmetic is on the ordinal. Text follows ISO 8601
//! and SDMX: `2025`, `2025-Q4`, `2025-12` (`2025Q4` and `2025-M12` are read too). Periods of
//! different frequencies do not compare, subtract or form a span.

mod span;
mod text;

use std::fmt;

pub use span::Span;

/// How often a series is observed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Frequency {
    /// Once a year.
    Annual,
    /// Four times a year.
    Quarterly,
    /// Twelve times a year.
    Monthly,
}

impl Frequency {
    /// Periods in a year: 1, 4 or 12.
    pub fn per_year(self) -> i32 {
        match self {
            Self::Annual => 1,
            Self::Quarterly => 4,
            Self::Monthly => 12,
        }
    }
}

impl fmt::Display for Frequency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Annual => "annual",
            Self::Quarterly => "quarterly",
            Self::Monthly => "monthly",
        })
    }
}

/// What is wrong with a period or a span.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PeriodError {
    /// The text is not a period.
    #[error(
        "\"{0}\" is not a period; write a year \"2025\", a quarter \"2025-Q4\" or a month \"2025-12\""
    )]
    Text(String),
    /// The text is not a span.
    #[error("\"{0}\" is neither a period (\"2025\") nor a span of two with dots (\"2021..2035\")")]
    Span(String),
    /// Two periods of different frequencies met.
    #[error("{0} is {1} but {2} is {3}: frequencies cannot be mixed")]
    Mixed(Period, Frequency, Period, Frequency),
    /// The span ends before it begins.
    #[error("the span {0}..{1} ends before it begins")]
    Reversed(Period, Period),
}

const YEARS: std::ops::RangeInclusive<i32> = 1..=9999;

/// A year, a quarter or a month.
///
/// ```
/// use tinbergen::period::Period;
/// let p: Period = "2025-Q4".parse()?;
/// assert_eq!((p + 1).to_string(), "2026-Q1");
/// assert!("2025-Q5".parse::<Period>().is_err());
/// # Ok::<(), tinbergen::period::PeriodError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    frequency: Frequency,
    ordinal: i32,
}

/// One number: histories look periods up very often.
impl std::hash::Hash for Period {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        state.write_i64(i64::from(self.ordinal) << 4 | self.frequency as i64);
    }
}

impl Period {
    /// The year `year`.
    pub fn year(year: i32) -> Self {
        Self { frequency: Frequency::Annual, ordinal: year }
    }

    /// The period of a frequency with an ordinal: year x periods per year + (part of year - 1).
    pub fn from_ordinal(frequency: Frequency, ordinal: i32) -> Self {
        Self { frequency, ordinal }
    }

    /// A part of a year, counted from 1; none where the year has no such part.
    pub(crate) fn of_year(year: i32, part: i32, frequency: Frequency) -> Option<Self> {
        let per_year = frequency.per_year();
        let exists = YEARS.contains(&year) && (1..=per_year).contains(&part);
        exists.then(|| Self { frequency, ordinal: year * per_year + part - 1 })
    }

    /// Its frequency.
    pub fn frequency(self) -> Frequency {
        self.frequency
    }

    /// Its place on the absolute time line of its frequency: the year for annual periods,
    /// 4 x year + quarter - 1, 12 x year + month - 1.
    pub fn ordinal(self) -> i32 {
        self.ordinal
    }

    /// The calendar year it lies in.
    pub fn calendar_year(self) -> i32 {
        self.ordinal.div_euclid(self.frequency.per_year())
    }

    /// Which part of the year, counted from 1; 1 for a year.
    pub fn part(self) -> i32 {
        self.ordinal.rem_euclid(self.frequency.per_year()) + 1
    }

    /// The first and the last period of a frequency that lie in it: itself where it is of that
    /// frequency, none of a coarser one.
    ///
    /// ```
    /// use tinbergen::period::{Frequency, Period};
    /// let (first, last) = Period::year(2025).within(Frequency::Quarterly).expect("finer");
    /// assert_eq!((first.to_string(), last.to_string()), ("2025-Q1".into(), "2025-Q4".into()));
    /// assert!(first.within(Frequency::Annual).is_none());
    /// ```
    pub fn within(self, frequency: Frequency) -> Option<(Self, Self)> {
        let (own, wanted) = (self.frequency.per_year(), frequency.per_year());
        let count = (wanted >= own).then_some(wanted / own)?;
        let first = Self { frequency, ordinal: self.ordinal * count };
        Some((first, first + (count - 1)))
    }

    /// The period of a frequency that its first day lies in.
    ///
    /// ```
    /// use tinbergen::period::{Frequency, Period};
    /// let month: Period = "2025-05".parse()?;
    /// assert_eq!(month.enclosing(Frequency::Quarterly).to_string(), "2025-Q2");
    /// # Ok::<(), tinbergen::period::PeriodError>(())
    /// ```
    #[must_use]
    pub fn enclosing(self, frequency: Frequency) -> Self {
        let months = self.ordinal * (12 / self.frequency.per_year());
        Self { frequency, ordinal: months.div_euclid(12 / frequency.per_year()) }
    }

    /// Periods from `earlier` to this one.
    ///
    /// # Errors
    /// [`PeriodError::Mixed`] when the frequencies differ.
    pub fn since(self, earlier: Self) -> Result<i32, PeriodError> {
        self.same_frequency(earlier)?;
        Ok(self.ordinal - earlier.ordinal)
    }

    fn same_frequency(self, other: Self) -> Result<(), PeriodError> {
        if self.frequency == other.frequency {
            Ok(())
        } else {
            Err(PeriodError::Mixed(self, self.frequency, other, other.frequency))
        }
    }
}

impl std::ops::Add<i32> for Period {
    type Output = Self;
    fn add(self, periods: i32) -> Self {
        Self { ordinal: self.ordinal.saturating_add(periods), ..self }
    }
}

impl std::ops::Sub<i32> for Period {
    type Output = Self;
    fn sub(self, periods: i32) -> Self {
        Self { ordinal: self.ordinal.saturating_sub(periods), ..self }
    }
}

impl PartialOrd for Period {
    /// Periods of different frequencies are not ordered.
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        (self.frequency == other.frequency).then(|| self.ordinal.cmp(&other.ordinal))
    }
}
