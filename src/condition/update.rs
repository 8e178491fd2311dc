//! Scores are moved to where the observations say, in the linear model.

use super::algebra::forward;
use super::pairs::ObservedPeriod;
use super::proposal::Proposal;
use super::thread::Thread;
use crate::math::{ln, normal_cdf};
use crate::sample::ln_normal_density;
use crate::simulate::{Job, Worker};

/// How far from 0 the score of an unknown may begin.
const FARTHEST: f64 = 8.0;

impl Thread<'_> {
    /// Conditions the scores on the linearised observations: `z + K (b - B e - A z - noise)`, which
    /// turns a draw from the prior into one from the posterior (G. Matheron; see Doucet 2010, A note
    /// on efficient conditional simulation of Gaussian distributions). The events `e` of a path are
    /// chosen before, given the observations too.
    #[inline(always)]
    pub(super) fn move_scores(&mut self, worker: &mut Worker, job: &Job<'_>, proposal: &Proposal) {
        let (program, lanes) = (job.program, worker.memory.lanes);
        self.choose_prior(worker, proposal);
        let mut missing: Vec<Vec<f64>> = proposal.target.iter().map(|b| vec![*b; lanes]).collect();
        for (k, missing) in missing.iter_mut().enumerate() {
            if let Some(error) = self.error(worker, proposal, k) {
                subtract(missing, proposal.noise[k], error);
            }
            for (slope, scores) in proposal.slopes[k].iter().zip(&worker.draws.scores) {
                if *slope != 0.0 {
                    subtract(missing, *slope, scores);
                }
            }
        }
        self.ln_target.fill(0.0);
        self.ln_ratio.fill(proposal.ln_constant);
        self.choose_events(worker, program, proposal, &missing);
        let events = &program.random.events;
        let counts =
            |number: usize| events[number].is_constant() || proposal.event_tree.proposes(number);
        worker.set_chosen_additions(job, counts);
        let mut centre: Vec<Vec<f64>> = proposal.target.iter().map(|b| vec![*b; lanes]).collect();
        for event in &proposal.events {
            let added = worker.additions.row(event.shock, event.period);
            for (k, slope) in event.slopes.iter().enumerate().filter(|(_, slope)| **slope != 0.0) {
                subtract(&mut centre[k], *slope, added);
                subtract(&mut missing[k], *slope, added);
            }
        }
        self.weigh_events(proposal, &centre);
        for (moved, scores) in self.scores.iter_mut().zip(&worker.draws.scores) {
            moved.copy_from_slice(scores);
        }
        for (gains, missing) in proposal.gains.iter().zip(&missing) {
            for (gain, moved) in gains.iter().zip(&mut self.scores) {
                if *gain != 0.0 {
                    subtract(moved, -gain, missing);
                }
            }
        }
        self.move_errors(worker, proposal, &missing);
        self.leave_prior(worker, proposal, &missing);
        self.divide_noisy(proposal, centre);
        for period in &proposal.periods {
            period.linear.add_ln_density(&self.scores, -1.0, &mut self.ln_ratio);
        }
        // What is solved for begins where shocks are numbers, however far out a line leads.
        for (_, coordinate) in proposal.periods.iter().flat_map(ObservedPeriod::pairs) {
            self.scores[coordinate].iter_mut().for_each(|z| *z = z.clamp(-FARTHEST, FARTHEST));
        }
    }

    /// Which paths come from the prior is a function of seed and path.
    fn choose_prior(&mut self, worker: &Worker, proposal: &Proposal) {
        self.from_prior.fill(false);
        if proposal.prior_share > 0.0
            && let Some(chooser) = self.proposals.chooser
        {
            let scores = worker.draws.further[chooser].iter();
            for (from_prior, z) in self.from_prior.iter_mut().zip(scores) {
                *from_prior = normal_cdf(*z).below() < proposal.prior_share;
            }
        }
    }

    /// The drawn error of an observation that the linear model has.
    fn error<'w>(&self, worker: &'w Worker, proposal: &Proposal, cell: usize) -> Option<&'w [f64]> {
        let has_error = proposal.noise[cell] > 0.0;
        let further = self.proposals.further[cell].filter(|_| has_error)?;
        Some(&worker.draws.further[further])
    }

    /// Errors of observations that are solved for are moved as all scores are.
    #[inline(always)]
    fn move_errors(&mut self, worker: &Worker, proposal: &Proposal, missing: &[Vec<f64>]) {
        for k in (0..proposal.solved.len()).filter(|&k| proposal.solved[k]) {
            let Some(further) = self.proposals.further[k] else { continue };
            let moved = &mut self.errors[k];
            moved.copy_from_slice(&worker.draws.further[further]);
            for (gain, missing) in proposal.errors[k].iter().zip(missing) {
                if *gain != 0.0 {
                    subtract(moved, -gain, missing);
                }
            }
        }
    }

    /// Paths from the prior keep what was drawn, but for the unknowns of the linear model.
    fn leave_prior(&mut self, worker: &Worker, proposal: &Proposal, missing: &[Vec<f64>]) {
        let from_prior = self.from_prior.iter().enumerate();
        for (lane, _) in from_prior.filter(|(_, from_prior)| **from_prior) {
            for (moved, scores) in self.scores.iter_mut().zip(&worker.draws.scores) {
                moved[lane] = scores[lane];
            }
            proposal.unknowns.solve(missing, &mut self.scores, lane);
            for (moved, further) in self.errors.iter_mut().zip(&self.proposals.further) {
                if let Some(further) = further {
                    moved[lane] = worker.draws.further[*further][lane];
                }
            }
        }
    }

    /// What the linear model says of observations that are only weighed is divided out.
    #[inline(always)]
    fn divide_noisy(&mut self, proposal: &Proposal, centre: Vec<Vec<f64>>) {
        let weighed = centre
            .into_iter()
            .enumerate()
            .filter(|(k, _)| !proposal.is_out[*k] && !proposal.unknowns.answer_for(*k));
        for (k, mut missing) in weighed.collect::<Vec<_>>() {
            for (slope, moved) in proposal.slopes[k].iter().zip(&self.scores) {
                subtract(&mut missing, *slope, moved);
            }
            let sd = proposal.noise[k];
            for (ratio, missing) in self.ln_ratio.iter_mut().zip(&missing) {
                *ratio -= ln_normal_density(missing / sd) - ln(sd);
            }
        }
    }

    /// The linear model's density of the observations, given the events of each path.
    #[inline(always)]
    fn weigh_events(&mut self, proposal: &Proposal, centre: &[Vec<f64>]) {
        let mut column = vec![0.0; centre.len()];
        let same = proposal.events.is_empty();
        let mut square = 0.0;
        for lane in 0..self.ln_ratio.len() {
            if lane == 0 || !same {
                for (entry, row) in column.iter_mut().zip(centre) {
                    *entry = row[lane];
                }
                forward(&proposal.factor, &mut column);
                square = column.iter().map(|x| x * x).sum();
            }
            self.ln_ratio[lane] -= 0.5 * square;
        }
    }
}

#[inline(always)]
fn subtract(from: &mut [f64], factor: f64, row: &[f64]) {
    for (from, value) in from.iter_mut().zip(row) {
        *from -= factor * value;
    }
}
