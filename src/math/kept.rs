//! What takes long to make is made once.

use std::collections::HashMap;
use std::sync::{Mutex, OnceLock, PoisonError};

/// Things by the name of what they depend on; the last few hundred are kept, since a model that is
/// changed a little and compiled again has the same.
#[derive(Debug)]
pub(crate) struct Kept<T> {
    things: OnceLock<Mutex<HashMap<String, T>>>,
    most: usize,
}

impl<T: Clone> Kept<T> {
    pub(crate) const fn new(most: usize) -> Self {
        Self { things: OnceLock::new(), most }
    }

    /// The thing of this name, made where there is none yet.
    pub(crate) fn get(&self, name: String, make: impl FnOnce() -> T) -> T {
        let things = || {
            let things = self.things.get_or_init(Mutex::default);
            things.lock().unwrap_or_else(PoisonError::into_inner)
        };
        let found = things().get(&name).cloned();
        found.unwrap_or_else(|| {
            let thing = make();
            let mut things = things();
            if things.len() >= self.most {
                things.clear();
            }
            things.insert(name, thing.clone());
            thing
        })
    }
}
