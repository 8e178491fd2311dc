//! Why something changed: a part for each group of differences.

use super::question::Explained;
use crate::model::Difference;
use crate::summary::Estimate;

/// What a group of differences contributes to a change.
#[derive(Debug, Clone, PartialEq)]
pub struct ExplainedPart {
    /// The names of its groups: one, or several that cannot stand apart.
    pub groups: Vec<String>,
    /// Why several groups are one part: what a model with only some of them lacks.
    pub reason: Option<String>,
    /// Its Shapley value, with its Monte Carlo error as an estimate of the true one.
    pub value: Estimate,
    /// The same as a whole number over [`Explanation::denominator`].
    pub numerator: i128,
    /// The differences in it.
    pub differences: Vec<Difference>,
}

impl ExplainedPart {
    /// Its name: those of its groups.
    pub fn name(&self) -> String {
        self.groups.join(" + ")
    }
}

/// Why a probability or a quantile changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// What was explained.
    pub of: Explained,
    /// In which scenario.
    pub scenario: String,
    /// What the earlier model gives.
    pub before: Estimate,
    /// What the later model gives.
    pub after: Estimate,
    /// The change, with its Monte Carlo error under common random numbers.
    pub change: Estimate,
    /// The parts, in the order of the groups.
    pub parts: Vec<ExplainedPart>,
    /// Numerators over it are the exact values: those of the parts add up to that of the change.
    pub denominator: i128,
    /// The change as a whole number over the denominator.
    pub numerator: i128,
    /// The seed.
    pub seed: u64,
    /// Paths of each simulation.
    pub paths: usize,
    /// How many coalitions were looked at.
    pub coalitions: usize,
    /// How many models were simulated for them; those that differ in targets alone share one.
    pub simulations: usize,
}
