//! Simultaneous blocks: Newton's method with Broyden's update, every path with a Jacobian of its
//! own, all paths of a block of memory in step.
//!
//! A pass computes, from values `x` of the unknowns, what their equations give, `f(x)`; solved for
//! is `r(x) = f(x) - x = 0`. The inverse Jacobian is found by differences in the first period and
//! then improved by each step (C. G. Broyden 1965, A class of methods for solving nonlinear
//! simultaneous equations), also from period to period; a path in which steps stop helping gets a
//! fresh one, and shorter steps. What one path does never depends on another, so a path is the same
//! in any company.

use super::memory::Memory;
use crate::compile::{Block, Slot};

/// Passes until a path is given up.
const MOST: usize = 60;
/// A path whose residuals are this small, relative to the unknowns, takes one last step.
const TOLERANCE: f64 = 1e-12;
/// Where steps stop helping, residuals this small are those of rounding.
const ROUNDING: f64 = 1e-10;
/// Unknowns below this size are measured as if they were of this size.
const SMALLEST: f64 = 1e-3;
/// Step of a difference, relative to the unknown: about the root of the precision.
const NUDGE: f64 = 1.0 / 33_554_432.0;

type Rows = Vec<Vec<f64>>;

/// The state of a block's solution, kept from period to period; one row holds all lanes.
#[derive(Debug)]
pub(super) struct Solver {
    /// The inverse Jacobian, row by row.
    inverse: Rows,
    /// Has it been found for these paths?
    ready: bool,
    residual: Rows,
    step: Rows,
    start: Rows,
    difference: Rows,
    jacobian: Rows,
    /// Of Broyden's update: `y`, `s - H y`, `s' H` and one over `s' H y`.
    change: Rows,
    gap: Rows,
    row: Vec<f64>,
    scale: Vec<f64>,
    /// Was the last step taken?
    taken: Vec<bool>,
    /// Size of the residuals.
    norm: Vec<f64>,
    trial: Vec<f64>,
    /// How much of a full step is taken.
    damping: Vec<f64>,
    status: Vec<Status>,
}

/// How it stands with a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Status {
    Active,
    /// The last step helped little or not at all: a fresh Jacobian is wanted.
    Stuck,
    Done,
}

impl Solver {
    pub(super) fn new(unknowns: usize, lanes: usize) -> Self {
        let rows = |count: usize| vec![vec![0.0; lanes]; count];
        Self {
            inverse: rows(unknowns * unknowns),
            ready: false,
            residual: rows(unknowns),
            step: rows(unknowns),
            start: rows(unknowns),
            difference: rows(unknowns),
            jacobian: rows(unknowns * unknowns),
            change: rows(unknowns),
            gap: rows(unknowns),
            row: vec![0.0; lanes],
            scale: vec![0.0; lanes],
            taken: vec![false; lanes],
            norm: vec![0.0; lanes],
            trial: vec![0.0; lanes],
            damping: vec![1.0; lanes],
            status: vec![Status::Active; lanes],
        }
    }

    /// Forgets the Jacobian: other paths come.
    pub(super) fn reset(&mut self) {
        self.ready = false;
    }

    /// Solves a block in a period. Paths without a solution get not-a-number.
    #[inline(always)]
    pub(super) fn solve(&mut self, memory: &mut Memory, block: &Block, period: usize) {
        guess(memory, block, period);
        self.status.fill(Status::Active);
        self.damping.fill(1.0);
        self.evaluate(memory, block, period);
        self.residual.clone_from(&self.difference);
        std::mem::swap(&mut self.norm, &mut self.trial);
        if !self.ready {
            self.status.fill(Status::Stuck);
        }
        for _ in 0..MOST {
            self.refresh(memory, block, period);
            self.advance(memory, block, period);
            if self.status.iter().all(|status| *status == Status::Done) {
                break;
            }
            self.evaluate(memory, block, period);
            self.judge(memory, block, period);
        }
        self.give_up(memory, block, period);
        memory.run(&block.pass, period);
        self.ready = true;
    }

    /// Takes a pass: residuals into `difference`, their size into `trial`.
    #[inline(always)]
    fn evaluate(&mut self, memory: &mut Memory, block: &Block, period: usize) {
        memory.run(&block.pass, period);
        self.trial.fill(0.0);
        for (k, (&unknown, &result)) in block.unknowns.iter().zip(&block.results).enumerate() {
            let x = memory.row(Slot::series(unknown, 0), period);
            let f = memory.row(result, period);
            let rows = self.difference[k].iter_mut().zip(&mut self.trial);
            for (((r, norm), &x), &f) in rows.zip(x).zip(f) {
                *r = f - x;
                let size = if x.abs() > SMALLEST { x.abs() } else { SMALLEST };
                let relative = r.abs() / size;
                // Not-a-number is larger than anything.
                *norm = if relative <= *norm || norm.is_nan() { *norm } else { relative };
            }
        }
    }

    /// Steps of all paths that are not done; those that have nearly arrived take their last.
    #[inline(always)]
    fn advance(&mut self, memory: &mut Memory, block: &Block, period: usize) {
        let count = block.unknowns.len();
        self.trial.fill(0.0);
        for k in 0..count {
            let step = &mut self.step[k];
            step.fill(0.0);
            for j in 0..count {
                let (inverse, residual) = (&self.inverse[k * count + j], &self.residual[j]);
                for ((step, inverse), residual) in step.iter_mut().zip(inverse).zip(residual) {
                    *step -= inverse * residual;
                }
            }
            let x = memory.row_mut(Slot::series(block.unknowns[k], 0), period);
            self.start[k].copy_from_slice(x);
            let rows = step.iter_mut().zip(x).zip(&self.damping).zip(&mut self.trial);
            for ((((step, x), damping), sum), status) in rows.zip(&self.status) {
                *step = if *status == Status::Done { 0.0 } else { *step * damping };
                *x += *step;
                *sum += *step;
            }
        }
        for lane in 0..self.status.len() {
            if self.norm[lane] <= TOLERANCE {
                self.status[lane] = Status::Done;
            }
            if !self.trial[lane].is_finite() {
                restore(memory, block, period, &self.start, lane);
            }
        }
    }

    /// Looks at the steps taken: those that helped improve the Jacobian, others are taken back.
    #[inline(always)]
    fn judge(&mut self, memory: &mut Memory, block: &Block, period: usize) {
        for lane in 0..self.status.len() {
            let helped = self.trial[lane] <= 2.0 * self.norm[lane];
            self.taken[lane] = self.status[lane] != Status::Done && helped;
        }
        self.improve(block.unknowns.len());
        for (residual, trial) in self.residual.iter_mut().zip(&self.difference) {
            for ((residual, trial), taken) in residual.iter_mut().zip(trial).zip(&self.taken) {
                *residual = if *taken { *trial } else { *residual };
            }
        }
        for lane in 0..self.status.len() {
            if self.status[lane] == Status::Done {
                continue;
            }
            let (before, after) = (self.norm[lane], self.trial[lane]);
            if self.taken[lane] {
                let helped = after <= 0.5 * before;
                self.status[lane] = if helped { Status::Active } else { Status::Stuck };
                self.norm[lane] = after;
                self.damping[lane] = (2.0 * self.damping[lane]).min(1.0);
            } else {
                restore(memory, block, period, &self.start, lane);
                self.damping[lane] *= 0.25;
                self.status[lane] = Status::Stuck;
            }
            if self.status[lane] == Status::Stuck && self.norm[lane] <= ROUNDING {
                self.status[lane] = Status::Done;
            }
        }
    }

    /// Broyden's update of the inverse `H`: with the step `s` and the change `y` of the residuals,
    /// `H += (s - H y) s' H / (s' H y)`, in the paths whose step was taken.
    #[inline(always)]
    fn improve(&mut self, count: usize) {
        let rows = self.change.iter_mut().zip(&self.difference).zip(&self.residual);
        for ((change, difference), residual) in rows {
            for ((change, difference), residual) in change.iter_mut().zip(difference).zip(residual)
            {
                *change = difference - residual;
            }
        }
        self.scale.fill(0.0);
        for k in 0..count {
            let gap = &mut self.gap[k];
            gap.fill(0.0);
            for j in 0..count {
                let rows = self.inverse[k * count + j].iter().zip(&self.change[j]);
                for (gap, (inverse, change)) in gap.iter_mut().zip(rows) {
                    *gap += inverse * change;
                }
            }
            let rows = self.scale.iter_mut().zip(gap).zip(&self.step[k]);
            for ((scale, gap), step) in rows {
                *scale += step * *gap;
                *gap = step - *gap;
            }
        }
        for (scale, taken) in self.scale.iter_mut().zip(&self.taken) {
            let usable = *taken && scale.abs() > 1e-300;
            *scale = if usable { 1.0 / *scale } else { 0.0 };
        }
        for j in 0..count {
            self.row.fill(0.0);
            for k in 0..count {
                let rows = self.step[k].iter().zip(&self.inverse[k * count + j]);
                for (sum, (step, inverse)) in self.row.iter_mut().zip(rows) {
                    *sum += step * inverse;
                }
            }
            for k in 0..count {
                let rows = self.gap[k].iter().zip(&self.row).zip(&self.scale);
                let inverse = &mut self.inverse[k * count + j];
                for (inverse, ((gap, row), scale)) in inverse.iter_mut().zip(rows) {
                    let update = gap * (row * scale);
                    *inverse += if *scale == 0.0 { 0.0 } else { update };
                }
            }
        }
    }

    /// The Jacobian by differences, one pass for each unknown, for the paths that are stuck.
    #[inline(always)]
    fn refresh(&mut self, memory: &mut Memory, block: &Block, period: usize) {
        if !self.status.contains(&Status::Stuck) {
            return;
        }
        let count = block.unknowns.len();
        for j in 0..count {
            let unknown = Slot::series(block.unknowns[j], 0);
            self.start[j].copy_from_slice(memory.row(unknown, period));
            for x in memory.row_mut(unknown, period) {
                *x += nudge(*x);
            }
            self.evaluate(memory, block, period);
            let moved = memory.row_mut(unknown, period);
            for k in 0..count {
                let column = &mut self.jacobian[k * count + j];
                for lane in 0..column.len() {
                    let step = moved[lane] - self.start[j][lane];
                    column[lane] = (self.difference[k][lane] - self.residual[k][lane]) / step;
                }
            }
            moved.copy_from_slice(&self.start[j]);
        }
        let mut matrix = vec![0.0; count * count];
        for lane in 0..self.status.len() {
            if self.status[lane] == Status::Stuck {
                matrix.iter_mut().zip(&self.jacobian).for_each(|(m, row)| *m = row[lane]);
                let inverse = invert(&mut matrix, count);
                self.inverse.iter_mut().zip(&inverse).for_each(|(row, m)| row[lane] = *m);
                self.status[lane] = Status::Active;
            }
        }
    }

    /// Not-a-number where no solution was found.
    fn give_up(&self, memory: &mut Memory, block: &Block, period: usize) {
        for (lane, status) in self.status.iter().enumerate() {
            if *status != Status::Done {
                for &unknown in &block.unknowns {
                    memory.row_mut(Slot::series(unknown, 0), period)[lane] = f64::NAN;
                }
            }
        }
    }
}

/// Starts from the last period; from 1 where there is no number.
fn guess(memory: &mut Memory, block: &Block, period: usize) {
    for &unknown in &block.unknowns {
        let before = period.checked_sub(1).map(|_| {
            let row = memory.row(Slot::series(unknown, 1), period);
            row.to_vec()
        });
        let row = memory.row_mut(Slot::series(unknown, 0), period);
        match before {
            Some(before) => row.copy_from_slice(&before),
            None => row.fill(1.0),
        }
        for x in row.iter_mut().filter(|x| !x.is_finite()) {
            *x = 1.0;
        }
    }
}

fn restore(memory: &mut Memory, block: &Block, period: usize, start: &Rows, lane: usize) {
    for (&unknown, start) in block.unknowns.iter().zip(start) {
        memory.row_mut(Slot::series(unknown, 0), period)[lane] = start[lane];
    }
}

#[inline(always)]
fn nudge(x: f64) -> f64 {
    NUDGE * if x.abs() > SMALLEST { x.abs() } else { SMALLEST }
}

/// The inverse of a square matrix by elimination with row pivots; not-a-number when it has none.
fn invert(matrix: &mut [f64], size: usize) -> Vec<f64> {
    let mut inverse = vec![0.0; size * size];
    (0..size).for_each(|k| inverse[k * size + k] = 1.0);
    for column in 0..size {
        let rows = column..size;
        let pivot = rows
            .max_by(|&a, &b| {
                matrix[a * size + column].abs().total_cmp(&matrix[b * size + column].abs())
            })
            .unwrap_or(column);
        let value = matrix[pivot * size + column];
        if !(value.abs() > 1e-14) {
            return vec![f64::NAN; size * size];
        }
        for k in 0..size {
            matrix.swap(pivot * size + k, column * size + k);
            inverse.swap(pivot * size + k, column * size + k);
        }
        for k in 0..size {
            matrix[column * size + k] /= value;
            inverse[column * size + k] /= value;
        }
        for row in (0..size).filter(|row| *row != column) {
            let factor = matrix[row * size + column];
            for k in 0..size {
                matrix[row * size + k] -= factor * matrix[column * size + k];
                inverse[row * size + k] -= factor * inverse[column * size + k];
            }
        }
    }
    inverse
}

#[cfg(test)]
mod tests {
    use super::invert;

    #[test]
    fn a_matrix_times_its_inverse_is_one() {
        let matrix = [0.0, 2.0, 1.0, 1.0, 1.0, 0.0, 4.0, -1.0, 3.0];
        let inverse = invert(&mut matrix.clone(), 3);
        for i in 0..3 {
            for j in 0..3 {
                let sum: f64 = (0..3).map(|k| matrix[3 * i + k] * inverse[3 * k + j]).sum();
                assert!((sum - if i == j { 1.0 } else { 0.0 }).abs() < 1e-14);
            }
        }
        assert!(invert(&mut [1.0, 1.0, 1.0, 1.0], 2)[0].is_nan());
    }
}
