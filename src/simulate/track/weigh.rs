//! What a path that was solved for its observations weighs: target over proposal.

use super::coordinates::Luck;
use super::lanes::Systems;
use super::pairs::Pivot;
use super::row::Row;
use crate::math::ln;
use crate::sample::ln_normal_density;
use crate::simulate::block::Worker;

impl Row<'_, '_, '_> {
    /// Target over proposal: the densities of the pivots at their values against those at the values
    /// of the linear model, and the Jacobians of both.
    #[inline(always)]
    pub(super) fn weigh(&self, worker: &mut Worker, arrived: &[bool], jacobian: &Systems) {
        let size = self.step.pivots.len();
        let mut shift = vec![vec![0.0; arrived.len()]; size];
        let slopes = jacobian.determinants();
        let weights = worker.log_weights.iter_mut().zip(slopes);
        for ((weight, slope), arrived) in weights.zip(arrived) {
            *weight += self.step.ln_slope - ln(slope);
            if !arrived {
                *weight = f64::NEG_INFINITY;
            }
        }
        for pivot in &self.step.pivots {
            // Exact observations have theirs in the constant.
            let Some(wanted) = self.wanted(worker, pivot) else { continue };
            let transform = self.guide.transforms[pivot.cell];
            for (weight, wanted) in worker.log_weights.iter_mut().zip(wanted) {
                *weight += transform.ln_slope(wanted);
            }
        }
        for (p, pivot) in self.step.pivots.iter().enumerate() {
            match pivot.luck {
                Luck::Count { .. } => {
                    weigh_count(worker, pivot, jacobian.entry(p, p));
                }
                Luck::Shock { place, shock } => {
                    self.weigh_shock(worker, pivot, (place, shock), &mut shift[p]);
                }
                Luck::Path(_) => {}
            }
        }
        for (p, pivot) in self.step.pivots.iter().enumerate() {
            for &(j, precision) in &pivot.precision {
                let other = self.step.pivots.iter().position(|other| other.coordinate == j);
                for lane in 0..arrived.len() {
                    let both = other.map_or(0.0, |other| shift[other][lane]);
                    let linear = worker.moved[j][lane];
                    worker.log_weights[lane] -= precision * shift[p][lane] * (linear + 0.5 * both);
                }
            }
        }
    }

    #[inline(always)]
    fn weigh_shock(
        &self,
        worker: &mut Worker,
        pivot: &Pivot,
        (place, shock): (usize, usize),
        shift: &mut [f64],
    ) {
        let marginal = &self.job.program.draws.shocks[shock].marginal;
        let added = worker.additions.shocks.binary_search(&(shock as u32)).ok();
        let added = added.map(|k| worker.additions.row(k, place).to_vec());
        let values = self.unknown(worker, pivot).to_vec();
        let changes: Vec<_> = self
            .scenario
            .shock_changes
            .iter()
            .filter(|change| change.shock as usize == shock && change.row == self.step.row)
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
                    shift[lane] = score.z - worker.moved[pivot.coordinate][lane];
                    worker.log_weights[lane] += score.ln_slope - ln_scale;
                }
                None => worker.log_weights[lane] = f64::NEG_INFINITY,
            }
        }
    }
}

/// The probability of the count takes the place of a density.
fn weigh_count(worker: &mut Worker, pivot: &Pivot, slope: &[f64]) {
    let Luck::Count { count: draw, .. } = pivot.luck else { return };
    let forced = &mut worker.memory.forced;
    let Some(forced) = forced.iter_mut().find(|f| f.draw == draw as u32) else { return };
    for lane in 0..slope.len() {
        let whole = forced.values[lane].round();
        let is_whole = (forced.values[lane] - whole).abs() <= 1e-6 * whole.abs().max(1.0);
        let probability = match forced.count {
            Some(count) if is_whole => count.ln_probability(whole, forced.a[lane], forced.b[lane]),
            _ => f64::NEG_INFINITY,
        };
        forced.values[lane] = whole;
        worker.log_weights[lane] += probability + ln(slope[lane].abs())
            - ln_normal_density(worker.moved[pivot.coordinate][lane]);
    }
}
