//! Periods of the calendar: a year, a quarter or a month, and spans of them.
//!
//! A [`Period`] is a frequency and an ordinal; arithmetic is on the ordinal. Text follows ISO 8601
//! and SDMX: `2025`, `2025-Q4`, `2025-12` (`2025Q4` and `2025-M12` are read too). Periods of
//! different frequencies do not compare, subtract or form a span.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

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
    const DESCRIPTION: &'static str = "A period: 2025, 2025-Q4 or 2025-12";

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

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let year = self.calendar_year();
        match self.frequency {
            Frequency::Annual => write!(f, "{year:04}"),
            Frequency::Quarterly => write!(f, "{year:04}-Q{}", self.part()),
            Frequency::Monthly => write!(f, "{year:04}-{:02}", self.part()),
        }
    }
}

impl FromStr for Period {
    type Err = PeriodError;

    fn from_str(text: &str) -> Result<Self, PeriodError> {
        parse(text.trim()).ok_or_else(|| PeriodError::Text(shorten(text)))
    }
}

fn shorten(text: &str) -> String {
    text.chars().take(40).collect()
}

fn parse(text: &str) -> Option<Period> {
    let year = digits(text.get(..4)?)?;
    if !YEARS.contains(&year) {
        return None;
    }
    let rest = &text[4..];
    if rest.is_empty() {
        return Some(Period::year(year));
    }
    let rest = rest.strip_prefix('-').unwrap_or(rest);
    let (frequency, part) = match rest.chars().next()? {
        'Q' | 'q' if rest.len() == 2 => (Frequency::Quarterly, digits(&rest[1..])?),
        'M' | 'm' if rest.len() <= 3 => (Frequency::Monthly, digits(&rest[1..])?),
        _ if rest.len() == 2 && text.len() == 7 => (Frequency::Monthly, digits(rest)?),
        _ => return None,
    };
    Period::of_year(year, part, frequency)
}

fn digits(text: &str) -> Option<i32> {
    (!text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

impl schemars::JsonSchema for Period {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Period".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": ["string", "integer"], "description": Period::DESCRIPTION })
    }
}

impl Serialize for Period {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Period {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// A run of consecutive periods, both ends included; a single period is a span of one.
///
/// ```
/// use tinbergen::period::Span;
/// let s: Span = "2021..2025".parse()?;
/// assert_eq!(s.len(), 5);
/// assert!("2021..2025-Q4".parse::<Span>().is_err()); // frequencies cannot be mixed
/// # Ok::<(), tinbergen::period::PeriodError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Span {
    first: Period,
    last: Period,
}

impl Span {
    const DESCRIPTION: &'static str = "A period (2025) or a span of periods (2021..2035)";

    /// From `first` to `last`, both included.
    ///
    /// # Errors
    /// [`PeriodError::Mixed`] for different frequencies, [`PeriodError::Reversed`] when `last` is
    /// before `first`.
    pub fn new(first: Period, last: Period) -> Result<Self, PeriodError> {
        if last.since(first)? < 0 {
            return Err(PeriodError::Reversed(first, last));
        }
        Ok(Self { first, last })
    }

    /// One period.
    pub fn single(period: Period) -> Self {
        Self { first: period, last: period }
    }

    /// From the earliest to the latest of some periods; none of none. Those of another frequency than
    /// the first are passed over.
    pub(crate) fn around(periods: impl IntoIterator<Item = Period>) -> Option<Self> {
        let mut periods = periods.into_iter();
        let mut span = Self::single(periods.next()?);
        for period in periods {
            if period < span.first {
                span.first = period;
            } else if period > span.last {
                span.last = period;
            }
        }
        Some(span)
    }

    /// The first period.
    pub fn first(self) -> Period {
        self.first
    }

    /// The last period.
    pub fn last(self) -> Period {
        self.last
    }

    /// How many periods; at least 1.
    #[allow(clippy::len_without_is_empty, reason = "a span is never empty")]
    pub fn len(self) -> usize {
        (self.last.ordinal - self.first.ordinal) as usize + 1
    }

    /// Its frequency.
    pub fn frequency(self) -> Frequency {
        self.first.frequency
    }

    /// Does the period lie in the span? False for another frequency.
    pub fn contains(self, period: Period) -> bool {
        self.first <= period && period <= self.last
    }

    /// The place of a period in the span, counted from 0.
    pub fn index(self, period: Period) -> Option<usize> {
        self.contains(period).then(|| (period.ordinal - self.first.ordinal) as usize)
    }

    /// All its periods in order.
    pub fn periods(self) -> impl DoubleEndedIterator<Item = Period> + ExactSizeIterator + Clone {
        (0..self.len()).map(move |k| self.first + k as i32)
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.first == self.last {
            write!(f, "{}", self.first)
        } else {
            write!(f, "{}..{}", self.first, self.last)
        }
    }
}

impl FromStr for Span {
    type Err = PeriodError;

    fn from_str(text: &str) -> Result<Self, PeriodError> {
        match text.split_once("..") {
            Some((first, last)) => Self::new(first.parse()?, last.parse()?),
            None => text.parse().map(Self::single).map_err(|_| PeriodError::Span(shorten(text))),
        }
    }
}

impl schemars::JsonSchema for Span {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Span".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": ["string", "integer"], "description": Span::DESCRIPTION })
    }
}

impl Serialize for Span {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_period() -> impl Strategy<Value = Period> {
        let frequency = prop_oneof![
            Just(Frequency::Annual),
            Just(Frequency::Quarterly),
            Just(Frequency::Monthly)
        ];
        (frequency, 1..=9999i32, 0..12i32).prop_map(|(f, year, part)| {
            Period::from_ordinal(f, year * f.per_year() + part % f.per_year())
        })
    }

    proptest! {
        #[test]
        fn a_period_survives_printing_and_parsing(p in any_period()) {
            prop_assert_eq!(p.to_string().parse::<Period>().ok(), Some(p));
        }

        #[test]
        fn adding_and_subtracting_cancel(p in any_period(), n in -1000..1000i32) {
            prop_assert_eq!((p + n) - n, p);
        }

        #[test]
        fn parsing_never_panics(text in "\\PC{0,12}") {
            let _ = text.parse::<Period>();
            let _ = text.parse::<Span>();
        }
    }

    #[test]
    fn text_that_is_no_period_is_refused() {
        for text in
            ["", "20", "2025-13", "2025-Q5", "2025-Q0", "0000", "2025-W05", "2025-1", "二〇二五"]
        {
            assert!(text.parse::<Period>().is_err(), "{text}");
        }
    }

    #[test]
    fn quarter_and_month_spellings_agree() {
        for (a, b) in [("2025Q4", "2025-Q4"), ("2025-M12", "2025-12"), ("2025M3", "2025-03")] {
            assert_eq!(a.parse::<Period>(), b.parse::<Period>());
        }
    }

    #[test]
    fn frequencies_do_not_mix() {
        let year: Period = "2025".parse().expect("a year");
        let month: Period = "2025-01".parse().expect("a month");
        assert!(year.since(month).is_err());
        assert!(year.partial_cmp(&month).is_none());
        let message = Span::new(year, month).expect_err("mixed").to_string();
        assert!(message.contains("frequencies cannot be mixed"), "{message}");
    }
}
