//! Where a simultaneous block stands on the central path of a scenario, on which every random number
//! is at its median: its solution there and the Jacobian there. Every path of the scenario starts
//! from it. It is worked out once for each scenario, before any path is drawn (`centre`), so that a path is
//! the same in any company.

/// The solution of a block on the central path.
#[derive(Debug, Clone)]
pub(crate) struct Anchor {
    /// The unknowns.
    pub(super) x: Vec<f64>,
    /// Their change since the period before.
    pub(super) change: Vec<f64>,
    /// The inverse of the Jacobian of `r(x) = f(x) - x`, row by row.
    pub(super) inverse: Vec<f64>,
    /// What the pass reads and does not write itself.
    pub(super) inputs: Vec<f64>,
}
