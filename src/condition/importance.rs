//! What a path that was solved for its observations weighs.

use super::exact::{ExactPeriod, Solved};
use super::pairs::Pivot;
use crate::compile::SimulatedPeriod;
use crate::math::ln;
use crate::simulate::{RandomNumber, Worker};

impl ExactPeriod<'_, '_, '_, '_> {
    /// The density of the observations in the model: that of the unknowns where they are met, given
    /// all other scores, over the Jacobian. What has no solution has no density; not a number is that of a
    /// path that was given up.
    #[inline(always)]
    pub(super) fn weigh(&mut self, worker: &mut Worker, solved: &Solved) {
        let period = self.period;
        let slopes = solved.jacobian.determinants();
        for (lane, (target, slope)) in self.thread.ln_target.iter_mut().zip(slopes).enumerate() {
            *target = match (solved.arrived[lane], solved.given_up[lane]) {
                (true, _) => *target - ln(slope),
                (false, true) if *target != f64::NEG_INFINITY => f64::NAN,
                (false, _) => f64::NEG_INFINITY,
            };
        }
        for pivot in &period.pivots {
            let transform = self.proposal.transforms[pivot.cell];
            if let Some(wanted) = self.wanted(pivot) {
                for (target, wanted) in self.thread.ln_target.iter_mut().zip(wanted) {
                    *target += transform.ln_slope(wanted);
                }
            } else {
                let value = self.thread.proposals.cells.observed[pivot.cell].value;
                let ln_slope = transform.ln_slope(value);
                self.thread.ln_target.iter_mut().for_each(|target| *target += ln_slope);
            }
            if let RandomNumber::Shock { period, shock } = pivot.number {
                self.weigh_shock(worker, pivot, (period, shock));
            }
        }
        period.all.add_ln_density(&self.thread.scores, 1.0, &mut self.thread.ln_target);
    }

    /// The score of a shock that was solved for, and the slope of the score.
    #[inline(always)]
    fn weigh_shock(
        &mut self,
        worker: &mut Worker,
        pivot: &Pivot,
        (period, shock): (SimulatedPeriod, usize),
    ) {
        let marginal = &self.job.program.random.shocks[shock].marginal;
        let added = worker.additions.shocks.binary_search(&(shock as u32)).ok();
        let added = added.map(|k| worker.additions.row(k, period).to_vec());
        let values = self.unknown(worker, pivot).to_vec();
        let changes: Vec<_> = self
            .job
            .scenario(self.scenario)
            .shock_changes
            .iter()
            .filter(|change| change.shock as usize == shock && change.row == self.period.row)
            .collect();
        for lane in 0..values.len() {
            let mut draw = values[lane] - added.as_ref().map_or(0.0, |added| added[lane]);
            let mut ln_scale = 0.0;
            for change in changes.iter().rev() {
                draw = marginal.mean() + (draw - change.add - marginal.mean()) / change.scale;
                ln_scale += ln(change.scale.abs());
            }
            match marginal.score(draw) {
                Some(score) => {
                    self.thread.scores[pivot.coordinate][lane] = score.z;
                    self.thread.ln_target[lane] += score.ln_slope - ln_scale;
                }
                None => self.thread.ln_target[lane] = f64::NEG_INFINITY,
            }
        }
    }
}
