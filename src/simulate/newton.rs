//! Newton's method with Broyden's update for paths that nothing simpler has solved.
//!
//! Every path has an inverse Jacobian of its own, found by differences and then improved by each step
//! (C. G. Broyden 1965, A class of methods for solving nonlinear simultaneous equations); a path in
//! which steps stop helping gets a fresh one, and shorter steps. What one path does never depends on
//! another.

use super::memory::Memory;
use super::operands::Command;
use crate::compile::{Block, Row, Slot};
use crate::interrupt::look;

/// Passes until a path is given up.
const MOST: usize = 60;
/// A path whose residuals are this small, relative to the unknowns, takes one last step.
const TOLERANCE: f64 = 1e-12;
/// Where steps stop helping, residuals this small are those of rounding.
pub(super) const ROUNDING: f64 = 1e-10;
/// Unknowns below this size are measured as if they were of this size.
pub(super) const SMALLEST: f64 = 1e-3;
/// The step of a difference, relative to the unknown: about the root of the precision.
const NUDGE: f64 = 1.0 / 33_554_432.0;
/// Bytes that the Jacobians of paths at work may take; the others wait.
const ROOM: usize = 64 << 20;

/// The paths of one block of memory that need it.
#[derive(Debug)]
pub(super) struct Newton {
    unknowns: usize,
    /// What each lane is at, where it needs it.
    lanes: Vec<Option<Lane>>,
}

/// The state of one path.
#[derive(Debug)]
struct Lane {
    x: Vec<f64>,
    residual: Vec<f64>,
    step: Vec<f64>,
    /// The inverse Jacobian, row by row.
    inverse: Vec<f64>,
    /// Size of the residuals.
    norm: f64,
    /// How much of a full step is taken.
    damping: f64,
    status: Status,
}

/// How it stands with a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Status {
    Active,
    /// The last step helped little or not at all: a fresh Jacobian is wanted.
    Stuck,
    Done,
}

/// Where a block is solved.
struct Place<'a> {
    memory: &'a mut Memory,
    block: &'a Block,
    pass: &'a [Command],
    row: Row,
}

impl Place<'_> {
    fn run(&mut self) {
        self.memory.run(self.pass, self.row);
    }

    fn set(&mut self, lane: usize, x: &[f64]) {
        for (&unknown, &value) in self.block.unknowns.iter().zip(x) {
            self.memory.values_mut(Slot::series(unknown, 0), self.row)[lane] = value;
        }
    }

    /// What the last pass gave in a lane, minus the unknowns.
    fn residual(&self, lane: usize, x: &[f64]) -> Vec<f64> {
        let results = self.block.results.iter().zip(x);
        results.map(|(&slot, x)| self.memory.values(slot, self.row)[lane] - x).collect()
    }

    /// The last period; 1 where there is no number.
    fn before(&self, lane: usize) -> Vec<f64> {
        let value = |&unknown: &u32| {
            let before = (self.row > Row::FIRST)
                .then(|| self.memory.values(Slot::series(unknown, 1), self.row)[lane]);
            before.filter(|x| x.is_finite()).unwrap_or(1.0)
        };
        self.block.unknowns.iter().map(value).collect()
    }
}

impl Newton {
    pub(super) fn new(unknowns: usize, lanes: usize) -> Self {
        let mut empty = Vec::new();
        empty.resize_with(lanes, || None);
        Self { unknowns, lanes: empty }
    }

    /// Solves a block in a period for the paths that are wanted, and gives those that are not solved;
    /// they get not-a-number.
    pub(super) fn solve(
        &mut self,
        memory: &mut Memory,
        block: &Block,
        pass: &[Command],
        row: Row,
        wanted: &[bool],
    ) -> Vec<usize> {
        let mut place = Place { memory, block, pass, row };
        let together = (ROOM / (16 * self.unknowns * self.unknowns).max(1)).max(1);
        let all: Vec<usize> = (0..wanted.len()).filter(|&lane| wanted[lane]).collect();
        let mut unsolved = Vec::new();
        for some in all.chunks(together) {
            self.solve_some(&mut place, some, &mut unsolved);
        }
        place.run();
        unsolved
    }

    fn solve_some(&mut self, place: &mut Place<'_>, lanes: &[usize], unsolved: &mut Vec<usize>) {
        for &lane in lanes {
            let x = place.before(lane);
            place.set(lane, &x);
            self.lanes[lane] = Some(Lane::new(x));
        }
        place.run();
        for (lane, state) in self.states(lanes) {
            state.residual = place.residual(lane, &state.x);
            state.norm = largest(&state.residual, &state.x);
        }
        for _ in 0..MOST {
            self.refresh(place, lanes);
            for (lane, state) in self.states(lanes) {
                state.advance();
                place.set(lane, &state.x);
            }
            if self.states(lanes).all(|(_, state)| state.status == Status::Done) {
                break;
            }
            place.run();
            for (lane, state) in self.states(lanes) {
                if state.status != Status::Done {
                    state.judge(place.residual(lane, &state.x));
                    place.set(lane, &state.x);
                }
            }
        }
        for &lane in lanes {
            let solved = self.lanes[lane].take().is_some_and(|state| state.status == Status::Done);
            if !solved {
                place.set(lane, &vec![f64::NAN; self.unknowns]);
                unsolved.push(lane);
            }
        }
    }

    fn states<'a>(&'a mut self, lanes: &'a [usize]) -> impl Iterator<Item = (usize, &'a mut Lane)> {
        let all = self.lanes.iter_mut().enumerate();
        let wanted = all.filter(|(lane, _)| lanes.contains(lane));
        wanted.filter_map(|(lane, state)| Some((lane, state.as_mut()?)))
    }

    /// The Jacobian by differences, one pass for each unknown, for the paths that are stuck.
    fn refresh(&mut self, place: &mut Place<'_>, lanes: &[usize]) {
        if self.states(lanes).all(|(_, state)| state.status != Status::Stuck) {
            return;
        }
        let count = self.unknowns;
        for j in 0..count {
            let unknown = Slot::series(place.block.unknowns[j], 0);
            for (lane, state) in self.states(lanes) {
                place.memory.values_mut(unknown, place.row)[lane] += nudge(state.x[j]);
            }
            place.run();
            for (lane, state) in self.states(lanes) {
                let moved = place.memory.values(unknown, place.row)[lane];
                place.memory.values_mut(unknown, place.row)[lane] = state.x[j];
                if state.status == Status::Stuck {
                    let mut after = place.residual(lane, &state.x);
                    let step = moved - state.x[j];
                    after[j] -= step;
                    for k in 0..count {
                        state.inverse[k * count + j] = (after[k] - state.residual[k]) / step;
                    }
                }
            }
        }
        for (_, state) in self.states(lanes) {
            if state.status == Status::Stuck {
                state.inverse = invert(&mut state.inverse, count);
                state.status = Status::Active;
            }
        }
    }
}

impl Lane {
    fn new(x: Vec<f64>) -> Self {
        let count = x.len();
        Self {
            residual: vec![0.0; count],
            step: vec![0.0; count],
            inverse: vec![0.0; count * count],
            norm: f64::NAN,
            damping: 1.0,
            status: Status::Stuck,
            x,
        }
    }

    /// Takes a step; a path that has nearly arrived takes its last.
    fn advance(&mut self) {
        if self.status == Status::Done {
            return;
        }
        let rows = self.inverse.chunks(self.x.len());
        let full = rows.map(|row| row.iter().zip(&self.residual).map(|(h, r)| h * r).sum::<f64>());
        let damping = self.damping;
        self.step = full.map(|full| -full * damping).collect();
        if self.step.iter().all(|step| step.is_finite()) {
            self.x.iter_mut().zip(&self.step).for_each(|(x, step)| *x += step);
        } else {
            self.step.fill(0.0);
        }
        if self.norm <= TOLERANCE {
            self.status = Status::Done;
        }
    }

    /// Looks at the step taken: one that helped improves the Jacobian, another is taken back.
    fn judge(&mut self, after: Vec<f64>) {
        // Measured as before the step: an unknown that becomes small does not make it worse.
        let before: Vec<f64> = self.x.iter().zip(&self.step).map(|(x, step)| x - step).collect();
        let norm = largest(&after, &before);
        if norm <= 2.0 * self.norm || self.norm.is_nan() && norm.is_finite() {
            self.improve(&after);
            let helped = norm <= 0.5 * self.norm;
            self.status = if helped { Status::Active } else { Status::Stuck };
            (self.norm, self.residual) = (largest(&after, &self.x), after);
            self.damping = (2.0 * self.damping).min(1.0);
        } else {
            self.x.iter_mut().zip(&self.step).for_each(|(x, step)| *x -= step);
            self.damping *= 0.25;
            self.status = Status::Stuck;
        }
        if self.status == Status::Stuck && self.norm <= ROUNDING {
            self.status = Status::Done;
        }
    }

    /// Broyden's update of the inverse `H`: with the step `s` and the change `y` of the residuals,
    /// `H += (s - H y) s' H / (s' H y)`.
    fn improve(&mut self, after: &[f64]) {
        let count = self.x.len();
        let change: Vec<f64> = after.iter().zip(&self.residual).map(|(a, r)| a - r).collect();
        let times = |row: &[f64]| row.iter().zip(&change).map(|(h, y)| h * y).sum::<f64>();
        let moved: Vec<f64> = self.inverse.chunks(count).map(times).collect();
        let scale: f64 = self.step.iter().zip(&moved).map(|(s, m)| s * m).sum();
        if !(scale.abs() > 1e-300) {
            return;
        }
        let mut row = vec![0.0; count];
        for (step, inverse) in self.step.iter().zip(self.inverse.chunks(count)) {
            row.iter_mut().zip(inverse).for_each(|(sum, h)| *sum += step * h);
        }
        let gaps = self.step.iter().zip(&moved).map(|(step, moved)| (step - moved) / scale);
        for (gap, inverse) in gaps.zip(self.inverse.chunks_mut(count)) {
            inverse.iter_mut().zip(&row).for_each(|(h, row)| *h += gap * row);
        }
    }
}

/// The largest residual, relative to the unknowns; not-a-number when any is.
pub(super) fn largest(residual: &[f64], x: &[f64]) -> f64 {
    let relative = residual.iter().zip(x).map(|(r, x)| r.abs() / size(*x));
    let largest = |most: f64, value: f64| if value <= most || most.is_nan() { most } else { value };
    relative.fold(0.0, largest)
}

/// The size by which an unknown is measured.
#[inline(always)]
pub(super) fn size(x: f64) -> f64 {
    if x.abs() > SMALLEST { x.abs() } else { SMALLEST }
}

/// The step of a difference.
#[inline(always)]
pub(super) fn nudge(x: f64) -> f64 {
    NUDGE * size(x)
}

/// The inverse of a square matrix by elimination with row pivots; not-a-number when it has none.
pub(super) fn invert(matrix: &mut [f64], size: usize) -> Vec<f64> {
    let mut inverse = vec![0.0; size * size];
    (0..size).for_each(|k| inverse[k * size + k] = 1.0);
    for column in 0..size {
        look();
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
