//! Which levers a question is about.

/// Which levers are moved, in which scenario, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Levers {
    /// Their names; all of the model when there are none.
    pub names: Vec<String>,
    /// The scenario in which they are moved.
    pub scenario: String,
    /// Does the setting take the place of an uncertain parameter, so that nothing is uncertain about it any
    /// more? Else its centre is moved and it keeps its spread.
    pub replace: bool,
}

impl Default for Levers {
    /// All of the model in the baseline, by moving centres.
    fn default() -> Self {
        Self { names: Vec::new(), scenario: "baseline".to_owned(), replace: false }
    }
}

impl Levers {
    /// Some of the model, in the baseline.
    pub fn named<T: Into<String>>(names: impl IntoIterator<Item = T>) -> Self {
        Self { names: names.into_iter().map(Into::into).collect(), ..Self::default() }
    }

    /// In another scenario.
    #[must_use]
    pub fn in_scenario(mut self, name: impl Into<String>) -> Self {
        self.scenario = name.into();
        self
    }

    /// By numbers that take the place of uncertain parameters.
    #[must_use]
    pub fn replacing(mut self) -> Self {
        self.replace = true;
        self
    }
}
