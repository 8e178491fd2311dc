//! Where the rows of an ensemble stand: in memory of its own, or in that of another scenario of its run that
//! has the same numbers.

use std::sync::Arc;

use super::Buffer;
use super::summaries::Summaries;

/// Memory with the rows of some series: `[period][series][path]`, and what was summarised of them.
#[derive(Debug)]
pub(crate) struct Stock {
    buffer: Buffer,
    /// How many series.
    width: usize,
    pub(super) summaries: Summaries,
}

impl Stock {
    pub(crate) fn new(buffer: Buffer, width: usize) -> Self {
        Self { buffer, width, summaries: Summaries::default() }
    }
}

/// A series: its memory, and its place among the series there.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    pub(crate) stock: Arc<Stock>,
    pub(crate) place: usize,
}

impl Column {
    /// Every series of a memory.
    pub(crate) fn all(stock: Stock) -> Vec<Self> {
        let (width, stock) = (stock.width, Arc::new(stock));
        (0..width).map(|place| Self { stock: Arc::clone(&stock), place }).collect()
    }

    /// All its numbers from a period on, of so many paths; two rows are a stride apart.
    pub(super) fn from(&self, period: usize, paths: usize) -> (&[f64], usize) {
        let offset = (period * self.stock.width + self.place) * paths;
        (&self.stock.buffer.values()[offset..], self.stock.width * paths)
    }

    /// The row of a period.
    pub(super) fn row(&self, period: usize, paths: usize) -> &[f64] {
        &self.from(period, paths).0[..paths]
    }

    /// The place of a row in its memory.
    pub(super) fn row_number(&self, period: usize) -> usize {
        period * self.stock.width + self.place
    }

    /// Bytes of the rows of so many periods.
    pub(super) fn bytes(periods: usize, paths: usize) -> usize {
        periods * paths * size_of::<f64>()
    }
}
