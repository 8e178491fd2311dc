//! The proposal of a scenario, from which its paths are drawn: observations linearised around their most likely explanation.
//!
//! Everything random in a path is a vector `z` of standard normal scores with correlations `C`. In
//! a space of its own (plain, log or logit, whichever is closest to linear) an observation is about
//! `A z`, and the scores given all observations about normal. Found by Gauss and Newton's method;
//! exact where the model is linear after its transforms.

use super::algebra::Matrix;
use super::event_starts::EventSlope;
use super::event_tree::EventTree;
use super::pairs::ObservedPeriod;
use super::transform::Transform;
use super::unknowns::Unknowns;

/// What the paths of one scenario are drawn from.
#[derive(Debug, Clone, Default)]
pub(super) struct Proposal {
    /// Which coordinates observations move.
    pub(super) active: Vec<bool>,
    pub(super) transforms: Vec<Transform>,
    /// `A`, one row for each observation.
    pub(super) slopes: Matrix,
    /// `C A' (A C A' + noise)^-1`, transposed: one row for each observation.
    pub(super) gains: Matrix,
    /// `b`: what `A z` should be.
    pub(super) target: Vec<f64>,
    /// Standard deviation of the measurement error, in the space of the observation.
    pub(super) noise: Vec<f64>,
    pub(super) events: Vec<EventSlope>,
    pub(super) event_tree: EventTree,
    /// Has an observation no part in the linear model?
    pub(super) is_out: Vec<bool>,
    /// Is the observation solved for? Else it is only weighed.
    pub(super) solved: Vec<bool>,
    /// Has an observation a probability of its own, rather than a density?
    pub(super) has_mass: Vec<bool>,
    /// How what is missing moves the score of the error of each observation that is solved for.
    pub(super) errors: Matrix,
    /// Lower Cholesky factor of `A C A' + noise`.
    pub(super) factor: Matrix,
    /// What does not depend on the path in the logarithm of prior over linear model.
    pub(super) ln_constant: f64,
    pub(super) unknowns: Unknowns,
    /// The share of paths that come from the prior.
    pub(super) prior_share: f64,
    pub(super) periods: Vec<ObservedPeriod>,
}
