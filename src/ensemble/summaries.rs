//! What was summarised of rows, so that scenarios which share a row summarise it once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The mean and the quantiles of a row.
pub(crate) type Summary = Arc<(f64, Vec<f64>)>;

/// Which row, and the bits of the levels.
type Key = (usize, Arc<[u64]>);

/// Means and quantiles of rows of a memory whose paths weigh the same.
#[derive(Debug, Default)]
pub(crate) struct Summaries(Mutex<HashMap<Key, Summary>>);

impl Summaries {
    /// What is known of a row, or what is worked out now.
    pub(super) fn get(
        &self,
        row: usize,
        levels: &Arc<[u64]>,
        work: impl FnOnce() -> (f64, Vec<f64>),
    ) -> Summary {
        let lock = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (row, Arc::clone(levels));
        if let Some(known) = lock().get(&key) {
            return Arc::clone(known);
        }
        let made = Arc::new(work()); // without the lock: others may work out rows of their own
        lock().insert(key, Arc::clone(&made));
        made
    }
}
