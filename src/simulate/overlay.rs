//! Scenarios that lie over the first one: what they change is computed over it, and put back afterwards.

use super::index::ScenarioIndex;
use super::memory::Memory;
use super::reach::Reach;
use crate::compile::Row;

/// What has to be put back.
#[derive(Debug, Default)]
pub(super) struct Overlay {
    /// The first path of the block in memory, where the whole of the first scenario is there.
    pub(super) below: Option<u64>,
    /// The rows of memory that any scenario changes, as the first scenario has them.
    pub(super) rows: Vec<f64>,
    /// The scenario that lies over it.
    pub(super) above: Option<ScenarioIndex>,
    /// Was every number of the first scenario finite, by row?
    is_finite: Vec<bool>,
    /// Are what events add and when they begin those of the first scenario?
    pub(super) events_are_first: bool,
}

impl Overlay {
    /// Forgets what is in memory: someone else is going to write there.
    pub(super) fn forget(&mut self) {
        self.below = None;
        self.above = None;
    }

    /// Notes whether every number of a row was finite, of the scenario at hand.
    pub(super) fn found(&mut self, row: Row, is_finite: bool) {
        if self.above.is_none() {
            self.is_finite.resize(self.is_finite.len().max(row.0 + 1), false);
            self.is_finite[row.0] = is_finite;
        }
    }

    /// The indicators of a row whose numbers may not be finite: where those of the first scenario are,
    /// only those that another one changes; none where all have to be looked at.
    pub(super) fn looks_at<'j>(
        &self,
        reach: &'j Reach<'_>,
        scenario: ScenarioIndex,
        row: Row,
    ) -> Option<&'j [u32]> {
        let above = self.above.filter(|above| *above == scenario)?;
        let is_finite = self.is_finite.get(row.0).copied().unwrap_or(false);
        let reached = reach.of(above).filter(|_| is_finite)?;
        Some(&reached.rows[row.0].computed)
    }

    /// The whole of the first scenario is in memory, in a block from a path on.
    pub(super) fn is_over(&mut self, cells: &[usize], memory: &Memory, first_path: Option<u64>) {
        self.below = first_path;
        self.events_are_first = true;
        self.rows.clear();
        cells.iter().for_each(|&cell| self.rows.extend_from_slice(memory.whole(cell)));
    }
}
