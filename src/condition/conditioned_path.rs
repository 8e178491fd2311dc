//! Paths through the outturns: scores are drawn from the proposal, then each observed period is solved
//! for the shocks that reproduce it exactly, and the path is weighed.

use super::coordinates::Placed;
use super::exact::ExactPeriod;
use super::pairs::ObservedPeriod;
use super::proposal::Proposal;
use super::proposals::Proposals;
use super::thread::Thread;
use crate::compile::{EventDraw, Row, Slot};
use crate::math::{Kernel, ln};
use crate::period::Period;
use crate::sample::ln_normal_density;
use crate::simulate::{
    Centre, ConditionedThread, Conditioning, Job, Piece, Reads, ScenarioIndex, Worker,
};

/// Who looks at a block: before its first period, and after each.
pub(super) type Spectator<'a> = &'a mut dyn FnMut(&Worker, Option<Row>);

impl Conditioning for Proposals<'_> {
    fn reads(&self) -> &Reads {
        &self.reads
    }

    fn thread<'a>(&'a self, lanes: usize) -> Box<dyn ConditionedThread + 'a> {
        Box::new(Thread::new(self, lanes))
    }

    fn ln_density(&self) -> f64 {
        self.known.ln_density
    }

    fn known(&self, indicator: &str, basis: Option<&str>) -> Vec<(Period, f64)> {
        self.known.actuals(self.program, indicator, basis)
    }
}

impl ConditionedThread for Thread<'_> {
    fn run(
        &mut self,
        worker: &mut Worker,
        job: &Job<'_>,
        scenario: ScenarioIndex,
        piece: &mut Piece<'_>,
        centre: Centre<'_>,
    ) {
        self.run_with_spectator(worker, job, scenario, piece, centre, &mut |_, _| {});
    }

    fn ln_weights(&self) -> &[f64] {
        &self.ln_weights
    }
}

impl Thread<'_> {
    /// Runs a scenario while someone looks at it.
    pub(super) fn run_with_spectator(
        &mut self,
        worker: &mut Worker,
        job: &Job<'_>,
        scenario: ScenarioIndex,
        piece: &mut Piece<'_>,
        centre: Centre<'_>,
        spectator: Spectator<'_>,
    ) {
        let width = worker.memory.width;
        width.run(Run { thread: self, worker, job, scenario, piece, centre, spectator });
    }
}

/// One scenario of one block.
struct Run<'r, 'a, 'j, 'p, 'c> {
    thread: &'r mut Thread<'a>,
    worker: &'r mut Worker,
    job: &'r Job<'j>,
    scenario: ScenarioIndex,
    piece: &'r mut Piece<'p>,
    centre: Centre<'c>,
    spectator: Spectator<'r>,
}

impl Kernel for Run<'_, '_, '_, '_, '_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Self { thread, worker, job, scenario, piece, mut centre, spectator } = self;
        let proposals = thread.proposals;
        let (program, proposal) = (job.program, &proposals.each[scenario.0]);
        // Probabilities of events are read when scores are moved.
        worker.set_path_values(job, scenario);
        thread.move_scores(worker, job, proposal);
        thread.placed(proposal).set_path_values(worker, job, scenario);
        if !program.random.events.iter().all(EventDraw::is_constant) {
            worker.set_additions(job, |_| true);
            thread.weigh_starts(worker, program, proposal);
        }
        spectator(worker, None);
        thread.give_back(worker, proposal);
        worker.begin();
        proposals.cells.set_given(worker, None);
        let mut periods = proposal.periods.iter().peekable();
        for row in Row::all(job.rows) {
            let placed = thread.placed(proposal);
            worker.prepare_row(job, scenario, row, |memory, period| {
                placed.set_shocks(memory, &program.random, row, period);
            });
            proposals.cells.set_given(worker, Some(row));
            match periods.next_if(|period| period.row == row) {
                Some(period) => thread.observe(worker, job, scenario, period, &mut centre),
                None => worker.compute_row(job, scenario, row, &mut centre),
            }
            worker.hand_on(job, scenario, row, piece);
            spectator(worker, Some(row));
        }
        thread.weigh(proposal.prior_share);
    }
}

impl Thread<'_> {
    /// The scores where the proposal has them.
    fn placed<'s>(&'s self, proposal: &'s Proposal) -> Placed<'s> {
        let coordinates = &self.proposals.coordinates;
        Placed { coordinates, active: &proposal.active, scores: &self.scores }
    }

    /// Computes a period in which something was observed, solves for the shocks that reproduce what
    /// is exact, and weighs the paths.
    #[inline(always)]
    fn observe(
        &mut self,
        worker: &mut Worker,
        job: &Job<'_>,
        scenario: ScenarioIndex,
        period: &ObservedPeriod,
        centre: &mut Centre<'_>,
    ) {
        let proposals = self.proposals;
        let proposal = &proposals.each[scenario.0];
        if period.pivots.is_empty() && period.searched.is_empty() {
            worker.compute_row(job, scenario, period.row, centre);
        } else {
            ExactPeriod { job, scenario, proposal, period, centre, thread: self }.solve(worker);
        }
        for &k in &period.cells {
            let cell = &proposals.cells.observed[k];
            let factor = cell.factor.map(|slot| worker.memory.once(slot).to_vec());
            let values = worker.memory.values_mut(Slot::series(cell.indicator, 0), cell.row);
            for (lane, value) in values.iter_mut().enumerate() {
                let factor = factor.as_ref().map_or(1.0, |factor| factor[lane]);
                let computed = factor * *value;
                if !cell.is_exact() {
                    if !proposal.solved[k] {
                        let missing = cell.value - computed;
                        self.ln_target[lane] += ln_normal_density(missing / cell.sd) - ln(cell.sd);
                    }
                } else if proposal.solved[k] || cell.is_met(computed) {
                    if !proposal.solved[k] && !proposal.has_mass[k] {
                        proposals.met_with_mass(scenario, k);
                    }
                    *value = cell.value / factor;
                } else {
                    self.ln_target[lane] = f64::NEG_INFINITY;
                }
            }
        }
    }
}
