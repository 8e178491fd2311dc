//! Which scenario: an index that cannot be taken for another. Rows and simulated periods have types of
//! their own too (`compile/rows.rs`); series are `u32`, paths `u64`.

/// Which of the scenarios that a run has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ScenarioIndex(pub(crate) usize);

impl ScenarioIndex {
    /// The only scenario, or the first.
    pub(crate) const FIRST: Self = Self(0);

    /// All of so many.
    pub(crate) fn all(count: usize) -> impl Iterator<Item = Self> {
        (0..count).map(Self)
    }
}
