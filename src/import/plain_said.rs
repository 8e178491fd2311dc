//! What statements of plain text have said, and in which line: nothing is said twice.

use indexmap::IndexMap;

use crate::period::Period;

/// The lines of what was said.
#[derive(Debug, Default)]
pub(super) struct Said {
    /// By word and name.
    statements: IndexMap<(String, String), usize>,
    exogenous: IndexMap<String, usize>,
    /// Of single periods, by name; of add factors apart from those of data.
    values: [IndexMap<String, IndexMap<Period, usize>>; 2],
}

impl Said {
    /// Takes a statement of a word about a name, or gives the line that has it already.
    pub(super) fn once(&mut self, word: &str, name: &str, line: usize) -> Option<usize> {
        let key = (word.to_owned(), name.to_owned());
        let before = self.statements.get(&key).copied();
        if before.is_none() {
            self.statements.insert(key, line);
        }
        before
    }

    /// Takes that an indicator is exogenous.
    pub(super) fn exogenous(&mut self, name: &str, line: usize) {
        self.exogenous.entry(name.to_owned()).or_insert(line);
    }

    /// The line that calls an indicator exogenous.
    pub(super) fn is_exogenous(&self, name: &str) -> Option<usize> {
        self.exogenous.get(name).copied()
    }

    /// Takes values of periods, or says which of them there is already.
    pub(super) fn values(
        &mut self,
        name: &str,
        factors: bool,
        found: &[(Period, f64)],
        line: usize,
    ) -> Option<String> {
        let known = self.values[usize::from(factors)].entry(name.to_owned()).or_default();
        let what = if factors { "an add factor" } else { "a value" };
        for (period, _) in found {
            if let Some(before) = known.insert(*period, line) {
                return Some(format!("{name} has {what} for {period} already, in line {before}"));
            }
        }
        None
    }
}
