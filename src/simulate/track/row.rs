//! Exact observations of one period: each path is solved for the unknowns that reproduce them.

use super::algebra::eliminate;
use super::coordinates::Luck;
use super::guide::{Guide, Guides};
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
        let mut jacobian: Vec<Vec<f64>> =
            self.step.jacobian.iter().map(|entry| vec![*entry; lanes]).collect();
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
    fn compute(&mut self, worker: &mut Worker) {
        worker.compute_row(self.job, self.scenario, self.step.row, self.centre);
    }

    /// Computes what the unknowns move, and what is missing then.
    fn evaluate(&mut self, worker: &mut Worker, residual: &mut [Vec<f64>]) {
        match &self.step.slice {
            Some(slice) => worker.memory.run(slice, self.step.row),
            None => self.compute(worker),
        }
        self.look(worker, residual);
    }

    /// What is missing to each exact observation, in its space.
    fn look(&self, worker: &Worker, residual: &mut [Vec<f64>]) {
        for (pivot, residual) in self.step.pivots.iter().zip(residual) {
            let cell = &self.guides.cells.observed[pivot.cell];
            let transform = self.guide.transforms[pivot.cell];
            let wanted = transform.of(cell.value);
            let values = worker.memory.row(Slot::series(cell.indicator, 0), cell.row);
            match cell.factor {
                None => {
                    for (residual, x) in residual.iter_mut().zip(values) {
                        *residual = transform.of(*x) - wanted;
                    }
                }
                Some(slot) => {
                    let factor = worker.memory.row(slot, 0);
                    for ((residual, x), factor) in residual.iter_mut().zip(values).zip(factor) {
                        *residual = transform.of(factor * x) - wanted;
                    }
                }
            }
        }
    }

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
    fn differences(
        &mut self,
        worker: &mut Worker,
        residual: &[Vec<f64>],
        jacobian: &mut [Vec<f64>],
    ) {
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
                let entry = &mut jacobian[row * size + column];
                for lane in 0..steps.len() {
                    entry[lane] = (there[row][lane] - residual[row][lane]) / steps[lane];
                }
            }
        }
    }

    fn advance(
        &self,
        worker: &mut Worker,
        residual: &[Vec<f64>],
        jacobian: &[Vec<f64>],
        arrived: &[bool],
    ) {
        let size = residual.len();
        let mut matrix = vec![0.0; size * size];
        let mut change = vec![vec![0.0; arrived.len()]; size];
        let mut b = vec![0.0; size];
        for lane in (0..arrived.len()).filter(|&lane| !arrived[lane]) {
            gather(jacobian, lane, &mut matrix);
            gather(residual, lane, &mut b);
            eliminate(&mut matrix, &mut b);
            for (change, b) in change.iter_mut().zip(&b) {
                change[lane] = *b;
            }
        }
        for (pivot, change) in self.step.pivots.iter().zip(&change) {
            for (x, change) in self.unknown(worker, pivot).iter_mut().zip(change) {
                *x -= change;
            }
        }
    }
}

pub(super) fn gather(rows: &[Vec<f64>], lane: usize, out: &mut [f64]) {
    for (out, row) in out.iter_mut().zip(rows) {
        *out = row[lane];
    }
}
