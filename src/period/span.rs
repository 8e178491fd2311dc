//! Runs of consecutive periods.

use super::{Frequency, Period, PeriodError};

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
