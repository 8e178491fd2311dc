//! Exact observations of one period: each path is solved for the unknowns that reproduce them.

use super::coordinates::Luck;
use super::guide::{Guide, Guides};
use super::lanes::Systems;
use super::pairs::{Pivot, Step};
use crate::compile::{ScenarioProgram, Slot, Sort};
use crate::simulate::block::{Centre, Job, Worker};
use crate::simulate::memory::Forced;

/// Steps with one Jacobian, and how many Jacobians, until a path is given up.
const STEPS: usize = 4;
const ROUNDS: usize = 6;
/// An outturn is met when what is missing is below this, relative to it.
const TOLERANCE: f64 = 1e-11;
/// Step of a difference, relative to the spread of the shock.
const NUDGE: f64 = 1e-6;

/// One observed period of one block.
pub(super) struct Row<'a, 'j, 'c> {
    pub(super) job: &'a Job<'j>,
    pub(super) scenario: &'a ScenarioProgram,
    pub(super) guides: &'a Guides,
    pub(super) guide: &'a Guide,
    pub(super) step: &'a Step,
    pub(super) centre: &'a mut Centre<'c>,
}

impl Row<'_, '_, '_> {
    /// Newton's method, every path on its own: a path that has arrived is left alone, so that it
    /// does not depend on its company.
    #[inline(always)]
    pub(super) fn solve(&mut self, worker: &mut Worker) {
        let (size, lanes) = (self.step.pivots.len(), worker.memory.lanes);
        self.force_counts(worker, lanes);
        let mut residual = vec![vec![0.0; lanes]; size];
        self.compute(worker);
        self.look(worker, &mut residual);
        for forced in &mut worker.memory.forced {
            forced.is_set = true;
        }
        let mut arrived = vec![false; lanes];
        let mut jacobian = Systems::same(&self.step.jacobian, size, lanes);
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
        self.differences(worker, &residual, &mut jacobian);
        self.weigh(worker, &arrived, &jacobian);
        self.compute(worker);
        worker.memory.forced.clear();
    }

    fn force_counts(&self, worker: &mut Worker, lanes: usize) {
        let counts = self.step.pivots.iter().filter_map(|pivot| match pivot.luck {
            Luck::Count { count, .. } => Some(count as u32),
            _ => None,
        });
        let row = || vec![f64::NAN; lanes];
        worker.memory.forced = counts
            .map(|draw| Forced {
                draw,
                is_set: false,
                values: row(),
                count: None,
                a: row(),
                b: row(),
            })
            .collect();
    }

    /// Computes the whole period.
    #[inline(always)]
    fn compute(&mut self, worker: &mut Worker) {
        worker.compute_row(self.job, self.scenario, self.step.row, self.centre);
    }

    /// Computes what the unknowns move, and what is missing then.
    #[inline(always)]
    fn evaluate(&mut self, worker: &mut Worker, residual: &mut [Vec<f64>]) {
        match &self.step.slice {
            Some(slice) => worker.memory.run(slice, self.step.row),
            None => self.compute(worker),
        }
        self.look(worker, residual);
    }

    /// What is missing to each exact observation, in its space.
    #[inline(always)]
    fn look(&self, worker: &Worker, residual: &mut [Vec<f64>]) {
        for (pivot, residual) in self.step.pivots.iter().zip(residual) {
            let cell = &self.guides.cells.observed[pivot.cell];
            let transform = self.guide.transforms[pivot.cell];
            residual.copy_from_slice(worker.memory.row(Slot::series(cell.indicator, 0), cell.row));
            if let Some(slot) = cell.factor {
                let factors = worker.memory.row(slot, 0);
                residual.iter_mut().zip(factors).for_each(|(x, factor)| *x *= factor);
            }
            transform.apply(residual);
            if let Some(mut wanted) = self.wanted(worker, pivot) {
                transform.apply(&mut wanted);
                residual.iter_mut().zip(wanted).for_each(|(x, wanted)| *x -= wanted);
            } else {
                let wanted = transform.of(cell.value);
                residual.iter_mut().for_each(|x| *x -= wanted);
            }
        }
    }

    /// What was observed less its error in each path; none where there is no error.
    #[inline(always)]
    pub(super) fn wanted(&self, worker: &Worker, pivot: &Pivot) -> Option<Vec<f64>> {
        let cell = &self.guides.cells.observed[pivot.cell];
        let errors = || &worker.moved[self.guides.coordinates.len() + pivot.cell];
        (!cell.is_exact())
            .then(|| errors().iter().map(|error| cell.value - cell.sd * error).collect())
    }

    #[inline(always)]
    fn check(&self, residual: &[Vec<f64>], arrived: &mut [bool]) {
        arrived.fill(true);
        for (pivot, residual) in self.step.pivots.iter().zip(residual) {
            let wanted = self.guides.cells.observed[pivot.cell].value;
            let wanted = self.guide.transforms[pivot.cell].of(wanted);
            let tolerance = TOLERANCE * wanted.abs().max(1e-3);
            for (arrived, residual) in arrived.iter_mut().zip(residual) {
                *arrived &= residual.abs() <= tolerance;
            }
        }
    }

    /// The unknown of a pivot.
    pub(super) fn unknown<'w>(&self, worker: &'w mut Worker, pivot: &Pivot) -> &'w mut [f64] {
        match pivot.luck {
            Luck::Count { count, .. } => {
                let forced = &mut worker.memory.forced;
                let place = forced.iter().position(|f| f.draw == count as u32).unwrap_or(0);
                &mut forced[place].values
            }
            Luck::Shock { shock, .. } => {
                worker.memory.row_mut(Slot::new(Sort::Shock, shock as u32), self.step.row)
            }
            Luck::Path(k) => worker.memory.row_mut(Slot::new(Sort::Path, k as u32), 0),
        }
    }

    /// The Jacobian of every path by differences.
    #[inline(always)]
    fn differences(&mut self, worker: &mut Worker, residual: &[Vec<f64>], jacobian: &mut Systems) {
        let size = residual.len();
        let mut there = residual.to_vec();
        for (column, pivot) in self.step.pivots.iter().enumerate() {
            let nudge = if pivot.is_count() { 1.0 } else { NUDGE * pivot.scale };
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
        for (pivot, change) in self.step.pivots.iter().zip(&change) {
            let unknown = self.unknown(worker, pivot).iter_mut();
            for ((x, change), arrived) in unknown.zip(change).zip(arrived) {
                *x -= if *arrived { 0.0 } else { *change };
            }
        }
    }
}
