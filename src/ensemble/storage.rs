//! Where the rows of an ensemble stand: in memory of its own, or in that of another scenario of its run that
//! has the same numbers.

use std::sync::Arc;

use super::Buffer;
use super::summaries::Summaries;

/// Which rows of some series a memory has, and in which order: of those that are kept every period, of those
/// that targets look at the periods that they look at.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    /// By series.
    places: Vec<Place>,
    /// By row of memory: the series and the period.
    cells: Vec<(usize, usize)>,
}

/// Where the rows of a series stand.
#[derive(Debug, Clone)]
enum Place {
    /// Row `period * width + first`.
    Every { first: usize, width: usize },
    /// Periods and their rows, in order.
    Some(Arc<[(usize, usize)]>),
}

impl Layout {
    /// Of series with so many periods; of each those that are stored, or none where all are.
    pub(crate) fn new(periods: usize, series: &[Option<Vec<usize>>]) -> Self {
        let whole: Vec<usize> = (0..series.len()).filter(|&k| series[k].is_none()).collect();
        let every = (0..periods).flat_map(|period| whole.iter().map(move |&k| (k, period)));
        let mut cells: Vec<(usize, usize)> = every.collect();
        let mut places = Vec::with_capacity(series.len());
        let mut first = 0..;
        for (k, some) in series.iter().enumerate() {
            places.push(match some {
                None => Place::Every { first: first.next().unwrap_or(0), width: whole.len() },
                Some(some) => {
                    let begin = cells.len();
                    cells.extend(some.iter().map(|period| (k, *period)));
                    Place::Some(some.iter().copied().zip(begin..).collect())
                }
            });
        }
        Self { places, cells }
    }

    /// Of so many series with all their periods.
    pub(crate) fn whole(periods: usize, series: usize) -> Self {
        Self::new(periods, &vec![None; series])
    }

    /// By row of memory: the series and the period.
    pub(crate) fn cells(&self) -> &[(usize, usize)] {
        &self.cells
    }
}

/// Memory with the rows of some series, and what was summarised of them.
#[derive(Debug)]
pub(crate) struct RowMemory {
    buffer: Buffer,
    pub(super) summaries: Summaries,
}

/// A series: its memory, and its rows there.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    pub(crate) memory: Arc<RowMemory>,
    place: Place,
}

impl Column {
    /// Every series of a memory.
    pub(crate) fn all(buffer: Buffer, layout: Layout) -> Vec<Self> {
        let memory = Arc::new(RowMemory { buffer, summaries: Summaries::default() });
        let column = |place| Self { memory: Arc::clone(&memory), place };
        layout.places.into_iter().map(column).collect()
    }

    /// All its numbers from a period on, of so many paths; two rows are a stride apart. None where some
    /// periods are not stored.
    pub(super) fn from(&self, period: usize, paths: usize) -> Option<(&[f64], usize)> {
        match self.place {
            Place::Every { width, .. } => {
                let offset = self.row_number(period)? * paths;
                Some((&self.memory.buffer.values()[offset..], width * paths))
            }
            Place::Some(_) => None,
        }
    }

    /// The row of a period, where it is stored.
    pub(super) fn row(&self, period: usize, paths: usize) -> Option<&[f64]> {
        let offset = self.row_number(period)? * paths;
        self.memory.buffer.values().get(offset..offset + paths)
    }

    /// The place of a row in its memory.
    pub(super) fn row_number(&self, period: usize) -> Option<usize> {
        match &self.place {
            Place::Every { first, width } => Some(period * width + first),
            Place::Some(rows) => {
                let at = rows.binary_search_by_key(&period, |(period, _)| *period).ok()?;
                Some(rows[at].1)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_one_place() {
        let layout = Layout::new(3, &[None, Some(vec![0, 2]), None, Some(vec![])]);
        assert_eq!(layout.cells().len(), 8);
        let mut buffer = Buffer::new(16).expect("memory");
        for (row, numbers) in buffer.values_mut().chunks_exact_mut(2).enumerate() {
            let (series, period) = layout.cells()[row];
            numbers.fill((10 * series + period) as f64);
        }
        let columns = Column::all(buffer, layout);
        for (series, column) in columns.iter().enumerate() {
            for period in 0..3 {
                let stored = series % 2 == 0 || (series == 1 && period != 1);
                let expected = [(10 * series + period) as f64; 2];
                assert_eq!(column.row(period, 2), stored.then_some(&expected[..]));
                assert!(column.from(period, 2).is_some() == (series % 2 == 0));
            }
        }
    }
}
