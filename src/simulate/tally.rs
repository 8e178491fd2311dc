//! What went wrong in paths, counted by scenario.

use super::events::{FAULTS, Unusable};
use crate::compile::Row;
use crate::ensemble::REMEMBERED;

/// What went wrong in the paths of one scenario.
#[derive(Debug, Clone)]
pub(crate) struct Tally {
    /// Paths in which the value was not finite: `[period of the span][indicator]`.
    pub(crate) failures: Vec<u64>,
    /// Paths in which any was not.
    pub(crate) failed_paths: u64,
    /// The first of them, in their order.
    pub(crate) broken: Vec<BrokenPath>,
    /// `[event]`: paths in which it was what broke first, by what was wrong with it.
    pub(crate) unusable: Vec<[u64; FAULTS.len()]>,
}

/// A path that broke: its number, the row in which it did, and the event that could not be
/// simulated, if that is why.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BrokenPath {
    pub(crate) path: u64,
    pub(crate) row: Row,
    pub(crate) event: Option<Unusable>,
}

impl Tally {
    /// Of so many cells (periods of the span times indicators) and events.
    pub(super) fn new(cells: usize, events: usize) -> Self {
        Self {
            failures: vec![0; cells],
            failed_paths: 0,
            broken: Vec::new(),
            unusable: vec![[0; FAULTS.len()]; events],
        }
    }

    /// Adds what another worker counted.
    pub(super) fn add(&mut self, other: Self) {
        self.failed_paths += other.failed_paths;
        for broken in other.broken {
            self.remember(broken);
        }
        for (sum, count) in
            self.unusable.iter_mut().flatten().zip(other.unusable.into_iter().flatten())
        {
            *sum += count;
        }
        for (sum, count) in self.failures.iter_mut().zip(other.failures) {
            *sum += count;
        }
    }

    /// Remembers a broken path; of many the first, whoever finds them in which order.
    pub(super) fn remember(&mut self, broken: BrokenPath) {
        let index = self.broken.partition_point(|other| other.path < broken.path);
        if index < REMEMBERED {
            self.broken.insert(index, broken);
            self.broken.truncate(REMEMBERED);
        }
    }
}
