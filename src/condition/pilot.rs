//! A few paths before the run: how often they should come from the prior, and which outturns have a
//! probability of their own.

use std::sync::Arc;

use super::fitted::Fitted;
use super::masses::ln_sum;
use super::proposals::Proposals;
use super::thread::Thread;
use super::tracked::Tracked;
use crate::compile::ScenarioProgram;
use crate::error::Error;
use crate::math::ln;
use crate::simulate::{Request, Sampling};

/// How many paths fly ahead, under which seed.
const PATHS: usize = 512;
const SEED: u64 = 0x70_696c_6f74;
/// Shares of the prior that are weighed against each other. A little of it bounds the weights.
const SHARES: [f64; 9] = [0.01, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 0.9];

impl Tracked {
    /// Learns from a few paths of a scenario what a proposal cannot know by itself.
    pub(super) fn fly(
        &self,
        scenario: &ScenarioProgram,
        fitted: &Arc<Fitted>,
    ) -> Result<(), Error> {
        if !fitted.needs_pilot(&self.cells) {
            fitted.prior_share.get_or_init(|| 0.0);
            return Ok(());
        }
        let one = vec![Arc::clone(fitted)];
        let mut proposals =
            Proposals::new(&self.program, &self.known, &self.cells, &[scenario], one);
        let mut paths = self.pilot(scenario, &proposals)?;
        while let Some(again) = proposals.again() {
            proposals = again;
            paths = self.pilot(scenario, &proposals)?;
        }
        fitted.prior_share.get_or_init(|| share(&paths));
        Ok(())
    }

    /// Of each path the density of what was observed, and prior over linear model.
    fn pilot(
        &self,
        scenario: &ScenarioProgram,
        proposals: &Proposals<'_>,
    ) -> Result<Vec<(f64, f64)>, Error> {
        let Some(last) = self.cells.observed.last() else { return Ok(Vec::new()) };
        let sampling = Sampling::new(PATHS, SEED);
        let request = Request::new(&self.program, &sampling)?.of_program(scenario);
        let last = self.program.inner.timeline.period(last.row);
        let request = request.up_to(last).conditioned(proposals);
        let mut found = Vec::with_capacity(PATHS);
        let mut end = |thread: &Thread<'_>, count: usize| {
            let both = thread.ln_target.iter().zip(&thread.ln_ratio);
            found.extend(both.take(count).map(|(target, ratio)| (*target, *ratio)));
        };
        let go_on = &mut |_, _| true;
        proposals.each_block(&request, PATHS, go_on, &mut |_, _, _, _| {}, &mut end)?;
        Ok(found)
    }
}

/// The share of the prior with which weights vary least, by the paths of an even mixture.
fn share(paths: &[(f64, f64)]) -> f64 {
    let ln_mixture = |share: f64, ratio: f64| ln_sum(&[ln(1.0 - share) - ratio, ln(share)]);
    let ln_square = |share: f64| {
        let squares: Vec<f64> = paths
            .iter()
            .map(|&(target, ratio)| {
                2.0 * target - ln_mixture(share, ratio) - ln_mixture(0.5, ratio)
            })
            .filter(|square| square.is_finite())
            .collect();
        ln_sum(&squares)
    };
    let squares = SHARES.map(|share| (share, ln_square(share)));
    squares.into_iter().min_by(|a, b| a.1.total_cmp(&b.1)).map_or(0.5, |(share, _)| share)
}
