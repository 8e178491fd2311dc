//! What takes long to make is made once; what two threads are making at a time both of them make.

use std::collections::HashMap;
use std::sync::Mutex;

use crate::parallel::at_once;

/// Things by the name of what they depend on; the last few hundred are kept, since a model that is
/// changed a little and compiled again has the same.
#[derive(Debug)]
pub(crate) struct Kept<T> {
    things: Mutex<Option<HashMap<String, T>>>,
    most: usize,
}

impl<T: Clone> Kept<T> {
    pub(crate) const fn new(most: usize) -> Self {
        Self { things: Mutex::new(None), most }
    }

    /// The thing of this name, made where there is none yet.
    pub(crate) fn get(&self, name: String, make: impl FnOnce() -> T) -> T {
        let found = at_once(&self.things).and_then(|things| things.as_ref()?.get(&name).cloned());
        found.unwrap_or_else(|| {
            let thing = make();
            if let Some(mut things) = at_once(&self.things) {
                let things = things.get_or_insert_default();
                if things.len() >= self.most {
                    things.clear();
                }
                things.insert(name, thing.clone());
            }
            thing
        })
    }
}
