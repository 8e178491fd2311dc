//! What one thread needs for drawing paths from proposals.

use super::masses::ln_sum;
use super::proposals::Proposals;
use crate::math::ln;
use crate::simulate::EventRows;

/// Draws the paths of one thread from the proposals.
#[derive(Debug)]
pub(super) struct Thread<'a> {
    pub(super) proposals: &'a Proposals<'a>,
    /// The scores as the proposal has them, by coordinate.
    pub(super) scores: Vec<Vec<f64>>,
    /// Those of the errors of measurement, by observation.
    pub(super) errors: Vec<Vec<f64>>,
    /// `[period][event]`: the events that paths chose, or what was drawn while those are at work.
    pub(super) events: Vec<Vec<EventRows>>,
    /// Which paths are drawn from the prior.
    pub(super) from_prior: Vec<bool>,
    /// The density of what was observed, over the prior's density of how it was met.
    pub(super) ln_target: Vec<f64>,
    /// Prior over linear model, of all that was drawn.
    pub(super) ln_ratio: Vec<f64>,
    /// Target over proposal.
    pub(super) ln_weights: Vec<f64>,
}

impl<'a> Thread<'a> {
    pub(super) fn new(proposals: &'a Proposals<'a>, lanes: usize) -> Self {
        let rows = |count: usize| vec![vec![0.0; lanes]; count];
        let events = &proposals.program.inner.random.events;
        Self {
            proposals,
            scores: rows(proposals.coordinates.len()),
            errors: rows(proposals.cells.observed.len()),
            events: vec![EventRows::none(events, lanes); proposals.reads.event_periods],
            from_prior: vec![false; lanes],
            ln_target: vec![0.0; lanes],
            ln_ratio: vec![0.0; lanes],
            ln_weights: vec![0.0; lanes],
        }
    }

    /// Weighs the paths against the mixture that they were drawn from: the linear model, and a share
    /// of the prior, which bounds the weights where the linear model misleads.
    pub(super) fn weigh(&mut self, prior_share: f64) {
        let sums = self.ln_target.iter().zip(&self.ln_ratio);
        let (ln_linear, ln_prior) = (ln(1.0 - prior_share), ln(prior_share));
        for (weight, (target, ratio)) in self.ln_weights.iter_mut().zip(sums) {
            *weight = if prior_share == 0.0 {
                target + ratio
            } else {
                target - ln_sum(&[ln_linear - ratio, ln_prior])
            };
        }
    }
}
