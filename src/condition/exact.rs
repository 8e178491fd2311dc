//! Observations of one period that unknowns answer for: each path is solved for the unknowns that
//! reproduce them.

use super::pairs::{ObservedPeriod, Pivot};
use super::proposal::Proposal;
use super::systems::{Systems, sizes};
use super::thread::Thread;
use crate::compile::{Slot, Sort};
use crate::simulate::{Centre, Job, RandomNumber, ScenarioIndex, Worker};

/// Steps with one Jacobian, and how many Jacobians, until a path is given up.
const STEPS: usize = 4;
const ROUNDS: usize = 6;
/// An outturn is met when what is missing is below this, relative to it.
const TOLERANCE: f64 = 1e-11;
/// Step of a difference, relative to the spread of the shock.
const NUDGE: f64 = 1e-6;

/// Which paths Newton's method brought to the observations, and the Jacobians there.
pub(super) struct Solved {
    pub(super) arrived: Vec<bool>,
    /// Paths in which several unknowns did not reach what was observed, so that nobody knows whether they can.
    pub(super) given_up: Vec<bool>,
    pub(super) jacobian: Systems,
}

/// One observed period of one block.
pub(super) struct ExactPeriod<'s, 't, 'j, 'c> {
    pub(super) job: &'s Job<'j>,
    pub(super) scenario: ScenarioIndex,
    pub(super) proposal: &'s Proposal,
    pub(super) period: &'s ObservedPeriod,
    pub(super) centre: &'s mut Centre<'c>,
    pub(super) thread: &'s mut Thread<'t>,
}

impl ExactPeriod<'_, '_, '_, '_> {
    /// Solves for all unknowns and weighs the paths.
    #[inline(always)]
    pub(super) fn solve(&mut self, worker: &mut Worker) {
        self.compute(worker);
        let before = self.unknowns(worker);
        let mut found = self.newton(worker);
        for searched in &self.period.searched {
            self.search(worker, searched);
        }
        if !self.period.searched.is_empty() {
            found = self.newton(worker);
        }
        self.weigh(worker, &found);
        self.give_back(worker, &before, &found.arrived);
        self.compute(worker);
    }

    /// The unknowns of all pivots as they are.
    #[inline(always)]
    pub(super) fn unknowns(&self, worker: &mut Worker) -> Vec<Vec<f64>> {
        self.period.pivots.iter().map(|pivot| self.unknown(worker, pivot).to_vec()).collect()
    }

    /// Paths that did not arrive do not count: they go on as they were drawn.
    fn give_back(&self, worker: &mut Worker, before: &[Vec<f64>], arrived: &[bool]) {
        for (pivot, before) in self.period.pivots.iter().zip(before) {
            let unknown = self.unknown(worker, pivot).iter_mut().zip(before);
            for ((x, before), _) in unknown.zip(arrived).filter(|(_, arrived)| !**arrived) {
                *x = *before;
            }
        }
    }

    /// Newton's method, every path on its own: a path that has arrived is left alone, so that it
    /// does not depend on its company. What the unknowns move is computed at the start already.
    #[inline(always)]
    pub(super) fn newton(&mut self, worker: &mut Worker) -> Solved {
        let (size, lanes) = (self.period.pivots.len(), worker.memory.lanes);
        let mut arrived = vec![true; lanes];
        let mut jacobian = Systems::same(&self.period.jacobian, size, lanes);
        if size == 0 {
            return Solved { given_up: vec![false; lanes], arrived, jacobian };
        }
        let start = self.unknowns(worker);
        let mut residual = vec![vec![0.0; lanes]; size];
        self.evaluate(worker, &mut residual);
        for round in 0..ROUNDS {
            if round > 0 {
                self.differences(worker, &residual, &mut jacobian);
                self.evaluate(worker, &mut residual);
            }
            for _ in 0..STEPS {
                self.check(&residual, &mut arrived);
                if arrived.iter().all(|a| *a) {
                    break;
                }
                self.advance(worker, &residual, &jacobian, &arrived);
                self.evaluate(worker, &mut residual);
            }
            self.check(&residual, &mut arrived);
            if arrived.iter().all(|a| *a) {
                break;
            }
        }
        if arrived.iter().any(|arrived| !arrived) {
            match start.as_slice() {
                [start] => self.bracket(worker, start, &mut residual, &mut arrived),
                start => {
                    self.damped(worker, start, &mut residual, &mut arrived, &mut jacobian);
                }
            }
            self.evaluate(worker, &mut residual);
        }
        let missing = sizes(&residual);
        let lost =
            arrived.iter().zip(&missing).map(|(arrived, missing)| !arrived && missing.is_finite());
        let given_up = lost.map(|lost| lost && size > 1).collect();
        self.differences(worker, &residual, &mut jacobian);
        Solved { arrived, given_up, jacobian }
    }

    /// Computes the whole period.
    #[inline(always)]
    fn compute(&mut self, worker: &mut Worker) {
        worker.compute_row(self.job, self.scenario, self.period.row, self.centre);
    }

    /// Computes what the unknowns move, and what is missing then.
    #[inline(always)]
    pub(super) fn evaluate(&mut self, worker: &mut Worker, residual: &mut [Vec<f64>]) {
        self.recompute(worker);
        self.residuals(worker, residual);
    }

    /// Computes what the unknowns move.
    #[inline(always)]
    pub(super) fn recompute(&mut self, worker: &mut Worker) {
        match &self.period.slice {
            Some(slice) => worker.memory.run(slice, self.period.row),
            None => self.compute(worker),
        }
    }

    /// An observation as the model has it.
    #[inline(always)]
    pub(super) fn observed(&self, worker: &Worker, cell: usize) -> Vec<f64> {
        let cell = &self.thread.proposals.cells.observed[cell];
        let mut values = worker.memory.values(Slot::series(cell.indicator, 0), cell.row).to_vec();
        if let Some(slot) = cell.factor {
            let factors = worker.memory.once(slot);
            values.iter_mut().zip(factors).for_each(|(x, factor)| *x *= factor);
        }
        values
    }

    /// What is missing to each observation that is solved for, in its space.
    #[inline(always)]
    fn residuals(&self, worker: &Worker, residual: &mut [Vec<f64>]) {
        for (pivot, residual) in self.period.pivots.iter().zip(residual) {
            let cell = &self.thread.proposals.cells.observed[pivot.cell];
            let transform = self.proposal.transforms[pivot.cell];
            residual.copy_from_slice(&self.observed(worker, pivot.cell));
            transform.apply(residual);
            if let Some(mut wanted) = self.wanted(pivot) {
                transform.apply(&mut wanted);
                residual.iter_mut().zip(wanted).for_each(|(x, wanted)| *x -= wanted);
            } else {
                let wanted = transform.of(cell.value);
                residual.iter_mut().for_each(|x| *x -= wanted);
            }
        }
    }

    /// What was observed minus its error in each path; none where there is no error.
    #[inline(always)]
    pub(super) fn wanted(&self, pivot: &Pivot) -> Option<Vec<f64>> {
        let cell = &self.thread.proposals.cells.observed[pivot.cell];
        let errors = || &self.thread.errors[pivot.cell];
        (!cell.is_exact())
            .then(|| errors().iter().map(|error| cell.value - cell.sd * error).collect())
    }

    #[inline(always)]
    pub(super) fn check(&self, residual: &[Vec<f64>], arrived: &mut [bool]) {
        arrived.fill(true);
        for (pivot, residual) in self.period.pivots.iter().zip(residual) {
            let wanted = self.thread.proposals.cells.observed[pivot.cell].value;
            let wanted = self.proposal.transforms[pivot.cell].of(wanted);
            let tolerance = TOLERANCE * wanted.abs().max(1e-3);
            for (arrived, residual) in arrived.iter_mut().zip(residual) {
                *arrived &= residual.abs() <= tolerance;
            }
        }
    }

    /// The unknown of a pivot: a shock.
    #[inline(always)]
    pub(super) fn unknown<'w>(&self, worker: &'w mut Worker, pivot: &Pivot) -> &'w mut [f64] {
        let slot = match pivot.number {
            RandomNumber::Shock { shock, .. } => Slot::new(Sort::Shock, shock as u32),
            RandomNumber::Count { count, .. } => Slot::new(Sort::Count, count as u32),
            RandomNumber::Path(k) => Slot::new(Sort::Path, k as u32),
        };
        worker.memory.values_mut(slot, self.period.row)
    }

    /// The Jacobian of every path by differences.
    #[inline(always)]
    pub(super) fn differences(
        &mut self,
        worker: &mut Worker,
        residual: &[Vec<f64>],
        jacobian: &mut Systems,
    ) {
        let size = residual.len();
        let mut there = residual.to_vec();
        for (column, pivot) in self.period.pivots.iter().enumerate() {
            let nudge = NUDGE * pivot.scale;
            let before = self.unknown(worker, pivot).to_vec();
            self.unknown(worker, pivot).iter_mut().for_each(|x| *x += nudge);
            let steps: Vec<f64> =
                self.unknown(worker, pivot).iter().zip(&before).map(|(x, b)| x - b).collect();
            self.evaluate(worker, &mut there);
            self.unknown(worker, pivot).copy_from_slice(&before);
            for row in 0..size {
                let entry = jacobian.entry_mut(row, column);
                for lane in 0..steps.len() {
                    entry[lane] = (there[row][lane] - residual[row][lane]) / steps[lane];
                }
            }
        }
        jacobian.factor();
    }

    /// A step of Newton's method in the paths that have not arrived.
    #[inline(always)]
    fn advance(
        &self,
        worker: &mut Worker,
        residual: &[Vec<f64>],
        jacobian: &Systems,
        arrived: &[bool],
    ) {
        let mut change = residual.to_vec();
        jacobian.solve(&mut change);
        for (pivot, change) in self.period.pivots.iter().zip(&change) {
            let unknown = self.unknown(worker, pivot).iter_mut();
            for ((x, change), arrived) in unknown.zip(change).zip(arrived) {
                *x -= if *arrived { 0.0 } else { *change };
            }
        }
    }
}
