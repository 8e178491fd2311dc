//! Periods as indices, and the one place that leads from one kind to the other.
//!
//! A [`Row`] counts from the first period that the table of a program has, history included; a
//! [`SimulatedPeriod`] from the first in which random numbers are drawn.

use std::ops::Range;

use crate::period::Period;

/// A period by its row in the table of a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Row(pub(crate) usize);

impl Row {
    /// The first of all.
    pub(crate) const FIRST: Self = Self(0);

    /// All of so many.
    pub(crate) fn all(count: usize) -> impl DoubleEndedIterator<Item = Self> + Clone {
        (0..count).map(Self)
    }

    /// The row so many periods before, where there is one.
    pub(crate) fn before(self, lag: u32) -> Option<Self> {
        self.0.checked_sub(lag as usize).map(Self)
    }

    /// How many rows it comes after another; none where it comes before.
    pub(crate) fn since(self, other: Self) -> Option<usize> {
        self.0.checked_sub(other.0)
    }
}

/// A period by its place among those in which random numbers are drawn.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct SimulatedPeriod(pub(crate) usize);

impl SimulatedPeriod {
    /// All of so many.
    pub(crate) fn all(count: usize) -> impl Iterator<Item = Self> + Clone {
        (0..count).map(Self)
    }

    /// The one so many periods later.
    pub(crate) fn later(self, periods: usize) -> Self {
        Self(self.0 + periods)
    }

    /// How many periods there are from this one up to an end, without it.
    pub(crate) fn until(self, end: Self) -> usize {
        end.0 - self.0
    }

    /// All of a range.
    pub(crate) fn within(range: &Range<Self>) -> impl Iterator<Item = Self> + Clone {
        (range.start.0..range.end.0).map(Self)
    }
}

/// The periods a program needs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Timeline {
    /// The period of the first row.
    pub(crate) origin: Period,
    /// How many rows.
    pub(crate) rows: usize,
    /// The first row in which shocks are drawn; the rows before are history.
    pub(crate) begin: Row,
    /// The row of the first period of the span.
    pub(crate) first: Row,
}

impl Timeline {
    /// The period of a row.
    pub(crate) fn period(&self, row: Row) -> Period {
        self.origin + row.0 as i32
    }

    /// The row of a period, when it has one.
    pub(crate) fn row(&self, period: Period) -> Option<Row> {
        let row = usize::try_from(period.since(self.origin).ok()?).ok()?;
        (row < self.rows).then_some(Row(row))
    }

    /// All rows.
    pub(crate) fn all(&self) -> impl DoubleEndedIterator<Item = Row> + Clone {
        Row::all(self.rows)
    }

    /// The simulated period of a row; none for those of history.
    pub(crate) fn simulated(&self, row: Row) -> Option<SimulatedPeriod> {
        row.since(self.begin).map(SimulatedPeriod)
    }

    /// The row of a simulated period.
    pub(crate) fn row_of(&self, period: SimulatedPeriod) -> Row {
        Row(self.begin.0 + period.0)
    }

    /// How many rows there are up to a period, with it.
    pub(crate) fn rows_to(&self, last: Period) -> usize {
        self.row(last).map_or(self.rows, |row| row.0 + 1)
    }

    /// How many of the first so many rows are simulated.
    pub(crate) fn simulated_in(&self, rows: usize) -> usize {
        rows.saturating_sub(self.begin.0)
    }

    /// The simulated period with which the span begins: no event begins in those before.
    pub(crate) fn span_begins(&self) -> SimulatedPeriod {
        SimulatedPeriod(self.first.0 - self.begin.0)
    }

    /// Places among the periods of the span as simulated periods.
    pub(crate) fn of_span(&self, places: Range<usize>) -> Range<SimulatedPeriod> {
        let period = |place: usize| self.span_begins().later(place);
        period(places.start)..period(places.end)
    }

    /// The first row of what begins so many periods before the span.
    pub(crate) fn leading(&self, lead: usize) -> Row {
        Row(self.first.0 - lead)
    }

    /// The place of a row among the periods of the span; none for those before.
    pub(crate) fn in_span(&self, row: Row) -> Option<usize> {
        row.since(self.first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_and_simulated_periods_lead_to_each_other() {
        let origin: Period = "2015".parse().expect("a period");
        let timeline = Timeline { origin, rows: 10, begin: Row(3), first: Row(5) };
        assert_eq!(timeline.simulated(Row(2)), None);
        for (k, row) in timeline.all().enumerate() {
            assert_eq!(timeline.row(timeline.period(row)), Some(row));
            let place = timeline.in_span(row);
            assert_eq!(place, k.checked_sub(5));
            let begins = |place| timeline.row_of(timeline.of_span(place..place + 1).start);
            assert_eq!(place.map(begins), place.map(|_| row));
            if let Some(period) = timeline.simulated(row) {
                assert_eq!((timeline.row_of(period), period.0 + 3), (row, k));
            }
        }
        assert_eq!(timeline.row(origin + 10), None);
        assert_eq!(timeline.row(origin + -1), None);
        assert_eq!(timeline.span_begins(), SimulatedPeriod(2));
        assert_eq!(timeline.simulated_in(timeline.rows), 7);
    }
}
