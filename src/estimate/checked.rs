//! An equation that is checked against paths.

use crate::expr::Equation;

/// An equation that is checked against paths.
pub(super) struct CheckedEquation {
    pub(super) name: String,
    pub(super) kind: &'static str,
    pub(super) equation: Equation,
    /// Its own shock.
    pub(super) shock: Option<String>,
}
